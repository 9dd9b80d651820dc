"""The player on a practitioner's laptop, driven from a server through the tunnel that `vigtui connect` has made."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from vigtui.domain.errors import FilmError, FilmMissing, PlayerError, VigError
from vigtui.domain.playback import LACKS_COPY, Offer, Playback, PlayerGone, Showing
from vigtui.domain.timecode import Millis, Span
from vigtui.player import talk
from vigtui.player.driver import REPORT_EVERY, START
from vigtui.player.home import as_showing
from vigtui.player.listeners import Listeners, Report

GREETING_LIMIT = 20.0
"""Seconds within which the laptop answers the greeting, on the slowest line."""
ANSWER_LIMIT = 60.0
"""Seconds within which it answers a request; opening a film on a slow line is the longest."""


class Films(Protocol):
    """Who hands films to the laptop (`media.serve`)."""

    async def offer(self, showing: Showing) -> Offer:
        """What the laptop may read from now on, and its tracks. Raises FilmError."""

    async def pieces(self, showing: Showing, span: Span) -> list[tuple[int, int]]:
        """The bytes that a span needs, as begins and ends."""

    async def close(self) -> None:
        """Hand out nothing any more."""


class RemotePlayer:
    """The player that runs on the laptop: the same contract, each command crosses the line once.

    When the line breaks, listeners get one `PlayerGone`; the laptop holds its picture. The next command calls again, and finds
    the player as it was left.

    Args:
        socket: where the viewer of the laptop answers.
        films: who hands it the films.
    """

    name = "laptop"
    homes = ("laptop",)
    canvas = None

    def __init__(self, socket: Path, films: Films) -> None:
        self._socket = socket
        self._films = films
        self._state = Playback()
        self._listeners = Listeners()
        self._names: dict[str, Showing] = {}
        self._showing: Showing | None = None
        self._waiting: dict[int, asyncio.Future[talk.Message]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._calling = asyncio.Lock()
        self._jobs: set[asyncio.Task[Any]] = set()
        self._last = 0
        self._told_at = 0.0
        self._closed = False

    @property
    def state(self) -> Playback:
        """What the player did when it was last heard of."""
        return self._state

    def listen(self, callback: Callable[[Report], None]) -> Callable[[], None]:
        """Hear of every change from now on; returns a function that ends it."""
        return self._listeners.add(callback)

    async def open(self, film: Path | Showing, *, at: Millis = START, playing: bool = False) -> Playback:
        """Open `film` at the first frame at or after `at`, paused unless `playing`; the loop ends.

        Raises:
            FilmMissing: there is no such file.
            FilmError: it cannot be played, or does not come through.
            PlayerError: the laptop or its mpv does not answer.
        """
        showing = as_showing(film)
        try:
            if not await asyncio.to_thread(showing.film.is_file):
                raise FilmMissing
            offer = await self._offered(showing)
        except FilmError:
            await self.pause()
            raise
        await self._ask("open", offer.address, at, playing, *offer.tracks)
        self._showing = showing
        return self._state

    async def resume(self, film: Path | Showing, before: Playback) -> Playback:
        """Have a film as it was, paused: untouched where the laptop has held it. Raises what `open` raises."""
        showing = as_showing(film)
        await self._ask("resume", *_as_it_was(await self._offered(showing), before))
        self._showing = showing
        return self._state

    async def _offered(self, showing: Showing) -> Offer:
        offer = await self._films.offer(showing)
        self._names[offer.address] = showing
        if offer.lacks_copy:
            self._listeners.tell(LACKS_COPY)
        return offer

    async def play(self) -> None:
        """Play from where the film is."""
        await self._ask("play")

    async def pause(self) -> Millis:
        """Hold the picture and return its time."""
        await self._ask("pause")
        return self._state.position

    async def position(self) -> Millis:
        """The time of the frame that was on the laptop's screen when what is acted upon now left the laptop."""
        return self._state.position

    async def seek(self, to: Millis) -> Millis:
        """Show the first frame at or after `to`, the last one where none follows; return its time."""
        await self._ask("seek", to)
        return self._state.position

    async def step(self, frames: int) -> Millis:
        """Pause and go `frames` frames on, back where negative; return the time reached."""
        await self._ask("step", frames)
        return self._state.position

    async def set_speed(self, speed: float) -> None:
        """Play at `speed` times the film's own, between 0.1 and 4."""
        await self._ask("set_speed", speed)

    async def set_volume(self, percent: int) -> None:
        """Set the loudness, 0 to 130 per cent."""
        await self._ask("set_volume", percent)

    async def set_zoom(self, factor: float) -> None:
        """Show the middle of the picture `factor` times as large, 1 to 8."""
        await self._ask("set_zoom", factor)

    async def fullscreen(self, on: bool) -> None:
        """Let the picture fill the laptop's screen, or not."""
        await self._ask("fullscreen", on)

    async def set_screen(self, number: int | None) -> None:
        """Choose the laptop's screen that `fullscreen` fills, from 1; None for the one the window is on."""
        await self._ask("set_screen", number)

    async def move(self, name: str) -> None:
        """There is nowhere else to go; raises PlayerError for another name."""
        if name != self.name:
            raise PlayerError(f"There is no place “{name}” for the film here.", "It stays on the laptop.")

    async def overlay(self, words: str | None) -> None:
        """Pause, and show `words` over the darkened picture, or over black; None takes them away."""
        await self._ask("overlay", words)

    async def loop(self, span: Span | None) -> None:
        """Repeat `span`, its first and last frame included; None ends that."""
        await self._ask("loop", [span.start, span.end] if span else None)

    async def play_span(self, span: Span, *, lead: Millis = START) -> None:
        """Play once from `lead` milliseconds before `span` to its end, and hold its last frame there."""
        await self._ask("play_span", [span.start, span.end], lead)

    async def blank(self) -> None:
        """Show black; the film and its place are kept for the next command."""
        await self._ask("blank")

    async def prepare(self, film: Path | Showing, span: Span) -> None:
        """Let the laptop fetch what a span needs before it is asked for, when the line has nothing else to do."""
        showing = as_showing(film)
        # What is fetched ahead is a kindness; where it cannot be, the film comes when it is opened, or says why not.
        with contextlib.suppress(VigError):
            address = (await self._offered(showing)).address
            await self._ask("prepare", address, [list(piece) for piece in await self._films.pieces(showing, span)])

    async def close(self) -> None:
        """Let go of the laptop, which holds its picture, and forget all listeners; may be called more than once."""
        if not self._closed:
            self._closed = True
            self._listeners.close()
            self._hang_up()
            for job in self._jobs:
                job.cancel()
            if self._jobs:
                await asyncio.wait(self._jobs)
        await self._films.close()

    # The line

    async def _ask(self, do: str, *what: object) -> None:
        """Have the laptop do something; the state is what it was then. Finished even where the caller is cancelled."""
        task = asyncio.create_task(self._asked(do, what))
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
        await asyncio.shield(task)

    async def _asked(self, do: str, what: tuple[object, ...]) -> None:
        if self._closed:
            raise PlayerError("The player was closed.", "Everything you marked and wrote is safe.")
        await self._call()
        answer = await self._request(do, what)
        self._take(answer)
        if "error" in answer:
            raise talk.error_of(answer["error"])

    async def _request(self, do: str, what: tuple[object, ...]) -> talk.Message:
        if self._writer is None:
            raise _gone()
        self._last += 1
        number = self._last
        future: asyncio.Future[talk.Message] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        self._writer.write(talk.encode({"id": number, "do": do, "with": list(what)}))
        try:
            async with asyncio.timeout(ANSWER_LIMIT):
                return await future
        except TimeoutError:
            self._lost()
            raise PlayerError("The laptop does not answer.", _REMEDY) from None
        finally:
            self._waiting.pop(number, None)

    async def _call(self) -> None:
        """Call the laptop, unless it is on the line."""
        async with self._calling:
            if self._writer is not None:
                return
            try:
                async with asyncio.timeout(GREETING_LIMIT):
                    reader, writer = await asyncio.open_unix_connection(self._socket, limit=talk.LONGEST_LINE)
                    try:
                        await _greet(reader, writer)
                    except BaseException:
                        writer.transport.abort()
                        raise
            except (OSError, TimeoutError) as fault:
                raise _gone() from fault
            self._writer = writer
            self._reading = asyncio.create_task(self._read(reader))
        if self._showing is not None:
            await self._bring_back(self._showing)

    async def _bring_back(self, showing: Showing) -> None:
        """See that a laptop that was called again has the film that is open here, and has it as it was."""
        self._take(await self._request("resume", _as_it_was(await self._offered(showing), self._state)))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            # A line that broke says no more than one that ended.
            with contextlib.suppress(OSError, ValueError):
                while line := await reader.readline():
                    message = talk.decode(line)
                    waiting = self._waiting.get(message.get("id", 0))
                    if (at := talk.move_of(message)) is not None:
                        self._move_to(at)
                    elif "id" not in message:
                        self._hear(talk.report_of(message, self._names.get))
                    elif waiting is not None and not waiting.done():
                        waiting.set_result(message)
                        self._take(message)
        except talk.Unintelligible as fault:
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(fault)
        finally:
            if self._writer is not None:
                self._lost()

    def _hear(self, report: Report) -> None:
        if isinstance(report, Playback):
            self._state = report
        elif isinstance(report, PlayerGone):
            self._state = replace(self._state, playing=False, covered=False, fetching=False)
        self._listeners.tell(report)

    def _move_to(self, at: Millis) -> None:
        """The film has come to another frame; listeners hear of it now and then."""
        self._state = replace(self._state, position=at)
        now = asyncio.get_running_loop().time()
        if now - self._told_at >= REPORT_EVERY:
            self._told_at = now
            self._listeners.tell(self._state)

    def _take(self, answer: talk.Message) -> None:
        """Keep the state that came with an answer, and tell the listeners where they have not heard of it."""
        if isinstance(sent := answer.pop("state", None), dict):
            state = talk.state_of(sent, self._names.get)
            if state != self._state:
                self._hear(state)

    def _hang_up(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(_gone())
        if self._reading is not None and self._reading is not asyncio.current_task():
            self._reading.cancel()

    def _lost(self) -> None:
        self._hang_up()
        self._state = talk.paused(self._state)
        gone = _gone()
        self._listeners.tell(PlayerGone(gone.summary, gone.remedy))


_REMEDY = "Everything you marked and wrote is safe. Press space to try again."


def _as_it_was(offer: Offer, state: Playback) -> tuple[object, ...]:
    """What a laptop needs that is to have a film again."""
    loop = [state.loop.start, state.loop.end] if state.loop else None
    return offer.address, state.position, state.speed, loop, *offer.tracks


def _gone() -> PlayerError:
    return PlayerError("The laptop that shows the films cannot be reached.", _REMEDY)


async def _greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say who we are, and hear who answers. Raises PlayerError, OSError."""
    writer.write(talk.encode(talk.greeting()))
    line = await reader.readline()
    if not line:
        raise ConnectionResetError
    answer = talk.decode(line)
    if "error" in answer:
        raise talk.error_of(answer["error"])
    talk.check_greeting(answer, here="on the server", there="on the laptop")
