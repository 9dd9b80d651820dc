"""One unit of work on the library: read and written on the store's thread, in one transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlite_utils import Database

from vigtui.domain.audit import AuditEntry
from vigtui.domain.errors import EditedElsewhere, NotFound, NotSensible
from vigtui.domain.record import CaseRecord, Record
from vigtui.domain.sitting import Sitting
from vigtui.store import standing
from vigtui.store.codec import from_row, to_cell, to_row
from vigtui.store.memory import Memory
from vigtui.store.tables import TABLES

R = TypeVar("R", bound=Record)


class Work:
    """Records in and out. What a service gets to see of the store (`services.ports.Work`)."""

    def __init__(
        self, db: Database, *, now: datetime, actor: str, new_id: Callable[[], str], memory: Memory | None = None
    ) -> None:
        self._db = db
        self._memory = memory or Memory()
        self._new_id = new_id
        self.now = now
        self.actor = actor
        self.label: str | None = None
        self.case_id: str | None = None
        self.expecting: str | None = None
        """What the field that is being saved showed before; None where nobody typed over anything."""

    @property
    def today(self) -> date:
        """The day it is here, for dates that a person reads."""
        return self.now.astimezone().date()

    def new_id(self) -> str:
        """A UUIDv7."""
        return self._new_id()

    def did(self, label: str, case_id: str | None) -> None:
        """Name this change for the history: “note of moment 03:12 changed”."""
        self.label, self.case_id = label, case_id

    def audit(self, action: str, case_id: str | None, words: str = "", subject: str = "") -> None:
        """Write a line of the audit trail."""
        self.add(
            AuditEntry(
                id=self.new_id(),
                at=self.now,
                actor=self.actor,
                action=action,
                case_id=case_id,
                subject=subject,
                words=words,
            )
        )

    def add(self, record: R) -> R:
        """Keep a new record."""
        self._db.table(TABLES[type(record)]).insert(to_row(record))
        self._wrote(record)
        return record

    def _wrote(self, record: Record) -> None:
        """Have the memory hold a record as the disk holds it."""
        if isinstance(record, CaseRecord) and self._memory.holds(record):
            self._memory.put(self.get(type(record), record.id))
        self._memory.wrote(self._db.conn.total_changes)

    def get(self, kind: type[R], record_id: str) -> R:
        """The record with this id.

        Raises:
            NotFound: there is none.
        """
        found = self.find(kind, id=record_id)
        if not found:
            raise NotFound(
                f"That {kind.__name__.lower()} is no longer there.",
                "It was removed, perhaps by another program. Nothing else was changed.",
            )
        return found[0]

    def find(self, kind: type[R], /, **where: object) -> list[R]:
        """All records whose fields have these values, oldest first; None finds what is empty."""
        whole_case = where["case_id"] if where.keys() == {"case_id"} else None
        if isinstance(whole_case, str):
            kept: Any = self._memory.find(kind, whole_case)
            if kept is None:
                kept = self._read(kind, where)
                self._memory.keep(kind, whole_case, kept)
            return list(kept)
        return self._read(kind, where)

    def _read(self, kind: type[R], where: dict[str, object]) -> list[R]:
        tests = " AND ".join(f'"{name}" IS :{name}' for name in where)
        rows = self._db.table(TABLES[kind]).rows_where(
            tests or None, {name: to_cell(value) for name, value in where.items()}, order_by="id"
        )
        return [from_row(kind, row) for row in rows]

    def update(self, kind: type[R], record_id: str, /, **changes: Any) -> R:
        """Change some fields of a record; only those columns are written, so another program's edit of another field stays.

        Raises:
            NotSensible: the record refuses a value; nothing is written.
            NotFound: it is not there.
            EditedElsewhere: a text is not what the field showed (`expecting`): another program wrote meanwhile.
        """
        before = self.get(kind, record_id)
        if "id" in changes or "case_id" in changes:
            raise NotSensible("A record never changes its id or its case.")
        after = replace(before, **changes)
        self._refuse_overwriting(before, after, list(changes))
        cells = {name: to_cell(getattr(after, name)) for name in changes}
        if cells and after != before:
            self._db.table(TABLES[kind]).update(record_id, cells)
            self._wrote(after)
        return after

    def _refuse_overwriting(self, before: Record, after: Record, names: list[str]) -> None:
        if self.expecting is None or len(names) != 1:
            return
        there, wanted = getattr(before, names[0]), getattr(after, names[0])
        if type(there) is str and there.split() not in (self.expecting.split(), str(wanted).split()):
            raise EditedElsewhere(there)

    def remove(self, kind: type[Record], record_id: str) -> None:
        """Remove a record and all that hangs on it; removing what is gone already is no error."""
        self._db.table(TABLES[kind]).delete_where("id = ?", [record_id])
        self._memory.forget()  # what hung on it is gone too
        self._memory.wrote(self._db.conn.total_changes)

    def standings(self) -> dict[str, str]:
        """What Today said of each case that has not changed since, by the case's id."""
        return standing.read(self._db)

    def keep_standing(self, case_id: str, line: str) -> None:
        """Keep what Today says of a case until it changes."""
        standing.keep(self._db, case_id, line)
        self._memory.wrote(self._db.conn.total_changes)

    def sit(self, sitting: Sitting) -> None:
        """Keep where somebody is, for the next start."""
        standing.sit(self._db, sitting)
        self._memory.wrote(self._db.conn.total_changes)

    def sittings(self) -> list[Sitting]:
        """Where everybody is or was, the newest first."""
        return standing.sittings(self._db)


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)
