"""Dashcams put blocks with their position between the frames of an MP4: in a copy they are empty, and no frame is touched."""

import struct
import subprocess

import pytest

from tests.media.test_cut import hashes
from vigtui.media import intake
from vigtui.media.places import _blocks, forget_place, tells_place
from vigtui.media.probe import frame_times, probe
from vigtui.media.puppet import make_puppet_play

PLACE = b"NE\0\0\x1f\x85\x1bB\x9a\x99\x2bA"
"""North, east, and two numbers of four bytes, as the dashcam's block holds them."""


def block(length: int = 0x200) -> bytes:
    """A block as Novatek's dashcams write it: empty room that is not empty."""
    return (struct.pack(">I", length) + b"freeGPS " + bytes(36) + b"A" + PLACE).ljust(length, b"\0")


def dashcam(plain: bytes, every: int = 2, *, listed: bool = True) -> bytes:
    """A film with a block in front of every so many pieces of it; its index moves along."""
    table = plain.index(b"stco", plain.index(b"moov")) - 4
    tables = []
    while table > 0:
        count = struct.unpack(">I", plain[table + 12 : table + 16])[0]
        tables.append((table, struct.unpack(f">{count}I", plain[table + 16 : table + 16 + 4 * count])))
        table = plain.find(b"stco", table + 8) - 4
    before = sorted(at for _, offsets in tables for at in offsets)[::every]
    moved, last, begins = bytearray(), 0, []
    for at in before:
        moved += plain[last:at]
        begins.append(len(moved))
        moved += block()
        last = at
    more = len(before) * len(block())
    end = plain.index(b"moov") - 4
    moved += plain[last:end]
    moov = bytearray(plain[end:])
    for table, offsets in tables:
        new = [at + len(block()) * sum(one <= at for one in before) for at in offsets]
        struct.pack_into(f">{len(new)}I", moov, table - end + 16, *new)
    mdat = plain.index(b"mdat") - 4
    struct.pack_into(">I", moved, mdat, struct.unpack(">I", plain[mdat : mdat + 4])[0] + more)
    if listed:
        names = b"gps " + struct.pack(">II", 0x101, len(begins))
        names += b"".join(struct.pack(">II", at, len(block())) for at in begins)
        moov += struct.pack(">I", len(names) + 4) + names
        struct.pack_into(">I", moov, 0, len(moov))
    return bytes(moved + moov)


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> bytes:
    """A film with its index at its end, as cameras write it."""
    play = make_puppet_play(tmp_path_factory.mktemp("play") / "play.mp4", seconds=6, size=(160, 90))
    target = play.path.with_name("late.mp4")
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", play.path, "-c", "copy", "-map_metadata", "-1", target],
        check=True, timeout=30, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return target.read_bytes()


@pytest.mark.parametrize("listed", [True, False])
def test_the_blocks_are_empty_and_no_frame_is_touched(plain, tmp_path, listed):
    (tmp_path / "plain.mp4").write_bytes(plain)
    source = tmp_path / "dashcam.mp4"
    source.write_bytes(dashcam(plain, listed=listed))
    before = source.read_bytes()
    assert before.count(PLACE) > 3
    assert probe(source).has_place
    assert tells_place(source)
    taken = intake.take_in(source, tmp_path / "films", name="film")
    after = taken.path.read_bytes()
    assert taken.place_dropped
    assert source.read_bytes() == before
    assert PLACE not in after
    assert b"GPS" not in after
    assert len(after) == len(before)
    assert sum(a != b for a, b in zip(before, after, strict=True)) <= before.count(PLACE) * (len(PLACE) + 5)
    assert hashes(taken.path) == hashes(source) == hashes(tmp_path / "plain.mp4")
    assert frame_times(taken.path) == frame_times(source)
    assert not probe(taken.path).has_place
    assert not tells_place(taken.path)


def test_what_lies_in_a_frame_is_left_alone(plain, tmp_path):
    """The same bytes inside a piece of the film that its index knows, or with a length that reaches into one."""
    film = tmp_path / "film.mp4"
    inside = bytearray(plain)
    at = plain.index(b"mdat") + 200
    inside[at : at + len(block(64))] = block(64)
    film.write_bytes(inside)
    assert not tells_place(film)
    assert not forget_place(film)
    assert film.read_bytes() == inside
    too_long = dashcam(plain).replace(
        struct.pack(">I", 0x200) + b"freeGPS ", struct.pack(">I", 0x7FFFFFFF) + b"freeGPS "
    )
    film.write_bytes(too_long)
    assert forget_place(film)
    assert PLACE not in film.read_bytes()
    whole = tmp_path / "plain.mp4"
    whole.write_bytes(plain)
    assert hashes(film) == hashes(whole)


def test_a_film_in_pieces_or_without_an_index_is_left_alone(plain, tmp_path):
    film = tmp_path / "film.mp4"
    for words in (dashcam(plain).replace(b"stco", b"free"), dashcam(plain) + b"\0\0\0\x08moof", block(), b""):
        film.write_bytes(words)
        with film.open("rb") as file:
            assert not list(_blocks(file))
        assert film.read_bytes() == words
