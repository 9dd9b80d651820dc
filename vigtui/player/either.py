"""A player that can be on the laptop at the other end of the line, or here: on a slow line the film moves into the terminal."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from vigtui.domain.errors import PlayerError
from vigtui.domain.playback import Playback, Showing
from vigtui.domain.timecode import Millis, Span
from vigtui.player.canvas import Canvas
from vigtui.player.driver import START, MpvPlayer
from vigtui.player.home import as_showing
from vigtui.player.listeners import Listeners, Report
from vigtui.player.remote import RemotePlayer
from vigtui.player.resuming import as_it_was


class EitherPlayer:
    """The laptop's player, until it is told to move to one of the homes here; then that one, until it is told to move back.

    The contract is that of every player. The one that is left goes black.
    """

    def __init__(self, laptop: RemotePlayer, here: MpvPlayer) -> None:
        self._players: tuple[RemotePlayer | MpvPlayer, ...] = (laptop, here)
        self._now: RemotePlayer | MpvPlayer = laptop
        self._showing: Showing | None = None
        self._listeners = Listeners()
        for player in self._players:
            player.listen(self._teller(player))

    def _teller(self, player: RemotePlayer | MpvPlayer) -> Callable[[Report], None]:
        def tell(report: Report) -> None:
            if player is self._now:
                self._listeners.tell(report)

        return tell

    @property
    def name(self) -> str:
        """The name of the home the film is in."""
        return self._now.name

    @property
    def homes(self) -> tuple[str, ...]:
        """The names of all homes there are."""
        return tuple(name for player in self._players for name in player.homes)

    @property
    def canvas(self) -> Canvas | None:
        """Where the picture is drawn inside the terminal."""
        return self._now.canvas

    @property
    def state(self) -> Playback:
        """What it did when it was last heard of."""
        return self._now.state

    def listen(self, callback: Callable[[Report], None]) -> Callable[[], None]:
        """Hear of every change from now on; returns a function that ends it."""
        return self._listeners.add(callback)

    async def move(self, name: str) -> None:
        """Go to another home, with film, position, speed and loop; what plays plays on there.

        Raises:
            PlayerError, FilmError: it cannot be there; it is back where it was, paused at the same frame.
        """
        there = next((player for player in self._players if name in player.homes), None)
        if there is None:
            raise PlayerError(f"There is no place “{name}” for the film here.", "It stays where it is.")
        if there is self._now:
            await there.move(name)
            return
        state = self.state
        await self._now.pause()
        at = self.state.position
        if there.name != name:
            await there.move(name)
        if self._showing is not None:
            await as_it_was(there, self._showing, replace(state, position=at))
        else:
            await there.set_speed(state.speed)
        before, self._now = self._now, there
        self._listeners.tell(there.state)
        await before.blank()
        if state.playing:
            await there.play()

    async def open(self, film: Path | Showing, *, at: Millis = START, playing: bool = False) -> Playback:
        """Open `film` at the first frame at or after `at`, paused unless `playing`."""
        showing = as_showing(film)
        state = await self._now.open(showing, at=at, playing=playing)
        self._showing = showing
        return state

    async def resume(self, film: Path | Showing, before: Playback) -> Playback:
        """Have a film as it was, paused: untouched where the laptop has held it."""
        self._showing = as_showing(film)
        return await self._now.resume(self._showing, before)

    async def play(self) -> None:
        """Play from where the film is."""
        await self._now.play()

    async def pause(self) -> Millis:
        """Hold the picture and return its time."""
        return await self._now.pause()

    async def position(self) -> Millis:
        """Ask for the time of the frame on screen."""
        return await self._now.position()

    async def seek(self, to: Millis) -> Millis:
        """Show the first frame at or after `to`; return its time."""
        return await self._now.seek(to)

    async def step(self, frames: int) -> Millis:
        """Pause and go `frames` frames on, back where negative; return the time reached."""
        return await self._now.step(frames)

    async def set_speed(self, speed: float) -> None:
        """Play at `speed` times the film's own."""
        await self._now.set_speed(speed)

    async def set_volume(self, percent: int) -> None:
        """Set the loudness in per cent."""
        await self._now.set_volume(percent)

    async def set_zoom(self, factor: float) -> None:
        """Show the middle of the picture larger."""
        await self._now.set_zoom(factor)

    async def fullscreen(self, on: bool) -> None:
        """Let the picture fill the screen, or not."""
        await self._now.fullscreen(on)

    async def set_screen(self, number: int | None) -> None:
        """Choose the screen that is filled."""
        await self._now.set_screen(number)

    async def overlay(self, words: str | None) -> None:
        """Pause, and show words over the picture; None takes them away."""
        await self._now.overlay(words)

    async def loop(self, span: Span | None) -> None:
        """Repeat a span; None ends that."""
        await self._now.loop(span)

    async def play_span(self, span: Span, *, lead: Millis = START) -> None:
        """Play a span once, beginning so much earlier."""
        await self._now.play_span(span, lead=lead)

    async def prepare(self, film: Path | Showing, span: Span) -> None:
        """A span may be asked for soon."""
        await self._now.prepare(film, span)

    async def blank(self) -> None:
        """Show black."""
        await self._now.blank()

    async def close(self) -> None:
        """End both players and forget all listeners."""
        self._listeners.close()
        for player in self._players:
            await player.close()
