"""Runs vigtui on a server with the films on this laptop, and comes back when the line has broken."""

import asyncio
import contextlib
import json
import os
import secrets
import shlex
import shutil
import signal
import sys
import tempfile
import termios
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vigtui.domain.errors import PlayerError
from vigtui.laptop.plain_way import plain_way
from vigtui.laptop.stream import Stream
from vigtui.laptop.tunnel import LINE_ENDED, Tunnel, TunnelError
from vigtui.laptop.viewer import Viewer
from vigtui.laptop.window import StreamedWindow, without_proxies
from vigtui.player import talk

_NOT_FOUND, _WRONG_USAGE = 127, 2
_PAUSES = (1, 2, 4, 8, 15)
"""Seconds between attempts to come back; the last again and again."""
_LONGEST_FOLDER = 70
"""Bytes of the private folder's path: ssh makes the name of a control socket longer before it is that."""
_TIDY = "\x1b[?1049l\x1b[?7h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1004l\x1b[?2004l\x1b[<u\x1b[0m\x1b[?25h"
"""Puts a terminal right that a full-screen program left in a hurry: screen, wrapping, mouse, focus, paste, keys, colour, cursor."""


@dataclass(frozen=True)
class Wanted:
    """What `vigtui connect` was asked for."""

    host: str
    words: Sequence[str] = ()
    """More arguments for ssh."""
    program: str = "vigtui"
    """How vigtui is started on the server, as a shell reads it."""
    library: str = ""
    """The library on the server; its own default where empty."""
    mpv: str = "mpv"
    video_output: str | None = None
    audio_output: str | None = None
    say: Callable[[str], None] = field(default=lambda words: None)
    """Says a sentence to the person, while the terminal is ours."""


async def connect(wanted: Wanted, runtime_dir: Path) -> int:
    """Run vigtui on the server until it ends; its exit code.

    Raises:
        TunnelError: the server, or what it allows, is not enough; the plain way is named.
        PlayerError: the two versions do not understand each other.
    """
    without_proxies()
    visit = asyncio.current_task()
    for name in (signal.SIGTERM, signal.SIGHUP):
        if visit is not None:
            asyncio.get_running_loop().add_signal_handler(name, visit.cancel)
    room = make_room(runtime_dir)
    stream = Stream(plain_way(wanted.host, wanted.words))
    player = StreamedWindow(
        stream,
        wanted.mpv,
        runtime_dir=room,
        video_output=wanted.video_output,
        audio_output=wanted.audio_output,
    )
    viewer = Viewer(player, stream)
    try:
        await stream.start()
        await viewer.listen(room / "viewer.sock")
        return await _Visit(wanted, room, stream, player).stay()
    finally:
        await viewer.close()
        await stream.close()
        await asyncio.to_thread(shutil.rmtree, room, ignore_errors=True)


def make_room(runtime_dir: Path) -> Path:
    """Make the private folder for this connection's sockets."""
    runtime_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix="vigtui-", dir=runtime_dir)).absolute()
    if len(os.fsencode(room)) > _LONGEST_FOLDER:
        room.rmdir()
        room = Path(tempfile.mkdtemp(prefix="vigtui-", dir="/tmp"))
    return room


class _Visit:
    """One run of `vigtui connect`, over as many connections as it takes."""

    def __init__(self, wanted: Wanted, room: Path, stream: Stream, player: StreamedWindow) -> None:
        self._wanted = wanted
        self._room = room
        self._stream = stream
        self._player = player
        self._name = secrets.token_hex(8)
        """By this the far side knows where this visit was when its line broke."""
        self._before = ""
        """The far side's folder of the connection before."""
        self._count = 0

    async def stay(self) -> int:
        """Be there until the far side ends by itself."""
        attempt = 0
        while True:
            tunnel = Tunnel(self._wanted.host, self._wanted.words, self._room)
            try:
                code = await self._go_through(tunnel)
                attempt = 0
            except TunnelError:
                if not self._before:
                    raise
                code = LINE_ENDED
            finally:
                await self._stream.down()
                await tunnel.close()
            if code != LINE_ENDED or not self._before:
                return code
            await self._wait_for_the_line(attempt)
            attempt += 1

    async def _go_through(self, tunnel: Tunnel) -> int:
        """Make the connection, and give the terminal to the far vigtui until it ends."""
        await tunnel.open(f"{self._wanted.program} far hello")
        far = await self._greet(tunnel)
        self._count += 1
        media = self._room / f"media-{self._count}.sock"
        await tunnel.forward("-R", f"{far}/viewer.sock", str(self._room / "viewer.sock"))
        await tunnel.forward("-L", str(media), f"{far}/media.sock")
        await self._stream.up(media)
        words = [*shlex.split("far open"), "--visit", self._name]
        if self._before:
            words += ["--instead", self._before]
        if self._wanted.library:
            words += ["--library", self._wanted.library]
        if os.environ.get("COLORTERM") in {"truecolor", "24bit"}:
            words += ["--true-colour"]
        self._before = far
        with _terminal_kept():
            return await tunnel.session(f"{self._wanted.program} {shlex.join([*words, far])}")

    async def _greet(self, tunnel: Tunnel) -> str:
        """See that the far vigtui is there and understands us; the private folder that it made for this connection."""
        wanted = self._wanted
        plain = plain_way(wanted.host, wanted.words)
        async for line in tunnel.lines():
            # Login scripts may print lines of their own.
            if (greeting := _greeting_in(line)) is not None:
                try:
                    talk.check_greeting(greeting, here="on this laptop", there=f"on {wanted.host}")
                except PlayerError as error:
                    raise TunnelError(error.summary, f"{error.remedy} {plain}") from error
                return str(greeting["place"])
        code = await tunnel.ended()
        if code == LINE_ENDED:
            raise TunnelError(
                f"ssh does not reach {wanted.host}.",
                f"Nothing was changed. Why, ssh says above. Where that is a port or a socket, this works all the same. {plain}",
            )
        if code == _WRONG_USAGE:
            raise TunnelError(f"The vigtui on {wanted.host} is too old for this.", f"Bring it up to date. {plain}")
        if code == _NOT_FOUND:
            raise TunnelError(
                f"vigtui is not found on {wanted.host}.",
                "Install it there; where it is not on the PATH, name it with --vigtui, "
                "for example --vigtui ~/vigtui/script/run.",
            )
        raise TunnelError(
            f"The vigtui on {wanted.host} does not answer as expected (it ended with {code}).",
            f"Nothing was changed. {plain}",
        )

    async def _wait_for_the_line(self, attempt: int) -> None:
        """The last picture stands still meanwhile; ctrl+c ends the waiting, and everything."""
        pause = _PAUSES[min(attempt, len(_PAUSES) - 1)]
        if not attempt:
            held = " The film stands on its last picture." if self._player.state.film else ""
            words = (
                f"The line to {self._wanted.host} has broken. What was saved is safe.{held} "
                "It goes on by itself when the line is back; ctrl+c ends it."
            )
            self._wanted.say(textwrap.fill(words, shutil.get_terminal_size().columns))
        await asyncio.sleep(pause)


def _greeting_in(line: str) -> dict[str, Any] | None:
    """The greeting, where this line is it."""
    with contextlib.suppress(ValueError):
        found = json.loads(line)
        if isinstance(found, dict) and isinstance(found.get("place"), str):
            return found
    return None


@contextmanager
def _terminal_kept() -> Iterator[None]:
    """Leave the terminal as it was, however the far side goes."""
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        sys.stderr.write(_TIDY)
        sys.stderr.flush()
