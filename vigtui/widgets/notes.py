"""What one types several lines into. It is read when the first of them is shown: Today has none, and waits for nothing."""

from textual.reactive import reactive
from textual.widgets import TextArea

from vigtui.widgets.editors import Editor
from vigtui.widgets.fields import Field, Read, Save


class NoteEdit(Editor, TextArea):
    """Several lines."""

    cursor_blink = reactive(False, init=False)

    def write_to_end(self, words: str) -> None:
        """Have these words stand there, and go on after them."""
        self.text = words
        self.move_cursor(self.document.end)


class NoteField(Field):
    """Several lines."""

    editor: NoteEdit
    changes = (TextArea.Changed,)

    def __init__(
        self, label: str, *, read: Read, save: Save, id: str | None = None, placeholder: str = "", classes: str = ""
    ) -> None:
        editor = NoteEdit(soft_wrap=True, tab_behavior="focus", placeholder=placeholder)
        super().__init__(label, editor, read=read, save=save, id=id, classes=f"note {classes}")

    def typed(self) -> str:
        return self.editor.text

    def write(self, value: str) -> None:
        at = self.editor.cursor_location
        self.editor.text = value
        if self.editor.has_focus:  # whoever types there goes on where they were
            self.editor.move_cursor(at)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.key_typed()
