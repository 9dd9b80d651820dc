"""What a page consists of: a few kinds of blocks, which each format writes in its own way."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

from vigtui.domain.record import clean

_BREAKS = re.compile("[\n\u2028\u2029]")
_TURNS_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of whatever follows them, also beyond the words they were typed in."""


class Tone(StrEnum):
    """How a paragraph speaks."""

    NORMAL = "normal"
    LEAD = "lead"
    """The sentence below the title."""
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 2 begins a part, level 3 a part of that."""

    words: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    words: str
    tone: Tone = Tone.NORMAL


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, verbatim."""

    words: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names, and what is known under each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below headings; `numbers` are the columns, from 0, that hold numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something to ask and to tick; the hint is for the practitioner alone and is marked so."""

    name: str
    words: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Prompts:
    """Prompts in their order; `aside` is what stands in front of every hint."""

    prompts: tuple[Prompt, ...]
    aside: str = "For the practitioner:"


@dataclass(frozen=True, slots=True)
class Room:
    """Empty lines to write on by hand."""

    lines: int


@dataclass(frozen=True, slots=True)
class Point:
    """A rating on a scale from low to high, the day it was given, and where that matters in which part of the work."""

    day: str
    value: int
    low: int
    high: int
    part: str = ""

    @property
    def when(self) -> str:
        """Part and day in one line."""
        return f"{self.part}, {self.day}" if self.part else self.day

    @property
    def share(self) -> float:
        """Where on its scale it lies: 0 at the lowest, 1 at the highest."""
        return (self.value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Chart:
    """Ratings of one thing, first to last."""

    name: str
    points: tuple[Point, ...]
    scale: str = "{value} ({low} to {high})"
    """How a rating and its scale are said together."""

    @property
    def one_scale(self) -> bool:
        """Whether all ratings were given on the same scale."""
        return len({(point.low, point.high) for point in self.points}) == 1

    def said(self, point: Point) -> str:
        """A rating in digits; with its scale where the scale changed on the way."""
        if self.one_scale:
            return str(point.value)
        filled = (("{value}", point.value), ("{low}", point.low), ("{high}", point.high))
        return reduce(lambda words, one: words.replace(one[0], str(one[1])), filled, self.scale)


@dataclass(frozen=True, slots=True)
class Picture:
    """A still out of a film, inside the page; only where everyone seen agreed."""

    jpeg: bytes
    width: int
    height: int
    words: str
    """What stands below it, and what is read to those who do not see it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks that stay on one sheet of paper where they fit."""

    blocks: tuple["Block", ...]


Block = Heading | Paragraph | Quote | Facts | Table | Prompts | Room | Chart | Picture | Group


@dataclass(frozen=True, slots=True)
class Document:
    """A report before it has a format.

    Attributes:
        title: the heading of the first page.
        below: what stands below it.
        language: a language tag, for the reader's hyphenation and voice.
        foot: the last line.
        keepsake: made to be kept by a family: large type and warm colours.
    """

    title: str
    below: str
    blocks: tuple[Block, ...]
    foot: str = ""
    language: str = "en"
    keepsake: bool = False


def lines_of(words: str) -> list[str]:
    """Typed words as lines fit for a page, without control characters and without marks that turn the lines around them."""
    return [line.replace("\t", " ").strip() for line in _BREAKS.split(_TURNS_DIRECTION.sub("", clean(words)).strip())]


def on_one_line(words: str) -> str:
    """The same on one line."""
    return " ".join(" ".join(lines_of(words)).split())
