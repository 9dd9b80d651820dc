"""Opens the library and holds its one thread: every read and every change goes through `Library.read` and `Library.change`."""

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from vigtui.domain.bundle import CaseAway
from vigtui.domain.errors import LibraryError, VigError
from vigtui.store import history
from vigtui.store.ids import IdMaker
from vigtui.store.migrations import APPLICATION_ID, AWAY, migrate
from vigtui.store.search import Hit, find_words
from vigtui.store.touched import TouchLog
from vigtui.store.work import Work, utc_now

T = TypeVar("T")

Replay = Callable[[Database, str | None, history.Rows], str | None]

_THREAD = "library"
FILE_NAME = "vigtui.sqlite"
BUSY_SECONDS = 10.0
"""How long a change waits for another program's; the wait is on the store's thread, never on the event loop."""


class Library:
    """An open library: a folder with `vigtui.sqlite` and the films.

    All SQL runs on one thread of the library's own. `read` and `change` may be called from any other thread and wait for
    their result; `aread` and `achange` are the same for the event loop.

    Raises:
        LibraryError: the folder or the file cannot be used; nothing in it was changed.
    """

    def __init__(self, folder: Path, *, actor: str, clock: Callable[[], datetime] = utc_now) -> None:
        self.folder = folder.absolute()
        self.actor = actor
        self._clock = clock
        self._new_id = IdMaker()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=_THREAD)
        self._closed = False
        self._log = TouchLog()
        try:
            self._db = self._thread.submit(open_database, self.folder).result()
        except BaseException:
            self._thread.shutdown()
            raise

    def read(self, job: Callable[[Work], T]) -> T:
        """Run a job that only reads, in one consistent view."""
        self._not_from_within()
        return self._thread.submit(self._reading, job).result()

    def change(self, job: Callable[[Work], T], *, merge: str | None = None, remembered: bool = True) -> T:
        """Run a job in one transaction that undo takes back as one; on return it is on the disk.

        Args:
            job: gets the unit of work.
            merge: changes in a row with the same token are one step of undo (the letters typed into one field).
            remembered: False for what undo should pass over: where somebody stands, not what they wrote.

        Raises:
            VigError: the job refused, or the library cannot be written; nothing was changed.
        """
        self._not_from_within()
        return self._thread.submit(self._changing, job, merge, remembered).result()

    async def aread(self, job: Callable[[Work], T]) -> T:
        """`read` for the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._reading, job)

    async def achange(self, job: Callable[[Work], T], *, merge: str | None = None, remembered: bool = True) -> T:
        """`change` for the event loop. Once begun it is carried out even where the caller is cancelled."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._changing, job, merge, remembered)

    async def undo(self, case_id: str | None) -> str | None:
        """Take back the newest change of a case (or of the whole library); its label, None where there is none."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._replaying, history.undo, case_id)

    async def redo(self, case_id: str | None) -> str | None:
        """Make again what was taken back last; its label, None where there is none."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._replaying, history.redo, case_id)

    def search(self, words: str) -> list[Hit]:
        """Full-text search over everything typed."""
        return self._thread.submit(lambda: find_words(self._db, words)).result()

    async def asearch(self, words: str) -> list[Hit]:
        """`search` for the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, find_words, self._db, words)

    async def version(self) -> int:
        """A number that changes when another program has written (SQLite's data_version)."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, pragma, self._db, "data_version")

    def health(self) -> str:
        """SQLite's own integrity and foreign-key checks: “ok”, or what is wrong."""
        return self._thread.submit(integrity, self._db).result()

    def close(self) -> None:
        """Wait for the last write, then close. Calling it again does nothing."""
        if not self._closed:
            self._closed = True
            self._thread.submit(self._db.close)
            self._thread.shutdown(wait=True)

    @staticmethod
    def _not_from_within() -> None:
        """Refuse a job that would wait for itself for ever."""
        if threading.current_thread().name.startswith(_THREAD):
            raise RuntimeError("a job waits for another job of the same library: use its own unit of work")

    def _work(self) -> Work:
        return Work(self._db, now=self._clock(), actor=self.actor, new_id=self._new_id, log=self._log)

    def _reading(self, job: Callable[[Work], T]) -> T:
        with told(), _transaction(self._db, "DEFERRED"):
            return job(self._work())

    def _changing(self, job: Callable[[Work], T], merge: str | None, remembered: bool) -> T:
        with told():
            with _transaction(self._db, "IMMEDIATE"):
                work = self._work()
                touched: list[tuple[str, str]] | None
                if remembered:
                    change_id = history.begin_change(
                        self._db, self._new_id(), merge=merge, actor=self.actor, now=work.now
                    )
                    result = job(work)
                    touched = history.rows_of(self._db, change_id)
                    history.end_change(self._db, change_id, label=work.label, case_id=work.case_id)
                else:
                    with history.passed_over(self._db):
                        result = job(work)
                    touched = None if work.touched is None else list(work.touched)
            self._log.note(touched)
            return result

    def _replaying(self, step: Replay, case_id: str | None) -> str | None:
        touched: history.Rows = set()
        with told():
            with _transaction(self._db, "IMMEDIATE"):
                label = step(self._db, case_id, touched)
            self._log.note(touched)
            return label


def open_database(folder: Path) -> Database:
    """Open, or make, the library in a folder, bring it to the newest schema, and set what every connection needs.

    Raises:
        LibraryError: see `Library`.
    """
    _make_private(folder)
    file = folder / FILE_NAME
    with told():
        new = not file.exists() or file.stat().st_size == 0
        old_umask = os.umask(0o077)
        try:
            connection = sqlite3.connect(file, timeout=BUSY_SECONDS)
            try:
                db = Database(connection, execute_plugins=False)
                _patiently(lambda: _recognise(db, new=new))
                db.execute("PRAGMA foreign_keys = ON")
                _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"))
                connection.execute("PRAGMA synchronous = FULL")
                migrate(db)
            except BaseException:
                connection.close()
                raise
        finally:
            os.umask(old_umask)
    return db


def _make_private(folder: Path) -> None:
    try:
        if folder.exists() and not folder.is_dir():
            raise LibraryError(
                "The library must be a folder, and there is a file of that name.",
                "The file was left as it is. Name a folder with --library.",
            )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise LibraryError(
            f"The folder for the library cannot be made: {fault.strerror}.",
            "Nothing was written. Choose a folder you may write to with --library.",
        ) from fault
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LibraryError(
            "The library's folder cannot be written to.",
            "Nothing was changed. Ask whoever looks after this computer for the right to write there, or choose another "
            "folder with --library.",
        )


def _recognise(db: Database, *, new: bool) -> None:
    application_id = pragma(db, "application_id")
    if application_id == APPLICATION_ID:
        return
    if not new and (application_id or db.table_names()):
        raise LibraryError(
            "This SQLite file was not made by vigtui.",
            "It was left as it is. Choose another folder with --library.",
        )
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _patiently(step: Callable[[], object]) -> None:
    """Take a step of opening for which SQLite itself does not wait while another program opens the same new library."""
    ends = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            step()
        except sqlite3.OperationalError as fault:
            if not fault.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= ends:
                raise
            time.sleep(0.02)
        else:
            return


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


@contextmanager
def _transaction(db: Database, kind: str) -> Iterator[None]:
    db.conn.execute(f"BEGIN {kind}")
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise


@contextmanager
def told() -> Iterator[None]:
    """Turn SQLite's errors into sentences."""
    try:
        yield
    except sqlite3.DatabaseError as fault:
        raise _sentence(fault) from fault
    except OSError as fault:
        raise LibraryError(f"The library cannot be read: {fault.strerror}.", "It was left as it is.") from fault


def _sentence(fault: sqlite3.DatabaseError) -> VigError:
    if AWAY in str(fault):
        return CaseAway()
    name = getattr(fault, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_NOTADB"):
        return LibraryError(
            "This is no vigtui library: the file is not an SQLite database, or it is encrypted.",
            "It was left as it is. Choose another folder with --library, or restore a backup.",
        )
    if name.startswith("SQLITE_CORRUPT"):
        return LibraryError(
            "The library is damaged.",
            "It was left as it is. Copy the folder away first, then restore a backup.",
        )
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
