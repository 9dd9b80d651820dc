"""What is kept, for how long and with whose consent; and erasing it for good."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from vigtui.domain.audit import Export
from vigtui.domain.case import Case
from vigtui.domain.casefile import CaseFile
from vigtui.domain.consent import Consent, Purpose
from vigtui.domain.errors import NotSensible
from vigtui.domain.film import Film
from vigtui.domain.light import Light
from vigtui.domain.workflow import retain_until
from vigtui.services import cases, light
from vigtui.services.ports import Library, Work


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One consent, and whether it holds today."""

    case: str
    person: str
    purpose: Purpose
    state: str
    """live, runs out (within a fortnight), ended, withdrawn, not yet."""
    given_by: str
    given_on: date
    until: date | None
    withdrawn_on: date | None
    withdrawn_done: str


@dataclass(frozen=True, slots=True)
class RetentionLine:
    """One film, and how long it may be kept."""

    case: str
    cycle: int
    film: str
    """`film 1`, `review film 1`."""
    id: str
    recorded_on: date | None
    keep_until: date | None
    """None while the case is open and the film has no date of its own."""
    overdue: bool
    legal_hold: bool
    deleted_on: date | None


def consent_lines(files: Iterable[CaseFile], today: date) -> list[ConsentLine]:
    """Every consent of every case: by case, person and purpose."""
    lines = [
        ConsentLine(
            file.case.code,
            file.person(one.person_id).name,
            one.purpose,
            _state(one, today),
            one.given_by,
            one.given_on,
            one.until,
            one.withdrawn_on,
            one.withdrawn_done,
        )
        for file in files
        for one in file.consents
    ]
    return sorted(lines, key=lambda line: (line.case.casefold(), line.person, line.purpose.value, line.given_on))


def _state(one: Consent, today: date) -> str:
    if one.withdrawn_on:
        return "withdrawn"
    if one.given_on > today:
        return "not yet"
    if one.until and one.until < today:
        return "ended"
    return "runs out" if one.until and (one.until - today).days <= 14 else "live"


def retention_lines(files: Iterable[CaseFile], today: date) -> list[RetentionLine]:
    """Every film of every case: what is overdue first, then by the day it may be kept until."""
    lines = []
    for file in files:
        numbers = {cycle.id: cycle.number for cycle in file.cycles}
        for film in file.films:
            until = retain_until(file, film.retain_until)
            late = bool(until and until < today and not film.deleted_on and not film.legal_hold)
            lines.append(
                RetentionLine(
                    file.case.code,
                    numbers[film.cycle_id],
                    film.label,
                    film.id,
                    film.recorded_on,
                    until,
                    late,
                    film.legal_hold,
                    film.deleted_on,
                )
            )
    return sorted(lines, key=lambda line: (not line.overdue, line.keep_until or date.max, line.case.casefold()))


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased."""

    case: str
    films: int
    """Files of films that are gone."""
    left: tuple[str, ...]
    """Films that were never in the library and lie where they were."""
    copies: tuple[str, ...]
    """What left the library before, and has to be asked back."""
    backups: tuple[Path, ...]
    """Backups in which it could not be erased."""


def erase(library: Library, code: str, why: str, *, whole: bool) -> Erased:
    """Erase the films of a case, or the whole case, for good: nothing brings it back.

    Args:
        library: the library.
        code: the case.
        why: kept in the audit trail.
        whole: everything of the case; otherwise its films and the pictures made from them, while notes and moments stay.

    Raises:
        NotSensible: there is no reason, or a film is under a legal hold. Nothing was erased.
        NotFound: there is no such case.
    """
    if not why.strip():
        raise NotSensible(
            "Erasing needs a reason.", "Nothing was erased. Say why with --why; it stands in the audit trail."
        )

    def look(work: Work) -> tuple[Case, list[Film], list[Export]]:
        case = cases.find_case(work, code)
        return case, work.find(Film, case_id=case.id), work.find(Export, case_id=case.id)

    case, films, exports = library.read(look)
    held = [film.label for film in films if film.legal_hold]
    if held:
        raise NotSensible(
            f"Case {case.code} has a film under a legal hold: {', '.join(held)}.",
            "Nothing was erased. Lift the hold first.",
        )
    gone, left = _remove_files(library.folder, library.film_files(case.id))

    def write(work: Work) -> str:
        for film in films:
            if not whole and not film.deleted_on:
                details: dict[str, Any] = {
                    "deleted_on": work.today,
                    "deleted_by": work.actor,
                    "deletion_method": "erased",
                    "light": Light.ITSELF,
                }
                work.update(Film, film.id, **details)
        work.audit(f"{'case' if whole else 'films'} erased", case.id, f"{case.code}: {why.strip()}")
        return case.id

    backups = library.erase(write, whole=whole)
    copies = tuple(f"{one.kind}, {one.made_at:%Y-%m-%d}: {one.target}" for one in exports)
    return Erased(case.code, gone, tuple(left), copies, tuple(backups))


def _remove_files(folder: Path, places: list[tuple[str, str]]) -> tuple[int, list[str]]:
    gone, left = 0, []
    for film_id, place in places:
        light.remove_files(folder, film_id)
        file = (folder / place).resolve()
        if place.startswith("file:") or not file.is_relative_to(folder.resolve()):
            left.append(place)
        elif file.is_file():
            file.unlink()
            gone += 1
    return gone, left
