"""Every record refuses nonsense, in sentences."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from vigtui.domain import errors
from vigtui.domain.audit import AuditEntry, Export
from vigtui.domain.case import Case
from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Consent, Purpose
from vigtui.domain.cycle import Cycle, Strength, WorkingPoint
from vigtui.domain.errors import MarksReversed, NotFound, NotSensible, VigError
from vigtui.domain.film import Film, FilmKind, FilmNote
from vigtui.domain.goal import Goal, HelpingQuestion, Rating
from vigtui.domain.measure import Measure
from vigtui.domain.moment import Moment, MomentPrinciple, MomentState
from vigtui.domain.person import Person, Role
from vigtui.domain.review import Review, ReviewNote
from vigtui.domain.supervision import Supervision
from vigtui.domain.training import TrainingEntry, TrainingRequirement

DAY = date(2026, 5, 14)
EVE = date(2026, 5, 13)
NOW = datetime(2026, 5, 14, 9, tzinfo=UTC)
HERE = {"id": "x", "case_id": "k"}
NAN = float("nan")

GOOD = {
    Case: Case(id="k", code="K17", pack="parent-child", opened_on=DAY),
    Person: Person(**HERE, role=Role.CLIENT, name="Anna"),
    Consent: Consent(**HERE, person_id="p", purpose=Purpose.THERAPY, given_by="Anna", given_on=DAY),
    HelpingQuestion: HelpingQuestion(**HERE, words="How?", asked_on=DAY),
    Goal: Goal(**HERE, position=1, words="wait"),
    Rating: Rating(**HERE, value=5, rated_on=DAY, rater="Anna"),
    Cycle: Cycle(**HERE, number=1, opened_on=DAY),
    WorkingPoint: WorkingPoint(**HERE, cycle_id="c", words="wait", chosen_on=DAY),
    Strength: Strength(**HERE, cycle_id="c", words="I wait"),
    Film: Film(
        **HERE,
        cycle_id="c",
        number=1,
        location="films/a.mp4",
        original_name="a",
        sha256="0" * 64,
        size_bytes=1,
        added_at=NOW,
    ),
    FilmNote: FilmNote(**HERE, cycle_id="c", words="smiles"),
    Moment: Moment(**HERE, film_id="f", in_ms=10, out_ms=20),
    MomentPrinciple: MomentPrinciple(**HERE, moment_id="m", principle="receiving.smiles"),
    Clip: Clip(**HERE, cycle_id="c", moment_id="m", position=1),
    Review: Review(**HERE, cycle_id="c"),
    ReviewNote: ReviewNote(**HERE, review_id="r", kind="quote", written_at=NOW),
    Supervision: Supervision(id="x", held_on=DAY, supervisor="Eva", minutes=60),
    TrainingEntry: TrainingEntry(id="x", on_date=DAY, title="First days"),
    TrainingRequirement: TrainingRequirement(id="x", name="first stage", cycles=6, clients=2, supervision_minutes=420),
    Measure: Measure(**HERE, name="a scale", score=3.5, scored_on=DAY),
    Export: Export(**HERE, kind="clip", purpose=Purpose.THERAPY, target="usb", made_at=NOW, made_by="RB"),
    AuditEntry: AuditEntry(id="x", at=NOW, actor="RB", action="opened"),
}

NONSENSE = [
    (Case, {"id": ""}),
    (Case, {"code": ""}),
    (Case, {"code": " K17"}),
    (Case, {"code": "K17 "}),
    (Case, {"code": "K\n17"}),
    (Case, {"code": "K" * 41}),
    (Case, {"pack": "  "}),
    (Case, {"planned_cycles": 0}),
    (Case, {"planned_cycles": 51}),
    (Case, {"retention_days": -1}),
    (Case, {"retention_days": 36_501}),
    (Case, {"closed_on": EVE}),
    (Person, {"name": " "}),
    (Person, {"name": "An\nna"}),
    (Person, {"name": "A" * 81}),
    (Consent, {"given_by": ""}),
    (Consent, {"until": EVE}),
    (Consent, {"withdrawn_on": DAY}),
    (Consent, {"withdrawn_on": DAY, "withdrawn_why": " "}),
    (HelpingQuestion, {"words": "\n"}),
    (Goal, {"words": ""}),
    (Goal, {"position": 0}),
    (Goal, {"position": 100}),
    (Goal, {"scale_low": 10}),
    (Goal, {"scale_low": 11}),
    (Goal, {"baseline": 11}),
    (Goal, {"expected": -1}),
    (Goal, {"achieved": 11}),
    (Rating, {"value": 11}),
    (Rating, {"value": -1}),
    (Rating, {"low": 1, "value": 0}),
    (Rating, {"low": 10, "high": 10, "value": 10}),
    (Rating, {"rater": ""}),
    (Cycle, {"number": 0}),
    (Cycle, {"number": 1000}),
    (Cycle, {"closed_on": EVE}),
    (Cycle, {"minutes_filming": -1}),
    (Cycle, {"minutes_choosing": 10_001}),
    (Cycle, {"minutes_review": -1}),
    (Cycle, {"minutes_wrap_up": -1}),
    (WorkingPoint, {"words": " "}),
    (Strength, {"words": " "}),
    (Film, {"number": 0}),
    (Film, {"location": ""}),
    (Film, {"sha256": "0" * 63}),
    (Film, {"sha256": "A" * 64}),
    (Film, {"size_bytes": -1}),
    (Film, {"size_bytes": 2**63}),
    (Film, {"duration_ms": -1}),
    (Film, {"frame_rate": NAN}),
    (Film, {"frame_rate": float("inf")}),
    (Film, {"frame_rate": -25.0}),
    (Film, {"deleted_on": DAY, "legal_hold": True}),
    (FilmNote, {"words": ""}),
    (FilmNote, {"at_ms": -1}),
    (Moment, {"in_ms": -1}),
    (Moment, {"out_ms": 10}),
    (Moment, {"out_ms": 9}),
    (Moment, {"still": True}),
    (Moment, {"still": True, "in_ms": -1, "out_ms": -1}),
    (MomentPrinciple, {"principle": ""}),
    (Clip, {"position": 0}),
    (Clip, {"speed": 0.05}),
    (Clip, {"speed": NAN}),
    (Clip, {"speed": 4.1}),
    (Clip, {"volume": 131}),
    (Clip, {"volume": -1}),
    (Clip, {"zoom": 0.9}),
    (Clip, {"zoom": 9.0}),
    (Review, {"step": -1}),
    (Review, {"minutes": -1}),
    (Review, {"minutes": 1441}),
    (ReviewNote, {"at_ms": -1}),
    (Supervision, {"supervisor": ""}),
    (Supervision, {"minutes": -1}),
    (TrainingEntry, {"title": ""}),
    (TrainingEntry, {"minutes": -1}),
    (TrainingRequirement, {"name": ""}),
    (TrainingRequirement, {"cycles": -1}),
    (TrainingRequirement, {"clients": -1}),
    (TrainingRequirement, {"supervision_minutes": -1}),
    (Measure, {"name": ""}),
    (Measure, {"score": NAN}),
    (Measure, {"score": float("inf")}),
    (Export, {"kind": ""}),
    (AuditEntry, {"action": ""}),
]

BORDERS = [
    (Case, {"code": "K"}),
    (Case, {"code": "K" * 40}),
    (Case, {"code": "[Ä] 👩‍👧"}),
    (Case, {"closed_on": DAY, "retention_days": 0}),
    (Consent, {"until": DAY}),
    (Consent, {"withdrawn_on": DAY, "withdrawn_why": "moved"}),
    (Goal, {"scale_low": -2, "scale_high": 2, "baseline": -2, "achieved": 2}),
    (Rating, {"value": 0}),
    (Rating, {"value": 10}),
    (Film, {"size_bytes": 2**63 - 1, "duration_ms": 0}),
    (Moment, {"in_ms": 0, "out_ms": 1}),
    (Moment, {"in_ms": 0, "out_ms": 0, "still": True}),
    (Clip, {"speed": 0.1, "volume": 130, "zoom": 8.0}),
    (Review, {"minutes": 1440}),
]


def words(values: dict) -> str:
    return ", ".join(f"{name}={value!r:.20}" for name, value in values.items())


def is_sentences(text: str) -> bool:
    return bool(re.fullmatch(r"(?:[A-Z“]|mpv ).*[.]", text, re.DOTALL)) and "\n" not in text and "None" not in text


@pytest.mark.parametrize(
    ("kind", "values"), NONSENSE, ids=lambda one: one.__name__ if isinstance(one, type) else words(one)
)
def test_nonsense_is_refused_in_two_sentences(kind, values):
    with pytest.raises(NotSensible) as refused:
        replace(GOOD[kind], **values)
    assert is_sentences(refused.value.summary)
    assert is_sentences(refused.value.remedy)
    assert str(refused.value) == f"{refused.value.summary} {refused.value.remedy}"


@pytest.mark.parametrize(
    ("kind", "values"), BORDERS, ids=lambda one: one.__name__ if isinstance(one, type) else words(one)
)
def test_the_last_sensible_value_passes(kind, values):
    changed = replace(GOOD[kind], **values)
    assert {name: getattr(changed, name) for name in values} == values


@pytest.mark.parametrize(("start", "end"), [(20, 20), (20, 10)])
def test_marks_the_wrong_way_round_have_an_error_of_their_own(start, end):
    with pytest.raises(MarksReversed) as refused:
        replace(GOOD[Moment], in_ms=start, out_ms=end)
    assert "out mark" in refused.value.summary


def test_a_still_has_no_length_and_no_span():
    still = replace(GOOD[Moment], in_ms=12_400, out_ms=12_400, still=True)
    assert (still.length_ms, still.label) == (0, "still 00:12.4")
    with pytest.raises(MarksReversed):
        _ = still.span


def test_a_moment_is_named_by_its_beginning():
    moment = replace(GOOD[Moment], in_ms=192_400, out_ms=198_600)
    assert (moment.label, moment.length_ms, moment.span.length) == ("moment 03:12.4", 6_200, 6_200)


@pytest.mark.parametrize(
    "error",
    [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, VigError)],
    ids=lambda one: one.__name__,
)
def test_every_error_speaks_in_sentences_by_itself(error):
    assert is_sentences(error().summary)
    assert is_sentences(error().remedy)
    assert (error("It broke.").summary, error("It broke.").remedy) == ("It broke.", error.remedy)


def test_consent_holds_from_its_first_to_its_last_day():
    consent = replace(GOOD[Consent], given_on=date(2026, 5, 10), until=date(2026, 5, 12))
    live = [day for day in range(8, 15) if consent.live_on(date(2026, 5, day))]
    assert live == [10, 11, 12]
    assert not replace(consent, withdrawn_on=date(2026, 5, 12), withdrawn_why="moved").live_on(date(2026, 5, 11))


def test_a_case_file_shows_its_records_in_their_order():
    def clip(moment_id, position):
        return replace(GOOD[Clip], id=moment_id, moment_id=moment_id, position=position)

    def moment(moment_id, start, state=MomentState.CHOSEN):
        return replace(GOOD[Moment], id=moment_id, in_ms=start, out_ms=start + 5, state=state)

    late, early, hidden = moment("a", 50), moment("b", 10), moment("z", 1, MomentState.PRIVATE)
    gone = replace(GOOD[Film], id="gone", number=1, deleted_on=DAY)
    own = replace(GOOD[Film], id="own", kind=FilmKind.REVIEW)
    file = CaseFile(
        case=GOOD[Case],
        moments=(late, early, hidden),
        clips=(clip("a", 2), clip("b", 1), clip("z", 3)),
        films=(replace(GOOD[Film], id="two", number=2), gone, own),
        goals=(
            replace(GOOD[Goal], id="2", position=2),
            replace(GOOD[Goal], id="1"),
            replace(GOOD[Goal], id="3", dropped_on=DAY),
        ),
        cycles=(replace(GOOD[Cycle], id="second", number=2), replace(GOOD[Cycle], id="first", closed_on=DAY)),
    )
    assert [one.id for one in file.moments_of("f")] == ["z", "b", "a"]
    assert [one.moment_id for one in file.clips_of("c")] == ["b", "a"]
    assert [one.id for one in file.films_of("c")] == ["two"]
    assert [one.id for one in file.films_of("c", FilmKind.REVIEW)] == ["own"]
    assert [one.id for one in file.goals_now] == ["1", "2"]
    assert (file.cycle_now.id, file.cycle(1).id) == ("second", "first")


@pytest.mark.parametrize(
    "ask",
    [
        lambda file: file.cycle_now,
        lambda file: file.cycle(3),
        lambda file: file.person("?"),
        lambda file: file.film("?"),
        lambda file: file.moment("?"),
    ],
)
def test_what_a_case_does_not_have_is_not_found(ask):
    with pytest.raises(NotFound) as missing:
        ask(CaseFile(case=GOOD[Case]))
    assert is_sentences(missing.value.summary)
