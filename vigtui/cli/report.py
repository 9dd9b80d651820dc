"""The command report: a case as a page to print or keep."""

from argparse import Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path

from vigtui import wiring
from vigtui.cli import output
from vigtui.cli.shelf import opened_existing
from vigtui.domain.audit import Export
from vigtui.domain.casefile import CaseFile
from vigtui.domain.consent import Purpose
from vigtui.domain.packs import Pack
from vigtui.domain.record import one_of
from vigtui.reports.document import Document
from vigtui.reports.progress import progress_report
from vigtui.reports.review_sheet import review_sheet
from vigtui.reports.strengths import strengths_record
from vigtui.reports.writing import format_of, write
from vigtui.services import cases as case_services
from vigtui.services import reporting
from vigtui.services.ports import Work
from vigtui.services.prompts import ready_steps


def report(options: Namespace) -> int:
    """`vigtui report review|strengths|progress`."""
    target: Path = options.to
    form = format_of(target, options.format)
    purpose = one_of(
        Purpose, options.purpose or reporting.PURPOSES[options.report], [one.value for one in Purpose], "purpose"
    )
    with opened_existing(options) as library:

        def job(work: Work) -> tuple[Export, int]:
            file = case_services.load_by_code(work, options.case)
            number = _cycle(file, options)
            pack = wiring.pack_shelf().get(file.case.pack)
            document = _MAKERS[options.report](reporting.upto(file, number), number, pack, work.today)
            page = reporting.Page(options.report, number, write(document, form), purpose, options.without_consent)
            return reporting.keep(work, file, page, target, library=library.folder), number

        export, number = library.change(job, remembered=False)
    if options.json:
        output.print_json({"report": options.report, "format": form, "cycle": number, "file": target, "export": export})
    else:
        output.say(f"Written: {target}")
    return 0


def _cycle(file: CaseFile, options: Namespace) -> int:
    """The cycle asked for; else the open one for a meeting, and the last one for what tells of all."""
    if options.cycle is not None:
        return file.cycle(options.cycle).number
    if options.report == "review":
        return file.cycle_now.number
    return max(file.cycle_now.number, *(cycle.number for cycle in file.cycles))


def _review(file: CaseFile, number: int, pack: Pack, today: date) -> Document:
    cycle = file.cycle(number)
    return review_sheet(file, cycle, pack, ready_steps(file, cycle, pack), on=today)


def _strengths(file: CaseFile, number: int, pack: Pack, today: date) -> Document:
    return strengths_record(file, pack, reporting.figures(file, pack).lines, on=today)


def _progress(file: CaseFile, number: int, pack: Pack, today: date) -> Document:
    return progress_report(file, reporting.figures(file, pack), on=today)


_MAKERS: dict[str, Callable[[CaseFile, int, Pack, date], Document]] = {
    "review": _review,
    "strengths": _strengths,
    "progress": _progress,
}
