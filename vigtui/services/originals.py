"""Deleting films from the card they came from: only once the library's copy was read again from its disk and is the same."""

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vigtui.domain.errors import FilmError, NotSensible
from vigtui.domain.film import Film
from vigtui.services.films import path_of
from vigtui.services.ports import Library, Media, Work

SAFE = "Nothing was deleted."


@dataclass(frozen=True, slots=True)
class Original:
    """Where a film that is in the library was copied from."""

    film_id: str
    case_id: str
    label: str
    files: tuple[Path, ...]
    """The file, or all files of a film that a camera split."""


def copied_before(work: Work, case_id: str, files: tuple[Path, ...], hashes: set[str]) -> Original | None:
    """The film of a case that such files were copied into earlier; None where there is none in the library's own folder."""
    for film in work.find(Film, case_id=case_id):
        if hashes & {film.sha256, film.source_sha256} - {""} and not film.deleted_on and _is_copy(film):
            return Original(film.id, case_id, film.label, files)
    return None


def delete(
    library: Library,
    media: Media,
    original: Original,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Read the library's copy and the original once more, compare them, and delete the original. For a worker thread.

    Raises:
        FilmMissing, FilmError: one cannot be read, they are not the same, or it cannot be deleted; nothing was deleted then.
        NotSensible: the film is not in the library any more.
        IntakeStoppedError: `cancelled` said so.
    """
    film = library.read(lambda work: next(iter(work.find(Film, id=original.film_id)), None))
    if film is None or film.deleted_on or not _is_copy(film):
        raise NotSensible(f"{original.label.capitalize()} is no longer in the library.", SAFE)
    copy = path_of(library.folder, film)
    if any(os.path.exists(one) and os.path.exists(copy) and one.samefile(copy) for one in original.files):  # noqa: PTH110
        raise NotSensible(f"{original.label.capitalize()} is the library's own file.", SAFE)
    if media.hash_file(copy, afresh=True, progress=progress, cancelled=cancelled) != film.sha256:
        raise FilmError(
            f"The library's copy of {film.label} is not what it was when it was copied.",
            f"{SAFE} Keep the original, look at the library's disk, then add the film again.",
        )
    if media.source_hash(original.files, cancelled=cancelled) not in {film.sha256, film.source_sha256} - {""}:
        raise FilmError(
            f"{original.files[0].name} is not the film that was copied: it changed, or another took its place.",
            f"{SAFE} Both are as they are. Add it again if it belongs to the case.",
        )
    library.change(lambda work: _delete(work, film, original.files), remembered=False)


def _is_copy(film: Film) -> bool:
    return not film.location.startswith("file:")


def _delete(work: Work, film: Film, files: tuple[Path, ...]) -> None:
    """Write it down, then delete; what cannot be deleted is not written down."""
    many = f"{len(files)} files" if len(files) > 1 else "the file"
    work.audit("original deleted", film.case_id, f"{film.label}: {many} it was copied from", film.id)
    for done, file in enumerate(files):
        try:
            file.unlink()
        except OSError as error:
            raise _refused(file, error, done) from error


def _refused(file: Path, error: OSError, done: int) -> FilmError:
    safe = f"{SAFE if not done else f'{done} of its files were deleted.'} The film is safe in the library."
    if error.errno == errno.EROFS:
        return FilmError(
            "The card is write-protected.", f"{safe} Slide the card's lock open, or delete the film in the camera."
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return FilmError(f"{file.name} may not be deleted by you.", f"{safe} Delete it in the camera.")
    return FilmError(f"{file.name} cannot be deleted ({error.strerror}).", f"{safe} Delete it in the camera.")
