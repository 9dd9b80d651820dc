"""The picture is where the player says it is: every kind of film, every frame."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.player.watching import MAKERS, Eye, Film, Heard, film_at, playback, real_films
from vigtui.domain.errors import FilmError
from vigtui.domain.timecode import Millis, Span
from vigtui.player.window import WindowPlayer

NAMES = sorted(MAKERS)


def near(found: int, wanted: int) -> bool:
    return abs(found - wanted) <= 1


async def seek_everywhere(player: WindowPlayer, film: Film, count: int) -> None:
    """Frames and times between them, in no order, the last frames and beyond them: twice the same."""
    dice = random.Random(7)
    asked = [*dice.sample(film.times, min(count, len(film.times))), *film.times[-3:], film.last + 7, 0]
    asked += [dice.randrange(film.last) for _ in range(count)]
    found = [await player.seek(Millis(to)) for to in asked]
    wrong = [(to, at) for to, at in zip(asked, found, strict=True) if not near(at, film.at_or_after(to))]
    assert not wrong
    assert [await player.seek(at) for at in found[:5]] == found[:5]


async def step_everywhere(player: WindowPlayer, film: Film, start: int, count: int) -> None:
    times = film.times[start : start + count]
    await player.seek(Millis(times[0]))
    forward = [await player.step(1) for _ in times[1:]]
    assert all(map(near, forward, times[1:])), (forward, times)
    back = [await player.step(-1) for _ in times[1:]]
    assert all(map(near, back, times[-2::-1])), (back, times)


@pytest.mark.parametrize("name", NAMES)
async def test_seeks(window: WindowPlayer, films: Callable[[str], Film], name: str) -> None:
    film = films(name)
    await window.open(film.path)
    await seek_everywhere(window, film, 20)


@pytest.mark.parametrize("name", NAMES)
async def test_steps_at_the_beginning_and_the_end(
    window: WindowPlayer, films: Callable[[str], Film], name: str
) -> None:
    film = films(name)
    await window.open(film.path)
    await step_everywhere(window, film, 0, 5)
    await step_everywhere(window, film, len(film.times) - 5, 5)
    assert near(await window.step(99), film.last)
    assert window.state.ended


async def test_steps_over_uneven_frames(window: WindowPlayer, films: Callable[[str], Film]) -> None:
    film = films("uneven.mp4")
    await window.open(film.path)
    await step_everywhere(window, film, 27, 16)


@pytest.mark.parametrize("name", NAMES)
async def test_opening_at_a_place(window: WindowPlayer, films: Callable[[str], Film], name: str) -> None:
    film = films(name)
    for to in (1, 1111, film.times[-2]):
        state = await window.open(film.path, at=Millis(to))
        assert near(state.position, film.at_or_after(to))


@pytest.mark.parametrize("name", NAMES)
async def test_pausing_anywhere_tells_the_frame(window: WindowPlayer, films: Callable[[str], Film], name: str) -> None:
    film, heard = films(name), Heard(window)
    await window.open(film.path)
    for until in (150, 390, 700):
        await window.play()
        await heard.until(playback(lambda state, until=until: state.position >= until))
        at = await window.pause()
        assert any(near(at, time) for time in film.times)
        assert await window.seek(at) == at


async def test_a_film_that_does_not_tell_its_length(window: WindowPlayer, films: Callable[[str], Film]) -> None:
    film = films("lengthless.webm")
    state = await window.open(film.path)
    assert state.position == 0
    assert state.length is not None
    assert state.length >= film.last


LOOPS = [
    ("silent.mp4", 30, 36),
    ("uneven.mp4", 28, 33),
    ("uneven.mp4", 38, 44),
    ("silent.mp4", -6, -1),
]


@pytest.mark.parametrize(("name", "first", "last"), LOOPS)
async def test_a_loop_shows_every_frame_of_its_span_and_no_other(
    window: WindowPlayer, runtime: Path, films: Callable[[str], Film], name: str, first: int, last: int
) -> None:
    film = films(name)
    span = Span(Millis(film.times[first]), Millis(film.times[last]))
    inside = [at for at in film.times if span.start <= at <= span.end]
    await window.open(film.path)
    await window.set_volume(0)
    await window.loop(span)
    eye = await Eye.on(runtime)
    await window.play()
    seen = await eye.until(lambda times: sum(near(at, span.start) for at in times) >= 5, limit=20)
    await eye.client.close()
    assert all(span.start - 1 <= at <= span.end + 1 for at in seen)
    rounds = [at for at in seen if any(near(at, time) for time in inside)][len(inside) :]
    for wanted in inside:
        assert sum(near(at, wanted) for at in rounds) >= 2, (wanted, seen)


async def test_a_span_ends_on_its_last_frame(window: WindowPlayer, runtime: Path, films: Callable[[str], Film]) -> None:
    film = films("uneven.mp4")
    await window.open(film.path)
    eye, heard = await Eye.on(runtime), Heard(window)
    await window.play_span(Span(Millis(film.times[27]), Millis(film.times[32])), lead=Millis(100))
    await heard.until(playback(lambda state: state.position == film.times[32] and not state.playing))
    assert await eye.client.get("pause") is True
    assert round(float(str(await eye.client.get("time-pos"))) * 1000) == film.times[32]
    assert max(eye.times) == film.times[32]
    await eye.client.close()


@pytest.mark.parametrize("path", real_films(), ids=lambda path: path.name)
async def test_real_films(window: WindowPlayer, path: Path) -> None:
    if path.stem in {"zero_bytes", "chaplin_truncated"} or path.suffix == ".rttm":
        with pytest.raises(FilmError, match="not a film that mpv can read"):
            await window.open(path)
        return
    assert (await window.open(path)).length
    if path.suffix == ".wav":
        assert near(await window.seek(Millis(12_345)), 12_345)
        assert near(await window.step(-1), 12_305)
        return
    film = film_at(path)
    await seek_everywhere(window, film, 2)
    await step_everywhere(window, film, 0, 3)
