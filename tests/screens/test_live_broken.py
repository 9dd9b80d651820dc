"""Films that will not play, in the live review and with a real mpv: a sentence and black, notes as always, the next clip plays."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.screens.test_live import SIZE, clip_line
from tests.support.builders import House, add_clip, add_question, give_consents
from tests.support.waiting import screen_text, until
from vigtui.domain.clip import Clip
from vigtui.domain.errors import FilmError
from vigtui.domain.moment import Moment
from vigtui.domain.timecode import Millis
from vigtui.media.puppet import make_puppet_play
from vigtui.media.stage import frame_number
from vigtui.player.window import WindowPlayer
from vigtui.screens.live import LiveReview
from vigtui.services import editing, films
from vigtui.services.films import path_of
from vigtui.wiring import MediaTools


@pytest.fixture(scope="module")
def play(tmp_path_factory) -> Path:
    """Twenty seconds; every frame tells its number."""
    return make_puppet_play(tmp_path_factory.mktemp("play") / "play.mp4", seconds=20, size=(320, 180)).path


@dataclass
class Meeting:
    house: House
    path: Path
    """Where the film of the first clip is."""

    async def begin(self, pilot, app) -> LiveReview:
        app.desk.player = WindowPlayer(runtime_dir=self.path.parent / "run", video_output="null", audio_output="null")
        await self.house.open(app, "review")
        await pilot.press("f10")
        await until(lambda: isinstance(app.screen, LiveReview) and app.screen._steps)
        await app.screen._stand_on([one.step.rung.id for one in app.screen._steps].index("see"))
        return app.screen


@pytest.fixture
def meeting(house, play, tmp_path) -> Meeting:
    """Two films: the clip of the first lies from 12 to 18.2 seconds, that of the second at its beginning."""
    add_question(house, "I wait")
    for source in (play, make_puppet_play(tmp_path / "other.mp4", seconds=10, seed=2, size=(320, 180)).path):
        intake = films.take_in(house.library, MediaTools(), source)
        file = house.file
        film = house.change(
            lambda work, intake=intake, file=file: films.add_film(
                work, house.case_id, file.cycle_now.id, intake, seen=file.people
            )
        )
        add_clip(house, film, 12_000 if source == play else 1_000)
    give_consents(house)
    return Meeting(house, path_of(house.library.folder, house.file.films[0]))


def header_only(film: Path) -> None:
    words = film.read_bytes()
    film.write_bytes(words[: words.index(b"mdat") + 4])


def cut_to_a_kilobyte(film: Path) -> None:
    film.write_bytes(film.read_bytes()[:1024])


def cut_in_half(film: Path) -> None:
    words = film.read_bytes()
    film.write_bytes(words[: len(words) // 2])


def overwritten(film: Path) -> None:
    words = film.read_bytes()
    body = words.index(b"mdat") + 4
    film.write_bytes(words[:body] + bytes(len(words) - body))


def in_an_unknown_codec(film: Path) -> None:
    film.write_bytes(film.read_bytes().replace(b"avc1", b"zzz1"))


def in_a_folder_of_that_name(film: Path) -> None:
    film.unlink()
    film.mkdir()


def emptied(film: Path) -> None:
    film.write_bytes(b"")


@pytest.mark.parametrize(
    "breaks",
    [header_only, cut_to_a_kilobyte, cut_in_half, overwritten, in_an_unknown_codec, in_a_folder_of_that_name, emptied],
)
async def test_it_is_a_sentence_and_black_and_the_next_clip_plays(meeting, breaks):
    breaks(meeting.path)
    app = meeting.house.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await meeting.begin(pilot, app)
        player = app.desk.player
        for key in ("space", "a", "b", "l", "h", "comma"):
            await pilot.press(key)
            await until(lambda: "notes are safe" in " ".join(screen_text(app).replace("▌", "").split()), limit=15)
            await until(lambda: player._picture is None and not player._turn.locked())
            assert screen._shown is None
            assert not player.state.playing
            assert "the client sees black" in clip_line(app)
            app.clear_notifications()
            app.desk.told.clear()  # what stands there is not told again
            await until(lambda: "▌" not in screen_text(app))
        await pilot.press("q", *"she laughs", "enter")
        await until(lambda: [one.words for one in meeting.house.file.review_notes] == ["she laughs"])
        await pilot.press("right")
        await until(lambda: screen.clip.position == 2)
        await pilot.press("space")
        await until(lambda: player.state.playing and player.state.position > 1_000, limit=10)
        assert screen._shown == screen.clip.id
        await player.close()


async def test_a_clip_in_which_the_film_breaks_off_ends_black(meeting):
    """What is there is shown, then a sentence; no frame of anything else."""
    house = meeting.house
    whole = meeting.path.read_bytes()
    moment = next(one for one in house.file.moments if one.id == house.file.clips[0].moment_id)
    clip = house.file.clips[0]
    house.change(lambda work: editing.set_field(work, Moment, moment.id, "in_ms", Millis(8_000), "marked"))
    house.change(lambda work: editing.set_field(work, Clip, clip.id, "speed", 2.0, "speed"))
    meeting.path.write_bytes(whole[: len(whole) // 2])
    app = house.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await meeting.begin(pilot, app)
        await pilot.press("space")
        await until(lambda: app.desk.player.state.playing, limit=10)
        await until(lambda: "The film broke off." in screen_text(app), limit=10)
        await until(lambda: app.desk.player._picture is None)
        assert screen._shown is None
        await app.desk.player.close()


async def test_sound_alone_without_anything_to_hear_it_with_is_a_sentence(tmp_path):
    sound = tmp_path / "sound.wav"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=d=2", sound]
    subprocess.run(command, stdin=subprocess.DEVNULL, timeout=30, check=True)
    deaf = ["--ao=alsa", "--audio-device=alsa/there-is-none"]
    player = WindowPlayer(runtime_dir=tmp_path / "run", video_output="null", extra=deaf)
    try:
        with pytest.raises(FilmError, match="nothing was found here that it could be heard with"):
            await player.open(sound)
    finally:
        await player.close()


async def test_behind_the_last_frame_there_is_the_player_shows_it_and_says_so(play, tmp_path):
    """Not the picture that was there before, under a time that is not its own."""
    half = tmp_path / "half.mp4"
    half.write_bytes(play.read_bytes()[: play.stat().st_size // 2])
    player = WindowPlayer(runtime_dir=tmp_path / "run", video_output="null", audio_output="null")
    try:
        for ask in (12_000, 15_000, 19_960, 25_000):
            await player.open(half, at=Millis(2_000))
            at = await player.seek(Millis(ask))
            assert 7_000 < at < 12_000
            assert player.state.ended
            await player._client.command("screenshot-to-file", str(tmp_path / "seen.png"), "video")
            decode = ["ffmpeg", "-v", "error", "-i", tmp_path / "seen.png", "-f", "rawvideo", "-pix_fmt", "gray", "-"]
            grey = subprocess.run(decode, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=True).stdout
            assert frame_number(grey, (320, 180)) * 40 == at
            assert await player.step(1) == at
            assert await player.step(-1) < at
    finally:
        await player.close()
