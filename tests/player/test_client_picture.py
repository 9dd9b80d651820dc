"""The window that the client looks at, pixel by pixel: the film, black, or the question; and nothing else."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.player.watching import Heard, mpv_pid, playback
from tests.support.display import (
    HIGH,
    WIDE,
    Pixels,
    frame,
    make_film,
    screens,
    seen,
    until_seen,
    window_names,
    window_size,
)
from tests.support.waiting import until
from vigtui.domain.errors import FilmError
from vigtui.domain.playback import PlayerGone
from vigtui.domain.timecode import Millis, Span
from vigtui.player.window import WindowPlayer

QUESTION = "What might {Mia} be telling you? \\N"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "SECRET family name.mp4"
    make_film(path)
    return path


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with screens(f"{WIDE}x{HIGH}") as display:
        monkeypatch.setenv("DISPLAY", display)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        yield display


@pytest.fixture
async def player(screen: str, runtime: Path) -> AsyncIterator[WindowPlayer]:
    made = WindowPlayer(runtime_dir=runtime, video_output="x11", audio_output="null")
    yield made
    await made.close()


def same_as(picture: Pixels, *, strays: int = 0):
    return lambda now: now.far_from(picture) < 3 and now.strays_from(picture) <= strays


async def test_the_frame_the_question_over_it_and_the_frame_again(
    player: WindowPlayer, screen: str, film: Path
) -> None:
    await player.fullscreen(True)
    await until_seen(screen, lambda now: now.black)
    await player.open(film, at=Millis(2000))
    wanted = frame(film, 2000)
    assert not wanted.bright()
    await until_seen(screen, same_as(wanted))
    assert window_names(screen) == {"vigtui"}

    await player.overlay(QUESTION)
    asked = await until_seen(screen, lambda now: len(now.bright()) > 1500)
    across, down = zip(*asked.bright(), strict=True)
    assert WIDE * 0.08 < min(across) < WIDE * 0.4 < WIDE * 0.6 < max(across) < WIDE * 0.92
    assert HIGH * 0.1 < min(down) < max(down) < HIGH * 0.9
    assert max(down) - min(down) > HIGH * 0.1
    assert max(asked.data[: WIDE * 3 * 20]) < max(wanted.data[: WIDE * 3 * 20]) / 2

    await player.overlay(None)
    await until_seen(screen, same_as(wanted))
    await player.overlay(QUESTION)
    await player.blank()
    await until_seen(screen, lambda now: now.black)
    assert window_names(screen) == {"vigtui"}


async def test_while_it_plays_only_the_film_is_seen(player: WindowPlayer, screen: str, film: Path) -> None:
    heard = Heard(player)
    await player.fullscreen(True)
    await player.open(film)
    await player.overlay(QUESTION)
    await player.play_span(Span(Millis(1000), Millis(1800)))
    looks = []
    while player.state.playing:
        looks.append(await asyncio.to_thread(seen, screen))
    await heard.until(playback(lambda state: state.position == 1800 and not state.playing))
    assert looks
    assert not any(one.black or one.bright() for one in looks)
    await until_seen(screen, same_as(frame(film, 1800)))


async def test_a_question_over_black(player: WindowPlayer, screen: str) -> None:
    await player.fullscreen(True)
    await player.overlay("Where is it today?")
    asked = await until_seen(screen, lambda now: len(now.bright()) > 600)
    assert not any(asked.data[: WIDE * 3 * 60])
    await player.overlay(None)
    await until_seen(screen, lambda now: now.black)


async def test_a_film_that_fails_shows_no_other_film_again(
    player: WindowPlayer, screen: str, film: Path, tmp_path: Path
) -> None:
    await player.fullscreen(True)
    await player.open(film)
    await player.blank()
    await until_seen(screen, lambda now: now.black)
    (tmp_path / "words.mp4").write_text("no film")
    opening = asyncio.create_task(player.open(tmp_path / "words.mp4"))
    looks = [await asyncio.to_thread(seen, screen) for _ in range(4)]
    with pytest.raises(FilmError):
        await opening
    assert all(one.black for one in looks)
    assert (await asyncio.to_thread(seen, screen)).black


async def test_zoom_shows_the_middle_larger(player: WindowPlayer, screen: str, film: Path) -> None:
    await player.fullscreen(True)
    await player.set_zoom(2)
    await player.open(film, at=Millis(2000))
    whole = frame(film, 2000).data
    rows = [whole[3 * (WIDE * y + WIDE // 4) :][: 3 * WIDE // 2] for y in range(HIGH // 4, 3 * HIGH // 4)]
    larger = [bytes(row[3 * (x // 2) + c] for x in range(WIDE) for c in range(3)) for row in rows]
    await until_seen(screen, same_as(Pixels(b"".join(row for row in larger for _ in range(2))), strays=500))
    await player.set_zoom(1)
    await until_seen(screen, same_as(frame(film, 2000)))


async def test_it_fills_the_chosen_screen_and_the_choice_outlives_mpv(
    runtime: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with screens("640x360", "800x600") as display:
        monkeypatch.setenv("DISPLAY", display)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        player = WindowPlayer(runtime_dir=runtime, video_output="x11", audio_output="null")
        await player.set_screen(1)
        await player.fullscreen(True)
        there = {1: (640, 360), 2: (800, 600)}
        await until(
            lambda: window_size(display) == there[1], limit=10
        )  # a window that has just come has another size first
        for number in (2, 1, 2):
            await player.set_screen(number)
            await until(lambda number=number: window_size(display) == there[number], limit=10)
        heard = Heard(player)
        os.kill(mpv_pid(player), signal.SIGKILL)
        await heard.until(lambda report: isinstance(report, PlayerGone))
        await player.open(film)
        await until(lambda: window_size(display) == there[2], limit=10)
        await player.close()
