"""From the wrap-up to files: what the client keeps is cut in the background, behind its consent."""

import subprocess

import pytest

from tests.support.builders import add_clip, give_consents
from tests.support.waiting import screen_text, until
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.film import Film
from vigtui.media.probe import probe
from vigtui.media.puppet import make_puppet_play
from vigtui.services import editing, films
from vigtui.services.consent import withdraw
from vigtui.wiring import MediaTools

SIZE = (80, 24)


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    return make_puppet_play(tmp_path_factory.mktemp("play") / "play.mp4", seconds=10, size=(160, 90)).path


@pytest.fixture
def kept(house, play):
    """A film and two clips, one of which the client keeps; an own copy is agreed to."""
    intake = films.take_in(house.library, MediaTools(), play, reference=True)
    file = house.file
    film = house.change(lambda work: films.add_film(work, house.case_id, file.cycle_now.id, intake, seen=file.people))
    add_clip(house, film, 400)
    clip = add_clip(house, film, 2_000)
    house.change(lambda work: editing.set_field(work, Clip, clip.id, "client_keeps", True, "kept"))
    give_consents(house, Purpose.OWN_COPY)
    return house


async def ask(app, pilot, house, target, here="wrap-up"):
    screen = await house.open(app, here)
    await pilot.press("E" if here == "clips" else "c")
    await until(lambda: "Cut clips and hand them over" in screen_text(app))
    form = app.screen
    form._editors["to"].value = str(target)
    return screen, form


async def test_what_the_client_keeps_is_cut(kept, tmp_path):
    app = kept.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen, _ = await ask(app, pilot, kept, tmp_path / "out")
        await until(lambda: "Everyone seen has agreed" in screen_text(app))
        await pilot.press("f10")
        await until(lambda: (tmp_path / "out" / f"{kept.file.case.code}-cycle-1-clip-2.mp4").is_file(), limit=30)
        await until(lambda: "1 file is in" in screen_text(app))
        await until(lambda: app.screen is screen)
        assert len(list((tmp_path / "out").iterdir())) == 1


async def test_it_goes_on_behind_other_screens_and_can_be_stopped(kept, tmp_path):
    app = kept.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen, form = await ask(app, pilot, kept, tmp_path / "out")
        form._editors["slow"].put(True)
        await pilot.press("f10")
        await until(lambda: app.desk.jobs)
        await pilot.press("enter")
        await until(lambda: app.screen is screen)
        await until(lambda: len(list((tmp_path / "out").glob("*.mp4"))) == 2, limit=30)
        screen, form = await ask(app, pilot, kept, tmp_path / "stopped")
        form._editors["slow"].put(True)  # so that it lasts
        await pilot.press("f10")
        await until(lambda: app.desk.jobs)
        await pilot.press("escape")
        await until(lambda: not app.desk.jobs, limit=30)
        await until(lambda: app.screen is screen)
        await until(lambda: "It was stopped." in screen_text(app))
        assert list((tmp_path / "stopped").iterdir()) == []


async def test_without_consent_the_form_stays_and_says_whose_is_missing(kept, tmp_path):
    person = kept.file.people[1]
    kept.change(lambda work: withdraw(work, person, Purpose.OWN_COPY, "not any more"))
    app = kept.app()
    async with app.run_test(size=(140, 45), notifications=True) as pilot:
        _, form = await ask(app, pilot, kept, tmp_path / "out", "clips")
        assert "Mia for own-copy (it was withdrawn on" in screen_text(app)
        await pilot.press("f10")
        await until(lambda: "Nothing was cut." in screen_text(app))
        assert app.screen is form
        assert not (tmp_path / "out").exists()
        form._editors["why"].value = "her grandmother holds responsibility and agreed by telephone"
        await pilot.press("f10")
        await until(lambda: "1 file is in" in screen_text(app), limit=30)


async def test_a_film_whose_frames_may_tell_where_and_when_is_not_cut_as_it_is(kept, play, tmp_path):
    film = tmp_path / "camera.avi"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", play, "-c:v", "mjpeg", film], check=True, timeout=30, stdin=subprocess.DEVNULL
    )
    [there] = kept.file.films
    kept.change(lambda work: work.update(Film, there.id, location=film.as_uri()) and work.did("film", kept.case_id))
    app = kept.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen, form = await ask(app, pilot, kept, tmp_path / "out")
        form._editors["form"].put("as-is")
        await pilot.press("f10")
        await until(lambda: "may tell where and when" in " ".join(screen_text(app).split()))
        assert "Cut it without" in screen_text(app)
        assert not (tmp_path / "out").exists()
        await until(lambda: app.screen is screen)
        await ask(app, pilot, kept, tmp_path / "out")
        await pilot.press("f10")
        await until(lambda: "1 file is in" in screen_text(app), limit=30)


async def test_closing_the_app_stops_the_work_and_leaves_no_half_files(kept, tmp_path):
    app = kept.app()
    async with app.run_test(size=SIZE) as pilot:
        await ask(app, pilot, kept, tmp_path / "out")
        await pilot.press("f10")
        await until(lambda: app.desk.jobs)
    assert not [one for one in (tmp_path / "out").iterdir() if one.suffix == ".part"]


async def test_a_reel_holds_its_last_frames_and_pictures_may_be_jpeg(kept, tmp_path):
    app = kept.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        _, form = await ask(app, pilot, kept, tmp_path / "out")
        form._editors["hold"].value = "soon"
        form._editors["form"].put("reel")
        await pilot.press("f10")
        await until(lambda: "held for seconds" in screen_text(app))
        form._editors["hold"].value = "1,5"
        form._editors["stills"].put(True)
        form._editors["jpeg"].put(True)
        await pilot.press("f10")
        await until(lambda: "files are in" in screen_text(app), limit=30)
        made = {one.suffix: one for one in (tmp_path / "out").iterdir()}
        assert made.keys() == {".mp4", ".jpg"}
        [moment] = [one for one in kept.file.moments if one.id == kept.file.clips[1].moment_id]
        assert abs(probe(made[".mp4"]).duration_ms - moment.length_ms - 1500) < 200
