"""Ratings over the cycles as a plot of characters: a bar for each with its number on top, filled by when it was given."""

from rich.text import Text

from vigtui.domain.goal import Occasion
from vigtui.services.progress import RatingLine, RatingPoint
from vigtui.widgets.words import has_unicode, one_line, sign

_HEIGHT = 10
"""Rows from the lowest to the highest value: on a scale of ten steps each value has a row of its own."""
_STEP = 3
"""Columns from one bar to the next."""
_AXIS = 5
"""Columns for the numbers of the scale."""
_BARS = {
    Occasion.FIRST: ("▓▓", "++"),
    Occasion.BEFORE: ("░░", "::"),
    Occasion.AFTER: ("██", "##"),
    Occasion.OTHER: ("▓▓", "++"),
}
_LINES = {"baseline": ("┄", "."), "expected": ("╌", "-"), "achieved": ("─", "=")}
"""The goal's own levels, each a line with its first letter before it."""


def legend() -> Text:
    """What the shapes of the bars mean."""
    fine = 0 if has_unicode() else 1
    shapes = {when: _BARS[when][fine] for when in (Occasion.BEFORE, Occasion.AFTER, Occasion.OTHER)}
    words = {Occasion.BEFORE: "on arriving", Occasion.AFTER: "after the review", Occasion.OTHER: "at another time"}
    return Text("   ".join(f"{shape} {words[when]}" for when, shape in shapes.items()), style="dim")


def rating_plot(line: RatingLine, width: int) -> list[Text]:
    """The plot of one line of ratings.

    Args:
        line: its ratings; those that do not fit are left out from the oldest on, which the last row then says.
        width: columns it may take, 30 at least.

    Returns:
        Its rows, each exactly so wide; every plot has as many.
    """
    levels = _levels(line)
    points = line.points[-max(1, (width - _AXIS) // _STEP) :]
    rows = [_title(line)]
    rows += [_row(line, points, levels, row, width) for row in range(_HEIGHT, -1, -1)]
    rows += [_feet(points), _told(line, len(points))]
    for row in rows:
        row.truncate(width, overflow="ellipsis", pad=True)
    return rows


def change_words(line: RatingLine) -> str:
    """The first and the last value, and what lies between: “4 → 7, +3”."""
    first, last = line.points[0].rating.value, line.points[-1].rating.value
    if len(line.points) < 2:
        return str(first)
    told = "the scale was changed" if line.change is None else f"{line.change:+d}" if line.change else "no change"
    return f"{first} {sign('arrow')} {last}, {told}"


def _title(line: RatingLine) -> Text:
    return one_line(f"{line.name.capitalize()}, {line.rater}", "bold").append(f"  {change_words(line)}", "not bold")


def _told(line: RatingLine, shown: int) -> Text:
    """What did not fit, and the levels whose first letters stand beside the lines."""
    levels = {name: getattr(line.goal, name) for name in _LINES} if line.goal else {}
    told = [f"the last {shown} of {len(line.points)}"] if shown < len(line.points) else []
    told += [f"{name} {value}" for name, value in levels.items() if value is not None]
    return Text(f" {', '.join(told)}", style="dim")


def _levels(line: RatingLine) -> dict[int, tuple[str, str]]:
    """By row: the letters of the goal's own levels on it, and the character of the last of them."""
    found: dict[int, tuple[str, str]] = {}
    goal = line.goal
    if goal is None:
        return found
    for name, shapes in _LINES.items():
        value = getattr(goal, name)
        if value is not None:
            row = round((value - goal.scale_low) / (goal.scale_high - goal.scale_low) * _HEIGHT)
            found[row] = (found.get(row, ("", ""))[0] + name[0], shapes[0 if has_unicode() else 1])
    return found


def _row(
    line: RatingLine, points: tuple[RatingPoint, ...], levels: dict[int, tuple[str, str]], row: int, width: int
) -> Text:
    letters, shape = levels.get(row, ("", " "))
    scale = {_HEIGHT: f"{line.high}", 0: f"{line.low}"}.get(row, "")
    text = Text(f"{letters or scale:>{_AXIS - 2}} ", style="dim")
    text.append("│" if has_unicode() else "|", "dim")
    cells = [shape] * (width - _AXIS)
    styles = ["dim"] * len(cells)
    for i, point in enumerate(points):
        top = round(point.height * _HEIGHT)
        bar = _BARS[point.rating.occasion][0 if has_unicode() else 1]
        drawn = f"{point.rating.value:>2}" if row == top else bar if row < top else ""
        for j, letter in enumerate(drawn[:2]):
            at = i * _STEP + j
            cells[at], styles[at] = letter, "bold not dim" if row == top else "not dim"
    for cell, style in zip(cells, styles, strict=True):
        text.append(cell, style)
    return text


def _feet(points: tuple[RatingPoint, ...]) -> Text:
    """Below the bars: where each cycle begins."""
    text = Text(" " * _AXIS, style="dim")
    before: object = ()
    for point in points:
        name = f"c{point.cycle}" if point.cycle else "-"
        text.append(f"{name if point.cycle != before else '':<{_STEP}}")
        before = point.cycle
    return text
