"""The triggers that follow a pattern for every table: what writes the history, and what keeps the full-text index."""

from sqlite_utils import Database

TABLE_BITS = 40
"""In the full-text index a row's number stands below these bits, and the number of its table above them."""

THERE = "{}"
"""What stands in the history for a row that is as it is in its table."""


def columns_of(db: Database, table: str) -> list[tuple[str, str]]:
    """Name and type of each column, without the row's own number in this file."""
    return [(column.name, column.type) for column in db.table(table).columns if column.name != "n"]


def add_history(db: Database, table: str) -> None:
    """Write every change of the table's rows into `history`.

    Several changes of one row within one change are kept as one: the first before, the last after. What the row was is
    written here, whole; what has become of it, and which columns differ, `history.end_change` finds out.
    """
    cells = ", ".join(
        # json_object cuts a real number to 15 digits; quote writes as many as bring it back exactly.
        f"'{name}', " + (f'json(lower(quote(OLD."{name}")))' if kind == "REAL" else f'OLD."{name}"')
        for name, kind in columns_of(db, table)
    )
    for event, row_id, before, after in (
        ("INSERT", "NEW.id", "NULL", f"'{THERE}'"),
        ("UPDATE", "NEW.id", f"json_object({cells})", f"'{THERE}'"),
        ("DELETE", "OLD.id", f"json_object({cells})", "NULL"),
    ):
        db.execute(f"""
            CREATE TRIGGER history_{table}_{event.lower()} AFTER {event} ON {table}
            WHEN (SELECT replaying FROM recording) = 0
            BEGIN
                SELECT RAISE(ABORT, 'a write outside a change') WHERE (SELECT change FROM recording) IS NULL;
                INSERT INTO history (change, source, row_id, before, after)
                VALUES ((SELECT change FROM recording), '{table}', {row_id}, {before}, {after})
                ON CONFLICT (change, source, row_id) DO UPDATE SET after = excluded.after;
            END""")  # noqa: S608 - names come from the schema, not from a person


def add_search(db: Database, table: str, number: int, columns: list[str]) -> None:
    """Keep the words of these columns in the full-text index, and take in those that are there.

    Args:
        db: the library.
        table: has a column `n`, the number of a row in this file.
        number: the table's in the index; a higher one is found first.
        columns: hold the words.
    """

    def words(which: str) -> str:
        return " || char(10) || ".join(f'{which}"{name}"' for name in columns)

    base = number << TABLE_BITS
    forget = (
        f"INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', {base} + OLD.n, {words('OLD.')});"  # noqa: S608
    )
    keep = f"INSERT INTO search_words (rowid, words) VALUES ({base} + NEW.n, {words('NEW.')});"  # noqa: S608
    changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns)
    for event, when, steps in (
        ("INSERT", "", keep),
        ("UPDATE", f"WHEN {changed}", f"{forget} {keep}"),
        ("DELETE", "", forget),
    ):
        db.execute(f"CREATE TRIGGER search_{table}_{event.lower()} AFTER {event} ON {table} {when} BEGIN {steps} END")
    db.execute(f"INSERT INTO search_words (rowid, words) SELECT {base} + n, {words('')} FROM {table}")  # noqa: S608
