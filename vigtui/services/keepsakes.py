"""Stills for the record of strengths: of the clips that the client keeps, where everyone seen agreed."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.cutting import Piece, Stretch
from vigtui.domain.errors import FilmError
from vigtui.domain.film import Film
from vigtui.domain.timecode import Millis
from vigtui.services import consent
from vigtui.services.films import path_of
from vigtui.services.ports import Media

MOST = 6
"""Pictures on one record; more would be an album."""


@dataclass(frozen=True, slots=True)
class Keepsake:
    """A still of a clip that the client keeps."""

    clip: Clip
    film_id: str
    on: date | None
    """The day of the meeting, or of filming, where known."""
    jpeg: bytes


def kept_clips(file: CaseFile) -> list[Clip]:
    """The clips that the client keeps, by cycle and place; never a private moment."""
    cycles = sorted(file.cycles, key=lambda cycle: cycle.number)
    return [clip for cycle in cycles for clip in file.clips_of(cycle.id) if clip.client_keeps]


def keepsakes(
    file: CaseFile, media: Media, library: Path, *, purpose: Purpose, day: date, without_consent: str = ""
) -> tuple[list[Keepsake], list[str]]:
    """Make the stills. Blocking: for a worker thread and the command line.

    Args:
        file: the case, as far as the record tells.
        media: the tools that cut.
        library: the folder of the library.
        purpose: what the record is for.
        day: today.
        without_consent: a written reason to show them where consent is missing.

    Returns:
        The stills, and for those left out a sentence each.
    """
    found: list[Keepsake] = []
    left_out: list[str] = []
    for clip in kept_clips(file):
        film = file.film(file.moment(clip.moment_id).film_id)
        gate = consent.gate(file, [film.id], purpose, day)
        if film.deleted_on or not film.has_picture or len(found) == MOST:
            continue
        if not gate.is_open and not without_consent.strip():
            left_out.append(f"The picture of clip {clip.position} is left out. {gate.sentence}")
            continue
        try:
            jpeg = _still(file, clip, media, film, path_of(library, film))
        except FilmError as error:
            left_out.append(f"The picture of clip {clip.position} is left out. {error.summary}")
            continue
        found.append(Keepsake(clip, film.id, _day(file, clip), jpeg))
    return found, list(dict.fromkeys(left_out))


def films_of(found: Sequence[Keepsake]) -> tuple[str, ...]:
    """The films that the stills come from, for the gate."""
    return tuple(dict.fromkeys(one.film_id for one in found))


def _still(file: CaseFile, clip: Clip, media: Media, film: Film, source: Path) -> bytes:
    moment = file.moment(clip.moment_id)
    middle = Millis((moment.in_ms + moment.out_ms) // 2)
    with tempfile.TemporaryDirectory(prefix="vigtui-still-") as folder:
        target = Path(folder) / "still.jpg"
        media.make(Piece.STILL, [Stretch(source, middle, moment.out_ms, film.video_track)], target, jpeg=True)
        return target.read_bytes()


def _day(file: CaseFile, clip: Clip) -> date | None:
    cycle = next(cycle for cycle in file.cycles if cycle.id == clip.cycle_id)
    review = file.review(clip.cycle_id)
    return (review.held_on if review else None) or cycle.closed_on or cycle.review_on
