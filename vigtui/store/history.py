"""Undo and redo of every change, from what the triggers wrote down; per case or over the whole library."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlite_utils import Database
from sqlite_utils.db import Table

from vigtui.domain.audit import PastChange
from vigtui.store.codec import to_cell

Rows = set[tuple[str, str]]
"""Tables and ids."""


def begin_change(db: Database, change_id: str, *, merge: str | None, actor: str, now: datetime) -> str:
    """Open a change; its id is the one to close it with. A change of the same merge token that is the newest goes on."""
    if merge:
        newest = next(db.query("SELECT id, merge, state FROM changes ORDER BY number DESC LIMIT 1"), None)
        if newest and newest["merge"] == merge and newest["state"] == "done":
            change_id = newest["id"]
            db.execute("UPDATE recording SET change_id = ?", [change_id])
            return change_id
    db.execute(
        "INSERT INTO changes (id, case_id, label, merge, actor, made_at, state) VALUES (?, NULL, '', ?, ?, ?, 'done')",
        [change_id, merge, actor, to_cell(now)],
    )
    db.execute("UPDATE recording SET change_id = ?", [change_id])
    return change_id


def end_change(db: Database, change_id: str, *, label: str | None, case_id: str | None) -> None:
    """Close a change: name it, or forget it where nothing was written; what was undone before can no longer be redone."""
    db.execute("UPDATE recording SET change_id = NULL")
    db.execute("DELETE FROM history WHERE change_id = ? AND before IS after", [change_id])
    if not next(db.query("SELECT 1 FROM history WHERE change_id = ? LIMIT 1", [change_id]), None):
        db.execute("DELETE FROM changes WHERE id = ?", [change_id])
        return
    db.execute("UPDATE changes SET label = ?, case_id = ? WHERE id = ?", [label or "changed", case_id, change_id])
    db.execute("UPDATE changes SET state = 'dropped' WHERE state = 'undone' AND case_id IS ?", [case_id])


@contextmanager
def passed_over(db: Database) -> Iterator[None]:
    """Write nothing into the history meanwhile."""
    db.execute("UPDATE recording SET replaying = 1")
    yield
    db.execute("UPDATE recording SET replaying = 0")


def rows_of(db: Database, change_id: str) -> list[tuple[str, str]]:
    """The tables and ids of all rows that a change has touched, what went with a removed row included."""
    return db.execute("SELECT source, row_id FROM history WHERE change_id = ?", [change_id]).fetchall()


def undo(db: Database, case_id: str | None, touched: Rows | None = None) -> str | None:
    """Take back the newest change of the case (of the whole library where None); returns its label, None if there is none.

    What was touched is added to `touched`.
    """
    return _replay(db, case_id, touched, state="done", order="DESC", to="undone", wanted="before")


def redo(db: Database, case_id: str | None, touched: Rows | None = None) -> str | None:
    """Make again the change that was taken back last; returns its label, None if there is none."""
    return _replay(db, case_id, touched, state="undone", order="ASC", to="done", wanted="after")


def _replay(
    db: Database, case_id: str | None, touched: Rows | None, *, state: str, order: str, to: str, wanted: str
) -> str | None:
    scope = "AND case_id = :case_id" if case_id else ""
    change = next(
        db.query(
            f"SELECT id, label FROM changes WHERE state = :state {scope} ORDER BY number {order} LIMIT 1",  # noqa: S608
            {"state": state, "case_id": case_id},
        ),
        None,
    )
    if change is None:
        return None
    other = "after" if wanted == "before" else "before"
    db.execute("PRAGMA defer_foreign_keys = ON")
    rows = [
        (row["source"], row["row_id"], json.loads(row[wanted] or "null"), json.loads(row[other] or "null"))
        for row in db.query("SELECT * FROM history WHERE change_id = ?", [change["id"]])
    ]
    if touched is not None:
        touched.update((source, row_id) for source, row_id, _, _ in rows)
    with passed_over(db):
        # What goes makes room for what comes: a name or a number that is unique may have passed from one row to another.
        for source, row_id, then, now in sorted(rows, key=lambda row: (row[2] is not None, row[3] is None)):
            _put_back(db.table(source), row_id, then, now)
    db.execute("UPDATE changes SET state = ? WHERE id = ?", [to, change["id"]])
    return str(change["label"])


def _put_back(table: Table, row_id: str, wanted: dict[str, Any] | None, present: dict[str, Any] | None) -> None:
    if wanted is None:
        table.delete_where("id = ?", [row_id])
    elif present is None:
        table.insert(wanted)
    elif table.count_where("id = ?", [row_id]):
        table.update(row_id, {name: value for name, value in wanted.items() if present.get(name) != value})


def changes(db: Database, case_id: str | None, *, most: int = 200) -> list[PastChange]:
    """The newest changes of a case (of the whole library where None), newest first."""
    scope = "WHERE changes.case_id = :case_id" if case_id else ""
    rows = db.query(
        f"""
        SELECT made_at, label, state, actor, coalesce(cases.code, '') AS code
        FROM changes LEFT JOIN cases ON cases.id = changes.case_id {scope} ORDER BY number DESC LIMIT :most""",  # noqa: S608
        {"case_id": case_id, "most": most},
    )
    return [
        PastChange(datetime.fromisoformat(row["made_at"]), row["label"], row["state"], row["actor"], row["code"])
        for row in rows
    ]
