"""Taking films into the library: copied whole or not at all, and a broken copy goes on where it stopped."""

import errno
import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vigtui.domain.errors import FilmError, NotSensible
from vigtui.media.places import forget_place, tells_place
from vigtui.media.tools import first_look, shown_name, unreadable

Progress = Callable[[int, int], None]
"""Called with the bytes that are done and the bytes there are."""
Cancelled = Callable[[], bool]

RESERVE = 32 * 1024 * 1024
"""Bytes that are left free on the library's disk, because its notes are written there too."""
_CHUNK = 1024 * 1024
_PACE = 0.1
"""Seconds between two calls of `Progress`."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LATER = "What was copied is kept: add the film again, and copying goes on from there."


class IntakeStoppedError(FilmError):
    """Copying or reading a film was stopped by whoever asked for it."""

    summary = "The film was not added: you stopped it."
    remedy = _LATER


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A film that is in the library now."""

    path: Path
    sha256: str
    """Hexadecimal."""
    size_bytes: int
    source_sha256: str = ""
    """Of the source, where the copy differs from it: its place was blotted out."""
    place_dropped: bool = False


def take_in(
    source: Path,
    folder: Path,
    *,
    name: str,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> TakenIn:
    """Copy a film into a folder that only its owner may enter. The source is never written to.

    Args:
        source: the film, on a card, a drive or wherever.
        folder: where films are kept; made if it is not there.
        name: file name of the copy, without a suffix; the same name again resumes a copy that broke off.
        progress: told the bytes done and the bytes in all, at most ten times a second and at the end.
        cancelled: asked after each megabyte; True stops.

    Raises:
        FilmMissing: there is no such file.
        FilmError: it cannot be read or changed under our hands; the disk is full; it is in the folder already.
        IntakeStoppedError: `cancelled` said so.
    """
    if not re.fullmatch(r"[\w-]{1,100}", name):
        raise NotSensible("A film in the library needs a plain file name.")
    size = first_look(source).size
    target = folder / (name + _suffix(source))
    part = target.with_name(f"{target.name}.part")
    try:
        private_folder(folder)
        if source.resolve().is_relative_to(folder.resolve()):
            raise FilmError(f"{shown_name(source)} is in the library already.", "Nothing was changed.")
        watch = _Watch(size, progress, cancelled)
        if target.exists() and not tells_place(source):
            return _same_film(source, target, watch, cancelled)
        sha256 = copy_into(part, [source], progress=progress, cancelled=cancelled)
        dropped = forget_place(part)
        kept = hash_file(part, cancelled=cancelled) if dropped else sha256
        part.rename(target)
        sync_folder(folder)
    except OSError as error:
        raise not_written(source, part, size, error) from error
    return TakenIn(target, kept, size, source_sha256=sha256 if dropped else "", place_dropped=dropped)


def copy_into(
    part: Path,
    sources: Sequence[Path],
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> str:
    """Copy files into one, one behind the other, and read it back; the SHA-256 of the whole.

    What an earlier run wrote is kept as far as it is the same.

    Raises:
        FilmMissing, FilmError, IntakeStoppedError: as `take_in` does.
        OSError: the library's disk did not take it.
    """
    watch = _Watch(sum(first_look(one).size for one in sources), progress, cancelled)
    sha256 = _copy(sources, part, watch)
    _verify(sources[0], part, sha256, cancelled)
    return sha256


def _verify(source: Path, part: Path, sha256: str, cancelled: Cancelled | None) -> None:
    """Read the copy back: what is on the disk must be what came from the card. Raises FilmError."""
    if hash_file(part, afresh=True, cancelled=cancelled) != sha256:
        part.unlink()
        raise FilmError(
            f"{shown_name(source)} was copied, but the copy is not the same.",
            "The copy was thrown away; the film is where it was. Check the library's disk, then add it again.",
        )


def _forget_cached(film: Path) -> None:
    """Have a file read from its disk the next time, not from memory, where the system can be asked for that."""
    if hasattr(os, "posix_fadvise"):
        handle = os.open(film, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


def hash_file(
    source: Path, *, afresh: bool = False, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> str:
    """The SHA-256, in hexadecimal, of a film that stays where it is; `afresh` reads it from its disk, not from memory.

    Raises:
        FilmMissing: there is no such file.
        FilmError: it cannot be read, or changed meanwhile.
        IntakeStoppedError: `cancelled` said so.
    """
    watch = _Watch(first_look(source).size, progress, cancelled)
    if afresh:
        _forget_cached(source)
    return _read_all([source], watch, lambda chunk: None)


def hash_parts(sources: Sequence[Path], *, progress: Progress | None = None, cancelled: Cancelled | None = None) -> str:
    """The SHA-256 of files read one behind the other, as `copy_into` would write them. Raises as `hash_file` does."""
    watch = _Watch(sum(first_look(one).size for one in sources), progress, cancelled)
    return _read_all(sources, watch, lambda chunk: None)


class _Watch:
    """Keeps count: tells the progress at a bearable pace and asks whether to stop."""

    def __init__(self, size: int, progress: Progress | None, cancelled: Cancelled | None) -> None:
        self.size = size
        self._done = 0
        self._progress = progress
        self._cancelled = cancelled
        self._told = 0.0

    def more(self, count: int) -> None:
        """Count bytes. Raises IntakeStoppedError."""
        self._done += count
        now = time.monotonic()
        if self._progress and now - self._told >= _PACE and self._done < self.size:
            self._told = now
            self._progress(self._done, self.size)
        if self._cancelled and self._cancelled():
            raise IntakeStoppedError

    def finish(self) -> None:
        """Tell that everything is done."""
        if self._progress:
            self._progress(self.size, self.size)


def _suffix(source: Path) -> str:
    suffix = source.suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,5}", suffix) else ""


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def sync_folder(folder: Path) -> None:
    """Make sure that the new name in a folder outlasts a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _same_film(source: Path, target: Path, watch: _Watch, cancelled: Cancelled | None) -> TakenIn:
    """The film that an earlier run finished copying, if it is this one."""
    sha256 = hash_file(target, cancelled=cancelled)
    if _read_all([source], watch, lambda chunk: None) != sha256:
        raise FilmError(f"Another film has the place of {shown_name(source)} in the library.", "Nothing was changed.")
    return TakenIn(path=target, sha256=sha256, size_bytes=watch.size)


def _copy(sources: Sequence[Path], part: Path, watch: _Watch) -> str:
    """Copy the film into the part file, going on from what is there already; its SHA-256."""
    source = sources[0]
    kept = part.stat().st_size if part.exists() else 0
    need_room(source, part.parent, watch.size - kept)
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as copy:
        try:
            fcntl.flock(copy, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FilmError(
                f"{shown_name(source)} is being copied already.", "Nothing was changed. Wait for that copy to end."
            ) from error
        sha256 = _read_all(sources, watch, lambda chunk: _keep(copy, chunk))
        copy.truncate()
        os.fsync(handle)
        written = os.fstat(handle).st_size
    if written != watch.size:
        raise FilmError(f"{shown_name(source)} was not copied whole.", _LATER)
    return sha256


def _keep(copy: BinaryIO, chunk: bytes) -> None:
    """Leave what an earlier run wrote where it equals the source; from the first difference on, write."""
    at = copy.tell()
    if copy.read(len(chunk)) == chunk:
        return
    copy.seek(at)
    copy.truncate()
    rest = memoryview(chunk)
    while rest:
        rest = rest[copy.write(rest) :]


def _read_all(sources: Sequence[Path], watch: _Watch, use: Callable[[bytes], None]) -> str:
    """Read a film from its first byte to its last, hand each piece on, and return the SHA-256 of the whole.

    Raises:
        FilmError: it cannot be read (an unplugged camera), or is not what it was when reading began.
        OSError: of `use`.
    """
    sha256 = hashlib.sha256()
    read = 0
    for source in sources:
        try:
            film = source.open("rb", buffering=0)
        except OSError as error:
            raise unreadable(source, error) from error
        with film:
            before = os.fstat(film.fileno())
            read += before.st_size
            if read > watch.size:
                raise _changed(source)
            while chunk := _piece(source, film):
                use(chunk)
                sha256.update(chunk)
                watch.more(len(chunk))
            after = os.fstat(film.fileno())
            is_same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
            if not is_same or film.tell() != before.st_size:
                raise _changed(source)
    if read != watch.size:
        raise _changed(sources[-1])
    watch.finish()
    return sha256.hexdigest()


def _changed(source: Path) -> FilmError:
    return FilmError(f"{shown_name(source)} changed while it was being read.", _LATER)


def _piece(source: Path, film: BinaryIO) -> bytes:
    try:
        return film.read(_CHUNK)
    except OSError as error:
        told = unreadable(source, error)
        raise FilmError(told.summary, f"Plug the camera, card or drive in again. {_LATER}") from error


def need_room(source: Path, folder: Path, needed: int) -> None:
    """Refuse before anything is written where the disk has no room; what is needed may be 0 or less."""
    free = shutil.disk_usage(folder).free
    if needed > 0 and needed + RESERVE > free:
        raise _no_room(source, needed, free)


def _no_room(source: Path, needed: int, free: int) -> FilmError:
    return FilmError(
        f"There is no room for {shown_name(source)}: it needs {_amount(needed)}, and {_amount(free)} is free.",
        f"Nothing was added. Make room (vigtui keeps {_amount(RESERVE)} for your notes), then add it again.",
    )


def not_written(source: Path, part: Path, size: int, error: OSError) -> FilmError:
    """The sentence for a library that could not be written to. Where the disk is full the part of a film is taken away."""
    folder = part.parent
    if error.errno in _FULL:  # the notes need the room that half a film takes
        part.unlink(missing_ok=True)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _no_room(source, size, shutil.disk_usage(folder).free)
    if error.errno == errno.EFBIG:
        return FilmError(
            f"{shown_name(source)} is too big for the library's disk: it takes no file of {_amount(size)}.",
            "Nothing was added. Move the library to a disk with another file system, or cut the film first.",
        )
    return FilmError(
        f"The library's folder for films cannot be written: {error.strerror or 'input/output error'}.",
        "The film was left where it is, and nothing was added. Check the library's disk and its permissions.",
    )


def _amount(count: int) -> str:
    """Bytes in the unit that a person compares: MB, or GB from one on."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
