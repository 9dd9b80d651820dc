"""Where somebody was when their line broke or their terminal went, and what was on screen: places only, no word of a case."""

import contextlib
import hashlib
import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from vigtui.domain.playback import Playback
from vigtui.domain.timecode import Millis, Span

HOLDS_FOR = 12 * 3600
"""Seconds after which a new start begins where every start begins."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the film showed. Times are in milliseconds.

    Attributes:
        film, clip: their ids; None where there was none, or the client saw black.
        at: the frame that was reported last.
        speed: the speed it played at.
        loop: what was repeated.
        marks: in and out, where they were set and not kept yet.
        covered: whether the question stood over the picture.
        full: whether it filled the client's screen.
    """

    film: str | None = None
    clip: str | None = None
    at: int = 0
    speed: float = 1.0
    loop: tuple[int, int] | None = None
    marks: tuple[int | None, int | None] = (None, None)
    covered: bool = False
    full: bool = False

    @classmethod
    def of(cls, state: Playback, film: str | None, **more: object) -> "Held":
        """What a player shows of a film; `more` are the other attributes."""
        loop = (state.loop.start, state.loop.end) if state.loop else None
        return cls(film, at=state.position, speed=state.speed, loop=loop, covered=state.covered, **more)  # type: ignore[arg-type]

    @property
    def playback(self) -> Playback:
        """The same as a state of the player."""
        loop = Span(Millis(self.loop[0]), Millis(self.loop[1])) if self.loop else None
        return Playback(position=Millis(self.at), speed=self.speed, loop=loop)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place of the app."""

    case_id: str
    here: str
    """The place's name, as `screens.places` knows it."""
    cycle: int | None
    live: bool = False
    """Whether a shared review was under way."""
    held: Held | None = None
    """What the film showed there; None where there is no film."""


def keep(folder: Path, name: str, where: Whereabouts) -> None:
    """Keep the place in the library's folder, whole or not at all.

    Args:
        folder: the library.
        name: whose place it is: of a laptop's visit, or of a practitioner.
        where: the place.

    Raises:
        OSError: it cannot be written.
    """
    handle, made = tempfile.mkstemp(dir=folder, prefix=".where-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(where), file)
    Path(made).replace(_file(folder, name))


def take(folder: Path, name: str) -> Whereabouts | None:
    """The place that was kept, once; None where there is none, or it is too old."""
    file = _file(folder, name)
    # What cannot be read is no place to go to; the start is then the usual one.
    with contextlib.suppress(OSError, ValueError, TypeError):
        kept_for = time.time() - file.stat().st_mtime
        words = file.read_text("utf-8")
        file.unlink()
        if kept_for <= HOLDS_FOR:
            where = Whereabouts(**json.loads(words))
            return replace(where, held=Held(**where.held)) if isinstance(where.held, dict) else where
    return None


def _file(folder: Path, name: str) -> Path:
    return folder / f"where-{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"
