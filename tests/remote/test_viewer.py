"""The laptop's viewer and the server's player: who may ask for what, and what happens when the other side goes."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.player.watching import Film, Heard, ffmpeg, film_at, playback, real_films
from tests.support.laptop import Pair
from tests.support.line import slow_socket
from vigtui.domain.errors import FilmError, PlayerError, VigError
from vigtui.domain.playback import KeyPressed, Playback, PlayerGone, PlayerSays
from vigtui.domain.timecode import Millis, Span
from vigtui.media.serve import FilmServer
from vigtui.player import talk
from vigtui.player.driver import MpvPlayer
from vigtui.player.either import EitherPlayer
from vigtui.player.home import on_disk
from vigtui.player.ipc import Client
from vigtui.player.remote import RemotePlayer
from vigtui.player.terminal import Terminal


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    made = await Pair(tmp_path / "line").start()
    yield made
    await made.close()


class Caller:
    """Somebody who speaks on the viewer's socket by hand."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def on(cls, pair: Pair, **greeting: object) -> "Caller":
        caller = cls()
        caller.reader, caller.writer = await asyncio.open_unix_connection(pair.place / "viewer.sock")
        caller.writer.write(talk.encode({**talk.greeting(), **greeting}))
        return caller

    async def hear(self) -> talk.Message:
        async with asyncio.timeout(10):
            return talk.decode(await self.reader.readline())

    async def ask(self, do: object, *what: object) -> talk.Message:
        self.writer.write(talk.encode({"id": 7, "do": do, "with": list(what)}))
        while (answer := await self.hear()).get("id") != 7:
            pass
        return answer


class TestTalking:
    async def test_another_version_is_told_apart(self, pair: Pair) -> None:
        for speaks, older in ((talk.SPOKEN + 1, "on the laptop"), (talk.SPOKEN - 1, "on the server")):
            caller = await Caller.on(pair, speaks=speaks, vigtui="9.9")
            error = talk.error_of((await caller.hear())["error"])
            assert isinstance(error, PlayerError)
            assert "9.9" in error.summary
            assert f"The older one is {older}" in error.remedy
            assert await caller.reader.read() == b""
            caller.writer.close()

    async def test_the_laptop_is_older_as_the_server_says_it(self, tmp_path: Path) -> None:
        async def old(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.write(talk.encode({"vigtui": "0.0.1", "speaks": 0}))
            await reader.read()
            writer.close()

        server = await asyncio.start_unix_server(old, tmp_path / "viewer.sock")
        player = RemotePlayer(
            tmp_path / "viewer.sock", FilmServer(tmp_path / "media.sock", lambda _: asyncio.sleep(0, True))
        )
        with pytest.raises(PlayerError, match=r"0\.0\.1 on the laptop do not understand"):
            await player.pause()
        await player.close()
        server.close()

    @pytest.mark.parametrize(
        ("do", "what"),
        [
            ("open", ["http://10.0.0.1/x", 0, False]),
            ("open", ["/etc/passwd", 0, False]),
            ("open", ["/../" + "x" * 40, 0, False]),
            ("open", [None, 0, False]),
            ("prepare", ["file:///etc/passwd", [[0, 1]]]),
            ("_launch", []),
            ("close", []),
            ("seek", ["soon"]),
            ("seek", [1, 2, 3]),
            ("loop", [[5, 2]]),
            (["open"], []),
        ],
    )
    async def test_a_server_can_ask_for_the_film_and_nothing_else(self, pair: Pair, do: object, what: list) -> None:
        caller = await Caller.on(pair)
        await caller.hear()
        error = talk.error_of((await caller.ask(do, *what))["error"])
        assert isinstance(error, VigError)
        assert pair.window.state.film is None
        assert not list((pair.place / "run").glob("*")) if (pair.place / "run").exists() else True
        caller.writer.close()

    async def test_nonsense_ends_the_conversation(self, pair: Pair) -> None:
        caller = await Caller.on(pair)
        await caller.hear()
        caller.writer.write(b"\xff{not json\n")
        async with asyncio.timeout(5):
            assert await caller.reader.read() == b""
        caller.writer.close()

    async def test_a_new_caller_takes_over(self, pair: Pair) -> None:
        one, other = await Caller.on(pair), None
        await one.hear()
        other = await Caller.on(pair)
        await other.hear()
        assert await one.reader.read() == b""
        assert (await other.ask("pause"))["state"]["playing"] is False
        one.writer.close()
        other.writer.close()


class TestBreaking:
    async def test_the_laptop_holds_its_picture(self, pair: Pair, films: Callable[[str], Film]) -> None:
        heard = Heard(pair.player)
        await pair.player.open(films("even.mp4").path, playing=True)
        await heard.until(playback(lambda state: state.position > 300))
        await pair.player.close()
        async with asyncio.timeout(5):
            while pair.window.state.playing:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert pair.window.state.position in films("even.mp4").times
        assert pair.window.state.film is not None

    async def test_another_run_finds_the_player_as_everybody_expects_it(
        self, pair: Pair, films: Callable[[str], Film]
    ) -> None:
        film = films("even.mp4")
        await pair.player.open(film.path, at=Millis(2000))
        await pair.player.set_speed(0.5)
        await pair.player.set_volume(30)
        await pair.player.loop(Span(Millis(1000), Millis(3000)))
        await pair.player.close()
        again = FilmServer(pair.place / "media.sock", pair.films._belongs)
        second = RemotePlayer(pair.place / "viewer.sock", again)
        assert await second.pause() == 1000
        assert pair.window.state.speed == 0.5, "the picture is held as it is until something is asked for"
        state = await second.open(film.path, at=Millis(4000))
        assert (state.position, state.speed, state.loop, state.film) == (4000, 1.0, None, str(film.path))
        await second.close()

    async def test_another_run_takes_up_the_picture_that_is_held(
        self, pair: Pair, films: Callable[[str], Film]
    ) -> None:
        """Under another address, and without a touch; what is fetched from then on comes from there."""
        film = films("even.mp4")
        await pair.player.open(film.path, at=Millis(2000))
        await pair.player.set_volume(30)
        known = pair.player.state
        await pair.player.close()
        await pair.stream.up(pair.place / "media.sock")
        held, again = pair.window._picture, FilmServer(pair.place / "media.sock", pair.films._belongs)
        second = RemotePlayer(pair.place / "viewer.sock", again)
        state = await second.resume(film.path, replace(known, position=Millis(400)))
        assert (state.film, state.position, state.playing) == (str(film.path), 2000, False), "where the laptop stands"
        assert pair.window._picture is held
        assert await second.seek(Millis(5000)) == 5000
        await second.blank()
        assert (await second.resume(film.path, known)).position == 2000
        await second.close()

    async def test_the_line_comes_back_within_one_run(self, pair: Pair, films: Callable[[str], Film]) -> None:
        film, heard, span = films("even.mp4"), Heard(pair.player), Span(Millis(1000), Millis(3000))
        await pair.player.open(film.path)
        await pair.player.loop(span)
        await pair.player.seek(Millis(1520))
        pair.viewer._hang_up()
        gone = await heard.until(lambda report: isinstance(report, PlayerGone))
        assert isinstance(gone, PlayerGone)
        assert "laptop" in gone.summary
        assert await pair.player.step(1) == 1560
        assert pair.player.state.loop == span
        assert sum(isinstance(report, PlayerGone) for report in heard.reports) == 1

    async def test_another_laptop_gets_all_that_was_open(
        self, pair: Pair, films: Callable[[str], Film], tmp_path: Path
    ) -> None:
        film, span = films("even.mp4"), Span(Millis(1000), Millis(3000))
        await pair.player.open(film.path)
        await pair.player.set_speed(0.5)
        await pair.player.loop(span)
        await pair.player.seek(Millis(1520))
        await pair.viewer.close()
        await pair.stream.close()
        (pair.place / "viewer.sock").unlink()
        other = Pair(tmp_path / "other")
        other.place.mkdir()
        await other.stream.start()
        await other.stream.up(pair.place / "media.sock")
        await other.viewer.listen(pair.place / "viewer.sock")
        assert await pair.player.step(1) == 1560
        assert (pair.player.state.loop, pair.player.state.speed) == (span, 0.5)
        await other.close()

    async def test_nobody_there(self, tmp_path: Path) -> None:
        player = RemotePlayer(
            tmp_path / "nobody.sock", FilmServer(tmp_path / "media.sock", lambda _: asyncio.sleep(0, True))
        )
        with pytest.raises(PlayerError, match="cannot be reached"):
            await player.pause()
        await player.close()


class TestFilms:
    @pytest.mark.parametrize("name", ["uneven.mp4", "stream.ts", "long_sound.mp4", "lengthless.webm"])
    async def test_the_same_frames_as_from_the_disk(self, pair: Pair, films: Callable[[str], Film], name: str) -> None:
        film = films(name)
        await pair.player.open(film.path)
        middle = film.times[len(film.times) // 2]
        assert await pair.player.seek(Millis(middle)) == middle
        at = film.times.index(middle)
        assert await pair.player.step(2) == film.times[at + 2]
        assert await pair.player.step(-3) == film.times[at - 1]

    async def test_real_films(self, pair: Pair) -> None:
        """Where they are at hand: what is opened from the disk opens through the line, at the same frames."""
        here = await Pair(pair.place.with_name("here")).start()
        for path in [one for one in real_films() if one.suffix != ".rttm"][:6]:
            far: list[object] = []
            for player in (pair.player, here.window):
                found: list[object] = []
                try:
                    if player is here.window:
                        here.window._offer = on_disk
                    state = await player.open(path, at=Millis(700))
                    found += [state.position, state.length, await player.step(1), await player.step(-2)]
                except FilmError as error:
                    found.append(type(error))
                far.append(found)
            assert far[0] == far[1], path.name
        await here.close()

    async def test_a_film_that_has_gone(self, pair: Pair, films: Callable[[str], Film], tmp_path: Path) -> None:
        film = tmp_path / "film.mp4"
        shutil.copy(films("even.mp4").path, film)
        await pair.player.open(film, at=Millis(1000))
        film.unlink()
        with pytest.raises(FilmError):
            await pair.player.open(film)
        assert pair.player.state.position == 1000


@pytest.mark.parametrize(("program", "said"), [("no-such-mpv", "is not installed"), ("false", "could not be started")])
async def test_an_mpv_of_the_laptop_that_is_gone_or_does_not_start(
    program: str, said: str, pair: Pair, films: Callable[[str], Film]
) -> None:
    """After `vigtui connect` has begun: a sentence on the server's screen, and the next request tries again."""
    good, pair.window._home._executable = pair.window._home._executable, program
    with pytest.raises(PlayerError, match=said):
        await pair.player.open(films("even.mp4").path)
    pair.window._home._executable = good
    assert (await pair.player.open(films("even.mp4").path, at=Millis(2000))).position == 2000


async def test_a_film_moves_from_the_laptop_into_the_terminal_and_back(
    pair: Pair, films: Callable[[str], Film], tmp_path: Path
) -> None:
    film, span = films("even.mp4"), Span(Millis(1000), Millis(3000))
    player = EitherPlayer(pair.player, MpvPlayer(Terminal(runtime_dir=tmp_path / "run", audio_output="null")))
    heard = Heard(player)
    assert player.homes == ("laptop", "terminal")
    await player.open(film.path)
    await player.set_speed(0.5)
    await player.loop(span)
    await player.seek(Millis(1520))
    await player.play()
    await player.move("terminal")
    assert (player.name, player.canvas is not None) == ("terminal", True)
    state = player.state
    assert (state.film, state.loop, state.speed, state.playing) == (str(film.path), span, 0.5, True)
    assert 1520 <= await player.pause() < 1900
    assert not pair.window.state.playing
    at = await player.step(1)
    await player.move("laptop")
    assert (player.name, player.canvas, player.state.position, player.state.playing) == ("laptop", None, at, False)
    assert heard.states[-1].position == at
    with pytest.raises(PlayerError):
        await player.move("nowhere")
    await player.close()


async def test_a_slow_line_is_said_once(tmp_path: Path) -> None:
    """A film of more than 200 kB a second, on a line of 60 kB a second."""
    film = tmp_path / "noise.mp4"
    noise = "nullsrc=s=160x120:r=25:d=6,geq=random(1)*255:128:128"
    ffmpeg("-f", "lavfi", "-i", noise, "-c:v", "libx264", "-preset", "ultrafast", "-qp", "20", "-g", "10", str(film))
    assert film.stat().st_size > 6 * 200_000
    made = Pair(tmp_path / "line")
    made.place.mkdir()
    async with slow_socket(made.place / "door.sock", made.place / "media.sock", rate=60_000):
        await made.start(media=made.place / "door.sock")
        heard = Heard(made.player)
        await made.player.open(film, playing=True)
        said = await heard.until(lambda report: isinstance(report, PlayerSays))
        assert isinstance(said, PlayerSays)
        assert "slower than this film needs" in said.summary
        assert "v moves it into the terminal" in said.remedy
        await heard.until(lambda report: isinstance(report, Playback) and report.fetching and report.playing)
        await heard.until(lambda report: isinstance(report, Playback) and not report.fetching)
        assert await made.player.pause() in film_at(film).times
        assert sum(isinstance(report, PlayerSays) for report in heard.reports) == 1
        await made.close()


async def test_keys_of_the_laptops_window_reach_the_server(pair: Pair, films: Callable[[str], Film]) -> None:
    heard = Heard(pair.player)
    await pair.player.open(films("even.mp4").path)
    room = pair.window._home._room  # beside the runtime folder where that one's name is too long for a socket
    socket = room / "mpv.sock"
    client = await Client.connect(socket, lambda _: None, lambda: None)
    await client.command("keypress", "i")
    assert await heard.until(lambda report: isinstance(report, KeyPressed)) == KeyPressed("i")
    await client.close()


async def test_mpv_gets_no_address_on_its_command_line_and_no_other_network(
    pair: Pair, films: Callable[[str], Film]
) -> None:
    await pair.player.open(films("even.mp4").path)
    process = pair.window._home._process  # type: ignore[attr-defined]
    words = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    assert b"127.0.0.1" not in words
    assert b"protocol_whitelist=[http,tcp]" in words
    assert b"--cache-on-disk=no" in words
