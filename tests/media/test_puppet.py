"""The puppet play shows and sounds what is written down about it."""

import hashlib
import math
import os
import stat
import subprocess
from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from vigtui.domain.errors import FilmError, NotSensible
from vigtui.media.packets import read_packets
from vigtui.media.probe import frame_times, probe
from vigtui.media.puppet import SCENE_SECONDS, make_puppet_play
from vigtui.media.stage import frame_number

SIZE = (640, 360)
HUM = {"big": 196, "small": 440}
SAMPLES = 8000


def decode(film: Path, *options: str) -> bytes:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(film), *options, "-"]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True).stdout


def pictures(film: Path, size: tuple[int, int] = SIZE) -> list[bytes]:
    """Every frame in grey."""
    grey = decode(film, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray")
    step = size[0] * size[1]
    return [grey[at : at + step] for at in range(0, len(grey), step)]


@pytest.fixture(scope="module")
def frames(play):
    return pictures(play.path)


def test_every_frame_is_its_own(frames):
    assert len(frames) == 150
    assert [frame_number(frame, SIZE) for frame in frames] == list(range(150))
    assert len({hashlib.sha256(frame).digest() for frame in frames}) == 150


def part_of(frame: bytes, left: int, right: int) -> bytes:
    """The columns of a figure, without floor and lamps, every second pixel of every fourth row."""
    return b"".join(frame[row * SIZE[0] + left : row * SIZE[0] + right : 2] for row in range(30, 280, 4))


def test_figures_move_in_their_turns_and_only_then(play, frames):
    places = {"big": (40, 250), "small": (385, 600)}
    assert {turn.who for turn in play.turns} == {"big", "small"}
    for who, place in places.items():
        spans = [turn.span for turn in play.turns if turn.who == who]
        still = part_of(frames[0], *place)
        for number, frame in enumerate(frames):
            seen = sum(abs(a - b) > 40 for a, b in zip(part_of(frame, *place), still, strict=True))
            during = any(span.start <= number * 40 <= span.end for span in spans)
            assert (seen > 4) == during, (who, number * 40, seen)


def loudness(sound: array, pitch: int, at: int, length: int = 200) -> float:
    """How much of a pitch is in a piece of sound (Goertzel); `at` and `length` in milliseconds."""
    piece = sound[at * SAMPLES // 1000 : (at + length) * SAMPLES // 1000]
    turn = 2 * math.pi * pitch / SAMPLES
    real = sum(value * math.cos(turn * number) for number, value in enumerate(piece))
    other = sum(value * math.sin(turn * number) for number, value in enumerate(piece))
    return math.hypot(real, other) / len(piece)


def test_figures_hum_in_their_turns_each_with_its_own_voice(play):
    sound = array("h", decode(play.path, "-ac", "1", "-ar", str(SAMPLES), "-f", "s16le"))
    for turn in play.turns:
        middle = (turn.span.start + turn.span.end) // 2
        other = "small" if turn.who == "big" else "big"
        assert loudness(sound, HUM[turn.who], middle) > 5 * loudness(sound, HUM[other], middle)
    loud = [max(map(abs, sound[at * 8 : at * 8 + 80])) > 1000 for at in range(0, 6000 - 10, 10)]
    for at, on in enumerate(loud):
        inside = any(turn.span.start + 20 <= at * 10 <= turn.span.end for turn in play.turns)
        outside = not any(turn.span.start - 20 <= at * 10 <= turn.span.end + 60 for turn in play.turns)
        assert on or not inside, f"silent at {at * 10} ms"
        assert not (on and outside), f"humming at {at * 10} ms"


def test_turns_are_whole_and_do_not_overlap(play):
    for before, after in pairwise(play.turns):
        assert before.span.end < after.span.start
    assert play.turns[-1].span.end < 6000 - 40
    assert all(turn.span.start % 40 == 0 and turn.span.end % 40 == 0 for turn in play.turns)


def test_seed_decides(play, tmp_path):
    again = make_puppet_play(tmp_path / "again.mp4", seconds=6)
    assert again.turns == play.turns
    assert pictures(again.path)[::10] == pictures(play.path)[::10]
    other = make_puppet_play(tmp_path / "other.mp4", seconds=6, seed=2)
    assert other.turns != play.turns


def test_variable_frame_rate_leaves_out_frames_but_keeps_times(uneven):
    times = frame_times(uneven.path)
    assert [frame_number(frame, SIZE) * 40 for frame in pictures(uneven.path)] == times
    gaps = {after - before for before, after in pairwise(times)}
    assert {40, 80, 120} <= gaps
    assert (times[0], times[-1]) == (0, 5960)
    edges = {edge for turn in uneven.turns for edge in (turn.span.start, turn.span.end)}
    assert edges <= set(times)
    assert probe(uneven.path).variable is True


def test_keyframes_where_they_are_asked_for(tmp_path):
    small = {"size": (160, 90), "fps": 10, "seconds": 7}
    film = make_puppet_play(tmp_path / "keys.mp4", keyframe_seconds=2, **small).path
    words = decode(film, "-map", "0:v", "-c", "copy", "-bsf:v", "noise=drop=not(key)", "-f", "framecrc")
    pts = [line.split(",")[2].strip() for line in words.decode().splitlines() if line.startswith("0,")]
    scale = int(next(line for line in words.decode().splitlines() if line.startswith("#tb")).split("/")[-1])
    assert [int(at) / scale for at in pts] == [0, 2, 4, 6]


def test_long_play_repeats_its_scene(tmp_path):
    play = make_puppet_play(tmp_path / "long.mp4", seconds=SCENE_SECONDS + 15, size=(160, 90), fps=5)
    first = [turn for turn in play.turns if turn.span.end < 12_000]
    again = [turn for turn in play.turns if turn.span.start >= SCENE_SECONDS * 1000]
    assert [(turn.who, turn.span.start + 60_000, turn.span.end + 60_000) for turn in first] == [
        (turn.who, turn.span.start, turn.span.end) for turn in again
    ][: len(first)]
    frames = pictures(play.path, (160, 90))
    assert [frame_number(frame, (160, 90)) for frame in frames] == list(range(75 * 5))
    assert len(read_packets(play.path, None, limit=20)) > 375


def test_written_whole_and_private(tmp_path):
    target = tmp_path / "-odd 'name' %d.mp4"
    target.write_bytes(b"what was there before")
    play = make_puppet_play(target, seconds=2, size=(160, 90), fps=10)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]
    assert probe(target).duration_ms == 2000
    assert len(play.turns) == 1


def test_failure_leaves_nothing_behind(tmp_path, monkeypatch):
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "folder.mp4" / "inside").touch()
    for target in (tmp_path / "folder.mp4", tmp_path / "gone" / "play.mp4"):
        with pytest.raises(FilmError, match="cannot be written"):
            make_puppet_play(target, seconds=2, size=(160, 90), fps=10)
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(FilmError, match="ffmpeg is not installed"):
        make_puppet_play(tmp_path / "play.mp4", seconds=2)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.mp4"]


@pytest.mark.parametrize("wrong", [{"seconds": 1}, {"fps": 0}, {"size": (641, 360)}, {"size": (20, 20)}])
def test_plays_that_cannot_be(wrong, tmp_path):
    with pytest.raises(NotSensible):
        make_puppet_play(tmp_path / "play.mp4", **wrong)
    assert list(tmp_path.iterdir()) == []
