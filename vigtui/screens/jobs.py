"""Long work in a thread while other screens are used: how far it is, stopping it, and saying what came of it."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import ProgressBar, Static

from vigtui.domain.errors import VigError
from vigtui.screens.opening import Dialog
from vigtui.widgets.words import plain

if TYPE_CHECKING:
    from vigtui.screens.base import Desk

T = TypeVar("T")
Run = Callable[[Callable[[int, int], None], Callable[[], bool]], T]
"""What a thread does, given how to tell its progress and how to ask whether to stop."""

_LOOK_EVERY = 0.1
"""Seconds between two looks at the progress."""


class Job(Generic[T]):
    """One piece of long work. It lies on the desk until it has ended, and outlives the screen it was begun on."""

    def __init__(self, app: App[Any], desk: "Desk", title: str, run: Run[T], said: Callable[[T], str]) -> None:
        self.title = title
        self.done, self.whole = 0, 0
        self.result: T | None = None
        self.error: VigError | None = None
        self._app = app
        self._desk = desk
        self._run = run
        self._said = said
        self._stopping = False
        self._thread: asyncio.Future[T] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self not in self._desk.jobs

    def begin(self) -> None:
        """Begin, and show how far it is."""
        self._desk.jobs.append(self)
        self._app.run_worker(self._watch(), group="jobs", exclusive=False)
        self._app.push_screen(JobDialog(self))

    def stop(self) -> None:
        """Stop as soon as may be."""
        self._stopping = True

    async def close(self) -> None:
        """Stop, and wait until the thread lets go of the library."""
        self.stop()
        if self._thread is not None:
            await asyncio.gather(self._thread, return_exceptions=True)  # its refusal has nobody left to be told

    async def _watch(self) -> None:
        self._thread = asyncio.ensure_future(asyncio.to_thread(self._run, self._told, lambda: self._stopping))
        try:
            self.result = await asyncio.shield(self._thread)
            self._app.notify(plain(self._said(self.result)).plain, markup=False, timeout=10)
        except VigError as refusal:
            self.error = refusal
            self._app.notify(plain(str(refusal)).plain, severity="warning", markup=False, timeout=10)
        finally:
            self._desk.jobs.remove(self)
        for screen in self._app.screen_stack:
            if reload := getattr(screen, "reload", None):
                await reload()

    def _told(self, done: int, whole: int) -> None:
        self.done, self.whole = done, whole


class JobDialog(Dialog[None]):
    """How far a job is. `enter` lets it go on behind other screens, `esc` stops it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "leave", "Go on", show=False),
        Binding("escape", "stop", "Stop", show=False),
    ]

    def __init__(self, job: Job[Any]) -> None:
        super().__init__()
        self._job = job

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain(self._job.title), classes="title")
            yield ProgressBar(show_eta=False)
            yield Static(plain("enter works on meanwhile · esc stops it"), classes="hint")

    def on_mount(self) -> None:
        self.set_interval(_LOOK_EVERY, self._show)

    def _show(self) -> None:
        if self._job.has_ended:
            if self.is_current:
                self.dismiss(None)
            return
        self.query_one(ProgressBar).update(total=self._job.whole or None, progress=self._job.done)

    def action_leave(self) -> None:
        """Work on meanwhile."""
        self.dismiss(None)

    def action_stop(self) -> None:
        """Stop it."""
        self._job.stop()
