"""The training log: what counts, what is missing, and the examples."""

import asyncio
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import NotSensible
from vigtui.domain.hours import hours, read_minutes
from vigtui.domain.supervision import Supervision
from vigtui.domain.training import TrainingEntry, TrainingRequirement
from vigtui.services import training, wrap_up
from vigtui.services.training import Count

DAY = date(2026, 5, 1)


def cycle(number: int, case_id: str, closed: bool = True) -> Cycle:
    return Cycle(
        id=f"{case_id}{number}", case_id=case_id, number=number, opened_on=DAY, closed_on=DAY if closed else None
    )


def meeting(minutes: int) -> Supervision:
    return Supervision(id=str(minutes), held_on=DAY, supervisor="Dr Vale", minutes=minutes)


def stage(name: str, cycles: int = 0, clients: int = 0, minutes: int = 0) -> TrainingRequirement:
    return TrainingRequirement(id=name, name=name, cycles=cycles, clients=clients, supervision_minutes=minutes)


def test_cycles_count_once_wrapped_up_and_clients_by_their_cases():
    cycles = [cycle(1, "a"), cycle(2, "a"), cycle(3, "a", closed=False), cycle(1, "b"), cycle(1, "c", closed=False)]
    entry = TrainingEntry(id="e", on_date=DAY, title="day 1", minutes=360)
    assert training.count(cycles, [meeting(60), meeting(45)], [entry]) == Count(3, 2, 105, 360)
    assert training.count([], []) == Count()


def test_stages_follow_one_another():
    first, second, third = training.progress(
        [stage("1", 6, 0, 420), stage("2", 9, 0, 480), stage("3", 12, 0, 480)], Count(8, 2, 400)
    )
    assert (first.has, first.missing) == (Count(6, 0, 400), Count(0, 0, 20))
    assert (second.has, second.missing) == (Count(2, 0, 0), Count(7, 0, 480))
    assert (third.has.cycles, third.missing) == (0, Count(12, 0, 480))
    assert training.missing_words((first, second)) == (
        "1 still needs 20 min of supervision.",
        "2 still needs 7 cycles, 8 h of supervision.",
    )


def test_what_is_left_over_stands_with_the_last_stage():
    (only,) = training.progress([stage("all", 18, 6, 900)], Count(20, 7, 960))
    assert only.is_met
    assert only.has == Count(20, 7, 960)
    assert training.missing_words([only]) == ()


@given(
    st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=1, max_size=4),
    st.tuples(*[st.integers(0, 60)] * 3),
)
def test_nothing_counts_twice_and_nothing_is_lost(asked, counted):
    found = training.progress([stage(str(i), *one) for i, one in enumerate(asked)], Count(*counted))
    for name, i in (("cycles", 0), ("clients", 1), ("supervision", 2)):
        assert sum(getattr(one.has, name) for one in found) == counted[i]
        assert sum(getattr(one.missing, name) for one in found) == max(0, sum(one[i] for one in asked) - counted[i])


def test_one_of_a_kind_is_said_so():
    assert training.words(Count(1, 1, 90)) == "1 cycle, 1 client, 1 h 30 min of supervision"
    assert training.words(Count()) == ""


def test_the_library_is_counted(desk):
    desk.add(wrap_up.set_working_point, desk.cycle.id, "wait")
    desk.do(wrap_up.close_cycle, desk.cycle.id)
    desk.change(lambda work: work.add(meeting(60)))
    desk.do(training.add_entry, date(2026, 1, 2), "day 1", 360)
    desk.do(training.add_entry, date(2026, 3, 2), "day 2", 360, "with [Mo]")
    log = desk.library.read(training.load)
    assert log.count == Count(1, 1, 60, 720)
    assert [one.title for one in log.entries] == ["day 2", "day 1"]


def test_an_example_takes_the_place_of_what_was_required_and_undo_brings_it_back(desk):
    own = desk.do(training.add_requirement, "Ours", cycles=4)
    desk.do(training.take_example, "three-stages")
    asked = desk.library.read(training.load).requirements
    assert [(one.cycles, one.clients, one.supervision_minutes) for one in asked] == [
        (6, 0, 420),
        (9, 0, 480),
        (12, 0, 480),
    ]
    desk.do(training.take_example, "one-stage")
    (only,) = desk.library.read(training.load).requirements
    assert (only.cycles, only.clients, only.supervision_minutes) == (18, 6, 900)
    assert asyncio.run(desk.library.undo(training.SCOPE)) == "requirements taken from an example"
    assert desk.library.read(training.load).requirements == asked
    asyncio.run(desk.library.undo(training.SCOPE))
    assert desk.library.read(training.load).requirements == (own,)


def test_entries_and_requirements_are_changed_and_removed(desk):
    entry = desk.do(training.add_entry, DAY, "day 1", 60)
    asked = desk.do(training.add_requirement, "Ours")
    desk.do(training.edit_entry, entry.id, title="day one")
    desk.do(training.edit_requirement, asked.id, clients=2)
    log = desk.library.read(training.load)
    assert (log.entries[0].title, log.requirements[0].clients) == ("day one", 2)
    desk.do(training.remove_entry, entry.id)
    desk.do(training.remove_requirement, asked.id)
    log = desk.library.read(training.load)
    assert (log.entries, log.requirements) == ((), ())
    with pytest.raises(NotSensible):
        desk.do(training.add_entry, DAY, " ", 60)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("90", 90),
        ("1:30", 90),
        ("1 h 30", 90),
        ("1h30min", 90),
        ("1.5 h", 90),
        ("1,5 H", 90),
        (" 7 h ", 420),
        ("45 min", 45),
        ("", 0),
        ("0", 0),
    ],
)
def test_lengths_of_time_are_read_as_people_write_them(typed, minutes):
    assert read_minutes(typed) == minutes


@pytest.mark.parametrize("typed", ["an hour", "1:75", "-5", "1 h 30 h", "1.5", "١ h"])
def test_what_is_no_length_of_time_is_refused(typed):
    with pytest.raises(NotSensible, match="is no length of time"):
        read_minutes(typed)


@given(st.integers(0, 100_000))
def test_what_is_said_is_read_back(minutes):
    assert read_minutes(hours(minutes)) == minutes
