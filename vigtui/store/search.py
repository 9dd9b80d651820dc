"""Full-text search over everything typed."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlite_utils import Database

from vigtui.domain.record import clean
from vigtui.store.migrations import SEARCHED_007
from vigtui.store.triggers import TABLE_BITS

_SHOWN, _BEFORE = 16, 5
"""Words of a text that are shown, and how many of them stand before the first word found."""
_MOST_TERMS = 40
"""So many words are looked for; nobody types more, and a pasted page would be searched for a long time."""
_MOST_FORMS = 300
"""Words that begin alike, up to which each is asked for by itself."""
_TABLES = {number: (table, columns) for table, (number, columns) in SEARCHED_007.items()}
_TOKENS = "tokenize = 'unicode61 remove_diacritics 2'"


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where the words stand."""

    case_id: str | None
    code: str
    source: str
    """The table: helping_questions, moments, review_notes …"""
    row_id: str
    words: str
    """A stretch of the text around the first word found."""


def find_words(db: Database, words: str, *, most: int = 100) -> list[Hit]:
    """All rows that hold every word, or words beginning with them. Any characters may be asked for.

    Cases, people and goals come before the many notes; within a table the newest is first. So only as many rows are read as
    are shown, however many hold the words. Runs within a transaction.
    """
    terms = _terms(db, clean(words))
    if not terms:
        return []
    found = db.execute(
        "SELECT rowid FROM search_words WHERE search_words MATCH ? ORDER BY rowid DESC LIMIT ?",
        [" AND ".join(_beginning_with(db, term) for term in terms), most],
    ).fetchall()
    hits, rows = [], _rows(db, [number for (number,) in found])
    for (number,) in found:
        (table, columns), row = _TABLES[number >> TABLE_BITS], rows[number]
        case_id = row["id"] if table == "cases" else row.get("case_id")
        hits.append((case_id, table, row["id"], _stretch("\n".join(row[name] for name in columns), terms)))
    codes = _codes(db, {case_id for case_id, *_ in hits if case_id})
    return [Hit(case_id, codes[case_id] if case_id else "", *rest) for case_id, *rest in hits]


def _beginning_with(db: Database, term: str) -> str:
    """What asks for all words that begin like this: each of them by itself, where they are few.

    Of a word by itself SQLite reads as many places as are wanted, the newest first; for a beginning it first gathers all
    places of all words there are, a hundred thousand for “s” in a large library.
    """
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.all_terms USING fts5vocab(main, search_words, row)")
    forms = db.execute(
        "SELECT term FROM temp.all_terms WHERE term >= ? AND term < ? LIMIT ?",
        [term, f"{term}\U0010ffff", _MOST_FORMS + 1],
    ).fetchall()
    if not 0 < len(forms) <= _MOST_FORMS:
        return f'"{term}"*'
    words = " OR ".join(f'"{form}"' for (form,) in forms)
    return f"({words})"


def _rows(db: Database, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The rows of these numbers in the index."""
    of_table: dict[int, list[int]] = {}
    for number in numbers:
        of_table.setdefault(number >> TABLE_BITS, []).append(number & ((1 << TABLE_BITS) - 1))
    return {
        table << TABLE_BITS | row["n"]: row
        for table, wanted in of_table.items()
        for row in db.query(
            f"SELECT * FROM {_TABLES[table][0]} WHERE n IN ({', '.join('?' * len(wanted))})",  # noqa: S608 - names of our own
            wanted,
        )
    }


def _codes(db: Database, case_ids: Iterable[str]) -> dict[str, str]:
    return {one: db.execute("SELECT code FROM cases WHERE id = ?", [one]).fetchone()[0] for one in case_ids}


def _terms(db: Database, words: str) -> list[str]:
    """The words as the index has them, taken apart by the same rules: without accents, all small."""
    db.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.asked USING fts5(words, content = '', detail = none, {_TOKENS})"
    )
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.asked_terms USING fts5vocab(temp, asked, row)")
    db.execute("INSERT INTO temp.asked (rowid, words) VALUES (1, ?)", [words])
    found = db.execute("SELECT term FROM temp.asked_terms LIMIT ?", [_MOST_TERMS]).fetchall()
    db.execute("INSERT INTO temp.asked (asked) VALUES ('delete-all')")
    return [term for (term,) in found]


def _stretch(text: str, terms: list[str]) -> str:
    """Some words of a text, around the first that begins with one of the terms."""
    spans = [one.span() for one in re.finditer(r"\w+", text)]
    hit = next((at for at, (start, end) in enumerate(spans) if _folded(text[start:end]).startswith(tuple(terms))), 0)
    first = max(0, min(hit - _BEFORE, len(spans) - _SHOWN))
    shown = list(islice(spans, first, first + _SHOWN))
    if not shown:
        return text
    start = shown[0][0] if first else 0
    end = shown[-1][1] if first + _SHOWN < len(spans) else len(text)
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def _folded(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(one))
