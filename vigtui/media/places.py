"""Where a film was filmed: phones write the coordinates of a home into the file. In the library's copy they are blotted out.

In files of the family of MP4 and QuickTime, and of Matroska, whose headers have a known place: the value is overwritten by
spaces of the same length, and tracks that note positions by zeros, so that no time and no picture moves. So are the blocks that
dashcams put between the frames, where the film's own index says that no frame lies there. Camcorders note it inside the
picture's own stream: see `remarks`. The source is never written to.
"""

import mmap
import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from vigtui.media.boxes import Box, boxes, chunks, inside, stored_as
from vigtui.media.remarks import forget_places, tell_places

_COORDINATES = re.compile(rb"[+-]\d{1,3}(?:\.\d+)?[+-]\d{1,3}(?:\.\d+)?(?:[+-]\d+(?:\.\d+)?)?(?:CRS[\w:]*)?/?")
"""ISO 6709, as phones write it: +51.5034-000.1276+015.0/."""
_LOCI = b"loci"
_MOST_MOOV = 256 * 1024 * 1024
"""Bytes of a header beyond which it is left alone."""


_POSITIONS = {b"gpmd", b"camm", b"djmd", b"dbgi", b"rtmd"}
"""Tracks in which action cameras, drones and camcorders note where they were, second by second."""
_LOCATION = b"com.apple.quicktime.location"
"""What a track of an Apple phone is called that does the same."""
_EBML, _SEGMENT, _TAGS = b"\x1aE\xdf\xa3", b"\x18S\x80g", b"\x12T\xc3g"
_DASHCAM, _LIST = b"freeGPS ", b"gps "
"""What such a block says it is behind its length, as if it were empty room; a table of them that some dashcams write."""
_HEAD = 8 * 1024 * 1024
"""A dashcam writes one every second from the first on."""
_CRC, _VOID = b"\xbf\x84", b"\xec\x84"
"""A sum over an element of Matroska, and what stands for nothing and is as long."""


def notes_positions(codec_tag: str) -> bool:
    """Whether a track of that kind, as ffprobe calls it, notes positions."""
    return codec_tag.encode() in _POSITIONS


def place_words(tags: dict[str, str]) -> bool:
    """Whether tags, as ffprobe tells them, hold a place."""
    return any("location" in key.lower() or "gps" in key.lower() for key, words in tags.items() if words.strip())


def remarks_tell_place(film: Path) -> bool:
    """Whether the picture's own stream tells a place near its beginning; quick."""
    with film.open("rb") as file:
        return tell_places(file, whole=False) or next(_blocks(file), None) is not None


def forget_place(film: Path) -> bool:
    """Overwrite the coordinates in a film that is ours to change; whether there were any."""
    with film.open("r+b", buffering=0) as file:
        found = False
        for start, header in _headers(file):
            if _blot(header):
                file.seek(start)
                file.write(header)
                found = True
        for track in list(_noting(file)):
            for at, size in chunks(file, track):
                _fill(file, at, size)
            _, name = stored_as(file, track)
            file.seek(name)
            file.write(b"none")
            found = True
        for at, size in list(_blocks(file)):
            _fill(file, at, size)
            found = True
        found = forget_places(file) or found
        if found:
            os.fsync(file.fileno())
        return found


def tells_place(film: Path) -> bool:
    """Whether a film holds coordinates that `forget_place` would overwrite."""
    with film.open("rb") as file:
        in_headers = any(_blot(header) for _, header in _headers(file))
        return in_headers or any(next(these, None) for these in (_noting(file), _blocks(file))) or tell_places(file)


def _noting(file: BinaryIO) -> Iterator[Box]:
    """The tracks that note positions."""
    whole = os.fstat(file.fileno()).st_size
    for moov in boxes(file, 0, whole):
        for track in inside(file, moov, b"trak") if moov.kind == b"moov" else ():
            kind, _ = stored_as(file, track)
            if kind in _POSITIONS or (kind == b"mebx" and _LOCATION in _bytes(file, track.begins, track.ends)):
                yield track


def _blocks(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """What dashcams put between the frames: where it begins, behind the word for empty room, and how long; never in a frame."""
    whole = os.fstat(file.fileno()).st_size
    top = list(boxes(file, 0, whole))
    moovs = [box for box in top if box.kind == b"moov"]
    if not moovs or any(box.kind == b"moof" for box in top):  # in pieces, with an index in each: nothing is sure there
        return
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as film:
        if film.find(_DASHCAM, 0, _HEAD) < 0 and not any(True for moov in moovs for _ in inside(file, moov, _LIST)):
            return
        tracks = [list(chunks(file, track)) for moov in moovs for track in inside(file, moov, b"trak")]
        frames = sorted(one for track in tracks for one in track) if all(tracks) else []
        begins, ends = [at for at, _ in frames], list(accumulate((at + size for at, size in frames), max))
        at = film.find(_DASHCAM) if frames else -1
        while at >= 0:
            behind = bisect_right(begins, at - 4)
            size = int.from_bytes(film[at - 4 : at], "big")
            if (not behind or ends[behind - 1] <= at - 4) and any(
                box.kind == b"mdat" and box.body < at < box.ends for box in top
            ):
                yield at + 4, max(4, min(at - 4 + size, whole, *begins[behind : behind + 1]) - at - 4)
            at = film.find(_DASHCAM, at + len(_DASHCAM))


def _fill(file: BinaryIO, at: int, size: int) -> None:
    """Zeros, as far as the file goes."""
    size = min(size, os.fstat(file.fileno()).st_size - at)
    file.seek(at)
    while size > 0:
        size -= file.write(bytes(min(size, 1 << 20)))


def _headers(file: BinaryIO) -> Iterator[tuple[int, bytearray]]:
    """The parts of a file that may hold a place, and where they begin; nothing for other kinds of files."""
    whole = os.fstat(file.fileno()).st_size
    for box in boxes(file, 0, whole):
        if box.kind in {b"moov", b"meta", b"udta"} and box.ends - box.begins <= _MOST_MOOV:
            yield box.begins, _bytes(file, box.begins, min(whole, box.ends))
    file.seek(0)
    if file.read(4) == _EBML:
        for start, end in _tags(file, whole):
            tags = _bytes(file, start, end)
            if _blot(bytearray(tags)) and tags.startswith(_CRC):
                tags[:2] = _VOID
            yield start, tags


def _bytes(file: BinaryIO, start: int, end: int) -> bytearray:
    file.seek(start)
    return bytearray(file.read(min(end - start, _MOST_MOOV)))


def _tags(file: BinaryIO, whole: int) -> Iterator[tuple[int, int]]:
    """Where the tags of a Matroska file begin and end."""
    at = 0
    while at < whole:
        name, body, size = _element(file, at)
        if not name:
            return
        if name == _TAGS and size is not None:
            yield body, min(whole, body + size)
        if name == _SEGMENT:
            at = body
        elif size is None:  # of a film that was written while it was filmed: nothing tells where it ends
            return
        else:
            at = body + size


def _element(file: BinaryIO, at: int) -> tuple[bytes, int, int | None]:
    """An element of Matroska: its name, where its body begins, and how long it is; no name where there is none."""
    file.seek(at)
    head = file.read(12)
    if len(head) < 2 or head[0] < 0x10:
        return b"", at, None
    long = 9 - head[0].bit_length()
    if len(head) <= long or not head[long]:
        return b"", at, None
    wide = 9 - head[long].bit_length()
    value = int.from_bytes(head[long : long + wide], "big") & ((1 << 7 * wide) - 1)
    return head[:long], at + long + wide, None if value == (1 << 7 * wide) - 1 else value


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
