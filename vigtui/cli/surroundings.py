"""What the doctor finds around vigtui: versions, programs, the terminal, the disk."""

import ctypes.util
import json
import locale
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from vigtui import __version__

_SECONDS = 10.0
"""How long a program may take to say its version."""


def versions() -> dict[str, str | None]:
    """The versions of vigtui, of Python and of what it stands on; None where a package is missing."""
    from vigtui.store.condition import SQLITE_VERSION

    found: dict[str, str | None] = {
        "vigtui": __version__,
        "python": platform.python_version(),
        "sqlite": SQLITE_VERSION,
    }
    for package in ("textual", "sqlite-utils", "sqlcipher3"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = None
    return {**found, "system": platform.platform()}


def run(command: Sequence[str]) -> str | None:
    """What a program prints; None where it is not there, fails, or takes too long."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            start_new_session=True,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace")


def first_line(command: Sequence[str]) -> str | None:
    """The first line a program prints, where the version stands."""
    words = run(command)
    return words.partition("\n")[0].strip() if words else None


def libmpv() -> str | None:
    """The file name of libmpv, found without loading it."""
    return ctypes.util.find_library("mpv")


def missing(mpv: str) -> tuple[str, ...]:
    """What films need and is not on this computer, by name; nothing is started.

    Args:
        mpv: the player as the settings name it.
    """
    programs = tuple(program for program in (mpv, "ffmpeg", "ffprobe") if shutil.which(program) is None)
    return programs if libmpv() else (*programs, "libmpv")


def terminal() -> dict[str, Any]:
    """The terminal, the line to it, and the display."""
    from vigtui.player.display import has_display

    size = shutil.get_terminal_size()
    return {
        "term": os.environ.get("TERM", ""),
        "colorterm": os.environ.get("COLORTERM", ""),
        "columns": size.columns,
        "lines": size.lines,
        "tmux": "TMUX" in os.environ,
        "ssh": "SSH_CONNECTION" in os.environ,
        "encoding": locale.getencoding(),
        "display": has_display(),
    }


def is_folder(path: Path) -> bool:
    """Whether this is a folder that may be looked at."""
    try:
        return path.is_dir() and os.access(path, os.R_OK | os.X_OK)
    except OSError:
        return False


def on_encrypted_disk(folder: Path) -> bool | None:
    """Whether a folder lies on an encrypted disk, as far as Linux tells; None where it cannot be told."""
    words = run(["lsblk", "--json", "--output", "NAME,TYPE,MOUNTPOINT"])
    return encrypted_by(words, _mount_point(folder)) if words else None


def encrypted_by(lsblk: str, mount_point: Path) -> bool | None:
    """Whether the device of a mount point, or one below it, is encrypted.

    Args:
        lsblk: what `lsblk --json --output NAME,TYPE,MOUNTPOINT` printed.
        mount_point: where the file system is mounted.
    """
    try:
        devices = json.loads(lsblk)["blockdevices"]
    except (ValueError, KeyError):
        return None
    for chain in _chains(devices, ()):
        if chain[-1].get("mountpoint") == str(mount_point):
            return any(device.get("type") == "crypt" for device in chain)
    return None


def _chains(devices: list[dict[str, Any]], above: tuple[dict[str, Any], ...]) -> Iterator[tuple[dict[str, Any], ...]]:
    for device in devices:
        chain = (*above, device)
        yield chain
        yield from _chains(device.get("children", []), chain)


def _mount_point(folder: Path) -> Path:
    real = folder.resolve()
    return next(one for one in (real, *real.parents) if os.path.ismount(one))
