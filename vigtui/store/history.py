"""Undo and redo of every change, from what the triggers wrote down; per case or over the whole library."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from vigtui.domain.audit import PastChange
from vigtui.store.codec import to_cell
from vigtui.store.triggers import THERE

Rows = set[tuple[str, str]]
"""Tables and ids."""


def begin_change(db: Database, *, merge: str | None, actor: str, now: datetime) -> int:
    """Open a change; its number is the one to close it with. A change of the same merge token that is the newest goes on."""
    newest = next(db.query("SELECT number, merge, state FROM changes ORDER BY number DESC LIMIT 1"), None)
    if newest and newest["merge"]:
        if newest["merge"] == merge and newest["state"] == "done":
            number = int(newest["number"])
            _make_whole(db, number)
            db.execute("UPDATE recording SET change = ?", [number])
            return number
        db.execute("UPDATE changes SET merge = NULL WHERE number = ?", [newest["number"]])
    made = db.execute(
        "INSERT INTO changes (case_id, label, merge, actor, made_at, state) VALUES (NULL, '', ?, ?, ?, 'done')",
        [merge, actor, to_cell(now)],
    ).lastrowid
    db.execute("UPDATE recording SET change = ?", [made])
    return int(made or 0)


def end_change(db: Database, number: int, *, label: str | None, case_id: str | None) -> None:
    """Close a change: name it, or forget it where nothing was written; what was undone before can no longer be redone."""
    db.execute("UPDATE recording SET change = NULL")
    db.execute("DELETE FROM history WHERE change = ? AND before IS after", [number])
    _keep_what_differs(db, number)
    if not next(db.query("SELECT 1 FROM history WHERE change = ? LIMIT 1", [number]), None):
        db.execute("DELETE FROM changes WHERE number = ?", [number])
        return
    db.execute("UPDATE changes SET label = ?, case_id = ? WHERE number = ?", [label or "changed", case_id, number])
    db.execute("UPDATE changes SET state = 'dropped' WHERE state = 'undone' AND case_id IS ?", [case_id])


def _keep_what_differs(db: Database, number: int) -> None:
    """Of rows that were changed, keep the columns that differ; nothing, where none does."""
    rows = db.execute(
        "SELECT source, row_id, before FROM history WHERE change = ? AND before IS NOT NULL AND after = ?",
        [number, THERE],
    ).fetchall()
    for source, row_id, before in rows:
        then, now = json.loads(before), _row(db, source, row_id) or {}
        differs = [name for name in then if then[name] != now[name]]
        if differs:
            db.execute(
                "UPDATE history SET before = ?, after = ? WHERE change = ? AND source = ? AND row_id = ?",
                [_json(then, differs), _json(now, differs), number, source, row_id],
            )
        else:
            db.execute("DELETE FROM history WHERE change = ? AND source = ? AND row_id = ?", [number, source, row_id])


def _make_whole(db: Database, number: int) -> None:
    """Of a change that goes on, write down again what its rows were before, whole: `_keep_what_differs` undone."""
    rows = db.execute(
        "SELECT source, row_id, before FROM history WHERE change = ? AND before IS NOT NULL AND after IS NOT NULL",
        [number],
    ).fetchall()
    for source, row_id, before in rows:
        whole = (_row(db, source, row_id) or {}) | json.loads(before)
        db.execute(
            "UPDATE history SET before = ?, after = ? WHERE change = ? AND source = ? AND row_id = ?",
            [_json(whole, whole), THERE, number, source, row_id],
        )


def _row(db: Database, table: str, row_id: str) -> dict[str, Any] | None:
    """A row as it is now, without the number it has in the file; None where it is not there."""
    for row in db.query(f'SELECT * FROM "{table}" WHERE id = ?', [row_id]):  # noqa: S608 - a name of our own
        return {name: cell for name, cell in row.items() if name != "n"}
    return None


def _json(row: Mapping[str, Any], names: Iterable[str]) -> str:
    return json.dumps({name: row[name] for name in names}, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def passed_over(db: Database) -> Iterator[None]:
    """Write nothing into the history meanwhile."""
    db.execute("UPDATE recording SET replaying = 1")
    yield
    db.execute("UPDATE recording SET replaying = 0")


def rows_of(db: Database, number: int) -> list[tuple[str, str]]:
    """The tables and ids of all rows that a change has touched, what went with a removed row included."""
    return db.execute("SELECT source, row_id FROM history WHERE change = ?", [number]).fetchall()


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
            f"SELECT number, label FROM changes WHERE state = :state {scope} ORDER BY number {order} LIMIT 1",  # noqa: S608
            {"state": state, "case_id": case_id},
        ),
        None,
    )
    if change is None:
        return None
    other = "after" if wanted == "before" else "before"
    db.execute("PRAGMA defer_foreign_keys = ON")
    if wanted == "before":
        _write_down_what_was_made(db, change["number"])
    rows = [
        (row["source"], row["row_id"], json.loads(row[wanted] or "null"), json.loads(row[other] or "null"))
        for row in db.query("SELECT * FROM history WHERE change = ?", [change["number"]])
    ]
    if touched is not None:
        touched.update((source, row_id) for source, row_id, _, _ in rows)
    with passed_over(db):
        # What goes makes room for what comes: a name or a number that is unique may have passed from one row to another.
        for source, row_id, then, now in sorted(rows, key=lambda row: (row[2] is not None, row[3] is None)):
            _put_back(db, source, row_id, then, now)
    if wanted == "after":
        db.execute("UPDATE history SET after = ? WHERE change = ? AND before IS NULL", [THERE, change["number"]])
    db.execute("UPDATE changes SET state = ? WHERE number = ?", [to, change["number"]])
    return str(change["label"])


def _write_down_what_was_made(db: Database, number: int) -> None:
    """Keep the rows that a change has made, before they go, so that it can be made again."""
    rows = db.execute(
        "SELECT source, row_id FROM history WHERE change = ? AND before IS NULL AND after = ?", [number, THERE]
    ).fetchall()
    for source, row_id in rows:
        if row := _row(db, source, row_id):
            db.execute(
                "UPDATE history SET after = ? WHERE change = ? AND source = ? AND row_id = ?",
                [_json(row, row), number, source, row_id],
            )


def _put_back(
    db: Database, table: str, row_id: str, wanted: dict[str, Any] | None, present: dict[str, Any] | None
) -> None:
    if wanted is None:
        db.table(table).delete_where("id = ?", [row_id])
    elif present is not None:
        set_cells(db, table, row_id, {name: value for name, value in wanted.items() if present.get(name) != value})
    elif wanted:  # empty where somebody else had taken the row out before it was taken back
        db.table(table).insert(wanted)


def set_cells(db: Database, table: str, row_id: str, cells: Mapping[str, object]) -> None:
    """Write some columns of a row; nothing where it is not there."""
    names = ", ".join(f'"{name}" = ?' for name in cells)
    if names:
        db.execute(f'UPDATE "{table}" SET {names} WHERE id = ?', [*cells.values(), row_id])  # noqa: S608 - names of our own


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
