"""Lanes: loud where it is loud, moving where it moves, speech where somebody speaks."""

import subprocess

import pytest

from tests.player.watching import REAL_FILMS, ffmpeg
from vigtui.domain.errors import FilmError, FilmMissing
from vigtui.media.lanes import MOVEMENT_STEP, SOUND_STEP, SPEECH_STEP, Stopped, movement_lane, sound_lane
from vigtui.media.puppet import make_puppet_play


def never():
    return False


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lanes")
    return make_puppet_play(folder / "a [b] -play.mp4", seconds=20, size=(160, 90), keyframe_seconds=10)


def test_sound_is_loud_in_the_turns_and_silent_between(play):
    told = []
    loudness, speech = sound_lane(play.path, grew=lambda *parts: told.append(parts), cancelled=never)
    assert len(loudness) == pytest.approx(20_000 / SOUND_STEP, abs=3)
    assert len(speech) == pytest.approx(20_000 / SPEECH_STEP, abs=3)
    assert told
    assert loudness.startswith(told[-1][0])
    inside = [loudness[(turn.span.start + turn.span.end) // 2 // SOUND_STEP] for turn in play.turns]
    gaps = [
        (a.span.end + b.span.start) // 2 // SOUND_STEP
        for a, b in zip(play.turns, play.turns[1:], strict=False)
        if b.span.start - a.span.end > 4 * SOUND_STEP
    ]
    assert min(inside) > 150
    assert gaps
    assert max(loudness[at] for at in gaps) < 60


@pytest.mark.parametrize("source", ["sine=220:d=8", "anoisesrc=d=8:c=pink:a=0.3:seed=1", "sine=220:d=8,volume=0"])
def test_a_hum_a_rushing_and_silence_are_not_taken_for_speech(tmp_path, source):
    film = tmp_path / "film.wav"
    ffmpeg("-f", "lavfi", "-i", source, str(film))
    _, speech = sound_lane(film, grew=lambda *_: None, cancelled=never)
    assert not sum(speech)


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (11_025, 2), (48_000, 2)])
def test_a_tone_is_as_loud_at_every_rate_and_at_the_right_time(tmp_path, rate, channels):
    film = tmp_path / "tone.wav"
    ffmpeg(
        "-f", "lavfi", "-i", f"sine=1000:d=6:r={rate}", "-af", "volume='between(t,2,4)':eval=frame",
        "-ac", str(channels), str(film),
    )  # fmt: skip
    loudness, _ = sound_lane(film, grew=lambda *_: None, cancelled=never)
    assert len(loudness) == pytest.approx(60, abs=1)
    assert max(loudness[:19] + loudness[41:]) < 20
    assert min(loudness[21:39]) > 120
    assert max(loudness[21:39]) - min(loudness[21:39]) < 40


def test_movement_is_there_in_the_turns_and_not_between(play):
    told = []
    levels = movement_lane(play.path, grew=told.append, cancelled=never)
    assert len(levels) == pytest.approx(20_000 / MOVEMENT_STEP, abs=3)
    assert told[-1] == levels
    inside = [max(levels[turn.span.start // MOVEMENT_STEP : turn.span.end // MOVEMENT_STEP + 1]) for turn in play.turns]
    assert min(inside) > 1.5 * sorted(levels)[len(levels) // 10]


def test_a_film_without_sound_and_a_sound_without_picture_have_empty_lanes(tmp_path):
    silent, voice = tmp_path / "silent.mp4", tmp_path / "voice.wav"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=2", str(silent))
    ffmpeg("-f", "lavfi", "-i", "sine=300:d=2", str(voice))
    assert sound_lane(silent, grew=lambda *_: None, cancelled=never) == (b"", b"")
    assert movement_lane(voice, grew=lambda _: None, cancelled=never) == b""


def test_it_ends_when_it_is_stopped_and_leaves_no_process(play):
    def running():
        return subprocess.run(["pgrep", "-f", play.path.name], capture_output=True, check=False).stdout

    with pytest.raises(Stopped):
        movement_lane(play.path, grew=lambda _: None, cancelled=lambda: True)
    with pytest.raises(Stopped):
        sound_lane(play.path, grew=lambda *_: None, cancelled=lambda: True)
    assert not running()


@pytest.mark.parametrize("lane", [sound_lane, movement_lane])
def test_what_is_no_film_is_told(tmp_path, lane):
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(FilmMissing):
        lane(tmp_path / "none.mp4", grew=lambda *_: None, cancelled=never)
    with pytest.raises(FilmError, match="is empty"):
        lane(tmp_path / "empty.mp4", grew=lambda *_: None, cancelled=never)


@pytest.mark.parametrize("name", ["two_speakers_30s.wav"] if (REAL_FILMS / "two_speakers_30s.wav").is_file() else [])
def test_real_speech_is_found(name):
    said = []
    for line in (REAL_FILMS / name).with_suffix(".rttm").read_text().splitlines():
        begin, length = map(float, line.split()[3:5])
        said.append((begin, begin + length))
    _, speech = sound_lane(REAL_FILMS / name, grew=lambda *_: None, cancelled=never)
    middles = [(i + 0.5) * SPEECH_STEP / 1000 for i in range(len(speech))]
    right = [flag == any(a <= at < b for a, b in said) for at, flag in zip(middles, speech, strict=True)]
    assert sum(right) / len(right) > 0.9
