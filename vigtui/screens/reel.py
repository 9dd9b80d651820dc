"""A reel: clips played in order, one after the other, without cutting anything. Pausing keeps the place.

Why mpv's own edit lists are not used stands in docs/decisions.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from vigtui.domain.errors import VigError
from vigtui.domain.moment import Moment
from vigtui.domain.playback import Showing
from vigtui.domain.timecode import Millis, Span
from vigtui.services.ports import Player

STILL_SECONDS = 4.0
"""How long a still stands."""


@dataclass(frozen=True, slots=True)
class Part:
    """One clip of a reel, and how it is shown."""

    film: Showing
    moment: Moment
    label: str
    speed: float = 1.0
    volume: int = 100
    zoom: float = 1.0


class Reel:
    """Plays parts in order on a player. Whoever holds it hands it the player's reports.

    Args:
        player: the player.
        parts: what is played; never a private moment.
        changed: told when another part begins, and at the end.
        told: told what went wrong while it went on by itself.
    """

    def __init__(
        self, player: Player, parts: Sequence[Part], changed: Callable[[], None], told: Callable[[VigError], None]
    ) -> None:
        self._player = player
        self._parts = tuple(parts)
        self._changed = changed
        self._told = told
        self._turning = asyncio.Lock()
        self._still: asyncio.Task[None] | None = None
        self._ahead: asyncio.Task[None] | None = None
        self._place: Millis | None = None
        self.at = 0
        """Which part is on, from 0."""
        self.running = False
        """Whether it goes on by itself; False while it is paused, and at its end."""
        self.over = not parts

    @property
    def part(self) -> Part:
        """The part that is on."""
        return self._parts[self.at]

    def __len__(self) -> int:
        return len(self._parts)

    def is_of(self, parts: Sequence[Part]) -> bool:
        """Whether it plays just these."""
        return self._parts == tuple(parts)

    async def go_on(self) -> None:
        """Play from where it was paused; from the beginning where it is over. Raises FilmError, PlayerError."""
        async with self._turning:
            if self.over:
                self.at, self.over, self._place = 0, False, None
            await self._show(self._place)

    async def pause(self) -> None:
        """Hold it where it is."""
        async with self._turning:
            self._stop_still()
            self.running = False
            self._place = await self._player.pause()

    async def end(self) -> None:
        """Give the player back as it was: its own speed, volume and zoom."""
        self._stop_still()
        self.running = False
        if self._ahead is not None:
            self._ahead.cancel()
        await self._player.set_speed(1.0)
        await self._player.set_volume(100)
        await self._player.set_zoom(1.0)

    async def heard(self) -> None:
        """The player reported: where the part has been played to its last frame, the next one comes.

        What counts is what the player does now: the report may be of a time before this part began.
        """
        part, playback = self.part, self._player.state
        if not self.running or part.moment.still or playback.playing or self._turning.locked():
            return
        if not playback.shows(part.film):
            self.running = False
        elif playback.position >= part.moment.out_ms - 1 or playback.ended:
            await self._turn()
        else:
            # Somebody paused it, here or in the film's own window.
            self.running, self._place = False, playback.position

    async def _turn(self) -> None:
        """To the next part, or the end."""
        async with self._turning:
            if self.at + 1 < len(self._parts):
                self.at, self._place = self.at + 1, None
                await self._show(None)
                return
            self.running, self.over, self._place = False, True, None
        await self.end()
        self._changed()

    async def _show(self, place: Millis | None) -> None:
        part, moment, player = self.part, self.part.moment, self._player
        start = moment.in_ms if place is None or not moment.in_ms <= place < moment.out_ms else place
        if not player.state.shows(part.film):
            await player.open(part.film, at=start)
        await player.loop(None)
        await player.set_speed(part.speed)
        await player.set_volume(part.volume)
        await player.set_zoom(part.zoom)
        self.running = True
        self._changed()
        if moment.still:
            await player.pause()
            await player.seek(moment.in_ms)
            self._still = asyncio.create_task(self._after(STILL_SECONDS, self._turn))
        else:
            await player.play_span(Span(start, moment.out_ms))
        if self.at + 1 < len(self._parts):
            self._ahead = asyncio.create_task(self._have_ready(self._parts[self.at + 1]))

    async def _have_ready(self, part: Part) -> None:
        """Let the player know of the part that comes next, should it have to fetch it."""
        span = Span(part.moment.in_ms, Millis(max(part.moment.out_ms, part.moment.in_ms + 1)))
        # What is fetched ahead is a kindness: where it cannot be, the part itself says why.
        with contextlib.suppress(VigError):
            await self._player.prepare(part.film, span)

    async def _after(self, seconds: float, then: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(seconds)
        self._still = None
        if self.running:
            try:
                await then()
            except VigError as error:
                self.running = False
                self._told(error)

    def _stop_still(self) -> None:
        if self._still is not None:
            self._still.cancel()
            self._still = None
