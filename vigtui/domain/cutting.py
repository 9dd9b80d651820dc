"""What is cut out of films, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from vigtui.domain.clip import Blur
from vigtui.domain.timecode import Millis


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a film, from the first to the last frame; one frame where both are the same."""

    source: Path
    in_ms: Millis
    out_ms: Millis
    video_track: int | None = None
    """Which picture, from 1; None for the one that the player shows."""
    sound_track: int | None = None
    """Which sound, from 1; None for the one that the player plays."""
    blur: Blur | None = None
    title: str = ""
    """What a title card in front of it says, where there are any."""


class Piece(StrEnum):
    """What a cut makes."""

    CLIP = "clip"
    """Encoded anew, so that it plays on anything and is exact to the frame."""
    COPY = "copy"
    """As it is: nothing encoded, so it begins at the key picture before."""
    SLOW = "slow"
    """A clip in slow motion."""
    REEL = "reel"
    """Several clips one after another."""
    STILL = "still"
    """One frame as a picture."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A file that was cut; its times are those of the film it comes from."""

    in_ms: Millis
    """The first frame in it."""
    out_ms: Millis
    """The last frame in it."""
    frames: int
    exact: bool
    """Whether these are the very frames asked for: not for copies, nor where the film is damaged."""
