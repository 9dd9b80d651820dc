"""A slow line: a TCP relay on loopback with a rate and a delay both ways, in the test's own loop or as a program of its own.

    python -m tests.support.line --rate 100000 --delay-ms 80 LISTENPORT TARGETPORT

The rate is shared by all connections, as on a real line; what waits in it is bounded, so the sender feels it. A program
of its own can be stopped by SIGSTOP, which is a line that hangs, and killed, which is a line that breaks.
"""

import argparse
import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

PIECE = 1400
"""Bytes that travel together."""
WAITING = 0.05
"""Seconds' worth of bytes that wait before the line until its sender is held up."""
KERNEL = 8192
"""Bytes that the kernel may keep at each end of the relay, beside the line."""


class _Way:
    """One direction of the line."""

    def __init__(self, rate: float, delay: float) -> None:
        self.rate = rate
        self.delay = delay
        self.carried = 0
        self._free_at = 0.0

    def send(self, size: int) -> float:
        """Put bytes on the line; when they arrive, in seconds of the loop."""
        now = asyncio.get_running_loop().time()
        self.carried += size
        self._free_at = max(now, self._free_at) + (size / self.rate if self.rate else 0.0)
        return self._free_at + self.delay

    async def wait_for_room(self) -> None:
        """Wait while more than `WAITING` seconds' worth of bytes is before the line."""
        ahead = self._free_at - asyncio.get_running_loop().time() - WAITING
        if ahead > 0:
            await asyncio.sleep(ahead)


class Line:
    """A relay from a port of its own to another on loopback.

    Args:
        target: the port that is relayed to.
        rate: bytes a second each way; 0 for no limit.
        delay: seconds each way.
    """

    def __init__(self, target: int, *, rate: float = 0.0, delay: float = 0.0) -> None:
        self.target = target
        self.there, self.back = _Way(rate, delay), _Way(rate, delay)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._open.set()

    async def start(self, port: int = 0) -> int:
        """Listen; the port."""
        listening = socket.create_server(("127.0.0.1", port))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL)
        self._server = await asyncio.start_server(self._take, sock=listening, limit=PIECE)
        return int(listening.getsockname()[1])

    def hang(self) -> None:
        """Let nothing pass any more, and say nothing: a cable that was pulled."""
        self._open.clear()

    def flow(self) -> None:
        """Let everything pass again."""
        self._open.set()

    def break_off(self) -> None:
        """End every connection at once; new ones are taken."""
        for writer in self._writers:
            writer.transport.abort()

    async def close(self) -> None:
        """End the relay with all that is in it."""
        if self._server is not None:
            self._server.close()
        self.flow()
        self.break_off()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._relay(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        out = socket.socket()
        out.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL)
        out.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(out, ("127.0.0.1", self.target))
        except OSError:
            out.close()
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(sock=out, limit=PIECE)
        self._writers |= {writer, far_writer}
        try:
            await asyncio.gather(
                self._carry(reader, far_writer, self.there), self._carry(far_reader, writer, self.back)
            )
        finally:
            self._writers -= {writer, far_writer}
            await end(writer, far_writer)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: _Way) -> None:
        arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = asyncio.create_task(self._deliver(arriving, writer))
        try:
            data = b"begin"
            while data:
                try:
                    data = await reader.read(PIECE)
                except OSError:
                    data = b""
                arriving.put_nowait((way.send(len(data)), data))
                await way.wait_for_room()
            await delivery
        finally:
            delivery.cancel()

    async def _deliver(self, arriving: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while True:
            at, data = await arriving.get()
            if (wait := at - loop.time()) > 0:
                await asyncio.sleep(wait)
            await self._open.wait()
            try:
                if not data:
                    if writer.can_write_eof():
                        writer.write_eof()
                    return
                writer.write(data)
                await writer.drain()
            except OSError:
                return


async def end(*writers: asyncio.StreamWriter) -> None:
    """Close connections at once."""
    for writer in writers:
        writer.transport.abort()
    for writer in writers:
        with contextlib.suppress(OSError):
            await writer.wait_closed()


Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


def _leading_to(connect: Connect) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """What a server does with a connection: pass on all that comes, both ways."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await connect()
        except OSError:
            await end(writer)
            return

        async def one_way(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                while data := await source.read(4096):
                    target.write(data)
                    await target.drain()
            await end(target)

        await asyncio.gather(one_way(reader, far_writer), one_way(far_reader, writer))

    return pass_on


@asynccontextmanager
async def slow_socket(door: Path, target: Path, *, rate: float, delay: float = 0.0) -> AsyncIterator[Line]:
    """A Unix socket that leads to another one through a slow line."""
    back = await asyncio.start_server(_leading_to(lambda: asyncio.open_unix_connection(target)), "127.0.0.1", 0)
    slow = Line(back.sockets[0].getsockname()[1], rate=rate, delay=delay)
    port = await slow.start()
    front = await asyncio.start_unix_server(_leading_to(lambda: asyncio.open_connection("127.0.0.1", port)), door)
    try:
        yield slow
    finally:
        front.close()
        await slow.close()
        back.close()


class LineProgram:
    """The relay as a program of its own, for tests without a loop."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process = process
        self.port = port

    def hang(self) -> None:
        """Let nothing pass any more."""
        self.process.send_signal(signal.SIGSTOP)

    def flow(self) -> None:
        """Let everything pass again."""
        self.process.send_signal(signal.SIGCONT)

    def break_off(self) -> None:
        """End the line with all its connections."""
        self.process.kill()
        self.process.wait(10)


@contextmanager
def line(target: int, *, rate: float = 0.0, delay: float = 0.0, port: int = 0) -> Iterator[LineProgram]:
    """A relay that runs as a program of its own; `port` 0 lets the system choose."""
    words = ["--rate", str(rate), "--delay-ms", str(delay * 1000), str(port), str(target)]
    with running("tests.support.line", *words) as program:
        yield program


@contextmanager
def running(module: str, *words: str) -> Iterator[LineProgram]:
    """A line that a module is when it runs as a program; it tells its port first of all."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert process.stdout is not None
        yield LineProgram(process, int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


async def _main() -> None:
    parser = argparse.ArgumentParser(description="A slow line on loopback.")
    parser.add_argument("--rate", type=float, default=0.0, help="bytes a second each way; 0 for no limit")
    parser.add_argument("--delay-ms", type=float, default=0.0, help="each way")
    parser.add_argument("listen", type=int)
    parser.add_argument("target", type=int)
    options = parser.parse_args()
    relay = Line(options.target, rate=options.rate, delay=options.delay_ms / 1000)
    print(await relay.start(options.listen), flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main())
