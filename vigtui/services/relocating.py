"""Finding a film again whose file went elsewhere: by its size first, then by its hash, so that it is surely the same."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from vigtui.domain.errors import FilmError
from vigtui.domain.film import Film
from vigtui.services.ports import Media, Work


def find_again(
    media: Media,
    film: Film,
    folders: Iterable[Path],
    *,
    cancelled: Callable[[], bool],
) -> Path | None:
    """Look for the very file of a film. Blocking and long: for a worker thread.

    Args:
        media: hashes files.
        film: what is looked for.
        folders: where, with all that is in them; links are not followed. A file is looked at itself.
        cancelled: asked at each folder; ends it.
    """
    for folder in folders:
        for file in _files(folder, film.size_bytes, cancelled):
            try:
                same = media.hash_file(file, cancelled=cancelled) == film.sha256
            except FilmError:
                continue  # one that cannot be read is not the one that is looked for
            if same:
                return file
    return None


def _files(folder: Path, size: int, cancelled: Callable[[], bool]) -> Iterator[Path]:
    """Regular files of that size; folders that cannot be read are passed over."""
    for place, _, names in [(folder.parent, (), [folder.name])] if os.path.isfile(folder) else os.walk(folder):  # noqa: PTH113
        if cancelled():
            return
        for name in names:
            file = Path(place) / name
            try:
                fits = not file.is_symlink() and file.is_file() and file.stat().st_size == size
            except OSError:
                continue  # it went away while we looked
            if fits:
                yield file


def is_now_at(work: Work, film_id: str, file: Path) -> Film:
    """A film was found again: from now on it is looked for there. Marks and notes hang on the film and stay."""
    film = work.update(Film, film_id, location=file.absolute().as_uri())
    work.did(f"{film.label} found again", film.case_id)
    work.audit("film found again", film.case_id, film.label, film.id)
    return film
