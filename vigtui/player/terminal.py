"""mpv inside the terminal: a helper process with libmpv, whose frames the app draws where it wants them."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from vigtui.domain.errors import PlayerError
from vigtui.player import canvas
from vigtui.player.canvas import Canvas
from vigtui.player.home import FILMS_ONLY, START_LIMIT, Home, connect, end, make_room, socket_in
from vigtui.player.ipc import Client, Event

_OPTIONS = (
    *FILMS_ONLY,
    "--vo=libmpv",
    "--hwdec=no",
    # The picture is stretched, enlarged and turned when it is drawn; libmpv's software renderer cannot turn it.
    "--keepaspect=no",
    "--video-rotate=no",
)
_SAFE = "Everything you marked and wrote is safe."


class LibmpvMissing(PlayerError):
    """There is no libmpv on this computer."""

    summary = "libmpv, which draws films inside the terminal, is not installed."
    remedy = f"{_SAFE} Install it (Debian and Ubuntu: sudo apt install libmpv2; macOS: brew install mpv)."


class Terminal(Home):
    """An mpv without a window, in a process of its own.

    Args:
        runtime_dir: where the private directory with its socket is made.
        audio_output: mpv's `--ao`; None lets mpv choose.
        python: the Python that runs the helper.
    """

    name = "terminal"
    about = "the film plays inside the terminal"
    returns = True

    def __init__(self, *, runtime_dir: Path, audio_output: str | None = None, python: str = sys.executable) -> None:
        self.canvas: Canvas = Canvas()
        self._runtime_dir = runtime_dir
        self._audio_output = audio_output
        self._python = python
        self._room: Path | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def launch(
        self, options: Sequence[str], on_event: Callable[[Event], None], on_gone: Callable[[], None]
    ) -> Client:
        try:
            room = self._room = make_room(self._runtime_dir)
            process, reader, writer = await self._spawn(room)
        except OSError as error:
            await self.discard()
            raise PlayerError(f"The film cannot be drawn in the terminal: {error.strerror}.", _SAFE) from error
        writer.write(canvas.pack(canvas.OPTIONS, json.dumps(self._options(room, options)).encode()))
        unpacker = canvas.Unpacker()
        answer = await self._first(reader, unpacker)
        client = await connect(socket_in(room), process, on_event, on_gone) if answer == canvas.READY else None
        if client is None:
            await self.discard()
            if answer == canvas.MISSING:
                raise LibmpvMissing
            raise PlayerError("The film cannot be drawn in the terminal: libmpv does not start.", _SAFE)
        self.canvas.join(writer.write)
        self._reading = asyncio.create_task(self._read(reader, unpacker))
        return client

    def _options(self, room: Path, options: Sequence[str]) -> dict[str, str]:
        words = [*_OPTIONS, f"--input-ipc-server={socket_in(room)}", *options]
        words += [f"--ao={self._audio_output}"] if self._audio_output else []
        words += [f"--{name}={room}" for name in ("cache-dir", "watch-later-directory")]
        # The `mpv` package takes options by their names.
        pairs = (word.removeprefix("--").partition("=") for word in words if word != "--no-config")
        return {"config": "no"} | {name.replace("-", "_"): value for name, _, value in pairs}

    async def _spawn(self, room: Path) -> tuple[asyncio.subprocess.Process, asyncio.StreamReader, asyncio.StreamWriter]:
        """Start the helper with one end of a pair of sockets: it ends when the other one, ours, is closed."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = self._process = await asyncio.create_subprocess_exec(
                    self._python,
                    "-P",
                    "-m",
                    "vigtui.player.drawing",
                    str(theirs.fileno()),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                    env=os.environ | {"MPV_HOME": str(room)},
                )
            except BaseException:
                ours.close()
                raise
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=canvas.LONGEST)
        return process, reader, self._writer

    @staticmethod
    async def _first(reader: asyncio.StreamReader, unpacker: canvas.Unpacker) -> bytes | None:
        """Whether it is ready or has failed; None where it says nothing."""
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(START_LIMIT):
                while data := await reader.read(2**16):
                    for kind, _ in unpacker.feed(data):
                        return kind
        return None

    async def _read(self, reader: asyncio.StreamReader, unpacker: canvas.Unpacker) -> None:
        # A helper that broke off says no more than one that ended; the client tells.
        with contextlib.suppress(OSError):
            while data := await reader.read(2**18):
                for kind, payload in unpacker.feed(data):
                    self.canvas.hear(kind, payload)

    async def discard(self) -> None:
        self.canvas.part()
        process, self._process = self._process, None
        writer, self._writer = self._writer, None
        reading, self._reading = self._reading, None
        room, self._room = self._room, None
        if reading is not None:
            reading.cancel()
        if writer is not None:
            writer.close()
        if process is not None:
            await end(process)
        if room is not None:
            await asyncio.to_thread(shutil.rmtree, room, ignore_errors=True)
