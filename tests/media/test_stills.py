"""Stills: the very frame that was marked, upright, in the right shape."""

import random

import pytest

from tests.player.watching import REAL_FILMS, ffmpeg, film_at, make_stream, make_uneven
from vigtui.domain.errors import FilmError, FilmMissing
from vigtui.domain.timecode import Millis
from vigtui.media.puppet import make_puppet_play
from vigtui.media.stage import frame_number
from vigtui.media.stills import SMALL, jpeg_at, picture_at

FILMS = [one for one in sorted(REAL_FILMS.glob("*")) if one.suffix in {".mp4", ".mov", ".avi", ".3gp", ".mts", ".webm"}]
BROKEN = {"chaplin_truncated.mp4", "zero_bytes.mp4"}


def near(found, wanted):
    """Alike but for how the colours were rounded on the way."""
    return sum(abs(a - b) for a, b in zip(found, wanted, strict=True)) / len(wanted) < 3


def grey(picture):
    """The mean brightness of a picture without colours."""
    return sum(picture.rgb) / len(picture.rgb)


@pytest.mark.parametrize(("seconds_apart", "variable"), [(10, False), (10, True)])
def test_the_frame_is_the_one_that_was_marked(tmp_path, seconds_apart, variable):
    play = make_puppet_play(
        tmp_path / "play.mp4", seconds=12, size=(320, 180), variable=variable, keyframe_seconds=seconds_apart
    )
    times = film_at(play.path).times
    for at in (times[0], *random.Random(3).sample(times, 5), times[-1]):
        picture = tmp_path / "frame.jpg"
        picture.write_bytes(jpeg_at(play.path, Millis(at)))
        raw = tmp_path / "frame.gray"
        ffmpeg("-i", str(picture), "-f", "rawvideo", "-pix_fmt", "gray", str(raw))
        assert frame_number(raw.read_bytes(), (320, 180)) == round(at / 40)


@pytest.mark.parametrize("make", [make_uneven, make_stream])
def test_uneven_films_and_films_without_index(tmp_path, make):
    film = tmp_path / ("film.ts" if make is make_stream else "film.mp4")
    make(film)
    times = film_at(film).times
    for at in random.Random(5).sample(times, 5):
        wanted = tmp_path / "wanted.rgb"
        at_frame = f"select=eq(n\\,{times.index(at)}),scale={SMALL[0]}:{SMALL[1]}:flags=area,format=rgb24"
        ffmpeg("-i", str(film), "-vf", at_frame, "-frames:v", "1", "-f", "rawvideo", str(wanted))
        picture = picture_at(film, Millis(at))
        if (picture.width, picture.height) == SMALL:
            assert near(picture.rgb, wanted.read_bytes())
        else:
            assert abs(grey(picture) - sum(wanted.read_bytes()) / len(wanted.read_bytes())) < 8


def test_a_sideways_film_with_flat_pixels_stands_upright_in_its_shape(tmp_path):
    flat, turned = tmp_path / "flat.mp4", tmp_path / "turned.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=320x240:r=10:d=1,setsar=2", str(flat))
    ffmpeg("-i", str(flat), "-c", "copy", "-metadata:s:v", "rotate=90", str(turned))
    upright = picture_at(flat, Millis(0))
    assert (upright.width, upright.height) == (64, 24)
    picture = picture_at(turned, Millis(0))
    assert picture.height > picture.width


def test_what_has_no_picture_there_is_told(tmp_path):
    voice = tmp_path / "voice.wav"
    ffmpeg("-f", "lavfi", "-i", "sine=300:d=1", str(voice))
    with pytest.raises(FilmError, match="no picture"):
        picture_at(voice, Millis(0))
    with pytest.raises(FilmMissing):
        picture_at(tmp_path / "none.mp4", Millis(0))


@pytest.mark.parametrize("film", FILMS, ids=lambda film: film.name)
def test_real_films(film):
    if film.name in BROKEN:
        with pytest.raises(FilmError):
            picture_at(film, Millis(0))
        return
    times = film_at(film).times
    for at in (times[0], times[len(times) // 2]):
        picture = picture_at(film, Millis(at))
        assert picture.width <= SMALL[0]
        assert picture.height <= SMALL[1]
        assert jpeg_at(film, Millis(at)).startswith(b"\xff\xd8")
