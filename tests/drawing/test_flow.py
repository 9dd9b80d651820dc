"""How much is under way: it grows while the line bears it, shrinks when frames queue, and never stops for good."""

import random

import pytest

from vigtui.player.drawing.flow import LEAST, Flow


class Line:
    """A line of so many bytes a second and so long a way, and frames sent over it as fast as the flow lets."""

    def __init__(self, rate: float, way: float, late: float = 0.0) -> None:
        self.rate, self.way, self.late = rate, way, late
        self.dice = random.Random(3)
        self.flow, self.now, self.free_at = Flow(), 0.0, 0.0
        self.under_way: list[tuple[float, int]] = []
        self.queued: list[float] = []
        self.carried = 0
        self.number = 0

    def run(self, seconds: float, frame: int, every: float = 0.04) -> None:
        ends, next_frame = self.now + seconds, self.now
        while self.now < ends:
            while self.under_way and self.under_way[0][0] <= self.now:
                self.flow.taken(self.under_way.pop(0)[1], self.now)
            if self.now >= next_frame and self.flow.free >= LEAST:
                size = min(frame, self.flow.share)
                self.number += 1
                self.free_at = max(self.now, self.free_at) + size / self.rate
                self.queued.append(self.free_at - self.now - size / self.rate)
                before = self.under_way[-1][0] if self.under_way else 0.0
                self.under_way.append((max(before, self.free_at + self.way + self._lateness()), self.number))
                self.flow.sent(self.number, size, self.now)
                self.carried += size
                next_frame = self.now + every
            self.now += 0.002

    def _lateness(self) -> float:
        """Seconds by which a busy computer answers late, nine times of ten."""
        return self.dice.random() * self.late if self.dice.random() < 0.9 else 0.0


def test_a_free_line_carries_every_frame_whole() -> None:
    line = Line(rate=50e6, way=0.002)
    line.run(3, frame=6000)
    assert line.number >= 70
    assert line.carried / line.number > 5500


def test_a_slow_line_is_used_and_its_queue_stays_short() -> None:
    line = Line(rate=100_000, way=0.16)
    line.run(6, frame=7000)
    line.queued.clear()
    before = line.carried
    line.run(6, frame=7000)
    assert (line.carried - before) / 6 > 60_000
    line.queued.sort()
    assert line.queued[int(len(line.queued) * 0.95)] < 0.1


def test_a_busy_computer_is_not_taken_for_a_slow_line() -> None:
    line = Line(rate=100_000, way=0.09, late=0.1)
    line.run(10, frame=5000)
    line.queued.clear()
    before, frames = line.carried, line.number
    line.run(10, frame=5000)
    assert (line.carried - before) / 10 > 60_000
    assert (line.number - frames) / 10 > 20
    line.queued.sort()
    assert line.queued[int(len(line.queued) * 0.95)] < 0.2


@pytest.mark.parametrize("late", [0.0, 0.03])
def test_a_film_of_few_changes_gets_all_it_wants(late: float) -> None:
    line = Line(rate=10e6, way=0.09, late=late)
    for _ in range(400):
        line.run(0.04, frame=line.dice.randrange(300, 3000))
    line.queued.clear()
    before = line.carried
    wanted = [line.dice.randrange(300, 3000) for _ in range(200)]
    for size in wanted:
        line.run(0.04, frame=size)
    assert line.carried - before > sum(wanted) * 0.8


def test_a_very_slow_line_carries_little_and_keys_stay_quick() -> None:
    line = Line(rate=20_000, way=0.16)
    line.run(10, frame=7000)
    line.queued.clear()
    before, frames = line.carried, line.number
    line.run(6, frame=7000)
    assert (line.carried - before) / 6 > 6_000
    assert line.number - frames > 6
    line.queued.sort()
    assert line.queued[int(len(line.queued) * 0.95)] < 0.2


def test_frames_of_which_nothing_is_heard_are_given_up() -> None:
    flow = Flow()
    while flow.free >= LEAST:
        flow.sent(1, 4000, 0.0)
    assert flow.waits(1.0) == 4.0
    assert flow.waits(5.1) is None
    assert flow.free >= LEAST


def test_answers_to_frames_long_given_up_change_nothing() -> None:
    flow = Flow()
    flow.sent(1, 4000, 0.0)
    flow.taken(7, 0.1)
    free = flow.free
    flow.taken(1, 0.2)
    flow.taken(1, 0.3)
    assert flow.free > free


@pytest.mark.parametrize(("rate", "least", "most"), [(20_000, 0.05, 0.12), (100_000, 0.01, 0.03), (50e6, 0.0, 0.001)])
def test_a_key_has_the_line_for_as_long_as_its_answer_takes(rate: float, least: float, most: float) -> None:
    line = Line(rate=rate, way=0.08)
    assert not line.flow.way_for_a_key, "nothing is known of the line yet"
    line.run(6, frame=7000)
    assert least <= line.flow.way_for_a_key <= most
