"""What every placement of the player promises."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from tests.player.watching import Film, Heard, Player, playback
from tests.support.laptop import Pair
from vigtui.domain.errors import FilmError, FilmMissing, PlayerError
from vigtui.domain.playback import Playback
from vigtui.domain.timecode import Millis, Span
from vigtui.media.probe import written_times
from vigtui.player.driver import MpvPlayer
from vigtui.player.either import EitherPlayer
from vigtui.player.null import NullPlayer
from vigtui.player.stills import StillsPlayer
from vigtui.player.terminal import Terminal
from vigtui.player.window import Window


@dataclass
class Case:
    player: Player
    film: Film
    heard: Heard


@pytest.fixture(
    params=["null", "window silent.mp4", "window even.mp4", "terminal even.mp4", "stills even.mp4", "laptop"]
)
async def case(request: pytest.FixtureRequest, films: Callable[[str], Film], tmp_path: Path) -> AsyncIterator[Case]:
    if request.param == "null":
        path = tmp_path / "imagined.mp4"
        path.write_bytes(b"film")
        player: Player = NullPlayer(length=Millis(6000))
        film = Film(path, tuple(range(0, 6000, 40)))
    elif request.param == "laptop":
        film = films("even.mp4")
        pair = await Pair(tmp_path / "line").start()
        here = MpvPlayer(Terminal(runtime_dir=tmp_path / "run", audio_output="null"))
        player = EitherPlayer(pair.player, here)
        yield Case(player, film, Heard(player))
        await player.close()
        await pair.close()
        return
    elif request.param == "stills even.mp4":
        film = films("even.mp4")
        player = StillsPlayer(lambda film, track: written_times(film, track=track))
    else:
        place, name = request.param.split()
        homes = {
            "window": lambda: Window(runtime_dir=tmp_path / "run", video_output="null", audio_output="null"),
            "terminal": lambda: Terminal(runtime_dir=tmp_path / "run", audio_output="null"),
        }
        player = MpvPlayer(homes[place]())
        film = films(name)
    yield Case(player, film, Heard(player))
    await player.close()


class TestPlayerContract:
    async def test_open_shows_the_first_frame_and_pauses(self, case: Case) -> None:
        state = await case.player.open(case.film.path)
        assert state == case.player.state
        assert (state.film, state.position, state.playing, state.ended) == (str(case.film.path), 0, False, False)
        assert state.length is not None
        assert abs(state.length - case.film.last - 40) <= 10

    async def test_open_at_a_place_playing(self, case: Case) -> None:
        state = await case.player.open(case.film.path, at=Millis(1010), playing=True)
        assert state.playing
        assert 1040 <= state.position < 1400  # it plays already
        await case.heard.until(playback(lambda state: state.position >= 1200))

    async def test_a_missing_film(self, case: Case) -> None:
        await case.player.open(case.film.path, at=Millis(800))
        with pytest.raises(FilmMissing):
            await case.player.open(case.film.path.with_name("nowhere.mp4"))
        with pytest.raises(FilmMissing):
            await case.player.open(case.film.path.parent)
        assert case.player.state.film == str(case.film.path)
        assert await case.player.step(1) == 840

    async def test_an_empty_film_leaves_the_one_before(self, case: Case, tmp_path: Path) -> None:
        await case.player.open(case.film.path, at=Millis(800), playing=True)
        empty = tmp_path / "empty.mp4"
        empty.touch()
        with pytest.raises(FilmError) as caught:
            await case.player.open(empty)
        assert not isinstance(caught.value, FilmMissing)
        state = case.player.state
        assert (state.film, state.playing) == (str(case.film.path), False)
        assert state.position >= 800
        assert await case.player.step(1) == state.position + 40

    async def test_nothing_open(self, case: Case) -> None:
        assert await case.player.pause() == 0
        for command in (case.player.play(), case.player.seek(Millis(1)), case.player.step(1)):
            with pytest.raises(PlayerError):
                await command

    async def test_seek_goes_to_the_first_frame_at_or_after(self, case: Case) -> None:
        await case.player.open(case.film.path)
        for to in (1000, 1001, 1035, 1037, 39, 40, 5):
            assert await case.player.seek(Millis(to)) == case.film.at_or_after(to) == case.player.state.position

    async def test_seek_stays_within_the_film(self, case: Case) -> None:
        await case.player.open(case.film.path)
        assert await case.player.seek(Millis(10**7)) == case.film.last
        assert case.player.state.ended
        assert await case.player.seek(Millis(-5)) == 0
        assert not case.player.state.ended

    async def test_seek_while_playing_plays_on(self, case: Case) -> None:
        await case.player.open(case.film.path, playing=True)
        assert await case.player.seek(Millis(2000)) == 2000
        assert case.player.state.playing
        await case.heard.until(playback(lambda state: state.position > 2100))

    async def test_steps_visit_every_frame(self, case: Case) -> None:
        await case.player.open(case.film.path, at=Millis(400))
        assert [await case.player.step(1) for _ in range(5)] == [440, 480, 520, 560, 600]
        assert [await case.player.step(-1) for _ in range(3)] == [560, 520, 480]
        assert await case.player.step(4) == 640
        assert await case.player.step(-6) == 400

    async def test_steps_stop_at_both_ends(self, case: Case) -> None:
        await case.player.open(case.film.path)
        assert await case.player.step(-3) == 0
        await case.player.seek(Millis(case.film.last - 40))
        assert await case.player.step(5) == case.film.last
        assert case.player.state.ended
        assert await case.player.step(-1) == case.film.last - 40
        assert not case.player.state.ended

    async def test_a_step_pauses(self, case: Case) -> None:
        await case.player.open(case.film.path, playing=True)
        await case.heard.until(playback(lambda state: state.position >= 200))
        at = await case.player.step(1)
        assert at in case.film.times
        assert not case.player.state.playing

    async def test_pause_tells_the_frame_that_stays(self, case: Case) -> None:
        await case.player.open(case.film.path, playing=True)
        await case.heard.until(playback(lambda state: state.position >= 300))
        at = await case.player.pause()
        assert at in case.film.times
        assert await case.player.seek(at) == at
        assert await case.player.position() == at
        await case.player.play()
        await case.heard.until(playback(lambda state: state.position > at + 100))

    async def test_position_while_playing(self, case: Case) -> None:
        await case.player.open(case.film.path, playing=True)
        await case.heard.until(playback(lambda state: state.position >= 200))
        assert await case.player.position() >= 200
        assert case.player.state.playing

    async def test_the_end_is_held_and_play_begins_again(self, case: Case) -> None:
        await case.player.open(case.film.path, at=Millis(case.film.last - 400), playing=True)
        ended = await case.heard.until(playback(lambda state: state.ended))
        assert isinstance(ended, Playback)
        assert (ended.position, ended.playing) == (case.film.last, False)
        await case.player.play()
        assert case.player.state.position < 400
        await case.heard.until(playback(lambda state: state.playing and 200 < state.position < 1000))

    async def test_speed_is_limited_told_and_real(self, case: Case) -> None:
        await case.player.set_speed(99)
        await case.player.open(case.film.path, playing=True)
        assert case.player.state.speed == 4
        await case.heard.until(playback(lambda state: state.position > 4000), limit=3)
        await case.player.set_speed(0)
        assert case.player.state.speed == 0.1

    async def test_a_step_is_one_frame_at_every_speed(self, case: Case) -> None:
        await case.player.open(case.film.path)
        for speed in (0.1, 4):
            await case.player.set_speed(speed)
            before = case.player.state.position
            assert await case.player.step(2) == before + 80
            assert case.player.state.speed == speed

    async def test_a_loop_goes_round_and_stays_within(self, case: Case) -> None:
        span = Span(Millis(1000), Millis(1320))
        await case.player.open(case.film.path, at=Millis(3000), playing=True)
        await case.player.loop(span)
        assert case.player.state.playing

        def looping() -> list[Playback]:
            return [state for state in case.heard.states if state.loop == span]

        await case.heard.until(lambda _: sum(b.position < a.position for a, b in pairwise(looping())) >= 4)
        assert all(state.playing and 1000 <= state.position <= 1320 for state in looping())
        await case.player.loop(None)
        await case.heard.until(playback(lambda state: state.loop is None and state.position > 1600))

    async def test_a_loop_that_is_set_while_paused_waits(self, case: Case) -> None:
        span = Span(Millis(1000), Millis(1200))
        await case.player.open(case.film.path)
        await case.player.loop(span)
        state = case.player.state
        assert (state.position, state.playing, state.loop) == (1000, False, span)
        assert await case.player.seek(Millis(2000)) == 2000
        assert await case.player.step(1) == 2040
        assert case.player.state.loop == span

    async def test_a_span_is_played_once_with_its_lead(self, case: Case) -> None:
        await case.player.open(case.film.path)
        await case.player.play_span(Span(Millis(2000), Millis(2400)), lead=Millis(200))
        done = await case.heard.until(playback(lambda state: state.position >= 2000 and not state.playing))
        assert isinstance(done, Playback)
        assert (done.position, done.ended) == (2400, False)
        assert min(state.position for state in case.heard.states if state.playing) == 1800
        assert await case.player.seek(done.position) == 2400
        await case.player.play()
        await case.heard.until(playback(lambda state: state.position > 2600))

    async def test_a_span_goes_on_after_a_pause(self, case: Case) -> None:
        await case.player.open(case.film.path)
        await case.player.play_span(Span(Millis(1000), Millis(1600)))
        await case.heard.until(playback(lambda state: state.position >= 1200))
        assert 1200 <= await case.player.pause() < 1600
        await case.player.play()
        await case.heard.until(playback(lambda state: state.position == 1600 and not state.playing))

    async def test_a_span_at_the_very_end(self, case: Case) -> None:
        await case.player.open(case.film.path)
        await case.player.play_span(Span(Millis(case.film.last - 200), Millis(case.film.last)))
        await case.heard.until(playback(lambda state: state.position == case.film.last and not state.playing))

    async def test_blank_keeps_the_place(self, case: Case) -> None:
        await case.player.open(case.film.path, at=Millis(1000), playing=True)
        await case.player.blank()
        state = case.player.state
        assert (state.film, state.playing) == (str(case.film.path), False)
        assert await case.player.step(1) == state.position + 40

    async def test_reports_are_few_and_end(self, case: Case) -> None:
        await case.player.open(case.film.path, playing=True)
        await case.heard.until(playback(lambda state: state.position >= 1000))
        moving = [state for state in case.heard.states if 0 < state.position < 1000]
        assert 5 <= len(moving) <= 17
        case.heard.unsubscribe()
        case.heard.unsubscribe()
        count = len(case.heard.reports)
        await case.player.seek(Millis(0))
        assert len(case.heard.reports) == count

    async def test_close_ends_all(self, case: Case) -> None:
        await case.player.open(case.film.path, playing=True)
        await case.player.close()
        count = len(case.heard.reports)
        await case.player.close()
        with pytest.raises(PlayerError):
            await case.player.play()
        assert len(case.heard.reports) == count

    async def test_volume_and_fullscreen_are_taken(self, case: Case) -> None:
        await case.player.set_volume(130)
        await case.player.fullscreen(True)
        await case.player.open(case.film.path)
        await case.player.set_volume(-3)
        await case.player.fullscreen(False)

    async def test_zoom_and_screen_are_taken(self, case: Case) -> None:
        await case.player.set_screen(2)
        await case.player.set_zoom(99)
        await case.player.open(case.film.path)
        await case.player.set_zoom(0)
        await case.player.set_screen(None)
        assert case.player.state.position == 0

    async def test_words_pause_the_picture_and_go_when_it_plays(self, case: Case) -> None:
        await case.player.open(case.film.path, at=Millis(1000), playing=True)
        await case.player.overlay("What do you [see] {here}?\\N")
        state = case.player.state
        assert (state.covered, state.playing) == (True, False)
        await case.player.play()
        assert not case.player.state.covered
        await case.heard.until(playback(lambda now: now.position > state.position + 100))

    async def test_words_go_by_themselves(self, case: Case) -> None:
        await case.player.overlay("over black")
        assert case.player.state.covered
        await case.player.open(case.film.path)
        assert not case.player.state.covered
        for gone in (None, " "):
            await case.player.overlay("What do you see?")
            await case.player.step(1)
            assert case.player.state.covered
            await case.player.overlay(gone)
            assert not case.player.state.covered
        await case.player.overlay("What do you see?")
        await case.player.blank()
        assert not case.player.state.covered

    async def test_a_film_that_fails_while_it_is_black_brings_no_other_back(self, case: Case, tmp_path: Path) -> None:
        await case.player.open(case.film.path)
        await case.player.blank()
        with pytest.raises(FilmMissing):
            await case.player.open(tmp_path / "nowhere.mp4")
        assert case.player.state.film == str(case.film.path)
        assert await case.player.step(1) == 40
