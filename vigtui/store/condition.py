"""How a library is, found out without making it, changing it or bringing it to a newer schema."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from vigtui.domain.errors import LibraryError
from vigtui.store import backup
from vigtui.store.connecting import (
    FILE_NAME,
    check_passphrase,
    connect,
    integrity,
    is_encrypted,
    is_log_lost,
    pragma,
    told,
)
from vigtui.store.migrations import APPLICATION_ID, refuse_newer

SQLITE_VERSION = sqlite3.sqlite_version

_COUNTED = ("cases", "people", "films", "moments", "clips", "reviews")


@dataclass(frozen=True, slots=True)
class Condition:
    """How a library is."""

    health: str
    """“ok”, or what SQLite's own checks found."""
    size_bytes: int
    """Of the file with everything typed; the films are beside it."""
    counts: dict[str, int]
    """Rows of the tables a person knows."""
    log_lost: bool
    """Whether its write-ahead log is gone, and with it what was written last."""


def is_there(folder: Path) -> bool:
    """Whether opening a library in this folder would find something, be it good or bad."""
    try:
        (folder / FILE_NAME).stat()
    except FileNotFoundError:
        return False
    except OSError:  # something stands in the way; opening it says what
        return True
    return True


def is_closed(folder: Path) -> bool:
    """Whether the library in a folder is closed by a passphrase. Not for a library that this program has open."""
    return is_encrypted(folder / FILE_NAME)


def is_closed_file(file: Path) -> bool:
    """Whether a backup is closed by a passphrase."""
    return is_encrypted(file)


def condition(folder: Path, passphrase: str | None = None) -> Condition:
    """Look at the library in a folder, reading only.

    Raises:
        PassphraseNeeded, WrongPassphrase: it is closed.
        LibraryError: it cannot be read, is none, or a newer program made it.
    """
    file = folder.absolute() / FILE_NAME
    if os.path.exists(folder) and not os.path.isdir(folder):  # noqa: PTH110, PTH112 (they never raise)
        raise LibraryError(
            "The library must be a folder, and there is a file of that name.", "Name a folder with --library."
        )
    if os.path.isdir(file):  # noqa: PTH112
        raise LibraryError(
            f"There is a folder in the place of the library's file {FILE_NAME}.",
            "It was left as it is. Move it away, or choose another folder with --library.",
        )
    if file.is_file() and not file.stat().st_size:
        backup.refuse_to_begin_anew(folder)
    closed, log_lost = is_closed(folder), is_log_lost(file)
    # Where nothing can be written beside the file, SQLite must be told that nobody else writes to it either. Where the log is lost
    # it would make the index anew, and the next start could not tell of the loss any more.
    how = "mode=ro" if os.access(folder, os.W_OK) and not log_lost else "mode=ro&immutable=1"
    if closed:
        check_passphrase(file, passphrase)
    with told(), closing(connect(file, passphrase if closed else None, uri=f"{file.as_uri()}?{how}")) as connection:
        db = Database(connection, execute_plugins=False)
        if pragma(db, "application_id") != APPLICATION_ID:
            raise LibraryError(
                "This SQLite file was not made by vigtui.",
                "It was left as it is. Choose another folder with --library.",
            )
        refuse_newer(db)
        there = set(db.table_names())
        return Condition(
            health=integrity(db),
            size_bytes=file.stat().st_size,
            counts={table: db.table(table).count for table in _COUNTED if table in there},
            log_lost=log_lost,
        )
