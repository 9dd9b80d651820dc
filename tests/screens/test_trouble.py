"""A library that cannot be written: the words stay on the screen with a sentence, and are written as soon as it can be."""

import asyncio
import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest

from tests.support.waiting import on_top, screen_text, settled, until
from vigtui.screens import base, keeping
from vigtui.screens.dialogs import FormDialog
from vigtui.store.database import FILE_NAME
from vigtui.widgets.fields import Field

WORDS = "She waits for her turn, looks up and smiles. " * 200


def pragma(library, words: str) -> int:
    """Ask on the library's own connection, where it lives."""
    return library._thread.submit(lambda: library._db.execute(f"PRAGMA {words}").fetchone() or (0,)).result()[0]


@contextmanager
def held(library):
    """Another program holds the library for longer than anybody waits."""
    pragma(library, "busy_timeout = 100")
    with closing(sqlite3.connect(library.folder / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(library):
    """The disk has no room for another page; SQLite says the same as of a real one (tests/store/test_programs.py)."""
    pragma(library, f"max_page_count = {pragma(library, 'page_count')}")
    yield
    pragma(library, "max_page_count = 4294967294")


@contextmanager
def read_only(library):
    """Nobody may write any more."""
    pragma(library, "query_only = 1")
    yield
    pragma(library, "query_only = 0")


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (held, "Another program is holding the library."),
        (full, "The disk is full or failing."),
        (read_only, "The library cannot be written to."),
    ],
)
async def test_words_that_cannot_be_written_stay_and_are_written_later(house, monkeypatch, trouble, said):
    monkeypatch.setattr(keeping, "AGAIN_AFTER", 0.2)
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await house.open(app, "goals")
        field = screen.query_one("#question")
        field.editor.focus()
        await pilot.pause()
        with trouble(house.library):
            field.put(WORDS)
            await pilot.press("!")
            await until(lambda: field.refused)
            assert said in field.refused
            assert "saved" not in screen_text(app).splitlines()[-1], "nothing is told that is not so"
            await pilot.press("?")
            await until(lambda: field.refused)
            assert sorted(field.value) == sorted(f"{WORDS}!?"), "and typing goes on"
            assert house.file.question is None
        await until(lambda: not field.is_dirty, limit=10)
        assert not field.refused
        assert sorted(house.file.question.words) == sorted(field.value)
        assert house.library.health() == "ok"


async def test_what_is_typed_while_a_save_takes_long_is_seen_and_it_is_said_why(house, monkeypatch):
    """A screen draws nothing while it answers one of its own messages, and another program may hold the library for ten seconds."""
    monkeypatch.setattr(base, "SLOW", 0.5)
    app = house.app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        screen = await house.open(app, "goals")
        field = screen.query_one("#question")
        field.editor.focus()
        await pilot.pause()
        with closing(sqlite3.connect(house.library.folder / FILE_NAME, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            app.simulate_key("H")
            await asyncio.sleep(0.3)  # it is being saved now
            for key in "ow?":
                app.simulate_key(key)
            await until(lambda: "How?" in screen_text(app), limit=2)
            assert "saving …" in screen_text(app).splitlines()[-1]
            await until(lambda: "may be holding it" in " ".join(screen_text(app).split()), limit=4)
            assert not other.execute("SELECT words FROM helping_questions").fetchall()
            other.execute("ROLLBACK")
        await settled(pilot)
        assert house.file.question.words == "How?"
        assert "saved" in screen_text(app).splitlines()[-1]


async def test_a_screen_that_is_left_while_a_save_takes_long_waits_for_it(house):
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await house.open(app, "goals")
        screen.query_one("#question").editor.focus()
        await pilot.pause()
        with closing(sqlite3.connect(house.library.folder / FILE_NAME, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            app.simulate_key("H")
            await asyncio.sleep(0.3)
            app.simulate_key("i")
            app.simulate_key("f2")
            await asyncio.sleep(0.5)
            assert app.screen is screen
            other.execute("ROLLBACK")
        await until(lambda: app.screen is not screen and "People and consents" in screen_text(app))
        assert house.file.question.words == "Hi"


async def test_a_form_that_is_typed_into_while_its_draft_takes_long_is_seen(house):
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await house.open(app, "goals")
        app.screen.query_one("#goals").focus()
        await pilot.press("a")
        await on_top(app, FormDialog)
        with closing(sqlite3.connect(house.library.folder / FILE_NAME, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            app.simulate_key("H")
            await asyncio.sleep(0.3)
            for key in "ow?":
                app.simulate_key(key)
            await until(lambda: "How?" in screen_text(app), limit=2)
            other.execute("ROLLBACK")
        await until(lambda: [one.typed[0].words for one in house.library.read(lambda work: work.drafts())] == ["How?"])


async def test_what_is_taken_back_while_it_is_being_saved_is_saved_too(house):
    """At that moment the words are what was saved last; a moment later they are not."""
    app = house.app()
    go_on = threading.Event()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await house.open(app, "case")
        field = next(one for one in screen.query(Field) if one.label == "Setting")
        field.editor.focus()
        await pilot.press("a", "b")
        await settled(pilot)
        house.library._thread.submit(go_on.wait, 10)  # whatever is saved now waits
        await pilot.press("c")
        await until(lambda: field.value == "abc" and field._timer is None)
        field.editor.value = "ab"
        field.key_typed()
        assert not field.is_dirty
        go_on.set()
        await until(lambda: field._sent == "abc")
        await until(lambda: not field.is_dirty)
        assert house.file.case.setting == "ab"
        assert field.value == "ab"


async def test_typing_on_while_a_save_takes_long_is_no_other_programs_text(house):
    """A slow disk: several edits are taken before the first one is written."""
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await house.open(app, "goals")
        field = screen.query_one("#question")
        field.editor.focus()
        await pilot.pause()
        pragma(house.library, "busy_timeout = 5000")
        for words in ("How can ", "I tell ", "what she ", "wants?"):
            with closing(sqlite3.connect(house.library.folder / FILE_NAME, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                for letter in words:
                    field.editor.insert(letter)
                    await asyncio.sleep(0.05)
                other.execute("ROLLBACK")
            await asyncio.sleep(0.05)
        await settled(pilot)
        assert house.file.question.words == field.value == "How can I tell what she wants?"
        assert not field.refused
