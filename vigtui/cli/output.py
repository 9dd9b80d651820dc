"""What the command line prints: results on stdout, sentences for people on stderr; nothing a terminal would act on."""

import io
import json
import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

from vigtui.domain.errors import VigError
from vigtui.domain.record import clean

_TURNS_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ACTED_ON = re.compile("[\x7f-\x9f]")
"""Control characters that JSON does not escape by itself."""


def tame(words: str) -> str:
    """Make words fit to print: control characters out (so no escape sequence is left), undecodable bytes as “�”."""
    return clean(re.sub("[\ud800-\udfff]", "\ufffd", words))


def one_line(words: str) -> str:
    """The same on one line, for tables and lists: white space folded, nothing that turns the direction of writing."""
    return " ".join(_TURNS_DIRECTION.sub("", tame(words)).split())


def plain(value: Any) -> Any:
    """A value as JSON knows it: records as objects of their fields, days as ISO dates, instants in UTC, times in ms.

    Raises:
        TypeError: JSON has no form for it.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", "\ufffd", value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return plain(str(value))
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [plain(one) for one in value]
    raise TypeError(f"JSON has no form for a {type(value).__name__}")


def print_json(value: Any) -> None:
    """Print the one document of a command with `--json`."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    document = json.dumps(plain(value), ensure_ascii=not utf8, indent=2)
    # Such characters stand inside strings only, where JSON lets them be written as escapes.
    print(_ACTED_ON.sub(lambda found: f"\\u{ord(found[0]):04x}", document))


def say(words: str = "") -> None:
    """Print a line, or lines, of the result for a person."""
    print(tame(words))


def tell(words: str) -> None:
    """Say a sentence to the person, beside the result."""
    print(tame(words), file=sys.stderr)


def tell_error(error: VigError) -> None:
    """Say what happened, what is safe and what to do."""
    tell(str(error))


def error_document(error: VigError) -> dict[str, str]:
    """A refusal as part of a JSON document."""
    return {"summary": tame(error.summary), "remedy": tame(error.remedy)}


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows in columns, for a person; cells are folded to one line."""
    cells = [list(headings), *([one_line(cell) for cell in row] for row in rows)]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(headings))]
    lines = (
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)) for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def _width(words: str) -> int:
    """Columns that a terminal gives to the words."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in words
    )


def never_fail_to_encode() -> None:
    """Let a terminal that cannot write an emoji get a “?” for it, instead of an error in the middle of a list."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sees this stream as it is written."""
    return stream is not None and stream.isatty()
