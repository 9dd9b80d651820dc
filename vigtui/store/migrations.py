"""Numbered migrations; none is ever edited after a release.

The tables of a migration stand in ``sql/NNN_name.sql``; what follows a pattern for every table (history and search triggers)
is written here once, with the lists of columns frozen beside it.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database, Migrations

from vigtui.domain.errors import LibraryError
from vigtui.store import triggers
from vigtui.store.connecting import AWAY

migrations = Migrations("vigtui")

APPLICATION_ID = 0x56494754
"""“VIGT”, in the header of the file: tells a library from any other SQLite file."""

_SQL = Path(__file__).parent / "sql"

_NO_HISTORY = {"audit", "changes", "history", "recording", "search_rows", "search_words"}

_SEARCHED_001 = {
    "cases": (
        "code setting relationship referrer reason_client reason_referrer other_agencies communication_needs "
        "safeguarding_contact practitioner supervisor"
    ),
    "people": "name note",
    "consents": "given_by assent withdrawn_why withdrawn_done",
    "helping_questions": "words",
    "goals": "words level_low level_middle level_high",
    "ratings": "rater comment",
    "cycles": "place feedback",
    "filming_plans": "activity place with_whom instruction theme afterwards",
    "films": "original_name activity instruction mood",
    "film_notes": "words",
    "moments": "reception next_turn note",
    "clips": "why opening_question reaction",
    "reviews": "place",
    "review_notes": "words",
    "working_points": "words noticed",
    "strengths": "words",
    "endings": "strengths_record handed_over deletion_report",
    "follow_ups": "note",
    "supervisions": "supervisor question self_rating learning",
    "training_entries": "title note",
    "training_requirements": "name",
    "measures": "name note",
    "exports": "kind without_consent_why",
}
_OUTSIDE_CASES = {"supervisions", "training_entries", "training_requirements"}


def statements(name: str) -> list[str]:
    """The statements of a file in ``sql/``, comments left out."""
    lines = [line for line in (_SQL / name).read_text("utf-8").splitlines() if not line.startswith("--")]
    return [part.strip() for part in "\n".join(lines).split("\n\n") if part.strip()]


def add_history(db: Database, table: str) -> None:
    """Write every change of the table's rows into `history`, as their JSON before and after.

    Several changes of one row within one change are kept as one: the first before, the last after.
    A library that is at 007 already gets the triggers of 007.
    """
    if "change" in {column.name for column in db.table("history").columns}:
        triggers.add_history(db, table)
        return
    columns = db.table(table).columns

    def cell(which: str, name: str, kind: str) -> str:
        value = f'{which}."{name}"'
        # json_object cuts a real number to 15 digits; quote writes as many as bring it back exactly.
        return f"json(lower(quote({value})))" if kind == "REAL" else value

    def row(which: str) -> str:
        cells = (f"'{column.name}', {cell(which, column.name, column.type)}" for column in columns)
        return f"json_object({', '.join(cells)})"

    for event, row_id, before, after in (
        ("INSERT", "NEW.id", "NULL", row("NEW")),
        ("UPDATE", "NEW.id", row("OLD"), row("NEW")),
        ("DELETE", "OLD.id", row("OLD"), "NULL"),
    ):
        db.execute(f"""
            CREATE TRIGGER history_{table}_{event.lower()} AFTER {event} ON {table}
            WHEN (SELECT replaying FROM recording) = 0
            BEGIN
                SELECT RAISE(ABORT, 'a write outside a change')
                WHERE (SELECT change_id FROM recording) IS NULL;
                INSERT INTO history (change_id, source, row_id, before, after)
                VALUES ((SELECT change_id FROM recording), '{table}', {row_id}, {before}, {after})
                ON CONFLICT (change_id, source, row_id) DO UPDATE SET after = excluded.after;
            END""")  # noqa: S608 - names come from the schema, not from a person


def add_search(db: Database, table: str, columns: list[str], case_id: str) -> None:
    """Keep the words of these columns in the full-text index."""

    def words(which: str) -> str:
        return " || char(10) || ".join(f'{which}."{name}"' for name in columns)

    number = f"(SELECT id FROM search_rows WHERE source = '{table}' AND row_id = OLD.id)"  # noqa: S608
    case = f"NEW.{case_id}" if case_id else "NULL"
    db.execute(f"""
        CREATE TRIGGER search_{table}_insert AFTER INSERT ON {table}
        BEGIN
            INSERT INTO search_rows (source, row_id, case_id) VALUES ('{table}', NEW.id, {case});
            INSERT INTO search_words (rowid, words)
            VALUES ((SELECT id FROM search_rows WHERE source = '{table}' AND row_id = NEW.id), {words("NEW")});
        END""")  # noqa: S608
    changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns)
    db.execute(f"""
        CREATE TRIGGER search_{table}_update AFTER UPDATE ON {table} WHEN {changed}
        BEGIN
            UPDATE search_words SET words = {words("NEW")} WHERE rowid = {number};
        END""")  # noqa: S608
    db.execute(f"""
        CREATE TRIGGER search_{table}_delete AFTER DELETE ON {table}
        BEGIN
            DELETE FROM search_words WHERE rowid = {number};
            DELETE FROM search_rows WHERE source = '{table}' AND row_id = OLD.id;
        END""")  # noqa: S608


@migrations()
def m001_first(db: Database) -> None:
    """The first schema: every aggregate, history, search."""
    for statement in statements("001_first.sql"):
        db.execute(statement)
    tables = [name for name in db.table_names() if not name.startswith(("_", "sqlite_", "search_words"))]
    for table in tables:
        if table not in _NO_HISTORY:
            add_history(db, table)
    for table, columns in _SEARCHED_001.items():
        case_id = "" if table in _OUTSIDE_CASES else "id" if table == "cases" else "case_id"
        add_search(db, table, columns.split(), case_id)


@migrations()
def m002_bench(db: Database) -> None:
    """Lanes and stills, and the frame at which a clip is held."""
    for event in ("insert", "update", "delete"):
        db.execute(f"DROP TRIGGER history_clips_{event}")
    for statement in statements("002_bench.sql"):
        db.execute(statement)
    add_history(db, "clips")


_STANDING_003 = (
    "people consents helping_questions goals ratings cycles filming_plans films film_people moments clips reviews "
    "working_points follow_ups"
)
"""What Today's line of a case depends on. Words of notes are not among it."""


@migrations()
def m003_trust(db: Database) -> None:
    """Where each sitting is; what Today says of each case, forgotten as soon as the case changes."""
    for statement in statements("003_trust.sql"):
        db.execute(statement)
    tables = [("cases", "id"), *((name, "case_id") for name in _STANDING_003.split())]
    for table, case_id in tables:
        for event, which in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            of = " OF state, film_id" if (table, event) == ("moments", "UPDATE") else ""
            db.execute(f"""
                CREATE TRIGGER standing_{table}_{event.lower()} AFTER {event}{of} ON {table}
                BEGIN
                    DELETE FROM standings WHERE case_id = {which}.{case_id};
                END""")  # noqa: S608 - names come from the schema, not from a person


@migrations()
def m004_films_in(db: Database) -> None:
    """What a film brings with it, in its own columns; the history then keeps those too."""
    for statement in statements("004_films_in.sql"):
        db.execute(statement)
    for event in ("insert", "update", "delete"):
        db.execute(f"DROP TRIGGER history_films_{event}")
    add_history(db, "films")


_AWAY_005 = (
    "people consents helping_questions goals cycles ratings filming_plans films film_people film_notes moments "
    "moment_principles clips reviews review_people review_steps review_notes working_points strengths endings follow_ups "
    "supervision_cycles measures"
)


def add_away(db: Database, table: str, case_id: str = "case_id") -> None:
    """Refuse every write to the rows of a case that went out in a bundle and has not come back."""
    for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        db.execute(f"""
            CREATE TRIGGER away_{table}_{event.lower()} BEFORE {event} ON {table}
            WHEN EXISTS (
                SELECT 1 FROM case_bundles
                WHERE case_id = {row}.{case_id} AND direction = 'out' AND ended_at IS NULL
            )
            BEGIN
                SELECT RAISE(ABORT, '{AWAY}');
            END""")  # noqa: S608 - names come from the schema, not from a person


@migrations()
def m005_case_bundles(db: Database) -> None:
    """Case bundles: what went out and came in; a case that is out is read-only."""
    for statement in statements("005_case_bundles.sql"):
        db.execute(statement)
    for table in _AWAY_005.split():
        add_away(db, table)
    add_away(db, "cases", "id")


@migrations()
def m006_light_copies(db: Database) -> None:
    """What opens each light copy; of which track each lane and still is."""
    for statement in statements("006_light_copies.sql"):
        db.execute(statement)


SEARCHED_007 = {
    table: (number, columns.split())
    for number, (table, columns) in enumerate(
        sorted(
            _SEARCHED_001.items(),
            # The long texts of sessions last: there are so many that they would push everything else out.
            key=lambda item: (
                item[0] not in {"film_notes", "moments", "review_notes"},
                -list(_SEARCHED_001).index(item[0]),
            ),
        ),
        1,
    )
}
"""The number of each table in the full-text index, and the columns that are searched. What has a higher number is found first."""

_UNUSED_007 = "film_notes_cycle_id review_notes_review_id"
"""Indexes that no question is asked of but when a cycle or a review goes; then reading the whole table is quick enough."""


def _rebuild_007(db: Database, table: str) -> None:
    """Make a table anew with a number of its own for each row, which the full-text index goes by, and smaller indexes."""
    (made,) = db.execute("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", [table]).fetchone()
    indexes = db.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", [table]
    ).fetchall()
    optional = {column.name for column in db.table(table).columns if not column.notnull}
    names = ", ".join(f'"{name}"' for name, _ in triggers.columns_of(db, table))
    # Kept meanwhile under another name; renaming a table instead would have SQLite read the whole schema again each time.
    db.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} ORDER BY id")  # noqa: S608
    db.execute(f"DROP TABLE {table}")
    db.execute(made.replace("id TEXT NOT NULL PRIMARY KEY", "n INTEGER PRIMARY KEY,\n    id TEXT NOT NULL UNIQUE", 1))
    db.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM temp.kept")  # noqa: S608
    db.execute("DROP TABLE temp.kept")
    for name, sql in indexes:
        column = name.removeprefix(f"{table}_")
        if name not in _UNUSED_007.split():
            db.execute(f"{sql} WHERE {column} IS NOT NULL" if column in optional else sql)


@migrations()
def m007_small(db: Database) -> None:
    """Less room for a row: history, full-text index and indexes; and only what differs of a row that was changed."""
    there = db.execute("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid").fetchall()
    for name, _, _ in there:
        db.execute(f"DROP TRIGGER {name}")
    tables = list(dict.fromkeys(table for name, table, _ in there if name.startswith("history_")))
    for table in SEARCHED_007:
        _rebuild_007(db, table)
    for statement in statements("007_small.sql"):
        db.execute(statement)
    for name, _, sql in there:
        if not name.startswith(("history_", "search_")):
            db.execute(sql)
    for table in tables:
        triggers.add_history(db, table)
    for table, (number, columns) in SEARCHED_007.items():
        triggers.add_search(db, table, number, columns)


@migrations()
def m008_recorded_time(db: Database) -> None:
    """The time of day of a film; the history then keeps it too."""
    for statement in statements("008_recorded_time.sql"):
        db.execute(statement)
    for event in ("insert", "update", "delete"):
        db.execute(f"DROP TRIGGER history_films_{event}")
    add_history(db, "films")


@migrations()
def m009_drafts(db: Database) -> None:
    """What was typed into forms that are not kept yet."""
    for statement in statements("009_drafts.sql"):
        db.execute(statement)


def is_pending(db: Database) -> bool:
    """Whether the library is older than this program."""
    return bool(migrations.pending(db))


_fresh: list[tuple[str, tuple[object, ...]]] = []
"""What makes an empty library at once, written down when this program made its first one step by step."""


def migrate(db: Database) -> None:
    """Bring the library to the newest schema. Foreign keys are off afterwards.

    Raises:
        LibraryError: a newer program made it.
    """
    refuse_newer(db)
    if not migrations.pending(db):
        return
    # A table that is made anew must not take along what hangs on it. Within a transaction the pragma does nothing.
    db.execute("PRAGMA foreign_keys = OFF")
    with db.conn:
        # Of programs started at the same moment one does it; the others wait here and find it done.
        db.conn.execute("BEGIN IMMEDIATE")
        empty = not db.table_names()
        if empty and _fresh:
            for statement, cells in _fresh:
                db.execute(statement, cells)
            return
        migrations.apply(db)
        if empty:
            _fresh.extend(_written_down(db))
    # The schema comes to lie together at the beginning, and the room that was gained is given back.
    db.conn.execute("VACUUM")


def _written_down(db: Database) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Every statement that makes the schema, and the few rows of an empty library."""
    own = "name NOT LIKE 'search!_words!_%' ESCAPE '!' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    tables_first = "ORDER BY type != 'table', type, rowid"
    for (made,) in db.execute(f"SELECT sql FROM sqlite_schema WHERE {own} {tables_first}").fetchall():  # noqa: S608
        yield made, ()
    tables = f"SELECT name FROM sqlite_schema WHERE rootpage AND type = 'table' AND {own}"  # noqa: S608
    for (table,) in db.execute(tables).fetchall():
        for row in db.execute(f'SELECT * FROM "{table}"').fetchall():  # noqa: S608 - names of our own
            yield f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(row))})', row  # noqa: S608


def refuse_newer(db: Database) -> None:
    """Leave alone what a newer program made.

    Raises:
        LibraryError: it knows a migration that this program does not.
    """
    known = {migration.name for migration in migrations._migrations}
    newer = {migration.name for migration in migrations.applied(db)} - known
    if newer:
        raise LibraryError(
            "This library was made by a newer vigtui.",
            "It was left as it is, and everything in it is safe. Update vigtui on this computer, then open it again.",
        )
