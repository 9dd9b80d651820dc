"""Where somebody was when their line broke or their terminal went: the place only, no word of a case."""

import contextlib
import hashlib
import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

HOLDS_FOR = 12 * 3600
"""Seconds after which a new start begins where every start begins."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place of the app."""

    case_id: str
    here: str
    """The place's name, as `screens.places` knows it."""
    cycle: int | None
    live: bool = False
    """Whether a shared review was under way."""


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
            return Whereabouts(**json.loads(words))
    return None


def _file(folder: Path, name: str) -> Path:
    return folder / f"where-{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"
