"""Clips: moments chosen and ordered for the shared review."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vigtui.domain.errors import NotSensible
from vigtui.domain.record import CaseRecord, need_range, record
from vigtui.domain.timecode import Millis


class Place(StrEnum):
    """What a clip is for in the order of the review."""

    NONE = ""
    EASY = "easy"
    RICH = "rich"
    BEST = "best"


@record
class Clip(CaseRecord):
    """A moment on the shortlist of a cycle's shared review."""

    cycle_id: str
    moment_id: str
    position: int
    """Order in the review, from 1."""
    why: str = ""
    """Why it was chosen."""
    opening_question: str = ""
    place: Place = Place.NONE
    speed: float = 1.0
    volume: int = 100
    """Per cent."""
    zoom: float = 1.0
    shown_at: datetime | None = None
    reaction: str = ""
    client_keeps: bool = False
    """The client asked for a copy; handing it over goes through the consent gate."""
    freeze_ms: Millis | None = None
    """The frame of the film that is held when the clip is held still; None for the middle of the clip."""

    def check(self) -> None:
        need_range(self.position, 1, 9999, "The place of a clip")
        need_range(self.speed, 0.1, 4.0, "The speed of a clip")
        need_range(self.volume, 0, 130, "The volume of a clip")
        need_range(self.zoom, 1.0, 8.0, "The zoom of a clip")
        need_range(self.freeze_ms, 0, 2**53, "The held frame of a clip")


@dataclass(frozen=True, slots=True)
class BlurKey:
    """Where a blurred region stands at a time of the film, in parts of the upright picture: 0 to 1 from its top left."""

    at_ms: Millis
    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        inside = 0 <= self.x <= 1 and 0 <= self.y <= 1 and 0 < self.width <= 1 and 0 < self.height <= 1
        if not inside or self.at_ms < 0:
            raise NotSensible("A region to blur lies inside the picture: corner and size in per cent of it.")


@dataclass(frozen=True, slots=True)
class Blur:
    """A region made unrecognisable, following its key positions; before the first and after the last it stands still."""

    keys: tuple[BlurKey, ...]

    def __post_init__(self) -> None:
        if not self.keys:
            raise NotSensible("A region to blur needs a position.")

    @property
    def in_order(self) -> tuple[BlurKey, ...]:
        """The keys by time."""
        return tuple(sorted(self.keys, key=lambda key: key.at_ms))
