import os
import subprocess
import threading
from pathlib import Path

import pytest
from textual.events import Paste

from tests.support.builders import CODE, SAMPLES, add_film, give_consents
from tests.support.waiting import on_top, screen_text, settled, until
from vigtui.domain.errors import FilmError, TimeUnreadable
from vigtui.screens.film_paths import as_word, complete, look, read_paths, to_typed
from vigtui.screens.pick_film import PathInput, PickFilm
from vigtui.services import films
from vigtui.widgets.lists import TickList
from vigtui.wiring import MediaTools

SIZE = (80, 24)
REAL = Path(__file__).parents[2].parent / "shared" / "media"
SIDEWAYS = REAL / "iphone6_rot90_gps.mov"
TOLD = ("activity", "place", "with_whom", "instruction", "theme")


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A film of one second with sound, in a folder with spaces; beside it another, one that is hidden, and no films."""
    folder = tmp_path_factory.mktemp("the card") / "My Films"
    folder.mkdir()
    file = folder / "tea time.mp4"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=d=1:s=160x120:r=10", "-f", "lavfi"]
    command += ["-i", "sine=d=1", "-pix_fmt", "yuv420p", str(file)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    command = ["ffmpeg", "-v", "error", "-i", str(file), "-c", "copy", str(folder / "dinner.mkv")]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    (folder / ".hidden.mp4").write_bytes(b"x")
    (folder / "letter.txt").write_bytes(b"x")
    (folder / "empty.mp4").write_bytes(b"")
    return file


async def add_paths(pilot, screen, typed: str):
    screen.query_one("#films").focus()
    await pilot.press("a")
    dialog = pilot.app.screen
    assert isinstance(dialog, PickFilm)
    dialog.query_one(PathInput).value = typed
    await pilot.press("enter")
    await until(lambda: pilot.app.screen is screen)


async def test_plan_and_notes_come_back_exactly(house):
    app = house.app()
    typed = {name: SAMPLES[i % len(SAMPLES)] for i, name in enumerate(TOLD)}
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await house.open(app, "film")
        for name, words in typed.items():
            screen.query_one(f"#{name} Input").value = words
        screen.query_one("#afterwards TextArea").text = "\n".join(SAMPLES)
        await settled(pilot)
        for words in SAMPLES:
            screen.action_note()
            await pilot.pause()
            app.screen._editors["words"].value = f"03:12 {words}"
            await app.screen.action_keep()
            await until(lambda: app.screen is screen)
        again = await house.open(app, "film")
        await until(lambda: again.query_one("#notes").option_count == len(SAMPLES))
        assert {name: again.query_one(f"#{name} Input").value for name in TOLD} == typed
        assert again.query_one("#afterwards TextArea").text == "\n".join(SAMPLES)
        notes = again.query_one("#notes")
        assert [words in notes.get_option_at_index(i).prompt.plain for i, words in enumerate(SAMPLES)] == [True] * 4
    plan = house.file.plans[0]
    assert {name: getattr(plan, name) for name in TOLD} == typed
    assert plan.afterwards == "\n".join(SAMPLES)
    assert [(note.at_ms, note.words) for note in house.file.film_notes] == [(192_000, words) for words in SAMPLES]


async def test_out_of_the_plan_a_adds_a_film(house):
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await house.open(app, "film")
        await pilot.press("t", "e", "a", "escape")
        await until(lambda: screen.focused is None)
        await pilot.press("a")
        await on_top(app, PickFilm)
        await pilot.press("escape")
        await until(lambda: app.screen is screen)
        assert screen.query_one("#activity Input").value == "tea"


async def test_a_day_is_kept_and_what_is_none_is_refused(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "film")
        day = screen.query_one("#planned_on Input")
        day.focus()
        day.value = "2026-05-3"
        await pilot.pause()
        assert "is not a date" not in screen_text(app)
        day.value = "2026-05-32"
        await until(lambda: "“2026-05-32” is not a date." in screen_text(app))
        await pilot.press("f3")
        await pilot.pause()
        assert app.screen is screen
        day.value = "2026-05-30"
        await until(lambda: str(house.file.plans[0].planned_on) == "2026-05-30")
        await until(lambda: "is not a date" not in screen_text(app))


async def test_ticks_are_kept_and_follow_undo(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "film")
        ticks = screen.query_one("#checklist", TickList)
        ticks.focus()
        await pilot.press("space")
        await until(lambda: house.file.plans[0].checked == ("consent",))
        await until(lambda: "◉" in ticks.get_option_at_index(0).prompt.plain)
        await pilot.press("u")
        await until(lambda: house.file.plans[0].checked == () and "◉" not in ticks.get_option_at_index(0).prompt.plain)


async def test_consent_of_everyone_is_told(house):
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await house.open(app, "film")
        await pilot.pause()
        assert "Mia: not live, none was recorded" in screen_text(app)
        give_consents(house)
        await screen.reload()
        await until(lambda: "Mia: live" in screen_text(app))


async def test_a_film_is_copied_with_everyone_seen(house, film):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "film")
        await add_paths(pilot, screen, str(film))
        await until(lambda: house.file.films and screen.query_one("#films").highlighted_id, limit=20)
        taken = house.file.films[0]
        assert (taken.original_name, taken.width, taken.has_sound) == ("tea time.mp4", 160, True)
        copy = films.path_of(house.library.folder, taken)
        assert copy.read_bytes() == film.read_bytes()
        assert [person.name for person in house.file.seen_in(taken.id)] == ["Anna", "Mia"]
        await until(lambda: "00:01, 160×120, 10 fps constant, sound" in screen_text(app))
        await pilot.press("e", "down", "space", "escape")
        await until(lambda: [person.name for person in house.file.seen_in(taken.id)] == ["Anna"])
        await pilot.press("x")
        await until(lambda: not house.file.films)
        await pilot.press("u")
        await until(lambda: len(house.file.films) == 1 and house.file.seen_in(taken.id))


if SIDEWAYS.is_file():

    async def test_a_sideways_film_may_stay_where_it_is(house):
        app = house.app()
        async with app.run_test(size=SIZE) as pilot:
            screen = await house.open(app, "film")
            screen.query_one("#films").focus()
            await pilot.press("a")
            app.screen.query_one("#how").focus()
            await pilot.press("right")
            app.screen.query_one(PathInput).value = SIDEWAYS.as_uri()
            await pilot.press("f10")
            await until(lambda: house.file.films, limit=20)
            taken = house.file.films[0]
            assert films.path_of(house.library.folder, taken) == SIDEWAYS
            assert not list(house.library.folder.glob("films/*"))
            await until(lambda: f"{taken.width}×{taken.height}" in screen_text(app))
            assert taken.height > taken.width


async def test_several_films_one_after_another_and_refusals_stay(house, film):
    second = film.with_name("dinner.mkv")
    typed = f"'{film}' {second.as_uri()} '{film.with_name('empty.mp4')}'"
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await house.open(app, "film")
        await add_paths(pilot, screen, typed)
        await until(lambda: [one.original_name for one in house.file.films] == ["tea time.mp4", "dinner.mkv"], limit=20)
        await until(lambda: "! empty.mp4 is empty." in screen.query_one("#refused").content.plain)
        await add_paths(pilot, screen, str(film))
        await until(lambda: "in the case already, as film 1" in screen.query_one("#refused").content.plain)
        assert len(house.file.films) == 2
        assert len(list(house.library.folder.glob("films/*"))) == 2


class HeldMedia(MediaTools):
    """The real tools, with a door in front of the copying."""

    def __init__(self):
        self.door = threading.Event()
        self.waits = threading.Event()

    def take_in(self, source, folder, *, name, progress=None, cancelled=None):
        progress(500_000, 2_000_000)
        self.waits.set()
        while not self.door.wait(0.01):
            if cancelled():
                raise FilmError("You stopped it.", "What was copied is kept.")
        return super().take_in(source, folder, name=name, progress=progress, cancelled=cancelled)


async def test_copying_goes_on_elsewhere_and_says_when_it_is_done(house, film):
    media = HeldMedia()
    app = house.app(media)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await house.open(app, "film")
        await add_paths(pilot, screen, str(film))
        await until(lambda: media.waits.is_set())
        await until(lambda: "copying tea time.mp4: 25 %, 0.5 of 2.0 MB" in screen.query_one("#intake").content.plain)
        await pilot.press("f2")
        await until(lambda: app.screen.here == "case")
        media.door.set()
        await until(lambda: house.file.films, limit=20)
        await until(lambda: f"{CODE}, cycle 1: film 1 was added." in screen_text(app))


async def test_copying_is_stopped_and_goes_on_when_added_again(house, film):
    media = HeldMedia()
    app = house.app(media)
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "film")
        await add_paths(pilot, screen, f"'{film}' '{film.with_name('empty.mp4')}'")
        await until(lambda: media.waits.is_set())
        await pilot.press("c")
        await until(lambda: "You stopped it." in screen.query_one("#refused").content.plain)
        assert "empty.mp4: It was not begun" in screen.query_one("#refused").content.plain
        assert not house.file.films
        media.door.set()
        await add_paths(pilot, screen, str(film))
        await until(lambda: house.file.films, limit=20)
        assert not screen.query_one("#refused").content.plain


async def test_leaving_the_app_stops_the_copying(house, film):
    media = HeldMedia()
    app = house.app(media)
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "film")
        await add_paths(pilot, screen, str(film))
        await until(lambda: media.waits.is_set())
    assert not house.file.films


async def test_films_are_found_by_walking(house, film):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "film")
        screen.query_one("#films").focus()
        await pilot.press("a")
        typed = app.screen.query_one(PathInput)
        typed.value = str(film.parent.parent) + "/my"
        await until(lambda: "My Films/" in screen_text(app))
        await pilot.press("tab")
        await until(lambda: typed.value == f"{film.parent}/")
        await until(lambda: "tea time.mp4" in screen_text(app))
        shown = screen_text(app)
        assert ".hidden" not in shown
        assert "letter.txt" not in shown
        app.screen.query_one("#listing").highlighted = app.screen.query_one("#listing").option_count - 1
        await pilot.press("enter")
        await until(lambda: app.screen.query_one("#chosen").display)
        await pilot.press("f10")
        await until(lambda: house.file.films, limit=20)


async def test_a_card_that_is_plugged_in_is_listed(house, film, monkeypatch):
    card = film.parent
    plugged: list[Path] = []
    monkeypatch.setattr("vigtui.screens.film_paths.plugged_in", lambda: plugged)
    monkeypatch.setattr("vigtui.screens.pick_film._LOOK_EVERY", 0.05)
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "film")
        screen.query_one("#films").focus()
        await pilot.press("a")
        await until(lambda: "in " in screen_text(app))
        assert "plugged in" not in screen_text(app)
        plugged.append(card)
        await until(lambda: "My Films/  plugged in, at" in screen_text(app))
        await pilot.press("pageup", "down")
        await until(lambda: app.screen.query_one("#listing").highlighted_id == "disk 0")
        await pilot.press("enter")
        await until(lambda: app.screen.query_one(PathInput).value == f"{card}/")
        await until(lambda: "tea time.mp4" in screen_text(app))


async def test_copied_films_are_deleted_from_the_card_after_a_question(house, film, tmp_path):
    card = tmp_path / "card"
    card.mkdir()
    sources = [card / "one.mp4", card / "two.mkv"]
    for source, there in zip(sources, (film, film.with_name("dinner.mkv")), strict=True):
        source.write_bytes(there.read_bytes())
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await house.open(app, "film")
        screen.query_one("#films").focus()
        await pilot.press("D")
        assert app.screen is screen, "nothing was copied yet"
        await add_paths(pilot, screen, f"'{sources[0]}' '{sources[1]}'")
        await until(lambda: "2 films were copied and read back; D deletes them" in screen_text(app), limit=20)
        await pilot.press("D")
        await until(lambda: "Delete from the card?" in screen_text(app))
        await pilot.press("f10")
        await until(lambda: "Nothing is ticked" in screen_text(app))
        await pilot.press("escape")
        assert all(source.exists() for source in sources)
        await pilot.press("D")
        await until(lambda: "Delete from the card?" in screen_text(app))
        await pilot.press("space", "f10")
        await until(lambda: not sources[0].exists(), limit=20)
        assert sources[1].exists()
        await until(lambda: "1 film was copied and read back; D deletes it" in screen_text(app))
        await add_paths(pilot, screen, str(sources[1]))
        await until(lambda: "in the case already" in screen_text(app), limit=20)
        await pilot.press("D")
        await until(lambda: "Delete from the card?" in screen_text(app))
        await pilot.press("a", "f10")
        await until(lambda: not sources[1].exists(), limit=20)
    assert len(house.file.films) == 2
    for one in house.file.films:
        assert films.path_of(house.library.folder, one).exists()


async def test_a_path_that_leads_nowhere_is_refused(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "film")
        screen.query_one("#films").focus()
        await pilot.press("a", "f10")
        await until(lambda: "No film is chosen yet" in screen_text(app))
        app.screen.query_one(PathInput).value = "/nowhere/[x].mp4"
        await pilot.press("enter")
        await until(lambda: "There is no “/nowhere/[x].mp4”" in screen_text(app))
        await pilot.press("escape")
        await until(lambda: app.screen is screen)


async def test_facts_of_a_film_are_written_down(house):
    add_film(house, name="[a] 👩‍👧 [/].mp4")
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "film")
        screen.query_one("#films").focus()
        await pilot.press("enter")
        await pilot.pause()
        form = app.screen
        form._editors["mood"].value = "[calm]"
        form._editors["recorded_on"].value = "2026-05-32"
        await pilot.press("f10")
        await until(lambda: "is not a date" in screen_text(app))
        form._editors["recorded_on"].value = "2026-05-02"
        await pilot.press("f10")
        await until(lambda: house.file.films[0].mood == "[calm]")
        assert str(house.file.films[0].recorded_on) == "2026-05-02"
        assert app.screen is screen


async def test_notes_by_keys(house):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "film")
        await pilot.press("escape", "n", *"3 smiles", "enter")
        await until(lambda: house.file.film_notes and app.screen is screen)
        assert (house.file.film_notes[0].at_ms, house.file.film_notes[0].words) == (None, "3 smiles")
        screen.query_one("#notes").focus()
        await pilot.press("enter", "home", *"1:02 ", "f10")
        await until(lambda: house.file.film_notes[0].at_ms == 62_000)
        await pilot.press("x")
        await until(lambda: not house.file.film_notes)
        await pilot.press("a", *"0:75 x", "f10")
        await until(lambda: "is not a time" in screen_text(app))


@pytest.mark.parametrize(
    ("typed", "at", "words"),
    [
        ("03:12 waits for her", 192_000, "waits for her"),
        ("1:02:03.5 looks", 3_723_500, "looks"),
        ("3 times she looked", None, "3 times she looked"),
        ("half past 10:30", None, "half past 10:30"),
        ("  [waits]  ", None, "[waits]"),
        ("03:12", 192_000, ""),
    ],
)
def test_a_note_is_taken_apart(typed, at, words):
    assert films.read_note(typed) == (at, words)


def test_what_begins_like_a_time_and_is_none_is_refused():
    with pytest.raises(TimeUnreadable):
        films.read_note("03:75 waits")


def test_paths_as_people_and_file_managers_give_them(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    one, two = tmp_path / "a b.mp4", tmp_path / "it's [1].mp4"
    for file in (one, two):
        file.touch()
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.mp4"))
    for typed, expected in [
        (str(one), [one]),
        (f"'{one}'", [one]),
        (str(one).replace(" ", "\\ "), [one]),
        (f"{one}\n{two}\n", [one, two]),
        (f"{one}\r\n{one}", [one]),
        (f'"{one}" {two.as_uri()}', [one, two]),
        (f"file://localhost{one}".replace(" ", "%20"), [one]),
        ("~/a b.mp4", [one]),
        ("it's [1].mp4", [two]),
        ("not there at all.mp4", [tmp_path / "not there at all.mp4"]),
        (odd.as_uri(), [odd]),
        ("  \n ", []),
    ]:
        assert read_paths(typed, tmp_path) == expected, typed


def test_a_listing_has_folders_first_then_films(tmp_path):
    for name in ("b.MP4", "a.mov", "c.WAV", "c.txt", ".d.mp4"):
        (tmp_path / name).touch()
    (tmp_path / "z").mkdir()
    (tmp_path / "Album").mkdir()
    assert [entry.name for entry in look("", tmp_path).entries] == ["Album", "z", "a.mov", "b.MP4", "c.WAV"]
    assert [entry.name for entry in look("A", tmp_path).entries] == ["Album", "a.mov"]
    assert look(f"{tmp_path}/none/", tmp_path).problem == "There is no such folder."
    assert complete("Al", look("Al", tmp_path)) == f"{tmp_path}/Album/"
    assert complete("a", look("a", tmp_path)) == "a"
    (tmp_path / "Alb").mkdir()
    assert complete("al", look("al", tmp_path)) == f"{tmp_path}/Alb"


def test_a_name_of_any_bytes_is_typed_as_an_address(tmp_path):
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xffx\n.mp4"))
    typed = to_typed(odd, folder=False)
    assert typed.isprintable()
    assert read_paths(typed, tmp_path) == [odd]


async def test_a_pasted_list_becomes_one_line(house, film):
    app = house.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await house.open(app, "film")
        screen.query_one("#films").focus()
        await pilot.press("a")
        line = app.screen.query_one(PathInput)
        line.value = "/tmp/"
        pasted = f"{film}\n{film.with_name('empty.mp4').as_uri()}\n"
        line.post_message(Paste(pasted))
        await until(lambda: line.value.startswith("'"))
        assert read_paths(line.value, Path("/")) == [film, film.with_name("empty.mp4")]
        await until(lambda: "2 paths. Enter adds them." in screen_text(app))


def test_lines_of_a_terminal_and_of_names_with_apostrophes_stand_beside_each_other(tmp_path):
    odd = [tmp_path / "Anna's tea.mp4", tmp_path / "my film.mp4", tmp_path / "b.mp4"]
    for one in odd:
        one.touch()
    lines = [str(odd[0]), str(odd[1]).replace(" ", "\\ "), odd[2].as_uri()]
    assert read_paths(" ".join(as_word(line) for line in lines), Path("/")) == odd
