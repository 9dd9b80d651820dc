"""What probe says of films: made here, and real ones where they lie beside the checkout."""

from datetime import date
from pathlib import Path

import pytest

from vigtui.domain.errors import FilmError
from vigtui.media.probe import frame_times, probe, written_times
from vigtui.media.tools import TooSlowError

REAL = Path(__file__).parents[2].parent / "shared" / "media"

# name: width, height, rotation, milliseconds, variable, sound, frames a second, video codec
FACTS = {
    "chaplin.mp4": (640, 360, 0, 9640, False, True, 25.0, "h264"),
    "nasa_multistream.mp4": (320, 180, 0, 16570, False, True, 25.0, "h264"),
    "people_walking_139s_10fps.mp4": (768, 432, 0, 139400, False, False, 10.0, "h264"),
    "timecode_25fps_16s.mp4": (640, 480, 0, 16000, False, False, 25.0, "h264"),
    "iphone6_rot90_gps.mov": (320, 568, 90, 4002, False, True, 29.988, "h264"),
    "phone_vfr_rot180.mp4": (1280, 720, 180, 2380, True, True, 10.505, "h264"),
    "phone_hevc_metadata_track.mp4": (1080, 1920, 90, 100, False, True, 29.98, "hevc"),
    "sony_a7m3_avchd_truncated.mts": (1920, 1080, 0, 544, False, True, 25.0, "h264"),
    "phone_h263.3gp": (384, 288, 0, 5128, True, True, 14.143, "h263"),
    "kodak_mjpeg.avi": (320, 240, 0, 2733, False, True, 15.0, "mjpeg"),
    "no_duration.webm": (1280, 720, 0, 4938, True, True, 14.985, "vp9"),
    "corrupted.mp4": (1280, 720, 0, 5000, False, False, 10.0, "h264"),
    "-video-with-dash-.mp4": (1, 1, 0, 5000, False, False, 1.0, "h264"),
}
FILMS = [name for name in FACTS if (REAL / name).exists()]


@pytest.mark.parametrize("name", FILMS)
def test_real_film(name):
    found = probe(REAL / name)
    assert (
        found.width,
        found.height,
        found.rotation,
        found.duration_ms,
        found.variable,
        found.has_sound,
        found.frame_rate,
        found.video_codec,
    ) == FACTS[name]
    assert found.has_video
    assert not found.still
    assert not found.end_missing
    assert found.damaged == (name == "corrupted.mp4")


@pytest.mark.parametrize("name", FILMS)
def test_real_film_looks_to_mpv_as_probe_says(name, mpv_view):
    found, times = probe(REAL / name), frame_times(REAL / name)
    seen = mpv_view(REAL / name, frames=min(8, len(times) - 1))
    assert (seen.width, seen.height, seen.rotation) == (found.width, found.height, found.rotation)
    # mpv can only guess the length of a film that does not tell
    assert name == "no_duration.webm" or seen.length == pytest.approx(found.duration_ms, abs=1)
    assert seen.times == times[: len(seen.times)]


if FILMS:

    def test_real_odds_and_ends():
        assert probe(REAL / "nasa_multistream.mp4").video_streams == 2
        assert probe(REAL / "nasa_multistream.mp4").audio_streams == 2
        assert probe(REAL / "iphone6_rot90_gps.mov").recorded_on == date(2019, 7, 24)
        assert probe(REAL / "iphone6_rot90_gps.mov").recorded_time == "11:25"
        assert probe(REAL / "sony_a7m3_avchd_truncated.mts").start_ms == 1040
        assert probe(REAL / "two_speakers_30s.wav").verdict == "Sound only, 30.0 s; there is no picture."
        assert len(frame_times(REAL / "people_walking_139s_10fps.mp4")) == 1394
        with pytest.raises(FilmError, match=r"chaplin_truncated\.mp4 is cut off: nothing of it plays"):
            probe(REAL / "chaplin_truncated.mp4")
        with pytest.raises(FilmError, match=r"zero_bytes\.mp4 is empty"):
            probe(REAL / "zero_bytes.mp4")
        with pytest.raises(FilmError, match=r"two_speakers_30s\.rttm is not a film"):
            probe(REAL / "two_speakers_30s.rttm")


def test_steady_film(play):
    found = probe(play.path)
    assert found.verdict == "A film of 6.0 s, 640×360, 25 frames a second, with sound."
    assert (found.duration_ms, found.start_ms, found.frame_rate, found.variable) == (6000, 0, 25.0, False)
    assert (found.video_codec, found.audio_codec) == ("h264", "aac")
    assert (found.damaged, found.end_missing, found.still) == (False, False, False)
    assert frame_times(play.path) == [number * 40 for number in range(150)]


def test_uneven_film(uneven):
    found = probe(uneven.path)
    assert found.variable is True
    assert found.verdict.endswith("with sound. The frame rate varies; times stay exact.")


@pytest.mark.parametrize("suffix", ["ts", "mkv", "mov", "mpg", "flv", "webm-like.mkv"])
def test_times_are_those_of_mpv_in_every_container(play, suffix, tmp_path, ffmpeg, mpv_view):
    codecs = ["-c:v", "mpeg2video", "-c:a", "mp2"] if suffix == "mpg" else ["-c", "copy"]
    # another start than 0, as camcorders and cut recordings have it
    shift = ["-output_ts_offset", "3.21"] if suffix in {"ts", "mkv"} else []
    film = ffmpeg("-i", play.path, *codecs, *shift, tmp_path / f"film.{suffix}")
    times = frame_times(film)
    assert len(times) == 150
    assert mpv_view(film, frames=10).times == times[:10]
    found = probe(film)
    assert found.variable is False
    assert found.duration_ms == pytest.approx(6000, abs=120) or suffix == "mkv"  # Matroska counts from 0, not the start
    assert not found.damaged
    if suffix == "ts":
        assert found.start_ms > 3000


def test_length_is_found_where_the_container_does_not_tell(play, tmp_path, ffmpeg):
    streamed = tmp_path / "streamed.mkv"
    ffmpeg("-i", play.path, "-c", "copy", "-f", "matroska", "-live", "1", streamed)
    words = streamed.read_bytes()
    assert b"\x44\x89\x88" not in words  # no Duration element
    assert probe(streamed).duration_ms == pytest.approx(6000, abs=100)


def test_variable_only_in_the_middle_of_a_long_film(tmp_path, ffmpeg):
    source = ["-f", "lavfi", "-i", "testsrc=size=96x64:rate=10:duration=100"]
    even = ffmpeg(*source, "-c:v", "mpeg4", "-g", "10", "-fps_mode", "vfr", tmp_path / "even.mp4")
    drop = "select='not(between(t,50,54)*eq(mod(n,3),1))'"
    odd = ffmpeg(*source, "-vf", drop, "-c:v", "mpeg4", "-g", "10", "-fps_mode", "vfr", tmp_path / "odd.mp4")
    assert probe(even).variable is False
    assert probe(odd).variable is True
    assert probe(odd).verdict.startswith("A film of 01:40 minutes, 96×64, about 9.87 frames a second, without sound.")


def turn(film: Path, a: int, b: int, c: int, d: int) -> None:
    """Write a rotation into the track header of an MP4 film."""
    words = bytearray(film.read_bytes())
    at = words.index(b"tkhd") + 44
    unit = 1 << 16
    for place, value in zip((0, 4, 12, 16), (a, b, c, d), strict=True):
        words[at + place : at + place + 4] = (value * unit).to_bytes(4, "big", signed=True)
    film.write_bytes(words)


@pytest.mark.parametrize(
    ("matrix", "rotation", "size"),
    [((0, 1, -1, 0), 90, (360, 640)), ((-1, 0, 0, -1), 180, (640, 360)), ((0, -1, 1, 0), 270, (360, 640))],
)
def test_turned_film_is_measured_upright(play, matrix, rotation, size, tmp_path, ffmpeg, mpv_view):
    film = ffmpeg("-i", play.path, "-c", "copy", tmp_path / "turned.mp4")
    turn(film, *matrix)
    found = probe(film)
    assert (found.rotation, (found.width, found.height)) == (rotation, size)
    assert "The picture is turned upright." in found.verdict
    seen = mpv_view(film, frames=1)
    assert (seen.rotation, (seen.width, seen.height)) == (rotation, size)


@pytest.mark.parametrize(("shape", "size"), [("16/11", (139, 64)), ("1/2", (96, 128))])
def test_pixels_that_are_not_square(shape, size, tmp_path, ffmpeg, mpv_view):
    film = ffmpeg("-f", "lavfi", "-i", f"testsrc=s=96x64:d=1,setsar={shape}", "-c:v", "mpeg4", tmp_path / "wide.mp4")
    found = probe(film)
    assert (found.width, found.height) == size
    seen = mpv_view(film, frames=1)
    assert (seen.width, seen.height) == size


def test_cover_of_a_recording_is_no_picture(tmp_path, ffmpeg):
    cover = ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1", tmp_path / "cover.png")
    maps = ["-map", "0:a", "-map", "1:v", "-c:v", "copy", "-disposition:v:0", "attached_pic"]
    sound = ffmpeg("-f", "lavfi", "-i", "sine=d=3", "-i", cover, *maps, tmp_path / "talk.mp3")
    found = probe(sound)
    assert (found.has_video, found.has_sound, found.video_streams) == (False, True, 0)
    assert (found.width, found.frame_rate, found.variable) == (None, None, None)
    assert found.verdict == "Sound only, 3.0 s; there is no picture."


def test_one_picture_is_still(tmp_path, ffmpeg):
    film = ffmpeg("-f", "lavfi", "-i", "testsrc=s=96x64", "-frames:v", "1", "-c:v", "mpeg4", tmp_path / "one.mp4")
    found = probe(film)
    assert found.still
    assert found.variable is None
    assert found.verdict == "A single picture, 96×64, that does not move, not a film."


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "avi"])
@pytest.mark.parametrize("length", [12, 90])
def test_cut_off_film_plays_as_far_as_it_goes(suffix, length, tmp_path, ffmpeg):
    source = ["-f", "lavfi", "-i", f"testsrc=s=160x90:r=10:d={length}"]
    film = ffmpeg(*source, "-c:v", "mpeg4", "-g", "10", "-movflags", "+faststart", tmp_path / f"whole.{suffix}")
    assert not probe(film).end_missing
    cut = tmp_path / f"cut.{suffix}"
    cut.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    found = probe(cut)
    assert found.damaged
    assert found.end_missing
    assert found.variable is False
    times = frame_times(cut)
    assert 0.3 * length * 1000 < found.duration_ms < 0.7 * length * 1000
    assert found.duration_ms == pytest.approx(times[-1], abs=500)
    assert "The end of this file is missing; it plays up to " in found.verdict


def test_damaged_inside(play, tmp_path):
    words = bytearray(play.path.read_bytes())
    middle = words.index(b"mdat") + 30_000
    words[middle : middle + 2000] = b"\xff" * 2000
    hurt = tmp_path / "hurt.mp4"
    hurt.write_bytes(words)
    found = probe(hurt)
    assert found.damaged
    assert not found.end_missing
    assert found.verdict.endswith("Parts of this file are damaged; it plays as far as it goes.")


def _garbled(play: bytes) -> bytes:
    """A film whose header is sound and of whose picture and sound nothing is left."""
    at = play.index(b"mdat")
    end = at - 4 + int.from_bytes(play[at - 4 : at], "big")
    return play[: at + 4] + bytes((n * 7919 >> 3) % 251 for n in range(end - at - 4)) + play[end:]


def test_films_of_which_nothing_can_be_shown(ffmpeg, tmp_path):
    plain = ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=160x90:d=3:r=10", "-c:v", "libx264", "-g", "5", tmp_path / "plain.mp4"
    )
    locked = ffmpeg(
        "-i", plain, "-c", "copy", "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "76" * 16,
        "-encryption_kid", "a7" * 16, tmp_path / "locked.mp4",
    )  # fmt: skip
    strange, garbled = tmp_path / "strange.mp4", tmp_path / "garbled.mp4"
    strange.write_bytes(plain.read_bytes().replace(b"avc1", b"qqq1").replace(b"avcC", b"qqqC"))
    garbled.write_bytes(_garbled(plain.read_bytes()))
    for film, said in (
        (locked, "It is encrypted: nothing of it can be shown here. Save it without protection where it was made."),
        (strange, "Its picture is of a kind that cannot be shown here. Save it as MP4 (H.264) where it was made."),
        (garbled, "Nothing of its picture can be shown. Copy it from the camera again."),
    ):
        found = probe(film)
        assert not found.plays
        assert found.verdict == f"A film of 3.0 s, 160×90, 10 frames a second, without sound. {said}"
    assert probe(plain).plays


def test_a_film_of_which_only_the_beginning_is_lost_plays(ffmpeg, tmp_path):
    film = ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=160x90:d=40:r=10", "-c:v", "libx264", "-g", "10", tmp_path / "long.mp4"
    )
    data = bytearray(film.read_bytes())
    at = data.index(b"mdat") + 4
    lost = (len(data) - at) // 3
    data[at : at + lost] = bytes((n * 7919 >> 3) % 251 for n in range(lost))
    film.write_bytes(data)
    found = probe(film)
    assert (found.plays, found.damaged) == (True, True)
    assert found.verdict.endswith("Parts of this file are damaged; it plays as far as it goes.")


@pytest.mark.parametrize(
    ("said", "day", "time"),
    [
        ("2024-05-06T10:11:12Z", date(2024, 5, 6), "10:11 UTC"),
        ("2024-05-06T00:00:00Z", date(2024, 5, 6), ""),
        ("1970-01-01T00:00:00Z", None, ""),
        ("1904-01-01T00:00:00Z", None, ""),
    ],
)
def test_day_and_time_of_recording(play, said, day, time, tmp_path, ffmpeg):
    film = ffmpeg("-i", play.path, "-c", "copy", "-metadata", f"creation_time={said}", tmp_path / "dated.mp4")
    found = probe(film)
    assert (found.recorded_on, found.recorded_time) == (day, time)


def test_limit_holds(play):
    with pytest.raises(TooSlowError):
        probe(play.path, limit=0.001)


def test_probing_leaves_no_trace(play, tmp_path, monkeypatch):
    monkeypatch.setenv("FFREPORT", f"file={tmp_path / 'report.log'}:level=32")
    monkeypatch.chdir(tmp_path)
    before = play.path.stat()
    probe(play.path)
    assert list(tmp_path.iterdir()) == []
    assert (play.path.stat().st_mtime_ns, play.path.stat().st_size) == (before.st_mtime_ns, before.st_size)


@pytest.mark.parametrize("name", FILMS)
def test_times_written_in_a_film_are_those_of_its_decoded_frames(name):
    written, decoded = written_times(REAL / name), frame_times(REAL / name)
    if name == "corrupted.mp4":  # one frame of it cannot be decoded
        assert set(decoded) < set(written)
    else:
        assert written == decoded


if FILMS:

    def test_sound_only_has_no_times_of_frames():
        assert written_times(REAL / "two_speakers_30s.wav") == []
