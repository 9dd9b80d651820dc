"""What everything that handles film files shares: safe names, a first look at a file, and running ffmpeg's programs."""

import os
import stat
import subprocess
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vigtui.domain.errors import FilmError, FilmMissing

HEAD_BYTES = 4096
"""How much of a file's beginning is read to recognise it."""

_UNSHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode classes a terminal may act on, or that turn the reading direction."""

INSTALL = (
    "Nothing was changed. Install the package ffmpeg (Debian and Ubuntu: sudo apt install ffmpeg;"
    " macOS: brew install ffmpeg)."
)


class TooSlowError(FilmError):
    """A program of ffmpeg did not finish within its limit."""

    summary = "Reading the film took too long."
    remedy = "The file was left as it is. Copy it to this computer first, then try again."


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What can be told about a file without understanding it."""

    size: int
    """Bytes."""
    head: bytes
    """The first bytes, at most `HEAD_BYTES`."""


@dataclass(frozen=True, slots=True)
class Output:
    """What a program of ffmpeg said."""

    code: int
    words: str
    complaints: list[str]
    """The lines on its standard error, which at its log level `error` are complaints about the file."""


class Deadline:
    """A limit in seconds that several steps share."""

    def __init__(self, limit: float) -> None:
        self._end = time.monotonic() + limit

    def left(self) -> float:
        """The seconds that are left.

        Raises:
            TooSlowError: none are.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TooSlowError
        return left


def shown_name(path: Path) -> str:
    """The file's name as it may be put in a sentence: without control characters, at most 80 characters."""
    name = path.name or str(path)
    clean = "".join(letter for letter in name if unicodedata.category(letter) not in _UNSHOWN).strip()
    return clean if len(clean) <= 80 else f"{clean[:50]}…{clean[-29:]}"


def file_url(path: Path) -> str:
    """The form in which ffmpeg takes any file name as just that: absolute, and marked as a file."""
    return "file:" + str(path.absolute())


def first_look(path: Path) -> FirstLook:
    """Make sure that this is a file which can be read and has something in it.

    Raises:
        FilmMissing: there is no such file.
        FilmError: it is a folder, something else that is no file, empty, or may not or cannot be read.
    """
    name = shown_name(path)
    if "\0" in str(path):  # the system refuses such names with a ValueError
        raise FilmMissing(f"{name} is not there.", "Nothing was changed. Check the name.")
    try:
        kind = path.stat()
        if stat.S_ISDIR(kind.st_mode):
            raise FilmError(f"{name} is a folder, not a film.", "Nothing was changed. Choose the film inside it.")
        if not stat.S_ISREG(kind.st_mode):  # asked before opening: opening a pipe would wait for its other end
            raise FilmError(f"{name} is not a file.", "Nothing was changed. Choose a film file.")
        with path.open("rb") as film:
            head = film.read(HEAD_BYTES)
    except OSError as error:
        raise unreadable(path, error) from error
    if not head:
        raise FilmError(f"{name} is empty.", "Nothing was changed. Copy it from the camera again.")
    return FirstLook(size=kind.st_size, head=head)


def unreadable(path: Path, error: OSError) -> FilmError:
    """The sentence for a film file that the system would not let us read."""
    name = shown_name(path)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return FilmMissing(
            f"{name} is not there.", "Nothing was changed. Check the name, or plug in the drive or card it is on."
        )
    if isinstance(error, PermissionError):
        return FilmError(
            f"{name} may not be read by you.",
            "Nothing was changed. Ask whoever owns the file for permission to read it.",
        )
    return FilmError(
        f"{name} cannot be read: {error.strerror or 'input/output error'}.",
        "It was left as it is. Check the drive, card or cable, then try again.",
    )


def surroundings() -> dict[str, str]:
    """The environment for a program of ffmpeg: FFREPORT would make it write a log with the film's name in it."""
    return {key: value for key, value in os.environ.items() if key != "FFREPORT"}


def run_tool(program: str, options: Sequence[str], *, limit: float) -> Output:
    """Run ffprobe or ffmpeg to its end, without a keyboard and in a session of its own.

    Args:
        program: `ffprobe` or `ffmpeg`, looked up on the path.
        options: the arguments; file names among them only through `file_url`.
        limit: seconds after which it is killed.

    Raises:
        TooSlowError: the limit passed.
        FilmError: the program is not installed.
    """
    try:
        done = subprocess.run(
            [program, *options],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit,
            start_new_session=True,
            env=surroundings(),
            check=False,
        )
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise FilmError(f"{program} is not installed.", INSTALL) from error
    except subprocess.TimeoutExpired as error:
        raise TooSlowError from error
    complaints = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
    return Output(code=done.returncode, words=done.stdout.decode(errors="replace"), complaints=complaints)
