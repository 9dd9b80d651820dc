"""Films through the tunnel: what is handed out and to whom, what crosses the line, and what does not."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.laptop import every_film
from tests.support.line import slow_socket
from vigtui.domain.errors import FilmError, FilmMissing
from vigtui.domain.playback import Showing
from vigtui.domain.timecode import Millis, Span
from vigtui.laptop.gauge import BLOCK, Gauge
from vigtui.laptop.plain_way import plain_way
from vigtui.laptop.stream import LineBrokenError, Stream
from vigtui.media.serve import LONGEST_PIECE, FilmServer


@pytest.fixture
def film(tmp_path: Path) -> Path:
    made = tmp_path / "film.mp4"
    made.write_bytes(os.urandom(3 * 2**20 + 1234))
    return made


@pytest.fixture
async def films(tmp_path: Path) -> AsyncIterator[FilmServer]:
    made = FilmServer(tmp_path / "media.sock", every_film)
    yield made
    await made.close()


@pytest.fixture
async def stream(tmp_path: Path) -> AsyncIterator[Stream]:
    made = Stream(plain_way("me@clinic"))
    await made.start()
    await made.up(tmp_path / "media.sock")
    yield made
    await made.close()


async def get(url: str, *, socket: Path | None = None, method: str = "GET", **headers: str) -> tuple[int, bytes, dict]:
    connector = aiohttp.UnixConnector(str(socket)) if socket else None
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        session.request(method, url, headers=headers) as answer,
    ):
        return answer.status, await answer.read(), dict(answer.headers)


class TestServer:
    async def test_only_what_was_offered_is_handed_out(self, films: FilmServer, film: Path, tmp_path: Path) -> None:
        address, socket = (await films.offer(Showing(film))).address, tmp_path / "media.sock"
        assert stat.S_IMODE(socket.stat().st_mode) == 0o600
        for path in (
            "/",
            "/film.mp4",
            f"{address}x",
            f"{address}/",
            "/../film.mp4",
            f"//{film}",
            address.upper() + "_",
        ):
            status, body, _ = await get(f"http://x{path}", socket=socket)
            assert (status, b"film" in body, len(body) < 100) == (404, False, True)
        status, _, headers = await get(f"http://x{address}", socket=socket, method="PUT")
        assert status == 405
        assert not any("film" in value for value in headers.values())

    async def test_pieces(self, films: FilmServer, film: Path, tmp_path: Path) -> None:
        address, socket, whole = (await films.offer(Showing(film))).address, tmp_path / "media.sock", film.read_bytes()
        url = f"http://x{address}"
        status, body, headers = await get(url, socket=socket, Range="bytes=10-19")
        assert (status, body, headers["Content-Range"]) == (206, whole[10:20], f"bytes 10-19/{len(whole)}")
        status, body, _ = await get(url, socket=socket, Range="bytes=5-")
        assert (status, body) == (206, whole[5 : 5 + LONGEST_PIECE])
        status, body, _ = await get(url, socket=socket, Range="bytes=-4")
        assert (status, body) == (206, whole[-4:])
        status, body, _ = await get(url, socket=socket, Range=f"bytes={len(whole)}-")
        assert status == 416
        status, body, headers = await get(url, socket=socket, method="HEAD")
        assert (status, body, headers["Content-Length"]) == (200, b"", str(len(whole)))

    async def test_an_address_is_for_one_film_in_one_state(self, films: FilmServer, film: Path, tmp_path: Path) -> None:
        address = (await films.offer(Showing(film))).address
        assert len(address) >= 43
        assert (await films.offer(Showing(film))).address == address
        film.write_bytes(b"another film")
        other = (await films.offer(Showing(film))).address
        assert other != address
        assert (await get(f"http://x{address}", socket=tmp_path / "media.sock"))[0] == 404
        await films.close()
        assert not (tmp_path / "media.sock").exists()
        assert (await films.offer(Showing(film))).address not in {address, other}

    async def test_only_films_of_the_library(self, tmp_path: Path, film: Path) -> None:
        async def none(path: Path) -> bool:
            return False

        films = FilmServer(tmp_path / "media.sock", none)
        with pytest.raises(FilmError):
            await films.offer(Showing(film))
        assert not (tmp_path / "media.sock").exists()

    async def test_what_cannot_be_read_is_said(self, films: FilmServer, tmp_path: Path) -> None:
        with pytest.raises(FilmMissing):
            await films.offer(Showing(tmp_path / "nowhere.mp4"))
        (tmp_path / "empty.mp4").touch()
        with pytest.raises(FilmError):
            await films.offer(Showing(tmp_path / "empty.mp4"))

    async def test_where_a_span_lies(self, films: FilmServer, play: Path) -> None:
        pieces = await films.pieces(Showing(play), Span(Millis(4000), Millis(6000)))
        assert pieces
        assert all(0 < start < stop <= play.stat().st_size for start, stop in pieces)
        assert sum(stop - start for start, stop in pieces) < play.stat().st_size / 2


class TestStream:
    async def test_the_whole_film_byte_for_byte(self, stream: Stream, films: FilmServer, film: Path) -> None:
        url = stream.address((await films.offer(Showing(film))).address)
        assert url.startswith("http://127.0.0.1:")
        whole = film.read_bytes()
        status, body, _ = await get(url)
        assert (status, body) == (200, whole)
        for start in (0, 1, BLOCK - 1, BLOCK, 2**20 + 7, len(whole) - 1):
            status, body, headers = await get(url, Range=f"bytes={start}-")
            assert (status, body) == (206, whole[start:])
            assert headers["Content-Range"] == f"bytes {start}-{len(whole) - 1}/{len(whole)}"
        assert (await get(url, Range=f"bytes={len(whole)}-"))[0] == 416
        assert (await get(url, Range="bytes=100-299"))[1] == whole[100:300]

    async def test_what_was_fetched_needs_no_line(self, stream: Stream, films: FilmServer, film: Path) -> None:
        url = stream.address((await films.offer(Showing(film))).address)
        first = await get(url)
        await films.close()
        await stream.down()
        assert (await get(url))[1] == first[1]

    async def test_unknown_addresses(self, stream: Stream, films: FilmServer, film: Path) -> None:
        await films.offer(Showing(film))
        for address in ("/", "/" + "x" * 43, "/a/b"):
            assert (await get(stream.address(address)))[0] == 404
        with pytest.raises(FilmMissing):
            await stream.look("/" + "x" * 43)

    async def test_a_tunnel_that_lets_no_film_through_is_told_from_a_broken_one(self, stream: Stream) -> None:
        with pytest.raises(FilmError, match="lets no film through") as told:
            await stream.look("/" + "x" * 43)
        assert "`ssh me@clinic`, then `vigtui`" in told.value.remedy
        await stream.down()
        with pytest.raises(LineBrokenError):
            await stream.look("/" + "x" * 43)

    async def test_a_reader_waits_until_the_film_is_offered_again(
        self, stream: Stream, films: FilmServer, film: Path, tmp_path: Path
    ) -> None:
        """Under another address: every connection has a far side of its own."""
        before = (await films.offer(Showing(film))).address
        await stream.look(before)
        await stream.down()
        reading = asyncio.create_task(get(stream.address(before), Range=f"bytes={2**21}-"))
        await films.close()
        await stream.up(tmp_path / "media.sock")
        after = (await films.offer(Showing(film))).address
        done, _ = await asyncio.wait([reading], timeout=0.2)
        assert not done
        await stream.look(after)
        async with asyncio.timeout(10):
            assert (await reading)[1] == film.read_bytes()[2**21 :]
        assert stream.is_same(before, after)
        await films.close()

    async def test_fetched_ahead(self, stream: Stream, films: FilmServer, film: Path) -> None:
        address = (await films.offer(Showing(film))).address
        stream.prepare(address, [(2**20, 2**20 + 100_000), (0, 10)])
        async with asyncio.timeout(5):
            while stream.bytes_kept < 100_000:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await films.close()
        await stream.down()
        status, body, _ = await get(stream.address(address), Range=f"bytes={2**20}-{2**20 + 99_999}")
        assert (status, body) == (206, film.read_bytes()[2**20 : 2**20 + 100_000])


@pytest.mark.parametrize(("rate", "delay"), [(100_000, 0.08), (1_000_000, 0.01)])
@pytest.mark.parametrize("light_before", [False, True])
async def test_the_line_is_filled_and_not_overfilled(
    films: FilmServer, film: Path, tmp_path: Path, rate: float, delay: float, light_before: bool
) -> None:
    """Most of what the line can carry is used, after a film that asked for little too; little waits in it, so that keys pass."""
    address, door = (await films.offer(Showing(film))).address, tmp_path / "door.sock"
    async with slow_socket(door, films._place, rate=rate, delay=delay) as line:
        stream = Stream()
        await stream.start()
        await stream.up(door)
        for at in range(2**20, 2**20 + 12 * 2 * BLOCK, 2 * BLOCK) if light_before else ():
            await get(stream.address(address), Range=f"bytes={at}-{at + 2 * BLOCK - 1}")
            await asyncio.sleep(0.1)
        reading = asyncio.create_task(get(stream.address(address)))
        await asyncio.sleep(2)
        before = line.back.carried
        await asyncio.sleep(1.5)
        carried = (line.back.carried - before) / 1.5
        reading.cancel()
        await asyncio.wait([reading])
        under_way = stream.gauge.at_once * stream.gauge.request_size()
        await stream.close()
    assert carried > 0.7 * rate
    assert under_way / rate - 2 * delay < 0.25


def test_how_much_is_asked_for() -> None:
    """Requests grow on a free line up to what it carries in a moment, and shrink when its queue is long."""
    gauge = Gauge()
    first = gauge.request_size()
    assert first == 8 * BLOCK
    gauge.rate = 1e9
    for _ in range(40):
        gauge.heard_after(0.01)
    assert gauge.request_size() == 2**20
    gauge.rate = 50_000.0
    assert gauge.request_size() <= 1.3 * 50_000 * 0.07
    for _ in range(40):
        gauge.heard_after(0.5)
    assert gauge.request_size() == 2 * BLOCK
