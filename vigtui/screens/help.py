"""`?`: every key of the place one is in, from the command table."""

from textwrap import wrap
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from vigtui.commands import EVERYWHERE, of, shown_keys
from vigtui.screens.opening import Dialog
from vigtui.widgets.words import plain

_KEYS, _WORDS = 17, 48
"""Columns for the keys and for the sentence behind them."""


class HelpScreen(Dialog[None]):
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

    def _table(self) -> Text:
        text = Text()
        for place in self._places:
            text.append(f"{'':>{_KEYS}}  {place}\n", "bold underline")
            for command in of(place):
                text.append(f"{shown_keys(command.keys):>{_KEYS}}  ", "bold")
                text.append(f"\n{'':{_KEYS + 2}}".join(wrap(command.help, _WORDS)))
                text.append("\n")
            text.append("\n")
        return text

    def on_mount(self) -> None:
        self.set_focus(self.query_one(VerticalScroll))

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)
