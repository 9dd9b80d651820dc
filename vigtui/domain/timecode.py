"""Times in a film: whole milliseconds everywhere, text only at the edges."""

import re
from dataclasses import dataclass
from typing import NewType

from vigtui.domain.errors import MarksReversed, NotSensible, TimeUnreadable

Millis = NewType("Millis", int)
"""A time or a length in a film, in whole milliseconds."""

_TIME = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,3}))?", re.ASCII)


def parse_time(words: str) -> Millis:
    """Read a typed time: ``SS.mmm``, ``MM:SS.mmm`` or ``HH:MM:SS.mmm``; the milliseconds may be left out.

    Raises:
        TimeUnreadable: the words are none of these, or minutes or seconds pass 59 behind a larger unit.
    """
    found = _TIME.fullmatch(words.strip())
    if not found:
        raise TimeUnreadable(f"“{words.strip()[:40]}” is not a time.")
    hours, minutes, seconds, fraction = found.groups()
    if (hours is not None and int(minutes) > 59) or (minutes is not None and int(seconds) > 59):
        raise TimeUnreadable(f"“{words.strip()[:40]}” is not a time: minutes and seconds go up to 59.")
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)
    return Millis(whole * 1000 + int((fraction or "").ljust(3, "0")))


def format_time(at: Millis, *, decimals: int = 1) -> str:
    """Show a time as ``MM:SS.m``, with hours in front where there are any; digits that are not shown are cut, not rounded."""
    hours, rest = divmod(max(0, at), 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    seconds, millis = divmod(rest, 1000)
    tail = f".{millis:03d}"[: decimals + 1] if decimals else ""
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes:02d}"
    return f"{head}:{seconds:02d}{tail}"


def format_length(length: Millis) -> str:
    """Show a short length in seconds with one decimal: ``6.2 s``."""
    return f"{length / 1000:.1f} s"


def from_seconds(seconds: float) -> Millis:
    """Convert the float seconds of mpv and ffmpeg; the one place where that happens."""
    return Millis(round(seconds * 1000))


def to_seconds(at: Millis) -> float:
    """Convert to the float seconds that mpv and ffmpeg speak."""
    return at / 1000


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a film from the first frame shown to the last frame shown, both inclusive frame times in milliseconds.

    Raises:
        NotSensible: the start lies before the film.
        MarksReversed: the end does not come after the start.
    """

    start: Millis
    end: Millis

    def __post_init__(self) -> None:
        if self.start < 0:
            raise NotSensible("A mark cannot lie before the film begins.")
        if self.end <= self.start:
            raise MarksReversed

    @property
    def length(self) -> Millis:
        """From the first to the last frame shown."""
        return Millis(self.end - self.start)

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share any time."""
        return self.start < other.end and other.start < self.end
