"""The helping question and its history, goals and ratings."""

from datetime import timedelta

import pytest

from vigtui.domain.errors import NotFound, NotSensible
from vigtui.domain.goal import Occasion
from vigtui.services import goals


def asked(desk) -> list[str]:
    return [one.words for one in desk.file.questions]


def rate(desk, goal, value, **details):
    given = {"cycle_id": desk.cycle.id, "rater": "Anna", "occasion": Occasion.BEFORE, **details}
    return desk.add(goals.rate, goal, value, **given)


def test_another_wording_becomes_the_question_and_the_old_one_its_history(desk):
    assert desk.file.question is None
    first = desk.add(goals.ask, "How?")
    desk.later(1)
    second = desk.add(goals.ask, "How can I tell?")
    assert asked(desk) == ["How?", "How can I tell?"]
    assert desk.file.question == second
    assert (first.asked_on, second.asked_on) == (desk.today - timedelta(days=1), desk.today)


def test_the_same_words_or_none_change_nothing(desk):
    assert desk.add(goals.ask, "  ") is None
    first = desk.add(goals.ask, "How?")
    assert desk.add(goals.ask, "How?") == first
    assert desk.add(goals.ask, " ") == first
    assert asked(desk) == ["How?"]


def test_the_letters_of_one_wording_are_one_wording(desk):
    old = desk.add(goals.ask, "How?")
    draft = None
    for typed in ("How c", "How can I", "How can I tell?"):
        question = desk.add(goals.ask, typed, draft=draft)
        draft = question.id
    assert asked(desk) == ["How?", "How can I tell?"]
    assert desk.add(goals.ask, "How?", draft=draft) == old
    assert asked(desk) == ["How?"]


def test_a_draft_wiped_out_is_taken_back(desk):
    draft = desk.add(goals.ask, "H")
    assert desk.add(goals.ask, "", draft=draft.id) is None
    assert asked(desk) == []


def test_an_older_wording_is_no_draft(desk):
    first = desk.add(goals.ask, "How?")
    desk.add(goals.ask, "Why?")
    desk.add(goals.ask, "When?", draft=first.id)
    assert asked(desk) == ["How?", "Why?", "When?"]


def test_three_goals_are_the_most_and_one_put_aside_makes_room(desk):
    first, *_ = [desk.add(goals.add_goal, words) for words in ("a", "b", "c")]
    with pytest.raises(NotSensible, match="There are 3 goals already"):
        desk.add(goals.add_goal, "d")
    assert desk.do(goals.drop_goal, first.id).dropped_on == desk.today
    assert desk.add(goals.add_goal, "d").position == 4
    with pytest.raises(NotSensible, match="There are 3 goals already"):
        desk.do(goals.take_up_goal, first.id)
    desk.do(goals.drop_goal, desk.file.goals_now[0].id)
    taken = desk.do(goals.take_up_goal, first.id)
    assert (taken.dropped_on, taken.position) == (None, 5)
    assert [goal.words for goal in desk.file.goals_now] == ["c", "d", "a"]


def test_a_goal_is_edited_or_refused(desk):
    goal = desk.add(goals.add_goal, "wait", low=1, high=10, baseline=3)
    assert desk.do(goals.edit_goal, goal.id, level_low="never", expected=7).expected == 7
    with pytest.raises(NotSensible, match="The baseline level goes from 5 to 10, not 3"):
        desk.do(goals.edit_goal, goal.id, scale_low=5)
    with pytest.raises(NotSensible):
        desk.add(goals.add_goal, " ")
    with pytest.raises(NotFound):
        desk.do(goals.edit_goal, "gone", words="x")
    assert [(one.words, one.level_low, one.scale_low) for one in desk.file.goals] == [("wait", "never", 1)]


def test_rating_again_on_the_same_day_corrects(desk):
    goal = desk.add(goals.add_goal, "wait")
    first = rate(desk, goal, 4, comment="some days a 6")
    again = rate(desk, goal, 5)
    assert (again.id, again.value, again.comment) == (first.id, 5, "some days a 6")
    assert rate(desk, goal, 5, comment="better").comment == "better"
    assert [one.value for one in desk.file.ratings_of(goal.id)] == [5]


def test_another_day_rater_occasion_cycle_or_goal_is_another_rating(desk):
    goal = desk.add(goals.add_goal, "wait")
    rate(desk, goal, 1)
    rate(desk, goal, 2, rater="Opa")
    rate(desk, goal, 3, occasion=Occasion.AFTER)
    rate(desk, goal, 4, cycle_id=None)
    rate(desk, None, 5)
    desk.later(1)
    rate(desk, goal, 6)
    assert [one.value for one in desk.file.ratings] == [1, 2, 3, 4, 5, 6]
    assert [one.value for one in desk.file.ratings_of(goal.id, desk.cycle.id)] == [1, 2, 3, 6]
    assert [one.value for one in desk.file.ratings_of(None)] == [5]


def test_a_goal_is_rated_on_its_own_scale_and_the_question_on_the_packs(desk):
    goal = desk.add(goals.add_goal, "wait", low=1, high=5)
    rating = rate(desk, goal, 5, scale=(0, 100))
    assert (rating.low, rating.high) == (1, 5)
    assert rate(desk, None, 70, scale=(0, 100)).high == 100
    for wrong in (0, 6):
        with pytest.raises(NotSensible, match="A rating goes from 1 to 5"):
            rate(desk, goal, wrong)
    assert [one.value for one in desk.file.ratings_of(goal.id)] == [5]


async def test_several_ratings_are_one_step_of_undo_and_kept_all_or_none(desk):
    goal = desk.add(goals.add_goal, "wait")

    def given(*values, occasion=None):
        pairs = [(target, value, "") for target, value in zip((None, goal), values, strict=True)]
        return desk.add(goals.rate_all, pairs, cycle_id=desk.cycle.id, rater="Anna", occasion=occasion, scale=(0, 10))

    with pytest.raises(NotSensible):
        given(4, 11)
    assert desk.file.ratings == ()
    assert [one.occasion for one in given(4, 5)] == [Occasion.FIRST, Occasion.FIRST]
    assert [one.occasion for one in given(5, 5)] == [Occasion.FIRST, Occasion.FIRST]
    assert len(desk.file.ratings) == 2, "a first rating can be corrected on its day"
    desk.later(1)
    assert [one.occasion for one in given(6, 7)] == [Occasion.OTHER, Occasion.OTHER]
    assert [one.occasion for one in given(6, 7, occasion=Occasion.AFTER)] == [Occasion.AFTER, Occasion.AFTER]
    assert len(desk.file.ratings) == 6
    assert await desk.library.undo(desk.case_id) == "2 ratings"
    assert len(desk.file.ratings) == 4


async def test_a_rating_is_corrected_and_removed(desk):
    rating = rate(desk, None, 4)
    assert desk.do(goals.edit_rating, rating.id, value=6, comment="slip").value == 6
    with pytest.raises(NotSensible):
        desk.do(goals.edit_rating, rating.id, value=11)
    assert [one.value for one in desk.file.ratings] == [6]
    desk.do(goals.remove_rating, rating.id)
    assert desk.file.ratings == ()
    assert await desk.library.undo(desk.case_id) == "rating removed"
    assert [one.comment for one in desk.file.ratings] == ["slip"]
