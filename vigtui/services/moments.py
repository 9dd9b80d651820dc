"""Moments: mark, move, tag, choose; and the shortlist made of them."""

from dataclasses import replace
from typing import Any

from vigtui.domain.clip import Clip
from vigtui.domain.errors import NotSensible
from vigtui.domain.film import Film, FilmKind
from vigtui.domain.moment import Moment, MomentPrinciple, MomentState
from vigtui.domain.timecode import Millis
from vigtui.services.ports import Work

_STATES = (MomentState.CANDIDATE, MomentState.CHOSEN, MomentState.PRIVATE)


def mark(work: Work, film: Film, start: Millis, end: Millis, *, still: bool = False, note: str = "") -> Moment:
    """Keep a moment, from the first to the last frame shown, or a still of one frame.

    Raises:
        MarksReversed: the end does not come after the start.
    """
    moment = Moment(
        id=work.new_id(), case_id=film.case_id, film_id=film.id, in_ms=start, out_ms=end, still=still, note=note
    )
    work.did(f"{moment.label} kept", film.case_id)
    return work.add(moment)


def move(work: Work, moment_id: str, *, start: Millis | None = None, end: Millis | None = None) -> Moment:
    """Move the in or the out mark of a moment.

    Raises:
        MarksReversed: the marks would be reversed; both stay.
    """
    before = work.get(Moment, moment_id)
    work.did(f"marks of {before.label} moved", before.case_id)
    if before.still:
        at = start if start is not None else end
        return before if at is None else work.update(Moment, moment_id, in_ms=at, out_ms=at)
    changes = {name: value for name, value in (("in_ms", start), ("out_ms", end)) if value is not None}
    return work.update(Moment, moment_id, **changes)


def next_state(work: Work, moment_id: str, cycle_id: str) -> Moment:
    """Candidate, chosen, private, and round again. Chosen is on the shortlist, or in supervision; private never is."""
    moment = work.get(Moment, moment_id)
    state = _STATES[(_STATES.index(moment.state) + 1) % len(_STATES)]
    return set_state(work, moment, state, cycle_id)


def set_state(work: Work, moment: Moment, state: MomentState, cycle_id: str) -> Moment:
    """Set a moment's state, and put it on the shortlist or take it off.

    A moment of a review's own film never enters the shortlist: it is chosen for supervision, by its state alone.
    """
    clips = work.find(Clip, moment_id=moment.id)
    of_family = work.get(Film, moment.film_id).kind is FilmKind.FAMILY
    if state is MomentState.CHOSEN and not clips and of_family:
        position = max((clip.position for clip in work.find(Clip, cycle_id=cycle_id)), default=0) + 1
        work.add(
            Clip(
                id=work.new_id(),
                case_id=moment.case_id,
                cycle_id=cycle_id,
                moment_id=moment.id,
                position=position,
            )
        )
    if state is not MomentState.CHOSEN:
        for clip in clips:
            work.remove(Clip, clip.id)
        for cycle in {clip.cycle_id for clip in clips}:
            _renumber(work, cycle)
    work.did(f"{moment.label} {state.value}", moment.case_id)
    return work.update(Moment, moment.id, state=state)


def toggle_principle(work: Work, moment_id: str, principle: str) -> bool:
    """Tag a moment with a principle, or take the tag off; whether it is on now."""
    moment = work.get(Moment, moment_id)
    there = work.find(MomentPrinciple, moment_id=moment_id, principle=principle)
    for one in there:
        work.remove(MomentPrinciple, one.id)
    if not there:
        work.add(MomentPrinciple(id=work.new_id(), case_id=moment.case_id, moment_id=moment_id, principle=principle))
    work.did(f"principle of {moment.label} {'taken off' if there else 'noted'}", moment.case_id)
    return not there


def remove(work: Work, moment_id: str) -> Moment:
    """Remove a moment with its tags and its clip; undo brings it all back."""
    moment = work.get(Moment, moment_id)
    cycles = {clip.cycle_id for clip in work.find(Clip, moment_id=moment_id)}
    work.remove(Moment, moment_id)
    for cycle_id in cycles:
        _renumber(work, cycle_id)
    work.did(f"{moment.label} removed", moment.case_id)
    return moment


def reorder(work: Work, clip_id: str, by: int) -> Clip:
    """Move a clip so many places down (or up, where negative) the shortlist; it stops at the ends."""
    clip = work.get(Clip, clip_id)
    clips = sorted(work.find(Clip, cycle_id=clip.cycle_id), key=lambda one: (one.position, one.id))
    at = next(i for i, one in enumerate(clips) if one.id == clip_id)
    clips.insert(max(0, min(len(clips) - 1, at + by)), clips.pop(at))
    for position, one in enumerate(clips, 1):
        if one.position != position:
            work.update(Clip, one.id, position=position)
    work.did("order of the clips changed", clip.case_id)
    return work.get(Clip, clip_id)


def held_frame(clip: Clip, moment: Moment) -> Millis:
    """The frame at which a clip is held still: the one that was chosen, while it lies in the clip, else its middle."""
    chosen = clip.freeze_ms
    within = chosen is not None and moment.in_ms <= chosen <= moment.out_ms
    return chosen if chosen is not None and within else Millis((moment.in_ms + moment.out_ms) // 2)


def split(work: Work, moment_id: str, *, before: Millis, at: Millis) -> tuple[Moment, Moment]:
    """Split a moment in two: the first ends with the frame at `before`, the second begins with the frame at `at`.

    What was seen in it is kept in both; the note and the clip stay with the first.

    Raises:
        NotSensible: the playhead is not within the moment.
    """
    whole = work.get(Moment, moment_id)
    if whole.still or not whole.in_ms < before < at < whole.out_ms:
        raise NotSensible(
            "A moment is split where the playhead is, two frames or more from both of its ends.",
            "Nothing was changed. Go to a place within the moment first.",
        )
    first = work.update(Moment, moment_id, out_ms=before)
    second = _copy(work, whole, in_ms=at, note="")
    work.did(f"{whole.label} split", whole.case_id)
    return first, second


def duplicate(work: Work, moment_id: str) -> Moment:
    """Make a second moment of the same frames, a candidate, with the same said of it."""
    whole = work.get(Moment, moment_id)
    copy = _copy(work, whole)
    work.did(f"{whole.label} duplicated", whole.case_id)
    return copy


def _copy(work: Work, moment: Moment, **changes: Any) -> Moment:
    copy = work.add(replace(moment, id=work.new_id(), state=MomentState.CANDIDATE, **changes))
    for one in work.find(MomentPrinciple, moment_id=moment.id):
        work.add(replace(one, id=work.new_id(), moment_id=copy.id))
    return copy


def _renumber(work: Work, cycle_id: str) -> None:
    clips = sorted(work.find(Clip, cycle_id=cycle_id), key=lambda one: (one.position, one.id))
    for position, clip in enumerate(clips, 1):
        if clip.position != position:
            work.update(Clip, clip.id, position=position)


def check_times(film: Film, start: Millis, end: Millis) -> None:
    """Refuse times outside the film.

    Raises:
        NotSensible: one lies after its end.
    """
    if film.duration_ms is not None and max(start, end) > film.duration_ms:
        raise NotSensible(
            f"The film is {film.duration_ms / 1000:.3f} s long; that time lies after its end.", "Nothing was added."
        )


def set_clip(work: Work, clip_id: str, **changes: Any) -> Clip:
    """Change how a clip is shown.

    Raises:
        NotSensible: a value lies outside its range; nothing was changed.
    """
    clip = work.update(Clip, clip_id, **changes)
    work.did(f"clip {clip.position} changed", clip.case_id)
    return clip
