"""Camcorders note with every frame where they are: in a copy it is gone, wherever packets cut it, and no picture changes."""

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media.test_cut import hashes
from vigtui.domain.cutting import Stretch
from vigtui.domain.timecode import Millis
from vigtui.media import intake
from vigtui.media.cut import container_of, copy, cut
from vigtui.media.leaving import _filler, _has_user_data
from vigtui.media.places import forget_place, tells_place
from vigtui.media.probe import frame_times, probe

REAL = Path(__file__).parents[2].parent / "shared" / "media"
MARK = bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM"
DEVICE = [(0x13, b"\x13\x10\0\0"), (0x14, b"\0\0\0\0"), (0x18, b"\x44\x20\x19\x04"), (0xE0, b"\x01\x08\x31\0")]
PLACE = [
    (0xB0, b"\x02\x02\0\0"), (0xB1, b"N\0\0\0"), (0xB2, b"\0\x3b\0\x01"), (0xB3, b"\0\x36\0\x01"), (0xB4, b"\x75\x31\x03\xe8"),
    (0xB5, b"E\0\0\0"), (0xB6, b"\0\0\0\x01"), (0xB7, b"\0\x2d\0\x01"), (0xB8, b"\0\0\0\0"), (0xCA, b"2021"),
]  # fmt: skip
"""59° 54' 30.001" north, 0° 45' east."""


def sei(packs: list[tuple[int, bytes]], front: int) -> bytes:
    """A remark as it stands in a stream of H.264: with bytes in between where it would look like a beginning.

    In front of it another of that length, so that packets cut the remarks at any place.
    """
    body = MARK + bytes([len(packs)]) + b"".join(bytes([kind]) + value for kind, value in packs)
    raw = bytes([6, 5, len(body)]) + body + b"\x80"
    other = b"\0\0\0\x01" + bytes([6, 5, 16 + front]) + b"x" * (16 + front) + b"\x80"
    return other + b"\0\0\0\x01" + re.sub(b"\0\0(?=[\0-\3])", b"\0\0\3", raw)


def meant(stream: bytes) -> bytes:
    """A stream without what was put in between."""
    return re.sub(b"\0\0\3", b"\0\0", stream)


def stream_of(film: Path) -> bytes:
    """The picture's own stream as ffmpeg finds it in a film."""
    options = [
        "-map",
        "0:v",
        "-c",
        "copy",
        "-bsf:v",
        "h264_mp4toannexb" if film.suffix == ".mp4" else "null",
        "-f",
        "h264",
        "-",
    ]
    return subprocess.run(
        ["ffmpeg", "-v", "error", "-i", film, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=True,
    ).stdout


@pytest.fixture(scope="module")
def camcorder(tmp_path_factory) -> dict[str, Path]:
    """Films of a camcorder that finds out where it is after some frames, in every container they are kept in."""
    folder = tmp_path_factory.mktemp("camcorder")

    def run(*words: object) -> None:
        subprocess.run(["ffmpeg", "-v", "error", *map(str, words)], stdin=subprocess.DEVNULL, timeout=30, check=True)

    run("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", "-c:v", "libx264", "-preset", "ultrafast", "-g", "12",
        "-bsf:v", "filter_units=remove_types=6", "-f", "h264", folder / "plain.h264")  # fmt: skip
    frames = re.split(rb"(?=\0\0\0?\x01[\x25\x45\x65\x21\x41\x61])", (folder / "plain.h264").read_bytes())
    remarks = [sei([*DEVICE, *(PLACE * (1 + n % 3) if n > 8 else [])], n * 2) for n in range(len(frames))]
    (folder / "film.h264").write_bytes(frames[0] + b"".join(a + b for a, b in zip(remarks, frames[1:], strict=False)))
    made = {}
    for name, options in (
        ("mts", ["-f", "mpegts", "-mpegts_m2ts_mode", "1"]), ("ts", ["-f", "mpegts"]), ("mp4", ["-f", "mp4"]),
    ):  # fmt: skip
        made[name] = folder / f"film.{name}"
        sound = ["-f", "lavfi", "-i", "sine=d=2", "-c:a", "ac3"]
        run("-r", "25", "-i", folder / "film.h264", *sound, "-c:v", "copy", "-shortest", *options, made[name])
    return made


@pytest.mark.parametrize("kind", ["mts", "ts", "mp4"])
def test_the_place_is_gone_from_every_frame_and_nothing_else(camcorder, tmp_path, kind):
    source = camcorder[kind]
    before = meant(stream_of(source))
    assert before.count(b"\xb1N\0\0\0") > 20, "the film tells less than this test thinks"
    if kind != "mp4":
        assert source.read_bytes().count(MARK) < before.count(MARK), "no packet cuts a remark"
    assert probe(source).has_place
    taken = intake.take_in(source, tmp_path, name="film")
    assert taken.place_dropped
    assert not probe(taken.path).has_place
    assert not tells_place(taken.path)
    after = meant(stream_of(taken.path))
    assert after.count(MARK) == before.count(MARK)
    for kind_of, value in PLACE:
        assert bytes([kind_of]) + value not in after
    for kind_of, value in DEVICE:
        assert after.count(bytes([kind_of]) + value) == before.count(bytes([kind_of]) + value)
    assert hashes(taken.path) == hashes(source)
    assert frame_times(taken.path) == frame_times(source)
    checked = ["ffmpeg", "-v", "error", "-i", taken.path, "-f", "null", "-"]
    assert subprocess.run(checked, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=True).stderr == b""


def test_what_leaves_has_no_remark_at_all(camcorder, tmp_path):
    for source in camcorder.values():
        times = frame_times(source)
        stretch = Stretch(source, times[20], times[40])
        cut([stretch], tmp_path / "clip.mp4")
        target = tmp_path / f"copy.{container_of(stretch)}"
        made = copy(stretch, target)
        assert b"MDPM" not in target.read_bytes() + (tmp_path / "clip.mp4").read_bytes()
        first = times.index(made.in_ms)
        assert hashes(target) == hashes(source)[first : first + made.frames]


def test_hevc_leaves_without_remarks_too(ffmpeg, tmp_path):
    plain = ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", "-c:v", "libx265", "-preset", "ultrafast",
        "-x265-params", "log-level=none:keyint=12", tmp_path / "plain.mp4",
    )  # fmt: skip
    inside = plain.read_bytes()
    assert b"x265 (build" in inside, "this film holds no remark"
    odd = tmp_path / "odd.mkv"
    ffmpeg("-i", plain, "-f", "lavfi", "-i", "sine=d=2", "-c:v", "copy", "-c:a", "flac", odd)
    for film, made in ((plain, "copy.mp4"), (odd, "copy.mkv")):
        copy(Stretch(film, Millis(0), Millis(800)), tmp_path / made)
        assert b"x265" not in (tmp_path / made).read_bytes(), made
        assert hashes(tmp_path / made)[:21] == hashes(plain)[:21]
        checked = ["ffmpeg", "-v", "warning", "-err_detect", "explode", "-i", tmp_path / made, "-f", "null", "-"]
        assert (
            subprocess.run(checked, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=True).stderr == b""
        )


@pytest.mark.parametrize("size", [3, 4, 255, 256, 257, 258, 259, 513, 514, 515, 2990])
def test_filler_is_as_long_as_what_it_replaces(size):
    made = _filler(size)
    assert len(made) == size
    assert not _has_user_data(made)


def test_what_mpeg_2_cameras_note_stays_behind(ffmpeg, tmp_path):
    plain = ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", "-c:v", "mpeg2video", "-g", "12", tmp_path / "plain.mpg"
    )
    told = tmp_path / "told.mpg"
    told.write_bytes(plain.read_bytes().replace(b"\0\0\1\xb8", b"\0\0\1\xb2+59.91+010.75/hiddenOslo\0\0\1\xb8"))
    stretch = Stretch(told, Millis(0), Millis(800))
    made = tmp_path / f"copy.{container_of(stretch)}"
    copy(stretch, made)
    assert b"hiddenOslo" in told.read_bytes()
    assert b"hiddenOslo" not in made.read_bytes()
    assert hashes(made)[:20] == hashes(told)[:20]


def test_a_camcorder_that_never_knew_where_it_was_is_left_byte_for_byte(tmp_path):
    source = REAL / "sony_a7m3_avchd_truncated.mts"
    if not source.is_file():
        pytest.skip("the real film is not here")
    taken = intake.take_in(source, tmp_path, name="film")
    assert not taken.place_dropped
    assert taken.path.read_bytes() == source.read_bytes()


@given(st.binary(max_size=400), st.binary(max_size=400), st.sampled_from([0, 188, 192]))
def test_anything_behind_a_mark_is_no_harm(tmp_path, front, behind, step):
    film = tmp_path / "film.mts"
    body = front + MARK + behind
    packets = [
        (b"\0" * (step - 188) + b"G\x01\x00\x10" + body[at : at + 184]).ljust(step, b"\xff")
        for at in range(0, 900, 184)
    ]
    film.write_bytes(b"".join(packets) if step else body)
    before = film.read_bytes()
    forget_place(film)
    after = film.read_bytes()
    assert len(after) == len(before)
    assert all(new in {0xFF, 1} for old, new in zip(before, after, strict=True) if old != new)
    mark = before.find(MARK)
    assert after[:mark] == before[:mark] or b"loci" in before
