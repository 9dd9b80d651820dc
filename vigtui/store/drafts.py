"""Drafts in and out: one small row for each form that is open, outside of history and search."""

import json
from dataclasses import astuple

from sqlite_utils import Database

from vigtui.domain.draft import Draft, Typed
from vigtui.store.codec import read_instant, to_cell


def keep(db: Database, draft: Draft) -> None:
    """Keep what stands in a form, in the place of what stood there before."""
    cells = [
        draft.id,
        draft.case_id,
        draft.place,
        draft.cycle,
        draft.form,
        draft.about,
        json.dumps([astuple(one) for one in draft.typed], ensure_ascii=False),
        to_cell(draft.typed_at),
        draft.actor,
        draft.host,
        draft.pid,
    ]
    db.execute(
        """
        INSERT OR REPLACE INTO drafts (id, case_id, place, cycle, form, about, typed, typed_at, actor, host, pid)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        cells,
    )


def all_of(db: Database) -> list[Draft]:
    """Every draft there is, the newest first."""
    rows = db.execute(
        "SELECT id, case_id, place, cycle, form, about, typed, typed_at, actor, host, pid FROM drafts "
        "ORDER BY typed_at DESC, id DESC"
    ).fetchall()
    return [
        Draft(
            id=row[0],
            case_id=row[1],
            place=row[2],
            cycle=row[3],
            form=row[4],
            about=row[5],
            typed=tuple(Typed(*one) for one in json.loads(row[6])),
            typed_at=read_instant(row[7]),
            actor=row[8],
            host=row[9],
            pid=row[10],
        )
        for row in rows
    ]


def forget(db: Database, draft_id: str) -> None:
    """Take a draft out; one that has gone already is no error."""
    db.execute("DELETE FROM drafts WHERE id = ?", [draft_id])
