"""A player that plays nothing: the same contract, without mpv or pictures. For tests of everything else, and below `stills`."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from vigtui.domain.errors import FilmError, FilmMissing, PlayerError
from vigtui.domain.playback import Playback, Showing
from vigtui.domain.timecode import Millis, Span
from vigtui.player.driver import FASTEST, REPORT_EVERY, SLOWEST, START
from vigtui.player.listeners import Listeners, Report
from vigtui.player.resuming import as_it_was

TEN_SECONDS = Millis(10_000)
FRAME = 40
"""Milliseconds from frame to frame: 25 frames a second."""


class Frames(Protocol):
    """When the frames of a film are shown, in milliseconds."""

    @property
    def length(self) -> Millis:
        """Length of the film."""

    @property
    def last(self) -> Millis:
        """The last frame."""

    def from_on(self, at: float) -> Millis:
        """The first frame at or after a time; the last one where none follows."""

    def until(self, at: float) -> Millis:
        """The last frame at or before a time; the first one where there is none."""

    def moved(self, at: Millis, frames: int) -> Millis:
        """The frame so many on from the one at a time, back where negative; within the film."""


class Even:
    """25 frames a second."""

    def __init__(self, length: Millis) -> None:
        self.length = length
        self.last = Millis(max(0, (length - 1) // FRAME * FRAME))

    def from_on(self, at: float) -> Millis:
        return Millis(min(self.last, -(-max(0, int(at)) // FRAME) * FRAME))

    def until(self, at: float) -> Millis:
        return Millis(min(self.last, max(0, int(at)) // FRAME * FRAME))

    def moved(self, at: Millis, frames: int) -> Millis:
        return self.from_on(at + frames * FRAME)


class NullPlayer:
    """Imagines a film of 25 frames a second and keeps its state as a real player would.

    Time passes while it plays, by the clock of the event loop. Every file that is there and not empty counts as a film.

    Args:
        length: length of every film, in milliseconds.
    """

    name = "null"
    homes = ("null",)
    canvas = None

    def __init__(self, *, length: Millis = TEN_SECONDS) -> None:
        self._frames: Frames = Even(length)
        self._state = Playback()
        self._listeners = Listeners()
        self._clock: asyncio.Task[None] | None = None
        self._once: Millis | None = None
        self._closed = False

    @property
    def state(self) -> Playback:
        """What the player does."""
        return self._state

    def listen(self, callback: Callable[[Report], None]) -> Callable[[], None]:
        """Hear of every change from now on; returns a function that ends it."""
        return self._listeners.add(callback)

    async def open(self, film: Path | Showing, *, at: Millis = START, playing: bool = False) -> Playback:
        """Open `film`; raises FilmMissing where there is none, FilmError where the file is empty."""
        showing = film if isinstance(film, Showing) else Showing(film)
        with self._command(film=False):
            self._frames = await self._frames_of(showing)
            self._once = None
            self._state = Playback(
                film=str(showing.film), version=showing.version, length=self._frames.length, speed=self._state.speed
            )
            self._place(at)
            if playing:
                self._start()
        return self._state

    async def _frames_of(self, showing: Showing) -> Frames:
        """Look at a file; raises what `open` raises."""
        size = await asyncio.to_thread(_size, showing.film)
        if size is None:
            raise FilmMissing
        if not size:
            raise FilmError("The file is not a film that mpv can read.")
        return self._frames

    async def resume(self, film: Path | Showing, before: Playback) -> Playback:
        """Have a film as it was, paused; raises what `open` raises."""
        await as_it_was(self, film, before)
        return self._state

    async def play(self) -> None:
        """Play from where the film is; from the loop's or the film's beginning where it has ended."""
        if self._state.playing:
            return
        with self._command():
            if self._state.ended:
                self._place(self._state.loop.start if self._state.loop else START)
            self._start()

    async def pause(self) -> Millis:
        """Hold the picture and return its time."""
        with self._command(film=False):
            return self._state.position

    async def position(self) -> Millis:
        """Tell the time of the frame on screen."""
        return self._state.position

    async def seek(self, to: Millis) -> Millis:
        """Show the first frame at or after `to`, the last one where none follows; return its time."""
        playing = self._state.playing
        with self._command():
            self._once = None
            self._place(to)
            if playing:
                self._start()
        return self._state.position

    async def step(self, frames: int) -> Millis:
        """Pause and go `frames` frames on, back where negative; return the time reached."""
        with self._command():
            self._once = None
            self._place(self._frames.moved(self._state.position, frames))
        return self._state.position

    async def set_speed(self, speed: float) -> None:
        """Play at `speed` times the film's own, between 0.1 and 4."""
        self._report(replace(self._state, speed=min(FASTEST, max(SLOWEST, speed))))

    async def set_volume(self, percent: int) -> None:
        """Take a loudness; nothing is heard."""

    async def set_zoom(self, factor: float) -> None:
        """Take a zoom; nothing is shown."""

    async def fullscreen(self, on: bool) -> None:
        """Take a size; nothing is shown."""

    async def set_screen(self, number: int | None) -> None:
        """Take the number of a screen; nothing is shown."""

    async def prepare(self, film: Path | Showing, span: Span) -> None:
        """Take what may be asked for soon; there is nothing to fetch."""

    async def move(self, name: str) -> None:
        """There is nowhere else to go; raises PlayerError for another name."""
        with self._command(film=False):
            if name != self.name:
                raise PlayerError(f"There is no place “{name}” for the film here.", "It stays where it is.")

    async def overlay(self, words: str | None) -> None:
        """Pause, and take words to stand over the picture until it plays, goes black or is another; None ends that."""
        with self._command(film=False):
            self._state = replace(self._state, covered=bool(words and words.strip()))

    async def loop(self, span: Span | None) -> None:
        """Repeat `span` from its start; None ends that. Playing or not stays as it was."""
        if span is None and self._state.loop is None:
            return
        playing = self._state.playing
        with self._command():
            self._once = None
            self._state = replace(self._state, loop=span)
            if span is not None:
                self._place(span.start)
            if playing:
                self._start()

    async def play_span(self, span: Span, *, lead: Millis = START) -> None:
        """Play once from `lead` milliseconds before `span` to its end and hold its last frame."""
        with self._command():
            self._place(Millis(span.start - lead))
            self._once = span.end
            self._start()

    async def blank(self) -> None:
        """Stop playing; the film and its place are kept."""
        with self._command(film=False):
            self._state = replace(self._state, covered=False)

    async def close(self) -> None:
        """Forget all listeners; may be called more than once."""
        self._listeners.close()
        self._halt()
        self._closed = True

    @contextmanager
    def _command(self, *, film: bool = True) -> Iterator[None]:
        """Pause, let the command do its work, and report what has changed with it, once."""
        if self._closed:
            raise PlayerError("The player was closed.", "Everything you marked and wrote is safe.")
        if film and self._state.film is None:
            raise PlayerError("No film is open.", "Open a film first.")
        before = self._state
        self._halt()
        try:
            yield
        finally:
            if self._state != before:
                self._listeners.tell(self._state)

    def _place(self, to: Millis) -> None:
        """Go to the first frame at or after `to` that the film has."""
        at = self._frames.from_on(to)
        self._state = replace(self._state, position=at, ended=at == self._frames.last)

    def _start(self) -> None:
        self._state = replace(self._state, playing=True, ended=False, covered=False)
        self._clock = asyncio.create_task(self._run())

    def _halt(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
        self._state = replace(self._state, playing=False)

    async def _run(self) -> None:
        """Let time pass until a stop, the end of the film, or a command."""
        now = asyncio.get_running_loop().time
        exact, before = float(self._state.position), now()
        while True:
            await asyncio.sleep(REPORT_EVERY)
            loop, stop = self._state.loop, self._stop()
            exact, before = exact + (now() - before) * 1000 * self._state.speed, now()
            if exact < stop + FRAME:
                self._report(replace(self._state, position=min(stop, self._frames.until(exact))))
            elif loop is not None and self._once is None:
                self._report(replace(self._state, position=stop))
                exact = float(loop.start)
                self._report(replace(self._state, position=loop.start))
            else:
                self._once = None
                self._report(replace(self._state, position=stop, playing=False, ended=stop == self._frames.last))
                return

    def _stop(self) -> Millis:
        """Time of the last frame to be shown before something happens."""
        loop, last = self._state.loop, self._frames.last
        if self._once is not None:
            return min(self._once, last)
        return min(loop.end, last) if loop is not None and self._state.position <= loop.end else last

    def _report(self, state: Playback) -> None:
        if state != self._state:
            self._state = state
            self._listeners.tell(state)


def _size(film: Path) -> int | None:
    """Bytes of the file; None where there is none."""
    return film.stat().st_size if film.is_file() else None
