"""Every shipped pack walks from its first meeting to a closed case, through the services, in a real library."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.unit.conftest import Desk
from vigtui.domain.case import CaseStatus
from vigtui.domain.goal import Occasion
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.packs import Pack, PhaseKind
from vigtui.domain.person import Role
from vigtui.domain.review import NoteKind
from vigtui.domain.way import Order, Question, Selects
from vigtui.domain.workflow import Stage, films_to_review, needs_working_point, next_step, rail
from vigtui.services import cases, ending, films, goals, moments, people, prompts, reviews, wrap_up
from vigtui.services.packs import SHIPPED, PackShelf

IDS = sorted(file.stem for file in SHIPPED.glob("*.toml"))
TRANSLATED = ("parent-child-nl", "parent-child-de")
SCHEMA = json.loads((SHIPPED / "pack.schema.json").read_text(encoding="utf-8"))


SHELF = PackShelf([])


def shipped(pack_id: str) -> Pack:
    return SHELF.get(pack_id)


@pytest.fixture(params=IDS)
def pack(request: pytest.FixtureRequest) -> Pack:
    return shipped(request.param)


def test_the_kinds_of_the_practice_are_all_there():
    assert set(IDS) >= {
        "parent-child",
        "young-person",
        "professional",
        "professional-group",
        "adult-pair",
        "themed-programme",
        "one-working-point",
        *TRANSLATED,
    }
    assert SHELF.faulty() == ()
    names = [one.name for one in SHELF.all()]
    assert len(names) == len(set(names)) == len(IDS)


def test_a_pack_passes_the_checker_and_the_schema(pack):
    file = SHIPPED / f"{pack.id}.toml"
    assert SHELF.check(file) == pack
    jsonschema.validate(tomllib.loads(file.read_text(encoding="utf-8")), SCHEMA)


def test_what_differs_between_the_ways_of_working_is_data():
    themed, one_point = shipped("themed-programme"), shipped("one-working-point")
    assert (themed.order, themed.question, themed.clips.corrective) == (Order.REVIEW_NEXT_VISIT, Question.THEME, True)
    assert (len(themed.visits), themed.counts.cycles) == (7, (7, 7))
    assert [one_point.way.reviews(n) for n in range(1, 12)] == [False] * 3 + [True] * 8
    assert one_point.counts.cycles == (8, 11)
    for name in ("professional", "professional-group"):
        assert (shipped(name).clips.selects, shipped(name).counts.cycles) == (Selects.CLIENT, (2, 4))
    assert [name for name in IDS if shipped(name).group] == ["professional-group"]
    assert [name for name in IDS if shipped(name).clips.corrective] == ["themed-programme"]


def test_each_way_of_working_asks_in_words_of_its_own():
    usual = {rung.prompt for phase in shipped("parent-child").review.phases for rung in phase.rungs}
    for name in set(IDS) - {"parent-child", *TRANSLATED}:
        prompts_ = [rung.prompt for phase in shipped(name).review.phases for rung in phase.rungs]
        assert len(usual & set(prompts_)) <= len(prompts_) // 5, name


# --- translations -------------------------------------------------------------------------------------------------

_WORDS = (
    "name",
    "said",
    "words",
    "prompt",
    "hint",
    "language",
    "description",
    "question",
    "working_point",
    "principle",
)
_SENTENCES = ("activities", "say", "advice", "loop", "repair", "theme")


def bones(thing: Any) -> Any:
    """A pack without its words: ids, numbers, kinds, and how many sentences there are."""
    if isinstance(thing, Pack):
        return {
            f.name: bones(getattr(thing, f.name)) for f in fields(thing) if f.name not in ("id", "name", "language")
        }
    if is_dataclass(thing):
        return {
            f.name: len(getattr(thing, f.name)) if f.name in ("activities", "say", "loop", "advice") else bones(value)
            for f in fields(thing)
            if (value := getattr(thing, f.name)) is not None and f.name not in _WORDS and f.name != "repair"
        }
    if isinstance(thing, tuple):
        return [bones(one) for one in thing]
    return None if isinstance(thing, str) and " " in thing else thing


def words(thing: Any) -> Iterator[str]:
    """Every text of a pack that is words and no id."""
    if is_dataclass(thing):
        for field in fields(thing):
            value = getattr(thing, field.name)
            if isinstance(value, str) and field.name in (*_WORDS, *_SENTENCES):
                yield value
            elif field.name in _SENTENCES and isinstance(value, tuple):
                yield from value
            else:
                yield from words(value)
    elif isinstance(thing, tuple):
        for one in thing:
            yield from words(one)


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_translated_pack_has_the_ids_and_numbers_of_the_english_one(name):
    english, translated = shipped("parent-child"), shipped(name)
    assert bones(translated) == bones(english)
    assert translated.language == name[-2:]
    assert translated.version == english.version


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_translated_pack_says_nothing_in_english(name):
    english = {one for one in words(shipped("parent-child")) if " " in one}
    assert len(english) > 100
    assert not english & set(words(shipped(name)))


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_translated_prompt_has_the_placeholders_of_the_english_one(name):
    def asked(pack: Pack) -> dict[str, set[str]]:
        rungs = [rung for phase in pack.review.phases for rung in phase.rungs]
        return {rung.id: set(re.findall(r"{(\w+)}", rung.prompt)) for rung in rungs}

    assert asked(shipped(name)) == asked(shipped("parent-child"))


# --- the walk -----------------------------------------------------------------------------------------------------


class Walk(Desk):
    """A case in one way of working, and the checks at each point of its road."""

    def __init__(self, folder: Path, pack: Pack) -> None:
        super().__init__(folder, pack)
        self.way = pack.way

    @property
    def step(self):
        return next_step(self.file, self.today, self.pack.counts, self.way)

    def expect(self, stage: Stage, said: str = "") -> None:
        """The next step is in this stage of this cycle, and the rail shows the same."""
        states = rail(self.file, self.cycle, self.today, self.way)
        assert [one.stage for one in states if one.standing.value == "now"] == [stage]
        assert (self.step.stage, self.step.cycle) == (stage, self.cycle.number)
        assert said in self.step.words
        assert all(one.missing for one in states if one.standing.value in ("now", "ahead"))
        left_out = {one.stage for one in states if one.standing.value == "none"}
        number = self.cycle.number
        assert (Stage.FILM in left_out) == (not self.way.films(number))
        assert (Stage.REVIEW in left_out) == (Stage.CLIPS in left_out) == (not self.way.reviews(number))

    def begin_work(self) -> None:
        first, second = self.pack.dyads[0].pair
        assert first == Role.CLIENT
        self.do(people.edit_person, self.mia.id, role=Role(second), child=second == Role.CHILD)
        for name in ("Ben", "Cem") if self.pack.group else ():
            self.add(people.add_person, Role.CLIENT, name)
        self.agree()
        if self.pack.question is Question.OWN:
            self.expect(Stage.GOALS, "set the question and goals")
            self.add(goals.ask, "How do we get there?")
            goal = self.add(goals.add_goal, "to notice more")
            for what in (None, goal):
                scale = self.pack.scale
                self.add(
                    goals.rate,
                    what,
                    scale.lowest + 1,
                    cycle_id=self.cycle.id,
                    rater="Anna",
                    occasion=Occasion.FIRST,
                    scale=(scale.lowest, scale.highest),
                )

    def hold_visit(self) -> None:
        """One cycle, in the pack's order."""
        film = [self.take_film] if self.way.films(self.cycle.number) else []
        stages = [*film]
        if self.way.reviews(self.cycle.number):
            later = self.way.order is Order.REVIEW_NEXT_VISIT
            stages = [self.choose_clips, *film] if later else [*film, self.choose_clips]
            stages += [self.hold_review]
        for stage in stages:
            stage()
        self.wrap_up()

    def take_film(self) -> None:
        self.expect(Stage.FILM, "plan and film")
        visit = self.way.visit(self.cycle.number)
        activity = visit.activity if visit and visit.activity else self.pack.filming.activities[0]
        self.add(films.change_plan, self.cycle.id, activity=activity)
        self.expect(Stage.FILM, "film and add it")
        self.film()
        assert self.step.stage is not Stage.FILM

    def choose_clips(self) -> None:
        chosen_by = {Selects.CLIENT: f"chosen by the {self.way.client}", Selects.TOGETHER: "together"}
        self.expect(Stage.CLIPS, chosen_by.get(self.way.selects, "choose clips"))
        cycle = self.cycle
        found = films_to_review(self.file, cycle, self.way)
        assert found
        if self.way.order is Order.REVIEW_NEXT_VISIT:
            assert {film.cycle_id for film in found} == {self.file.cycle(cycle.number - 1).id}
        behaviours = [one.id for level in self.pack.levels for one in level.behaviours]
        for n in range(self.pack.clips.count):
            moment = self.do(moments.mark, found[n % len(found)], 10_000 * (n + 1), 10_000 * (n + 1) + 5_000)
            self.do(moments.toggle_principle, moment.id, behaviours[n])
            self.do(moments.set_state, moment, MomentState.CHOSEN, cycle.id)

    def hold_review(self) -> None:
        self.expect(Stage.REVIEW, "shared review")
        file, cycle = self.file, self.cycle
        review = self.do(reviews.prepare, file, cycle)
        self.do(reviews.start, self.file, review)
        self.expect(Stage.REVIEW, "go on with the shared review")
        steps = prompts.ready_steps(self.file, cycle, self.pack)
        assert len([one for one in steps if one.step.phase.kind is PhaseKind.PER_CLIP]) >= 7 * self.pack.clips.count
        kinds = list(NoteKind)

        def walk(work):
            for n, one in enumerate(steps):
                where = {
                    "phase": one.step.phase.id,
                    "rung": one.step.rung.id,
                    "clip_id": one.clip.id if one.clip else None,
                }
                reviews.go_to(work, review.id, n, **where)
                reviews.tick(work, review, **where)
                reviews.note(work, review, kinds[n % len(kinds)], f"said at {n}", at=None, **where)

        self.change(walk)
        self.check_prompts(steps)
        self.do(reviews.end, review.id)

    def check_prompts(self, steps) -> None:
        said = [one.prompt for one in steps] + [one.hint for one in steps]
        assert not [one for one in said if re.search("[{}]", one)]
        assert all(one.prompt.strip() for one in steps)
        together = " ".join(said)
        visit = self.way.visit(self.cycle.number)
        if self.pack.question is Question.OWN:
            assert "How do we get there?" in together
        elif visit:
            assert visit.name in together
        if self.pack.group:
            assert (
                "Anna, Ben, Cem"
                in self.pack.words_for(prompts.known_words(self.file, self.cycle, self.pack, None)).values()
            )
        if prompts.last_working_point(self.file, self.cycle):
            assert f"try {self.cycle.number - 1}" in together

    def wrap_up(self) -> None:
        cycle = self.cycle
        if needs_working_point(self.file, cycle, self.way):
            self.expect(Stage.WRAP_UP, "wrap up")
            assert self.do(wrap_up.gather, self.file, cycle)
            self.add(wrap_up.set_working_point, cycle.id, f"try {cycle.number}")
        self.expect(Stage.WRAP_UP, "close the visit" if self.way.visits else "wrap up")
        point = needs_working_point(self.file, cycle, self.way)
        following = self.do(wrap_up.close_cycle, cycle.id, needs_point=point)
        assert following.number == cycle.number + 1
        standings = {one.standing.value for one in rail(self.file, self.file.cycle(cycle.number), self.today, self.way)}
        assert standings <= {"done", "none"}
        self.later(7)


def test_a_case_walks_from_its_first_meeting_to_its_end(pack, tmp_path):
    walk = Walk(tmp_path / "library", pack)
    try:
        walk.begin_work()
        planned = len(pack.visits) or pack.counts.cycles[0]
        assert walk.file.case.planned_cycles == pack.counts.cycles[0]
        for number in range(1, planned + 1):
            assert walk.cycle.number == number
            walk.hold_visit()
        if pack.visits:
            assert walk.step.words.startswith("the visits laid down are held; close the case")
        held = [one for one in walk.file.reviews if one.ended_at]
        assert len(held) == sum(pack.way.reviews(number) for number in range(1, planned + 1))
        assert len(walk.file.films) == sum(pack.way.films(number) for number in range(1, planned + 1))
        assert len(walk.file.working_points) == len(held)
        walk.do(ending.close_case, walk.case_id)
        assert walk.file.case.status is CaseStatus.CLOSED
        assert walk.step is None
    finally:
        walk.library.close()


# --- another way of working, later --------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [one for one in IDS if one != "parent-child"])
def test_switching_the_way_of_working_loses_nothing_and_the_review_goes_on(desk, other):
    desk.agree()
    clip = desk.clip(desk.film())
    desk.do(moments.toggle_principle, clip.moment_id, "deepening.solves")
    desk.do(moments.toggle_principle, clip.moment_id, "attuned.equal")
    desk.do(lambda work: work.update(Moment, clip.moment_id, initiator="child", reception="face"))
    review = desk.do(reviews.prepare, desk.file, desk.cycle)
    desk.do(reviews.start, desk.file, review)
    steps = prompts.ready_steps(desk.file, desk.cycle, desk.pack)
    at = next(n for n, one in enumerate(steps) if one.step.rung.id == "see")
    where = {"phase": "clip", "rung": "see", "clip_id": clip.id}
    desk.do(reviews.go_to, review.id, at, **where)
    desk.do(reviews.note, desk.file.reviews[0], NoteKind.QUOTE, "there she looks", at=None, **where)
    before, old, new = desk.file, desk.pack, shipped(other)

    desk.do(cases.switch_pack, before, old, new)
    after = desk.file
    assert after.case.pack == other
    for kept in ("people", "films", "moments", "moment_principles", "clips", "review_notes", "review_steps", "cycles"):
        assert getattr(after, kept) == getattr(before, kept)
    steps = prompts.ready_steps(after, desk.cycle, new)
    here = steps[after.reviews[0].step]
    assert (here.clip.id, here.step.rung.id) == (clip.id, "see")
    known = {one.id for level in new.levels for one in level.behaviours}
    for tag in after.principles_of(clip.moment_id):
        assert (prompts.principle_words(new, tag) == tag) == (tag not in known)
    states = rail(after, desk.cycle, desk.today, new.way)
    assert next(one.missing for one in states if one.stage is Stage.REVIEW) == ("the end of the shared review",)

    desk.do(cases.switch_pack, after, new, old)
    assert desk.file == before


def test_a_rung_that_the_other_ladder_lacks_goes_on_with_the_same_clip(desk):
    desk.agree()
    film = desk.film()
    desk.clip(film)
    second = desk.clip(film, start=40_000)
    review = desk.do(reviews.prepare, desk.file, desk.cycle)
    desk.do(reviews.start, desk.file, review)
    steps = prompts.ready_steps(desk.file, desk.cycle, desk.pack)
    at = [n for n, one in enumerate(steps) if one.step.rung.id == "child-inside"][1]
    desk.do(reviews.go_to, review.id, at, phase="clip", rung="child-inside", clip_id=second.id)
    other = shipped("one-working-point")
    desk.do(cases.switch_pack, desk.file, desk.pack, other)
    here = prompts.ready_steps(desk.file, desk.cycle, other)[desk.file.reviews[0].step]
    assert (here.clip.id, here.step.rung.id) == (second.id, "see")
