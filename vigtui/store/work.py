"""One unit of work on the library: read and written on the store's thread, in one transaction."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlite_utils import Database

from vigtui.domain.audit import AuditEntry
from vigtui.domain.derived import Lane, Still
from vigtui.domain.draft import Draft
from vigtui.domain.errors import EditedElsewhere, NotFound, NotSensible
from vigtui.domain.light import LightCopy
from vigtui.domain.merging import merge
from vigtui.domain.record import Record
from vigtui.domain.sitting import Sitting
from vigtui.store import derived, drafts, standing
from vigtui.store.codec import from_row, to_cell, to_row
from vigtui.store.foreign import from_foreign_row
from vigtui.store.history import set_cells
from vigtui.store.tables import TABLES
from vigtui.store.touched import TouchLog

R = TypeVar("R", bound=Record)

Mark = tuple[int, int]
"""A state of the library: SQLite's data_version, and the number of this program's last change."""

_KINDS = {table: kind for kind, table in TABLES.items()}


class Work:
    """Records in and out. What a service gets to see of the store (`services.ports.Work`)."""

    def __init__(
        self, db: Database, *, now: datetime, actor: str, new_id: Callable[[], str], log: TouchLog | None = None
    ) -> None:
        self._db = db
        self._new_id = new_id
        self._log = log or TouchLog()
        self.touched: set[tuple[str, str]] | None = set()
        """Tables and ids that were written; None where more may have gone with what was removed."""
        self.now = now
        self.actor = actor
        self.label: str | None = None
        self.case_id: str | None = None
        self.expecting: str | None = None
        """What the field that is being saved showed before; None where nobody typed over anything."""
        self.shown: Record | None = None
        """The record as the form that is being kept showed it; None where there is no form, or it was about nothing yet."""
        self.kept_both: list[str] = []
        """Fields of it in which another program wrote meanwhile and both texts were kept."""

    @property
    def today(self) -> date:
        """The day it is here, for dates that a person reads."""
        return self.now.astimezone().date()

    def new_id(self) -> str:
        """An id that sorts by time."""
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

    def mark(self) -> Mark:
        """Where the library is now, for `touched_since`."""
        version = self._db.execute("PRAGMA data_version").fetchone()[0]
        return int(version), self._log.newest

    def touched_since(self, mark: Mark) -> list[tuple[type[Record], str]] | None:
        """The records that this program touched since then; None where another program wrote, or it is not known."""
        now = self.mark()
        rows = self._log.since(mark[1]) if now[0] == mark[0] else None
        return None if rows is None else [(_KINDS[table], record_id) for table, record_id in rows if table in _KINDS]

    def keep_lane(self, lane: Lane) -> None:
        """Keep a lane in the place of an older one."""
        derived.keep_lane(self._db, lane)

    def lanes_of(self, film_id: str) -> list[Lane]:
        """The lanes of a film that are there."""
        return derived.lanes_of(self._db, film_id)

    def keep_still(self, moment_id: str, still: Still) -> None:
        """Keep the still of a moment in the place of an older one."""
        derived.keep_still(self._db, moment_id, still)

    def stills_of(self, moment_ids: Iterable[str]) -> dict[str, Still]:
        """The stills of these moments that are there."""
        return derived.stills_of(self._db, moment_ids)

    def keep_light(self, copy: LightCopy) -> None:
        """Keep what opens a light copy."""
        derived.keep_light(self._db, copy)

    def lights_of(self, film_id: str | None) -> list[LightCopy]:
        """The light copies of a film, or of all films."""
        return derived.lights_of(self._db, film_id)

    def forget_lights(self, film_id: str) -> None:
        """Forget what opens the light copies of a film."""
        derived.forget_lights(self._db, film_id)

    def _touch(self, kind: type[Record], record_id: str) -> None:
        if self.touched is not None:
            self.touched.add((TABLES[kind], record_id))

    def add(self, record: R) -> R:
        """Keep a new record."""
        self._touch(type(record), record.id)
        self._db.table(TABLES[type(record)]).insert(to_row(record))
        return record

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
        changes = {name: self._with_theirs(before, name, value) for name, value in changes.items()}
        after = replace(before, **changes)
        self._refuse_overwriting(before, after, list(changes))
        cells = {name: to_cell(getattr(after, name)) for name in changes}
        if cells and after != before:
            self._touch(kind, record_id)
            set_cells(self._db, TABLES[kind], record_id, cells)
        return after

    @property
    def kinds(self) -> tuple[type[Record], ...]:
        """Every kind of record, parents before their children."""
        return tuple(TABLES)

    def to_row(self, record: Record) -> dict[str, str | int | float | None]:
        """A record as its row, of which JSON can be made."""
        return to_row(record)

    def from_row(self, kind: type[R], row: Mapping[str, Any]) -> R:
        """The record of a row that comes from elsewhere. Raises NotSensible where it cannot be one."""
        return from_foreign_row(kind, row)

    def _with_theirs(self, before: Record, name: str, wanted: Any) -> Any:
        """A text of the form that is being kept, with what another program wrote into the same field since it was shown."""
        if self.shown is None or (type(self.shown), self.shown.id) != (type(before), before.id):
            return wanted
        shown, there = getattr(self.shown, name), getattr(before, name)
        if type(there) is not str or type(wanted) is not str or there.split() in (shown.split(), wanted.split()):
            return wanted
        both = merge(shown, wanted, there, between="\n" if "\n" in wanted + there else " / ")
        if both.clash:
            self.kept_both.append(name)
        return both.words

    def _refuse_overwriting(self, before: Record, after: Record, names: list[str]) -> None:
        if self.expecting is None or len(names) != 1:
            return
        there, wanted = getattr(before, names[0]), getattr(after, names[0])
        if type(there) is str and there.split() not in (self.expecting.split(), str(wanted).split()):
            raise EditedElsewhere(theirs=there)

    def remove(self, kind: type[Record], record_id: str) -> None:
        """Remove a record and all that hangs on it; removing what is gone already is no error."""
        self.touched = None
        self._db.table(TABLES[kind]).delete_where("id = ?", [record_id])

    def standings(self) -> dict[str, str]:
        """What Today said of each case that has not changed since, by the case's id."""
        return standing.read(self._db)

    def keep_standing(self, case_id: str, line: str) -> None:
        """Keep what Today says of a case until it changes."""
        standing.keep(self._db, case_id, line)

    def sit(self, sitting: Sitting) -> None:
        """Keep where somebody is, for the next start."""
        standing.sit(self._db, sitting)

    def sittings(self) -> list[Sitting]:
        """Where everybody is or was, the newest first."""
        return standing.sittings(self._db)

    def keep_draft(self, draft: Draft) -> None:
        """Keep what stands in a form, in the place of what stood there before."""
        drafts.keep(self._db, draft)

    def drafts(self) -> list[Draft]:
        """Every draft there is, the newest first."""
        return drafts.all_of(self._db)

    def forget_draft(self, draft_id: str) -> None:
        """Take a draft out; one that has gone already is no error."""
        drafts.forget(self._db, draft_id)


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)
