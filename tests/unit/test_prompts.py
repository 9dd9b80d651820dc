"""The words of a case in a pack's prompts."""

from dataclasses import replace

import pytest

from vigtui.domain.moment import Moment
from vigtui.domain.packs import PhaseKind, steps
from vigtui.domain.person import Role
from vigtui.domain.way import Question, Visit
from vigtui.services import films, goals, moments, people, prompts, wrap_up


def ready(desk):
    return prompts.ready_steps(desk.file, desk.cycle, desk.pack)


def known(desk, clip=None):
    return prompts.known_words(desk.file, desk.cycle, desk.pack, clip)


def test_an_empty_case_has_names_and_the_packs_words_for_the_rest(desk):
    assert known(desk) == {"client": "Anna", "child": "Mia", "practitioner": "RB", "theme": ""}
    assert all("{" not in step.prompt + step.hint for step in ready(desk))
    assert all(step.prompt.strip() for step in ready(desk))


def test_there_is_a_step_for_each_rung_of_each_clip(desk):
    film = desk.film()
    for number in range(3):
        clips = [desk.clip(film, start=number * 10_000)]
        found = ready(desk)
        assert [one.step for one in found] == list(steps(desk.pack, number + 1))
    assert clips
    per_clip = [one for one in found if one.step.phase.kind is PhaseKind.PER_CLIP]
    order = list(dict.fromkeys(one.clip.position for one in per_clip))
    assert order == [1, 2, 3]
    assert all(one.clip is None for one in found if one.step.phase.kind is PhaseKind.ONCE)


def test_the_words_of_the_case_stand_in_the_prompts_as_they_are(desk):
    desk.add(goals.ask, "How can I tell what {Mia} [b]wants[/b]?")
    said = " ".join(step.prompt for step in ready(desk))
    assert "How can I tell what {Mia} [b]wants[/b]?" in said


def test_an_opening_question_takes_the_place_of_the_first_prompt_of_its_clip_only(desk):
    film = desk.film()
    first, second = desk.clip(film), desk.clip(film, start=60_000)
    plain = [step.prompt for step in ready(desk)]
    desk.do(moments.set_clip, second.id, opening_question=" What made her laugh? ")
    asked = [step.prompt for step in ready(desk)]
    changed = [n for n, (before, after) in enumerate(zip(plain, asked, strict=True)) if before != after]
    assert len(changed) == 1
    assert asked[changed[0]] == "What made her laugh?"
    assert ready(desk)[changed[0]].clip.id == second.id
    assert ready(desk)[changed[0] - 1].clip.id == first.id


def test_the_goal_a_clip_serves_goes_with_its_steps_and_no_others(desk):
    film = desk.film()
    goal = desk.add(goals.add_goal, "We laugh [both]")
    served, other = desk.clip(film), desk.clip(film, start=60_000)
    desk.do(moments_of_goal, served.moment_id, goal.id)
    found = {(step.clip.id if step.clip else None): step.goal for step in ready(desk)}
    assert found == {None: "", served.id: "We laugh [both]", other.id: ""}


def moments_of_goal(work, moment_id, goal_id):
    work.update(Moment, moment_id, goal_id=goal_id)
    work.did("goal link", None)


def test_the_working_point_is_that_of_the_cycle_before(desk):
    first = desk.cycle
    assert prompts.last_working_point(desk.file, first) == ""
    desk.add(wrap_up.set_working_point, first.id, "wait for her")
    assert "working_point" not in known(desk)
    desk.do(wrap_up.close_cycle, first.id)
    assert known(desk)["working_point"] == "wait for her"
    assert any("wait for her" in step.prompt for step in ready(desk))


def test_theme_and_principle_are_known_where_they_were_noted(desk):
    desk.add(films.change_plan, desk.cycle.id, theme="waiting")
    clip = desk.clip(desk.film())
    assert "principle" not in known(desk, clip)
    desk.do(moments.toggle_principle, clip.moment_id, "receiving.smiles")
    desk.do(moments.toggle_principle, clip.moment_id, "encouraging.waits")
    assert known(desk, clip)["principle"] == desk.pack.behaviour("receiving.smiles").words
    assert known(desk, clip)["theme"] == "waiting"
    assert "principle" not in known(desk)


@pytest.mark.parametrize("gone", ["receiving.gone", "gone.smiles", "x"])
def test_a_principle_the_pack_no_longer_has_is_said_by_its_id(desk, gone):
    assert prompts.principle_words(desk.pack, gone) == gone


def test_roles_are_said_in_the_packs_words(desk):
    assert prompts.role_word(desk.pack, "client") == "parent"
    assert prompts.role_word(replace(desk.pack, roles=()), "pupil") == "pupil"


def test_a_group_is_called_by_all_its_names(desk):
    desk.add(people.add_person, Role.CLIENT, "Ben")
    assert known(desk)["client"] == "Anna"
    desk.pack = replace(desk.pack, group=True)
    assert known(desk)["client"] == "Anna, Ben"


def test_the_visit_gives_theme_and_question_until_the_case_has_its_own(desk):
    visit = Visit("v", "Near and far", "When does {child} want you near?")
    desk.pack = replace(desk.pack, visits=(visit,), question=Question.THEME)
    assert (known(desk)["theme"], known(desk)["question"]) == ("Near and far", "When does Mia want you near?")
    desk.add(films.change_plan, desk.cycle.id, theme="bath time")
    desk.add(goals.ask, "How do I stay calm?")
    assert (known(desk)["theme"], known(desk)["question"]) == ("bath time", "How do I stay calm?")
