"""Films on their way in: places are dropped, split films are joined, each is tried once."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.media.test_cut import hashes
from vigtui.domain.errors import FilmError
from vigtui.media import intake
from vigtui.media.joining import grouped, join, source_hash
from vigtui.media.places import forget_place, tells_place
from vigtui.media.probe import frame_times, probe
from vigtui.media.puppet import make_puppet_play
from vigtui.media.trial import Trial, try_out

REAL = Path(__file__).parents[2].parent / "shared" / "media"


def sha(film: Path) -> str:
    return hashlib.sha256(film.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def placed(tmp_path_factory, request) -> Path:
    """A phone's film with the place of a home in it, in both ways that phones write it."""
    made = tmp_path_factory.mktemp("placed") / "placed.mov"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=2", "-c:v", "libx264", "-preset", "ultrafast",
         "-movflags", "use_metadata_tags", "-metadata", "com.apple.quicktime.location.ISO6709=+51.5034-000.1276+015.0/",
         "-metadata", "com.apple.quicktime.make=Apple", "-metadata", "com.apple.quicktime.model=Phone 6", str(made)],
        check=True, timeout=30, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return made


def real_or(name: str, other: Path) -> Path:
    return REAL / name if (REAL / name).is_file() else other


def test_the_place_is_dropped_in_the_copy_and_nothing_else(placed, tmp_path):
    for source in (placed, real_or("iphone6_rot90_gps.mov", placed)):
        before, found = sha(source), probe(source)
        assert found.has_place
        assert found.device
        taken = intake.take_in(source, tmp_path / "films", name=f"film-{source.stem}")
        assert taken.place_dropped
        assert sha(source) == before == taken.source_sha256
        assert sha(taken.path) == taken.sha256 != before
        assert taken.path.stat().st_size == source.stat().st_size
        assert not re.search(rb"[+-]\d\d\.\d{3,}[+-]\d{3}\.", taken.path.read_bytes())
        again = probe(taken.path)
        assert not again.has_place
        assert (again.duration_ms, again.rotation, again.recorded_on, again.device) == (
            found.duration_ms, found.rotation, found.recorded_on, found.device,
        )  # fmt: skip
        assert hashes(taken.path) == hashes(source)
        assert frame_times(taken.path) == frame_times(source)


def test_a_box_of_3gp_is_blotted_too(tmp_path):
    box = b"loci\x00\x00\x00\x00\x15\xc7Home\x00\x00" + b"\x12\x34\x56\x78" * 3 + b"earth\x00\x00"
    box = (len(box) + 4).to_bytes(4, "big") + box
    film = tmp_path / "film.3gp"
    film.write_bytes(b"\0\0\0\x10ftyp3gp4\0\0\0\0" + (len(box) + 8).to_bytes(4, "big") + b"moov" + box)
    size = film.stat().st_size
    assert tells_place(film)
    assert forget_place(film)
    assert b"\x12\x34\x56\x78" not in film.read_bytes()
    assert b"Home" not in film.read_bytes()
    assert film.stat().st_size == size


def test_the_place_in_a_matroska_file_is_dropped(placed, tmp_path):
    source = tmp_path / "placed.mkv"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(placed), "-c", "copy", "-metadata", "LOCATION=+51.5034-000.1276/", str(source)],
        check=True, timeout=30, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert probe(source).has_place
    taken = intake.take_in(source, tmp_path / "films", name="film")
    assert taken.place_dropped
    assert not probe(taken.path).has_place
    assert b"51.5034" not in taken.path.read_bytes()
    assert hashes(taken.path) == hashes(source)
    crc = ["ffprobe", "-v", "error", "-err_detect", "crccheck+explode", str(taken.path)]
    assert subprocess.run(crc, capture_output=True, timeout=30, check=True).stderr == b""


def test_a_track_that_notes_positions_is_emptied(placed, tmp_path):
    """As action cameras write it: a track of data beside the picture; here made of a track of subtitles."""
    words = tmp_path / "words.srt"
    words.write_text(
        "1\n00:00:00,000 --> 00:00:01,000\nGPS 51.5034 N\n\n2\n00:00:01,000 --> 00:00:02,000\nGPS 51.5035 N\n"
    )
    source = tmp_path / "camera.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(placed), "-i", str(words), "-map", "0:v", "-map", "1", "-c:v", "copy", "-c:s",
         "mov_text", "-map_metadata", "-1", str(source)], check=True, timeout=30, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    source.write_bytes(source.read_bytes().replace(b"tx3g", b"gpmd").replace(b"sbtl", b"meta"))
    assert b"51.5034" in source.read_bytes()
    assert probe(source).has_place
    taken = intake.take_in(source, tmp_path / "films", name="film")
    assert taken.place_dropped
    assert b"GPS" not in taken.path.read_bytes()
    assert not probe(taken.path).has_place
    assert hashes(taken.path) == hashes(source)
    assert frame_times(taken.path) == frame_times(source)


def test_a_film_without_a_place_is_left_byte_for_byte(play, tmp_path):
    before = sha(play.path)
    assert not tells_place(play.path)
    taken = intake.take_in(play.path, tmp_path / "films", name="film")
    assert (taken.sha256, taken.source_sha256, taken.place_dropped) == (before, "", False)


def test_a_copy_that_is_not_the_same_is_thrown_away(play, tmp_path, monkeypatch):
    """The disk gives back other bytes than were written."""
    copy = intake._copy

    def broken(source, part, watch):
        sha256 = copy(source, part, watch)
        with part.open("r+b") as file:
            file.seek(5000)
            file.write(b"\xff\x00\xff")
        return sha256

    monkeypatch.setattr(intake, "_copy", broken)
    with pytest.raises(FilmError, match="not the same"):
        intake.take_in(play.path, tmp_path / "films", name="film")
    assert list((tmp_path / "films").iterdir()) == []


@pytest.fixture(scope="module")
def split(tmp_path_factory) -> tuple[Path, list[Path]]:
    """A camcorder's stream, and the same cut into three files as an old card demands."""
    folder = tmp_path_factory.mktemp("card")
    play = make_puppet_play(folder / "play.mp4", seconds=9, size=(160, 90), keyframe_seconds=1).path
    whole = folder / "whole.mts"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(play), "-c", "copy", "-f", "mpegts", str(whole)],
        check=True, timeout=30, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    packets = whole.read_bytes()
    third = len(packets) // 188 // 3 * 188
    parts = []
    for n, piece in enumerate((packets[:third], packets[third : 2 * third], packets[2 * third :])):
        parts.append(folder / f"0000{n}.MTS")
        parts[-1].write_bytes(piece)
    return whole, parts


def test_split_files_become_one_film_in_order(split, tmp_path):
    whole, parts = split
    other = tmp_path / "00003.MTS"
    shutil.copy(whole, other)
    assert grouped([parts[2], parts[0], other, parts[1]]) == [tuple(parts), (other,)]
    told: list[tuple[int, int]] = []
    taken = join(parts, tmp_path / "films", name="film", progress=lambda *how: told.append(how))
    assert sha(taken.path) == sha(whole) == taken.sha256
    assert told[-1] == (whole.stat().st_size, whole.stat().st_size)
    assert frame_times(taken.path) == frame_times(whole)
    assert [one.name for one in (tmp_path / "films").iterdir()] == ["film.mts"]


def test_clips_that_only_count_on_are_not_joined(split, tmp_path):
    """Each begins its own clock: they are films of their own."""
    whole, _ = split
    names = [tmp_path / f"0001{n}.MTS" for n in range(2)]
    for one in names:
        shutil.copy(whole, one)
    assert grouped(names) == [(one,) for one in names]
    assert grouped([tmp_path / "gone.MTS"]) == [(tmp_path / "gone.MTS",)]


def test_chapters_of_an_action_camera(tmp_path):
    plays = [make_puppet_play(tmp_path / f"GH0{n}0042.MP4", seconds=2, seed=n, size=(160, 90)).path for n in (1, 2, 3)]
    other = make_puppet_play(tmp_path / "GH010043.MP4", seconds=2, size=(160, 90)).path
    assert grouped([plays[1], other, plays[0], plays[2]]) == [tuple(plays), (other,)]
    taken = join(plays, tmp_path / "films", name="film")
    assert hashes(taken.path) == [one for play in plays for one in hashes(play)]
    found = probe(taken.path)
    assert found.duration_ms == pytest.approx(6000, abs=60)
    assert not found.damaged


def test_joining_that_was_stopped_goes_on(split, tmp_path):
    """What is copied stays, also where parts become chapters of one file; the sources stay as they are."""
    chapters = [make_puppet_play(tmp_path / f"GH0{n}0042.MP4", seconds=2, size=(160, 90)).path for n in (1, 2)]
    for parts in (split[1], chapters):
        folder, before = tmp_path / f"films {parts[0].suffix}", [sha(part) for part in parts]
        calls = []
        with pytest.raises(FilmError):
            join(parts, folder, name="film", cancelled=lambda: calls.append(1) or len(calls) > 1)  # noqa: B023
        [left] = folder.iterdir()
        assert left.stat().st_size
        inode = left.stat().st_ino
        taken = join(parts, folder, name="film")
        assert [one.name for one in folder.iterdir()] == [taken.path.name]
        assert parts == chapters or taken.path.stat().st_ino == inode, "it was copied afresh"
        assert (taken.source_sha256 or taken.sha256) == source_hash(parts)
        assert [sha(part) for part in parts] == before


def test_a_film_is_tried_once(play, uneven):
    for film in (play.path, uneven.path):
        found = try_out(film, probe(film).duration_ms)
        assert (found.jumps, found.ends) == (True, True)
        assert found.pace > 0.3


def test_a_film_that_promises_more_than_it_has_is_found_out(play, tmp_path):
    cut_off = tmp_path / "cut.mp4"
    cut_off.write_bytes(play.path.read_bytes()[: play.path.stat().st_size // 2])
    found = try_out(cut_off, probe(play.path).duration_ms)
    assert found.words == "Its last seconds cannot be shown."
    assert Trial(jumps=True, ends=True, pace=0.9).words.startswith("This computer may not play it smoothly")
