"""A library of every earlier version, with rows in every table, is brought to the newest, and nothing of it is lost."""

from contextlib import closing

import pytest
from sqlite_utils import Database

from tests.support.libraries import NOW, searched, tables
from vigtui.store import backup, migrations
from vigtui.store.connecting import FILE_NAME, connect
from vigtui.store.database import Library
from vigtui.store.tables import TABLES

PASSPHRASE = f"x'{'2b' * 32}'"
"""The key itself: deriving one takes a quarter of a second each time."""
OWN = {"changes", "history", "recording", "search_rows", "_sqlite_migrations"}
NAMES = [one.name for one in migrations.migrations._migrations]

Rows = dict[str, list[dict[str, object]]]


def rows_of(db: Database) -> Rows:
    """Every row of every table, by its columns, but for the number it has in the file."""
    found = {}
    for table in set(tables(db.conn)) - OWN:
        rows = [{name: cell for name, cell in row.items() if name != "n"} for row in db.table(table).rows]
        found[table] = sorted(rows, key=lambda row: str(list(row.values())))
    return found


def filled(db: Database, table: str, number: int) -> dict[str, object]:
    """A row with something in every column; the second has nothing where nothing may stand."""
    parents = {key.column: key.other_table for key in db.table(table).foreign_keys}
    row: dict[str, object] = {}
    for column in db.table(table).columns:
        name = column.name
        if number and not column.notnull and not column.is_pk:
            row[name] = None
        elif name in parents:
            row[name] = f"{parents[name]}-{number}"
        elif name == "id":
            row[name] = f"{table}-{number}"
        else:
            row[name] = {
                "INTEGER": number + 1,
                "REAL": 0.1 + 0.2 + number,
                "BLOB": bytes([number] * 9),
                "TEXT": f"{name} {number} of {table}: Größe “☺”",
            }[column.type]
    return row


def change(db: Database, number: int, state: str = "done"):
    """Open a change as the program of that version did."""
    db.execute(
        "INSERT INTO changes (id, case_id, label, merge, actor, made_at, state) VALUES (?, NULL, ?, NULL, 'RB', '2026', ?)",
        [f"change-{number}", f"step {number}", state],
    )
    db.execute("UPDATE recording SET change_id = ?", [f"change-{number}"])


def fill(db: Database) -> list[Rows]:
    """Rows into every table by two changes, then one that changes every row, and one that removes some. The state after each."""
    there = set(tables(db.conn)) - OWN
    order = [table for table in TABLES.values() if table in there]
    order += sorted(there - set(order) - {"standings"}) + [one for one in ("standings",) if one in there]
    states = [rows_of(db)]
    for number in range(2):
        change(db, number)
        for table in order:
            db.table(table).insert(filled(db, table, number))
        states.append(rows_of(db))
    change(db, 2)
    for table in order:
        # The column that no other row hangs on, and no uniqueness: the last that is a text.
        keys = {key.column for key in db.table(table).foreign_keys}
        texts = [one.name for one in db.table(table).columns if one.type == "TEXT" and one.notnull and one.name != "id"]
        for name in [one for one in texts if one not in keys][-1:]:
            db.execute(f'UPDATE "{table}" SET "{name}" = "{name}" || \' changed\'')
    states.append(rows_of(db))
    change(db, 3)
    db.execute("DELETE FROM films WHERE id = 'films-0'")
    db.execute("DELETE FROM people WHERE id = 'people-1'")
    states.append(rows_of(db))
    db.execute("UPDATE recording SET change_id = NULL")
    return states


def before(folder, version: str, passphrase: str | None) -> list[Rows]:
    """A library as the program made it that knew the migrations before this one."""
    folder.mkdir(mode=0o700)
    with closing(connect(folder / FILE_NAME, passphrase)) as connection:
        db = Database(connection, execute_plugins=False)
        db.execute(f"PRAGMA application_id = {migrations.APPLICATION_ID}")
        migrations.migrations.apply(db, stop_before=version)
        db.execute("PRAGMA foreign_keys = ON")
        with db.conn:
            return fill(db)


OLDER = [version for version in NAMES[1:] if version <= "m007_small"]
VERSIONS = [(version, None) for version in OLDER] + [
    (NAMES[1], PASSPHRASE),
    ("m007_small", PASSPHRASE),
]


@pytest.mark.parametrize(("version", "passphrase"), VERSIONS)
async def test_nothing_is_lost_and_all_can_still_be_taken_back(tmp_path, version, passphrase):
    folder = tmp_path / "library"
    states = before(folder, version, passphrase)
    library = Library(folder, actor="RB", clock=lambda: NOW, passphrase=passphrase)
    assert library.health() == "ok"
    eye = Database(connect(folder / FILE_NAME, passphrase), execute_plugins=False)
    remembered = {row[0] for row in eye.execute("SELECT DISTINCT source FROM history")}
    assert remembered >= set(TABLES.values()) - {"audit", "case_bundles", "bundle_bases"}

    def same(state: Rows, only: set[str]) -> bool:
        now = rows_of(eye)
        return all(
            [{name: row[name] for name in old} for row, old in zip(now[table], state[table], strict=True)]
            == state[table]
            for table in only
        )

    assert same(states[-1], set(states[-1]) - {"standings"})
    words = searched(eye.conn)
    assert {table for table, _, _ in words} == set(migrations.SEARCHED_007)
    assert all(row_id for _, row_id, _ in words)
    for number in (3, 2, 1, 0):
        assert await library.undo(None) == f"step {number}"
        assert same(states[number], remembered)
    assert searched(eye.conn) == []
    for number in range(4):
        assert await library.redo(None) == f"step {number}"
        assert same(states[number + 1], remembered)
    assert searched(eye.conn) == words
    assert library.health() == "ok"
    eye.close()
    library.close()
    (kept,) = backup.backups(folder)
    assert kept.kind == "before-migration"
    assert backup.check(kept.file, passphrase) == "ok"
