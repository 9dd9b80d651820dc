"""mpv's own window, on a screen: the very pixels, its title, its keys, its close button."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable
from itertools import groupby
from pathlib import Path

import pytest

from tests.player.watching import Eye, Film, Heard, playback
from vigtui.domain.errors import FilmError
from vigtui.domain.playback import KeyPressed, PlayerGone
from vigtui.domain.timecode import Millis, Span
from vigtui.player.window import WindowPlayer

GEOMETRY = ("--geometry=64x64+0+0", "--border=no", "--autofit-larger=100%x100%")


@pytest.fixture
async def player(display: str, runtime: Path) -> AsyncIterator[WindowPlayer]:
    player = WindowPlayer(runtime_dir=runtime, video_output="x11", audio_output="null", extra=GEOMETRY)
    yield player
    await player.close()


def xdotool(*words: str) -> str:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "timeout": 10, "check": True}
    return subprocess.run(["xdotool", *words], text=True, **quiet).stdout


def grab(display: str, seconds: float, rate: int = 100) -> subprocess.Popen[bytes]:
    """Film the middle of the screen, one byte of grey for every pixel of 8 by 8."""
    source = ("-f", "x11grab", "-draw_mouse", "0", "-framerate", str(rate), "-video_size", "64x64", "-i", display)
    output = (
        "-t",
        str(seconds),
        "-vf",
        "crop=8:8:28:28,format=gray",
        "-fps_mode",
        "passthrough",
        "-f",
        "rawvideo",
        "-",
    )
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
    return subprocess.Popen(["ffmpeg", "-v", "error", *source, *output], **quiet)


async def frames_seen(grabbing: subprocess.Popen[bytes]) -> list[int]:
    """The numbers (modulo 100) of the frames of `even.mp4` that were on the screen, in order, repetitions left out."""
    pixels, _ = await asyncio.to_thread(grabbing.communicate, None, 30)
    shades = [round((shade * 219 / 255) / 2) for shade in pixels[::64]]
    return [number for number, _ in groupby(shades)]


async def test_a_loop_with_sound_shows_exactly_its_frames(
    player: WindowPlayer, display: str, runtime: Path, films: Callable[[str], Film]
) -> None:
    await player.open(films("even.mp4").path)
    await player.loop(Span(Millis(1000), Millis(1200)))
    grabbing = grab(display, 2.0)
    await asyncio.to_thread(grabbing.stdout.peek, 64)  # type: ignore[union-attr]
    await player.play()
    seen = await frames_seen(grabbing)
    await player.close()
    assert set(seen) == set(range(25, 31))
    whole = [seen[place : place + 6] for place, number in enumerate(seen) if number == 25][1:-1]
    assert len(whole) >= 4
    assert all(once == [25, 26, 27, 28, 29, 30] for once in whole), seen


async def test_a_span_at_the_end_of_the_film_shows_its_last_frame(
    player: WindowPlayer, display: str, runtime: Path, films: Callable[[str], Film]
) -> None:
    film = films("even.mp4")
    await player.open(film.path)
    await player.seek(Millis(film.last - 120))
    grabbing = grab(display, 1.5)
    await asyncio.to_thread(grabbing.stdout.peek, 64)  # type: ignore[union-attr]
    await player.play_span(Span(Millis(film.last - 120), Millis(film.last)))
    seen = await frames_seen(grabbing)
    await player.close()
    assert seen == [96, 97, 98, 99]


async def test_a_film_that_fails_brings_the_old_picture_back_and_blank_is_black(
    player: WindowPlayer, display: str, runtime: Path, films: Callable[[str], Film], tmp_path: Path
) -> None:
    await player.open(films("even.mp4").path, at=Millis(2000))
    (tmp_path / "words.mp4").write_text("no film")
    with pytest.raises(FilmError):
        await player.open(tmp_path / "words.mp4")
    assert await frames_seen(grab(display, 0.1)) == [50]
    await player.blank()
    shades = (await asyncio.to_thread(grab(display, 0.1).communicate, None, 30))[0]
    assert set(shades) == {0}


async def test_a_pause_tells_the_frame_that_is_on_screen(
    player: WindowPlayer, display: str, runtime: Path, films: Callable[[str], Film]
) -> None:
    heard = Heard(player)
    await player.open(films("even.mp4").path)
    for until in range(200, 3000, 350):
        await player.play()
        await heard.until(playback(lambda state, until=until: state.position >= until))
        at = await player.pause()
        # The frame that mpv has handed out already still appears.
        assert (await frames_seen(grab(display, 0.2)))[-1] == at // 40


async def test_the_window_tells_no_names(
    player: WindowPlayer, display: str, runtime: Path, films: Callable[[str], Film]
) -> None:
    await player.open(films("even.mp4").path)
    eye = await Eye.on(runtime)
    assert await eye.client.get("title") == "vigtui"
    assert await eye.client.get("media-title") == "vigtui"
    assert await eye.client.get("osd-level") == 0
    await eye.client.close()
    assert xdotool("search", "--onlyvisible", "--name", "", "getwindowname", "%@").split() == ["vigtui"]


async def test_keys_and_the_close_button(
    player: WindowPlayer, display: str, runtime: Path, films: Callable[[str], Film]
) -> None:
    heard = Heard(player)
    await player.open(films("even.mp4").path)
    xdotool("search", "--onlyvisible", "--name", "vigtui", "windowfocus", "--sync")
    pressed = [
        "space",
        "i",
        "o",
        "left_square_bracket",
        "comma",
        "full_stop",
        "shift+left",
        "Z",
        "1",
        "escape",
        "enter",
    ]
    theirs = ["space", "i", "o", "bracketleft", "comma", "period", "shift+Left", "shift+z", "1", "Escape", "Return"]
    for key in theirs:
        xdotool("key", key)
    await heard.until(lambda report: report == KeyPressed("enter"))
    assert [report.key for report in heard.reports if isinstance(report, KeyPressed)] == pressed
    assert not player.state.playing

    eye = await Eye.on(runtime)
    await eye.client.command("keypress", "CLOSE_WIN")
    gone = await heard.until(lambda report: isinstance(report, PlayerGone))
    assert isinstance(gone, PlayerGone)
    assert gone.summary == "The window with the film was closed."
    await eye.client.close()
    assert await player.step(1) == 40
