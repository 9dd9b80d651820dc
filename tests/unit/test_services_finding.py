"""Where in a case what was found stands."""

from dataclasses import dataclass

import pytest

from vigtui.domain.review import NoteKind
from vigtui.domain.timecode import Millis
from vigtui.services import cases, films, finding, goals, moments, reviews, wrap_up
from vigtui.store.migrations import _SEARCHED_001


@dataclass(frozen=True)
class Hit:
    source: str
    row_id: str = "gone"
    case_id: str | None = None
    code: str = ""
    words: str = ""


def places(desk, words: str) -> set[tuple[str, str, int | None]]:
    """What is found where: what it is, the screen, the cycle."""
    file = desk.file
    return {(finding.what(hit), *finding.place_of(file, hit)) for hit in desk.library.search(words)}


def test_everything_typed_is_found_on_its_screen_in_its_cycle(desk):
    second = desk.add(cases.open_cycle)
    film = desk.film(cycle_id=second.id)
    clip = desk.clip(film)
    review = desk.do(reviews.prepare, desk.file, second)
    desk.add(goals.ask, "pauses?")
    desk.add(goals.add_goal, "more pauses")
    desk.add(films.change_plan, second.id, activity="pauses")
    desk.do(films.edit_film, film.id, mood="pauses")
    desk.add(films.add_note, second.id, "pauses", at=Millis(5), film_id=film.id)
    desk.do(moments.mark, film, Millis(0), Millis(9), note="pauses")
    desk.do(moments.set_clip, clip.id, why="pauses")
    stamp = {"phase": "clip", "rung": "see", "clip_id": clip.id, "at": None}
    desk.do(reviews.note, review, NoteKind.QUOTE, "pauses", **stamp)
    desk.add(wrap_up.set_working_point, second.id, "pauses")
    desk.add(wrap_up.add_strength, second.id, "pauses")
    assert places(desk, "pauses") == {
        ("helping question", "goals", None),
        ("goal", "goals", None),
        ("filming plan", "film", 2),
        ("film", "film", 2),
        ("filming note", "film", 2),
        ("moment", "clips", 2),
        ("clip", "clips", 2),
        ("review note", "review", 2),
        ("working point", "wrap-up", 2),
        ("strength", "wrap-up", 2),
    }
    assert places(desk, "K17") == {("case", "case", None)}
    assert places(desk, "Mia") == {("person", "case", None)}


@pytest.mark.parametrize("source", ["supervisions", "training_entries", "training_requirements"])
def test_what_belongs_to_no_case_stands_in_a_log(source):
    assert finding.log_of(Hit(source)) == ("supervision" if source == "supervisions" else "training")


@pytest.mark.parametrize("source", _SEARCHED_001)
def test_every_searched_table_has_a_name_for_people_and_a_place(desk, source):
    assert finding.what(Hit(source)) not in ("", source)
    here, cycle = finding.place_of(desk.file, Hit(source))
    assert here in {"case", "goals", "film", "clips", "review", "wrap-up", "progress", "ending"}
    assert cycle is None
