"""Today: every case with its next step, the most pressing first. The Today screen and `vigtui cases` both show this."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from vigtui.domain.case import Case, CaseStatus
from vigtui.domain.casefile import CaseFile
from vigtui.domain.errors import NotFound, PackError
from vigtui.domain.packs import Counts, Pack
from vigtui.domain.way import Way
from vigtui.domain.workflow import USUAL, NextStep, Reminder, Stage, next_step, reminders


class Packs(Protocol):
    """Where packs are found by their id (`services.packs.PackShelf`)."""

    def get(self, pack_id: str) -> Pack:
        """The pack with this id. Raises NotFound, PackError."""


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
        return Counts()


def way_of(packs: Packs, pack_id: str) -> Way:
    """The road a pack lays down; the usual one where the pack is gone or faulty."""
    try:
        return packs.get(pack_id).way
    except (NotFound, PackError):
        return USUAL


def _line(file: CaseFile, packs: Packs, today: date) -> CaseLine:
    step = next_step(file, today, counts_of(packs, file.case.pack), way_of(packs, file.case.pack))
    reminded = reminders(file, today)
    return CaseLine(
        case=file.case,
        cycle=file.cycle_now.number if file.cycles else None,
        stage=step.stage if step else None,
        next_step=step,
        reminders=reminded,
        overdue=(step is not None and step.overdue and file.case.status is CaseStatus.OPEN)
        or any(one.overdue for one in reminded),
    )
