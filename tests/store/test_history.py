"""Undo and redo: of every change, in any order, across restarts."""

import sqlite3
from contextlib import closing

import pytest

from tests.support.libraries import (
    NOW,
    add_case,
    add_note,
    add_person,
    dump,
    names,
    open_library,
    query,
    redo,
    rename,
    states,
    undo,
)
from vigtui.domain.audit import AuditEntry
from vigtui.domain.case import Case
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import LibraryError, NotSensible
from vigtui.domain.film import Film
from vigtui.domain.goal import Goal, Occasion
from vigtui.domain.measure import Measure
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.person import Person, Role
from vigtui.domain.supervision import Supervision, SupervisionCycle
from vigtui.domain.timecode import Millis
from vigtui.services import consent, films, goals, moments, people
from vigtui.store.database import FILE_NAME


def test_a_change_is_taken_back_and_made_again(library, case):
    before = dump(library.folder)
    add_person(library, case, "Mia")
    after = dump(library.folder)
    assert undo(library, case.id) == "Mia added"
    assert dump(library.folder) == before
    assert redo(library, case.id) == "Mia added"
    assert dump(library.folder) == after
    assert redo(library, case.id) is None
    assert dump(library.folder) == after


def test_an_empty_library_has_nothing_to_take_back(library):
    assert (undo(library), redo(library)) == (None, None)


def test_undo_goes_on_after_the_library_was_opened_again(folder):
    library = open_library(folder)
    empty = dump(folder)
    case = add_case(library)
    add_person(library, case, "Mia")
    full = dump(folder)
    library.close()
    library = open_library(folder)
    assert [undo(library), undo(library), undo(library)] == ["Mia added", "case K17 made", None]
    assert dump(folder) == empty
    library.close()
    library = open_library(folder)
    assert [redo(library), redo(library), redo(library)] == ["case K17 made", "Mia added", None]
    assert dump(folder) == full
    library.close()


def test_letters_typed_into_one_field_are_one_step(library, case):
    person = add_person(library, case, "M")
    for name in ("Mi", "Mia", "Mia!"):
        rename(library, person, name, merge="name-1")
    assert states(library.folder)[-1] == ("renamed to Mia!", "done")
    undo(library, case.id)
    assert names(library, case) == ["M"]
    redo(library, case.id)
    assert names(library, case) == ["Mia!"]


def test_another_change_or_an_undo_between_ends_the_merging(library, case):
    person = add_person(library, case, "M")
    rename(library, person, "Mi", merge="name-1")
    add_person(library, case, "Anna")
    rename(library, person, "Mia", merge="name-1")
    undo(library, case.id)
    assert names(library, case) == ["Mi", "Anna"]
    rename(library, person, "Max", merge="name-1")
    undo(library, case.id)
    assert names(library, case) == ["Mi", "Anna"]


def test_another_token_is_another_step(library, case):
    person = add_person(library, case, "M")
    rename(library, person, "Mi", merge="a")
    rename(library, person, "Mia", merge="b")
    undo(library, case.id)
    assert names(library, case) == ["Mi"]


def test_typing_back_to_where_it_was_leaves_no_step(library, case):
    person = add_person(library, case, "M")
    before = states(library.folder)
    rename(library, person, "Mi", merge="name-1")
    rename(library, person, "M", merge="name-1")
    assert states(library.folder) == before
    assert undo(library, case.id) == "M added"


def test_undo_stays_within_its_case(library, case):
    other = add_case(library, "K18")
    add_person(library, case, "Mia")
    add_person(library, other, "Max")
    assert undo(library, case.id) == "Mia added"
    assert (names(library, case), names(library, other)) == ([], ["Max"])
    assert undo(library, case.id) == "case K17 made"
    assert undo(library, case.id) is None
    assert redo(library, other.id) is None
    assert names(library, other) == ["Max"]
    assert undo(library) == "Max added"


def test_a_new_change_drops_what_could_be_made_again_in_its_case_alone(library, case):
    other = add_case(library, "K18")
    add_person(library, case, "Mia")
    add_person(library, other, "Max")
    undo(library, case.id)
    undo(library, other.id)
    add_person(library, case, "Anna")
    assert redo(library, case.id) is None
    assert redo(library, other.id) == "Max added"
    assert (names(library, case), names(library, other)) == (["Anna"], ["Max"])
    assert ("Mia added", "dropped") in states(library.folder)
    assert undo(library, case.id) == "Anna added"
    assert undo(library, case.id) == "case K17 made"


def test_what_is_not_remembered_is_passed_over(library, case):
    person = add_person(library, case, "Mia")
    before = states(library.folder)
    rename(library, person, "Max", remembered=False)
    assert states(library.folder) == before
    assert names(library, case) == ["Max"]
    library.change(lambda work: work.update(Case, case.id, setting="home"))
    assert undo(library) == "changed"
    assert names(library, case) == ["Max"]
    assert undo(library, case.id) == "Mia added"
    assert names(library, case) == []


def test_what_is_not_remembered_does_not_drop_what_could_be_made_again(library, case):
    add_person(library, case, "Mia")
    undo(library, case.id)
    library.change(lambda work: work.update(Case, case.id, setting="home"), remembered=False)
    assert redo(library, case.id) == "Mia added"


def test_undo_touches_only_the_fields_that_the_change_touched(library, case):
    person = add_person(library, case, "Mia")
    rename(library, person, "Max")
    library.change(lambda work: work.update(Person, person.id, note="shy"), remembered=False)
    undo(library, case.id)
    found = library.read(lambda work: work.get(Person, person.id))
    assert (found.name, found.note) == ("Mia", "shy")


def test_what_is_changed_and_then_removed_in_one_step_comes_back_as_it_first_was(library, case):
    """With what was empty and what was not, and real numbers to the last digit."""
    whole_case(library, case)
    before = dump(library.folder)

    def change_and_remove(work):
        work.did("all in one", case.id)
        for kind, words in ((Film, {"frame_rate": 1 / 7, "duration_ms": Millis(9)}), (Measure, {"score": 0.3})):
            one = work.find(kind)[0].id
            work.update(kind, one, **words)
            work.update(kind, one, note="x") if kind is Measure else work.update(kind, one, duration_ms=None, width=3)
            work.remove(kind, one)

    library.change(change_and_remove)
    after = dump(library.folder)
    for _ in range(2):
        assert undo(library, case.id) == "all in one"
        assert dump(library.folder) == before
        assert redo(library, case.id) == "all in one"
        assert dump(library.folder) == after


def test_what_is_changed_twice_with_one_token_goes_back_to_the_first(library, case):
    person = add_person(library, case, "Mia")
    before = dump(library.folder)
    rename(library, person, "Max", merge="a")
    library.change(lambda work: (work.did("shy", case.id), work.update(Person, person.id, note="shy")), merge="a")
    kept = query(library.folder, "SELECT before, after FROM history ORDER BY change DESC LIMIT 1")
    assert kept == [('{"name":"Mia","note":""}', '{"name":"Max","note":"shy"}')]
    undo(library, case.id)
    assert dump(library.folder) == before


def test_a_change_that_changes_nothing_leaves_no_step(library, case):
    person = add_person(library, case, "Mia")
    add_person(library, case, "Max")
    undo(library, case.id)
    before = states(library.folder), dump(library.folder)

    def there_and_back(work):
        work.did("nothing", case.id)
        work.update(Person, person.id, name="Else")
        work.update(Person, person.id, name="Mia")
        work.add(Person(id=work.new_id(), case_id=case.id, role=Role.OTHER, name="Passer-by"))
        work.remove(Person, work.find(Person, name="Passer-by")[0].id)

    rename(library, person, "Mia")
    library.change(lambda work: work.did("looked", case.id))
    library.change(there_and_back)
    assert (states(library.folder), dump(library.folder)) == before
    assert query(library.folder, "SELECT count(*) FROM history WHERE change NOT IN (SELECT number FROM changes)") == [
        (0,)
    ]
    assert redo(library, case.id) == "Max added"


@pytest.mark.parametrize("remembered", [True, False])
@pytest.mark.parametrize("error", [NotSensible, KeyboardInterrupt, ZeroDivisionError])
def test_a_job_that_raises_changes_nothing(library, case, error, remembered):
    before = states(library.folder), dump(library.folder), query(library.folder, "SELECT * FROM audit")

    def job(work):
        work.add(Person(id=work.new_id(), case_id=case.id, role=Role.OTHER, name="Mia"))
        work.audit("half a thing", case.id)
        work.remove(Case, case.id)
        raise error

    with pytest.raises(error):
        library.change(job, remembered=remembered)
    assert (states(library.folder), dump(library.folder), query(library.folder, "SELECT * FROM audit")) == before
    assert add_person(library, case, "Anna").name == "Anna"
    assert undo(library, case.id) == "Anna added"


def test_a_write_outside_a_change_is_refused(library, case):
    writes = [
        "UPDATE cases SET setting = 'x'",
        "DELETE FROM cases",
        "INSERT INTO supervisions VALUES (1, 's', '2026-05-01', 'Eva', 60, '', '', '', NULL)",
    ]
    with closing(sqlite3.connect(library.folder / FILE_NAME)) as connection:
        for write in writes:
            with pytest.raises(sqlite3.IntegrityError, match="a write outside a change"):
                connection.execute(write)
    with pytest.raises(LibraryError):
        library.read(lambda work: work.update(Case, case.id, setting="x"))
    assert library.read(lambda work: work.find(Case)) == [case]


def test_a_change_cannot_wait_for_another_of_its_library(library, case):
    with pytest.raises(RuntimeError, match="use its own unit of work"):
        library.change(lambda work: library.read(lambda inner: inner.find(Case)))
    assert library.read(lambda work: work.find(Case)) == [case]


def test_the_audit_trail_is_never_taken_back(library, case):
    library.change(lambda work: (work.audit("exported", case.id), work.update(Case, case.id, setting="home")))
    undo(library)
    assert [one.action for one in library.read(lambda work: work.find(AuditEntry))] == ["exported"]


def whole_case(library, case):
    """Put a record into nearly every table that hangs on a person, a film, a goal or a case."""

    def make(work):
        cycle = work.find(Cycle, case_id=case.id)[0]
        person = people.add_person(work, case.id, Role.CHILD, "Mia [x]")
        consent.give(work, person, Purpose.THERAPY, "Anna")
        goal = goals.add_goal(work, case.id, "wait")
        goals.rate(work, case.id, goal, 4, cycle_id=cycle.id, rater="Anna", occasion=Occasion.FIRST)
        film = work.add(
            Film(
                id=work.new_id(), case_id=case.id, cycle_id=cycle.id, number=1, location="films/f.mp4", original_name="f",
                sha256="0" * 64, size_bytes=1, added_at=NOW, frame_rate=30000 / 1001,
            )
        )  # fmt: skip
        films.set_seen(work, film, person, True)
        films.add_note(work, case.id, cycle.id, "waits", at=Millis(3), film_id=film.id)
        moment = moments.mark(work, film, Millis(1), Millis(2))
        moments.toggle_principle(work, moment.id, "receiving.smiles")
        moments.set_state(work, moment, MomentState.CHOSEN, cycle.id)
        work.update(Clip, work.find(Clip)[0].id, speed=1 / 3, zoom=1.1)
        work.update(Moment, moment.id, goal_id=goal.id)
        work.add(
            Measure(
                id=work.new_id(), case_id=case.id, name="m", score=0.1 + 0.2, scored_on=work.today, person_id=person.id
            )
        )
        work.did("everything added", case.id)

    library.change(make)


@pytest.mark.parametrize("kind", [Person, Film, Goal, Cycle, Moment, Case], ids=lambda kind: kind.__name__)
def test_what_is_deleted_with_its_children_comes_back_whole(library, case, kind):
    whole_case(library, case)
    before = dump(library.folder)
    rows = sum(map(len, before.values()))

    def delete(work):
        work.did("deleted", case.id)
        work.remove(kind, work.find(kind)[0].id)

    library.change(delete)
    after = dump(library.folder)
    assert sum(map(len, after.values())) < rows - 1
    for _ in range(2):
        assert undo(library, case.id) == "deleted"
        assert dump(library.folder) == before
        assert redo(library, case.id) == "deleted"
        assert dump(library.folder) == after
    assert library.health() == "ok"


def test_names_passed_on_within_one_change_are_passed_back(library, case):
    """The order in which rows are put back must not trip over what is unique."""
    old = add_person(library, case, "Mia")
    before = dump(library.folder)

    def hand_over(work):
        work.did("handed over", case.id)
        work.remove(Person, old.id)
        anna = work.add(Person(id=work.new_id(), case_id=case.id, role=Role.CLIENT, name="Mia"))
        work.update(Person, anna.id, name="Anna")
        for name in ("Mia", "Max"):
            work.add(Person(id=work.new_id(), case_id=case.id, role=Role.CHILD, name=name))

    library.change(hand_over)
    after = dump(library.folder)
    assert undo(library, case.id) == "handed over"
    assert dump(library.folder) == before
    assert redo(library, case.id) == "handed over"
    assert dump(library.folder) == after


def test_what_cannot_be_put_back_is_told_and_the_library_goes_on(library, case):
    """A supervision belongs to no case: taking a case's step back may miss it."""

    def bring(work):
        meeting = work.add(Supervision(id=work.new_id(), held_on=work.today, supervisor="Eva", minutes=60))
        cycle = work.find(Cycle)[0]
        ids = {"case_id": case.id, "supervision_id": meeting.id, "cycle_id": cycle.id}
        return work.add(SupervisionCycle(id=work.new_id(), **ids))

    brought = library.change(bring)
    library.change(lambda work: (work.did("taken off", case.id), work.remove(SupervisionCycle, brought.id)))
    library.change(lambda work: work.remove(Supervision, brought.supervision_id))
    before = dump(library.folder)
    with pytest.raises(LibraryError):
        undo(library, case.id)
    assert dump(library.folder) == before
    assert add_person(library, case, "Mia").name == "Mia"
    assert undo(library, case.id) == "Mia added"
    assert library.health() == "ok"


def test_changes_are_dated_and_signed(library, case):
    add_note(library, case, "waits")
    made = query(library.folder, "SELECT label, actor, made_at, case_id FROM changes ORDER BY number")
    assert made[-1] == ("note added", "RB", NOW.isoformat(timespec="milliseconds"), case.id)
