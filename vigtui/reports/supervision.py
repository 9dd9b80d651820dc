"""The page for a supervision: the practitioner's question, where the work stands, and which clips of both films are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vigtui.domain.hours import hours
from vigtui.domain.supervision import Supervision
from vigtui.domain.wording import Saying
from vigtui.reports.document import Block, Document, Facts, Heading, Paragraph, Quote, Room, Table, Tone


@dataclass(frozen=True, slots=True)
class Part:
    """A cycle that is brought.

    Attributes:
        heading: the case and the cycle.
        work: where the work stands, as labels and words.
        clips: for each clip its film, its beginning, its length, the principles seen, and what is seen.
    """

    heading: str
    work: tuple[tuple[str, str], ...]
    clips: tuple[tuple[str, str, str, str, str], ...]


def supervision_page(meeting: Supervision, parts: Sequence[Part], say: Saying, *, on: date) -> Document:
    """The page of a meeting, with room to write, in a language; `on` is the day it is written."""
    length = ((say("Length"), hours(meeting.minutes)),) if meeting.minutes else ()
    blocks: list[Block] = [Facts(((say("Supervisor"), meeting.supervisor), *length))]
    for heading, words in (("My question", meeting.question), ("My own work, in my eyes", meeting.self_rating)):
        if words.strip():
            blocks += [Heading(say(heading)), Quote(words)]
    for part in parts:
        blocks += [Heading(part.heading)]
        blocks += [Facts(part.work)] if part.work else []
        if part.clips:
            columns = tuple(say(one) for one in ("Film", "From", "Length", "Principles", "What is seen"))
            blocks.append(Table(columns, part.clips, frozenset({1, 2})))
        else:
            blocks.append(Paragraph(say("No clip was chosen for this cycle."), Tone.QUIET))
    blocks += [Heading(say("What I take along")), Quote(meeting.learning) if meeting.learning.strip() else Room(6)]
    return Document(
        title=say("Supervision"),
        below=f"{meeting.held_on:%Y-%m-%d}",
        blocks=tuple(blocks),
        foot=say("For the practitioner and the supervisor. Written on {day}.", day=on),
        language=say.language,
    )
