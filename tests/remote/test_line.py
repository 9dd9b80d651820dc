"""The slow line of the tests is as slow as it says; else every test behind it would say nothing."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.support import netem
from tests.support.line import Line
from tests.support.server import alive, descendants
from tests.support.waiting import until


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def _answer(port: int, size: int) -> float:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    begun = time.monotonic()
    writer.write(b"x" * size)
    await reader.readexactly(size)
    taken = time.monotonic() - begun
    writer.close()
    return taken


async def test_rate_and_delay() -> None:
    server = await asyncio.start_server(_echo, "127.0.0.1", 0)
    slow = Line(server.sockets[0].getsockname()[1], rate=100_000, delay=0.08)
    port = await slow.start()
    try:
        assert 0.16 <= await _answer(port, 1) < 0.25
        assert 0.46 <= await _answer(port, 30_000) < 0.75
        assert slow.there.carried == slow.back.carried == 30_001
    finally:
        await slow.close()
        server.close()


async def test_it_hangs_flows_and_breaks() -> None:
    server = await asyncio.start_server(_echo, "127.0.0.1", 0)
    bad = Line(server.sockets[0].getsockname()[1])
    port = await bad.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        bad.hang()
        writer.write(b"a")
        answer = asyncio.create_task(reader.read(1))
        done, _ = await asyncio.wait([answer], timeout=0.1)
        assert not done
        bad.flow()
        assert await answer == b"a"
        bad.break_off()
        assert await reader.read(1) == b""
        assert await _answer(port, 3) < 1
    finally:
        writer.close()
        await bad.close()
        server.close()


class TestNetem:
    """Linux's own slow line, as far as this machine has it; the choice between it and the relay everywhere."""

    def test_the_choice_is_what_the_machine_allows(self, capsys: pytest.CaptureFixture[str]) -> None:
        words = ["sh", "-c", 'ip link set lo up && tc qdisc add dev lo root "$@"', "sh", *netem.netem_words(1e5, 0.04)]
        done = subprocess.run([*netem.APART, *words], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        assert (netem.why_not() == "") == (done.returncode == 0), netem.why_not()
        with netem.slow_line(1, rate=100_000, delay=0.04) as made:
            kind = "tests.support.line" if netem.why_not() else "tests.support.netem"
            assert kind in Path(f"/proc/{made.process.pid}/cmdline").read_text().split("\0")
        assert ("made by netem." in capsys.readouterr().out) == (not netem.why_not())

    @pytest.mark.parametrize("lacking", ["unshare", "tc", "ip"])
    def test_a_machine_that_lacks_a_program(
        self, lacking: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _see_that_namespaces_can_be_made()
        for name in {"unshare", "tc", "ip"} - {lacking}:
            (tmp_path / name).symlink_to(shutil.which(name) or f"/usr/sbin/{name}")
        monkeypatch.setenv("PATH", str(tmp_path))
        netem.why_not.cache_clear()
        said = netem.why_not()
        netem.why_not.cache_clear()
        assert said == f"{lacking} is not installed"

    async def test_a_namespace_passes_everything_on_and_goes(self) -> None:
        """Without netem where there is none: the way through is the same."""
        _see_that_namespaces_can_be_made()
        server = await asyncio.start_server(_echo, "127.0.0.1", 0)
        rate, delay = (0.0, 0.0) if netem.why_not() else (100_000.0, 0.08)
        made = netem.apart(server.sockets[0].getsockname()[1], rate=rate, delay=delay)
        line = await asyncio.to_thread(made.__enter__)
        try:
            inner = await asyncio.to_thread(descendants, line.process.pid)
            (namespace,) = _namespaces(inner[1:])  # the first makes it, and is not in it
            assert namespace not in _namespaces([os.getpid(), line.process.pid])
            assert delay * 2 <= await _answer(line.port, 1) < delay * 2 + 0.2
            assert (60_000 / rate if rate else 0) <= await _answer(line.port, 30_000) < 1.5
        finally:
            await asyncio.to_thread(made.__exit__, None, None, None)
            server.close()
        await until(lambda: not alive(*inner))
        assert _holders(namespace) == []


def _see_that_namespaces_can_be_made() -> None:
    if subprocess.run([*netem.APART, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode:
        pytest.skip("network namespaces cannot be made on this machine")


def _namespaces(pids: list[int]) -> set[Path]:
    """The network namespaces of processes."""
    return {Path(f"/proc/{pid}/ns/net").readlink() for pid in pids}


def _holders(namespace: Path) -> list[str]:
    """Who is in a network namespace, of all processes that may be looked at."""
    found = []
    for place in Path("/proc").glob("[0-9]*/ns/net"):
        with contextlib.suppress(OSError):
            found += [str(place)] if place.readlink() == namespace else []
    return found
