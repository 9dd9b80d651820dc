"""Writes docs/schema.md from the schema of a fresh library, docs/keys.md from the commands, docs/papers.md from what papers say.

A test compares each with what `schema`, `keys` and `papers` return, so none can be stale.
"""

import ast
import inspect
import tempfile
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from sqlite_utils import Database

from vigtui.commands import COMMANDS, shown_keys
from vigtui.domain.record import Record
from vigtui.domain.wording import SENTENCES
from vigtui.reports import dutch, german
from vigtui.store.codec import field_types
from vigtui.store.database import open_database
from vigtui.store.tables import TABLES

DOCS = Path(__file__).resolve().parent.parent / "docs"

_SCHEMA_HEAD = """\
# The schema of a library

Written by `script/docs` from the schema itself; do not edit it by hand.

A library is a folder with one SQLite file, `vigtui.sqlite`, and the films in `films/`. The schema is a public interface:
any program that reads SQLite may read it. Write through vigtui or its command line, not beside it: a write outside a
change is refused, so that undo and the history always tell the truth.

- An id is a text of 16 letters (in older libraries a UUIDv7): it sorts by the time it was made, and survives a merge of two
  libraries. A column `n` numbers the rows within one file, for the full-text index; it means nothing elsewhere.
- A name that ends in `_ms` is a time in a film or a length in whole milliseconds; one that ends in `_bytes` is a size.
- A *date* is `2026-11-23`. An *instant* is ISO 8601 in UTC, with milliseconds.
- A *flag* is 0 or 1. A *list* is a JSON list of texts. A *choice* is one of the words given.
- Every table is STRICT. Where a row that is pointed to is deleted, its rows go too, unless “then empty” is said.
"""

_PAPERS_HEAD = """\
# What papers say

Written by `script/docs` from the program; do not edit it by hand.

A paper of a case speaks the language of the case's script pack. German and Dutch come with vigtui. For another language, or other
words, the pack says them itself, at the end of its file:

    [[papers]]
    says = "Case summary"
    words = "Résumé du cas"

    [[papers]]
    says = "Written on {day}."
    words = "Écrit le {day}."

What it leaves out stays in English. What stands in curly brackets is filled in, and is in both. `vigtui packs check FILE` finds
what is not so. The page of a supervision speaks the language of the packs of all cases that are brought to it, or English where
they have several; the training log is about no case, and is English.
"""

_OWN_HEAD = """\
# How vigtui keeps its own house

These tables hold no record of the practice. Triggers named `history_*` write every change of a record into `history`;
triggers named `search_*` keep the words of a record in `search_words`.
"""

_OWN = {
    "lanes": "What runs along a film on the timeline (`sound`, `speech`, `movement`): one byte for every step of time, from "
    "the film's beginning on. Worked out from the film, outside of history and search.",
    "stills": "The frame at a moment's in mark: small, as red, green, blue bytes, and as a JPEG where the moment is a still. "
    "Worked out from the film, outside of history and search.",
    "light_copies": "Light copies of films (`working`, `preview`), each in a sealed file beside the films: the key that opens "
    "it, the tracks it shows, and the places (time, byte) at which it can be entered, as JSON. Worked out from the film, outside "
    "of history and search.",
    "drafts": "What was typed into a form that is neither kept nor thrown away yet: where it is opened, its title, the id of what "
    "it is about, and as JSON for each field that differs its name, its label, what stood there and what stands there now. Host "
    "and pid are of the program in whose form it is; where that has gone, the form shows the words when it is opened again.",
    "changes": "One step of undo and redo: what the person did, named.",
    "history": "What a change did to a row, as JSON: the columns that differ, before and after. Empty before means made; the row "
    "is written down only when that is taken back, until then after is `{}`. Empty after means removed, and before is all of it.",
    "recording": "One row: the change that is open now, and whether undo or redo is at work, which the history passes over.",
    "sittings": "Where each run of the app is or ended, so that the next start can go on there.",
    "standings": "What Today says of a case, as JSON; forgotten by triggers named `standing_*` as soon as the case changes.",
    "search_words": "An index of the words of the records (FTS5), without the words. A row's number in it is its `n`, with the "
    "number of its table above the lowest 40 bits.",
    "_sqlite_migrations": "Which migrations have been applied.",
}

_KEYS_HEAD = """\
# Keys

Written by `script/docs` from the command table; do not edit it by hand. `?` shows the keys of the place one is in, ctrl+p finds
any command by its name, and `vigtui keys` prints them all. Single letters work while no text field has the focus; esc leaves a
field. The name in the last column is what a key map calls the command.
"""


def schema() -> str:
    """The text of docs/schema.md."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "library")
        try:
            records = [_record_table(db, kind, name) for kind, name in TABLES.items()]
            own = [_section(name, about, _plain_rows(db, name)) for name, about in _OWN.items()]
            _need_all(db)
        finally:
            db.close()
    return "\n".join([_SCHEMA_HEAD, *records, _OWN_HEAD, *own])


def keys() -> str:
    """The text of docs/keys.md."""
    parts = [_KEYS_HEAD]
    for place in dict.fromkeys(command.place for command in COMMANDS):
        rows = [
            (f"`{shown_keys(one.keys)}`", one.label, one.help, f"`{one.id}`") for one in COMMANDS if one.place == place
        ]
        parts.append(f"## {place}\n\n{_table(('Key', 'Command', 'What it does', 'Name'), rows)}")
    return "\n".join(parts)


def papers() -> str:
    """The text of docs/papers.md."""
    rows = [
        (words, german.WORDS[words], dutch.WORDS[words], "several" if paper == "several" else f"`{paper}`")
        for words, paper in SENTENCES.items()
    ]
    return f"{_PAPERS_HEAD}\n{_table(('In English', 'Auf Deutsch', 'In het Nederlands', 'On the paper'), rows)}"


def _need_all(db: Database) -> None:
    """Refuse to leave a table out."""
    told = {*TABLES.values(), *_OWN}
    shadows = tuple(f"search_words_{name}" for name in ("data", "idx", "content", "docsize", "config"))
    untold = [name for name in db.table_names() if name not in told and name not in shadows]
    if untold:
        raise SystemExit(f"script/docs.py does not say what these tables are: {', '.join(untold)}")


def _record_table(db: Database, kind: type[Record], name: str) -> str:
    types, docs = field_types(kind), _field_docs(kind)
    rows = []
    for column, stored, _, points_to in _columns(db, name):
        if column == "n":
            continue
        plain, optional = types[column]
        about = [points_to, "may be empty" if optional else "", _choices(plain), docs.get(column, "")]
        rows.append((f"`{column}`", stored, _kind(plain), "; ".join(part.rstrip(".") for part in about if part)))
    unique = [f"Unique: {', '.join(f'`{one}`' for one in columns)}." for columns in _unique(db, name)]
    sentences = "\n\n".join([inspect.cleandoc(kind.__doc__ or ""), *unique])
    return _section(name, sentences, _table(("Column", "Stored as", "Holds", "About"), rows))


def _plain_rows(db: Database, name: str) -> str:
    rows = [
        (
            f"`{column}`",
            stored or "text",
            "; ".join(part for part in (points_to, "" if needed else "may be empty") if part),
        )
        for column, stored, needed, points_to in _columns(db, name)
    ]
    return _table(("Column", "Stored as", "About"), rows)


def _section(name: str, about: str, table: str) -> str:
    return f"## {name}\n\n{about}\n\n{table}"


def _columns(db: Database, name: str) -> Iterable[tuple[str, str, bool, str]]:
    """Name, stored type, whether it must be there, and what it points to."""
    points = {row[3]: (row[2], row[6]) for row in db.execute(f'PRAGMA foreign_key_list("{name}")')}
    for column in db.table(name).columns:
        other, then = points.get(column.name, ("", ""))
        ending = ", then empty" if then == "SET NULL" else ""
        yield column.name, column.type, bool(column.notnull or column.is_pk), f"→ `{other}`{ending}" if other else ""


def _unique(db: Database, name: str) -> list[list[str]]:
    return sorted(index.columns for index in db.table(name).indexes if index.unique and index.columns != ["id"])


def _kind(plain: type) -> str:
    if issubclass(plain, StrEnum):
        return "choice"
    names = {datetime: "instant", date: "date", bool: "flag", tuple: "list", int: "whole number", float: "number"}
    return names.get(plain, "text")


def _choices(plain: type) -> str:
    return " · ".join(f"`{one.value}`" if one.value else "empty" for one in plain) if issubclass(plain, StrEnum) else ""


def _field_docs(kind: type[Record]) -> dict[str, str]:
    """The sentence below each field of a record, where it has one; those of its bases too."""
    docs: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if one is object:
            continue
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(one))).body
        assert isinstance(body, ast.ClassDef)  # noqa: S101 - a class's source is a class
        for field, below in zip(body.body, body.body[1:], strict=False):
            match field, below:
                case ast.AnnAssign(target=ast.Name(name)), ast.Expr(value=ast.Constant(value=str(words))):
                    docs[name] = " ".join(inspect.cleandoc(words).split())
    return docs


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def main() -> None:
    """Write all files."""
    (DOCS / "schema.md").write_text(schema(), encoding="utf-8")
    (DOCS / "keys.md").write_text(keys(), encoding="utf-8")
    (DOCS / "papers.md").write_text(papers(), encoding="utf-8")


if __name__ == "__main__":
    main()
