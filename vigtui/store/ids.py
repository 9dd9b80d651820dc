"""Ids of sixteen letters that sort by time and survive a merge of two libraries."""

import secrets
import time

_LETTERS = "0123456789abcdefghijklmnopqrstuv"
"""Five bits each, in the order in which SQLite and Python sort them."""
_LENGTH = 16
_CHANCE_BITS = 35


class IdMaker:
    """Makes ids that rise even within one millisecond: 45 bits of the time in milliseconds, and 35 bits of chance.

    That is a UUIDv7 without what says so, written with 16 letters where that needs 36; an id stands in a library up to six times
    for each row. Two programs would have to make one in the same millisecond, and even then 34 thousand million to one
    they differ; where they did not, the second is refused. They sort behind the UUIDs of older libraries.
    """

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> str:
        """The next id, larger than every one before it."""
        value = (time.time_ns() // 1_000_000 << _CHANCE_BITS) | secrets.randbits(_CHANCE_BITS)
        if value <= self._last:
            value = self._last + 1 + secrets.randbits(20)
        self._last = value
        return "".join(_LETTERS[value >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))
