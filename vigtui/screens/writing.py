"""Writing a report from a screen: asks where to, writes it, and says where it is."""

import re
from collections.abc import Callable
from pathlib import Path

from vigtui.domain.casefile import CaseFile
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import NotSensible
from vigtui.reports.document import Document
from vigtui.reports.progress import progress_report
from vigtui.reports.review_sheet import review_sheet
from vigtui.reports.strengths import strengths_record
from vigtui.reports.writing import format_of, write
from vigtui.screens.base import CaseScreen
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.services import reporting
from vigtui.services.prompts import ready_steps

_INTRO = "The name's end says what is written: .html to print and keep, .md or .txt. A file of that name is replaced."


async def write_review_sheet(screen: CaseScreen) -> None:
    """Write the sheet for the review of the cycle on screen."""

    def make(file: CaseFile, cycle: Cycle) -> Document:
        return review_sheet(file, cycle, screen.pack, ready_steps(file, cycle, screen.pack), on=screen.desk.today)

    await _ask_and_write(screen, "review", "Write the review sheet", screen.cycle.number, make)


async def write_strengths(screen: CaseScreen, number: int) -> None:
    """Write the record of strengths, told up to the cycle with this number."""

    def make(file: CaseFile, cycle: Cycle) -> Document:
        lines = reporting.figures(file, screen.pack).lines
        return strengths_record(file, screen.pack, lines, on=screen.desk.today)

    await _ask_and_write(screen, "strengths", "Write the record of strengths", number, make)


async def write_progress(screen: CaseScreen) -> None:
    """Write the progress report over all cycles."""

    def make(file: CaseFile, cycle: Cycle) -> Document:
        return progress_report(file, reporting.figures(file, screen.pack), on=screen.desk.today)

    await _ask_and_write(screen, "progress", "Write the progress report", last_cycle(screen.file), make)


def last_cycle(file: CaseFile) -> int:
    """The number of the case's last cycle."""
    return max(cycle.number for cycle in file.cycles)


async def _ask_and_write(
    screen: CaseScreen, kind: str, title: str, number: int, make: Callable[[CaseFile, Cycle], Document]
) -> None:
    if not await screen.flush():
        return
    await screen.reload()

    async def keep(answers: Answers) -> None:
        target = path_of_words(answers["to"])
        form = format_of(target)
        cycle = screen.file.cycle(number)
        words = write(make(reporting.upto(screen.file, number), cycle), form)
        page = reporting.Page(kind, number, words, reporting.PURPOSES[kind])
        library = screen.desk.library
        await screen.save(
            lambda work: reporting.keep(work, screen.file, page, target, library=library.folder), remembered=False
        )
        screen.say(f"Written: {target.absolute()}")

    default = Path.home() / file_name(kind, screen.file.case.code, number)
    screen.app.push_screen(FormDialog(title, [Ask("to", "File", str(default))], keep, intro=_INTRO))


def path_of_words(typed: str) -> Path:
    """The file that was typed, with `~` for the home folder. Raises NotSensible where there is none."""
    if not typed.strip():
        raise NotSensible("A page needs a file.", "Nothing was written. Type where to, or press esc.")
    try:
        return Path(typed.strip()).expanduser()
    except RuntimeError:
        raise NotSensible("Nobody of that name has a home folder here.", "Nothing was written.") from None


def file_name(kind: str, code: str, cycle: int) -> str:
    """A name that says nothing about anybody: ``review-K17-cycle-2.html``; what no file name should hold becomes “-”."""
    tame = re.sub(r"[^\w.-]+", "-", code).strip("-.")
    return "-".join(part for part in (kind, tame, "cycle", str(cycle)) if part) + ".html"
