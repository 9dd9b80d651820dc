"""Fields that keep what is typed: each knows how to read its value from the case file and how to save it.

A field sends `Edited` at most 100 ms after a key, again while typing goes on, and when it loses the focus. Whoever saves
answers with `accept` or `refuse`; refused words stay on the screen.
"""

import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

from rich.console import Console
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from vigtui.domain.merging import merge
from vigtui.domain.record import clean
from vigtui.widgets.editors import LineEdit
from vigtui.widgets.words import plain, sign

SEND_AFTER = 0.1
"""Seconds from a key to the message that saves it; with the commit it stays under 300 ms."""

Read = Callable[[Any], str]
"""From a case file to the field's value as text."""
Save = Callable[[Any, str], object]
"""From a unit of work and the typed text to a change."""


class Edited(Message):
    """A field holds something new."""

    def __init__(self, field: "Field", value: str, merge: str, save: Save, before: str) -> None:
        super().__init__()
        self.field = field
        self.value = value
        self.save = save
        """How to save it: as the field was aimed when it was typed."""
        self.merge = merge
        """The same for all letters typed while the focus stays: one step of undo."""
        self.before = before
        """What the library held, as far as the field knows."""


class Field(Vertical):
    """A label, something to type into, and below it a sentence when the value is refused.

    It draws its label itself, in the margin left of the editor: a page has many fields, and each widget costs milliseconds.
    """

    can_focus = False
    changes: ClassVar[tuple[type[Message], ...]] = ()
    """What the editor sends when it holds something else."""
    between = "\n"
    """What stands between two texts that are kept both."""

    def __init__(self, label: str, editor: Widget, *, read: Read, save: Save, id: str | None, classes: str) -> None:
        super().__init__(id=id, classes=f"field {classes}".strip())
        self.label = label
        self.editor = editor
        self.read = read
        self.save = save
        self.aimed_at: object = None
        """Which record it shows, for whoever aims it."""
        self._sent = ""
        self._merge = uuid.uuid4().hex
        self._timer: Timer | None = None
        self.refused = ""
        """Why the value was not saved; empty where nothing was refused."""
        self._refusal: Static | None = None
        """What shows it, from the first time on."""

    def compose(self) -> ComposeResult:
        yield self.editor

    def rename(self, label: str) -> None:
        """Show another label."""
        self.label = label
        self.refresh(layout=True)

    def render(self) -> Text:
        """The label, in as many lines as it needs in its column."""
        return Text("\n").join(self._label_lines())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(super().get_content_height(container, viewport, width), len(self._label_lines()))

    def _label_lines(self) -> list[Text]:
        room = self.editor.styles.margin.left - 1
        return _wrapped(self.label, room, self.app.console) if room > 0 else []

    @property
    def value(self) -> str:
        """What stands in the field, control characters taken out."""
        return clean(self.typed())

    def typed(self) -> str:
        """What stands in the editor, as it is."""
        raise NotImplementedError

    def write(self, value: str) -> None:
        """Have this stand in the editor."""
        raise NotImplementedError

    def put(self, value: str) -> None:
        """Write into the editor without a message."""
        with self.editor.prevent(*self.changes):
            self.write(value)

    @property
    def is_dirty(self) -> bool:
        """Whether something was typed that is not saved yet."""
        return self.value != self._sent

    def show(self, file: Any) -> None:
        """Take the value from the case file, unless there is something unsaved in the field."""
        if self.is_dirty:
            return
        saved = clean(self.read(file))
        if saved != self.value:
            self.put(saved)
            self._sent = self.value

    def aim(self, file: Any, *, read: Read, save: Save) -> None:
        """Show another record's value; what is unsaved of the present one is sent first."""
        self.send()
        self.read, self.save = read, save
        self.begin()
        self.put(clean(read(file)))
        self._sent = self.value
        self._say("")

    def bring_up_to_date(self, edited: Edited) -> None:
        """Tell an edit that is about to be saved what the library holds by now.

        The one before it may still have been under way when it was taken, and would look like another program's words.
        """
        if edited.save is self.save:
            edited.before = self._sent

    def accept(self, edited: Edited) -> None:
        """The value was saved."""
        if edited.save is not self.save:
            return
        self._sent = edited.value
        self._say("")
        self.key_typed()  # what was typed back meanwhile was no change then, and is one now

    def take_in(self, edited: Edited, theirs: str) -> bool:
        """Somebody else saved another text meanwhile: have both in the field, unsaved; whether they meet at the same place."""
        if edited.save is not self.save:
            return False
        merged = merge(edited.before, self.value, clean(theirs), between=self.between)
        self._sent = clean(theirs)
        self.put(merged.words)
        return merged.clash

    def refuse(self, sentence: str) -> None:
        """The value was not saved; the words stay."""
        self._say(sentence)

    def _say(self, sentence: str) -> None:
        self.refused = sentence
        if self._refusal is None and sentence and self.is_attached:
            self._refusal = Static(classes="refused")
            self.mount(self._refusal)
        if self._refusal is not None:
            self._refusal.update(plain(sentence))
            self._refusal.display = bool(sentence)

    def begin(self) -> None:
        """The focus came: a new step of undo begins."""
        self._merge = uuid.uuid4().hex

    def key_typed(self) -> None:
        """Something changed: send it soon."""
        if self._timer is None and self.is_dirty:
            self._timer = self.set_timer(SEND_AFTER, self.send)

    def send(self) -> None:
        """Send what is unsaved now: straight to the screen, so that it comes before any later key."""
        if (edited := self.take()) is not None:
            self.screen.post_message(edited)

    def send_again(self, after: float) -> None:
        """Try once more in so many seconds."""
        if self._timer is None:
            self._timer = self.set_timer(after, self.send)

    def take(self) -> Edited | None:
        """What is unsaved, for whoever saves it now; None where there is nothing."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        return Edited(self, self.value, self._merge, self.save, self._sent) if self.is_dirty else None

    def on_descendant_focus(self) -> None:
        self.begin()

    def on_descendant_blur(self) -> None:
        self.send()


@lru_cache(maxsize=256)
def _wrapped(label: str, room: int, console: Console) -> list[Text]:
    return list(plain(label).wrap(console, room))


class LineField(Field):
    """One line."""

    editor: LineEdit
    changes = (Input.Changed,)
    between = " / "

    class Done(Message):
        """Enter was pressed."""

        def __init__(self, field: "LineField") -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> "LineField":
            """The field."""
            return self.field

    def __init__(
        self, label: str, *, read: Read, save: Save, id: str | None = None, placeholder: str = "", classes: str = ""
    ) -> None:
        editor = LineEdit(placeholder=placeholder, select_on_focus=False, validate_on=())
        super().__init__(label, editor, read=read, save=save, id=id, classes=f"line {classes}")

    def typed(self) -> str:
        return self.editor.value

    def write(self, value: str) -> None:
        self.editor.value = value.replace("\n", " ")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.key_typed()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.send()
        self.post_message(self.Done(self))


class DateField(LineField):
    """A day, written 2026-11-23. It is sent once it is as long as one, and when the focus leaves: half a date is no mistake."""

    def key_typed(self) -> None:
        if len(self.value.strip()) in (0, len("2026-11-23")):
            super().key_typed()


class Choice(Static, can_focus=True):
    """One of a few words, changed with left and right or with space."""

    class Picked(Message):
        """Another choice was made."""

        def __init__(self, choice: "Choice", key: str) -> None:
            super().__init__()
            self.choice = choice
            self.key = key

    def __init__(self, choices: list[tuple[str, str]], *, id: str | None = None) -> None:
        super().__init__("", id=id, classes="choice")
        self.choices = choices
        """Key and words of each."""
        self._at = 0

    @property
    def key(self) -> str:
        """The key of what is chosen; empty where there is nothing to choose from."""
        return self.choices[self._at][0] if self.choices else ""

    def put(self, key: str) -> None:
        """Choose without a message."""
        self._at = next((i for i, (one, _) in enumerate(self.choices) if one == key), 0)
        self._draw()

    def on_mount(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self.choices:
            self.update(plain(f"‹ {self.choices[self._at][1]} ›"))

    def on_key(self, event: Key) -> None:
        by = {"left": -1, "right": 1, "space": 1}.get(event.key)
        if by is None or not self.choices:
            return
        event.stop()
        event.prevent_default()
        self._at = (self._at + by) % len(self.choices)
        self._draw()
        self.post_message(self.Picked(self, self.key))


class ChoiceField(Field):
    """A choice that saves itself."""

    editor: Choice

    def __init__(
        self, label: str, choices: list[tuple[str, str]], *, read: Read, save: Save, id: str | None = None
    ) -> None:
        super().__init__(label, Choice(choices), read=read, save=save, id=id, classes="choices")
        self._sent = self.value

    def typed(self) -> str:
        return self.editor.key

    def write(self, value: str) -> None:
        self.editor.put(value)

    def on_choice_picked(self, event: Choice.Picked) -> None:
        event.stop()
        self.send()


class Tick(Static, can_focus=True):
    """A line that can be ticked with space or enter."""

    class Toggled(Message):
        """The tick was set or taken back."""

        def __init__(self, tick: "Tick", on: bool) -> None:
            super().__init__()
            self.tick = tick
            self.on = on

    def __init__(self, label: str, *, key: str = "", on: bool = False, id: str | None = None) -> None:
        super().__init__("", id=id, classes="tick")
        self.label = label
        self.key = key
        """Id of what is ticked."""
        self.is_on = on

    def on_mount(self) -> None:
        self.put(self.is_on)

    def put(self, on: bool) -> None:
        """Set the tick without a message."""
        self.is_on = on
        self.update(plain(f"{sign('on' if on else 'off')} {self.label}"))

    def on_key(self, event: Key) -> None:
        if event.key in ("space", "enter"):
            event.stop()
            event.prevent_default()
            self.put(not self.is_on)
            self.post_message(self.Toggled(self, self.is_on))

    def on_click(self) -> None:
        self.put(not self.is_on)
        self.post_message(self.Toggled(self, self.is_on))
