"""The door: asks for the passphrase of a closed library before the app opens."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from vigtui import resources
from vigtui.domain.errors import VigError, WrongPassphrase
from vigtui.services.ports import Library
from vigtui.themes import THEMES
from vigtui.widgets.editors import LineEdit
from vigtui.widgets.words import plain


class DoorScreen(ModalScreen[None]):
    """One field; wrong words are told and can be typed again."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.quit", "Leave", show=False)]

    def __init__(self, opener: Callable[[str], Library]) -> None:
        super().__init__()
        self._opener = opener

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("This library is closed by a passphrase", classes="title")
            yield LineEdit(password=True, id="passphrase", placeholder="passphrase")
            yield Static("", classes="refused")
            yield Static(plain("enter opens · esc leaves"), classes="hint")

    def on_mount(self) -> None:
        self.query_one(".refused").display = False
        self.query_one(Input).focus()

    @on(Input.Submitted, "#passphrase")
    async def typed(self, event: Input.Submitted) -> None:
        """Open the library; whatever hinders that but a wrong passphrase ends the app with its sentence."""
        event.stop()
        try:
            library = await asyncio.to_thread(self._opener, event.value)
        except WrongPassphrase as wrong:
            event.input.value = ""
            refused = self.query_one(".refused", Static)
            refused.update(plain(str(wrong)))
            refused.display = True
        except VigError as error:
            self.app.exit(error)
        else:
            self.app.exit(library)


class DoorApp(App[Library | VigError]):
    """Gives back the open library, or what hindered opening it; None where somebody left."""

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = [resources.styles_dir() / "app.tcss"]

    def __init__(self, opener: Callable[[str], Library], *, theme: str) -> None:
        super().__init__()
        self._opener = opener
        for one in THEMES:
            self.register_theme(one)
        self.theme = theme if theme in self.available_themes else THEMES[0].name

    async def on_mount(self) -> None:
        await self.push_screen(DoorScreen(self._opener))
