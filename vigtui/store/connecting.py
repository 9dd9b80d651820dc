"""Opens SQLite files, plain or encrypted with a passphrase (SQLCipher), and turns SQLite's errors into sentences."""

import os
import sqlite3
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from vigtui.domain.bundle import CaseAway
from vigtui.domain.errors import LibraryDamaged, LibraryError, PassphraseNeeded, VigError, WrongPassphrase

Connection = Any
"""A connection of `sqlite3` or, where there is a passphrase, of `sqlcipher3`: the same methods, other classes."""

FILE_NAME = "vigtui.sqlite"
BUSY_SECONDS = 10.0
"""How long a change waits for another program's; the wait is on the store's thread, never on the event loop."""

_PLAIN_HEAD = b"SQLite format 3\0"
_PAGE_BYTES = 4096
"""SQLCipher's pages; a file of whole pages without SQLite's head may be an encrypted one."""


def is_encrypted(file: Path) -> bool:
    """Whether a file looks like an SQLite file that is closed by a passphrase: whole pages, and nothing readable in front."""
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            head = opened.read(256)
    except OSError:
        return False
    if size < _PAGE_BYTES or head.startswith(_PLAIN_HEAD):
        return False
    # 256 random bytes hold about 160 different ones, and of nearly all of them some that no text has.
    return len(set(head)) > 96 and not head.isascii()


def connect(file: Path, passphrase: str | None = None, *, uri: str = "", timeout: float | None = None) -> Connection:
    """Open an SQLite file. Nothing of it is read yet, so a wrong passphrase shows at the first statement.

    Args:
        file: the file.
        passphrase: None opens a plain file, and makes one; an empty one does so too, but with SQLCipher.
        uri: the file's address with options, in place of its name.
        timeout: seconds to wait for other programs; `BUSY_SECONDS` unless said.
    """
    seconds = BUSY_SECONDS if timeout is None else timeout
    if passphrase is None:
        connection: Connection = sqlite3.connect(uri or file, timeout=seconds, uri=bool(uri))
        connection.execute("PRAGMA temp_store = MEMORY")
        return connection
    from sqlcipher3 import dbapi2 as sqlcipher

    connection = sqlcipher.connect(uri or str(file), timeout=seconds, uri=bool(uri))
    # It would write its errors to the terminal, over the screens.
    connection.execute("PRAGMA cipher_log_level = NONE")
    if passphrase:
        connection.execute(f"PRAGMA key = {quoted(passphrase)}")  # words that begin with x' are taken as the key itself
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def quoted(words: str) -> str:
    """Words as SQL's literal, for pragmas, which take no parameters."""
    return "'" + words.replace("'", "''") + "'"


def check_passphrase(file: Path, passphrase: str | None) -> None:
    """Make sure that this is how the file is opened; nothing is changed.

    Raises:
        PassphraseNeeded: it is encrypted and no passphrase was given.
        WrongPassphrase: this is not the one.
        LibraryError: it cannot be read.
    """
    if passphrase is None:
        if is_encrypted(file):
            raise PassphraseNeeded
        return
    if not is_encrypted(file):
        return
    how = "mode=ro&immutable=1" if is_log_lost(file) else "mode=ro"  # what tells of the loss stays
    connection = connect(file, passphrase, uri=f"{file.absolute().as_uri()}?{how}")
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except faults() as fault:
        if (getattr(fault, "sqlite_errorname", "") or "").startswith("SQLITE_NOTADB"):
            raise WrongPassphrase from None
        raise sentence(fault) from fault
    finally:
        connection.close()


LOG_LOST = (
    "The library's log (vigtui.sqlite-wal) is gone, though the library was not closed properly: "
    "what was written last before that may be missing. Compare with the newest backup: `vigtui backups`, `vigtui restore FILE`."
)


def is_log_lost(file: Path) -> bool:
    """Whether changes that SQLite's shared index counts as written are in no log any more; for before the library is opened.

    The index (`-shm`) says how many pages the log holds and how many of them the library has taken in. It is only there after a
    crash, or while another program works. Where the index is gone too, nothing tells of what was lost.
    """
    index, log = Path(f"{file}-shm"), Path(f"{file}-wal")
    try:
        with index.open("rb") as opened:
            head = opened.read(100)
        (page_bytes,) = struct.unpack_from("=H", head, 14)
        (written,) = struct.unpack_from("=I", head, 16)
        (taken_in,) = struct.unpack_from("=I", head, 96)
        there = log.stat().st_size if log.exists() else 0
    except (OSError, struct.error):
        return False
    return bool(written > taken_in and there < 32 + written * (24 + (page_bytes if page_bytes > 1 else 65_536)))


def pragma(db: Database, name: str) -> int:
    """The number that a pragma holds."""
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def integrity(db: Database) -> str:
    """SQLite's own checks of pages, indexes and foreign keys: “ok”, or what is wrong."""
    with told():
        found = [str(row[0]) for row in db.execute("PRAGMA integrity_check").fetchall()]
        broken = db.execute("PRAGMA foreign_key_check").fetchall()
    if found == ["ok"] and not broken:
        return "ok"
    return "; ".join(
        [*(line for line in found if line != "ok"), *(f"a row of {row[0]} hangs on nothing" for row in broken)]
    )


def is_cipher(connection: Connection) -> bool:
    """Whether a connection is one of SQLCipher."""
    return not isinstance(connection, sqlite3.Connection)


def faults() -> tuple[type[Exception], ...]:
    """The errors of SQLite, and of SQLCipher where it is in use; for an `except` clause."""
    cipher = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.DatabaseError, cipher.DatabaseError) if cipher else (sqlite3.DatabaseError,)


def tellable() -> tuple[type[Exception], ...]:
    """The same, and what `told` has made of them."""
    return (LibraryError, *faults())


@contextmanager
def told() -> Iterator[None]:
    """Turn SQLite's errors into sentences."""
    try:
        yield
    except faults() as fault:
        raise sentence(fault) from fault
    except UnicodeDecodeError as fault:
        # What SQLite says of a damaged list of tables quotes it, and Python cannot read that.
        if not fault.object.startswith(b"malformed database schema"):
            raise
        raise LibraryDamaged from fault
    except OSError as fault:
        raise LibraryError(f"The library cannot be read: {fault.strerror}.", "It was left as it is.") from fault


AWAY = "the case is out"
"""What the triggers say where somebody writes to a case that is in another library."""


def sentence(fault: Exception) -> VigError:
    """What an error of SQLite means to a person."""
    if AWAY in str(fault):
        return CaseAway()
    name = getattr(fault, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_NOTADB"):
        return LibraryDamaged(
            "This is no vigtui library: the file is not an SQLite database, or it is encrypted.",
            "It was left as it is. Choose another folder with --library, or restore a backup.",
        )
    if name.startswith("SQLITE_CORRUPT") or "Could not decode to UTF-8" in str(fault):
        return LibraryDamaged()
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LibraryError(
            "Another program is holding the library.",
            "What you typed stays on the screen. It is written as soon as the other program lets go; or close that program.",
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return LibraryError(
            "The library cannot be written to.",
            "Nothing was changed. Ask for the right to write to its folder, or choose another with --library.",
        )
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return LibraryError(
            "The disk is full or failing.",
            "What was saved is safe, and what you typed stays on the screen. Make room on the disk.",
        )
    if name.startswith("SQLITE_CONSTRAINT_UNIQUE"):
        return LibraryError("There is one of that name already.", "Nothing was changed. Choose another name.")
    return LibraryError(f"The library refused the change ({name or type(fault).__name__}).", "Nothing was changed.")


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(file: Path) -> None:
    """Make what was written into a file last through a power cut."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
