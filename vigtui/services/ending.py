"""The end of a case: the record of strengths, what is handed over, follow-ups, closing, pausing; and first against last clips."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from vigtui.domain.case import Case, CaseStatus, Ending, FollowUp
from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import NotSensible
from vigtui.domain.record import clean
from vigtui.domain.timecode import format_length
from vigtui.services import consent
from vigtui.services.ports import Work

# The ending's own words


def ending_of(file: CaseFile) -> Ending | None:
    """How the case ended, as far as it is written; a case that was opened again goes on with the same."""
    return file.endings[-1] if file.endings else None


def _write(work: Work, case_id: str, **changes: Any) -> Ending:
    there = work.find(Ending, case_id=case_id)
    if there:
        return work.update(Ending, there[-1].id, **changes)
    return work.add(Ending(id=work.new_id(), case_id=case_id, **{"ended_on": work.today, **changes}))


def write(work: Work, case_id: str, name: str, words: str, what: str) -> Ending | None:
    """Write the record of strengths or what was handed over, as typed; nothing typed makes no ending. None then.

    Args:
        work: the unit of work.
        case_id: the case.
        name: the field of `Ending`.
        words: its words.
        what: how the history names it.
    """
    if not words and not work.find(Ending, case_id=case_id):
        return None
    work.did(f"{what} changed", case_id)
    return _write(work, case_id, **{name: words})


def gather_strengths(work: Work, file: CaseFile) -> Ending | None:
    """Add to the record of strengths what is not in it yet: the strengths and the working points of all cycles.

    Each comes word for word on a line of its own, cycle by cycle: the strengths first, then in a paragraph of their own the working
    points with what was noticed of them. What was written into the record stays as it is. None where there is nothing to add.
    """
    cycles = sorted(file.cycles, key=lambda cycle: cycle.number)
    strengths = [strength.words for cycle in cycles for strength in file.strengths_of(cycle.id)]
    points = [point for cycle in cycles if (point := file.working_point(cycle.id))]
    tried = [words for point in points for words in (point.words, point.noticed)]
    return _add_lines(work, file, "strengths_record", (strengths, tried), "strengths gathered")


def gather_kept(work: Work, file: CaseFile) -> Ending | None:
    """Add to what was handed over the clips of all cycles that the client asked to keep. None where there is nothing to add."""
    kept = []
    for cycle in sorted(file.cycles, key=lambda cycle: cycle.number):
        for clip in file.clips_of(cycle.id):
            moment = file.moment(clip.moment_id)
            length = "still" if moment.still else format_length(moment.length_ms)
            words = f"cycle {cycle.number}, clip {clip.position} ({length})"
            note = moment.note.strip() or clip.why.strip()
            kept += [f"{words}: {note}" if note else words] if clip.client_keeps else []
    return _add_lines(work, file, "handed_over", (kept,), "kept clips written down")


def _add_lines(work: Work, file: CaseFile, name: str, paragraphs: tuple[list[str], ...], did: str) -> Ending | None:
    ending = ending_of(file)
    before: str = getattr(ending, name) if ending else ""
    there = {line.strip() for line in before.splitlines()}
    added = []
    for paragraph in paragraphs:
        lines = [line for words in paragraph for line in _lines(words)]
        new = list(dict.fromkeys(line for line in lines if line not in there))
        there |= set(new)
        added += ["\n".join(new)] if new else []
    if not added:
        return None
    work.did(did, file.case.id)
    parts = [before.rstrip("\n")] if before.strip() else []
    return _write(work, file.case.id, **{name: "\n\n".join([*parts, *added])})


def _lines(words: str) -> list[str]:
    return [line.strip() for line in clean(words).splitlines() if line.strip()]


# Follow-ups


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month that is too short for it."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def last_meeting(file: CaseFile) -> date | None:
    """The day of the last shared review; None before the first was held."""
    return max((review.held_on for review in file.reviews if review.held_on), default=None)


def plan_follow_ups(work: Work, file: CaseFile, months: tuple[int, ...]) -> list[FollowUp]:
    """Plan a follow-up so many months after the last review (after today where none was held), where none is planned for that day.

    Args:
        work: the unit of work.
        file: the case.
        months: the pack's `follow_up_months`.
    """
    start = last_meeting(file) or work.today
    there = {one.due_on for one in file.follow_ups}
    days = [day for count in months if (day := months_later(start, count)) not in there]
    if days:
        work.did("follow-ups planned", file.case.id)
    return [work.add(FollowUp(id=work.new_id(), case_id=file.case.id, due_on=day)) for day in days]


def add_follow_up(work: Work, case_id: str, due_on: date | None, note: str = "") -> FollowUp:
    """Plan one follow-up. Raises NotSensible without a date."""
    work.did("follow-up planned", case_id)
    return work.add(FollowUp(id=work.new_id(), case_id=case_id, due_on=_needed(due_on), note=note))


def edit_follow_up(work: Work, follow_up_id: str, due_on: date | None, done_on: date | None, note: str) -> FollowUp:
    """Change when a follow-up is due, when it was done (None: not yet) and its note. Raises NotSensible without a due date."""
    one = work.update(FollowUp, follow_up_id, due_on=_needed(due_on), done_on=done_on, note=note)
    work.did("follow-up changed", one.case_id)
    return one


def do_follow_up(work: Work, follow_up_id: str, done_on: date | None, note: str) -> FollowUp:
    """Say that a follow-up was done, today unless another day is named, and what came of it."""
    one = work.update(FollowUp, follow_up_id, done_on=done_on or work.today, note=note)
    work.did("follow-up done", one.case_id)
    return one


def remove_follow_up(work: Work, follow_up_id: str) -> None:
    """Remove a follow-up; undo brings it back."""
    one = work.get(FollowUp, follow_up_id)
    work.did("follow-up removed", one.case_id)
    work.remove(FollowUp, follow_up_id)


def _needed(due_on: date | None) -> date:
    if due_on is None:
        raise NotSensible("A follow-up needs a date.", "Nothing was changed. Write it as year-month-day.")
    return due_on


# Where the case stands as a whole


def close_case(work: Work, case_id: str) -> Case:
    """Close a case today. Its films' retention clock starts; everything stays readable.

    Raises:
        NotSensible: it is closed already.
    """
    case = work.get(Case, case_id)
    if case.status is CaseStatus.CLOSED:
        raise NotSensible(f"Case {case.code} is closed already.", "Nothing was changed. It can be opened again.")
    _write(work, case_id, ended_on=work.today)
    return _set_status(work, case, CaseStatus.CLOSED, "closed", closed_on=work.today)


def reopen_case(work: Work, case_id: str) -> Case:
    """Open a closed case again; what was written about its end stays, and its films' retention clock stops.

    Raises:
        NotSensible: it is not closed.
    """
    case = work.get(Case, case_id)
    if case.status is not CaseStatus.CLOSED:
        raise NotSensible(f"Case {case.code} is not closed.", "Nothing was changed.")
    return _set_status(work, case, CaseStatus.OPEN, "opened again", closed_on=None)


def pause_case(work: Work, case_id: str) -> Case:
    """Let a case rest: its next step is no longer called overdue. What runs out, such as a consent, is still said.

    Raises:
        NotSensible: it is not open.
    """
    case = work.get(Case, case_id)
    if case.status is not CaseStatus.OPEN:
        raise NotSensible(f"Case {case.code} is {case.status.value} already.", "Nothing was changed.")
    return _set_status(work, case, CaseStatus.PAUSED, "paused")


def resume_case(work: Work, case_id: str) -> Case:
    """Go on with a paused case.

    Raises:
        NotSensible: it is not paused.
    """
    case = work.get(Case, case_id)
    if case.status is not CaseStatus.PAUSED:
        raise NotSensible(f"Case {case.code} is not paused.", "Nothing was changed.")
    return _set_status(work, case, CaseStatus.OPEN, "taken up again")


def _set_status(work: Work, case: Case, status: CaseStatus, words: str, **changes: Any) -> Case:
    work.did(f"case {case.code} {words}", case.id)
    work.audit(f"case {words}", case.id, case.code)
    return work.update(Case, case.id, status=status, **changes)


# First against last clips


@dataclass(frozen=True, slots=True)
class Pair:
    """A clip of the first cycle beside one of the last; one of them is None where the other cycle has more."""

    first: Clip | None
    last: Clip | None

    @property
    def clips(self) -> tuple[Clip, ...]:
        """Those that are there, in the order they are shown."""
        return tuple(clip for clip in (self.first, self.last) if clip)

    @property
    def id(self) -> str:
        """The same as long as the pair is."""
        return "+".join(clip.id for clip in self.clips)


def ends(file: CaseFile) -> tuple[Cycle, Cycle] | None:
    """The first and the last cycle that have clips to show; None where there are not two."""
    having = [cycle for cycle in file.cycles if file.clips_of(cycle.id)]
    if len(having) < 2:
        return None
    in_order = sorted(having, key=lambda cycle: cycle.number)
    return in_order[0], in_order[-1]


def pairs(file: CaseFile) -> tuple[Pair, ...]:
    """The clips of the first cycle beside those of the last, each in the order of its review."""
    found = ends(file)
    if found is None:
        return ()
    first, last = (file.clips_of(cycle.id) for cycle in found)
    return tuple(Pair(one, other) for one, other in zip_longest(first, last))


def ask_to_show(work: Work, file: CaseFile, pair: Pair, *, without_consent: str | None = None) -> None:
    """Pass the consent gate with the films of a pair before any of it is shown.

    Args:
        work: the unit of work.
        file: the case.
        pair: what is to be shown.
        without_consent: a written reason to go on all the same; it stands in the audit trail.

    Raises:
        ConsentMissing: somebody seen has no live consent for therapy, and there is no reason.
    """
    consent.require(
        work,
        file,
        [file.moment(clip.moment_id).film_id for clip in pair.clips],
        Purpose.THERAPY,
        use="first against last",
        subject=file.case.id,
        without_consent=without_consent,
    )
