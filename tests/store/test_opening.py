"""Opening a library: making it, and leaving alone what is none."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest

from tests.support.libraries import add_case, add_note, look, names, open_library, query, tables
from vigtui.domain.case import Case
from vigtui.domain.errors import LibraryError
from vigtui.services import cases
from vigtui.store.condition import condition, is_there
from vigtui.store.database import FILE_NAME
from vigtui.store.migrations import APPLICATION_ID, migrations, statements
from vigtui.store.tables import TABLES


def refusal(folder) -> LibraryError:
    with pytest.raises(LibraryError) as refused:
        open_library(folder)
    assert refused.value.summary.endswith(".")
    assert refused.value.remedy.endswith(".")
    return refused.value


def make_sqlite(folder, *statements: str):
    folder.mkdir()
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return folder / FILE_NAME


def test_a_new_library_has_every_table_and_its_migrations_on_record(library, folder):
    with look(folder) as connection:
        assert set(TABLES.values()) <= set(tables(connection))
    assert query(folder, "SELECT migration_set, name FROM _sqlite_migrations") == [
        ("vigtui", migration.name) for migration in migrations._migrations
    ]
    assert library.health() == "ok"


def test_every_table_is_strict(library, folder):
    lax = query(
        folder,
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict ORDER BY name",
    )
    assert [name for (name,) in lax if not name.startswith(("sqlite_", "_sqlite_"))] == []
    with pytest.raises(LibraryError, match="refused the change"):
        library.change(lambda work: work._db.execute("INSERT INTO history VALUES ('c', 's', 'r', x'00', NULL)"))


def test_no_statement_of_the_schema_is_lost_between_blank_lines():
    assert [one for one in statements("001_first.sql") if not one.startswith(("CREATE ", "INSERT "))] == []


def test_the_connection_and_the_file_are_set_up(library, folder):
    def look(work):
        names = ("foreign_keys", "journal_mode", "synchronous", "application_id")
        return {name: work._db.execute(f"PRAGMA {name}").fetchone()[0] for name in names}

    assert library.read(look) == {
        "foreign_keys": 1,
        "journal_mode": "wal",
        "synchronous": 2,
        "application_id": APPLICATION_ID,
    }


def test_a_row_cannot_hang_on_nothing(library, case):
    from vigtui.domain.cycle import Cycle

    with pytest.raises(LibraryError, match="SQLITE_CONSTRAINT_FOREIGNKEY"):
        library.change(lambda work: work.add(Cycle(id="c", case_id="nobody", number=1, opened_on=work.today)))


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_everything_is_private_whatever_the_umask(folder, umask):
    before = os.umask(umask)
    try:
        library = open_library(folder)
        add_case(library)
        modes = {file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in folder.iterdir()}
        assert modes == {FILE_NAME: "0o600", f"{FILE_NAME}-wal": "0o600", f"{FILE_NAME}-shm": "0o600"}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        library.close()
        assert os.umask(umask) == umask
    finally:
        os.umask(before)


def test_a_library_of_a_newer_program_is_left_alone(folder):
    open_library(folder).close()
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('vigtui', 'm999', '')"
        )
        connection.commit()
    before = (folder / FILE_NAME).read_bytes()
    assert refusal(folder).summary == "This library was made by a newer vigtui."
    with pytest.raises(LibraryError, match="newer vigtui"):
        condition(folder)
    assert (folder / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize(
    "made_by",
    [
        ["CREATE TABLE photos (id INTEGER)"],
        ["PRAGMA application_id = 77"],
        ["PRAGMA journal_mode = WAL", "CREATE TABLE cases (id TEXT)", "PRAGMA application_id = 1"],
    ],
)
def test_a_database_of_another_program_is_left_alone(folder, made_by):
    file = make_sqlite(folder, *made_by)
    before = file.read_bytes()
    assert refusal(folder).summary == "This SQLite file was not made by vigtui."
    assert os.listdir(folder) == [FILE_NAME]
    with pytest.raises(LibraryError, match="not made by vigtui"):
        condition(folder)
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", [b"Dear diary", b"Dear diary, " * 1000, b"\0" * 100, b"SQLite format 3\0"])
def test_a_file_that_is_no_database_is_left_alone(folder, content):
    folder.mkdir()
    file = folder / FILE_NAME
    file.write_bytes(content)
    assert refusal(folder).summary.startswith("This is no vigtui library")
    assert file.read_bytes() == content
    assert os.listdir(folder) == [FILE_NAME]


def test_an_empty_file_becomes_a_library(folder):
    folder.mkdir()
    (folder / FILE_NAME).touch()
    library = open_library(folder)
    assert add_case(library).code == "K17"
    library.close()
    assert condition(folder).counts["cases"] == 1


def test_a_file_in_the_place_of_the_folder_is_left_alone(folder):
    folder.write_text("shopping list")
    assert refusal(folder).summary == "The library must be a folder, and there is a file of that name."
    assert folder.read_text() == "shopping list"
    assert refusal(folder / "deeper").summary.startswith("The folder for the library cannot be made")


def test_a_folder_in_the_place_of_the_file_is_left_alone(folder):
    (folder / FILE_NAME).mkdir(parents=True)
    assert refusal(folder).summary == "The library cannot be written to."
    with pytest.raises(LibraryError, match="a folder in the place of"):
        condition(folder)
    assert os.listdir(folder / FILE_NAME) == []


@pytest.fixture
def damaged(folder):
    """A library of some 300 kB that is not open."""
    library = open_library(folder)
    case = add_case(library)
    for number in range(12):
        add_note(library, case, f"{number} " + "waits for her turn " * 500)
    library.close()
    return folder / FILE_NAME


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_library_cut_short_is_left_alone(damaged, share):
    content = damaged.read_bytes()[: int(damaged.stat().st_size * share)]
    damaged.write_bytes(content)
    with pytest.raises(LibraryError, match="damaged"):
        library = open_library(damaged.parent)
        try:
            library.read(cases.load_all)
        finally:
            library.close()
    assert damaged.read_bytes() == content


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6])
def test_a_library_overwritten_in_the_middle_is_told_and_left_alone(damaged, share):
    content = bytearray(damaged.read_bytes())
    start = 100 if share == 0 else int(len(content) * share) // 4096 * 4096
    content[start : start + 40_960] = b"\xa5" * min(40_960, len(content) - start)
    damaged.write_bytes(content)
    said = ""
    try:
        library = open_library(damaged.parent)
        try:
            said = library.health()
        finally:
            library.close()
    except LibraryError as fault:
        said = fault.summary
    assert said not in ("", "ok")
    assert damaged.read_bytes() == content


def test_opening_again_changes_nothing(folder):
    library = open_library(folder)
    case = add_case(library)
    library.close()
    before = (folder / FILE_NAME).read_bytes()
    again = open_library(folder)
    assert again.read(lambda work: work.find(Case)) == [case]
    again.close()
    assert (folder / FILE_NAME).read_bytes() == before


def test_looking_at_a_library_neither_makes_nor_changes_one(folder):
    assert not is_there(folder)
    with pytest.raises(LibraryError):
        condition(folder)
    assert not folder.exists()
    library = open_library(folder)
    case = add_case(library)
    found = condition(folder)
    assert is_there(folder)
    assert (found.health, found.counts["cases"], found.counts["films"]) == ("ok", 1, 0)
    library.change(lambda work: work.remove(Case, case.id))
    library.close()
    before = (folder / FILE_NAME).read_bytes()
    assert condition(folder).counts["cases"] == 0
    assert condition(folder).size_bytes == len(before)
    assert (folder / FILE_NAME).read_bytes() == before
    left = folder / f"{FILE_NAME}-wal"
    assert not left.exists() or left.stat().st_size == 0


def test_a_library_whose_name_is_odd_opens(tmp_path):
    folder = tmp_path / "Bauklötze [x] %20?#&mode=ro \udcff"
    library = open_library(folder)
    case = add_case(library)
    assert names(library, case) == []
    library.close()
    assert condition(folder).counts["cases"] == 1


WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from tests.support.libraries import add_case, open_library
from vigtui.domain.errors import LibraryError
from vigtui.store.condition import condition

folder, how = Path(sys.argv[1]), sys.argv[2]
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    print(condition(folder).counts["cases"] if how == "look" else add_case(open_library(folder), "K18"))
except LibraryError as fault:
    print(fault)
"""


def without_rights(folder, how: str) -> str:
    """What somebody without the right to write is told."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_RIGHTS, str(folder), how],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def readable(tmp_path_factory):
    """A library that everybody may read and nobody but us may write to."""
    import shutil
    import tempfile
    from pathlib import Path

    outer = Path(tempfile.mkdtemp(prefix="readable-"))
    folder = outer / "library"
    library = open_library(folder)
    add_case(library)
    library.close()
    outer.chmod(0o755)
    (folder / FILE_NAME).chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(outer)


def test_a_folder_that_cannot_be_written_to_is_told_and_can_still_be_looked_at(readable):
    before = (readable / FILE_NAME).read_bytes()
    assert without_rights(readable, "open").startswith(
        "The library's folder cannot be written to. Nothing was changed."
    )
    assert without_rights(readable, "look") == "1"
    assert (readable / FILE_NAME).read_bytes() == before
    assert os.listdir(readable) == [FILE_NAME]


def test_a_file_that_cannot_be_written_to_is_told(readable):
    readable.chmod(0o777)
    before = (readable / FILE_NAME).read_bytes()
    assert without_rights(readable, "open").startswith("The library cannot be written to. Nothing was changed.")
    assert (readable / FILE_NAME).read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told(readable):
    said = without_rights(readable / "new", "open")
    assert said.startswith("The folder for the library cannot be made: Permission denied. Nothing was written.")
