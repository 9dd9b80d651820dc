"""The boxes that files of the MP4 and QuickTime family are made of."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

_INSIDE = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
"""Boxes that hold nothing but boxes."""

_MOST = 4_000_000
"""Entries of a table that are read; a day of film has fewer."""


class Box(NamedTuple):
    """A box; offsets in the file."""

    kind: bytes
    begins: int
    body: int
    ends: int
    """As the box says, even where the file is shorter."""


def boxes(file: BinaryIO, at: int, end: int) -> Iterator[Box]:
    """The boxes between two offsets, one behind the other; nothing from the first place on that holds none."""
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        size, kind, body = int.from_bytes(head[:4], "big"), head[4:8], at + 8
        if size == 1 and len(head) == 16:
            size, body = int.from_bytes(head[8:16], "big"), at + 16
        elif size == 0:
            size = end - at
        if size < body - at or not re.fullmatch(rb"[\w\xa9 -]{4}", kind):
            return
        yield Box(kind, at, body, at + size)
        at += size


def samples(film: Path) -> list[tuple[str, int]]:
    """Each track's kind (`vide`, `soun` …) and how many frames or pieces of sound it holds.

    Empty where the file is not whole: its boxes must fill it from the first byte to the last.
    """
    with film.open("rb") as file:
        whole = os.fstat(file.fileno()).st_size
        top = list(boxes(file, 0, whole))
        if not top or top[-1].ends != whole or b"mdat" not in {box.kind for box in top}:
            return []
        return [_track(file, track) for moov in top if moov.kind == b"moov" for track in inside(file, moov, b"trak")]


def inside(file: BinaryIO, box: Box, kind: bytes) -> Iterator[Box]:
    """The boxes of a kind inside a box, however deep."""
    for one in boxes(file, box.body, box.ends):
        if one.kind == kind:
            yield one
        elif one.kind in _INSIDE:
            yield from inside(file, one, kind)


def stored_as(file: BinaryIO, track: Box) -> tuple[bytes, int]:
    """The four letters that name what a track holds, and where they stand; empty where there are none."""
    for box in inside(file, track, b"stsd"):
        file.seek(box.body + 12)
        return file.read(4), box.body + 12
    return b"", 0


def chunks(file: BinaryIO, track: Box) -> Iterator[tuple[int, int]]:
    """Where the pieces of a track lie in the file: offset and bytes of each."""
    sizes = _sizes(file, track)
    offsets = [*_numbers(file, track, b"stco", 4), *_numbers(file, track, b"co64", 8)]
    runs = _numbers(file, track, b"stsc", 4, each=3)
    firsts = [*runs[::3], len(offsets) + 1]
    at = 0
    for number, many in enumerate(runs[1::3]):
        for chunk in range(firsts[number], min(firsts[number + 1], len(offsets) + 1)):
            own = sizes[at : at + many]
            at += many
            if own and chunk >= 1:
                yield offsets[chunk - 1], sum(own)


def _sizes(file: BinaryIO, track: Box) -> list[int]:
    """The bytes of each sample of a track."""
    for box in inside(file, track, b"stsz"):
        file.seek(box.body + 4)
        each, count = int.from_bytes(file.read(4), "big"), int.from_bytes(file.read(4), "big")
        return [each] * min(count, _MOST) if each else _read(file, box.body + 12, count, 4, box.ends)
    return []


def _numbers(file: BinaryIO, track: Box, kind: bytes, width: int, each: int = 1) -> list[int]:
    """The numbers in a table of a track; `each` tells how many make an entry."""
    for box in inside(file, track, kind):
        file.seek(box.body + 4)
        count = int.from_bytes(file.read(4), "big")
        return _read(file, box.body + 8, count * each, width, box.ends)
    return []


def _read(file: BinaryIO, at: int, count: int, width: int, end: int) -> list[int]:
    file.seek(at)
    words = file.read(max(0, min(count * width, end - at, _MOST * width)))
    return [int.from_bytes(words[i : i + width], "big") for i in range(0, len(words) - width + 1, width)]


def _track(file: BinaryIO, track: Box) -> tuple[str, int]:
    kind, count = "", 0
    for box in inside(file, track, b"hdlr"):
        file.seek(box.body + 8)
        kind = kind or file.read(4).decode("latin-1")
    for box in inside(file, track, b"stsz"):
        file.seek(box.body + 8)
        count = int.from_bytes(file.read(4), "big")
    return kind, count
