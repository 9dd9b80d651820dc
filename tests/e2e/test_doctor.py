"""The doctor of the real program: a sound library, each way of being damaged, each program that is missing."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.disks import may_mount
from tests.support.libraries import add_case, add_note, open_library
from tests.support.programs import modules_without_libmpv, path_without
from vigtui.store.database import FILE_NAME, Library

ROOT = Path(__file__).parents[2]
PROGRAMS = ("mpv", "ffmpeg", "ffprobe", "ssh")
WORDS = "four words in a row"

Run = Callable[..., tuple[int, dict]]


@pytest.fixture
def doctor(tmp_path: Path) -> Run:
    """Runs it on a library; exit code and report. `path` takes the place of where programs are looked for."""
    words = tmp_path / "words"
    words.write_text(WORDS)

    def run(folder: Path, path: str = os.environ["PATH"], **more: str) -> tuple[int, dict]:
        surroundings = {"PATH": path, "PYTHONPATH": str(ROOT), "VIGTUI_CONFIG": str(tmp_path / "config")}
        done = subprocess.run(
            [sys.executable, "-m", "vigtui", "doctor", "--json", "--library", str(folder)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, **surroundings, "VIGTUI_PASSPHRASE_FILE": str(words), **more},
        )  # fmt: skip
        assert done.stderr == ""
        return done.returncode, json.loads(done.stdout)

    return run


def told(report: dict, *, broken: bool) -> str:
    return "\n".join(f"{one['what']} {one['remedy']}" for one in report["problems"] if one["broken"] is broken)


@pytest.fixture(scope="module", params=[None, WORDS], ids=["plain", "closed"])
def sound(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "library"
    library = Library(folder, actor="RB", passphrase=request.param) if request.param else open_library(folder)
    case = add_case(library)
    for number in range(300):
        add_note(library, case, f"{number} she waits for her turn")
    library.back_up()
    library.close()
    return folder


def test_a_sound_library_is_sound(sound: Path, doctor: Run) -> None:
    code, report = doctor(sound)
    assert (code, told(report, broken=True), report["library"]["health"]) == (0, "", "ok")
    assert len(report["library"]["backups"]) == 1


def overwritten(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size * 3 // 4 // 4096 * 4096)
        opened.write(b"\xa5" * 20_480)


def tables_overwritten(file: Path) -> None:
    """Where the list of tables is; what SQLite says of it quotes it."""
    dice = random.Random(1)
    with file.open("r+b") as opened:
        for at in range(4096, 200_000, 1000):
            opened.seek(at)
            opened.write(bytes(dice.randrange(128, 256) for _ in range(30)))


def cut_short(file: Path) -> None:
    os.truncate(file, file.stat().st_size * 8 // 10)


def without_beginning(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(bytes(4096))


def empty(file: Path) -> None:
    os.truncate(file, 0)


def missing(file: Path) -> None:
    file.unlink()


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


DAMAGES = {
    overwritten: "damaged",
    tables_overwritten: "damaged",
    cut_short: "damaged",
    without_beginning: "restore",
    empty: "is empty, though there are backups of it",
    missing: "is missing, though there are backups of it",
    a_folder: "a folder in the place of",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_each_kind_of_damage_is_told_and_the_file_is_left_alone(
    sound: Path, doctor: Run, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = tmp_path / "library"
    shutil.copytree(sound, folder)
    file = folder / FILE_NAME
    damage(file)
    before = file.read_bytes() if file.is_file() else None
    code, report = doctor(folder)
    assert code == 1
    assert DAMAGES[damage] in told(report, broken=True)
    assert "disk is full" not in told(report, broken=True)
    assert (file.read_bytes() if file.is_file() else None) == before
    if damage is not missing:
        assert len(report["library"]["backups"]) == 1, "the backup is still looked at"


READ_ONLY = (
    'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && exec "$2" -m vigtui doctor --json --library "$1"'
)


@pytest.mark.skipif(not may_mount(), reason="needs a file system of its own")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    library = open_library(folder)
    library.back_up()
    library.close()
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", READ_ONLY, "sh", str(folder), sys.executable],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "VIGTUI_CONFIG": str(tmp_path / "config")},
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert (done.returncode, report["library"]["health"]) == (1, "ok")
    assert "The library's folder cannot be written to." in told(report, broken=True)


def test_a_library_that_only_looks_encrypted_is_doubted(doctor: Run, tmp_path: Path) -> None:
    """Nobody may be told to throw away the one copy that can still be read."""
    folder = tmp_path / "library"
    library = open_library(folder)
    add_case(library)
    library.back_up()
    library.close()
    with (folder / FILE_NAME).open("r+b") as opened:
        opened.write(random.Random(1).randbytes(4096))
    _, report = doctor(folder)
    assert "it never had one, the library is damaged" in told(report, broken=True)
    assert "remove it" not in told(report, broken=True)


def test_a_newer_library_and_a_wrong_passphrase_are_told(sound: Path, doctor: Run, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(sound, folder)
    closed = not (folder / FILE_NAME).read_bytes().startswith(b"SQLite format 3")
    if closed:
        (tmp_path / "other").write_text("quite another one")
        code, report = doctor(folder, VIGTUI_PASSPHRASE_FILE=str(tmp_path / "other"))
        assert (code, "does not open" in told(report, broken=True)) == (1, True)
        return
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('vigtui', 'm999', '')"
        )
    code, report = doctor(folder)
    assert (code, "made by a newer vigtui" in told(report, broken=True)) == (1, True)


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_missing_program_is_told_with_what_installs_it(tmp_path: Path, doctor: Run, program: str) -> None:
    code, report = doctor(tmp_path / "none", path_without(tmp_path / "programs", program))
    words = told(report, broken=program != "ssh")
    assert f"{program} is not found" in words or f"Not found: {program}." in words
    assert "apt install" in words
    assert code == (0 if program == "ssh" else 1)
    others = [one for one in PROGRAMS if one != program]
    assert not any(f"Not found: {one}." in words or f"{one} is not found" in words for one in others)


def test_a_missing_libmpv_is_told(tmp_path: Path, doctor: Run) -> None:
    modules = f"{modules_without_libmpv(tmp_path / 'modules')}{os.pathsep}{ROOT}"
    code, report = doctor(tmp_path / "none", PYTHONPATH=modules)
    assert "The library libmpv is not found. Films then play in a window only" in told(report, broken=False)
    assert (code, report["players"]["libmpv"]) == (0, None)
