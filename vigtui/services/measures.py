"""Named measures: dated scores of a questionnaire or scale; never the text of its items."""

from datetime import date
from typing import Any

from vigtui.domain.casefile import CaseFile
from vigtui.domain.errors import NotSensible
from vigtui.domain.measure import Measure
from vigtui.services.ports import Work


def add_measure(
    work: Work,
    case_id: str,
    name: str,
    score: float,
    *,
    on: date | None = None,
    person_id: str | None = None,
    note: str = "",
) -> Measure:
    """Keep one score of a measure.

    Args:
        work: the unit of work.
        case_id: the case.
        name: what the measure is called; scores of one name belong together.
        score: the score as the measure gives it.
        on: the day it was filled in; today where None.
        person_id: who filled it in; None where it is nobody of the case.
        note: a few words; not the text of the measure.

    Raises:
        NotSensible: the measure has no name, or the score is beyond a million.
    """
    work.did(f"score of {name.strip()} added", case_id)
    return work.add(
        Measure(
            id=work.new_id(),
            case_id=case_id,
            name=name.strip(),
            score=score,
            scored_on=on or work.today,
            person_id=person_id,
            note=note,
        )
    )


def edit_measure(work: Work, measure_id: str, **changes: Any) -> Measure:
    """Correct a score. Raises NotSensible where the measure refuses a value; nothing is changed then."""
    measure = work.update(Measure, measure_id, **changes)
    work.did(f"score of {measure.name} changed", measure.case_id)
    return measure


def remove_measure(work: Work, measure_id: str) -> None:
    """Remove a score; undo brings it back."""
    measure = work.get(Measure, measure_id)
    work.did(f"score of {measure.name} removed", measure.case_id)
    work.remove(Measure, measure_id)


def in_order(file: CaseFile) -> tuple[Measure, ...]:
    """The scores of a case: measure by measure in the order of their names, the oldest score of each first."""
    return tuple(sorted(file.measures, key=lambda one: (one.name.casefold(), one.scored_on, one.id)))


def read_score(words: str) -> float:
    """Read a typed score; a comma or a point may stand before its decimals.

    Raises:
        NotSensible: it is no number.
    """
    found = words.strip().replace("\u2212", "-")
    digits = found.removeprefix("-").replace(",", ".", 1).replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()):
        raise NotSensible(f"“{found[:40]}” is not a score.", "Nothing was kept. Write a number, for example 14 or 3.5.")
    return float(found.replace(",", "."))
