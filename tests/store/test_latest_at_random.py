"""What a screen keeps of its case is what the disk holds, whoever changed it and however."""

import random

import pytest

from tests.support.libraries import add_case, add_note, add_person, open_library, redo, rename, undo
from vigtui.domain.film import FilmNote
from vigtui.domain.person import Person
from vigtui.services import cases


class Reader:
    """Reads a case as a screen does: only what was touched since."""

    def __init__(self, library):
        self.library = library
        self.known = {}

    def load(self, case):
        known = self.known.get(case.id)
        self.known[case.id] = self.library.read(lambda work: cases.latest(work, case.id, known))
        return self.known[case.id][0]


def fresh(library, case):
    return library.read(lambda work: cases.load(work, case.id))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_it_is_what_the_disk_holds(folder, seed):
    dice = random.Random(seed)
    library, other = open_library(folder), open_library(folder)
    readers = {library: Reader(library), other: Reader(other)}
    known = [add_case(library, f"K{number}") for number in range(2)]
    for number in range(60):
        case, who = dice.choice(known), dice.choice((library, library, other))
        what = dice.randrange(7)
        people = readers[who].load(case).people
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
        assert readers[library].load(case) == readers[other].load(case) == fresh(library, case)
    library.close()
    other.close()


def _note(work, case):
    from vigtui.domain.cycle import Cycle

    cycle = work.find(Cycle, case_id=case.id)[0]
    return work.add(FilmNote(id=work.new_id(), case_id=case.id, cycle_id=cycle.id, words="never"))
