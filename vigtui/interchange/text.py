"""What the formats made of lines share: times, tags, blank lines, and decoding what somebody's editor saved."""

import re

from vigtui.domain.errors import TimeUnreadable
from vigtui.domain.exchange import FileUnusable, Mark
from vigtui.domain.moment import MomentState
from vigtui.domain.record import clean
from vigtui.domain.timecode import Millis

MOST_BYTES = 64 * 1024 * 1024
"""A file of marks is never this big; a film that was named by mistake is."""
MOST_MARKS = 100_000
LATEST = Millis(1000 * 3600 * 1000)
"""A thousand hours: no film is longer, and no number in a file may be."""
_EMPTY_LINE = "\u00a0"
"""Stands for an empty line where an empty line would end the text."""
_TAG_LINE = re.compile(r"#[^\s#]+(?: #[^\s#]+)*")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,3})(?:[.,](\d{1,9}))?", re.ASCII)
_SECONDS = re.compile(r"(\d{1,9})(?:[.,](\d{1,9}))?", re.ASCII)


def decode(data: bytes) -> str:
    """The words of a file: UTF-8 or UTF-16, with a byte-order mark or without; else what Windows writes.

    Raises:
        FileUnusable: it is too big, or no text at all.
    """
    if len(data) > MOST_BYTES:
        raise FileUnusable("The file is far too big to be a list of moments.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        words = data.decode("utf-16", "replace")
    else:
        try:
            words = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            words = data.decode("cp1252", "replace")
    if "\0" in words[:4096]:
        raise FileUnusable("This is no text file.")
    return words.replace("\r\n", "\n").replace("\r", "\n")


def clock(at: Millis, *, mark: str = ".") -> str:
    """A time as ``00:03:12.400``."""
    hours, rest = divmod(at, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    seconds, millis = divmod(rest, 1000)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{mark}{millis:03d}"


def seconds(at: Millis) -> str:
    """A time in seconds with all its milliseconds, ``192.400``, without a detour over a float."""
    return f"{at // 1000}.{at % 1000:03d}"


def read_time(words: str) -> Millis:
    """Read a time as other tools write it: seconds, ``mm:ss.mmm`` or ``hh:mm:ss,mmm``, with as many decimals as they like.

    Raises:
        TimeUnreadable: it is none.
    """
    words = words.strip()
    found = _CLOCK.fullmatch(words)
    if found:
        hours, minutes, whole, fraction = int(found[1] or 0), int(found[2]), int(found[3]), found[4]
        if whole > 59 or (found[1] is not None and minutes > 59):
            raise TimeUnreadable(f"“{clean(words)[:40]}” is not a time: minutes and seconds go up to 59.")
        at = (hours * 3600 + minutes * 60 + whole) * 1000
    else:
        found = _SECONDS.fullmatch(words)
        if not found:
            raise TimeUnreadable(f"“{clean(words)[:40]}” is not a time.")
        at, fraction = int(found[1]) * 1000, found[2]
    if fraction:
        digits = fraction.ljust(4, "0")
        at += int(digits[:3]) + (digits[3] >= "5")
    return check_late(at)


def check_late(at: float) -> Millis:
    """A time that a film can have, in whole milliseconds.

    Raises:
        TimeUnreadable: it lies before the beginning, after a thousand hours, or is no number.
    """
    if not 0 <= at <= LATEST:  # what is no number is never between two
        raise TimeUnreadable("That time lies in no film.")
    return Millis(round(at))


def visible_end(mark: Mark) -> Millis:
    """The end of a moment where it must lie after the beginning: a still lasts one millisecond."""
    return Millis(mark.in_ms + 1) if mark.still else mark.out_ms


def span_of(start: Millis, end: Millis) -> tuple[Millis, Millis]:
    """The marks of a moment from beginning and end in a file; what lasts no longer than a millisecond is a still."""
    return (start, start) if 0 <= end - start <= 1 else (start, end)


def with_tags(mark: Mark) -> str:
    """A moment's note with a last line of tags, ``#chosen #receiving.smiles``, and without a line that is empty."""
    tags = " ".join(f"#{tag}" for tag in (mark.state.value, *mark.principles))
    lines = [line or _EMPTY_LINE for line in mark.note.split("\n")] if mark.note else []
    return "\n".join([*lines, tags])


def without_tags(words: str) -> tuple[str, MomentState, tuple[str, ...], bool]:
    """Take note, state and principles out of such words, and say whether there were tags; other tools' words are a note."""
    lines = clean(words).split("\n")
    states = {one.value: one for one in MomentState}
    tags = [tag.removeprefix("#") for tag in lines[-1].split(" ")] if _TAG_LINE.fullmatch(lines[-1]) else [""]
    tagged = tags[0] in states
    if tagged:
        lines.pop()
    note = "\n".join("" if line == _EMPTY_LINE else line for line in lines)
    return note, states.get(tags[0], MomentState.CANDIDATE), tuple(dict.fromkeys(tags[1:])) if tagged else (), tagged
