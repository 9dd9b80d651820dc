"""What the shortlist warns of."""

from dataclasses import replace

import pytest

from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.way import Question
from vigtui.services import goals, moments, shortlist


def warnings(desk, clip):
    return shortlist.warnings(desk.file, desk.file.clip_of(clip.moment_id), desk.pack)


def overall(desk):
    return shortlist.overall(desk.file, desk.file.clips_of(desk.cycle.id), desk.pack)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (6_200, None),
        (10_000, None),
        (10_001, "longer than 10 s"),
        (60_000, "longer than 10 s"),
        (60_001, "60.0 s is long"),
        (75_300, "75.3 s is long"),
    ],
)
def test_a_clip_should_be_short(desk, length, said):
    clip = desk.clip(desk.film(), start=0, length=length)
    assert [one for one in warnings(desk, clip) if "long" in one] == ([said] if said else [])


def test_a_clip_is_asked_for_strength_reason_and_goal_until_it_has_them(desk):
    clip = desk.clip(desk.film())
    assert warnings(desk, clip) == ("which strength? no principle yet", "why chosen?", "which goal does it serve?")
    desk.do(moments.toggle_principle, clip.moment_id, "receiving.smiles")
    desk.do(moments.set_clip, clip.id, why="she waits")
    goal = desk.add(goals.add_goal, "wait")
    desk.do(lambda work: work.update(Moment, clip.moment_id, goal_id=goal.id))
    assert warnings(desk, clip) == ()


def test_stills_have_no_length_and_overlap_nothing(desk):
    film = desk.film()
    desk.clip(film, start=0, length=9_000)
    still = desk.do(moments.mark, film, 5_000, 5_000, still=True)
    desk.do(moments.set_state, still, MomentState.CHOSEN, desk.cycle.id)
    assert overall(desk) == ("2 clips, 9.0 s in all",)


def test_an_empty_shortlist_says_nothing(desk):
    assert overall(desk) == ()


def test_overlaps_and_too_many_are_said_for_the_whole(desk):
    film, other = desk.film(), desk.film()
    desk.clip(film, start=0, length=5_000)
    assert overall(desk) == ("1 clip, 5.0 s in all",)
    desk.clip(film, start=5_000, length=5_000)
    desk.clip(other, start=0, length=5_000)
    assert overall(desk) == ("3 clips, 15.0 s in all",)
    desk.clip(film, start=4_000, length=2_000)
    assert overall(desk) == ("clips 1 and 4 overlap", "clips 2 and 4 overlap", "4 clips, 17.0 s in all")
    for start in (30_000, 40_000):
        desk.clip(film, start=start, length=1_000)
    assert overall(desk)[0] == "6 clips; 5 are plenty"


def test_where_hard_moments_may_be_shown_a_clip_needs_no_strength(desk):
    clip = desk.clip(desk.film())
    assert "which strength? no principle yet" in shortlist.warnings(desk.file, clip, desk.pack)
    corrective = replace(desk.pack, clips=replace(desk.pack.clips, corrective=True))
    assert "which strength? no principle yet" not in shortlist.warnings(desk.file, clip, corrective)


def test_where_themes_lead_a_clip_serves_a_goal_only_if_there_is_one(desk):
    clip = desk.clip(desk.film())
    themed = replace(desk.pack, question=Question.THEME)
    assert "which goal does it serve?" in shortlist.warnings(desk.file, clip, desk.pack)
    assert "which goal does it serve?" not in shortlist.warnings(desk.file, clip, themed)
    desk.add(goals.add_goal, "to wait")
    assert "which goal does it serve?" in shortlist.warnings(desk.file, clip, themed)
