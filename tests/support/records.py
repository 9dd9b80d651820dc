"""Any record with sensible values, made from the types of its fields; and texts as people and pasteboards make them."""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from hypothesis import strategies as st

from vigtui.domain.case import Case
from vigtui.domain.consent import Consent
from vigtui.domain.cycle import Cycle
from vigtui.domain.film import Film
from vigtui.domain.goal import Goal, Rating
from vigtui.domain.moment import Moment
from vigtui.domain.record import Record
from vigtui.store.codec import field_types

ODD_TEXTS = (
    "[mum] smiles [/mum] [/ [bold red]",
    "👩‍👧‍👦 ☕️ naïve e\u0301",
    "\u200fשלום [b] مرحبا\u202e",
    "a “quote”; DROP -- 50% {x} \\ $HOME ' \" NULL",
    "first\r\nsecond\rthird\n\n\tlast ",
    "bell\a nul\0 escape\x1b[31m c1\x85 lone\ud800",
    "\u2028line\ufeff\u200b",
)
"""Words that must come back as they are, but for their control characters."""

_LOST = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

texts = st.text(st.characters(), max_size=30) | st.sampled_from(ODD_TEXTS)
words = texts.map(lambda text: f"w{text}")
_lines = st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=30)
_days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
_instants = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)

_NEEDS_WORDS = ("action", "kind", "pack", "given_by", "words", "location", "rater", "principle", "supervisor", "title")
_BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(_NEEDS_WORDS, words),
    "id": st.uuids(version=4).map(str),
    "name": _lines,
    "code": _lines,
    "sha256": st.text("0123456789abcdef", min_size=64, max_size=64),
    "position": st.integers(1, 99),
    "number": st.integers(1, 900),
    "planned_cycles": st.integers(1, 50),
    "size_bytes": st.integers(0, 2**63 - 1),
    "volume": st.integers(0, 130),
    "video_track": st.integers(1, 99),
    "sound_track": st.integers(1, 99),
    "speed": st.floats(0.1, 4),
    "zoom": st.floats(1, 8),
    "frame_rate": st.floats(0.1, 1000),
    "score": st.floats(-1e6, 1e6),
}


def as_kept(typed: str) -> str:
    """A typed text without its control characters and lone surrogates, each line break as one newline."""
    return _LOST.sub("", re.sub("\r\n?", "\n", typed))


def _values(name: str, plain: type) -> st.SearchStrategy[Any]:
    if issubclass(plain, StrEnum):
        return st.sampled_from(plain)
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.endswith("_ms"):
        return st.integers(0, 2**53)
    by_type = {
        str: texts,
        bool: st.booleans(),
        int: st.integers(0, 1000),
        date: _days,
        datetime: _instants,
        tuple: st.lists(texts, max_size=3).map(tuple),
    }
    return by_type[plain]


def _in_order(values: dict[str, Any], first: str, then: str) -> None:
    if values[then] is not None and values[then] < values[first]:
        values[first], values[then] = values[then], values[first]


def _on_scale(values: dict[str, Any], low: str, high: str, *levels: str) -> None:
    values[high] = values[low] + 1 + values[high]
    for level in levels:
        if values[level] is not None:
            values[level] = values[low] + values[level] % (values[high] - values[low] + 1)


def _agree(kind: type[Record], values: dict[str, Any]) -> None:
    """Bring values that are each sensible into line with one another."""
    if kind is Case or kind is Cycle:
        _in_order(values, "opened_on", "closed_on")
    elif kind is Consent:
        _in_order(values, "given_on", "until")
        values["withdrawn_why"] = f"w{values['withdrawn_why']}"
    elif kind is Goal:
        _on_scale(values, "scale_low", "scale_high", "baseline", "expected", "achieved")
    elif kind is Rating:
        _on_scale(values, "low", "high", "value")
    elif kind is Film:
        values["legal_hold"] = values["legal_hold"] and not values["deleted_on"]
    elif kind is Moment:
        _in_order(values, "in_ms", "out_ms")
        values["out_ms"] = values["in_ms"] if values["still"] else values["out_ms"] + 1


_types = cache(field_types)


@st.composite
def records(draw: st.DrawFn, kind: type[Record], known: dict[str, str]) -> Record:
    """A record of this kind.

    Args:
        draw: given by Hypothesis.
        kind: its type.
        known: ids of records that are there, by the name of the field that points to them.
    """
    values: dict[str, Any] = {}
    for name, (plain, optional) in _types(kind).items():
        strategy = st.just(known[name]) if name in known else _values(name, plain)
        values[name] = draw(st.none() | strategy if optional else strategy)
    _agree(kind, values)
    return kind(**values)
