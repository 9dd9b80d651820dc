"""Commands that only read the library: cases, show, search."""

from argparse import Namespace
from dataclasses import fields
from typing import Any

from vigtui import wiring
from vigtui.cli import output, page
from vigtui.cli.shelf import NoLibraryError, opened_existing
from vigtui.domain.casefile import CaseFile
from vigtui.domain.workflow import next_step, rail
from vigtui.services import cases as case_services
from vigtui.services import today as today_services


def cases(options: Namespace) -> int:
    """`vigtui cases`: every case with what comes next, as on the Today screen."""
    try:
        with opened_existing(options) as library:
            shelf = wiring.pack_shelf()
            lines, _ = library.read(lambda work: today_services.lines(work, shelf, work.today))
    except NoLibraryError as none_yet:
        if options.json:
            output.print_json([])
        output.tell_error(none_yet)
        return 0
    if options.json:
        output.print_json([_case_line(line) for line in lines])
    elif not lines:
        output.tell("There is no case yet. Make the first with `vigtui case new --code CODE`.")
    else:
        output.say(output.table(("", "Case", "Cycle", "Stage", "Next step", "Due"), [_row(line) for line in lines]))
    return 0


def _case_line(line: today_services.CaseLine) -> dict[str, Any]:
    return {
        "code": line.case.code,
        "id": line.case.id,
        "status": line.case.status,
        "pack": line.case.pack,
        "cycle": line.cycle,
        "stage": line.stage,
        "next_step": line.next_step.words if line.next_step else None,
        "due": line.due,
        "overdue": line.overdue,
        "reminders": line.reminders,
    }


def _row(line: today_services.CaseLine) -> tuple[str, ...]:
    words = [line.next_step.words] if line.next_step else [line.case.status.value]
    words += [f"{one.words}, {one.due.isoformat()}" for one in line.reminders]
    return (
        "!" if line.overdue else " ",
        line.case.code,
        str(line.cycle or ""),
        line.stage.words if line.stage else "",
        "; ".join(words),
        line.due.isoformat() if line.due else "",
    )


def show(options: Namespace) -> int:
    """`vigtui show CODE`: a whole case."""
    with opened_existing(options) as library:
        file, today = library.read(lambda work: (case_services.load_by_code(work, options.code), work.today))
    shelf = wiring.pack_shelf()
    way = today_services.way_of(shelf, file.case.pack)
    step = next_step(file, today, today_services.counts_of(shelf, file.case.pack), way)
    if options.json:
        document: dict[str, Any] = {field.name: getattr(file, field.name) for field in fields(file)}
        document["moments"] = [with_principles(file, moment.id) for moment in file.moments]
        document["stages"] = [{"cycle": cycle.number, "rail": rail(file, cycle, today, way)} for cycle in file.cycles]
        document["next_step"] = step
        output.print_json(document)
    else:
        output.say(page.whole_case(file, step, today, way))
    return 0


def with_principles(file: CaseFile, moment_id: str) -> dict[str, Any]:
    """A moment as JSON shows it: its fields, and the ids of the principles seen in it."""
    found: dict[str, Any] = output.plain(file.moment(moment_id))
    return {**found, "principles": list(file.principles_of(moment_id))}


def search(options: Namespace) -> int:
    """`vigtui search WORDS…`: every place where all the words stand."""
    with opened_existing(options) as library:
        hits = library.search(" ".join(options.words))
    if options.json:
        output.print_json(hits)
    elif not hits:
        output.tell("Nothing was found. Every word is looked for, also as the beginning of a longer one.")
    else:
        output.say(
            output.table(
                ("Case", "Where", "Words"), [(hit.code, hit.source.replace("_", " "), hit.words) for hit in hits]
            )
        )
    return 0
