"""Styles that are remembered are those that the stylesheet gives when it is asked anew."""

import pytest
from textual.css.stylesheet import Stylesheet

from tests.support.builders import add_question
from tests.support.waiting import settled, until
from vigtui.screens import places
from vigtui.widgets.known_styles import KnownStyles

PLACES = {"f2": "case", "f3": "goals", "f4": "film", "f5": "clips", "f6": "review", "f7": "wrap-up", "p": "progress"}


def astray(app):
    """Widgets on screen, and parts of them, whose rules are others when they are worked out by Textual itself."""
    found = []
    for node in (app, *app.screen.walk_children(with_self=True)):
        was = node.styles.base.get_rules()
        Stylesheet.apply(app.stylesheet, node)
        if node.styles.base.get_rules() != was:
            found.append((node, was, node.styles.base.get_rules()))
    return found


@pytest.fixture
def counted(monkeypatch):
    """How many nodes were styled from memory, and how many by Textual."""
    counts = {"all": 0, "anew": 0}
    ours, textuals = KnownStyles.apply, Stylesheet.apply

    def remembered(self, node, **how):
        counts["all"] += 1
        ours(self, node, **how)

    def anew(self, node, **how):
        counts["anew"] += 1
        textuals(self, node, **how)

    monkeypatch.setattr(KnownStyles, "apply", remembered)
    monkeypatch.setattr(Stylesheet, "apply", anew)
    return counts


async def test_every_widget_of_every_place_has_the_rules_it_would_get_anew(house, counted):
    add_question(house, "I wait until she looks")
    app = house.app()
    async with app.run_test(size=(100, 30)) as pilot:
        await house.open(app, "case")
        places.read_ahead()
        await app.known_styles.read_ahead()
        assert not astray(app)
        seen = []
        for turn in range(2):
            for key, place in (*list(PLACES.items())[1:], ("f2", "case")):
                counted.update(all=0, anew=0)
                await pilot.press(key)
                await until(lambda place=place: getattr(app.screen, "here", "") == place)
                await settled(pilot)
                seen.append((turn, place, counted["all"], counted["anew"]))
                app.screen.focus_next()  # what has the focus follows other rules
                await settled(pilot)
                assert not astray(app)
                app.screen.set_focus(None)
        asked, anew = (sum(one[i] for one in seen if one[0] == 1) for i in (2, 3))
        assert asked > 200
        assert anew < asked / 10, seen[7:]  # the second time they come from memory


@pytest.mark.parametrize("change", ["theme", "narrower", "disabled", "class"])
async def test_what_is_remembered_follows_a_change(house, change):
    app = house.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await house.open(app, "case")
        for key in ("f3", "f2"):
            await pilot.press(key)
            await settled(pilot)
        before = app.screen.styles.background, [one.styles.base.get_rules() for one in app.screen.walk_children()]
        if change == "theme":
            app.theme = next(name for name in app.available_themes if name.startswith("vig") and name != app.theme)
        elif change == "narrower":
            await pilot.resize_terminal(80, 24)
        elif change == "disabled":
            app.screen.query_one("#page").disabled = True
        else:
            app.add_class("-ascii")
        await settled(pilot)
        after = app.screen.styles.background, [one.styles.base.get_rules() for one in app.screen.walk_children()]
        assert not astray(app)
        if change in ("theme", "disabled"):
            assert after != before
