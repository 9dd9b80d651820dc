"""The cycle: one film and one shared review; the unit everything is counted in."""

from datetime import date

from vigtui.domain.record import CaseRecord, need_order, need_range, need_words, record


@record
class Cycle(CaseRecord):
    """One film and one shared review."""

    number: int
    """From 1."""
    opened_on: date
    review_on: date | None = None
    """When the shared review is planned."""
    edited_on: date | None = None
    """When choosing clips was finished."""
    closed_on: date | None = None
    """When it was wrapped up."""
    place: str = ""
    remote: bool = False
    minutes_filming: int = 0
    minutes_choosing: int = 0
    minutes_review: int = 0
    minutes_wrap_up: int = 0
    feedback: str = ""
    """How the client found the meeting."""

    def check(self) -> None:
        need_range(self.number, 1, 999, "The number of a cycle")
        need_order(self.opened_on, self.closed_on, "The end of the cycle")
        for step in ("filming", "choosing", "review", "wrap_up"):
            need_range(getattr(self, f"minutes_{step}"), 0, 10_000, f"Minutes of {step.replace('_', '-')}")


@record
class WorkingPoint(CaseRecord):
    """The small observable thing the client chooses to do more of."""

    cycle_id: str
    words: str
    chosen_on: date
    noticed: str = ""
    """What the client tried or noticed, told at the next review."""

    def check(self) -> None:
        need_words(self.words, "A working point")


@record
class Strength(CaseRecord):
    """A strength in the client's own words."""

    cycle_id: str
    words: str
    review_note_id: str | None = None
    """The quote it was gathered from."""

    def check(self) -> None:
        need_words(self.words, "A strength")
