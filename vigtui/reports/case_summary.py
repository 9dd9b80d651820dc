"""The summary of a case, for the record of a service: who, what was asked, what was done, what came of it; under pseudonyms.

Concerns, private moments, the practitioner's own notes and safeguarding details are not on it: a client may ask to read it.
"""

from collections.abc import Sequence
from datetime import date

from vigtui.domain.case import Case
from vigtui.domain.casefile import CaseFile
from vigtui.domain.consent import Purpose, why_not_live
from vigtui.domain.cycle import Cycle
from vigtui.domain.packs import Pack
from vigtui.domain.person import Role
from vigtui.reports.document import Block, Document, Facts, Group, Heading, Paragraph, Quote, Table, Tone
from vigtui.reports.figures import Figures, RatingLine
from vigtui.reports.rated import charts

_NOTHING = "–"


def case_summary(file: CaseFile, pack: Pack, figures: Figures, *, on: date) -> Document:
    """The summary of a case.

    Args:
        file: the case.
        pack: its way of working.
        figures: what was counted in it.
        on: the day it is written.
    """
    return Document(
        title="Case summary",
        below=f"Case {file.case.code}",
        blocks=(
            _case(file.case, pack, figures),
            *_people(file, on),
            *_question(file),
            *_ratings(figures.lines),
            *_cycles(file),
            *_strengths(file),
            *_measures(file),
            *_ending(file),
        ),
        foot=f"Case {file.case.code}, under pseudonyms. Written on {on:%Y-%m-%d}.",
    )


def _case(case: Case, pack: Pack, figures: Figures) -> Facts:
    worked = f"{case.opened_on:%Y-%m-%d} to {f'{case.closed_on:%Y-%m-%d}' if case.closed_on else 'now'}"
    rows = (
        ("Relationship", case.relationship),
        ("Age of the child", case.child_age_band),
        ("Setting", case.setting),
        ("Way of working", pack.name),
        ("Worked", f"{worked}, {case.status.value}"),
        ("Meetings held", f"{figures.counts.meetings}, of {case.planned_cycles} planned"),
        ("Practitioner", case.practitioner),
        ("Supervisor", case.supervisor),
        ("Referred by", case.referrer),
        ("Reason, in the client's words", case.reason_client),
        ("Reason, in the referrer's words", case.reason_referrer),
        ("Communication needs", case.communication_needs),
        ("Other agencies", case.other_agencies),
    )
    return Facts(tuple(row for row in rows if row[1].strip()))


def _people(file: CaseFile, on: date) -> list[Block]:
    rows = []
    for person in file.people:
        live = [
            one.value for one in Purpose if file.consents_of(person.id, one) and not _gone(file, person.id, one, on)
        ]
        who = (
            person.role.value
            + (", a child" if person.child and person.role is not Role.CHILD else "")
            + (", only in shot" if person.bystander else "")
        )
        rows.append((person.name, who, ", ".join(live) or "none"))
    if not rows:
        return []
    return [
        Heading("People, and what they agreed to"),
        Table(("Pseudonym", "Role", f"Agreed to on {on:%Y-%m-%d}"), tuple(rows)),
    ]


def _gone(file: CaseFile, person_id: str, purpose: Purpose, on: date) -> bool:
    return why_not_live(file.consents_of(person_id, purpose), on) is not None


def _question(file: CaseFile) -> list[Block]:
    if not file.question:
        return []
    blocks: list[Block] = [Heading("Helping question, word for word"), Quote(file.question.words)]
    if len(file.questions) > 1:
        blocks.append(Paragraph(f"At first: {file.questions[0].words}", Tone.QUIET))
    if file.goals_now:
        blocks.append(Facts(tuple((f"Goal {goal.position}", goal.words) for goal in file.goals_now)))
    return blocks


def _ratings(lines: Sequence[RatingLine]) -> list[Block]:
    drawn = [chart for _, chart in charts(lines, "Helping question", date.isoformat)]
    return [Heading("Ratings, first to last"), *drawn] if drawn else []


def _cycles(file: CaseFile) -> list[Block]:
    """What was done in each cycle; one that has only been made is left out."""
    rows = [_row(file, cycle) for cycle in sorted(file.cycles, key=lambda one: one.number)]
    rows = [row for row in rows if any(cell != _NOTHING for cell in row[1:])]
    if not rows:
        return [Heading("Cycles"), Paragraph("None was begun yet.", Tone.QUIET)]
    return [
        Heading("Cycles"),
        Table(("", "Filmed", "Activity", "Clips", "Review", "Working point"), tuple(rows), frozenset({0, 3})),
    ]


def _row(file: CaseFile, cycle: Cycle) -> tuple[str, ...]:
    films, plan, review = file.films_of(cycle.id), file.plan(cycle.id), file.review(cycle.id)
    filmed = next((one.recorded_on for one in films if one.recorded_on), None)
    activity = next((one.activity for one in films if one.activity), "") or (plan.activity if plan else "")
    held = review.held_on if review else None
    point = file.working_point(cycle.id)
    clips = len(file.clips_of(cycle.id))
    return (
        str(cycle.number),
        f"{filmed:%Y-%m-%d}" if filmed else "yes" if films else _NOTHING,
        activity or _NOTHING,
        str(clips) if clips else _NOTHING,
        f"{held:%Y-%m-%d}" if held else _NOTHING,
        point.words if point else _NOTHING,
    )


def _strengths(file: CaseFile) -> list[Block]:
    blocks: list[Block] = []
    for cycle in sorted(file.cycles, key=lambda one: one.number):
        words = file.strengths_of(cycle.id)
        if words:
            blocks.append(Group((Heading(f"Cycle {cycle.number}", 3), *(Quote(one.words) for one in words))))
    return [Heading("Strengths, in the client's words"), *blocks] if blocks else []


def _measures(file: CaseFile) -> list[Block]:
    rows = tuple((f"{one.scored_on:%Y-%m-%d}", one.name, f"{one.score:g}", one.note) for one in file.measures)
    return [Heading("Measures"), Table(("On", "Measure", "Score", "Note"), rows, frozenset({2}))] if rows else []


def _ending(file: CaseFile) -> list[Block]:
    rows = [("Handed over", one.handed_over) for one in file.endings if one.handed_over.strip()]
    for one in file.follow_ups:
        done = f"done on {one.done_on:%Y-%m-%d}" if one.done_on else "still to come"
        rows.append((f"Follow-up {one.due_on:%Y-%m-%d}", f"{done}{f': {one.note}' if one.note.strip() else ''}"))
    return [Heading("Ending"), Facts(tuple(rows))] if rows else []
