"""Tables: CSV for spreadsheets, with no cell that one would take for a formula; and whatever table others hand in."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from vigtui.domain.errors import TimeUnreadable, VigError
from vigtui.domain.exchange import FileUnusable, Found, Mark, Reading, Selection, Skipped
from vigtui.domain.moment import MomentState
from vigtui.domain.record import clean
from vigtui.interchange.text import MOST_MARKS, clock, decode, read_time, seconds, span_of

_COLUMNS = (
    "case", "cycle", "film", "number", "kind", "state", "in", "out", "length", "in (clock)", "out (clock)", "who starts",
    "reception", "turn", "principles", "principles in words", "note", "place", "why", "opening question",
)  # fmt: skip
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""What a spreadsheet would take for a formula, or for one behind the quotation mark that we put in front."""
_NAMES = {
    "in": ("in", "start", "begin", "from", "start time", "begin time", "in (s)", "start (s)"),
    "out": ("out", "end", "stop", "to", "end time", "stop time", "out (s)", "end (s)"),
    "note": ("note", "name", "comment", "text", "label", "notes", "description", "annotation"),
    "film": ("film",),
    "cycle": ("cycle",),
    "kind": ("kind",),
    "state": ("state",),
    "starts": ("who starts", "starts", "initiator"),
    "reception": ("reception", "received"),
    "turn": ("turn", "next turn"),
    "principles": ("principles", "principle"),
    "why": ("why",),
    "question": ("opening question",),
    "place": ("place",),
}
_WORDS = ("starts", "reception", "turn", "note", "why", "question")
_MOST_COLUMNS = 200
_LONGEST_CELL = 1_000_000


def write_csv(selection: Selection) -> str:
    """All moments of all films, one a row; times in seconds and as a clock shows them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for film in selection.films:
        for number, mark in enumerate(film.marks, 1):
            words = "; ".join(selection.principles.get(one, one) for one in mark.principles)
            row = (
                selection.code, str(film.cycle), film.label, str(number), "still" if mark.still else "moment",
                mark.state.value, seconds(mark.in_ms), seconds(mark.out_ms), f"{(mark.out_ms - mark.in_ms) / 1000:.3f}",
                clock(mark.in_ms), clock(mark.out_ms), mark.starts, mark.reception, mark.turn, " ".join(mark.principles),
                words, mark.note, str(mark.place or ""), mark.why, mark.question,
            )  # fmt: skip
            writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue()


def safe_cell(words: str) -> str:
    """A cell that every spreadsheet takes for words; `plain_cell` gives them back."""
    return f"'{words}" if _FORMULA.match(words) else words


def plain_cell(words: str) -> str:
    """The words of a cell that `safe_cell` wrote."""
    return words[1:] if words.startswith("'") and _FORMULA.match(words[1:]) else words


def read_table(data: bytes) -> Reading:
    """Read a table with a heading or without one; then the columns are beginning, end and name, as LosslessCut has them.

    Raises:
        FileUnusable: it is no text, or no table.
    """
    words = decode(data)
    rows = _rows(words)
    found: list[Found] = []
    skipped: list[Skipped] = []
    columns: dict[str, int] | None = None
    for line, cells in rows:
        where = f"line {line}"
        if isinstance(cells, str):
            skipped.append(Skipped(where, cells))
            continue
        if columns is None:
            columns = _heading(cells)
            if columns is not None:
                continue
            columns = {"in": 0, "out": 1, "note": 2}
        if len(found) == MOST_MARKS:
            skipped.append(Skipped(where, "there are too many; this and all that follow were left out"))
            break
        try:
            found.append(_found(cells, columns, where))
        except VigError as fault:
            skipped.append(Skipped(where, fault.summary))
    if not found and not skipped and columns is None:
        raise FileUnusable("The file has no rows.")
    return Reading(tuple(found), tuple(skipped))


def _rows(words: str) -> Iterator[tuple[int, list[str] | str]]:
    """The rows that are not empty, each with the line it begins on; a row that is damaged is a sentence instead."""
    first = words.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, "the row cannot be read"
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells


def _heading(cells: Sequence[str]) -> dict[str, int] | None:
    names = [" ".join(cell.replace("_", " ").split()).casefold() for cell in cells[:_MOST_COLUMNS]]
    found = {
        what: next(i for i, name in enumerate(names) if name in known)
        for what, known in _NAMES.items()
        if any(name in known for name in names)
    }
    return found if "in" in found and ("out" in found or "note" in found) else None


def _found(cells: Sequence[str], columns: dict[str, int], where: str) -> Found:
    def cell(name: str) -> str:
        at = columns.get(name)
        return plain_cell(cells[at]) if at is not None and at < len(cells) else ""

    if not cell("in").strip() and not cell("out").strip():
        raise TimeUnreadable("It has no times.")
    start = read_time(cell("in")) if cell("in").strip() else read_time("0")
    end = read_time(cell("out")) if cell("out").strip() else start
    if end < start:
        raise TimeUnreadable("It ends before it begins.")
    states = {state.value: state for state in MomentState}
    start, end = span_of(start, end)
    words: dict[str, Any] = {name: clean(cell(name)) for name in _WORDS}
    mark = Mark(
        in_ms=start,
        out_ms=end,
        state=states.get(cell("state").strip().casefold(), MomentState.CANDIDATE),
        principles=tuple(dict.fromkeys(clean(cell("principles")).split())),
        place=_number(cell("place")),
        **words,
    )
    return Found(mark, where, film=_number(cell("film")), cycle=_number(cell("cycle")))


def _number(words: str) -> int | None:
    """The number in ``film 2`` or ``2``."""
    digits = words.strip().casefold().removeprefix("film").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 6 else None
