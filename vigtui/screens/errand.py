"""Long work on a case bundle: it goes on while other screens are used, shows how far it is, and can be stopped."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from vigtui.domain.errors import VigError
from vigtui.screens.opening import Dialog
from vigtui.widgets.words import plain

if TYPE_CHECKING:
    from vigtui.screens.base import Desk

Step = Callable[[int, int], None]
_LOOK_EVERY = 0.2
"""Seconds between two looks at how far it is."""


class ErrandStopped(VigError):
    """Somebody stopped it."""

    summary = "It was stopped."
    remedy = "Nothing was changed, and nothing of it is left. It can be begun again."


class Errand:
    """One piece of long work in a thread. It lies on the desk and outlives the screens."""

    def __init__(self, app: App[Any], title: str, job: Callable[[Step], str]) -> None:
        """Prepare; `job` gets a function to tell its progress to, and gives back what to say at the end."""
        self._app = app
        self.title = title
        self._job = job
        self._stopping = False
        self._done = self._total = 0
        self._thread: asyncio.Future[str] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether it is under way."""
        return self._thread is not None and not self._thread.done()

    @property
    def progress(self) -> str:
        """How far it is, in words."""
        if self._stopping:
            return "stopping …"
        if not self._total:
            return "preparing …"
        return f"{100 * self._done // self._total} %, {self._done / 1e6:.0f} of {self._total / 1e6:.0f} MB"

    def begin(self) -> None:
        """Begin."""
        self._thread = asyncio.ensure_future(asyncio.to_thread(self._job, self._step))
        self._app.run_worker(self._wait(self._thread), group="errand", exclusive=False)

    def stop(self) -> None:
        """Stop at the next piece."""
        self._stopping = True

    async def close(self) -> None:
        """Stop, and wait until the thread lets go of the library."""
        self.stop()
        if self._thread is not None:
            await asyncio.gather(self._thread, return_exceptions=True)  # its refusal has nobody left to be told

    def _step(self, done: int, total: int) -> None:
        self._done, self._total = done, total
        if self._stopping:
            raise ErrandStopped

    async def _wait(self, thread: "asyncio.Future[str]") -> None:
        from vigtui.screens.base import VigScreen

        try:
            said = await asyncio.shield(thread)
        except VigError as refusal:
            self._app.notify(plain(str(refusal)).plain, severity="warning", timeout=15, markup=False)
        else:
            self._app.notify(plain(said).plain, timeout=15, markup=False)
        for screen in self._app.screen_stack:
            if isinstance(screen, VigScreen):
                await screen.reload()


class ErrandScreen(Dialog[None]):
    """How far an errand is. Leaving it stops nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("x", "stop", "Stop", show=False),
    ]

    def __init__(self, errand: Errand) -> None:
        super().__init__()
        self._errand = errand
        self._line = Static("", classes="intro")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain(self._errand.title), classes="title")
            yield self._line
            yield Static(plain("esc leaves, and it goes on · x stops it"), classes="hint")

    def on_mount(self) -> None:
        self._look()
        self.set_interval(_LOOK_EVERY, self._look)

    def _look(self) -> None:
        self._line.update(plain(self._errand.progress))
        if not self._errand.is_busy and self.is_current:
            self.dismiss(None)

    def action_stop(self) -> None:
        """Stop the errand."""
        self._errand.stop()
        self._look()

    def action_leave(self) -> None:
        """Leave; it goes on."""
        self.dismiss(None)


def run_errand(app: App[Any], desk: "Desk", title: str, job: Callable[[Step], str]) -> None:
    """Begin an errand and show how far it is."""
    desk.errand = Errand(app, title, job)
    desk.errand.begin()
    app.push_screen(ErrandScreen(desk.errand))
