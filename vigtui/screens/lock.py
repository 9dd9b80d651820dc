"""The lock: the screen covered until the passphrase is typed; and setting a passphrase where there is none yet."""

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from vigtui.domain.errors import VigError
from vigtui.screens.base import Desk
from vigtui.screens.keeping import InHand
from vigtui.widgets.editors import LineEdit
from vigtui.widgets.words import plain


class LockScreen(ModalScreen[None]):
    """Covers everything. Nothing of a case shows, and no key but quitting does anything else."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("vigtui is locked", classes="title")
            yield LineEdit(password=True, id="passphrase", placeholder="passphrase")
            yield Static("", classes="refused")
            yield Static(plain("enter opens · ctrl+q saves and closes vigtui"), classes="hint")

    def on_mount(self) -> None:
        self.query_one(".refused").display = False
        self.query_one(Input).focus()

    @on(Input.Submitted, "#passphrase")
    async def typed(self, event: Input.Submitted) -> None:
        """Open with the right passphrase; say so where it is another."""
        event.stop()
        if await self._desk.library.is_opened_by(event.value):
            self.dismiss(None)
            return
        event.input.value = ""
        refused = self.query_one(".refused", Static)
        refused.update("That is not the passphrase. Capital letters and spaces count.")
        refused.display = True


class PassphraseDialog(InHand, ModalScreen[bool]):
    """Sets a passphrase for a library that has none; gives back whether it did."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(self, desk: Desk, *, is_new: bool = False) -> None:
        super().__init__()
        self._desk = desk
        self._is_new = is_new
        self._busy = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            title = (
                "Your new library: close it by a passphrase?" if self._is_new else "Close this library by a passphrase"
            )
            yield Static(title, classes="title")
            yield Static(
                plain(
                    "Without one the screen cannot be locked, and whoever gets hold of the file can read it. With one, notes, "
                    "pictures and backups are encrypted; the films themselves are not. Nobody can find a lost passphrase out."
                ),
                classes="intro",
            )
            yield Static("Passphrase, eight letters or more", classes="label")
            yield LineEdit(password=True, id="first")
            yield Static("The same once more", classes="label")
            yield LineEdit(password=True, id="again")
            yield Static("", classes="refused")
            leave = "esc no passphrase now; ctrl+l sets one later" if self._is_new else "esc leaves"
            yield Static(plain(f"enter next · {leave}"), classes="hint")

    def on_mount(self) -> None:
        self.query_one(".refused").display = False
        self.query_one("#first").focus()

    @on(Input.Submitted, "#first")
    def first_typed(self, event: Input.Submitted) -> None:
        """On to the second."""
        event.stop()
        self.query_one("#again").focus()

    @on(Input.Submitted, "#again")
    async def again_typed(self, event: Input.Submitted) -> None:
        """Set it."""
        event.stop()
        if self._busy:
            return
        first = self.query_one("#first", Input).value
        if first != event.value:
            self._say("The two are not the same. Nothing was changed.")
            return
        self._busy = True
        self._say("Encrypting …")
        await self.take_in_hand(self._encrypt(first))

    async def _encrypt(self, passphrase: str) -> None:
        try:
            await self._desk.library.set_passphrase(passphrase)
        except VigError as error:
            self._say(str(error))
            return
        finally:
            self._busy = False
        self.dismiss(True)

    def _say(self, sentence: str) -> None:
        refused = self.query_one(".refused", Static)
        refused.update(plain(sentence))
        refused.display = True

    def action_leave(self) -> None:
        """Leave it as it is."""
        if not self._busy:
            self.dismiss(False)


def is_locked(screen: Any) -> bool:
    """Whether this is the lock."""
    return isinstance(screen, LockScreen)
