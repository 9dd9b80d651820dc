"""Opens the library and holds its one thread: every read and every change goes through `Library.read` and `Library.change`."""

import asyncio
import hmac
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from vigtui.domain.audit import PastChange
from vigtui.domain.errors import LibraryDamaged, LibraryError, PassphraseNeeded, WrongPassphrase
from vigtui.store import backup, erasing, history
from vigtui.store.connecting import (
    BUSY_SECONDS,
    FILE_NAME,
    LOG_LOST,
    connect,
    faults,
    integrity,
    is_cipher,
    is_encrypted,
    is_log_lost,
    pragma,
    told,
)
from vigtui.store.ids import IdMaker
from vigtui.store.migrations import APPLICATION_ID, is_pending, migrate, refuse_newer
from vigtui.store.passphrase import change_passphrase, close_plain_backups, refuse_weak
from vigtui.store.permissions import file_mode, is_shared, make_library_folder, private_files
from vigtui.store.search import Hit, find_words
from vigtui.store.touched import TouchLog
from vigtui.store.work import Work, utc_now

T = TypeVar("T")

Replay = Callable[[Database, str | None, history.Rows], str | None]

_THREAD = "library"


class Library:
    """An open library: a folder with `vigtui.sqlite` and the films.

    All SQL runs on one thread of the library's own. `read` and `change` may be called from any other thread and wait for
    their result; `aread` and `achange` are the same for the event loop.

    Args:
        folder: the library's folder.
        actor: who works, for the history and the audit trail.
        clock: tells the time.
        passphrase: opens an encrypted library, and closes a new one; a plain one takes no notice of it.

    Raises:
        LibraryError: the folder or the file cannot be used; nothing in it was changed.
    """

    def __init__(
        self, folder: Path, *, actor: str, clock: Callable[[], datetime] = utc_now, passphrase: str | None = None
    ) -> None:
        self.folder = folder.absolute()
        self.actor = actor
        self._clock = clock
        self._new_id = IdMaker()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=_THREAD)
        self._care = threading.Lock()
        self._files = 0
        """How many files were opened so far: another one in the same place is news."""
        self._closed = False
        self._log_lost = False
        """Whether the write-ahead log was gone when it was opened."""
        self._log = TouchLog()
        try:
            self._db = self._thread.submit(self._open, passphrase).result()
        except BaseException:
            self._thread.shutdown()
            raise

    def _open(self, passphrase: str | None) -> Database:
        self._log_lost = self._log_lost or is_log_lost(self.folder / FILE_NAME)
        db = open_database(self.folder, passphrase)
        self._files += 1
        self._file = _identity(self.folder / FILE_NAME)
        self._passphrase = passphrase if is_cipher(db.conn) else None
        return db

    @property
    def is_encrypted(self) -> bool:
        """Whether a passphrase closes it."""
        return self._passphrase is not None

    async def is_opened_by(self, passphrase: str) -> bool:
        """Whether this is the passphrase; for unlocking the screen."""
        return self._passphrase is not None and hmac.compare_digest(passphrase.encode(), self._passphrase.encode())

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
        return self._thread.submit(self._searching, words).result()

    async def asearch(self, words: str) -> list[Hit]:
        """`search` for the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._searching, words)

    def _searching(self, words: str) -> list[Hit]:
        self._open_again_where_replaced()
        with told(), _transaction(self._db, "DEFERRED"):
            return find_words(self._db, words)

    async def history(self, case_id: str | None, *, most: int = 200) -> list[PastChange]:
        """What was changed in a case (in the whole library where None), newest first."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: history.changes(self._db, case_id, most=most)
        )

    def look_after(self, keep: tuple[int, int, int]) -> list[str]:
        """Check the library, and make the backup of the day where there is none yet; what a person must know of it.

        On a connection of its own, so that nobody waits for it. For a worker thread, once after the start.

        Args:
            keep: how many daily, weekly and monthly backups are kept.
        """
        with self._care:
            said = backup.look_after(self.folder, self._passphrase, backup.Keep(*keep), self._clock())
            if self._log_lost:
                said, self._log_lost = [LOG_LOST, *said], False
            if self._passphrase is not None:
                close_plain_backups(self.folder, self._passphrase)
            return said

    async def set_passphrase(self, passphrase: str) -> None:
        """Close a plain library, and its backups, by a passphrase. Raises NotSensible, LibraryError; then nothing was changed."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._set_passphrase, passphrase)

    def _set_passphrase(self, passphrase: str) -> None:
        refuse_weak(passphrase)
        with self._care:
            self._db.close()
            key = self._passphrase
            try:
                change_passphrase(self.folder, key, passphrase)
                key = passphrase
            finally:
                self._log.note(None)
                self._db = self._open(key)
        with _transaction(self._db, "IMMEDIATE"), history.passed_over(self._db):
            self._work().audit("passphrase set", None)

    def back_up(self, to: Path | None = None) -> backup.Backup:
        """Make a backup now, in the library's own folder for them or as a file. Raises LibraryError."""
        return backup.make(self.folder, self._passphrase, to=to, now=self._clock())

    def erase(self, job: Callable[[Work], str], *, whole: bool) -> list[Path]:
        """Erase a case (or, where not `whole`, what was made from its films) for good, in the library and its backups.

        Args:
            job: writes what is to be written about it in the same transaction, and gives the case's id.
            whole: the case itself with its history.

        Returns:
            Backups in which it could not be done.

        Raises:
            VigError: the job refused; nothing was erased.
        """
        self._not_from_within()
        return self._thread.submit(self._erasing, job, whole).result()

    def film_files(self, case_id: str) -> list[tuple[str, str]]:
        """Id and place of every film a case has or had."""
        return self._thread.submit(erasing.film_files, self._db, case_id).result()

    def go_on_with_audit(self, trail: list[tuple[object, ...]]) -> None:
        """Write lines of the audit trail that a restored library does not have."""

        def job() -> None:
            with told(), _transaction(self._db, "IMMEDIATE"), history.passed_over(self._db):
                self._db.conn.executemany(
                    "INSERT OR IGNORE INTO audit (id, at, actor, action, case_id, subject, words) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    trail,
                )

        self._thread.submit(job).result()

    async def version(self) -> int:
        """A number that changes when another program has written (SQLite's data_version)."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._version)

    def _version(self) -> int:
        self._open_again_where_replaced()
        with told():
            return pragma(self._db, "data_version") + self._files * 1_000_000_000

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
        self._open_again_where_replaced()
        with told(), _transaction(self._db, "DEFERRED"):
            return job(self._work())

    def _changing(self, job: Callable[[Work], T], merge: str | None, remembered: bool) -> T:
        self._open_again_where_replaced()
        with told():
            with _transaction(self._db, "IMMEDIATE"):
                work = self._work()
                touched: list[tuple[str, str]] | None
                if remembered:
                    number = history.begin_change(self._db, merge=merge, actor=self.actor, now=work.now)
                    result = job(work)
                    touched = history.rows_of(self._db, number)
                    history.end_change(self._db, number, label=work.label, case_id=work.case_id)
                else:
                    with history.passed_over(self._db):
                        result = job(work)
                    touched = None if work.touched is None else list(work.touched)
            self._log.note(touched)
            return result

    def _erasing(self, job: Callable[[Work], str], whole: bool) -> list[Path]:
        self._open_again_where_replaced()
        with told():
            self._db.conn.execute("PRAGMA secure_delete = ON")
        with told(), _transaction(self._db, "IMMEDIATE"):
            with history.passed_over(self._db):
                case_id = job(self._work())
            films = [film_id for film_id, _ in erasing.film_files(self._db, case_id)]
            erasing.erase_pictures(self._db, films)
            if whole:
                erasing.erase_case(self._db, case_id)
        self._log.note(None)
        erasing.scrub(self._db)
        return erasing.erase_in_backups(self.folder, self._passphrase, case_id, films, whole=whole)

    def _replaying(self, step: Replay, case_id: str | None) -> str | None:
        self._open_again_where_replaced()
        touched: history.Rows = set()
        with told():
            with _transaction(self._db, "IMMEDIATE"):
                label = step(self._db, case_id, touched)
            self._log.note(touched)
            return label

    def _open_again_where_replaced(self) -> None:
        """Another program has put another file in the library's place: a backup, or the same under another passphrase.

        Raises:
            LibraryError: it cannot be opened with what is known here.
        """
        if self._file == _identity(self.folder / FILE_NAME):
            return
        try:
            db = self._open(self._passphrase)
        except LibraryError as fault:
            raise LibraryError(
                f"Another program has replaced the library. {fault.summary}",
                "What you typed stays on the screen. Close vigtui and open it again.",
            ) from fault
        self._log.note(None)
        self._db.close()
        self._db = db


def _identity(file: Path) -> tuple[int, int] | None:
    """Which file this is, whatever its name; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def open_database(folder: Path, passphrase: str | None = None) -> Database:
    """Open, or make, the library in a folder, bring it to the newest schema, and set what every connection needs.

    Args:
        folder: the library's folder.
        passphrase: opens an encrypted library, and closes a new one; a plain one needs none.

    Raises:
        LibraryError: see `Library`.
    """
    make_library_folder(folder)
    file = folder / FILE_NAME
    with told():
        new = not file.exists() or file.stat().st_size == 0
        if not new and not is_encrypted(file):
            passphrase = None
        elif not new and passphrase is None:
            raise PassphraseNeeded
        if new:
            backup.refuse_to_begin_anew(folder)
        with private_files(folder):
            connection = connect(file, passphrase, timeout=BUSY_SECONDS)
            try:
                db = Database(connection, execute_plugins=False)
                _patiently(lambda: _recognise(db, new=new))
                if new and is_shared(folder):
                    file.chmod(file_mode(folder))  # the log beside it takes after it
                _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"))
                connection.execute("PRAGMA synchronous = FULL")
                if not new and is_pending(db):
                    refuse_newer(db)
                    backup.make(folder, passphrase, kind="before-migration")
                _patiently(lambda: migrate(db))
                db.execute("PRAGMA foreign_keys = ON")
            except BaseException as fault:
                connection.close()
                if passphrase is not None and not new and _is_no_database(fault):
                    # The same error means a wrong passphrase or a damaged first page; a backup tells which.
                    if backup.is_any_opened_by(folder, passphrase):
                        raise LibraryDamaged from fault
                    raise WrongPassphrase(remedy=f"{WrongPassphrase.remedy} {backup.doubt(folder)}".rstrip()) from fault
                raise
    return db


def _is_no_database(fault: BaseException) -> bool:
    return (getattr(fault, "sqlite_errorname", "") or "").startswith("SQLITE_NOTADB")


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
        except faults() as fault:
            name = getattr(fault, "sqlite_errorname", "") or ""
            if not name.startswith("SQLITE_BUSY") or time.monotonic() >= ends:
                raise
            time.sleep(0.02)
        else:
            return


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
