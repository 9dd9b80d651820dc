"""Where a case stands: the stage of each cycle, what is missing in it, what comes next and when. Pure functions of a case file."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from vigtui.domain.case import CaseStatus
from vigtui.domain.casefile import CaseFile
from vigtui.domain.consent import Purpose
from vigtui.domain.cycle import Cycle
from vigtui.domain.film import FilmKind
from vigtui.domain.moment import MomentState
from vigtui.domain.packs import Counts
from vigtui.domain.person import Role

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


def missing_in(file: CaseFile, cycle: Cycle, stage: Stage, today: date) -> tuple[str, ...]:
    """What a stage of a cycle still lacks; empty where it is complete."""
    return {
        Stage.GOALS: _missing_goals,
        Stage.FILM: _missing_film,
        Stage.CLIPS: _missing_clips,
        Stage.REVIEW: _missing_review,
        Stage.WRAP_UP: _missing_wrap_up,
    }[stage](file, cycle, today)


def _missing_goals(file: CaseFile, cycle: Cycle, today: date) -> tuple[str, ...]:
    missing = []
    if not file.in_role(Role.CLIENT):
        missing.append("the client")
    if not file.question:
        missing.append("the helping question")
    if not file.goals_now:
        missing.append("a goal")
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


def _missing_clips(file: CaseFile, cycle: Cycle, today: date) -> tuple[str, ...]:
    if file.clips_of(cycle.id):
        return ()
    film_ids = {film.id for film in file.films_of(cycle.id)}
    marked = any(moment.film_id in film_ids and moment.state is not MomentState.PRIVATE for moment in file.moments)
    return ("a clip on the shortlist",) if marked else ("moments", "a clip on the shortlist")


def _missing_review(file: CaseFile, cycle: Cycle, today: date) -> tuple[str, ...]:
    review = file.review(cycle.id)
    if review and review.ended_at:
        return ()
    return ("the end of the shared review",) if review and review.started_at else ("the shared review",)


def _missing_wrap_up(file: CaseFile, cycle: Cycle, today: date) -> tuple[str, ...]:
    missing = []
    if not file.working_point(cycle.id):
        missing.append("a working point")
    if not cycle.closed_on:
        missing.append("closing the cycle")
    return tuple(missing)


def rail(file: CaseFile, cycle: Cycle, today: date) -> tuple[StageState, ...]:
    """The stages of a cycle: those complete, the first that is not (“now”), and what lies ahead."""
    states = []
    found_now = False
    for stage in Stage:
        missing = missing_in(file, cycle, stage, today)
        if cycle.closed_on or not missing:
            standing = Standing.DONE
        elif not found_now:
            standing, found_now = Standing.NOW, True
        else:
            standing = Standing.AHEAD
        states.append(StageState(stage, standing, missing))
    return tuple(states)


_WORDS = {
    Stage.GOALS: "set the question and goals",
    Stage.FILM: "plan and film",
    Stage.CLIPS: "choose clips",
    Stage.REVIEW: "shared review",
    Stage.WRAP_UP: "wrap up",
}


def next_step(file: CaseFile, today: date, counts: Counts) -> NextStep | None:
    """What comes next in the case and when it is due; None for a closed case."""
    if file.case.status is CaseStatus.CLOSED or not file.cycles:
        return None
    cycle = file.cycle_now
    now = next((state for state in rail(file, cycle, today) if state.standing is Standing.NOW), None)
    if now is None:
        return NextStep(f"cycle {cycle.number}: all done; close the case or open a cycle", Stage.WRAP_UP, cycle.number)
    due = _due(file, cycle, now.stage, counts)
    words = _WORDS[now.stage]
    if now.stage is Stage.FILM and now.missing and now.missing[0].startswith(("consent", "who")):
        words = now.missing[0]
    elif now.stage is Stage.FILM and now.missing == ("a film",):
        words = "film and add it"
    elif now.stage is Stage.REVIEW and now.missing[0].startswith("the end"):
        words = "go on with the shared review"
    return NextStep(f"cycle {cycle.number}: {words}", now.stage, cycle.number, due, due is not None and due < today)


def _due(file: CaseFile, cycle: Cycle, stage: Stage, counts: Counts) -> date | None:
    if stage is Stage.FILM:
        plan = file.plan(cycle.id)
        return plan.planned_on if plan else None
    if stage in (Stage.CLIPS, Stage.REVIEW):
        return review_due(file, cycle, counts)
    return None


def review_due(file: CaseFile, cycle: Cycle, counts: Counts) -> date | None:
    """When the shared review should be held: as planned, else so many days after the film."""
    if cycle.review_on:
        return cycle.review_on
    films = file.films_of(cycle.id, FilmKind.FAMILY)
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
