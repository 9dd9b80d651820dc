"""Progress: plots, tables and measures."""

import pytest

from tests.support.builders import SAMPLES, TODAY, add_clip, add_film, add_question, hold_review
from tests.support.waiting import on_top, screen_text, settled, until
from vigtui.domain.cycle import Cycle
from vigtui.domain.goal import Occasion, Rating
from vigtui.domain.review import NoteKind
from vigtui.screens.dialogs import FormDialog
from vigtui.services import cases, goals, measures, moments, wrap_up
from vigtui.services.progress import RatingLine, RatingPoint, rating_lines
from vigtui.widgets import rating_plot, words
from vigtui.widgets.rating_plot import change_words

SIZE = (80, 24)
TALL = (140, 60)


def rate(house, value, goal=None, occasion=Occasion.OTHER):
    cycle = house.file.cycle_now
    house.change(
        lambda work: goals.rate(
            work, house.case_id, goal, value, cycle_id=cycle.id, rater="Anna [mum]", occasion=occasion
        )
    )


@pytest.fixture
def two_cycles(house):
    """Two cycles with a film, a clip, a review, ratings and minutes each."""
    add_question(house, "I wait")
    (goal,) = house.file.goals
    house.change(lambda work: goals.edit_goal(work, goal.id, baseline=2, expected=8))
    behaviour = house.pack.levels[2].behaviours[0]
    for first, then in ((3, 4), (5, 8)):
        cycle = house.file.cycle_now
        clip = add_clip(house, add_film(house))
        house.change(lambda work, clip=clip: moments.toggle_principle(work, clip.moment_id, behaviour.id))
        hold_review(house, ((NoteKind.QUOTE, "look"),), clip.id)
        for value, occasion in ((first, Occasion.BEFORE), (then, Occasion.AFTER)):
            rate(house, value, None, occasion)
            rate(house, value, goal, occasion)
        house.change(lambda work, cycle=cycle: work.update(Cycle, cycle.id, minutes_choosing=70))
        house.change(lambda work, cycle=cycle: wrap_up.set_working_point(work, house.case_id, cycle.id, "wait"))
        house.change(lambda work, cycle=cycle: wrap_up.close_cycle(work, cycle.id))
    return house


def row_with(app, start):
    return next((line for line in screen_text(app).splitlines() if line.strip().startswith(start)), "")


async def test_p_on_the_case_shows_ratings_with_levels_tables_and_counts(two_cycles):
    app = two_cycles.app()
    async with app.run_test(size=TALL) as pilot:
        await two_cycles.open(app, "case")
        await pilot.press("p")
        await until(lambda: "Question, Anna [mum]  3 → 8, +5" in screen_text(app))
        shown = screen_text(app)
        assert "░░ on arriving   ██ after the review" in shown
        assert "baseline 2, expected 8" in shown
        assert "Meetings held" in row_with(app, "Meetings")
        assert row_with(app, "Meetings").split()[-1] == "2"
        assert "2.3 on average in a cycle" in row_with(app, "Minutes filmed")
        assert row_with(app, "Receiving initiatives").split()[-4:] == ["1", "1", "·", "2"]
        assert row_with(app, "choosing").split()[1:] == ["70", "70", "·", "140"]


async def test_each_value_has_its_row_and_its_shape(two_cycles):
    app = two_cycles.app()
    async with app.run_test(size=TALL) as pilot:
        screen = await two_cycles.open(app, "progress")
        await settled(pilot)
        plot = screen.query_one("#plots").content.plain.splitlines()
        heights = [
            next(i for i, line in enumerate(plot) if f"{value}" in line[5:18] and i > 0) for value in (8, 5, 4, 3)
        ]
        assert [heights[0] + 3, heights[0] + 4, heights[0] + 5] == heights[1:]
        assert plot[heights[0]].rstrip().endswith(chr(0x254C))


async def test_at_80_columns_the_page_scrolls_by_keys_down_to_the_measures(two_cycles):
    app = two_cycles.app()
    async with app.run_test(size=SIZE) as pilot:
        await two_cycles.open(app, "progress")
        await settled(pilot)
        assert "Ratings over the cycles" in screen_text(app)
        assert "Goal 1, Anna [mum]" in screen_text(app)
        await pilot.press("end")
        await until(lambda: "None yet. m writes down a score." in screen_text(app))
        await pilot.press("home")
        await until(lambda: "Ratings over the cycles" in screen_text(app))


async def test_a_case_without_anything_says_what_to_do(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await house.open(app, "progress")
        await settled(pilot)
        assert "Not rated yet. F3, then r" in screen_text(app)


async def test_a_score_is_written_down_corrected_removed_and_undone(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "progress")
        await pilot.press("m")
        await on_top(app, FormDialog)
        assert "The text of a questionnaire" in screen_text(app)
        await pilot.press(*"Hope", "enter", *"many", "f10")
        await until(lambda: "“many” is not a score." in screen_text(app))
        app.screen._editors["score"].value = "3,5"
        await pilot.press("f10")
        await until(lambda: app.screen is screen)
        (one,) = house.file.measures
        assert (one.name, one.score, one.scored_on, one.person_id) == ("Hope", 3.5, TODAY, None)
        await pilot.press("enter")
        await on_top(app, FormDialog)
        app.screen._editors["score"].value = "4"
        await pilot.press("tab", "tab", "tab", "right", "f10")
        await until(lambda: app.screen is screen and house.file.measures[0].score == 4)
        assert house.file.measures[0].person_id == house.file.people[0].id
        await pilot.press("x")
        await until(lambda: not house.file.measures)
        await pilot.press("u")
        await until(lambda: len(house.file.measures) == 1)


async def test_words_come_back_as_they_are(house):
    house.change(lambda work: [measures.add_measure(work, house.case_id, one, 1, note=one) for one in SAMPLES])
    app = house.app()
    async with app.run_test(size=TALL) as pilot:
        screen = await house.open(app, "progress")
        await settled(pilot)
        records = screen.query_one("#measures")
        shown = sorted(records.get_option_at_index(i).prompt.plain for i in range(records.option_count))
        assert all(any(row.endswith(one) for row in shown) for one in SAMPLES)


def test_a_plot_that_does_not_fit_shows_the_newest_and_says_so(house):
    add_question(house)
    for value in range(8):
        house.change(lambda work, value=value: cases.open_cycle(work, house.case_id))
        cycle = house.file.cycles[-1]
        house.change(
            lambda work, value=value, cycle=cycle: goals.rate(
                work, house.case_id, None, value, cycle_id=cycle.id, rater="Anna", occasion=Occasion.AFTER
            )
        )
    (line,) = rating_lines(house.file)
    rows = [row.plain for row in rating_plot.rating_plot(line, 20)]
    assert {len(row) for row in rows} == {20}
    assert rows[-1].strip() == "the last 5 of 8"
    assert rows[-2].split() == ["c5", "c6", "c7", "c8", "c9"]


def test_a_plot_in_ascii(monkeypatch):
    for module in (rating_plot, words):
        monkeypatch.setattr(module, "has_unicode", lambda: False)
    rating = Rating(id="r", case_id="c", value=2, low=0, high=2, rated_on=TODAY, rater="Anna", occasion=Occasion.BEFORE)
    line = RatingLine(None, "Anna", (RatingPoint(rating, 1), RatingPoint(rating, 1)))
    text = "\n".join(row.plain for row in rating_plot.rating_plot(line, 40)) + rating_plot.legend().plain
    assert text.isascii()
    assert ":: ::" in text
    assert change_words(line) == "2 -> 2, no change"
