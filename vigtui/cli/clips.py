"""The command clip add: a moment marked at true frame times, and put on the shortlist."""

import difflib
from argparse import Namespace
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from vigtui import wiring
from vigtui.cli import output
from vigtui.cli.reading import with_principles
from vigtui.cli.shelf import opened_existing
from vigtui.domain.casefile import CaseFile
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import FilmError, MarksReversed, NotFound, NotSensible
from vigtui.domain.film import Film
from vigtui.domain.moment import MomentState
from vigtui.domain.packs import Pack
from vigtui.domain.timecode import Millis, format_time, parse_time
from vigtui.domain.workflow import films_on_bench
from vigtui.services import cases as case_services
from vigtui.services import films as film_services
from vigtui.services import moments as moment_services
from vigtui.services.ports import Work
from vigtui.services.today import way_of


def add_clip(options: Namespace) -> int:
    """`vigtui clip add`: the marks go to the first frame at or after the times asked for, as a player lands on them."""
    start, end = parse_time(options.start), parse_time(options.end)
    if end <= start:
        raise _reversed()
    with opened_existing(options) as library:
        file = library.read(lambda work: case_services.load_by_code(work, options.case))
        cycle = file.cycle(options.cycle)
        film = _film(file, cycle, options.film)
        moment_services.check_times(film, start, end)
        principles = tuple(dict.fromkeys(options.principle))
        _check_principles(file, principles)
        times = _frame_times(film_services.path_of(library.folder, film), film)
        shown = _landed(times, start), _landed(times, end)
        if shown[1] <= shown[0]:
            raise _reversed()

        def job(work: Work) -> CaseFile:
            moment = moment_services.mark(work, film, *shown, note=options.note)
            moment_services.set_state(work, moment, MomentState.CHOSEN, cycle.id)
            for one in principles:
                moment_services.toggle_principle(work, moment.id, one)
            work.did(f"{moment.label} put on the shortlist", file.case.id)
            return case_services.load(work, file.case.id)

        after = library.change(job)
    clip = after.clips[-1]
    moment = after.moment(clip.moment_id)
    if options.json:
        output.print_json({"clip": clip, "moment": with_principles(after, moment.id)})
    else:
        marks = f"{format_time(moment.in_ms, decimals=3)} to {format_time(moment.out_ms, decimals=3)}"
        output.say(f"Clip {clip.position} of cycle {cycle.number}: film {film.number}, {marks}.")
    return 0


def _reversed() -> MarksReversed:
    return MarksReversed(remedy="Nothing was added. Give --out a time at least one frame after --in.")


def _film(file: CaseFile, cycle: Cycle, number: int | None) -> Film:
    """The film meant: by its number in the cycle; by its place among them where a review talks over films of earlier visits."""
    films = films_on_bench(file, cycle, way_of(wiring.pack_shelf(), file.case.pack))
    own = all(film.cycle_id == cycle.id for film in films)
    numbers = [film.number if own else place for place, film in enumerate(films, 1)]
    there = ", ".join(str(one) for one in numbers)
    if not films:
        raise NotFound(f"Cycle {cycle.number} has no film yet.", "Nothing was added. Add one with `vigtui film add`.")
    if number is None and len(films) > 1:
        raise NotSensible(
            f"Cycle {cycle.number} has several films.", f"Nothing was added. Say which with --film: {there}."
        )
    for film, one in zip(films, numbers, strict=True):
        if number in (None, one):
            return film
    raise NotFound(f"Cycle {cycle.number} has no film {number}.", f"Nothing was added. There are: {there}.")


def _check_principles(file: CaseFile, asked: Sequence[str]) -> None:
    """Refuse what is no principle of the case's pack. Raises NotFound, PackError."""
    if not asked:
        return
    known = principle_ids(wiring.pack_shelf().get(file.case.pack))
    for one in asked:
        if one not in known:
            near = difflib.get_close_matches(one, known, n=1, cutoff=0.5)
            guess = (
                f"Did you mean {near[0]}?"
                if near
                else f"The levels are: {', '.join(i for i in known if '.' not in i)}."
            )
            raise NotFound(f"The pack has no principle “{one[:60]}”.", f"Nothing was added. {guess}")


def principle_ids(pack: Pack) -> list[str]:
    """Every id that a moment may be tagged with: levels and the behaviours in them."""
    return [id_ for level in pack.levels for id_ in (level.id, *(behaviour.id for behaviour in level.behaviours))]


def _frame_times(path: Path, film: Film) -> Sequence[Millis]:
    """The times of all frames. Reading them takes a good while in a long film, so the limit grows with it."""
    from vigtui.media.probe import frame_times

    times = frame_times(path, track=film.video_track, limit=60.0 + (film.duration_ms or 0) / 1000)
    if not times:
        raise FilmError(f"No frame of film {film.number} can be read.", "Nothing was added. Add the film again.")
    return times


def _landed(times: Sequence[Millis], asked: Millis) -> Millis:
    """The first frame at or after a time; the last one where the film has no later frame."""
    return times[min(bisect_left(times, asked), len(times) - 1)]
