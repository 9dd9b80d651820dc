"""The training log: entries, requirements that a service can edit, and how far they are met by what the library holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from vigtui.domain.cycle import Cycle
from vigtui.domain.hours import hours
from vigtui.domain.supervision import Supervision
from vigtui.domain.training import TrainingEntry, TrainingRequirement
from vigtui.services.ports import Work

SCOPE = "training"
"""What undo on the Training screen takes back; these changes belong to no case."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What an example path asks for in one of its stages; `supervision` is in minutes."""

    name: str
    cycles: int
    clients: int
    supervision: int


@dataclass(frozen=True, slots=True)
class Path:
    """A path through training that is offered as an example; a service changes it into its own."""

    id: str
    words: str
    stages: tuple[Stage, ...]


EXAMPLES = (
    Path(
        "three-stages",
        "Three stages: 6, 9 and 12 cycles with 7, 8 and 8 hours of supervision",
        (Stage("Stage 1", 6, 0, 420), Stage("Stage 2", 9, 0, 480), Stage("Stage 3", 12, 0, 480)),
    ),
    Path(
        "one-stage",
        "One stage: 18 cycles with 6 clients and about 15 hours of supervision",
        (Stage("Training", 18, 6, 900),),
    ),
)
"""Seen in the field; neither is the rule."""


@dataclass(frozen=True, slots=True)
class Count:
    """What counts towards training.

    Attributes:
        cycles: cycles that were wrapped up.
        clients: cases with at least one such cycle.
        supervision: minutes of supervision.
        courses: minutes of the entries of the log; no requirement asks for them.
    """

    cycles: int = 0
    clients: int = 0
    supervision: int = 0
    courses: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one requirement is met: what counts towards it, and what is still missing; both in the same units."""

    requirement: TrainingRequirement
    has: Count
    missing: Count

    @property
    def is_met(self) -> bool:
        """Whether nothing is missing."""
        return self.missing == Count()


@dataclass(frozen=True, slots=True)
class TrainingLog:
    """The log of training with its requirements."""

    entries: tuple[TrainingEntry, ...]
    """The newest first."""
    requirements: tuple[TrainingRequirement, ...]
    """In the order they are gone through."""
    count: Count


def count(cycles: Iterable[Cycle], supervisions: Iterable[Supervision], entries: Iterable[TrainingEntry] = ()) -> Count:
    """Count what the library holds towards training."""
    done = [cycle for cycle in cycles if cycle.closed_on]
    return Count(
        cycles=len(done),
        clients=len({cycle.case_id for cycle in done}),
        supervision=sum(one.minutes for one in supervisions),
        courses=sum(one.minutes for one in entries),
    )


def progress(requirements: Iterable[TrainingRequirement], counted: Count) -> tuple[Progress, ...]:
    """Hold what was counted against the requirements, one after another.

    Stages follow one another: what the first one needs counts for it, the rest for the next, and what is left over stands
    with the last.
    """
    asked = list(requirements)
    left = counted
    found = []
    for i, one in enumerate(asked):
        needs = Count(one.cycles, one.clients, one.supervision_minutes)
        has = left if i == len(asked) - 1 else _least(left, needs)
        left = _less(left, has)
        found.append(Progress(one, has, _less(needs, has)))
    return tuple(found)


def _least(one: Count, other: Count) -> Count:
    return Count(
        min(one.cycles, other.cycles), min(one.clients, other.clients), min(one.supervision, other.supervision)
    )


def _less(one: Count, other: Count) -> Count:
    """What is left of one without the other; nothing is never less than none."""
    return Count(
        max(0, one.cycles - other.cycles),
        max(0, one.clients - other.clients),
        max(0, one.supervision - other.supervision),
    )


def words(counted: Count) -> str:
    """Say a count: “3 cycles, 1 client, 2 h of supervision”; what there is none of is left out, empty for nothing."""
    said = []
    if counted.cycles:
        said.append("1 cycle" if counted.cycles == 1 else f"{counted.cycles} cycles")
    if counted.clients:
        said.append("1 client" if counted.clients == 1 else f"{counted.clients} clients")
    if counted.supervision:
        said.append(f"{hours(counted.supervision)} of supervision")
    return ", ".join(said)


def missing_words(found: Iterable[Progress]) -> tuple[str, ...]:
    """Say what is still missing, a sentence for each stage: “Stage 1 still needs 3 cycles, 2 h of supervision.”."""
    return tuple(f"{one.requirement.name} still needs {words(one.missing)}." for one in found if not one.is_met)


def load(work: Work) -> TrainingLog:
    """Read the log of training, and count."""
    entries = sorted(work.find(TrainingEntry), key=lambda one: (one.on_date, one.id), reverse=True)
    counted = count(work.find(Cycle), work.find(Supervision), entries)
    return TrainingLog(tuple(entries), tuple(work.find(TrainingRequirement)), counted)


def add_entry(work: Work, on_date: date, title: str, minutes: int, note: str = "") -> TrainingEntry:
    """Keep a course day or another step of training. Raises NotSensible where it has no title."""
    work.did("training added", SCOPE)
    return work.add(TrainingEntry(id=work.new_id(), on_date=on_date, title=title, minutes=minutes, note=note))


def edit_entry(work: Work, entry_id: str, **changes: Any) -> TrainingEntry:
    """Change an entry. Raises NotSensible where a value cannot be right."""
    work.did("training changed", SCOPE)
    return work.update(TrainingEntry, entry_id, **changes)


def remove_entry(work: Work, entry_id: str) -> None:
    """Take an entry off the log; undo brings it back."""
    work.did("training removed", SCOPE)
    work.remove(TrainingEntry, entry_id)


def add_requirement(
    work: Work, name: str, *, cycles: int = 0, clients: int = 0, supervision_minutes: int = 0
) -> TrainingRequirement:
    """Add a stage behind those that are there; 0 asks for none of a kind. Raises NotSensible."""
    work.did("requirement added", SCOPE)
    return work.add(
        TrainingRequirement(
            id=work.new_id(), name=name, cycles=cycles, clients=clients, supervision_minutes=supervision_minutes
        )
    )


def edit_requirement(work: Work, requirement_id: str, **changes: Any) -> TrainingRequirement:
    """Change a requirement. Raises NotSensible where a value cannot be right."""
    work.did("requirement changed", SCOPE)
    return work.update(TrainingRequirement, requirement_id, **changes)


def remove_requirement(work: Work, requirement_id: str) -> None:
    """Remove a requirement; undo brings it back."""
    work.did("requirement removed", SCOPE)
    work.remove(TrainingRequirement, requirement_id)


def take_example(work: Work, path_id: str) -> list[TrainingRequirement]:
    """Put the stages of an example in the place of all requirements; one undo brings those back."""
    path = next(one for one in EXAMPLES if one.id == path_id)
    for old in work.find(TrainingRequirement):
        work.remove(TrainingRequirement, old.id)
    made = [
        add_requirement(work, one.name, cycles=one.cycles, clients=one.clients, supervision_minutes=one.supervision)
        for one in path.stages
    ]
    work.did("requirements taken from an example", SCOPE)
    return made
