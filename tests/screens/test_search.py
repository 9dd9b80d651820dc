import pytest
from textual.widgets import Input

from tests.support.builders import SAMPLES, add_clip, add_film, add_question, hold_review
from tests.support.waiting import on_top, screen_text, until
from vigtui.domain.clip import Clip
from vigtui.domain.cycle import Cycle
from vigtui.domain.moment import Moment
from vigtui.domain.person import Role
from vigtui.domain.review import NoteKind
from vigtui.screens.search import SearchScreen
from vigtui.screens.today import TodayScreen
from vigtui.services import cases, editing, films, finding, people, wrap_up

SIZE = (80, 24)


async def search(pilot, words):
    """Open the search by key and type."""
    await pilot.press("f9")
    await until(lambda: isinstance(pilot.app.screen, SearchScreen))
    pilot.app.screen.query_one(Input).value = words
    return pilot.app.screen


def rows(screen):
    found = screen.query_one("#found")
    return [found.get_option_at_index(i).prompt.plain for i in range(found.option_count)]


async def test_from_today_to_where_it_stands(house):
    add_question(house)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await on_top(app, TodayScreen)
        found = await search(pilot, "tell wan")
        await until(lambda: "helping question" in rows(found)[0])
        assert "K17" in rows(found)[0]
        assert "How can I tell what Mia wants?" in rows(found)[0]
        await pilot.press("enter")
        await until(lambda: getattr(app.screen, "here", "") == "goals")
        await pilot.press("escape", "escape")
        await on_top(app, TodayScreen)


async def test_inside_a_case_a_slash_opens_it_and_escape_leaves(house):
    add_question(house)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "case")
        await pilot.press("slash")
        await on_top(app, SearchScreen)
        assert "Words, or how they begin" in screen_text(app)
        app.screen.query_one(Input).value = "nowhere"
        await until(lambda: "Nothing holds all of these words." in screen_text(app))
        await pilot.press("enter", "escape")
        await until(lambda: app.screen is screen)
        await search(pilot, "tell")
        await until(lambda: "helping question" in screen_text(app))
        await pilot.press("down", "enter")
        await until(lambda: getattr(app.screen, "here", "") == "goals")
        assert len(app.screen_stack) == 3


async def test_what_is_typed_last_is_what_is_shown(house):
    add_question(house, "looks up", "waits")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        found = await search(pilot, "looks")
        for words in ("w", "wa", "looks", "waits"):
            found.query_one(Input).value = words
        await until(lambda: "waits" in rows(found)[0])
        assert len(rows(found)) == 1


async def test_found_words_are_shown_as_they_are(house):
    for words in SAMPLES:
        house.change(lambda work, words=words: people.add_person(work, house.case_id, Role.OTHER, words))
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        found = await search(pilot, "")
        for words in SAMPLES:
            found.query_one(Input).value = words
            await until(lambda words=words: len(rows(found)) == 1 and words in rows(found)[0])


@pytest.fixture
def full(house):
    """A case with words of every kind in cycle 2, each holding “needle”."""
    add_question(house, "needle goal")
    first = house.file.cycles[0]
    house.change(lambda work: wrap_up.set_working_point(work, house.case_id, first.id, "done"))
    house.change(lambda work: wrap_up.close_cycle(work, first.id))
    film = add_film(house, name="needle.mp4")
    clip = add_clip(house, film)
    hold_review(house, ((NoteKind.QUOTE, "needle quote"),), clip.id)
    cycle_id = film.cycle_id

    def fill(work):
        films.add_note(work, house.case_id, cycle_id, "needle note")
        films.change_plan(work, house.case_id, cycle_id, activity="needle plan")
        editing.set_field(work, Moment, clip.moment_id, "note", "needle moment", "note")
        editing.set_field(work, Clip, clip.id, "why", "needle clip", "why")
        editing.set_field(work, Cycle, cycle_id, "feedback", "needle feedback", "feedback")
        wrap_up.set_working_point(work, house.case_id, cycle_id, "needle point")
        wrap_up.add_strength(work, house.case_id, cycle_id, "needle strength")
        editing.set_field(work, cases.Case, house.case_id, "setting", "needle setting", "setting")

    house.change(fill)
    return house


def test_every_kind_opens_where_it_stands(full):
    found = {hit.source: finding.place_of(full.file, hit) for hit in full.library.search("needle")}
    assert found == {
        "cases": ("case", None),
        "goals": ("goals", None),
        "filming_plans": ("film", 2),
        "films": ("film", 2),
        "film_notes": ("film", 2),
        "moments": ("clips", 2),
        "clips": ("clips", 2),
        "review_notes": ("review", 2),
        "strengths": ("wrap-up", 2),
        "working_points": ("wrap-up", 2),
        "cycles": ("wrap-up", 2),
    }
    assert {finding.what(hit) for hit in full.library.search("quote")} == {"review note"}


async def test_a_note_of_an_earlier_cycle_opens_that_cycle(full):
    app = full.app()
    async with app.run_test(size=SIZE) as pilot:
        await full.open(app, "case")
        found = await search(pilot, "done")
        await until(lambda: "working point" in rows(found)[0])
        await pilot.press("enter")
        await until(lambda: getattr(app.screen, "here", "") == "wrap-up" and app.screen.cycle.number == 1)
