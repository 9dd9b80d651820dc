"""How much of a film is asked for at a time: as much as the line carries, and little enough that keys pass."""

import math
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

BLOCK = 1024
"""Bytes; what is fetched and kept is whole blocks."""
AT_ONCE = 3
"""Requests on the line at a time, where it carries so much: while one is answered the next ones travel. Else two."""
_LEAST, _MOST, _FIRST = 2 * BLOCK, 2**20, 8 * BLOCK
"""Bytes of one request: on the slowest line, on the fastest, and of the first."""
QUEUED = 0.03
"""Seconds that a request may wait for its line, beside those that it waits for its own kind."""
_AT_MOST_QUEUED = 0.04
_STEP = 0.2
"""How much requests may grow or shrink at a time."""
_LATELY = 4
"""Answers by which the queue is judged."""
_DELAY_HOLDS = 30.0
"""Seconds after which a delay is measured anew."""
_SMOOTH = 0.5
"""Seconds over which the measured rate is smoothed."""
_PEAK_HOLDS = 10.0
"""Seconds over which the most that was carried is forgotten."""
_MORE, _BRINGS = 1.4, 1.05
"""How much more is tried than the line was seen to carry, and how much more it must carry then for another try at once."""
_TRY, _SOON, _LATE = 1.0, 2.0, 20.0
"""Seconds that a try lasts; seconds between two that brought nothing, at first and at last."""
_IDLE = 0.1
"""Seconds after which a line that carried nothing counts as one that had nothing to do."""


class Gauge:
    """What the line carries, and how much is asked for at a time so that little waits before it.

    All requests together are for no more than what the line was seen to carry in the time of a question and an answer and a
    twenty-fifth of a second. What was seen may be only what was asked for, by a film that needs little or on a line that is late
    now and then; so somewhat more is tried from time to time, and again for as long as it brings more. Where answers wait long,
    requests shrink all the same: the line has become slower.
    """

    def __init__(self) -> None:
        self.rate = 0.0
        """Bytes a second; 0 until something was carried."""
        self._peak = 0.0
        """The most that was carried of late: a computer that is busy for a moment asks for no less afterwards."""
        self._size = float(_FIRST)
        self._delay = self._delay_before = math.inf
        self._delay_since = 0.0
        self._lately: deque[float] = deque(maxlen=_LATELY)
        self._busy = 0
        self._since = 0.0
        self._trying = True
        self._until = 0.0
        """When the try, or the pause after it, ends."""
        self._pause = _SOON
        self._before = 0.0
        """The rate when the try began."""

    @property
    def delay(self) -> float:
        """Seconds until the first byte of an answer comes on a line that is free: the least of late."""
        return min(self._delay, self._delay_before)

    @property
    def at_once(self) -> int:
        """Requests on the line at a time."""
        return AT_ONCE if self.rate and self._together() >= AT_ONCE * _LEAST else AT_ONCE - 1

    def request_size(self) -> int:
        """Bytes to ask for in one request."""
        blocks = min(self._size, self._together() / self.at_once) / BLOCK
        # A try that is no whole block more than what was carried before would be none.
        whole = max(int(blocks), round(blocks / _MORE) + 1) if self._trying else round(blocks)
        return max(_LEAST, BLOCK * whole)

    @asynccontextmanager
    async def measuring(self, size: int) -> AsyncIterator[None]:
        """Measure a request for so many bytes; one that fails does not count."""
        if not self._busy:
            now = time.monotonic()
            if now - self._since > _IDLE:
                self._pause = _SOON
                self._begin_try(now, 0.0)
            self._since = now
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
        now = time.monotonic()
        taken, self._since = max(1e-4, now - self._since), now
        weight = 1.0 if not self.rate else 1 - math.exp(-taken / _SMOOTH)
        self.rate += weight * (size / taken - self.rate)
        self._peak = max(self.rate, self._peak * math.exp(-taken / _PEAK_HOLDS))
        self._try_more(now)

    def heard_after(self, seconds: float) -> None:
        """The first byte of an answer came after so long."""
        now = time.monotonic()
        if now - self._delay_since > _DELAY_HOLDS:
            # A line may become another one, as when a laptop changes its network.
            self._delay_before, self._delay, self._delay_since = self._delay, math.inf, now
        self._delay = min(self._delay, seconds)
        self._lately.append(seconds)
        queued = min(self._lately) - self.delay  # the least of some: a busy server is late as well, now and then
        allowed = QUEUED + (self.at_once * self.request_size() / self._peak if self._peak else 0.0)
        self._size *= 1 + _STEP * max(-1.0, (allowed - queued) / allowed)
        self._size = min(_MOST, max(_LEAST, self._size))

    def forget(self) -> None:
        """Another line: measure anew."""
        vars(self).update(vars(Gauge()))

    def _together(self) -> float:
        """Bytes that all requests together may ask for."""
        rate = max(self.rate, self._peak)
        if not rate:
            return (AT_ONCE - 1) * _FIRST
        return rate * (self.delay + _AT_MOST_QUEUED) * (_MORE if self._trying else 1)

    def _try_more(self, now: float) -> None:
        """Begin a try, go on with it, or end it, where it is time to."""
        if now < self._until:
            return
        if self._trying and self.rate < _BRINGS * self._before:
            self._trying, self._until = False, now + self._pause
            self._pause = min(2 * self._pause, _LATE)
        else:
            self._begin_try(now, self.rate)

    def _begin_try(self, now: float, before: float) -> None:
        self._trying, self._before = True, before
        self._until = now + max(_TRY, 2 * self.delay if self._lately else 0.0)
