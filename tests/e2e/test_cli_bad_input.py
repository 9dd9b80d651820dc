"""What can be given wrong, given to the real program: a sentence, an exit code, and nothing changed."""

import ctypes
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

Word = str | bytes


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Place:
    """A library with one case, and a folder of odd files."""

    root: Path

    @property
    def library(self) -> Path:
        return self.root / "library"

    def run(self, *words: Word, preexec: Callable[[], None] | None = None) -> Answer:
        environment = {
            **os.environ,
            "VIGTUI_LIBRARY": str(self.library),
            "VIGTUI_CONFIG": str(self.root / "config"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        done = subprocess.run(
            [sys.executable, "-m", "vigtui", *words],
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
            preexec_fn=preexec,
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(tmp_path_factory.mktemp("bad"))
    for words in (
        ["case", "new", "--code", "K1"],
        ["person", "add", "--case", "K1", "--role", "client", "--name", "Jo"],
        ["person", "add", "--case", "K1", "--role", "child", "--name", "Pip"],
        ["consent", "give", "--case", "K1", "--person", "Jo", "--purpose", "therapy", "--by", "Jo"],
    ):
        assert made.run(*words).code == 0
    text = "These are words and no film.\n" * 100
    for name in ("text.mp4", "-dash.mp4", "[b]\"q'\n\x1b[31m\x07%s.mp4", "playlist.m3u8"):
        (made.root / name).write_text(text, "utf-8")
    (made.root / "playlist.m3u8").write_text("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "utf-8")
    (Path(os.fsdecode(os.fsencode(made.root) + b"/caf\xe9.mp4"))).write_text(text, "utf-8")
    (made.root / "empty.mp4").touch()
    (made.root / "folder.mp4").mkdir()
    (made.root / "pack.toml").write_text('id = "x"\nname = 3\n', "utf-8")
    (made.root / "latin.toml").write_bytes(b'name = "caf\xe9"\n')
    return made


def contents(folder: Path) -> tuple[str, list[str]]:
    """Every row of a library, and every file beside it."""
    with closing(sqlite3.connect(folder / "vigtui.sqlite")) as db:
        schema = db.execute("SELECT name, type, sql FROM sqlite_schema ORDER BY name").fetchall()
        # The index keeps no words that could be read back; its own tables are among the others.
        tables = [name for name, kind, sql in schema if kind == "table" and not sql.startswith("CREATE VIRTUAL")]
        found = [*schema, *(row for table in tables for row in db.execute(f'SELECT * FROM "{table}"'))]
    rows = "\n".join(map(repr, found))
    return rows, sorted(one.name for one in folder.rglob("*") if not one.name.startswith("vigtui.sqlite-"))


def told_in_sentences(answer: Answer) -> None:
    """One to four sentences for a person on stderr: no traceback, nothing a terminal would act on, no result."""
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert not [c for c in answer.err if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")]
    assert 1 <= len(re.findall(r"[.?!]\)?(?:\s|$)", answer.err)) <= 5, answer.err
    assert len(answer.err) < 700


ADD = ("film", "add", "--case", "K1", "--cycle", "1")
CONSENT = ("consent", "give", "--case", "K1", "--person", "Jo", "--by", "Jo")

REFUSED: list[tuple[str, Sequence[Word], str]] = [
    ("text as a film", [*ADD, "text.mp4"], "text.mp4"),
    ("text probed", ["film", "probe", "text.mp4"], "not a film"),
    ("playlist", ["film", "probe", "playlist.m3u8"], "not a film"),
    ("empty file", [*ADD, "empty.mp4"], "is empty"),
    ("no file", [*ADD, "missing.mp4"], "is not there"),
    ("a folder", [*ADD, "folder.mp4"], "is a folder"),
    ("dash after --", [*ADD, "--", "-dash.mp4"], "-dash.mp4"),
    ("dash with ./", [*ADD, "./-dash.mp4"], "-dash.mp4"),
    ("hard name", [*ADD, "[b]\"q'\n\x1b[31m\x07%s.mp4"], "[b]\"q'[31m%s.mp4"),
    ("no utf-8 name", [*ADD, b"caf\xe9.mp4"], "caf"),
    ("no utf-8 words", ["show", b"caf\xe9\x1b[2J"], "There is no case"),
    ("unknown case", ["show", "K9"], "There is no case “K9”"),
    ("unknown case of a film", ["film", "add", "text.mp4", "--case", "K9", "--cycle", "1"], "There is no case"),
    ("unknown cycle", ["film", "add", "text.mp4", "--case", "K1", "--cycle", "7"], "no cycle 7"),
    ("unknown person", ["consent", "give", "--case", "K1", "--person", "X", "--purpose", "therapy", "--by", "X"], "no “X”"),
    ("unknown role", ["person", "add", "--case", "K1", "--role", "mum", "--name", "A"], "not a role"),
    ("taken name", ["person", "add", "--case", "K1", "--role", "child", "--name", " Pip "], "already"),
    ("name of two lines", ["person", "add", "--case", "K1", "--role", "child", "--name", "A\nB"], "one line"),
    ("blank name", ["person", "add", "--case", "K1", "--role", "child", "--name", " "], "needs words"),
    ("unknown purpose", [*CONSENT, "--purpose", "fun"], "not a purpose"),
    ("bad date", [*CONSENT, "--purpose", "therapy", "--on", "23.11.2026"], "not a date"),
    ("no such day", [*CONSENT, "--purpose", "therapy", "--until", "2026-02-30"], "not a date"),
    ("days reversed", [*CONSENT, "--purpose", "therapy", "--on", "2026-02-02", "--until", "2026-02-01"], "before"),
    ("nobody gave it", ["consent", "give", "--case", "K1", "--person", "Jo", "--purpose", "therapy", "--by", ""], "Who gave"),
    ("no reason", ["consent", "withdraw", "--case", "K1", "--person", "Jo", "--purpose", "therapy", "--why", " "], "few words"),
    ("taken code", ["case", "new", "--code", "K1"], "already"),
    ("code of two lines", ["case", "new", "--code", "K\n1"], "one line"),
    ("blank code", ["case", "new", "--code", ""], "case code"),
    ("unknown pack", ["case", "new", "--code", "K2", "--pack", "nope"], "no script pack"),
    ("pack with an error", ["packs", "check", "pack.toml"], "Line 2"),
    ("pack in latin-1", ["packs", "check", "latin.toml"], "UTF-8"),
    ("pack that is missing", ["packs", "check", "none.toml"], "cannot be read"),
    ("reversed marks", ["clip", "add", "--case", "K1", "--cycle", "1", "--in", "2", "--out", "1"], "out mark must come after"),
    ("no time", ["clip", "add", "--case", "K1", "--cycle", "1", "--in", "1h", "--out", "2"], "not a time"),
    ("no terminal", [], "needs a terminal"),
    ("demo where something is", ["demo", "--library", "library", "--no-open"], "something in that place"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), [pytest.param(*one[1:], id=one[0]) for one in REFUSED])
def test_refused_with_a_sentence(place: Place, words: Sequence[Word], said: str) -> None:
    before = contents(place.library)
    answer = place.run(*words)
    assert answer.code == 1
    if "pack.toml" not in words:  # that one lists every fault there is
        told_in_sentences(answer)
    assert said in answer.err
    assert contents(place.library) == before


def other_library(tmp_path: Path, kind: str) -> Path:
    folder = tmp_path / "other"
    folder.mkdir(mode=0o700)
    file = folder / "vigtui.sqlite"
    if kind == "text":
        file.write_text("no database at all\n" * 50, "utf-8")
    elif kind == "foreign":
        with closing(sqlite3.connect(file)) as db:
            db.execute("CREATE TABLE recipes (name TEXT)")
            db.execute("INSERT INTO recipes VALUES ('soup')")
            db.commit()
    elif kind == "folder":
        file.mkdir()
    else:
        folder.rmdir()
        folder.write_text("a file\n", "utf-8")
    return folder


@pytest.mark.parametrize("kind", ["text", "foreign", "folder", "file"])
@pytest.mark.parametrize("words", [["cases"], ["case", "new", "--code", "K1"], ["doctor"]], ids=" ".join)
def test_what_is_no_library_stays_as_it_is(place: Place, tmp_path: Path, kind: str, words: list[str]) -> None:
    folder = other_library(tmp_path, kind)
    file = folder if kind == "file" else folder / "vigtui.sqlite"
    before = file.read_bytes() if file.is_file() else None
    answer = place.run("--library", str(folder), *words)
    assert answer.code == 1
    if words == ["doctor"]:
        assert "Broken:" in answer.out
        assert answer.err == ""
    else:
        told_in_sentences(answer)
    assert "Traceback" not in answer.err
    assert (file.read_bytes() if file.is_file() else None) == before
    if folder.is_dir():
        assert [one.name for one in folder.iterdir()] == ["vigtui.sqlite"]


@pytest.mark.parametrize(
    "words", [["cases"], ["show", "K1"], ["case", "new", "--code", "K2"], ["doctor"]], ids=" ".join
)
def test_a_newer_library_is_left_alone(place: Place, tmp_path: Path, words: list[str]) -> None:
    folder = tmp_path / "newer"
    shutil.copytree(place.library, folder)
    with closing(sqlite3.connect(folder / "vigtui.sqlite")) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('vigtui', 'm999_future', '2030-01-01')"
        )
        db.commit()
    before = contents(folder)
    answer = place.run("--library", str(folder), *words)
    assert answer.code == 1
    assert "newer vigtui" in answer.out + answer.err
    assert "Traceback" not in answer.err
    assert contents(folder) == before


def as_mortal() -> None:
    """Take from a child process of root what lets root pass over permissions (Linux: two capabilities)."""
    if os.geteuid() == 0:
        system = ctypes.CDLL(None, use_errno=True)
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            if system.prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP; takes hold when the program is started
                raise OSError(ctypes.get_errno(), "prctl")


@pytest.mark.parametrize(("mode", "said"), [(0o500, "cannot be written to"), (0o000, "cannot be written to")])
def test_a_folder_that_may_not_be_written_to(place: Place, tmp_path: Path, mode: int, said: str) -> None:
    folder = tmp_path / "locked"
    shutil.copytree(place.library, folder)
    before = contents(folder)
    folder.chmod(mode)
    try:
        for words in (["cases"], ["case", "new", "--code", "K2"]):
            answer = place.run("--library", str(folder), *words, preexec=as_mortal)
            assert answer.code == 1
            told_in_sentences(answer)
            assert said in answer.err
        doctor = place.run("--library", str(folder), "doctor", preexec=as_mortal)
        assert "Traceback" not in doctor.err
        inside = place.run("--library", str(folder / "new"), "case", "new", "--code", "K2", preexec=as_mortal)
        assert inside.code == 1
        told_in_sentences(inside)
    finally:
        folder.chmod(0o700)
    assert contents(folder) == before


def test_a_film_that_may_not_be_read(place: Place, tmp_path: Path) -> None:
    film = tmp_path / "mine.mp4"
    film.write_bytes(b"x" * 100)
    film.chmod(0o000)
    answer = place.run(*ADD, str(film), preexec=as_mortal)
    assert answer.code == 1
    told_in_sentences(answer)
    assert "may not be read" in answer.err
