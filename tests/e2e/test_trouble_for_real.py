"""The real program whose library cannot be written: the disk is full, or another program holds it for twelve seconds."""

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.test_ending import make_a_case, question_of, start_a_case
from tests.support.disks import may_mount

HELD_SECONDS = 12
WORDS = "How can we see what she tells us"


def kept_in(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT words FROM helping_questions").fetchall()
    return rows[0][0] if rows else ""


def wait_until(kept: Callable[[], str], words: str, limit: float = 15.0) -> None:
    ends = time.monotonic() + limit
    while (there := kept()) != words:
        assert time.monotonic() < ends, f"after {limit} s the library holds {there!r}"
        time.sleep(0.05)


def test_another_program_holds_the_library_for_longer_than_is_waited(terminal):
    start_a_case(terminal)
    terminal.type("How")
    file = terminal.library / "vigtui.sqlite"
    wait_until(lambda: kept_in(file), "How")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        held_since = time.monotonic()
        terminal.type(" can we see what")
        shown = terminal.see("Another program is holding the library.", limit=20)
        assert "How can we see what" in shown
        assert "saved" not in shown.rstrip().splitlines()[-1]
        terminal.type(" she tells us")
        terminal.see(WORDS)
        time.sleep(max(0.0, held_since + HELD_SECONDS - time.monotonic()))
        assert kept_in(file) == "How"
        other.execute("ROLLBACK")
    wait_until(lambda: kept_in(file), WORDS)
    terminal.gone("Another program is holding the library.")
    pid = terminal.pid
    terminal.keys("C-q")
    terminal.wait_end(pid)
    assert question_of(terminal) == WORDS


# A disk of its own, in a mount namespace of its own, which ends with the program.
ON_SMALL_DISK = 'mount -t tmpfs -o size=3m vigtui-test "$1" && exec "$2" -m vigtui --library "$1/library"'


@pytest.mark.skipif(not may_mount(), reason="needs a file system of its own")
def test_the_disk_is_full_while_somebody_types(terminal, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    terminal.start_program(
        "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", ON_SMALL_DISK, "sh", str(disk), sys.executable
    )
    make_a_case(terminal)
    terminal.type("How")
    seen = Path(f"/proc/{terminal.pid}/root{disk}")

    def kept() -> str:
        """SQLite looks behind the link to that disk, and finds nothing there: so it is asked of a copy."""
        copy = tmp_path / "copy"
        shutil.copytree(seen / "library", copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*-shm"))
        return kept_in(copy / "vigtui.sqlite")

    wait_until(kept, "How")
    filler = seen / "filler"
    free = os.statvfs(seen)
    filler.write_bytes(bytes(free.f_bavail * free.f_frsize))
    terminal.type(" can we see what")
    shown = terminal.see("The disk is full or failing.")
    assert "How can we see what" in shown
    assert "saved" not in shown.rstrip().splitlines()[-1]
    terminal.type(" she tells us")
    terminal.see(WORDS)
    assert kept() == "How"
    filler.unlink()
    wait_until(kept, WORDS)
    terminal.gone("The disk is full or failing.")
    with closing(sqlite3.connect(tmp_path / "copy" / "vigtui.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
