"""What is counted over the cycles, and how."""

from dataclasses import replace
from datetime import date

import pytest

from vigtui.domain.cycle import Cycle
from vigtui.domain.film import Film, FilmKind
from vigtui.domain.goal import Occasion
from vigtui.domain.moment import MomentState
from vigtui.domain.review import Review
from vigtui.services import cases, goals, moments, progress, reviews, wrap_up


def rate(desk, value, *, goal=None, rater="Anna", occasion=Occasion.OTHER, scale=(0, 10)):
    desk.add(goals.rate, goal, value, cycle_id=desk.cycle.id, rater=rater, occasion=occasion, scale=scale)


def hold(desk):
    """A review held today."""

    review = desk.do(reviews.prepare, desk.file, desk.cycle)
    desk.change(lambda work: work.update(Review, review.id, held_on=work.today))
    desk.do(reviews.end, review.id)


def moment_at(desk, film, start=12_000):
    clip = desk.clip(film, start)
    return desk.file.moment(clip.moment_id)


def spend(desk, **minutes):
    cycle_id = desk.cycle.id
    desk.change(lambda work: work.update(Cycle, cycle_id, **minutes))


def next_cycle(desk):
    desk.do(wrap_up.set_working_point, desk.case_id, desk.cycle.id, "wait")
    desk.do(wrap_up.close_cycle, desk.cycle.id)


@pytest.fixture
def receiving(parent_child):
    (level,) = [level for level in parent_child.levels if level.id == "receiving"]
    return level


def test_an_empty_case_has_zeros_and_no_invented_figures(desk, parent_child):
    file = desk.file
    assert progress.rating_lines(file) == ()
    assert not any(row.total for row in progress.principles_seen(file, parent_child.levels))
    assert [row.words for row in progress.principles_seen(file, parent_child.levels)] == [
        level.name for level in parent_child.levels
    ]
    assert [(row.step, row.minutes) for row in progress.minutes_spent(file)] == [
        (step, (0,)) for step in progress.STEPS
    ]
    found = progress.counts(file)
    assert (found.meetings, found.films, found.minutes_filmed, found.first_on, found.weeks) == (0, 0, None, None, None)


def test_each_person_has_a_line_of_their_own_and_change_is_between_ones_own_ratings(desk):
    desk.add(goals.ask, "How?")
    goal = desk.add(goals.add_goal, "wait")
    rate(desk, 4)
    rate(desk, 9, rater="Ben")
    rate(desk, 3, goal=goal)
    next_cycle(desk)
    desk.later(7)
    rate(desk, 7)
    question, other, own = progress.rating_lines(desk.file)
    assert [(line.name, line.rater, line.change) for line in (question, other, own)] == [
        ("question", "Anna", 3),
        ("question", "Ben", None),
        ("goal 1", "Anna", None),
    ]
    assert [(point.rating.value, point.cycle) for point in question.points] == [(4, 1), (7, 2)]


def test_goals_put_aside_come_last_with_their_ratings(desk):
    desk.add(goals.ask, "How?")
    first, second = (desk.add(goals.add_goal, words) for words in ("wait", "laugh"))
    for goal in (first, second):
        rate(desk, 5, goal=goal)
    desk.do(goals.drop_goal, first.id)
    assert [line.goal.words for line in progress.rating_lines(desk.file)] == ["laugh", "wait"]


def test_no_change_is_told_across_a_changed_scale(desk):
    desk.add(goals.ask, "How?")
    rate(desk, 4)
    desk.later(1)
    rate(desk, 5, scale=(1, 5))
    (line,) = progress.rating_lines(desk.file)
    assert (line.low, line.high, line.change) == (1, 5, None)
    assert [point.height for point in line.points] == [0.4, 1.0]


def test_principles_are_counted_in_moments_level_by_level(desk, parent_child, receiving):
    one, other = receiving.behaviours[:2]
    film = desk.film()
    both, private = (moment_at(desk, film, start) for start in (10_000, 30_000))
    for behaviour in (one, other):
        desk.do(moments.toggle_principle, both.id, behaviour.id)
    desk.do(moments.toggle_principle, private.id, one.id)
    next_cycle(desk)
    later = moment_at(desk, desk.film(), 5_000)
    desk.do(moments.toggle_principle, later.id, one.id)
    rows = {row.principle: row for row in progress.principles_seen(desk.file, parent_child.levels)}
    assert rows["receiving"].counts == (2, 1)
    assert rows[one.id].counts == (2, 1)
    assert rows[other.id].counts == (1, 0)
    assert (rows["receiving"].is_level, rows[one.id].is_level, rows[one.id].words) == (True, False, one.words)
    desk.do(moments.set_state, private, MomentState.PRIVATE, film.cycle_id)
    rows = {row.principle: row for row in progress.principles_seen(desk.file, parent_child.levels)}
    assert rows["receiving"].counts == (1, 1)


def test_films_of_reviews_count_nowhere(desk, parent_child, receiving):
    film = desk.film()
    moment = moment_at(desk, film)
    desk.do(moments.toggle_principle, moment.id, receiving.id)
    desk.change(lambda work: work.update(Film, film.id, kind=FilmKind.REVIEW))
    assert not any(row.total for row in progress.principles_seen(desk.file, parent_child.levels))
    assert (progress.counts(desk.file).films, progress.counts(desk.file).minutes_filmed) == (0, None)


def test_principles_that_the_pack_does_not_know_come_last_under_their_id(desk, parent_child):
    moment = moment_at(desk, desk.film())
    desk.do(moments.toggle_principle, moment.id, "elsewhere.hums")
    last = progress.principles_seen(desk.file, parent_child.levels)[-1]
    assert (last.principle, last.words, last.counts) == ("elsewhere.hums", "elsewhere.hums", (1,))


def test_minutes_per_step_and_cycle(desk):
    spend(desk, minutes_filming=15, minutes_wrap_up=20)
    next_cycle(desk)
    spend(desk, minutes_filming=10)
    rows = {row.step: row for row in progress.minutes_spent(desk.file)}
    assert rows["filming"].minutes == (15, 10)
    assert (rows["filming"].total, rows["wrap_up"].total) == (25, 20)


def test_counts_that_a_commissioner_asks_for(desk):
    films = [desk.film(), desk.film()]
    hold(desk)
    next_cycle(desk)
    desk.later(24)
    films.append(desk.film())
    desk.change(lambda work: work.update(Film, films[2].id, recorded_on=work.today, duration_ms=600_000))
    hold(desk)
    found = progress.counts(desk.file)
    assert (found.meetings, found.films) == (2, 3)
    assert found.minutes_filmed == round((2 * 139 + 600) / 2 / 60, 1)
    assert (found.last_on - found.first_on).days == 24
    assert found.weeks == 3.4


def test_a_deleted_film_was_filmed_all_the_same(desk):
    film = desk.film()
    before = progress.counts(desk.file)
    desk.change(
        lambda work: work.update(Film, film.id, deleted_on=work.today, deletion_method="wiped", deleted_by="RB")
    )
    assert progress.counts(desk.file) == before


def test_a_review_that_was_only_prepared_is_no_meeting(desk):
    desk.do(reviews.prepare, desk.file, desk.cycle)
    assert progress.counts(desk.file).meetings == 0


def test_the_day_of_a_film_is_the_recording_else_its_arrival(desk):
    film = desk.film()
    assert progress.film_day(film) == desk.today
    assert progress.film_day(replace(film, recorded_on=date(2026, 5, 2))) == date(2026, 5, 2)


def test_cycles_are_columns_in_the_order_of_their_numbers(desk):
    desk.do(cases.open_cycle, desk.case_id)
    assert progress.cycle_numbers(desk.file) == (1, 2)
