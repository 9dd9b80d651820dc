"""`vigtui far`: what `vigtui connect` starts on the server. `hello` stands as long as the connection, `open` runs the app."""

import contextlib
import fcntl
import json
import os
import shlex
import shutil
import signal
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from vigtui import locations
from vigtui.cli.opening import open_library_at
from vigtui.cli.shelf import folder_of
from vigtui.domain.errors import VigError

VIEWER = "VIGTUI_VIEWER"
"""The variable by which the app finds the folder with the sockets to the laptop."""
_PREFIX = "vigtui-far-"
_LONGEST_FOLDER = 80
"""Bytes of the folder's path; with a socket's name behind it must fit into what the system takes for one."""
_OLD = 86_400
"""Seconds after which a folder that nobody holds is swept away."""


class NoViewerError(VigError):
    """There is no laptop at the other end."""

    summary = "This command is for `vigtui connect`, which runs it from a laptop."
    remedy = "Here, `vigtui` alone opens the app."


def forced(options: Namespace) -> int:
    """`vigtui far` as the only command that ssh allows: do what the laptop asked for, if it is ours; else open the app."""
    asked = shlex.split(os.environ.get("SSH_ORIGINAL_COMMAND", ""))
    if "far" not in asked:
        if asked and asked[-1] != "vigtui":
            raise VigError("Only vigtui may be run here.", "Nothing was changed.")
        return open_library_at(folder_of(options))
    from vigtui.cli.parser import build_parser
    from vigtui.cli.run import command_of

    again = build_parser().parse_args(asked[asked.index("far") :])
    if again.command == options.command:
        raise NoViewerError
    if options.library:
        again.library = options.library  # where the administrator has named one, it is that
    return command_of(again)(again)


def hello(options: Namespace) -> int:
    """Make the private folder for the sockets, greet, and stand until the connection ends."""
    from vigtui.player.talk import greeting

    root = locations.runtime_dir()
    _sweep(root)
    place = _make_place(root)
    try:
        for name in (signal.SIGHUP, signal.SIGTERM):
            signal.signal(name, _leave)
        with _holding(place / "hello"):
            print(json.dumps({**greeting(), "place": str(place)}), flush=True)
            sys.stdin.buffer.read()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return 0


def open_app(options: Namespace) -> int:
    """The app, its films on the laptop."""
    place: Path = options.place
    if not _is_ours(place):
        raise NoViewerError
    if options.instead is not None and _is_ours(options.instead):
        _send_away(options.instead)
    if options.true_colour:
        os.environ.setdefault("COLORTERM", "truecolor")
    os.environ[VIEWER] = str(place)
    with _holding(place / "open"):
        return open_library_at(folder_of(options), visit=options.visit)


def _make_place(root: Path) -> Path:
    place = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root)).absolute()
    if len(os.fsencode(place)) > _LONGEST_FOLDER:
        place.rmdir()
        place = Path(tempfile.mkdtemp(prefix=_PREFIX, dir="/tmp"))
    return place


def _is_ours(place: Path) -> bool:
    """Whether this is a folder that `hello` has made for this user, and nobody else can look into."""
    try:
        facts = place.lstat()
    except OSError:
        return False
    is_folder = place.is_dir() and not place.is_symlink()
    return is_folder and place.name.startswith(_PREFIX) and facts.st_uid == os.getuid() and facts.st_mode & 0o077 == 0


@contextmanager
def _holding(file: Path) -> Iterator[None]:
    """Hold a file with our number in it; who cannot get hold of it knows that we are there."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)


def _holder(file: Path) -> int | None:
    """The number of the process that holds the file; None where nobody does."""
    try:
        handle = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        words = os.read(handle, 20)
        return int(words) if words.isdigit() else None
    finally:
        os.close(handle)
    return None


def _send_away(place: Path) -> None:
    """End what this laptop's connection before has left here, should the server not have noticed that its line broke."""
    for name in ("open", "hello"):
        number = _holder(place / name)
        if number is None:
            continue
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGHUP)
        ends = time.monotonic() + 5
        while name == "open" and _holder(place / name) == number and time.monotonic() < ends:
            time.sleep(0.05)


def _sweep(root: Path) -> None:
    """Remove folders that a server which went down has left behind."""
    for place in root.glob(f"{_PREFIX}*"):
        if _is_ours(place) and time.time() - place.stat().st_mtime > _OLD and not _is_held(place):
            shutil.rmtree(place, ignore_errors=True)


def _is_held(place: Path) -> bool:
    return any(_holder(place / name) is not None for name in ("open", "hello"))


def _leave(number: int, frame: object) -> NoReturn:
    raise SystemExit(0)
