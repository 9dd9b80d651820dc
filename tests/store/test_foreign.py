"""Rows from another library: sound ones come back as they were, and nothing else becomes a record."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.records import records
from vigtui.domain.errors import NotSensible
from vigtui.domain.film import Film, FilmingPlan
from vigtui.domain.moment import Moment
from vigtui.store.codec import to_row
from vigtui.store.foreign import from_foreign_row
from vigtui.store.tables import TABLES

CELLS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
    | st.sampled_from(
        ["2026-05-14", "2026-05-14T09:00:00+00:00", "[]", '["a"]', "[1]", '{"a":1}', "[" * 5000, "chosen", "\x00"]
    )
)


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=12)
def test_a_sound_row_is_the_same_record_on_the_other_side(kind, data):
    record = data.draw(records(kind, {}))
    assert from_foreign_row(kind, json.loads(json.dumps(to_row(record)))) == record


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=12)
def test_any_cell_in_any_column_is_a_record_or_refused(kind, data):
    row = to_row(data.draw(records(kind, {})))
    name = data.draw(st.sampled_from(sorted(row)))
    row[name] = data.draw(CELLS)
    try:
        record = from_foreign_row(kind, row)
    except NotSensible as refused:
        assert refused.remedy.startswith("Nothing was")
    else:
        assert from_foreign_row(kind, to_row(record)) == record


def _film() -> dict:
    return {
        "id": "f", "case_id": "c", "cycle_id": "y", "number": 1, "kind": "family", "location": "films/f.mp4", "original_name": "a",
        "sha256": "0" * 64, "size_bytes": 1, "added_at": "2026-05-14T09:00:00+00:00",
    }  # fmt: skip


def test_what_an_older_program_did_not_know_has_its_usual_value():
    film = from_foreign_row(Film, _film())
    assert (film.verdict, film.legal_hold, film.duration_ms) == ("", False, None)


def test_what_a_newer_program_knows_is_refused():
    with pytest.raises(NotSensible, match="newer vigtui"):
        from_foreign_row(Film, _film() | {"smell": "roses"})


def test_what_must_be_there_must_be_there():
    row = _film()
    del row["sha256"]
    with pytest.raises(NotSensible, match="cannot be read"):
        from_foreign_row(Film, row)
    with pytest.raises(NotSensible):
        from_foreign_row(Moment, {})


@pytest.mark.parametrize("cell", ["[1]", '{"a": 1}', '"abc"', "[null]", '[["a"]]', "5", "", "[" * 100_000, "[NaN]"])
def test_a_list_is_a_list_of_texts(cell):
    row = {"id": "p", "case_id": "c", "cycle_id": "y"}
    assert from_foreign_row(FilmingPlan, row | {"checked": '["a", "b"]'}).checked == ("a", "b")
    with pytest.raises(NotSensible, match="cannot be read"):
        from_foreign_row(FilmingPlan, row | {"checked": cell})


@pytest.mark.parametrize("cell", ["14.05.2026", "2026-13-01", "", 20260514, "2026-05-14T09:00:00"])
def test_a_day_is_a_day(cell):
    row = {"id": "p", "case_id": "c", "cycle_id": "y"}
    with pytest.raises(NotSensible, match="cannot be read"):
        from_foreign_row(FilmingPlan, row | {"planned_on": cell})
