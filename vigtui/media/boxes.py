"""The boxes that files of the MP4 and QuickTime family are made of."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

_INSIDE = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
"""Boxes that hold nothing but boxes."""


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
        return [_track(file, track) for moov in top if moov.kind == b"moov" for track in _in(file, moov, b"trak")]


def _in(file: BinaryIO, box: Box, kind: bytes) -> Iterator[Box]:
    """The boxes of a kind inside a box, however deep."""
    for one in boxes(file, box.body, box.ends):
        if one.kind == kind:
            yield one
        elif one.kind in _INSIDE:
            yield from _in(file, one, kind)


def _track(file: BinaryIO, track: Box) -> tuple[str, int]:
    kind, count = "", 0
    for box in _in(file, track, b"hdlr"):
        file.seek(box.body + 8)
        kind = kind or file.read(4).decode("latin-1")
    for box in _in(file, track, b"stsz"):
        file.seek(box.body + 8)
        count = int.from_bytes(file.read(4), "big")
    return kind, count
