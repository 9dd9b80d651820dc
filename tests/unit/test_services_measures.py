"""Dated scores of named measures."""

from datetime import date

import pytest

from vigtui.domain.errors import NotSensible
from vigtui.services import measures


def scores(desk):
    return [(one.name, one.score, one.scored_on) for one in measures.in_order(desk.file)]


def test_scores_are_kept_by_name_and_date(desk):
    desk.add(measures.add_measure, " Hope scale ", 21, person_id=desk.anna.id, note="at the [start]")
    desk.add(measures.add_measure, "Hope scale", 17.5, on=date(2026, 1, 9))
    desk.add(measures.add_measure, "closeness", 3)
    assert scores(desk) == [
        ("closeness", 3, desk.today),
        ("Hope scale", 17.5, date(2026, 1, 9)),
        ("Hope scale", 21, desk.today),
    ]
    (kept,) = [one for one in desk.file.measures if one.person_id]
    assert (kept.person_id, kept.note) == (desk.anna.id, "at the [start]")


async def test_a_score_is_corrected_and_removed_and_both_are_undone(desk):
    one = desk.add(measures.add_measure, "Hope scale", 21)
    desk.do(measures.edit_measure, one.id, score=12, name="Hope")
    assert scores(desk) == [("Hope", 12, desk.today)]
    desk.do(measures.remove_measure, one.id)
    assert scores(desk) == []
    assert await desk.library.undo(desk.case_id) == "score of Hope removed"
    assert scores(desk) == [("Hope", 12, desk.today)]
    assert await desk.library.undo(desk.case_id) == "score of Hope changed"
    assert scores(desk) == [("Hope scale", 21, desk.today)]


@pytest.mark.parametrize(("name", "score"), [("  ", 3), ("Hope", 2_000_000)])
def test_a_measure_needs_a_name_and_a_sensible_score(desk, name, score):
    with pytest.raises(NotSensible):
        desk.add(measures.add_measure, name, score)
    assert scores(desk) == []


@pytest.mark.parametrize(
    ("typed", "score"), [("14", 14), (" 3.5 ", 3.5), ("3,5", 3.5), ("-2", -2), ("\u22122", -2), ("0", 0), (".5", 0.5)]
)
def test_scores_are_read_with_comma_or_point(typed, score):
    assert measures.read_score(typed) == score


@pytest.mark.parametrize("typed", ["", "many", "3.5.1", "1,000.5", "1e9", "nan", "inf", "--2", "٣", "-"])
def test_what_is_no_score_is_refused_with_a_sentence(typed):
    with pytest.raises(NotSensible, match="is not a score"):
        measures.read_score(typed)
