"""Preparing and holding the shared review, with a player that plays nothing."""

from pathlib import Path

import pytest

from tests.support.builders import SAMPLES, add_clip, add_film, add_question, give_consents
from tests.support.waiting import on_top, screen_text, settled, until
from vigtui.domain.audit import AuditEntry
from vigtui.domain.consent import Purpose
from vigtui.domain.goal import Occasion
from vigtui.domain.review import NoteKind
from vigtui.screens.dialogs import FormDialog, TickDialog
from vigtui.screens.live import LiveReview
from vigtui.screens.rating import RatingDialog
from vigtui.screens.review import ReviewScreen
from vigtui.services import consent
from vigtui.services.films import path_of
from vigtui.services.prompts import ready_steps
from vigtui.widgets.fields import Tick

SIZE = (80, 24)


@pytest.fixture
def meeting(house):
    """Two clips of one film, ready to be looked at; nobody has consented yet."""
    add_question(house, "I wait")
    film = add_film(house)
    path = path_of(house.library.folder, film)
    path.parent.mkdir(mode=0o700)
    Path(path).write_bytes(b"film")
    for start in (12_000, 40_000):
        add_clip(house, film, start)
    return house


async def live(pilot, app, house):
    """Go into the live review."""
    await house.open(app, "review")
    await pilot.press("f10")
    await on_top(app, LiveReview)
    return app.screen


async def to_rung(pilot, app, name):
    """Walk on to the rung of that name."""
    while app.screen.ready.step.rung.id != name:
        before = app.screen.at
        await pilot.press("down")
        await until(lambda before=before: app.screen.at > before)


async def test_nothing_is_shown_without_consent_and_the_sentence_names_who_and_the_key(meeting):
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        await meeting.open(app, "review")
        assert "Consent is missing: Anna for therapy" in screen_text(app).replace("\n ", " ")
        assert "F2, then c on a person" in " ".join(screen_text(app).split())
        await pilot.press("f10")
        await on_top(app, FormDialog)
        assert "Nothing is shown yet" in screen_text(app)
        await pilot.press("f10")
        await until(lambda: "needs a written reason" in screen_text(app))
        await pilot.press("escape")
        await on_top(app, ReviewScreen)
        assert meeting.file.reviews[0].started_at is None
        assert app.desk.player.state.film is None


async def test_a_written_reason_goes_on_and_stands_in_the_audit_trail(meeting):
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        await meeting.open(app, "review")
        await pilot.press("f10", *"court order", "f10")
        await on_top(app, LiveReview)
        (entry,) = meeting.library.read(lambda work: work.find(AuditEntry, action="shared review without consent"))
        assert "Anna for therapy" in entry.words
        assert entry.words.endswith("Reason: court order")
        await pilot.press("escape")
        await until(lambda: not isinstance(app.screen, LiveReview))
        await meeting.open(app, "review")
        await pilot.press("f10")
        await on_top(app, LiveReview)


async def test_a_consent_withdrawn_meanwhile_closes_the_gate(meeting):
    give_consents(meeting)
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        await meeting.open(app, "review")
        assert "live consent" in screen_text(app)
        child = meeting.file.people[1]
        meeting.change(lambda work: consent.withdraw(work, child, Purpose.THERAPY, "asked"))
        await pilot.press("f10")
        await on_top(app, FormDialog)
        assert "Mia for therapy (it was withdrawn" in " ".join(screen_text(app).replace("│", " ").split())


async def test_the_ladder_is_walked_ticked_and_resumed_on_the_same_rung(meeting):
    give_consents(meeting)
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await live(pilot, app, meeting)
        assert "A  Arrive" in screen_text(app)
        await pilot.press("down", "enter", "right")
        await until(lambda: "What do you notice?" in screen_text(app))
        assert screen.clip.position == 1
        await pilot.press("down", "right")
        await until(lambda: app.screen.clip.position == 2)
        await pilot.press("left")
        await until(lambda: app.screen.clip.position == 1)
        await pilot.press("down", "down")
        stood = "you"
        await until(lambda: app.screen.ready.step.rung.id == stood)
        await pilot.press("escape")
        await on_top(app, ReviewScreen)
        await pilot.press("f10")
        await on_top(app, LiveReview)
        screen = app.screen
        assert screen.ready.step.rung.id == stood
        assert screen.clip.position == 1
    file = meeting.file
    assert [step.rung for step in file.review_steps if step.ticked] == [
        ready_steps(file, file.cycle_now, meeting.pack)[1].step.rung.id
    ]


async def test_every_kind_of_note_is_one_key_and_stamped(meeting):
    give_consents(meeting)
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await live(pilot, app, meeting)
        await to_rung(pilot, app, "child")
        await pilot.press("space")
        await until(lambda: screen._shown == screen.clip.id)
        kinds = dict(zip("qegtknc", [one for one in NoteKind if one is not NoteKind.WOW], strict=True))
        for key, kind in kinds.items():
            await pilot.press(key, *f"n{key}", "enter")
            await until(lambda kind=kind: any(one.kind is kind for one in meeting.file.review_notes))
        await pilot.press("w")
        await until(lambda: len(meeting.file.review_notes) == 8)
    notes = {note.kind: note for note in meeting.file.review_notes}
    assert {kind: notes[kind].words for kind in kinds.values()} == {kind: f"n{key}" for key, kind in kinds.items()}
    for note in notes.values():
        assert (note.phase, note.rung) == ("clip", "child")
        assert note.clip_id == screen.clip.id
        assert note.at_ms is not None
    assert meeting.file.clips[0].shown_at


@pytest.mark.parametrize("words", SAMPLES)
async def test_a_note_is_kept_while_it_is_written_and_comes_back_as_typed(meeting, words):
    give_consents(meeting)
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await live(pilot, app, meeting)
        await pilot.press("q")
        field = screen.query_one("#note")
        field.editor.value = words
        await settled(pilot)
        assert [note.words for note in meeting.file.review_notes] == [words]
        assert field.value == words
        await pilot.press("escape")
        await until(lambda: words.strip("\u200f")[:6] in screen_text(app))
        await pilot.press("u")
        await until(lambda: not meeting.file.review_notes)
        await pilot.press("ctrl+r")
        await until(lambda: [note.words for note in meeting.file.review_notes] == [words])


async def test_undo_takes_a_note_back_and_not_the_place_on_the_ladder(meeting):
    give_consents(meeting)
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await live(pilot, app, meeting)
        await pilot.press("w")
        await until(lambda: meeting.file.review_notes)
        await pilot.press("down", "down", "u")
        await until(lambda: not meeting.file.review_notes)
        await until(lambda: screen.at == 2)


async def test_ratings_are_before_the_clips_and_after_them(meeting):
    give_consents(meeting)
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot, app, meeting)
        await pilot.press("r")
        await on_top(app, RatingDialog)
        await pilot.press("4", "f10")
        await on_top(app, LiveReview)
        await to_rung(pilot, app, "see")
        await pilot.press("r", "6", "f10")
        await until(lambda: len(meeting.file.ratings) == 2)
    assert [(one.occasion, one.value) for one in meeting.file.ratings] == [(Occasion.BEFORE, 4), (Occasion.AFTER, 6)]


async def test_ending_goes_to_the_wrap_up_and_can_be_opened_again(meeting):
    give_consents(meeting)
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot, app, meeting)
        await pilot.press("t", *"she waits", "enter", "f10")
        await until(lambda: "cycle 1 · Wrap-up" in screen_text(app))
        assert meeting.file.reviews[0].ended_at
        await until(lambda: [one.words for one in meeting.file.strengths] == ["she waits"])
        await pilot.press("f6")
        await until(lambda: "Held on" in screen_text(app))
        await pilot.press("f10")
        await on_top(app, LiveReview)
        assert meeting.file.reviews[0].ended_at is None


async def test_a_clips_question_speed_and_volume_are_set_and_refused(meeting):
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        await meeting.open(app, "review")
        await pilot.press("enter")
        await on_top(app, FormDialog)
        await pilot.press(*"Why [so]?", "tab", "right", "tab", "backspace", "9", "f10")
        await until(lambda: "goes from 0.1 to 4" in screen_text(app))
        await pilot.press("backspace", *"0.5", "tab", "tab", "backspace", *"2", "f10")
        await on_top(app, ReviewScreen)
        clip = meeting.file.clips[0]
        assert (clip.opening_question, clip.place, clip.speed, clip.zoom) == ("Why [so]?", "easy", 0.5, 2.0)
        assert "Why [so]?" in screen_text(app)


async def test_who_is_there_and_the_filming_of_the_talk(meeting):
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        await meeting.open(app, "review")
        assert [one.person_id for one in meeting.file.review_people] == [meeting.file.people[0].id]
        await pilot.press("e")
        await on_top(app, TickDialog)
        await pilot.press("down", "space", "escape")
        await until(lambda: len(meeting.file.review_people) == 2)
        await pilot.press("c")
        await until(lambda: meeting.file.reviews[0].film_consented)
        await pilot.press("c")
        await until(lambda: not meeting.file.reviews[0].film_consented)


async def test_without_a_clip_there_is_a_sentence(house):
    app = house.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await house.open(app, "review")
        await pilot.press("f10")
        await until(lambda: "There is no clip on the shortlist yet." in screen_text(app))


async def test_the_ladder_of_a_meeting_is_chosen_and_the_last_clip_rung_stays(meeting):
    give_consents(meeting)
    app = meeting.app()
    clip_phase = next(phase for phase in meeting.pack.review.phases if phase.id == "clip")
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await meeting.open(app, "review")
        await pilot.press("l")
        await on_top(app, TickDialog)
        ticks = {tick.key: tick for tick in app.screen.query(Tick)}
        for rung in clip_phase.rungs:
            ticks[f"clip.{rung.id}"].focus()
            await pilot.press("space")
        await until(lambda: "A review needs a rung" in screen_text(app))
        last = f"clip.{clip_phase.rungs[-1].id}"
        assert ticks[last].is_on
        assert len(meeting.file.reviews[0].left_out) == len(clip_phase.rungs) - 1
        await pilot.press("escape", "f10")
        await on_top(app, LiveReview)
        await pilot.press("right")
        assert app.screen.ready.step.rung.id == clip_phase.rungs[-1].id


async def test_the_order_and_the_way_of_working_can_be_changed_in_the_preparation(meeting):
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await meeting.open(app, "review")
        first = meeting.file.clips[0].id
        await pilot.press("shift+down")
        await until(lambda: [one.position for one in meeting.file.clips if one.id == first] == [2])
        screen.query_one("#way-of-working").editor.focus()
        await pilot.press("right")
        await until(lambda: meeting.file.case.pack != "parent-child")
        await until(lambda: screen.pack.id == meeting.file.case.pack)
