"""Finding records of a case file without looking at all of them each time: what was sorted once is kept while it is the same."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

_KEPT = 12
"""Results kept; a case file asks for three."""
_known: dict[tuple[int, str], tuple[Sequence[Any], Any]] = {}


def once(records: Sequence[Any], name: str, work_out: Callable[[], T]) -> T:
    """What was worked out under this name from these very records; worked out now where that was longest ago.

    Records never change, and a tuple that is held here cannot be another's: the same object means the same result.
    """
    key = (id(records), name)
    known = _known.pop(key, None)
    if known is None or known[0] is not records:
        known = (records, work_out())
    _known[key] = known
    while len(_known) > _KEPT:
        _known.pop(next(iter(_known), key), None)
    result: T = known[1]
    return result
