"""Erases a case, or the words that were taken out of it, for good: rows, history, search, and the same in every backup."""

from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from vigtui.store import backup, history
from vigtui.store.connecting import connect, tellable, told
from vigtui.store.permissions import file_mode, private_files
from vigtui.store.tables import TABLES


def erase_case(db: Database, case_id: str) -> None:
    """Take a case out with all that was ever written in it, and its history. The audit trail keeps its lines, without words."""
    with history.passed_over(db):
        _erase_history(db, case_id)
        db.execute("UPDATE audit SET words = '' WHERE case_id = ? AND action NOT LIKE 'case erased%'", [case_id])
        db.execute("DELETE FROM cases WHERE id = ?", [case_id])
    db.execute("INSERT INTO search_words (search_words) VALUES ('optimize')")


def _erase_history(db: Database, case_id: str) -> None:
    """Take out every change of a case, and of other changes what they did to its rows, be they there or removed."""
    change, number = ("change_id", "id") if _is_before_007(db) else ("change", "number")
    db.execute("CREATE TEMP TABLE erased (id TEXT PRIMARY KEY)")
    db.execute("INSERT INTO temp.erased VALUES (?)", [case_id])
    for table in TABLES.values():
        if table != "audit" and "case_id" in {column.name for column in db.table(table).columns}:
            db.execute(f'INSERT OR IGNORE INTO temp.erased SELECT id FROM "{table}" WHERE case_id = ?', [case_id])  # noqa: S608
    db.execute(
        """
        INSERT OR IGNORE INTO temp.erased SELECT row_id FROM history
        WHERE before ->> 'case_id' = :case_id OR after ->> 'case_id' = :case_id""",
        {"case_id": case_id},
    )
    db.execute(
        f"""
        DELETE FROM history WHERE row_id IN (SELECT id FROM temp.erased)
        OR {change} IN (SELECT {number} FROM changes WHERE case_id = ?)""",  # noqa: S608
        [case_id],
    )
    db.execute("DELETE FROM changes WHERE case_id = ?", [case_id])
    db.execute("DROP TABLE temp.erased")


def _is_before_007(db: Database) -> bool:
    """Whether this is a backup from before the history counted its changes."""
    return "change_id" in {column.name for column in db.table("history").columns}


def erase_pictures(db: Database, film_ids: list[str]) -> None:
    """Take out what was made from films: every table that hangs on a film or a moment and holds no record of the practice."""
    records = set(TABLES.values())
    for table in db.table_names():
        if table in records or table.startswith(("sqlite_", "_", "search_")):
            continue
        columns = {column.name for column in db.table(table).columns}
        for film_id in film_ids:
            if "film_id" in columns:
                db.execute(f'DELETE FROM "{table}" WHERE film_id = ?', [film_id])  # noqa: S608
            elif "moment_id" in columns:
                of_film = "SELECT id FROM moments WHERE film_id = ?"
                db.execute(f'DELETE FROM "{table}" WHERE moment_id IN ({of_film})', [film_id])  # noqa: S608


def film_files(db: Database, case_id: str) -> list[tuple[str, str]]:
    """Id and place of every film a case has or had, also of those that were removed and could be brought back."""
    there = db.execute("SELECT id, location FROM films WHERE case_id = ?", [case_id]).fetchall()
    removed = db.execute(
        """
        SELECT row_id, then_there FROM (
            SELECT row_id, before ->> 'location' AS then_there FROM history WHERE source = 'films'
            UNION ALL SELECT row_id, after ->> 'location' FROM history WHERE source = 'films'
        )
        WHERE then_there IS NOT NULL AND row_id IN (
            SELECT id FROM films WHERE case_id = :case_id
            UNION ALL SELECT row_id FROM history
            WHERE source = 'films' AND (before ->> 'case_id' = :case_id OR after ->> 'case_id' = :case_id)
        )""",
        {"case_id": case_id},
    ).fetchall()
    return list(dict.fromkeys((str(row[0]), str(row[1])) for row in (*there, *removed)))


def scrub(db: Database) -> None:
    """Write the file anew without what was deleted, and empty the write-ahead log."""
    with told():
        db.conn.execute("PRAGMA secure_delete = ON")
        db.conn.execute("VACUUM")
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def erase_in_backups(
    library: Path, passphrase: str | None, case_id: str, film_ids: list[str], *, whole: bool
) -> list[Path]:
    """Erase the same in every backup of the library; those in which it could not be done, for a person to remove.

    Args:
        library: the library's folder.
        passphrase: opens the backups.
        case_id: the case.
        film_ids: its films.
        whole: the case itself; otherwise only what was made from its films.
    """
    left = []
    for one in backup.backups(library):
        part = backup.part_in(one.file.parent)
        key = passphrase if one.encrypted else None
        try:
            with told(), private_files(library):
                with closing(backup.read_only(one.file, key)) as source, closing(connect(part, key)) as target:
                    source.backup(target)
                    target.execute("PRAGMA journal_mode = DELETE")
                    db = Database(target, execute_plugins=False)
                    db.execute("PRAGMA foreign_keys = ON")
                    with target:
                        target.execute("BEGIN IMMEDIATE")
                        erase_pictures(db, film_ids)
                        if whole:
                            erase_case(db, case_id)
                    target.execute("VACUUM")
                if backup.check(part, key) == "ok":
                    backup.settle(part, one.file, file_mode(library))
                else:
                    left.append(one.file)
        except tellable():
            left.append(one.file)
        finally:
            part.unlink(missing_ok=True)
    return left
