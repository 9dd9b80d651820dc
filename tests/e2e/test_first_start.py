"""What the first start says of programs that are missing, once and quietly."""

import os
import sys
from pathlib import Path

from tests.support.programs import modules_without_libmpv, path_without
from tests.support.terminal import ROOT
from vigtui.media.puppet import make_puppet_play
from vigtui.services import cases, films
from vigtui.services.packs import PackShelf
from vigtui.store.database import Library
from vigtui.wiring import MediaTools


def without_players(folder: Path) -> dict[str, str]:
    """Surroundings in which there is neither mpv nor libmpv."""
    return {
        "PATH": path_without(folder / "programs", "mpv"),
        "PYTHONPATH": f"{modules_without_libmpv(folder / 'modules')}{os.pathsep}{ROOT}",
    }


def test_what_films_need_and_is_not_there_is_said_at_the_first_start_alone(terminal, tmp_path):
    terminal.env = without_players(tmp_path)
    terminal.start()
    terminal.see("Your new library")
    terminal.keys("Escape")
    terminal.see("No case yet", "Not installed: mpv, libmpv. `vigtui doctor` says what to do.")
    pid = terminal.pid
    terminal.keys("C-q")
    terminal.wait_end(pid)
    terminal.start()
    assert "Not installed" not in terminal.see("No case yet", "New case")


def test_without_mpv_and_libmpv_a_film_is_looked_at_and_marked_by_its_stills(terminal, tmp_path):
    play = make_puppet_play(tmp_path / "play.mp4", seconds=6).path
    library = Library(terminal.library, actor="RB")
    case = library.change(lambda work: cases.new_case(work, "K17", PackShelf([]).get("parent-child")))
    cycle = library.read(lambda work: cases.load(work, case.id)).cycle_now
    intake = films.take_in(library, MediaTools(), play)
    library.change(lambda work: films.add_film(work, case.id, cycle.id, intake, seen=()))
    terminal.env = without_players(tmp_path)
    terminal.start()
    terminal.see("K17")
    terminal.keys("Enter")
    terminal.see("People and consents")
    terminal.keys("F5")
    terminal.see("Neither mpv nor libmpv is installed")
    terminal.until(lambda shown: shown.count("▀") > 50, "a still in the place of the film")
    terminal.keys("i", "right", ".", "o", "Enter")
    terminal.see("candidate")
    kept = library.read(lambda work: cases.load(work, case.id)).moments[0]
    library.close()
    assert (kept.in_ms, kept.out_ms) == (0, 1040)


def test_where_all_is_there_nothing_is_said(terminal):
    terminal.start()
    terminal.see("Your new library")
    terminal.keys("Escape")
    terminal.gone("Your new library")
    assert "Not installed" not in terminal.see("No case yet", "New case")


def test_connect_without_a_display_says_which_way_is_left(terminal):
    (terminal.config / "settings.toml").unlink(missing_ok=True)
    terminal.start_program(sys.executable, "-m", "vigtui", "connect", "nowhere.invalid")
    terminal.see("There is no display here", "ssh nowhere.invalid")
