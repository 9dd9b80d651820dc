"""Deleting films from the card once they are in the library: the question, and the work while other screens are used."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from vigtui.domain.errors import VigError
from vigtui.screens.opening import Dialog
from vigtui.services import originals
from vigtui.services.originals import Original
from vigtui.widgets.fields import Tick
from vigtui.widgets.words import one_line, plain

if TYPE_CHECKING:
    from vigtui.screens.base import Desk

_QUESTION = (
    "These films are in the library: each was copied whole, and read back. What you tick is deleted where it came from,"
    " for good; before that the copy and the original are read and compared once more."
)


class DeleteOriginals(Dialog[tuple[Original, ...] | None]):
    """Asks which originals are deleted; none is ticked at first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f10", "delete", "Delete", show=False),
        Binding("escape", "leave", "Leave", show=False),
        Binding("a", "all", "All", show=False),
        Binding("down", "app.focus_next", "Next", show=False),
        Binding("up", "app.focus_previous", "Before", show=False),
    ]

    def __init__(self, there: Sequence[Original]) -> None:
        """Prepare the dialog for these originals."""
        super().__init__()
        self._there = tuple(there)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Delete from the card?", classes="title")
            with VerticalScroll(can_focus=False):
                yield Static(plain(_QUESTION), classes="intro")
                for number, one in enumerate(self._there):
                    yield Tick(_words(one), key=str(number))
            yield Static("", classes="refused")
            yield Static(plain("space ticks · a ticks all · F10 delete what is ticked · esc leave"), classes="hint")

    def on_mount(self) -> None:
        self.query_one(".refused").display = False
        self.begin_at(self.query(Tick).first())

    def action_all(self) -> None:
        """Tick all; once more none."""
        ticks = list(self.query(Tick))
        on = not all(tick.is_on for tick in ticks)
        for tick in ticks:
            tick.put(on)

    def action_delete(self) -> None:
        """Delete what is ticked."""
        chosen = tuple(self._there[int(tick.key)] for tick in self.query(Tick) if tick.is_on)
        if chosen:
            self.dismiss(chosen)
            return
        refused = self.query_one(".refused", Static)
        refused.update("Nothing is ticked, so nothing is deleted. Tick with space, or leave with esc.")
        refused.display = True

    def action_leave(self) -> None:
        """Leave; nothing is deleted."""
        self.dismiss(None)


def _words(one: Original) -> str:
    many = f" and {len(one.files) - 1} more" if len(one.files) > 1 else ""
    return one_line(f"{one.files[0].name}{many}, in {one.files[0].parent} ({one.label})").plain


class Originals:
    """What was copied since the app began, and may be deleted where it came from."""

    def __init__(self, app: App[Any], desk: "Desk") -> None:
        self._app = app
        self._desk = desk
        self._there: list[Original] = []
        self._stopping = False
        self._words = ""
        self._running: asyncio.Future[None] | None = None

    def add(self, original: Original) -> None:
        """A film was copied and read back."""
        self._there = [one for one in self._there if one.files != original.files]
        self._there.append(original)

    def of(self, case_id: str) -> list[Original]:
        """Those of a case."""
        return [one for one in self._there if one.case_id == case_id]

    @property
    def is_busy(self) -> bool:
        """Whether they are compared and deleted just now."""
        return bool(self._words)

    def progress(self) -> str:
        """How far it is, in words; empty where nothing is under way."""
        return "stopping …" if self._words and self._stopping else self._words

    def stop(self) -> None:
        """Stop before the next one is deleted."""
        self._stopping = True

    async def close(self) -> None:
        """Stop, and wait until the thread is done."""
        self._stopping = True
        if self._running is not None:
            await asyncio.gather(self._running, return_exceptions=True)

    def delete(self, chosen: Sequence[Original]) -> None:
        """Compare and delete these, one after another."""
        self._stopping = False
        self._app.run_worker(self._delete(chosen), group="originals", exclusive=False)

    async def _delete(self, chosen: Sequence[Original]) -> None:
        done = 0
        try:
            for one in chosen:
                if self._stopping:
                    break
                self._words = f"comparing {one_line(one.files[0].name).plain} with its copy …"
                self._running = asyncio.ensure_future(asyncio.to_thread(self._one, one))
                try:
                    await asyncio.shield(self._running)
                except VigError as error:
                    self._app.notify(f"{error.summary}\n{error.remedy}", severity="warning", timeout=10, markup=False)
                else:
                    done += 1
                    self._there.remove(one)
        finally:
            self._words = ""
        if done:
            what = "1 film was" if done == 1 else f"{done} films were"
            self._app.notify(f"{what} deleted from the card. The copies are in the library.", markup=False)

    def _one(self, one: Original) -> None:
        originals.delete(
            self._desk.library, self._desk.media, one, progress=self._told(one), cancelled=lambda: self._stopping
        )

    def _told(self, one: Original) -> Any:
        name = one_line(one.files[0].name).plain

        def told(done: int, total: int) -> None:
            self._words = f"comparing {name} with its copy: {100 * done // max(1, total)} %"

        return told
