"""Supervision: the practitioner brings clips of the family and of themself in the review."""

from datetime import date

from vigtui.domain.record import CaseRecord, Record, need_range, need_words, record


@record
class Supervision(Record):
    """One meeting with a supervisor."""

    held_on: date
    supervisor: str
    minutes: int
    question: str = ""
    self_rating: str = ""
    """On the service's own rubric, in its own words."""
    learning: str = ""
    signed_off_on: date | None = None

    def check(self) -> None:
        need_words(self.supervisor, "The supervisor")
        need_range(self.minutes, 0, 1440, "The minutes of a supervision")


@record
class SupervisionCycle(CaseRecord):
    """A cycle brought to a supervision."""

    supervision_id: str
    cycle_id: str
