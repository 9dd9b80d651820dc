"""What one types a line into. The cursor does not blink: that would send something twice a second, over any line."""

from textual.geometry import Size
from textual.reactive import Reactive, reactive
from textual.widgets import Input

from vigtui.widgets.on_demand import OnDemand


class Editor:
    """Beside a widget: one types into it."""


class LineEdit(OnDemand, Editor, Input):
    """One line."""

    cursor_blink = reactive(False, init=False)
    virtual_size = Reactive(Size(0, 0))
    """Each letter changes it; Textual would lay out the screen for that."""

    def go_on(self) -> None:
        """Take the focus, to write on behind what stands there."""
        self.cursor_position = len(self.value)
        self.focus()

    def write_to_end(self, words: str) -> None:
        """Have these words stand there, and go on after them."""
        self.value = words
        self.cursor_position = len(words)
