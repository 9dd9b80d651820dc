"""Everything the library holds of one case, as one value: what screens show, what the workflow judges, what `show` prints."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from vigtui.domain.case import Case, Ending, FollowUp
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Consent, MissingConsent, Purpose, why_not_live
from vigtui.domain.cycle import Cycle, Strength, WorkingPoint
from vigtui.domain.errors import NotFound
from vigtui.domain.film import Film, FilmingPlan, FilmKind, FilmNote, FilmPerson
from vigtui.domain.goal import Goal, HelpingQuestion, Rating
from vigtui.domain.lookup import keep, known, once
from vigtui.domain.measure import Measure
from vigtui.domain.moment import Moment, MomentPrinciple, MomentState
from vigtui.domain.person import Person, Role
from vigtui.domain.record import Record
from vigtui.domain.review import Review, ReviewNote, ReviewPerson, ReviewStep

R = TypeVar("R", bound=Record)

_BY_ID, _OF_FILM, _BY_MOMENT = "by id", "of ", "by moment"
"""Names of what is worked out once. Records of no kind are one and the same to Python, so that other names can stand there too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case with all its records, each tuple oldest first."""

    case: Case
    people: tuple[Person, ...] = ()
    consents: tuple[Consent, ...] = ()
    questions: tuple[HelpingQuestion, ...] = ()
    goals: tuple[Goal, ...] = ()
    ratings: tuple[Rating, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    plans: tuple[FilmingPlan, ...] = ()
    films: tuple[Film, ...] = ()
    film_people: tuple[FilmPerson, ...] = ()
    film_notes: tuple[FilmNote, ...] = ()
    moments: tuple[Moment, ...] = ()
    moment_principles: tuple[MomentPrinciple, ...] = ()
    clips: tuple[Clip, ...] = ()
    reviews: tuple[Review, ...] = ()
    review_people: tuple[ReviewPerson, ...] = ()
    review_steps: tuple[ReviewStep, ...] = ()
    review_notes: tuple[ReviewNote, ...] = ()
    working_points: tuple[WorkingPoint, ...] = ()
    strengths: tuple[Strength, ...] = ()
    endings: tuple[Ending, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    measures: tuple[Measure, ...] = ()

    # People and consent

    def person(self, person_id: str) -> Person:
        """The person with this id. Raises NotFound."""
        return _one(self.people, person_id, "person")

    def in_role(self, role: Role) -> Person | None:
        """The first person in this role."""
        return next((person for person in self.people if person.role is role), None)

    def consents_of(self, person_id: str, purpose: Purpose) -> list[Consent]:
        """All consents of a person to a purpose, withdrawn and expired ones too."""
        return [one for one in self.consents if one.person_id == person_id and one.purpose is purpose]

    def missing_consents(self, people: Iterable[Person], purpose: Purpose, day: date) -> tuple[MissingConsent, ...]:
        """Who of these people has no live consent to the purpose on that day, and why."""
        missing = []
        for person in people:
            why = why_not_live(self.consents_of(person.id, purpose), day)
            if why:
                missing.append(MissingConsent(person.id, person.name, purpose, why))
        return tuple(missing)

    # Question, goals, ratings

    @property
    def question(self) -> HelpingQuestion | None:
        """The helping question as it is worded now."""
        return self.questions[-1] if self.questions else None

    @property
    def goals_now(self) -> tuple[Goal, ...]:
        """The goals worked on, in their order."""
        return tuple(sorted((goal for goal in self.goals if not goal.dropped_on), key=lambda goal: goal.position))

    def ratings_of(self, goal_id: str | None, cycle_id: str | None = None) -> list[Rating]:
        """Ratings of a goal (of the helping question where None), of one cycle or of all, oldest first."""
        found = [one for one in self.ratings if one.goal_id == goal_id and cycle_id in (None, one.cycle_id)]
        return sorted(found, key=lambda rating: (rating.rated_on, rating.id))

    # Cycles

    @property
    def cycle_now(self) -> Cycle:
        """The open cycle with the lowest number, else the last one. Raises NotFound where there is none."""
        if not self.cycles:
            raise NotFound("This case has no cycle yet.")
        in_order = sorted(self.cycles, key=lambda cycle: cycle.number)
        return next((cycle for cycle in in_order if not cycle.closed_on), in_order[-1])

    def cycle(self, number: int) -> Cycle:
        """The cycle with this number. Raises NotFound."""
        for cycle in self.cycles:
            if cycle.number == number:
                return cycle
        raise NotFound(f"Case {self.case.code} has no cycle {number}.")

    def plan(self, cycle_id: str) -> FilmingPlan | None:
        """The filming plan of a cycle."""
        return next((plan for plan in self.plans if plan.cycle_id == cycle_id), None)

    def films_of(self, cycle_id: str, kind: FilmKind = FilmKind.FAMILY) -> list[Film]:
        """The films of a cycle that still exist, in order."""
        found = [film for film in self.films if film.cycle_id == cycle_id and film.kind is kind and not film.deleted_on]
        return sorted(found, key=lambda film: film.number)

    def film(self, film_id: str) -> Film:
        """The film with this id. Raises NotFound."""
        return _one(self.films, film_id, "film")

    def seen_in(self, film_id: str) -> tuple[Person, ...]:
        """Everyone seen in a film."""
        ids = {one.person_id for one in self.film_people if one.film_id == film_id}
        return tuple(person for person in self.people if person.id in ids)

    def notes_of(self, cycle_id: str) -> list[FilmNote]:
        """The filming notes of a cycle: those with a time first, in its order."""
        found = [note for note in self.film_notes if note.cycle_id == cycle_id]
        return sorted(found, key=lambda note: (note.at_ms is None, note.at_ms or 0, note.id))

    # Moments and clips

    def moment(self, moment_id: str) -> Moment:
        """The moment with this id. Raises NotFound."""
        return self.find_moment(moment_id) or _one(self.moments, moment_id, "moment")

    def find_moment(self, moment_id: str) -> Moment | None:
        """The moment with this id, where it is there."""
        by_id = once(self.moments, _BY_ID, lambda: {one.id: one for one in self.moments})
        return by_id.get(moment_id)

    def moments_of(self, film_id: str) -> list[Moment]:
        """The moments of a film in the order of their in marks."""
        return list(once(self.moments, f"{_OF_FILM}{film_id}", lambda: self._sorted_moments(film_id)))

    def _sorted_moments(self, film_id: str) -> list[Moment]:
        found = [moment for moment in self.moments if moment.film_id == film_id]
        return sorted(found, key=_place)

    def carry_over(self, before: "CaseFile", moments: Mapping[str, Moment | None]) -> None:
        """Go on with what was sorted from the moments before some of them changed, instead of sorting all anew.

        Args:
            before: the case file as it was.
            moments: those that changed, by their ids; None for one that is gone.
        """
        for name, result in known(before.moments).items():
            if name == _BY_ID:
                by_id = {**result, **moments}
                keep(self.moments, name, {one: moment for one, moment in by_id.items() if moment is not None})
            elif name.startswith(_OF_FILM):
                in_order = list(result)
                for moment_id, moment in moments.items():
                    old = before.find_moment(moment_id)
                    at = bisect_left(in_order, _place(old), key=_place) if old else len(in_order)
                    if at < len(in_order) and in_order[at] is old:
                        del in_order[at]
                    if moment is not None and name == f"{_OF_FILM}{moment.film_id}":
                        insort(in_order, moment, key=_place)
                keep(self.moments, name, in_order)

    def carry_over_principles(self, before: "CaseFile", changed: Mapping[str, MomentPrinciple | None]) -> None:
        """Go on with what was gathered from the principles before some of them changed; they are named as in `carry_over`."""
        before_by_moment = known(before.moment_principles).get(_BY_MOMENT)
        if before_by_moment is None:
            return
        there = (one for one in before.moment_principles if one.id in changed)
        moments = {one.moment_id for one in (*there, *changed.values()) if one is not None}
        again = [one for one in self.moment_principles if one.moment_id in moments]
        others = {moment: found for moment, found in before_by_moment.items() if moment not in moments}
        keep(self.moment_principles, _BY_MOMENT, others | _by_moment(again))

    def principles_of(self, moment_id: str) -> tuple[str, ...]:
        """Ids of the principles seen in a moment."""
        by_moment = once(self.moment_principles, _BY_MOMENT, lambda: _by_moment(self.moment_principles))
        return tuple(by_moment.get(moment_id, ()))

    def clips_of(self, cycle_id: str) -> list[Clip]:
        """The shortlist of a cycle, in its order; never a private moment."""
        found = [clip for clip in self.clips if clip.cycle_id == cycle_id and not self._is_private(clip.moment_id)]
        return sorted(found, key=lambda clip: (clip.position, clip.id))

    def _is_private(self, moment_id: str) -> bool:
        moment = self.find_moment(moment_id)
        return moment is not None and moment.state is MomentState.PRIVATE

    def clip_of(self, moment_id: str) -> Clip | None:
        """The clip made of a moment."""
        return next((clip for clip in self.clips if clip.moment_id == moment_id), None)

    # Review and wrap-up

    def review(self, cycle_id: str) -> Review | None:
        """The shared review of a cycle."""
        return next((review for review in self.reviews if review.cycle_id == cycle_id), None)

    def review_notes_of(self, review_id: str) -> list[ReviewNote]:
        """The notes of a review, oldest first."""
        return [note for note in self.review_notes if note.review_id == review_id]

    def present_at(self, review_id: str) -> tuple[Person, ...]:
        """Everyone present at a review."""
        ids = {one.person_id for one in self.review_people if one.review_id == review_id}
        return tuple(person for person in self.people if person.id in ids)

    def working_point(self, cycle_id: str) -> WorkingPoint | None:
        """The working point chosen in a cycle."""
        return next((point for point in self.working_points if point.cycle_id == cycle_id), None)

    def strengths_of(self, cycle_id: str) -> list[Strength]:
        """The strengths gathered in a cycle."""
        return [strength for strength in self.strengths if strength.cycle_id == cycle_id]


def _by_moment(principles: Iterable[MomentPrinciple]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in principles:
        found.setdefault(one.moment_id, []).append(one.principle)
    return found


def _place(moment: Moment) -> tuple[int, int, str]:
    """Where a moment stands among those of its film."""
    return moment.in_ms, moment.out_ms, moment.id


def _one(records: tuple[R, ...], record_id: str, name: str) -> R:
    for record in records:
        if record.id == record_id:
            return record
    raise NotFound(f"That {name} is no longer there.", "It was removed, perhaps by another program.")
