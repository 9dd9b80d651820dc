"""The live review: what the client sees, each rung's own way of showing, and the ladder, with a player that plays nothing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.builders import NOW, SAMPLES, add_clip, add_film, add_question, give_consents
from tests.support.slow_player import Slow
from tests.support.waiting import on_top, screen_text, until
from vigtui.domain.clip import Clip
from vigtui.domain.moment import MomentState
from vigtui.domain.playback import UNNAMED, KeyPressed, PlayerGone
from vigtui.domain.timecode import Millis
from vigtui.player.null import NullPlayer
from vigtui.screens.dialogs import PickDialog
from vigtui.screens.live import LiveReview
from vigtui.screens.playing import ON_ITS_WAY
from vigtui.services import moments, reviews
from vigtui.services.films import path_of
from vigtui.settings import load_settings

SIZE = (80, 24)


class Recorder(NullPlayer):
    """Also remembers what stands over the picture, and how it looks."""

    def __init__(self) -> None:
        super().__init__(length=Millis(60_000))
        self.words: str | None = None
        self.black = True
        self.look: dict[str, object] = {}

    async def overlay(self, words):
        await super().overlay(words)
        self.words = words

    async def blank(self):
        await super().blank()
        self.black, self.words = True, None

    async def open(self, film, **where):
        opened = await super().open(film, **where)
        self.black = False
        return opened

    async def set_volume(self, percent):
        self.look["volume"] = percent

    async def set_zoom(self, factor):
        self.look["zoom"] = factor

    async def set_screen(self, number):
        self.look["screen"] = number

    async def fullscreen(self, on):
        self.look["full"] = on


@pytest.fixture
def meeting(house):
    """Two clips of 6.2 seconds, everyone's consent."""
    add_question(house, "I wait")
    film = add_film(house)
    path = path_of(house.library.folder, film)
    path.parent.mkdir(mode=0o700)
    Path(path).write_bytes(b"film")
    for start in (12_000, 40_000):
        add_clip(house, film, start)
    give_consents(house)
    return house


async def live(pilot, app, house, *, rung: str = "see", player: NullPlayer | None = None):
    """Go into the live review, on a rung of the first clip."""
    app.desk.player = player or Recorder()
    await house.open(app, "review")
    await pilot.press("f10")
    await until(lambda: isinstance(app.screen, LiveReview) and app.screen._steps)
    screen = app.screen
    await screen._stand_on([one.step.rung.id for one in screen._steps].index(rung))
    await on_top(app, LiveReview)
    return screen


def clip_line(app) -> str:
    """The line that tells of the clip; a notice may stand over it on the screen."""
    return str(app.screen.query_one("#clip").content)


def change_clip(house, **fields):
    clip = house.file.clips[0]
    house.change(lambda work: work.update(Clip, clip.id, **fields) and work.did("clip", house.case_id))


async def until_at(screen, at):
    await until(lambda: screen.desk.player.state.position >= at, limit=10)


async def test_the_question_comes_and_goes_and_never_the_hint(meeting):
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await live(pilot, app, meeting)
        player = app.desk.player
        await pilot.press("space")
        await until(lambda: player.state.playing)
        await pilot.press("Q")
        await until(lambda: player.words == "What do you notice?")
        assert not player.state.playing
        assert "with the question" in screen_text(app)
        await pilot.press("Q")
        await until(lambda: player.words is None)
        await pilot.press("Q", "down")
        await until(lambda: player.words is None and screen.ready.step.rung.id == "child")
        assert not player.black


@pytest.mark.parametrize("words", SAMPLES)
async def test_any_opening_question_can_be_shown(meeting, words):
    change_clip(meeting, opening_question=words)
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot, app, meeting)
        await pilot.press("Q")
        await until(lambda: app.desk.player.words == words)
        assert app.desk.player.black
        assert "the client sees black" in screen_text(app)


async def test_a_clip_brings_its_volume_zoom_and_speed_and_leaves_none(meeting):
    change_clip(meeting, volume=120, zoom=2.0, speed=2.0)
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot, app, meeting)
        player = app.desk.player
        await pilot.press("f", "space")
        await until(lambda: player.state.playing)
        assert (player.look["volume"], player.look["zoom"], player.look["full"]) == (120, 2.0, True)
        assert player.state.speed == 2.0
        await pilot.press("escape")
        await until(lambda: not isinstance(app.screen, LiveReview))
        assert player.look == {"volume": 100, "zoom": 1.0, "screen": None, "full": False}
        assert player.state.speed == 1.0
        assert player.black


async def test_the_clients_turn_comes_when_the_clip_has_run_and_not_before(meeting):
    change_clip(meeting, speed=4.0)
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot, app, meeting)
        player = app.desk.player
        await pilot.press("space")
        await until_at(app.screen, 13_000)
        await pilot.press("space")
        await until(lambda: not player.state.playing)
        assert "turn" not in screen_text(app)
        await pilot.press("space")
        await until(lambda: "it is the client's turn" in screen_text(app))
        assert player.state.position == 18_200
        assert not player.black
        await pilot.press("right")
        await until(lambda: player.black)
        assert "turn" not in screen_text(app)


async def test_black_after_the_clip_where_that_is_set(meeting):
    change_clip(meeting, speed=4.0)
    app = meeting.app()
    app.desk.settings = replace(app.desk.settings, after_clip="black")
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot, app, meeting)
        await pilot.press("space")
        await until(lambda: not app.desk.player.black)
        await until(lambda: app.desk.player.black)
        await until(lambda: "it is the client's turn" in screen_text(app))
        await pilot.press("z")
        await until(lambda: not app.desk.player.black)
        assert app.desk.player.state.position == 18_200


async def test_every_rung_shows_the_clip_in_its_own_way(meeting):
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await live(pilot, app, meeting, rung="child")
        player = app.desk.player
        await pilot.press("space")
        await until(lambda: player.state.playing)
        assert player.state.speed == 0.5
        await until_at(screen, 12_100)
        await pilot.press("down", "space", "space")
        await until(lambda: player.state.playing and player.state.speed == 1)
        assert player.state.position < 12_500
        await pilot.press("down", "space", "space")
        await until(lambda: player.state.loop is not None and player.state.playing)
        await pilot.press("down", "space", "space")
        await until(lambda: player.state.loop is None and not player.state.playing)
        await until(lambda: player.state.position == 15_120)
        await pilot.press("space")
        await until(lambda: player.state.playing and player.state.position > 15_120)
        await pilot.press("h")
        await until(lambda: not player.state.playing)


async def test_no_key_shows_a_frame_outside_of_the_clip(meeting):
    app = meeting.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await live(pilot, app, meeting)
        player = app.desk.player
        await pilot.press("comma", "comma")
        await until(lambda: "The clip begins here." in screen_text(app))
        assert player.state.position == 12_000
        await player.seek(Millis(18_160))
        await pilot.press("full_stop", "full_stop")
        await until(lambda: "The clip ends here." in screen_text(app))
        assert player.state.position == 18_200


async def test_the_run_up_leaves_out_what_is_private(meeting):
    film = meeting.file.films[0]

    def hide(work):
        hard = moments.mark(work, film, Millis(10_000), Millis(11_000))
        moments.set_state(work, hard, MomentState.PRIVATE, film.cycle_id)

    clip = meeting.file.moment(meeting.file.clips[0].moment_id)
    assert reviews.lead_of(meeting.file, clip, Millis(2000)) == 2000
    meeting.change(hide)
    assert reviews.lead_of(meeting.file, clip, Millis(2000)) == 999
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot, app, meeting)
        await pilot.press("b")
        await until(lambda: app.desk.player.state.playing)
        assert 11_040 <= app.desk.player.state.position < 12_000


async def test_a_still_is_held_and_does_not_move(meeting):
    film = meeting.file.films[0]

    def add(work):
        still = moments.mark(work, film, Millis(30_000), Millis(30_000), still=True)
        moments.set_state(work, still, MomentState.CHOSEN, film.cycle_id)

    meeting.change(add)
    app = meeting.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await live(pilot, app, meeting)
        await pilot.press("right", "right")
        await until(lambda: app.screen.clip.position == 3)
        for key in ("space", "a", "b", "l", "h", "comma", "full_stop", "s", "space"):
            await pilot.press(key)
            await until(lambda: app.desk.player.state.position == 30_000 and not app.desk.player.state.playing)
        assert app.desk.player.state.loop is None
        assert "This clip is a still" in screen_text(app)
        assert "it is the client's turn" in clip_line(app)


async def test_a_film_that_is_gone_is_a_sentence_and_black(meeting):
    path = path_of(meeting.library.folder, meeting.file.films[0])
    app = meeting.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await live(pilot, app, meeting)
        await pilot.press("space")
        await until(lambda: app.desk.player.state.playing)
        path.rename(path.with_suffix(".away"))
        await pilot.press("right", "space")
        await until(lambda: "not where it was" in " ".join(screen_text(app).split()))
        assert app.desk.player.black
        assert screen._shown is None
        await pilot.press("t", *"still writing", "enter")
        await until(lambda: meeting.file.review_notes)
        path.with_suffix(".away").rename(path)
        await pilot.press("space")
        await until(lambda: app.desk.player.state.playing)


async def test_a_window_that_is_closed_is_a_sentence_and_space_goes_on(meeting):
    app = meeting.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await live(pilot, app, meeting)
        await pilot.press("space")
        await until_at(app.screen, 12_200)
        await app.desk.player.pause()
        app.desk.player._listeners.tell(PlayerGone("The window with the film was closed.", "Press space."))
        await until(lambda: "was closed" in screen_text(app))
        assert "the client sees black" in clip_line(app)
        await pilot.press("space")
        await until(lambda: app.desk.player.state.playing)
        assert app.desk.player.state.position >= 12_200


async def test_many_keys_at_once_leave_it_in_order(meeting):
    app = meeting.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await live(pilot, app, meeting)
        await pilot.press(*["space", "a", "l", "right", "z", "left", "b", "Q", "s", "h"] * 4, "right")
        await until(lambda: screen.clip.position == 2 and app.desk.player.black, limit=10)
        assert app.desk.player.words is None


async def test_ticks_are_set_kept_and_taken_back(meeting):
    app = meeting.app()
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await live(pilot, app, meeting)
        await pilot.press("enter", "up", "enter")
        await until(lambda: [one.rung for one in meeting.file.review_steps if one.ticked] == ["see"])
        await until(lambda: "✓ See" in screen_text(app) and "▶ · The child" in screen_text(app))
        await pilot.press("up", "x")
        await until(lambda: not any(one.ticked for one in meeting.file.review_steps))
        await until(lambda: "✓ See" not in screen_text(app))
        await pilot.press("pagedown")
        await until(lambda: screen.ready.step.phase.id == "gather")
        await pilot.press("pageup", "j")
        await on_top(app, PickDialog)
        await pilot.press("up", "enter")
        await until(lambda: app.screen is screen and screen.ready.step.phase.id == "frame")


async def test_minutes_of_the_phase_go_on_after_a_restart(meeting):
    now = NOW
    app = meeting.app()
    app.desk.clock = lambda: now
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot, app, meeting)
        now += timedelta(minutes=7)
        app.screen.show_phase()
        await until(lambda: "7 min of 8 to 15" in screen_text(app))
        assert "in all 7 of 60 min" in screen_text(app)
        await pilot.press("escape")
        await until(lambda: not isinstance(app.screen, LiveReview))
        now += timedelta(minutes=2)
        await meeting.open(app, "review")
        await pilot.press("f10")
        await on_top(app, LiveReview)
        await until(lambda: "9 min of 8 to 15" in screen_text(app))


async def test_keys_of_the_films_window_write_where_something_is_written(meeting):
    app = meeting.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await live(pilot, app, meeting)
        tell = app.desk.player._listeners.tell
        for key in ("q", "o", "space", "apostrophe", "Q", "ä", UNNAMED, "enter"):
            tell(KeyPressed(key))
            await pilot.pause()
        await until(lambda: [one.words for one in meeting.file.review_notes] == ["o 'Qä"])
        assert "does not come through" in screen_text(app)
        await until(lambda: screen.focused is None)
        tell(KeyPressed("w"))
        tell(KeyPressed("down"))
        await until(lambda: screen.ready.step.rung.id == "child")
        assert len(meeting.file.review_notes) == 2


async def test_the_clients_screen_is_chosen_filled_and_remembered(meeting, tmp_path):
    app = meeting.app()
    app.desk.config = tmp_path / "config"
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot, app, meeting)
        await pilot.press("F")
        await on_top(app, PickDialog)
        await pilot.press("3")
        await until(lambda: app.desk.player.look.get("full"))
        assert app.desk.player.look["screen"] == 2
        await until(lambda: load_settings(tmp_path / "config").client_screen == 2)
        assert app.desk.settings.client_screen == 2


async def test_notes_are_taken_while_the_film_is_on_its_way_and_other_keys_come_after_it(meeting):
    app, slow = meeting.app(), Slow(length=Millis(60_000))
    async with app.run_test(size=SIZE) as pilot:
        screen = await live(pilot, app, meeting, player=slow)
        await pilot.press("space")
        await until(lambda: ON_ITS_WAY in clip_line(app) and "the client sees black" in clip_line(app))
        assert ON_ITS_WAY in screen_text(app)
        await pilot.press("q", *"she laughs", "enter", "w")
        await until(lambda: [one.words for one in meeting.file.review_notes] == ["she laughs", ""])
        assert {one.at_ms for one in meeting.file.review_notes} == {None}, "black is no place in the film"
        before = screen.at
        await pilot.press("z", "right")
        assert (screen.at, slow.opened, slow.black) == (before, 1, True)
        slow.comes.set()
        await until(lambda: screen.clip.position == 2 and ON_ITS_WAY not in clip_line(app))
        assert slow.black
        assert not slow.state.playing
        await pilot.press("space")
        await until(lambda: slow.state.playing and screen._shown == screen.clip.id)
        assert ON_ITS_WAY not in clip_line(app)


async def test_a_review_that_ends_while_its_film_is_on_its_way_ends_black(meeting):
    app, slow = meeting.app(), Slow(length=Millis(60_000))
    async with app.run_test(size=SIZE) as pilot:
        await live(pilot, app, meeting, player=slow)
        await pilot.press("space")
        await until(lambda: ON_ITS_WAY in clip_line(app))
        slow.comes.set()
        await pilot.press("f10")
        await until(lambda: not isinstance(app.screen, LiveReview))
        assert slow.black
        assert not slow.state.playing


async def test_black_after_the_clip_holds_where_a_key_waits_for_the_film(meeting):
    """The clip ends while the film has not done yet what a key asked for."""
    app, slow = meeting.app(), Slow(length=Millis(60_000))
    app.desk.settings = replace(app.desk.settings, after_clip="black")
    slow.comes.set()
    async with app.run_test(size=SIZE) as pilot:
        screen = await live(pilot, app, meeting, player=slow)
        await pilot.press("space")
        await until(lambda: slow.state.playing)
        slow.comes.clear()
        waits = screen.take_turn(slow.comes.wait)
        await waits
        await until(lambda: ON_ITS_WAY in clip_line(app))
        await slow.seek(screen.moment.out_ms)
        await slow.pause()
        await pilot.pause()
        assert not slow.black
        slow.comes.set()
        await until(lambda: slow.black and screen._shown is None)
