"""Two programs on one library; one that is killed; one whose disk is full; and closing."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from tests.support.disks import may_mount
from tests.support.libraries import add_case, add_note, add_person, names, open_library, query, rename, states, undo
from vigtui.domain.case import Case
from vigtui.domain.errors import LibraryError
from vigtui.domain.film import FilmNote
from vigtui.domain.person import Person
from vigtui.store import database
from vigtui.store.database import FILE_NAME

EACH = 200


def run(script: str, *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, words)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def said(process: subprocess.Popen[str], *, limit: float = 60) -> str:
    """Everything a program wrote, once it ended well."""
    try:
        out, errors = process.communicate(timeout=limit)
    finally:
        process.kill()
    assert process.returncode == 0, errors
    return out


WRITE = """
import sys
from pathlib import Path
from tests.support.libraries import add_note, open_library
from vigtui.services import cases

library = open_library(Path(sys.argv[1]))
case = library.read(lambda work: cases.find_case(work, "K17"))
for number in range(int(sys.argv[3])):
    print(add_note(library, case, f"{sys.argv[2]} {number}").id)
library.close()
"""


def test_two_programs_write_at_once_and_nothing_is_lost(library, case):
    programs = [run(WRITE, library.folder, name, EACH) for name in ("one", "two")]
    written = [line for program in programs for line in said(program).splitlines()]
    kept = [note.id for note in library.read(lambda work: work.find(FilmNote))]
    assert sorted(written) == kept
    assert len(kept) == 2 * EACH
    assert len(states(library.folder)) == 2 * EACH + 1
    assert library.health() == "ok"


async def test_each_sees_what_the_other_wrote(library, case):
    other = open_library(library.folder)
    before = await library.version()
    add_person(library, case, "Anna")
    assert await library.version() == before, "its own change is no news"
    mia = add_person(other, case, "Mia")
    after = await library.version()
    assert after != before
    assert names(library, case) == ["Anna", "Mia"]
    rename(library, mia, "Max")
    other.change(lambda work: work.update(Person, mia.id, note="shy"))
    found = library.read(lambda work: work.get(Person, mia.id))
    assert (found.name, found.note) == ("Max", "shy"), "a change of another field stays"
    assert await other.undo(case.id) == "renamed to Max"
    assert names(library, case) == ["Anna", "Mia"]
    other.close()


def test_threads_of_one_program_write_at_once(folder):
    libraries = [open_library(folder) for _ in range(2)]
    case = add_case(libraries[0])
    faults: list[LibraryError] = []

    def write(library):
        try:
            for number in range(50):
                add_note(library, case, str(number))
        except LibraryError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write, args=[library]) for library in (*libraries, libraries[0])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    assert query(folder, "SELECT count(*) FROM film_notes") == [(150,)]
    for library in libraries:
        library.close()


OPEN_AT_ONCE = """
import os, sys, time
from pathlib import Path
from tests.support.libraries import open_library

folder, start = Path(sys.argv[1]), time.monotonic() + 0.05
children = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        while time.monotonic() < start:
            pass
        open_library(folder).close()
        os._exit(0)
    children.append(child)
sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
"""


@pytest.mark.parametrize("again", range(3))
def test_several_programs_may_make_the_library_at_the_same_moment(folder, again):
    said(run(OPEN_AT_ONCE, folder))
    library = open_library(folder)
    assert add_case(library).code == "K17"
    assert library.health() == "ok"
    library.close()


def test_another_program_that_holds_the_library_is_waited_for_and_then_told(folder, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    library = open_library(folder)
    case = add_case(library)
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(LibraryError) as told:
            add_person(library, case, "Mia")
        assert time.monotonic() - began >= 0.2
        assert told.value.summary == "Another program is holding the library."
        assert "What you typed stays on the screen." in told.value.remedy
        assert names(library, case) == [], "reading goes on meanwhile"
        other.execute("ROLLBACK")
    assert add_person(library, case, "Mia").name == "Mia"
    library.close()


def test_a_program_that_lets_go_in_time_is_not_noticed(library, case):
    other = sqlite3.connect(library.folder / FILE_NAME, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    let_go = threading.Timer(0.15, lambda: other.execute("ROLLBACK"))
    let_go.start()
    assert add_person(library, case, "Mia").name == "Mia"
    let_go.join(timeout=5)
    other.close()


# A program killed while it writes. Forked from one that has everything loaded, so that twenty deaths take two seconds.
KILL = """
import json, os, random, signal, sys, time
from pathlib import Path
from tests.support.libraries import add_case, add_note, open_library
from vigtui.domain.case import Case

folder, dice, told, busy = Path(sys.argv[1]), random.Random(7), [], 0
for life in range(20):
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        library = open_library(folder)
        known = library.read(lambda work: work.find(Case))
        case = known[0] if known else add_case(library)
        while True:
            os.write(into, add_note(library, case, "waits").id.encode() + b"\\n")
    os.close(into)
    first = b"" if life < 6 else os.read(out, 1)  # six die while they open the library, or soon after
    time.sleep(dice.uniform(0, 0.04))
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    with open(out) as lines:
        ids = (first.decode() + lines.read()).split()
    busy += bool(ids)
    told += ids
print(json.dumps([busy, told]))
"""


def test_whatever_was_written_is_there_when_the_program_is_killed(folder):
    busy, told = json.loads(said(run(KILL, folder)))
    library = open_library(folder)
    kept = {note.id for note in library.read(lambda work: work.find(FilmNote))}
    assert set(told) <= kept
    assert busy >= 14, "most were killed in the middle of writing"
    assert len(kept) <= len(told) + 20, "at most the change that each was about to tell of"
    assert library.health() == "ok"
    assert query(folder, "SELECT count(*) FROM changes") == [(len(kept) + 1,)]
    assert undo(library) == "note added"
    library.close()


# On a disk of its own, in a mount namespace of its own, which ends with the process.
FULL = """
import json, os, shutil, sys
from pathlib import Path
from tests.support.libraries import add_case, add_note, open_library
from vigtui.domain.errors import LibraryError
from vigtui.domain.film import FilmNote

folder = Path(sys.argv[1]) / "library"
library = open_library(folder)
case = add_case(library)
kept, told = [], []
filler = folder.parent / "filler"
while len(told) < 3 and len(kept) < 3000:
    try:
        kept.append(add_note(library, case, "waits " * 500).id)
    except LibraryError as fault:
        told.append(str(fault))
    if len(kept) == 5:
        free = os.statvfs(folder)
        filler.write_bytes(bytes(max(0, (free.f_bavail - 30) * free.f_frsize)))
there = [note.id for note in library.read(lambda work: work.find(FilmNote))]
filler.unlink()
kept.append(add_note(library, case, "room again").id)
again = [note.id for note in library.read(lambda work: work.find(FilmNote))]
health = library.health()
library.close()
library = open_library(folder)
after = [note.id for note in library.read(lambda work: work.find(FilmNote))]
print(json.dumps({"kept": kept, "told": told, "there": there, "again": again, "after": after, "health": health}))
library.close()
"""
IN_SMALL_DISK = 'mount -t tmpfs -o size=3m vigtui-test "$1" && exec "$2" -c "$3" "$1"'


@pytest.mark.parametrize("disk", ["small"] if may_mount() else [])
def test_a_full_disk_is_told_and_nothing_kept_is_lost(tmp_path, disk):
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", IN_SMALL_DISK, "sh", tmp_path, sys.executable, FULL],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found["told"]) == 3
    assert all(one.startswith("The disk is full or failing. What was saved is safe") for one in found["told"])
    assert found["there"] == found["kept"][:-1]
    assert found["again"] == found["after"] == found["kept"]
    assert found["health"] == "ok"


async def test_closing_waits_for_the_last_write_and_ends_the_thread(folder):
    library = open_library(folder)
    begun = threading.Event()

    def slow(work):
        begun.set()
        for number in range(500):
            work.add(Case(id=str(number), code="K", pack="p", opened_on=work.today))
            work.remove(Case, str(number))
        return work.add(Case(id="last", code="last", pack="p", opened_on=work.today))

    writing = asyncio.ensure_future(library.achange(slow))
    assert await asyncio.to_thread(begun.wait, 10)
    library.close()
    assert (await asyncio.wait_for(writing, 10)).code == "last"
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("library")] == []
    assert os.listdir(folder) == [FILE_NAME], "the write-ahead log was taken into the file"
    assert query(folder, "SELECT code FROM cases") == [("last",)]
    library.close()


def test_a_library_that_could_not_be_opened_leaves_no_thread(folder):
    folder.write_text("")
    with pytest.raises(LibraryError):
        open_library(folder)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("library")] == []


def test_the_next_program_opens_while_the_dead_ones_log_lies_about(folder):
    """A log left by a killed program is taken in, and stays private."""
    script = "import os, sys; from pathlib import Path; from tests.support.libraries import *\n"
    script += "library = open_library(Path(sys.argv[1])); add_case(library); os.kill(os.getpid(), 9)"
    process = run(script, folder)
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL
    assert (folder / f"{FILE_NAME}-wal").stat().st_size > 0
    library = open_library(folder)
    assert [case.code for case in library.read(lambda work: work.find(Case))] == ["K17"]
    library.close()
    assert os.listdir(folder) == [FILE_NAME]


async def test_a_change_begun_is_carried_out_even_where_nobody_waits_for_it(library):
    begun, go_on = threading.Event(), threading.Event()

    def slow(work):
        begun.set()
        assert go_on.wait(10)
        work.add(Case(id="k", code="K1", pack="p", opened_on=work.today))

    task = asyncio.ensure_future(library.achange(slow))
    assert await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [case.code for case in await library.aread(lambda work: work.find(Case))] == ["K1"]
