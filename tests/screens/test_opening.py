"""A screen that is laid out once, with the scroll bars of the one before, stands as if it had been laid out anew."""

import pytest
from textual.screen import Screen
from textual.widget import Widget

from tests.support.builders import add_clip, add_film, add_question
from tests.support.waiting import on_top, screen_text, settled, steady_text, until
from vigtui.screens.dialogs import FormDialog
from vigtui.screens.opening import Opening
from vigtui.services import films

PLACES = {"f3": "goals", "f4": "film", "f5": "clips", "f6": "review", "f7": "wrap-up", "p": "progress", "f2": "case"}
SIZES = [(60, 20), (140, 45)]


class Wrong(dict):
    """Says of every place that it had both scroll bars."""

    def get(self, where, otherwise):
        return (True, True)


@pytest.fixture
def layouts(monkeypatch):
    """The whole layouts of screens that can be seen."""
    done = []
    lay_out = Screen._refresh_layout

    def counted(self, size=None, scroll=False):
        if not scroll and self.is_current and self.outer_size:
            done.append(self)
        lay_out(self, size, scroll)

    monkeypatch.setattr(Screen, "_refresh_layout", counted)
    return done


async def at(app, place):
    await until(lambda: getattr(app.screen, "here", "") == place and screen_text(app).strip())


def places_of(app):
    return {widget: (widget.region, widget.scrollbars_enabled) for widget in app.screen.walk_children(Widget)}


async def stands_right(app, pilot):
    """What is seen does not change when everything is laid out anew."""
    shown, places = await steady_text(app), places_of(app)
    for widget in app.screen.walk_children(Widget, with_self=True):
        widget._clear_arrangement_cache()
        widget.refresh(layout=True)
    await settled(pilot)
    assert places_of(app) == places
    assert await steady_text(app) == shown


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("known", ["nothing", "the wrong ones"])
async def test_whatever_is_known_of_scroll_bars(house, size, known, monkeypatch):
    monkeypatch.setattr(Opening, "_bars", {} if known == "nothing" else Wrong())
    add_question(house, "I wait until she looks")
    for start in (12_000, 40_000):
        add_clip(house, add_film(house), start)
    app = house.app()
    async with app.run_test(size=size) as pilot:
        await house.open(app, "case")
        for key, place in PLACES.items():
            await pilot.press(key)
            await at(app, place)
            await stands_right(app, pilot)


async def test_a_place_one_comes_back_to_is_laid_out_once(house, layouts):
    add_question(house, "I wait until she looks")
    cycle = house.file.cycle_now.id
    for i in range(30):
        house.change(lambda work, i=i: films.add_note(work, house.case_id, cycle, f"she looks {i}"))
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await house.open(app, "case")
        for turn in range(2):
            for key, place in PLACES.items():
                layouts.clear()
                app.simulate_key(key)  # the pilot would lay the screen out before it is complete
                await at(app, place)
                await steady_text(app)
                if turn == 1:
                    assert layouts == [app.screen], place
                    await stands_right(app, pilot)


async def test_a_dialog_comes_and_goes_with_a_layout(house, layouts):
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await house.open(app, "case")
        below = await steady_text(app)
        for _turn in range(2):
            layouts.clear()
            await pilot.press("a")
            await on_top(app, FormDialog)
            form = app.screen
            await stands_right(app, pilot)
            layouts.clear()
            await pilot.press("escape")
            await at(app, "case")
            await settled(pilot)
            assert await steady_text(app) == below
            assert form not in layouts
            assert len(layouts) <= 1
