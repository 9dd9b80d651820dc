"""A light copy of a film, made and opened."""

from pathlib import Path

from vigtui.domain.light import Light, LightCopy
from vigtui.domain.playback import Showing
from vigtui.media.light import lighten
from vigtui.media.probe import probe
from vigtui.media.sealed import read_sealed


def make_light(
    film: Path, target: Path, kind: Light = Light.PREVIEW, tracks: tuple[int | None, int | None] = (None, None)
) -> LightCopy:
    return lighten(film, target, LightCopy("film", kind, *tracks, b"", 0), duration=probe(film).duration_ms)


def opened(sealed: Path, copy: LightCopy, target: Path) -> Path:
    """What is sealed, as a file."""
    target.write_bytes(read_sealed(sealed, copy.key, copy.size_bytes, 0, copy.size_bytes))
    return target


class Copies:
    """What a film server asks for the copy of a film."""

    def __init__(self, sealed: Path, copy: LightCopy) -> None:
        self.found: tuple[Path, LightCopy] | None = (sealed, copy)

    async def __call__(self, showing: Showing) -> tuple[Path, LightCopy] | None:
        return self.found
