"""What a case shows over its cycles: ratings, principles, minutes and the counts a service is asked for.

Pure functions of a case file, for the Progress screen and for reports alike. Nothing here is about how well somebody does:
ratings are those that people gave, and everything else counts moments, meetings and minutes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vigtui.domain.casefile import CaseFile
from vigtui.domain.film import Film, FilmKind
from vigtui.domain.goal import Goal, Rating
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.principles import Level, level_of

STEPS = ("filming", "choosing", "review", "wrap_up")
"""The steps of a cycle whose minutes are kept, as in `Cycle.minutes_filming` and so on."""


@dataclass(frozen=True, slots=True)
class RatingPoint:
    """One rating and the number of the cycle it belongs to; None for one outside of any cycle."""

    rating: Rating
    cycle: int | None

    @property
    def height(self) -> float:
        """Where it stands on its own scale, from 0 (lowest) to 1 (highest)."""
        return (self.rating.value - self.rating.low) / (self.rating.high - self.rating.low)


@dataclass(frozen=True, slots=True)
class RatingLine:
    """All ratings of one subject by one person, oldest first; there is at least one."""

    goal: Goal | None
    """None for the helping question."""
    rater: str
    points: tuple[RatingPoint, ...]

    @property
    def name(self) -> str:
        """“question”, “goal 2”."""
        return f"goal {self.goal.position}" if self.goal else "question"

    @property
    def low(self) -> int:
        """Lowest value of the scale, as it was at the newest rating."""
        return self.points[-1].rating.low

    @property
    def high(self) -> int:
        """Highest value of the scale, as it was at the newest rating."""
        return self.points[-1].rating.high

    @property
    def change(self) -> int | None:
        """The newest value less the oldest; None where there is one rating only, or where the scale was changed in between."""
        first, last = self.points[0].rating, self.points[-1].rating
        if len(self.points) < 2 or (first.low, first.high) != (last.low, last.high):
            return None
        return last.value - first.value


def rating_lines(file: CaseFile) -> tuple[RatingLine, ...]:
    """A line for each subject and each person who rated it: the question first, then the goals in their order.

    People are kept apart, because two people's numbers do not make a change. Who rated a subject first comes first. A goal that
    was put aside keeps its line, behind the others.
    """
    numbers = {cycle.id: cycle.number for cycle in file.cycles}
    in_order = sorted(file.goals, key=lambda goal: (goal.dropped_on is not None, goal.position, goal.id))
    subjects: list[Goal | None] = [None, *in_order]
    lines = []
    for goal in subjects:
        by_rater: dict[str, list[RatingPoint]] = {}
        for rating in file.ratings_of(goal.id if goal else None):
            number = numbers.get(rating.cycle_id) if rating.cycle_id else None
            by_rater.setdefault(rating.rater, []).append(RatingPoint(rating, number))
        lines += [RatingLine(goal, rater, tuple(points)) for rater, points in by_rater.items()]
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class PrincipleRow:
    """One line of the matrix: a level, or a behaviour in it, and in how many moments of each cycle it was seen."""

    principle: str
    """The id that moments hold: ``receiving``, ``receiving.smiles``."""
    words: str
    is_level: bool
    counts: tuple[int, ...]
    """Moments per cycle, in the order of `cycle_numbers`."""

    @property
    def total(self) -> int:
        """Moments in all cycles."""
        return sum(self.counts)


def cycle_numbers(file: CaseFile) -> tuple[int, ...]:
    """The cycles of a case: the columns of the matrix and of the minutes."""
    return tuple(sorted(cycle.number for cycle in file.cycles))


def principles_seen(file: CaseFile, levels: Iterable[Level]) -> tuple[PrincipleRow, ...]:
    """In how many moments each principle was seen, cycle by cycle: every level of the pack, below it the behaviours that were seen.

    What is counted are moments, never people: a moment in which several behaviours of a level were seen counts once for the level.
    Private moments and films of reviews are left out. Principles that the pack does not know, because the case had another
    pack before, come last under the id they were stored with.
    """
    seen = _principles_by_cycle(file)
    numbers = cycle_numbers(file)

    def count(principle: str) -> tuple[int, ...]:
        return tuple(
            sum(principle in {*principles, *map(level_of, principles)} for principles in seen.get(number, ()))
            for number in numbers
        )

    rows, known = [], set()
    for level in levels:
        known.add(level.id)
        rows.append(PrincipleRow(level.id, level.name, True, count(level.id)))
        for behaviour in level.behaviours:
            known.add(behaviour.id)
            row = PrincipleRow(behaviour.id, behaviour.words, False, count(behaviour.id))
            rows += [row] if row.total else []
    met = {principle for moments in seen.values() for principles in moments for principle in principles}
    rows += [PrincipleRow(principle, principle, True, count(principle)) for principle in sorted(met - known)]
    return tuple(rows)


def _principles_by_cycle(file: CaseFile) -> dict[int, list[set[str]]]:
    """For each cycle the principles of each moment that counts."""
    by_moment: dict[str, set[str]] = {}
    for one in file.moment_principles:
        by_moment.setdefault(one.moment_id, set()).add(one.principle)
    found: dict[int, list[set[str]]] = {}
    for number, moment in _moments(file):
        found.setdefault(number, []).append(by_moment.get(moment.id, set()))
    return found


def _moments(file: CaseFile) -> Iterable[tuple[int, Moment]]:
    numbers = {cycle.id: cycle.number for cycle in file.cycles}
    films = {film.id: numbers[film.cycle_id] for film in file.films if film.kind is FilmKind.FAMILY}
    for moment in file.moments:
        if moment.film_id in films and moment.state is not MomentState.PRIVATE:
            yield films[moment.film_id], moment


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """Minutes the practitioner spent on one step, cycle by cycle, as they were written down; 0 where nothing was."""

    step: str
    """One of `STEPS`."""
    minutes: tuple[int, ...]
    """In the order of `cycle_numbers`."""

    @property
    def total(self) -> int:
        """Minutes in all cycles."""
        return sum(self.minutes)


def minutes_spent(file: CaseFile) -> tuple[MinutesRow, ...]:
    """Minutes per step and cycle."""
    cycles = sorted(file.cycles, key=lambda cycle: cycle.number)
    return tuple(MinutesRow(step, tuple(getattr(cycle, f"minutes_{step}") for cycle in cycles)) for step in STEPS)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a commissioner asks for."""

    meetings: int
    """Shared reviews that were held to their end."""
    films: int
    """Films of the family or class that were taken, deleted ones too; films of reviews do not count."""
    minutes_filmed: float | None
    """Mean length in minutes of what was filmed in a cycle, over the cycles with a film whose length is known; None without one."""
    first_on: date | None
    """The earliest day on which a film was taken or a review held."""
    last_on: date | None
    """The latest such day."""

    @property
    def weeks(self) -> float | None:
        """Weeks from the first to the last such day, to a tenth; None before anything took place."""
        if self.first_on is None or self.last_on is None:
            return None
        return round((self.last_on - self.first_on).days / 7, 1)


def counts(file: CaseFile) -> Counts:
    """Meetings, minutes filmed and weeks. The change of the ratings stands in `rating_lines`."""
    films = [film for film in file.films if film.kind is FilmKind.FAMILY]
    held = [review for review in file.reviews if review.ended_at]
    days = [film_day(film) for film in films] + [review.held_on for review in held if review.held_on]
    return Counts(
        meetings=len(held),
        films=len(films),
        minutes_filmed=_minutes_filmed(films),
        first_on=min(days, default=None),
        last_on=max(days, default=None),
    )


def film_day(film: Film) -> date:
    """The day a film was taken: as its file tells, else the day it came into the library."""
    return film.recorded_on or film.added_at.astimezone().date()


def _minutes_filmed(films: Iterable[Film]) -> float | None:
    by_cycle: dict[str, int] = {}
    for film in films:
        if film.duration_ms is not None:
            by_cycle[film.cycle_id] = by_cycle.get(film.cycle_id, 0) + film.duration_ms
    if not by_cycle:
        return None
    return round(sum(by_cycle.values()) / len(by_cycle) / 60_000, 1)
