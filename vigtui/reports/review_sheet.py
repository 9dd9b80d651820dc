"""The review sheet: what was prepared for a shared review, with room to write, for the practitioner to take along."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Protocol

from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import NotFound
from vigtui.domain.packs import Pack, Phase, PhaseKind, Step
from vigtui.domain.timecode import format_length, format_time
from vigtui.domain.wording import Saying
from vigtui.reports.document import (
    Block,
    Document,
    Facts,
    Group,
    Heading,
    Paragraph,
    Prompt,
    Prompts,
    Quote,
    Room,
    Table,
    Tone,
)
from vigtui.reports.saying import saying

_NOTHING = "–"


class ReadyStep(Protocol):
    """A step of the review with its prompt in the words of the case (`services.prompts.ReadyStep`)."""

    @property
    def step(self) -> Step:
        """Phase, rung and number of the clip."""

    @property
    def prompt(self) -> str:
        """What is asked."""

    @property
    def hint(self) -> str:
        """For the practitioner alone."""

    @property
    def clip(self) -> Clip | None:
        """The clip looked at."""


def review_sheet(file: CaseFile, cycle: Cycle, pack: Pack, steps: Sequence[ReadyStep], *, on: date) -> Document:
    """The sheet of a cycle's review, in the language of its pack.

    Args:
        file: the case.
        cycle: the cycle whose review it is.
        pack: the case's way of working.
        steps: the steps of that review, in order, with their prompts filled in.
        on: the day it is written.
    """
    say = saying(pack)
    return Document(
        title=say("Shared review"),
        below=say("{code}, cycle {number}", code=file.case.code, number=cycle.number),
        blocks=(
            _meeting(file, cycle, pack, say),
            *_question(file, say),
            *_last_time(file, cycle, say),
            *_clips(file, cycle, say),
            *_way_through(file, cycle, pack, steps, say),
        ),
        foot=say("For the practitioner. Written on {day}.", day=on),
        language=say.language,
    )


def _meeting(file: CaseFile, cycle: Cycle, pack: Pack, say: Saying) -> Facts:
    review = file.review(cycle.id)
    day = cycle.review_on or (review.held_on if review else None)
    present = ", ".join(one.name for one in file.present_at(review.id)) if review else ""
    filmed = say("yes, all agree" if review and review.film_consented else "not agreed yet")
    return Facts(
        (
            (say("Planned for"), f"{day:%Y-%m-%d}" if day else _NOTHING),
            (say("Where"), cycle.place or _NOTHING),
            (say("Present"), present or say("nobody yet")),
            (say("Film the talk"), filmed),
            (say("Way of working"), pack.name),
        )
    )


def _question(file: CaseFile, say: Saying) -> list[Block]:
    blocks: list[Block] = []
    if file.question:
        blocks += [Heading(say("Helping question, word for word")), Quote(file.question.words)]
    rows = [(say("Question"), *_last_rating(file, None, say))] if file.question else []
    rows += [(f"{goal.position}. {goal.words}", *_last_rating(file, goal.id, say)) for goal in file.goals_now]
    if rows:
        columns = tuple(say(one) for one in ("Last ratings", "Rated", "On", "Today"))
        blocks += [Heading(say("Goals")), Table(columns, tuple((*row, "") for row in rows), frozenset({1, 2, 3}))]
    return blocks


def _last_rating(file: CaseFile, goal_id: str | None, say: Saying) -> tuple[str, str]:
    ratings = file.ratings_of(goal_id)
    if not ratings:
        return _NOTHING, ""
    last = ratings[-1]
    rated = say("{value} ({low} to {high})", value=last.value, low=last.low, high=last.high)
    return rated, f"{last.rated_on:%Y-%m-%d}"


def _last_time(file: CaseFile, cycle: Cycle, say: Saying) -> list[Block]:
    before = next((one for one in file.cycles if one.number == cycle.number - 1), None)
    point = file.working_point(before.id) if before else None
    if point is None:
        return []
    blocks: list[Block] = [Heading(say("Last working point")), Quote(point.words)]
    if point.noticed.strip():
        blocks.append(Paragraph(say("Tried and noticed: {words}", words=point.noticed)))
    return blocks


def _clips(file: CaseFile, cycle: Cycle, say: Saying) -> list[Block]:
    clips = file.clips_of(cycle.id)
    if not clips:
        return [Heading(say("Clips")), Paragraph(say("There is no clip on the shortlist yet."), Tone.QUIET)]
    rows = []
    for clip in clips:
        moment = file.moment(clip.moment_id)
        length = say("still") if moment.still else format_length(moment.length_ms)
        film = str(file.film(moment.film_id).number)
        what = moment.note or clip.why
        place = say(clip.place.value) if clip.place else _NOTHING
        rows.append((str(clip.position), place, film, format_time(moment.in_ms), length, what))
    columns = tuple(say(one) for one in ("Place", "Film", "From", "Length", "What is seen"))
    return [
        Heading(say("Clips, in the order they are shown")),
        Table(("", *columns), tuple(rows), frozenset({0, 2, 3, 4})),
    ]


def _way_through(file: CaseFile, cycle: Cycle, pack: Pack, steps: Sequence[ReadyStep], say: Saying) -> list[Block]:
    clips = len(file.clips_of(cycle.id))
    times = [(clips if phase.kind is PhaseKind.PER_CLIP else 1, phase.minutes) for phase in pack.review.phases]
    least, most = (sum(count * minutes[end] for count, minutes in times) for end in (0, 1))
    meeting = {"least": least, "most": most, "minutes": pack.counts.review_minutes}
    blocks: list[Block] = [
        Heading(say("The way through")),
        Paragraph(say("In all {least} to {most} minutes, for a meeting of {minutes}.", **meeting)),
    ]
    for (phase, _), found in groupby(steps, key=lambda one: (one.step.phase, one.step.clip)):
        of_one = list(found)
        clip = of_one[0].clip
        prompts = Prompts(
            tuple(Prompt(one.step.rung.name, one.prompt, one.hint) for one in of_one), say("For the practitioner:")
        )
        heading = Heading(_heading(phase, clip, say), 3)
        if clip:
            blocks.append(Group((heading, *_about(file, pack, clip, say), prompts, Room(3))))
        else:
            blocks += [heading, prompts, Room(2)]
    return blocks


def _heading(phase: Phase, clip: Clip | None, say: Saying) -> str:
    low, high = phase.minutes
    which = ""
    if clip:
        place = f" ({say(clip.place.value)})" if clip.place else ""
        which = f": {say('clip {number}', number=clip.position)}{place}"
    return f"{phase.letter}. {phase.name}{which}, {say('{low} to {high} min', low=low, high=high)}"


def _about(file: CaseFile, pack: Pack, clip: Clip, say: Saying) -> list[Block]:
    moment = file.moment(clip.moment_id)
    goal = next((one for one in file.goals if one.id == moment.goal_id), None)
    seen = "; ".join(principle_words(pack, one) for one in file.principles_of(moment.id))
    rows = (
        ("Why chosen", clip.why),
        ("Opening question", clip.opening_question),
        ("Principle", seen),
        ("Goal", goal.words if goal else ""),
    )
    return [Facts(known)] if (known := tuple((say(name), words) for name, words in rows if words.strip())) else []


def principle_words(pack: Pack, principle: str) -> str:
    """A principle with its level in the pack's words; its id where the pack no longer has it."""
    try:
        return pack.principle_words(principle)
    except NotFound:
        return principle
