"""The figures that reports show, as they are handed in: counted elsewhere (`services.progress`), once for screens and reports."""

from datetime import date
from typing import Protocol

from vigtui.domain.goal import Goal, Rating


class RatingPoint(Protocol):
    """A rating and the number of its cycle."""

    @property
    def rating(self) -> Rating:
        """The rating."""

    @property
    def cycle(self) -> int | None:
        """Its cycle's number; None outside of any cycle."""


class RatingLine(Protocol):
    """The ratings of one subject by one person, oldest first; at least one."""

    @property
    def goal(self) -> Goal | None:
        """The goal; None for the helping question."""

    @property
    def rater(self) -> str:
        """Who rated."""

    @property
    def points(self) -> tuple[RatingPoint, ...]:
        """The ratings."""

    @property
    def change(self) -> int | None:
        """The newest value less the oldest, where that can be said."""


class PrincipleRow(Protocol):
    """In how many moments of each cycle a principle was seen."""

    @property
    def words(self) -> str:
        """The level's name, or the behaviour."""

    @property
    def is_level(self) -> bool:
        """Whether it is a level, which comes before its behaviours."""

    @property
    def counts(self) -> tuple[int, ...]:
        """Moments per cycle."""

    @property
    def total(self) -> int:
        """Moments in all cycles."""


class MinutesRow(Protocol):
    """Minutes spent on one step of the work in each cycle."""

    @property
    def step(self) -> str:
        """Which: “filming”, “choosing”, “review” or “wrap_up”."""

    @property
    def minutes(self) -> tuple[int, ...]:
        """Minutes per cycle."""

    @property
    def total(self) -> int:
        """Minutes in all cycles."""


class Counts(Protocol):
    """What a commissioner asks for."""

    @property
    def meetings(self) -> int:
        """Shared reviews held."""

    @property
    def films(self) -> int:
        """Films taken."""

    @property
    def minutes_filmed(self) -> float | None:
        """Mean minutes filmed in a cycle; None where unknown."""

    @property
    def first_on(self) -> date | None:
        """The first day of filming or meeting."""

    @property
    def last_on(self) -> date | None:
        """The last such day."""

    @property
    def weeks(self) -> float | None:
        """Weeks between the two."""


class Figures(Protocol):
    """All of them."""

    @property
    def lines(self) -> tuple[RatingLine, ...]:
        """The ratings."""

    @property
    def principles(self) -> tuple[PrincipleRow, ...]:
        """The principles seen."""

    @property
    def minutes(self) -> tuple[MinutesRow, ...]:
        """The minutes spent."""

    @property
    def counts(self) -> Counts:
        """The counts."""
