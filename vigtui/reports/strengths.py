"""The record of strengths: a page that a family keeps, of their own words and nothing that was thought about them.

What may stand on it is listed here, not what may not: the question, the goals and their ratings, the strengths, the working
points with what was tried, and the words of the ending. So no principle, private moment, concern, note of the practitioner,
measure or comment can slip in.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from vigtui.domain.casefile import CaseFile
from vigtui.domain.cycle import Cycle
from vigtui.domain.packs import Pack
from vigtui.domain.person import Role
from vigtui.domain.review import NoteKind
from vigtui.domain.wording import Saying
from vigtui.reports.document import (
    Block,
    Document,
    Group,
    Heading,
    Paragraph,
    Picture,
    Quote,
    Room,
    Tone,
    lines_of,
)
from vigtui.reports.figures import RatingLine
from vigtui.reports.rated import charts
from vigtui.reports.saying import saying

_FAMILY = (Role.CLIENT, Role.PARTNER, Role.CHILD, Role.SIBLING, Role.PUPIL)
_ONCE = "{first}, on a scale from {low} to {high}"


def strengths_record(
    file: CaseFile, pack: Pack, lines: Iterable[RatingLine], *, on: date, pictures: Sequence[Picture] = ()
) -> Document:
    """The record of strengths, in the pack's language where there are words for it.

    Args:
        file: the case.
        pack: the case's way of working.
        lines: its ratings, by subject and by who rated.
        on: the day it is written.
        pictures: stills of clips that the client keeps; the caller has asked the consent gate.
    """
    say = saying(pack)
    told = sorted(file.cycles, key=lambda cycle: cycle.number)
    blocks: list[Block] = []
    if file.question:
        blocks += [Heading(say("The question we worked on")), Quote(file.question.words)]
    blocks += _strengths(file, told, say)
    if pictures:
        first, *rest = pictures
        blocks += [Group((Heading(say("Moments to keep")), first)), *rest]
    blocks += _points(file, told, say)
    blocks += _ratings(lines, say)
    blocks += _ending(file, say)
    by_hand = Group((Heading(say("A few words by hand")), Room(4)))
    names = [one.name for role in _FAMILY for one in file.people if one.role is role and not one.bystander]
    return Document(
        title=say("What we saw together"),
        below=say("For {names}", names=say.names(names)) if names else "",
        blocks=(*(blocks or [Paragraph(say("Nothing has been written down yet."), Tone.QUIET)]), by_hand),
        foot=say("Gathered on {day}", day=say.on(on)),
        language=say.language,
        keepsake=True,
    )


def _strengths(file: CaseFile, told: list[Cycle], say: Saying) -> list[Block]:
    """The strengths under the day of each meeting; those noted in it count before they are gathered too."""
    blocks: list[Block] = []
    for cycle in told:
        review = file.review(cycle.id)
        gathered = file.strengths_of(cycle.id)
        taken = {one.review_note_id for one in gathered}
        notes = file.review_notes_of(review.id) if review else []
        words = [one.words for one in gathered]
        words += [one.words for one in notes if one.kind is NoteKind.STRENGTH and one.id not in taken]
        if words:
            day = (review.held_on if review else None) or cycle.closed_on or cycle.review_on
            blocks += [Heading(say.on(day), 3)] if day else []
            blocks += [Quote(one) for one in words if one.strip()]
    return [Heading(say("Strengths, in your own words")), *blocks] if blocks else []


def _points(file: CaseFile, told: list[Cycle], say: Saying) -> list[Block]:
    blocks: list[Block] = []
    for cycle in told:
        point = file.working_point(cycle.id)
        if point:
            noticed = (
                [Paragraph(say("Tried and noticed"), Tone.QUIET), Paragraph(point.noticed)]
                if point.noticed.strip()
                else []
            )
            blocks.append(Group((Heading(say.on(point.chosen_on), 3), Quote(point.words), *noticed)))
    return [Heading(say("Chosen, to do more of")), *blocks] if blocks else []


def _ratings(lines: Iterable[RatingLine], say: Saying) -> list[Block]:
    blocks: list[Block] = []
    for line, chart in charts(lines, say("The question"), say, say.on):
        if line.goal and line.goal.dropped_on:
            continue
        one, end = chart.points[0], chart.points[-1]
        several = len(chart.points) > 1
        words = "From {first} to {last}, on a scale from {low} to {high}" if several else _ONCE
        filled = say(words, first=one.value, last=end.value, low=end.low, high=end.high)
        blocks += [Group((chart, Paragraph(filled, Tone.QUIET)))] if chart.one_scale else [chart]
    return [Heading(say("Where it was, and where it is")), *blocks] if blocks else []


def _ending(file: CaseFile, say: Saying) -> list[Block]:
    """The words of the ending, without those that stand further up already: the record is gathered from them."""
    points = [words for one in file.working_points for words in (one.words, one.noticed)]
    said = {line for words in (*points, *(one.words for one in file.strengths)) for line in lines_of(words)}
    lines = [line for one in file.endings for line in lines_of(one.strengths_record) if line and line not in said]
    return [Heading(say("To take along")), Quote("\n".join(lines))] if lines else []
