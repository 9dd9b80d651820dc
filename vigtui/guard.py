"""What watches over the app: lock and idle time, where one is, the backup of the day, crash reports without a word of a case."""

import asyncio
import contextlib
import gc
import socket
import time
from typing import Any

from textual import events, work
from textual.screen import Screen

from vigtui.domain.errors import LibraryError, VigError
from vigtui.domain.sitting import Sitting
from vigtui.keys_in_order import KeysInOrder
from vigtui.screens import places
from vigtui.screens.base import Desk, VigScreen
from vigtui.screens.drafting import Drafted
from vigtui.screens.lock import LockScreen, PassphraseDialog, is_locked
from vigtui.services import drafts, light
from vigtui.widgets.known_styles import KnownStyles
from vigtui.widgets.words import plain

_LOOK_EVERY = 5.0
"""Seconds between two looks at the idle time."""
_SETTLED_AFTER = 1.0
"""Seconds after which what the program is made of is in memory."""


_SLEPT = 60.0
"""Seconds between two looks at the idle time after which the computer must have slept."""
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_CALM = 0.4
"""Seconds without a key after which somebody looks or thinks."""
_MUCH, _TOO_MUCH = 2, 50
"""Rounds of Python's collector for young objects after which the old are looked through as well: in a calm moment, and at once."""


def now() -> float:
    """Seconds that go on while the computer sleeps; `time.monotonic` stands still then (Linux and macOS: clock_gettime)."""
    return time.clock_gettime(_CLOCK)


class Guarded(KeysInOrder):
    """An app that locks itself and looks after its library."""

    desk: Desk
    known_styles: KnownStyles

    def __init__(self, *args: Any, keeps_backups: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._keeps_backups = keeps_backups
        self._touched = self._looked = now()
        self._held_back: list[tuple[str, dict[str, Any]]] = []
        self._will_tidy = False

    async def begin_watch(self) -> None:
        """Once the first screen stands."""
        self.set_timer(_SETTLED_AFTER, self._settle)
        self.set_interval(_LOOK_EVERY, self._look_at_the_clock)
        if self._keeps_backups:
            self._look_after()

    @work(group="settle")
    async def _settle(self) -> None:
        """Read the rest of the program while somebody looks at the first screen. Then it need not be looked through again.

        What screens leave behind has to go soon: it is large. Whoever types already comes first: each step takes a tenth of a
        second or more, and what is typed has three of them to the disk.
        """
        await self._calm()
        await asyncio.to_thread(places.read_ahead)
        await self._calm()
        await self.known_styles.read_ahead()
        await self._calm()
        gc.collect()
        gc.freeze()
        gc.set_threshold(700, 10, _TOO_MUCH)

    async def _calm(self) -> None:
        """Wait until there was no key for a moment."""
        while (left := self._touched + _CALM - now()) > 0:  # noqa: ASYNC110 - each key puts it off
            await asyncio.sleep(left)

    @work(group="look-after")
    async def _look_after(self) -> None:
        chosen = self.desk.settings
        keep = (chosen.backups_daily, chosen.backups_weekly, chosen.backups_monthly)
        for sentence in await asyncio.to_thread(self.desk.library.look_after, keep):
            self.notify(plain(sentence).plain, severity="error", timeout=60, markup=False)
        await asyncio.to_thread(light.tidy, self.desk.library, self.desk.media)

    # The lock

    @property
    def is_locked(self) -> bool:
        """Whether the screen is covered."""
        return is_locked(self.screen)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste | events.MouseEvent):
            if self._is_overdue():  # the key that wakes a computer, and no look at the clock came before it
                await self.action_lock()
                self._touched = now()
                return
            self._touched = now()
            self._tidy_when_calm()
        await super().on_event(event)

    def _is_overdue(self) -> bool:
        """Whether the screen is to be covered, since nobody was there for so long."""
        minutes = self.desk.settings.lock_minutes
        is_due = bool(minutes) and now() - self._touched >= minutes * 60
        return is_due and self.desk.library.is_encrypted and not self.is_locked

    def _tidy_when_calm(self) -> None:
        """Look for what screens have left behind while nobody waits for the next one: it takes as long as half of that."""
        if not self._will_tidy:
            self._will_tidy = True
            self.set_timer(_CALM, self._tidy)

    def _tidy(self) -> None:
        self._will_tidy = False
        if now() - self._touched < _CALM:
            self._tidy_when_calm()
        elif gc.get_count()[2] >= _MUCH:
            gc.collect()

    async def _look_at_the_clock(self) -> None:
        slept, self._looked = now() - self._looked > _SLEPT, now()
        if self.desk.player.state.playing and not slept:
            self._touched = now()  # a family watches
        if self._is_overdue():
            await self.action_lock()

    async def action_lock(self) -> None:
        """Cover the screen, stop the film, save everything. Where there is no passphrase yet, offer to set one."""
        if self.is_locked:
            return
        below = list(self.screen_stack)
        if self.desk.library.is_encrypted:
            self.clear_notifications()
            await self.push_screen(LockScreen(self.desk), self._unlocked)
            try:
                await self.desk.player.blank()
            except VigError as error:  # the picture may still stand: whoever unlocks must know
                self._held_back.append((f"{error.summary}\n{error.remedy}", {"severity": "warning", "markup": False}))
            self._save_below(below)
            return
        for screen in below:
            await self._save_screen(screen)
        self.offer_passphrase()

    @work(group="lock")
    async def _save_below(self, screens: list[Screen[Any]]) -> None:
        """Save what was typed before the screen was covered; it takes long where another program holds the library."""
        for screen in screens:
            await self._save_screen(screen)

    @staticmethod
    async def _save_screen(screen: Screen[Any]) -> bool:
        """Save every field of a screen, or what stands in a form; whether that could be done."""
        if isinstance(screen, VigScreen):
            return await screen.flush()
        return not isinstance(screen, Drafted) or await screen.save_draft()

    def offer_passphrase(self, *, is_new: bool = False) -> None:
        """Ask for a passphrase to close the library by; it can be left as it is."""
        if not isinstance(self.screen, PassphraseDialog):
            self.push_screen(PassphraseDialog(self.desk, is_new=is_new), self._passphrase_set)

    def _passphrase_set(self, done: bool | None) -> None:
        if done:
            self.notify("The library is closed by the passphrase. ctrl+l locks the screen.", markup=False)

    def _unlocked(self, _: None) -> None:
        held, self._held_back = self._held_back, []
        for words, how in held:
            self.notify(words, **how)

    def notify(self, message: str, **how: Any) -> None:
        """Show a notice; while the screen is covered it waits."""
        if self.is_running and self._screen_stack and self.is_locked:
            self._held_back.append((message, how))
        else:
            super().notify(message, **how)

    def action_command_palette(self) -> None:
        """Show the palette, but never on a covered screen."""
        if not self.is_locked:
            super().action_command_palette()

    # Where one is

    async def last_place(self) -> Sitting | None:
        """Where this person was cut off on this machine, by a crash, a power cut or a lost line; None where they were not."""
        sittings = await self.desk.library.aread(lambda work: work.sittings())
        own = [one for one in sittings if (one.host, one.actor) == (socket.gethostname(), self.desk.library.actor)]
        over = next((one for one in own if one.ended_at or not drafts.is_running(one.pid, since=one.began_at)), None)
        return over if over and over.ended_at is None and over.case_id else None

    async def end_sitting(self) -> None:
        """It was closed by its key."""
        sitting = self.desk.sitting
        if sitting is not None:
            with contextlib.suppress(LibraryError):  # then the next start offers to go on, which does no harm
                await self.desk.keep_place(ended=True)
