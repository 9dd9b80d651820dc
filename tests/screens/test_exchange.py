"""Export, import and bundles by keys."""

import threading

import pytest

from tests.support.builders import NOW, House, add_clip, add_film, give_consents
from tests.support.waiting import on_top, screen_text, until
from vigtui.domain.moment import Moment
from vigtui.interchange import age
from vigtui.interchange.tools import BundleTools
from vigtui.screens.case import CaseHome
from vigtui.screens.dialogs import FormDialog
from vigtui.screens.errand import ErrandScreen, run_errand
from vigtui.screens.exchange import ToldDialog
from vigtui.screens.today import TodayScreen
from vigtui.services import bundling
from vigtui.store.database import Library

SIZE = (80, 24)


@pytest.fixture
def film(house: House, monkeypatch, tmp_path):
    """A film with one clip on it, its file in place."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(age, "WORK_FACTOR", 4)
    made = add_film(house)
    add_clip(house, made)
    place = house.library.folder / made.location
    place.parent.mkdir(mode=0o700)
    place.write_bytes(b"no film, but a file")
    return made


class NoFilms:
    """Media tools for films that are not at hand."""

    def frame_times(self, source, *, track=None, limit):
        return ()


def nothing(done: int, total: int) -> None:
    """Nobody looks at the progress."""


def typed(words: str) -> list[str]:
    names = {"/": "slash", "-": "minus", ".": "full_stop", " ": "space", "_": "underscore"}
    return [names.get(letter, letter) for letter in words]


async def fill(pilot, words: str) -> None:
    """Replace what stands in the field that has the focus."""
    pilot.app.focused.value = ""
    await pilot.press(*typed(words))


async def test_moments_are_exported_through_the_consent_gate(house, film, tmp_path):
    app = house.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await house.open(app, "case")
        await pilot.press("o")
        await on_top(app, FormDialog)
        await pilot.press("f10")
        await until(lambda: "Anna for therapy" in screen_text(app))
        assert not list(tmp_path.glob("*.eaf"))
        give_consents(house)
        await pilot.press("f10")
        await on_top(app, CaseHome)
        assert "<ANNOTATION_DOCUMENT" in (tmp_path / "K17-cycle-1-film-1.eaf").read_text("utf-8")
        await pilot.press("o")
        await on_top(app, FormDialog)
        await pilot.press("right", "right", "f10")
        await on_top(app, CaseHome)
        assert (tmp_path / "K17-cycle-1-film-1.vtt").read_text("utf-8").startswith("WEBVTT - K17")


async def test_moments_are_imported_and_what_was_skipped_is_shown(house, film, tmp_path):
    (tmp_path / "a b.csv").write_text("in,out,note\n1,2,[b]one[/b]\n9,3,turned\n")
    app = house.app(NoFilms())
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await house.open(app, "case")
        await pilot.press("i")
        await on_top(app, FormDialog)
        app.focused.value = "'gone.csv'"
        await pilot.press("f10")
        await until(lambda: "The file is not there" in screen_text(app))
        app.focused.value = f"'{tmp_path}/a b.csv'"
        await pilot.press("f10")
        await on_top(app, ToldDialog)
        assert "1 moment was added." in screen_text(app)
        assert "Skipped line 3: It ends before it begins." in screen_text(app)
        await pilot.press("enter", "u")
        await until(lambda: len(house.file.moments) == 1)
        await pilot.press("ctrl+r")
        await until(lambda: {one.note for one in house.file.moments} == {"", "[b]one[/b]"})


async def test_a_case_goes_out_is_read_only_and_comes_back(house, film, tmp_path):
    give_consents(house)
    target = tmp_path / f"K17-{NOW:%Y-%m-%d}.age"
    app = house.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await house.open(app, "case")
        await pilot.press("b", "1")
        await on_top(app, FormDialog)
        await pilot.press("tab", *"four words", "tab", *"fear words", "f10")
        await until(lambda: "The two passphrases differ" in screen_text(app))
        assert "four words" not in screen_text(app)
        await fill(pilot, "four words")
        await pilot.press("f10")
        await until(target.is_file)
        await until(lambda: app.screen is screen)
        await until(lambda: "Out since" in screen_text(app))
        assert house.library.read(lambda work: bundling.is_out(work, house.case_id))
        await pilot.press("h")
        await until(lambda: "This case is out" in screen_text(app), limit=8)
        other = Library(tmp_path / "other", actor="on the road")
        bundling.check_in(other, BundleTools(), target, "four words", nothing)
        marked = house.file.moments[0].id
        other.change(lambda work: work.update(Moment, marked, note="on the train"))
        back = tmp_path / "back.age"
        bundling.check_out(other, BundleTools(), "K17", back, bundling.Order("other words"), nothing)
        other.close()
        await pilot.press("b", "1")
        await on_top(app, FormDialog)
        app.focused.value = str(back)
        await pilot.press("tab", *"other words", "f10")
        await until(lambda: "Out since" not in screen_text(app) and app.screen is screen)
        await until(lambda: house.file.moments[0].note == "on the train")


async def test_every_screen_of_a_case_that_is_out_can_be_looked_at(house, film, tmp_path):
    give_consents(house)

    bundling.check_out(house.library, BundleTools(), "K17", tmp_path / "k.age", bundling.Order("words"), nothing)
    app = house.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await house.open(app, "case")
        for key in ("f3", "f4", "f5", "f6", "f7", "p", "e", "f2"):
            await pilot.press(key)
        await on_top(app, CaseHome)
        await pilot.press("b", "2")
        await on_top(app, FormDialog)
        await pilot.press("f10")
        await until(lambda: "needs a few words" in screen_text(app))
        await pilot.press(*"lost", "f10")
        await until(lambda: "Out since" not in screen_text(app))
        assert house.library.read(lambda work: bundling.is_out(work, house.case_id)) is None


async def test_a_bundle_is_taken_in_from_today_and_a_wrong_passphrase_is_told(house, film, tmp_path):
    give_consents(house)
    bundling.check_out(house.library, BundleTools(), "K17", tmp_path / "k.age", bundling.Order("right words"), nothing)
    other = House(Library(tmp_path / "other", actor="B", clock=lambda: NOW), house.packs, house.case_id)
    app = other.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await on_top(app, TodayScreen)
        for words in ("wrong words", "right words"):
            await pilot.press("f4")
            await on_top(app, FormDialog)
            app.focused.value = str(tmp_path / "k.age")
            await pilot.press("tab", *words, "f10")
            await on_top(app, TodayScreen)
            if words == "wrong words":
                await until(lambda: "cannot be opened with this passphrase" in screen_text(app).replace("\n", " "))
        await until(lambda: "K17" in screen_text(app).split("F1")[0])
    assert other.file.moments == house.file.moments


async def test_an_errand_goes_on_behind_other_screens_and_can_be_stopped(house, film, tmp_path):
    going, ended = threading.Event(), []

    def job(step):
        for done in range(10_000):
            going.wait(0.01)
            try:
                step(done, 10_000)
            except BaseException:
                ended.append(done)
                raise
        return "done"

    app = house.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await house.open(app, "case")
        run_errand(app, app.desk, "Checking case K17 out", job)
        await on_top(app, ErrandScreen)
        await until(lambda: "0 %" in screen_text(app))
        await pilot.press("escape", "f3")
        await until(lambda: "Goals" in screen_text(app))
        assert app.desk.errand.is_busy
        await pilot.press("f2", "b")
        await on_top(app, ErrandScreen)
        await pilot.press("x")
        await until(lambda: "It was stopped." in screen_text(app))
        assert ended
        assert not app.desk.errand.is_busy
        run_errand(app, app.desk, "Again", job)  # and closing vigtui stops it too
    assert len(ended) == 2
