"""The picture and the sound that were chosen are what mpv shows and plays, in every home."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.player.watching import Eye
from tests.support.laptop import Pair
from tests.support.tracks import SIZES, make_two_of_each, with_cover
from vigtui.domain.playback import Showing
from vigtui.domain.timecode import Millis
from vigtui.player.driver import MpvPlayer
from vigtui.player.remote import RemotePlayer
from vigtui.player.terminal import Terminal
from vigtui.player.window import Window


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_two_of_each(tmp_path_factory.mktemp("tracks") / "two.mp4")


@pytest.fixture(params=["window", "terminal", "laptop"])
async def player(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[MpvPlayer | RemotePlayer]:
    """Each with its mpv's sockets in `run`."""
    if request.param == "laptop":
        pair = await Pair(tmp_path).start()
        yield pair.player
        await pair.close()
        return
    run = tmp_path / "run"
    window = Window(runtime_dir=run, video_output="null", audio_output="null")
    made = MpvPlayer(window if request.param == "window" else Terminal(runtime_dir=run, audio_output="null"))
    yield made
    await made.close()


async def seen_and_heard(player: MpvPlayer | RemotePlayer, place: Path) -> tuple[tuple[object, object], object]:
    """The size of the picture, and the language of the sound while it plays."""
    eye = await Eye.on(place / "run")
    size = await eye.client.get("dwidth"), await eye.client.get("dheight")
    await player.play()
    language = await eye.client.get("current-tracks/audio/lang")
    await player.pause()
    await eye.client.close()
    return size, language


async def test_what_was_chosen_is_shown_and_heard(player: MpvPlayer | RemotePlayer, film: Path, tmp_path: Path) -> None:
    for picture, sound, language in ((2, 2, "eng"), (None, None, "deu"), (1, 2, "eng"), (2, None, "deu")):
        showing = Showing(film, picture, sound)
        state = await player.open(showing, at=Millis(1000))
        assert (state.film, state.position, state.shows(showing)) == (str(film), 1000, True)
        assert not state.shows(Showing(film, 3 - (picture or 1), sound))
        assert await seen_and_heard(player, tmp_path) == (SIZES[picture or 1], language)
        assert await player.seek(Millis(2000)) == 2000
        assert await player.step(-1) == 1960


async def test_a_cover_in_front_changes_no_number(tmp_path: Path, film: Path) -> None:
    covered = with_cover(film, tmp_path / "covered.mp4")
    player = MpvPlayer(Window(runtime_dir=tmp_path / "run", video_output="null", audio_output="null"))
    await player.open(Showing(covered, 2, 2))
    assert await seen_and_heard(player, tmp_path) == (SIZES[2], "eng")
    await player.open(Showing(covered, 1, 1))
    assert await seen_and_heard(player, tmp_path) == (SIZES[1], "deu")
    await player.close()
