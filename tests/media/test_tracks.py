"""A film of several pictures and sounds: the one that was chosen is looked at, listened to and cut."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.tracks import SIZES, make_two_of_each, with_cover
from vigtui.domain.cutting import Piece, Stretch
from vigtui.domain.errors import FilmError
from vigtui.domain.timecode import Millis
from vigtui.media.cut import make
from vigtui.media.lanes import movement_lane, sound_lane
from vigtui.media.probe import frame_times, probe, tracks
from vigtui.media.stills import picture_at


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_two_of_each(tmp_path_factory.mktemp("tracks") / "two.mp4")


def never() -> bool:
    return False


def test_in_plain_words(film: Path) -> None:
    assert [track.words for track in tracks(film)] == [
        "Picture 1: 96×64, H.264",
        "Picture 2: 64×96, H.264",
        "Sound 1: German, stereo, AAC",
        "Sound 2: English, mono, AAC",
    ]
    found = probe(film)
    assert [track.number for track in found.tracks if track.usual] == [1, 1]
    assert "It holds 2 sounds; one of them is heard" in found.verdict


@pytest.mark.parametrize("number", [1, 2])
def test_looked_at_and_listened_to(film: Path, number: int) -> None:
    picture = picture_at(film, Millis(1000), track=number)
    assert (picture.width > picture.height) == (number == 1)
    assert (sum(picture.rgb) / len(picture.rgb) > 80) == (number == 2)
    loudness, _ = sound_lane(film, track=number, grew=lambda *_: None, cancelled=never)
    assert (max(loudness) > 150) == (number == 2)
    movement = movement_lane(film, track=number, grew=lambda _: None, cancelled=never)
    assert (max(movement) > 60) == (number == 2)
    assert frame_times(film, track=number) == [40 * n for n in range(75)]


@pytest.mark.parametrize("piece", [Piece.CLIP, Piece.COPY, Piece.STILL])
@pytest.mark.parametrize("number", [1, 2])
def test_cut(film: Path, tmp_path: Path, piece: Piece, number: int) -> None:
    target = tmp_path / ("cut.png" if piece is Piece.STILL else "cut.mp4")
    make(piece, [Stretch(film, Millis(1000), Millis(2000), number, 3 - number)], target)
    shown = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(target)]
    streams = json.loads(subprocess.run(shown, capture_output=True, check=True, timeout=30).stdout)["streams"]
    assert (streams[0]["width"], streams[0]["height"]) == SIZES[number]
    if piece is not Piece.STILL:
        loudness, _ = sound_lane(target, grew=lambda *_: None, cancelled=never)
        assert (max(loudness) > 150) == (number == 1)


def test_a_cover_is_no_picture_and_a_track_that_is_not_there_is_refused(film: Path, tmp_path: Path) -> None:
    covered = with_cover(film, tmp_path / "covered.mp4")
    assert picture_at(covered, Millis(1000), track=2).width < picture_at(covered, Millis(1000), track=1).width
    with pytest.raises(FilmError, match="has no picture 3"):
        frame_times(covered, track=3)
