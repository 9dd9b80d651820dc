"""Backups, restoring, rescuing: what was saved can be had again, whatever happened to the file."""

import os
import random
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.libraries import (
    NOW,
    add_case,
    add_note,
    add_person,
    names,
    open_library,
)
from vigtui.domain.audit import AuditEntry
from vigtui.domain.case import Case
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import LibraryDamaged, LibraryError, NotFound, NotSensible
from vigtui.domain.film import FilmNote
from vigtui.store import backup
from vigtui.store.condition import condition
from vigtui.store.database import FILE_NAME, Library
from vigtui.store.permissions import share
from vigtui.store.rescue import rescue
from vigtui.store.restore import restore

PASSPHRASE = f"x'{'2b' * 32}'"
"""The key itself, so that no test but those of tests/store/test_closed.py spends its time on deriving one."""


def open_closed(folder) -> Library:
    return Library(folder, actor="RB", clock=lambda: NOW, passphrase=PASSPHRASE)


def add_notes(library, case, count: int) -> None:
    def job(work):
        cycle = work.find(Cycle, case_id=case.id)[0].id
        for number in range(count):
            work.add(FilmNote(id=work.new_id(), case_id=case.id, cycle_id=cycle, words=f"waits for her turn {number}"))

    library.change(job)


# Backups


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_a_backup_is_whole_private_and_stands_alone(library, case, umask):
    add_note(library, case, "waits")
    before = os.umask(umask)
    try:
        made = library.back_up()
    finally:
        os.umask(before)
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.file.parent.stat().st_mode) == 0o700
    assert os.listdir(made.file.parent) == [made.file.name]
    assert backup.check(made.file, None) == "ok"
    with backup.read_only(made.file, None) as copy:
        assert copy.execute("SELECT words FROM film_notes").fetchall() == [("waits",)]


def test_a_backup_goes_where_it_is_told_and_replaces_nothing(library, case, tmp_path):
    made = library.back_up(tmp_path / "mine.sqlite")
    content = made.file.read_bytes()
    with pytest.raises(NotSensible, match=r"There is a file mine\.sqlite already"):
        library.back_up(tmp_path / "mine.sqlite")
    assert made.file.read_bytes() == content
    with pytest.raises(NotSensible, match="There is no folder"):
        library.back_up(tmp_path / "none" / "mine.sqlite")
    assert not (tmp_path / "none").exists()


def test_one_a_day_is_made_and_they_are_kept_by_age(folder):
    day = datetime(2026, 1, 1, 12, tzinfo=UTC)
    now = [day]
    library = Library(folder, actor="RB", clock=lambda: now[0])
    for number in range(120):
        now[0] = day + timedelta(days=number)
        assert library.look_after((7, 4, 12)) == []
        if number < 3:
            assert library.look_after((7, 4, 12)) == [], "a second start of the day makes no second"
    library.close()
    ages = [(now[0] - one.made_at).days for one in backup.backups(folder)]
    assert ages[:7] == [0, 1, 2, 3, 4, 5, 6]
    months = {(now[0] - timedelta(days=age)).strftime("%Y-%m") for age in ages}
    assert months == {"2026-01", "2026-02", "2026-03", "2026-04"}
    assert len(ages) <= 7 + 4 + 12
    assert all(backup.check(one.file, None) == "ok" for one in backup.backups(folder))


def test_backups_made_by_hand_are_held_for_a_month(folder):
    now = [NOW]
    library = Library(folder, actor="RB", clock=lambda: now[0])
    library.back_up()
    for days in (1, 2, 20, 40):
        now[0] = NOW + timedelta(days=days)
        library.look_after((1, 1, 1))
        held = [one.kind for one in backup.backups(folder) if one.kind == "by-hand"]
        assert held == (["by-hand"] if days < 30 else [])
    library.close()


def test_no_backup_is_made_of_what_is_damaged_and_the_older_ones_stay(folder):
    library = open_library(folder)
    add_notes(library, add_case(library), 2000)
    library.look_after((1, 1, 1))
    library.close()
    there = backup.backups(folder)
    _overwrite_rows(folder / FILE_NAME)
    later = Library(folder, actor="RB", clock=lambda: NOW + timedelta(days=1))
    said = later.look_after((1, 1, 1))
    later.close()
    assert len(said) == 1
    assert said[0].startswith("The library is damaged")
    assert "vigtui restore FILE" in said[0]
    assert [one.file for one in backup.backups(folder)] == [one.file for one in there]
    assert [one.name for one in (folder / "backups").iterdir()] == [there[0].file.name], "no half backup is left"


# Restoring


@pytest.mark.parametrize("closed", [False, True])
def test_a_restore_says_what_differs_and_can_be_taken_back(folder, closed):
    passphrase = PASSPHRASE if closed else None
    library = open_closed(folder) if closed else open_library(folder)
    case = add_case(library)
    anna = add_person(library, case, "Anna")
    made = library.back_up()
    add_person(library, case, "Mia")
    library.change(lambda work: work.update(type(anna), anna.id, note="shy"))
    add_case(library, "K18")
    library.change(lambda work: work.audit("export", case.id, "to the court"))
    library.close()

    done = restore(folder, passphrase, made.file, passphrase, actor="RB")
    told = {(one.code, one.what): (one.goes, one.comes, one.changes) for one in done.differences}
    assert told[("K17", "people")] == (1, 0, 1)
    assert told[("K18", "cases")] == (1, 0, 0)
    assert not done.was_damaged
    library = open_closed(folder) if closed else open_library(folder)
    assert names(library, case) == ["Anna"]
    actions = [one.action for one in library.read(lambda work: work.find(AuditEntry))]
    assert actions == ["export", "backup restored"], "who did what is never taken back"
    library.close()

    back = restore(folder, passphrase, done.aside, passphrase, actor="RB")
    assert {(one.code, one.what): one.comes for one in back.differences}[("K18", "cases")] == 1
    library = open_closed(folder) if closed else open_library(folder)
    assert names(library, case) == ["Anna", "Mia"]
    assert library.health() == "ok"
    library.close()


def test_a_restore_shows_in_programs_that_have_the_library_open(library, case, folder):
    made = library.back_up()
    add_person(library, case, "Mia")
    script = "import sys; from pathlib import Path; from vigtui.store.restore import restore\n"
    script += "restore(Path(sys.argv[1]), None, Path(sys.argv[2]), None, actor='RB')"
    subprocess.run([sys.executable, "-c", script, folder, made.file], stdin=subprocess.DEVNULL, check=True, timeout=60)
    assert names(library, case) == []
    assert add_person(library, case, "Max").name == "Max"
    assert library.health() == "ok"


@pytest.mark.parametrize("content", [None, b"", b"Dear diary", b"\0" * 8192])
def test_what_is_no_backup_is_refused_and_nothing_changes(library, case, folder, tmp_path, content):
    library.close()
    before = (folder / FILE_NAME).read_bytes()
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises((NotFound, LibraryDamaged), match="backup"):
        restore(folder, None, file, None, actor="RB")
    assert (folder / FILE_NAME).read_bytes() == before
    assert os.listdir(folder) == [FILE_NAME]


# Damage


def _overwrite_rows(file, length: int = 20_480) -> None:
    """Behind the list of tables, which lies in the first half of a library as small as these."""
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(size * 3 // 4 // 4096 * 4096)
        opened.write(b"\xa5" * length)


def _overwrite_tables(file) -> None:
    """Over the list of tables; `test_a_list_of_tables_that_is_hit` looks whether that is where it lies."""
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2 // 4096 * 4096)
        opened.write(b"\xa5" * 8192)


def _flip_bytes(file) -> None:
    dice, size = random.Random(3), file.stat().st_size
    with file.open("r+b") as opened:
        for _ in range(10):
            opened.seek(dice.randrange(size * 2 // 3, size - 100))
            opened.write(bytes(dice.randrange(256) for _ in range(40)))


def _cut_short(file) -> None:
    os.truncate(file, file.stat().st_size * 9 // 10)


def _lose_its_beginning(file) -> None:
    with file.open("r+b") as opened:
        opened.write(bytes(4096))


DAMAGES = {"rows": _overwrite_rows, "flipped": _flip_bytes, "short": _cut_short, "beginning": _lose_its_beginning}


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "closed"])
def sound(request, tmp_path_factory):
    """A library of two thousand notes with a backup, and one note more."""
    folder = tmp_path_factory.mktemp("sound") / "library"
    library = open_closed(folder) if request.param else open_library(folder)
    case = add_case(library)
    add_notes(library, case, 2000)
    library.back_up()
    add_note(library, case, "after the backup")
    library.close()
    return folder, PASSPHRASE if request.param else None


@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_is_noticed_rescued_from_and_restored_over(sound, tmp_path, kind):
    origin, passphrase = sound
    folder = tmp_path / "library"
    shutil.copytree(origin, folder)
    file = folder / FILE_NAME
    DAMAGES[kind](file)
    damaged = file.read_bytes()
    said = []
    try:
        library = Library(folder, actor="RB", passphrase=passphrase)
        said = library.look_after((7, 4, 12))
        library.close()
    except LibraryDamaged as fault:
        said = [str(fault)]
    assert "restore" in " ".join(said), "it is noticed, and the way out is told"
    if kind != "beginning":
        saved = rescue(folder, passphrase)
        assert saved.rows["film_notes"] > 1200, "what lies beside the damage is read"
        assert saved.rows["cases"] == 1
        assert backup.check(saved.backup.file, passphrase) == "ok"
    else:
        with pytest.raises(LibraryDamaged, match="Nothing can be read"):
            rescue(folder, passphrase)
    assert file.read_bytes() == damaged, "nothing is overwritten"

    good = next(one for one in backup.backups(folder) if one.kind == "by-hand")
    done = restore(folder, passphrase, good.file, passphrase, actor="RB")
    assert done.was_damaged
    assert (done.aside / FILE_NAME).read_bytes() == damaged
    library = Library(folder, actor="RB", passphrase=passphrase)
    assert len(library.read(lambda work: work.find(FilmNote))) == 2000
    assert library.health() == "ok"
    library.close()


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A library whose program was killed, with what it wrote in the log alone."""
    folder = tmp_path_factory.mktemp("killed") / "library"
    open_library(folder).close()
    script = "import os, sys; from pathlib import Path; from tests.support.libraries import *\n"
    script += "library = open_library(Path(sys.argv[1])); case = add_case(library)\n"
    script += "add_note(library, case, 'waits'); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script, folder], stdin=subprocess.DEVNULL, check=False, timeout=60)
    return folder


@pytest.mark.parametrize("left", [None, 0, 5000])
def test_a_lost_log_is_recognised_and_leaves_a_library_that_holds_together(killed, tmp_path, left):
    """Without its write-ahead log a library is as it was at the last checkpoint."""
    folder = tmp_path / "library"
    shutil.copytree(killed, folder)
    log = folder / f"{FILE_NAME}-wal"
    log.unlink() if left is None else os.truncate(log, left)
    assert condition(folder).log_lost
    assert condition(folder).log_lost, "looking leaves what tells of it as it is"
    library = open_library(folder)
    assert library.health() == "ok"
    said = library.look_after((7, 4, 12))
    assert len(said) == 1
    assert said[0].startswith("The library's log (vigtui.sqlite-wal) is gone")
    assert library.look_after((7, 4, 12)) == [], "it is said once"
    library.close()
    assert not condition(folder).log_lost


def test_a_lost_log_of_a_closed_library_is_told_by_each_who_looks(folder):
    open_closed(folder).close()
    script = "import os, sys; from pathlib import Path; from vigtui.store.database import Library\n"
    script += "from tests.support.libraries import *\n"
    script += "library = Library(Path(sys.argv[1]), actor='RB', passphrase=sys.argv[2]); add_case(library); os.kill(os.getpid(), 9)"
    subprocess.run(
        [sys.executable, "-c", script, folder, PASSPHRASE], stdin=subprocess.DEVNULL, check=False, timeout=60
    )
    (folder / f"{FILE_NAME}-wal").unlink()
    assert condition(folder, PASSPHRASE).log_lost
    assert condition(folder, PASSPHRASE).log_lost
    library = Library(folder, actor="RB", passphrase=PASSPHRASE)
    assert [one[:13] for one in library.look_after((7, 4, 12))] == ["The library's"]
    library.close()


def test_a_log_that_is_there_or_was_taken_in_is_not_lost(killed, tmp_path):
    folder = tmp_path / "library"
    shutil.copytree(killed, folder)
    library = open_library(folder)
    assert [case.code for case in library.read(lambda work: work.find(Case))] == ["K17"]
    assert not condition(folder).log_lost, "another program works in it"
    assert library.look_after((7, 4, 12)) == []
    library.close()
    assert not condition(folder).log_lost


def test_a_library_closed_by_words_is_rescued_by_them(folder):
    words = "four words in a row"
    library = Library(folder, actor="RB", clock=lambda: NOW, passphrase=words)
    add_note(library, add_case(library), "waits")
    library.close()
    saved = rescue(folder, words)
    assert (saved.rows["film_notes"], saved.unreadable) == (1, ())
    with backup.read_only(saved.backup.file, words) as copy:
        assert copy.execute("SELECT words FROM film_notes").fetchall() == [("waits",)]


def test_there_is_nothing_to_rescue_where_there_is_no_library(folder):
    with pytest.raises(NotFound):
        rescue(folder, None)
    assert not folder.exists()


def test_a_shared_folder_gives_its_group_what_it_needs_and_nobody_else(folder):
    folder.mkdir()
    folder.chmod(0o2770)
    library = open_library(folder)
    add_case(library)
    made = library.back_up()
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o660
    assert stat.S_IMODE((folder / f"{FILE_NAME}-wal").stat().st_mode) == 0o660
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o660
    assert stat.S_IMODE(made.file.parent.stat().st_mode) == 0o2770
    library.close()
    film = folder / "films" / "one.mp4"
    film.parent.mkdir(mode=0o700)
    film.write_bytes(b"film")
    film.chmod(0o600)
    share(folder, film)
    assert [stat.S_IMODE(one.stat().st_mode) for one in (film, film.parent)] == [0o660, 0o2770]


@pytest.mark.parametrize(
    "lost", [lambda file: file.unlink(), lambda file: os.truncate(file, 0)], ids=["missing", "empty"]
)
def test_where_a_library_was_lost_none_is_begun_in_its_place(folder, lost):
    """“No case yet” on an empty file would look as if all cases were gone, and the next backup would be of nothing."""
    library = open_library(folder)
    add_case(library)
    made = library.back_up()
    library.close()
    lost(folder / FILE_NAME)
    before = sorted(os.listdir(folder))
    with pytest.raises(LibraryDamaged, match="though there are backups of it"):
        open_library(folder)
    assert sorted(os.listdir(folder)) == before
    restore(folder, None, made.file, None, actor="RB")
    assert condition(folder).counts["cases"] == 1


def test_a_damaged_first_page_that_looks_encrypted_is_doubted(folder):
    library = open_library(folder)
    library.back_up()
    library.close()
    with (folder / FILE_NAME).open("r+b") as opened:
        opened.write(random.Random(1).randbytes(4096))
    with pytest.raises(LibraryError) as refused:
        Library(folder, actor="RB", passphrase=PASSPHRASE)
    assert "never had one" in refused.value.remedy
