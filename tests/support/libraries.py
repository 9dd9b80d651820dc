"""A library looked at from outside, with SQLite alone; and small things to put into one."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from vigtui.domain.case import Case
from vigtui.domain.cycle import Cycle
from vigtui.domain.draft import Draft, Typed
from vigtui.domain.film import FilmNote
from vigtui.domain.person import Person, Role
from vigtui.services.cases import open_cycle
from vigtui.store.database import FILE_NAME, Library
from vigtui.store.migrations import SEARCHED_007
from vigtui.store.triggers import TABLE_BITS

NOW = datetime(2026, 5, 14, 9, 0, tzinfo=UTC)
NOT_UNDONE = {"audit", "changes", "history", "recording", "_sqlite_migrations"} | {
    "drafts",
    "lanes",
    "light_copies",
    "sittings",
    "standings",
    "stills",
}

Dump = dict[str, list[tuple[object, ...]]]


def open_library(folder: Path) -> Library:
    return Library(folder, actor="RB", clock=lambda: NOW)


def look(folder: Path) -> closing[sqlite3.Connection]:
    """A connection of plain SQLite that only reads."""
    return closing(sqlite3.connect(f"{(folder / FILE_NAME).as_uri()}?mode=ro", uri=True))


def query(folder: Path, sql: str, *values: object) -> list[tuple]:
    """Rows, read with plain SQLite."""
    with look(folder) as connection:
        return connection.execute(sql, values).fetchall()


def tables(connection: sqlite3.Connection) -> list[str]:
    """Every table but SQLite's own and those of the full-text index."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [name for (name,) in names if not name.startswith(("sqlite_", "search_words"))]


def dump_of(connection: sqlite3.Connection) -> Dump:
    """Everything that undo and redo bring back, and what the search knows of it."""
    found = {}
    for table in tables(connection):
        if table not in NOT_UNDONE:
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")') if row[1] != "n"]
            names = ", ".join(f'"{name}"' for name in columns)
            found[table] = connection.execute(f'SELECT {names} FROM "{table}" ORDER BY id').fetchall()
    found["search"] = searched(connection)
    return found


def searched(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """What the full-text index holds: table, row, and each word of it."""
    connection.execute("CREATE VIRTUAL TABLE temp.looked USING fts5vocab(main, search_words, instance)")
    words = connection.execute("SELECT doc, term FROM temp.looked").fetchall()
    connection.execute("DROP TABLE temp.looked")
    tables_of = {number: table for table, (number, _) in SEARCHED_007.items()}
    found = []
    for doc, term in words:
        table, number = tables_of[doc >> TABLE_BITS], doc & ((1 << TABLE_BITS) - 1)
        (row_id,) = connection.execute(f'SELECT id FROM "{table}" WHERE n = ?', [number]).fetchone() or (None,)
        found.append((table, row_id, term))
    return sorted(found)


def dump(folder: Path) -> Dump:
    """`dump_of` a library, open or not."""
    with look(folder) as connection:
        return dump_of(connection)


def undo(library: Library, case_id: str | None = None) -> str | None:
    return asyncio.run(library.undo(case_id))


def redo(library: Library, case_id: str | None = None) -> str | None:
    return asyncio.run(library.redo(case_id))


def states(folder: Path) -> list[tuple[str, str]]:
    """The history, oldest first: label, state."""
    return query(folder, "SELECT label, state FROM changes ORDER BY number")


def add_case(library: Library, code: str = "K17") -> Case:
    """A case with its first cycle."""

    def make(work):
        case = work.add(Case(id=work.new_id(), code=code, pack="p", opened_on=date(2026, 5, 1)))
        open_cycle(work, case.id)
        work.did(f"case {code} made", case.id)
        return case

    return library.change(make)


def add_person(library: Library, case: Case, name: str, **how) -> Person:
    def make(work):
        work.did(f"{name} added", case.id)
        return work.add(Person(id=work.new_id(), case_id=case.id, role=Role.OTHER, name=name))

    return library.change(make, **how)


def add_note(library: Library, case: Case, words: str) -> FilmNote:
    def make(work):
        cycle = work.find(Cycle, case_id=case.id)[0].id
        work.did("note added", case.id)
        return work.add(FilmNote(id=work.new_id(), case_id=case.id, cycle_id=cycle, words=words))

    return library.change(make)


def add_draft(library: Library, case: Case, words: str) -> None:
    """Words in a form of the case that nobody has kept."""
    typed = (Typed("words", "Note", "", words),)
    library.change(
        lambda work: work.keep_draft(
            Draft(
                id=work.new_id(), case_id=case.id, place="film", cycle=1, form="Add a note", about="", typed=typed,
                typed_at=NOW, actor="RB", host="here", pid=1,
            )
        ),
        remembered=False,
    )  # fmt: skip


def rename(library: Library, person: Person, name: str, **how) -> Person:
    def job(work):
        work.did(f"renamed to {name}", person.case_id)
        return work.update(Person, person.id, name=name)

    return library.change(job, **how)


def names(library: Library, case: Case) -> list[str]:
    return [person.name for person in library.read(lambda work: work.find(Person, case_id=case.id))]
