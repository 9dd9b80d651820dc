"""What stands on every screen: the heading above, keys and the time of the last save below."""

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Click
from textual.screen import Screen
from textual.widget import Widget

from vigtui.domain.workflow import StageState, Standing
from vigtui.widgets.said import Said
from vigtui.widgets.words import one_line, sign

_KEYS = ("F3", "F4", "F5", "F6", "F7")


class Heading(Said):
    """One line: where one is, and what comes next."""

    def show(self, place: Sequence[str], next_words: str = "", overdue: bool = False) -> None:
        """Show a path of words, and the next step behind it."""
        line = Text(" ")
        for i, words in enumerate(place):
            line.append_text(one_line(words, "bold" if i == len(place) - 1 else ""))
            if i < len(place) - 1:
                line.append(f" {sign('dot')} ", "dim")
        if next_words:
            line.append(f"   {sign('arrow')} ", "dim")
            line.append_text(one_line(next_words, "bold" if overdue else "italic"))
        line.no_wrap, line.overflow = True, "ellipsis"
        self.update(line)


class Rail(Said):
    """The stages of a cycle with their keys: done, now, ahead; the one on screen reversed."""

    def show(self, number: int, states: Sequence[StageState], here: str) -> None:
        """Show a cycle's rail. `here` is the stage on screen, or “case”."""
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(" F2 Case ", "reverse" if here == "case" else "")
        line.append(f" cycle {number}: ", "dim")
        for key, state in zip(_KEYS, states, strict=True):
            mark = sign(state.standing.value)
            style = "reverse" if here == state.stage.value else "bold" if state.standing is Standing.NOW else ""
            line.append(f" {key} {state.stage.words} {mark} ", style)
        line.rstrip()
        self.update(line)


class SavedMark(Said):
    """Says when the last change was saved; shown only after the commit."""

    def saved(self, at: datetime) -> None:
        """The library has it."""
        self.remove_class("-waiting")
        self.update(f"saved {at.astimezone():%H:%M:%S}")

    def saving(self) -> None:
        """A change is on its way."""
        self.update("saving …")

    def waiting(self) -> None:
        """A change could not be saved yet and is tried again."""
        self.add_class("-waiting")
        self.update("NOT SAVED YET")


class KeyLine(Widget):
    """The keys that work here, the first ones first: as many as there is room for, none of them cut. A click presses one."""

    COMPONENT_CLASSES = {"key-line--key", "key-line--off"}

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[tuple[str, str, str, bool]] = []
        """Each as it is pressed, as it is shown, what it does, and whether it does so now."""
        self._ends: list[tuple[int, str]] = []
        """Where each of those on screen ends, in cells, and what a click there presses."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._look)

    def on_unmount(self) -> None:
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _look(self, screen: Screen[object]) -> None:
        """Show what works now."""
        keys: dict[str, tuple[str, str, str, bool]] = {}
        for _, binding, enabled, _ in screen.active_bindings.values():
            if binding.show and binding.action not in keys:
                shown = self.app.get_key_display(binding)
                keys[binding.action] = (binding.key, shown, binding.description, enabled)
        if (found := list(keys.values())) != self._keys:
            self._keys = found
            self.refresh()

    def render(self) -> Text:
        line = Text(no_wrap=True)
        strong, off = (self.get_component_rich_style(f"key-line--{kind}", partial=True) for kind in ("key", "off"))
        self._ends = []
        for press, shown, words, enabled in self._keys:
            part = Text.assemble((shown, strong if enabled else off), " ", (words, "" if enabled else off), " ")
            if line.cell_len + part.cell_len - 1 > self.size.width:
                break
            line.append_text(part)
            self._ends.append((line.cell_len, press))
        return line

    def on_click(self, event: Click) -> None:
        """Press the key that was clicked."""
        for end, press in self._ends:
            if event.x < end:
                self.app.simulate_key(press)
                return


class BottomLine(Horizontal):
    """The keys of this place, and when it was saved."""

    def compose(self) -> ComposeResult:
        yield KeyLine()
        yield SavedMark("")
