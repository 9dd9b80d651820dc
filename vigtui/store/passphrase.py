"""Sets, changes and removes the passphrase of a library and of its backups.

Each file is written anew, checked, and put in the place of the old one by a rename.
"""

import os
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from vigtui.domain.errors import LibraryDamaged, LibraryError, NotSensible, PassphraseNeeded, WrongPassphrase
from vigtui.store import backup
from vigtui.store.connecting import (
    FILE_NAME,
    Connection,
    check_passphrase,
    connect,
    faults,
    is_encrypted,
    quoted,
    tellable,
    told,
)
from vigtui.store.permissions import file_mode, private_files

FEWEST_LETTERS = 8
_WAIT_SECONDS = 2.0
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of the passphrase did."""

    backups: int
    """So many backups are closed by the new one now, or opened."""
    left: tuple[Path, ...]
    """Backups that the old passphrase does not open; they are as they were."""


def refuse_weak(passphrase: str) -> str:
    """A passphrase that is worth having. Raises NotSensible."""
    if len(passphrase) < FEWEST_LETTERS:
        raise NotSensible(
            f"A passphrase needs at least {FEWEST_LETTERS} letters.",
            "Nothing was changed. Four or five words in a row are easy to keep in mind and hard to guess.",
        )
    if "\0" in passphrase or "\n" in passphrase:
        raise NotSensible("A passphrase stands on one line.", "Nothing was changed.")
    return passphrase


def change_passphrase(folder: Path, old: str | None, new: str | None) -> Changed:
    """Close a library by a new passphrase, or by none; its backups likewise.

    At no moment is there less than one whole, sound library. What was plain is overwritten before it goes.

    Args:
        folder: the library's folder.
        old: what opens it now; None where it is plain.
        new: what is to open it; None makes it plain.

    Raises:
        LibraryError: the old one is wrong, another program has the library open, or the disk is full; nothing was changed.
    """
    if new is not None:
        refuse_weak(new)
    file = folder.absolute() / FILE_NAME
    if is_encrypted(file) and old is None:
        raise PassphraseNeeded
    old = old if is_encrypted(file) else None
    check_passphrase(file, old)
    with told():
        rewrite(file, old, new, mode=file_mode(folder), live=True)
    done, left = 0, []
    for one in backup.backups(folder):
        try:
            rewrite(one.file, old if one.encrypted else None, new, mode=file_mode(folder))
            done += 1
        except tellable():
            left.append(one.file)
    return Changed(done, tuple(left))


def close_plain_backups(folder: Path, passphrase: str) -> None:
    """Encrypt backups that are still plain beside an encrypted library: a change of the passphrase was cut off before them."""
    for one in backup.backups(folder):
        if not one.encrypted:
            rewrite(one.file, None, passphrase, mode=file_mode(folder))


def rewrite(file: Path, old: str | None, new: str | None, *, mode: int, live: bool = False) -> None:
    """Write an SQLite file anew under another passphrase, check it, and put it in the place of the old one.

    Args:
        file: the file.
        old: what opens it.
        new: what will open it.
        mode: the permissions of the new file.
        live: other programs may have it open; refuse then.
    """
    part = backup.part_in(file.parent)
    try:
        with closing(_alone(file, old) if live else _by_cipher(file, old)) as source, private_files(file.parent):
            counts = _export(source, part, new)
            _check(part, new, counts)
            # Held open until the end: closing it would give up SQLite's locks.
            with file.open("r+b") as former:
                backup.settle(part, file, mode)
                if old is None:
                    _overwrite(former)
    finally:
        part.unlink(missing_ok=True)


def _by_cipher(file: Path, passphrase: str | None) -> Connection:
    """A connection of SQLCipher, which opens plain files too, with an empty key."""
    connection = connect(file, passphrase or "")
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except faults() as fault:
        connection.close()
        if (getattr(fault, "sqlite_errorname", "") or "").startswith("SQLITE_NOTADB"):
            raise WrongPassphrase from fault
        raise
    return connection


def _alone(file: Path, passphrase: str | None) -> Connection:
    """The same, with the write-ahead log taken in and nobody else at the library.

    Raises:
        LibraryError: another program has it open.
    """
    connection = _by_cipher(file, passphrase)
    try:
        connection.execute(f"PRAGMA busy_timeout = {int(_WAIT_SECONDS * 1000)}")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")  # the lock stays until the connection is closed
    except faults() as fault:
        connection.close()
        name = getattr(fault, "sqlite_errorname", "") or ""
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise LibraryError(
                "Another program has the library open.", "Nothing was changed. Close vigtui everywhere, then try again."
            ) from fault
        raise
    return connection


def _export(source: Connection, part: Path, passphrase: str | None) -> dict[str, int]:
    """Write everything into a new file; the rows of each table."""
    application_id = source.execute("PRAGMA application_id").fetchone()[0]
    source.execute(f"ATTACH DATABASE ? AS anew KEY {quoted(passphrase or '')}", [str(part)])
    source.execute("SELECT sqlcipher_export('anew')").fetchall()
    source.execute(f"PRAGMA anew.application_id = {int(application_id)}")
    if source.in_transaction:
        source.execute("COMMIT")
    source.execute("DETACH DATABASE anew")
    return _counts(source)


def _counts(connection: Connection) -> dict[str, int]:
    names = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        )
    ]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _check(part: Path, passphrase: str | None, counts: dict[str, int]) -> None:
    if (wrong := backup.check(part, passphrase)) != "ok":
        raise LibraryDamaged(f"The new file is not sound: {wrong[:200]}.", "The library was left as it is.")
    with closing(backup.read_only(part, passphrase)) as connection:
        if _counts(connection) != counts:
            raise LibraryDamaged("The new file is not whole.", "The library was left as it is.")


def _overwrite(former: BinaryIO) -> None:
    """Write zeros over what was plain, so that it is not left on the disk, as far as the disk keeps no copies of its own."""
    left = os.fstat(former.fileno()).st_size
    former.seek(0)
    while left > 0:
        left -= former.write(bytes(min(_CHUNK, left)))
    former.flush()
    os.fsync(former.fileno())


def stamp(now: datetime | None = None) -> str:
    """An instant as part of a file name."""
    return f"{(now or datetime.now(UTC)).astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}"


def has_cipher() -> bool:
    """Whether SQLCipher is there."""
    try:
        connection = connect(Path(":memory:"), "x")
    except ImportError:
        return False
    connection.close()
    return True
