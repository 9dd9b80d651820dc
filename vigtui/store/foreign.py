"""Rows that come from another library: nothing in them is believed before it was looked at."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from vigtui.domain.errors import LibraryError, NotSensible
from vigtui.domain.record import Record
from vigtui.store.codec import field_types, from_row, to_cell

R = TypeVar("R", bound=Record)
_LARGEST = 2**63 - 1
_LONGEST = 64 * 1024 * 1024


def from_foreign_row(kind: type[R], row: Mapping[str, Any]) -> R:
    """The record of a row; what an older program did not know yet has its usual value.

    Raises:
        NotSensible: the row has a column too many or too few, or holds what the record refuses.
    """
    types = field_types(kind)
    wrong = NotSensible(f"A {kind.__name__.lower()} in it cannot be read.", "Nothing was added.")
    if set(row) - set(types):
        raise NotSensible("It was made by a newer vigtui.", "Nothing was added. Update vigtui on this computer.")
    cells: dict[str, Any] = {}
    for field in fields(kind):
        if field.name in row:
            cells[field.name] = row[field.name]
        elif field.default is not MISSING:
            cells[field.name] = to_cell(field.default)
        else:
            raise wrong
        plain, optional = types[field.name]
        if not _fits(cells[field.name], plain, optional):
            raise wrong
    try:
        return from_row(kind, cells)
    except (LibraryError, OverflowError) as fault:
        raise wrong from fault


def _fits(cell: Any, plain: type, optional: bool) -> bool:
    """Whether a cell is of the kind that its column holds."""
    if cell is None:
        return optional
    if plain is bool:
        return type(cell) is int and cell in (0, 1)
    if plain is int:
        return type(cell) is int and -_LARGEST <= cell <= _LARGEST
    if plain is float:
        return type(cell) in (int, float) and abs(cell) <= _LARGEST
    if plain is tuple:
        return type(cell) is str and _is_texts(cell)
    return issubclass(plain, str | StrEnum | date | datetime) and type(cell) is str and len(cell) <= _LONGEST


def _is_texts(cell: str) -> bool:
    """Whether it is a JSON list of texts."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, list) and all(type(one) is str for one in found)
