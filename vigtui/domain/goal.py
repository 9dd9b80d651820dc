"""The helping question, the goals under it, and their ratings."""

from datetime import date
from enum import StrEnum

from vigtui.domain.errors import NotSensible
from vigtui.domain.record import CaseRecord, need_range, need_words, record

MOST_GOALS = 3


@record
class HelpingQuestion(CaseRecord):
    """The client's hope as a question, verbatim. A rewording is a new record; the newest holds, the older ones are its history."""

    words: str
    asked_on: date

    def check(self) -> None:
        need_words(self.words, "The helping question")


@record
class Goal(CaseRecord):
    """One of at most three goals under the helping question."""

    position: int
    """Place in the list, from 1."""
    words: str
    scale_low: int = 0
    scale_high: int = 10
    level_low: str = ""
    """What the lowest level looks like, in the client's words."""
    level_middle: str = ""
    level_high: str = ""
    baseline: int | None = None
    expected: int | None = None
    achieved: int | None = None
    dropped_on: date | None = None
    """A goal is put aside, never deleted with its ratings."""

    def check(self) -> None:
        need_words(self.words, "A goal")
        need_range(self.position, 1, 99, "The place of a goal")
        if not self.scale_low < self.scale_high:
            raise NotSensible("A scale must end above where it begins.")
        for name in ("baseline", "expected", "achieved"):
            need_range(getattr(self, name), self.scale_low, self.scale_high, f"The {name} level")


class Occasion(StrEnum):
    """When in a cycle a rating was given."""

    FIRST = "first"
    BEFORE = "before"
    """In the shared review, on arriving."""
    AFTER = "after"
    """In the shared review, on gathering."""
    OTHER = "other"


@record
class Rating(CaseRecord):
    """A dated rating of the helping question or of a goal, given by the client or somebody else; never of a person."""

    goal_id: str | None = None
    """The goal rated; None for the helping question."""
    cycle_id: str | None = None
    value: int
    low: int = 0
    high: int = 10
    rated_on: date
    rater: str
    occasion: Occasion = Occasion.OTHER
    comment: str = ""

    def check(self) -> None:
        if not self.low < self.high:
            raise NotSensible("A scale must end above where it begins.")
        need_range(self.value, self.low, self.high, "A rating")
        need_words(self.rater, "Who rated")
