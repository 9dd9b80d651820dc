"""A program in a terminal at the other end of a line with a rate and a delay; its screen and pictures as a person sees them."""

import asyncio
import fcntl
import os
import pty
import struct
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from tests.support.screen import Screen

ROOT = Path(__file__).parents[2]
_PIECE = 1024
"""Bytes read from the program at once."""


class Afar:
    """The terminal of one program; every wait has a limit.

    Args:
        command: what is run.
        columns, rows: size of the terminal.
        rate: bytes a second that the line bears; None for as many as come.
        delay: seconds each way.
        environment: more of it for the program.
    """

    def __init__(
        self,
        command: list[str],
        *,
        columns: int = 80,
        rows: int = 24,
        rate: float | None = None,
        delay: float = 0.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = Screen(columns, rows, self._send)
        self.received = 0
        """Bytes that came over the line."""
        self.received_at = 0.0
        """When the last of them came, by the monotonic clock."""
        self._command = command
        self._rate, self._delay = rate, delay
        self._environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        self._environment |= {"PYTHONPATH": str(ROOT), **(environment or {})}
        self._news = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._ours = -1

    async def __aenter__(self) -> "Afar":
        self._ours, theirs = pty.openpty()
        self.resize(self.screen.columns, self.screen.rows)
        apart = ("DISPLAY", "WAYLAND_DISPLAY", "TMUX", "COLUMNS", "LINES")
        kept = {name: value for name, value in os.environ.items() if name not in apart}
        self.process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=kept | self._environment,
            start_new_session=True,
        )
        os.close(theirs)
        os.set_blocking(self._ours, False)
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait([self._reader])
        os.close(self._ours)

    def resize(self, columns: int, rows: int) -> None:
        """Another size of the terminal."""
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.columns, self.screen.rows = columns, rows
        self.screen.cells = {at: cell for at, cell in self.screen.cells.items() if at[0] < rows and at[1] < columns}

    async def press(self, keys: str) -> None:
        """Send keys as a terminal does; they arrive after the delay."""
        self._send(keys.encode())

    async def until(self, test: Callable[[Screen], bool], limit: float = 15.0) -> Screen:
        """Wait until the screen passes; fails with what is on it."""
        try:
            async with asyncio.timeout(limit):
                while not test(self.screen):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError("the screen shows:\n" + "\n".join(self.screen.text())) from None
        return self.screen

    async def until_text(self, words: str, limit: float = 15.0) -> Screen:
        """Wait until these words stand on the screen."""
        return await self.until(lambda screen: any(words in line for line in screen.text()), limit)

    def _send(self, data: bytes) -> None:
        asyncio.get_running_loop().call_later(self._delay, self._type, data)

    def _type(self, data: bytes) -> None:
        if self.process.returncode is None:
            os.write(self._ours, data)

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        free_at = loop.time()
        while True:
            data = await self._some()
            if not data:
                return
            if self._rate:
                free_at = max(free_at, loop.time()) + len(data) / self._rate
                await asyncio.sleep(max(0.0, free_at - loop.time()))
            loop.call_later(self._delay, self._show, data)

    async def _some(self) -> bytes:
        """What the program has written; nothing when it has ended."""
        while True:
            ready = asyncio.Event()
            asyncio.get_running_loop().add_reader(self._ours, ready.set)
            try:
                await ready.wait()
                return os.read(self._ours, _PIECE)
            except BlockingIOError:
                continue
            except OSError:
                return b""  # its other end was closed
            finally:
                asyncio.get_running_loop().remove_reader(self._ours)

    def _show(self, data: bytes) -> None:
        self.received += len(data)
        self.received_at = time.monotonic()
        self.screen.feed(data)
        self._news.set()
