"""What a player is doing, in the words every placement and every screen share."""

from dataclasses import dataclass
from pathlib import Path

from vigtui.domain.light import Light
from vigtui.domain.timecode import Millis, Span


@dataclass(frozen=True, slots=True)
class Showing:
    """What a player is to show: a film, which of its tracks, and whether a light copy stands in for it."""

    film: Path
    video_track: int | None = None
    """Which picture, from 1; None for the one that the player chooses."""
    sound_track: int | None = None
    """Which sound, from 1; None for the one that the player chooses."""
    light: Light = Light.ITSELF

    @property
    def version(self) -> str:
        """The tracks and the copy in a word; empty for the film as it is."""
        tracks = {"picture": self.video_track, "sound": self.sound_track}
        return " ".join([*filter(None, [self.light.value]), *(f"{name} {n}" for name, n in tracks.items() if n)])


@dataclass(frozen=True, slots=True)
class Offer:
    """What a player is told to open."""

    address: str
    """A path or an address."""
    video_track: int | None = None
    sound_track: int | None = None
    lacks_copy: bool = False
    """Whether the film itself is shown because its light copy is not there."""

    @property
    def tracks(self) -> tuple[int | None, int | None]:
        """The picture and the sound to choose."""
        return self.video_track, self.sound_track


@dataclass(frozen=True, slots=True)
class Playback:
    """The state of the player as it last reported it."""

    film: str | None = None
    """Absolute path of the open film; None while nothing is open."""
    version: str = ""
    """Which version of it is open (`Showing.version`)."""
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
    fetching: bool = False
    """True while it should play and cannot, because the film does not come as fast as it is shown."""

    def shows(self, showing: Showing) -> bool:
        """Whether this very version of the film is open."""
        return self.film == str(showing.film) and self.version == showing.version


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


LACKS_COPY = PlayerSays(
    "The light copy of this film is not there any more.",
    "The film itself plays, at the same times. V makes another copy.",
)

UNNAMED = "unnamed"
"""The key of a sign of which the player does not tell which one it is."""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key pressed while the player's own window had the focus, in Textual's names (`space`, `i`, `left`)."""

    key: str
