"""The workbench with the real mpv on a film whose frames are known."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.builders import SAMPLES, add_question, build_house, give_consents
from tests.support.waiting import screen_text, settled, until
from vigtui.domain.moment import MomentState
from vigtui.domain.playback import PlayerGone
from vigtui.media.probe import frame_times
from vigtui.media.puppet import make_puppet_play
from vigtui.player.window import WindowPlayer
from vigtui.screens.dialogs import PickDialog
from vigtui.services import films
from vigtui.wiring import MediaTools

SIZE = (80, 24)


@pytest.fixture(scope="session")
def play(tmp_path_factory):
    """Twelve seconds of puppets, keyframes ten seconds apart."""
    return make_puppet_play(tmp_path_factory.mktemp("play") / "a [b] puppet.mp4", seconds=12, keyframe_seconds=10)


@pytest.fixture(scope="session")
def times(play):
    return frame_times(play.path)


@pytest.fixture
def bench(house, play, tmp_path):
    """The case with the film in it, and an app with the real player."""
    give_consents(house)
    add_question(house, "I wait")
    file = house.file
    intake = films.take_in(house.library, MediaTools(), play.path)
    house.change(lambda work: films.add_film(work, house.case_id, file.cycle_now.id, intake, seen=file.people))
    return house


def app_of(house, tmp_path):
    app = house.app()
    app.desk.player = WindowPlayer(runtime_dir=tmp_path, video_output="null", audio_output="null")
    return app


async def keep(pilot, app, house, *keys):
    """Press keys that end in a kept moment; gives the newest moment."""
    before = len(house.file.moments)
    await pilot.press(*keys)
    await until(lambda: len(house.file.moments) == before + 1)
    return house.file.moments[-1]


async def test_marks_are_frame_times_and_replay_lands_on_the_same_frame(bench, times, tmp_path):
    app = app_of(bench, tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await bench.open(app, "clips")
        first = await keep(
            pilot, app, bench, "right", "full_stop", "i", "right", "full_stop", "full_stop", "o", "enter"
        )
        assert (first.in_ms, first.out_ms) == (1040, 2120)
        await pilot.press("space")
        await until(lambda: app.desk.player.state.position > 2600)
        await pilot.press("i")
        await until(lambda: app.desk.player.state.position > 3200)
        second = await keep(pilot, app, bench, "o", "space", "enter")
        for moment in (first, second):
            assert {moment.in_ms, moment.out_ms} <= set(times)
        await pilot.press("f2")
        await until(lambda: "· Case" in screen_text(app))
        await pilot.press("f5")
        await until(lambda: "cycle 1 · Clips" in screen_text(app) and "film 1" in screen_text(app))
        for key, moment in (("home", first), ("end", second), ("home", first)):
            await pilot.press(key, "enter")
            await until(lambda moment=moment: app.desk.player.state.position == moment.in_ms)


async def test_reversed_marks_are_refused_and_nothing_is_lost(bench, tmp_path):
    app = app_of(bench, tmp_path)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await bench.open(app, "clips")
        await pilot.press("right", "right", "i", "left", "o")
        await until(lambda: "The out mark must come after the in mark." in screen_text(app))
        assert "in 00:02.000  out –" in screen_text(app)
        await pilot.press("enter")
        assert not bench.file.moments


async def test_what_is_in_a_moment_is_said_in_a_few_keys(bench, tmp_path):
    app = app_of(bench, tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        screen = await bench.open(app, "clips")
        await keep(pilot, app, bench, "i", "right", "o", "enter")
        await pilot.press("3", "2")
        await until(lambda: bench.file.moment_principles)
        await pilot.press("w", "1", "h", "1", "g", "1")
        await until(lambda: bench.file.moments[0].goal_id)
        moment = bench.file.moments[0]
        assert moment.initiator == bench.pack.initiators[0]
        assert moment.reception == bench.pack.receptions[0].id
        assert bench.file.moment_principles[0].principle == bench.pack.levels[2].behaviours[1].id
        await pilot.press("s")
        await until(lambda: bench.file.clips)
        assert bench.file.moments[0].state is MomentState.CHOSEN
        await pilot.press("s")
        await until(lambda: not bench.file.clips)
        assert bench.file.moments[0].state is MomentState.PRIVATE
        await pilot.press("u")
        await until(lambda: bench.file.clips)
        await pilot.press("3", "2")
        await until(lambda: not bench.file.moment_principles)
        assert screen.moment.id == moment.id


@pytest.mark.parametrize("words", SAMPLES)
async def test_notes_come_back_as_typed_and_belong_to_their_moment(bench, tmp_path, words):
    app = app_of(bench, tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        screen = await bench.open(app, "clips")
        await keep(pilot, app, bench, "i", "right", "o", "enter")
        await keep(pilot, app, bench, "i", "right", "o", "enter")
        await pilot.press("n")
        note = screen.query_one("#note")
        note.editor.value = words
        await pilot.press("enter", "up", "n")
        note.editor.value = "the first"
        await pilot.press("enter")
        await settled(pilot)
        assert [moment.note for moment in bench.file.moments] == ["the first", words]
        assert words.strip("\u200f")[:6] in screen_text(app)


async def test_a_note_pauses_and_enter_goes_on_a_second_earlier(bench, tmp_path):
    app = app_of(bench, tmp_path)
    player = app.desk.player
    async with app.run_test(size=SIZE) as pilot:
        await bench.open(app, "clips")
        await keep(pilot, app, bench, "i", "right", "o", "enter")
        await pilot.press("space")
        await until(lambda: player.state.position > 2500)
        await pilot.press("n")
        stood = player.state.position
        assert not player.state.playing
        await pilot.press("x", "enter")
        await until(lambda: player.state.playing)
        assert player.state.position < stood
        assert bench.file.moments[0].note == "x"


async def test_keep_the_last_seconds_still_loop_and_order(bench, tmp_path):
    app = app_of(bench, tmp_path)
    player = app.desk.player
    async with app.run_test(size=SIZE) as pilot:
        screen = await bench.open(app, "clips")
        moment = await keep(pilot, app, bench, "shift+right", "k")
        assert (moment.in_ms, moment.out_ms) == (2000, 5000)
        still = await keep(pilot, app, bench, "right", "p")
        assert still.still
        assert still.in_ms == still.out_ms == 6000
        await pilot.press("s")
        await until(lambda: len(bench.file.clips) == 1)
        await pilot.press("up", "s")
        await until(lambda: len(bench.file.clips) == 2)
        await pilot.press("shift+up")
        await until(lambda: bench.file.clips_of(screen.cycle.id)[0].moment_id == moment.id)
        await pilot.press("l")
        await until(lambda: player.state.loop and player.state.playing)
        await pilot.press("l")
        await until(lambda: player.state.loop is None)
        await pilot.press("left_square_bracket")
        assert player.state.speed == 0.75


async def test_mpv_killed_is_told_and_space_goes_on_where_it_was(bench, tmp_path):
    app = app_of(bench, tmp_path)
    player = app.desk.player
    seen = []
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await bench.open(app, "clips")
        await pilot.press("shift+right")
        await until(lambda: player.state.position == 5000)
        player.listen(seen.append)
        os.kill(mpv_of(tmp_path), signal.SIGKILL)
        await until(lambda: any(isinstance(one, PlayerGone) for one in seen))
        await until(lambda: "mpv has stopped." in screen_text(app))
        await pilot.press("full_stop")
        await until(lambda: player.state.position == 5040)


def mpv_of(room):
    """Process id of the mpv whose private folder lies in `room`."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                words = Path(f"/proc/{entry}/cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if os.fsencode(room) in words and b"mpv" in words.split(b"\0")[0]:
                return int(entry)
    raise AssertionError("no mpv of this test runs")


def awkward(kind: str, play: Path, folder: Path) -> Path:
    """A film that has no picture, no sound, no end, or bytes that are wrong."""
    film = folder / f"{kind}.mkv"
    left_out = {"sound only": ["-vn"], "picture only": ["-an"]}.get(kind, [])
    command = ["ffmpeg", "-v", "error", "-i", f"file:{play}", *left_out, "-c", "copy", str(film)]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True, timeout=60)
    data = bytearray(film.read_bytes())
    if kind == "cut off":
        del data[len(data) * 2 // 3 :]
    elif kind == "damaged":
        for at in range(len(data) // 2, len(data) * 3 // 4, 997):
            data[at] ^= 0x55
    film.write_bytes(data)
    return film


@pytest.mark.parametrize("kind", ["sound only", "picture only", "cut off", "damaged"])
async def test_an_awkward_film_is_worked_with_as_far_as_it_goes(house, play, tmp_path, kind):
    intake = films.take_in(house.library, MediaTools(), awkward(kind, play.path, tmp_path))
    cycle = house.file.cycle_now
    film = house.change(lambda work: films.add_film(work, house.case_id, cycle.id, intake, seen=[]))
    app = app_of(house, tmp_path)
    player = app.desk.player
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await house.open(app, "film")
        await until(lambda: " ".join(film.verdict.split()[:4]) in " ".join(screen_text(app).split()))
        screen = await house.open(app, "clips")
        await pilot.press("full_stop", "i")
        await until(lambda: not screen.waits_for_film)
        began = player.state.position
        await pilot.press("right", "o")
        moment = await keep(pilot, app, house, "enter")
        assert (moment.in_ms, moment.out_ms) == (began, player.state.position)
        assert moment.out_ms > moment.in_ms
        await pilot.press("space")
        await until(lambda: player.state.playing)
        await pilot.press("space", "shift+left", "shift+left", "enter")
        await until(lambda: player.state.position == began)


async def test_without_a_film_every_key_says_what_to_do(tmp_path):
    house = build_house(tmp_path / "empty")
    app = house.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await house.open(app, "clips")
        assert "F4 goes to Film" in screen_text(app)
        for key in ("space", "i", "o", "enter", "l", "s", "n", "x", "3", "comma", "p", "k", "m"):
            await pilot.press(key)
            assert not isinstance(app.screen, PickDialog)
        await until(lambda: "Keep a moment first" in screen_text(app))
    house.library.close()


async def test_a_film_of_which_nothing_can_be_shown_says_so_for_as_long_as_it_is_so(bench, tmp_path):
    [film] = bench.file.films
    file = bench.library.folder / film.location
    whole = file.read_bytes()
    begins = whole.index(b"mdat") + 4
    ends = begins - 8 + int.from_bytes(whole[begins - 8 : begins - 4], "big")
    file.write_bytes(whole[:begins] + bytes(ends - begins) + whole[ends:])
    app = app_of(bench, tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await bench.open(app, "clips")
        await until(lambda: "! It cannot be shown: F4 says why." in screen_text(app))
        await pilot.press("space")
        await settled(pilot)
        assert "! It cannot be shown: F4 says why." in screen_text(app)
        file.write_bytes(whole)
        await pilot.press("space")
        await until(lambda: app.desk.player.state.playing)
        await until(lambda: "It cannot be shown" not in screen_text(app))
