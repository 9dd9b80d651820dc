"""Writing the review sheet and the record of strengths from their screens."""

from pathlib import Path

import pytest

from tests.support.builders import add_clip, add_film, add_question, give_consents
from tests.support.waiting import on_top, screen_text, until
from vigtui.domain.audit import Export
from vigtui.screens.dialogs import FormDialog
from vigtui.screens.writing import file_name
from vigtui.services import wrap_up


@pytest.fixture
def home(tmp_path, monkeypatch):
    made = tmp_path / "home"
    made.mkdir()
    monkeypatch.setenv("HOME", str(made))
    return made


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_the_sheet_goes_to_the_home_folder_unless_said(house, home, size):
    add_question(house, "I wait")
    give_consents(house)
    add_clip(house, add_film(house))
    app = house.app()
    async with app.run_test(size=size, notifications=True) as pilot:
        await house.open(app, "review")
        await pilot.press("w")
        await on_top(app, FormDialog)
        await pilot.press("f10")
        target = home / "review-K17-cycle-1.html"
        await until(target.is_file)
        await until(lambda: "Written:" in screen_text(app))
        assert "What do you notice?" in target.read_text("utf-8")
        await pilot.press("u")
        await until(lambda: "to undo" in screen_text(app) or "Undone" in screen_text(app))
        assert len(house.library.read(lambda work: work.find(Export))) == 1


@pytest.mark.parametrize(
    ("here", "name", "title"),
    [("progress", "progress-K17-cycle-1.html", "Progress"), ("ending", "strengths-K17-cycle-1.html", "What we saw")],
)
async def test_progress_and_ending_write_their_pages(house, home, here, name, title):
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await house.open(app, here)
        await pilot.press("w")
        await on_top(app, FormDialog)
        await pilot.press("f10")
        await until((home / name).is_file)
        assert f'<h1 dir="auto">{title}' in (home / name).read_text("utf-8")


async def test_the_record_of_strengths_is_written_in_the_format_of_the_name(house, home):
    cycle = house.file.cycle_now
    house.change(lambda work: wrap_up.add_strength(work, house.case_id, cycle.id, "I [can] wait"))
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await house.open(app, "wrap-up")
        await pilot.press("w")
        await on_top(app, FormDialog)
        dialog = app.screen
        for name, told in (
            ("", "needs a file"),
            ("~/page", "what kind of page"),
            ("~/none/page.txt", "folder for the page"),
        ):
            dialog._editors["to"].value = name
            await pilot.press("f10")
            await until(lambda told=told: told in " ".join(screen_text(app).replace("│", " ").split()))
        dialog._editors["to"].value = "~/page.txt"
        await pilot.press("f10")
        await until(lambda: app.screen is not dialog)
    assert "  | I [can] wait\n" in Path(home / "page.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("code", "name"),
    [("K17", "review-K17-cycle-2.html"), ("a/b [c]", "review-a-b-c-cycle-2.html"), ("../..", "review-cycle-2.html")],
)
def test_the_name_is_neutral_and_fit_for_a_file(code, name):
    assert file_name("review", code, 2) == name
