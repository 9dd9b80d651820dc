"""Ids that sort by time."""

import time
import uuid

import pytest

from vigtui.store.ids import IdMaker


def test_ids_are_uuids_of_version_7_that_carry_the_time():
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(IdMaker()())
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after


def test_ids_rise_even_within_a_millisecond():
    make = IdMaker()
    made = [make() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert all(uuid.UUID(one).version == 7 for one in made)


@pytest.mark.parametrize("back", [1, 3_600_000])
def test_ids_rise_when_the_clock_is_set_back(monkeypatch, back):
    make = IdMaker()
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now)
    first = make()
    monkeypatch.setattr(time, "time_ns", lambda: now - back * 1_000_000)
    then = [make() for _ in range(1_000)]
    assert [first, *then] == sorted({first, *then})
    assert all(uuid.UUID(one).version == 7 and uuid.UUID(one).variant == uuid.RFC_4122 for one in then)


def test_two_makers_make_no_twins():
    one, two = IdMaker(), IdMaker()
    made = [make() for _ in range(2_000) for make in (one, two)]
    assert len(set(made)) == 4_000
