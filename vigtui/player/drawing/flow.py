"""How much of a film the line to the terminal bears, found out from when the terminal has taken what was sent.

What waits on the way delays every key's answer, so frames are sent no faster than the line carries them. How fast that is the
frames tell: what was taken from before a frame was sent until it was taken itself, by the longer of the times in which that was
sent and in which it was taken (Cheng, Cardwell and others, draft-cheng-iccrg-delivery-rate-estimation). Both last for a whole way
at least, so it matters little that a busy computer is late with some answers, and that programs on the way let others come in a
bunch. The best of the last seconds counts, less where there was nothing to carry (BBR, Cardwell and others 2016); now and then
more is sent at once, to see whether the line bears it. That even the soonest of the last few frames was late is a queue (CoDel,
Nichols and Jacobson 2012): no more is sent until it has gone. On a line that bears little a frame becomes rougher first, and only
then do frames become fewer.
"""

import math
from collections import deque
from dataclasses import dataclass

_FIRST = 8000
"""Bytes that are sent while nothing is known of the line."""
_PART = 0.97
"""Part of the line that frames take; the rest is for the clock, the playhead and what else is written meanwhile."""
_BEFORE = 0.01
"""Seconds that a frame may wait for those before it, by reckoning; a queue that is no longer is none."""
_LATE, _LATELY = 0.03, 5
"""Seconds by which the soonest of that many frames may come late until what the line carried before is forgotten."""
_SPREAD = 0.08
"""Seconds by which answers may be late until no more is sent: busy computers are."""
_HOLDS = 3.0
"""Seconds for which a rate counts; longer while there is less to carry."""
_TRY_EVERY, _GREW = 1.0, 1.05
"""Seconds between two tries for more; after one by which the rate grew so much, the next comes at once."""
_MORE = 1.5
"""How many usual frames at once are such a try."""
_WAY_EVERY, _WAYS = 10.0, 3
"""Seconds after which the way is measured anew, by a small frame on a line let empty for it, and of how many the shortest counts:
lines change, and a computer may be busy just then."""
_ANSWER, _MAKE_WAY_EVERY = 1500, 0.2
"""Bytes of a key's answer, roughly, and seconds between two that are waited for: the film goes on while a key is held down."""
_LOST_AFTER = 5.0
"""Seconds after which a frame that was not told as taken is given up."""
_LEAST = 400
"""Bytes of a frame that measures the way."""
_ROUGHEST = 1600
"""Bytes of a frame from which on fewer frames are better than rougher ones."""
_SMOOTH = 28.0
"""Frames a second that are worth a rougher picture; what the line bears beyond goes into details."""


@dataclass(slots=True)
class _Sent:
    number: int
    size: int
    at: float
    carried_at: float
    """When the line has carried it, by reckoning."""
    taken: int
    """Bytes that had been taken when it was sent."""
    taken_at: float
    taken_sent_at: float
    """When the last of them had been taken, and when they had been sent."""
    alone: bool
    """Whether nothing else was on the way."""
    pressed: bool
    """Whether there was something to carry all the time since then."""


class Flow:
    """What is under way to one terminal. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._sent: deque[_Sent] = deque()
        self._under_way = self._taken = 0
        self._taken_at = self._taken_sent_at = 0.0
        self._rates: deque[tuple[float, float]] = deque()
        """When each was measured, and bytes a second."""
        self._ahead, self._ahead_at = 0.0, 0.0
        self._idle_at = self._tried_at = self._queued_at = self._way_made_at = -math.inf
        self._ways: deque[float] = deque(maxlen=_WAYS)
        self._way_holds = -math.inf
        self._draining = False
        self._lately: deque[float] = deque(maxlen=_LATELY)

    @property
    def rate(self) -> float | None:
        """Bytes a second that the line carries, as far as is known."""
        return max(rate for _, rate in self._rates) if self._rates else None

    def wait(self, now: float) -> float:
        """Seconds until a frame may be sent; infinite where that is not before something was taken."""
        rate = self.rate
        if rate is None:
            return 0.0 if self._under_way < _FIRST else math.inf
        most = rate * ((self._way or 0.0) + _SPREAD) + self._usual
        if self._sent and (self._draining or self._under_way > most):
            return math.inf
        return max(0.0, (self._before_it(now) - self._allowed(now)) / rate)

    def share(self, now: float) -> int:
        """Bytes that a frame may have that is sent now."""
        if (self._way is None or self._draining) and not self._sent:
            return _LEAST
        return int(self._usual + max(0.0, self._allowed(now) - self._before_it(now)))

    def make_way(self, now: float) -> None:
        """A key's answer will be on the line: frames wait as if it were one of them."""
        if now - self._way_made_at >= _MAKE_WAY_EVERY:
            self._way_made_at = now
            self._put(_ANSWER, now)

    def sent(self, number: int, size: int, now: float) -> None:
        """A frame was sent."""
        alone, rate = not self._sent, self.rate
        if alone:
            self._draining = False
            self._taken_at = self._taken_sent_at = now
        if not self._before_it(now):
            self._idle_at = now
        self._put(size, now)
        if rate and self._ahead > self._usual * _MORE + rate * _BEFORE:
            self._tried_at = now
        self._under_way += size
        carried_at = now + (self._ahead / rate if rate else 0.0)
        pressed = self._idle_at < self._taken_sent_at
        self._sent.append(
            _Sent(number, size, now, carried_at, self._taken, self._taken_at, self._taken_sent_at, alone, pressed)
        )

    def taken(self, number: int, now: float) -> None:
        """The terminal has taken this frame, and so all before it."""
        if not any(one.number == number for one in self._sent):
            return
        while self._sent:
            one = self._sent.popleft()
            self._under_way -= one.size
            self._taken += one.size
            if one.number == number:
                self._learn(one, now)
                return

    def waits(self, now: float) -> float | None:
        """Seconds until a frame of which nothing is heard is given up; None where all is taken. Gives up what is due."""
        while self._sent and now - self._sent[0].at >= _LOST_AFTER:
            self._under_way -= self._sent.popleft().size
        return self._sent[0].at + _LOST_AFTER - now if self._sent else None

    def _learn(self, one: _Sent, now: float) -> None:
        self._learn_rate(one, now)
        if not self._sent:
            self._ahead = 0.0
        if one.alone and one.size <= 2 * _LEAST:
            if now > self._way_holds:
                self._ways.append(now - one.at)
                self._way_holds = now + _WAY_EVERY
            self._ways[-1] = min(self._ways[-1], now - one.at)
        if self._way is None:
            return
        self._draining = now > self._way_holds
        if one.at > self._queued_at:
            self._lately.append(now - one.carried_at - self._way)
            if len(self._lately) == _LATELY and (late := min(self._lately)) > _BEFORE:
                self._let_go(late, now)

    def _learn_rate(self, one: _Sent, now: float) -> None:
        self._taken_at, self._taken_sent_at = now, one.at
        lasted = max(1e-3, one.at - one.taken_sent_at, now - one.taken_at)
        rate, before = (self._taken - one.taken) / lasted, self.rate
        if before is None or one.pressed or rate > before:
            self._rates.append((now, rate))
            while self._rates[0][0] < now - _HOLDS:
                self._rates.popleft()
        if before and rate > before * _GREW:
            self._tried_at = -math.inf

    def _let_go(self, late: float, now: float) -> None:
        """So much is before the line, in seconds, that nobody reckoned with."""
        if late > _LATE:
            self._rates = deque(list(self._rates)[-_LATELY:])
            self._tried_at = now
        self._put(late * (self.rate or 0.0), now)
        self._queued_at = now
        self._lately.clear()

    @property
    def _way(self) -> float | None:
        """Seconds that nearly nothing takes there and its answer back, where that is known."""
        return min(self._ways, default=None)

    @property
    def _usual(self) -> float:
        """Bytes of a frame while the line carries as many frames as are wanted."""
        return max(_ROUGHEST, self.rate / _SMOOTH) if self.rate else _FIRST / 2

    def _allowed(self, now: float) -> float:
        """Bytes that may be before a frame that is sent now; now and then more, to see whether the line bears it."""
        rate = self.rate or 0.0
        more = max(self._usual, rate * (self._way or 0.0) / 2) if now - self._tried_at > _TRY_EVERY else 0.0
        return _BEFORE * rate + more

    def _put(self, size: float, now: float) -> None:
        """So many bytes more are to be carried."""
        self._ahead, self._ahead_at = self._before_it(now) + size, now

    def _before_it(self, now: float) -> float:
        """Bytes that are still to be carried, by reckoning."""
        return max(0.0, self._ahead - _PART * (self.rate or 0.0) * (now - self._ahead_at))
