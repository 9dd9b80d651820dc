"""The matrix: principles down, cycles across; enter plays exactly the moments of a cell."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from vigtui.domain.moment import Moment
from vigtui.screens.opening import Dialog
from vigtui.services.matrix import Matrix
from vigtui.widgets.words import column, plain, sign

_WORDS = 44
"""Columns for a principle's words."""


class MatrixDialog(Dialog[tuple[Moment, ...] | None]):
    """Gives back the moments of the chosen cell, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(self, found: Matrix) -> None:
        super().__init__()
        self._matrix = found

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain("Principles by cycle: how many moments"), classes="title")
            yield DataTable(id="matrix", cursor_type="cell", zebra_stripes=False)
            yield Static(plain("enter plays the moments of a cell · esc leaves"), classes="hint")

    def on_mount(self) -> None:
        table, found = self.query_one(DataTable), self._matrix
        table.add_column("", width=_WORDS)
        for number in found.cycles:
            table.add_column(plain(f"{number}"), key=str(number), width=4)
        for principle, words in found.rows:
            cells = [self._cell(principle, number) for number in found.cycles]
            table.add_row(column(words, _WORDS), *cells, key=principle)
        table.fixed_columns = 1
        table.move_cursor(row=0, column=1)
        table.focus()

    def _cell(self, principle: str, number: int) -> object:
        count = len(self._matrix.cells.get((principle, number), ()))
        return plain(f"{count:>3}" if count else f"  {sign('dot')}", "bold" if count else "dim")

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        event.stop()
        row, number = event.coordinate.row, event.coordinate.column - 1
        if number < 0 or row >= len(self._matrix.rows):
            return
        cell = (self._matrix.rows[row][0], self._matrix.cycles[number])
        if moments := self._matrix.cells.get(cell):
            self.dismiss(moments)

    def action_leave(self) -> None:
        """Leave without playing."""
        self.dismiss(None)
