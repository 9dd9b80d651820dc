"""Backups: whole copies by SQLite's backup API, each checked before it counts, kept by age in the library's `backups/`."""

import re
import uuid
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from vigtui.domain.errors import LibraryDamaged, LibraryError, NotSensible
from vigtui.store.connecting import (
    FILE_NAME,
    Connection,
    connect,
    integrity,
    is_encrypted,
    pragma,
    sync_file,
    sync_folder,
    tellable,
    told,
)
from vigtui.store.migrations import APPLICATION_ID
from vigtui.store.permissions import file_mode, make_folder, private_files

BACKUPS_FOLDER = "backups"
_NAME = re.compile(r"vigtui-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)(?:-(\d+))?(?:-([a-z-]+))?\.sqlite")
_PART = ".vigtui-part-"
_FORMAT = "%Y-%m-%dT%H-%M-%SZ"
_HELD = timedelta(days=30)
"""So long a backup that was not made by the day is kept whatever its age: made by hand, or before something was changed."""
_LEFT_OVER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Keep:
    """How many backups are kept: the newest of so many days, weeks and months."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 12


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup."""

    file: Path
    made_at: datetime
    kind: str
    """daily, by-hand, before-migration, before-restore, rescued."""
    size_bytes: int
    encrypted: bool


def folder_of(library: Path) -> Path:
    """Where a library's backups are."""
    return library / BACKUPS_FOLDER


def backups(library: Path) -> list[Backup]:
    """The backups of a library, newest first."""
    found = []
    folder = folder_of(library)
    with told():
        files = list(folder.iterdir()) if folder.is_dir() else []
    for file in files:
        named = _NAME.fullmatch(file.name)
        if named and file.is_file():
            made_at = datetime.strptime(named[1], _FORMAT).replace(tzinfo=UTC)
            kind = named[3] or "daily"
            found.append(Backup(file, made_at, kind, file.stat().st_size, is_encrypted(file)))
    # Their names go by the second; two of one second are in the order in which they were written.
    return sorted(found, key=lambda one: (one.made_at, one.file.stat().st_mtime_ns), reverse=True)


def make(
    library: Path,
    passphrase: str | None,
    *,
    kind: str = "by-hand",
    to: Path | None = None,
    now: datetime | None = None,
    checked: bool = True,
) -> Backup:
    """Copy the library as it is now, while others go on working in it; closed by the same passphrase.

    Args:
        library: the library's folder.
        passphrase: what opens it.
        kind: why it is made.
        to: the file; a new one in `backups/` unless said. A file that is there is never replaced.
        now: the present instant.
        checked: False keeps a copy of a damaged library too.

    Raises:
        LibraryError: it cannot be written, or the copy is not sound; nothing is left behind.
    """
    now = now or datetime.now(UTC)
    target = to.absolute() if to else _fresh_name(library, kind, now)
    if target.exists():
        raise NotSensible(f"There is a file {target.name} already.", "It was left as it is. Choose another name.")
    with told():
        if to is None:
            make_folder(library, target.parent)
        if not target.parent.is_dir():
            raise NotSensible(f"There is no folder {target.parent}.", "Nothing was written. Make it first.")
        part = part_in(target.parent)
        try:
            with private_files(library):
                _copy(library / FILE_NAME, passphrase, part)
            if checked and (wrong := check(part, passphrase)) != "ok":
                raise LibraryDamaged(f"The library is damaged, so no backup was made of it: {wrong[:200]}.")
            settle(part, target, 0o600 if to else file_mode(library))
        finally:
            part.unlink(missing_ok=True)
    return Backup(target, now, kind, target.stat().st_size, passphrase is not None)


def make_from(source: Path, library: Path, passphrase: str | None, *, kind: str, now: datetime | None = None) -> Backup:
    """Put a library that was made elsewhere among the backups. Raises LibraryError where it is not sound."""
    now = now or datetime.now(UTC)
    target = _fresh_name(library, kind, now)
    make_folder(library, target.parent)
    part = part_in(target.parent)
    try:
        with private_files(library):
            _copy(source, passphrase, part)
        if (wrong := check(part, passphrase)) != "ok":
            raise LibraryDamaged(f"The copy is not sound: {wrong[:200]}.")
        settle(part, target, file_mode(library))
    finally:
        part.unlink(missing_ok=True)
    return Backup(target, now, kind, target.stat().st_size, passphrase is not None)


def _copy(source: Path, passphrase: str | None, target: Path) -> None:
    with (
        closing(connect(source, passphrase, uri=f"{source.absolute().as_uri()}?mode=ro")) as one,
        closing(connect(target, passphrase)) as other,
    ):
        one.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        one.backup(other)
        other.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it


def settle(part: Path, target: Path, mode: int) -> None:
    """Give a finished file its name, so that it is there whole or not at all, even after a power cut."""
    part.chmod(mode)
    sync_file(part)
    part.replace(target)
    sync_folder(target.parent)


def _fresh_name(library: Path, kind: str, now: datetime) -> Path:
    stem = f"vigtui-{now.astimezone(UTC):{_FORMAT}}"
    ending = "" if kind == "daily" else f"-{kind}"
    number = 1
    while True:
        again = "" if number == 1 else f"-{number}"
        file = folder_of(library) / f"{stem}{again}{ending}.sqlite"
        if not file.exists():
            return file
        number += 1


def read_only(file: Path, passphrase: str | None) -> Connection:
    """A connection to a file that nobody else writes to: a backup, or a damaged library that was moved aside."""
    return connect(file, passphrase, uri=f"{file.absolute().as_uri()}?mode=ro&immutable=1")


def check(file: Path, passphrase: str | None) -> str:
    """“ok”, or what is wrong with a backup: SQLite's own checks of pages, indexes and foreign keys, and whose file it is."""
    if passphrase is None and is_encrypted(file):
        return "closed by a passphrase, so not looked into"
    try:
        with closing(read_only(file, None if not is_encrypted(file) else passphrase)) as connection:
            db = Database(connection, execute_plugins=False)
            if pragma(db, "application_id") != APPLICATION_ID:
                return "not a library of vigtui"
            return integrity(db)
    except tellable() as fault:
        name = (getattr(fault, "sqlite_errorname", "") or "").removeprefix("SQLITE_").lower()
        if name == "notadb":
            return "no SQLite file, or closed by another passphrase"
        return f"cannot be read ({name or 'its pages do not hold together'})"


def is_any_opened_by(library: Path, passphrase: str) -> bool:
    """Whether the newest backup that is encrypted is opened by this passphrase."""
    newest = next((one for one in backups(library) if one.encrypted), None)
    return newest is not None and check(newest.file, passphrase) == "ok"


def doubt(library: Path) -> str:
    """A sentence for whoever is asked for a passphrase that there may never have been; empty where that is not likely.

    A damaged first page looks like an encrypted one. Setting a passphrase encrypts the backups too.
    """
    if all(one.encrypted for one in backups(library)):
        return ""
    return (
        f"If it never had one, the library is damaged: move {FILE_NAME} out of its folder, "
        "and `vigtui restore FILE` puts a backup in its place; `vigtui backups` lists them."
    )


def refuse_to_begin_anew(library: Path) -> None:
    """Make sure that there was no library before where its file is missing or empty. Raises LibraryDamaged."""
    if backups(library):
        how = "empty" if (library / FILE_NAME).exists() else "missing"
        raise LibraryDamaged(
            f"The library's file {FILE_NAME} is {how}, though there are backups of it.",
            "Nothing was changed. `vigtui backups` lists the backups, and `vigtui restore FILE` puts one in its place. "
            "To begin anew, name another folder with --library.",
        )


def is_due(library: Path, now: datetime) -> bool:
    """Whether there is no backup of the day yet."""
    today = now.astimezone().date()
    return all(one.made_at.astimezone().date() != today for one in backups(library) if one.kind == "daily")


def thin(library: Path, keep: Keep, now: datetime) -> list[Path]:
    """Remove backups that are older than what is to be kept; the newest stays in any case. What was removed."""
    there = backups(library)
    kept = _kept(there, keep) | {one.file for one in there if one.kind != "daily" and now - one.made_at < _HELD}
    gone = [one.file for one in there if one.file not in kept]
    for file in gone:
        file.unlink(missing_ok=True)
    return gone


def _kept(newest_first: Iterable[Backup], keep: Keep) -> set[Path]:
    kept: set[Path] = set()
    for most, period in ((keep.daily, "%Y-%m-%d"), (keep.weekly, "%G-%V"), (keep.monthly, "%Y-%m")):
        newest: dict[str, Path] = {}
        for one in newest_first:
            newest.setdefault(one.made_at.astimezone().strftime(period), one.file)
        kept |= set(list(newest.values())[: max(most, 1)])
    return kept


def look_after(library: Path, passphrase: str | None, keep: Keep, now: datetime) -> list[str]:
    """Check the library, make the backup of the day where there is none yet, and tidy up; what a person must know of it."""
    said = []
    try:
        sweep(library)
        if is_due(library, now):
            make(library, passphrase, kind="daily", now=now)
            thin(library, keep, now)
        elif (wrong := _quick_check(library, passphrase)) != "ok":
            said.append(f"The library is damaged: {wrong[:200]}. {LibraryDamaged.remedy}")
    except LibraryError as fault:
        said.append(str(fault))
    except OSError as fault:
        said.append(
            f"No backup could be made: {fault.strerror}. The library itself is safe. Look at its disk and folder."
        )
    return said


def _quick_check(library: Path, passphrase: str | None) -> str:
    file = library / FILE_NAME
    with told(), closing(connect(file, passphrase, uri=f"{file.absolute().as_uri()}?mode=ro")) as connection:
        return "; ".join(str(row[0]) for row in connection.execute("PRAGMA quick_check(3)").fetchall())


def sweep(library: Path) -> None:
    """Remove what a backup left behind that was cut off in the middle."""
    long_ago = (datetime.now(UTC) - _LEFT_OVER).timestamp()
    for folder in (library, folder_of(library)):
        for file in folder.glob(f"{_PART}*") if folder.is_dir() else ():
            if file.stat().st_mtime < long_ago:
                file.unlink(missing_ok=True)


def part_in(folder: Path) -> Path:
    """A name for a file that is still being made; `settle` gives it its own."""
    return folder / f"{_PART}{uuid.uuid4().hex}"
