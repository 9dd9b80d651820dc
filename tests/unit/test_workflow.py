"""A case from its first day to its second cycle: what is missing, what comes next, and what runs out."""

from datetime import date, timedelta

import pytest

from vigtui.domain.case import Case, CaseStatus, FollowUp
from vigtui.domain.casefile import CaseFile
from vigtui.domain.consent import Consent, Purpose
from vigtui.domain.cycle import Cycle
from vigtui.domain.film import Film
from vigtui.domain.goal import Occasion
from vigtui.domain.moment import MomentState
from vigtui.domain.person import Person, Role
from vigtui.domain.way import Counts, Order, Question, Selects, Visit, Way
from vigtui.domain.workflow import (
    DAYS_WARNED_BEFORE,
    Stage,
    Standing,
    films_on_bench,
    films_to_review,
    missing_in,
    next_step,
    rail,
    reminders,
    retain_until,
    review_due,
)
from vigtui.services import cases, consent, films, goals, moments, people, reviews, wrap_up

COUNTS = Counts(days_to_review=7)


def missing(desk, stage: Stage) -> tuple[str, ...]:
    return missing_in(desk.file, desk.cycle, stage, desk.today)


def standings(desk) -> str:
    """The rail of the present cycle: d for done, n for now, a for ahead."""
    return "".join(state.standing.value[0] for state in rail(desk.file, desk.cycle, desk.today))


def step(desk):
    return next_step(desk.file, desk.today, COUNTS)


def rate_all(desk) -> None:
    for goal in (None, *desk.file.goals_now):
        desk.add(goals.rate, goal, 4, cycle_id=desk.cycle.id, rater="Anna", occasion=Occasion.FIRST)


def test_a_case_walks_through_every_stage_to_its_second_cycle(desk):
    for person in desk.file.people:
        desk.do(people.remove_person, person.id)
    assert missing(desk, Stage.GOALS) == ("the client", "the helping question", "a goal")
    assert standings(desk) == "naaaa"
    assert step(desk).words == "cycle 1: set the question and goals"
    assert (step(desk).stage, step(desk).cycle, step(desk).due, step(desk).overdue) == (Stage.GOALS, 1, None, False)

    desk.anna = desk.add(people.add_person, Role.CLIENT, "Anna")
    desk.add(goals.ask, "How can I tell what Mia wants?")
    desk.add(goals.add_goal, "wait")
    desk.add(goals.add_goal, "look")
    assert missing(desk, Stage.GOALS) == (
        "a first rating of the question",
        "a first rating of goal 1",
        "a first rating of goal 2",
    )
    rate_all(desk)
    assert missing(desk, Stage.GOALS) == ()
    assert standings(desk) == "dnaaa"

    assert missing(desk, Stage.FILM) == ("a filming plan", "a film")
    assert step(desk).words == "cycle 1: plan and film"
    desk.add(films.change_plan, desk.cycle.id, activity="tea", planned_on=desk.today - timedelta(days=1))
    assert missing(desk, Stage.FILM) == ("a film",)
    assert (step(desk).words, step(desk).overdue) == ("cycle 1: film and add it", True)

    film = desk.film(seen=())
    assert missing(desk, Stage.FILM) == ("who is seen in film 1",)
    assert step(desk).words == "cycle 1: who is seen in film 1"
    desk.do(films.set_seen, film, desk.anna, True)
    assert missing(desk, Stage.FILM) == ("consent: Anna for therapy (none was recorded)",)
    assert step(desk).words == "cycle 1: consent: Anna for therapy (none was recorded)"
    desk.do(consent.give, desk.anna, Purpose.THERAPY, "Anna")
    assert standings(desk) == "ddnaa"

    assert missing(desk, Stage.CLIPS) == ("moments", "a clip on the shortlist")
    assert (step(desk).words, step(desk).due) == ("cycle 1: choose clips", desk.today + timedelta(days=7))
    moment = desk.do(moments.mark, film, 1_000, 5_000)
    assert missing(desk, Stage.CLIPS) == ("a clip on the shortlist",)
    desk.do(moments.set_state, moment, MomentState.PRIVATE, desk.cycle.id)
    assert missing(desk, Stage.CLIPS) == ("moments", "a clip on the shortlist")
    desk.do(moments.set_state, moment, MomentState.CHOSEN, desk.cycle.id)
    assert standings(desk) == "dddna"

    assert missing(desk, Stage.REVIEW) == ("the shared review",)
    assert step(desk).words == "cycle 1: shared review"
    review = desk.do(reviews.prepare, desk.file, desk.cycle)
    desk.do(reviews.start, desk.file, review)
    assert missing(desk, Stage.REVIEW) == ("the end of the shared review",)
    assert step(desk).words == "cycle 1: go on with the shared review"
    desk.do(reviews.end, review.id)
    assert standings(desk) == "ddddn"

    assert missing(desk, Stage.WRAP_UP) == ("a working point", "closing the cycle")
    assert step(desk).words == "cycle 1: wrap up"
    desk.add(wrap_up.set_working_point, desk.cycle.id, "wait for her")
    assert missing(desk, Stage.WRAP_UP) == ("closing the cycle",)
    first = desk.cycle
    desk.do(wrap_up.close_cycle, first.id)
    assert [state.standing for state in rail(desk.file, desk.file.cycle(1), desk.today)] == [Standing.DONE] * 5

    assert desk.cycle.number == 2
    assert standings(desk) == "dnaaa"
    assert (step(desk).words, step(desk).cycle) == ("cycle 2: plan and film", 2)


def test_only_the_first_gap_is_now_and_later_stages_may_be_done_already(desk):
    desk.clip(desk.film(seen=()))
    assert standings(desk) == "nadaa"


def test_a_closed_case_has_no_next_step(desk):
    desk.do(lambda work: work.update(Case, desk.case_id, status=CaseStatus.CLOSED, closed_on=work.today))
    assert step(desk) is None


def test_a_paused_case_and_one_whose_cycles_are_all_closed_are_still_told(desk):
    desk.do(lambda work: work.update(Case, desk.case_id, status=CaseStatus.PAUSED))
    assert step(desk).stage is Stage.GOALS
    cycle = desk.cycle
    desk.do(lambda work: work.update(Cycle, cycle.id, closed_on=work.today))
    assert step(desk).words == "cycle 1: all done; close the case or open a cycle"


def test_a_case_without_a_cycle_has_no_next_step():
    case = Case(id="k", code="K", pack="p", opened_on=date(2026, 5, 1))
    assert next_step(CaseFile(case=case), date(2026, 5, 2), COUNTS) is None


def test_the_review_is_due_as_planned_else_some_days_after_the_first_film(desk):
    assert review_due(desk.file, desk.cycle, COUNTS) is None
    film = desk.film()
    desk.film()
    assert review_due(desk.file, desk.cycle, COUNTS) == desk.today + timedelta(days=7)
    desk.do(films.edit_film, film.id, recorded_on=date(2026, 5, 10))
    assert review_due(desk.file, desk.cycle, COUNTS) == date(2026, 5, 17)
    assert review_due(desk.file, desk.cycle, Counts(days_to_review=14)) == date(2026, 5, 24)
    cycle = desk.cycle
    desk.do(lambda work: work.update(Cycle, cycle.id, review_on=date(2026, 5, 20)))
    assert review_due(desk.file, desk.cycle, COUNTS) == date(2026, 5, 20)


def test_a_step_is_overdue_from_the_day_after_it_was_due(desk):
    desk.add(goals.ask, "How?")
    desk.add(goals.add_goal, "wait")
    rate_all(desk)
    desk.film()
    desk.agree()
    assert step(desk).words == "cycle 1: choose clips"
    desk.later(7)
    assert not step(desk).overdue
    desk.later(1)
    assert step(desk).overdue


def told(desk) -> list[tuple[str, int, bool]]:
    """Reminders: words, days from today, overdue."""
    return [(one.words, (one.due - desk.today).days, one.overdue) for one in reminders(desk.file, desk.today)]


def test_a_consent_that_runs_out_is_said_two_weeks_before(desk):
    desk.film(seen=(desk.mia,))
    desk.do(consent.give, desk.mia, Purpose.THERAPY, "Anna", until=desk.today + timedelta(days=DAYS_WARNED_BEFORE + 1))
    desk.do(consent.give, desk.anna, Purpose.THERAPY, "Anna", until=desk.today)
    assert told(desk) == []
    desk.later(1)
    assert told(desk) == [("consent of Mia for therapy runs out", DAYS_WARNED_BEFORE, False)]
    desk.later(DAYS_WARNED_BEFORE)
    assert told(desk) == [("consent of Mia for therapy runs out", 0, False)]
    desk.later(1)
    assert told(desk) == [("consent of Mia for therapy runs out", -1, True)]


@pytest.mark.parametrize("how", ["longer", "without end", "withdrawn"])
def test_a_consent_that_was_renewed_or_withdrawn_is_not_said(desk, how):
    desk.film(seen=(desk.mia,))
    desk.do(consent.give, desk.mia, Purpose.THERAPY, "Anna", until=desk.today)
    assert len(told(desk)) == 1
    if how == "withdrawn":
        desk.do(consent.withdraw, desk.mia, Purpose.THERAPY, "moved")
    else:
        until = desk.today + timedelta(days=100) if how == "longer" else None
        desk.do(consent.give, desk.mia, Purpose.THERAPY, "Anna", until=until)
    assert told(desk) == []


def test_a_consent_for_another_purpose_is_not_said(desk):
    desk.film(seen=(desk.mia,))
    desk.do(consent.give, desk.mia, Purpose.TEACHING, "Anna", until=desk.today)
    assert told(desk) == []


def test_films_of_a_closed_case_are_kept_for_the_days_agreed(desk):
    film = desk.film()
    assert retain_until(desk.file, None) is None
    desk.do(
        lambda work: work.update(Case, desk.case_id, status=CaseStatus.CLOSED, closed_on=work.today, retention_days=60)
    )
    assert retain_until(desk.file, None) == desk.today + timedelta(days=60)
    assert told(desk) == []
    desk.later(60 - DAYS_WARNED_BEFORE)
    assert told(desk) == [("film 1 may be kept until then", DAYS_WARNED_BEFORE, False)]
    desk.later(DAYS_WARNED_BEFORE + 1)
    assert told(desk) == [("film 1 may be kept until then", -1, True)]
    desk.do(lambda work: work.update(Film, film.id, legal_hold=True))
    assert told(desk) == []
    desk.do(lambda work: work.update(Film, film.id, legal_hold=False, deleted_on=work.today))
    assert told(desk) == []


def test_a_films_own_date_comes_before_that_of_the_case(desk):
    desk.film()
    desk.do(films.edit_film, desk.file.films[0].id, retain_until=desk.today + timedelta(days=3))
    assert told(desk) == [("film 1 may be kept until then", 3, False)]


def test_reminders_come_soonest_first(desk):
    desk.film(seen=(desk.mia,))
    desk.do(films.edit_film, desk.file.films[0].id, retain_until=desk.today + timedelta(days=9))
    desk.do(consent.give, desk.mia, Purpose.THERAPY, "Anna", until=desk.today + timedelta(days=5))

    def follow(work, days, done=None):
        due = work.today + timedelta(days=days)
        work.add(FollowUp(id=work.new_id(), case_id=desk.case_id, due_on=due, done_on=done))

    for days, done in ((-2, None), (-3, desk.today), (30, None)):
        desk.do(follow, days, done)
    assert told(desk) == [
        ("follow-up", -2, True),
        ("consent of Mia for therapy runs out", 5, False),
        ("film 1 may be kept until then", 9, False),
    ]


def test_the_last_of_several_consents_counts():
    day = date(2026, 5, 14)
    person = Person(id="p", case_id="k", role=Role.CHILD, name="Mia")

    def given(number, until):
        return Consent(
            id=str(number), case_id="k", person_id="p", purpose=Purpose.THERAPY, given_by="A", given_on=day, until=until
        )

    file = CaseFile(
        case=Case(id="k", code="K", pack="p", opened_on=day),
        people=(person,),
        consents=(given(1, day + timedelta(days=2)), given(2, day + timedelta(days=4))),
    )
    assert file.missing_consents([person], Purpose.THERAPY, day + timedelta(days=4)) == ()
    assert [one.why for one in file.missing_consents([person], Purpose.THERAPY, day + timedelta(days=5))] == [
        "it ran out on 2026-05-18"
    ]


def test_a_cycle_can_be_asked_for_by_its_number(desk):
    desk.add(cases.open_cycle)
    assert [desk.file.cycle(number).number for number in (1, 2)] == [1, 2]


# --- other ways of working ----------------------------------------------------------------------------------------

LATER = Way(order=Order.REVIEW_NEXT_VISIT)
ONLY_FILM, ONLY_REVIEW = Visit("f", "Film", review=False), Visit("r", "Review", film=False)


def rail_in(desk, way: Way, number: int | None = None) -> str:
    """The rail in a way of working: d done, n now, a ahead, - where the visit has no such stage."""
    cycle = desk.file.cycle(number) if number else desk.cycle
    states = rail(desk.file, cycle, desk.today, way)
    return "".join("-" if one.standing is Standing.NONE else one.standing.value[0] for one in states)


def ready_to_film(desk) -> None:
    desk.agree()
    desk.add(goals.ask, "How?")
    desk.add(goals.add_goal, "wait")
    rate_all(desk)


@pytest.mark.parametrize(
    ("way", "reviewed"),
    [
        (Way(), [1, 2, 3, 4]),
        (LATER, [2, 3, 4, 5]),
        (Way(visits=(ONLY_FILM, ONLY_FILM, ONLY_REVIEW)), [3, 3, 3, 4]),
        (Way(order=Order.REVIEW_NEXT_VISIT, visits=(ONLY_FILM, Visit("b", "Both"), ONLY_REVIEW)), [2, 3, 5, 5]),
    ],
)
def test_a_film_is_talked_over_in_its_own_cycle_or_at_the_next_visit_with_a_review(way, reviewed):
    assert [way.reviewed_in(number) for number in range(1, 5)] == reviewed
    assert all(way.reviews(number) for number in reviewed)


def test_the_first_visit_has_nothing_to_talk_over_where_the_last_film_is_reviewed():
    assert [LATER.reviews(number) for number in (1, 2, 3)] == [False, True, True]


def test_the_clips_of_the_last_film_come_before_the_new_film_and_its_review_after_it(desk):
    ready_to_film(desk)
    assert rail_in(desk, LATER) == "dn--a"
    first = desk.film()
    assert rail_in(desk, LATER) == "dd--n"
    assert missing_in(desk.file, desk.cycle, Stage.WRAP_UP, desk.today, LATER) == ("closing the cycle",)
    desk.do(wrap_up.close_cycle, desk.cycle.id, needs_point=False)
    assert rail_in(desk, LATER) == "danaa"
    assert films_to_review(desk.file, desk.cycle, LATER) == [first]

    moment = desk.do(moments.mark, first, 1_000, 5_000)
    assert missing_in(desk.file, desk.cycle, Stage.CLIPS, desk.today, LATER) == ("a clip on the shortlist",)
    desk.do(moments.set_state, moment, MomentState.CHOSEN, desk.cycle.id)
    assert rail_in(desk, LATER) == "dndaa"
    second = desk.film()
    assert rail_in(desk, LATER) == "dddna"
    assert films_to_review(desk.file, desk.cycle, LATER) == [first]
    assert films_on_bench(desk.file, desk.cycle, LATER) == [first, second]
    assert films_on_bench(desk.file, desk.cycle) == [second]


def test_the_review_of_the_last_film_is_due_on_the_day_of_the_visit(desk):
    desk.film()
    desk.do(wrap_up.close_cycle, desk.cycle.id, needs_point=False)
    assert review_due(desk.file, desk.cycle, COUNTS, LATER) == desk.today + timedelta(days=7)
    desk.add(films.change_plan, desk.cycle.id, planned_on=desk.today + timedelta(days=12))
    assert review_due(desk.file, desk.cycle, COUNTS, LATER) == desk.today + timedelta(days=12)
    assert review_due(desk.file, desk.cycle, COUNTS) is None


def test_a_programme_of_themes_asks_for_no_question_but_for_ratings_of_the_goals_there_are(desk):
    themed = Way(question=Question.THEME, client="home visitor's parent")
    assert missing_in(desk.file, desk.cycle, Stage.GOALS, desk.today, themed) == ()
    desk.add(goals.add_goal, "wait")
    assert missing_in(desk.file, desk.cycle, Stage.GOALS, desk.today, themed) == ("a first rating of goal 1",)
    desk.do(people.remove_person, desk.anna.id)
    assert next_step(desk.file, desk.today, COUNTS, themed).words == "cycle 1: add the home visitor's parent"


def test_what_was_done_in_a_visit_that_need_not_have_it_still_counts(desk):
    way = Way(visits=(ONLY_FILM, ONLY_REVIEW))
    ready_to_film(desk)
    film = desk.film()
    assert rail_in(desk, way) == "dd--n"
    desk.clip(film)
    review = desk.do(reviews.prepare, desk.file, desk.cycle)
    assert rail_in(desk, way) == "ddd-n"
    desk.do(reviews.start, desk.file, review)
    assert rail_in(desk, way) == "dddna"
    desk.do(reviews.end, review.id)
    assert missing_in(desk.file, desk.cycle, Stage.WRAP_UP, desk.today, way) == ("a working point", "closing the cycle")


@pytest.mark.parametrize(
    ("selects", "said"),
    [
        (Selects.PRACTITIONER, "choose clips"),
        (Selects.TOGETHER, "choose clips together"),
        (Selects.CLIENT, "clips, chosen by the teacher"),
    ],
)
def test_the_next_step_says_who_chooses_the_clips(desk, selects, said):
    ready_to_film(desk)
    desk.film()
    step_ = next_step(desk.file, desk.today, COUNTS, Way(selects=selects, client="teacher"))
    assert (step_.words, step_.stage) == (f"cycle 1: {said}", Stage.CLIPS)


def test_after_the_visits_laid_down_a_case_ends_or_goes_on(desk):
    way = Way(visits=(ONLY_FILM,))
    ready_to_film(desk)
    desk.film()
    assert next_step(desk.file, desk.today, COUNTS, way).words == "cycle 1: close the visit"
    desk.do(wrap_up.close_cycle, desk.cycle.id, needs_point=False)
    assert next_step(desk.file, desk.today, COUNTS, way).words == (
        "the visits laid down are held; close the case or go on with cycle 2"
    )
    desk.add(films.change_plan, desk.cycle.id, activity="tea")
    assert next_step(desk.file, desk.today, COUNTS, way).words == "cycle 2: film and add it"
