"""Hands films out, piece by piece, over a private socket: for a viewer at the other end of a tunnel, or mpv on this machine.

Only films that were offered in this run can be read, each under an address that cannot be guessed and that ends with it.
There are no names and no lists, nothing can be written, and to a viewer every answer is one piece of at most `LONGEST_PIECE`
bytes. Light copies are opened as they are read.
"""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from vigtui.domain.errors import FilmError
from vigtui.domain.light import LightCopy
from vigtui.domain.playback import Offer, Showing
from vigtui.domain.timecode import Span, to_seconds
from vigtui.media.packets import SAFE_INPUT
from vigtui.media.sealed import read_sealed
from vigtui.media.tools import file_url, first_look, run_tool, unreadable
from vigtui.quiet import silent_logger

if TYPE_CHECKING:
    from aiohttp import web

LONGEST_PIECE = 2**20
"""Bytes in one answer; whoever asks for more gets so much."""
_ON_AND_ON = 2**18
"""Bytes that mpv gets at a time."""
_LOOK_LIMIT = 20.0
"""Seconds that finding out where a span lies in its file may take."""


Copy = tuple[Path, LightCopy]
"""A light copy, and the file it is sealed in."""


@dataclass(frozen=True, slots=True)
class _Offered:
    path: Path
    size: int
    tag: str
    """The same for the same film in its present state, whatever its address."""
    key: bytes = b""
    """Opens it, where it is sealed."""

    def read(self, start: int, stop: int) -> bytes:
        """Read a piece; nothing where the film is gone."""
        if self.key:
            return read_sealed(self.path, self.key, self.size, start, stop)
        with contextlib.suppress(OSError), self.path.open("rb") as file:
            return os.pread(file.fileno(), stop - start, start)
        return b""


async def _no_copy(showing: Showing) -> Copy | None:
    return None


class FilmServer:
    """The films of one open library, for one viewer.

    Args:
        place: the Unix socket; its folder is private. None for a port of the loopback address, for mpv itself, which reads on
            and on from where it asks. Either is made when the first film is offered.
        belongs: whether a file is a film of the open library.
        copy_of: the light copy that is to stand in for a film; None where there is none.
    """

    def __init__(
        self,
        place: Path | None,
        belongs: Callable[[Path], Awaitable[bool]],
        copy_of: Callable[[Showing], Awaitable[Copy | None]] = _no_copy,
    ) -> None:
        self._place = place
        self._belongs = belongs
        self._copy_of = copy_of
        self._base = ""
        self._offered: dict[str, _Offered] = {}
        self._addresses: dict[Showing, str] = {}
        self._runner: web.AppRunner | None = None
        self._starting = asyncio.Lock()

    async def offer(self, showing: Showing) -> Offer:
        """What to open, from now on; each version of a film has an address of its own.

        Raises:
            FilmMissing, FilmError: it is not there, cannot be read, or is no film of the library.
        """
        if not await self._belongs(showing.film):
            raise FilmError(
                "This film does not belong to the open library.", "It was not shown. Add it to a cycle first."
            )
        await self._start()
        copy = await self._copy_of(showing) if showing.light else None
        now = await asyncio.to_thread(_look_at, copy or showing.film)
        address = self._addresses.get(showing)
        if address is None or self._offered[address] != now:
            self._offered.pop(address or "", None)
            address = self._addresses[showing] = "/" + secrets.token_urlsafe(32)
            self._offered[address] = now
        if copy:
            return Offer(self._base + address)
        tracks = showing.video_track, showing.sound_track
        return Offer(self._base + address, *tracks, lacks_copy=bool(showing.light))

    async def pieces(self, showing: Showing, span: Span) -> list[tuple[int, int]]:
        """The bytes that a span needs, as begins and ends; none where that cannot be told."""
        if showing.light and (copy := await self._copy_of(showing)):
            return _pieces_of_copy(copy[1], span)
        return await asyncio.to_thread(_pieces, showing.film, span)

    async def close(self) -> None:
        """Hand out nothing any more; may be called more than once."""
        self._offered.clear()
        self._addresses.clear()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()
            if self._place is not None:
                self._place.unlink(missing_ok=True)

    async def _start(self) -> None:
        async with self._starting:
            if self._runner is not None:
                return
            # A quarter of a second, the first time.
            web = await asyncio.to_thread(import_module, "aiohttp.web")
            app = web.Application()
            app.router.add_get("/{address}", self._answer)
            runner = web.AppRunner(
                app, access_log=None, logger=silent_logger("vigtui.media.serve"), shutdown_timeout=0.5
            )
            await runner.setup()
            if self._place is None:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                self._base = f"http://127.0.0.1:{runner.addresses[0][1]}"
            else:
                listening = socket.socket(socket.AF_UNIX)
                with contextlib.suppress(FileNotFoundError):
                    self._place.unlink()
                listening.bind(str(self._place))
                self._place.chmod(0o600)
                await web.SockSite(runner, listening).start()
            self._runner = runner

    async def _answer(self, request: "web.Request") -> "web.StreamResponse":
        from aiohttp import web

        offered = self._offered.get(request.path)
        if offered is None:
            return web.Response(status=404)
        headers = {"ETag": f'"{offered.tag}"', "Accept-Ranges": "bytes", "Cache-Control": "no-store"}
        if request.method == "HEAD":
            return web.Response(headers=headers | {"Content-Length": str(offered.size)})
        try:
            start, stop = _range(request.http_range, offered.size, LONGEST_PIECE if self._place else offered.size)
        except ValueError:
            return web.Response(status=416, headers=headers | {"Content-Range": f"bytes */{offered.size}"})
        if self._place is None:
            headers |= {
                "Content-Range": f"bytes {start}-{stop - 1}/{offered.size}",
                "Content-Length": str(stop - start),
            }
            return await _read_on(request, offered, start, stop, web.StreamResponse(status=206, headers=headers))
        piece = await asyncio.to_thread(offered.read, start, stop)
        if not piece:
            return web.Response(status=404)
        told = f"bytes {start}-{start + len(piece) - 1}/{offered.size}"
        return web.Response(
            status=206, body=piece, headers=headers | {"Content-Range": told}, content_type="application/octet-stream"
        )


async def _read_on(
    request: "web.Request", offered: _Offered, start: int, stop: int, answer: "web.StreamResponse"
) -> "web.StreamResponse":
    """Answer piece after piece; mpv hangs up when it wants another place, and that is how it jumps."""
    answer.content_type = "application/octet-stream"
    with contextlib.suppress(ConnectionError):
        await answer.prepare(request)
        while start < stop and (piece := await asyncio.to_thread(offered.read, start, min(stop, start + _ON_AND_ON))):
            await answer.write(piece)
            start += len(piece)
    return answer


def _range(asked: slice, size: int, most: int) -> tuple[int, int]:
    """First byte and byte behind the last of what is asked for. Raises ValueError where nothing of it is there."""
    start = asked.start or 0
    if start < 0:
        start = max(0, size + start)
    stop = min(size, size if asked.stop is None else asked.stop, start + most)
    if start >= stop:
        raise ValueError
    return start, stop


def _look_at(film: Path | Copy) -> _Offered:
    path, copy = film if isinstance(film, tuple) else (film, None)
    first_look(path)
    try:
        facts = path.stat()
    except OSError as error:
        raise unreadable(path, error) from error
    tag = f"{facts.st_dev:x}-{facts.st_ino:x}-{facts.st_size:x}-{facts.st_mtime_ns:x}"
    return _Offered(path, copy.size_bytes, tag, copy.key) if copy else _Offered(path, facts.st_size, tag)


def _pieces_of_copy(copy: LightCopy, span: Span) -> list[tuple[int, int]]:
    """From the place where a copy is entered for the span, to the first one behind it."""
    begin = max((byte for at, byte in copy.entries if at <= span.start), default=0)
    end = min((byte for at, byte in copy.entries if at > span.end), default=copy.size_bytes)
    return [(begin, end)]


def _pieces(film: Path, span: Span) -> list[tuple[int, int]]:
    where = f"{to_seconds(span.start):.3f}%{to_seconds(span.end) + 0.5:.3f}"
    entries = ["-show_entries", "packet=pos,size", "-of", "csv=p=0"]
    # What is fetched ahead is no more than that: a film that cannot be looked into comes when it is asked for.
    with contextlib.suppress(FilmError):
        done = run_tool("ffprobe", [*SAFE_INPUT, "-read_intervals", where, *entries, file_url(film)], limit=_LOOK_LIMIT)
        return _joined(sorted(filter(None, map(_packet, done.words.splitlines()))))
    return []


def _packet(line: str) -> tuple[int, int] | None:
    """Where a packet begins and ends in the file; None where the file does not tell."""
    words = line.split(",")
    if len(words) >= 2 and words[0].isdigit() and words[1].isdigit():
        return int(words[1]), int(words[1]) + int(words[0])
    return None


_NEAR = 65536
"""Bytes between two packets that are fetched along with them."""


def _joined(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, stop in pieces:
        if found and start <= found[-1][1] + _NEAR:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return found
