"""How much of a film the line to the terminal bears, found out from how soon the terminal has taken what was sent.

What waits on the way delays every key's answer, so no more is sent than is taken within a few hundredths of a second
beyond the way itself. The way is the shortest time that any frame took, less what its own bytes took; a window of bytes under way
grows while frames come through about as fast and shrinks when they begin to queue (the principle of TCP Vegas, Brakmo and
Peterson 1995). On a line that bears little a frame becomes rougher first, and only then do frames become fewer.
"""

import math
from collections import deque
from dataclasses import dataclass

_SMALLEST, _LARGEST = 1000, 4_000_000
"""Bytes that may be under way at least and at most."""
_FIRST = 16_000
_QUEUE_SHORT, _QUEUE_LONG = 0.01, 0.03
"""Seconds a frame may wait in queues: below the first more may be sent, above the second less."""
_SHRINK_MOST = 0.5
_WAY_HOLDS, _GUESS_HOLDS = 10.0, 0.5
"""Seconds after which the shortest time is looked for anew, on a line let empty for it: lines change. And after the first frame of
all, when it is not known yet what its own bytes took."""
_LATELY = 5
"""Frames by which the queue is judged: the middle one, for a busy computer is late as well, now and then."""
_RATE_OF, _FASTEST = 12, 0.85
"""Frames by which the line's rate is measured, and which of them from the slowest: nearly the fastest. Some took longer because
a computer was busy, few can have been quicker than the line."""
_SURE = 0.25
"""Which of them is surely not too fast: frames that waited in a program on the way come closer together than the line
brings them."""
_STRETCHED = 1.1
"""How much further apart frames must come than they were sent, for the line to have made it so and not the film."""
_ANSWER, _WAIT_MOST = 1500, 0.12
"""Bytes of a key's answer, roughly, and seconds that frames wait for it at most."""
_LOST_AFTER = 5.0
"""Seconds after which a frame that was not told as taken is given up."""
LEAST = 400
"""Bytes; a frame that may be no longer than this is not worth sending."""
_ROUGHEST = 1600
"""Bytes of a frame from which on fewer frames are better than rougher ones."""
_SMOOTH = 20.0
"""Frames a second that are worth a rougher picture; what the line bears beyond goes into details."""


@dataclass(slots=True)
class _Sent:
    number: int
    size: int
    at: float
    filled: bool
    """Whether the window was nearly full with it."""
    behind: bool
    """Whether another one was on the way before it."""
    since: float
    """Seconds since the one before was sent."""


class Flow:
    """What is under way to one terminal. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._window = float(_FIRST)
        self._sent: deque[_Sent] = deque()
        self._under_way = 0
        self._way: float | None = None
        self._way_holds = 0.0
        self._draining = False
        self._shrunk = 0.0
        self._took = 0.0
        self._heard = self._sent_at = 0.0
        self._rates: deque[float] = deque(maxlen=_RATE_OF)
        self._lately: deque[float] = deque(maxlen=_LATELY)

    @property
    def free(self) -> int:
        """Bytes that may be sent now; at rest at least so many that a frame is worth it."""
        if not self._sent:
            return max(LEAST, int(self._window))
        return 0 if self._draining else int(self._window) - self._under_way

    @property
    def share(self) -> int:
        """Bytes one frame may have, so that several are under way where the way is long."""
        share = max(self._window / max(2, math.ceil(self._took * _SMOOTH)), min(_ROUGHEST, self._window / 2))
        return max(LEAST, min(self.free, int(share)))

    @property
    def worth(self) -> int:
        """Bytes that must be free for a frame; less would be torn to shreds."""
        return max(LEAST, min(_ROUGHEST, int(self._window / 2)) // 2)

    @property
    def way_for_a_key(self) -> float:
        """Seconds for which the line is left to a key's answer; next to none where the line is fast, or not known yet."""
        return min(_WAIT_MOST, self._lasts(_ANSWER))

    def sent(self, number: int, size: int, now: float) -> None:
        """A frame was sent."""
        behind = bool(self._sent)
        self._draining = self._draining and behind
        self._under_way += size
        filled = self._under_way > self._window * 0.6
        self._sent.append(_Sent(number, size, now, filled, behind, now - self._sent_at))
        self._sent_at = now

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
        gap = max(1e-3, now - max(self._heard, one.at))
        if one.behind and (gap > one.since * _STRETCHED or (self._rates and one.size / gap > self._rate)):
            self._rates.append(one.size / gap)
        self._heard = now
        self._took = now - one.at
        took = max(1e-3, self._took - self._lasts(one.size))
        if self._way is None:
            self._way, self._way_holds = took, now + _GUESS_HOLDS
        elif now > self._way_holds and not one.behind:
            self._way, self._way_holds = took, now + _WAY_HOLDS
            if self._rates:
                self._window = max(_SMALLEST, min(self._window, self._bears(took + _QUEUE_LONG)))
        elif not one.behind:
            self._way = min(self._way, took)
        self._draining = now > self._way_holds
        self._lately.append(took - self._way)
        queued = sorted(self._lately)[len(self._lately) // 2]
        # What is late although little of ours is on the way is not late because of us.
        if queued > _QUEUE_LONG and one.filled and now - self._shrunk > self._took:
            fits = (self._way + _QUEUE_SHORT) / took
            least = min(self._window, max(_SMALLEST, self._bears(self._way)))
            self._window, self._shrunk = max(least, self._window * max(_SHRINK_MOST, fits)), now
            self._lately.clear()
        elif queued < _QUEUE_SHORT and one.filled:
            # At first twice as much each way; once it was too much, a little more each time.
            more = one.size if not self._shrunk else one.size * min(1.0, one.size / self._window)
            self._window = min(_LARGEST, self._window + more)

    def _at(self, place: float) -> float:
        """Bytes a second that the line carried when frames came right behind others: at this place among them, from the slowest."""
        return sorted(self._rates)[int(len(self._rates) * place)]

    @property
    def _rate(self) -> float:
        return self._at(_FASTEST)

    def _lasts(self, size: int) -> float:
        """Seconds that so many bytes take on the line by themselves; none while that is not known."""
        return size / self._rate if self._rates else 0.0

    def _bears(self, seconds: float) -> float:
        """Bytes that the line carries in that time, rather less: as much stays under way, however long frames then wait."""
        return seconds * self._at(_SURE) if self._rates else float(_SMALLEST)
