"""Light copies: every frame at its own time, light, upright, bare, of the chosen tracks, and sealed."""

import json
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.light import make_light, opened
from tests.support.tracks import SIZES, make_two_of_each
from vigtui.domain.errors import FilmError
from vigtui.domain.light import Light, LightCopy
from vigtui.domain.playback import Showing
from vigtui.domain.timecode import Millis, Span
from vigtui.media.lanes import sound_lane
from vigtui.media.light import lighten
from vigtui.media.probe import frame_times, probe
from vigtui.media.running import StoppedError
from vigtui.media.sealed import PIECE, read_sealed, seal, sealed_size, wipe
from vigtui.media.serve import FilmServer

REAL = Path(__file__).parents[2].parent / "shared" / "media"
AWKWARD = [
    film
    for name in ("iphone6_rot90_gps.mov", "phone_vfr_rot180.mp4", "no_duration.webm")
    if (film := REAL / name).exists()
]


def told(film: Path) -> dict:
    shown = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json", str(film)]
    return json.loads(subprocess.run(shown, capture_output=True, check=True, timeout=30).stdout)


def ffmpeg(*words: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *words], check=True, stdin=subprocess.DEVNULL, timeout=60)


@pytest.fixture(scope="module")
def uneven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frames at uneven times, a clock that starts at 7 s, the picture 0.3 s behind the sound, a place and a title."""
    folder = tmp_path_factory.mktemp("light")
    times = "setpts='if(lt(N,30),N/25,if(lt(N,40),1.2+(N-30)*0.3,4.2+(N-40)/50))/TB'"
    picture = ["-itsoffset", "0.3", "-f", "lavfi", "-i", f"testsrc=s=960x1280:r=25:d=3,{times}"]
    sound = ["-f", "lavfi", "-i", "sine=440:d=5"]
    said = ["-metadata", "title=Mia", "-metadata", "location=+52.1+4.3/", "-metadata", "comment=home"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "250", "-pix_fmt", "yuv420p", "-fps_mode", "vfr"]
    ffmpeg(*picture, *sound, *said, *coded, "-c:a", "aac", "-output_ts_offset", "7", str(folder / "uneven.mkv"))
    return folder / "uneven.mkv"


@pytest.mark.parametrize("kind", [Light.WORKING, Light.PREVIEW])
def test_every_frame_at_its_own_time_and_nothing_but_picture_and_sound(
    uneven: Path, tmp_path: Path, kind: Light
) -> None:
    before = uneven.read_bytes()
    copy = make_light(uneven, tmp_path / "film.light", kind)
    plain = opened(tmp_path / "film.light", copy, tmp_path / "plain.mp4")
    times = frame_times(uneven)
    assert len({b - a for a, b in pairwise(times)}) > 2
    assert times[0] > 200
    assert frame_times(plain) == times
    found = told(plain)
    assert found["chapters"] == []
    assert {stream["codec_type"] for stream in found["streams"]} == {"video", "audio"}
    video = found["streams"][0]
    assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p")
    assert (video["width"], video["height"]) == ((720, 960) if kind is Light.WORKING else (480, 640))
    words = json.dumps(found)
    assert not [one for one in ("Mia", "52.1", "home", "creation_time", "Lavf") if one in words]
    assert b"x264 - core" not in plain.read_bytes()
    assert max(b - a for a, b in pairwise([at for at, _ in copy.entries])) <= (800 if kind is Light.WORKING else 2300)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.light", "plain.mp4"]
    assert uneven.read_bytes() == before


@pytest.mark.parametrize("film", AWKWARD, ids=lambda film: film.stem)
def test_films_as_cameras_make_them_keep_their_times(film: Path, tmp_path: Path) -> None:
    copy = make_light(film, tmp_path / "film.light")
    plain = opened(tmp_path / "film.light", copy, tmp_path / "plain.mp4")
    assert frame_times(plain) == frame_times(film)
    one, other = probe(film), probe(plain)
    assert (other.width < other.height) == (one.width < one.height)
    assert (other.rotation, other.has_sound) == (0, one.has_sound)


def test_a_picture_that_begins_late_without_any_sound_keeps_its_times(tmp_path: Path) -> None:
    both = [
        "-f",
        "lavfi",
        "-i",
        "color=red:s=64x48:r=25:d=2",
        "-itsoffset",
        "0.5",
        "-f",
        "lavfi",
        "-i",
        "testsrc=s=96x64:r=25:d=2",
    ]
    film = tmp_path / "late.mkv"
    ffmpeg(*both, "-map", "0", "-map", "1", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(film))
    copy = make_light(film, tmp_path / "film.light", tracks=(2, None))
    plain = opened(tmp_path / "film.light", copy, tmp_path / "plain.mp4")
    times = frame_times(film, track=2)
    assert times[0] > 400
    assert frame_times(plain) == times
    assert probe(plain).duration_ms is not None
    assert probe(plain).duration_ms < 4_000  # type: ignore[operator]


@pytest.mark.parametrize("number", [1, 2])
def test_of_the_chosen_picture_and_sound(tmp_path: Path, number: int) -> None:
    film = make_two_of_each(tmp_path / "two.mp4")
    copy = make_light(film, tmp_path / "film.light", tracks=(number, 3 - number))
    plain = opened(tmp_path / "film.light", copy, tmp_path / "plain.mp4")
    assert (probe(plain).width, probe(plain).height) == SIZES[number]
    loudness, _ = sound_lane(plain, grew=lambda *_: None, cancelled=lambda: False)
    assert (max(loudness) > 150) == (number == 1)


def test_stopped_it_leaves_nothing_and_what_cannot_be_is_said(uneven: Path, tmp_path: Path) -> None:
    copy = LightCopy("film", Light.WORKING, None, None, b"", 0)
    with pytest.raises(StoppedError):
        lighten(uneven, tmp_path / "film.light", copy, duration=Millis(5000), cancelled=lambda: True)
    voice = tmp_path / "voice.wav"
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", str(voice))
    with pytest.raises(FilmError, match="no picture"):
        lighten(voice, tmp_path / "film.light", copy, duration=Millis(1000))
    with pytest.raises(FilmError, match="no room"):
        lighten(uneven, tmp_path / "film.light", copy, duration=Millis(10**12))
    assert [path.name for path in tmp_path.iterdir()] == ["voice.wav"]


class TestSealed:
    @pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
    def test_any_stretch_comes_back(self, tmp_path: Path, size: int) -> None:
        plain, sealed = tmp_path / "plain", tmp_path / "sealed"
        plain.write_bytes(words := bytes(n * n % 251 for n in range(size)))
        key = seal(plain, sealed, lambda _: None)
        assert sealed.stat().st_size == sealed_size(size)
        assert sealed.stat().st_mode & 0o777 == 0o600
        for start, stop in ((0, size), (size // 3, size), (size // 2, size // 2 + 1), (0, 1), (size - 1, size)):
            expected = words[start:stop] if 0 <= start < stop <= size else b""
            assert read_sealed(sealed, key, size, start, stop) == expected
        if size > 20:
            assert words[:20] not in sealed.read_bytes()

    def test_what_was_changed_moved_or_cut_off_is_not_handed_out(self, tmp_path: Path) -> None:
        plain, sealed = tmp_path / "plain", tmp_path / "sealed"
        plain.write_bytes(bytes(3 * PIECE))
        key, size = seal(plain, sealed, lambda _: None), 3 * PIECE
        whole = sealed.read_bytes()
        step = PIECE + 16
        for other in (whole[step : 2 * step] + whole[:step] + whole[2 * step :], whole[:-1], b"\1" + whole[1:]):
            sealed.write_bytes(other)
            assert read_sealed(sealed, key, size, 0, size) == b""
        sealed.write_bytes(whole)
        assert read_sealed(sealed, bytes(32), size, 0, 10) == b""
        assert read_sealed(tmp_path / "gone", key, size, 0, 10) == b""

    def test_what_was_open_is_zeros_before_it_goes(self, tmp_path: Path) -> None:
        plain, other = tmp_path / "plain", tmp_path / "other name"
        plain.write_bytes(b"x" * (PIECE + 5))
        other.hardlink_to(plain)
        wipe(plain)
        assert other.read_bytes() == bytes(PIECE + 5)
        assert not plain.exists()
        wipe(plain)


async def test_what_a_span_needs_of_a_copy_is_a_part_of_it(uneven: Path, tmp_path: Path) -> None:
    copy = make_light(uneven, tmp_path / "film.light", Light.WORKING)

    async def copy_of(_: Showing) -> tuple[Path, LightCopy]:
        return tmp_path / "film.light", copy

    async def belongs(_: Path) -> bool:
        return True

    server = FilmServer(tmp_path / "media.sock", belongs, copy_of)
    ((begin, end),) = await server.pieces(Showing(uneven, light=Light.WORKING), Span(Millis(2000), Millis(2500)))
    assert 0 < begin < end < copy.size_bytes
    assert begin in [byte for at, byte in copy.entries if at <= 2000]
