"""Supervision: the review's own film, the log of meetings, the page behind its consent, and the rubric of a pack."""

import asyncio
import hashlib
import json
import tomllib
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from tests.unit.conftest import Facts
from vigtui.domain.audit import AuditEntry
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.errors import ConsentMissing, NotSensible
from vigtui.domain.film import Film, FilmKind
from vigtui.domain.goal import Occasion
from vigtui.domain.moment import MomentState
from vigtui.domain.pack_faults import PackFaults
from vigtui.domain.packs import Rubric, RubricItem
from vigtui.domain.supervision import Supervision, SupervisionCycle
from vigtui.domain.timecode import Millis
from vigtui.domain.workflow import Stage, missing_in
from vigtui.services import cases, consent, films, goals, moments, reviews, supervision, wrap_up
from vigtui.services.pack_reading import parse_pack
from vigtui.services.packs import SHIPPED

PACK = (SHIPPED / "parent-child.toml").read_text("utf-8")
RUBRIC = """
[rubric]
levels = ["not yet", "now and then", "mostly"]

[[rubric.items]]
id = "waits"
words = "I wait for the other [long enough]"

[[rubric.items]]
id = "share"
words = "Who speaks how much"
levels = ["mostly me", "both alike"]
"""


def own_film(desk, *, seen=None) -> Film:
    """A film of the review; there is no file behind it."""
    file = desk.file

    def add(work):
        film_id = work.new_id()
        intake = films.Intake(
            film_id,
            f"films/{film_id}.mp4",
            "talk.mp4",
            hashlib.sha256(film_id.encode()).hexdigest(),
            3_000_000,
            Facts(),
        )
        there = films.seen_at_first(work, desk.case_id, file.cycle_now.id, FilmKind.REVIEW) if seen is None else seen
        return films.add_film(work, desk.case_id, file.cycle_now.id, intake, seen=there, kind=FilmKind.REVIEW)

    return desk.change(add)


def own_moment(desk, film: Film, start: int, state: MomentState = MomentState.CHOSEN):
    def add(work):
        moment = moments.mark(work, film, Millis(start), Millis(start + 4_000))
        return moments.set_state(work, moment, state, film.cycle_id)

    return desk.change(add)


def meet(desk, *cycle_ids: str) -> Supervision:
    def add(work):
        made = supervision.add(work, date(2026, 5, 12), "Dr Vale", 90)
        for cycle_id in cycle_ids:
            supervision.bring(work, made.id, cycle_id, True)
        return made

    return desk.change(add)


def undo(desk) -> str | None:
    return asyncio.run(desk.library.undo(supervision.SCOPE))


def log(desk) -> supervision.SupervisionLog:
    return desk.library.read(supervision.load)


# The review's own film


def test_a_review_film_never_counts_as_the_film_of_the_cycle_nor_its_moments_as_clips(desk):
    film = own_film(desk)
    own_moment(desk, film, 1_000)
    file = desk.file
    assert film.label == "review film 1"
    assert file.films_of(desk.cycle.id) == []
    assert "a film" in missing_in(file, desk.cycle, Stage.FILM, desk.today)
    assert missing_in(file, desk.cycle, Stage.CLIPS, desk.today) == ("moments", "a clip on the shortlist")
    assert file.clips == ()
    assert [one.state for one in file.moments] == [MomentState.CHOSEN]


def test_going_through_the_states_of_an_own_moment_never_makes_a_clip(desk):
    moment = own_moment(desk, own_film(desk), 1_000, MomentState.CANDIDATE)
    states = []
    for _ in range(4):
        states.append(desk.do(moments.next_state, moment.id, desk.cycle.id).state.value)
        assert desk.library.read(lambda work: work.find(Clip)) == []
    assert states == ["chosen", "private", "candidate", "chosen"]


def test_those_who_were_at_the_review_are_taken_to_be_seen_in_its_film(desk):
    film = own_film(desk)
    assert [one.name for one in desk.file.seen_in(film.id)] == ["Anna", "Mia"]
    desk.do(reviews.prepare, desk.file, desk.cycle)
    film = own_film(desk)
    assert [one.name for one in desk.file.seen_in(film.id)] == ["Anna"]


def test_the_history_and_the_gate_name_the_review_film(desk):
    film = own_film(desk, seen=())
    found = consent.gate(desk.file, [film.id], Purpose.SUPERVISION, desk.today)
    assert "Review film 1 for supervision (nobody is named as seen in it" in found.sentence
    desk.do(films.remove_film, film.id)
    assert ("film removed", "review film 1") in desk.audit()


def test_in_a_review_film_the_principles_are_for_practitioner_and_client(desk):
    family, own = desk.film(), own_film(desk)
    assert supervision.dyad_words(desk.pack, own) == "Practitioner and parent"
    assert supervision.dyad_words(desk.pack, family) == ""
    assert supervision.starters(desk.pack, own) == ("practitioner", "client")
    assert supervision.starters(desk.pack, family) == desk.pack.initiators
    without = parse_pack(PACK.replace('pair = ["practitioner", "client"]', 'pair = ["partner", "client"]'), name="x")
    assert supervision.dyad_words(without, own) == "practitioner and parent"


# The log


def test_meetings_stand_newest_first_with_the_cycles_brought_to_them(desk):
    second = desk.add(cases.open_cycle)
    first = desk.file.cycle(1)
    made = meet(desk, second.id, first.id)
    desk.do(supervision.add, date(2026, 6, 1), " Dr Vale ", 45)
    found = log(desk)
    assert [(one.held_on.month, one.supervisor, one.minutes) for one in found.meetings] == [
        (6, "Dr Vale", 45),
        (5, "Dr Vale", 90),
    ]
    assert [one.words for one in found.brought[made.id]] == ["K17 cycle 1", "K17 cycle 2"]
    assert [one.words for one in found.cycles] == ["K17 cycle 2", "K17 cycle 1"]
    assert found.minutes == 135
    desk.do(supervision.bring, made.id, first.id, False)
    assert [one.words for one in log(desk).brought[made.id]] == ["K17 cycle 2"]


def test_bringing_twice_is_once(desk):
    made = meet(desk, desk.cycle.id, desk.cycle.id)
    assert len(log(desk).brought[made.id]) == 1


def test_undo_of_the_log_leaves_the_cases_alone(desk):
    made = meet(desk, desk.cycle.id)
    desk.do(supervision.change, made.id, learning="wait longer")
    desk.add(films.add_note, desk.cycle.id, "later, in the case")
    assert undo(desk) == "supervision changed"
    assert log(desk).meeting(made.id).learning == ""
    assert [one.words for one in desk.file.film_notes] == ["later, in the case"]


def test_a_removed_meeting_comes_back_with_its_cycles(desk):
    made = meet(desk, desk.cycle.id)
    desk.do(supervision.remove, made.id)
    assert desk.library.read(lambda work: work.find(SupervisionCycle)) == []
    assert undo(desk) == "supervision removed"
    assert [one.words for one in log(desk).brought[made.id]] == ["K17 cycle 1"]


@pytest.mark.parametrize(("supervisor", "minutes"), [("  ", 60), ("Dr Vale", -1), ("Dr Vale", 2000)])
def test_a_meeting_that_cannot_be_is_refused(desk, supervisor, minutes):
    with pytest.raises(NotSensible):
        desk.do(supervision.add, desk.today, supervisor, minutes)
    assert log(desk).meetings == ()


# The page


def test_the_page_has_the_clips_of_both_films_and_no_private_moment(desk):
    desk.agree(Purpose.SUPERVISION)
    family, own = desk.film(), own_film(desk)
    clip = desk.clip(family)
    hidden = desk.clip(family, start=60_000)
    desk.do(moments.set_state, desk.file.moment(hidden.moment_id), MomentState.PRIVATE, desk.cycle.id)
    chosen = own_moment(desk, own, 5_000)
    own_moment(desk, own, 20_000, MomentState.CANDIDATE)
    own_moment(desk, own, 30_000, MomentState.PRIVATE)
    made = meet(desk, desk.cycle.id)
    page = desk.do(supervision.open_page, made.id)
    (shown,) = page.cycles
    assert [(one.film.label, one.moment.id) for one in shown.clips] == [
        ("film 1", clip.moment_id),
        ("review film 1", chosen.id),
    ]
    assert ("shown in supervision", "cycle 1") in desk.audit()


def test_without_consent_the_page_stays_shut_and_names_whose_is_missing(desk):
    desk.agree()  # for therapy
    desk.clip(desk.film())
    made = meet(desk, desk.cycle.id)
    with pytest.raises(ConsentMissing) as refused:
        desk.do(supervision.open_page, made.id)
    assert "K17 cycle 1: Consent is missing: Anna for supervision" in refused.value.summary
    assert "Nothing was shown." in refused.value.remedy
    assert not any(action.startswith("shown") for action, _ in desk.audit())


def test_each_case_brought_is_asked_and_all_that_is_missing_is_told(desk):
    desk.clip(desk.film())
    second = desk.add(cases.open_cycle)
    own = own_film(desk)
    desk.change(lambda work: work.update(Film, own.id, cycle_id=second.id))
    own_moment(desk, desk.library.read(lambda work: work.get(Film, own.id)), 1_000)
    made = meet(desk, desk.cycle.id, second.id)
    with pytest.raises(ConsentMissing) as refused:
        desk.do(supervision.open_page, made.id)
    assert "K17 cycle 1: " in refused.value.summary
    assert "K17 cycle 2: " in refused.value.summary


def test_a_written_reason_goes_past_the_gate_and_is_kept(desk):
    desk.clip(desk.film())
    made = meet(desk, desk.cycle.id)
    page = desk.do(supervision.open_page, made.id, without_consent="asked on the phone")
    assert len(page.cycles[0].clips) == 1
    lines = desk.library.read(lambda work: work.find(AuditEntry, action="supervision without consent"))
    assert [line.case_id for line in lines] == [desk.case_id]
    assert "Reason: asked on the phone" in lines[0].words


def test_a_cycle_without_clips_asks_nobody(desk):
    made = meet(desk, desk.cycle.id)
    assert desk.do(supervision.open_page, made.id).cycles[0].clips == ()


def test_the_summary_tells_question_ratings_working_points_and_strengths(desk):
    desk.add(goals.ask, "How can I tell what Mia wants?")
    goal = desk.add(goals.add_goal, "I wait")
    for value in (3, 6):
        desk.add(goals.rate, goal, value, cycle_id=desk.cycle.id, rater="Anna", occasion=Occasion.OTHER)
        desk.later(7)
    desk.add(wrap_up.set_working_point, desk.cycle.id, "Count to three")
    desk.add(wrap_up.add_strength, desk.cycle.id, "She looks at me")
    made = meet(desk, desk.cycle.id)
    told = dict(supervision.summary(desk.do(supervision.open_page, made.id).cycles[0]))
    assert told == {
        "Helping question": "How can I tell what Mia wants?",
        "Goal 1": "I wait: 3 at first, 6 now, of 10",
        "Working point 1": "Count to three",
        "Strength": "She looks at me",
    }


# The rubric


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return parse_pack(PACK + RUBRIC, name="own.toml").rubric


def test_a_rubric_is_data_of_a_pack_and_the_shipped_packs_have_none(rubric, desk):
    assert rubric == Rubric(
        (
            RubricItem("waits", "I wait for the other [long enough]"),
            RubricItem("share", "Who speaks how much", ("mostly me", "both alike")),
        ),
        ("not yet", "now and then", "mostly"),
    )
    assert desk.pack.rubric.items == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('levels = ["not yet", "now and then", "mostly"]\n', "", "no levels"),
        ('id = "share"', 'id = "waits"', "a second time"),
        ('["mostly me", "both alike"]', '["both alike", "both alike"]', "a second time"),
        ('["mostly me", "both alike"]', "[]", "is empty"),
        ('id = "share"', 'id = "share"\nscore = 3', "means nothing there"),
    ],
)
def test_a_faulty_rubric_is_told(old, new, told):
    text = PACK + RUBRIC
    assert old in text
    with pytest.raises(PackFaults, match=told):
        parse_pack(text.replace(old, new), name="own.toml")


def test_the_schema_knows_the_rubric():
    schema = json.loads(Path(SHIPPED / "pack.schema.json").read_text("utf-8"))
    check = jsonschema.Draft202012Validator(schema)
    assert check.is_valid(tomllib.loads(PACK + RUBRIC))
    assert not check.is_valid(tomllib.loads(PACK + RUBRIC.replace('words = "Who speaks how much"\n', "")))


def test_a_rating_is_written_in_the_rubrics_words_and_read_back(rubric):
    words = supervision.rate(rubric, "Tired today.", {"waits": "now and then", "share": ""})
    assert words == "Tired today.\nI wait for the other [long enough]: now and then"
    assert supervision.rated(rubric, words) == {"waits": "now and then"}
    words = supervision.rate(rubric, words + "\nbut better", {"waits": "mostly", "share": "both alike"})
    assert words == (
        "Tired today.\nI wait for the other [long enough]: mostly\nbut better\nWho speaks how much: both alike"
    )
    assert supervision.rate(rubric, words, {}) == "Tired today.\nbut better"


def test_a_line_that_was_changed_by_hand_is_never_taken_away(rubric):
    by_hand = "Who speaks how much: both alike, but for the end"
    assert supervision.rate(rubric, by_hand, {"share": "mostly me"}) == f"{by_hand}\nWho speaks how much: mostly me"


def test_the_rubric_of_the_cases_brought_is_taken_else_any(desk):
    own = parse_pack((PACK + RUBRIC).replace('id = "parent-child"', 'id = "own"', 1), name="own.toml")
    other = parse_pack((PACK + RUBRIC).replace('id = "parent-child"', 'id = "other"', 1), name="other.toml")
    packs = (desk.pack, own, other)
    assert supervision.rubrics(packs, ("own",)) == (own,)
    assert supervision.rubrics(packs, ("parent-child",)) == (own, other)
    assert supervision.rubrics((desk.pack,), ()) == ()
