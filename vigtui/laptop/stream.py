"""The films of the far library, as this laptop's mpv reads them: fetched through the tunnel, kept in memory only.

Keys travel on the same line as the film. So no more of the film is asked for at a time than the line carries in about a
twentieth of a second beyond its own delay: whatever is typed waits behind that much and no more. What was fetched once is kept
until memory is short, so that going back, a loop, or a clip fetched ahead needs no line at all.
"""

import asyncio
import contextlib
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vigtui.domain.errors import FilmError, FilmMissing
from vigtui.laptop.gauge import AT_ONCE, BLOCK, Gauge
from vigtui.quiet import silent_logger

if TYPE_CHECKING:
    import aiohttp
    from aiohttp import web

MOST_KEPT = 256 * 2**20
"""Bytes of films in memory, beside mpv's own."""
_MOST_AHEAD = 4
"""Wishes that are kept for when the line is free."""
_PATIENCE = 3
"""Attempts, while the tunnel stands, until a film counts as not coming through."""


class LineBrokenError(Exception):
    """The tunnel does not stand at present."""


@dataclass
class _Film:
    """A film, or as much of it as is here.

    Attributes:
        tag: the same for the same film, whatever its address.
        address: under which the far side has it now; empty where the line broke and the far side has not offered it anew.
        offered: set while there is an address.
    """

    tag: str
    size: int
    address: str = ""
    offered: asyncio.Event = field(default_factory=asyncio.Event)
    blocks: OrderedDict[int, bytes] = field(default_factory=OrderedDict)
    coming: dict[int, "asyncio.Task[None]"] = field(default_factory=dict)

    def run_at(self, block: int, most: int) -> range:
        """The missing blocks from `block` on, at most so many."""
        stop = block
        while stop < self.last and stop - block < most and stop not in self.blocks and stop not in self.coming:
            stop += 1
        return range(block, stop)

    @property
    def last(self) -> int:
        return -(-self.size // BLOCK)


class Stream:
    """Hands the films of the far side to this laptop's mpv, on a port of the loopback address."""

    def __init__(self, plain_way: str = "") -> None:
        self._plain_way = plain_way
        self.gauge = Gauge()
        self._films: OrderedDict[str, _Film] = OrderedDict()
        self._tags: dict[str, str] = {}
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._standing = asyncio.Event()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._demand = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._ahead: asyncio.Task[None] | None = None
        self._later: deque[tuple[str, Sequence[tuple[int, int]]]] = deque(maxlen=_MOST_AHEAD)
        self._http: Any = None
        self._port = 0

    @property
    def is_up(self) -> bool:
        """Whether the tunnel stands."""
        return self._standing.is_set()

    @property
    def bytes_kept(self) -> int:
        """Bytes of films in memory."""
        return sum(len(film.blocks) for film in self._films.values()) * BLOCK

    def address(self, film: str) -> str:
        """Where mpv finds a film that the far side named."""
        return f"http://127.0.0.1:{self._port}{film}"

    async def start(self) -> None:
        """Listen on a free port of the loopback address."""
        self._http = await asyncio.to_thread(import_module, "aiohttp")
        web = await asyncio.to_thread(import_module, "aiohttp.web")
        app = web.Application()
        app.router.add_get("/{film}", self._answer)
        quiet = silent_logger("vigtui.laptop.stream")
        self._runner = web.AppRunner(
            app, access_log=None, logger=quiet, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def up(self, media: Path) -> None:
        """The tunnel stands, and this socket leads to the films."""
        await self.down()
        self.gauge.forget()
        connector = self._http.UnixConnector(str(media), limit=AT_ONCE + 2, keepalive_timeout=3600)
        timeout = self._http.ClientTimeout(total=None)
        self._session = self._http.ClientSession(connector=connector, timeout=timeout, trust_env=False)
        self._standing.set()

    async def down(self) -> None:
        """The tunnel has broken; whoever reads waits until it stands again, and the film is offered again."""
        self._standing.clear()
        self._later.clear()
        if self._ahead is not None:
            self._ahead.cancel()
        for film in self._films.values():
            film.address = ""
            film.offered.clear()
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def close(self) -> None:
        """End all and forget all."""
        await self.down()
        for film in self._films.values():
            for task in film.coming.values():
                task.cancel()
        if self._runner is not None:
            await self._runner.cleanup()
        self._films.clear()

    async def look(self, address: str) -> None:
        """Make sure that a film comes through.

        Raises:
            FilmMissing: the far side does not have it under that address.
            FilmError: nothing comes through although the tunnel stands.
            LineBrokenError: the tunnel does not stand.
        """
        try:
            await self._film(address)
        except LineBrokenError:
            if not self.is_up:
                raise
            raise FilmError(
                "The server lets no film through: its ssh does not forward sockets.",
                f"Marks and notes are safe. {self._plain_way}",
            ) from None

    def is_same(self, one: str, other: str) -> bool:
        """Whether two addresses are of one film that has not changed."""
        tag = self._tags.get(one)
        return tag is not None and tag == self._tags.get(other)

    def prepare(self, address: str, pieces: Sequence[tuple[int, int]]) -> None:
        """Fetch pieces of a film when the line has nothing else to do; of many such wishes the newest count."""
        self._later.append((address, pieces))
        if self._ahead is None or self._ahead.done():
            self._ahead = asyncio.create_task(self._fetch_ahead())

    async def _fetch_ahead(self) -> None:
        while self._later:
            address, pieces = self._later.popleft()
            # A wish that cannot be fulfilled is none; who asks for the film itself hears why.
            with contextlib.suppress(LineBrokenError, FilmError):
                film = await self._film(address)
                for start, stop in pieces:
                    await self._have(film, range(max(0, start) // BLOCK, -(-stop // BLOCK)))

    async def _have(self, film: _Film, wanted: range) -> None:
        """Fetch what is missing of these blocks, a few requests at a time, when the line is free."""
        block, coming = wanted.start, set[asyncio.Task[None]]()
        while block < min(film.last, wanted.stop):
            await self._idle.wait()
            run = film.run_at(block, min(self._most(), wanted.stop - block))
            if run:
                coming.add(self._come(film, run))
            if len(coming) >= self.gauge.at_once:
                _, coming = await asyncio.wait(coming, return_when=asyncio.FIRST_COMPLETED)
            block = max(block + 1, run.stop)
        if coming:
            await asyncio.wait(coming)

    def is_too_slow_for(self, address: str, length_ms: int) -> bool:
        """Whether somebody waits for a film of that length, and the line carries less of it than it needs."""
        film = self._films.get(self._tags.get(address, ""))
        if film is None or not length_ms or not self._demand or not self.gauge.rate:
            return False
        return self.gauge.rate < film.size * 1000 / length_ms

    async def _answer(self, request: "web.Request") -> "web.StreamResponse":
        """What mpv asks for: from some byte on, usually to the end; it hangs up when it wants something else."""
        from aiohttp import web

        film = self._films.get(self._tags.get(request.path, ""))
        try:
            film = film or await self._film(request.path)
        except (FilmError, LineBrokenError):
            return web.Response(status=404)
        asked = request.http_range
        start = asked.start or 0
        stop = film.size if asked.stop is None else min(film.size, asked.stop)
        if start < 0 or start > film.size or (start == film.size and film.size):
            return web.Response(status=416, headers={"Content-Range": f"bytes */{film.size}"})
        headers = {"Accept-Ranges": "bytes", "Content-Length": str(stop - start), "Cache-Control": "no-store"}
        if asked.start is not None or asked.stop is not None:
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{film.size}"
        answer = web.StreamResponse(status=206 if "Content-Range" in headers else 200, headers=headers)
        answer.content_type = "application/octet-stream"
        await answer.prepare(request)
        # mpv that hangs up is how it seeks; a film that goes away in the middle ends what mpv hears of it.
        with contextlib.suppress(ConnectionError, FilmError, LineBrokenError):
            if request.method == "GET":
                await self._hand_over(film, start, stop, answer)
        return answer

    async def _hand_over(self, film: _Film, start: int, stop: int, answer: "web.StreamResponse") -> None:
        at = start
        while at < stop:
            piece = await self._piece(film, at)
            piece = piece[: stop - at]
            await answer.write(piece)
            at += len(piece)

    async def _piece(self, film: _Film, at: int) -> bytes:
        """The film from a byte on, as far as it is here; waits for the first of it."""
        block = at // BLOCK
        self._demand += 1
        self._idle.clear()
        try:
            self._reach_out(film, block)
            while block not in film.blocks:
                coming = film.coming.get(block) or self._come(film, film.run_at(block, self._most()))
                await asyncio.shield(coming)
        finally:
            self._demand -= 1
            if not self._demand:
                self._idle.set()
        found: list[bytes] = []
        while block in film.blocks and len(found) < 128:
            film.blocks.move_to_end(block)
            found.append(film.blocks[block])
            block += 1
        return b"".join(found)[at % BLOCK :]

    def _reach_out(self, film: _Film, block: int) -> None:
        """Have the next requests' worth of missing blocks come, at most as many requests as the line takes at a time."""
        most = self._most()
        at_once = self.gauge.at_once
        stop = min(film.last, block + at_once * most)
        while block < stop and len(set(film.coming.values())) < at_once:
            run = film.run_at(block, most)
            if run:
                self._come(film, run)
            block = max(block + 1, run.stop)

    def _most(self) -> int:
        """Blocks of one request."""
        return self.gauge.request_size() // BLOCK

    def _come(self, film: _Film, run: range) -> "asyncio.Task[None]":
        task = asyncio.create_task(self._fetch(film, run))
        for block in run:
            film.coming[block] = task
        task.add_done_callback(lambda done: self._arrived(film, run, done))
        return task

    def _arrived(self, film: _Film, run: range, task: "asyncio.Task[None]") -> None:
        for block in run:
            film.coming.pop(block, None)
        if not task.cancelled():
            task.exception()  # whoever waits for it hears of it; nobody may

    async def _fetch(self, film: _Film, run: range) -> None:
        """Fetch a run of blocks, however often the line breaks meanwhile."""
        start, stop = run.start * BLOCK, min(film.size, run.stop * BLOCK)
        failed = 0
        while start < stop:
            await film.offered.wait()
            try:
                async with self._turns:
                    data = await self._request(film, start, stop)
            except LineBrokenError:
                failed += 1
                if failed >= _PATIENCE and film.address:
                    raise
                await asyncio.sleep(0.1)
                continue
            self._keep(film, start, data)
            start += len(data)

    async def _request(self, film: _Film, start: int, stop: int) -> bytes:
        address = film.address
        if self._session is None or not address:
            raise LineBrokenError
        began = time.monotonic()
        asked = {"Range": f"bytes={start}-{stop - 1}", "Accept-Encoding": "identity"}
        try:
            async with (
                self.gauge.measuring(stop - start),
                self._session.get(f"http://vigtui{address}", headers=asked) as answer,
            ):
                self.gauge.heard_after(time.monotonic() - began)
                if answer.status != 206 or answer.headers.get("ETag", "").strip('"') != film.tag:
                    raise FilmMissing
                data: bytes = await answer.read()
        except (self._http.ClientError, OSError) as fault:
            raise LineBrokenError from fault
        if len(data) > stop - start or (start + len(data) < stop and len(data) % BLOCK) or not data:
            raise FilmError("The film comes through damaged.")
        return data

    def _keep(self, film: _Film, start: int, data: bytes) -> None:
        for offset in range(0, len(data), BLOCK):
            film.blocks[(start + offset) // BLOCK] = data[offset : offset + BLOCK]
        too_many = self.bytes_kept - MOST_KEPT
        for other in list(self._films.values()):
            while too_many > 0 and other.blocks:
                other.blocks.popitem(last=False)
                too_many -= BLOCK

    async def _film(self, address: str) -> _Film:
        """The film of an address, asked for once while the tunnel stands. Raises FilmMissing, LineBrokenError."""
        known = self._films.get(self._tags.get(address, ""))
        if known is not None and known.address == address:
            self._films.move_to_end(known.tag)
            return known
        if self._session is None:
            raise LineBrokenError
        began = time.monotonic()
        try:
            async with self._session.head(f"http://vigtui{address}") as answer:
                self.gauge.heard_after(time.monotonic() - began)
                if answer.status != 200:
                    raise FilmMissing
                tag, size = answer.headers["ETag"].strip('"'), int(answer.headers["Content-Length"])
        except (self._http.ClientError, OSError, KeyError, ValueError) as fault:
            raise LineBrokenError from fault
        self._tags[address] = tag
        film = self._films.setdefault(tag, _Film(tag, size))
        film.address = address
        film.offered.set()
        return film
