"""`?`: every key of the place one is in, from the command table."""

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from vigtui.commands import EVERYWHERE, of, shown_keys
from vigtui.widgets.words import plain


class HelpScreen(ModalScreen[None]):
    """All keys of some places."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,question_mark,q", "leave", "Back", show=False)]

    def __init__(self, places: tuple[str, ...]) -> None:
        super().__init__()
        self._places = (*places, EVERYWHERE)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain(f"Keys: {', '.join(self._places[:-1]) or EVERYWHERE}"), classes="title")
            with VerticalScroll():
                yield Static(self._table())
            yield Static(plain("↑↓ scroll · esc back · ctrl+p finds any command by its name"), classes="hint")

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(justify="right", style="bold", min_width=16)
        table.add_column(ratio=1)
        for place in self._places:
            table.add_row("", Text(place, "bold underline"))
            for command in of(place):
                table.add_row(Text(shown_keys(command.keys)), Text(command.help))
            table.add_row("", "")
        return table

    def on_mount(self) -> None:
        self.set_focus(self.query_one(VerticalScroll))

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)
