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
    """The sheet of a cycle's review.

    Args:
        file: the case.
        cycle: the cycle whose review it is.
        pack: the case's way of working.
        steps: the steps of that review, in order, with their prompts filled in.
        on: the day it is written.
    """
    return Document(
        title="Shared review",
        below=f"{file.case.code}, cycle {cycle.number}",
        blocks=(
            _meeting(file, cycle, pack),
            *_question(file),
            *_last_time(file, cycle),
            *_clips(file, cycle),
            *_way_through(file, cycle, pack, steps),
        ),
        foot=f"For the practitioner. Written on {on:%Y-%m-%d}.",
    )


def _meeting(file: CaseFile, cycle: Cycle, pack: Pack) -> Facts:
    review = file.review(cycle.id)
    day = cycle.review_on or (review.held_on if review else None)
    present = ", ".join(one.name for one in file.present_at(review.id)) if review else ""
    filmed = "yes, all agree" if review and review.film_consented else "not agreed yet"
    return Facts(
        (
            ("Planned for", f"{day:%Y-%m-%d}" if day else _NOTHING),
            ("Where", cycle.place or _NOTHING),
            ("Present", present or "nobody yet"),
            ("Film the talk", filmed),
            ("Way of working", pack.name),
        )
    )


def _question(file: CaseFile) -> list[Block]:
    blocks: list[Block] = []
    if file.question:
        blocks += [Heading("Helping question, word for word"), Quote(file.question.words)]
    rows = [("Question", *_last_rating(file, None))] if file.question else []
    rows += [(f"{goal.position}. {goal.words}", *_last_rating(file, goal.id)) for goal in file.goals_now]
    if rows:
        table = Table(("Last ratings", "Rated", "On", "Today"), tuple((*row, "") for row in rows), frozenset({1, 2, 3}))
        blocks += [Heading("Goals"), table]
    return blocks


def _last_rating(file: CaseFile, goal_id: str | None) -> tuple[str, str]:
    ratings = file.ratings_of(goal_id)
    if not ratings:
        return _NOTHING, ""
    last = ratings[-1]
    return f"{last.value} ({last.low} to {last.high})", f"{last.rated_on:%Y-%m-%d}"


def _last_time(file: CaseFile, cycle: Cycle) -> list[Block]:
    before = next((one for one in file.cycles if one.number == cycle.number - 1), None)
    point = file.working_point(before.id) if before else None
    if point is None:
        return []
    blocks: list[Block] = [Heading("Last working point"), Quote(point.words)]
    return [*blocks, Paragraph(f"Tried and noticed: {point.noticed}")] if point.noticed.strip() else blocks


def _clips(file: CaseFile, cycle: Cycle) -> list[Block]:
    clips = file.clips_of(cycle.id)
    if not clips:
        return [Heading("Clips"), Paragraph("There is no clip on the shortlist yet.", Tone.QUIET)]
    rows = []
    for clip in clips:
        moment = file.moment(clip.moment_id)
        length = "still" if moment.still else format_length(moment.length_ms)
        film = str(file.film(moment.film_id).number)
        what = moment.note or clip.why
        rows.append((str(clip.position), clip.place.value or _NOTHING, film, format_time(moment.in_ms), length, what))
    return [
        Heading("Clips, in the order they are shown"),
        Table(("", "Place", "Film", "From", "Length", "What is seen"), tuple(rows), frozenset({0, 2, 3, 4})),
    ]


def _way_through(file: CaseFile, cycle: Cycle, pack: Pack, steps: Sequence[ReadyStep]) -> list[Block]:
    clips = len(file.clips_of(cycle.id))
    times = [(clips if phase.kind is PhaseKind.PER_CLIP else 1, phase.minutes) for phase in pack.review.phases]
    least, most = (sum(count * minutes[end] for count, minutes in times) for end in (0, 1))
    blocks: list[Block] = [
        Heading("The way through"),
        Paragraph(f"In all {least} to {most} minutes, for a meeting of {pack.counts.review_minutes}."),
    ]
    for (phase, _), found in groupby(steps, key=lambda one: (one.step.phase, one.step.clip)):
        of_one = list(found)
        clip = of_one[0].clip
        prompts = Prompts(tuple(Prompt(one.step.rung.name, one.prompt, one.hint) for one in of_one))
        heading = Heading(_heading(phase, clip), 3)
        if clip:
            blocks.append(Group((heading, *_about(file, pack, clip), prompts, Room(3))))
        else:
            blocks += [heading, prompts, Room(2)]
    return blocks


def _heading(phase: Phase, clip: Clip | None) -> str:
    low, high = phase.minutes
    which = f": clip {clip.position}{f' ({clip.place.value})' if clip.place else ''}" if clip else ""
    return f"{phase.letter}. {phase.name}{which}, {low} to {high} min"


def _about(file: CaseFile, pack: Pack, clip: Clip) -> list[Block]:
    moment = file.moment(clip.moment_id)
    goal = next((one for one in file.goals if one.id == moment.goal_id), None)
    seen = "; ".join(principle_words(pack, one) for one in file.principles_of(moment.id))
    rows = (
        ("Why chosen", clip.why),
        ("Opening question", clip.opening_question),
        ("Principle", seen),
        ("Goal", goal.words if goal else ""),
    )
    return [Facts(known)] if (known := tuple(row for row in rows if row[1].strip())) else []


def principle_words(pack: Pack, principle: str) -> str:
    """A principle with its level in the pack's words; its id where the pack no longer has it."""
    try:
        return pack.principle_words(principle)
    except NotFound:
        return principle
