"""A library closed by a passphrase: nobody else reads it, not from any file that the program ever wrote."""

import os
import signal
import stat
import subprocess
import sys

import pytest

from tests.support.libraries import NOW, add_case, add_draft, add_note, add_person, open_library, redo, undo
from vigtui.domain.cycle import Cycle
from vigtui.domain.derived import Lane, LaneKind, Picture, Still
from vigtui.domain.errors import LibraryError, NotSensible, PassphraseNeeded, WrongPassphrase
from vigtui.domain.film import Film, FilmNote
from vigtui.domain.moment import Moment
from vigtui.domain.timecode import Millis
from vigtui.store import backup
from vigtui.store.condition import condition
from vigtui.store.database import FILE_NAME, Library
from vigtui.store.passphrase import change_passphrase, refuse_weak

FIRST, SECOND = "four words in a row", 'quite\'another "one" ü'
PLANTED, PICTURED = "Wolkenkuckucksheim", "Bilderbogenblatt"


def open_closed(folder, passphrase=FIRST) -> Library:
    return Library(folder, actor="RB", clock=lambda: NOW, passphrase=passphrase)


def files(folder) -> list:
    return [file for file in folder.rglob("*") if file.is_file()]


def readable(folder) -> list[str]:
    """Files in which the planted word can be read, in either of the ways in which SQLite writes text."""
    wanted = (PLANTED.encode(), PLANTED.encode("utf-16-le"), PLANTED.casefold().encode(), PICTURED.encode())
    return [file.name for file in files(folder) if any(one in file.read_bytes() for one in wanted)]


def plant(library) -> None:
    """The word in a note, a name, a half-typed form, the audit trail, and in what was worked out of a film: still, JPEG, lane."""
    case = add_case(library)
    add_note(library, case, f"{PLANTED} waits")
    add_person(library, case, PLANTED)
    add_draft(library, case, f"{PLANTED} half ty")
    library.change(lambda work: work.audit("case opened", case.id, PLANTED))

    def look(work):
        cycle = work.find(Cycle)[0]
        film = work.add(
            Film(
                id=work.new_id(), case_id=case.id, cycle_id=cycle.id, number=1, location="films/f.mp4", original_name="f",
                sha256="0" * 64, size_bytes=1, added_at=NOW,
            )
        )  # fmt: skip
        moment = work.add(Moment(id=work.new_id(), case_id=case.id, film_id=film.id, in_ms=Millis(1), out_ms=Millis(2)))
        levels = PICTURED.encode() * 40
        work.keep_lane(Lane(film.id, LaneKind.SOUND, Millis(100), levels))
        picture = Picture(8, 8, (PICTURED.encode() * 40)[:192])
        work.keep_still(moment.id, Still(Millis(1), picture, b"\xff\xd8" + levels))

    library.change(look)


def test_what_is_planted_would_be_found_in_a_plain_library(folder):
    library = open_library(folder)
    plant(library)
    assert readable(folder)
    assert PICTURED.encode() * 2 in b"".join(file.read_bytes() for file in files(folder))
    library.back_up()
    assert len(readable(folder)) >= 2
    library.close()


def test_no_file_of_a_closed_library_can_be_read_while_it_is_worked_in_and_after(folder, tmp_path):
    library = open_closed(folder)
    plant(library)
    undo(library)
    redo(library)
    library.look_after((7, 4, 12))
    library.back_up()
    library.back_up(tmp_path / "elsewhere.sqlite")
    assert {file.name for file in files(folder)} >= {FILE_NAME, f"{FILE_NAME}-wal"}
    assert readable(tmp_path) == []
    assert [hit.words for hit in library.search(PLANTED)]
    assert library.health() == "ok"
    library.close()
    assert readable(tmp_path) == []


def test_a_program_that_is_killed_leaves_nothing_that_can_be_read(folder):
    script = (
        "import os, sys; from pathlib import Path; from tests.store.test_closed import *\n"
        "library = open_closed(Path(sys.argv[1])); plant(library); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", script, folder], stdin=subprocess.DEVNULL, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert (folder / f"{FILE_NAME}-wal").stat().st_size > 0
    assert readable(folder) == []
    library = open_closed(folder)
    assert library.search(PLANTED)
    library.close()


@pytest.mark.parametrize("given", [None, "", "Four words in a row", SECOND])
def test_without_the_right_passphrase_there_is_a_sentence_and_an_unchanged_file(folder, given, capfd):
    library = open_closed(folder)
    plant(library)
    library.close()
    before = {file.name: file.read_bytes() for file in files(folder)}
    with pytest.raises(PassphraseNeeded if given is None else WrongPassphrase, match="passphrase"):
        open_closed(folder, given)
    with pytest.raises(LibraryError, match="passphrase"):
        condition(folder, given)
    assert {file.name: file.read_bytes() for file in files(folder)} == before
    assert capfd.readouterr().err == "", "SQLCipher writes nothing over the screen"


def test_it_is_set_changed_and_removed_with_all_backups(folder):
    library = open_library(folder)
    plant(library)
    library.back_up()
    notes = library.read(lambda work: work.find(FilmNote))
    library.close()
    for old, new in ((None, FIRST), (FIRST, SECOND), (SECOND, None)):
        done = change_passphrase(folder, old, new)
        assert (done.backups, done.left) == (1, ())
        assert bool(readable(folder)) is (new is None)
        assert {stat.S_IMODE(file.stat().st_mode) for file in files(folder)} == {0o600}
        assert sorted(file.name for file in folder.iterdir()) == ["backups", FILE_NAME], "nothing is left lying about"
        assert backup.check(backup.backups(folder)[0].file, new) == "ok"
        library = open_closed(folder, new)
        assert library.is_encrypted is (new is not None)
        assert library.read(lambda work: work.find(FilmNote)) == notes
        assert library.search(PLANTED)
        assert library.health() == "ok"
        library.close()


def test_what_was_plain_is_overwritten_before_it_goes(folder):
    library = open_library(folder)
    plant(library)
    library.close()
    with (folder / FILE_NAME).open("rb") as former:
        change_passphrase(folder, None, FIRST)
        assert set(former.read()) == {0}


def test_a_wrong_old_passphrase_changes_nothing(folder):
    library = open_closed(folder)
    plant(library)
    library.close()
    before = (folder / FILE_NAME).read_bytes()
    with pytest.raises(WrongPassphrase):
        change_passphrase(folder, SECOND, None)
    with pytest.raises(PassphraseNeeded):
        change_passphrase(folder, None, SECOND)
    assert (folder / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("weak", ["", "short", "two\nlines of it", "a\0b c d e f g"])
def test_a_weak_passphrase_is_refused(weak):
    with pytest.raises(NotSensible, match=r"letters|one line"):
        refuse_weak(weak)


HOLD = "import sys; from pathlib import Path; from tests.store.test_closed import *\n"
HOLD += "library = open_library(Path(sys.argv[1])); print(1, flush=True); sys.stdin.read(); library.close()"


def test_it_is_not_changed_under_another_programs_hands(folder):
    library = open_library(folder)
    plant(library)
    library.close()
    with subprocess.Popen([sys.executable, "-c", HOLD, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"1\n"
        with pytest.raises(LibraryError, match="Another program has the library open"):
            change_passphrase(folder, None, FIRST)
        assert other.communicate(timeout=30)
    assert readable(folder)
    assert os.listdir(folder) == [FILE_NAME]
    change_passphrase(folder, None, FIRST)
    assert readable(folder) == []


KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from vigtui.store.passphrase import change_passphrase
from tests.store.test_closed import FIRST

folder, dice = Path(sys.argv[1]), random.Random(5)
import sqlcipher3.dbapi2
child = os.fork()
if child == 0:
    change_passphrase(folder, None, FIRST)
    os._exit(0)
time.sleep(float(sys.argv[2]))
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
"""


@pytest.mark.parametrize("after", [0.02, 0.1, 0.2, 0.3, 0.45, 0.6])
def test_whenever_it_is_killed_the_library_is_whole_and_the_next_start_tidies_up(folder, after):
    library = open_library(folder)
    plant(library)
    library.back_up()
    library.close()
    subprocess.run([sys.executable, "-c", KILLED, folder, str(after)], stdin=subprocess.DEVNULL, check=True, timeout=60)
    library = open_closed(folder)
    assert library.search(PLANTED)
    assert library.health() == "ok"
    library.look_after((7, 4, 12))
    closed = library.is_encrypted
    library.close()
    if closed:
        assert readable(folder) == []


async def test_it_is_set_from_within_and_work_goes_on(folder):
    library = open_library(folder)
    plant(library)
    with pytest.raises(NotSensible):
        await library.set_passphrase("short")
    await library.set_passphrase(FIRST)
    assert library.is_encrypted
    assert await library.is_opened_by(FIRST)
    assert not await library.is_opened_by(SECOND)
    await library.achange(lambda work: work.audit("after", None, PLANTED))
    assert readable(folder) == []
    library.close()
    assert readable(folder) == []
