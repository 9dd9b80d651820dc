"""Whether there is a display on which a window could be shown."""

import os
import re
import socket
import sys

_ANSWER_LIMIT = 1.0
"""Seconds within which a display answers."""


def has_display() -> bool:
    """Whether a window could be shown: whether a display is named, and somebody answers there.

    In a tmux of yesterday, or when a line broke, the name of a display that is gone may be left.
    """
    if sys.platform != "linux":
        return True
    wayland, display = os.environ.get("WAYLAND_DISPLAY", ""), os.environ.get("DISPLAY", "")
    return _answers_wayland(wayland, os.environ.get("XDG_RUNTIME_DIR", "")) or _answers_x11(display)


def _answers_wayland(name: str, runtime_dir: str) -> bool:
    return bool(name) and _listens(os.path.join(runtime_dir, name))  # noqa: PTH118 - an absolute name stays as it is


def _answers_x11(name: str) -> bool:
    """Whether a display is there. Its name is `host:number.screen` (X(7)); without a host it is a socket of this machine."""
    found = re.fullmatch(r"(?P<host>[\w.-]*):(?P<number>\d+)(?:\.\d+)?", name)
    if found is None:
        return bool(name)  # some other way to write it, which mpv may know
    number = int(found["number"])
    if found["host"] in {"", "unix"}:
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - X's own place
        return _listens(f"\0{path}") or _listens(path)
    try:
        socket.create_connection((found["host"], 6000 + number), timeout=_ANSWER_LIMIT).close()
    except OSError:
        return False
    return True


def _listens(address: str) -> bool:
    """Whether somebody listens at a socket of this machine."""
    with socket.socket(socket.AF_UNIX) as one:
        one.settimeout(_ANSWER_LIMIT)
        try:
            one.connect(address)
        except OSError:  # also where the name is longer than any socket's
            return False
    return True
