"""Moments and the shortlist made of them."""

import pytest

from vigtui.domain.clip import Clip, Place
from vigtui.domain.errors import MarksReversed, NotFound, NotSensible
from vigtui.domain.moment import MomentState
from vigtui.domain.timecode import Millis
from vigtui.services import cases, moments


@pytest.fixture
def film(desk):
    return desk.film()


def mark(desk, film, start=1_000, end=4_000, **details):
    return desk.do(moments.mark, film, Millis(start), Millis(end), **details)


def shortlist(desk) -> list[tuple[int, int]]:
    """Places on the shortlist, with the beginning of each moment in seconds."""
    file = desk.file
    clips = file.clips_of(file.cycle_now.id)
    return [(clip.position, file.moment(clip.moment_id).in_ms // 1000) for clip in clips]


def choose(desk, film, count):
    return [desk.clip(film, start=(n + 1) * 1000, length=500) for n in range(count)]


def test_a_moment_is_kept_with_its_times_and_note(desk, film):
    moment = mark(desk, film, 1_000, 4_033, note="[waits] 👩‍👧")
    assert desk.file.moments == (moment,)
    assert (moment.in_ms, moment.out_ms, moment.state, moment.note) == (
        1_000,
        4_033,
        MomentState.CANDIDATE,
        "[waits] 👩‍👧",
    )


@pytest.mark.parametrize("marks", [(4_000, 4_000), (4_000, 1_000)])
def test_marks_the_wrong_way_round_keep_nothing(desk, film, marks):
    with pytest.raises(MarksReversed):
        mark(desk, film, *marks)
    assert desk.file.moments == ()


def test_marks_move_one_by_one_and_never_past_one_another(desk, film):
    moment = mark(desk, film)
    assert desk.do(moments.move, moment.id, start=Millis(2_000)).in_ms == 2_000
    assert desk.do(moments.move, moment.id, end=Millis(3_000)).out_ms == 3_000
    assert desk.do(moments.move, moment.id, start=Millis(0), end=Millis(9)).length_ms == 9
    with pytest.raises(MarksReversed):
        desk.do(moments.move, moment.id, start=Millis(9))
    assert desk.file.moment(moment.id).in_ms == 0
    assert desk.do(moments.move, moment.id) == desk.file.moment(moment.id)


def test_a_still_moves_as_one(desk, film):
    still = mark(desk, film, 5_000, 5_000, still=True)
    for details, at in (({"start": Millis(6_000)}, 6_000), ({"end": Millis(7_000)}, 7_000), ({}, 7_000)):
        moved = desk.do(moments.move, still.id, **details)
        assert (moved.in_ms, moved.out_ms) == (at, at)


def test_the_states_go_round_and_a_private_moment_is_never_on_the_shortlist(desk, film):
    moment = mark(desk, film)
    seen = []
    for _ in range(4):
        state = desk.do(moments.next_state, moment.id, desk.cycle.id).state
        seen.append((state.value, len(desk.file.clips)))
    assert seen == [("chosen", 1), ("private", 0), ("candidate", 0), ("chosen", 1)]


def test_choosing_twice_makes_one_clip(desk, film):
    moment = mark(desk, film)
    for _ in range(2):
        desk.do(moments.set_state, moment, MomentState.CHOSEN, desk.cycle.id)
    assert shortlist(desk) == [(1, 1)]


@pytest.mark.parametrize("state", [MomentState.PRIVATE, MomentState.CANDIDATE])
async def test_a_clip_taken_off_closes_the_gap_and_undo_opens_it_again(desk, film, state):
    clips = choose(desk, film, 3)
    desk.do(moments.set_clip, clips[1].id, why="she waits", speed=0.3)
    before = desk.file
    middle = before.moment(clips[1].moment_id)
    desk.do(moments.set_state, middle, state, desk.cycle.id)
    assert shortlist(desk) == [(1, 1), (2, 3)]
    await desk.library.undo(desk.case_id)
    assert desk.file == before
    assert desk.file.clip_of(middle.id).speed == 0.3


@pytest.mark.parametrize(
    ("which", "by", "order"),
    [
        (0, 1, [2, 1, 3]),
        (0, 2, [2, 3, 1]),
        (0, 99, [2, 3, 1]),
        (2, -1, [1, 3, 2]),
        (2, -99, [3, 1, 2]),
        (0, -1, [1, 2, 3]),
        (2, 1, [1, 2, 3]),
        (1, 0, [1, 2, 3]),
    ],
)
def test_a_clip_moves_up_and_down_and_stops_at_the_ends(desk, film, which, by, order):
    clips = choose(desk, film, 3)
    moved = desk.do(moments.reorder, clips[which].id, by)
    assert shortlist(desk) == list(enumerate(order, 1))
    assert moved.position == order.index(which + 1) + 1


def test_clips_of_other_cycles_keep_their_places(desk, film):
    from vigtui.services import cases

    second = desk.add(cases.open_cycle)
    other = desk.clip(desk.film(cycle_id=second.id))
    first, _ = choose(desk, film, 2)
    desk.do(moments.reorder, first.id, 1)
    desk.do(moments.remove, first.moment_id)
    assert desk.file.clips_of(second.id) == [other]
    assert shortlist(desk) == [(1, 2)]


def test_a_principle_is_tagged_and_taken_off(desk, film):
    moment = mark(desk, film)
    assert desk.do(moments.toggle_principle, moment.id, "receiving.smiles")
    assert desk.do(moments.toggle_principle, moment.id, "encouraging.waits")
    assert desk.file.principles_of(moment.id) == ("receiving.smiles", "encouraging.waits")
    assert not desk.do(moments.toggle_principle, moment.id, "receiving.smiles")
    assert desk.file.principles_of(moment.id) == ("encouraging.waits",)


def test_what_is_worked_out_of_no_moments_is_no_principle(desk, film):
    """Python has one empty tuple: what was sorted of a film without moments stands beside what was gathered of no principles."""

    def latest(known):
        return desk.library.read(lambda work: cases.latest(work, desk.case_id, known))

    known = latest(None)
    assert known[0].moments_of(film.id) == []
    assert known[0].find_moment("nobody") is None
    assert known[0].principles_of("nobody") == ()
    moment = mark(desk, film)
    desk.do(moments.toggle_principle, moment.id, "receiving.smiles")
    known = latest(known)
    assert known[0].moments_of(film.id) == [moment]
    assert known[0].principles_of(moment.id) == ("receiving.smiles",)


async def test_a_moment_removed_takes_its_tags_and_clip_along_and_comes_back_whole(desk, film):
    first, _ = choose(desk, film, 2)
    desk.do(moments.toggle_principle, first.moment_id, "receiving.smiles")
    before = desk.file
    desk.do(moments.remove, first.moment_id)
    assert shortlist(desk) == [(1, 2)]
    assert desk.file.moment_principles == ()
    assert await desk.library.undo(desk.case_id) == "moment 00:01.0 removed"
    assert desk.file == before
    await desk.library.redo(desk.case_id)
    assert shortlist(desk) == [(1, 2)]
    with pytest.raises(NotFound):
        desk.do(moments.remove, first.moment_id)


def test_how_a_clip_is_shown_is_kept_or_refused(desk, film):
    clip = desk.clip(film)
    changed = desk.do(moments.set_clip, clip.id, speed=0.25, place=Place.EASY, volume=130, client_keeps=True)
    assert desk.file.clips == (changed,)
    with pytest.raises(NotSensible, match=r"The speed of a clip goes from 0\.1 to 4, not 5"):
        desk.do(moments.set_clip, clip.id, speed=5.0, why="not kept either")
    assert desk.file.clips == (changed,)
    with pytest.raises(NotFound):
        desk.do(moments.set_clip, "gone", speed=1.0)
    assert desk.library.read(lambda work: work.get(Clip, clip.id)) == changed
