"""The log of supervision, its page, and the review's own film on Film and on the workbench; all by keyboard."""

import hashlib
import shutil
from datetime import date

import pytest

from tests.support.builders import SAMPLES, _Facts, add_clip, add_film, add_question, give_consents
from tests.support.waiting import on_top, screen_text, settled, until
from vigtui.domain.audit import Export
from vigtui.domain.consent import Purpose
from vigtui.domain.film import FilmKind
from vigtui.domain.moment import MomentState
from vigtui.domain.timecode import Millis
from vigtui.media.puppet import make_puppet_play
from vigtui.player.window import WindowPlayer
from vigtui.screens.dialogs import FormDialog, PickDialog, TickDialog
from vigtui.screens.pick_film import PathInput, PickFilm
from vigtui.screens.supervision import SupervisionScreen
from vigtui.screens.supervision_page import SupervisionPageScreen
from vigtui.screens.today import TodayScreen
from vigtui.screens.training import TrainingScreen
from vigtui.services import films, moments, supervision
from vigtui.services.packs import SHIPPED, PackShelf

SIZE = (80, 24)
RUBRIC = """
[rubric]
levels = ["not yet", "mostly"]

[[rubric.items]]
id = "waits"
words = "I wait [long enough]"
"""


def log(house) -> supervision.SupervisionLog:
    return house.library.read(supervision.load)


def add_own_film(house):
    """A film of the review; there is no file behind it."""
    file = house.file

    def add(work):
        film_id = work.new_id()
        made = films.Intake(
            film_id, f"films/{film_id}.mp4", "talk.mp4", hashlib.sha256(film_id.encode()).hexdigest(), 3, _Facts()
        )
        return films.add_film(work, house.case_id, file.cycle_now.id, made, seen=file.people, kind=FilmKind.REVIEW)

    return house.change(add)


def add_meeting(house, *, bring: bool = True):
    cycle = house.file.cycle_now

    def add(work):
        made = supervision.add(work, date(2026, 5, 12), "Dr Vale", 90)
        if bring:
            supervision.bring(work, made.id, cycle.id, True)
        return made

    return house.change(add)


async def to_supervision(app, pilot):
    await on_top(app, TodayScreen)
    await pilot.press("f6")
    await until(lambda: isinstance(app.screen, SupervisionScreen) and "Supervision" in screen_text(app))
    return app.screen


async def test_a_meeting_is_kept_changed_brought_to_signed_off_and_undone_by_keys(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await to_supervision(app, pilot)
        await until(lambda: "No supervision yet" in screen_text(app))
        await pilot.press("a")
        await on_top(app, FormDialog)
        await pilot.press("tab", *"Dr Vale", "enter", *" 30", "f10")
        await until(lambda: app.screen is screen and "1 h 30 min" in screen_text(app))
        await pilot.press("b")
        await on_top(app, TickDialog)
        await pilot.press("space", "escape")
        await until(lambda: "K17 cycle 1" in screen_text(app))
        await pilot.press("enter", *"What [do] I miss?")
        await settled(pilot)
        await pilot.press("escape", "s")
        await until(lambda: "signed off" in screen_text(app) and log(house).meetings[0].signed_off_on)
        (meeting,) = log(house).meetings
        assert (meeting.held_on, meeting.supervisor, meeting.minutes) == (date(2026, 5, 14), "Dr Vale", 90)
        assert (meeting.question, meeting.signed_off_on) == ("What [do] I miss?", date(2026, 5, 14))
        await pilot.press("u", "u")
        await until(lambda: log(house).meetings[0].question == "")
        await pilot.press("x")
        await until(lambda: "No supervision yet" in screen_text(app))
        await pilot.press("u")
        await until(lambda: [one.words for one in log(house).brought[meeting.id]] == ["K17 cycle 1"])
        await pilot.press("f7")
        await on_top(app, TrainingScreen)
        await pilot.press("escape")
        await on_top(app, TodayScreen)


@pytest.mark.parametrize("words", SAMPLES)
async def test_words_come_back_as_typed(house, words):
    made = add_meeting(house)
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await to_supervision(app, pilot)
        for name in ("supervisor", "question", "self_rating", "learning"):
            field = screen.query_one(f"#{name}")
            field.put(f"{words}\x1b[31m\x07")
            field.send()
        await settled(pilot)
        kept = log(house).meeting(made.id)
        assert {kept.supervisor, kept.question, kept.self_rating, kept.learning} == {f"{words}[31m"}


async def test_what_cannot_be_is_refused_beside_the_field_and_nothing_is_lost(house):
    made = add_meeting(house)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await to_supervision(app, pilot)
        screen.query_one("#minutes").editor.focus()
        await pilot.press("x")
        await until(lambda: "is not a whole number" in screen_text(app))
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert app.screen is screen
        assert log(house).meeting(made.id).minutes == 90


async def test_going_to_another_meeting_keeps_what_was_typed_with_the_first(house):
    first, second = add_meeting(house), add_meeting(house)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await to_supervision(app, pilot)
        screen.query_one("#meetings").choose(first.id)
        await until(lambda: screen.meeting.id == first.id)
        await pilot.press("enter", *"mine", "escape", "up")
        await settled(pilot)
        await until(lambda: screen.meeting.id == second.id)
        assert screen.query_one("#question").value == ""
        assert (log(house).meeting(first.id).question, log(house).meeting(second.id).question) == ("mine", "")


async def test_without_a_rubric_the_own_rating_is_free_text(house):
    add_meeting(house)
    app = house.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await to_supervision(app, pilot)
        await pilot.press("r")
        await until(lambda: "No pack has a rubric" in screen_text(app))
        assert screen.query_one("#self_rating").editor.has_focus


async def test_own_work_is_rated_on_the_rubric_of_the_services_pack(house, tmp_path):
    own = tmp_path / "packs"
    own.mkdir()
    text = (SHIPPED / "parent-child.toml").read_text("utf-8") + RUBRIC
    (own / "own.toml").write_text(text, "utf-8")
    (own / "two.toml").write_text(text.replace('id = "parent-child"', 'id = "two"', 1), "utf-8")
    made = add_meeting(house)
    unbound = add_meeting(house, bring=False)
    app = house.app()
    app.desk.packs = PackShelf([own])
    async with app.run_test(size=SIZE) as pilot:
        screen = await to_supervision(app, pilot)
        screen.query_one("#meetings").choose(made.id)
        await until(lambda: screen.meeting.id == made.id)
        await pilot.press("r")
        await until(lambda: "I wait [long enough]" in screen_text(app))
        await pilot.press("right", "right", "f10")
        await until(lambda: log(house).meeting(made.id).self_rating == "I wait [long enough]: mostly")
        await pilot.press("r")
        await until(lambda: "‹ mostly ›" in screen_text(app))
        await pilot.press("escape")
        screen.query_one("#meetings").choose(unbound.id)
        await until(lambda: screen.meeting.id == unbound.id)
        await pilot.press("r")
        await on_top(app, PickDialog)


async def test_the_page_asks_for_consent_and_a_reason_goes_past_it(house):
    film = add_film(house)
    add_clip(house, film)
    add_meeting(house)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await to_supervision(app, pilot)
        await pilot.press("p")
        await until(lambda: isinstance(app.screen, FormDialog) and "Anna for supervision" in screen_text(app))
        await pilot.press("f10")
        await until(lambda: "needs a written reason" in screen_text(app))
        await pilot.press("escape")
        await until(lambda: app.screen is screen)
        await pilot.press("p")
        await on_top(app, FormDialog)
        await pilot.press(*"by phone", "f10")
        await on_top(app, SupervisionPageScreen)


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    return make_puppet_play(tmp_path_factory.mktemp("play") / "talk [b].mp4", seconds=6, keyframe_seconds=3)


async def test_the_page_shows_clips_of_both_films_and_plays_them(house, play, tmp_path):
    add_question(house, "I wait")
    give_consents(house, Purpose.SUPERVISION)
    clip = add_clip(house, add_film(house))
    own = add_own_film(house)
    path = house.library.folder / own.location
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(play.path, path)

    def mark(work):
        moments.set_clip(work, clip.id, why="Mia [looks] up")
        moment = moments.mark(work, own, Millis(1_000), Millis(2_000), note="I wait")
        moments.toggle_principle(work, moment.id, "attentive.space")
        hidden = moments.mark(work, own, Millis(3_000), Millis(4_000), note="hidden")
        moments.set_state(work, hidden, MomentState.PRIVATE, own.cycle_id)
        return moments.set_state(work, moment, MomentState.CHOSEN, own.cycle_id)

    house.change(mark)
    add_meeting(house)
    app = house.app()
    app.desk.player = WindowPlayer(runtime_dir=tmp_path, video_output="null", audio_output="null")
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await to_supervision(app, pilot)
        await pilot.press("p")
        await until(lambda: isinstance(app.screen, SupervisionPageScreen) and "Mia [looks] up" in screen_text(app))
        shown = screen_text(app)
        assert "Practitioner and parent: gives time and space" in shown
        assert "hidden" not in shown
        await until(lambda: "How can I tell what Mia wants?" in screen_text(app))
        await pilot.press("enter")
        await until(lambda: "The film is not where it was" in screen_text(app))
        await pilot.press("down", "enter")
        await until(lambda: app.desk.player.state.playing)
        assert app.desk.player.state.film == str(path)
        await until(lambda: not app.desk.player.state.playing and app.desk.player.state.position >= 1_900)
        await pilot.press("escape")
        await on_top(app, SupervisionScreen)


@pytest.mark.parametrize("suffix", ["html", "md", "txt"])
async def test_the_page_is_written_and_each_case_keeps_a_line_of_it(house, tmp_path, suffix):
    give_consents(house, Purpose.SUPERVISION)
    clip = add_clip(house, add_film(house))
    house.change(lambda work: moments.set_clip(work, clip.id, why="Mia looks up"))
    made = add_meeting(house)
    house.change(lambda work: supervision.change(work, made.id, question="What do I miss?"))
    target = tmp_path / f"page.{suffix}"
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await to_supervision(app, pilot)
        await pilot.press("p")
        await on_top(app, SupervisionPageScreen)
        await pilot.press("p")
        await on_top(app, FormDialog)
        app.screen._editors["to"].value = str(target)
        await pilot.press("f10")
        await until(target.exists)
        (export,) = house.library.read(lambda work: work.find(Export))
        assert (export.kind, export.purpose, export.case_id) == ("report supervision", "supervision", house.case_id)
    words = target.read_text("utf-8")
    for said in ("Dr Vale", "What do I miss?", "K17 cycle 1", "Mia looks up", "00:12"):
        assert said in words
    assert target.stat().st_mode & 0o077 == 0


async def test_on_the_bench_f_reaches_the_review_film_and_choosing_is_for_supervision(house):
    add_clip(house, add_film(house))
    own = add_own_film(house)
    moment = house.change(lambda work: moments.mark(work, own, Millis(1_000), Millis(2_000), note="I wait"))
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        await house.open(app, "clips")
        await until(lambda: "film 1 (f)" in screen_text(app) and "1. 00:12.0" in screen_text(app))
        await pilot.press("f")
        await until(lambda: "review film 1 (f)" in screen_text(app))
        assert "Practitioner" in screen_text(app)
        assert "For supervision: s on a moment" in screen_text(app)
        assert "1. 00:12.0" not in screen_text(app)
        await pilot.press("s")
        await until(lambda: house.file.moment(moment.id).state is MomentState.CHOSEN)
        assert len(house.file.clips) == 1
        await pilot.press("w")
        await until(lambda: isinstance(app.screen, PickDialog) and "practitioner" in screen_text(app))
        await pilot.press("1")
        await until(lambda: house.file.moment(moment.id).initiator == "practitioner")
        await pilot.press("1")
        await until(lambda: "Being attentive (Practitioner and parent)" in screen_text(app))
        await pilot.press("2")
        await until(lambda: house.file.principles_of(moment.id) == ("attentive.space",))
        await pilot.press("f")
        await until(lambda: "1. 00:12.0" in screen_text(app))


async def test_a_film_of_the_review_is_added_in_a_list_of_its_own(house, play):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "film")
        screen.query_one("#review-films").focus()
        await pilot.press("a")
        await on_top(app, PickFilm)
        app.screen.query_one(PathInput).value = str(play.path)
        await pilot.press("enter")
        await until(lambda: app.screen is screen and house.file.films, limit=10)
        await until(lambda: "not noted yet that all agree" in screen_text(app))
        (film,) = house.file.films
        assert (film.kind, film.number) == (FilmKind.REVIEW, 1)
        assert house.file.films_of(house.file.cycle_now.id) == []
        await until(lambda: "consent for supervision is missing of Anna, Mia" in screen_text(app))
        await pilot.press("e")
        await until(lambda: "Who is seen in review film 1?" in screen_text(app))


async def test_search_leads_to_the_meeting(house):
    first = add_meeting(house)
    add_meeting(house)
    house.change(lambda work: supervision.change(work, first.id, learning="wait for the needle"))
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await house.open(app, "case")
        await pilot.press("f9", *"needle")
        await until(lambda: "wait for the needle" in screen_text(app))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, SupervisionScreen) and app.screen.meeting)
        await until(lambda: app.screen.meeting.id == first.id)
        await pilot.press("escape")
        await until(lambda: getattr(app.screen, "here", "") == "case")
