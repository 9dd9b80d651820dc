"""What is kept of the last cases is what the disk holds, whoever changed it and however."""

import random

import pytest

from tests.support.libraries import add_case, add_note, add_person, open_library, redo, rename, undo
from vigtui.domain.film import FilmNote
from vigtui.domain.person import Person
from vigtui.services import cases
from vigtui.store.memory import MOST_CASES


def load(library, case):
    return library.read(lambda work: cases.load(work, case.id))


def fresh(folder, case):
    library = open_library(folder)
    try:
        return load(library, case)
    finally:
        library.close()


def test_a_case_is_read_once_and_a_changed_row_alone_again(library, case):
    add_note(library, case, "waits")
    load(library, case)
    asked = []
    library.read(lambda work: work._db.conn.set_trace_callback(asked.append))
    load(library, case)
    assert not [one for one in asked if "film_notes" in one]
    add_note(library, case, "looks up")
    asked.clear()
    assert [one.words for one in load(library, case).film_notes] == ["waits", "looks up"]
    assert not [one for one in asked if "film_notes" in one]
    library.read(lambda work: work._db.conn.set_trace_callback(None))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_it_is_what_the_disk_holds(folder, seed):
    dice = random.Random(seed)
    library, other = open_library(folder), open_library(folder)
    known = [add_case(library, f"K{number}") for number in range(MOST_CASES + 2)]
    for number in range(60):
        case, who = dice.choice(known), dice.choice((library, library, other))
        what = dice.randrange(7)
        people = load(who, case).people
        if what == 0:
            add_person(who, case, f"N{number}")
        elif what == 1:
            add_note(who, case, f"waits {number}")
        elif what == 2 and people:
            rename(who, dice.choice(people), f"M{number}")
        elif what == 3 and people:
            gone = dice.choice(people).id
            who.change(lambda work, gone=gone: work.remove(Person, gone))
        elif what == 4:
            if "made" in (undo(who, case.id) or ""):
                redo(who, case.id)
        elif what == 5:
            redo(who, case.id)
        else:
            with pytest.raises(ZeroDivisionError):
                who.change(lambda work, case=case: (_note(work, case), 1 / 0))
        assert load(library, case) == load(other, case) == fresh(folder, case)
    library.close()
    other.close()


def _note(work, case):
    from vigtui.domain.cycle import Cycle

    cycle = work.find(Cycle, case_id=case.id)[0]
    return work.add(FilmNote(id=work.new_id(), case_id=case.id, cycle_id=cycle.id, words="never"))


def test_a_write_beside_the_unit_of_work_is_seen(library, case):
    add_note(library, case, "waits")
    load(library, case)
    library.change(lambda work: work._db.conn.execute("UPDATE film_notes SET words = 'sits'"))
    assert [one.words for one in load(library, case).film_notes] == ["sits"]
