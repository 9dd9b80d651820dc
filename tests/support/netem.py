"""A slow line as Linux makes one: `tc netem` on the loopback device of a network namespace of the test's own.

    python -m tests.support.netem ROOM TARGETPORT RATE DELAY_MS     (rate 0: namespace and sockets only, no netem)

Nobody's network is touched: the namespace is made by `unshare`, has no way out, and goes with the one process in it. What is
sent to the port of the line goes into the namespace by a Unix socket, there over its loopback device, and out by another one.
Where a machine cannot do this, `slow_line` takes the relay of `tests.support.line` and says why. Unlike the relay, netem shares
the rate between both ways.
"""

import argparse
import asyncio
import contextlib
import functools
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.line import KERNEL, PIECE, LineProgram, end, line, running

ROOT = Path(__file__).parents[2]
APART = ("unshare", "--user", "--map-root-user", "--net", "--kill-child")
"""Runs a program in a namespace of its own, as root of nothing else; it goes with whoever started it."""
INSIDE = 2000
"""The port in the namespace; nothing else is there."""


def netem_words(rate: float, delay: float) -> list[str]:
    """What tc is told: bytes a second and seconds each way."""
    return ["netem", "limit", "1000", "delay", f"{delay * 1000:.0f}ms", "rate", f"{rate * 8:.0f}bit"]


def prepare(rate: float, delay: float) -> str:
    """Make the loopback device of this namespace a slow line; what was said where it cannot be."""
    orders = [["ip", "link", "set", "lo", "mtu", "1500", "up"]]
    if rate or delay:
        orders.append(["tc", "qdisc", "add", "dev", "lo", "root", *netem_words(rate, delay)])
    for order in orders:
        try:
            done = subprocess.run(
                order, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10, check=False
            )
        except FileNotFoundError:
            return f"{order[0]} is not installed"
        if done.returncode:
            return f"{order[0]}: {(done.stderr.strip() or str(done.returncode)).splitlines()[-1]}"
    return ""


@functools.cache
def why_not() -> str:
    """Why there is no netem on this machine; empty where there is. Tried out, in a namespace that is gone afterwards."""
    if shutil.which("unshare") is None:
        return "unshare is not installed"
    script = "import sys; from tests.support.netem import prepare; sys.exit(prepare(100_000, 0.04))"
    done = subprocess.run(
        [*APART, sys.executable, "-c", script],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=ROOT,
    )
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["no word why"])[-1]


@contextmanager
def slow_line(target: int, *, rate: float, delay: float) -> Iterator[LineProgram]:
    """A line to a port of this machine: by netem where that can be had, else by the relay; says which on standard output."""
    lacking = why_not()
    print(f"The slow line is {f'a relay, for want of netem ({lacking})' if lacking else 'made by netem'}.")  # noqa: T201
    with (line if lacking else apart)(target, rate=rate, delay=delay) as made:
        yield made


@contextmanager
def apart(target: int, *, rate: float = 0.0, delay: float = 0.0) -> Iterator[LineProgram]:
    """A line through a namespace of its own; without rate and delay there is no netem in it."""
    room = Path(tempfile.mkdtemp(prefix="line-"))
    words = [str(room), str(target), str(rate), str(delay * 1000)]
    try:
        with running("tests.support.netem", *words) as program:
            yield program
    finally:
        shutil.rmtree(room, ignore_errors=True)


Connect = Callable[[], Awaitable[socket.socket]]


async def _connected(kind: int, place: str | tuple[str, int]) -> socket.socket:
    made = _narrow(socket.socket(kind))
    made.setblocking(False)
    await asyncio.get_running_loop().sock_connect(made, place)
    return made


def _listening(kind: int, place: str | tuple[str, int]) -> socket.socket:
    made = _narrow(socket.socket(kind))
    made.bind(place)
    made.listen()
    return made


def _narrow(made: socket.socket) -> socket.socket:
    """Let the kernel keep little, so that a sender feels the line."""
    for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        made.setsockopt(socket.SOL_SOCKET, buffer, KERNEL)
    return made


async def _lead(listening: socket.socket, connect: Connect) -> asyncio.Server:
    """Pass on whatever comes to one socket to another, both ways."""

    async def one_way(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        target.transport.set_write_buffer_limits(high=PIECE)
        with contextlib.suppress(OSError):
            while data := await source.read(PIECE):
                target.write(data)
                await target.drain()
        await end(target)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(sock=await connect(), limit=PIECE)
        except OSError:
            await end(writer)
            return
        await asyncio.gather(one_way(reader, far_writer), one_way(far_reader, writer))

    return await asyncio.start_server(pass_on, sock=listening, limit=PIECE)


async def _inside(room: Path, rate: float, delay: float) -> None:
    """Within the namespace: from the socket `in`, over the loopback device, to the socket `out`."""
    if said := prepare(rate, delay):
        sys.exit(said)
    there = ("127.0.0.1", INSIDE)
    out = str(room / "out")
    await _lead(_listening(socket.AF_INET, there), lambda: _connected(socket.AF_UNIX, out))
    await _lead(_listening(socket.AF_UNIX, str(room / "in")), lambda: _connected(socket.AF_INET, there))
    await asyncio.to_thread(sys.stdin.read)  # it goes with who started it


async def _outside(room: Path, target: int, rate: float, delay: float) -> None:
    """On this machine: a port that leads to the socket `in`, and the socket `out` that leads to the target."""
    goal = ("127.0.0.1", target)
    await _lead(_listening(socket.AF_UNIX, str(room / "out")), lambda: _connected(socket.AF_INET, goal))
    words = [str(room), str(target), str(rate), str(delay * 1000), "--inside"]
    inner = await asyncio.create_subprocess_exec(
        *APART, sys.executable, "-m", "tests.support.netem", *words, stdin=asyncio.subprocess.PIPE
    )
    while not (room / "in").exists():
        if inner.returncode is not None:
            sys.exit(1)
        await asyncio.sleep(0.02)
    front = _listening(socket.AF_INET, ("127.0.0.1", 0))
    await _lead(front, lambda: _connected(socket.AF_UNIX, str(room / "in")))
    print(front.getsockname()[1], flush=True)  # noqa: T201
    await inner.wait()


def _main() -> None:
    parser = argparse.ArgumentParser(description="A slow line in a network namespace.")
    parser.add_argument("room", type=Path)
    parser.add_argument("target", type=int)
    parser.add_argument("rate", type=float)
    parser.add_argument("delay_ms", type=float)
    parser.add_argument("--inside", action="store_true")
    words = parser.parse_args()
    delay = words.delay_ms / 1000
    with contextlib.suppress(KeyboardInterrupt):
        if words.inside:
            asyncio.run(_inside(words.room, words.rate, delay))
        else:
            asyncio.run(_outside(words.room, words.target, words.rate, delay))


if __name__ == "__main__":
    _main()
