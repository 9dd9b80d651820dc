"""The slow line of the tests is as slow as it says; else every test behind it would say nothing."""

import asyncio
import time

from tests.support.line import Line


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
