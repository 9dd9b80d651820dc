"""Clips are exact to the frame, in step, upright and clean: compared with the film they come from, frame by frame."""

import json
import subprocess
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from vigtui.domain.clip import Blur, BlurKey
from vigtui.domain.cutting import Stretch
from vigtui.domain.errors import FilmError, NotSensible
from vigtui.domain.timecode import Millis
from vigtui.media import cut as module
from vigtui.media import graph
from vigtui.media.cut import Quality, container_of, copy, cut, still
from vigtui.media.probe import frame_times, layout, probe
from vigtui.media.puppet import make_puppet_play
from vigtui.media.running import StoppedError, run_ffmpeg
from vigtui.media.stage import frame_number

REAL = Path(__file__).parents[2].parent / "shared" / "media"
FILMS = (
    "chaplin.mp4",
    "iphone6_rot90_gps.mov",
    "kodak_mjpeg.avi",
    "nasa_multistream.mp4",
    "no_duration.webm",
    "phone_hevc_metadata_track.mp4",
    "phone_vfr_rot180.mp4",
    "corrupted.mp4",
)
NO_LOSS = Quality(crf=0, preset="ultrafast")


def run(*words: object) -> bytes:
    return subprocess.run(
        [str(word) for word in words], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True
    ).stdout


def hashes(film: Path) -> list[str]:
    """A hash of each frame, decoded upright."""
    words = run(
        "ffmpeg", "-v", "quiet", "-i", f"file:{film}", "-map", "0:v:0", "-fps_mode", "passthrough",
        "-pix_fmt", "yuv420p", "-f", "framemd5", "-",
    ).decode()  # fmt: skip
    return [line.split(",")[-1].strip() for line in words.splitlines() if not line.startswith("#")]


@cache
def original(film: Path) -> tuple[list[Millis], list[str]]:
    """The times and hashes of the frames of a film that does not change."""
    return frame_times(film), hashes(film)


def told(film: Path) -> dict:
    return json.loads(
        run("ffprobe", "-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json", f"file:{film}")
    )


def numbers(film: Path, size: tuple[int, int] = (640, 360)) -> list[int]:
    """The numbers that the lamps of a puppet play show in each frame."""
    grey = run("ffmpeg", "-v", "error", "-i", f"file:{film}", "-fps_mode", "passthrough", "-f", "rawvideo",
               "-pix_fmt", "gray", "-")  # fmt: skip
    one = size[0] * size[1]
    return [frame_number(grey[at : at + one], size) for at in range(0, len(grey), one)]


def brightness(film: Path) -> float:
    grey = run("ffmpeg", "-v", "error", "-i", f"file:{film}", "-frames:v", "1", "-vf", "scale=32:32", "-f", "rawvideo",
               "-pix_fmt", "gray", "-")  # fmt: skip
    return sum(grey) / len(grey)


@pytest.fixture(scope="module")
def far_keys(tmp_path_factory) -> Path:
    """Uneven frames, and seconds from one key picture to the next."""
    target = tmp_path_factory.mktemp("far") / "far.mp4"
    return make_puppet_play(target, seconds=7, variable=True, size=(320, 180), keyframe_seconds=6).path


@pytest.mark.parametrize(("first", "last"), [(0, 1), (0, 20), (60, 61), (40, 90), (-30, -1)])
def test_the_very_frames_that_were_marked(play, uneven, far_keys, tmp_path, first, last):
    for film in (play.path, uneven.path, far_keys):
        times, frames = original(film)
        first, last = first % len(times), last % len(times)
        [made] = cut([Stretch(film, times[first], times[last])], tmp_path / "clip.mp4", quality=NO_LOSS)
        assert (made.in_ms, made.out_ms, made.exact) == (times[first], times[last], True)
        assert hashes(tmp_path / "clip.mp4") == frames[first : last + 1]
        since = [at - times[first] for at in times[first : last + 1]]
        kept = frame_times(tmp_path / "clip.mp4")
        assert all(abs(a - b) <= 1 for a, b in zip(since, kept, strict=True)), "the times between frames changed"


def test_marks_between_frames_are_no_damage(play, tmp_path, monkeypatch):
    """Marks from elsewhere lie anywhere: all frames between them, in one go, and a still of the frame behind the mark."""
    runs = []
    monkeypatch.setattr(module, "run_ffmpeg", lambda *words, **options: runs.append(1) or run_ffmpeg(*words, **options))
    [made] = cut([Stretch(play.path, Millis(3017), Millis(3333))], tmp_path / "clip.mp4", quality=NO_LOSS)
    assert (made.in_ms, made.out_ms, made.frames, made.exact) == (3040, 3320, 8, True)
    assert hashes(tmp_path / "clip.mp4") == original(play.path)[1][76:84]
    seen = still(Stretch(play.path, Millis(3017), Millis(3017)), tmp_path / "still.png")
    assert (seen.in_ms, seen.exact) == (3040, True)
    assert numbers(tmp_path / "still.png") == [76]
    assert len(runs) == 2, "the film was read again and again"


@pytest.mark.parametrize("name", [name for name in FILMS if (REAL / name).is_file()] or ["none"])
def test_real_films(name, tmp_path, play):
    film = REAL / name if name != "none" else play.path
    times, frames = original(film)
    first = len(times) // 3
    last = min(len(times) - 1, 2 * first + 1, first + 40)
    [made] = cut([Stretch(film, times[first], times[last])], tmp_path / "clip.mp4", quality=NO_LOSS)
    assert made.exact
    assert made.frames == last - first + 1
    assert hashes(tmp_path / "clip.mp4") == frames[first : last + 1]
    found, whole = layout(tmp_path / "clip.mp4"), layout(film)
    assert (found.width, found.height) == (whole.width, whole.height)
    assert (found.sound is None) == (whole.sound is None)
    assert "rotation" not in str(told(tmp_path / "clip.mp4")), "it is upright without being turned"


@pytest.mark.parametrize("name", ["phone_h263.3gp", "sony_a7m3_avchd_truncated.mts"])
def test_pixels_that_are_not_square_and_interlaced_pictures(name, tmp_path, ffmpeg):
    film = REAL / name
    if not film.is_file():
        film = ffmpeg("-f", "lavfi", "-i", "testsrc=s=352x288:r=25:d=2", "-vf", "setsar=12/11", tmp_path / "wide.mp4")
    times = frame_times(film)
    first, last = len(times) // 3, 2 * len(times) // 3
    [made] = cut([Stretch(film, times[first], times[last])], tmp_path / "clip.mp4")
    assert (made.exact, made.frames) == (True, last - first + 1)
    found, original = probe(tmp_path / "clip.mp4"), probe(film)
    assert abs(found.width - original.width) <= 1
    assert abs(found.height - original.height) <= 1
    assert told(tmp_path / "clip.mp4")["streams"][0]["sample_aspect_ratio"] == "1:1"


def test_sound_is_in_step(ffmpeg, tmp_path):
    """A film whose picture turns white in the frame in which a tone begins."""
    film = ffmpeg(
        "-f", "lavfi", "-i", "color=black:s=320x180:r=25:d=8,drawbox=c=white:t=fill:enable='gte(t,5)'",
        "-f", "lavfi", "-i", "sine=f=600:d=8,volume='gte(t,5)':eval=frame",
        "-c:v", "libx264", "-preset", "ultrafast", "-g", "200", "-c:a", "aac", tmp_path / "beep.mp4",
    )  # fmt: skip
    for speed in (1.0, 0.5):
        clip = tmp_path / f"clip{speed}.mp4"
        cut([Stretch(film, Millis(4000), Millis(6000))], clip, speed=speed)
        grey = run("ffmpeg", "-v", "error", "-i", clip, "-fps_mode", "passthrough", "-vf", "scale=1:1", "-f", "rawvideo",
                   "-pix_fmt", "gray", "-")  # fmt: skip
        white = frame_times(clip)[next(n for n, level in enumerate(grey) if level > 128)] / 1000
        samples = memoryview(
            run("ffmpeg", "-v", "error", "-i", clip, "-f", "s16le", "-ac", "1", "-ar", "8000", "-")
        ).cast("h")
        loud = next(n for n, sample in enumerate(samples) if abs(sample) > 1000) / 8000
        assert white == pytest.approx(1.0 / speed, abs=0.001)
        assert loud == pytest.approx(white, abs=0.04), "more than one frame apart"
        lengths = [float(one["duration"]) for one in told(clip)["streams"]]
        assert abs(lengths[0] - lengths[1]) <= 0.04 / speed + 0.022, "picture and sound do not end together"


def test_plays_on_anything(play, tmp_path):
    cut([Stretch(play.path, Millis(1000), Millis(2000))], tmp_path / "clip.mp4")
    picture, sound = told(tmp_path / "clip.mp4")["streams"]
    assert (picture["codec_name"], picture["pix_fmt"], sound["codec_name"]) == ("h264", "yuv420p", "aac")
    assert picture["level"] <= 41
    boxes = (tmp_path / "clip.mp4").read_bytes()
    assert 0 < boxes.index(b"moov") < boxes.index(b"mdat"), "it cannot begin to play before it is there whole"
    assert (float(picture["start_time"]), float(sound["start_time"])) == (0.0, 0.0)
    assert brightness(tmp_path / "clip.mp4") > 60, "it begins black"


def test_ten_bits_and_a_wide_range_become_plain(ffmpeg, tmp_path):
    film = ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", "-c:v", "libx265", "-preset", "ultrafast",
        "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc",
        tmp_path / "hlg.mov",
    )  # fmt: skip
    [made] = cut([Stretch(film, Millis(520), Millis(1000))], tmp_path / "clip.mp4")
    [picture] = told(tmp_path / "clip.mp4")["streams"]
    assert (made.frames, picture["pix_fmt"], picture.get("color_transfer")) == (13, "yuv420p", "bt709")


SECRETS = (b"Astrid", b"+51.5", b"Oslo", b"Kamera", b"2021", b"Kapittel", b"hidden")


@pytest.fixture(scope="module")
def telling(tmp_path_factory) -> dict[str, Path]:
    """Films that tell place, device, date, title, chapter and language in every way a container can."""
    folder = tmp_path_factory.mktemp("telling")
    chapters = folder / "chapters.txt"
    chapters.write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=3000\ntitle=Kapittel Oslo\n", "utf-8")
    made = {}
    for suffix in ("mov", "mkv"):
        made[suffix] = folder / f"telling.{suffix}"
        run(
            "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4", "-f", "lavfi", "-i", "sine=d=4",
            "-f", "ffmetadata", "-i", chapters, "-map_chapters", "2", "-map", "0", "-map", "1", "-timecode", "10:00:00:00",
            "-movflags", "use_metadata_tags", "-metadata", "title=Astrid", "-metadata", "location=+51.5-000.1/",
            "-metadata", "com.apple.quicktime.location.ISO6709=+51.5-000.1/", "-metadata", "make=Kamera",
            "-metadata", "creation_time=2021-03-04T05:06:07Z", "-metadata:s:v", "title=Oslo", "-metadata:s:a",
            "language=nor", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25",
            "-bsf:v", "h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+hiddenOslo", "-c:a", "aac", made[suffix],
        )  # fmt: skip
    if (REAL / "iphone6_rot90_gps.mov").is_file():
        made["iphone"] = REAL / "iphone6_rot90_gps.mov"
    return made


def test_nothing_but_picture_and_sound_leaves(telling, tmp_path):
    for film in telling.values():
        _, at = (times := frame_times(film)), (times[30], times[50])
        cut([Stretch(film, *at)], tmp_path / "clip.mp4")
        cut([Stretch(film, *at), Stretch(film, at[0], at[0])], tmp_path / "reel.mp4", titles=True, hold=0.2)
        copied = tmp_path / f"copy.{container_of(Stretch(film, *at))}"
        copy(Stretch(film, *at), copied)
        still(Stretch(film, at[0], at[0]), tmp_path / "still.png")
        still(Stretch(film, at[0], at[0]), tmp_path / "still.jpg", jpeg=True)
        if film.suffix != ".MOV" and film.parent != REAL:
            assert b"hidden" in film.read_bytes(), "the film tells less than this test thinks"
        for made in (
            tmp_path / "clip.mp4",
            tmp_path / "reel.mp4",
            copied,
            tmp_path / "still.png",
            tmp_path / "still.jpg",
        ):
            inside = made.read_bytes()
            assert not [word for word in (*SECRETS, b"iPhone", b"Apple", b"x264 - core") if word in inside], made.name
            facts = told(made)
            tags = {name.lower() for one in (facts["format"], *facts["streams"]) for name in one.get("tags", {})}
            assert tags <= {
                "major_brand", "minor_version", "compatible_brands", "encoder", "duration",
                "language", "handler_name", "vendor_id",
            }  # fmt: skip
            assert not facts["chapters"]
            assert {one["codec_type"] for one in facts["streams"]} <= {"video", "audio"}


def test_as_it_is_says_where_it_begins(far_keys, tmp_path):
    times = frame_times(far_keys)
    at = next(n for n, time in enumerate(times) if time > 3000)
    made = copy(Stretch(far_keys, times[at], times[at + 30]), tmp_path / "copy.mp4")
    assert (made.in_ms, made.exact) == (0, False)
    assert hashes(tmp_path / "copy.mp4")[: at + 31] == hashes(far_keys)[: at + 31]
    words = run("ffprobe", "-v", "error", "-select_streams", "v", "-skip_frame", "nokey", "-show_entries", "frame=pts_time",
                "-of", "csv=p=0", far_keys).decode()  # fmt: skip
    key = round(1000 * float(words.split()[0].rstrip(",")))
    made = copy(Stretch(far_keys, Millis(key), times[30]), tmp_path / "copy.mp4")
    assert (made.in_ms, made.exact) == (key, True)


def test_as_it_is_stays_upright(tmp_path):
    film = REAL / "iphone6_rot90_gps.mov"
    if film.is_file():
        copy(Stretch(film, Millis(1333), Millis(2002)), tmp_path / "copy.mp4")
        assert probe(tmp_path / "copy.mp4").rotation == probe(film).rotation == 90


def test_a_reel(play, uneven, tmp_path):
    """Clips of two films, with cards and holds; every frame in its order."""
    small = make_puppet_play(tmp_path / "small.mp4", seconds=2, size=(320, 240)).path
    one, two = frame_times(play.path), frame_times(uneven.path)
    stretches = [
        Stretch(play.path, one[20], one[44], title="What do you [i]see[/i] 100% 'here': her?"),
        Stretch(uneven.path, two[10], two[30]),
        Stretch(small, Millis(400), Millis(800)),
    ]
    told_parts: list[float] = []
    made = cut(stretches, tmp_path / "reel.mp4", progress=told_parts.append)
    assert [one.frames for one in made] == [25, 21, 11]
    assert numbers(tmp_path / "reel.mp4")[:46] == [*range(20, 45), *numbers(uneven.path)[10:31]]
    assert told_parts == sorted(told_parts)
    assert told_parts[-1] <= 1
    made = cut(stretches, tmp_path / "cards.mp4", titles=True, hold=2)
    seconds = probe(tmp_path / "cards.mp4").duration_ms / 1000
    assert seconds == pytest.approx(3 * graph.CARD_SECONDS + 3 * 2 + 1.0 + (two[30] - two[10]) / 1000 + 0.44, abs=0.3)
    assert probe(tmp_path / "cards.mp4").height == 360


def test_slow_motion_keeps_every_frame(play, tmp_path):
    [made] = cut([Stretch(play.path, Millis(1000), Millis(2000))], tmp_path / "slow.mp4", speed=0.25)
    assert made.frames == 26
    times = frame_times(tmp_path / "slow.mp4")
    assert [after - before for before, after in pairwise(times)] == [160] * 25
    assert numbers(tmp_path / "slow.mp4") == list(range(25, 51))


@pytest.mark.parametrize("jpeg", [False, True])
def test_a_still_is_that_frame(uneven, tmp_path, jpeg):
    times = frame_times(uneven.path)
    target = tmp_path / "still.img"
    still(Stretch(uneven.path, times[40], times[40]), target, jpeg=jpeg)
    assert numbers(target) == [numbers(uneven.path)[40]]
    assert target.read_bytes().startswith(b"\xff\xd8" if jpeg else b"\x89PNG")


def test_a_blurred_region_is_unrecognisable_and_follows(play, tmp_path):
    """The lamps cannot be read off where the region lies; what it leaves can."""
    lamps = BlurKey(Millis(1000), 0.0, 0.9, 1.0, 0.1), BlurKey(Millis(2000), 0.0, 0.0, 1.0, 0.1)
    film = Stretch(play.path, Millis(1000), Millis(2000), blur=Blur(lamps))
    cut([film], tmp_path / "clip.mp4")
    seen = numbers(tmp_path / "clip.mp4")
    assert seen[:3] != [25, 26, 27]
    assert seen[8:] == list(range(33, 51)), "it blurs what it has left"
    cut([Stretch(play.path, Millis(1000), Millis(2000), blur=Blur(lamps[:1]))], tmp_path / "clip.mp4")
    hidden = numbers(tmp_path / "clip.mp4")
    assert len(set(hidden)) < 8, "the lamps can still be read"


def test_another_track(tmp_path, ffmpeg):
    film = ffmpeg(
        "-f", "lavfi", "-i", "color=red:s=64x64:r=25:d=2", "-f", "lavfi", "-i", "color=blue:s=128x64:r=25:d=2",
        "-f", "lavfi", "-i", "sine=f=300:d=2", "-f", "lavfi", "-i", "sine=f=900:d=2",
        "-map", "0", "-map", "1", "-map", "2", "-map", "3", "-c:v", "libx264", "-c:a", "aac", tmp_path / "two.mkv",
    )  # fmt: skip
    for track, width in ((None, 64), (1, 64), (2, 128)):
        cut([Stretch(film, Millis(0), Millis(1000), video_track=track, sound_track=track)], tmp_path / "clip.mp4")
        assert probe(tmp_path / "clip.mp4").width == width
    with pytest.raises(FilmError, match="no picture 3"):
        cut([Stretch(film, Millis(0), Millis(1000), video_track=3)], tmp_path / "clip.mp4")


def test_sound_alone_and_picture_alone(tmp_path, ffmpeg):
    sound = ffmpeg("-f", "lavfi", "-i", "sine=d=4", tmp_path / "sound.wav")
    cut([Stretch(sound, Millis(1000), Millis(2000))], tmp_path / "clip.mp4")
    [stream] = told(tmp_path / "clip.mp4")["streams"]
    assert stream["codec_type"] == "audio"
    assert float(stream["duration"]) == pytest.approx(1.04, abs=0.05)
    silent = ffmpeg("-f", "lavfi", "-i", "testsrc2=d=2:r=25", "-c:v", "libx264", tmp_path / "silent.mp4")
    cut([Stretch(silent, Millis(0), Millis(1000))], tmp_path / "clip.mp4")
    assert [one["codec_type"] for one in told(tmp_path / "clip.mp4")["streams"]] == ["video"]
    with pytest.raises(NotSensible, match="mix"):
        cut([Stretch(sound, Millis(0), Millis(1000)), Stretch(silent, Millis(0), Millis(1000))], tmp_path / "clip.mp4")
    with pytest.raises(FilmError, match="no picture"):
        still(Stretch(sound, Millis(0), Millis(0)), tmp_path / "still.png")


def test_it_can_be_stopped(play, tmp_path):
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 1

    with pytest.raises(StoppedError):
        cut([Stretch(play.path, Millis(0), Millis(5900))], tmp_path / "clip.mp4", cancelled=stop)


def test_beyond_the_end_nothing_is_made_up(play, tmp_path):
    [made] = cut([Stretch(play.path, Millis(5000), Millis(9000))], tmp_path / "clip.mp4")
    assert (made.in_ms, made.out_ms, made.exact) == (5000, 5960, False)
    with pytest.raises(FilmError, match="cannot be read"):
        cut([Stretch(play.path, Millis(8000), Millis(9000))], tmp_path / "clip.mp4")
