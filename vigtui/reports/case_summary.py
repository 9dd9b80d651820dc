"""The summary of a case, for the record of a service: who, what was asked, what was done, what came of it; under pseudonyms.

Concerns, private moments, the practitioner's own notes and safeguarding details are not on it: a client may ask to read it.
"""

from collections.abc import Sequence
from datetime import date

from vigtui.domain.case import Case
from vigtui.domain.casefile import CaseFile
from vigtui.domain.consent import Purpose, why_not_live
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import NotFound
from vigtui.domain.packs import Pack
from vigtui.domain.person import Person, Role
from vigtui.domain.wording import Saying
from vigtui.reports.document import Block, Document, Facts, Group, Heading, Paragraph, Quote, Table, Tone
from vigtui.reports.figures import Figures, RatingLine
from vigtui.reports.rated import charts
from vigtui.reports.saying import saying

_NOTHING = "–"


def case_summary(file: CaseFile, pack: Pack, figures: Figures, *, on: date) -> Document:
    """The summary of a case, in the language of its pack.

    Args:
        file: the case.
        pack: its way of working.
        figures: what was counted in it.
        on: the day it is written.
    """
    say = saying(pack)
    return Document(
        title=say("Case summary"),
        below=say("Case {code}", code=file.case.code),
        blocks=(
            _case(file.case, pack, figures, say),
            *_people(file, pack, on, say),
            *_question(file, say),
            *_ratings(figures.lines, say),
            *_cycles(file, say),
            *_strengths(file, say),
            *_measures(file, say),
            *_ending(file, say),
        ),
        foot=say("Case {code}, under pseudonyms. Written on {day}.", code=file.case.code, day=on),
        language=say.language,
    )


def _case(case: Case, pack: Pack, figures: Figures, say: Saying) -> Facts:
    worked = "{first} to {last}, {status}" if case.closed_on else "{first} to now, {status}"
    status = say(case.status.value)
    rows = (
        ("Relationship", case.relationship),
        ("Age of the child", case.child_age_band),
        ("Setting", case.setting),
        ("Way of working", pack.name),
        ("Worked", say(worked, first=case.opened_on, last=case.closed_on, status=status)),
        (
            "Meetings held",
            say("{held}, of {planned} planned", held=figures.counts.meetings, planned=case.planned_cycles),
        ),
        ("Practitioner", case.practitioner),
        ("Supervisor", case.supervisor),
        ("Referred by", case.referrer),
        ("Reason, in the client's words", case.reason_client),
        ("Reason, in the referrer's words", case.reason_referrer),
        ("Communication needs", case.communication_needs),
        ("Other agencies", case.other_agencies),
    )
    return Facts(tuple((say(name), words) for name, words in rows if words.strip()))


def _people(file: CaseFile, pack: Pack, on: date, say: Saying) -> list[Block]:
    rows = []
    for person in file.people:
        live = [
            say(one.value)
            for one in Purpose
            if file.consents_of(person.id, one) and not _gone(file, person.id, one, on)
        ]
        rows.append((person.name, _who(person, pack, say), ", ".join(live) or say("none")))
    if not rows:
        return []
    return [
        Heading(say("People, and what they agreed to")),
        Table((say("Pseudonym"), say("Role"), say("Agreed to on {day}", day=on)), tuple(rows)),
    ]


def _who(person: Person, pack: Pack, say: Saying) -> str:
    """Somebody's role, in the pack's word for it."""
    try:
        role = pack.role(person.role.value).name
    except NotFound:
        role = say(person.role.value)
    child = [say("a child")] if person.child and person.role is not Role.CHILD else []
    return ", ".join([role, *child, *([say("only in shot")] if person.bystander else [])])


def _gone(file: CaseFile, person_id: str, purpose: Purpose, on: date) -> bool:
    return why_not_live(file.consents_of(person_id, purpose), on) is not None


def _question(file: CaseFile, say: Saying) -> list[Block]:
    if not file.question:
        return []
    blocks: list[Block] = [Heading(say("Helping question, word for word")), Quote(file.question.words)]
    if len(file.questions) > 1:
        blocks.append(Paragraph(say("At first: {words}", words=file.questions[0].words), Tone.QUIET))
    if file.goals_now:
        blocks.append(Facts(tuple((say("Goal {number}", number=goal.position), goal.words) for goal in file.goals_now)))
    return blocks


def _ratings(lines: Sequence[RatingLine], say: Saying) -> list[Block]:
    drawn = [chart for _, chart in charts(lines, say("Helping question"), say, date.isoformat)]
    return [Heading(say("Ratings, first to last")), *drawn] if drawn else []


def _cycles(file: CaseFile, say: Saying) -> list[Block]:
    """What was done in each cycle; one that has only been made is left out."""
    rows = [_row(file, cycle, say) for cycle in sorted(file.cycles, key=lambda one: one.number)]
    rows = [row for row in rows if any(cell != _NOTHING for cell in row[1:])]
    if not rows:
        return [Heading(say("Cycles")), Paragraph(say("None was begun yet."), Tone.QUIET)]
    columns = tuple(say(one) for one in ("Filmed", "Activity", "Clips", "Review", "Working point"))
    return [Heading(say("Cycles")), Table(("", *columns), tuple(rows), frozenset({0, 3}))]


def _row(file: CaseFile, cycle: Cycle, say: Saying) -> tuple[str, ...]:
    films, plan, review = file.films_of(cycle.id), file.plan(cycle.id), file.review(cycle.id)
    filmed = next((one.recorded_on for one in films if one.recorded_on), None)
    activity = next((one.activity for one in films if one.activity), "") or (plan.activity if plan else "")
    held = review.held_on if review else None
    point = file.working_point(cycle.id)
    clips = len(file.clips_of(cycle.id))
    return (
        str(cycle.number),
        f"{filmed:%Y-%m-%d}" if filmed else say("yes") if films else _NOTHING,
        activity or _NOTHING,
        str(clips) if clips else _NOTHING,
        f"{held:%Y-%m-%d}" if held else _NOTHING,
        point.words if point else _NOTHING,
    )


def _strengths(file: CaseFile, say: Saying) -> list[Block]:
    blocks: list[Block] = []
    for cycle in sorted(file.cycles, key=lambda one: one.number):
        words = file.strengths_of(cycle.id)
        if words:
            heading = Heading(say("Cycle {number}", number=cycle.number), 3)
            blocks.append(Group((heading, *(Quote(one.words) for one in words))))
    return [Heading(say("Strengths, in the client's words")), *blocks] if blocks else []


def _measures(file: CaseFile, say: Saying) -> list[Block]:
    rows = tuple((f"{one.scored_on:%Y-%m-%d}", one.name, f"{one.score:g}", one.note) for one in file.measures)
    columns = tuple(say(one) for one in ("On", "Measure", "Score", "Note"))
    return [Heading(say("Measures")), Table(columns, rows, frozenset({2}))] if rows else []


def _ending(file: CaseFile, say: Saying) -> list[Block]:
    rows = [(say("Handed over"), one.handed_over) for one in file.endings if one.handed_over.strip()]
    for one in file.follow_ups:
        done = say("done on {day}", day=one.done_on) if one.done_on else say("still to come")
        rows.append((say("Follow-up {day}", day=one.due_on), f"{done}{f': {one.note}' if one.note.strip() else ''}"))
    return [Heading(say("Ending")), Facts(tuple(rows))] if rows else []
