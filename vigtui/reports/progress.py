"""The progress of a case over its cycles: ratings, counts, principles and minutes, for the practitioner and whoever commissions."""

from collections.abc import Sequence
from datetime import date

from vigtui.domain.casefile import CaseFile
from vigtui.reports.document import Block, Document, Facts, Group, Heading, Paragraph, Table, Tone
from vigtui.reports.figures import Counts, Figures, MinutesRow, PrincipleRow, RatingLine, RatingPoint
from vigtui.reports.rated import charts

_ACROSS = 8
"""So many cycles stand side by side in a table."""
_NOTHING = "–"


def progress_report(file: CaseFile, figures: Figures, *, on: date) -> Document:
    """The progress report of a case.

    Args:
        file: the case.
        figures: what was counted in it.
        on: the day it is written.
    """
    numbers = tuple(sorted(cycle.number for cycle in file.cycles))
    return Document(
        title="Progress",
        below=f"Case {file.case.code}",
        blocks=(
            _counts(figures.counts, figures.lines),
            *_ratings(figures.lines),
            *_principles(figures.principles, numbers),
            *_minutes(figures.minutes, numbers),
        ),
        foot=f"Written on {on:%Y-%m-%d}.",
    )


def _counts(counts: Counts, lines: Sequence[RatingLine]) -> Facts:
    begun = f"{counts.first_on:%Y-%m-%d} to {counts.last_on:%Y-%m-%d}" if counts.first_on and counts.last_on else ""
    filmed = "" if counts.minutes_filmed is None else f"{counts.minutes_filmed:g} minutes in a cycle, on average"
    rows = [
        ("Meetings held", str(counts.meetings)),
        ("Films", str(counts.films)),
        ("Filmed", filmed or _NOTHING),
        ("Weeks, first to last", f"{counts.weeks:g} ({begun})" if counts.weeks is not None else _NOTHING),
    ]
    for line in lines:
        if line.change is not None:
            subject = f"goal {line.goal.position}" if line.goal else "question"
            rows.append((f"Change, {subject}", f"{line.change:+d}, as rated by {line.rater}"))
    return Facts(tuple(rows))


def _ratings(lines: Sequence[RatingLine]) -> list[Block]:
    blocks: list[Block] = [Heading("Ratings, first to last")]
    blocks += [chart for _, chart in charts(lines, "Helping question", date.isoformat, _cycle)]
    return blocks if lines else [*blocks, Paragraph("Nothing was rated yet.", Tone.QUIET)]


def _cycle(point: RatingPoint) -> str:
    return "" if point.cycle is None else f"cycle {point.cycle}"


def _principles(rows: Sequence[PrincipleRow], numbers: Sequence[int]) -> list[Block]:
    seen = [row for row in rows if row.total]
    head = Heading("Principles seen")
    if not seen:
        return [head, Paragraph("None was noted yet.", Tone.QUIET)]
    named = [(row.words if row.is_level else f"– {row.words}", row.counts, row.total) for row in seen]
    about = Paragraph("In how many moments of each cycle; moments are counted, never people.")
    return [Group((head, about, *_by_cycle("Principle", named, numbers)))]


def _minutes(rows: Sequence[MinutesRow], numbers: Sequence[int]) -> list[Block]:
    if not any(row.total for row in rows):
        return [Heading("Minutes spent"), Paragraph("None were written down yet.", Tone.QUIET)]
    named = [(row.step.replace("_", "-").capitalize(), row.minutes, row.total) for row in rows]
    return [Group((Heading("Minutes spent"), *_by_cycle("Step", named, numbers)))]


def _by_cycle(head: str, rows: Sequence[tuple[str, tuple[int, ...], int]], numbers: Sequence[int]) -> list[Block]:
    """A table with a column for each cycle, and one for all; as several tables where the cycles are many."""
    tables: list[Block] = []
    for first in range(0, len(numbers), _ACROSS):
        part = slice(first, first + _ACROSS)
        columns = (f"{head}, by cycle", *(str(number) for number in numbers[part]), "All")
        cells = tuple(
            (name, *(str(count or "·") for count in counts[part]), str(total or "·")) for name, counts, total in rows
        )
        tables.append(Table(columns, cells, frozenset(range(1, len(columns)))))
    return tables
