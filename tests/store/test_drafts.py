"""Drafts of forms in the library: outside of history, search and undo; in backups and rescues; gone with their case."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from tests.support.libraries import add_case, add_draft, add_person, names, query, redo, rename, states, undo
from vigtui.services import drafts
from vigtui.store.rescue import rescue
from vigtui.store.restore import restore

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


def words(folder) -> list[str]:
    return [one for (one,) in query(folder, "SELECT typed ->> '$[0][3]' FROM drafts")]


def test_neither_history_nor_search_nor_undo_knows_of_it(library, case):
    anna = add_person(library, case, "Anna")
    rename(library, anna, "Ann", merge="typing")
    add_draft(library, case, "Wolkenkuckucksheim")
    rename(library, anna, "An", merge="typing")
    assert [label for label, _ in states(library.folder)][1:] == ["Anna added", "renamed to An"]
    assert library.search("Wolkenkuckucksheim") == []
    undo(library)
    assert (names(library, case), words(library.folder)) == (["Anna"], ["Wolkenkuckucksheim"])
    redo(library)
    assert (names(library, case), words(library.folder)) == (["An"], ["Wolkenkuckucksheim"])


def test_backups_have_it_and_a_rescue_reads_it(library, case):
    add_draft(library, case, "half ty")
    library.back_up()
    library.close()
    saved = rescue(library.folder, None)
    assert saved.rows["drafts"] == 1
    restore(library.folder, None, saved.backup.file, None, actor="RB")
    assert words(library.folder) == ["half ty"]


def test_it_goes_with_its_case_and_no_other_does(library, case):
    add_draft(library, case, "goes")
    add_draft(library, add_case(library, "K18"), "stays")
    library.erase(lambda work: case.id, whole=False)
    assert sorted(words(library.folder)) == ["goes", "stays"], "films are erased, what was written stays"
    library.erase(lambda work: case.id, whole=True)
    assert words(library.folder) == ["stays"]
    assert b"goes" not in (library.folder / "vigtui.sqlite").read_bytes()


def test_whether_a_program_runs_that_was_there_already():
    now = datetime.now(UTC)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        soon = datetime.now(UTC) + timedelta(seconds=3)
        assert drafts.is_running(other.pid, since=soon)
        assert drafts.is_running(os.getppid(), since=soon)
        assert not drafts.is_running(other.pid, since=LONG_AGO), "the number was given again"
        assert not drafts.is_running(os.getpid(), since=now), "this one knows what it has open"
        other.communicate(b"\n")
    assert not drafts.is_running(other.pid, since=soon)


def test_a_program_that_has_ended_runs_no_more_though_nobody_has_asked_how():
    soon = datetime.now(UTC) + timedelta(minutes=1)
    other = subprocess.Popen([sys.executable, "-c", "pass"])
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    os.kill(other.pid, 0)  # its number is still taken
    assert not drafts.is_running(other.pid, since=soon)
    other.wait(10)
