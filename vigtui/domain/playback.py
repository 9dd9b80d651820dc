"""What a player is doing, in the words every placement and every screen share."""

from dataclasses import dataclass

from vigtui.domain.timecode import Millis, Span


@dataclass(frozen=True, slots=True)
class Playback:
    """The state of the player as it last reported it."""

    film: str | None = None
    """Absolute path of the open film; None while nothing is open."""
    position: Millis = Millis(0)
    """Time of the frame on screen, as read back from the player."""
    length: Millis | None = None
    """Length of the film; None where the file does not tell."""
    playing: bool = False
    speed: float = 1.0
    loop: Span | None = None
    """The span being repeated, first and last frame included."""
    ended: bool = False
    """True when the last frame of the film is held."""
    covered: bool = False
    """True while words stand over the picture."""


@dataclass(frozen=True, slots=True)
class PlayerGone:
    """The player stopped without being asked; the next command starts it again where it was."""

    summary: str
    remedy: str


@dataclass(frozen=True, slots=True)
class PlayerSays:
    """The player has something to say; it goes on as it was."""

    summary: str
    remedy: str


UNNAMED = "unnamed"
"""The key of a sign of which the player does not tell which one it is."""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key pressed while the player's own window had the focus, in Textual's names (`space`, `i`, `left`)."""

    key: str
