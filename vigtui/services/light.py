"""Light copies of films: made on request, played in place of the film where somebody chose that, and dropped with the film."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from vigtui.domain.errors import FilmMissing, VigError
from vigtui.domain.film import Film
from vigtui.domain.light import Light, LightCopy
from vigtui.domain.playback import Showing
from vigtui.services.films import FILMS_FOLDER, path_of
from vigtui.services.ports import Library, Media, Work

_SUFFIX = ".light"
_NEW = 600.0
"""Seconds in which another program may just have made a copy and not yet have told the library."""
_LEFT_OVER = (_SUFFIX, ".part", ".sealed")
"""What a copy's file is called, and what is beside it while it is made."""


def file_of(folder: Path, film_id: str, kind: Light) -> Path:
    """Where a light copy of a film lies in a library's folder."""
    return folder / FILMS_FOLDER / f"{film_id}.{kind.value}{_SUFFIX}"


def make(
    library: Library,
    media: Media,
    film_id: str,
    kind: Light,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Film:
    """Make a light copy of a film and have it played from now on. Blocking and long: for a worker thread.

    Args:
        library: the library.
        media: the tools that make it.
        film_id: the film.
        kind: which copy.
        progress: told how much of 1000 is done.
        cancelled: asked many times a second.

    Raises:
        FilmMissing, FilmError: it cannot be made, or was stopped; nothing is left of it.
        NotFound: the film was removed meanwhile.
    """
    film = library.read(lambda work: work.get(Film, film_id))
    if film.deleted_on:
        raise FilmMissing(f"{film.label.capitalize()} was erased.", "Nothing was made. The notes are kept.")
    target = file_of(library.folder, film_id, kind)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    made = media.lighten(
        path_of(library.folder, film),
        target,
        LightCopy(film_id, kind, film.video_track, film.sound_track, b"", 0),
        duration=film.duration_ms,
        progress=(lambda part: progress(round(1000 * part), 1000)) if progress else None,
        cancelled=cancelled,
    )

    def keep(work: Work) -> None:
        work.get(Film, film_id)
        work.keep_light(made)

    try:
        library.change(keep, remembered=False)
    except VigError:
        target.unlink(missing_ok=True)
        raise
    return library.change(lambda work: choose(work, film_id, kind))


def choose(work: Work, film_id: str, kind: Light) -> Film:
    """Say which version of a film is played."""
    film = work.update(Film, film_id, light=kind)
    work.did(f"{kind.words} of {film.label} chosen", film.case_id)
    return film


def drop(library: Library, film_id: str) -> Film:
    """Remove the light copies of a film for good; the film itself is played again. Blocking."""

    def forget(work: Work) -> Film:
        if work.get(Film, film_id).light:
            choose(work, film_id, Light.ITSELF)
        return work.get(Film, film_id)

    film = library.change(forget)
    library.change(lambda work: work.forget_lights(film_id), remembered=False)
    remove_files(library.folder, film_id)
    return film


def remove_files(folder: Path, film_id: str) -> None:
    """Remove the files of a film's light copies; what opens them goes with the film's row. Blocking."""
    for file in files_of(folder, film_id):
        file.unlink(missing_ok=True)


def _sweep(library: Library) -> None:
    """Remove the files of light copies that nothing opens: their films are gone, or a backup was restored."""
    known = {
        file_of(library.folder, copy.film_id, copy.kind) for copy in library.read(lambda work: work.lights_of(None))
    }
    for file in (library.folder / FILMS_FOLDER).glob(f"*{_SUFFIX}"):
        # Somebody else may have swept it away already, or may be the only one who can.
        with suppress(OSError):
            if file not in known and time.time() - file.stat().st_mtime > _NEW:
                file.unlink()


def tidy(library: Library, media: Media) -> None:
    """What is done once after a start: remove what nothing opens, and what was cut off. Blocking."""
    media.tidy(library.folder / FILMS_FOLDER)
    _sweep(library)


def files_of(folder: Path, film_id: str) -> list[Path]:
    """All files of light copies of a film, whole or under way."""
    there = [file_of(folder, film_id, kind).with_suffix(suffix) for kind in Light if kind for suffix in _LEFT_OVER]
    return [file for file in there if file.is_file()]


def there_for(work: Work, film: Film) -> dict[Light, LightCopy]:
    """The light copies of a film that show the picture and the sound that are chosen."""
    tracks = film.video_track, film.sound_track
    return {one.kind: one for one in work.lights_of(film.id) if (one.video_track, one.sound_track) == tracks}


def copy_for(work: Work, folder: Path, showing: Showing) -> tuple[Path, LightCopy] | None:
    """The light copy that is to stand in for a film, and where it lies; None where there is none to be played."""
    film = next((one for one in work.find(Film) if path_of(folder, one).absolute() == showing.film), None)
    copy = there_for(work, film).get(showing.light) if film else None
    if film is None or copy is None:
        return None
    file = file_of(folder, film.id, copy.kind)
    return (file, copy) if file.is_file() else None
