"""The filming plan, the film, who is in it, and the notes made after filming."""

import re
from datetime import date, datetime
from enum import StrEnum

from vigtui.domain.errors import NotSensible
from vigtui.domain.light import Light
from vigtui.domain.record import CaseRecord, need_range, need_words, record
from vigtui.domain.timecode import Millis


@record
class FilmingPlan(CaseRecord):
    """What to film, where, when, with whom: an ordinary activity likely to go well, chosen by the client."""

    cycle_id: str
    activity: str = ""
    place: str = ""
    planned_on: date | None = None
    with_whom: str = ""
    instruction: str = ""
    """What the client was told."""
    theme: str = ""
    checked: tuple[str, ...] = ()
    """Ids of the pack's checklist items that are ticked."""
    afterwards: str = ""
    """Right after filming: mood, sleep, illness, who was in the room, hunches."""


class FilmKind(StrEnum):
    """Whose film it is."""

    FAMILY = "family"
    REVIEW = "review"
    """The film of a shared review, for supervision."""


_SHA256 = re.compile(r"[0-9a-f]{64}")


@record
class Film(CaseRecord):
    """A video file taken in a cycle."""

    cycle_id: str
    number: int
    """Place within the cycle, from 1."""
    kind: FilmKind = FilmKind.FAMILY
    location: str
    """Where the file is: a path relative to the library, or a `file:` URI for one that stays where it was."""
    original_name: str
    sha256: str
    size_bytes: int
    duration_ms: Millis | None = None
    width: int | None = None
    height: int | None = None
    """Size in pixels when upright."""
    frame_rate: float | None = None
    """Mean frames a second."""
    variable: bool | None = None
    """Whether the frame rate varies."""
    has_sound: bool = False
    has_picture: bool = True
    verdict: str = ""
    """One sentence from the trial at intake."""
    recorded_on: date | None = None
    activity: str = ""
    instruction: str = ""
    mood: str = ""
    added_at: datetime
    retain_until: date | None = None
    deleted_on: date | None = None
    deletion_method: str = ""
    deleted_by: str = ""
    legal_hold: bool = False
    """A legal hold beats deletion."""
    device: str = ""
    """Camera or phone, where the file tells."""
    source_sha256: str = ""
    """Of the file as it came, where the library's copy differs: without the place, or joined of several parts."""
    video_track: int | None = None
    """Which of its pictures is shown and cut, from 1; None for the one that the player chooses."""
    sound_track: int | None = None
    """Which of its sounds is played and cut, from 1; None for the one that the player chooses."""
    light: Light = Light.ITSELF
    """Which version of it is played; clips are always cut from the film itself."""
    recorded_time: str = ""
    """The time of day, as the file tells it or as it was written: 14:03, or 14:03 UTC."""

    def check(self) -> None:
        need_range(self.number, 1, 999, "The number of a film")
        need_words(self.location, "A film's location")
        if not _SHA256.fullmatch(self.sha256):
            raise NotSensible("A film needs the SHA-256 of its file.")
        need_range(self.video_track, 1, 99, "The number of a picture")
        need_range(self.sound_track, 1, 99, "The number of a sound")
        need_range(self.size_bytes, 0, 2**63 - 1, "The size of a film")
        need_range(self.duration_ms, 0, 2**53, "The length of a film")
        need_range(self.frame_rate, 0, 100_000, "The frame rate of a film")
        if self.deleted_on and self.legal_hold:
            raise NotSensible("This film is under a legal hold and cannot be deleted.")

    @property
    def label(self) -> str:
        """How lists and the history name it: ``film 1``, ``review film 1``."""
        return f"{'review film' if self.kind is FilmKind.REVIEW else 'film'} {self.number}"


@record
class FilmPerson(CaseRecord):
    """Somebody seen in a film."""

    film_id: str
    person_id: str


@record
class FilmNote(CaseRecord):
    """A note made while or after filming, at a rough time."""

    cycle_id: str
    film_id: str | None = None
    at_ms: Millis | None = None
    """Rough time in the film; None where none was noted."""
    words: str

    def check(self) -> None:
        need_words(self.words, "A note")
        need_range(self.at_ms, 0, 2**53, "The time of a note")
