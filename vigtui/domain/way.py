"""The way of a case: the road from the first film to the last review, and how much of everything, as a pack lays them down."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from vigtui.domain.principles import Id, Name, Phrase

Minutes = Annotated[int, range(601)]
Count = Annotated[int, range(1, 1000)]


class Selects(StrEnum):
    """Who chooses the clips."""

    PRACTITIONER = "practitioner"
    CLIENT = "client"
    TOGETHER = "together"


class Order(StrEnum):
    """When a film is talked over: in its own cycle, or at the next visit, after the new film has been taken."""

    FILM_FIRST = "film_first"
    REVIEW_NEXT_VISIT = "review_next_visit"


class Question(StrEnum):
    """What guides the work: the client's own helping question, or the themes of the visits."""

    OWN = "own"
    THEME = "theme"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of everything; all are plans or reminders, never limits.

    Attributes:
        cycles: fewest and most; a case is planned with the fewest.
        follow_up_months: months after the last review.
    """

    film_minutes: Minutes = 10
    cycles: tuple[Count, Count] = (3, 4)
    days_to_review: Count = 7
    review_minutes: Minutes = 60
    retention_days: Annotated[int, range(36501)] = 60
    follow_up_months: tuple[Count, ...] = (3, 6)


USUAL_COUNTS = Counts()
"""Where a pack says nothing of them."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit laid down beforehand, in programmes that have them; `prompt` is its question or theme in a sentence."""

    id: Id
    name: Name
    prompt: Phrase = ""
    activity: Name = ""
    film: bool = True
    review: bool = True


@dataclass(frozen=True, slots=True)
class Way:
    """The road a pack lays down for a case. A cycle is a visit; past the visits laid down all are alike.

    Attributes:
        client: the pack's word for the client.
    """

    order: Order = Order.FILM_FIRST
    question: Question = Question.OWN
    visits: tuple[Visit, ...] = ()
    selects: Selects = Selects.PRACTITIONER
    client: str = "client"

    def visit(self, number: int) -> Visit | None:
        """Give the visit laid down for a cycle, by its number from 1."""
        return self.visits[number - 1] if 1 <= number <= len(self.visits) else None

    def films(self, number: int) -> bool:
        """Say whether a cycle has a film."""
        visit = self.visit(number)
        return visit.film if visit else number > 0

    def reviews(self, number: int) -> bool:
        """Say whether a cycle has a shared review."""
        visit = self.visit(number)
        if visit:
            return visit.review
        return self.order is Order.FILM_FIRST or self.films(number - 1)

    def reviewed_in(self, number: int) -> int:
        """Give the number of the cycle in which the film of a cycle is talked over."""
        later = number if self.order is Order.FILM_FIRST else number + 1
        while not self.reviews(later):
            later += 1
        return later
