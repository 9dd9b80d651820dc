"""Export: what of a case goes to another program, through the consent gate; and that it is remembered."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vigtui.domain.audit import Export
from vigtui.domain.casefile import CaseFile
from vigtui.domain.consent import Purpose
from vigtui.domain.errors import NotFound, NotSensible
from vigtui.domain.exchange import FilmSheet, Mark, Selection
from vigtui.domain.film import Film, FilmKind
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.packs import Pack
from vigtui.domain.review import NoteKind
from vigtui.services import consent
from vigtui.services.films import path_of
from vigtui.services.leaving import FileNotWritten, check_place, write_whole
from vigtui.services.ports import Work

_OWN_WORK = {Purpose.SUPERVISION, Purpose.ACCREDITATION, Purpose.TRAINING}
"""Purposes for which the film of a shared review is looked at; it shows the practitioner at work."""
_KEPT_BACK = {NoteKind.CONCERN, NoteKind.OWN}
"""Notes of a review that never leave: concerns are kept apart, and one's own notes are one's own."""


def select(
    work: Work, file: CaseFile, pack: Pack, *, cycle: int | None, purpose: Purpose, library: Path | None = None
) -> Selection:
    """The films of a cycle, or of all, with their moments; never a private one.

    Args:
        work: the unit of work.
        file: the case.
        pack: its pack.
        cycle: its number; None for all.
        purpose: what for; the film of a review goes along where one's own work is looked at.
        library: the folder of the library, where the true paths of the films are wanted.

    Raises:
        NotFound: there is no such cycle, or no film in it.
    """
    numbers = {one.id: one.number for one in file.cycles}
    wanted = {file.cycle(cycle).id} if cycle is not None else set(numbers)
    films = [
        film
        for film in file.films
        if film.cycle_id in wanted and not film.deleted_on and (film.kind is FilmKind.FAMILY or purpose in _OWN_WORK)
    ]
    if not films:
        where = f"Cycle {cycle}" if cycle is not None else f"Case {file.case.code}"
        raise NotFound(f"{where} has no film to export.", "Nothing was written. Add one with `vigtui film add`.")
    films.sort(key=lambda film: (numbers[film.cycle_id], film.kind is FilmKind.REVIEW, film.number))
    return Selection(
        code=file.case.code,
        made_at=work.now,
        films=tuple(_sheet(file, film, numbers[film.cycle_id], library) for film in films),
        principles=_principles(pack),
        starters={one: _role_name(pack, one) for one in pack.initiators},
        receptions={one.id: one.words for one in pack.receptions},
        about=_about(file, wanted),
    )


def _role_name(pack: Pack, role: str) -> str:
    return next((one.name for one in pack.roles if one.id == role), role)


def _principles(pack: Pack) -> dict[str, str]:
    ids = [id_ for level in pack.levels for id_ in (level.id, *(one.id for one in level.behaviours))]
    return {id_: pack.principle_words(id_) for id_ in ids}


def safe_name(words: str) -> str:
    """Words as they may stand in a file name anywhere."""
    return re.sub(r"[^\w.-]+", "-", words, flags=re.ASCII).strip("-.") or "case"


def _sheet(file: CaseFile, film: Film, cycle: int, library: Path | None) -> FilmSheet:
    suffix = Path(film.location).suffix
    suffix = suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,5}", suffix) else ".mp4"
    marks = [_mark(file, moment) for moment in file.moments_of(film.id) if moment.state is not MomentState.PRIVATE]
    return FilmSheet(
        film_id=film.id,
        cycle=cycle,
        label=film.label,
        media=f"{safe_name(file.case.code)}-cycle-{cycle}-{safe_name(film.label)}{suffix}",
        path=str(path_of(library, film).absolute()) if library else "",
        duration_ms=film.duration_ms,
        frame_rate=film.frame_rate,
        variable=film.variable,
        has_sound=film.has_sound,
        marks=tuple(marks),
    )


def _mark(file: CaseFile, moment: Moment) -> Mark:
    clip = file.clip_of(moment.id)
    return Mark(
        in_ms=moment.in_ms,
        out_ms=moment.out_ms,
        state=moment.state,
        starts=moment.initiator,
        reception=moment.reception,
        turn=moment.next_turn,
        note=moment.note,
        principles=file.principles_of(moment.id),
        why=clip.why if clip else "",
        question=clip.opening_question if clip else "",
        place=clip.position if clip else None,
    )


def _about(file: CaseFile, cycles: set[str]) -> dict[str, Any]:
    """More of the case, for JSON: pseudonyms, question, goals, ratings, and what was said in the reviews that may be passed on."""
    reviews = {review.id: review.cycle_id for review in file.reviews}
    numbers = {one.id: one.number for one in file.cycles}
    return {
        "pack": file.case.pack,
        "people": [{"name": one.name, "role": one.role.value, "child": one.child} for one in file.people],
        "helping_question": file.question.words if file.question else "",
        "goals": [{"words": one.words, "low": one.scale_low, "high": one.scale_high} for one in file.goals_now],
        "ratings": [
            {
                "goal": next((goal.words for goal in file.goals if goal.id == one.goal_id), None),
                "cycle": numbers.get(one.cycle_id or ""),
                "value": one.value,
                "low": one.low,
                "high": one.high,
                "rated_on": one.rated_on.isoformat(),
                "occasion": one.occasion.value,
            }
            for one in file.ratings
            if one.cycle_id is None or one.cycle_id in cycles
        ],
        "cycles": [
            {"number": one.number, "opened_on": one.opened_on.isoformat()} for one in file.cycles if one.id in cycles
        ],
        "review_notes": [
            {"cycle": numbers[reviews[one.review_id]], "kind": one.kind.value, "words": one.words, "at_ms": one.at_ms}
            for one in file.review_notes
            if one.kind not in _KEPT_BACK
            and reviews.get(one.review_id) in cycles
            and not _of_private(file, one.clip_id)
        ],
        "strengths": [
            {"cycle": numbers[one.cycle_id], "words": one.words} for one in file.strengths if one.cycle_id in cycles
        ],
        "working_points": [
            {"cycle": numbers[one.cycle_id], "words": one.words, "noticed": one.noticed}
            for one in file.working_points
            if one.cycle_id in cycles
        ],
    }


def _of_private(file: CaseFile, clip_id: str | None) -> bool:
    clip = next((one for one in file.clips if one.id == clip_id), None)
    return clip is not None and file.moment(clip.moment_id).state is MomentState.PRIVATE


@dataclass(frozen=True, slots=True)
class Leaving:
    """An export that is ready.

    Attributes:
        form: the format's name.
        suffix: how its files end.
        files: contents by the film's name; under “” where one file holds all.
        reason: written where somebody goes on without consent.
    """

    form: str
    suffix: str
    files: dict[str, bytes]
    purpose: Purpose
    reason: str = ""


def ask_gate(work: Work, file: CaseFile, selection: Selection, purpose: Purpose, form: str, reason: str) -> None:
    """Refuse where somebody seen has not agreed to the purpose. Raises ConsentMissing."""
    consent.require(
        work,
        file,
        [film.film_id for film in selection.films],
        purpose,
        use=f"export {form}",
        subject=file.case.id,
        without_consent=reason,
    )


def keep(work: Work, file: CaseFile, leaving: Leaving, target: Path, *, library: Path) -> tuple[Export, list[Path]]:
    """Write the files and remember that they left; a job for `remembered=False`, for undo cannot call them back.

    Args:
        work: the unit of work.
        file: the case.
        leaving: what leaves; the consent gate was asked before, see `ask_gate`.
        target: the file; or a folder, in which each film gets a file of its own.
        library: the folder of the library, into which nothing is written.

    Raises:
        FileNotWritten: it cannot be written there; nothing is remembered then.
        NotSensible: there are several films, each needs a file of its own, and the target is no folder.
    """
    target = target.absolute()
    places = _places(file, leaving, target, library)
    for place in places:
        check_place(place, library)
    export = work.add(
        Export(
            id=work.new_id(),
            case_id=file.case.id,
            kind=f"export {leaving.form}",
            purpose=leaving.purpose,
            target=str(target).encode("utf-8", "replace").decode(),
            made_at=work.now,
            made_by=work.actor,
            without_consent_why=leaving.reason.strip(),
        )
    )
    reason = f" Reason: {leaving.reason.strip()}" if leaving.reason.strip() else ""
    work.audit(
        "exported", file.case.id, f"{leaving.form} of {file.case.code} for {leaving.purpose.value}.{reason}", export.id
    )
    write_whole(dict(zip(places, leaving.files.values(), strict=True)))
    return export, places


def _places(file: CaseFile, leaving: Leaving, target: Path, library: Path) -> list[Path]:
    """The files to write. A folder for several films is made where there is none of that name."""
    try:
        is_folder = target.is_dir()
        if len(leaving.files) > 1 and not target.suffix and not target.exists() and target.parent.is_dir():
            check_place(target, library)
            target.mkdir(mode=0o700)
            is_folder = True
    except (OSError, ValueError) as fault:
        raise FileNotWritten from fault
    if is_folder:
        stem = safe_name(file.case.code)
        return [
            target / f"{stem}{'-' if film else ''}{safe_name(film) if film else ''}{leaving.suffix}"
            for film in leaving.files
        ]
    if len(leaving.files) > 1:
        raise NotSensible(
            f"There are {len(leaving.files)} films, and in this format each has a file of its own.",
            "Nothing was written. Name a folder that is there, or one cycle with one film.",
        )
    return [target]
