"""What the first start says of programs that are missing, once and quietly."""

import os

from tests.support.programs import modules_without_libmpv, path_without
from tests.support.terminal import ROOT


def test_what_films_need_and_is_not_there_is_said_at_the_first_start_alone(terminal, tmp_path):
    terminal.env = {
        "PATH": path_without(tmp_path / "programs", "mpv"),
        "PYTHONPATH": f"{modules_without_libmpv(tmp_path / 'modules')}{os.pathsep}{ROOT}",
    }
    terminal.start()
    terminal.see("Your new library")
    terminal.keys("Escape")
    terminal.see("No case yet", "Not installed: mpv, libmpv. `vigtui doctor` says what to do.")
    pid = terminal.pid
    terminal.keys("C-q")
    terminal.wait_end(pid)
    terminal.start()
    assert "Not installed" not in terminal.see("No case yet", "New case")


def test_where_all_is_there_nothing_is_said(terminal):
    terminal.start()
    terminal.see("Your new library")
    terminal.keys("Escape")
    terminal.gone("Your new library")
    assert "Not installed" not in terminal.see("No case yet", "New case")
