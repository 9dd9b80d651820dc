from datetime import date

import pytest

from tests.support.builders import QUESTION, SAMPLES, TODAY, add_question
from tests.support.waiting import on_top, screen_text, settled, until
from vigtui.domain.errors import NotSensible
from vigtui.domain.goal import HelpingQuestion, Occasion
from vigtui.screens.dialogs import FormDialog
from vigtui.screens.rating import RatingDialog, Scale
from vigtui.services import goals
from vigtui.widgets.fields import Tick

SIZE = (80, 24)


async def write_question(pilot, screen, *wordings):
    """Type wordings one after another while the focus stays in the field."""
    editor = screen.query_one("#question TextArea")
    editor.focus()
    for words in wordings:
        editor.text = words
        await settled(pilot)


async def test_one_wording_typed_letter_by_letter_is_one_question(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "goals")
        assert "How can I" in screen_text(app)
        await write_question(pilot, screen, "H", "How", "How can", "How can I help?")
    assert [one.words for one in house.file.questions] == ["How can I help?"]


async def test_a_rewording_keeps_the_old_one_and_shows_it(house):
    add_question(house)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "goals")
        await write_question(pilot, screen, "What", "What does Mia", "What does Mia tell me?")
        assert [one.words for one in house.file.questions] == [QUESTION, "What does Mia tell me?"]
        assert f"before, from {TODAY}: {QUESTION}" in screen_text(app)
        await pilot.press("tab")
        await write_question(pilot, screen, "What does she tell me?")
        assert len(house.file.questions) == 3


async def test_leaving_the_question_blank_brings_the_old_wording_back(house):
    add_question(house)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "goals")
        await write_question(pilot, screen, "What", "")
        assert screen.query_one("#question TextArea").text == ""
        await pilot.press("tab")
        await until(lambda: screen.query_one("#question TextArea").text == QUESTION)
    assert [one.words for one in house.file.questions] == [QUESTION]


async def test_undo_takes_a_whole_wording_back(house):
    add_question(house)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "goals")
        await write_question(pilot, screen, "What", "What now?")
        await screen.action_undo()
        assert [one.words for one in house.file.questions] == [QUESTION]
        await until(lambda: screen.query_one("#question TextArea").text == QUESTION)


async def test_words_come_back_exactly(house):
    names = ("words", "level_low", "level_middle", "level_high")
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await house.open(app, "goals")
        for words in SAMPLES:
            await write_question(pilot, screen, words)
            assert house.file.question.words == words
            assert screen.query_one("#question TextArea").text == words
        screen.query_one("#goals").focus()
        await pilot.press("a")
        form = app.screen
        assert isinstance(form, FormDialog)
        for name, words in zip(names, SAMPLES, strict=True):
            form._editors[name].value = words
        await form.action_keep()
        await until(lambda: app.screen is screen)
        again = await house.open(app, "goals")
        await until(lambda: again.query_one("#question TextArea").text == SAMPLES[-1])
        shown = again.query_one("#goals").get_option_at_index(0).prompt.plain + again.query_one("#levels").content.plain
        assert [words for words in SAMPLES if words not in shown] == []
    assert tuple(getattr(house.file.goals[0], name) for name in names) == SAMPLES


async def test_goals_by_keys(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "goals")
        screen.query_one("#goals").focus()
        await pilot.press("a", *"looks", "f10")
        await until(lambda: house.file.goals and app.screen is screen)
        await pilot.press("x")
        await until(lambda: house.file.goals[0].dropped_on)
        await until(lambda: "put aside" in screen_text(app))
        await pilot.press("enter")
        await on_top(app, FormDialog)
        app.screen.query_one(Tick).put(False)
        await pilot.press("f10")
        await until(lambda: house.file.goals[0].dropped_on is None)
        await pilot.press("x")
        await until(lambda: house.file.goals[0].dropped_on)
        await pilot.press("u")
        await until(lambda: house.file.goals[0].dropped_on is None)


async def test_a_level_outside_the_scale_is_refused_and_stays_typed(house):
    add_question(house, "looks up")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "goals")
        screen.query_one("#goals").focus()
        await pilot.press("enter")
        form = app.screen
        form._editors["baseline"].value = "11"
        await pilot.press("f10")
        await until(lambda: "goes from 0 to 10, not 11" in screen_text(app))
        assert app.screen is form
        form._editors["baseline"].value = "many"
        await pilot.press("f10")
        await until(lambda: "not a whole number" in screen_text(app))
        form._editors["baseline"].value = "2"
        await pilot.press("f10")
        await until(lambda: house.file.goals[0].baseline == 2)


async def test_a_fourth_goal_is_refused(house):
    add_question(house, "one", "two", "three")
    with pytest.raises(NotSensible, match="3 goals already"):
        house.change(lambda work: goals.add_goal(work, house.case_id, "four"))
    first = house.file.goals[0]
    dropped = house.change(lambda work: goals.drop_goal(work, first.id))
    house.change(lambda work: goals.add_goal(work, house.case_id, "four"))
    with pytest.raises(NotSensible, match="3 goals already"):
        house.change(lambda work: goals.take_up_goal(work, dropped.id))


async def test_rating_by_digits_and_arrows(house):
    add_question(house, "looks up", "waits")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "goals")
        await pilot.press("r", "4", "right", "right", "down", "t", "tab", *"good", "enter", "9", "backspace", "f10")
        await until(lambda: app.screen is screen)
        found = {one.goal_id: one for one in house.file.ratings}
        first, _ = house.file.goals
        assert {key: (one.value, one.comment) for key, one in found.items()} == {None: (6, ""), first.id: (10, "good")}
        assert {one.rater for one in found.values()} == {"Anna"}
        assert {one.occasion for one in found.values()} == {Occasion.FIRST}
        await until(lambda: f"{TODAY}  goal 1    10 of 10" in screen_text(app))
        await pilot.press("u")
        await until(lambda: not house.file.ratings)


async def test_a_later_rating_is_no_first_one_and_the_last_is_shown(house):
    add_question(house)

    def earlier(work):
        rated = goals.rate(work, house.case_id, None, 3, cycle_id=None, rater="Anna", occasion=Occasion.FIRST)
        goals.edit_rating(work, rated.id, rated_on=date(2026, 4, 1))

    house.change(earlier)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "goals")
        await pilot.press("r")
        await until(lambda: "last 3, 2026-04-01, Anna" in screen_text(app))
        await pilot.press("left", "f10")
        await until(lambda: app.screen is screen)
    assert [(one.value, one.occasion) for one in house.file.ratings_of(None)] == [(3, "first"), (2, "other")]


async def test_nothing_set_keeps_nothing_and_a_value_off_the_scale_cannot_be_set(house):
    house.change(lambda work: goals.add_goal(work, house.case_id, "waits", low=1, high=5))
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "goals")
        await pilot.press("escape", "r", "9", "0")
        assert isinstance(app.screen, RatingDialog)
        scale = app.screen.query_one(Scale)
        assert scale.value is None
        await pilot.press("t", "right")
        assert scale.value == 5
        await pilot.press("backspace", "f10")
        await until(lambda: app.screen is screen)
    assert house.file.ratings == ()


async def test_a_refused_rating_leaves_the_dialog_with_its_numbers(house):
    add_question(house)
    app = house.app()

    async def refuse(given, rater):
        raise NotSensible("The moon is wrong.", "Nothing was changed.")

    async with app.run_test(size=SIZE) as pilot:
        dialog = RatingDialog(house.file, house.pack, Occasion.AFTER, refuse)
        await app.push_screen(dialog)
        await pilot.press("7", "f10")
        await until(lambda: "The moon is wrong." in screen_text(app))
        assert dialog.given() == [(None, 7, "")]
        await pilot.press("escape")
        assert app.screen is dialog
        await pilot.press("escape")
        await until(lambda: app.screen is not dialog)


async def test_a_rating_is_corrected_and_removed(house):
    add_question(house)
    house.change(
        lambda work: goals.rate(work, house.case_id, None, 3, cycle_id=None, rater="Anna", occasion=Occasion.FIRST)
    )
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "goals")
        screen.query_one("#ratings").focus()
        await pilot.press("enter")
        await on_top(app, FormDialog)
        app.screen._editors["value"].value = "12"
        await pilot.press("f10")
        await until(lambda: "goes from 0 to 10" in screen_text(app))
        app.screen._editors["value"].value = "4"
        await pilot.press("f10")
        await until(lambda: house.file.ratings[0].value == 4)
        await pilot.press("x")
        await until(lambda: not house.file.ratings)


async def test_the_draft_of_a_question_that_returns_to_the_old_words_is_no_history(house):
    add_question(house)
    draft = house.change(lambda work: goals.ask(work, house.case_id, "Other?"))
    house.change(lambda work: goals.ask(work, house.case_id, QUESTION, draft=draft.id))
    assert [one.words for one in house.library.read(lambda work: work.find(HelpingQuestion))] == [QUESTION]
