"""export and import: the consent gate, what stays private, where files go, and what is remembered."""

import asyncio
import csv
import json
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.builders import House, add_clip, add_film, build_house, give_consents, hold_review
from vigtui.cli import main
from vigtui.domain.audit import AuditEntry, Export
from vigtui.domain.consent import Purpose
from vigtui.domain.film import Film
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.review import NoteKind
from vigtui.domain.timecode import Millis
from vigtui.interchange.writing import FORMATS, READERS
from vigtui.services import cases, moments
from vigtui.store.database import Library

Cli = Callable[..., tuple[int, Any, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Two clips and a private moment on one film, a review with a concern; everyone agreed to therapy."""
    house = build_house(tmp_path_factory.mktemp("made") / "library")
    give_consents(house)
    film = add_film(house, name="Smith family birthday.mp4")
    first = add_clip(house, film, 12_000)
    add_clip(house, film, 40_000)

    def mark(work: Any) -> None:
        secret = moments.mark(work, film, Millis(60_000), Millis(63_000), note="SECRET shouting")
        moments.set_state(work, secret, MomentState.PRIVATE, film.cycle_id)
        work.update(Moment, first.moment_id, note="=HYPERLINK()", initiator="child")
        moments.toggle_principle(work, first.moment_id, "receiving.smiles")

    house.change(mark)
    hold_review(
        house, ((NoteKind.QUOTE, "I see her"), (NoteKind.CONCERN, "SECRET concern"), (NoteKind.OWN, "SECRET own"))
    )
    house.library.close()
    return house


@pytest.fixture
def house(made: House, tmp_path: Path) -> House:
    """A copy of it for each test."""
    shutil.copytree(made.library.folder, tmp_path / "library")
    library = Library(tmp_path / "library", actor="RB")
    library.close()
    return House(library, made.packs, made.case_id)


@pytest.fixture
def cli(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    monkeypatch.setenv("VIGTUI_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("VIGTUI_CONFIG", str(tmp_path / "config"))

    def run(*words: str) -> tuple[int, Any, str]:
        code = main(words)
        captured = capsys.readouterr()
        return code, json.loads(captured.out) if "--json" in words else captured.out, captured.err

    return run


def remembered(tmp_path: Path) -> tuple[list[Export], list[AuditEntry]]:
    library = Library(tmp_path / "library", actor="RB")
    try:
        return library.read(lambda work: (work.find(Export), [*work.find(AuditEntry)]))
    finally:
        library.close()


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_private_and_no_place_leaves(cli: Cli, tmp_path: Path, form: str) -> None:
    target = tmp_path / "out.file"
    code, found, _ = cli("export", form, "--case", "K17", "--cycle", "1", "--to", str(target), "--json")
    assert code == 0
    assert found["files"] == [str(target)]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    words = target.read_bytes()
    for kept in (b"SECRET", b"Smith", b"60.0", b"60000", str(tmp_path).encode()):
        assert kept not in words
    (export,), trail = remembered(tmp_path)
    assert (export.kind, export.purpose, export.target) == (f"export {form}", Purpose.THERAPY, str(target))
    assert [(one.words, one.subject) for one in trail if one.action == "exported"] == [
        (f"{form} of K17 for therapy.", export.id)
    ]


@pytest.mark.parametrize("purpose", ["supervision", "research"])
def test_the_gate_names_whose_consent_is_missing(cli: Cli, tmp_path: Path, purpose: str) -> None:
    target = tmp_path / "out.vtt"
    words = ("export", "webvtt", "--case", "K17", "--cycle", "1", "--to", str(target), "--for", purpose)
    code, _, told = cli(*words)
    assert code == 1
    assert f"Anna for {purpose} (none was recorded); Mia for {purpose}" in told
    assert not target.exists()
    assert remembered(tmp_path)[0] == []
    assert cli(*words, "--without-consent", "asked by the court")[0] == 0
    (export,), trail = remembered(tmp_path)
    assert export.without_consent_why == "asked by the court"
    assert any("Reason: asked by the court" in one.words and "without consent" in one.action for one in trail)


def test_the_true_place_of_the_film_is_named_only_when_asked(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "reel.edl"
    assert cli("export", "mpv-edl", "--case", "K17", "--to", str(target))[0] == 0
    assert target.read_text().splitlines()[1] == "K17-cycle-1-film-1.mp4,12.000,6.300"
    assert cli("export", "mpv-edl", "--case", "K17", "--to", str(target), "--absolute")[0] == 0
    assert f"{tmp_path}/library/films/" in target.read_text()
    assert cli("export", "elan", "--case", "K17", "--to", str(target), "--absolute")[0] == 0
    assert f'MEDIA_URL="file://{tmp_path}/library/films/' in target.read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--cycle", "7", "--to", "x.eaf"), "no cycle 7"),
        (("--to", "gone/x.eaf"), "folder for the file is not there"),
        (("--to", "library/x.eaf"), "library's own folder"),
        (("--to", "link.eaf"), "a folder, a link or a device"),
        (("--to", "x.eaf", "--for", "fun"), "not a purpose"),
        (("--to", "x" * 300), "cannot be written there"),
    ],
)
def test_what_is_refused_leaves_everything_as_it_was(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.eaf").symlink_to("nowhere")
    before = sorted(tmp_path.iterdir())
    code, found, said = cli("export", "elan", "--case", "K17", *words, "--json")
    assert (code, bool(found["error"]["remedy"])) == (1, True)
    assert told in said
    assert sorted(tmp_path.iterdir()) == before
    assert remembered(tmp_path)[0] == []


def second_film(house: House) -> Film:
    again = House(Library(house.library.folder, actor="RB"), house.packs, house.case_id)
    try:
        return add_film(again)
    finally:
        again.library.close()


def test_several_films_go_into_a_folder(cli: Cli, house: House, tmp_path: Path) -> None:
    second_film(house)
    code, _, told = cli("export", "elan", "--case", "K17", "--to", str(tmp_path / "all.eaf"))
    assert (code, "There are 2 films" in told) == (1, True)
    folder = tmp_path / "elan"
    assert cli("export", "elan", "--case", "K17", "--to", str(folder))[0] == 0
    assert sorted(one.name for one in folder.iterdir()) == ["K17-cycle-1-film-1.eaf", "K17-cycle-1-film-2.eaf"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_table_is_one_file_for_all(cli: Cli, house: House, tmp_path: Path) -> None:
    second_film(house)
    target = tmp_path / "all.csv"
    assert cli("export", "csv", "--case", "K17", "--to", str(target))[0] == 0
    rows = list(csv.DictReader(target.read_text("utf-8-sig").splitlines()))
    assert [(row["film"], row["in"], row["note"]) for row in rows] == [
        ("film 1", "12.000", "'=HYPERLINK()"),
        ("film 1", "40.000", ""),
    ]


# Import


def shortlist(tmp_path: Path) -> list[tuple[Any, ...]]:
    library = Library(tmp_path / "library", actor="RB")
    try:
        file = library.read(lambda work: cases.load_by_code(work, "K17"))
    finally:
        library.close()
    clips = {one.moment_id: one.position for one in file.clips}
    return [
        (one.in_ms, one.out_ms, one.state.value, one.note, file.principles_of(one.id), clips.get(one.id))
        for film in file.films
        for one in file.moments_of(film.id)
    ]


@pytest.mark.parametrize("form", READERS)
def test_what_was_exported_comes_back_into_an_empty_film(cli: Cli, house: House, tmp_path: Path, form: str) -> None:
    target = tmp_path / "out.file"
    assert cli("export", form, "--case", "K17", "--to", str(target))[0] == 0
    before = [one for one in shortlist(tmp_path) if one[2] != "private"]
    library = Library(tmp_path / "library", actor="RB")
    library.change(lambda work: [moments.remove(work, one.id) for one in work.find(Moment)])
    library.close()
    code, found, told = cli("import", form, str(target), "--case", "K17", "--cycle", "1", "--json")
    assert code == 0
    assert "marks were taken as they stand" in told
    assert (len(found["added"]), found["skipped"], found["changed"]) == (2, [], [])
    assert shortlist(tmp_path) == before
    code, found, _ = cli("import", form, str(target), "--case", "K17", "--cycle", "1", "--json")
    assert (len(found["added"]), [one["why"] for one in found["skipped"]]) == (0, ["it is there already"] * 2)


def test_an_import_is_one_change_that_undo_takes_back(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,2,one\n3,4,two\n")
    before = shortlist(tmp_path)
    assert cli("import", "csv", str(tmp_path / "a.csv"), "--case", "K17", "--cycle", "1")[0] == 0
    assert len(shortlist(tmp_path)) == len(before) + 2
    library = Library(tmp_path / "library", actor="RB")
    assert asyncio.run(library.undo(None)) == "2 moments imported"
    library.close()
    assert shortlist(tmp_path) == before


def test_what_is_skipped_is_told_with_its_line(cli: Cli, tmp_path: Path) -> None:
    rows = ["Start,End,Name", "1,2,good", "5,4,turned", "x,9,odd", "900,901,late", "130,140,at the end", ",,"]
    (tmp_path / "a.csv").write_text("\n".join(rows))
    code, out, told = cli("import", "csv", str(tmp_path / "a.csv"), "--case", "K17", "--cycle", "1")
    assert code == 0
    assert "2 moments added to film 1 of cycle 1." in out
    assert "Skipped: line 3: It ends before it begins." in told
    assert "Skipped: line 4: “x” is not a time." in told
    assert "Skipped: line 5: It begins after the end of the film, at 139.000 s." in told
    assert "Changed: line 6: its marks were moved to frames of the film" in told


@pytest.mark.parametrize(
    ("name", "words", "told"),
    [
        ("gone.csv", (), "not there"),
        (".", (), "no file"),
        ("a.csv", ("--cycle", "4"), "no cycle 4"),
        ("a.csv", ("--film", "9"), "no film 9"),
        ("film.mp4", (), "no text file"),
        (
            "words.txt",
            (),
            "no moment in the file that can be read. It begins with: line 1: “Dear diary” is not a time.",
        ),
        ("empty", (), "no rows"),
    ],
)
def test_files_that_cannot_be_imported(cli: Cli, tmp_path: Path, name: str, words: tuple[str, ...], told: str) -> None:
    (tmp_path / "a.csv").write_text("1,2,x\n")
    (tmp_path / "words.txt").write_text("Dear diary\nnothing here\n")
    (tmp_path / "empty").touch()
    (tmp_path / "film.mp4").write_bytes(b"\0\0\0\x20ftypisom" * 1000)
    usual = () if "--cycle" in words else ("--cycle", "1")
    code, _, said = cli("import", "csv", str(tmp_path / name), "--case", "K17", *usual, *words)
    assert code == 1
    assert told in said


def test_marks_of_other_programs_go_to_frames_of_the_film(cli: Cli, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    source = ("-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=2", "-c:v", "libx264", "-preset", "ultrafast")
    command = ["ffmpeg", "-v", "error", *source, f"file:{film}"]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True, timeout=60)
    assert cli("case", "new", "--code", "K2")[0] == 0
    assert cli("film", "add", str(film), "--case", "K2", "--cycle", "1")[0] == 0
    (tmp_path / "a.csv").write_text("0.03,1.01,between\n0.4,0.8,on frames\n1.5,9,past the end\n1.99,,still\n")
    code, found, told = cli("import", "csv", str(tmp_path / "a.csv"), "--case", "K2", "--cycle", "1", "--json")
    assert (code, told) == (0, "")
    marks = [(one["in_ms"], one["out_ms"], one["still"]) for one in found["added"]]
    assert marks == [(40, 1040, False), (400, 800, False), (1520, 1960, False)]
    assert [one["where"] for one in found["changed"]] == ["line 1", "line 3"]
    assert [str(one["where"]) for one in found["skipped"]] == ["line 4"]
