"""What cameras write into the picture's own stream, and what of it must not leave with a film that is copied as it is."""

import json
import mmap
from collections.abc import Iterator
from pathlib import Path

from vigtui.domain.errors import FilmError
from vigtui.media.tools import file_url, run_tool

REMARKS = {
    "h264": "filter_units=remove_types=6|24-31",
    "hevc": "filter_units=remove_types=39-40|48-61",
    "mpeg2video": "filter_units=remove_types=178",
    "av1": "filter_units=remove_types=5|15",
}
"""Cameras write date, place and settings into remarks between the frames; they are left out, and no frame changes.

So is what has no meaning in a stream, where anything may stand; of HEVC all but what belongs to a picture of a wider range.
"""
_BARE = {
    "vp8", "vp9", "h263", "prores", "ffv1", "rawvideo",
    "aac", "alac", "ac3", "eac3", "mp2", "mp3", "flac", "opus", "amr_nb", "amr_wb",
}  # fmt: skip
"""Codecs that hold picture or sound and nothing of where and when. The frames of others, such as DV and Motion JPEG, may."""
_REMARK = {39, 40}
"""The kinds of units of HEVC that are remarks; a film keeps some of them in its header, beside what decoding needs."""
_USER_DATA, _NAMED = {4, 5}, 16
"""Messages of cameras and programs; they begin with a name of 16 bytes, and what is shorter cannot hold anything."""
_FILLER, _LAST = 3, 0x80
_AV1_REMARK, _AV1_SHOWS, _AV1_PRIVATE = 5, {1, 2, 3}, 31
"""What a remark of AV1 is; the kinds of remarks that help to show the picture; a kind that means nothing to anybody."""


def tells_more(codec: str) -> bool:
    """Whether what a track is coded in may hold more than picture or sound, where it cannot be taken out. Empty for no track."""
    return bool(codec) and codec not in REMARKS.keys() | _BARE and not codec.startswith("pcm_")


def forget_in_header(film: Path) -> None:
    """Overwrite the remarks in the header of a film of ours, HEVC or AV1, with what says nothing and is as long.

    Raises FilmError where they are not found in the file.
    """
    options = ["-v", "error", "-show_data", "-select_streams", "v", "-show_entries", "stream=codec_name,extradata"]
    told = json.loads(run_tool("ffprobe", [*options, "-of", "json", file_url(film)], limit=60.0).words or "{}")
    with film.open("r+b") as file, mmap.mmap(file.fileno(), 0) as whole:
        for stream in told.get("streams", []):
            header, silent = _bytes(stream.get("extradata", "")), bytearray()
            parts = _of_av1(header) if stream.get("codec_name") == "av1" else _of_hevc(header)
            for begins, instead in parts:
                silent += header[len(silent) : begins] + instead
            silent += header[len(silent) :]
            if silent != header:
                at = whole.find(header)
                if at < 0:
                    raise FilmError("The header of this film cannot be cleaned.", "Cut it without “as it is”.")
                whole[at : at + len(header)] = silent


def _bytes(shown: str) -> bytes:
    """A dump as ffprobe shows it: a place, sixteen bytes in digits, the same as letters."""
    return bytes.fromhex("".join(line[10:50] for line in shown.splitlines()))


def _of_av1(header: bytes) -> Iterator[tuple[int, bytes]]:
    """Where remarks that do not help to show the picture begin in the header of an AV1 film, and what is to stand there."""
    at = 4
    while at < len(header):
        body = at + 1 + (header[at] >> 2 & 1)
        size, ends = 0, len(header)
        if header[at] & 2:  # it says how long it is, seven bits a byte
            for step in range(8):
                size |= (header[body] & 0x7F) << 7 * step if body < len(header) else 0
                body += 1
                if body >= len(header) or header[body - 1] < 0x80:
                    break
            ends = body + size
        if header[at] >> 3 & 0xF == _AV1_REMARK and body + 1 < ends <= len(header) and header[body] not in _AV1_SHOWS:
            yield body, bytes([_AV1_PRIVATE]) + bytes(ends - body - 2) + bytes([_LAST])
        at = ends


def _of_hevc(header: bytes) -> Iterator[tuple[int, bytes]]:
    """Where remarks begin in the header of an HEVC film, behind the two bytes that say what they are, and what goes there."""
    at = 23
    for _ in range(header[22] if len(header) > 22 and header[0] == 1 else 0):
        many = int.from_bytes(header[at + 1 : at + 3], "big")
        at += 3
        for _ in range(many):
            size = int.from_bytes(header[at : at + 2], "big")
            unit = header[at + 2 : at + 2 + size]
            if unit and unit[0] >> 1 & 0x3F in _REMARK and _has_user_data(unit[2:]):
                yield at + 4, _filler(len(unit) - 2)
            at += 2 + size


def _has_user_data(remark: bytes) -> bool:
    """Whether a remark holds what a camera or a program put there, not only what helps to show the picture."""
    at, size = 0, len(remark)
    while at < size - 1:
        numbers = []
        for _ in range(2):  # what it is, and how long: each a sum of bytes up to the first that is not 255
            number = 0
            while at < size and remark[at] == 0xFF:
                number, at = number + 255, at + 1
            numbers.append(number + (remark[at] if at < size else 0))
            at += 1
        if numbers[0] in _USER_DATA:
            return numbers[1] >= _NAMED
        at += numbers[1]
    return False


def _filler(size: int) -> bytes:
    """A remark that says nothing, so many bytes long, and at least three."""
    for front in (b"", bytes([_FILLER, 0])):  # an empty one in front where no length fits
        room = size - len(front) - 2
        for sizes in range(1, room // 255 + 2):
            rest = room - sizes
            if rest >= 0 and rest // 255 + 1 == sizes:
                length = b"\xff" * (sizes - 1) + bytes([rest % 255])
                return front + bytes([_FILLER]) + length + b"\xff" * rest + bytes([_LAST])
    raise ValueError(size)
