"""Moments: spans of a film marked while looking closely, and the principles seen in them."""

from enum import StrEnum

from vigtui.domain.errors import NotSensible
from vigtui.domain.record import CaseRecord, need_words, record
from vigtui.domain.timecode import Millis, Span, format_time


class MomentState(StrEnum):
    """What a moment is for; each has a shape on the screen, so that it never depends on colour."""

    CANDIDATE = "candidate"
    CHOSEN = "chosen"
    PRIVATE = "private"
    """Helps to find the way back into a yes-cycle; never shown, never exported to the client, never a clip."""


@record
class Moment(CaseRecord):
    """A span of a film, from the first to the last frame shown; a still is one frame, its in and out the same.

    Times are frame times read back from the player, never computed from a frame rate.
    """

    film_id: str
    in_ms: Millis
    out_ms: Millis
    still: bool = False
    state: MomentState = MomentState.CANDIDATE
    initiator: str = ""
    """Who starts the yes-cycle: an id of the pack's choices."""
    reception: str = ""
    """How the initiative is received: an id of the pack's choices, or words."""
    next_turn: str = ""
    note: str = ""
    goal_id: str | None = None

    def check(self) -> None:
        if self.still:
            if self.in_ms != self.out_ms or self.in_ms < 0:
                raise NotSensible("A still is one frame of the film.")
        else:
            Span(self.in_ms, self.out_ms)

    @property
    def span(self) -> Span:
        """The stretch to play. Raises MarksReversed for a still, which has none."""
        return Span(self.in_ms, self.out_ms)

    @property
    def length_ms(self) -> Millis:
        """0 for a still."""
        return Millis(self.out_ms - self.in_ms)

    @property
    def label(self) -> str:
        """How the history and the lists name it: ``moment 03:12.4``."""
        return f"{'still' if self.still else 'moment'} {format_time(self.in_ms)}"


@record
class MomentPrinciple(CaseRecord):
    """A principle seen in a moment."""

    moment_id: str
    principle: str
    """Id from the pack, like ``receiving.smiles``."""

    def check(self) -> None:
        need_words(self.principle, "A principle")
