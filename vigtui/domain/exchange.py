"""What goes to other tools and comes from them: the moments of a film without ids, and what a file could not give."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any

from vigtui.domain.errors import VigError
from vigtui.domain.moment import MomentState
from vigtui.domain.timecode import Millis


class FileUnusable(VigError):
    """A file of another tool that cannot be read at all."""

    summary = "The file cannot be read."
    remedy = "Nothing was added, and the file was left as it is."


class NotExportable(VigError):
    """What was asked for cannot be said in that format."""

    summary = "That cannot be written in this format."
    remedy = "Nothing was written. Choose another format."


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment on its way out or in: from the first to the last frame shown. A still has the same time twice."""

    in_ms: Millis
    out_ms: Millis
    state: MomentState = MomentState.CANDIDATE
    starts: str = ""
    """Who starts: an id of the pack's choices."""
    reception: str = ""
    """How it is received: an id of the pack's choices, or words."""
    turn: str = ""
    """What follows."""
    note: str = ""
    principles: tuple[str, ...] = ()
    """Ids of the pack."""
    why: str = ""
    """Why it was chosen for the review."""
    question: str = ""
    """The question it is opened with."""
    place: int | None = None
    """Place on the shortlist, from 1."""

    @property
    def still(self) -> bool:
        """Whether it is one frame."""
        return self.in_ms == self.out_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmSheet:
    """A film with its moments, as it leaves: under a name that says nothing about the family."""

    film_id: str
    cycle: int
    label: str
    """``film 1``, ``review film 1``."""
    media: str
    """Name of the film's file as other tools look for it beside the exported one."""
    path: str = ""
    """Where the file really is; empty unless that was asked for."""
    duration_ms: Millis | None = None
    frame_rate: float | None = None
    variable: bool | None = None
    has_sound: bool = True
    marks: tuple[Mark, ...] = ()
    """In the order of their times."""

    @property
    def name(self) -> str:
        """For titles and file names: ``cycle 1 film 1``."""
        return f"cycle {self.cycle} {self.label}"

    @property
    def reference(self) -> str:
        """How the file is named in what is written."""
        return self.path or self.media

    @property
    def url(self) -> str:
        """The same as an address."""
        return PurePath(self.path).as_uri() if self.path else f"./{self.media}"

    @property
    def frame_ms(self) -> Millis:
        """How long the last frame of a moment stays, in whole milliseconds: the mean where the rate varies."""
        return Millis(max(1, round(1000 / self.frame_rate))) if self.frame_rate else Millis(40)

    @property
    def length_ms(self) -> Millis:
        """Length of the film; where that is not known, up to the end of the last moment."""
        last = max((mark.out_ms + self.frame_ms for mark in self.marks), default=0)
        return Millis(max(self.duration_ms or 0, last, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is exported: films with their moments. Nothing private, nobody's real name, no path unless asked."""

    code: str
    made_at: datetime
    films: tuple[FilmSheet, ...]
    principles: dict[str, str]
    """Ids of the pack's principles and what they say."""
    starters: dict[str, str] = field(default_factory=dict)
    """Who may start: ids and the words of the pack."""
    receptions: dict[str, str] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    """More of the case, for JSON."""

    @property
    def reel(self) -> tuple[tuple[FilmSheet, Mark], ...]:
        """The shortlist in its order, cycle by cycle."""
        chosen = [(film, mark) for film in self.films for mark in film.marks if mark.place is not None]
        return tuple(sorted(chosen, key=lambda one: (one[0].cycle, one[1].place or 0)))


@dataclass(frozen=True, slots=True)
class Found:
    """A moment in a file of another tool, and where it stands there."""

    mark: Mark
    where: str
    """``line 12``, ``row 3``, ``annotation a5``."""
    film: int | None = None
    """Number of the film in its cycle, where the file says so."""
    cycle: int | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in a file that was not taken, and why."""

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file of another tool holds."""

    found: tuple[Found, ...]
    skipped: tuple[Skipped, ...] = ()


def lanes(marks: Sequence[Mark], *, least: Millis = Millis(1)) -> list[list[Mark]]:
    """Share moments out so that in no lane two of them touch; one that is shorter counts as `least` long."""
    found: list[tuple[int, list[Mark]]] = []
    for mark in sorted(marks, key=lambda one: (one.in_ms, one.out_ms)):
        end = max(mark.out_ms, mark.in_ms + least)
        for number, (last, lane) in enumerate(found):
            if last < mark.in_ms:
                found[number] = (end, [*lane, mark])
                break
        else:
            found.append((end, [mark]))
    return [lane for _, lane in found]
