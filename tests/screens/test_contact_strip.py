"""Stills side by side: they come, one of them is gone to, and none of them stands there twice."""

import subprocess

import pytest

from tests.support.builders import build_house, give_consents
from tests.support.waiting import on_top, screen_text, until
from vigtui.domain.timecode import Millis, Span, format_time
from vigtui.media.puppet import make_puppet_play
from vigtui.player.null import NullPlayer
from vigtui.screens.contact_strip import ContactStrip, _Stills, strip_times
from vigtui.services import films, moments
from vigtui.services.films import path_of
from vigtui.wiring import MediaTools

SIZE = (80, 24)
FRAME = 40


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    return make_puppet_play(tmp_path_factory.mktemp("strip") / "play.mp4", seconds=4, size=(160, 90)).path


@pytest.fixture(scope="module")
def uneven(tmp_path_factory):
    """Thirty frames a second, but two in the second second."""
    film = tmp_path_factory.mktemp("strip") / "uneven.mp4"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=d=4:s=160x120:r=30"]
    leaving_out = r"select=not(between(n\,30\,59)*mod(n\,15))"
    command += ["-vf", leaving_out, "-fps_mode", "vfr", "-pix_fmt", "yuv420p", str(film)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return film


@pytest.fixture
def bench(tmp_path):
    """Makes a case with a film, and a moment in it."""
    made = []

    def make(source, start, end):
        house = build_house(tmp_path / "library")
        made.append(house)
        give_consents(house)
        file = house.file
        intake = films.take_in(house.library, MediaTools(), source)
        film = house.change(
            lambda work: films.add_film(work, house.case_id, file.cycle_now.id, intake, seen=file.people)
        )
        house.change(lambda work: moments.mark(work, film, Millis(start), Millis(end), note="waits"))
        app = house.app()
        app.desk.player = NullPlayer(length=film.duration_ms)
        return house, app

    yield make
    for house in made:
        house.library.close()


async def open_strip(house, app, pilot, at):
    """The strip, with all of its stills there."""
    screen = await house.open(app, "clips")
    await until(lambda: screen.moment)
    await pilot.press("enter")
    await until(lambda: app.desk.player.state.position == at)
    await pilot.press("S")
    await on_top(app, ContactStrip)
    stills = app.screen.query_one(_Stills)
    await until(lambda: stills.times and set(stills.times) == set(stills._lines))
    return screen, stills


async def test_stills_come_and_choosing_one_goes_to_its_time(bench, play):
    house, app = bench(play, 1_000, 3_000)
    async with app.run_test(size=SIZE) as pilot:
        screen, stills = await open_strip(house, app, pilot, 1_000)
        assert (stills.times[0], stills.across, stills.down) == (1_000, 4, 2)
        assert len(stills.times) == 8
        assert stills.times[-1] <= 3_000
        shown = screen_text(app)
        assert "From 00:01.0 to 00:03.0" in shown
        assert shown.count("▀") + shown.count("█") > 8 * 20
        await pilot.press("right", "down")
        await until(lambda: stills.at == 5)
        await until(lambda: f">{format_time(stills.times[5])}" in screen_text(app))
        await pilot.press("enter")
        await until(lambda: app.screen is screen)
        await until(lambda: abs(app.desk.player.state.position - stills.times[5]) < FRAME)


async def test_escape_leaves_everything_where_it_was(bench, play):
    house, app = bench(play, 1_000, 3_000)
    async with app.run_test(size=SIZE) as pilot:
        screen, _ = await open_strip(house, app, pilot, 1_000)
        await pilot.press("right", "escape")
        await until(lambda: app.screen is screen)
        assert app.desk.player.state.position == 1_000


@pytest.mark.parametrize("length", [40, 200, 400])
async def test_less_than_a_second_repeats_no_still_and_no_time(bench, play, length):
    house, app = bench(play, 1_000, 1_000 + length)
    async with app.run_test(size=SIZE) as pilot:
        _, stills = await open_strip(house, app, pilot, 1_000)
        pictures = [str(stills._lines[at]) for at in stills.times]
        assert len(set(pictures)) == len(pictures) >= 2
        shown = screen_text(app)
        assert len({f"00:01.{at - 1000:03d}" for at in stills.times if f"00:01.{at - 1000:03d}" in shown}) == len(
            pictures
        )


async def test_a_frame_that_lasts_longer_than_others_stands_there_once(bench, uneven):
    house, app = bench(uneven, 1_000, 2_000)
    async with app.run_test(size=SIZE) as pilot:
        await house.open(app, "clips")
        await until(lambda: "00:01" in screen_text(app))
        _, stills = await open_strip(house, app, pilot, 1_000)
        await until(lambda: len(stills.times) == 3)  # of 1.0, 1.5 and 2.0 s
        pictures = [str(stills._lines[at]) for at in stills.times]
        assert len(set(pictures)) == 3


async def test_a_film_that_is_gone_is_said(bench, play):
    house, app = bench(play, 1_000, 3_000)
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "clips")
        await until(lambda: screen.moment)
        path_of(house.library.folder, house.file.films[0]).unlink()
        await pilot.press("S")
        await on_top(app, ContactStrip)
        await until(lambda: "esc leaves" in screen_text(app) and "arrows choose" not in screen_text(app))
        assert "mp4 is not there" in screen_text(app)


@pytest.mark.parametrize(
    ("start", "end", "rate", "expected"),
    [
        (0, 1_000, 10.0, [0, 142, 284, 426, 568, 710, 852, 994]),
        (0, 1_000, 4.0, [0, 250, 500, 750, 1_000]),
        (500, 540, 25.0, [500, 540]),
        (0, 3, None, [0, 1, 2, 3]),
    ],
)
def test_no_two_stills_are_nearer_than_a_frame(start, end, rate, expected):
    assert strip_times(Span(Millis(start), Millis(end)), 8, rate) == expected
