"""The commands export and import: a case's moments for other programs, and from them."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from vigtui import wiring
from vigtui.cli import output
from vigtui.cli.reading import with_principles
from vigtui.cli.shelf import opened_existing
from vigtui.domain.audit import Export
from vigtui.domain.consent import Purpose
from vigtui.domain.exchange import Skipped
from vigtui.domain.record import one_of
from vigtui.interchange.writing import FORMATS, READERS, write
from vigtui.services import cases as case_services
from vigtui.services import exporting, importing
from vigtui.services.ports import Work

_MOST_TOLD = 50


def export(options: Namespace) -> int:
    """`vigtui export FORMAT`: through the consent gate, to a file or a folder."""
    form = FORMATS[options.form]
    target: Path = options.to
    purpose = one_of(Purpose, options.purpose or Purpose.THERAPY, [one.value for one in Purpose], "purpose")
    with opened_existing(options) as library:

        def job(work: Work) -> tuple[Export, list[Path]]:
            file = case_services.load_by_code(work, options.case)
            pack = wiring.pack_shelf().get(file.case.pack)
            true_paths = library.folder if options.absolute else None
            selection = exporting.select(work, file, pack, cycle=options.cycle, purpose=purpose, library=true_paths)
            exporting.ask_gate(work, file, selection, purpose, form.name, options.without_consent)
            files = write(form.name, selection)
            leaving = exporting.Leaving(form.name, form.suffix, files, purpose, options.without_consent)
            return exporting.keep(work, file, leaving, target, library=library.folder)

        made, files = library.change(job, remembered=False)
    if options.json:
        output.print_json({"format": form.name, "files": files, "export": made})
    else:
        for one in files:
            output.say(f"Written: {one}")
    return 0


def import_(options: Namespace) -> int:
    """`vigtui import FORMAT FILE`: moment by moment; what was skipped is told with the reason."""
    reading = READERS[options.form](importing.read_file(options.file))
    importing.check_any(reading)
    with opened_existing(options) as library:
        file = library.read(lambda work: case_services.load_by_code(work, options.case))
        cycle = file.cycle(options.cycle)
        film = importing.film_for(file.films_of(cycle.id), options.film)
        pack = wiring.pack_shelf().get(file.case.pack)
        times = importing.times_of(wiring.media(), library.folder, film)
        if not times:
            output.tell(importing.NO_TIMES)

        def job(work: Work) -> importing.Imported:
            now = case_services.load(work, file.case.id)
            return importing.add(work, now, cycle, film, pack, reading, times)

        done = library.change(job)
        after = library.read(lambda work: case_services.load(work, file.case.id))
    if options.json:
        added = [with_principles(after, one.id) for one in done.added]
        output.print_json({"film": film, "added": added, "skipped": done.skipped, "changed": done.changed})
    else:
        count = len(done.added)
        output.say(f"{count} {'moment' if count == 1 else 'moments'} added to {film.label} of cycle {cycle.number}.")
        _tell("Skipped", done.skipped)
        _tell("Changed", done.changed)
    return 0


def _tell(title: str, lines: Sequence[Skipped]) -> None:
    for one in lines[:_MOST_TOLD]:
        output.tell(f"{title}: {output.one_line(str(one))}")
    if len(lines) > _MOST_TOLD:
        output.tell(f"{title}: and {len(lines) - _MOST_TOLD} more; with --json all are listed")
