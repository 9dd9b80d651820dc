"""The papers, each made out of the case: what the services count, the way the reports show it. Used by screens and command line."""

from collections.abc import Callable, Sequence
from datetime import date

from vigtui.domain.casefile import CaseFile
from vigtui.domain.film import FilmKind
from vigtui.domain.hours import hours
from vigtui.domain.moment import Moment
from vigtui.domain.packs import Pack
from vigtui.domain.supervision import Supervision
from vigtui.domain.timecode import format_length, format_time
from vigtui.domain.wording import Saying
from vigtui.reports.case_summary import case_summary
from vigtui.reports.document import Document, Picture
from vigtui.reports.progress import progress_report
from vigtui.reports.review_sheet import principle_words, review_sheet
from vigtui.reports.saying import saying, saying_for_all
from vigtui.reports.strengths import strengths_record
from vigtui.reports.supervision import Part, supervision_page
from vigtui.reports.training import training_page
from vigtui.services import reporting, supervision, training
from vigtui.services.keepsakes import Keepsake
from vigtui.services.prompts import ready_steps
from vigtui.services.supervision import BroughtCycle
from vigtui.services.training import TrainingLog


def review_paper(file: CaseFile, number: int, pack: Pack, on: date) -> Document:
    """The sheet of a cycle's review."""
    cycle = file.cycle(number)
    return review_sheet(file, cycle, pack, ready_steps(file, cycle, pack), on=on)


def strengths_paper(file: CaseFile, number: int, pack: Pack, on: date, found: Sequence[Keepsake] = ()) -> Document:
    """The record of strengths, told up to a cycle, with stills."""
    told = reporting.upto(file, number)
    say = saying(pack)
    pictures = []
    for one in found:
        width, height = jpeg_size(one.jpeg)
        pictures.append(Picture(one.jpeg, width, height, say.on(one.on) if one.on else ""))
    return strengths_record(told, pack, reporting.figures(told, pack).lines, on=on, pictures=pictures)


def progress_paper(file: CaseFile, number: int, pack: Pack, on: date) -> Document:
    """The progress over the cycles, up to one."""
    told = reporting.upto(file, number)
    return progress_report(told, pack, reporting.figures(told, pack), on=on)


def case_paper(file: CaseFile, number: int, pack: Pack, on: date) -> Document:
    """The summary of a case, up to a cycle."""
    told = reporting.upto(file, number)
    return case_summary(told, pack, reporting.figures(told, pack), on=on)


Maker = Callable[[CaseFile, int, Pack, date], Document]
MAKERS: dict[str, Maker] = {
    "review": review_paper,
    "strengths": strengths_paper,
    "progress": progress_paper,
    "case": case_paper,
}
"""The papers of a case, by name."""


def supervision_paper(meeting: Supervision, cycles: Sequence[tuple[BroughtCycle, Pack | None]], on: date) -> Document:
    """The page of a meeting with a supervisor: each cycle brought with its pack, where that is still there.

    In the packs' language where all have the same, else in English.
    """
    say = saying_for_all(pack for _, pack in cycles)
    return supervision_page(meeting, [_part(shown, pack, say) for shown, pack in cycles], say, on=on)


def _part(shown: BroughtCycle, pack: Pack | None, say: Saying) -> Part:
    rows = []
    for one in shown.clips:
        moment = one.moment
        length = say("still") if moment.still else format_length(moment.length_ms)
        what = (one.clip.why if one.clip else "") or moment.note
        film = say(
            "review film {number}" if one.film.kind is FilmKind.REVIEW else "film {number}", number=one.film.number
        )
        rows.append((film, format_time(moment.in_ms), length, _principles(shown.file, pack, moment), what))
    return Part(heading_of(shown, say), supervision.summary(shown, say), tuple(rows))


def _principles(file: CaseFile, pack: Pack | None, moment: Moment) -> str:
    return "; ".join(principle_words(pack, one) for one in file.principles_of(moment.id)) if pack else ""


def heading_of(shown: BroughtCycle, say: Saying | None = None) -> str:
    """A cycle that is brought, in words; English unless said."""
    say = say or Saying()
    relationship = shown.file.case.relationship
    brought = f"{shown.file.case.code} {say('cycle {number}', number=shown.cycle.number)}"
    return f"{brought}, {relationship}" if relationship else brought


def training_paper(log: TrainingLog, meetings: Sequence[Supervision], on: date) -> Document:
    """The training log."""
    counted = (
        ("Cycles wrapped up", str(log.count.cycles)),
        ("Clients", str(log.count.clients)),
        ("Supervision", hours(log.count.supervision) or "none"),
        ("Courses", hours(log.count.courses) or "none"),
    )
    stages = [
        (one.requirement.name, training.words(one.has) or "nothing yet", training.words(one.missing) or "nothing")
        for one in training.progress(log.requirements, log.count)
    ]
    held = [
        (
            f"{one.held_on:%Y-%m-%d}",
            one.supervisor,
            hours(one.minutes),
            f"{one.signed_off_on:%Y-%m-%d}" if one.signed_off_on else "no",
        )
        for one in sorted(meetings, key=lambda one: (one.held_on, one.id))
    ]
    return training_page(log.entries, counted, stages, held, on=on)


def jpeg_size(jpeg: bytes) -> tuple[int, int]:
    """Width and height of a JPEG, out of its first frame header; 1 by 1 where it has none."""
    at = 2
    while at + 9 < len(jpeg) and jpeg[at] == 0xFF:
        kind, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}:
            return int.from_bytes(jpeg[at + 7 : at + 9], "big"), int.from_bytes(jpeg[at + 5 : at + 7], "big")
        at += 2 + length
    return 1, 1
