"""Cases: make, find, load, close."""

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vigtui.domain.case import Case, Ending, FollowUp
from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Consent
from vigtui.domain.cycle import Cycle, Strength, WorkingPoint
from vigtui.domain.errors import NotFound, NotSensible
from vigtui.domain.film import Film, FilmingPlan, FilmNote, FilmPerson
from vigtui.domain.goal import Goal, HelpingQuestion, Rating
from vigtui.domain.measure import Measure
from vigtui.domain.moment import Moment, MomentPrinciple
from vigtui.domain.person import Person
from vigtui.domain.review import Review, ReviewNote, ReviewPerson, ReviewStep
from vigtui.services.ports import Work

if TYPE_CHECKING:
    from vigtui.domain.packs import Pack

Known = tuple[CaseFile, tuple[int, int]]
"""A case as it was read, and where the library was then."""

_PARTS: dict[str, type[Any]] = {
    "people": Person,
    "consents": Consent,
    "questions": HelpingQuestion,
    "goals": Goal,
    "ratings": Rating,
    "cycles": Cycle,
    "plans": FilmingPlan,
    "films": Film,
    "film_people": FilmPerson,
    "film_notes": FilmNote,
    "moments": Moment,
    "moment_principles": MomentPrinciple,
    "clips": Clip,
    "reviews": Review,
    "review_people": ReviewPerson,
    "review_steps": ReviewStep,
    "review_notes": ReviewNote,
    "working_points": WorkingPoint,
    "strengths": Strength,
    "endings": Ending,
    "follow_ups": FollowUp,
    "measures": Measure,
}


def new_case(work: Work, code: str, pack: "Pack", **details: Any) -> Case:
    """Make a case with its first cycle.

    Raises:
        NotSensible: the code is taken, or is no code.
    """
    case = Case(
        id=work.new_id(),
        code=code.strip(),
        pack=pack.id,
        opened_on=work.today,
        planned_cycles=pack.counts.cycles[0],
        retention_days=pack.counts.retention_days,
        **{"practitioner": work.actor, **details},
    )
    if work.find(Case, code=case.code):
        raise NotSensible(
            f"There is a case “{case.code}” already.", "Nothing was made. Choose another code, or open that case."
        )
    work.add(case)
    open_cycle(work, case.id)
    work.did(f"case {case.code} made", case.id)
    work.audit("case made", case.id, case.code)
    return case


def open_cycle(work: Work, case_id: str) -> Cycle:
    """Open the next cycle of a case, with an empty filming plan."""
    number = max((cycle.number for cycle in work.find(Cycle, case_id=case_id)), default=0) + 1
    cycle = work.add(Cycle(id=work.new_id(), case_id=case_id, number=number, opened_on=work.today))
    work.add(FilmingPlan(id=work.new_id(), case_id=case_id, cycle_id=cycle.id))
    work.did(f"cycle {number} opened", case_id)
    return cycle


def switch_pack(work: Work, file: CaseFile, old: "Pack", new: "Pack") -> Case:
    """Go on with a case in another way of working. Nothing is lost: principles, roles and rungs keep their ids.

    A review that is under way goes on at the same rung of the same clip; where the new ladder has no such rung, at the first
    step for that clip, or as far along as it was.
    """
    from vigtui.domain.packs import same_step, steps  # Today stands without it

    for review in file.reviews:
        if review.started_at and not review.ended_at:
            count = len(file.clips_of(review.cycle_id))
            gone = review.left_out
            step = same_step(steps(old, count, gone), review.step, steps(new, count, gone))
            work.update(Review, review.id, step=step)
    work.did(f"way of working changed to {new.name}", file.case.id)
    return work.update(Case, file.case.id, pack=new.id)


def find_case(work: Work, code: str) -> Case:
    """The case with this code.

    Raises:
        NotFound: there is none.
    """
    found = work.find(Case, code=code.strip())
    if not found:
        known = [case.code for case in work.find(Case)]
        there = f"The cases are: {', '.join(known[:20])}." if known else "There is no case yet."
        raise NotFound(f"There is no case “{code.strip()[:40]}”.", there)
    return found[0]


def load(work: Work, case_id: str) -> CaseFile:
    """Everything of one case.

    Raises:
        NotFound: the case is not there.
    """
    parts = {name: tuple(work.find(kind, case_id=case_id)) for name, kind in _PARTS.items()}
    return CaseFile(case=work.get(Case, case_id), **parts)


def latest(work: Work, case_id: str, known: Known | None) -> Known:
    """The case as it is now: where it was read before, only what was touched since then is read again. Raises NotFound."""
    mark = work.mark()
    touched = work.touched_since(known[1]) if known and known[0].case.id == case_id else None
    if known is None or touched is None or any(kind is Case for kind, _ in touched):
        return load(work, case_id), mark
    file, parts = known[0], {kind: name for name, kind in _PARTS.items()}
    news: dict[str, dict[str, Any]] = {}
    for kind, record_id in touched:
        if kind in parts:
            found = work.find(kind, id=record_id, case_id=case_id)
            news.setdefault(parts[kind], {})[record_id] = found[0] if found else None
    patched: Any = {name: _patched(getattr(file, name), records) for name, records in news.items()}
    if not patched:
        return file, mark
    fresh = replace(file, **patched)
    if "moments" in news:
        fresh.carry_over(file, news["moments"])
    if "moment_principles" in news:
        fresh.carry_over_principles(file, news["moment_principles"])
    return fresh, mark


def _patched(records: tuple[Any, ...], news: dict[str, Any]) -> tuple[Any, ...]:
    """The records with some of them new, changed or (None) gone; oldest first."""
    fresh = list(records)
    for record_id, record in news.items():
        at = bisect_left(fresh, record_id, key=lambda one: one.id)
        there = at < len(fresh) and fresh[at].id == record_id
        fresh[at : at + there] = [] if record is None else [record]
    return tuple(fresh)


def load_by_code(work: Work, code: str) -> CaseFile:
    """Everything of the case with this code. Raises NotFound."""
    return load(work, find_case(work, code).id)


def load_all(work: Work) -> list[CaseFile]:
    """Every case, oldest first."""
    return [load(work, case.id) for case in work.find(Case)]
