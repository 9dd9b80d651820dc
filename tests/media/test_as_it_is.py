"""What a camera or a program wrote between or into the frames does not leave with a film that is cut “as it is”."""

import re
import struct
import subprocess
from pathlib import Path

import pytest

from tests.media.test_cut import hashes
from vigtui.domain.cutting import Piece, Stretch
from vigtui.domain.errors import NotSensible
from vigtui.domain.timecode import Millis
from vigtui.media.cut import container_of, copy, cut, make
from vigtui.media.leaving import tells_more
from vigtui.media.probe import frame_times

TOLD = b"hiddenOslo+59.91+010.75/"
TEST = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2"]
TONE = ["-f", "lavfi", "-i", "sine=d=2"]
FIRST_SECOND = (Millis(0), Millis(960))


@pytest.fixture
def dv(ffmpeg, tmp_path) -> Path:
    """A tape that notes in every frame when it was recorded."""
    source = ["-f", "lavfi", "-i", "testsrc2=s=720x576:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1:r=48000"]
    target = ["-pix_fmt", "yuv420p", "-ac", "2", "-metadata", "creation_time=2021-03-04T05:06:07Z"]
    film = ffmpeg(*source, *target, tmp_path / "tape.dv")
    date = b"\x62\xff\xc4\x03\x21"  # a pack of DV: the 4th of March 21
    assert film.read_bytes().count(date) >= 25, "this film tells no date"
    return film


@pytest.fixture
def motion_jpeg(ffmpeg, tmp_path) -> Path:
    """Photographs one behind the other, each with a remark and with what cameras note of themselves."""
    plain = ffmpeg(*TEST, "-c:v", "mjpeg", tmp_path / "plain.mjpeg").read_bytes()
    exif = b"Exif\0\0II*\0\x08\0\0\0" + TOLD
    more = b"".join(
        mark + struct.pack(">H", len(words) + 2) + words for mark, words in ((b"\xff\xe1", exif), (b"\xff\xfe", TOLD))
    )
    (tmp_path / "told.mjpeg").write_bytes(plain.replace(b"\xff\xd8\xff", b"\xff\xd8" + more + b"\xff"))
    return ffmpeg("-r", "25", "-i", tmp_path / "told.mjpeg", "-c", "copy", tmp_path / "camera.avi")


@pytest.fixture
def mpeg_4(ffmpeg, tmp_path) -> Path:
    """An old camera's film with remarks between its frames."""
    plain = ffmpeg(*TEST, "-c:v", "mpeg4", "-g", "12", tmp_path / "plain.m4v").read_bytes()
    (tmp_path / "told.m4v").write_bytes(plain.replace(b"\0\0\1\xb6", b"\0\0\1\xb2" + TOLD + b"\0\0\1\xb6"))
    return ffmpeg("-f", "m4v", "-r", "25", "-i", tmp_path / "told.m4v", *TONE, "-c:v", "copy", tmp_path / "camera.avi")


@pytest.mark.parametrize("kind", ["dv", "motion_jpeg", "mpeg_4"])
def test_frames_that_may_tell_where_and_when_are_not_copied(kind, request, tmp_path):
    film = request.getfixturevalue(kind)
    assert kind == "dv" or film.read_bytes().count(TOLD) >= 50, "the frames of this film tell nothing"
    stretch, target = Stretch(film, *FIRST_SECOND), tmp_path / "copy.mkv"
    for refused in (
        lambda: copy(stretch, target),
        lambda: container_of(stretch),
        lambda: make(Piece.COPY, [stretch], target),
    ):
        with pytest.raises(NotSensible, match=r"The picture of this film may tell where and when") as error:
            refused()
        assert error.value.remedy == "Nothing was written. Cut it without “as it is”: then every frame is new."
    assert not target.exists()
    [made] = cut([stretch], tmp_path / "clip.mp4")
    assert made.frames == 25
    assert TOLD not in (tmp_path / "clip.mp4").read_bytes()


def test_sound_whose_header_holds_words_is_not_copied_either(ffmpeg, tmp_path):
    """Vorbis carries what its program wrote in the header without which it cannot be heard."""
    film = ffmpeg(*TEST, *TONE, "-c:v", "libvpx-vp9", "-cpu-used", "8", "-c:a", "libvorbis", tmp_path / "film.webm")
    words = film.read_bytes()
    vendor = re.search(rb"\x03vorbis.\0\0\0([ -~]{8,})", words)
    assert vendor, "its header holds no words"
    with pytest.raises(NotSensible, match="The sound of this film may tell"):
        copy(Stretch(film, *FIRST_SECOND), tmp_path / "copy.mkv")
    theora = ffmpeg(*TEST, "-c:v", "libtheora", tmp_path / "film.ogv")
    with pytest.raises(NotSensible, match="The picture of this film may tell"):
        copy(Stretch(theora, *FIRST_SECOND), tmp_path / "copy.mkv")


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        ("webm", ["-c:v", "libvpx-vp9", "-cpu-used", "8", "-g", "10", "-c:a", "libopus"]),
        ("mov", ["-c:v", "prores_ks", "-c:a", "pcm_s16le"]),
        ("mkv", ["-c:v", "ffv1", "-c:a", "flac"]),
        ("3gp", ["-c:v", "h263", "-s", "352x288", "-c:a", "aac"]),
    ],
)
def test_what_holds_nothing_but_frames_is_copied(suffix, options, ffmpeg, tmp_path):
    tags = ["-metadata", "comment=hiddenOslo", "-metadata:s:a", "title=hiddenOslo", "-metadata:s:v", "title=hiddenOslo"]
    film = ffmpeg(*TEST, *TONE, *options, *tags, tmp_path / f"film.{suffix}")
    stretch = Stretch(film, *FIRST_SECOND)
    target = tmp_path / f"copy.{container_of(stretch)}"
    made = copy(stretch, target)
    assert (made.in_ms, made.exact) == (frame_times(film)[0], True), (
        "a mark in front of the first frame means that frame"
    )
    assert hashes(target)[:25] == hashes(film)[:25]
    assert b"hiddenOslo" not in target.read_bytes()


def test_sound_alone_is_copied(ffmpeg, tmp_path):
    sound = ffmpeg(*TONE, "-metadata", "comment=hiddenOslo", tmp_path / "sound.wav")
    copy(Stretch(sound, *FIRST_SECOND), tmp_path / "copy.mkv")
    assert b"hiddenOslo" in sound.read_bytes()
    assert b"hiddenOslo" not in (tmp_path / "copy.mkv").read_bytes()


def told_av1(plain: bytes) -> bytes:
    """A stream of AV1 in IVF with a remark in each frame and in front of the first, where a file keeps it in its header."""
    remark = b"\x04\xb5\0\x3b" + TOLD + b"\x80"
    unit = bytes([5 << 3 | 2, len(remark)]) + remark
    made, at = bytearray(plain[:32]), 32
    while at < len(plain):
        size, time = struct.unpack("<IQ", plain[at : at + 12])
        frame = plain[at + 12 : at + 12 + size]
        front = 2  # an empty unit begins each
        if frame[2] >> 3 == 1:  # what decoding needs
            front += 2 + frame[3]
        frame = frame[:front] + unit + frame[front:]
        made += struct.pack("<IQ", len(frame), time) + frame
        at += 12 + size
    return bytes(made)


@pytest.mark.parametrize("kind", ["mp4", "mkv"])
def test_av1_leaves_without_remarks(kind, ffmpeg, tmp_path):
    plain = ffmpeg(*TEST, "-c:v", "libaom-av1", "-cpu-used", "8", "-g", "12", tmp_path / "plain.ivf")
    (tmp_path / "told.ivf").write_bytes(told_av1(plain.read_bytes()))
    film = ffmpeg("-i", tmp_path / "told.ivf", "-c", "copy", tmp_path / f"camera.{kind}")
    assert film.read_bytes().count(TOLD) >= 50, "the film tells nothing"
    target = tmp_path / f"copy.{container_of(Stretch(film, *FIRST_SECOND))}"
    copy(Stretch(film, *FIRST_SECOND), target)
    assert TOLD not in target.read_bytes(), "it stands in the header"
    assert hashes(target)[:25] == hashes(plain)[:25]
    checked = ["ffmpeg", "-v", "warning", "-err_detect", "explode", "-i", target, "-f", "null", "-"]
    assert subprocess.run(checked, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=True).stderr == b""


def test_what_has_no_meaning_in_h264_stays_behind(ffmpeg, tmp_path):
    plain = ffmpeg(
        *TEST, "-c:v", "libx264", "-preset", "ultrafast", "-bsf:v", "filter_units=remove_types=6", tmp_path / "a.h264"
    )
    words = re.sub(
        rb"\x00\x00\x00?\x01(?=[\x41\x61\x21])", lambda one: b"\0\0\0\1\x18" + TOLD + one[0], plain.read_bytes()
    )
    (tmp_path / "told.h264").write_bytes(words)
    film = ffmpeg("-r", "25", "-i", tmp_path / "told.h264", "-c", "copy", tmp_path / "camera.mp4")
    assert film.read_bytes().count(TOLD) >= 40
    copy(Stretch(film, *FIRST_SECOND), tmp_path / "copy.mp4")
    assert TOLD not in (tmp_path / "copy.mp4").read_bytes()
    assert hashes(tmp_path / "copy.mp4")[:25] == hashes(plain)[:25]


def test_what_nobody_knows_is_not_copied():
    assert tells_more("unknown")
    assert tells_more("a codec of tomorrow")
    assert not tells_more("")
