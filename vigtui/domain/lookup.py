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
    there = _known.pop(key, None)
    if there is None or there[0] is not records:
        there = (records, work_out())
    _known[key] = there
    _trim()
    result: T = there[1]
    return result


def known(records: Sequence[Any]) -> dict[str, Any]:
    """All that was worked out from these very records, by name."""
    return {name: result for (_, name), (those, result) in list(_known.items()) if those is records}


def keep(records: Sequence[Any], name: str, result: object) -> None:
    """Keep a result that was got in another way than by working it out from all records."""
    _known[id(records), name] = (records, result)
    _trim()


def _trim() -> None:
    while len(_known) > _KEPT:
        _known.pop(next(iter(_known)), None)
