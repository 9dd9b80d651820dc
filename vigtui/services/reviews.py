"""The shared review: prepare, start, walk the ladder, note, end."""

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import NotSensible
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.packs import Pack, PhaseKind, same_step, steps
from vigtui.domain.person import Person
from vigtui.domain.review import NoteKind, Review, ReviewNote, ReviewPerson, ReviewStep
from vigtui.domain.timecode import Millis
from vigtui.services import consent
from vigtui.services.ports import Work


def prepare(work: Work, file: CaseFile, cycle: Cycle) -> Review:
    """The review of a cycle; made, with everyone of the family as present, where there is none yet."""
    there = work.find(Review, cycle_id=cycle.id)
    if there:
        return there[0]
    review = work.add(Review(id=work.new_id(), case_id=file.case.id, cycle_id=cycle.id, place=cycle.place))
    for person in file.people:
        if not person.child and not person.bystander:
            work.add(ReviewPerson(id=work.new_id(), case_id=file.case.id, review_id=review.id, person_id=person.id))
    work.did(f"review of cycle {cycle.number} prepared", file.case.id)
    return review


def leave_out(work: Work, file: CaseFile, review: Review, pack: Pack, rung: str, *, used: bool) -> Review:
    """Go without a rung of the ladder (`phase.rung`) in this meeting, or with it again; one that is under way stays where it is.

    Raises:
        NotSensible: it is the last rung there is.
    """
    others = tuple(one for one in review.left_out if one != rung)
    left_out = others if used else (*others, rung)
    count = len(file.clips_of(review.cycle_id))
    if not any(step.phase.kind is PhaseKind.PER_CLIP for step in steps(pack, 1, left_out)):
        raise NotSensible("A review needs a rung to look at the clips with.", "This one stays; leave out another.")
    step = same_step(steps(pack, count, review.left_out), review.step, steps(pack, count, left_out))
    work.did("ladder of the review changed", review.case_id)
    return work.update(Review, review.id, left_out=left_out, step=step)


def set_present(work: Work, review: Review, person: Person, present: bool) -> None:
    """Say who is, or is not, at the meeting."""
    there = work.find(ReviewPerson, review_id=review.id, person_id=person.id)
    if present and not there:
        work.add(ReviewPerson(id=work.new_id(), case_id=review.case_id, review_id=review.id, person_id=person.id))
    for one in there if not present else ():
        work.remove(ReviewPerson, one.id)
    work.did(f"{person.name} {'present' if present else 'not present'} at the review", review.case_id)


def start(work: Work, file: CaseFile, review: Review, *, without_consent: str | None = None) -> Review:
    """Begin the live review, or go on with it; asks the consent gate for every film on the shortlist.

    What lay between an end and going on counts for no minutes of the review. Time in which the line was broken or the program
    did not run does: the family is still there and talks, and nobody can tell here how long it stayed.

    Raises:
        ConsentMissing: somebody seen has no live consent for therapy, and there is no reason.
        NotSensible: there is no clip to look at.
    """
    clips = file.clips_of(review.cycle_id)
    if not clips:
        raise NotSensible("There is no clip on the shortlist yet.", "Press F5 and choose one with s.")
    consent.require(
        work,
        file,
        [file.moment(clip.moment_id).film_id for clip in clips],
        Purpose.THERAPY,
        use="shared review",
        subject=review.id,
        without_consent=without_consent,
    )
    if review.started_at and not review.ended_at:
        return review
    work.did("shared review begun", review.case_id)
    work.audit("shared review begun", review.case_id, subject=review.id)
    return work.update(
        Review,
        review.id,
        held_on=review.held_on or work.today,
        started_at=work.now - (review.ended_at - review.started_at)
        if review.started_at and review.ended_at
        else work.now,
        ended_at=None,
    )


def go_to(work: Work, review_id: str, step: int, *, phase: str, rung: str, clip_id: str | None) -> Review:
    """Stand on a step; written at once, so that a review cut off goes on here."""
    review = work.update(Review, review_id, step=step)
    _used(work, review, phase, rung, clip_id)
    work.did("step of the review", review.case_id)
    return review


def tick(work: Work, review: Review, *, phase: str, rung: str, clip_id: str | None, ticked: bool = True) -> None:
    """Tick the rung off, or take the tick back."""
    step = _used(work, review, phase, rung, clip_id)
    work.update(ReviewStep, step.id, ticked=ticked)
    work.did("rung ticked" if ticked else "tick taken back", review.case_id)


def ticked_rungs(file: CaseFile, review: Review) -> set[tuple[str, str | None]]:
    """Rung and clip of every step that was ticked."""
    return {(one.rung, one.clip_id) for one in file.review_steps if one.review_id == review.id and one.ticked}


def _used(work: Work, review: Review, phase: str, rung: str, clip_id: str | None) -> ReviewStep:
    there = work.find(ReviewStep, review_id=review.id, phase=phase, rung=rung, clip_id=clip_id)
    if there:
        return there[0]
    return work.add(
        ReviewStep(
            id=work.new_id(),
            case_id=review.case_id,
            review_id=review.id,
            phase=phase,
            rung=rung,
            clip_id=clip_id,
            reached_at=work.now,
        )
    )


def note(
    work: Work,
    review: Review,
    kind: NoteKind,
    words: str,
    *,
    phase: str,
    rung: str,
    clip_id: str | None,
    at: Millis | None,
) -> ReviewNote:
    """Keep a whole live note, stamped with step, clip and place in the film.

    Raises:
        NotSensible: there are no words, and it is no wow.
    """
    made = ReviewNote(
        id=work.new_id(),
        case_id=review.case_id,
        review_id=review.id,
        kind=kind,
        phase=phase,
        rung=rung,
        clip_id=clip_id,
        at_ms=at,
        written_at=work.now,
    )
    kept = write_note(work, made, words)
    if kept is None:
        raise NotSensible("A note needs words.", "Nothing was noted.")
    return kept


def write_note(work: Work, note: ReviewNote, words: str) -> ReviewNote | None:
    """Keep a live note while it is being written: made with its first words, changed with each, gone without any.

    Only a wow needs no words. The stamp (step, clip, place in the film) is the one it was begun with.
    """
    there = work.find(ReviewNote, id=note.id)
    kind = note.kind.value.replace("-", " ")
    if not words.strip() and note.kind is not NoteKind.WOW:
        work.did(f"{kind} taken back", note.case_id)
        work.remove(ReviewNote, note.id)
        return None
    work.did(f"{kind} noted", note.case_id)
    return work.update(ReviewNote, note.id, words=words) if there else work.add(replace(note, words=words))


def shown(work: Work, clip_id: str) -> None:
    """Remember that a clip was shown, the first time it is."""
    clip = work.get(Clip, clip_id)
    if clip.shown_at is None:
        work.update(Clip, clip_id, shown_at=work.now)
        work.did(f"clip {clip.position} shown", clip.case_id)


def end(work: Work, review_id: str) -> Review:
    """End the live review; its minutes are counted from its beginning and can be corrected later."""
    review = work.get(Review, review_id)
    begun = review.started_at or work.now
    minutes = round((work.now - begun).total_seconds() / 60)
    review = work.update(Review, review_id, ended_at=work.now, minutes=min(minutes, 1440))
    work.update(Cycle, review.cycle_id, minutes_review=review.minutes or 0)
    work.did("shared review ended", review.case_id)
    work.audit("shared review ended", review.case_id, subject=review.id)
    return review


def minutes_in(review: Review, now: datetime) -> int:
    """Whole minutes since the review began."""
    return int((now - review.started_at).total_seconds() // 60) if review.started_at else 0


def minutes_of_phase(file: CaseFile, review: Review, phase: str, clip_id: str | None, now: datetime) -> int:
    """Whole minutes spent in the present phase, for the present clip where it comes per clip.

    A rung lasts until the next one that was reached for the first time; what came after the last of them counts for
    the present phase. None lasts longer than the review.
    """
    reached = sorted((one for one in file.review_steps if one.review_id == review.id), key=lambda one: one.reached_at)
    spent = sum(
        (after.reached_at - one.reached_at).total_seconds()
        for one, after in pairwise(reached)
        if (one.phase, one.clip_id) == (phase, clip_id)
    )
    minutes = int((spent + (now - reached[-1].reached_at).total_seconds()) // 60) if reached else 0
    return min(minutes, minutes_in(review, now))


def lead_of(file: CaseFile, moment: Moment, lead: Millis) -> Millis:
    """How much of a lead before a clip may be shown: up to `lead`, but nothing of a private moment."""
    private = [one for one in file.moments_of(moment.film_id) if one.state is MomentState.PRIVATE]
    begins = [min(one.out_ms + 1, moment.in_ms) for one in private if one.in_ms < moment.in_ms]
    return Millis(min(lead, moment.in_ms - max(begins, default=0)))
