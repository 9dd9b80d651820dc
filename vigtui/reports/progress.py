"""The progress of a case over its cycles: ratings, counts, principles and minutes, for the practitioner and whoever commissions."""

from collections.abc import Sequence
from datetime import date

from vigtui.domain.casefile import CaseFile
from vigtui.domain.packs import Pack
from vigtui.domain.wording import Saying
from vigtui.reports.document import Block, Document, Facts, Group, Heading, Paragraph, Table, Tone
from vigtui.reports.figures import Counts, Figures, MinutesRow, PrincipleRow, RatingLine, RatingPoint
from vigtui.reports.rated import charts
from vigtui.reports.saying import saying

_ACROSS = 8
"""So many cycles stand side by side in a table."""
_NOTHING = "–"


def progress_report(file: CaseFile, pack: Pack, figures: Figures, *, on: date) -> Document:
    """The progress report of a case, in the language of its pack.

    Args:
        file: the case.
        pack: its way of working.
        figures: what was counted in it.
        on: the day it is written.
    """
    say = saying(pack)
    numbers = tuple(sorted(cycle.number for cycle in file.cycles))
    return Document(
        title=say("Progress"),
        below=say("Case {code}", code=file.case.code),
        blocks=(
            _counts(figures.counts, figures.lines, say),
            *_ratings(figures.lines, say),
            *_principles(figures.principles, numbers, say),
            *_minutes(figures.minutes, numbers, say),
        ),
        foot=say("Written on {day}.", day=on),
        language=say.language,
    )


def _counts(counts: Counts, lines: Sequence[RatingLine], say: Saying) -> Facts:
    filmed = weeks = _NOTHING
    if counts.minutes_filmed is not None:
        filmed = say("{minutes} minutes in a cycle, on average", minutes=f"{counts.minutes_filmed:g}")
    if counts.weeks is not None:
        between = {"first": counts.first_on, "last": counts.last_on}
        weeks = say("{weeks} ({first} to {last})", weeks=f"{counts.weeks:g}", **between)
    rows = [
        (say("Meetings held"), str(counts.meetings)),
        (say("Films"), str(counts.films)),
        (say("Filmed"), filmed),
        (say("Weeks, first to last"), weeks),
    ]
    for line in lines:
        if line.change is not None:
            goal = line.goal
            subject = say("Change, goal {number}", number=goal.position) if goal else say("Change, question")
            rows.append((subject, say("{change}, as rated by {rater}", change=f"{line.change:+d}", rater=line.rater)))
    return Facts(tuple(rows))


def _ratings(lines: Sequence[RatingLine], say: Saying) -> list[Block]:

    def cycle(point: RatingPoint) -> str:
        return "" if point.cycle is None else say("cycle {number}", number=point.cycle)

    blocks: list[Block] = [Heading(say("Ratings, first to last"))]
    blocks += [chart for _, chart in charts(lines, say("Helping question"), say, date.isoformat, cycle)]
    return blocks if lines else [*blocks, Paragraph(say("Nothing was rated yet."), Tone.QUIET)]


def _principles(rows: Sequence[PrincipleRow], numbers: Sequence[int], say: Saying) -> list[Block]:
    seen = [row for row in rows if row.total]
    head = Heading(say("Principles seen"))
    if not seen:
        return [head, Paragraph(say("None was noted yet."), Tone.QUIET)]
    named = [(row.words if row.is_level else f"– {row.words}", row.counts, row.total) for row in seen]
    about = Paragraph(say("In how many moments of each cycle; moments are counted, never people."))
    return [Group((head, about, *_by_cycle(say("Principle, by cycle"), named, numbers, say)))]


def _minutes(rows: Sequence[MinutesRow], numbers: Sequence[int], say: Saying) -> list[Block]:
    if not any(row.total for row in rows):
        return [Heading(say("Minutes spent")), Paragraph(say("None were written down yet."), Tone.QUIET)]
    named = [(say(row.step.replace("_", "-").capitalize()), row.minutes, row.total) for row in rows]
    return [Group((Heading(say("Minutes spent")), *_by_cycle(say("Step, by cycle"), named, numbers, say)))]


def _by_cycle(
    head: str, rows: Sequence[tuple[str, tuple[int, ...], int]], numbers: Sequence[int], say: Saying
) -> list[Block]:
    """A table with a column for each cycle, and one for all; as several tables where the cycles are many."""
    tables: list[Block] = []
    for first in range(0, len(numbers), _ACROSS):
        part = slice(first, first + _ACROSS)
        columns = (head, *(str(number) for number in numbers[part]), say("All"))
        cells = tuple(
            (name, *(str(count or "·") for count in counts[part]), str(total or "·")) for name, counts, total in rows
        )
        tables.append(Table(columns, cells, frozenset(range(1, len(columns)))))
    return tables
