"""Supervision: meetings with a supervisor, the cycles brought to them, and the page of clips that is shown there."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from vigtui.domain.case import Case, CaseStatus
from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import ConsentMissing
from vigtui.domain.film import Film, FilmKind
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.packs import Pack, Rubric, RubricItem
from vigtui.domain.supervision import Supervision, SupervisionCycle
from vigtui.domain.wording import Saying
from vigtui.services import consent
from vigtui.services.cases import load as load_case
from vigtui.services.ports import Work

SCOPE = "supervision"
"""What undo on the Supervision screen takes back; these changes belong to no case."""

OWN_PAIR = ("practitioner", "client")
"""Whose interaction the film of a review is looked at for; every pack has both roles."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A cycle that was, or can be, brought to a supervision."""

    case_id: str
    code: str
    cycle_id: str
    number: int
    open: bool
    """Whether its case is still worked on."""
    pack: str
    """Id of the case's script pack."""

    @property
    def words(self) -> str:
        """As lists name it: “K17 cycle 2”."""
        return f"{self.code} cycle {self.number}"


@dataclass(frozen=True, slots=True)
class SupervisionLog:
    """All meetings, the newest first, with what was brought to each; and every cycle there is to bring."""

    meetings: tuple[Supervision, ...]
    brought: dict[str, tuple[Brought, ...]]
    """By the id of the meeting."""
    cycles: tuple[Brought, ...]
    """Cases still worked on first, then by code; each with its newest cycle first."""

    def meeting(self, supervision_id: str | None) -> Supervision | None:
        """The meeting with this id; None where it is not there."""
        return next((one for one in self.meetings if one.id == supervision_id), None)

    @property
    def minutes(self) -> int:
        """Minutes of all meetings together."""
        return sum(one.minutes for one in self.meetings)


def load(work: Work) -> SupervisionLog:
    """Read the log of supervision."""
    cases = {case.id: case for case in work.find(Case)}
    cycles = {one.id: _brought(cases[one.case_id], one) for one in work.find(Cycle)}
    links = work.find(SupervisionCycle)
    meetings = sorted(work.find(Supervision), key=lambda one: (one.held_on, one.id), reverse=True)
    in_order = sorted(cycles.values(), key=lambda one: (not one.open, one.code.casefold(), one.case_id, -one.number))
    brought = {
        one.id: tuple(
            sorted(
                (cycles[link.cycle_id] for link in links if link.supervision_id == one.id),
                key=lambda cycle: (cycle.code.casefold(), cycle.number),
            )
        )
        for one in meetings
    }
    return SupervisionLog(tuple(meetings), brought, tuple(in_order))


def _brought(case: Case, cycle: Cycle) -> Brought:
    is_open = case.status is not CaseStatus.CLOSED
    return Brought(case.id, case.code, cycle.id, cycle.number, is_open, case.pack)


def add(work: Work, held_on: date, supervisor: str, minutes: int) -> Supervision:
    """Keep a meeting with a supervisor.

    Raises:
        NotSensible: no supervisor is named, or the minutes are no day's.
    """
    work.did("supervision added", SCOPE)
    return work.add(Supervision(id=work.new_id(), held_on=held_on, supervisor=supervisor.strip(), minutes=minutes))


def change(work: Work, supervision_id: str, **changes: Any) -> Supervision:
    """Change what is known of a meeting. Raises NotSensible where a value cannot be right."""
    work.did("supervision changed", SCOPE)
    return work.update(Supervision, supervision_id, **changes)


def remove(work: Work, supervision_id: str) -> None:
    """Remove a meeting from the log; undo brings it back with the cycles brought to it."""
    work.did("supervision removed", SCOPE)
    work.remove(Supervision, supervision_id)


def bring(work: Work, supervision_id: str, cycle_id: str, brought: bool) -> None:
    """Say that a cycle is, or is not, brought to a meeting. Raises NotFound where the cycle is gone."""
    cycle = work.get(Cycle, cycle_id)
    there = work.find(SupervisionCycle, supervision_id=supervision_id, cycle_id=cycle_id)
    if brought and not there:
        work.add(
            SupervisionCycle(id=work.new_id(), case_id=cycle.case_id, supervision_id=supervision_id, cycle_id=cycle_id)
        )
    for one in there if not brought else ():
        work.remove(SupervisionCycle, one.id)
    work.did(f"cycle {cycle.number} {'brought to' if brought else 'taken off'} the supervision", SCOPE)


# The film of the review on the workbench


def starters(pack: Pack, film: Film | None) -> tuple[str, ...]:
    """Ids of the roles that can take the initiative in a film: in a review's own film practitioner and client."""
    return OWN_PAIR if film and film.kind is FilmKind.REVIEW else pack.initiators


def dyad_words(pack: Pack, film: Film | None) -> str:
    """Whose interaction a review's own film is looked at for, in the pack's words; empty for a film of the family."""
    if film is None or film.kind is not FilmKind.REVIEW:
        return ""
    named = next((dyad.name for dyad in pack.dyads if dyad.pair == OWN_PAIR), "")
    return named or " and ".join(pack.role(role).name for role in OWN_PAIR)


def own_moments(file: CaseFile, cycle_id: str) -> tuple[Moment, ...]:
    """The moments of a cycle's review films chosen for supervision, in the order of the films; never a private one."""
    return tuple(
        moment
        for film in file.films_of(cycle_id, FilmKind.REVIEW)
        for moment in file.moments_of(film.id)
        if moment.state is MomentState.CHOSEN
    )


# What is shown at the meeting


@dataclass(frozen=True, slots=True)
class SupervisionClip:
    """A stretch of a film that is shown to the supervisor."""

    film: Film
    moment: Moment
    clip: Clip | None
    """Its place on the family's shortlist; None for a moment of the review's own film."""


@dataclass(frozen=True, slots=True)
class BroughtCycle:
    """A cycle that is brought, with its case and the clips of both films."""

    file: CaseFile
    cycle: Cycle
    clips: tuple[SupervisionClip, ...]
    """The shortlist of the shared review first, then the moments of the review's own film."""


@dataclass(frozen=True, slots=True)
class SupervisionPage:
    """What is looked at in a meeting with a supervisor."""

    meeting: Supervision
    cycles: tuple[BroughtCycle, ...]


def clips_of(file: CaseFile, cycle_id: str) -> tuple[SupervisionClip, ...]:
    """The clips of a cycle for supervision, of both films; private moments are never among them."""
    chosen: list[tuple[Moment, Clip | None]] = [(file.moment(one.moment_id), one) for one in file.clips_of(cycle_id)]
    chosen += [(moment, None) for moment in own_moments(file, cycle_id)]
    return tuple(SupervisionClip(file.film(moment.film_id), moment, clip) for moment, clip in chosen)


def open_page(work: Work, supervision_id: str, *, without_consent: str | None = None) -> SupervisionPage:
    """Open the page of a meeting; asks the consent gate for every film that it has clips of.

    Args:
        work: the unit of work.
        supervision_id: the meeting.
        without_consent: a written reason to go on where consent is missing; kept in the audit trail of each such case.

    Raises:
        NotFound: the meeting is gone.
        ConsentMissing: somebody seen has no live consent for supervision, and there is no reason.
    """
    meeting = work.get(Supervision, supervision_id)
    cycles = []
    missing = []
    for one in load(work).brought[supervision_id]:
        file = load_case(work, one.case_id)
        shown = BroughtCycle(file, file.cycle(one.number), clips_of(file, one.cycle_id))
        cycles.append(shown)
        try:
            _ask_gate(work, shown, supervision_id, without_consent)
        except ConsentMissing as refusal:
            missing.append(f"{one.words}: {refusal.summary}")
    if missing:
        raise ConsentMissing(
            " ".join(missing), "Nothing was shown. Open the case from Today, then c on a person, to record the consent."
        )
    return SupervisionPage(meeting, tuple(cycles))


def _ask_gate(work: Work, shown: BroughtCycle, supervision_id: str, reason: str | None) -> None:
    films = [one.film.id for one in shown.clips]
    subject = f"{supervision_id} {shown.cycle.id}"
    consent.require(
        work, shown.file, films, Purpose.SUPERVISION, use="supervision", subject=subject, without_consent=reason
    )
    if films:
        work.audit("shown in supervision", shown.file.case.id, f"cycle {shown.cycle.number}", supervision_id)


def summary(shown: BroughtCycle, say: Saying | None = None) -> tuple[tuple[str, str], ...]:
    """Where the work stands, as labels and words in a language, or English: question, ratings, working points, strengths."""
    say = say or Saying()
    file, cycle = shown.file, shown.cycle
    found = [(say("Helping question"), file.question.words)] if file.question else []
    for label, words, goal_id in (
        (say("Rated"), "", None),
        *((say("Goal {number}", number=goal.position), goal.words, goal.id) for goal in file.goals_now),
    ):
        ratings = file.ratings_of(goal_id)
        said = ""
        if ratings:
            first, last = ratings[0], ratings[-1]
            said = say("{first} at first, {last} now, of {high}", first=first.value, last=last.value, high=last.high)
        if words or said:
            found.append((label, f"{words}: {said}" if words and said else words or said))
    for one in sorted(file.cycles, key=lambda one: one.number):
        point = file.working_point(one.id)
        if point and one.number <= cycle.number:
            found.append((say("Working point {number}", number=one.number), point.words))
    found += [(say("Strength"), one.words) for one in file.strengths_of(cycle.id)]
    return tuple(found)


# The practitioner's own rating of own work


def rate(rubric: Rubric, before: str, chosen: dict[str, str]) -> str:
    """Write a self-rating into the free text: one line for each item, in the rubric's own words.

    Lines of items that are rated anew are replaced; everything else that was written stays. The words themselves are
    kept, so that they still say the same when the service changes its rubric.

    Args:
        rubric: the service's rubric.
        before: the self-rating as it stands.
        chosen: the level by the id of the item; an item without a level is not rated.
    """
    lines = before.splitlines()
    for item in rubric.items:
        known = _lines(rubric, item)
        level = chosen.get(item.id)
        at = next((i for i, line in enumerate(lines) if line in known), len(lines))
        lines[at : at + 1] = [line for line, one in known.items() if one == level]
    return "\n".join(lines)


def rated(rubric: Rubric, words: str) -> dict[str, str]:
    """Read a self-rating back: the level by the id of the item, for the items that are rated."""
    found: dict[str, str] = {}
    for item in rubric.items:
        known = _lines(rubric, item)
        level = next((known[line] for line in words.splitlines() if line in known), None)
        if level:
            found[item.id] = level
    return found


def _lines(rubric: Rubric, item: RubricItem) -> dict[str, str]:
    """Every line that can be written for an item, and the level it stands for."""
    return {f"{item.words}: {level}": level for level in item.levels or rubric.levels}


def rubrics(packs: tuple[Pack, ...], brought: tuple[str, ...]) -> tuple[Pack, ...]:
    """The packs whose rubric can be used: those of the cases brought where they have one, else all that have one.

    Args:
        packs: every pack there is.
        brought: ids of the packs of the cases brought.
    """
    having = tuple(pack for pack in packs if pack.rubric.items)
    return tuple(pack for pack in having if pack.id in brought) or having
