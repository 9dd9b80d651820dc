"""How much of a film the line to the terminal bears, found out from how soon the terminal has taken what was sent.

What waits on the way delays every key's answer, so no more is sent than is taken within a few hundredths of a second
beyond the way itself. The way is the shortest time that any frame took; a window of bytes under way grows while frames
come through about as fast and shrinks when they begin to queue (the principle of TCP Vegas, Brakmo and Peterson 1995).
"""

from collections import deque
from dataclasses import dataclass

_SMALLEST, _LARGEST = 1000, 4_000_000
"""Bytes that may be under way at least and at most."""
_FIRST = 16_000
_QUEUE_SHORT, _QUEUE_LONG = 0.015, 0.04
"""Seconds a frame may wait in queues: below the first more may be sent, above the second less."""
_SHRINK_MOST = 0.5
_WAY_HOLDS = 20.0
"""Seconds after which the shortest time is looked for anew: lines change."""
_LOST_AFTER = 5.0
"""Seconds after which a frame that was not told as taken is given up."""
LEAST = 400
"""Bytes; a frame that may be no longer than this is not worth sending."""


@dataclass(slots=True)
class _Sent:
    number: int
    size: int
    at: float
    filled: bool
    """Whether the window was nearly full with it."""


class Flow:
    """What is under way to one terminal. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._window = float(_FIRST)
        self._sent: deque[_Sent] = deque()
        self._under_way = 0
        self._way: float | None = None
        self._way_found = 0.0
        self._shrunk = 0.0

    @property
    def free(self) -> int:
        """Bytes that may be sent now; at rest at least so many that a frame is worth it."""
        if not self._sent:
            return max(LEAST, int(self._window))
        return int(self._window) - self._under_way

    @property
    def share(self) -> int:
        """Bytes one frame may have, so that several are under way where the way is long."""
        return max(LEAST, min(self.free, int(self._window / 2) if self._sent else int(self._window)))

    def sent(self, number: int, size: int, now: float) -> None:
        """A frame was sent."""
        self._under_way += size
        filled = self._under_way > self._window * 0.6
        self._sent.append(_Sent(number, size, now, filled))

    def taken(self, number: int, now: float) -> None:
        """The terminal has taken this frame, and so all before it."""
        if not any(one.number == number for one in self._sent):
            return
        while self._sent:
            one = self._sent.popleft()
            self._under_way -= one.size
            if one.number == number:
                self._learn(one, now)
                return

    def waits(self, now: float) -> float | None:
        """Seconds until a frame of which nothing is heard is given up; None where all is taken. Gives up what is due."""
        while self._sent and now - self._sent[0].at >= _LOST_AFTER:
            self._under_way -= self._sent.popleft().size
        return self._sent[0].at + _LOST_AFTER - now if self._sent else None

    def _learn(self, one: _Sent, now: float) -> None:
        took = now - one.at
        if self._way is None or took < self._way or now - self._way_found > _WAY_HOLDS:
            self._way, self._way_found = took, now
        queued = took - self._way
        if queued > _QUEUE_LONG and now - self._shrunk > took:
            fits = (self._way + _QUEUE_SHORT) / took
            self._window, self._shrunk = max(_SMALLEST, self._window * max(_SHRINK_MOST, fits)), now
        elif queued < _QUEUE_SHORT and one.filled:
            # At first twice as much each way; once it was too much, a little more each time.
            more = one.size if not self._shrunk else one.size * min(1.0, one.size / self._window)
            self._window = min(_LARGEST, self._window + more)
