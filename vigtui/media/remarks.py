"""Where a camcorder was, as it notes it with every frame: inside the picture's own stream (AVCHD's MDPM, H.264 remarks).

A remark is a list of packs of five bytes: what it is, and four bytes of it. In packs about the place all five are overwritten with
what stands for “no information”, so that nothing moves. A byte that the stream has put in between, so that no remark looks like
the beginning of something else, stays where it is, and so do the two zeros in front of it.
"""

import mmap
import os
import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

_MARK = bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM"
_PLACES = range(0xB0, 0xCB)
"""Packs about the place: latitude, longitude, height, speed, direction, the time of the satellites …"""
_NOTHING = 0xFF
_MOST_PACKS = 64
_HEAD = 8 * 1024 * 1024
"""A camcorder that writes remarks writes them from the first frame on; some seconds later it may know where it is."""
_PLACED = re.compile(re.escape(_MARK) + rb".{1,260}?(?:\xb2.{4,5}\xb3.{4,5}\xb4|\xb6.{4,5}\xb7.{4,5}\xb8)", re.DOTALL)
"""A remark that may hold degrees, minutes and seconds; what was put in between may make a pack longer."""
_PACKET, _SYNC = 188, 0x47
_LONGEST, _FAR = 640, 500
"""Bytes that a remark has at most, and packets in which the rest of one that was cut is looked for."""


def tell_places(file: BinaryIO, *, whole: bool = True) -> bool:
    """Whether remarks in the picture seem to tell a place; `whole` looks further than at the beginning."""
    size = os.fstat(file.fileno()).st_size
    if not size:
        return False
    with mmap.mmap(file.fileno(), size if whole else min(size, _HEAD), access=mmap.ACCESS_READ) as film:
        return film.find(_MARK, 0, _HEAD) >= 0 and any(
            next(_changes(film[found.start() : found.end() + _PACKET], 0), None) for found in _PLACED.finditer(film)
        )


def forget_places(file: BinaryIO) -> bool:
    """Overwrite the places in a film that is ours to change; whether there were any."""
    if not tell_places(file):
        return False
    found = False
    with mmap.mmap(file.fileno(), 0) as film:
        step = next((one for one in (_PACKET, _PACKET + 4) if _is_stream(film, one)), 0)
        for at, value in _in_packets(film, step) if step else _in_one_piece(film):
            film[at] = value
            found = True
        film.flush()
    return found


def _is_stream(film: mmap.mmap, step: int) -> bool:
    """Whether a film is a transport stream with packets of that length; those of camcorders have four bytes in front."""
    sync = step - _PACKET
    return len(film) > sync + 4 * step and all(film[sync + n * step] == _SYNC for n in range(5))


def _in_one_piece(film: mmap.mmap) -> Iterator[tuple[int, int]]:
    at = film.find(_MARK)
    while at >= 0:
        yield from _changes(film[at : at + _LONGEST], at)
        at = film.find(_MARK, at + 1)


def _in_packets(film: mmap.mmap, step: int) -> Iterator[tuple[int, int]]:
    """What to change in a transport stream, whose packets cut remarks anywhere."""
    for mark in _marks(film, step):
        pieces = _pieces(film, mark, step)
        remark = b"".join(film[one.start : one.stop] for one in pieces)
        if remark.startswith(_MARK):
            places = list(chain.from_iterable(pieces))
            yield from ((places[offset], value) for offset, value in _changes(remark, 0))


def _marks(film: mmap.mmap, step: int) -> Iterator[int]:
    """Where remarks begin: those whose mark lies in one packet, then those that a packet's end may cut."""
    at = film.find(_MARK)
    while at >= 0:
        yield at
        at = film.find(_MARK, at + 1)
    for number, last in enumerate(film[step - 1 :: step], 1):
        if last in _MARK[:-1]:
            end = number * step
            yield from (end - n for n in range(1, len(_MARK)) if film[end - n : end] == _MARK[:n])


def _pieces(film: mmap.mmap, mark: int, step: int) -> list[range]:
    """Where what follows a mark in its stream lies, packet by packet."""
    end = (mark // step + 1) * step
    head = end - _PACKET
    stream = film[head + 1] & 0x1F, film[head + 2]
    found, length = [range(mark, end)], end - mark
    for at in range(end + step - _PACKET, min(len(film) - _PACKET, end + _FAR * step) + 1, step):
        if length >= _LONGEST:
            break
        if (film[at + 1] & 0x1F, film[at + 2]) == stream and film[at + 3] & 0x10:
            front = 1 + film[at + 4] if film[at + 3] & 0x20 else 0
            found.append(range(min(at + 4 + front, at + _PACKET), at + _PACKET))
            length += len(found[-1])
    return found


def _changes(remark: bytes, at: int) -> Iterator[tuple[int, int]]:
    """For each byte of packs about the place: where it lies, and what stands there instead. `at` is where the remark begins."""
    meant = _meant(remark)
    packs = remark[meant[0]] if meant else 0
    between = set(range(len(_MARK), len(remark))).difference(meant)
    kept = {one - back for one in between for back in (1, 2)}
    for n in range(min(packs, _MOST_PACKS)):
        pack = meant[1 + 5 * n : 6 + 5 * n]
        if pack and remark[pack[0]] in _PLACES:
            for one in pack:
                if one not in kept:
                    yield at + one, 1 if one - 1 in between else _NOTHING


def _meant(remark: bytes) -> list[int]:
    """Where the bytes of a remark lie that are meant, up to its end: without those that were put in between."""
    found: list[int] = []
    zeros = 0
    for at in range(len(_MARK), min(len(remark), len(_MARK) + 8 * _MOST_PACKS)):
        if zeros >= 2 and remark[at] == 3:
            zeros = 0
            continue
        if zeros >= 2 and remark[at] < 3:  # the next thing in the stream begins
            break
        zeros = zeros + 1 if remark[at] == 0 else 0
        found.append(at)
    return found
