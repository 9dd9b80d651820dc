"""Answers the far vigtui on a private socket: carries out its requests with the laptop's player, and tells what that does."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from vigtui.domain.errors import NotSensible, PlayerError, VigError
from vigtui.domain.playback import Playback, PlayerSays, Showing
from vigtui.domain.timecode import Millis
from vigtui.laptop.stream import LineBrokenError, Stream
from vigtui.laptop.window import StreamedWindow, is_address
from vigtui.player import talk
from vigtui.player.listeners import Report

_LOOK_EVERY, _LOOKS = 2.0, 30
"""Seconds between two looks whether the line is quick enough for the film, and how often after it was opened."""
_SLOW = (
    "The line is slower than this film needs",
    "It stops now and then to fetch; marks are exact all the same. V in Clips plays a light preview of it instead; "
    "v moves it into the terminal: smoother, with less detail and without sound.",
)
_NAME_A_FILM = {"open", "resume"}
"""Requests that begin with the address of a film."""
_LEAVE_AS_IT_IS = {"pause", "prepare", "resume", "blank"}
"""Requests that a new caller may make without the picture that is held being changed in any other way."""


class Viewer:
    """One laptop's player at the service of one far vigtui at a time; a new caller takes the place of the one before.

    When a caller goes without a word, the picture is held: the line has broken, and comes back or does not.
    """

    def __init__(self, player: StreamedWindow, stream: Stream) -> None:
        self._player = player
        self._stream = stream
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._jobs: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._is_new = True
        self._watch: asyncio.Task[None] | None = None
        self._said: set[str] = set()
        self._told = Playback()
        player.listen(self._tell)

    async def listen(self, place: Path) -> None:
        """Answer on this socket; its folder is private."""
        self._server = await asyncio.start_unix_server(self._answer, place, limit=talk.LONGEST_LINE)
        await asyncio.to_thread(place.chmod, 0o600)

    async def close(self) -> None:
        """Answer no more, and end the player."""
        if self._server is not None:
            self._server.close()
        self._hang_up()
        if self._watch is not None:
            self._watch.cancel()
        for job in self._jobs:
            job.cancel()
        if self._jobs:
            await asyncio.wait(self._jobs)
        await self._player.close()

    def _hang_up(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def _tell(self, report: Report) -> None:
        before = self._told
        if isinstance(report, Playback):
            self._told = report
            if report.playing and before == replace(report, position=before.position):
                self._send(talk.of_move(report.position))
                return
        self._send(talk.of_report(report))

    def _send(self, message: talk.Message) -> None:
        if self._writer is not None:
            self._writer.write(talk.encode(message))

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A line that broke says no more than one that ended; one that is too long is no line of ours.
        with contextlib.suppress(OSError, ValueError, talk.Unintelligible):
            if not await _greet(reader, writer):
                writer.close()
                return
            self._hang_up()
            self._writer, self._is_new, self._told = writer, True, Playback()
            while line := await reader.readline():
                self._begin(talk.decode(line), writer)
        writer.close()
        if self._writer is writer:
            self._writer = None
            # There is nobody to tell, and the picture stands still either way.
            with contextlib.suppress(VigError):
                await self._player.pause()

    def _begin(self, request: talk.Message, writer: asyncio.StreamWriter) -> None:
        """Start on a request; the player takes them in the order in which they came."""
        self._start(self._carry_out(request, writer))
        if request.get("do") in _NAME_A_FILM and self._turn.locked():
            self._start(self._let_through(request.get("with")))

    def _start(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    async def _carry_out(self, request: talk.Message, writer: asyncio.StreamWriter) -> None:
        number, do, what = request.get("id"), request.get("do"), request.get("with", [])
        answer: talk.Message = {"id": number}
        async with self._turn:
            try:
                await self._do(str(do), what)
            except VigError as error:
                answer["error"] = talk.of_error(error)
            self._told = self._player.state
            answer["state"] = talk.of_state(self._told)
        if self._writer is writer:
            self._send(answer)

    async def _let_through(self, what: object) -> None:
        """Let a film that is offered again through at once: a seek from before the line broke may wait for it, and has the turn."""
        if isinstance(what, list) and what and isinstance(what[0], str) and is_address(what[0]):
            # What is the matter with it is told when it is its turn.
            with contextlib.suppress(VigError, LineBrokenError):
                await self._stream.look(what[0])

    async def _do(self, do: str, what: object) -> None:
        work = _WORK.get(do)
        if work is None or not isinstance(what, list):
            raise talk.Unintelligible
        if self._is_new and do not in _LEAVE_AS_IT_IS:
            self._is_new = False
            await self._as_everybody_expects()
        try:
            await work(self, *what)
        except (TypeError, ValueError, NotSensible) as fault:
            raise talk.Unintelligible from fault

    async def _as_everybody_expects(self) -> None:
        """What the caller before had set is not what this one knows of."""
        player = self._player
        await player.set_speed(1.0)
        await player.set_volume(100)
        await player.set_zoom(1.0)
        if player.state.loop is not None:
            await player.loop(None)

    # Requests

    async def _open(self, address: str, at: int, playing: bool, picture: int | None, sound: int | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        showing = Showing(_film(address), _track(picture), _track(sound))
        state = await self._player.open(showing, at=Millis(int(at)), playing=bool(playing))
        self._watch = asyncio.create_task(self._watch_line(address, state.length or 0))

    async def _watch_line(self, address: str, length: int) -> None:
        """Say so, once for a film, when the line carries less than the film needs."""
        for _ in range(_LOOKS):
            await asyncio.sleep(_LOOK_EVERY)
            if address not in self._said and self._stream.is_too_slow_for(address, length):
                self._said.add(address)
                kilobytes = self._stream.gauge.rate / 1000
                self._send(talk.of_report(PlayerSays(f"{_SLOW[0]} ({kilobytes:.0f} kB/s).", _SLOW[1])))

    async def _resume(
        self, address: str, at: int, speed: float, loop: list[int] | None, picture: int | None, sound: int | None
    ) -> None:
        """Have a film as the caller knew it, unless it is still here as it was."""
        showing = Showing(_film(address), _track(picture), _track(sound))
        span = None if loop is None else talk.span_of(loop)
        await self._player.resume(showing, Playback(position=Millis(int(at)), speed=float(speed), loop=span))
        self._is_new = False

    async def _loop(self, span: list[int] | None) -> None:
        await self._player.loop(None if span is None else talk.span_of(span))

    async def _play_span(self, span: list[int], lead: int) -> None:
        await self._player.play_span(talk.span_of(span), lead=Millis(int(lead)))

    async def _prepare(self, address: str, pieces: list[list[int]]) -> None:
        self._stream.prepare(str(_film(address)), [(int(start), int(stop)) for start, stop in pieces])

    async def _set_screen(self, number: int | None) -> None:
        await self._player.set_screen(None if number is None else int(number))

    async def _overlay(self, words: str | None) -> None:
        await self._player.overlay(None if words is None else str(words))


_Work = Callable[..., Awaitable[Any]]
_WORK: dict[str, _Work] = {
    "open": Viewer._open,
    "resume": Viewer._resume,
    "prepare": Viewer._prepare,
    "play": lambda viewer: viewer._player.play(),
    "pause": lambda viewer: viewer._player.pause(),
    "seek": lambda viewer, to: viewer._player.seek(Millis(int(to))),
    "step": lambda viewer, frames: viewer._player.step(int(frames)),
    "set_speed": lambda viewer, speed: viewer._player.set_speed(float(speed)),
    "set_volume": lambda viewer, percent: viewer._player.set_volume(int(percent)),
    "set_zoom": lambda viewer, factor: viewer._player.set_zoom(float(factor)),
    "fullscreen": lambda viewer, on: viewer._player.fullscreen(bool(on)),
    "set_screen": Viewer._set_screen,
    "overlay": Viewer._overlay,
    "loop": Viewer._loop,
    "play_span": Viewer._play_span,
    "blank": lambda viewer: viewer._player.blank(),
}


def _film(address: object) -> Path:
    """The address of a film, as the player keeps films. Raises Unintelligible where it is none."""
    if not isinstance(address, str) or not is_address(address):
        raise talk.Unintelligible
    return Path(address)


def _track(number: object) -> int | None:
    """The number of a track, from 1. Raises Unintelligible where it is none."""
    if number is not None and not (isinstance(number, int) and 1 <= number <= 99):
        raise talk.Unintelligible
    return number


async def _greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Hear who calls and answer; whether we understand each other."""
    try:
        talk.check_greeting(talk.decode(await reader.readline()), here="on the laptop", there="on the server")
    except PlayerError as error:
        writer.write(talk.encode({"error": talk.of_error(error)}))
        await writer.drain()
        return False
    writer.write(talk.encode(talk.greeting()))
    return True
