"""mpv inside the terminal: the very frame is drawn, upright and in its shape; it goes where the app says, and comes back."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.player.watching import (
    Film,
    Heard,
    ffmpeg,
    mpv_pid,
    playback,
    real_films,
    thread_states,
    wait_until_gone,
)
from tests.support.screen import Screen
from vigtui.domain.derived import Picture
from vigtui.domain.errors import PlayerError
from vigtui.domain.playback import PlayerGone
from vigtui.domain.timecode import Millis, Span
from vigtui.player.canvas import Aim, Canvas, Frame, Unpacker, pack, still_from_bytes, still_to_bytes
from vigtui.player.driver import MpvPlayer
from vigtui.player.terminal import LibmpvMissing, Terminal
from vigtui.player.window import Window

COLUMNS, ROWS = 40, 12


class Wall:
    """A canvas shown on the tests' own terminal."""

    def __init__(self, canvas: Canvas, **place: object) -> None:
        self.canvas, self.screen = canvas, Screen(60, 20)
        self.frames: list[Frame] = []
        self.stills: list[Picture] = []
        self._news = asyncio.Event()
        canvas.on_frame, canvas.on_still = self._take, self._keep
        canvas.aim(**({"left": 2, "top": 1, "columns": COLUMNS, "rows": ROWS} | place))

    def _take(self, frame: Frame) -> None:
        self.frames.append(frame)
        self.screen.feed(frame.data)
        self.canvas.taken(frame.number)
        self._news.set()

    def _keep(self, still: Picture) -> None:
        self.stills.append(still)
        self._news.set()

    @property
    def picture(self) -> bytes:
        return self.screen.picture(2, 1, COLUMNS, ROWS)

    def grey(self, column: int = COLUMNS // 2, row: int = ROWS // 2) -> int:
        """The light in the middle."""
        return sum(self.screen.quarters(row + 1, column + 2)[0]) // 3

    async def until(self, test: Callable[[], bool], limit: float = 10.0) -> None:
        async with asyncio.timeout(limit):
            while not test():
                self._news.clear()
                await self._news.wait()


@pytest.fixture
async def player(runtime: Path) -> AsyncIterator[MpvPlayer]:
    player = MpvPlayer(Terminal(runtime_dir=runtime, audio_output="null"))
    yield player
    await player.close()


def shade(film: Film, at: int) -> int:
    """The grey of the frame at a time, of a film made of `SHADES`, in full range."""
    number = film.times.index(at) % 100
    return round((16 + number * 2 - 16) * 255 / 219)


def near(found: int, wanted: int) -> bool:
    return abs(found - wanted) <= 3


async def test_the_frame_that_is_told_is_the_frame_that_is_drawn(
    player: MpvPlayer, films: Callable[[str], Film]
) -> None:
    film = films("even.mp4")
    wall = Wall(player.canvas)
    await player.open(film.path)
    for to in (2000, 40, 7960, 3333, 11_000, 0):
        at = await player.seek(Millis(to))
        await wall.until(lambda at=at: near(wall.grey(), shade(film, at)))
    for frames in (1, 1, 1, -1, -1):
        at = await player.step(frames)
        await wall.until(lambda at=at: near(wall.grey(), shade(film, at)))
    await player.play()
    await asyncio.sleep(0.3)
    at = await player.pause()
    await wall.until(lambda: near(wall.grey(), shade(film, at)))


async def test_a_loop_draws_its_first_and_its_last_frame(player: MpvPlayer, films: Callable[[str], Film]) -> None:
    film = films("even.mp4")
    wall = Wall(player.canvas)
    await player.open(film.path)
    await player.loop(Span(Millis(1000), Millis(1200)))
    seen: set[int] = set()
    await player.play()

    def all_seen() -> bool:
        seen.add(wall.grey())
        return all(any(near(one, shade(film, at)) for one in seen) for at in (1000, 1200))

    await wall.until(all_seen)
    assert max(seen) <= shade(film, 1200) + 3


async def test_at_rest_nothing_is_sent(player: MpvPlayer, films: Callable[[str], Film]) -> None:
    wall = Wall(player.canvas)
    await player.open(films("silent.mp4").path)
    await wall.until(lambda: len(wall.frames) > 0)
    await asyncio.sleep(0.5)
    count = len(wall.frames)
    await asyncio.sleep(0.7)
    assert len(wall.frames) == count


async def test_black_is_black(player: MpvPlayer, films: Callable[[str], Film]) -> None:
    wall = Wall(player.canvas)
    await player.open(films("silent.mp4").path)
    await wall.until(lambda: any(wall.picture))
    await player.blank()
    await wall.until(lambda: not any(wall.picture))


async def test_a_film_turned_by_its_camera_is_drawn_upright_in_its_shape(player: MpvPlayer, tmp_path: Path) -> None:
    flat, turned = tmp_path / "flat.mp4", tmp_path / "turned.mp4"
    stripe = "color=red:s=160x90:r=10:d=1,drawbox=x=0:y=0:w=40:h=90:color=blue:t=fill"
    ffmpeg("-f", "lavfi", "-i", stripe, "-c:v", "libx264", "-pix_fmt", "yuv420p", str(flat))
    ffmpeg("-display_rotation", "90", "-i", str(flat), "-c", "copy", str(turned)) if turns_at_input() else ffmpeg(
        "-i", str(flat), "-c", "copy", "-metadata:s:v", "rotate=270", str(turned)
    )
    upright = subprocess.run(
        f"ffmpeg -v error -i {turned} -vf scale=9:16 -frames:v 1 -f rawvideo -pix_fmt rgb24 -".split(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=30,
    ).stdout
    top_is_blue = upright[2] > upright[0]
    wall = Wall(player.canvas)
    await player.open(turned)
    await wall.until(lambda: any(wall.picture))
    await asyncio.sleep(0.3)
    lit = [x for x in range(COLUMNS) if sum(wall.screen.quarters(ROWS // 2 + 1, x + 2)[0]) > 60]
    # 24 half rows high, so 13.5 wide: nine sixteenths.
    assert 12 <= len(lit) <= 15
    top, bottom = (wall.screen.quarters(row, COLUMNS // 2 + 2)[0] for row in (2, ROWS - 1))
    assert (top[2] > top[0]) == top_is_blue
    assert (bottom[2] > bottom[0]) != top_is_blue


def turns_at_input() -> bool:
    """Whether this ffmpeg sets a rotation by an option in front of the input; before version 6 it is metadata."""
    told = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True, timeout=30).stdout
    return int(told.split()[2].lstrip("n").split(".")[0]) >= 6


async def test_oblong_pixels_keep_the_shape(player: MpvPlayer, tmp_path: Path) -> None:
    film = tmp_path / "oblong.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=white:s=72x58:r=10:d=1,setsar=64/45", "-c:v", "libx264", str(film))
    wall = Wall(player.canvas)
    await player.open(film)
    await wall.until(lambda: any(wall.picture))
    await asyncio.sleep(0.3)
    wide = sum(wall.grey(x) > 60 for x in range(COLUMNS))
    high = sum(
        sum(wall.screen.quarters(row + 1, COLUMNS // 2 + 2)[half]) > 180 for row in range(ROWS) for half in (0, 2)
    )
    assert abs(wide / high - 72 * 64 / 45 / 58) < 0.12


async def test_zoom_shows_the_middle(player: MpvPlayer, tmp_path: Path) -> None:
    film = tmp_path / "target.mp4"
    target = "color=black:s=160x96:r=10:d=1,drawbox=x=60:y=36:w=40:h=24:color=white:t=fill"
    ffmpeg("-f", "lavfi", "-i", target, "-c:v", "libx264", "-pix_fmt", "yuv420p", str(film))
    wall = Wall(player.canvas)
    await player.open(film)
    await wall.until(lambda: wall.grey() > 200)
    white = wall.picture.count(b"\xff\xff\xff")
    await player.set_zoom(2)
    await wall.until(lambda: wall.picture.count(b"\xff\xff\xff") > 3 * white)


async def test_the_place_can_change_and_go_while_it_plays(player: MpvPlayer, films: Callable[[str], Film]) -> None:
    wall = Wall(player.canvas)
    await player.open(films("silent.mp4").path, playing=True)
    await wall.until(lambda: len(wall.frames) > 2)
    wall.canvas.aim(left=0, top=0, columns=10, rows=4)
    wall.screen.cells.clear()
    await wall.until(lambda: len(wall.screen.cells) >= 40)
    assert max(column for _, column in wall.screen.cells) == 9
    wall.canvas.ask_for_still()
    wall.canvas.hide()
    await wall.until(lambda: bool(wall.stills))
    assert (wall.stills[0].width, wall.stills[0].height, len(wall.stills[0].rgb)) == (10, 8, 240)
    count = len(wall.frames)
    await asyncio.sleep(0.3)
    assert len(wall.frames) == count
    wall.canvas.aim(left=2, top=1, columns=COLUMNS, rows=ROWS)
    await wall.until(lambda: len(wall.frames) > count + 2)


async def test_a_killed_helper_comes_back_at_the_same_frame(
    player: MpvPlayer, films: Callable[[str], Film], runtime: Path
) -> None:
    film = films("even.mp4")
    wall, heard = Wall(player.canvas), Heard(player)
    await player.open(film.path, at=Millis(4000))
    await player.set_speed(0.5)
    pid = mpv_pid(player)
    os.kill(pid, signal.SIGKILL)
    await wait_until_gone(pid)
    wall.screen.cells.clear()
    await wall.until(lambda: near(wall.grey(), shade(film, 4000)))
    assert player.state.position == 4000
    assert mpv_pid(player) != pid
    assert not any(isinstance(report, PlayerGone) for report in heard.reports)
    # A second time at once is a fault of the film or of the machine: then it is told, and the next command starts it.
    os.kill(mpv_pid(player), signal.SIGKILL)
    await heard.until(lambda report: isinstance(report, PlayerGone))
    assert await player.step(1) == 4040
    await player.close()
    assert list(runtime.glob("*")) == []


async def test_without_libmpv_there_is_a_sentence_or_another_home(
    runtime: Path, films: Callable[[str], Film], tmp_path: Path
) -> None:
    broken = tmp_path / "python"
    code = "import ctypes.util, runpy, sys; ctypes.util.find_library = lambda _: None; del sys.argv[1:3]; "
    code += "sys.argv[0] = 'x'; runpy.run_module('vigtui.player.drawing', run_name='__main__')"
    broken.write_text(f'#!/bin/sh\nshift 3\nexec {sys.executable} -P -c "{code}" -m x "$@"\n')
    broken.chmod(0o700)
    alone = MpvPlayer(Terminal(runtime_dir=runtime, python=str(broken)))
    with pytest.raises(LibmpvMissing, match="not installed"):
        await alone.open(films("silent.mp4").path)
    await alone.close()
    window = Window(runtime_dir=runtime, video_output="null", audio_output="null")
    both = MpvPlayer(Terminal(runtime_dir=runtime, python=str(broken)), window)
    heard = Heard(both)
    await both.open(films("silent.mp4").path)
    told = await heard.until(lambda report: isinstance(report, PlayerGone))
    assert "libmpv" in told.summary
    assert both.name == window.name
    assert both.canvas is None
    assert await both.step(1) == 40
    await both.close()


async def test_moving_keeps_film_position_speed_and_loop(runtime: Path, films: Callable[[str], Film]) -> None:
    film = films("even.mp4")
    window = Window(runtime_dir=runtime, video_output="null", audio_output="null")
    player = MpvPlayer(window, Terminal(runtime_dir=runtime, audio_output="null"))
    heard = Heard(player)
    await player.open(film.path, at=Millis(2000))
    await player.set_speed(0.5)
    span = Span(Millis(2000), Millis(6000))
    await player.loop(span)
    await player.play()
    await heard.until(playback(lambda state: state.position > 2200))
    before = player.state
    await player.move("terminal")
    wall = Wall(player.canvas)
    state = player.state
    assert (state.film, state.speed, state.loop, state.playing) == (str(film.path), 0.5, span, True)
    assert before.position <= state.position < before.position + 400
    await wall.until(lambda: any(wall.picture))
    at = await player.pause()
    await wall.until(lambda: near(wall.grey(), shade(film, at)))
    await player.move(window.name)
    assert player.state.position == at
    assert not player.state.playing
    with pytest.raises(PlayerError, match="no place"):
        await player.move("moon")
    await player.close()


@pytest.mark.parametrize(
    "path", [one for one in real_films() if one.suffix not in (".rttm", ".wav")], ids=lambda p: p.name
)
async def test_real_films_are_drawn(player: MpvPlayer, path: Path) -> None:
    wall = Wall(player.canvas)
    if path.stem in {"zero_bytes", "chaplin_truncated"}:
        with pytest.raises(PlayerError.__mro__[1]):
            await player.open(path)
        return
    await player.open(path)
    if path.name.startswith("-video"):
        return  # one pixel, and it is black
    await wall.until(lambda: any(wall.picture))


async def test_the_helper_is_cut_off_from_the_terminal(player: MpvPlayer, films: Callable[[str], Film]) -> None:
    await player.open(films("silent.mp4").path)
    pid = mpv_pid(player)
    process = Path(f"/proc/{pid}")
    assert all((process / "fd" / str(number)).readlink() == Path("/dev/null") for number in range(3))
    assert os.getsid(pid) == pid
    assert b"silent" not in (process / "cmdline").read_bytes()


async def test_the_helper_ends_with_this_program(tmp_path: Path, films: Callable[[str], Film]) -> None:
    program = """
import asyncio, sys
from pathlib import Path
from vigtui.player.driver import MpvPlayer
from vigtui.player.terminal import Terminal
async def main():
    player = MpvPlayer(Terminal(runtime_dir=Path(sys.argv[1]), audio_output="null"))
    await player.open(Path(sys.argv[2]), playing=True)
    print(player._home._process.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        str(tmp_path / "run"),
        str(films("silent.mp4").path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    async with asyncio.timeout(20):
        pid = int(await child.stdout.readline())
    assert thread_states(pid)
    child.kill()
    await child.wait()
    await wait_until_gone(pid)


def test_messages_come_through_however_they_are_cut() -> None:
    aim = Aim(7, 1, 2, 30, 9, "256", "quadrant", (9, 18), ((1, 2, 3, 4),))
    frame, still = Frame(7, 3, 2, b"\x1b[1;1Hx"), Picture(2, 1, b"abcdef")
    sent = pack(b"O", json.dumps({}).encode()) + pack(b"A", aim.to_bytes()) + pack(b"F", frame.to_bytes())
    sent += pack(b"P", still_to_bytes(still)) + pack(b"R")
    for step in (1, 7, len(sent)):
        unpacker = Unpacker()
        found = [one for i in range(0, len(sent), step) for one in unpacker.feed(sent[i : i + step])]
        assert [kind for kind, _ in found] == [b"O", b"A", b"F", b"P", b"R"]
        assert Aim.from_bytes(found[1][1]) == aim
        assert Frame.from_bytes(found[2][1]) == frame
        assert still_from_bytes(found[3][1]) == still
    with pytest.raises(ValueError, match="impossible"):
        Unpacker().feed(b"F\xff\xff\xff\xff")


def test_a_canvas_remembers_its_place_for_the_next_helper_and_drops_frames_of_earlier_ones() -> None:
    canvas, sent, seen = Canvas(), [], []
    canvas.on_frame = seen.append
    canvas.aim(columns=10, rows=5)
    canvas.aim(columns=10, rows=5)
    canvas.join(sent.append)
    assert len(sent) == 1
    number = Aim.from_bytes(sent[0][5:]).number
    canvas.hear(b"F", Frame(number, 1, 1, b"x").to_bytes())
    canvas.hear(b"F", Frame(number - 1, 2, 1, b"y").to_bytes())
    assert [one.data for one in seen] == [b"x"]
    # One that is not shown was taken, and what it changed is to be drawn anew.
    assert sent[-2:] == [pack(b"T", (2).to_bytes(4, "big")), pack(b"R", bytes([0, 0, 0, 0, 0, 10, 0, 5]))]
    canvas.part()
    canvas.forget(0, 0, 10, 5)
    assert len(sent) == 3


class SlowWall(Wall):
    """One at the end of a line of 20 kB/s and 40 ms each way."""

    def __init__(self, canvas: Canvas, **place: object) -> None:
        self.came: list[float] = []
        self._free_at = 0.0
        super().__init__(canvas, **place)

    def _take(self, frame: Frame) -> None:
        loop = asyncio.get_running_loop()
        self.came.append(loop.time())
        self.frames.append(frame)
        self._free_at = max(loop.time(), self._free_at) + len(frame.data) / 20_000
        loop.call_at(self._free_at + 0.08, self.canvas.taken, frame.number)
        self._news.set()


async def test_on_a_slow_line_frames_wait_for_a_keys_answer(player: MpvPlayer, tmp_path: Path) -> None:
    path = tmp_path / "busy.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=20", "-preset", "ultrafast", str(path))
    wall = SlowWall(player.canvas, columns=60, rows=20)
    await player.open(path)
    await player.play()
    await wall.until(lambda: len(wall.came) > 30)
    waited = []
    for _ in range(8):
        before = len(wall.came)
        pressed = asyncio.get_running_loop().time()
        wall.canvas.make_way()
        await wall.until(lambda before=before: len(wall.came) >= before + 3)
        # What was on its way out when the key came counts for none.
        waited.append(next(at for at in wall.came[before:] if at > pressed + 0.005) - pressed)
        await asyncio.sleep(0.3)
    assert sorted(waited)[1] > 0.06, waited
    assert max(waited) < 0.5, "and then it goes on"
