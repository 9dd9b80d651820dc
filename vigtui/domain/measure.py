"""Dated scores of a named measure; never the text of its items."""

from dataclasses import dataclass
from datetime import date

from vigtui.domain.record import CaseRecord, need_range, need_words


@dataclass(frozen=True, slots=True, kw_only=True)
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
