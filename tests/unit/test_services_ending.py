"""How a case ends: words, follow-ups, closing, pausing, and first against last clips."""

from datetime import date, timedelta

import pytest

from vigtui.domain.case import CaseStatus
from vigtui.domain.clip import Clip
from vigtui.domain.cycle import WorkingPoint
from vigtui.domain.errors import ConsentMissing, NotSensible
from vigtui.domain.moment import Moment
from vigtui.domain.review import Review
from vigtui.domain.workflow import next_step, reminders, retain_until
from vigtui.services import cases, ending, reviews, today, wrap_up
from vigtui.services.packs import PackShelf


def next_cycle(desk, point="wait"):
    desk.do(wrap_up.set_working_point, desk.case_id, desk.cycle.id, point)
    desk.do(wrap_up.close_cycle, desk.cycle.id)


def record(desk):
    found = ending.ending_of(desk.file)
    return found.strengths_record if found else None


def gather(desk):
    return desk.do(ending.gather_strengths, desk.file)


# Words


def test_nothing_typed_makes_no_ending(desk):
    assert desk.add(ending.write, "handed_over", "", "what was handed over") is None
    assert desk.file.endings == ()
    desk.add(ending.write, "handed_over", "two [stills] 💛", "what was handed over")
    desk.add(ending.write, "handed_over", "", "what was handed over")
    assert [one.handed_over for one in desk.file.endings] == [""]


def test_strengths_and_working_points_of_all_cycles_are_gathered_word_for_word(desk):
    desk.add(wrap_up.add_strength, desk.cycle.id, "I can [wait]")
    next_cycle(desk, "a breath longer")
    (point,) = desk.file.working_points
    desk.change(lambda work: work.update(WorkingPoint, point.id, noticed="she hums when I do"))
    desk.add(wrap_up.add_strength, desk.cycle.id, "she looks\nand I look back")
    next_cycle(desk, "hum")
    gather(desk)
    assert record(desk) == ("I can [wait]\nshe looks\nand I look back\n\na breath longer\nshe hums when I do\nhum")


def test_gathering_again_adds_only_what_is_new_and_touches_nothing_that_was_written(desk):
    desk.add(wrap_up.add_strength, desk.cycle.id, "I can wait")
    gather(desk)
    desk.add(ending.write, "strengths_record", "For Anna\n\nI can wait\nmore and more", "record of strengths")
    assert gather(desk) is None
    desk.add(wrap_up.add_strength, desk.cycle.id, "we laugh")
    gather(desk)
    assert record(desk) == "For Anna\n\nI can wait\nmore and more\n\nwe laugh"


def test_gathering_without_strengths_makes_no_ending(desk):
    assert gather(desk) is None
    assert desk.file.endings == ()


def test_kept_clips_are_written_down_once(desk):
    clips = [desk.clip(desk.film(), start) for start in (1_000, 20_000)]
    desk.change(lambda work: work.update(Clip, clips[1].id, client_keeps=True))
    desk.change(lambda work: work.update(Moment, clips[1].moment_id, note="Mia looks up"))
    for _ in range(2):
        desk.do(ending.gather_kept, desk.file)
    assert ending.ending_of(desk.file).handed_over == "cycle 1, clip 2 (6.2 s): Mia looks up"


# Follow-ups


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 5, 14), 3, date(2026, 8, 14)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
    ],
)
def test_months_later_stays_within_the_month(day, months, then):
    assert ending.months_later(day, months) == then


def test_follow_ups_are_counted_from_the_last_review_and_never_planned_twice(desk):
    review = desk.do(reviews.prepare, desk.file, desk.cycle)
    desk.change(lambda work: work.update(Review, review.id, held_on=work.today))
    held = desk.today
    desk.later(9)
    for _ in range(2):
        desk.do(ending.plan_follow_ups, desk.file, (3, 6))
    assert [one.due_on for one in desk.file.follow_ups] == [ending.months_later(held, 3), ending.months_later(held, 6)]


def test_without_a_review_they_are_counted_from_today(desk):
    desk.do(ending.plan_follow_ups, desk.file, (3,))
    assert [one.due_on for one in desk.file.follow_ups] == [ending.months_later(desk.today, 3)]


async def test_a_follow_up_is_changed_done_and_removed(desk):
    one = desk.add(ending.add_follow_up, date(2026, 9, 1), "by telephone")
    desk.do(ending.edit_follow_up, one.id, date(2026, 9, 2), None, "at home")
    desk.later(120)
    desk.do(ending.do_follow_up, one.id, None, "still humming")
    (kept,) = desk.file.follow_ups
    assert (kept.due_on, kept.done_on, kept.note) == (date(2026, 9, 2), desk.today, "still humming")
    desk.do(ending.remove_follow_up, one.id)
    assert desk.file.follow_ups == ()
    assert await desk.library.undo(desk.case_id) == "follow-up removed"
    assert desk.file.follow_ups == (kept,)


def test_a_follow_up_needs_a_date(desk):
    with pytest.raises(NotSensible, match="needs a date"):
        desk.add(ending.add_follow_up, None)


def test_a_closed_case_is_reminded_of_its_follow_up(desk):
    desk.add(ending.add_follow_up, desk.today + timedelta(days=90))
    desk.add(ending.close_case)
    assert reminders(desk.file, desk.today) == ()
    desk.later(91)
    (line,) = today.overview([desk.file], PackShelf([]), desk.today)
    assert [one.words for one in line.reminders] == ["follow-up"]
    assert line.overdue


# Where the case stands


async def test_closing_starts_the_films_clock_and_is_undone_in_one_step(desk):
    desk.film()
    desk.add(ending.close_case)
    file = desk.file
    assert (file.case.status, file.case.closed_on) == (CaseStatus.CLOSED, desk.today)
    assert retain_until(file, None) == desk.today + timedelta(days=60)
    assert [one.ended_on for one in file.endings] == [desk.today]
    assert next_step(file, desk.today, desk.pack.counts) is None
    assert ("case closed", "K17") in desk.audit()
    with pytest.raises(NotSensible, match="closed already"):
        desk.add(ending.close_case)
    assert await desk.library.undo(desk.case_id) == "case K17 closed"
    assert (desk.file.case.status, desk.file.case.closed_on, desk.file.endings) == (CaseStatus.OPEN, None, ())


def test_a_case_opened_again_keeps_its_words_and_stops_the_clock(desk):
    desk.add(ending.write, "handed_over", "a still", "what was handed over")
    desk.add(ending.close_case)
    desk.later(10)
    desk.add(ending.reopen_case)
    assert (desk.file.case.status, desk.file.case.closed_on) == (CaseStatus.OPEN, None)
    assert retain_until(desk.file, None) is None
    assert [one.handed_over for one in desk.file.endings] == ["a still"]
    desk.add(ending.close_case)
    assert [one.ended_on for one in desk.file.endings] == [desk.today]


@pytest.mark.parametrize("verb", [ending.reopen_case, ending.resume_case])
def test_an_open_case_is_neither_opened_nor_taken_up_again(desk, verb):
    with pytest.raises(NotSensible, match="is not"):
        desk.add(verb)


def test_a_closed_case_cannot_be_paused(desk):
    desk.add(ending.close_case)
    with pytest.raises(NotSensible, match="closed already"):
        desk.add(ending.pause_case)


def test_a_paused_case_is_not_overdue_and_stands_behind_the_open_ones(desk):
    desk.agree()
    desk.film()
    desk.clip(desk.file.films[0])
    for code in ("A", "Z"):
        desk.do(cases.new_case, code, desk.pack)
    desk.do(ending.close_case, desk.library.read(lambda work: cases.find_case(work, "A")).id)
    desk.later(40)

    def lines():
        return [
            (line.case.code, line.overdue, line.due is not None)
            for line in today.overview(desk.library.read(cases.load_all), PackShelf([]), desk.today)
        ]

    late_before = lines()
    desk.add(ending.pause_case)
    assert lines() == [("Z", False, False), ("K17", False, False), ("A", False, False)]
    desk.add(ending.resume_case)
    assert lines() == late_before


# First against last clips


def test_pairs_are_of_the_first_and_the_last_cycle_with_clips(desk):
    assert ending.pairs(desk.file) == ()
    first = [desk.clip(film, start) for film in [desk.film()] for start in (1_000, 20_000)]
    assert ending.ends(desk.file) is None
    for _ in range(2):
        next_cycle(desk)
    last = desk.clip(desk.film(), 3_000)
    next_cycle(desk)
    assert [cycle.number for cycle in ending.ends(desk.file)] == [1, 3]
    one, other = ending.pairs(desk.file)
    assert [clip.id for clip in one.clips] == [first[0].id, last.id]
    assert (other.first.id, other.last, len(other.clips)) == (first[1].id, None, 1)
    assert one.id != other.id


def test_nothing_is_shown_without_consent_unless_a_reason_is_written(desk):
    desk.clip(desk.film(), 1_000)
    next_cycle(desk)
    desk.clip(desk.film(), 1_000)
    (pair,) = ending.pairs(desk.file)
    with pytest.raises(ConsentMissing, match="Anna for therapy"):
        desk.do(ending.ask_to_show, desk.file, pair)
    desk.do(ending.ask_to_show, desk.file, pair, without_consent="the court asks")
    assert [action for action, _ in desk.audit()][-1] == "first against last without consent"
    desk.do(ending.ask_to_show, desk.file, pair)


def test_with_consent_it_is_shown(desk):
    desk.agree()
    desk.clip(desk.film(), 1_000)
    next_cycle(desk)
    desk.clip(desk.film(), 1_000)
    desk.do(ending.ask_to_show, desk.file, ending.pairs(desk.file)[0])
