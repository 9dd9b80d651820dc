"""What the program keeps for itself: what Today says of each case, and where each sitting is or ended."""

from sqlite_utils import Database

from vigtui.domain.sitting import Sitting
from vigtui.store.codec import from_row, to_row

_MOST_SITTINGS = 50
"""So many are kept; older ones tell nobody anything."""


def read(db: Database) -> dict[str, str]:
    """What Today said of each case that has not changed since, by the case's id."""
    return dict(db.execute("SELECT case_id, line FROM standings").fetchall())


def keep(db: Database, case_id: str, line: str) -> None:
    """Keep what Today says of a case; a trigger forgets it as soon as the case changes."""
    db.execute("INSERT OR REPLACE INTO standings (case_id, line) VALUES (?, ?)", [case_id, line])


def sit(db: Database, sitting: Sitting) -> None:
    """Keep where somebody is."""
    db.table("sittings").insert(to_row(sitting), pk="id", replace=True)
    db.execute(
        "DELETE FROM sittings WHERE id NOT IN (SELECT id FROM sittings ORDER BY id DESC LIMIT ?)", [_MOST_SITTINGS]
    )


def sittings(db: Database) -> list[Sitting]:
    """Where everybody is or was, the newest first."""
    return [from_row(Sitting, row) for row in db.table("sittings").rows_where(order_by="id DESC")]
