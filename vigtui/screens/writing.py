"""Writing a report from a screen: asks where to, writes it, and says where it is."""

import asyncio
import re
from pathlib import Path

from vigtui import papers
from vigtui.domain.casefile import CaseFile
from vigtui.domain.errors import NotSensible
from vigtui.domain.supervision import Supervision
from vigtui.reports.writing import WITH_PICTURES, Format, format_of, lacking, write_file
from vigtui.screens.base import CaseScreen, VigScreen
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.services import keepsakes, reporting, training

_INTRO = "The name's end says what is written: .html or .pdf to print and keep, .md or .txt. A file of that name is replaced."


async def write_review_sheet(screen: CaseScreen) -> None:
    """Write the sheet for the review of the cycle on screen."""
    await _ask_and_write(screen, "review", "Write the review sheet", screen.cycle.number)


async def write_strengths(screen: CaseScreen, number: int) -> None:
    """Write the record of strengths, told up to the cycle with this number; with stills of kept clips where all agreed."""
    await _ask_and_write(screen, "strengths", "Write the record of strengths", number)


async def write_progress(screen: CaseScreen) -> None:
    """Write the progress report over all cycles."""
    await _ask_and_write(screen, "progress", "Write the progress report", last_cycle(screen.file))


async def write_case(screen: CaseScreen) -> None:
    """Write the summary of the case."""
    await _ask_and_write(screen, "case", "Write the case summary", last_cycle(screen.file))


def write_training(screen: VigScreen) -> None:
    """Write the training log, which is about no case."""

    async def keep(answers: Answers) -> None:
        target, library = path_of_words(answers["to"]), screen.desk.library
        form = format_of(target)
        log, meetings = await library.aread(lambda work: (training.load(work), work.find(Supervision)))
        content = await asyncio.to_thread(write_file, papers.training_paper(log, meetings, screen.desk.today), form)
        await screen.save(
            lambda work: reporting.keep_own(work, "training log", content, target, library=library.folder),
            remembered=False,
        )
        screen.say(f"Written: {target.absolute()}")

    default = Path.home() / f"training-{screen.desk.today:%Y-%m-%d}.html"
    ask = Ask("to", "File", str(default))
    screen.app.push_screen(FormDialog("Write the training log", [ask], keep, intro=_INTRO, is_passing=True))


def last_cycle(file: CaseFile) -> int:
    """The number of the case's last cycle."""
    return max(cycle.number for cycle in file.cycles)


async def _ask_and_write(screen: CaseScreen, kind: str, title: str, number: int) -> None:
    if not await screen.flush():
        return
    await screen.reload()

    async def keep(answers: Answers) -> None:
        target = path_of_words(answers["to"])
        form = format_of(target)
        page, left_out = await _page(screen, kind, number, form)
        library = screen.desk.library
        await screen.save(
            lambda work: reporting.keep(work, screen.file, page, target, library=library.folder), remembered=False
        )
        screen.say(f"Written: {target.absolute()}")
        for sentence in left_out:
            screen.warn(sentence)

    default = Path.home() / file_name(kind, screen.file.case.code, number)
    ask = Ask("to", "File", str(default))
    screen.app.push_screen(FormDialog(title, [ask], keep, intro=_INTRO, is_passing=True))


async def _page(screen: CaseScreen, kind: str, number: int, form: Format) -> tuple[reporting.Page, list[str]]:
    """Make the page in a thread: pictures and PDFs take their time. Also says what was left out."""
    file, pack, today, purpose = screen.file, screen.pack, screen.desk.today, reporting.PURPOSES[kind]
    media, library = screen.desk.media, screen.desk.library.folder

    def make() -> tuple[reporting.Page, list[str]]:
        if kind != "strengths" or form not in WITH_PICTURES:
            document = papers.MAKERS[kind](file, number, pack, today)
            lacks = [one] if (one := lacking(document, form)) else []
            return reporting.Page(kind, number, write_file(document, form), purpose), lacks
        told = reporting.upto(file, number)
        found, left_out = keepsakes.keepsakes(told, media, library, purpose=purpose, day=today)
        document = papers.strengths_paper(file, number, pack, today, found)
        left_out = [*left_out, *filter(None, [lacking(document, form)])]
        content = write_file(document, form)
        return reporting.Page(kind, number, content, purpose, films=keepsakes.films_of(found)), left_out

    return await asyncio.to_thread(make)


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
