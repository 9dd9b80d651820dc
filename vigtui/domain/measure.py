"""Dated scores of a named measure; never the text of its items."""

from datetime import date

from vigtui.domain.record import CaseRecord, need_range, need_words, record


@record
class Measure(CaseRecord):
    """One score."""

    name: str
    score: float
    scored_on: date
    person_id: str | None = None
    """Who filled it in."""
    note: str = ""

    def check(self) -> None:
        need_words(self.name, "A measure")
        need_range(self.score, -1_000_000, 1_000_000, "A score")
