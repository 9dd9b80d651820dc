"""A fault of the program itself: a short message and a report, with its kind and where it was, and nothing of what was in it."""

import os
import platform
import traceback
from datetime import UTC, datetime
from pathlib import Path

from vigtui import __version__


def message(error: BaseException | None, report: Path | None = None) -> str:
    """What is left on the terminal after a fault."""
    kept = f"\nThe same stands in {report}" if report else ""
    return (
        "vigtui had to stop. Everything that was shown as saved is safe; start it again to go on where you were.\n"
        f"For whoever mends it: {type(error).__name__} at {' < '.join(_places(error)[:4])}{kept}"
    )


def write_report(folder: Path, error: BaseException | None) -> Path | None:
    """Keep what whoever mends it needs beside the library: kinds, places in the program, versions. None where it cannot be."""
    lines = [
        f"vigtui {__version__}, Python {platform.python_version()}, {platform.platform()}",
        *(f"{name} {_version(name)}" for name in ("textual", "rich", "sqlite-utils", "sqlcipher3")),
        f"at {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        type(error).__name__,
        *_places(error),
    ]
    file = folder / "crashes" / f"crash-{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}-{os.getpid()}.txt"
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write("\n".join(lines) + "\n")
    except OSError:
        return None
    return file


def _places(error: BaseException | None) -> list[str]:
    """Where in the program a fault was, innermost first."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    return [f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})" for frame in reversed(frames)]


def _version(name: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"
