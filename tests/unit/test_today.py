"""Today: every case, the most pressing first."""

from datetime import timedelta

import pytest

from vigtui.domain.case import Case, CaseStatus, FollowUp
from vigtui.domain.cycle import Cycle
from vigtui.domain.way import Counts
from vigtui.domain.workflow import Stage
from vigtui.services import cases, films, today
from vigtui.services.packs import PackShelf


@pytest.fixture
def shelf():
    return PackShelf([])


def lines(desk, shelf):
    return today.overview(desk.library.read(cases.load_all), shelf, desk.today)


def test_a_library_without_cases_has_no_lines(desk, shelf):
    desk.do(lambda work: work.remove(Case, desk.case_id))
    assert lines(desk, shelf) == ()


def test_a_case_shows_its_cycle_stage_and_next_step(desk, shelf):
    (line,) = lines(desk, shelf)
    assert (line.case.code, line.cycle, line.stage, line.due) == ("K17", 1, Stage.GOALS, None)
    assert line.next_step.words == "cycle 1: set the question and goals"
    assert (line.reminders, line.overdue) == ((), False)


def test_what_is_overdue_comes_first_then_what_is_due_then_by_code(desk, shelf):
    def make(work, code, days):
        case = cases.new_case(work, code, desk.pack)
        if days is not None:
            work.add(FollowUp(id=work.new_id(), case_id=case.id, due_on=work.today + timedelta(days=days)))

    for code, days in (("b", None), ("A", None), ("late", -1), ("soon", 3)):
        desk.do(make, code, days)
    assert [(line.case.code, line.overdue) for line in lines(desk, shelf)] == [
        ("late", True),
        ("A", False),
        ("b", False),
        ("K17", False),
        ("soon", False),
    ]


def test_a_step_that_is_due_comes_before_one_that_is_not(desk, shelf):
    desk.do(cases.new_case, "A", desk.pack)
    desk.agree()
    from vigtui.domain.goal import Occasion
    from vigtui.services import goals

    desk.add(goals.ask, "How?")
    goal = desk.add(goals.add_goal, "wait")
    for one in (None, goal):
        desk.add(goals.rate, one, 3, cycle_id=desk.cycle.id, rater="Anna", occasion=Occasion.FIRST)
    desk.add(films.change_plan, desk.cycle.id, activity="tea", planned_on=desk.today + timedelta(days=2))
    assert [(line.case.code, line.due) for line in lines(desk, shelf)] == [
        ("K17", desk.today + timedelta(days=2)),
        ("A", None),
    ]
    desk.later(3)
    assert [(line.case.code, line.overdue) for line in lines(desk, shelf)] == [("K17", True), ("A", False)]


def test_a_closed_case_has_no_step_but_is_shown_with_what_runs_out(desk, shelf):
    desk.film()
    desk.do(
        lambda work: work.update(Case, desk.case_id, status=CaseStatus.CLOSED, closed_on=work.today, retention_days=0)
    )
    (line,) = lines(desk, shelf)
    assert (line.next_step, line.stage, line.due, line.overdue) == (None, None, None, False)
    assert [one.words for one in line.reminders] == ["film 1 may be kept until then"]
    desk.later(1)
    assert lines(desk, shelf)[0].overdue


def test_a_case_without_a_cycle_is_shown(desk, shelf):
    cycle = desk.cycle
    desk.do(lambda work: work.remove(Cycle, cycle.id))
    (line,) = lines(desk, shelf)
    assert (line.cycle, line.next_step) == (None, None)


def test_a_case_whose_pack_is_gone_or_faulty_is_shown_with_the_usual_counts(desk, tmp_path):
    (tmp_path / "own.toml").write_text("id = ")
    desk.do(lambda work: work.update(Case, desk.case_id, pack="gone"))
    shelf = PackShelf([tmp_path])
    assert today.counts_of(shelf, "gone") == Counts()
    assert today.counts_of(shelf, "own") == Counts()
    assert [line.case.code for line in lines(desk, shelf)] == ["K17"]
