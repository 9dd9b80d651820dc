"""Commands on film files: film probe, film add, film find."""

import sys
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from vigtui import wiring
from vigtui.cli import output
from vigtui.cli.shelf import opened_existing
from vigtui.domain.casefile import CaseFile
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import VigError
from vigtui.domain.film import Film, FilmKind
from vigtui.domain.person import Person
from vigtui.domain.timecode import format_time
from vigtui.domain.track import Track, TrackKind
from vigtui.services import cases as case_services
from vigtui.services import films as film_services
from vigtui.services import people as people_services
from vigtui.services import relocating
from vigtui.services.ports import Library, Work


def probe_film(options: Namespace) -> int:
    """`vigtui film probe FILE`."""
    from vigtui.media.probe import probe

    found = probe(options.file)
    if options.json:
        output.print_json({"file": options.file, **output.plain(found)})
        return 0
    output.say(found.verdict)
    rows = [
        ("Length", format_time(found.duration_ms, decimals=3) if found.duration_ms is not None else "unknown"),
        ("Picture", f"{found.width}×{found.height}, {found.video_codec}" if found.has_video else "none"),
        ("Frames a second", _rate(found.frame_rate, found.variable) if found.has_video else "none"),
        ("Sound", found.audio_codec or "unknown" if found.has_sound else "none"),
    ]
    for kind in TrackKind:
        there = [track for track in found.tracks if track.kind is kind]
        if len(there) > 1:
            rows += [(track.words.partition(":")[0], _told(track)) for track in there]
    output.say(output.table(("", ""), rows).strip("\n"))
    return 0


def _told(track: Track) -> str:
    said = output.one_line(track.words.partition(": ")[2])
    return f"{said} (taken unless another is chosen)" if track.usual else said


def _rate(rate: float | None, variable: bool | None) -> str:
    steady = {True: ", varying", False: ", constant", None: ""}[variable]
    return f"{rate:.3f}{steady}" if rate else "unknown"


def add_films(options: Namespace) -> int:
    """`vigtui film add FILE…`: each file is added or refused on its own."""
    added: list[Film] = []
    refused: list[dict[str, Any]] = []
    with opened_existing(options) as library:
        file, cycle, seen = library.read(lambda work: _where(work, options))
        files: list[Path] = options.files
        apart = options.apart or options.reference or len(set(files)) < len(files) or len(files) == 1
        groups: list[tuple[Path, ...]] = [(one,) for one in files] if apart else wiring.media().grouped(files)
        for source, *rest in groups:
            try:
                film = _add(library, file, cycle, seen, source, tuple(rest), options)
            except VigError as error:
                output.tell_error(error)
                refused.append({"file": source, **output.error_document(error)})
            else:
                added.append(film)
                if not options.json:
                    name = output.one_line(film.original_name)
                    output.say(f"Film {film.number} of cycle {cycle.number}: {name}. {film.verdict}")
    if options.json:
        output.print_json({"added": added, "refused": refused})
    return 1 if refused else 0


def find_films(options: Namespace) -> int:
    """`vigtui film find PATH…`: films that are not where they were are looked for there, and known by their content."""
    found: list[Film] = []
    with opened_existing(options) as library:
        file = library.read(lambda work: case_services.load_by_code(work, options.case))
        gone = [one for one in file.films if not one.deleted_on and not _is_there(library, one)]
        for film in gone:
            place = relocating.find_again(wiring.media(), film, options.paths, cancelled=lambda: False)
            if place is not None:
                found.append(library.change(partial(relocating.is_now_at, film_id=film.id, file=place)))
        numbers = {cycle.id: cycle.number for cycle in file.cycles}
    missing = [one for one in gone if one.id not in {film.id for film in found}]
    if options.json:
        output.print_json({"found": found, "missing": missing})
        return 1 if missing else 0
    for film in found:
        output.say(f"{film.label.capitalize()} of cycle {numbers[film.cycle_id]} is found again.")
    for film in missing:
        output.tell(
            f"{film.label.capitalize()} of cycle {numbers[film.cycle_id]} is not there. Its marks and notes are safe."
        )
    if not gone:
        output.say("All films of this case are where they were.")
    return 1 if missing else 0


def _is_there(library: Library, film: Film) -> bool:
    return film_services.can_be_read(film_services.path_of(library.folder, film))


def _where(work: Work, options: Namespace) -> tuple[CaseFile, Cycle, tuple[Person, ...]]:
    """The case, the cycle, and who is seen. Raises NotFound before anything is copied."""
    file = case_services.load_by_code(work, options.case)
    cycle = file.cycle(options.cycle)
    if options.seen is None:
        return file, cycle, file.people
    names = dict.fromkeys(options.seen)
    return file, cycle, tuple(people_services.find_person(work, file.case.id, name) for name in names)


def _add(
    library: Library,
    file: CaseFile,
    cycle: Cycle,
    seen: tuple[Person, ...],
    source: Path,
    rest: tuple[Path, ...],
    options: Namespace,
) -> Film:
    parts = (source, *rest) if rest else ()
    intake = film_services.take_in(
        library, wiring.media(), source, parts=parts, reference=options.reference, progress=_progress(source)
    )
    kind = FilmKind.REVIEW if options.review else FilmKind.FAMILY
    try:
        return library.change(
            lambda work: film_services.add_film(work, file.case.id, cycle.id, intake, seen=seen, kind=kind)
        )
    except VigError:
        film_services.discard(library, intake)
        raise


def _progress(source: Path) -> Callable[[int, int], None] | None:
    """Show how far copying is, where somebody is looking."""
    if not output.is_terminal(sys.stderr):
        return None
    name = output.one_line(source.name)

    def show(done: int, whole: int) -> None:
        percent = 100 * done // whole if whole else 100
        # Back to the beginning of the line: what is said next, a refusal perhaps, stands in its place.
        end = "\n" if done >= whole else "\r"
        print(f"{name}: {percent:3d} %", end=end, file=sys.stderr, flush=True)

    return show
