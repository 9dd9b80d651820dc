"""The lock, the door, the history, and where one was cut off."""

import asyncio
from contextlib import closing

import pytest

from tests.support.builders import NOW, add_question, build_house
from tests.support.waiting import on_top, screen_text, until
from vigtui import crash, guard
from vigtui.domain.audit import AuditEntry
from vigtui.domain.errors import LibraryDamaged
from vigtui.door import DoorApp
from vigtui.screens.lock import LockScreen, PassphraseDialog
from vigtui.screens.past import HistoryScreen
from vigtui.screens.today import TodayScreen
from vigtui.store.connecting import FILE_NAME, connect
from vigtui.store.database import Library

PASSPHRASE = "four words in a row"  # noqa: S105


@pytest.fixture
def closed(tmp_path):
    """A house whose library is closed by a passphrase."""
    Library(tmp_path / "library", actor="RB", clock=lambda: NOW, passphrase=PASSPHRASE).close()
    made = build_house(tmp_path / "library", passphrase=PASSPHRASE)
    yield made
    made.library.close()


async def unlock(app, pilot, words=PASSPHRASE):
    app.screen.query_one("#passphrase").value = words
    await pilot.press("enter")
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_ctrl_l_covers_everything_and_keeps_what_was_typed(closed, size):
    add_question(closed, "I wait")
    app = closed.app()
    async with app.run_test(size=size, notifications=True) as pilot:
        await closed.open(app, "goals")
        await pilot.pause()
        app.screen.query_one("#question").editor.focus()
        await pilot.press("end", "X", "Y", "ctrl+l")
        await until(lambda: app.is_locked)
        app.notify("Mia was here", markup=False)
        await pilot.pause()
        shown = screen_text(app)
        assert "vigtui is locked" in shown
        assert not any(word in shown for word in ("K17", "Mia", "Goals", "I wait"))
        for key in ("ctrl+p", "ctrl+l", "f1", "escape", "ctrl+n"):
            await pilot.press(key)
        assert app.is_locked
        await unlock(app, pilot, "Four words in a row")
        assert app.is_locked
        assert "not the passphrase" in screen_text(app)
        await unlock(app, pilot)
        await until(lambda: not app.is_locked)
        assert "Mia was here" in screen_text(app), "a notice waited"
    assert "XY" in closed.file.question.words or closed.file.question.words.endswith("XY")


async def test_it_covers_at_once_while_another_program_holds_the_library(closed):
    """A family may be in the door; what was typed is written when that is possible."""
    app = closed.app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await closed.open(app, "goals")
        screen.query_one("#question").editor.focus()
        await pilot.pause()
        with closing(connect(closed.library.folder / FILE_NAME, PASSPHRASE)) as other:
            other.execute("BEGIN IMMEDIATE")
            app.simulate_key("I")
            await asyncio.sleep(0.3)
            app.simulate_key("n")
            app.simulate_key("ctrl+l")
            await until(lambda: "vigtui is locked" in screen_text(app), limit=2)
            assert not other.execute("SELECT words FROM helping_questions").fetchall()
            other.execute("ROLLBACK")
        await until(lambda: closed.file.question and closed.file.question.words == "In")
        await unlock(app, pilot)
        await until(lambda: not app.is_locked)


async def test_the_film_stops_and_a_dialog_is_covered_too(closed, tmp_path):
    app = closed.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+n")
        await until(lambda: "New case" in screen_text(app))
        player = app.desk.player
        (tmp_path / "film.mp4").write_bytes(b"film")
        await player.open(tmp_path / "film.mp4", playing=True)
        assert player.state.playing
        await pilot.press("ctrl+l")
        await until(lambda: app.is_locked)
        assert not player.state.playing
        assert "New case" not in screen_text(app)
        await unlock(app, pilot)
        await until(lambda: "New case" in screen_text(app))


async def test_it_locks_itself_when_nobody_is_there_but_not_while_a_film_plays(closed, tmp_path):
    app = closed.app()
    (tmp_path / "film.mp4").write_bytes(b"film")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        long = app.desk.settings.lock_minutes * 60
        app._touched = guard.now() - long + 30
        await app._look_at_the_clock()
        assert not app.is_locked
        await app.desk.player.open(tmp_path / "film.mp4", playing=True)
        app._touched = guard.now() - long - 30
        await app._look_at_the_clock()
        assert not app.is_locked, "a family watches"
        await app.desk.player.pause()
        await app._look_at_the_clock()
        assert not app.is_locked, "and has watched until now"
        app._touched = guard.now() - long - 30
        await app._look_at_the_clock()
        await until(lambda: app.is_locked)


@pytest.mark.parametrize("woken_by", ["a look", "a key"])
@pytest.mark.parametrize("plays", [False, True])
async def test_it_is_covered_when_the_computer_has_slept(closed, tmp_path, monkeypatch, plays, woken_by):
    """Somebody else may open the lid, with any key; a film that was on is no family that watches."""
    app = closed.app()
    (tmp_path / "film.mp4").write_bytes(b"film")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        await app.desk.player.open(tmp_path / "film.mp4", playing=plays)
        await app._look_at_the_clock()
        assert not app.is_locked
        hours_later = guard.now() + 3 * 3600
        monkeypatch.setattr(guard, "now", lambda: hours_later)
        await (app._look_at_the_clock() if woken_by == "a look" else pilot.press("x"))
        await until(lambda: "vigtui is locked" in screen_text(app))
        assert not app.desk.player.state.playing
        await unlock(app, pilot)
        await until(lambda: not app.is_locked)


async def test_without_a_passphrase_ctrl_l_offers_one_and_nothing_locks_by_itself(house):
    app = house.app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app._touched = -1e9
        await app._look_at_the_clock()
        assert not isinstance(app.screen, LockScreen | PassphraseDialog)
        await pilot.press("ctrl+l")
        await on_top(app, PassphraseDialog)
        for first, again in (("short", "short"), (PASSPHRASE, "another one"), (PASSPHRASE, PASSPHRASE)):
            assert not house.library.is_encrypted
            app.screen.query_one("#first").focus()
            app.screen.query_one("#first").value = first
            await pilot.press("enter")
            app.screen.query_one("#again").value = again
            await pilot.press("enter")
            await pilot.pause()
        await until(lambda: not isinstance(app.screen, PassphraseDialog), limit=20)
        assert house.library.is_encrypted
        await pilot.press("ctrl+l")
        await until(lambda: app.is_locked)


async def test_the_door_opens_with_the_passphrase_alone(closed):
    closed.library.close()
    tried = []

    def opener(typed):
        tried.append(typed)
        return Library(closed.library.folder, actor="RB", passphrase=typed)

    app = DoorApp(opener, theme="vigtui-dark")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "closed by a passphrase" in screen_text(app))
        await unlock(app, pilot, "wrong words")
        await until(lambda: "does not open" in screen_text(app))
        await unlock(app, pilot)
        await until(lambda: app.return_value is not None)
    assert tried == ["wrong words", PASSPHRASE]
    assert app.return_value.is_encrypted
    app.return_value.close()


async def test_what_hinders_opening_comes_out_of_the_door():
    def opener(typed):
        raise LibraryDamaged

    app = DoorApp(opener, theme="vigtui-dark")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await unlock(app, pilot)
        await until(lambda: isinstance(app.return_value, LibraryDamaged))


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_the_history_tells_what_was_done_when_and_by_whom(house, size):
    add_question(house, "I [can] wait")
    app = house.app()
    async with app.run_test(size=size) as pilot:
        await house.open(app, "case")
        await pilot.press("u")
        await until(lambda: not house.library.read(lambda work: work.find(AuditEntry, action="none")))
        await pilot.press("U")
        await on_top(app, HistoryScreen)
        await until(lambda: "goal 1 added" in screen_text(app))
        assert "RB" in screen_text(app)
        assert "undone" in screen_text(app)
        await pilot.press("escape")
        await until(lambda: not isinstance(app.screen, HistoryScreen))


async def test_the_next_start_goes_on_where_it_was_cut_off(house):
    first = house.app()
    async with first.run_test(size=(80, 24)):
        await house.open(first, "goals")
        await until(lambda: first.desk.sitting and first.desk.sitting.place == "goals")
    again = build_again(house)
    app = again.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "F5 goes on where vigtui was cut off: K17, goals, cycle 1" in screen_text(app))
        await pilot.press("f5")
        await until(lambda: "Helping question" in screen_text(app))
        await pilot.press("ctrl+q")
    third = build_again(house)
    app = third.app()
    async with app.run_test(size=(80, 24)):
        await until(lambda: "K17" in screen_text(app))
        assert "cut off" not in screen_text(app)
    fourth = build_again(house)
    opened = fourth.library.read(lambda work: work.find(AuditEntry, action="case opened"))
    assert len(opened) == 2, "each sitting that opened the case is in the audit trail once"
    fourth.library.close()


def build_again(house):
    from tests.support.builders import House

    return House(Library(house.library.folder, actor="RB", clock=lambda: NOW), house.packs, house.case_id)


def test_a_crash_report_holds_places_and_versions_and_is_private(tmp_path):
    try:
        raise ValueError("Mia hides")
    except ValueError as error:
        file = crash.write_report(tmp_path, error)
    words = file.read_text()
    assert "ValueError" in words
    assert "test_a_crash_report_holds_places_and_versions_and_is_private (test_lock.py:" in words
    assert "Mia" not in words
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert crash.write_report(tmp_path / "gone", ValueError("x")) is None


@pytest.mark.parametrize("key", ["escape", "enter"])
async def test_a_new_library_is_offered_a_passphrase_once_and_goes_without(tmp_path, key):
    made = build_house(tmp_path / "library")
    app = made.app(is_new=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_top(app, PassphraseDialog)
        assert "Your new library" in screen_text(app)
        assert "no passphrase now" in screen_text(app)
        if key == "enter":
            app.screen.query_one("#first").value = PASSPHRASE
            await pilot.press("enter")
            app.screen.query_one("#again").value = PASSPHRASE
        await pilot.press(key)
        await until(lambda: isinstance(app.screen, TodayScreen), limit=20)
        assert made.library.is_encrypted is (key == "enter")
        await until(lambda: "K17" in screen_text(app))
    made.library.close()


async def test_a_library_that_is_closed_already_is_not_asked(closed):
    app = closed.app(is_new=True)
    async with app.run_test(size=(80, 24)):
        await until(lambda: "K17" in screen_text(app))
        assert isinstance(app.screen, TodayScreen)
