"""Ratings over the cycles as one small line for the question and for each goal."""

from rich.text import Text

from vigtui.domain.casefile import CaseFile
from vigtui.domain.cycle import Cycle
from vigtui.domain.goal import Rating
from vigtui.widgets.words import has_unicode, sign

_BARS = "▁▂▃▄▅▆▇█"


def ratings_chart(file: CaseFile) -> Text:
    """Ratings of the question and each goal over the cycles: the numbers, and a small bar for each."""
    text = Text()
    cycles: dict[str | None, Cycle] = {cycle.id: cycle for cycle in file.cycles}
    subjects: list[tuple[str, str | None]] = [("question", None)] if file.question else []
    subjects += [(f"goal {goal.position}", goal.id) for goal in file.goals_now]
    for name, goal_id in subjects:
        ratings = file.ratings_of(goal_id)
        if not ratings:
            continue
        text.append(f" {name:<9} ", "bold")
        for i, rating in enumerate(ratings):
            text.append(f"{' ' + sign('arrow') + ' ' if i else ''}{rating.value}")
        text.append("  ")
        if has_unicode():
            text.append("".join(_bar(rating) for rating in ratings), "bold")
        last = cycles.get(ratings[-1].cycle_id)
        text.append(f"  of {ratings[-1].high}{f', cycle {last.number}' if last else ''}\n", "dim")
    text.rstrip()
    return text


def _bar(rating: Rating) -> str:
    share = (rating.value - rating.low) / (rating.high - rating.low)
    return _BARS[round(share * (len(_BARS) - 1))]
