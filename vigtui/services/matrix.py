"""Principles by cycle: how often each was seen, and which moments those are. A count of what was noticed, never a score."""

from dataclasses import dataclass

from vigtui.domain.casefile import CaseFile
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.packs import Pack
from vigtui.services.prompts import principle_words


@dataclass(frozen=True, slots=True)
class Matrix:
    """Which moments show a principle in a cycle."""

    cycles: tuple[int, ...]
    """Numbers, in order."""
    rows: tuple[tuple[str, str], ...]
    """Ids and words of the principles that were seen, in the pack's order."""
    cells: dict[tuple[str, int], tuple[Moment, ...]]
    """By principle and cycle, in the order of films and marks."""


def matrix(file: CaseFile, pack: Pack) -> Matrix:
    """Count the moments of a case. Private ones are left out: what a cell plays may be seen by others."""
    numbers = {cycle.id: cycle.number for cycle in file.cycles}
    films = {film.id: film for film in file.films if not film.deleted_on and film.cycle_id in numbers}
    moments = {one.id: one for one in file.moments if one.film_id in films and one.state is not MomentState.PRIVATE}
    found: dict[tuple[str, int], list[Moment]] = {}
    for tag in file.moment_principles:
        if moment := moments.get(tag.moment_id):
            cell = (tag.principle, numbers[films[moment.film_id].cycle_id])
            found.setdefault(cell, []).append(moment)
    for those in found.values():
        those.sort(key=lambda one: (films[one.film_id].number, one.in_ms, one.id))
    seen = {principle for principle, _ in found}
    order = [behaviour.id for level in pack.levels for behaviour in level.behaviours if behaviour.id in seen]
    order += sorted(seen.difference(order))
    return Matrix(
        cycles=tuple(sorted(numbers.values())),
        rows=tuple((principle, principle_words(pack, principle)) for principle in order),
        cells={cell: tuple(those) for cell, those in found.items()},
    )
