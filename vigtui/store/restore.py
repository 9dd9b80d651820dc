"""Puts a backup in the place of the library, and keeps the library that was there; and tells beforehand what differs."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vigtui.domain.errors import LibraryDamaged, NotFound
from vigtui.store import backup
from vigtui.store.connecting import FILE_NAME, Connection, connect, is_encrypted, tellable, told
from vigtui.store.database import Library, open_database
from vigtui.store.passphrase import rewrite, stamp
from vigtui.store.permissions import file_mode, make_folder, make_library_folder, private_files
from vigtui.store.tables import TABLES

DAMAGED_FOLDER = "damaged"
_UNCOUNTED = {"audit"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between the library and a backup in one table of one case."""

    code: str
    """The case's; empty for what belongs to none."""
    what: str
    """The table."""
    goes: int
    """Rows that are in the library alone: restoring takes them away."""
    comes: int
    """Rows that are in the backup alone."""
    changes: int
    """Rows that are in both and not the same."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    differences: tuple[Difference, ...]
    """Empty where the library could not be read, or was the same."""
    aside: Path | None
    """Where the library is that was there before: a backup to restore again, or a folder with what was damaged."""
    was_damaged: bool


def restore(
    folder: Path,
    passphrase: str | None,
    file: Path,
    file_passphrase: str | None,
    *,
    actor: str,
    now: datetime | None = None,
) -> Restored:
    """Put a backup in the place of the library. What is there is kept, so that it can be restored in turn.

    A library that is sound is overwritten in one transaction, so that other programs see the change and go on. One that is
    damaged, or missing, is moved aside whole. An encrypted library stays closed by its own passphrase.

    Args:
        folder: the library's folder.
        passphrase: opens the library, and closes what comes into its place; None where it is plain.
        file: the backup.
        file_passphrase: opens the backup; None where it is plain.
        actor: who does it, for the audit trail.
        now: the present instant.

    Raises:
        LibraryError: the backup is not sound, or cannot be opened; nothing was changed.
    """
    if not file.is_file():
        raise NotFound(f"There is no backup {file}.", "Nothing was changed. `vigtui backups` lists them.")
    if (wrong := backup.check(file, file_passphrase)) != "ok":
        raise LibraryDamaged(
            f"This backup cannot be restored: {wrong[:200]}.",
            "Nothing was changed. `vigtui backups` lists the others.",
        )
    make_library_folder(folder)
    present = folder / FILE_NAME
    differences: tuple[Difference, ...] = ()
    aside: Path | None = None
    trail: list[tuple[object, ...]] = []
    sound = _is_sound(folder, passphrase)
    with told():
        part = _under(folder, file, file_passphrase, passphrase)
        try:
            if sound:
                differences = tuple(compare(present, passphrase, part, passphrase))
                aside = backup.make(folder, passphrase, kind="before-restore", now=now).file
                trail = _audit(present, passphrase)
                _overwrite(present, passphrase, part)
            else:
                aside = _move_aside(folder, now)
                backup.settle(part, present, file_mode(folder))
        finally:
            part.unlink(missing_ok=True)
    library = Library(folder, actor=actor, passphrase=passphrase)
    try:
        library.go_on_with_audit(trail)
        library.change(lambda work: work.audit("backup restored", None, file.name), remembered=False)
    finally:
        library.close()
    return Restored(differences, aside, not sound and aside is not None)


def _is_sound(folder: Path, passphrase: str | None) -> bool:
    """Whether the library can be opened and holds together. Raises LibraryError where another program is in the way."""
    if not (folder / FILE_NAME).exists():
        return False
    try:
        with closing(open_database(folder, passphrase)) as db:
            return [row[0] for row in db.execute("PRAGMA quick_check(1)")] == ["ok"]
    except LibraryDamaged:
        return False
    except tellable() as fault:
        if (getattr(fault, "sqlite_errorname", "") or "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            return False
        raise


def _under(folder: Path, file: Path, old: str | None, new: str | None) -> Path:
    """A copy of a backup beside the library, closed by the library's passphrase."""
    part = backup.part_in(folder)
    old = old if is_encrypted(file) else None
    try:
        with private_files(folder):
            if old == new:
                with closing(backup.read_only(file, old)) as one, closing(connect(part, new)) as other:
                    one.backup(other)
                    other.execute("PRAGMA journal_mode = DELETE")
            else:
                part.write_bytes(file.read_bytes())
                rewrite(part, old, new, mode=file_mode(folder))
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part


def _overwrite(present: Path, passphrase: str | None, part: Path) -> None:
    with closing(connect(part, passphrase)) as source, closing(connect(present, passphrase)) as target:
        target.execute("PRAGMA synchronous = FULL")
        source.backup(target)


def _audit(present: Path, passphrase: str | None) -> list[tuple[object, ...]]:
    """The audit trail as it is: restoring takes back what was written, never who did what."""
    with closing(connect(present, passphrase)) as connection:
        found: list[tuple[object, ...]] = connection.execute(
            "SELECT id, at, actor, action, case_id, subject, words FROM audit"
        ).fetchall()
        return found


def _move_aside(folder: Path, now: datetime | None) -> Path | None:
    """Move a damaged library with its log out of the way; None where there is none."""
    there = [one for one in (folder / f"{FILE_NAME}{end}" for end in ("", "-wal", "-shm", "-journal")) if one.exists()]
    if not there:
        return None
    aside = folder / DAMAGED_FOLDER / stamp(now)
    make_folder(folder, aside.parent)
    make_folder(folder, aside)
    for one in there:
        one.rename(aside / one.name)
    return aside


# What differs


def compare(present: Path, passphrase: str | None, file: Path, file_passphrase: str | None) -> Iterator[Difference]:
    """What restoring a backup would take away, bring back and change, case by case."""
    with (
        closing(connect(present, passphrase, uri=f"{present.absolute().as_uri()}?mode=ro")) as now,
        closing(backup.read_only(file, file_passphrase)) as then,
    ):
        codes = _codes(then) | _codes(now)
        for table in TABLES.values():
            if table in _UNCOUNTED:
                continue
            yield from _differences(table, _rows(now, table), _rows(then, table), codes)


def _differences(
    table: str, now: dict[str, tuple[str, int]], then: dict[str, tuple[str, int]], codes: dict[str, str]
) -> Iterator[Difference]:
    goes, comes, changes = Counter[str](), Counter[str](), Counter[str]()
    for row_id in now.keys() | then.keys():
        case_id = (now.get(row_id) or then[row_id])[0]
        if row_id not in then:
            goes[case_id] += 1
        elif row_id not in now:
            comes[case_id] += 1
        elif now[row_id][1] != then[row_id][1]:
            changes[case_id] += 1
    for case_id in sorted(goes | comes | changes, key=lambda one: codes.get(one, "")):
        yield Difference(codes.get(case_id, ""), table, goes[case_id], comes[case_id], changes[case_id])


def _codes(connection: Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT id, code FROM cases").fetchall()) if _has(connection, "cases") else {}


def _has(connection: Connection, table: str) -> bool:
    return bool(connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", [table]).fetchone())


def _rows(connection: Connection, table: str) -> dict[str, tuple[str, int]]:
    """For each id: its case, and a fingerprint of the row by column names, so that a new empty column is no difference."""
    if not _has(connection, table):
        return {}
    cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name of our own
    names = [column[0] for column in cursor.description]
    case_at = names.index("case_id") if "case_id" in names else None
    id_at = names.index("id")
    found = {}
    for row in cursor:
        case_id = row[id_at] if table == "cases" else row[case_at] if case_at is not None else ""
        kept = tuple(
            (name, value) for name, value in zip(names, row, strict=True) if name != "n" and value not in (None, "", 0)
        )
        found[row[id_at]] = (case_id or "", hash(kept))
    return found
