"""Between a record's fields and a row's columns.

Texts, whole numbers and real numbers stay what they are; truth is 0 or 1; a date is ``2026-11-23``; an instant is ISO 8601
in UTC; a tuple of texts is a JSON list; a choice is its word.
"""

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from vigtui.domain.errors import LibraryError, NotSensible
from vigtui.domain.record import Record

R = TypeVar("R", bound=Record)
Cell = str | int | float | None


def read_instant(words: str) -> datetime:
    """The instant that stands in a cell."""
    return datetime.fromisoformat(words).astimezone(UTC)


def _texts(words: str) -> tuple[str, ...]:
    return tuple(json.loads(words))


def field_types(kind: type[Record]) -> dict[str, tuple[type, bool]]:
    """For each field of a record: its plain type, and whether it may be None."""
    hints = get_type_hints(kind)
    found: dict[str, tuple[type, bool]] = {}
    for field in fields(kind):
        hint = hints[field.name]
        optional = False
        if get_origin(hint) in (Union, types.UnionType):
            optional = True
            hint = next(one for one in get_args(hint) if one is not type(None))
        plain = getattr(hint, "__supertype__", hint)  # Millis is an int
        found[field.name] = (get_origin(plain) or plain, optional)
    return found


def to_cell(value: object) -> Cell:
    """What is written into the column for a field's value."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"no column keeps a {type(value).__name__}")


def to_row(record: Record) -> dict[str, Cell]:
    """The row of a record."""
    return {field.name: to_cell(getattr(record, field.name)) for field in fields(record)}


def _reader(plain: type) -> Callable[[Any], object]:
    if plain is bool:
        return bool
    if plain is datetime:
        return read_instant
    if plain is date:
        return date.fromisoformat
    if plain is tuple:
        return _texts
    return plain


_READERS: dict[object, dict[str, Callable[[Any], object] | None]] = {}


def _readers(kind: type[Record]) -> dict[str, Callable[[Any], object] | None]:
    """How each column is read; None where the cell already is the value. Worked out once for each kind of record."""
    if kind not in _READERS:
        _READERS[kind] = {
            name: None if plain in (str, int, float) else _reader(plain)
            for name, (plain, _) in field_types(kind).items()
        }
    return _READERS[kind]


def from_row(kind: type[R], row: Mapping[str, Any]) -> R:
    """The record of a row.

    Raises:
        LibraryError: the row holds what this record refuses, so somebody else wrote it.
    """
    try:
        values: dict[str, Any] = {}
        for name, read in _readers(kind).items():
            cell = row[name]
            values[name] = cell if read is None or cell is None else read(cell)
        return kind(**values)
    except (ValueError, NotSensible) as fault:
        raise LibraryError(
            f"A {kind.__name__.lower()} in the library cannot be read: {fault}",
            "The rest is unharmed. Restore a backup, or mend the row.",
        ) from fault
