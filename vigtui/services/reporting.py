"""What a report needs from the library, and its leaving it: the file, a line in the audit trail and a record of the export."""

import os
import stat
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from vigtui.domain.audit import Export
from vigtui.domain.casefile import CaseFile
from vigtui.domain.consent import Purpose
from vigtui.domain.errors import VigError
from vigtui.domain.packs import Pack
from vigtui.services import consent, progress
from vigtui.services.ports import Work

PURPOSES = {
    "review": Purpose.THERAPY,
    "strengths": Purpose.OWN_COPY,
    "progress": Purpose.THERAPY,
    "case": Purpose.THERAPY,
    "supervision": Purpose.SUPERVISION,
    "training": Purpose.TRAINING,
}
"""The reports, and what each is for unless said."""


class PageNotWritten(VigError):
    """A report whose file cannot be written where it was asked for."""

    summary = "The page cannot be written there."
    remedy = "Nothing was written, and what was there is as it was. Choose another file."


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted in a case; see `services.progress` for what each figure means."""

    lines: tuple[progress.RatingLine, ...]
    principles: tuple[progress.PrincipleRow, ...]
    minutes: tuple[progress.MinutesRow, ...]
    counts: progress.Counts


def figures(file: CaseFile, pack: Pack) -> Figures:
    """Count everything that reports show."""
    return Figures(
        lines=progress.rating_lines(file),
        principles=progress.principles_seen(file, pack.levels),
        minutes=progress.minutes_spent(file),
        counts=progress.counts(file),
    )


def upto(file: CaseFile, number: int) -> CaseFile:
    """The case as it was told up to a cycle: without what belongs to later ones, and without its ending where work went on in them.

    Raises:
        NotFound: there is no cycle with this number.
    """
    last = file.cycle(number)
    later = {cycle.id for cycle in file.cycles if cycle.number > last.number}
    went_on = any(film.cycle_id in later for film in file.films)
    return replace(
        file,
        cycles=tuple(cycle for cycle in file.cycles if cycle.id not in later),
        ratings=tuple(one for one in file.ratings if one.cycle_id not in later),
        films=tuple(one for one in file.films if one.cycle_id not in later),
        reviews=tuple(one for one in file.reviews if one.cycle_id not in later),
        endings=() if went_on else file.endings,
    )


@dataclass(frozen=True, slots=True)
class Page:
    """A report that is ready to be written.

    Attributes:
        kind: which report: “review”, “strengths”, “progress” …
        cycle: number of the cycle it is about, or up to which it tells.
        words: the whole file.
        reason: written where somebody goes on without consent.
        films: ids of the films that pictures on it come from.
    """

    kind: str
    cycle: int
    words: str | bytes
    purpose: Purpose
    reason: str = ""
    films: tuple[str, ...] = ()


def keep(work: Work, file: CaseFile, page: Page, target: Path, *, library: Path) -> Export:
    """Write a report to a file and remember that it left; a job for `remembered=False`, for undo cannot take it back.

    The consent gate stands before every use of a film: it is asked for the films that pictures on the page come from. A page of
    words and numbers under pseudonyms, as the record of the case is, uses none. A reason that is given all the same is kept.

    Args:
        work: the unit of work.
        file: the case.
        page: the report.
        target: the file; one that is there is replaced.
        library: the folder of the library, in which no report is written.

    Raises:
        PageNotWritten: the file cannot be written; nothing is remembered then.
        ConsentMissing: somebody seen in a picture has not agreed.
    """
    target = target.absolute()
    _check(target, library)
    if page.films:
        consent.require(
            work, file, page.films, page.purpose, use="page with pictures", subject=file.case.id,
            without_consent=page.reason,
        )  # fmt: skip
    export = work.add(
        Export(
            id=work.new_id(),
            case_id=file.case.id,
            kind=f"report {page.kind}",
            purpose=page.purpose,
            target=str(target).encode("utf-8", "replace").decode(),
            made_at=work.now,
            made_by=work.actor,
            without_consent_why=page.reason.strip(),
        )
    )
    reason = f" Reason: {export.without_consent_why}" if export.without_consent_why else ""
    words = f"{page.kind} of {file.case.code}, cycle {page.cycle}, for {page.purpose.value}.{reason}"
    work.audit("report written", file.case.id, words, export.id)
    write_whole(target, page.words)
    return export


def keep_own(work: Work, kind: str, content: bytes, target: Path, *, library: Path) -> None:
    """Write a page that is about no case, such as the training log. Raises PageNotWritten."""
    target = target.absolute()
    _check(target, library)
    work.audit("report written", None, kind)
    write_whole(target, content)


def _check(target: Path, library: Path) -> None:
    """Refuse what is no place for a page: a folder, a device, a link, a folder that is not there, the library."""
    try:
        if target.parent.resolve().is_relative_to(library.resolve()):
            raise PageNotWritten("A page cannot be written into the library's own folder.")
        if not target.parent.is_dir():
            raise PageNotWritten("The folder for the page is not there.")
        if not stat.S_ISREG(target.lstat().st_mode):
            raise PageNotWritten("What is there is a folder, a link or a device, and no file that could be replaced.")
    except FileNotFoundError:
        return
    except OSError as fault:
        raise PageNotWritten(f"The page cannot be written there ({fault.strerror}).") from fault


def write_whole(target: Path, words: str | bytes) -> None:
    """Write beside the target and then put it in its place, for its owner alone; never half a page."""
    try:
        handle, name = tempfile.mkstemp(prefix=".vigtui-", suffix=".part", dir=target.parent)
    except OSError as fault:
        raise PageNotWritten(f"The page cannot be written there ({fault.strerror}).") from fault
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(words.encode() if isinstance(words, str) else words)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise PageNotWritten(f"The page cannot be written there ({fault.strerror}).") from fault
