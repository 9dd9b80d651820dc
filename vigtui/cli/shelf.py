"""Opening the library for a command."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vigtui import locations, wiring
from vigtui.domain.errors import NotFound
from vigtui.services.ports import Library


def folder_of(options: Namespace) -> Path:
    """The folder of the library that the command is about."""
    folder: Path | None = options.library
    return folder or locations.library_dir()


@contextmanager
def opened(options: Namespace) -> Iterator[Library]:
    """The library, made where there is none yet; closed at the end. Raises LibraryError."""
    from vigtui.cli.asking import passphrase_for

    folder = folder_of(options)
    library = wiring.open_library(folder, passphrase=passphrase_for(folder))
    try:
        yield library
    finally:
        library.close()


class NoLibraryError(NotFound):
    """There is no library yet, and reading makes none."""

    summary = "There is no library yet."
    remedy = "Make your first case with `vigtui case new --code CODE`, or look at an example with `vigtui demo`."


@contextmanager
def opened_existing(options: Namespace) -> Iterator[Library]:
    """The library, for a command that must not make one.

    Raises:
        NoLibraryError: there is none.
        LibraryError: it cannot be used, or was lost.
    """
    from vigtui.store.condition import is_there  # brings SQLite along, which most commands then need

    if not is_there(folder_of(options)):
        from vigtui.store import backup

        backup.refuse_to_begin_anew(folder_of(options))
        raise NoLibraryError
    with opened(options) as library:
        yield library
