"""Search: everything that was typed, found while one types; enter opens it where it stands."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import Input, OptionList, Static

from vigtui.domain.errors import VigError
from vigtui.screens.base import Desk
from vigtui.screens.opening import Dialog
from vigtui.services import finding
from vigtui.services.ports import Hit
from vigtui.widgets.editors import LineEdit
from vigtui.widgets.lists import RecordList
from vigtui.widgets.words import column, one_line, plain

_BEGIN = "Words, or how they begin: a note, a quote, a goal, a code …"
_NOTHING = "Nothing holds all of these words."


class SearchScreen(Dialog[Hit | None]):
    """Finds words; gives back what was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._hits: dict[str, Hit] = {}
        self._wanted = ""
        self._looking = False
        self._found = RecordList(id="found", empty=_BEGIN, actions=())

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Search", classes="title")
            yield LineEdit(placeholder="type to search", id="words")
            yield self._found
            yield Static(plain("↑↓ move · enter opens it there · esc leaves"), classes="hint")

    def on_mount(self) -> None:
        self._found.show([])
        self.query_one("#words").focus()

    @on(Input.Changed, "#words")
    def words_changed(self, event: Input.Changed) -> None:
        """Look for what stands there now. While a search is under way only the newest wish is kept."""
        self._wanted = event.value
        if not self._looking:
            self._looking = True
            self._look()

    @work(group="search")
    async def _look(self) -> None:
        searched = None
        try:
            while searched != self._wanted:
                searched = self._wanted
                self._show(searched, await self._desk.library.asearch(searched))
        except VigError as error:
            self.notify(str(error), severity="warning", markup=False)
        finally:
            self._looking = False

    def _show(self, words: str, hits: Sequence[Hit]) -> None:
        self._hits = {hit.row_id: hit for hit in hits}
        self._found.empty = _NOTHING if words.strip() else _BEGIN
        self._found.show([(hit.row_id, _row(hit)) for hit in self._hits.values()])
        if self._hits:
            self._found.highlighted = 0

    def on_key(self, event: Key) -> None:
        """Arrows move in the list while the words have the focus."""
        moves = {"down": "cursor_down", "up": "cursor_up", "pagedown": "page_down", "pageup": "page_up"}
        if event.key in moves and isinstance(self.focused, Input):
            event.stop()
            getattr(self._found, f"action_{moves[event.key]}")()

    @on(Input.Submitted, "#words")
    @on(OptionList.OptionSelected, "#found")
    def chosen(self) -> None:
        """Open what is highlighted."""
        hit = self._hits.get(self._found.highlighted_id or "")
        if hit is not None:
            self.dismiss(hit)

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(None)


def _row(hit: Hit) -> Text:
    row = Text(no_wrap=True, overflow="ellipsis")
    row.append_text(column(f" {hit.code}", 12, "bold"))
    row.append_text(column(finding.what(hit), 17, "dim"))
    row.append_text(one_line(hit.words.strip()))
    return row
