"""Disks, cards and phones that are plugged in now. Blocking: for worker threads."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_PLACES = re.compile(r"/(run/)?media/.+|/mnt/[^/]+")
"""Where systems put disks that are plugged in, and people those of a network."""
_SYSTEM = ("/", "/boot", "/boot/efi", "/home", "/usr", "/var")
_MOUNTS, _BLOCKS = Path("/proc/self/mounts"), Path("/sys/class/block")
_VOLUMES = Path("/Volumes") if sys.platform == "darwin" else None


def plugged_in(mounts: Path = _MOUNTS, blocks: Path = _BLOCKS, volumes: Path | None = _VOLUMES) -> list[Path]:
    """The folders in which disks, cards and phones that are plugged in can be looked at; none that may not be read.

    Args:
        mounts: the system's list of what is mounted.
        blocks: where the system tells of each device whether it can be taken out.
        volumes: where macOS shows every disk; None on another system.
    """
    found = list(dict.fromkeys([*_mounted(mounts, blocks), *_volumes(volumes), *_phones()]))
    return sorted(one for one in found if os.access(one, os.R_OK | os.X_OK))


def _mounted(mounts: Path, blocks: Path) -> Iterator[Path]:
    try:
        lines = mounts.read_text("utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return  # another kind of system
    for line in lines:
        device, _, rest = line.partition(" ")
        place = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), rest.partition(" ")[0])
        if place in _SYSTEM or not place.startswith("/"):
            continue
        if _PLACES.fullmatch(place) or _is_removable(device, blocks):
            yield Path(place)


def _is_removable(device: str, blocks: Path) -> bool:
    """Whether a device, or the disk that it is a part of, can be taken out."""
    if not device.startswith("/dev/"):
        return False
    block = blocks / Path(device).name
    try:
        there = block.resolve(strict=True)
    except OSError:
        return False
    for one in (there, there.parent):
        try:
            return (one / "removable").read_text("ascii").strip() == "1"
        except OSError:
            continue  # only whole disks tell
    return False


def _volumes(volumes: Path | None) -> Iterator[Path]:
    """Every disk but the system's own, which is a link there."""
    yield from (one for one in (_inside(volumes) if volumes else []) if not one.is_symlink() and one.name[0] != ".")


def _phones() -> Iterator[Path]:
    """Phones and cameras at a cable, where the desktop shows them as folders."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime:
        yield from (one for one in _inside(Path(runtime) / "gvfs") if one.name.startswith(("mtp:", "gphoto2:")))


def _inside(folder: Path) -> list[Path]:
    try:
        return [one for one in folder.iterdir() if one.is_dir()]
    except OSError:
        return []
