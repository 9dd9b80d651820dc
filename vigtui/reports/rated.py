"""Ratings as charts: the question and each goal, one chart for each who rated, first to last."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from vigtui.domain.goal import Rating
from vigtui.domain.wording import Saying
from vigtui.reports.document import Chart, Point
from vigtui.reports.figures import RatingLine, RatingPoint


def charts(
    lines: Iterable[RatingLine],
    question: str,
    say: Saying,
    day: Callable[[date], str],
    part: Callable[[RatingPoint], str] = lambda point: "",
) -> Iterator[tuple[RatingLine, Chart]]:
    """Give each line with its chart.

    Args:
        lines: the ratings, by subject and by who rated.
        question: how the chart of the helping question is called; that of a goal has the goal's words. Who rated is
            named where several people did.
        say: the language of the page.
        day: writes a date.
        part: says in which part of the work a rating was given, where that matters.
    """
    lines = tuple(lines)
    raters = Counter(line.goal.id if line.goal else None for line in lines)
    for line in lines:
        name = line.goal.words if line.goal else question
        named = f"{name} ({line.rater})" if raters[line.goal.id if line.goal else None] > 1 else name
        yield line, Chart(named, tuple(_point(one.rating, day, part(one)) for one in line.points), _scale(say))


def _scale(say: Saying) -> str:
    """How a rating is said with its scale, still to be filled."""
    return say("{value} ({low} to {high})", value="{value}", low="{low}", high="{high}")


def _point(rating: Rating, day: Callable[[date], str], part: str) -> Point:
    return Point(day(rating.rated_on), rating.value, rating.low, rating.high, part)
