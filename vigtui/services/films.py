"""Films: plan, take in, who is seen, notes with times."""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from vigtui.domain.errors import NotSensible
from vigtui.domain.film import Film, FilmingPlan, FilmKind, FilmNote, FilmPerson
from vigtui.domain.light import Light
from vigtui.domain.person import Person
from vigtui.domain.playback import Showing
from vigtui.domain.review import Review, ReviewPerson
from vigtui.domain.timecode import Millis, parse_time
from vigtui.domain.track import TrackKind
from vigtui.services.ports import Facts, Library, Media, Work

FILMS_FOLDER = "films"


@dataclass(frozen=True, slots=True)
class Intake:
    """A film that was looked into and is in its place, not yet in the library's tables."""

    film_id: str
    location: str
    original_name: str
    sha256: str
    size_bytes: int
    facts: Facts
    verdict: str = ""
    """What it is and how it behaved when it was tried; the facts' own where empty."""
    device: str = ""
    source_sha256: str = ""


def take_in(
    library: Library,
    media: Media,
    source: Path,
    *,
    parts: Sequence[Path] = (),
    reference: bool = False,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Intake:
    """Look into a film and copy it into the library (or leave it where it is). Blocking and long: for a worker thread.

    Coordinates are blotted out in the copy. Where `parts` are given, `source` is the first of them, and they become one film.
    A copy broken off earlier goes on where it stopped: its place depends on the source alone.

    Raises:
        FilmMissing, FilmError: it cannot be used; nothing was added.
    """
    facts = media.probe(source)
    film_id = library.read(lambda work: work.new_id())
    source_sha256, remark = "", ""
    if reference and not parts:
        sha256 = media.hash_file(source, progress=progress, cancelled=cancelled)
        location, size = source.absolute().as_uri(), source.stat().st_size
        if facts.has_place:
            remark = "The place where it was filmed is written in this file, and stays in it: it was left where it is."
        path = source
    else:
        folder = library.folder / FILMS_FOLDER
        if parts:
            taken = media.join(parts, folder, name=_place(source), progress=progress, cancelled=cancelled)
            facts = media.probe(taken.path)
            remark = f"Joined of {len(parts)} files."
        else:
            taken = media.take_in(source, folder, name=_place(source), progress=progress, cancelled=cancelled)
        path = taken.path.with_name(film_id + taken.path.suffix)
        taken.path.rename(path)
        sha256, size, source_sha256 = taken.sha256, taken.size_bytes, taken.source_sha256
        location = f"{FILMS_FOLDER}/{path.name}"
        if taken.place_dropped:
            remark = f"{remark} The place where it was filmed was written in it, and was dropped.".strip()
        elif facts.has_place:
            remark = f"{remark} The place where it was filmed is written in it, and could not be taken out.".strip()
    verdict = f"{media.tried(path, facts)} {remark}".strip()
    name = source.name.encode("utf-8", "replace").decode()
    return Intake(film_id, location, name, sha256, size, facts, verdict, facts.device, source_sha256)


def _place(source: Path) -> str:
    """A name for the copy under way that says nothing about the family and is the same at the next try."""
    facts = source.stat()
    return "incoming-" + hashlib.sha256(f"{source.absolute()!r} {facts.st_size}".encode()).hexdigest()[:16]


def add_film(
    work: Work,
    case_id: str,
    cycle_id: str,
    intake: Intake,
    *,
    seen: Iterable[Person],
    kind: FilmKind = FilmKind.FAMILY,
) -> Film:
    """Put a film that was taken in into a cycle.

    Raises:
        NotSensible: this very film is in the case already.
    """
    came = {intake.sha256, intake.source_sha256} - {""}
    for old in work.find(Film, case_id=case_id):
        if not old.deleted_on and came & {old.sha256, old.source_sha256}:
            raise NotSensible(
                f"This film is in the case already, as {old.label}: the files are the same.",
                "Nothing was added twice.",
            )
    number = max((film.number for film in work.find(Film, cycle_id=cycle_id, kind=kind)), default=0) + 1
    facts = intake.facts
    film = work.add(
        Film(
            id=intake.film_id,
            case_id=case_id,
            cycle_id=cycle_id,
            number=number,
            kind=kind,
            location=intake.location,
            original_name=intake.original_name,
            sha256=intake.sha256,
            size_bytes=intake.size_bytes,
            duration_ms=facts.duration_ms,
            width=facts.width,
            height=facts.height,
            frame_rate=facts.frame_rate,
            variable=facts.variable,
            has_sound=facts.has_sound,
            has_picture=facts.has_video,
            verdict=intake.verdict or facts.verdict,
            recorded_on=facts.recorded_on,
            recorded_time=facts.recorded_time,
            added_at=work.now,
            device=intake.device,
            source_sha256=intake.source_sha256,
            video_track=_usual(facts, TrackKind.PICTURE),
            sound_track=_usual(facts, TrackKind.SOUND),
        )
    )
    for person in seen:
        work.add(FilmPerson(id=work.new_id(), case_id=case_id, film_id=film.id, person_id=person.id))
    work.did(f"{film.label} added", case_id)
    work.audit("film added", case_id, film.label, film.id)
    return film


def _usual(facts: Facts, kind: TrackKind) -> int | None:
    """The track that the player would take, written down where there are several; None where there is no choice."""
    there = [track for track in facts.tracks if track.kind is kind]
    return next((track.number for track in there if track.usual), None) if len(there) > 1 else None


def choose_tracks(work: Work, film_id: str, *, video_track: int | None, sound_track: int | None) -> Film:
    """Say which of a film's pictures and sounds are shown, heard and cut.

    What was worked out from others is worked out anew when it is looked for; a light copy shows one picture and one sound, so
    one made of others is not played any more.
    """
    before = work.get(Film, film_id)
    changes: dict[str, Any] = {"video_track": video_track, "sound_track": sound_track}
    if (before.video_track, before.sound_track) != (video_track, sound_track):
        changes["light"] = Light.ITSELF
    film = work.update(Film, film_id, **changes)
    work.did(f"picture and sound of {film.label} chosen", film.case_id)
    return film


def seen_at_first(work: Work, case_id: str, cycle_id: str, kind: FilmKind) -> list[Person]:
    """Who is taken to be seen in a new film until it is said otherwise.

    In a film of the family everyone of the case; in the film of a review those who were to be there, where that is known.
    """
    everyone = work.find(Person, case_id=case_id)
    if kind is FilmKind.FAMILY:
        return everyone
    reviews = {one.id for one in work.find(Review, cycle_id=cycle_id)}
    there = {one.person_id for one in work.find(ReviewPerson, case_id=case_id) if one.review_id in reviews}
    return [person for person in everyone if person.id in there] or everyone


def discard(library: Library, intake: Intake) -> None:
    """Take a copied file away again whose film was not added; a film left where it was is never touched."""
    if not intake.location.startswith("file:"):
        (library.folder / intake.location).unlink(missing_ok=True)


def path_of(library_folder: Path, film: Film) -> Path:
    """Where a film's file is, as an absolute path."""
    if film.location.startswith("file:"):
        return Path(os.fsdecode(unquote_to_bytes(urlsplit(film.location).path)))
    return library_folder / film.location


def can_be_read(file: Path) -> bool:
    """Whether a film is there and its disk still answers, asked of the disk itself and not of what is remembered of it."""
    try:
        with file.open("rb", buffering=0) as film:
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(film.fileno(), 0, 4096, os.POSIX_FADV_DONTNEED)
            film.read(1)
    except OSError:
        return False
    return True


def showing_of(library_folder: Path, film: Film) -> Showing:
    """What a player is to show of a film."""
    return Showing(path_of(library_folder, film).absolute(), film.video_track, film.sound_track, film.light)


def set_seen(work: Work, film: Film, person: Person, seen: bool) -> None:
    """Say that somebody is, or is not, seen in a film."""
    there = work.find(FilmPerson, film_id=film.id, person_id=person.id)
    if seen and not there:
        work.add(FilmPerson(id=work.new_id(), case_id=film.case_id, film_id=film.id, person_id=person.id))
    for one in there if not seen else ():
        work.remove(FilmPerson, one.id)
    work.did(f"{person.name} {'seen' if seen else 'not seen'} in {film.label}", film.case_id)


def plan_for(work: Work, case_id: str, cycle_id: str) -> FilmingPlan:
    """The filming plan of a cycle; an empty one is made where it is missing."""
    there = work.find(FilmingPlan, case_id=case_id, cycle_id=cycle_id)
    return there[0] if there else work.add(FilmingPlan(id=work.new_id(), case_id=case_id, cycle_id=cycle_id))


def change_plan(work: Work, case_id: str, cycle_id: str, **changes: Any) -> FilmingPlan:
    """Change the filming plan of a cycle."""
    plan = work.update(FilmingPlan, plan_for(work, case_id, cycle_id).id, **changes)
    work.did("filming plan changed", case_id)
    return plan


def tick(work: Work, plan_id: str, item: str) -> FilmingPlan:
    """Tick an item of the filming checklist, or take the tick back."""
    plan = work.get(FilmingPlan, plan_id)
    checked = tuple(one for one in plan.checked if one != item) if item in plan.checked else (*plan.checked, item)
    work.did("checklist changed", plan.case_id)
    return work.update(FilmingPlan, plan_id, checked=checked)


def add_note(
    work: Work, case_id: str, cycle_id: str, words: str, *, at: Millis | None = None, film_id: str | None = None
) -> FilmNote:
    """Keep a filming note, with a rough time where there is one.

    Raises:
        NotSensible: there are no words.
    """
    work.did("filming note added", case_id)
    return work.add(
        FilmNote(id=work.new_id(), case_id=case_id, cycle_id=cycle_id, film_id=film_id, at_ms=at, words=words)
    )


_TIMED = re.compile(r"(\d[\d:.,]*:[\d:.,]*)(?:\s+|$)(.*)", re.DOTALL | re.ASCII)


def read_note(typed: str) -> tuple[Millis | None, str]:
    """Take a filming note apart: “03:12 waits for her” is a time and words.

    Only what has a colon in it is read as a time, so that “3 times she looked up” stays whole.

    Raises:
        TimeUnreadable: it begins like a time and is none (“03:75 …”).
    """
    found = _TIMED.fullmatch(typed.strip())
    return (parse_time(found[1]), found[2]) if found else (None, typed.strip())


def edit_note(work: Work, note_id: str, words: str, *, at: Millis | None, film_id: str | None) -> FilmNote:
    """Change a filming note. Raises NotSensible where there are no words."""
    note = work.update(FilmNote, note_id, words=words, at_ms=at, film_id=film_id)
    work.did("filming note changed", note.case_id)
    return note


def remove_note(work: Work, note_id: str) -> None:
    """Remove a filming note."""
    note = work.get(FilmNote, note_id)
    work.did("filming note removed", note.case_id)
    work.remove(FilmNote, note_id)


def edit_film(work: Work, film_id: str, **changes: Any) -> Film:
    """Change what is known of a film: activity, instruction, mood, day of recording."""
    film = work.update(Film, film_id, **changes)
    work.did(f"{film.label} changed", film.case_id)
    return film


def remove_film(work: Work, film_id: str) -> Film:
    """Take a film out of the case with its moments; the file stays until it is erased, so that undo brings all back."""
    film = work.get(Film, film_id)
    work.did(f"{film.label} removed", film.case_id)
    work.audit("film removed", film.case_id, film.label, film.id)
    work.remove(Film, film_id)
    return film
