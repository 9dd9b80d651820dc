"""Full-text search over everything typed."""

from dataclasses import dataclass

from sqlite_utils import Database

from vigtui.domain.record import clean


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
    """All rows that hold every word, or words beginning with them; the best first. Any characters may be asked for."""
    terms = ['"' + term.replace('"', '""') + '"*' for term in clean(words).split() if any(c.isalnum() for c in term)]
    if not terms:
        return []
    rows = db.query(
        """
        SELECT search_rows.case_id, coalesce(cases.code, '') AS code, source, row_id,
               snippet(search_words, 0, '', '', '…', 16) AS words
        FROM search_words JOIN search_rows ON search_rows.id = search_words.rowid
        LEFT JOIN cases ON cases.id = search_rows.case_id
        WHERE search_words MATCH :terms ORDER BY rank LIMIT :most""",
        {"terms": " ".join(terms), "most": most},
    )
    return [Hit(**row) for row in rows]
