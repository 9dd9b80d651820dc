"""The history: what was changed, when and by whom, newest first."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from vigtui.domain.audit import PastChange
from vigtui.domain.errors import VigError
from vigtui.screens.base import Desk
from vigtui.screens.opening import Dialog
from vigtui.widgets.lists import RecordList
from vigtui.widgets.words import column, one_line, plain

_STATES = {"undone": "undone; ctrl+r makes it again", "dropped": "undone"}


class HistoryScreen(Dialog[None]):
    """Shows the changes of a case, or of the library; undo takes them back one by one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,U", "leave", "Leave", show=False)]

    def __init__(self, desk: Desk, case_id: str | None) -> None:
        super().__init__()
        self._desk = desk
        self._case_id = case_id

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("History of this case" if self._case_id else "History", classes="title")
            yield RecordList(id="changes", empty="Nothing was changed yet.", actions=())
            yield Static(plain("↑↓ move · esc leaves, then u takes back the newest"), classes="hint")

    async def on_mount(self) -> None:
        changes = self.query_one("#changes", RecordList)
        try:
            found = await self._desk.library.history(self._case_id)
        except VigError as error:
            self.notify(str(error), severity="warning", markup=False)
            found = []
        changes.show([(str(i), self._row(one)) for i, one in enumerate(found)])
        changes.focus()

    def _row(self, one: PastChange) -> Text:
        at = one.at.astimezone()
        row = Text(no_wrap=True, overflow="ellipsis")
        day = "" if at.date() == self._desk.today else f"{at:%d %b} "
        row.append_text(column(f" {day}{at:%H:%M}", 14, "dim"))
        if self._case_id is None:
            row.append_text(column(one.code, 10, "bold"))
        row.append_text(one_line(one.label, "" if one.state == "done" else "strike dim"))
        row.append_text(one_line(f"  {one.actor}", "dim"))
        if one.state in _STATES:
            row.append_text(one_line(f"  ({_STATES[one.state]})", "italic dim"))
        return row

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(None)
