"""Hundreds of changes of every kind, taken back to the start and made again to the end."""

import asyncio
import random

import pytest

from tests.support.libraries import (
    dump_of,
    look,
    open_library,
)
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
from vigtui.domain.timecode import Millis
from vigtui.services import cases, consent, films, goals, moments, people, wrap_up


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


@pytest.mark.parametrize("seed", range(8))
def test_anything_done_can_be_taken_back_to_the_start_and_made_again_to_the_end(folder, seed):
    library, worker = open_library(folder), Worker(seed)
    with look(folder) as eye, asyncio.Runner() as runner:
        dumps, steps = [dump_of(eye)], 0
        for number in range(100):
            verb = worker.new_case if number % 9 == 0 else worker.dice.choice(worker.verbs())
            no_refusal(verb, library=library, merge=worker.dice.choice([None, None, "token"]))
            found, (count,) = dump_of(eye), eye.execute("SELECT count(*) FROM changes").fetchone()
            if count > steps:
                dumps.append(found)
            elif count == steps:
                dumps[-1] = found
            else:
                dumps.pop()
                assert found == dumps[-1]
            steps = count
        assert steps == len(dumps) - 1 > 25
        for expected in reversed(dumps[:-1]):
            assert runner.run(library.undo(None)) is not None
            assert dump_of(eye) == expected
        assert runner.run(library.undo(None)) is None
        for expected in dumps[1:]:
            assert runner.run(library.redo(None)) is not None
            assert dump_of(eye) == expected
        assert runner.run(library.redo(None)) is None
    assert library.health() == "ok"
    library.close()
