"""What is exported and can be imported comes back the same, whatever people wrote."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interchange.making import hand_made, key, keys, many, notes, selection, sheet
from vigtui.interchange.table import plain_cell, safe_cell
from vigtui.interchange.writing import READERS, write

WHOLE = ("elan", "csv", "losslesscut")
WORDS = ("webvtt", "srt")


def there_and_back(name, made):
    (data,) = write(name, selection(sheet(made))).values()
    reading = READERS[name](data)
    assert not reading.skipped
    return [found.mark for found in reading.found]


@pytest.mark.parametrize("name", WHOLE)
@given(made=many())
def test_everything_of_a_moment_comes_back(name, made):
    assert keys(there_and_back(name, made)) == keys(made)


@pytest.mark.parametrize("name", WORDS)
@given(made=many(full=False))
def test_times_note_state_and_principles_come_back_from_subtitles(name, made):
    assert keys(there_and_back(name, made)) == keys(made)


@pytest.mark.parametrize("name", [*WHOLE, *WORDS])
def test_the_order_of_a_film_is_kept(name):
    found = there_and_back(name, hand_made())
    assert [one.in_ms for one in found] == [2000, 5000, 20_040, 30_000]
    assert found[3].still


def test_a_table_brings_back_the_shortlist_with_why_and_question():
    made = [replace(one, why="=why", question="@ what?") if one.place else one for one in hand_made()]
    found = there_and_back("csv", made)
    assert [(one.place, one.why, one.question) for one in found] == [
        (2, "=why", "@ what?"),
        (None, "", ""),
        (1, "=why", "@ what?"),
        (None, "", ""),
    ]
    assert [key(one) for one in found] == [key(one) for one in made]


@given(st.text(max_size=20) | notes)
def test_no_cell_is_a_formula_and_each_comes_back(words):
    cell = safe_cell(words)
    assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠") or not words
    assert plain_cell(cell) == words
