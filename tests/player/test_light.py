"""A light copy shows the same frames at the same times as its film, in every home; where it is gone the film itself plays."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.player.watching import Eye, Film, Heard
from tests.support.laptop import Pair, every_film
from tests.support.light import Copies, make_light
from vigtui.domain.light import Light
from vigtui.domain.playback import LACKS_COPY, Showing
from vigtui.domain.timecode import Millis, Span
from vigtui.media.serve import FilmServer
from vigtui.player.light import LightPlayer
from vigtui.player.remote import RemotePlayer
from vigtui.player.terminal import Terminal
from vigtui.player.window import Window


class Case(NamedTuple):
    player: LightPlayer | RemotePlayer
    film: Film
    copies: Copies
    run: Path
    """Where mpv's socket is."""


@pytest.fixture(params=["window", "terminal", "laptop"])
async def case(
    request: pytest.FixtureRequest, films: Callable[[str], Film], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Case]:
    film = films("uneven.mp4")
    sealed = tmp_path / "film.preview.light"
    copies = Copies(sealed, make_light(film.path, sealed))
    run = tmp_path / "run"
    if request.param == "laptop":
        pair = await Pair(tmp_path, copy_of=copies).start()
        yield Case(pair.player, film, copies, run)
        await pair.close()
        return
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # nobody is there; on a laptop connect takes them away
    window = Window(runtime_dir=run, video_output="null", audio_output="null")
    home = window if request.param == "window" else Terminal(runtime_dir=run, audio_output="null")
    player = LightPlayer(home, films=FilmServer(None, every_film, copies))
    yield Case(player, film, copies, run)
    await player.close()


async def test_the_same_frames_at_the_same_times(case: Case) -> None:
    player, film, showing = case.player, case.film, Showing(case.film.path, light=Light.PREVIEW)
    state = await player.open(showing, at=Millis(film.times[10]))
    assert (state.film, state.position) == (str(film.path), film.times[10])
    assert state.shows(showing)
    assert not state.shows(Showing(film.path))
    eye = await Eye.on(case.run)
    assert "127.0.0.1" in str(await eye.client.get("path"))
    await eye.client.close()
    for n in (0, 29, 31, 35, len(film.times) // 2, len(film.times) - 2):
        assert await player.seek(Millis(film.times[n])) == film.times[n]
        assert await player.step(1) == film.times[n + 1]
        assert await player.step(-1) == film.times[n]
    heard = Heard(player)
    await player.play_span(Span(Millis(film.times[5]), Millis(film.times[15])))
    await heard.until(lambda report: getattr(report, "position", None) == film.times[15] and not report.playing)  # type: ignore[union-attr]


async def test_where_the_copy_is_gone_the_film_itself_plays_and_that_is_told(case: Case) -> None:
    case.copies.found = None
    heard = Heard(case.player)
    state = await case.player.open(Showing(case.film.path, light=Light.PREVIEW), at=Millis(case.film.times[7]))
    assert state.position == case.film.times[7]
    await heard.until(lambda report: report == LACKS_COPY)
