"""Bringing a case back: what changed there and what changed here, field by field, against how it was when it left."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vigtui.domain.audit import AuditEntry, Export
from vigtui.domain.bundle import CheckInRefused
from vigtui.domain.clip import Clip
from vigtui.domain.cycle import Cycle
from vigtui.domain.film import Film, FilmingPlan, FilmPerson
from vigtui.domain.moment import MomentPrinciple
from vigtui.domain.person import Person
from vigtui.domain.record import Record
from vigtui.domain.review import ReviewPerson
from vigtui.domain.supervision import Supervision, SupervisionCycle

Rows = dict[type[Record], dict[str, dict[str, Any]]]
"""For each kind of record its rows by id."""

LOCAL: dict[type[Record], set[str]] = {Film: {"location"}}
"""Columns that say where something is on this computer, and are no part of the case."""
_NEVER_REMOVED = {AuditEntry, Export, Supervision, SupervisionCycle}
"""What stays even where the other side does not have it: trails, and what may concern other cases too."""
_UNIQUE: dict[type[Record], tuple[str, ...]] = {
    Person: ("case_id", "name"),
    Cycle: ("case_id", "number"),
    FilmingPlan: ("cycle_id",),
    Film: ("cycle_id", "kind", "number"),
    Clip: ("cycle_id", "moment_id"),
    FilmPerson: ("film_id", "person_id"),
    MomentPrinciple: ("moment_id", "principle"),
    ReviewPerson: ("review_id", "person_id"),
    SupervisionCycle: ("supervision_id", "cycle_id"),
}
_LINKS: set[type[Record]] = {FilmPerson, MomentPrinciple, ReviewPerson, SupervisionCycle}
"""Records that only tie two others together: made on both sides, they say the same."""
_MOST_TOLD = 5


@dataclass(slots=True)
class Merge:
    """What has to be done here so that both sides' work is in the case."""

    added: list[tuple[type[Record], str]] = field(default_factory=list)
    changed: list[tuple[type[Record], str, dict[str, Any]]] = field(default_factory=list)
    removed: list[tuple[type[Record], str]] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        """Whether both sides are the same already."""
        return not (self.added or self.changed or self.removed)


def merge(base: Rows, ours: Rows, theirs: Rows, kinds: tuple[type[Record], ...]) -> Merge:
    """Compare three states of a case.

    Raises:
        CheckInRefused: both sides changed the same thing, each in its own way; the sentence says what.
    """
    found = Merge()
    for kind in kinds:
        before, here, there = base.get(kind, {}), ours.get(kind, {}), theirs.get(kind, {})
        for id_ in dict.fromkeys([*before, *here, *there]):
            _compare(found, kind, id_, before.get(id_), here.get(id_), there.get(id_))
    _check_unique(found, ours, theirs)
    if found.conflicts:
        more = len(found.conflicts) - _MOST_TOLD
        told = "; ".join(found.conflicts[:_MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")
        raise CheckInRefused(
            f"The case was changed on both sides in ways that do not fit together: {told}.",
            "Nothing was changed on either side. Make these the same here as they are there, then check it in again.",
        )
    return found


def _compare(
    found: Merge,
    kind: type[Record],
    id_: str,
    before: Mapping[str, Any] | None,
    here: Mapping[str, Any] | None,
    there: Mapping[str, Any] | None,
) -> None:
    if there is None:
        if here is not None and before is not None and kind not in _NEVER_REMOVED:
            if _same(kind, before, here):
                found.removed.append((kind, id_))
            else:
                found.conflicts.append(f"{_name(kind, here)} was removed there and changed here")
        return
    if here is None:
        if before is None:
            found.added.append((kind, id_))
        elif not _same(kind, before, there):
            found.conflicts.append(f"{_name(kind, there)} was removed here and changed there")
        return
    if kind in (AuditEntry, Export):
        return
    changes: dict[str, Any] = {}
    for name, value in there.items():
        if name in LOCAL.get(kind, ()) or value == here.get(name):
            continue
        known = before is not None and name in before
        if known and before is not None and value == before[name]:
            continue  # only changed here
        if known and before is not None and here.get(name) == before[name]:
            changes[name] = value
        else:
            found.conflicts.append(f"{_name(kind, here)}: {name.replace('_', ' ')}")
    if changes:
        found.changed.append((kind, id_, changes))


def _same(kind: type[Record], one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[name] == other.get(name) for name in one if name not in LOCAL.get(kind, ()))


def _check_unique(found: Merge, ours: Rows, theirs: Rows) -> None:
    """What was added there and, under another id, here too: a link is the same, anything else cannot be both."""
    gone = set(found.removed)
    for kind, names in _UNIQUE.items():

        def key(row: Mapping[str, Any], names: tuple[str, ...] = names) -> tuple[Any, ...]:
            return tuple(row.get(name) for name in names)

        taken = {key(row): row for id_, row in ours.get(kind, {}).items() if (kind, id_) not in gone}
        for one in [one for one in found.added if one[0] is kind]:
            row = theirs[kind][one[1]]
            if key(row) in taken and kind in _LINKS:
                found.added.remove(one)
            elif key(row) in taken:
                found.conflicts.append(f"{_name(kind, row)} was added on both sides")


_SAID: dict[type[Record], Callable[[Mapping[str, Any]], str]] = {
    Person: lambda row: f"the person {row.get('name', '')}",
    Cycle: lambda row: f"cycle {row.get('number', '')}",
    Film: lambda row: f"film {row.get('number', '')}",
    FilmingPlan: lambda row: "a filming plan",
}


def _name(kind: type[Record], row: Mapping[str, Any]) -> str:
    """How a person knows a record."""
    if kind in _SAID:
        return _SAID[kind](row)
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind.__name__).strip()
    at = row.get("in_ms")
    return f"the {words} at {at / 1000:.1f} s" if isinstance(at, int) else f"the {words}"
