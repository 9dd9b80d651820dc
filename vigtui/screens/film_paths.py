"""From what a person types or pastes to paths of films; and what lies in a folder. Blocking: for worker threads."""

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from vigtui.domain.record import clean
from vigtui.services.disks import plugged_in

SUFFIXES = frozenset(
    f".{name}"
    for name in (
        *("3g2", "3gp", "asf", "avi", "dv", "flv", "m2ts", "m2v", "m4v", "mkv", "mod", "mov", "mp4", "mpeg"),
        *("mpg", "mts", "mxf", "ogv", "tod", "ts", "vob", "webm", "wmv"),
        *("aac", "amr", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav", "wma"),
    )
)
"""What a listing shows as a film or a recording of sound; a file of another name can be typed."""
MOST_SHOWN = 400
"""Entries of a folder that are listed; typing narrows them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A folder or a film in a listing."""

    path: Path
    is_folder: bool

    @property
    def name(self) -> str:
        """The name as it is on the disk; it may hold what cannot be shown."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in a folder."""

    folder: Path
    prefix: str
    """What the names begin with, in capitals or not."""
    entries: tuple[Entry, ...] = ()
    more: int = 0
    """How many are not listed."""
    problem: str = ""
    """Why there is nothing, as a sentence."""
    disks: tuple[Path, ...] = ()
    """Disks, cards and phones that are plugged in; told while nothing is typed."""


def read_paths(typed: str, base: Path) -> list[Path]:
    """Read one or several paths: lines, words quoted as for a shell, `file:` addresses, with `~` for the home folder.

    A line that is the name of something that exists is one path, spaces and quotes and all.

    Args:
        typed: what was typed or pasted.
        base: the folder that a path without a beginning starts from.
    """
    found = [path for line in clean(typed).splitlines() if line.strip() for path in _of_line(line.strip(), base)]
    return list(dict.fromkeys(found))


def _of_line(line: str, base: Path) -> list[Path]:
    whole = to_path(line, base)
    if os.path.lexists(whole):
        return [whole]
    try:
        words = shlex.split(line)
    except ValueError:  # a quote that is not closed belongs to the name
        return [whole]
    paths = [to_path(word, base) for word in words]
    meant_apart = line[0] in "'\"" or line.startswith("file:") or any(os.path.lexists(path) for path in paths)
    return paths if meant_apart or len(paths) == 1 else [whole]


def as_word(line: str) -> str:
    """A pasted line as one word beside others; quoted, as an address, or with backslashes it is one already."""
    return line if line[0] in "'\"" or line.startswith("file:") or "\\" in line else shlex.quote(line)


def to_path(word: str, base: Path) -> Path:
    """One path, absolute: from a `file:` address, from `~`, or from the base folder."""
    if word.startswith("file:"):
        rest = word.removeprefix("file:")
        if rest.startswith("//"):
            rest = "/" + rest[2:].partition("/")[2]
        word = os.fsdecode(unquote_to_bytes(rest))
    return (base / os.path.expanduser(word)).absolute()  # noqa: PTH111 - Path.expanduser raises for an unknown ~name


def to_typed(path: Path, *, folder: bool) -> str:
    """A path as it can be typed and shown: a `file:` address where its name has bytes that are no text."""
    words = str(path)
    safe = clean(words) == words and "\n" not in words and words == words.strip()
    shown = words if safe else path.as_uri()
    return shown.rstrip("/") + "/" if folder else shown


def look(typed: str, base: Path) -> Listing:
    """List the folder that is being typed, with what fits its last part; nothing typed lists the base folder."""
    words = clean(typed).strip()
    disks = () if words else tuple(plugged_in())
    if not words:
        folder, prefix = base, ""
    elif words.endswith("/") or words == "~":
        folder, prefix = to_path(words, base), ""
    else:
        if (several := len(read_paths(words, base))) > 1:
            return Listing(base, "", problem=f"{several} paths. Enter adds them.")
        path = to_path(words, base)
        folder, prefix = path.parent, path.name
    try:
        entries = _entries(folder, prefix)
    except (FileNotFoundError, NotADirectoryError):
        return Listing(folder, prefix, problem="There is no such folder.", disks=disks)
    except (OSError, ValueError):
        return Listing(folder, prefix, problem="This folder cannot be read.", disks=disks)
    return Listing(folder, prefix, tuple(entries[:MOST_SHOWN]), max(0, len(entries) - MOST_SHOWN), disks=disks)


def _entries(folder: Path, prefix: str) -> list[Entry]:
    found = []
    with os.scandir(folder) as there:
        for one in there:
            if one.name.startswith(".") or not one.name.casefold().startswith(prefix.casefold()):
                continue
            path = Path(one.path)
            if os.path.isdir(path):  # noqa: PTH112 - False, not an error, where it may not be looked at
                found.append(Entry(path, True))
            elif path.suffix.lower() in SUFFIXES:
                found.append(Entry(path, False))
    return sorted(found, key=lambda entry: (not entry.is_folder, entry.name.casefold(), entry.name))


def complete(typed: str, listing: Listing) -> str:
    """What tab makes of the typed text: as much as all fitting names share, a slash behind the only folder."""
    entries = listing.entries
    if not entries or listing.more:
        return typed
    common = os.path.commonprefix([entry.name.casefold() for entry in entries])  # noqa: RUF071 - letters are meant
    if len(entries) == 1:
        return to_typed(entries[0].path, folder=entries[0].is_folder)
    if len(common) <= len(listing.prefix):
        return typed
    return to_typed(listing.folder / entries[0].name[: len(common)], folder=False)
