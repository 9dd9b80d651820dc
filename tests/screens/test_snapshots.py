"""Each screen as text, at 80×24 and at 140×45.

After a wanted change: `script/test tests/screens/test_snapshots.py --snapshot-update`.
"""

import time
from pathlib import Path

import pytest

from tests.support.builders import add_clip, add_film, add_question, give_consents, hold_review
from tests.support.waiting import on_top, screen_text, settled, steady_text, until
from vigtui.domain.goal import Occasion
from vigtui.domain.review import NoteKind
from vigtui.domain.timecode import Millis
from vigtui.screens.live import LiveReview
from vigtui.screens.rating import RatingDialog
from vigtui.services import films, goals, moments
from vigtui.services.films import path_of

SIZES = [(80, 24), (140, 45)]


@pytest.fixture(autouse=True)
def one_time_zone(monkeypatch):
    """The time of the last save is shown as it is here."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def full(house):
    """A case in which something stands in every place."""
    add_question(house, "I wait until she looks", "We [both] laugh at tea time")
    give_consents(house)
    file, house_pack = house.file, house.pack

    def rate(work):
        for goal, value in ((None, 4), (file.goals[0], 3), (file.goals[1], 5)):
            goals.rate(
                work,
                house.case_id,
                goal,
                value,
                cycle_id=file.cycle_now.id,
                rater="Anna",
                occasion=Occasion.FIRST,
            )
        films.change_plan(work, house.case_id, file.cycle_now.id, activity="tea time", place="kitchen")
        films.tick(work, file.plan(file.cycle_now.id).id, house_pack.filming.checklist[0].id)
        films.add_note(work, house.case_id, file.cycle_now.id, "waits [pause] for her", at=Millis(42_000))

    house.change(rate)
    film = add_film(house)
    path = path_of(house.library.folder, film)
    path.parent.mkdir(mode=0o700)
    Path(path).write_bytes(b"film")
    for start in (12_000, 40_000, 90_000):
        add_clip(house, film, start)
    moment = house.file.moments[0]

    clip = house.file.clips[0]
    house.change(lambda work: moments.toggle_principle(work, moment.id, house_pack.levels[2].behaviours[0].id))
    house.change(
        lambda work: moments.set_clip(work, clip.id, why="she looks first", opening_question="What do you [see]?")
    )
    house.change(
        lambda work: moments.mark(work, film, Millis(100_000), Millis(100_000), still=True, note="the look 💛")
    )
    return house


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("place", ["case", "goals", "film", "clips", "review", "wrap-up"])
async def test_place(full, snapshot, size, place):
    if place == "wrap-up":
        hold_review(full, ((NoteKind.QUOTE, "she looked [at] me"), (NoteKind.STRENGTH, "I can wait")))
    app = full.app()
    async with app.run_test(size=size) as pilot:
        await full.open(app, place)
        await settled(pilot)
        await steady_text(app)
        if place == "clips":
            await until(lambda: app.screen.looker.growing is None)
        assert await steady_text(app) == snapshot


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_today(full, snapshot, size):
    app = full.app()
    async with app.run_test(size=size):
        await until(lambda: "K17" in screen_text(app) and "f1 Keys" in screen_text(app))
        assert await steady_text(app) == snapshot


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_live_review(full, snapshot, size):
    app = full.app()
    async with app.run_test(size=size) as pilot:
        await full.open(app, "review")
        await pilot.press("f10")
        await on_top(app, LiveReview)
        await pilot.press("right", "down", "w", "q", *"she [looks]", "enter")
        await settled(pilot)
        await until(lambda: "she [looks]" in screen_text(app))
        assert await steady_text(app) == snapshot


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("key", ["question_mark", "r", "slash", "a"])
async def test_dialog(full, snapshot, size, key):
    app = full.app()
    async with app.run_test(size=size) as pilot:
        await full.open(app, "goals")
        await pilot.press(key)
        await until(lambda: len(app.screen_stack) == 4)
        await pilot.pause()
        if key == "r":
            assert isinstance(app.screen, RatingDialog)
        box = app.screen.query_one(".dialog").region
        lines = (await steady_text(app)).splitlines()[box.y : box.bottom]
        assert "\n".join(line[box.x : box.right] for line in lines) == snapshot


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("place", ["case", "goals", "film", "clips", "review", "wrap-up"])
async def test_place_with_nothing_in_it(house, snapshot, size, place):
    app = house.app()
    async with app.run_test(size=size) as pilot:
        await house.open(app, place)
        await settled(pilot)
        assert await steady_text(app) == snapshot
