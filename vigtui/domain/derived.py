"""What is worked out from a film and can be worked out again: its lanes, and small stills of its moments."""

from dataclasses import dataclass
from enum import StrEnum

from vigtui.domain.record import need_range
from vigtui.domain.timecode import Millis


class LaneKind(StrEnum):
    """What a lane shows along the film. A lane helps the eye to find turns; it judges nothing."""

    SOUND = "sound"
    """Loudness: 0 for silence, 255 for full scale, evenly in decibels."""
    SPEECH = "speech"
    """1 where the loudness goes up and down as it does in speech."""
    MOVEMENT = "movement"
    """How much the picture changes: 0 for a still one."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One value from 0 to 255 for every step of a film, from its beginning on."""

    film_id: str
    kind: LaneKind
    step_ms: Millis
    levels: bytes
    track: int | None = None
    """Of which sound or picture, as the film said when it was worked out."""

    def __post_init__(self) -> None:
        need_range(self.step_ms, 1, 60_000, "The step of a lane")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with square pixels: red, green, blue, row by row from the top."""

    width: int
    height: int
    rgb: bytes

    def __post_init__(self) -> None:
        need_range(len(self.rgb), 3 * self.width * self.height, 3 * self.width * self.height, "The size of a picture")


@dataclass(frozen=True, slots=True)
class Still:
    """The frame of a film at one time."""

    at_ms: Millis
    picture: Picture
    """Small, for lists."""
    jpeg: bytes = b""
    """The frame in its own size, kept where somebody asked for the still; else empty."""
    track: int | None = None
    """Of which picture, as the film said when it was made."""
