"""What cameras write into the picture's own stream, and what of it must not leave with a film that is copied as it is."""

import json
import mmap
from collections.abc import Iterator
from pathlib import Path

from vigtui.media.tools import file_url, run_tool

REMARKS = {
    "h264": "filter_units=remove_types=6",
    "hevc": "filter_units=remove_types=39-40",
    "mpeg2video": "filter_units=remove_types=178",
    "av1": "filter_units=remove_types=5",
}
"""Cameras write date, place and settings into remarks between the frames; they are left out, and no frame changes."""
_BARE_PICTURES = {"vp8", "vp9", "h263", "prores", "ffv1", "rawvideo"}
_BARE_SOUNDS = {"aac", "alac", "ac3", "eac3", "mp2", "mp3", "flac", "opus", "amr_nb", "amr_wb"}
"""Codecs that hold picture or sound and nothing of where and when. The frames of others, such as DV and Motion JPEG, may."""
_REMARK = {39, 40}
"""The kinds of units of HEVC that are remarks; a film keeps some of them in its header, beside what decoding needs."""
_USER_DATA, _NAMED = {4, 5}, 16
"""Messages of cameras and programs; they begin with a name of 16 bytes, and what is shorter cannot hold anything."""
_FILLER, _LAST = 3, 0x80


def tells_more(video_codec: str, sound_codec: str) -> bool:
    """Whether what a film is coded in may hold more than picture and sound, where it cannot be taken out. Empty for no such track."""
    is_bare_picture = video_codec in _BARE_PICTURES or video_codec in REMARKS or not video_codec
    is_bare_sound = sound_codec in _BARE_SOUNDS or sound_codec.startswith("pcm_") or not sound_codec
    return not (is_bare_picture and is_bare_sound)


def forget_in_header(film: Path) -> None:
    """Overwrite the remarks in the header of an HEVC film of ours with filler of the same length."""
    options = ["-v", "error", "-show_data", "-select_streams", "v", "-show_entries", "stream=extradata", "-of", "json"]
    told = json.loads(run_tool("ffprobe", [*options, file_url(film)], limit=60.0).words or "{}")
    headers = [_bytes(one.get("extradata", "")) for one in told.get("streams", [])]
    with film.open("r+b") as file, mmap.mmap(file.fileno(), 0) as whole:
        for unit in (unit for header in headers for unit in _remarks(header)):
            at = whole.find(unit)
            while at >= 0:
                whole[at : at + len(unit)] = unit[:2] + _filler(len(unit) - 2)
                at = whole.find(unit)


def _bytes(shown: str) -> bytes:
    """A dump as ffprobe shows it: a place, sixteen bytes in digits, the same as letters."""
    return bytes.fromhex("".join(line[10:50] for line in shown.splitlines()))


def _remarks(header: bytes) -> Iterator[bytes]:
    """The remarks in the header of an HEVC film, each with the two bytes that say what it is."""
    at = 23
    for _ in range(header[22] if len(header) > 22 and header[0] == 1 else 0):
        many = int.from_bytes(header[at + 1 : at + 3], "big")
        at += 3
        for _ in range(many):
            size = int.from_bytes(header[at : at + 2], "big")
            unit = header[at + 2 : at + 2 + size]
            if unit and unit[0] >> 1 & 0x3F in _REMARK and _has_user_data(unit[2:]):
                yield unit
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
