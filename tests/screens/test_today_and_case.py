import asyncio
import threading
from datetime import date

import pytest

from tests.support.builders import NOW, SAMPLES, give_consents
from tests.support.waiting import on_top, screen_text, settled, until
from vigtui.domain.case import Case
from vigtui.domain.consent import Purpose
from vigtui.screens.case import CaseHome
from vigtui.screens.dialogs import FormDialog, PickDialog
from vigtui.screens.help import HelpScreen
from vigtui.screens.today import TodayScreen
from vigtui.services import cases
from vigtui.widgets.fields import Field
from vigtui.widgets.lists import RecordList

SIZE = (80, 24)


async def test_a_case_is_made_and_opened_by_keys(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await on_top(app, TodayScreen)
        await pilot.press("ctrl+n")
        await on_top(app, FormDialog)
        await pilot.press(*"L [9]", "f10")
        await on_top(app, CaseHome)
        await until(lambda: "L [9] · cycle 1 · Case" in screen_text(app))
        assert "saved 0" in screen_text(app) or "saved 1" in screen_text(app)


async def test_a_code_that_is_taken_is_refused_and_stays_on_the_screen(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+n", *"K17", "f10")
        await until(lambda: "There is a case “K17” already" in screen_text(app))
        assert isinstance(app.screen, FormDialog)
        await pilot.press("escape")
        assert "Press esc again" in screen_text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, TodayScreen)


async def test_typing_filters_and_escape_empties_the_filter(house):
    pack = house.pack
    house.change(lambda work: cases.new_case(work, "Willow", pack))
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await until(lambda: "Willow" in screen_text(app))
        await pilot.press(*"k17")
        assert "Willow" not in screen_text(app)
        await pilot.press(*"zzz")
        assert "No case fits" in screen_text(app)
        await pilot.press("escape")
        assert "Willow" in screen_text(app)


async def test_a_person_is_added_edited_and_removed_and_undo_brings_all_back(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await house.open(app, "case")
        await pilot.press("a", *"Oma [B]", "f10")
        await until(lambda: "Oma [B]" in screen_text(app))
        await pilot.press("enter", *" x", "f10")
        await until(lambda: "Oma [B] x" in screen_text(app))
        await pilot.press("x")
        await until(lambda: "Oma [B] x" not in screen_text(app))
        await pilot.press("u")
        await until(lambda: len(house.file.people) == 3)
        assert house.file.people[-1].name == "Oma [B] x"
        await pilot.press("ctrl+r")
        await until(lambda: len(house.file.people) == 2)


async def test_consent_is_given_with_its_end_and_withdrawn_with_a_reason(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "case")
        screen.query_one("#people", RecordList).choose(house.file.people[1].id)
        await pilot.press("c")
        await until(lambda: "Consent of Mia" in screen_text(app))
        await pilot.press("tab", "tab", "tab", *"2026-13-01", "f10")
        await until(lambda: "is not a date" in screen_text(app))
        for _ in range(10):
            await pilot.press("backspace")
        await pilot.press(*"2026-12-01", "f10")
        await until(lambda: house.file.consents)
        (consent,) = house.file.consents
        assert (consent.purpose, consent.given_by, consent.until) == (Purpose.THERAPY, "Anna", date(2026, 12, 1))
        await pilot.press("d")
        await until(lambda: "Withdraw consent of Mia" in screen_text(app))
        await pilot.press("f10")
        await until(lambda: "needs a few words" in screen_text(app))
        await pilot.press(*"asked", "f10")
        await until(lambda: house.file.consents[0].withdrawn_on)
        await until(lambda: "WITHDRAWN" in screen_text(app))


async def test_of_several_consents_one_is_chosen_to_withdraw(house):
    give_consents(house)
    give_consents(house, Purpose.SUPERVISION)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await house.open(app, "case")
        await pilot.press("d")
        await on_top(app, PickDialog)
        await pilot.press("2", *"why not", "f10")
        await until(lambda: any(one.withdrawn_on for one in house.file.consents))
        assert [one.purpose for one in house.file.consents if one.withdrawn_on] == [Purpose.SUPERVISION]


@pytest.mark.parametrize("words", SAMPLES)
async def test_words_come_back_as_typed_from_every_field_of_the_case(house, words):
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await house.open(app, "case")
        fields = list(screen.query(Field))
        for field in fields:
            field.put(f"{words}\x1b[31m\x07")
            field.send()
        await settled(pilot)
        case = house.file.case
        for name in ("relationship", "setting", "reason_client", "reason_referrer", "supervisor"):
            assert getattr(case, name) == f"{words}[31m"
        assert words.strip("\u200f")[:6] in screen_text(app)


async def test_undo_in_a_field_takes_one_stay_in_it_back(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "case")
        before = house.file.case.setting
        field = next(field for field in screen.query(Field) if field.label == "Setting")
        field.editor.focus()
        await pilot.press(*"at")
        await settled(pilot)
        await pilot.press(*" home")
        await settled(pilot)
        assert house.file.case.setting == "at home"
        await pilot.press("ctrl+z")
        await until(lambda: house.file.case.setting == before)
        assert field.value == before
        await pilot.press("ctrl+y")
        await until(lambda: house.file.case.setting == "at home")


async def test_another_programs_change_shows_up_by_itself(house):
    from vigtui.store.database import Library

    app = house.app()
    async with app.run_test(size=SIZE):
        await house.open(app, "case")
        other = Library(house.library.folder, actor="colleague", clock=lambda: NOW)
        try:
            other.change(lambda work: work.update(Case, house.case_id, setting="by a colleague"))
        finally:
            other.close()
        await until(lambda: "by a colleague" in screen_text(app), limit=5)


async def test_help_shows_the_keys_of_the_place(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await house.open(app, "case")
        await pilot.press("question_mark")
        await on_top(app, HelpScreen)
        assert "Record consent of the highlighted person." in screen_text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, CaseHome)


async def test_function_keys_go_round_the_whole_case(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        await house.open(app, "case")
        for key, place in (("f3", "Goals"), ("f4", "Film"), ("f5", "Clips"), ("f6", "Review"), ("f7", "Wrap-up")):
            await pilot.press(key)
            await until(lambda place=place: f"cycle 1 · {place}" in screen_text(app))
        await pilot.press("f8")
        await until(lambda: "cycle 1 · Goals" in screen_text(app))
        await pilot.press("escape", "escape")
        await on_top(app, TodayScreen)


async def test_a_fast_hand_never_outruns_the_focus(house):
    """All keys at once, as from a paste or over a slow line: each goes where it belongs."""
    from textual.events import Key

    app = house.app()
    async with app.run_test(size=SIZE):
        await house.open(app, "case")
        for letter in ("a", *"xcd", "f10", "f3"):
            app.post_message(Key(letter, letter if len(letter) == 1 else None))
        await until(lambda: "cycle 1 · Goals" in screen_text(app))
    assert [person.name for person in house.file.people] == ["Anna", "Mia", "xcd"]


async def test_a_screen_that_is_left_while_the_case_is_read_is_not_drawn(house):
    app = house.app()
    goes_on = threading.Event()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await house.open(app, "case")
        busy = asyncio.create_task(house.library.aread(lambda _: goes_on.wait(10)))
        reading = asyncio.create_task(screen.reload())
        await asyncio.sleep(0.05)
        await app.pop_screen()
        goes_on.set()
        await asyncio.gather(busy, reading)
        await pilot.pause()
    assert not screen.is_attached


async def test_a_dialog_stands_in_the_middle_with_the_page_behind_it(house):
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        await house.open(app, "case")
        await pilot.press("a")
        await on_top(app, FormDialog)
        box = app.screen.query_one(".dialog").region
        assert abs((140 - box.width) // 2 - box.x) <= 1
        assert abs((45 - box.height) // 2 - box.y) <= 1
        assert 0 < app.screen.styles.background.a < 1, "what lies below is dimmed, not hidden"


async def test_what_was_read_before_a_save_never_stands_in_the_place_of_what_was_typed(house):
    app = house.app()
    async with app.run_test(size=(80, 40)) as pilot:
        await house.open(app, "case")
        field = next(one for one in app.screen.query(Field) if one.label == "Setting")
        field.editor.focus()
        await pilot.press(*"tea")
        await until(lambda: house.file.case.setting == "tea" and not field.is_dirty)
        reading, read, may_go_on = house.library.aread, asyncio.Event(), asyncio.Event()

        async def arrives_late(job):
            result = await reading(job)
            if not read.is_set():
                read.set()
                await may_go_on.wait()
            return result

        house.library.aread = arrives_late
        again = asyncio.create_task(app.screen.reload())
        await asyncio.wait_for(read.wait(), 5)
        field.editor.insert_text_at_cursor(" time")
        assert await app.screen.flush()  # as the lock does it, or a signal
        may_go_on.set()
        await asyncio.wait_for(again, 5)
        assert field.value == "tea time"
        assert house.file.case.setting == "tea time"
