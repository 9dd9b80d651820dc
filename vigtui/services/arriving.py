"""Films that come in with a bundle: kept apart until the whole bundle is proved, then put in their places."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from vigtui.domain.bundle import BundleDamaged, FilmEntry, Manifest
from vigtui.domain.errors import LibraryError
from vigtui.services.films import FILMS_FOLDER
from vigtui.services.ports import OpenBundle

_PREFIX = "arriving-"
RESERVE = 32 * 1024 * 1024
"""Bytes that are left free for notes."""


class Arrival:
    """A folder inside the library for the films on their way; what does not stay is gone at the end, also after a power cut.

    Raises:
        LibraryError: there is no room for the films, or another bundle is on its way in.
    """

    def __init__(self, library: Path, manifest: Manifest, wanted: set[str]) -> None:
        """Prepare; `wanted` are the ids of the films that are not here yet."""
        self._library = library
        self._manifest = manifest
        self._wanted = [film for film in manifest.films if film.film_id in wanted]
        self._placed: list[Path] = []
        self._kept = False
        needed = sum(film.size for film in self._wanted)
        if needed and needed + RESERVE > shutil.disk_usage(library).free:
            raise LibraryError(
                f"There is no room for the films of this case: they need {needed / 1e9:.1f} GB.",
                "Nothing was changed. Make room on the library's disk, then check the bundle in again.",
            )

    def __enter__(self) -> Self:
        self._lock = os.open(self._library, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _sweep(self._library)
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._library))
        except BlockingIOError as busy:
            os.close(self._lock)
            raise LibraryError(
                "Another bundle is being taken into this library.", "Nothing was changed. Wait until that is done."
            ) from busy
        except OSError:
            os.close(self._lock)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for path in [] if self._kept else self._placed:
            path.unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)

    def copy(self, opened: OpenBundle, step: Callable[[int, int], None]) -> None:
        """Read all films, keep those that are wanted, and prove the whole bundle. Raises BundleDamaged."""
        done, total = self._manifest.record_bytes, self._manifest.total
        for film in self._manifest.films:
            part = self._part(film) if film in self._wanted else None
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600) if part else None
            try:
                for piece in opened.film(film):
                    _write(handle, piece)
                    done += len(piece)
                    step(done, total)
                if handle is not None:
                    os.fsync(handle)
            finally:
                if handle is not None:
                    os.close(handle)
        self._sums = opened.finish()
        step(total, total)

    def place(self) -> None:
        """Put the films in their places. A file that is there already must be the very same. Raises BundleDamaged."""
        films = self._library / FILMS_FOLDER
        films.mkdir(mode=0o700, exist_ok=True)
        for film in self._wanted:
            target = self._library / film.name
            if os.path.lexists(target):
                if target.is_symlink() or not target.is_file() or _sha256(target) != self._sums[film.name]:
                    raise BundleDamaged(
                        "Another file has the place of a film of this case.",
                        "Nothing was changed. Look at the library's folder for films.",
                    )
                continue
            self._part(film).rename(target)
            self._placed.append(target)
        folder = os.open(films, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def keep(self) -> None:
        """Let the films stay: the case has them."""
        self._kept = True

    def _part(self, film: FilmEntry) -> Path:
        return self._folder / film.film_id


def _sweep(library: Path) -> None:
    """Take away what an arrival left that was cut off; there is none under way, for whoever sweeps holds the lock."""
    for old in library.glob(f"{_PREFIX}*"):
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old, ignore_errors=True)


def _write(handle: int | None, piece: bytes) -> None:
    rest = memoryview(piece)
    while handle is not None and rest:
        rest = rest[os.write(handle, rest) :]


def _sha256(path: Path) -> str:
    with path.open("rb") as film:
        return hashlib.file_digest(film, "sha256").hexdigest()
