"""The fictional library: three cases at three places of the way, made by the same services as everything real.

The films are puppet plays: whoever makes them knows when the figures take turns, so the moments lie exactly on frames.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Literal, Protocol

from vigtui.domain.case import Case
from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip, Place
from vigtui.domain.consent import Purpose
from vigtui.domain.cycle import Cycle
from vigtui.domain.film import Film, FilmingPlan
from vigtui.domain.goal import Occasion
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.packs import Pack, Step, steps
from vigtui.domain.person import Role
from vigtui.domain.review import NoteKind, Review
from vigtui.domain.timecode import Span
from vigtui.services import cases, consent, films, goals, moments, people, reviews, wrap_up
from vigtui.services.ports import Library, Media, Work


class Turn(Protocol):
    """One turn of one figure."""

    @property
    def who(self) -> Literal["big", "small"]:
        """Which figure."""

    @property
    def span(self) -> Span:
        """From its first to its last frame."""


class Play(Protocol):
    """A film that was made, and what happens in it (`media.puppet.PuppetPlay`)."""

    @property
    def path(self) -> Path:
        """The film."""

    @property
    def turns(self) -> Sequence[Turn]:
        """Every turn, in order."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A play that the demo needs."""

    name: str
    """Its file name, with what file names of families hold: umlauts and brackets."""
    seconds: int
    seed: int


BLOCKS = Wanted("Bauklötze [kitchen].mp4", 50, 3)
BOOK = Wanted("picture book, evening.mp4", 60, 5)
LESSON = Wanted("lesson [group 2].mp4", 40, 8)
PLAYS = (BLOCKS, BOOK, LESSON)


class Clock:
    """The time while the demo is made: its cases have a past of some weeks."""

    def __init__(self, present: datetime) -> None:
        self._present = present
        self._now = present

    def __call__(self) -> datetime:
        """The instant it is in the demo, in UTC."""
        return self._now.astimezone(UTC)

    def turn_to(self, days_ago: int, hour: int, minute: int = 0) -> None:
        """Go to an hour of a day before today."""
        day = self._present - timedelta(days=days_ago)
        self._now = day.replace(hour=hour, minute=minute, second=0, microsecond=0)

    def wait(self, length: timedelta) -> None:
        """Let so much time pass."""
        self._now += length


@dataclass(frozen=True, slots=True)
class _Maker:
    """What every part of the demo needs."""

    library: Library
    media: Media
    pack: Pack
    clock: Clock
    plays: Mapping[str, Play]

    def file(self, case: Case) -> CaseFile:
        return self.library.read(lambda work: cases.load(work, case.id))

    def take(self, case: Case, wanted: Wanted, number: int, notes: Sequence[tuple[int | None, str]]) -> Film:
        """Take a play into a cycle, with everyone seen in it, filmed on the demo's day; notes at rough turns."""
        play = self.plays[wanted.name]
        intake = films.take_in(self.library, self.media, play.path)
        file = self.file(case)
        cycle = file.cycle(number)

        def job(work: Work) -> Film:
            film = films.add_film(work, case.id, cycle.id, intake, seen=file.people)
            for turn, words in notes:
                at = None if turn is None else play.turns[turn].span.start
                films.add_note(work, case.id, cycle.id, words, at=at, film_id=film.id)
            work.did(f"film {film.number} added", case.id)
            return work.update(Film, film.id, recorded_on=work.today)

        return self.library.change(job)

    def yes_cycles(self, wanted: Wanted) -> list[Span]:
        """Where the small figure begins and the big one follows."""
        pairs = pairwise(self.plays[wanted.name].turns)
        return [Span(a.span.start, b.span.end) for a, b in pairs if (a.who, b.who) == ("small", "big")]


def make_demo(library: Library, media: Media, pack: Pack, clock: Clock, plays: Mapping[str, Play]) -> None:
    """Fill an empty library.

    Args:
        library: opened with `clock` as its clock.
        media: takes the films in.
        pack: the pack “parent-child”.
        clock: set to the days on which things happened.
        plays: the films of `PLAYS`, by their names.

    Raises:
        VigError: something could not be made.
    """
    maker = _Maker(library, media, pack, clock, plays)
    _toddler(maker)
    _teacher(maker)
    _foster_carer(maker)


def _toddler(maker: _Maker) -> None:
    """A parent with a toddler: the first cycle is complete, the second waits for its review."""
    maker.clock.turn_to(49, 10)
    case = maker.library.change(lambda work: _toddler_begins(work, maker.pack))
    _rate(maker, case, 1, Occasion.FIRST, (4, 3, 5), "Some days are a 6.")

    maker.clock.turn_to(42, 15)
    told = ("play on the floor", "kitchen", "Do what you normally do; I will not join in.")
    maker.library.change(lambda work: _plan(work, case, 1, *told, pack=maker.pack))
    film = maker.take(
        case,
        BLOCKS,
        1,
        [
            (1, "[laughs] the tower falls, both look up 😊"),
            (4, "Pip offers a block, Jördis waits"),
            (None, "slept well"),
        ],
    )
    maker.clock.turn_to(40, 19, 30)
    tags: list[tuple[str, ...]] = [
        ("encouraging.waits", "receiving.smiles"),
        ("receiving.words",),
        ("attuned.fun", "attuned.short-turns"),
    ]
    notes = ("Pip holds out a block", "“More!” – she says it too", "tower, crash, laughing 🎉")
    _shortlist(maker, case, film, maker.yes_cycles(BLOCKS)[:3], notes, tags)
    maker.clock.turn_to(35, 9, 30)
    _hold_review(maker, case)
    _rate(maker, case, 1, Occasion.AFTER, (6, 5, 6), "“I saw it with my own eyes.”")
    maker.clock.turn_to(35, 10, 40)
    maker.library.change(lambda work: _wrap_up(work, cases.load(work, case.id)))

    maker.clock.turn_to(6, 17)
    told = ("a picture book before bed", "sofa", "Stop me at any time.")
    maker.library.change(lambda work: _plan(work, case, 2, *told, pack=maker.pack))
    film = maker.take(case, BOOK, 2, [(2, "Pip points [the dog?]"), (6, "both hum the same tune")])
    maker.clock.turn_to(4, 20, 15)
    spans = maker.yes_cycles(BOOK)
    tags = [("attentive.turns", "receiving.repeats"), ("encouraging.waits",), ("attuned.further-turn",)]
    notes = ("Pip points, Jördis follows", "a long wait, then a word", "turn after turn [4 of them]")
    _shortlist(maker, case, film, spans[:3], notes, tags)
    maker.library.change(lambda work: _more_moments(work, film, spans[3:]))


def _toddler_begins(work: Work, pack: Pack) -> Case:
    case = cases.new_case(
        work,
        "K1",
        pack,
        relationship="mother and toddler",
        child_age_band="1 to 3",
        setting="at home",
        reason_client="I would like to understand what Pip wants to tell me.",
        practitioner="Demo",
    )
    parent = people.add_person(work, case.id, Role.CLIENT, "Jördis", responsibility=True)
    child = people.add_person(work, case.id, Role.CHILD, "Pip", child=True)
    for purpose in (Purpose.THERAPY, Purpose.SUPERVISION):
        consent.give(work, parent, purpose, "Jördis")
    until = work.today + timedelta(days=59)  # runs out ten days from today, so that the demo has a reminder
    consent.give(work, child, Purpose.THERAPY, "Jördis", until=until, assent="waves at the camera")
    consent.give(work, child, Purpose.SUPERVISION, "Jördis")
    goals.ask(work, case.id, "How can I tell what Pip wants?")
    goals.ask(work, case.id, "How can I see what Pip is telling me, even when we are in a hurry?")
    goals.add_goal(work, case.id, "We have one calm moment a day")
    goals.add_goal(work, case.id, "I notice when Pip begins something")
    work.did("case K1 made", case.id)
    return case


def _teacher(maker: _Maker) -> None:
    """A teacher who reflects on a lesson: filmed, noted, nothing looked at closely yet; that is overdue."""
    maker.clock.turn_to(15, 14)

    def begin(work: Work) -> Case:
        case = cases.new_case(
            work, "K2", maker.pack, relationship="teacher and pupil", setting="primary school", practitioner="Demo"
        )
        teacher = people.add_person(work, case.id, Role.CLIENT, "Ms Falk")
        pupil = people.add_person(work, case.id, Role.PUPIL, "Robin", child=True)
        consent.give(work, teacher, Purpose.THERAPY, "Ms Falk")
        consent.give(work, teacher, Purpose.TRAINING, "Ms Falk")
        consent.give(work, pupil, Purpose.THERAPY, "Robin's mother", assent="nodded, wanted to see the camera")
        goals.ask(work, case.id, "How do I leave room for the quiet ones without losing the others?")
        goals.add_goal(work, case.id, "Robin starts something of his own once a lesson")
        work.did("case K2 made", case.id)
        return case

    case = maker.library.change(begin)
    _rate(maker, case, 1, Occasion.FIRST, (5, 2), "")
    maker.clock.turn_to(9, 11)
    told = ("a lesson in a small group", "room 4", "Teach as you always do.")
    maker.library.change(lambda work: _plan(work, case, 1, *told, pack=maker.pack))
    notes = [(0, "Robin looks up [hand half raised]"), (3, "Ms Falk waits … he says it 🙋"), (None, "bell rang early")]
    maker.take(case, LESSON, 1, notes)


def _foster_carer(maker: _Maker) -> None:
    """A foster carer with a teenager: just begun, the first film is planned."""
    maker.clock.turn_to(2, 16)

    def begin(work: Work) -> Case:
        case = cases.new_case(
            work,
            "K3",
            maker.pack,
            relationship="foster carer and teenager",
            child_age_band="13 to 15",
            practitioner="Demo",
        )
        carer = people.add_person(work, case.id, Role.CLIENT, "Anselm")
        teenager = people.add_person(
            work, case.id, Role.CHILD, "Zoë", child=True, note="likes cooking; [no filming in her room]"
        )
        consent.give(work, carer, Purpose.THERAPY, "Anselm")
        consent.give(work, teenager, Purpose.THERAPY, "her guardian", assent="“okay, but I want to see it too”")
        goals.ask(work, case.id, "How can we talk without it turning into a quarrel?")
        goals.add_goal(work, case.id, "We cook together once a week")
        goals.add_goal(work, case.id, "I hear Zoë out before I answer")
        plan = work.find(FilmingPlan, case_id=case.id)[0]
        planned = work.today + timedelta(days=5)
        work.update(FilmingPlan, plan.id, activity="cooking", place="kitchen", planned_on=planned, with_whom="both")
        work.did("case K3 made", case.id)
        return case

    case = maker.library.change(begin)
    _rate(maker, case, 1, Occasion.FIRST, (3, 4, 2), "")


def _rate(maker: _Maker, case: Case, number: int, occasion: Occasion, values: Sequence[int], comment: str) -> None:
    """Let the client rate the question, then each goal."""
    file = maker.file(case)
    client = file.in_role(Role.CLIENT)
    rater = client.name if client else ""
    cycle = file.cycle(number)

    def job(work: Work) -> None:
        for goal, value in zip((None, *file.goals_now), values, strict=True):
            goals.rate(
                work,
                case.id,
                goal,
                value,
                cycle_id=cycle.id,
                rater=rater,
                occasion=occasion,
                comment="" if goal else comment,
            )
        work.did("rated", case.id)

    maker.library.change(job)


def _plan(
    work: Work, case: Case, number: int, activity: str, place: str, instruction: str, *, pack: Pack
) -> FilmingPlan:
    """Fill in what was planned for today, everything on the checklist ticked."""
    cycle = work.find(Cycle, case_id=case.id, number=number)[0]
    plan = work.find(FilmingPlan, cycle_id=cycle.id)[0]
    work.did("filming planned", case.id)
    return work.update(
        FilmingPlan,
        plan.id,
        activity=activity,
        place=place,
        instruction=instruction,
        planned_on=work.today,
        checked=tuple(item.id for item in pack.filming.checklist),
    )


def _shortlist(
    maker: _Maker,
    case: Case,
    film: Film,
    spans: Sequence[Span],
    notes: Sequence[str],
    tags: Sequence[tuple[str, ...]],
) -> None:
    """Mark moments and choose them for the review: an easy one first, the richest in the middle, the best last."""
    places = (Place.EASY, Place.RICH, Place.BEST)
    reasons = [reason.words.replace("{child}", "Pip") for reason in maker.pack.clips.reasons]
    goal = maker.file(case).goals_now[0]

    def job(work: Work) -> None:
        for span, note, principles, place, why in zip(spans, notes, tags, places, reasons, strict=True):
            moment = moments.mark(work, film, span.start, span.end, note=note)
            work.update(Moment, moment.id, initiator=Role.CHILD.value, reception="waits", goal_id=goal.id)
            moments.set_state(work, moment, MomentState.CHOSEN, film.cycle_id)
            for principle in principles:
                moments.toggle_principle(work, moment.id, principle)
            clip = work.find(Clip, moment_id=moment.id)[0]
            work.update(Clip, clip.id, why=why, place=place)
        work.did("clips chosen", case.id)

    maker.library.change(job)


def _more_moments(work: Work, film: Film, spans: Sequence[Span]) -> None:
    """A candidate, a still, a private moment; and when the review is to be."""
    perhaps, tired = spans[:2]
    moments.mark(work, film, perhaps.start, perhaps.end, note="perhaps")
    moments.mark(work, film, perhaps.start, perhaps.start, still=True, note="the look 💛")
    private = moments.mark(work, film, tired.start, tired.end, note="tired, turns away [way back?]")
    moments.set_state(work, private, MomentState.PRIVATE, film.cycle_id)
    work.update(Cycle, film.cycle_id, review_on=work.today + timedelta(days=6), edited_on=work.today)
    work.did("moments marked", film.case_id)


def _hold_review(maker: _Maker, case: Case) -> None:
    """Walk the whole ladder of the first cycle's review, a minute for each rung, noting what was said."""
    cycle = maker.file(case).cycle(1)

    def begin(work: Work) -> Review:
        file = cases.load(work, case.id)
        return reviews.start(work, file, reviews.prepare(work, file, cycle))

    review = maker.library.change(begin)
    file = maker.file(case)
    clips = file.clips_of(cycle.id)
    for number, step in enumerate(steps(maker.pack, len(clips))):
        maker.clock.wait(timedelta(minutes=1))
        maker.library.change(partial(_stand_on, file=file, review=review, number=number, step=step))
    maker.library.change(lambda work: reviews.end(work, review.id))


_SAID: dict[tuple[str, int | None], tuple[NoteKind, str]] = {
    ("tried", None): (NoteKind.QUOTE, "“I put my telephone away at supper.”"),
    ("see", 1): (NoteKind.QUOTE, "“Oh – Pip looks at me first!”"),
    ("difference", 1): (NoteKind.STRENGTH, "I wait, and then Pip comes to me"),
    ("your-inside", 2): (NoteKind.FEELING, "warm, a little proud ♥"),
    ("link", 2): (NoteKind.GOAL_LINK, "noticing the beginning [goal 2]"),
    ("see", 3): (NoteKind.WOW, ""),
}
"""What was noted, by the rung and the number of the clip."""


def _stand_on(work: Work, *, file: CaseFile, review: Review, number: int, step: Step) -> None:
    clip = file.clips_of(review.cycle_id)[step.clip - 1] if step.clip else None
    phase, rung, clip_id = step.phase.id, step.rung.id, clip.id if clip else None
    reviews.go_to(work, review.id, number, phase=phase, rung=rung, clip_id=clip_id)
    reviews.tick(work, review, phase=phase, rung=rung, clip_id=clip_id)
    if clip and step.rung is step.phase.rungs[0]:
        reviews.shown(work, clip.id)
    if (rung, step.clip) in _SAID:
        kind, words = _SAID[rung, step.clip]
        at = file.moment(clip.moment_id).out_ms if clip else None
        reviews.note(work, review, kind, words, phase=phase, rung=rung, clip_id=clip_id, at=at)
    work.did("step of the review", file.case.id)


def _wrap_up(work: Work, file: CaseFile) -> Cycle:
    """Strengths, working point, and on to the second cycle."""
    cycle = file.cycle(1)
    wrap_up.gather(work, file, cycle)
    wrap_up.add_strength(work, file.case.id, cycle.id, "We can laugh when something falls over")
    wrap_up.set_working_point(work, file.case.id, cycle.id, "Count to three in my head before I help")
    work.update(Cycle, cycle.id, feedback="“Quicker than I thought, and I liked the tower.”", minutes_choosing=55)
    return wrap_up.close_cycle(work, cycle.id)
