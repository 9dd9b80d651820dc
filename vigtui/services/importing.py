"""Import: moments that were marked in another program become moments here, as one change that undo takes back."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import FilmError, NotFound, NotSensible, VigError
from vigtui.domain.exchange import FileUnusable, Found, Mark, Reading, Skipped
from vigtui.domain.film import Film
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.packs import Pack
from vigtui.domain.timecode import Millis
from vigtui.services import moments
from vigtui.services.films import path_of
from vigtui.services.ports import Media, Work

MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    added: tuple[Moment, ...]
    skipped: tuple[Skipped, ...]
    changed: tuple[Skipped, ...] = ()
    """What was added otherwise than it stands in the file, and why."""


def read_file(source: Path) -> bytes:
    """The contents of a file that is to be imported.

    Raises:
        FileUnusable: it is not there, no file, too big or unreadable.
    """
    try:
        if not source.is_file():
            there = source.exists()
            raise FileUnusable(
                "That is no file." if there else "The file is not there.", "Nothing was added. Check the name."
            )
        with source.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "that is no file name"
        raise FileUnusable(f"The file cannot be read ({reason}).") from fault
    if len(data) > MOST_BYTES:
        raise FileUnusable("The file is far too big to be a list of moments.")
    return data


def check_any(reading: Reading) -> None:
    """Refuse a file in which nothing is a moment: most likely it is of another kind. Raises FileUnusable."""
    if not reading.found:
        first = f" It begins with: {reading.skipped[0]}" if reading.skipped else ""
        raise FileUnusable(
            f"There is no moment in the file that can be read.{first}", "Nothing was added. Look at its kind."
        )


def film_for(films: Sequence[Film], number: int | None) -> Film:
    """The film whose moments a file holds: the one with that number, or the only one.

    Raises:
        NotFound, NotSensible: there is none, or several and none was named.
    """
    if not films:
        raise NotFound("This cycle has no film yet.", "Nothing was added. Add the film first; moments belong to one.")
    if number is None and len(films) > 1:
        numbers = ", ".join(str(film.number) for film in films)
        raise NotSensible("This cycle has several films.", f"Nothing was added. Say which with --film: {numbers}.")
    found = [film for film in films if number in (None, film.number)]
    if not found:
        numbers = ", ".join(str(film.number) for film in films)
        raise NotFound(f"This cycle has no film {number}.", f"Nothing was added. There are: {numbers}.")
    return found[0]


def times_of(media: Media, library: Path, film: Film) -> Sequence[Millis]:
    """The times of a film's frames; none where they cannot be read now. Takes a while, so for worker threads."""
    try:
        limit = 60.0 + (film.duration_ms or 0) / 1000
        return media.frame_times(path_of(library, film), track=film.video_track, limit=limit)
    except FilmError:
        return ()


NO_TIMES = "The frames of the film cannot be read now, so the marks were taken as they stand in the file."


def add(
    work: Work, file: CaseFile, cycle: Cycle, film: Film, pack: Pack, reading: Reading, times: Sequence[Millis]
) -> Imported:
    """Add what was read to a film, one moment after the other; what cannot be added is told, and the rest goes on.

    Args:
        work: the unit of work.
        file: the case.
        cycle: the cycle whose shortlist gets what is marked as chosen.
        film: the film.
        pack: the case's pack; principles it does not know are left out and told.
        reading: what the file holds.
        times: the times of the film's frames, to which marks go as a player lands on them; empty where they are not known.
    """
    known = {id_ for level in pack.levels for id_ in (level.id, *(one.id for one in level.behaviours))}
    there = {(one.in_ms, one.out_ms, one.note) for one in file.moments_of(film.id)}
    added: list[tuple[Mark, Moment]] = []
    skipped: list[Skipped] = list(reading.skipped)
    changed: list[Skipped] = []
    for found in reading.found:
        why = _of_another(found, cycle, film)
        if why:
            skipped.append(Skipped(found.where, why))
            continue
        mark = found.mark
        try:
            start, end = _landed(mark, film, times)
            if (start, end, mark.note) in there:
                skipped.append(Skipped(found.where, "it is there already"))
                continue
            added.append((mark, _add(work, film, mark, (start, end), known)))
        except VigError as fault:
            skipped.append(Skipped(found.where, fault.summary))
            continue
        there.add((start, end, mark.note))
        if abs(start - mark.in_ms) > 1 or abs(end - mark.out_ms) > 1:
            changed.append(Skipped(found.where, "its marks were moved to frames of the film"))
        unknown = [one for one in mark.principles if one not in known]
        if unknown:
            changed.append(
                Skipped(found.where, f"the pack has no principle {', '.join(unknown)[:80]}; it was left out")
            )
    kept = _with_states(work, cycle, added)
    work.did(f"{len(added)} {'moment' if len(added) == 1 else 'moments'} imported", file.case.id)
    work.audit("imported", file.case.id, f"{len(added)} moments into {film.label} of cycle {cycle.number}", film.id)
    return Imported(kept, tuple(skipped), tuple(changed))


def _of_another(found: Found, cycle: Cycle, film: Film) -> str:
    if found.cycle is not None and found.cycle != cycle.number:
        return f"it belongs to cycle {found.cycle}"
    if found.film is not None and found.film != film.number:
        return f"it belongs to film {found.film}"
    return ""


def _landed(mark: Mark, film: Film, times: Sequence[Millis]) -> tuple[Millis, Millis]:
    """The frames that a moment's marks land on: the first at or after each, and the last of the film where it ends later."""
    last = times[-1] if times else film.duration_ms
    if last is not None and mark.in_ms > last:
        raise NotSensible(f"It begins after the end of the film, at {last / 1000:.3f} s.")
    if not times:
        return mark.in_ms, mark.out_ms if last is None else Millis(min(mark.out_ms, max(last, mark.in_ms)))

    def land(at: Millis) -> Millis:
        return times[min(bisect_left(times, at), len(times) - 1)]

    return land(mark.in_ms), land(mark.out_ms)


def _add(work: Work, film: Film, mark: Mark, span: tuple[Millis, Millis], known: set[str]) -> Moment:
    moment = moments.mark(work, film, *span, still=span[0] == span[1], note=mark.note)
    details = {"initiator": mark.starts, "reception": mark.reception, "next_turn": mark.turn}
    details = {name: words for name, words in details.items() if words}
    for one in mark.principles:
        if one in known:
            moments.toggle_principle(work, moment.id, one)
    return work.update(Moment, moment.id, **details) if details else moment


def _with_states(work: Work, cycle: Cycle, added: Sequence[tuple[Mark, Moment]]) -> tuple[Moment, ...]:
    """Set the states, and put what was chosen on the shortlist in the order that the file gives it."""
    states: dict[str, Moment] = {}
    for mark, moment in sorted(added, key=lambda one: one[0].place or MOST_BYTES):
        if mark.state is not MomentState.CANDIDATE:
            states[moment.id] = moments.set_state(work, moment, mark.state, cycle.id)
            for clip in work.find(Clip, moment_id=moment.id) if mark.why or mark.question else ():
                work.update(Clip, clip.id, why=mark.why, opening_question=mark.question)
    return tuple(states.get(moment.id, moment) for _, moment in added)
