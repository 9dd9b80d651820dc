"""Wrap-up: strengths, working point, closing the cycle, which opens the next."""

from typing import Any

from vigtui.domain.casefile import CaseFile
from vigtui.domain.cycle import Cycle, Strength, WorkingPoint
from vigtui.domain.errors import NotSensible
from vigtui.domain.film import FilmingPlan
from vigtui.domain.review import NoteKind, ReviewNote
from vigtui.services.cases import open_cycle
from vigtui.services.films import plan_for
from vigtui.services.ports import Work


def gather(work: Work, file: CaseFile, cycle: Cycle) -> list[Strength]:
    """Make a strength of each note of that kind in the review which is none yet; quotes are offered, not taken."""
    review = file.review(cycle.id)
    there = {one.review_note_id for one in work.find(Strength, cycle_id=cycle.id)}
    notes = file.review_notes_of(review.id) if review else []
    new = [
        work.add(
            Strength(
                id=work.new_id(), case_id=file.case.id, cycle_id=cycle.id, words=note.words, review_note_id=note.id
            )
        )
        for note in notes
        if note.kind is NoteKind.STRENGTH and note.id not in there
    ]
    if new:
        work.did("strengths gathered", file.case.id)
    return new


def add_strength(work: Work, case_id: str, cycle_id: str, words: str, *, note_id: str | None = None) -> Strength:
    """Keep a strength in the client's words. Raises NotSensible where there are none."""
    work.did("strength added", case_id)
    return work.add(Strength(id=work.new_id(), case_id=case_id, cycle_id=cycle_id, words=words, review_note_id=note_id))


def edit_strength(work: Work, strength_id: str, words: str) -> Strength:
    """Correct the words of a strength. Raises NotSensible where there are none."""
    strength = work.update(Strength, strength_id, words=words)
    work.did("strength changed", strength.case_id)
    return strength


def remove_strength(work: Work, strength_id: str) -> None:
    """Take a strength off the list. The note it was gathered from stays as a quote, so that it is not gathered again."""
    strength = work.get(Strength, strength_id)
    for note in work.find(ReviewNote, id=strength.review_note_id) if strength.review_note_id else ():
        if note.kind is NoteKind.STRENGTH:
            work.update(ReviewNote, note.id, kind=NoteKind.QUOTE)
    work.did("strength removed", strength.case_id)
    work.remove(Strength, strength_id)


def set_working_point(work: Work, case_id: str, cycle_id: str, words: str) -> WorkingPoint | None:
    """Write the cycle's working point; no words take it away."""
    there = work.find(WorkingPoint, cycle_id=cycle_id)
    work.did("working point changed" if there else "working point chosen", case_id)
    if not words.strip():
        for one in there:
            work.remove(WorkingPoint, one.id)
        return None
    if there:
        return work.update(WorkingPoint, there[0].id, words=words)
    return work.add(
        WorkingPoint(id=work.new_id(), case_id=case_id, cycle_id=cycle_id, words=words, chosen_on=work.today)
    )


def close_cycle(work: Work, cycle_id: str, *, needs_point: bool = True) -> Cycle:
    """Close a cycle and open the next; what was planned to film next becomes its filming plan. Returns the next cycle.

    Args:
        work: the unit of work.
        cycle_id: the cycle.
        needs_point: false for a visit without a review, which has no working point.

    Raises:
        NotSensible: it is closed already, or has no working point yet.
    """
    cycle = work.get(Cycle, cycle_id)
    if cycle.closed_on:
        raise NotSensible(f"Cycle {cycle.number} is closed already.", "Nothing was changed.")
    if needs_point and not work.find(WorkingPoint, cycle_id=cycle_id):
        raise NotSensible("There is no working point yet.", "Write it first: small, observable, the client's own.")
    work.update(Cycle, cycle_id, closed_on=work.today)
    later = [one for one in work.find(Cycle, case_id=cycle.case_id) if one.number > cycle.number]
    following = later[0] if later else open_cycle(work, cycle.case_id)
    work.did(f"cycle {cycle.number} wrapped up", cycle.case_id)
    work.audit("cycle wrapped up", cycle.case_id, f"cycle {cycle.number}", cycle_id)
    return following


def next_plan(work: Work, cycle: Cycle) -> FilmingPlan:
    """The plan of the film after this cycle; the next cycle is made ready for it, and opens when this one closes."""
    later = [one for one in work.find(Cycle, case_id=cycle.case_id) if one.number == cycle.number + 1]
    following = later[0] if later else open_cycle(work, cycle.case_id)
    return plan_for(work, cycle.case_id, following.id)


def change_next_plan(work: Work, cycle: Cycle, name: str, value: Any) -> FilmingPlan | None:
    """Change one field of the next film's plan. Nothing typed makes no next cycle; None then."""
    if not value and not work.find(Cycle, case_id=cycle.case_id, number=cycle.number + 1):
        return None
    plan = work.update(FilmingPlan, next_plan(work, cycle).id, **{name: value})
    work.did("plan of the next film changed", cycle.case_id)
    return plan
