"""Ids that sort by time."""

import time

import pytest

from vigtui.store.ids import IdMaker


def test_ids_are_short_and_carry_the_time():
    before = time.time_ns() // 1_000_000
    made = IdMaker()()
    after = time.time_ns() // 1_000_000
    assert len(made) == 16
    assert before <= int(made, 32) >> 35 <= after


def test_ids_rise_even_within_a_millisecond():
    make = IdMaker()
    made = [make() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {len(one) for one in made} == {16}


@pytest.mark.parametrize("back", [1, 3_600_000])
def test_ids_rise_when_the_clock_is_set_back(monkeypatch, back):
    make = IdMaker()
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now)
    first = make()
    monkeypatch.setattr(time, "time_ns", lambda: now - back * 1_000_000)
    then = [make() for _ in range(1_000)]
    assert [first, *then] == sorted({first, *then})


def test_they_sort_behind_the_uuids_of_older_libraries():
    assert IdMaker()() > "019ffffffffff"
    assert IdMaker()() > "01ffffffffff"


def test_two_makers_make_no_twins():
    one, two = IdMaker(), IdMaker()
    made = [make() for _ in range(2_000) for make in (one, two)]
    assert len(set(made)) == 4_000
