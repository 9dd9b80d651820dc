"""The mpv process: how it is started, what it can read, how it ends, and that it comes back."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.player.watching import (
    Eye,
    Film,
    Heard,
    held_in,
    mpv_pid,
    playback,
    socket_in,
    wait_until_gone,
    wait_until_stopped,
)
from vigtui.domain.errors import FilmError, FilmMissing, PlayerError
from vigtui.domain.playback import PlayerGone
from vigtui.domain.timecode import Millis, Span
from vigtui.player.window import WindowPlayer


async def test_nothing_is_started_before_it_is_needed(window: WindowPlayer, runtime: Path) -> None:
    await window.set_speed(0.5)
    await window.pause()
    await window.blank()
    assert held_in(runtime) == []


async def test_the_process_is_cut_off_from_the_terminal(
    window: WindowPlayer, runtime: Path, films: Callable[[str], Film]
) -> None:
    await window.open(films("silent.mp4").path)
    process = Path(f"/proc/{mpv_pid(window)}")
    assert all((process / "fd" / str(number)).readlink() == Path("/dev/null") for number in range(3))
    assert os.getsid(mpv_pid(window)) == mpv_pid(window)
    assert b"silent" not in (process / "cmdline").read_bytes()
    assert socket_in(runtime).parent.stat().st_mode & 0o777 == 0o700


async def test_close_leaves_nothing(window: WindowPlayer, runtime: Path, films: Callable[[str], Film]) -> None:
    await window.open(films("silent.mp4").path, playing=True)
    pid = mpv_pid(window)
    await window.close()
    await wait_until_gone(pid)
    assert held_in(runtime) == []


async def test_mpv_leaves_no_traces(
    window: WindowPlayer, films: Callable[[str], Film], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "CACHE", "STATE", "DATA"):
        monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)
    await window.open(films("silent.mp4").path, at=Millis(2000))
    await window.step(1)
    await window.close()
    assert list(home.rglob("*")) == []


async def test_a_long_runtime_directory(tmp_path: Path, films: Callable[[str], Film]) -> None:
    player = WindowPlayer(runtime_dir=tmp_path / ("d" * 120), video_output="null", audio_output="null")
    assert (await player.open(films("silent.mp4").path)).position == 0
    await player.close()


async def test_mpv_ends_with_this_program(tmp_path: Path, films: Callable[[str], Film]) -> None:
    program = """
import asyncio, sys
from pathlib import Path
from vigtui.player.window import WindowPlayer
async def main():
    player = WindowPlayer(runtime_dir=Path(sys.argv[1]), video_output="null", audio_output="null")
    await player.open(Path(sys.argv[2]), playing=True)
    print(player._home._process.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(tmp_path / "run"), str(films("silent.mp4").path)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    async with asyncio.timeout(20):
        pid = int(await child.stdout.readline())
    child.kill()
    await child.wait()
    await wait_until_gone(pid)


class TestComingBack:
    async def test_after_a_kill_it_plays_on_at_the_same_place(
        self, window: WindowPlayer, runtime: Path, films: Callable[[str], Film]
    ) -> None:
        heard, span = Heard(window), Span(Millis(1000), Millis(4000))
        await window.set_speed(0.5)
        await window.open(films("even.mp4").path)
        await window.loop(span)
        await window.seek(Millis(1520))
        first = mpv_pid(window)
        os.kill(first, signal.SIGKILL)
        gone = await heard.until(lambda report: isinstance(report, PlayerGone))
        assert isinstance(gone, PlayerGone)
        assert gone.summary == "mpv has stopped."
        assert "space" in gone.remedy
        state = window.state
        assert (state.position, state.playing, state.speed, state.loop) == (1520, False, 0.5, span)
        await window.play()
        assert mpv_pid(window) != first
        assert (window.state.playing, window.state.loop) == (True, span)
        assert 1520 <= window.state.position <= 1600
        eye = await Eye.on(runtime)
        assert await eye.client.get("speed") == 0.5
        assert abs(float(str(await eye.client.get("end"))) - 4.001) < 0.0005
        await eye.client.close()
        await heard.until(playback(lambda state: state.playing and 1600 <= state.position <= 4000))
        assert sum(isinstance(report, PlayerGone) for report in heard.reports) == 1

    @pytest.mark.parametrize("command", ["play", "seek", "step", "open"])
    async def test_a_command_right_after_the_kill_finds_a_new_one(
        self, window: WindowPlayer, films: Callable[[str], Film], command: str
    ) -> None:
        film, heard = films("silent.mp4"), Heard(window)
        await window.open(film.path, at=Millis(1000))
        os.kill(mpv_pid(window), signal.SIGKILL)
        match command:
            case "play":
                await window.play()
                assert window.state.playing
            case "seek":
                assert await window.seek(Millis(2000)) == 2000
            case "step":
                assert await window.step(1) == 1040
            case "open":
                assert (await window.open(film.path, at=Millis(3000))).position == 3000
        await heard.until(lambda report: isinstance(report, PlayerGone))
        assert sum(isinstance(report, PlayerGone) for report in heard.reports) == 1

    async def test_a_kill_while_it_plays(self, window: WindowPlayer, films: Callable[[str], Film]) -> None:
        heard = Heard(window)
        await window.open(films("silent.mp4").path, playing=True)
        await heard.until(playback(lambda state: state.position >= 500))
        os.kill(mpv_pid(window), signal.SIGKILL)
        await heard.until(lambda report: isinstance(report, PlayerGone))
        at = window.state.position
        assert await window.step(1) == at + 40

    async def test_the_film_has_gone_too(
        self, window: WindowPlayer, films: Callable[[str], Film], tmp_path: Path
    ) -> None:
        film, heard = tmp_path / "film.mp4", Heard(window)
        shutil.copy(films("silent.mp4").path, film)
        await window.open(film)
        os.kill(mpv_pid(window), signal.SIGKILL)
        await heard.until(lambda report: isinstance(report, PlayerGone))
        film.rename(tmp_path / "moved.mp4")
        with pytest.raises(FilmMissing):
            await window.play()
        (tmp_path / "moved.mp4").rename(film)
        await window.play()
        assert window.state.playing

    async def test_an_mpv_that_hangs_is_given_up(self, window: WindowPlayer, films: Callable[[str], Film]) -> None:
        await window.open(films("silent.mp4").path)
        pid, heard = mpv_pid(window), Heard(window)
        os.kill(pid, signal.SIGSTOP)
        await wait_until_stopped(pid)
        with pytest.raises(PlayerError) as caught:
            await window.set_speed(2)
        assert caught.value.summary == "mpv did not answer."
        await heard.until(lambda report: isinstance(report, PlayerGone))
        await wait_until_gone(pid)
        assert await window.step(1) == 40

    async def test_a_cancelled_command_does_not_confuse_the_next(
        self, window: WindowPlayer, films: Callable[[str], Film]
    ) -> None:
        film = films("even.mp4")
        await window.open(film.path)
        for to in (9000, 2000, 7000, 400):
            hurried = asyncio.create_task(window.seek(Millis(to)))
            await asyncio.sleep(0)
            hurried.cancel()
            assert await window.seek(Millis(to + 1111)) == film.at_or_after(to + 1111)


class TestStarting:
    async def test_without_mpv_the_sentence_names_the_package(
        self, runtime: Path, films: Callable[[str], Film]
    ) -> None:
        player = WindowPlayer("mpv-that-is-not-there", runtime_dir=runtime)
        with pytest.raises(PlayerError) as caught:
            await player.open(films("silent.mp4").path)
        assert "not installed" in caught.value.summary
        assert "sudo apt install mpv" in caught.value.remedy
        await player.close()

    async def test_an_option_mpv_does_not_know(self, runtime: Path, films: Callable[[str], Film]) -> None:
        player = WindowPlayer(runtime_dir=runtime, video_output="null", extra=["--no-such-thing=1"])
        with pytest.raises(PlayerError) as caught:
            await player.open(films("silent.mp4").path)
        assert "no-such-thing" in caught.value.summary
        assert "/" not in caught.value.summary
        assert held_in(runtime) == []
        await player.close()

    async def test_a_program_that_cannot_be_run(
        self, runtime: Path, films: Callable[[str], Film], tmp_path: Path
    ) -> None:
        (tmp_path / "mpv").write_bytes(b"\x7fELF nonsense")
        (tmp_path / "mpv").chmod(0o700)
        player = WindowPlayer(str(tmp_path / "mpv"), runtime_dir=runtime)
        with pytest.raises(PlayerError, match="mpv could not be started: Exec format error"):
            await player.open(films("silent.mp4").path)
        assert held_in(runtime) == []
        await player.close()

    async def test_a_program_that_is_not_mpv(self, runtime: Path, films: Callable[[str], Film]) -> None:
        player = WindowPlayer("true", runtime_dir=runtime)
        with pytest.raises(PlayerError) as caught:
            await player.open(films("silent.mp4").path)
        assert caught.value.summary == "mpv could not be started: it ended without a word."
        await player.close()


STRANGE = [
    "-dash.mp4",
    "%20 %n.mp4",
    "a 'b' \"c\".mp4",
    "[x]{y}.mp4",
    "two\nlines.mp4",
    "edl:%3%abc",
    "ä 漢 é.mp4",
    "a,b=c;d.mp4",
]


class TestNames:
    @pytest.mark.parametrize("name", [*map(os.fsencode, STRANGE), b"\xff\xfe.mp4", b"http:" + b"%41.mp4"])
    async def test_strange_names(
        self,
        window: WindowPlayer,
        films: Callable[[str], Film],
        tmp_path: Path,
        name: bytes,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        film = Path(os.fsdecode(name))
        shutil.copy(films("silent.mp4").path, film)
        state = await window.open(film, at=Millis(1000))
        assert (state.position, state.film) == (1000, str(tmp_path / film))


BROKEN = {
    "words.mp4": b"This is not a film.\n" * 50,
    "list.mp4": b"#EXTM3U\n{film}\n",
    "list.m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{film}\n#EXT-X-ENDLIST\n",
    "list.txt": b"{film}\n",
    "concat.mp4": b"ffconcat version 1.0\nfile {film}\n",
    "edit.edl": b"# mpv EDL v0\n{film}\n",
}


class TestBroken:
    @pytest.mark.parametrize("name", BROKEN)
    async def test_a_file_that_is_no_film_or_leads_to_another(
        self, window: WindowPlayer, films: Callable[[str], Film], tmp_path: Path, name: str
    ) -> None:
        film = films("silent.mp4").path
        await window.open(film, at=Millis(1000))
        broken = tmp_path / name
        broken.write_bytes(BROKEN[name].replace(b"{film}", os.fsencode(film)))
        with pytest.raises(FilmError) as caught:
            await window.open(broken)
        assert caught.value.summary == "The file is not a film that mpv can read."
        assert window.state.film == str(film)
        assert await window.step(1) == 1040

    async def test_a_film_without_a_frame_that_can_be_decoded(
        self, window: WindowPlayer, films: Callable[[str], Film], tmp_path: Path
    ) -> None:
        whole = films("silent.mp4").path.read_bytes()
        begin = whole.index(b"mdat") + 4
        end = whole.index(b"moov", begin) - 4
        noise = tmp_path / "noise.mp4"
        noise.write_bytes(whole[:begin] + bytes(end - begin) + whole[end:])
        with pytest.raises(FilmError):
            await window.open(noise)
        assert window.state.film is None
        assert (await window.open(films("silent.mp4").path, at=Millis(1000))).position == 1000
        with pytest.raises(FilmError, match="Nothing of this film can be shown"):
            await window.open(noise)
        assert await window.step(1) == 1040

    async def test_a_pipe_is_no_film(self, window: WindowPlayer, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.mp4")
        with pytest.raises(FilmMissing):
            await window.open(tmp_path / "pipe.mp4")

    async def test_a_film_cut_off_in_the_middle_plays_as_far_as_it_goes(
        self, window: WindowPlayer, films: Callable[[str], Film], tmp_path: Path
    ) -> None:
        whole = films("stream.ts").path.read_bytes()
        cut = tmp_path / "cut.ts"
        cut.write_bytes(whole[: len(whole) // 2])
        heard = Heard(window)
        await window.open(cut, at=Millis(2000), playing=True)
        await heard.until(playback(lambda state: state.ended))
        assert 2300 < window.state.position < 3500
