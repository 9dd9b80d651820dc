"""Saves what can still be read of a damaged library, row by row, into a new one that lies among the backups."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from vigtui.domain.errors import LibraryDamaged, NotFound
from vigtui.store import backup
from vigtui.store.connecting import FILE_NAME, Connection, connect, faults, is_encrypted
from vigtui.store.database import open_database
from vigtui.store.permissions import make_folder
from vigtui.store.tables import TABLES

_STEP = 200
"""Rows read at a time; where one of them cannot be, they are tried one by one."""
_PAGE_BYTES = 4096
_LONGER = 4
_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Rescued:
    """What was saved of a damaged library."""

    backup: backup.Backup
    """The new file; the damaged one was left as it is."""
    rows: dict[str, int]
    """Rows read, by table."""
    left_out: dict[str, int]
    """Rows that hung on something that could not be read."""
    unreadable: tuple[str, ...]
    """Tables of which some rows could not be read."""


def rescue(folder: Path, passphrase: str | None, *, now: datetime | None = None) -> Rescued:
    """Read what can be read of a damaged library into a new one, which lies among the backups and can be restored.

    Nothing is changed in the damaged one: it is read through a copy, with its write-ahead log.

    Raises:
        LibraryDamaged: nothing at all can be read.
        LibraryError: there is no library, or the passphrase is wrong.
    """
    if not (folder / FILE_NAME).exists():
        raise NotFound("There is no library in this folder.", "Nothing was changed.")
    passphrase = passphrase if is_encrypted(folder / FILE_NAME) else None
    place = backup.part_in(folder)
    make_folder(folder, place)
    try:
        for end in ("", "-wal"):
            there = folder / f"{FILE_NAME}{end}"
            if there.exists():
                (place / there.name).write_bytes(there.read_bytes())
        # SQLite refuses a file that is shorter than it says; empty pages behind its end let the rest be read.
        os.truncate(place / FILE_NAME, _LONGER * ((place / FILE_NAME).stat().st_size // _PAGE_BYTES + 1) * _PAGE_BYTES)
        (place / "new").mkdir(mode=0o700)
        new = open_database(place / "new", passphrase)
        try:
            found = _read_what_is_left(place / FILE_NAME, passphrase, new)
        finally:
            new.close()
        made = backup.make_from(place / "new" / FILE_NAME, folder, passphrase, kind="rescued", now=now)
    except faults() as fault:
        raise LibraryDamaged("Nothing can be read of this library any more.") from fault
    finally:
        _remove_tree(place)
    return Rescued(made, *found)


def _remove_tree(place: Path) -> None:
    for one in sorted(place.rglob("*"), reverse=True):
        one.rmdir() if one.is_dir() else one.unlink()
    place.rmdir()


def _read_what_is_left(
    file: Path, passphrase: str | None, new: Database
) -> tuple[dict[str, int], dict[str, int], tuple[str, ...]]:
    """Copy every row that can be read; then leave out what hangs on nothing."""
    copied: dict[str, int] = {}
    unreadable = []
    with closing(_Damaged(file, passphrase)) as old:
        there = _columns(old)
        new.execute("PRAGMA foreign_keys = OFF")
        with new.conn:
            new.execute("UPDATE recording SET replaying = 1")
            for table in (*TABLES.values(), "drafts", "changes", "history"):
                if table in there:
                    copied[table], whole = _copy_table(old, new, table, there[table])
                    unreadable += [] if whole else [table]
            _stand_in_for_lost_cases(new)
            left_out = _leave_out_orphans(new)
            new.execute("UPDATE recording SET replaying = 0")
    return {table: count for table, count in copied.items() if count}, left_out, tuple(unreadable)


class _Damaged:
    """A damaged file, opened again after each error: SQLCipher reads nothing more once a page was not what it should be."""

    def __init__(self, file: Path, passphrase: str | None) -> None:
        self._file = file
        # The key is worked out once, as SQLCipher does it; it takes a fifth of a second.
        self._key = _raw_key(file, passphrase) if passphrase is not None else None
        self._connection = self._open()

    def _open(self) -> Connection:
        connection = connect(self._file, self._key)
        # Where a part of the list of tables cannot be read, the first question fails and those after it make do with the rest.
        connection.execute("PRAGMA writable_schema = ON")
        if self._key is None:
            with suppress(*faults(), UnicodeDecodeError):
                connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
        return connection

    def read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows. Raises SQLite's error."""
        try:
            found: list[tuple[Any, ...]] = self._connection.execute(sql, values).fetchall()
        except faults():
            if self._key is not None:
                self._connection.close()
                self._connection = self._open()
            raise
        return found

    def names(self) -> list[str]:
        """The tables, up to where the list of them cannot be read. Raises SQLite's error where not even one can be."""
        cursor = self._connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
        )  # SQLCipher gives up here
        found: list[str] = []
        with suppress(*faults()):
            for (name,) in cursor:
                found.append(name)
        return found

    def close(self) -> None:
        self._connection.close()


def _raw_key(file: Path, passphrase: str) -> str:
    """The key itself with its salt, in the words by which SQLCipher takes it without deriving it again."""
    if re.fullmatch(r"x'([0-9a-fA-F]{64}|[0-9a-fA-F]{96})'", passphrase):
        return passphrase  # it is one already
    with file.open("rb") as opened:
        salt = opened.read(16)
    key = hashlib.pbkdf2_hmac("sha512", passphrase.encode(), salt, 256_000, 32)
    return f"x'{key.hex()}{salt.hex()}'"


def _columns(old: _Damaged) -> dict[str, list[str]]:
    """The tables and their columns. Raises SQLite's error where not even these can be read."""
    return {name: [row[1] for row in old.read(f'PRAGMA table_info("{name}")')] for name in old.names()}


def _copy_table(old: _Damaged, new: Database, table: str, there: list[str]) -> tuple[int, bool]:
    """Copy a table's rows; how many, and whether all could be read."""
    wanted = [column.name for column in new.table(table).columns if column.name in there and column.name != "n"]
    read = [f'"{name}"' for name in wanted]
    if table == "history" and "change_id" in there:  # from before the history counted its changes
        wanted.append("change")
        read.append("(SELECT number FROM changes WHERE changes.id = change_id)")
    insert = f'INSERT OR IGNORE INTO "{table}" ({", ".join(wanted)}) VALUES ({", ".join("?" * len(wanted))})'  # noqa: S608
    reader = _Reader(old, table, ", ".join(read), by_rowid=table != "history")
    before = new.table(table).count
    for row in reader.rows():
        try:
            new.conn.execute(insert, row)
        except faults():
            reader.whole = False  # half a row: it lacks what every row has
    return new.table(table).count - before, reader.whole


class _Reader:
    """The rows of a damaged table: forwards until one cannot be read, then on behind it."""

    def __init__(self, old: _Damaged, table: str, names: str, *, by_rowid: bool) -> None:
        self._old = old
        self._table = table
        self._names = names
        self._by_rowid = by_rowid
        self.whole = True

    def rows(self) -> Iterator[tuple[Any, ...]]:
        if not self._by_rowid:
            yield from self._forwards()
            return
        at, last, step = -1, self._last(), _STEP
        while at < last:
            found = self._rows_behind(at, step)
            if found is None:
                if step == 1:
                    at = self._behind_the_damage(at, last)
                step = 1
                continue
            if not found:
                return
            for row in found:
                at = row[0]
                yield tuple(row[1:])
            step = min(2 * step, _STEP)

    def _rows_behind(self, at: int, most: int) -> list[tuple[Any, ...]] | None:
        """The rows behind a number; None where they cannot be read."""
        try:
            return self._old.read(
                f'SELECT rowid, {self._names} FROM "{self._table}" WHERE rowid > ? ORDER BY rowid LIMIT ?',  # noqa: S608
                at,
                most,
            )
        except faults():
            self.whole = False
            return None

    def _behind_the_damage(self, at: int, last: int) -> int:
        """The first number behind which rows can be read again: by steps an eighth of the way so far, then back by halves."""
        bad, good = at, at + 1
        while self._rows_behind(good, 1) is None:
            if good >= last:
                return last
            bad, good = good, good + 1 + (good - at) // 8
        while good - bad > 1:
            middle = (good + bad) // 2
            if self._rows_behind(middle, 1) is None:
                bad = middle
            else:
                good = middle
        return good

    def _last(self) -> int:
        try:
            return int(self._old.read(f'SELECT coalesce(max(rowid), -1) FROM "{self._table}"')[0][0])  # noqa: S608
        except faults():
            self.whole = False
            return _MANY

    def _forwards(self) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._old.read(f'SELECT {self._names} FROM "{self._table}"')  # noqa: S608
        except faults():
            self.whole = False


def _stand_in_for_lost_cases(new: Database) -> None:
    """A case whose own row is lost gets a new one, so that what belongs to it is not lost too."""
    parts = [
        f'SELECT case_id FROM "{table}" WHERE case_id IS NOT NULL'  # noqa: S608
        for table in TABLES.values()
        if table not in ("cases", "audit") and "case_id" in {column.name for column in new.table(table).columns}
    ]
    lost = new.execute(
        f"SELECT DISTINCT case_id FROM ({' UNION ALL '.join(parts)}) WHERE case_id NOT IN (SELECT id FROM cases)"  # noqa: S608
    ).fetchall()
    empty = {column.name: "" if column.type == "TEXT" else 0 for column in new.table("cases").columns if column.notnull}
    for number, (case_id,) in enumerate(lost, 1):
        row = empty | {"id": case_id, "code": f"rescued-{number}", "pack": "parent-child", "status": "open"}
        new.table("cases").insert(row | {"opened_on": "2000-01-01", "planned_cycles": 3, "retention_days": 60})


def _leave_out_orphans(new: Database) -> dict[str, int]:
    """Empty what points to nothing where it may be empty; leave out the rest, until nothing hangs on nothing."""
    left_out: dict[str, int] = {}
    while broken := new.execute("PRAGMA foreign_key_check").fetchall():
        for table, rowid, parent, number in broken:
            key = next(row for row in new.execute(f'PRAGMA foreign_key_list("{table}")').fetchall() if row[0] == number)
            column = next(one for one in new.table(table).columns if one.name == key[3])
            if table == "history" or rowid is None:
                new.execute("DELETE FROM history WHERE change NOT IN (SELECT number FROM changes)")
            elif column.notnull or parent == "cases":
                new.execute(f'DELETE FROM "{table}" WHERE rowid = ?', [rowid])  # noqa: S608
                left_out[table] = left_out.get(table, 0) + 1
            else:
                new.execute(f'UPDATE "{table}" SET "{key[3]}" = NULL WHERE rowid = ?', [rowid])  # noqa: S608
    return left_out
