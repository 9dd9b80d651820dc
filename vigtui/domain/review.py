"""The shared review: the meeting, its steps and its notes."""

from datetime import date, datetime
from enum import StrEnum

from vigtui.domain.record import CaseRecord, need_range, record
from vigtui.domain.timecode import Millis


@record
class Review(CaseRecord):
    """One shared review; itself filmed, because supervision looks at the practitioner."""

    cycle_id: str
    held_on: date | None = None
    place: str = ""
    film_consented: bool = False
    """The client agreed that the meeting is filmed."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    step: int = 0
    """Index of the present step in the list of steps; reopening goes on here."""
    minutes: int | None = None
    left_out: tuple[str, ...] = ()
    """Rungs of the pack's ladder that this meeting goes without, as `phase.rung`."""

    def check(self) -> None:
        need_range(self.step, 0, 100_000, "The step of a review")
        need_range(self.minutes, 0, 1440, "The minutes of a review")


@record
class ReviewPerson(CaseRecord):
    """Somebody present at a review."""

    review_id: str
    person_id: str


@record
class ReviewStep(CaseRecord):
    """A rung that was used: when it was reached, and whether it was ticked."""

    review_id: str
    phase: str
    rung: str
    clip_id: str | None = None
    reached_at: datetime
    ticked: bool = False


class NoteKind(StrEnum):
    """The kinds of a live note; one key each."""

    QUOTE = "quote"
    """Verbatim words of the client."""
    WOW = "wow"
    FEELING = "feeling"
    GOAL_LINK = "goal-link"
    STRENGTH = "strength"
    WORKING_POINT = "working-point"
    OWN = "own"
    """The practitioner's own note."""
    CONCERN = "concern"
    """Kept apart; never in a client's document."""


@record
class ReviewNote(CaseRecord):
    """A note of the live review, stamped with the step, the clip and the place in the film. A wow needs no words."""

    review_id: str
    kind: NoteKind
    words: str = ""
    phase: str = ""
    rung: str = ""
    clip_id: str | None = None
    at_ms: Millis | None = None
    """Where in the film the picture stood."""
    written_at: datetime

    def check(self) -> None:
        need_range(self.at_ms, 0, 2**53, "The time of a note")
