"""UUIDv7 (RFC 9562): ids that sort by time and survive a merge of two libraries."""

import secrets
import time
import uuid


class IdMaker:
    """Makes UUIDv7s that rise even within one millisecond (RFC 9562, section 6.2, method 2: a longer random counter)."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> str:
        """The next id, larger than every one before it."""
        millis = time.time_ns() // 1_000_000
        value = (millis << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
        if value <= self._last:
            value = self._last + 1 + secrets.randbits(32)
        self._last = value
        return str(uuid.UUID(int=value))
