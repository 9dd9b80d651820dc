"""The commands of an administrator, through `main` as a script would use them."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.libraries import add_draft
from vigtui.cli import main
from vigtui.domain.audit import Export
from vigtui.domain.consent import Purpose
from vigtui.services import cases
from vigtui.store.database import Library

TODAY = datetime.now().astimezone().date()
WORD = "Wolkenkuckucksheim"


@pytest.fixture
def cli(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VIGTUI_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("VIGTUI_CONFIG", str(tmp_path / "config"))

    def run(*words):
        code = main(words)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def filled(cli):
    until = (TODAY + timedelta(days=5)).isoformat()
    cli("case", "new", "--code", "K17")
    cli("case", "new", "--code", "K18")
    cli("person", "add", "--case", "K17", "--role", "child", "--name", WORD, "--child")
    cli("consent", "give", "--case", "K17", "--person", WORD, "--purpose", "therapy", "--by", "Anna", "--until", until)
    cli("consent", "give", "--case", "K17", "--person", WORD, "--purpose", "teaching", "--by", "Anna")
    cli("consent", "withdraw", "--case", "K17", "--person", WORD, "--purpose", "teaching", "--why", "no")
    return cli


def holding(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.is_file() and WORD.encode() in file.read_bytes()]


def secret(tmp_path, monkeypatch, name: str, words: str) -> None:
    file = tmp_path / name
    file.write_text(words + "\n")
    monkeypatch.setenv(name, str(file))


def test_backup_list_and_restore(filled, tmp_path):
    code, out, _ = filled("backup", "--json")
    made = json.loads(out)
    assert (code, made["state"], made["kind"], made["encrypted"]) == (0, "ok", "by-hand", False)
    filled("case", "new", "--code", "K19")
    code, out, _ = filled("restore", made["file"])
    assert code == 0
    assert "K19: cases: 1 gone" in out
    assert "To take this back: vigtui restore" in out
    assert [one["code"] for one in json.loads(filled("cases", "--json")[1])] == ["K17", "K18"]
    listed = json.loads(filled("backups", "--json")[1])
    assert [(one["kind"], one["state"]) for one in listed] == [("before-restore", "ok"), ("by-hand", "ok")]
    aside = next(one["file"] for one in listed if one["kind"] == "before-restore")
    assert filled("restore", aside)[0] == 0
    assert len(json.loads(filled("cases", "--json")[1])) == 3
    assert filled("backup", "--to", str(tmp_path / "mine.sqlite"))[0] == 0
    assert filled("backup", "--to", str(tmp_path / "mine.sqlite"))[0] == 1
    assert filled("restore", str(tmp_path / "none.sqlite"))[0] == 1


def test_consents_tell_whether_they_hold(filled):
    lines = json.loads(filled("consents", "--json")[1])
    assert [(one["purpose"], one["state"]) for one in lines] == [("teaching", "withdrawn"), ("therapy", "runs out")]
    assert "runs out" in filled("consents")[1]


def test_the_audit_trail_tells_of_a_case_alone(filled):
    everything = json.loads(filled("audit", "--json")[1])
    own = json.loads(filled("audit", "K17", "--json")[1])
    assert [one["action"] for one in own] == ["case made", "consent given", "consent given", "consent withdrawn"]
    assert len(everything) == len(own) + 1
    assert filled("audit", "K99")[0] == 1


def test_erasing_a_case_leaves_no_word_of_it_in_any_file(filled, tmp_path, monkeypatch):
    library = tmp_path / "library"
    there = Library(library, actor="RB")
    case = there.read(lambda work: cases.find_case(work, "K17"))
    add_draft(there, case, f"{WORD} half typed")
    left = {"purpose": Purpose.THERAPY, "target": "/media/stick/clips", "made_by": "RB"}
    there.change(lambda work: work.add(Export(id="e", case_id=case.id, kind="clips", made_at=work.now, **left)))
    there.close()
    filled("backup")
    assert len(holding(library)) == 2
    code, _, err = filled("erase", "case", "K17", "--why", "asked to")
    assert (code, "Say --yes" in err) == (1, True)
    assert len(holding(library)) == 2
    code, out, _ = filled("erase", "case", "K17", "--why", "asked to", "--yes")
    assert (code, "everything of case K17" in out) == (0, True)
    assert "This left the library before: clips" in out
    assert "/media/stick/clips" in out
    assert holding(library) == []
    assert [one["code"] for one in json.loads(filled("cases", "--json")[1])] == ["K18"]
    kept = json.loads(filled("audit", "K17", "--json")[1])
    assert kept[-1]["action"] == "case erased"
    assert kept[-1]["words"] == "K17: asked to"
    assert not any(one["words"] for one in kept[:-1])
    assert filled("erase", "case", "K17", "--why", "again", "--yes")[0] == 1
    states = {one["state"] for one in json.loads(filled("backups", "--json")[1])}
    assert states == {"ok"}


def test_erasing_films_keeps_the_notes_and_respects_a_hold(filled, tmp_path):
    from vigtui.domain.film import Film

    folder = tmp_path / "library"
    (folder / "films").mkdir()
    library = Library(folder, actor="RB")

    def add(work, number, location, **how):
        case = cases.find_case(work, "K17")
        cycle = work.find(cases.Cycle, case_id=case.id)[0]
        return work.add(
            Film(
                id=work.new_id(),
                case_id=case.id,
                cycle_id=cycle.id,
                number=number,
                location=location,
                original_name="x",
                sha256="0" * 64,
                size_bytes=1,
                added_at=work.now,
                **how,
            )
        )

    outside = tmp_path / "outside.mp4"
    for file in (folder / "films" / "one.mp4", folder / "films" / "removed.mp4", outside):
        file.write_bytes(b"film")
    library.change(lambda work: add(work, 1, "films/one.mp4"))
    library.change(lambda work: add(work, 2, outside.as_uri()))
    held = library.change(lambda work: add(work, 3, "films/three.mp4", legal_hold=True))
    gone = library.change(lambda work: add(work, 4, "films/removed.mp4"))
    library.change(lambda work: work.remove(Film, gone.id))
    library.close()
    code, _, err = filled("erase", "films", "K17", "--why", "asked to", "--yes")
    assert (code, "legal hold: film 3" in err) == (1, True)
    assert (folder / "films" / "one.mp4").exists()
    library = Library(folder, actor="RB")
    library.change(lambda work: work.update(Film, held.id, legal_hold=False))
    library.close()
    code, out, _ = filled("erase", "films", "K17", "--why", "asked to", "--yes", "--json")
    done = json.loads(out)
    assert (code, done["films"], done["left"]) == (0, 2, [outside.as_uri()])
    assert list((folder / "films").iterdir()) == [], "also what was removed before and could have been brought back"
    assert outside.exists()
    lines = json.loads(filled("retention", "--json")[1])
    assert {one["deleted_on"] for one in lines} in (
        {TODAY.isoformat()},
        {datetime.now().astimezone().date().isoformat()},
    )  # midnight


def test_passphrase_from_files_alone(filled, tmp_path, monkeypatch):
    library = tmp_path / "library"
    assert filled("passphrase", "remove")[0] == 1
    secret(tmp_path, monkeypatch, "VIGTUI_PASSPHRASE_FILE", "four words in a row")
    assert filled("passphrase", "set")[0] == 0
    assert filled("passphrase", "set")[0] == 1
    assert holding(library) == []
    assert filled("cases")[0] == 0
    secret(tmp_path, monkeypatch, "VIGTUI_NEW_PASSPHRASE_FILE", "quite another one")
    assert filled("passphrase", "change")[0] == 0
    code, _, err = filled("cases")
    assert (code, "does not open" in err) == (1, True)
    assert filled("doctor", "--json")[0] == 1
    secret(tmp_path, monkeypatch, "VIGTUI_PASSPHRASE_FILE", "quite another one")
    assert json.loads(filled("doctor", "--json")[1])["library"]["health"] == "ok"
    monkeypatch.delenv("VIGTUI_PASSPHRASE_FILE")
    code, _, err = filled("cases")
    assert (code, "closed by a passphrase" in err) == (1, True)
    health = json.loads(filled("doctor", "--json")[1])["library"]["health"]
    assert health == "closed by a passphrase, so not looked into"


def test_doctor_tells_of_each_backup_and_of_open_permissions(filled, tmp_path):
    filled("backup")
    library = tmp_path / "library"
    report = json.loads(filled("doctor", "--json")[1])
    assert [one.split(" ", 1)[1] for one in report["library"]["backups"]] == ["by-hand ok"]
    file = next((library / "backups").iterdir())
    file.write_bytes(file.read_bytes()[:100_000])
    file.chmod(0o644)
    code, out, _ = filled("doctor")
    assert code == 1
    assert "cannot be relied on" in out
    assert "chmod -R u=rwX,go= -- " in out


def test_rescue_and_restore_of_a_damaged_library(filled, tmp_path):
    filled("backup")
    file = tmp_path / "library" / "vigtui.sqlite"
    content = file.read_bytes()[: file.stat().st_size * 8 // 10]
    file.write_bytes(content)
    code, _, err = filled("cases")
    assert (code, "vigtui restore FILE" in err, "vigtui rescue" in err) == (1, True, True)
    code, out, _ = filled("rescue", "--json")
    assert file.read_bytes() == content
    listed = json.loads(filled("backups", "--json")[1])
    good = next(one["file"] for one in listed if one["kind"] == "by-hand")
    code, out, _ = filled("restore", good)
    assert (code, "The damaged library is kept in" in out) == (0, True)
    assert filled("cases")[0] == 0
