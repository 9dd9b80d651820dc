"""Ways of working on the screens: chosen with a new case, switched later, and what a visit without a review shows."""

from tests.support.builders import add_clip, add_film, add_question, give_consents
from tests.support.waiting import on_top, screen_text, settled, until
from vigtui.screens.case import CaseHome
from vigtui.screens.clips import ClipsScreen
from vigtui.screens.dialogs import FormDialog
from vigtui.screens.today import TodayScreen
from vigtui.services import cases, wrap_up
from vigtui.services.moments import mark, toggle_principle
from vigtui.widgets.fields import Choice, ChoiceField

SIZE = (80, 24)


def switch(house, pack_id: str) -> None:
    file, old, new = house.file, house.pack, house.packs.get(pack_id)
    house.change(lambda work: cases.switch_pack(work, file, old, new))


async def test_a_new_case_is_of_parent_and_child_unless_another_way_is_chosen(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await on_top(app, TodayScreen)
        await pilot.press("ctrl+n")
        await on_top(app, FormDialog)
        assert app.screen.query_one(Choice).key == "parent-child"
        assert "‹ Parent and child ›" in screen_text(app)


async def test_the_way_of_working_is_switched_on_the_case_and_undone(house):
    film = add_film(house)
    clip = add_clip(house, film)
    house.change(lambda work: toggle_principle(work, clip.moment_id, "deepening.solves"))
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "case")
        await on_top(app, CaseHome)
        await settled(pilot)
        assert house.file.case.pack == "parent-child"
        field = screen.query_one("#way-of-working", ChoiceField)
        field.editor.focus()
        wanted = [key for key, _ in field.editor.choices].index("themed-programme")
        at = [key for key, _ in field.editor.choices].index("parent-child")
        await pilot.press(*["right" if wanted > at else "left"] * abs(wanted - at))
        await settled(pilot)
        await until(lambda: house.file.case.pack == "themed-programme")
        assert screen.pack.id == "themed-programme"
        assert "the helping question" not in screen_text(app)
        assert house.file.principles_of(clip.moment_id) == ("deepening.solves",)
        await pilot.press("f5")
        await on_top(app, ClipsScreen)
        await until(lambda: "deepening.solves" in screen_text(app))
        await pilot.press("f2")
        await on_top(app, CaseHome)
        await app.screen.action_undo()
        await until(lambda: house.file.case.pack == "parent-child")
        await until(lambda: app.screen.query_one("#way-of-working", ChoiceField).value == "parent-child")


async def test_opening_a_case_does_not_change_its_way_of_working(house):
    switch(house, "professional")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await house.open(app, "case")
        await on_top(app, CaseHome)
        await settled(pilot)
        assert app.screen.query_one("#way-of-working", ChoiceField).value == "professional"
        await app.screen.flush()
        assert house.file.case.pack == "professional"


async def test_a_visit_without_a_review_keeps_its_moments_for_the_next(house):
    switch(house, "themed-programme")
    give_consents(house)
    film = add_film(house, name="first.mp4")
    house.change(lambda work: mark(work, film, 12_000, 18_000))
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        await house.open(app, "clips")
        await on_top(app, ClipsScreen)
        await pilot.press("s")
        await until(lambda: any("chosen in cycle 2" in one.message for one in app._notifications))
        assert house.file.clips == ()
        await pilot.press("f7")
        await until(lambda: app.screen.here == "wrap-up")
        await pilot.press("f10")
        await until(lambda: len(house.file.cycles) == 2)
        await until(lambda: app.screen.here == "film")
        await pilot.press("f8")
        await on_top(app, ClipsScreen)
        await until(lambda: "first.mp4" in screen_text(app))
        assert "of an earlier visit" in screen_text(app)
        app.screen.query_one("#moments").focus()
        await pilot.press("s")
        await until(lambda: house.file.clips_of(house.file.cycle(2).id))
        assert house.file.clips[0].cycle_id == house.file.cycle(2).id


async def test_a_visit_that_only_films_closes_without_a_working_point(house):
    add_question(house, "to wait")
    switch(house, "one-working-point")
    file = house.file
    assert not file.working_points
    house.change(lambda work: wrap_up.close_cycle(work, file.cycle_now.id, needs_point=False))
    app = house.app()
    async with app.run_test(size=SIZE):
        await house.open(app, "case")
        await on_top(app, CaseHome)
        await until(lambda: "cycle 1  ✓ Goals  ✓ Film  – Clips  – Review  ✓ Wrap-up" in screen_text(app))
