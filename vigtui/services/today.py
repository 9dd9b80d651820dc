"""Today: every case with its next step, the most pressing first. The Today screen and `vigtui cases` both show this."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Protocol

from vigtui import __version__
from vigtui.domain.case import Case, CaseStatus
from vigtui.domain.casefile import CaseFile
from vigtui.domain.errors import NotFound, PackError
from vigtui.domain.way import USUAL_COUNTS, Counts, Way
from vigtui.domain.workflow import (
    DAYS_WARNED_BEFORE,
    USUAL,
    NextStep,
    Reminder,
    Stage,
    next_step,
    reminders,
    retain_until,
)
from vigtui.services import cases
from vigtui.services.ports import Work

if TYPE_CHECKING:
    from vigtui.domain.packs import Pack


class Packs(Protocol):
    """Where packs are found by their id (`services.packs.PackShelf`)."""

    def get(self, pack_id: str) -> "Pack":
        """The pack with this id. Raises NotFound, PackError."""

    def fingerprint(self, pack_id: str) -> str:
        """Another word for another text of the pack with this id. The pack need not be there, nor be without faults."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case as it stands today."""

    case: Case
    cycle: int | None
    """The number of the cycle worked on."""
    stage: Stage | None
    """Where that cycle stands; None for a closed case."""
    next_step: NextStep | None
    reminders: tuple[Reminder, ...]
    overdue: bool
    """Whether the next step or anything it is reminded of should have been done by today."""

    @property
    def due(self) -> date | None:
        """When the next step is due; a paused case waits."""
        return self.next_step.due if self.next_step and self.case.status is CaseStatus.OPEN else None


def lines(work: Work, packs: Packs, today: date, *, most: int | None = None) -> tuple[tuple[CaseLine, ...], list[str]]:
    """Every case as `overview` gives it, without reading a case whole that has not changed since it was last looked at.

    Args:
        work: the unit of work.
        packs: where packs are found.
        today: the day it is.
        most: so many cases are read whole at most; None for all.

    Returns:
        The lines, and the ids of cases that have changed: `keep` keeps what is to be said of them. Of those that were not read
        the line is empty.
    """
    kept, prints = work.standings(), cache(partial(_fingerprint, packs))
    shown: list[CaseLine] = []
    changed: list[str] = []
    for case in work.find(Case):
        line = _from_text(case, kept.get(case.id, ""), prints(case.pack), today)
        if line is None:
            changed.append(case.id)
            if most is None or len(changed) <= most:
                line = _line(cases.load(work, case.id), packs, today)
        shown.append(line or CaseLine(case, None, None, None, (), False))
    return tuple(sorted(shown, key=_pressing)), changed


def keep(work: Work, packs: Packs, today: date, case_ids: Iterable[str]) -> None:
    """Keep what is to be said of these cases until they change or a day comes on which something is due."""
    for case_id in case_ids:
        if work.find(Case, id=case_id):
            file = cases.load(work, case_id)
            fingerprint = _fingerprint(
                packs, file.case.pack
            )  # before the pack is read: what is kept is never of an older text
            line = _line(file, packs, today)
            text = _to_text(line, fingerprint, today, good_until(file, line, today))
            work.keep_standing(case_id, text)


_LOGIC = f"{__version__}/2"
"""A line that another program or another logic has written is read anew."""


def _fingerprint(packs: Packs, pack_id: str) -> str:
    """What the line of a case depends on beside the case and the day."""
    return f"{_LOGIC} {packs.fingerprint(pack_id)}"


def good_until(file: CaseFile, line: CaseLine, today: date) -> date:
    """The day from which the line may say something else though the case has not changed: the next day that matters to it."""
    days = {one.given_on for one in file.consents} | {one.until for one in file.consents}
    days |= {film.retain_until for film in file.films} | {retain_until(file, None)}
    days |= {one.due_on for one in file.follow_ups} | {line.next_step.due if line.next_step else None}
    matter = {
        day + timedelta(days=by)
        for day in days
        if day
        for by in (-DAYS_WARNED_BEFORE, 0, 1)
        if day.year < date.max.year
    }
    return min((day for day in matter if day > today), default=date.max)


def _to_text(line: CaseLine, fingerprint: str, today: date, until: date) -> str:
    step = line.next_step
    return json.dumps(
        {
            "of": fingerprint,
            "from": today.isoformat(),
            "until": until.isoformat(),
            "cycle": line.cycle,
            "step": [step.words, step.stage, step.cycle, step.due and step.due.isoformat()] if step else None,
            "reminders": [[one.words, one.due.isoformat()] for one in line.reminders],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _from_text(case: Case, text: str, fingerprint: str, today: date) -> CaseLine | None:
    """The line that was kept; None where it is of another day, pack or program."""
    if not text:
        return None
    kept = json.loads(text)
    if kept["of"] != fingerprint or not kept["from"] <= today.isoformat() < kept["until"]:
        return None
    step = None
    if kept["step"]:
        words, stage, cycle, due_on = kept["step"]
        due = date.fromisoformat(due_on) if due_on else None
        step = NextStep(words, Stage(stage), cycle, due, due is not None and due < today)
    reminded = tuple(
        Reminder(words, date.fromisoformat(due_on), date.fromisoformat(due_on) < today)
        for words, due_on in kept["reminders"]
    )
    return _of(case, kept["cycle"], step, reminded)


def overview(files: Iterable[CaseFile], packs: Packs, today: date) -> tuple[CaseLine, ...]:
    """Every case: what is overdue first, then by the day the next step is due, then by code; paused and closed cases last."""
    lines = [_line(file, packs, today) for file in files]
    return tuple(sorted(lines, key=_pressing))


_RESTING = {CaseStatus.OPEN: 0, CaseStatus.PAUSED: 1, CaseStatus.CLOSED: 2}


def _pressing(line: CaseLine) -> tuple[bool, int, date, str]:
    return not line.overdue, _RESTING[line.case.status], line.due or date.max, line.case.code.casefold()


def counts_of(packs: Packs, pack_id: str) -> Counts:
    """The counts of a pack; the usual ones where it is gone or faulty, so that its cases are shown all the same."""
    try:
        return packs.get(pack_id).counts
    except (NotFound, PackError):
        return USUAL_COUNTS


def way_of(packs: Packs, pack_id: str) -> Way:
    """The road a pack lays down; the usual one where the pack is gone or faulty."""
    try:
        return packs.get(pack_id).way
    except (NotFound, PackError):
        return USUAL


def _line(file: CaseFile, packs: Packs, today: date) -> CaseLine:
    step = next_step(file, today, counts_of(packs, file.case.pack), way_of(packs, file.case.pack))
    return _of(file.case, file.cycle_now.number if file.cycles else None, step, reminders(file, today))


def _of(case: Case, cycle: int | None, step: NextStep | None, reminded: tuple[Reminder, ...]) -> CaseLine:
    return CaseLine(
        case=case,
        cycle=cycle,
        stage=step.stage if step else None,
        next_step=step,
        reminders=reminded,
        overdue=(step is not None and step.overdue and case.status is CaseStatus.OPEN)
        or any(one.overdue for one in reminded),
    )
