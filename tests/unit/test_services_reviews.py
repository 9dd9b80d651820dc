"""The shared review, and the wrap-up after it."""

from datetime import timedelta

import pytest

from vigtui.domain.errors import ConsentMissing, NotSensible
from vigtui.domain.person import Role
from vigtui.domain.review import NoteKind, ReviewNote
from vigtui.services import people, reviews, wrap_up


@pytest.fixture
def review(desk):
    """A review of one clip, with everyone's consent, not begun yet."""
    desk.clip(desk.film())
    desk.agree()
    return desk.do(reviews.prepare, desk.file, desk.cycle)


def note(desk, review, kind=NoteKind.QUOTE, words="She waits for me!", note_id="n1", **stamp):
    begun = ReviewNote(id=note_id, case_id=desk.case_id, review_id=review.id, kind=kind, written_at=desk.now, **stamp)
    return desk.do(reviews.write_note, begun, words)


def test_a_review_is_prepared_once_with_the_grown_ups_of_the_family(desk):
    desk.add(people.add_person, Role.OTHER, "neighbour", bystander=True)
    opa = desk.add(people.add_person, Role.OTHER, "Opa")
    review = desk.do(reviews.prepare, desk.file, desk.cycle)
    assert desk.do(reviews.prepare, desk.file, desk.cycle) == review
    assert desk.file.present_at(review.id) == (desk.anna, opa)
    for there in (True, True, False, False):
        desk.do(reviews.set_present, review, desk.mia, there)
        assert (desk.mia in desk.file.present_at(review.id)) is there


def test_a_review_needs_a_clip(desk):
    review = desk.do(reviews.prepare, desk.file, desk.cycle)
    with pytest.raises(NotSensible, match="no clip on the shortlist"):
        desk.do(reviews.start, desk.file, review)


def test_a_review_without_consent_does_not_begin(desk):
    desk.clip(desk.film())
    review = desk.do(reviews.prepare, desk.file, desk.cycle)
    with pytest.raises(ConsentMissing, match="Anna for therapy"):
        desk.do(reviews.start, desk.file, review)
    assert desk.file.review(desk.cycle.id).started_at is None
    begun = desk.do(reviews.start, desk.file, review, without_consent="signed on paper")
    assert begun.started_at == desk.now
    words = [words for action, words in desk.audit() if action == "shared review without consent"]
    assert len(words) == 1
    assert "Reason: signed on paper" in words[0]


def test_a_review_begins_goes_on_and_ends(desk, review):
    begun = desk.do(reviews.start, desk.file, review)
    assert (begun.held_on, begun.started_at, begun.ended_at) == (desk.today, desk.now, None)
    desk.now += timedelta(minutes=20, seconds=59)
    assert reviews.minutes_in(begun, desk.now) == 20
    assert desk.do(reviews.start, desk.file, begun) == begun
    desk.now += timedelta(minutes=30)
    ended = desk.do(reviews.end, review.id)
    assert (ended.ended_at, ended.minutes) == (desk.now, 51)
    assert desk.cycle.minutes_review == 51
    again = desk.do(reviews.start, desk.file, ended)
    assert (again.started_at, again.ended_at) == (begun.started_at, None)
    assert [action for action, _ in desk.audit()].count("shared review begun") == 2


def test_the_time_between_an_end_and_going_on_is_none_of_the_review(desk, review):
    desk.do(reviews.start, desk.file, review)
    step = {"phase": "clip", "rung": "see", "clip_id": desk.file.clips[0].id}
    desk.do(reviews.go_to, review.id, 1, **step)
    desk.now += timedelta(minutes=40)
    ended = desk.do(reviews.end, review.id)
    desk.now += timedelta(days=2)
    again = desk.do(reviews.start, desk.file, ended)
    assert reviews.minutes_in(again, desk.now) == 40
    assert reviews.minutes_of_phase(desk.file, again, "clip", step["clip_id"], desk.now) == 40
    desk.now += timedelta(minutes=15)
    assert desk.do(reviews.end, review.id).minutes == 55


def test_minutes_are_none_before_the_beginning_and_at_most_a_day(desk, review):
    assert reviews.minutes_in(review, desk.now) == 0
    assert desk.do(reviews.end, review.id).minutes == 0
    desk.do(reviews.start, desk.file, review)
    desk.later(9)
    assert desk.do(reviews.end, review.id).minutes == 1440


def test_the_ladder_is_walked_and_ticked(desk, review):
    see = {"phase": "clip", "rung": "see", "clip_id": desk.file.clips[0].id}
    arrive = {"phase": "arrive", "rung": "how", "clip_id": None}
    assert desk.do(reviews.go_to, review.id, 0, **arrive).step == 0
    assert desk.do(reviews.go_to, review.id, 5, **see).step == 5
    desk.now += timedelta(minutes=1)
    desk.do(reviews.go_to, review.id, 5, **see)
    desk.do(reviews.tick, review, **see)
    assert [(one.rung, one.ticked) for one in desk.file.review_steps] == [("how", False), ("see", True)]
    assert desk.file.review_steps[1].reached_at == desk.now - timedelta(minutes=1)
    desk.do(reviews.tick, review, **see)
    assert reviews.ticked_rungs(desk.file, review) == {("see", see["clip_id"])}
    desk.do(reviews.tick, review, **see, ticked=False)
    desk.do(reviews.tick, review, phase="clip", rung="child", clip_id=see["clip_id"])
    assert [(one.rung, one.ticked) for one in desk.file.review_steps] == [
        ("how", False),
        ("see", False),
        ("child", True),
    ]
    with pytest.raises(NotSensible):
        desk.do(reviews.go_to, review.id, -1, **see)


def test_a_note_grows_with_its_letters_and_goes_without_any(desk, review):
    clip = desk.file.clips[0]
    kept = note(desk, review, words="Sh", clip_id=clip.id, at_ms=13_000, phase="clip", rung="see")
    assert (kept.words, kept.at_ms, kept.clip_id, kept.rung) == ("Sh", 13_000, clip.id, "see")
    note(desk, review, words="She [waits]")
    assert [(one.words, one.at_ms) for one in desk.file.review_notes_of(review.id)] == [("She [waits]", 13_000)]
    assert note(desk, review, words=" ") is None
    assert desk.file.review_notes == ()


def test_a_wow_needs_no_words(desk, review):
    assert note(desk, review, NoteKind.WOW, "").kind is NoteKind.WOW
    assert len(desk.file.review_notes) == 1


def test_a_clip_is_marked_as_shown_once(desk, review):
    clip = desk.file.clips[0]
    first = desk.now
    desk.do(reviews.shown, clip.id)
    desk.now += timedelta(minutes=1)
    desk.do(reviews.shown, clip.id)
    assert desk.file.clips[0].shown_at == first


def strengths(desk) -> list[str]:
    return [one.words for one in desk.file.strengths_of(desk.cycle.id)]


def test_strengths_are_gathered_once_and_quotes_are_not_taken(desk, review):
    assert desk.do(wrap_up.gather, desk.file, desk.cycle) == []
    note(desk, review, NoteKind.STRENGTH, "I wait", "n1")
    note(desk, review, NoteKind.QUOTE, "She waits", "n2")
    note(desk, review, NoteKind.CONCERN, "tired", "n3")
    for _ in range(2):
        desk.do(wrap_up.gather, desk.file, desk.cycle)
        assert strengths(desk) == ["I wait"]


def test_a_strength_taken_off_the_list_is_not_gathered_again(desk, review):
    note(desk, review, NoteKind.STRENGTH, "I wait", "n1")
    (strength,) = desk.do(wrap_up.gather, desk.file, desk.cycle)
    desk.do(wrap_up.edit_strength, strength.id, "I can wait")
    assert strengths(desk) == ["I can wait"]
    desk.do(wrap_up.remove_strength, strength.id)
    assert desk.do(wrap_up.gather, desk.file, desk.cycle) == []
    assert [(one.kind, one.words) for one in desk.file.review_notes] == [(NoteKind.QUOTE, "I wait")]


def test_strengths_are_added_by_hand_and_need_words(desk):
    added = desk.add(wrap_up.add_strength, desk.cycle.id, "I smile")
    with pytest.raises(NotSensible):
        desk.add(wrap_up.add_strength, desk.cycle.id, " ")
    with pytest.raises(NotSensible):
        desk.do(wrap_up.edit_strength, added.id, "")
    assert strengths(desk) == ["I smile"]
    desk.do(wrap_up.remove_strength, added.id)
    assert strengths(desk) == []


def test_a_cycle_has_one_working_point(desk):
    cycle = desk.cycle
    first = desk.add(wrap_up.set_working_point, cycle.id, "wait")
    again = desk.add(wrap_up.set_working_point, cycle.id, "wait for her")
    assert (again.id, again.chosen_on) == (first.id, desk.today)
    assert desk.file.working_points == (again,)
    assert desk.add(wrap_up.set_working_point, cycle.id, " ") is None
    assert desk.file.working_points == ()
    assert desk.add(wrap_up.set_working_point, cycle.id, "") is None


def test_closing_a_cycle_needs_a_working_point_and_opens_the_next_once(desk):
    first = desk.cycle
    with pytest.raises(NotSensible, match="no working point"):
        desk.do(wrap_up.close_cycle, first.id)
    assert desk.cycle == first
    desk.add(wrap_up.set_working_point, first.id, "wait")
    following = desk.do(wrap_up.close_cycle, first.id)
    assert (following.number, desk.cycle) == (2, following)
    with pytest.raises(NotSensible, match="Cycle 1 is closed already"):
        desk.do(wrap_up.close_cycle, first.id)
    assert [(cycle.number, cycle.closed_on) for cycle in desk.file.cycles] == [(1, desk.today), (2, None)]
    assert [words for action, words in desk.audit() if action == "cycle wrapped up"] == ["cycle 1"]


async def test_closing_a_cycle_is_one_step_of_undo(desk):
    desk.add(wrap_up.set_working_point, desk.cycle.id, "wait")
    before = desk.file
    desk.do(wrap_up.close_cycle, desk.cycle.id)
    assert await desk.library.undo(desk.case_id) == "cycle 1 wrapped up"
    assert desk.file == before


def test_the_next_film_is_planned_into_the_cycle_that_follows(desk):
    first = desk.cycle
    assert desk.do(wrap_up.change_next_plan, first, "activity", "") is None
    assert len(desk.file.cycles) == 1
    plan = desk.do(wrap_up.change_next_plan, first, "activity", "bath")
    assert (desk.file.cycle(2).id, plan.activity) == (plan.cycle_id, "bath")
    assert desk.do(wrap_up.change_next_plan, first, "activity", "").activity == ""
    assert desk.do(wrap_up.next_plan, first).id == plan.id
    assert desk.cycle == first, "the next cycle waits until this one is closed"
    desk.add(wrap_up.set_working_point, first.id, "wait")
    assert desk.do(wrap_up.close_cycle, first.id) == desk.file.cycle(2)
    assert len(desk.file.cycles) == 2
