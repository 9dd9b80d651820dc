"""Where a case stands: the stage of each cycle, what is missing in it, what comes next and when.

Pure functions of a case file and of the `Way` its pack lays down; without one, of the usual way: the client's own question,
a film, and its review in the same cycle.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from vigtui.domain.case import CaseStatus
from vigtui.domain.casefile import CaseFile
from vigtui.domain.consent import Purpose
from vigtui.domain.cycle import Cycle
from vigtui.domain.film import Film
from vigtui.domain.moment import MomentState
from vigtui.domain.person import Role
from vigtui.domain.way import Counts, Order, Question, Selects, Way

DAYS_WARNED_BEFORE = 14
"""How long before a consent or a film's time runs out it is said."""


class Stage(StrEnum):
    """The stages of a cycle, in order; each has a screen of its name."""

    GOALS = "goals"
    FILM = "film"
    CLIPS = "clips"
    REVIEW = "review"
    WRAP_UP = "wrap-up"

    @property
    def words(self) -> str:
        """As it stands on the rail."""
        return self.value.capitalize()


class Standing(StrEnum):
    """How a stage stands."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    NONE = "none"
    """This visit has no such stage."""


@dataclass(frozen=True, slots=True)
class StageState:
    """One stop on a cycle's rail."""

    stage: Stage
    standing: Standing
    missing: tuple[str, ...] = ()
    """What it still lacks, each a few words."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """The answer to “what next?”."""

    words: str
    stage: Stage
    cycle: int
    due: date | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something that runs out: a consent, the time a film may be kept, a review that was due."""

    words: str
    due: date
    overdue: bool


USUAL = Way()
"""The way of a case whose pack is not known."""


def missing_in(file: CaseFile, cycle: Cycle, stage: Stage, today: date, way: Way = USUAL) -> tuple[str, ...]:
    """What a stage of a cycle still lacks; empty where it is complete, and where this visit has no such stage."""
    if _left_out(file, cycle, stage, way):
        return ()
    if stage is Stage.GOALS:
        return _missing_goals(file, way)
    if stage is Stage.FILM:
        return _missing_film(file, cycle, today)
    if stage is Stage.CLIPS:
        return _missing_clips(file, cycle, way)
    return _missing_review(file, cycle) if stage is Stage.REVIEW else _missing_wrap_up(file, cycle, way)


def _left_out(file: CaseFile, cycle: Cycle, stage: Stage, way: Way) -> bool:
    """Whether this visit has no such stage. What was done all the same, perhaps in another way of working, counts."""
    if stage is Stage.FILM:
        return not way.films(cycle.number) and not file.films_of(cycle.id)
    if way.reviews(cycle.number) or stage not in (Stage.CLIPS, Stage.REVIEW):
        return False
    review = file.review(cycle.id)
    begun = bool(review and review.started_at)
    return not begun and (stage is Stage.REVIEW or not file.clips_of(cycle.id))


def films_to_review(file: CaseFile, cycle: Cycle, way: Way = USUAL) -> list[Film]:
    """The films that a cycle's review talks over: its own, or those of earlier visits, as the way says."""
    earlier = sorted((one for one in file.cycles if one.number <= cycle.number), key=lambda one: one.number)
    return [film for one in earlier if way.reviewed_in(one.number) == cycle.number for film in file.films_of(one.id)]


def films_on_bench(file: CaseFile, cycle: Cycle, way: Way = USUAL) -> list[Film]:
    """The films looked at closely in a cycle: those its review talks over, then what else was filmed in it."""
    films = films_to_review(file, cycle, way)
    return films + [film for film in file.films_of(cycle.id) if film not in films]


def _missing_goals(file: CaseFile, way: Way) -> tuple[str, ...]:
    missing = []
    if not file.in_role(Role.CLIENT):
        missing.append(f"the {way.client}")
    if way.question is Question.OWN:
        missing += ["the helping question"] if not file.question else []
        missing += ["a goal"] if not file.goals_now else []
    if file.question and not file.ratings_of(None):
        missing.append("a first rating of the question")
    missing += [f"a first rating of goal {goal.position}" for goal in file.goals_now if not file.ratings_of(goal.id)]
    return tuple(missing)


def _missing_film(file: CaseFile, cycle: Cycle, today: date) -> tuple[str, ...]:
    films = file.films_of(cycle.id)
    if not films:
        plan = file.plan(cycle.id)
        return ("a filming plan", "a film") if not plan or not plan.activity.strip() else ("a film",)
    missing = []
    for film in films:
        seen = file.seen_in(film.id)
        if not seen:
            missing.append(f"who is seen in film {film.number}")
        missing += [f"consent: {one}" for one in file.missing_consents(seen, Purpose.THERAPY, today)]
    return tuple(dict.fromkeys(missing))


def _missing_clips(file: CaseFile, cycle: Cycle, way: Way) -> tuple[str, ...]:
    if file.clips_of(cycle.id):
        return ()
    film_ids = {film.id for film in films_on_bench(file, cycle, way)}
    marked = any(moment.film_id in film_ids and moment.state is not MomentState.PRIVATE for moment in file.moments)
    return ("a clip on the shortlist",) if marked else ("moments", "a clip on the shortlist")


def _missing_review(file: CaseFile, cycle: Cycle) -> tuple[str, ...]:
    review = file.review(cycle.id)
    if review and review.ended_at:
        return ()
    return ("the end of the shared review",) if review and review.started_at else ("the shared review",)


def _missing_wrap_up(file: CaseFile, cycle: Cycle, way: Way) -> tuple[str, ...]:
    missing = []
    if needs_working_point(file, cycle, way) and not file.working_point(cycle.id):
        missing.append("a working point")
    if not cycle.closed_on:
        missing.append("closing the cycle")
    return tuple(missing)


def needs_working_point(file: CaseFile, cycle: Cycle, way: Way = USUAL) -> bool:
    """Whether something to do more of is chosen in a cycle; a visit that only films has none."""
    return not _left_out(file, cycle, Stage.REVIEW, way)


_CLIPS_BEFORE_FILM = (Stage.GOALS, Stage.CLIPS, Stage.FILM, Stage.REVIEW, Stage.WRAP_UP)
"""The order of work where the last film is talked over after the new one was taken: its clips are ready before the visit."""


def rail(file: CaseFile, cycle: Cycle, today: date, way: Way = USUAL) -> tuple[StageState, ...]:
    """The stages of a cycle: those complete, the first in the order of work that is not (“now”), and what lies ahead."""
    missing = {stage: missing_in(file, cycle, stage, today, way) for stage in Stage}
    in_order = tuple(Stage) if way.order is Order.FILM_FIRST else _CLIPS_BEFORE_FILM
    now = next((stage for stage in in_order if missing[stage] and not cycle.closed_on), None)
    states = []
    for stage in Stage:
        if _left_out(file, cycle, stage, way):
            standing = Standing.NONE
        elif cycle.closed_on or not missing[stage]:
            standing = Standing.DONE
        else:
            standing = Standing.NOW if stage is now else Standing.AHEAD
        states.append(StageState(stage, standing, missing[stage]))
    return tuple(states)


_WORDS = {
    Stage.GOALS: "set the question and goals",
    Stage.FILM: "plan and film",
    Stage.CLIPS: "choose clips",
    Stage.REVIEW: "shared review",
    Stage.WRAP_UP: "wrap up",
}


def next_step(file: CaseFile, today: date, counts: Counts, way: Way = USUAL) -> NextStep | None:
    """What comes next in the case and when it is due; None for a closed case."""
    if file.case.status is CaseStatus.CLOSED or not file.cycles:
        return None
    cycle = file.cycle_now
    now = next((state for state in rail(file, cycle, today, way) if state.standing is Standing.NOW), None)
    if now is None:
        return NextStep(f"cycle {cycle.number}: all done; close the case or open a cycle", Stage.WRAP_UP, cycle.number)
    if way.visits and cycle.number > len(way.visits) and _is_untouched(file, cycle):
        words = f"the visits laid down are held; close the case or go on with cycle {cycle.number}"
        return NextStep(words, now.stage, cycle.number)
    due = _due(file, cycle, now.stage, counts, way)
    words = _next_words(now, way)
    return NextStep(f"cycle {cycle.number}: {words}", now.stage, cycle.number, due, due is not None and due < today)


def _next_words(now: StageState, way: Way) -> str:
    first = now.missing[0]
    if now.stage is Stage.GOALS and way.question is Question.THEME:
        return f"add {first}"
    if now.stage is Stage.FILM and first.startswith(("consent", "who")):
        return first
    if now.stage is Stage.FILM and now.missing == ("a film",):
        return "film and add it"
    if now.stage is Stage.CLIPS and way.selects is not Selects.PRACTITIONER:
        return "choose clips together" if way.selects is Selects.TOGETHER else f"clips, chosen by the {way.client}"
    if now.stage is Stage.REVIEW and first.startswith("the end"):
        return "go on with the shared review"
    if now.missing == ("closing the cycle",) and way.visits:
        return "close the visit"
    return _WORDS[now.stage]


def _is_untouched(file: CaseFile, cycle: Cycle) -> bool:
    plan = file.plan(cycle.id)
    planned = bool(plan and (plan.activity.strip() or plan.planned_on))
    return not planned and not file.films_of(cycle.id) and not file.clips_of(cycle.id)


def _due(file: CaseFile, cycle: Cycle, stage: Stage, counts: Counts, way: Way) -> date | None:
    if stage is Stage.FILM:
        plan = file.plan(cycle.id)
        return plan.planned_on if plan else None
    if stage in (Stage.CLIPS, Stage.REVIEW):
        return review_due(file, cycle, counts, way)
    return None


def review_due(file: CaseFile, cycle: Cycle, counts: Counts, way: Way = USUAL) -> date | None:
    """When the shared review should be held: as planned, else so many days after the first film it talks over."""
    if cycle.review_on:
        return cycle.review_on
    plan = file.plan(cycle.id)
    if way.order is Order.REVIEW_NEXT_VISIT and plan and plan.planned_on:
        return plan.planned_on
    films = films_to_review(file, cycle, way)
    if not films:
        return None
    first = min((film.recorded_on or film.added_at.astimezone().date()) for film in films)
    return first + timedelta(days=counts.days_to_review)


def reminders(file: CaseFile, today: date) -> tuple[Reminder, ...]:
    """What runs out or has run out: consents of people seen in films, films past their retention, follow-ups; soonest first."""
    found = []
    soon = today + timedelta(days=DAYS_WARNED_BEFORE)
    in_films = {one.person_id for one in file.film_people}
    for person in file.people:
        if person.id not in in_films:
            continue
        live = [one for one in file.consents_of(person.id, Purpose.THERAPY) if not one.withdrawn_on]
        if live and all(one.until for one in live):
            last = max(one.until for one in live if one.until)
            if last <= soon:
                found.append(Reminder(f"consent of {person.name} for therapy runs out", last, last < today))
    for film in file.films:
        kept = retain_until(file, film.retain_until)
        if kept and not film.deleted_on and not film.legal_hold and kept <= soon:
            found.append(Reminder(f"film {film.number} may be kept until then", kept, kept < today))
    found += [
        Reminder("follow-up", one.due_on, one.due_on < today)
        for one in file.follow_ups
        if not one.done_on and one.due_on <= soon
    ]
    return tuple(sorted(found, key=lambda one: one.due))


def retain_until(file: CaseFile, own: date | None) -> date | None:
    """Last day a film may be kept: its own date, else so many days after the case was closed; None while it is open."""
    if own:
        return own
    if file.case.closed_on:
        return file.case.closed_on + timedelta(days=file.case.retention_days)
    return None
