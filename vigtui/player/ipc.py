"""mpv's JSON IPC: one object to a line, both ways. `Wire` is the protocol, `Client` speaks it over a private socket."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from vigtui.domain.errors import PlayerError

T = TypeVar("T")

_NOT_THERE = ("property unavailable", "property not found")
"""What mpv says of a property without a value."""

LONGEST_LINE = 2**20
"""Bytes; the longest line mpv ever sends (a list of all properties) is about a tenth of it."""
COMMAND_LIMIT = 5.0
"""Seconds within which mpv answers a command; it needs about 0.2 ms."""


class MpvGoneError(PlayerError):
    """The connection to mpv has ended."""

    summary = "mpv has stopped."


class MpvRefusedError(PlayerError):
    """mpv answered a command with an error.

    Attributes:
        reason: mpv's own word for it, such as `property unavailable`.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"mpv refused: {reason}.")


@dataclass(frozen=True, slots=True)
class Reply:
    """mpv's answer to the command with the same number."""

    request_id: int
    error: str
    data: object = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something mpv reports by itself, such as `seek` or `property-change`."""

    name: str
    fields: Mapping[str, object] = field(default_factory=dict)


class Wire:
    """Bytes in, replies and events out, however the bytes were cut.

    File names need not be UTF-8: such bytes travel both ways as surrogates, as Python's own paths have them.

    Attributes:
        invalid: how many lines were no message of mpv's and were left out.
    """

    def __init__(self) -> None:
        self.invalid = 0
        self._rest = b""

    def feed(self, data: bytes) -> list[Reply | Event]:
        """Take in what was read and return the messages that are complete with it, in order."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            self._rest = b""
            self.invalid += 1
        found = [self._message(line) for line in lines if line.strip()]
        self.invalid += found.count(None)
        return [message for message in found if message is not None]

    @staticmethod
    def encode(command: Sequence[object], request_id: int, *, ordered: bool = False) -> bytes:
        """Write a command; the reply to an `ordered` one comes in line with the events, not ahead of older ones."""
        message = {"command": list(command), "request_id": request_id, "async": ordered}
        return json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogateescape") + b"\n"

    @staticmethod
    def _message(line: bytes) -> Reply | Event | None:
        try:
            found = json.loads(line.decode("utf-8", "surrogateescape"))
        except (ValueError, RecursionError):
            return None
        match found:
            case {"event": str(name)}:
                return Event(name, found)
            case {"request_id": int(number), "error": str(error)}:
                return Reply(number, error, found.get("data"))
        return None


Steps = Sequence[frozenset[str]]
"""Events to wait for one after the other; each step is the names that fulfil it."""


class _Sequel:
    """Waits, from the reply to one command on, for the events that belong to it."""

    def __init__(self, steps: Steps) -> None:
        self.done: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._steps = list(steps)

    def see(self, event: Event) -> None:
        if self._steps and event.name in self._steps[0]:
            del self._steps[0]
            if not self._steps and not self.done.done():
                self.done.set_result(event)


class Client:
    """One connection to one mpv.

    A command that is not answered in time ends the connection: what a late answer would belong to could not be told.

    Attributes:
        gone: True once the connection has ended.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        on_event: Callable[[Event], None],
        on_gone: Callable[[], None],
    ) -> None:
        self.gone = False
        self._reader = reader
        self._writer = writer
        self._on_event = on_event
        self._on_gone = on_gone
        self._wire = Wire()
        self._last_id = 0
        self._replies: dict[int, asyncio.Future[Reply]] = {}
        self._sequels: dict[int, _Sequel] = {}
        self._armed: list[_Sequel] = []
        self._task = asyncio.create_task(self._read())

    @classmethod
    async def connect(cls, path: Path, on_event: Callable[[Event], None], on_gone: Callable[[], None]) -> "Client":
        """Connect to the socket at `path`.

        Args:
            path: the Unix socket of an mpv.
            on_event: called with every event, from the event loop.
            on_gone: called once when the connection has ended for whatever reason but `close`.

        Raises:
            OSError: nobody listens there.
        """
        reader, writer = await asyncio.open_unix_connection(path, limit=LONGEST_LINE)
        return cls(reader, writer, on_event, on_gone)

    async def command(self, *words: object, limit: float = COMMAND_LIMIT) -> object:
        """Run a command and return its data.

        Raises:
            MpvRefusedError: mpv answered with an error.
            MpvGoneError: the connection ended first.
            PlayerError: no answer within `limit` seconds; the connection is given up.
        """
        return await self._within(limit, self._exchange(words))

    async def command_until(self, *words: object, steps: Steps, limit: float) -> Event:
        """Run a command, wait for the events that follow from it, and return the last of them.

        Only events that mpv put in line after its reply count, so those of an earlier command are never taken for it.

        Raises:
            MpvRefusedError: mpv answered with an error.
            MpvGoneError: the connection ended first.
            PlayerError: the events did not come within `limit` seconds; the connection is given up.
        """
        sequel = _Sequel(steps)

        async def run() -> Event:
            try:
                await self._exchange(words, sequel=sequel)
                return await sequel.done
            finally:
                if sequel in self._armed:
                    self._armed.remove(sequel)

        return await self._within(limit, run())

    async def commands(self, *several: Sequence[object], limit: float = COMMAND_LIMIT) -> list[object]:
        """Run commands one right after the other and return their data; all are sent before the first is answered.

        Raises:
            MpvRefusedError: mpv answered one of them with an error; those behind it were run all the same.
            MpvGoneError: the connection ended first.
            PlayerError: no answer within `limit` seconds; the connection is given up.
        """
        answers = await self._within(limit, self._answers(several))
        for answer in answers:
            if answer.error not in {"success", *_NOT_THERE}:
                raise MpvRefusedError(answer.error)
        return [answer.data for answer in answers]

    async def get(self, name: str) -> object:
        """Return the value of a property; None where mpv has none at present."""
        (value,) = await self.get_all(name)
        return value

    async def get_all(self, *names: str) -> list[object]:
        """Return the values of several properties at almost the same moment; None for each that mpv does not have at present."""
        return await self.commands(*(("get_property", name) for name in names))

    async def set(self, name: str, value: object) -> None:
        """Set a property."""
        await self.command("set_property", name, value)

    async def close(self) -> None:
        """End the connection without telling `on_gone`; may be called more than once."""
        self.gone = True
        self._task.cancel()
        await asyncio.wait([self._task])
        self._end()

    async def _within(self, limit: float, work: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(limit):
                return await work
        except TimeoutError:
            self._writer.transport.abort()
            raise PlayerError from None

    async def _exchange(self, words: Sequence[object], *, sequel: _Sequel | None = None) -> object:
        (answer,) = await self._answers([words], sequel=sequel)
        if answer.error != "success":
            raise MpvRefusedError(answer.error)
        return answer.data

    async def _answers(self, several: Sequence[Sequence[object]], *, sequel: _Sequel | None = None) -> list[Reply]:
        """Send commands in one piece and wait for their replies; the reply to the last one arms the sequel."""
        if self.gone:
            raise MpvGoneError
        numbers = range(self._last_id + 1, self._last_id + 1 + len(several))
        self._last_id = numbers[-1]
        replies: list[asyncio.Future[Reply]] = [asyncio.get_running_loop().create_future() for _ in numbers]
        self._replies.update(zip(numbers, replies, strict=True))
        if sequel is not None:
            self._sequels[numbers[-1]] = sequel
        try:
            lines = (
                Wire.encode(words, number, ordered=sequel is not None)
                for words, number in zip(several, numbers, strict=True)
            )
            self._writer.write(b"".join(lines))
            return [await reply for reply in replies]
        finally:
            for number in numbers:
                self._replies.pop(number, None)
                self._sequels.pop(number, None)

    async def _read(self) -> None:
        try:
            # A connection that broke says no more than one that ended: mpv is gone either way.
            with contextlib.suppress(OSError):
                while data := await self._reader.read(2**16):
                    for message in self._wire.feed(data):
                        self._take(message)
        finally:
            if not self.gone:
                self._lost()

    def _take(self, message: Reply | Event) -> None:
        if isinstance(message, Event):
            for sequel in self._armed:
                sequel.see(message)
            self._on_event(message)
            return
        reply = self._replies.get(message.request_id)
        if reply is not None and not reply.done():
            reply.set_result(message)
            if message.request_id in self._sequels:
                self._armed.append(self._sequels[message.request_id])

    def _lost(self) -> None:
        self.gone = True
        self._end()
        self._on_gone()

    def _end(self) -> None:
        self._writer.transport.abort()
        waiting: list[asyncio.Future[Any]] = [*self._replies.values(), *(sequel.done for sequel in self._armed)]
        for future in waiting:
            if not future.done():
                future.set_exception(MpvGoneError())
