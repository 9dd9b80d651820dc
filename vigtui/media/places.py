"""Where a film was filmed: phones write the coordinates of a home into the file. In the library's copy they are blotted out.

Only in the family of MP4 and QuickTime, whose boxes have a known place: the value is overwritten by spaces of the same length,
so that no time and no picture moves. The source is never written to.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from vigtui.media.boxes import boxes

_COORDINATES = re.compile(rb"[+-]\d{1,3}(?:\.\d+)?[+-]\d{1,3}(?:\.\d+)?(?:[+-]\d+(?:\.\d+)?)?(?:CRS[\w:]*)?/?")
"""ISO 6709, as phones write it: +51.5034-000.1276+015.0/."""
_LOCI = b"loci"
_MOST_MOOV = 256 * 1024 * 1024
"""Bytes of a header beyond which it is left alone."""


def place_words(tags: dict[str, str]) -> bool:
    """Whether tags, as ffprobe tells them, hold a place."""
    return any("location" in key.lower() or "gps" in key.lower() for key, words in tags.items() if words.strip())


def forget_place(film: Path) -> bool:
    """Overwrite the coordinates in the header of a film that is ours to change; whether there were any."""
    with film.open("r+b", buffering=0) as file:
        found = False
        for start, end in _headers(file):
            if end - start > _MOST_MOOV:
                continue
            file.seek(start)
            header = bytearray(file.read(end - start))
            if blotted := _blot(header):
                file.seek(start)
                file.write(header)
                found = found or blotted
        if found:
            os.fsync(file.fileno())
        return found


def tells_place(film: Path) -> bool:
    """Whether the header of a film holds coordinates that `forget_place` would overwrite."""
    with film.open("rb") as file:
        for start, end in _headers(file):
            file.seek(start)
            if end - start <= _MOST_MOOV and _blot(bytearray(file.read(end - start))):
                return True
    return False


def _headers(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Where the boxes at the top begin and end that may hold a place; nothing for other kinds of files."""
    whole = os.fstat(file.fileno()).st_size
    for box in boxes(file, 0, whole):
        if box.kind in {b"moov", b"meta", b"udta"}:
            yield box.begins, min(whole, box.ends)


def _blot(header: bytearray) -> bool:
    """Overwrite every place in a header; the text form wherever it stands, the box of 3GP by its own layout."""
    found = False
    for one in list(_COORDINATES.finditer(bytes(header))):
        header[one.start() : one.end()] = b" " * (one.end() - one.start())
        found = True
    at = header.find(_LOCI)
    while at >= 4:
        size = int.from_bytes(header[at - 4 : at], "big")
        if 16 <= size <= 1024 and at - 4 + size <= len(header):
            # version, language, a name, a role, longitude, latitude, altitude, a body, notes
            header[at + 10 : at - 4 + size] = bytes(size - 14)
            found = True
        at = header.find(_LOCI, at + 4)
    return found
