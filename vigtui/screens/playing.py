"""What the two screens with a film share: the desk's player, its events as messages, and its errors as sentences."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from textual.message import Message
from textual.widgets import Input

from vigtui.domain.errors import FilmError, FilmMissing, VigError
from vigtui.domain.film import Film
from vigtui.domain.playback import KeyPressed, Playback, PlayerGone, PlayerSays, Showing
from vigtui.domain.timecode import Millis
from vigtui.screens.base import CaseScreen, VigScreen
from vigtui.services.films import path_of, showing_of
from vigtui.whereabouts import Held
from vigtui.widgets.film_view import FilmView

T = TypeVar("T")
P = ParamSpec("P")
S = TypeVar("S", bound="PlayingScreen")

ON_ITS_WAY = "the film is on its way"
AT_ONCE = 1.0
"""Seconds after which a screen says that its film is on its way."""


class PlayheadMoved(Message, bubble=False):
    """The player told where it is; only the newest counts."""

    def __init__(self, playback: Playback) -> None:
        super().__init__()
        self.playback = playback

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, PlayheadMoved)


class PlayerStopped(Message, bubble=False):
    """The player went away by itself."""

    def __init__(self, gone: PlayerGone) -> None:
        super().__init__()
        self.gone = gone


class PlayerSaid(Message, bubble=False):
    """The player had something to say."""

    def __init__(self, said: PlayerSays) -> None:
        super().__init__()
        self.said = said


class WindowKey(Message, bubble=False):
    """A key was pressed in the player's own window."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class WithFilm(VigScreen):
    """A screen that shows the film inside the terminal, where it plays there."""

    def show_view(self) -> None:
        """Show the film inside the terminal where the player is there."""
        self.set_class(self.desk.player.canvas is not None, "-inside")
        for view in self.query(FilmView):
            view.show(self.desk.player.canvas, self.desk.settings, self.desk.answers)

    def fill_terminal(self, on: bool) -> None:
        """Let the film fill the whole terminal, where it plays there, or not."""
        self.set_class(on and self.desk.player.canvas is not None, "-film")

    async def action_leave(self) -> None:
        if self.has_class("-film") and not isinstance(self.focused, Input):
            self.fill_terminal(False)
        else:
            await super().action_leave()


def in_turn(
    action: Callable[Concatenate[S, P], Awaitable[None]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, None]]:
    """An action that waits until what the film was asked for before is done; see `PlayingScreen.take_turn`."""

    @wraps(action)
    async def taken(screen: S, /, *args: P.args, **kwargs: P.kwargs) -> None:
        await screen.take_turn(lambda: action(screen, *args, **kwargs))

    return taken


def before_other_keys(
    action: Callable[Concatenate[S, P], Awaitable[None]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, None]]:
    """An action in turn for which other keys wait, however long it takes: what they mean depends on what it leaves."""

    @wraps(action)
    async def taken(screen: S, /, *args: P.args, **kwargs: P.kwargs) -> None:
        screen.last_in_line = None
        async with screen.turn:
            await action(screen, *args, **kwargs)

    return taken


class PlayingScreen(WithFilm, CaseScreen):
    """A case screen that drives the player."""

    window_keys: dict[str, str]
    """Keys that also work while the player's window has the focus, and the actions they mean."""

    unshown: Showing | None = None
    """What the player could not show when it was asked for last."""

    is_missing = False
    """Whether that was because its file is not there."""

    on_its_way = False
    """Whether the film does not do yet what it was asked for, and that takes long."""

    patience = AT_ONCE
    """Seconds for which other keys wait for what the film was asked for."""

    last_in_line: Callable[[], Awaitable[object]] | None = None
    """What the film is to do last of all that waits, as long as it has not begun."""

    _deaf: Callable[[], None] | None = None

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._opening = asyncio.Lock()
        self.turn = asyncio.Lock()
        """Held by what the film is asked for, one after the other."""
        self._in_line = 0

    def listen(self) -> None:
        """Hear the player from now on."""
        self._deaf = self.desk.player.listen(self._heard)

    def _heard(self, event: Playback | PlayerGone | PlayerSays | KeyPressed) -> None:
        if isinstance(event, Playback):
            self.post_message(PlayheadMoved(event))
        elif isinstance(event, PlayerGone):
            self.post_message(PlayerStopped(event))
        elif isinstance(event, PlayerSays):
            self.post_message(PlayerSaid(event))
        else:
            self.post_message(WindowKey(event.key))

    async def on_unmount(self) -> None:
        if self._deaf:
            self._deaf()

    async def drive(self, doing: Awaitable[T]) -> T | None:
        """Ask something of the player; an error is told, and the app goes on. None then."""
        try:
            return await doing
        except VigError as error:
            self.tell(error)
            return None

    def show_player(self) -> None:
        """Show what the player does now."""

    async def action_move_film(self) -> None:
        """Move the film between its window and the terminal, while it plays as well."""
        player = self.desk.player
        seen = [name for name in player.homes if name != "unseen"]
        if len(seen) < 2:
            self.say("There is no other place for the film here: no display was found.")
            return
        await self.drive(
            player.move(seen[(seen.index(player.name) + 1) % len(seen)] if player.name in seen else seen[0])
        )
        self.show_view()
        self.show_player()

    def on_player_stopped(self, event: PlayerStopped) -> None:
        self.show_view()
        self.show_player()
        self.warn(f"{event.gone.summary}\n{event.gone.remedy}")

    def on_player_said(self, event: PlayerSaid) -> None:
        self.warn(f"{event.said.summary}\n{event.said.remedy}")

    async def on_window_key(self, event: WindowKey) -> None:
        await self.take_window_key(event.key)

    async def take_window_key(self, key: str) -> None:
        """Do what a key means that was pressed in the player's window."""
        action = self.window_keys.get(key)
        if action and self.is_current:
            await self.run_action(action)

    def path(self, film: Film) -> Path:
        """Where a film's file is."""
        return path_of(self.desk.library.folder, film)

    def showing(self, film: Film) -> Showing:
        """What the player is to show of a film."""
        return showing_of(self.desk.library.folder, film)

    def is_open(self, film: Film) -> bool:
        """Whether the player shows this film, in the version that was chosen."""
        return self.desk.player.state.shows(self.showing(film))

    async def show_film(self, film: Film, *, at: Millis | None = None) -> bool:
        """Have the player show a film, paused where it was or at a time; whether it does."""
        async with self._opening:
            return await self._show_film(film, at)

    async def _show_film(self, film: Film, at: Millis | None) -> bool:
        if self.is_open(film) and at is None and self.unshown is None:
            return True
        showing, state = self.showing(film), self.desk.player.state
        if at is None:
            # Another version of the film that is open stands where the one before stood.
            at = state.position if state.film == str(showing.film) else Millis(0)
        self.unshown = None
        try:
            await self.desk.player.open(showing, at=at)
        except VigError as error:
            self.tell(error)
            if isinstance(error, FilmError):
                self.unshown, self.is_missing = showing, isinstance(error, FilmMissing)
                await self.drive(self.desk.player.blank())  # the film before would stand there under this one's name
                self.show_player()
            return False
        return True

    async def take_turn(self, doing: Callable[[], Awaitable[object]], *, patience: float | None = None) -> None:
        """Ask something of the film after all that was asked before.

        It is waited for a moment, as for any key. A film that comes through a slow line takes longer: then keys that are not for
        the film, such as those of notes, are answered meanwhile, and after a second the screen says what it waits for.

        Args:
            doing: what is asked.
            patience: seconds for which other keys wait for it; None for the screen's own.
        """
        done = asyncio.Event()

        async def do_it() -> None:
            try:
                async with self.turn:
                    if self.last_in_line is doing:
                        self.last_in_line = None
                    await doing()
                    if self.on_its_way:
                        await self.look_again()
            finally:
                self._in_line -= 1
                self.on_its_way = self.on_its_way and self._in_line > 0
                done.set()
            self.show_player()

        self._in_line += 1
        self.last_in_line = doing
        self.run_worker(do_it(), group="film")
        asyncio.get_running_loop().call_later(AT_ONCE, self._say_late, done)
        if self._in_line == 1:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.patience if patience is None else patience):
                    await done.wait()

    def _say_late(self, done: asyncio.Event) -> None:
        if self._in_line and not done.is_set() and self.is_attached:
            self.on_its_way = True
            self.show_player()

    @property
    def waits_for_film(self) -> bool:
        """Whether something is still to be done by the film."""
        return self._in_line > 0

    async def look_again(self) -> None:
        """See to what the player told while it was not this screen's turn."""

    def take_held(self) -> Held | None:
        """What the film showed here when a line broke; told once."""
        held, self.desk.held = self.desk.held, None
        return held

    async def have_again(self, film: Film, held: Held) -> bool:
        """Have the film as it was then; whether it is. A laptop that has held its picture keeps it."""
        async with self._opening:
            return await self.drive(self.desk.player.resume(self.showing(film), held.playback)) is not None

    async def go_back(self) -> None:
        await self._rest()
        await super().go_back()

    async def go(self, here: str, cycle_number: int | None = None) -> None:
        await self._rest()
        await super().go(here, cycle_number)

    async def _rest(self) -> None:
        player = self.desk.player
        if player.state.loop is not None:
            await self.drive(player.loop(None))
        if player.state.playing:
            await self.drive(player.pause())
