"""Undo and redo: of every change, in any order, across restarts."""

import random
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
from vigtui.domain.clip import Clip, Place
from vigtui.domain.consent import Consent, Purpose
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import LibraryError, NotFound, NotSensible
from vigtui.domain.film import Film, FilmNote, FilmPerson
from vigtui.domain.goal import Goal, Occasion
from vigtui.domain.measure import Measure
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.person import Person, Role
from vigtui.domain.supervision import Supervision, SupervisionCycle
from vigtui.domain.timecode import Millis
from vigtui.services import cases, consent, films, goals, moments, people, wrap_up
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
    assert query(library.folder, "SELECT count(*) FROM history WHERE change_id NOT IN (SELECT id FROM changes)") == [
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
        "INSERT INTO supervisions VALUES ('s', '2026-05-01', 'Eva', 60, '', '', '', NULL)",
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


def test_names_exchanged_within_one_change_are_exchanged_back(library, case):
    one, two = add_person(library, case, "Mia"), add_person(library, case, "Max")

    def exchange(work):
        work.did("exchanged", case.id)
        work.update(Person, one.id, name="someone")
        work.update(Person, two.id, name="Mia")
        work.update(Person, one.id, name="Max")

    library.change(exchange)
    undo(library, case.id)
    assert names(library, case) == ["Mia", "Max"]
    redo(library, case.id)
    assert names(library, case) == ["Max", "Mia"]


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


class Worker:
    """Does random sensible things to a library, many of them to the same few records."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def some(self, work, kind):
        found = work.find(kind)
        if not found:
            raise NotFound
        return self.dice.choice(found)

    def word(self) -> str:
        return self.dice.choice(["Mia", "Max", "Anna", "[b]Opa[/b]", "👩‍👧", "שלום", "a\nb", 'q"uote', "\\u0041"])

    def change_case(self, work):
        case = self.some(work, Case)
        work.did("case changed", case.id)
        work.update(Case, case.id, setting=self.word(), planned_cycles=self.dice.randint(1, 9))

    def people(self, work):
        case = self.some(work, Case)
        if self.dice.random() < 0.6:
            people.add_person(work, case.id, Role.CHILD, self.word().replace("\n", ""))
        else:
            people.edit_person(work, self.some(work, Person).id, name=self.word().replace("\n", " "), child=True)

    def consent(self, work):
        consent.give(work, self.some(work, Person), self.dice.choice([*Purpose]), self.word())

    def withdraw(self, work):
        given = self.some(work, Consent)
        consent.withdraw(work, work.get(Person, given.person_id), given.purpose, self.word())

    def question(self, work):
        goals.ask(work, self.some(work, Case).id, self.word())

    def goal(self, work):
        goals.add_goal(work, self.some(work, Case).id, self.word(), baseline=self.dice.choice([None, 3]))

    def rating(self, work):
        goal = self.some(work, Goal)
        cycle = self.dice.choice([None, *[one.id for one in work.find(Cycle, case_id=goal.case_id)]])
        goals.rate(
            work, goal.case_id, goal, self.dice.randint(0, 10), cycle_id=cycle, rater="A", occasion=Occasion.BEFORE
        )

    def film(self, work):
        cycle = self.some(work, Cycle)
        number = max((one.number for one in work.find(Film, cycle_id=cycle.id)), default=0) + 1
        sha = f"{self.dice.getrandbits(256):064x}"
        film = work.add(
            Film(
                id=work.new_id(), case_id=cycle.case_id, cycle_id=cycle.id, number=number, location="f", original_name="f",
                sha256=sha, size_bytes=self.dice.getrandbits(62), added_at=work.now, variable=None,
                frame_rate=self.dice.uniform(1, 60),
            )
        )  # fmt: skip
        for person in work.find(Person, case_id=cycle.case_id):
            films.set_seen(work, film, person, True)

    def seen(self, work):
        film = self.some(work, Film)
        person = self.dice.choice(work.find(Person, case_id=film.case_id) or [self.some(work, Person)])
        if person.case_id == film.case_id:
            films.set_seen(work, film, person, self.dice.random() < 0.5)

    def note(self, work):
        cycle = self.some(work, Cycle)
        films.add_note(work, cycle.case_id, cycle.id, self.word(), at=Millis(self.dice.randint(0, 10**6)))

    def edit_note(self, work):
        note = self.some(work, FilmNote)
        films.edit_note(work, note.id, self.word(), at=note.at_ms, film_id=None)

    def mark(self, work):
        film = self.some(work, Film)
        start = self.dice.randint(0, 10**6)
        moment = moments.mark(work, film, Millis(start), Millis(start + self.dice.randint(1, 9_000)), note=self.word())
        for principle in self.dice.sample(["a", "b", "c"], self.dice.randint(0, 3)):
            moments.toggle_principle(work, moment.id, principle)

    def choose(self, work):
        moment = self.some(work, Moment)
        cycle = work.get(Film, moment.film_id).cycle_id
        moments.set_state(work, moment, self.dice.choice([*MomentState, MomentState.CHOSEN]), cycle)

    def rechoose(self, work):
        """Off the shortlist and on again in one change: another row with the same unique values."""
        clip = self.some(work, Clip)
        moment = work.get(Moment, clip.moment_id)
        moments.set_state(work, moment, MomentState.CANDIDATE, clip.cycle_id)
        moments.set_state(work, moment, MomentState.CHOSEN, clip.cycle_id)

    def clip(self, work):
        clip = self.some(work, Clip)
        moments.set_clip(work, clip.id, speed=self.dice.uniform(0.1, 4), why=self.word(), place=Place.RICH)
        moments.reorder(work, clip.id, self.dice.randint(-3, 3))

    def measure(self, work):
        case = self.some(work, Case)
        person = self.dice.choice([None, *[one.id for one in work.find(Person, case_id=case.id)]])
        work.did("measured", case.id)
        score = self.dice.uniform(-1000, 1000)
        work.add(
            Measure(id=work.new_id(), case_id=case.id, name="m", score=score, scored_on=work.today, person_id=person)
        )

    def wrap_up(self, work):
        cycle = self.some(work, Cycle)
        wrap_up.set_working_point(work, cycle.case_id, cycle.id, self.word())
        wrap_up.close_cycle(work, cycle.id)

    def delete(self, work):
        kind = self.dice.choice([Person, Film, FilmPerson, FilmNote, Moment, Goal, Consent, Clip])
        record = self.some(work, kind)
        work.did(f"{kind.__name__} removed", record.case_id)
        work.remove(kind, record.id)

    def delete_case(self, work):
        if self.dice.random() < 0.3:
            case = self.some(work, Case)
            work.did("case removed", case.id)
            work.remove(Case, case.id)

    def new_case(self, work):
        case = work.add(Case(id=work.new_id(), code=f"K{self.dice.randint(1, 5)}", pack="p", opened_on=work.today))
        cases.open_cycle(work, case.id)

    def several(self, work):
        for _ in range(self.dice.randint(2, 4)):
            self.dice.choice([self.people, self.note, self.choose, self.delete, self.clip])(work)

    def verbs(self):
        once = [self.new_case, self.delete_case, self.wrap_up, self.several, self.rechoose]
        often = [self.people, self.film, self.mark, self.choose, self.clip, self.note, self.goal, self.delete]
        rest = [self.change_case, self.consent, self.withdraw, self.question, self.rating, self.seen, self.edit_note]
        return once + often * 3 + [*rest, self.measure]


def no_refusal(job, *, library, merge) -> None:
    """Make a change; what a service or the library refuses changes nothing."""
    try:
        library.change(job, merge=merge)
    except (NotFound, NotSensible):
        return
    except LibraryError as fault:
        assert "of that name already" in fault.summary, fault


@pytest.mark.parametrize("seed", range(5))
def test_anything_done_can_be_taken_back_to_the_start_and_made_again_to_the_end(folder, seed):
    library, worker = open_library(folder), Worker(seed)
    dumps, steps = [dump(folder)], 0
    for number in range(90):
        if number % 9 == 0:
            no_refusal(worker.new_case, library=library, merge=None)
        else:
            merge = worker.dice.choice([None, None, "token"])
            no_refusal(worker.dice.choice(worker.verbs()), library=library, merge=merge)
        found, count = dump(folder), len(states(folder))
        if count > steps:
            dumps.append(found)
        elif count == steps:
            dumps[-1] = found
        else:
            dumps.pop()
            assert found == dumps[-1]
        steps = count
    assert len(dumps) > 30
    assert steps == len(dumps) - 1
    for expected in reversed(dumps[:-1]):
        assert undo(library) is not None
        assert dump(folder) == expected
    assert undo(library) is None
    for expected in dumps[1:]:
        assert redo(library) is not None
        assert dump(folder) == expected
    assert redo(library) is None
    assert library.health() == "ok"
    library.close()


def test_changes_are_dated_and_signed(library, case):
    add_note(library, case, "waits")
    made = query(library.folder, "SELECT label, actor, made_at, case_id FROM changes ORDER BY id")
    assert made[-1] == ("note added", "RB", NOW.isoformat(timespec="milliseconds"), case.id)
