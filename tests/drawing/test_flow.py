"""How fast frames are sent: as fast as the line carries them, so that none queue, and never stopped for good."""

import math
import random

import pytest

from vigtui.player.drawing.flow import Flow


class Line:
    """A line of so many bytes a second and so long a way, and frames sent over it as fast as the flow lets.

    Attributes:
        queued: seconds that each frame waited for those before it.
        answered: seconds that the answer to each key waited, and took.
    """

    def __init__(self, rate: float, way: float, late: float = 0.0) -> None:
        self.rate, self.way, self.late = rate, way, late
        self.dice = random.Random(3)
        self.flow, self.now, self.free_at = Flow(), 0.0, 0.0
        self.under_way: list[tuple[float, int]] = []
        self.queued: list[float] = []
        self.answered: list[float] = []
        self.carried = 0
        self.number = 0

    def run(self, seconds: float, frame: int, every: float = 0.04) -> None:
        ends, next_frame = self.now + seconds, self.now
        while self.now < ends:
            while self.under_way and self.under_way[0][0] <= self.now:
                self.flow.taken(self.under_way.pop(0)[1], self.now)
            if self.now >= next_frame and not self.flow.wait(self.now):
                size = min(frame, self.flow.share(self.now))
                self.number += 1
                self.free_at = max(self.now, self.free_at) + size / self.rate
                self.queued.append(self.free_at - self.now - size / self.rate)
                before = self.under_way[-1][0] if self.under_way else 0.0
                self.under_way.append((max(before, self.free_at + self.way + self._lateness()), self.number))
                self.flow.sent(self.number, size, self.now)
                self.carried += size
                next_frame = self.now + every
            self.now += 0.002

    def press(self, answer: int = 1500) -> None:
        """A key, whose answer of so many bytes is there a moment later."""
        self.flow.make_way(self.now)
        self.run(0.03, frame=7000)
        self.free_at = max(self.now, self.free_at) + answer / self.rate
        self.answered.append(self.free_at - self.now)

    def _lateness(self) -> float:
        """Seconds by which a busy computer answers late, nine times of ten; now and then very."""
        late = self.dice.random() * self.late if self.dice.random() < 0.9 else 0.0
        return late * 3 if self.dice.random() < 0.03 else late


def nearly_all(of: list[float]) -> float:
    """What 95 of 100 do not exceed."""
    return sorted(of)[int(len(of) * 0.95)]


def test_a_free_line_carries_every_frame_whole() -> None:
    line = Line(rate=50e6, way=0.002)
    line.run(3, frame=6000)
    assert line.number >= 70
    assert line.carried / line.number > 5500


@pytest.mark.parametrize("late", [0.0, 0.03, 0.08])
@pytest.mark.parametrize("way", [0.05, 0.08, 0.16])
@pytest.mark.parametrize("rate", [20_000, 100_000, 1_000_000])
def test_a_line_is_used_and_its_queue_stays_short(rate: float, way: float, late: float) -> None:
    line = Line(rate, way, late)
    line.run(10, frame=7000)
    line.queued.clear()
    before, frames = line.carried, line.number
    line.run(10, frame=7000)
    assert (line.carried - before) / 10 > min(rate, 150_000) * (0.55 if late < way / 2 else 0.45)
    assert (line.number - frames) / 10 > (8 if rate < 100_000 else 20)
    assert nearly_all(line.queued) < (0.2 if rate < 100_000 else 0.08)


@pytest.mark.parametrize("late", [0.0, 0.03, 0.08])
@pytest.mark.parametrize(("rate", "limit"), [(20_000, 0.25), (100_000, 0.08)])
def test_a_key_is_answered_although_the_film_plays(rate: float, limit: float, late: float) -> None:
    line = Line(rate, 0.08, late)
    line.run(3, frame=7000)
    for _ in range(60):
        line.run(0.2 + line.dice.random() * 0.2, frame=7000)
        line.press()
    assert nearly_all(line.answered) < limit


@pytest.mark.parametrize("late", [0.0, 0.03, 0.08])
@pytest.mark.parametrize("rate", [100_000, 10_000_000])
def test_a_film_of_few_changes_gets_all_it_wants(rate: float, late: float) -> None:
    line = Line(rate, way=0.09, late=late)
    for _ in range(400):
        line.run(0.04, frame=line.dice.randrange(300, 3000))
    before = line.carried
    wanted = [line.dice.randrange(300, 3000) for _ in range(200)]
    for size in wanted:
        line.run(0.04, frame=size)
    assert line.carried - before > sum(wanted) * 0.9


def test_bytes_that_come_in_a_bunch_are_not_taken_for_a_fast_line() -> None:
    line = Line(rate=20_000, way=0.08, late=0.2)
    line.run(20, frame=7000)
    assert line.flow.rate is not None
    assert line.flow.rate < 30_000


def test_a_line_that_becomes_slow_is_found_out_within_seconds() -> None:
    line = Line(rate=1_000_000, way=0.08)
    line.run(5, frame=7000)
    line.rate = 50_000
    line.run(4, frame=7000)
    line.queued.clear()
    line.run(5, frame=7000)
    assert nearly_all(line.queued) < 0.1


def test_a_line_that_becomes_fast_is_found_out_within_seconds() -> None:
    line = Line(rate=20_000, way=0.08)
    line.run(10, frame=7000)
    line.rate = 1_000_000
    line.run(8, frame=7000)
    before = line.carried
    line.run(4, frame=7000)
    assert (line.carried - before) / 4 > 120_000


def test_more_is_sent_when_something_was_taken() -> None:
    flow = Flow()
    number = 0
    while not flow.wait(0.0):
        number += 1
        flow.sent(number, flow.share(0.0), 0.0)
    assert flow.wait(0.0) == math.inf
    flow.taken(number, 0.1)
    assert not flow.wait(0.1)


def test_frames_of_which_nothing_is_heard_are_given_up() -> None:
    flow = Flow()
    while not flow.wait(0.0):
        flow.sent(1, 4000, 0.0)
    assert flow.waits(1.0) == 4.0
    assert flow.waits(5.1) is None
    assert not flow.wait(5.1)


def test_frames_are_given_up_while_the_line_is_let_empty() -> None:
    line = Line(rate=100_000, way=0.08)
    while not line.flow._draining:
        line.run(0.01, frame=4000)
    for _ in range(2):
        line.flow.waits(line.now + 5.1)
    assert not line.flow.wait(line.now + 5.1)


def test_answers_to_frames_long_given_up_change_nothing() -> None:
    flow = Flow()
    flow.sent(1, 4000, 0.0)
    flow.taken(7, 0.1)
    assert flow.rate is None
    flow.taken(1, 0.2)
    rate = flow.rate
    flow.taken(1, 0.3)
    assert flow.rate == rate


def test_a_key_that_is_held_down_does_not_stop_the_film() -> None:
    line = Line(rate=20_000, way=0.08)
    line.run(10, frame=7000)
    frames = line.number
    for _ in range(100):
        line.flow.make_way(line.now)
        line.run(0.03, frame=7000)
    assert line.number - frames > 8
