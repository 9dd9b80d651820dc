"""Ending a case: clips side by side in time, words, follow-ups, closing, pausing."""

from pathlib import Path

import pytest

from tests.support.builders import (
    QUESTION,
    SAMPLES,
    TODAY,
    add_clip,
    add_film,
    add_question,
    give_consents,
    hold_review,
)
from tests.support.slow_player import Slow
from tests.support.waiting import on_top, screen_text, settled, until
from vigtui.domain.audit import AuditEntry
from vigtui.domain.case import CaseStatus
from vigtui.domain.clip import Clip
from vigtui.domain.moment import MomentState
from vigtui.domain.review import NoteKind
from vigtui.domain.timecode import Millis
from vigtui.media.puppet import make_puppet_play
from vigtui.player.window import WindowPlayer
from vigtui.screens.dialogs import FormDialog
from vigtui.screens.ending import EndingScreen
from vigtui.screens.playing import ON_ITS_WAY
from vigtui.screens.rating import RatingDialog
from vigtui.services import ending, films, moments, wrap_up
from vigtui.services.films import path_of
from vigtui.wiring import MediaTools

SIZE = (80, 24)
WIDE = (140, 45)


@pytest.fixture
def worked(house):
    """Two cycles, each with a film, clips, a strength and a working point; nobody has consented yet."""
    add_question(house, "I wait")
    for number in (1, 2):
        cycle = house.file.cycle_now
        film = add_film(house)
        path = path_of(house.library.folder, film)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        Path(path).write_bytes(b"film")
        clips = [add_clip(house, film, start) for start in (1_000, 3_000)[:number]]
        house.change(lambda work, clip=clips[0], number=number: work.update(Clip, clip.id, why=f"looks [{number}]"))
        hold_review(house, ((NoteKind.STRENGTH, f"strong {number}"),), clips[0].id)

        def wrap(work, cycle=cycle, number=number):
            wrap_up.add_strength(work, house.case_id, cycle.id, f"strong {number}")
            wrap_up.set_working_point(work, house.case_id, cycle.id, f"point {number}")
            wrap_up.close_cycle(work, cycle.id)

        house.change(wrap)
    return house


def film_on(app, house):
    """The number of the cycle whose film the player has open; None before any."""
    shown = app.desk.player.state.film
    films = {str(path_of(house.library.folder, film)): film.cycle_id for film in house.file.films}
    return next((cycle.number for cycle in house.file.cycles if shown and cycle.id == films[shown]), None)


def words_of(house):
    found = ending.ending_of(house.file)
    return found.strengths_record if found else ""


async def test_a_film_that_takes_long_is_said_to_be_on_its_way(worked):
    give_consents(worked)
    app = worked.app()
    app.desk.player = slow = Slow(length=Millis(139_000))
    async with app.run_test(size=SIZE) as pilot:
        await worked.open(app, "case")
        await pilot.press("e")
        await until(lambda: isinstance(app.screen, EndingScreen) and "cycle 2, the last" in screen_text(app))
        await pilot.press("enter")
        await until(lambda: ON_ITS_WAY in screen_text(app))
        await pilot.press("z")
        assert slow.black
        slow.comes.set()
        await until(lambda: ON_ITS_WAY not in screen_text(app) and "cycle 2, the last" in screen_text(app))
        await until(lambda: slow.opened == 1 and slow.black and app.screen._shown is None)
        assert not slow.state.playing


# First against last


async def test_enter_shows_the_first_cycles_clip_then_the_last_ones(worked):
    give_consents(worked)
    app = worked.app()
    async with app.run_test(size=SIZE) as pilot:
        await worked.open(app, "case")
        await pilot.press("e")
        await until(lambda: isinstance(app.screen, EndingScreen) and "cycle 2, the last" in screen_text(app))
        assert "looks [1]" in screen_text(app)
        await pilot.press("enter")
        await until(lambda: film_on(app, worked) == 1)
        assert app.desk.player.state.playing
        await pilot.press("space")
        await until(lambda: not app.desk.player.state.playing)
        await pilot.press("enter")
        await until(lambda: film_on(app, worked) == 2)
        await pilot.press("enter")
        await until(lambda: film_on(app, worked) == 1)
        await pilot.press("down", "enter")
        await until(lambda: film_on(app, worked) == 2)
        assert app.desk.player.state.position >= 3_000
        await pilot.press("z")
        await until(lambda: not app.desk.player.state.playing)
        await until(lambda: "▶ clip" not in screen_text(app) and "‖ clip" not in screen_text(app))


async def test_leaving_makes_the_picture_black(worked, monkeypatch):
    give_consents(worked)
    app = worked.app()
    blanked = []
    blank = app.desk.player.blank

    async def watched():
        blanked.append(film_on(app, worked))
        await blank()

    monkeypatch.setattr(app.desk.player, "blank", watched)
    async with app.run_test(size=SIZE) as pilot:
        await worked.open(app, "ending")
        await pilot.press("enter")
        await until(lambda: film_on(app, worked) == 1)
        assert blanked == []
        await pilot.press("f2")
        await until(lambda: blanked == [1] and not app.desk.player.state.playing)
        await until(lambda: app.screen.here == "case")


async def test_nothing_is_shown_without_consent_but_for_a_written_reason(worked):
    app = worked.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await worked.open(app, "ending")
        await pilot.press("enter")
        await on_top(app, FormDialog)
        assert "Consent is missing: Anna for therapy" in " ".join(screen_text(app).replace("│", " ").split())
        assert app.desk.player.state.film is None
        await pilot.press("f10")
        await until(lambda: "needs a written reason" in screen_text(app))
        await pilot.press(*"court", "f10")
        await until(lambda: app.screen is screen and film_on(app, worked) == 1)
        (entry,) = worked.library.read(lambda work: work.find(AuditEntry, action="first against last without consent"))
        assert entry.words.endswith("Reason: court")


async def test_one_cycle_has_nothing_to_compare(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "ending")
        await settled(pilot)
        assert "Clips of two cycles are needed" in screen_text(app)
        await screen.action_show_clip()
        assert app.desk.player.state.film is None


# Ratings and words


async def test_the_last_ratings_are_ratings_like_any_other(worked):
    app = worked.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await worked.open(app, "ending")
        await pilot.press("r")
        await on_top(app, RatingDialog)
        await pilot.press("8", "down", "7", "f10")
        await until(lambda: app.screen is screen)
        assert [one.value for one in worked.file.ratings] == [8, 7]


async def test_the_record_is_gathered_edited_and_taken_back(worked):
    gathered = "strong 1\nstrong 2\n\npoint 1\npoint 2"
    app = worked.app()
    async with app.run_test(size=WIDE) as pilot:
        screen = await worked.open(app, "ending")
        area = screen.query_one("#strengths-record TextArea")
        await pilot.press("g")
        await until(lambda: words_of(worked) == gathered == area.text)
        await pilot.press("g")
        await pilot.pause()
        assert words_of(worked) == gathered
        area.focus()
        area.text = f"For Anna [💛]\n{gathered}"
        await until(lambda: words_of(worked).startswith("For Anna [💛]\nstrong 1"))
        await screen.action_undo()
        await until(lambda: words_of(worked) == gathered == area.text)
        await screen.action_undo()
        await until(lambda: worked.file.endings == () and area.text == "")
        await screen.action_redo()
        await until(lambda: area.text == gathered)


async def test_what_is_being_typed_is_kept_when_strengths_are_gathered(worked):
    app = worked.app()
    async with app.run_test(size=WIDE) as pilot:
        screen = await worked.open(app, "ending")
        await settled(pilot)
        screen.query_one("#strengths-record TextArea").text = "For Anna"
        await screen.action_gather()
        await until(lambda: words_of(worked) == "For Anna\n\nstrong 1\nstrong 2\n\npoint 1\npoint 2")


async def test_kept_clips_go_into_what_is_handed_over(worked):
    clip = worked.file.clips[0]
    worked.change(lambda work: work.update(Clip, clip.id, client_keeps=True))
    app = worked.app()
    async with app.run_test(size=WIDE) as pilot:
        screen = await worked.open(app, "ending")
        await pilot.press("k")
        await until(lambda: screen.query_one("#handed-over TextArea").text == "cycle 1, clip 1 (6.2 s): looks [1]")


@pytest.mark.parametrize("words", SAMPLES)
async def test_words_come_back_exactly(house, words):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "ending")
        for name in ("strengths-record", "handed-over"):
            screen.query_one(f"#{name} TextArea").text = words
        await settled(pilot)
        again = await house.open(app, "ending")
        await settled(pilot)
        assert [again.query_one(f"#{name} TextArea").text for name in ("strengths-record", "handed-over")] == [
            words
        ] * 2


# Follow-ups


async def test_follow_ups_are_planned_by_the_pack_done_and_removed(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "ending")
        await pilot.press("s")
        await until(lambda: len(house.file.follow_ups) == 2)
        screen.query_one("#follow-ups").focus()
        await pilot.press("d")
        await on_top(app, FormDialog)
        await pilot.press("enter", *"still [hums]", "f10")
        await until(lambda: app.screen is screen)
        first, second = sorted(house.file.follow_ups, key=lambda one: one.due_on)
        assert (f"{first.due_on}", f"{second.due_on}") == ("2026-08-14", "2026-11-14")
        assert (first.done_on, first.note, second.done_on) == (TODAY, "still [hums]", None)
        await pilot.press("down", "x")
        await until(lambda: len(house.file.follow_ups) == 1)
        await pilot.press("a")
        await on_top(app, FormDialog)
        await pilot.press("f10")
        await until(lambda: "A follow-up needs a date." in screen_text(app))
        await pilot.press(*"2026-09-01", "f10")
        await until(lambda: app.screen is screen and len(house.file.follow_ups) == 2)
        await pilot.press("u", "u")
        await until(lambda: [one.due_on for one in house.file.follow_ups] == [first.due_on, second.due_on])


# Closing and pausing


async def test_f10_closes_the_case_says_until_when_and_o_opens_it_again(worked):
    app = worked.app()
    async with app.run_test(size=WIDE) as pilot:
        await worked.open(app, "ending")
        await settled(pilot)
        assert "its films may be kept for 60 days" in screen_text(app)
        await pilot.press("f10")
        await until(lambda: "Closed on 2026-05-14. Films may be kept until 2026-07-13." in screen_text(app))
        assert worked.file.case.status is CaseStatus.CLOSED
        await pilot.press("f2")
        await until(lambda: "e opens its ending" in screen_text(app))
        for key, words in (("f3", QUESTION), ("f4", "Before filming"), ("f7", "Working point"), ("f2", "Anna")):
            await pilot.press(key)
            await until(lambda words=words: words in screen_text(app))
        await pilot.press("e")
        await on_top(app, EndingScreen)
        await pilot.press("o")
        await until(lambda: worked.file.case.status is CaseStatus.OPEN)
        await pilot.press("u")
        await until(lambda: worked.file.case.closed_on == TODAY)
        await pilot.press("u")
        await until(lambda: worked.file.case.status is CaseStatus.OPEN and worked.file.endings == ())


async def test_today_leads_from_a_follow_up_that_is_due_to_the_ending_of_a_closed_case(house):
    house.change(lambda work: ending.close_case(work, house.case_id))
    house.change(lambda work: ending.add_follow_up(work, house.case_id, TODAY))
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await until(lambda: "2026-05-14 K17: follow-up" in screen_text(app))
        await pilot.press("f8")
        await on_top(app, EndingScreen)


async def test_h_pauses_a_case_and_takes_it_up_again(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await house.open(app, "case")
        await pilot.press("h")
        await until(lambda: house.file.case.status is CaseStatus.PAUSED)
        await until(lambda: "Paused. h goes on with it." in screen_text(app) and "paused; cycle 1" in screen_text(app))
        await pilot.press("escape")
        await until(lambda: "paused; cycle 1: set the question and goals" in screen_text(app))
        await pilot.press("enter")
        await until(lambda: "Paused. h goes on with it." in screen_text(app))
        await pilot.press("h")
        await until(lambda: house.file.case.status is CaseStatus.OPEN and "Paused" not in screen_text(app))


async def test_wrap_up_leads_to_progress_and_to_the_ending(worked):
    app = worked.app()
    async with app.run_test(size=SIZE) as pilot:
        await worked.open(app, "wrap-up", 2)
        await settled(pilot)
        await pilot.press("p")
        await until(lambda: app.screen.here == "progress")
        await pilot.press("e")
        await until(lambda: app.screen.here == "ending")
        await pilot.press("p")
        await until(lambda: app.screen.here == "progress")


# With the real mpv


def film_one_cycle(house, folder, number):
    """A real film in the present cycle and a clip of a second in it; then the next cycle."""
    file, cycle = house.file, house.file.cycle_now
    play = make_puppet_play(folder / f"a [b] {number}.mp4", seconds=2 + number)
    intake = films.take_in(house.library, MediaTools(), play.path)

    def work_on_it(work):
        film = films.add_film(work, house.case_id, cycle.id, intake, seen=file.people)
        moment = moments.mark(work, film, Millis(480 * number), Millis(480 * number + 1000))
        moments.set_state(work, moment, MomentState.CHOSEN, cycle.id)
        wrap_up.set_working_point(work, house.case_id, cycle.id, "wait")
        wrap_up.close_cycle(work, cycle.id)

    house.change(work_on_it)


async def test_mpv_plays_each_clip_once_and_holds_its_last_frame(house, tmp_path):
    for number in (1, 2):
        film_one_cycle(house, tmp_path, number)
    give_consents(house)
    app = house.app()
    app.desk.player = WindowPlayer(runtime_dir=tmp_path / "run", video_output="null", audio_output="null")
    async with app.run_test(size=SIZE) as pilot:
        await house.open(app, "ending")
        for number in (1, 2):
            await pilot.press("enter")
            await until(lambda number=number: film_on(app, house) == number and app.desk.player.state.playing)
            await until(lambda: not app.desk.player.state.playing)
            assert abs(app.desk.player.state.position - (480 * number + 1000)) <= 80
        await pilot.press("f2")
        await until(lambda: app.screen.here == "case")
