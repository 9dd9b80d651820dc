"""What every record has in common: cleaned texts, frozen fields, typed values read or refused."""

from dataclasses import FrozenInstanceError, fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.records import ODD_TEXTS, as_kept, records, texts
from vigtui.domain.errors import NotSensible
from vigtui.domain.film import FilmingPlan
from vigtui.domain.moment import Moment, MomentPrinciple
from vigtui.domain.person import Role
from vigtui.domain.record import clean, need_order, need_range, need_words, one_of, read_date, read_number
from vigtui.domain.timecode import Millis
from vigtui.store.tables import TABLES


@given(texts)
def test_cleaning_takes_control_characters_and_nothing_else(typed):
    assert clean(typed) == as_kept(typed)


@given(texts)
def test_cleaning_twice_is_cleaning_once(typed):
    assert clean(clean(typed)) == clean(typed)


@pytest.mark.parametrize("typed", ODD_TEXTS[:4])
def test_what_people_write_comes_back_as_typed(typed):
    assert clean(typed) == typed


def test_line_breaks_become_newlines_and_tabs_stay():
    assert clean("a\r\nb\rc\n\td\x1b[0m\ud800") == "a\nb\nc\n\td[0m"


def test_texts_in_a_list_are_cleaned_too():
    plan = FilmingPlan(id="p", case_id="c", cycle_id="y", checked=("a\x1b\ud800", "b"))
    assert plan.checked == ("a", "b")


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_records_are_frozen_and_hold_no_control_characters(kind, data):
    record = data.draw(records(kind, {}))
    for field in fields(record):
        value = getattr(record, field.name)
        if type(value) is str:
            assert value == as_kept(value)
        with pytest.raises(FrozenInstanceError):
            setattr(record, field.name, value)
    with pytest.raises((AttributeError, TypeError)):
        record.anything_else = 1


def refusal(job, *args) -> NotSensible:
    with pytest.raises(NotSensible) as refused:
        job(*args)
    return refused.value


def test_needs_say_what_is_wrong():
    assert refusal(need_words, " \n", "A goal").summary == "A goal needs words."
    assert refusal(need_range, 11, 0, 10, "A rating").summary == "A rating goes from 0 to 10, not 11."
    wrong = refusal(need_order, date(2026, 5, 2), date(2026, 5, 1), "The end")
    assert wrong.summary == "The end (2026-05-01) lies before 2026-05-02."


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), -1, 11])
def test_a_range_refuses_what_is_no_number_in_it(number):
    refusal(need_range, number, 0, 10, "It")


def test_needs_let_pass_what_is_missing_or_on_the_border():
    need_range(None, 0, 10, "It")
    need_range(0, 0, 10, "It")
    need_range(10, 0, 10, "It")
    need_order(None, date(2026, 5, 1), "It")
    need_order(date(2026, 5, 1), None, "It")
    need_order(date(2026, 5, 1), date(2026, 5, 1), "It")


@given(st.dates())
def test_reads_a_typed_date(day):
    assert read_date(f" {day.isoformat()} ") == day


def test_no_date_is_none_and_a_wrong_one_is_refused():
    assert read_date("  ") is None
    for typed in ("2026-13-01", "2026-02-30", "01.05.2026", "tomorrow", "x" * 200):
        wrong = refusal(read_date, typed)
        assert "is not a date." in wrong.summary
        assert "2026-11-23" in wrong.remedy
        assert len(wrong.summary) < 80


@given(st.integers(-99_999_999, 999_999_999))
def test_reads_a_typed_number(number):
    assert read_number(f" {number} ") == number


@pytest.mark.parametrize("typed", ["", "-", "--1", "1.5", "x", "1 2", "²", "1" * 10, "+1"])
def test_refuses_what_is_no_number(typed):
    assert "is not a whole number." in refusal(read_number, typed).summary


def test_reads_a_typed_choice():
    assert one_of(Role, "child", [*Role], "role") is Role.CHILD
    wrong = refusal(one_of, Role, "aunt", [*Role], "role")
    assert wrong.summary == "“aunt” is not a role."
    assert "client, child, partner" in wrong.remedy


def test_records_are_the_same_where_all_that_stands_in_them_is():
    one, same = (Moment(id="m", case_id="c", film_id="f", in_ms=Millis(1), out_ms=Millis(2)) for _ in range(2))
    assert one == same
    assert hash(one) == hash(same)
    assert {one, same} == {one}
    for name, other in {"id": "n", "case_id": "d", "film_id": "g", "in_ms": Millis(0), "note": "n"}.items():
        assert replace(one, **{name: other}) != one
    assert one != object()
    assert MomentPrinciple(id="m", case_id="c", moment_id="f", principle="p") != one
    assert repr(one).startswith("Moment(id='m', case_id='c', film_id='f', in_ms=1, out_ms=2, ")
    with pytest.raises(FrozenInstanceError):
        one.note = "other"
