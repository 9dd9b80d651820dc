"""Units of time in a film: read, shown, compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigtui.domain.errors import MarksReversed, NotSensible, TimeUnreadable
from vigtui.domain.timecode import Millis, Span, format_length, format_time, from_seconds, parse_time, to_seconds

LONGEST = 999 * 3_600_000 + 59 * 60_000 + 59_999


@pytest.mark.parametrize(
    ("typed", "millis"),
    [
        ("0", 0),
        ("7", 7_000),
        ("7.5", 7_500),
        ("7,5", 7_500),
        ("7.05", 7_050),
        ("7.005", 7_005),
        ("75", 75_000),
        ("3600", 3_600_000),
        ("1:02", 62_000),
        ("03:12.4", 192_400),
        ("03:12.400", 192_400),
        ("90:00", 5_400_000),
        ("1:00:00", 3_600_000),
        ("2:03:04.567", 7_384_567),
        ("  12.5 ", 12_500),
    ],
)
def test_reads_what_people_type(typed, millis):
    assert parse_time(typed) == millis


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "abc",
        "-1",
        "+1",
        "1:60",
        "0:0:60",
        "1:60:00",
        "1.2345",
        "1.",
        ".5",
        "1:2:3:4",
        "1 2",
        "٣",
        "１２",
        "1e3",
        "1:",
    ],
)
def test_refuses_what_is_no_time(typed):
    with pytest.raises(TimeUnreadable) as refused:
        parse_time(typed)
    assert "not a time" in refused.value.summary
    assert "03:12.400" in refused.value.remedy


def test_a_long_word_is_cut_in_the_sentence():
    with pytest.raises(TimeUnreadable) as refused:
        parse_time("x" * 500)
    assert len(refused.value.summary) < 80


@given(st.integers(0, LONGEST))
def test_a_shown_time_can_be_typed_again(millis):
    assert parse_time(format_time(Millis(millis), decimals=3)) == millis


@given(st.integers(0, LONGEST), st.sampled_from([0, 1, 2]))
def test_digits_not_shown_are_cut_never_rounded_up(millis, decimals):
    unit = 10 ** (3 - decimals)
    assert parse_time(format_time(Millis(millis), decimals=decimals)) == millis // unit * unit


@pytest.mark.parametrize(
    ("millis", "decimals", "shown"),
    [
        (0, 1, "00:00.0"),
        (59_999, 1, "00:59.9"),
        (59_999, 0, "00:59"),
        (3_599_999, 3, "59:59.999"),
        (3_600_000, 1, "1:00:00.0"),
        (-5, 1, "00:00.0"),
    ],
)
def test_shows_times(millis, decimals, shown):
    assert format_time(Millis(millis), decimals=decimals) == shown


def test_shows_lengths():
    assert [format_length(Millis(one)) for one in (0, 6_200, 61_000)] == ["0.0 s", "6.2 s", "61.0 s"]


@given(st.integers(0, LONGEST))
def test_the_players_seconds_lose_nothing(millis):
    assert from_seconds(to_seconds(Millis(millis))) == millis


@given(st.integers(-5, 50), st.integers(-5, 50))
def test_a_span_goes_forward_inside_the_film(start, end):
    if start < 0:
        expected = NotSensible
    elif end <= start:
        expected = MarksReversed
    else:
        assert Span(Millis(start), Millis(end)).length == end - start > 0
        return
    with pytest.raises(expected):
        Span(Millis(start), Millis(end))


@given(st.integers(0, 20), st.integers(1, 20), st.integers(0, 20), st.integers(1, 20))
def test_spans_overlap_when_they_share_time(a, a_length, b, b_length):
    one, two = Span(Millis(a), Millis(a + a_length)), Span(Millis(b), Millis(b + b_length))
    shared = set(range(a, a + a_length)) & set(range(b, b + b_length))
    assert one.overlaps(two) == two.overlaps(one) == bool(shared)
