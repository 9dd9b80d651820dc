"""mpv's own window, on a screen: the very pixels, its title, its keys, its close button."""

import asyncio
import subprocess
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from tests.player.watching import Eye, Film, Heard
from vigtui.domain.playback import KeyPressed, PlayerGone
from vigtui.domain.timecode import Millis, Span
from vigtui.player.window import WindowPlayer

GEOMETRY = ("--geometry=64x64+0+0", "--border=no", "--autofit-larger=100%x100%")


def on_screen(runtime: Path) -> WindowPlayer:
    return WindowPlayer(runtime_dir=runtime, video_output="x11", audio_output="null", extra=GEOMETRY)


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
    display: str, runtime: Path, films: Callable[[str], Film]
) -> None:
    player = on_screen(runtime)
    await player.open(films("even.mp4").path)
    await player.loop(Span(Millis(1000), Millis(1200)))
    grabbing = grab(display, 2.0)
    await asyncio.to_thread(grabbing.stdout.peek, 64)  # type: ignore[union-attr]
    await player.play()
    seen = await frames_seen(grabbing)
    await player.close()
    assert set(seen) == set(range(25, 31))
    whole = [seen[place : place + 6] for place, number in enumerate(seen) if number == 25][:-1]
    assert len(whole) >= 4
    assert all(once == [25, 26, 27, 28, 29, 30] for once in whole), seen


async def test_a_span_at_the_end_of_the_film_shows_its_last_frame(
    display: str, runtime: Path, films: Callable[[str], Film]
) -> None:
    player, film = on_screen(runtime), films("even.mp4")
    await player.open(film.path)
    await player.seek(Millis(film.last - 120))
    grabbing = grab(display, 1.5)
    await asyncio.to_thread(grabbing.stdout.peek, 64)  # type: ignore[union-attr]
    await player.play_span(Span(Millis(film.last - 120), Millis(film.last)))
    seen = await frames_seen(grabbing)
    await player.close()
    assert seen == [96, 97, 98, 99]


async def test_blank_is_black_and_a_film_that_fails_brings_the_old_picture_back(
    display: str, runtime: Path, films: Callable[[str], Film], tmp_path: Path
) -> None:
    player = on_screen(runtime)
    await player.open(films("even.mp4").path, at=Millis(2000))
    assert await frames_seen(grab(display, 0.1)) == [50]
    await player.blank()
    shades = (await asyncio.to_thread(grab(display, 0.1).communicate, None, 30))[0]
    assert set(shades) == {0}
    await player.close()


async def test_the_window_tells_no_names(display: str, runtime: Path, films: Callable[[str], Film]) -> None:
    player = on_screen(runtime)
    await player.open(films("even.mp4").path)
    eye = await Eye.on(runtime)
    assert await eye.client.get("title") == "vigtui"
    assert await eye.client.get("media-title") == "vigtui"
    assert await eye.client.get("osd-level") == 0
    await eye.client.close()
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", "", "getwindowname", "%@"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10, check=True,
    )
    assert set(found.stdout.split("\n")) - {""} == {"vigtui"}
    await player.close()


async def test_keys_and_the_close_button(display: str, runtime: Path, films: Callable[[str], Film]) -> None:
    player = on_screen(runtime)
    heard = Heard(player)
    await player.open(films("even.mp4").path)

    def press(*words: str) -> None:
        subprocess.run(["xdotool", *words], stdin=subprocess.DEVNULL, check=True, timeout=10)

    press("mousemove", "32", "32")
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
        press("key", key)
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
    await player.close()
