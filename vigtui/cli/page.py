"""A whole case as a page of plain text."""

from collections.abc import Iterable, Iterator
from datetime import date

from vigtui.cli.output import one_line
from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Consent
from vigtui.domain.cycle import Cycle
from vigtui.domain.film import Film, FilmKind
from vigtui.domain.goal import Rating
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.timecode import format_length, format_time
from vigtui.domain.way import Way
from vigtui.domain.workflow import NextStep, Standing, rail

_MARKS = {Standing.DONE: "x", Standing.NOW: ">", Standing.AHEAD: " ", Standing.NONE: "-"}
_STATES = {MomentState.CANDIDATE: "candidate", MomentState.CHOSEN: "chosen", MomentState.PRIVATE: "private"}


def whole_case(file: CaseFile, step: NextStep | None, today: date, way: Way) -> str:
    """The page of a case: who, what for, and every cycle with its films, moments, clips, review and working point."""
    case = file.case
    lines = [f"Case {one_line(case.code)}: {case.status.value}, opened {case.opened_on}, pack {one_line(case.pack)}"]
    if step:
        lines.append(f"Next: {one_line(step.words)}{f', due {step.due}' if step.due else ''}")
    lines += _part("People", _people(file, today))
    lines += _part("Helping question", _question(file))
    lines += _part("Goals", _goals(file))
    for cycle in sorted(file.cycles, key=lambda one: one.number):
        lines += _part(_cycle_title(cycle), _cycle(file, cycle, today, way))
    lines += _part("Ending", (f"{one.ended_on}  {one_line(one.strengths_record)}" for one in file.endings))
    return "\n".join(lines)


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    inside = list(lines)
    if inside:
        yield ""
        yield title
        yield from (f"  {line}" for line in inside)


def _people(file: CaseFile, today: date) -> Iterator[str]:
    for person in file.people:
        yield f"{one_line(person.name)}: {person.role.value}{', a child' if person.child else ''}"
        yield from (f"  {_consent(one, today)}" for one in file.consents if one.person_id == person.id)


def _consent(consent: Consent, today: date) -> str:
    words = f"consent for {consent.purpose.value}, given {consent.given_on} by {one_line(consent.given_by)}"
    if consent.withdrawn_on:
        return f"{words}; withdrawn {consent.withdrawn_on}: {one_line(consent.withdrawn_why)}"
    if consent.until:
        words += f", until {consent.until}"
    return words if consent.live_on(today) else f"{words}; not live today"


def _question(file: CaseFile) -> Iterator[str]:
    if file.question:
        yield f"“{one_line(file.question.words)}”"
        yield from (f"  rated {_rating(one)}" for one in file.ratings_of(None))
    yield from (f"  earlier: “{one_line(one.words)}” ({one.asked_on})" for one in reversed(file.questions[:-1]))


def _goals(file: CaseFile) -> Iterator[str]:
    for goal in file.goals_now:
        yield f"{goal.position}. {one_line(goal.words)}"
        yield from (f"  rated {_rating(one)}" for one in file.ratings_of(goal.id))


def _rating(rating: Rating) -> str:
    words = f"{rating.value} ({rating.low} to {rating.high}) on {rating.rated_on} by {one_line(rating.rater)}"
    return f"{words}: {one_line(rating.comment)}" if rating.comment else words


def _cycle_title(cycle: Cycle) -> str:
    return f"Cycle {cycle.number}, opened {cycle.opened_on}{f', closed {cycle.closed_on}' if cycle.closed_on else ''}"


def _cycle(file: CaseFile, cycle: Cycle, today: date, way: Way) -> Iterator[str]:
    states = rail(file, cycle, today, way)
    yield "  ".join(f"[{_MARKS[state.standing]}] {state.stage.words}" for state in states)
    for state in states:
        if state.standing is Standing.NOW:
            yield f"still missing: {', '.join(one_line(one) for one in state.missing)}"
    for kind in FilmKind:
        for film in file.films_of(cycle.id, kind):
            yield from _film(file, film)
    for note in file.notes_of(cycle.id):
        at = f" {format_time(note.at_ms)}" if note.at_ms is not None else ""
        yield f"Note{at}: {one_line(note.words)}"
    clips = file.clips_of(cycle.id)
    if clips:
        yield "Shortlist"
        yield from (f"  {_clip(file, clip)}" for clip in clips)
    yield from _review(file, cycle)


def _film(file: CaseFile, film: Film) -> Iterator[str]:
    name = "Film" if film.kind is FilmKind.FAMILY else "Film of the review"
    length = format_time(film.duration_ms) if film.duration_ms is not None else "length unknown"
    seen = ", ".join(one_line(person.name) for person in file.seen_in(film.id)) or "nobody named yet"
    yield f"{name} {film.number}: {one_line(film.original_name)}, {length}, seen: {seen}"
    yield from (f"  {_moment(file, moment)}" for moment in file.moments_of(film.id))


def _moment(file: CaseFile, moment: Moment) -> str:
    length = "still" if moment.still else format_length(moment.length_ms)
    principles = ", ".join(one_line(one) for one in file.principles_of(moment.id))
    words = f"{format_time(moment.in_ms, decimals=3)}  {length}  {_STATES[moment.state]}"
    return "  ".join(part for part in (words, principles, one_line(moment.note)) if part)


def _clip(file: CaseFile, clip: Clip) -> str:
    moment = file.moment(clip.moment_id)
    words = f"{clip.position}. film {file.film(moment.film_id).number}, {format_time(moment.in_ms, decimals=3)}"
    return "  ".join(part for part in (words, one_line(clip.why) or one_line(moment.note)) if part)


def _review(file: CaseFile, cycle: Cycle) -> Iterator[str]:
    review = file.review(cycle.id)
    if review and review.held_on:
        minutes = f", {review.minutes} min" if review.minutes is not None else ""
        yield f"Shared review {review.held_on}{minutes}"
        for note in file.review_notes_of(review.id):
            yield f"  {note.kind.value}: {one_line(note.words)}" if note.words else f"  {note.kind.value}"
    yield from (f"Strength: {one_line(strength.words)}" for strength in file.strengths_of(cycle.id))
    point = file.working_point(cycle.id)
    if point:
        yield f"Working point: {one_line(point.words)}"
