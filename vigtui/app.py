"""The app: holds the desk, opens Today, closes the house in order; and never shows a local variable when it falls."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from rich.console import RenderableType
from rich.text import Text
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import CursorPosition, Event, Key
from textual.geometry import Region
from textual.screen import Screen
from textual.signal import Signal

from vigtui import crash, hangup, resources, whereabouts
from vigtui.commands import BY_ID, of
from vigtui.domain.errors import VigError
from vigtui.guard import Guarded
from vigtui.screens.base import CaseScreen, Desk
from vigtui.screens.drafting import Drafted
from vigtui.screens.drafts import in_one_line
from vigtui.screens.opening import InOneGo
from vigtui.screens.places import screen_for
from vigtui.screens.today import TodayScreen
from vigtui.services import drafts
from vigtui.services.packs import PackShelf
from vigtui.services.ports import Library, Media, Player
from vigtui.settings import Settings
from vigtui.terminal_answers import Answers, in_screen
from vigtui.themes import THEMES
from vigtui.widgets.known_styles import KnownStyles
from vigtui.widgets.sparing import Sparing
from vigtui.widgets.words import has_unicode, plain


class VigApp(InOneGo, Guarded):
    """vigtui on an open library."""

    TITLE = "vigtui"
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    CSS_PATH = [
        resources.styles_dir() / "app.tcss",
        *sorted((resources.styles_dir() / "screens").glob("*.tcss")),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            BY_ID["app.quit"].keys, "quit", "Quit", show=False, id="app.quit", priority=True, tooltip="Close vigtui."
        ),
        # Over dialogs too: somebody comes in.
        Binding(BY_ID["app.lock"].keys, "lock", "Lock", show=False, id="app.lock", priority=True, tooltip="Lock."),
    ]

    def __init__(
        self,
        library: Library,
        player: Player,
        packs: PackShelf,
        media: Media,
        settings: Settings,
        *,
        clock: Any = None,
        keymap: dict[str, str] | None = None,
        config: Path | None = None,
        answers: Answers | None = None,
        visit: str = "",
        keeps_backups: bool = False,
        is_new: bool = False,
        missing: Sequence[str] = (),
    ) -> None:
        super().__init__(keeps_backups=keeps_backups)
        self._visit = visit or library.actor
        self._is_new = is_new
        """Whether the library was made just now, so that a passphrase is offered."""
        self._missing = missing
        """Programs that films need and that are not here, to be told once."""
        self.desk = Desk(library, player, packs, media, settings, config=config, **({"clock": clock} if clock else {}))
        self.desk.answers = answers or self.desk.answers
        self._sparing = Sparing(slanted=not in_screen())
        self.painted: Signal[Region] = Signal(self, "painted")
        """Something was painted on the terminal; where cells came to the film again."""
        self.key_came: Signal[bool] = Signal(self, "key came")
        """A key was pressed; nothing of it is carried out yet."""
        self.cursor_told: Signal[int] = Signal(self, "cursor told")
        """The terminal told the column of its cursor, from 1."""
        for theme in THEMES:
            self.register_theme(theme)
        # Before anything is drawn; a change of theme later would have every style read a second time.
        self.set_reactive(App.theme, settings.theme if settings.theme in self.available_themes else THEMES[0].name)
        self.stylesheet = self.known_styles = KnownStyles(variables=self.get_css_variables())
        self._warned_of_loss = False
        if keymap:
            self.set_keymap(keymap)
        if not has_unicode():
            self.add_class("-ascii")
        self.set_class(self.desk.answers.afar, "-afar")

    async def on_mount(self) -> None:
        for name in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(name, self._asked_to_go)
        self._watch_terminal()
        # Whatever was on the terminal while the program was stopped is written over.
        self.app_resume_signal.subscribe(self, lambda _: self._sparing.forget(), immediate=True)
        await self.push_screen(TodayScreen(self.desk, cut_off=await self.last_place(), missing=self._missing))
        if where := await asyncio.to_thread(whereabouts.take, self.desk.library.folder, self._visit):
            self.call_after_refresh(self._go_back_to, where)
        if self._is_new and not self.desk.library.is_encrypted:
            self.offer_passphrase(is_new=True)
        await self.begin_watch()

    async def _go_back_to(self, where: whereabouts.Whereabouts) -> None:
        """Open the place where somebody was when their line broke. A case that has gone since is simply not opened."""
        self.desk.held = where.held
        with contextlib.suppress(VigError):
            screen = await screen_for(self.desk, where.here, where.case_id, where.cycle)
            await self.push_screen(screen)
            if where.live:
                await screen.run_action("finish")
            waiting = await self.desk.library.aread(lambda work: drafts.waiting(work, self.desk.open_drafts))
            if words := in_one_line(waiting, self.desk.library.actor, key="on Today F3"):
                self.notify(plain(words).plain, timeout=15, markup=False)
        self.desk.held = None

    def _watch_terminal(self) -> None:
        """See to it that the program does not outlive its terminal."""
        driver, loop = self._driver, asyncio.get_running_loop()
        if self.is_headless or driver is None:
            return

        def gone() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended already
                loop.call_soon_threadsafe(self._asked_to_go)

        hangup.watch(0, gone, lambda: getattr(getattr(driver, "_writer_thread", None), "_queue", None))

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Write what has changed on the screen, and nothing where nothing has."""
        driver = self._driver
        if renderable is None:  # nothing has: what the terminal shows is known as before
            super()._display(screen, renderable)
            return
        if not isinstance(renderable, ChopsUpdate | LayoutUpdate) or self.is_headless or driver is None:
            self._sparing.forget()
            super()._display(screen, renderable)
            return
        if self._batch_count or not self._running or self._closed:
            return
        words = self._sparing.render(renderable, self.console, self.size)
        cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
        if words or cursor != self._previous_cursor_position:
            self._previous_cursor_position = cursor
            self._begin_update()
            driver.write(f"{words}\x1b[{cursor.y + 1};{cursor.x + 1}H")
            self._end_update()
            driver.flush()
        self.post_display_hook()

    def post_display_hook(self) -> None:
        uncovered, self._sparing.uncovered = self._sparing.uncovered, Region()
        self.painted.publish(uncovered)

    def on_resize(self) -> None:
        """Terminals do not agree on what they show after a change of their size."""
        self._sparing.forget()

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key):
            self.key_came.publish(True)
        await super().on_event(event)

    def on_cursor_position(self, event: CursorPosition) -> None:
        """The terminal answered a question for its cursor; only the film asks."""
        self.cursor_told.publish(event.x + 1)

    def _asked_to_go(self) -> None:
        self.run_worker(self._save_and_go(), group="quit", exclusive=True)

    async def _save_and_go(self) -> None:
        """The terminal is going, or the system is: save what can be saved, keep the place, and end."""
        await self._save_all()
        await self._keep_place()
        self.exit()

    async def _keep_place(self) -> None:
        """Keep where somebody is, for the next start. It is a kindness: what cannot be kept is not missed."""
        screens = [screen for screen in self.screen_stack if isinstance(screen, CaseScreen)]
        if screens:
            last = screens[-1]
            where = whereabouts.Whereabouts(last.case_id, last.here, last.cycle_number, last.is_live, last.what_is_on())
            with contextlib.suppress(OSError):
                await asyncio.to_thread(whereabouts.keep, self.desk.library.folder, self._visit, where)

    async def _save_all(self) -> bool:
        """Save every field of every screen, and what stands in open forms; whether all of it could be saved."""
        return all([await self._save_screen(screen) for screen in self.screen_stack])

    async def action_quit(self) -> None:
        """Save every field, then close. Where something cannot be saved or was not kept, say so and close only when asked again."""
        forms = [screen for screen in self.screen_stack if isinstance(screen, Drafted)]
        if not self.is_locked and not all([await form.may_leave("ctrl+q") for form in forms]):
            return
        if await self._save_all() or self._warned_of_loss:
            await self.end_sitting()
            self.exit()
            return
        self._warned_of_loss = True
        self.notify(
            "Not everything you typed could be saved.\nSo vigtui stays open. Correct it, or press ctrl+q again to go without it.",
            severity="error",
            markup=False,
        )

    async def on_unmount(self) -> None:
        await self.desk.player.close()
        for job in tuple(self.desk.jobs):
            await job.close()
        if self.desk.intake is not None:
            await self.desk.intake.close()
        if self.desk.looker is not None:
            await self.desk.looker.close()
        if self.desk.errand is not None:
            await self.desk.errand.close()
        self.desk.library.close()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: every command of the place one is in."""
        places = getattr(screen, "places", ())
        for command in of(*places, "Everywhere"):
            yield SystemCommand(command.label, command.help, _runner(screen, command.action))
        yield from super().get_system_commands(screen)

    def _handle_exception(self, error: Exception) -> None:
        """End the app. Textual would print an error that can draw itself as it is, whatever it holds."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fatal_error()

    def _fatal_error(self) -> None:
        """Leave a short message; Textual's own would print local variables, and with them words of a case."""
        self.bell()
        error = self._exception or sys.exc_info()[1]
        report = crash.write_report(self.desk.library.folder, error)
        self._exit_renderables.append(Text(crash.message(error, report)))
        self._close_messages_no_wait()


def _runner(screen: Screen[Any], action: str) -> Any:
    async def run() -> None:
        await screen.run_action(action)

    return run
