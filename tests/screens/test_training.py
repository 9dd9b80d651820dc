"""The training log, by keyboard."""

from datetime import date

import pytest

from tests.support.builders import SAMPLES
from tests.support.waiting import on_top, screen_text, until
from vigtui.screens.dialogs import FormDialog, PickDialog
from vigtui.screens.supervision import SupervisionScreen
from vigtui.screens.today import TodayScreen
from vigtui.screens.training import TrainingScreen
from vigtui.services import supervision, training, wrap_up

SIZE = (80, 24)


def log(house) -> training.TrainingLog:
    return house.library.read(training.load)


async def to_training(app, pilot) -> TrainingScreen:
    await on_top(app, TodayScreen)
    await pilot.press("f7")
    await until(lambda: isinstance(app.screen, TrainingScreen) and "What is required" in screen_text(app))
    return app.screen


async def test_an_example_is_taken_counted_and_changed_into_ones_own(house):
    cycle = house.file.cycle_now

    def done(work):
        wrap_up.set_working_point(work, house.case_id, cycle.id, "wait")
        wrap_up.close_cycle(work, cycle.id)
        supervision.add(work, date(2026, 5, 1), "Dr Vale", 90)

    house.change(done)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await to_training(app, pilot)
        await until(lambda: "The library holds: 1 cycle, 1 client, 1 h 30 min of supervision." in screen_text(app))
        await pilot.press("e")
        await on_top(app, PickDialog)
        await pilot.press("1")
        await until(lambda: "1 of 6 cycles · 1 h 30 min of 7 h supervision" in screen_text(app))
        await until(lambda: "Stage 1 still needs 5 cycles, 5 h 30 min of supervision." in screen_text(app))
        assert "Stage 3 still needs 12 cycles, 8 h of supervision." in screen_text(app)
        await pilot.press("enter")
        await on_top(app, FormDialog)
        await pilot.press("tab", "backspace", "1", "f10")
        await until(lambda: app.screen is screen and "1 of 1 cycles" in screen_text(app))
        await pilot.press("x")
        await until(lambda: len(log(house).requirements) == 2)
        await pilot.press("u", "u", "u")
        await until(lambda: "Nothing is required yet" in screen_text(app))
        await pilot.press("ctrl+r")
        await until(lambda: len(log(house).requirements) == 3)
        await pilot.press("f6")
        await on_top(app, SupervisionScreen)


async def test_nothing_missing_is_said_so(house):
    house.change(lambda work: training.add_requirement(work, "Ours"))
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await to_training(app, pilot)
        await until(lambda: "Nothing is missing." in screen_text(app))
        await pilot.press("a", "f10")
        await until(lambda: [one.name for one in log(house).requirements] == ["Ours", "Stage 2"])


async def test_a_course_day_is_kept_changed_removed_and_undone(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await to_training(app, pilot)
        await pilot.press("tab", "a")
        await on_top(app, FormDialog)
        await pilot.press("f10")
        await until(lambda: "needs words" in screen_text(app))
        await pilot.press("tab", *"day 1 [a]", "f10")
        await until(lambda: app.screen is screen and "day 1 [a]" in screen_text(app))
        await until(lambda: "6 h of courses" in screen_text(app))
        (entry,) = log(house).entries
        assert (entry.on_date, entry.minutes) == (date(2026, 5, 14), 360)
        await pilot.press("enter", "tab", *"!", "f10")
        await until(lambda: log(house).entries[0].title == "day 1 [a]!")
        await pilot.press("x")
        await until(lambda: not log(house).entries)
        await pilot.press("u")
        await until(lambda: "day 1 [a]!" in screen_text(app))


@pytest.mark.parametrize("words", SAMPLES)
async def test_words_are_shown_as_typed_and_found(house, words):
    made = house.change(lambda work: training.add_entry(work, date(2026, 5, 1), f"needle {words}", 60, words))
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.press("f9", *"needle")
        await until(lambda: "training" in screen_text(app) and words in screen_text(app))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, TrainingScreen) and words in screen_text(app))
        entries = app.screen.query_one("#entries")
        await until(lambda: entries.has_focus and entries.highlighted_id == made.id)
