"""Light copies of films: the same frames at the same times, in fewer pixels and bytes."""

from dataclasses import dataclass
from enum import StrEnum

from vigtui.domain.timecode import Millis


class Light(StrEnum):
    """Which version of a film is played."""

    ITSELF = ""
    """The film itself."""
    WORKING = "working"
    """A working copy, for a computer that plays the film badly."""
    PREVIEW = "preview"
    """A preview, for a slow line."""

    @property
    def words(self) -> str:
        """How a person is told."""
        return {"": "the film itself", "working": "light working copy", "preview": "light preview"}[self.value]


@dataclass(frozen=True, slots=True)
class LightCopy:
    """A light copy that lies in the library, sealed."""

    film_id: str
    kind: Light
    video_track: int | None
    """Which picture of the film it shows, as `Film.video_track` said when it was made."""
    sound_track: int | None
    key: bytes
    """Opens it; kept in the library and nowhere else."""
    size_bytes: int
    entries: tuple[tuple[Millis, int], ...] = ()
    """Times at which it can be entered, and the byte from which it is read there; in order."""
