"""What every kept thing has in common: an id, frozen fields, text without control characters, and values that make sense."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import TypeVar, dataclass_transform

from vigtui.domain.errors import NotSensible

T = TypeVar("T")
R = TypeVar("R")


def clean(words: str) -> str:
    r"""Take control characters and lone surrogates out of typed words; line breaks become ``\n``, tabs stay.

    Everything else comes back exactly as typed: brackets, emoji with their joiners, right-to-left text and its marks.
    """
    if words.isprintable():
        return words
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in words if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


_names: dict[object, tuple[str, ...]] = {}
"""The fields of each kind of record."""


def _names_of(kind: "type[Record]") -> tuple[str, ...]:
    if kind not in _names:
        _names[kind] = tuple(field.name for field in fields(kind))
    return _names[kind]


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(kind: type[R]) -> type[R]:
    """Make a class of fields a kind of record: a frozen dataclass that compares and shows itself as `Record` says.

    Python would write and compile these methods for each kind anew, a millisecond each at every start.
    """
    return dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)(kind)


@record
class Record:
    """One row of the library.

    Raises:
        NotSensible: a field holds what cannot be right (see each record's `check`).
    """

    id: str
    """Sorts by the time it was made and survives a merge of two libraries."""

    def __post_init__(self) -> None:
        for name in _names_of(type(self)):
            value = getattr(self, name)
            if type(value) is str:
                if not value.isprintable():
                    object.__setattr__(self, name, clean(value))
            elif type(value) is tuple:
                object.__setattr__(self, name, tuple(clean(words) for words in value))
        if not self.id:
            raise NotSensible("A record needs an id.")
        self.check()

    def check(self) -> None:
        """Refuse values that cannot be right; overridden where a record has such values."""

    def _values(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in _names_of(type(self))])

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in _names_of(type(self)))
        return f"{type(self).__qualname__}({said})"


@record
class CaseRecord(Record):
    """A record that belongs to one case, and goes when the case goes."""

    case_id: str


def need_words(words: str, what: str) -> None:
    """Refuse a text that is empty or blank, naming what: “A goal” needs words."""
    if not words.strip():
        raise NotSensible(f"{what} needs words.")


def need_range(value: float | None, low: float, high: float, what: str) -> None:
    """Refuse a number outside low to high; None passes."""
    if value is not None and not low <= value <= high:
        raise NotSensible(f"{what} goes from {low:g} to {high:g}, not {value:g}.")


def need_order(first: date | None, then: date | None, what: str) -> None:
    """Refuse two dates in the wrong order; a missing date passes."""
    if first and then and then < first:
        raise NotSensible(f"{what} ({then:%Y-%m-%d}) lies before {first:%Y-%m-%d}.")


def read_date(words: str) -> date | None:
    """Read a typed date ``2026-11-23``; blank means none.

    Raises:
        NotSensible: it is neither.
    """
    if not words.strip():
        return None
    try:
        return date.fromisoformat(words.strip())
    except ValueError:
        raise NotSensible(
            f"“{words.strip()[:40]}” is not a date.", "Write it as year-month-day, for example 2026-11-23."
        ) from None


def one_of(kind: Callable[[str], T], words: str, choices: list[str], what: str) -> T:
    """Read a typed choice.

    Raises:
        NotSensible: it is none of the choices; the sentence lists them.
    """
    try:
        return kind(words)
    except ValueError:
        raise NotSensible(f"“{words[:40]}” is not a {what}.", f"Choose one of: {', '.join(choices)}.") from None


def read_number(words: str) -> int:
    """Read a typed whole number.

    Raises:
        NotSensible: it is none.
    """
    found = words.strip()
    if not found.removeprefix("-").isdecimal() or len(found) > 9:
        raise NotSensible(
            f"“{found[:40]}” is not a whole number.", "Nothing was changed. Write digits, for example 15."
        )
    return int(found)
