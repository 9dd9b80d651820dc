"""Choosing which version of a film is played, by its keys on Film and on Clips."""

import subprocess
from pathlib import Path

import pytest

from tests.support.builders import give_consents
from tests.support.tracks import make_two_of_each
from tests.support.waiting import screen_text, until
from vigtui.domain.derived import LaneKind
from vigtui.domain.light import Light
from vigtui.domain.timecode import Millis
from vigtui.player.null import NullPlayer
from vigtui.services import films, light, moments
from vigtui.wiring import MediaTools

SIZE = (140, 45)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_two_of_each(tmp_path_factory.mktemp("tracks") / "two.mp4")


@pytest.fixture
def bench(house, two):
    """A case with a film of two pictures and two sounds, and a moment in it."""
    give_consents(house)
    file = house.file
    intake = films.take_in(house.library, MediaTools(), two)
    film = house.change(lambda work: films.add_film(work, house.case_id, file.cycle_now.id, intake, seen=file.people))
    house.change(lambda work: moments.mark(work, film, Millis(1000), Millis(2000), note="waits"))
    return house


def lanes(house):
    film = house.file.films[0]
    return {lane.kind: lane for lane in house.library.read(lambda work: work.lanes_of(film.id))}


async def test_tracks_are_chosen_on_film_in_plain_words(bench):
    app = bench.app(media=MediaTools())
    film = bench.file.films[0]
    assert (film.video_track, film.sound_track) == (1, 1)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await bench.open(app, "film")
        await until(lambda: "picture 1, sound 1" in screen_text(app))
        screen.query_one("#films").focus()
        await pilot.press("A")
        await until(lambda: "Sound 2: English, mono, AAC" in screen_text(app) or app.screen is not screen)
        await until(lambda: "Picture 1: 96×64, H.264" in screen_text(app))
        app.screen._editors["sound"].put("2")
        await pilot.press("f10")
        await until(lambda: app.screen is screen)
        await until(lambda: "picture 1, sound 2" in screen_text(app))
        film = bench.file.films[0]
        assert (film.video_track, film.sound_track) == (1, 2)
        await pilot.press("u")
        await until(lambda: bench.file.films[0].sound_track == 1)


async def test_another_picture_is_shown_where_the_film_stood_and_its_lanes_and_stills_are_new(bench):
    app = bench.app(media=MediaTools())
    app.desk.player = player = NullPlayer(length=Millis(3_000))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await bench.open(app, "clips")
        moment = bench.file.moments[0]
        await until(lambda: LaneKind.MOVEMENT in lanes(bench), limit=20)
        await until(lambda: screen.looker.still(moment, screen.film), limit=20)
        before, dark = lanes(bench), screen.looker.still(moment, screen.film)
        await player.seek(Millis(1_200))
        await pilot.press("A")
        await until(lambda: app.screen is not screen)
        app.screen._editors["picture"].put("2")
        app.screen._editors["sound"].put("2")
        await pilot.press("f10")
        await until(lambda: player.state.version == "picture 2 sound 2")
        assert player.state.position == 1_200
        await until(lambda: lanes(bench)[LaneKind.MOVEMENT].track == 2, limit=20)
        after = lanes(bench)
        assert max(before[LaneKind.SOUND].levels) < 50 < 150 < max(after[LaneKind.SOUND].levels)
        assert max(before[LaneKind.MOVEMENT].levels) < 60 < max(after[LaneKind.MOVEMENT].levels)
        await until(lambda: screen.looker.still(moment, screen.film), limit=20)
        bright = screen.looker.still(moment, screen.film)
        assert (dark.picture.width > dark.picture.height, bright.picture.width > bright.picture.height) == (True, False)


async def test_a_film_of_one_picture_and_one_sound_has_nothing_to_choose(house, two, tmp_path):
    single = tmp_path / "one.mp4"
    one_of_each = ["-map", "0:v:0", "-map", "0:a:0", "-c", "copy"]
    subprocess.run(["ffmpeg", "-v", "error", "-i", two, *one_of_each, single], stdin=subprocess.DEVNULL, check=True)
    file = house.file
    intake = films.take_in(house.library, MediaTools(), single)
    house.change(lambda work: films.add_film(work, house.case_id, file.cycle_now.id, intake, seen=file.people))
    assert (house.file.films[0].video_track, house.file.films[0].sound_track) == (None, None)
    app = house.app(media=MediaTools())
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await house.open(app, "film")
        screen.query_one("#films").focus()
        await until(lambda: "one.mp4" in screen_text(app) and app.focused is screen.query_one("#films"))
        await pilot.press("A")
        await until(lambda: "holds one picture and one sound" in screen_text(app))


async def pick(app, pilot, screen, words):
    """Press V, and choose the line with these words."""
    await pilot.press("V")
    await until(lambda: words in screen_text(app))
    line = next(line for line in screen_text(app).splitlines() if words in line)
    await pilot.press(next(letter for letter in line if letter.isdigit()))
    await until(lambda: app.screen is screen)


async def test_a_light_copy_is_made_played_and_dropped(bench):
    app = bench.app(media=MediaTools())
    app.desk.player = player = NullPlayer(length=Millis(3_000))
    film = bench.file.films[0]
    sealed = light.file_of(bench.library.folder, film.id, Light.PREVIEW)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await bench.open(app, "clips")
        await until(lambda: player.state.film)
        await player.seek(Millis(1_200))
        await pick(app, pilot, screen, "light preview, for a slow line (is made first)")
        await until(lambda: player.state.version == "preview picture 1 sound 1", limit=30)
        assert (player.state.position, bench.file.films[0].light) == (1_200, Light.PREVIEW)
        await until(lambda: "plays as light preview" in screen_text(app))
        assert sealed.stat().st_mode & 0o777 == 0o600
        await pick(app, pilot, screen, "the film itself, in full detail")
        await until(lambda: player.state.version == "picture 1 sound 1")
        assert sealed.exists()
        await pick(app, pilot, screen, "remove the light copies")
        await until(lambda: not sealed.exists())
        assert bench.library.read(lambda work: work.lights_of(None)) == []


async def test_a_removed_film_takes_its_light_copy_along(bench):
    film = bench.file.films[0]
    light.make(bench.library, MediaTools(), film.id, Light.WORKING)
    sealed = light.file_of(bench.library.folder, film.id, Light.WORKING)
    assert sealed.exists()
    app = bench.app(media=MediaTools())
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await bench.open(app, "film")
        screen.query_one("#films").focus()
        await until(lambda: app.focused is screen.query_one("#films"))
        await until(lambda: "plays as light working copy" in screen_text(app))
        await pilot.press("x")
        await until(lambda: not bench.file.films)
        await until(lambda: not sealed.exists())
        await pilot.press("u")
        await until(lambda: bench.file.films)
        assert bench.library.read(lambda work: work.lights_of(None)) == []
