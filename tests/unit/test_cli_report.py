"""report: what is written, where it may be written, and what is remembered of it."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vigtui.cli import main
from vigtui.domain.audit import AuditEntry, Export
from vigtui.store.database import Library

Cli = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    monkeypatch.setenv("VIGTUI_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("VIGTUI_CONFIG", str(tmp_path / "config"))

    def run(*words: str) -> tuple[int, Any, str]:
        code = main(words)
        captured = capsys.readouterr()
        return code, json.loads(captured.out) if "--json" in words else captured.out, captured.err

    run("case", "new", "--code", "K1")
    for role, name in (("client", "Jo [x]"), ("child", "Pip")):
        run("person", "add", "--case", "K1", "--role", role, "--name", name)
    return run


def remembered(tmp_path: Path) -> tuple[list[Export], list[AuditEntry]]:
    library = Library(tmp_path / "library", actor="RB")
    try:
        return library.read(lambda work: (work.find(Export), work.find(AuditEntry, action="report written")))
    finally:
        library.close()


@pytest.mark.parametrize("report", ["review", "strengths", "progress", "case", "supervision"])
@pytest.mark.parametrize(("suffix", "begin"), [("html", "<!doctype html>"), ("md", "# "), ("txt", "")])
def test_each_report_in_each_format(cli: Cli, tmp_path: Path, report: str, suffix: str, begin: str) -> None:
    target = tmp_path / f"page.{suffix}"
    code, found, _ = cli("report", report, "--case", "K1", "--to", str(target), "--json")
    assert code == 0
    assert (found["report"], found["format"], found["cycle"], found["file"]) == (report, suffix, 1, str(target))
    written = target.read_text("utf-8")
    assert written.startswith(begin)
    assert {"review": "Shared review", "strengths": "What we saw together", "progress": "Progress"}.get(
        report, "Case summary" if report == "case" else "Supervision"
    ) in written
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir() if "part" in one.name] == []


def test_it_is_remembered_what_left_and_undo_passes_over_it(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "page.txt"
    assert cli("report", "strengths", "--case", "K1", "--to", str(target))[0] == 0
    why = ("--for", "teaching", "--without-consent", "asked by the court")
    assert cli("report", "review", "--case", "K1", "--cycle", "1", "--to", str(target), *why)[0] == 0
    exports, trail = remembered(tmp_path)
    assert [(one.kind, one.purpose, one.target) for one in exports] == [
        ("report strengths", "own-copy", str(target)),
        ("report review", "teaching", str(target)),
    ]
    assert exports[1].without_consent_why == "asked by the court"
    assert [one.subject for one in trail] == [one.id for one in exports]
    assert trail[1].words == "review of K1, cycle 1, for teaching. Reason: asked by the court"
    assert all(target.name not in one.words for one in trail)


def test_the_format_asked_for_beats_the_suffix(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    assert cli("report", "review", "--case", "K1", "--to", str(target), "--format", "txt")[0] == 0
    assert target.read_text("utf-8").startswith("Shared review\n====")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--to", "page"), "does not say what kind of page"),
        (("--to", "page.doc"), "does not say what kind of page"),
        (("--to", "page.html", "--format", "doc"), "html, md, txt, pdf"),
        (("--to", "page.html", "--cycle", "7"), "no cycle 7"),
        (("--to", "page.html", "--for", "fun"), "not a purpose"),
        (("--to", "gone/page.html"), "folder for the page is not there"),
        (("--to", "library/page.html"), "library's own folder"),
        (("--to", "library/films/page.html"), "library's own folder"),
        (("--to", "folder.html"), "a folder, a link or a device"),
        (("--to", "pipe.html"), "a folder, a link or a device"),
        (("--to", "link.html"), "a folder, a link or a device"),
        (("--to", "old.html/page.html"), "folder for the page is not there"),
        (("--to", f"{'x' * 300}.html"), "cannot be written there"),
    ],
)
def test_what_is_refused_leaves_everything_as_it_was(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.html").mkdir()
    Path("old.html").write_text("old", "utf-8")
    Path("link.html").symlink_to("old.html")
    os.mkfifo("pipe.html")
    before = sorted(tmp_path.iterdir())
    code, found, said = cli("report", "strengths", "--case", "K1", *words, "--json")
    assert code == 1
    assert told in said
    assert found["error"]["remedy"]
    assert sorted(tmp_path.iterdir()) == before
    assert Path("old.html").read_text("utf-8") == "old"
    assert remembered(tmp_path) == ([], [])


def test_a_file_is_replaced_as_a_whole(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "page.txt"
    target.write_text("old " * 10_000, "utf-8")
    other = tmp_path / "other"
    other.hardlink_to(target)
    assert cli("report", "progress", "--case", "K1", "--to", str(target))[0] == 0
    assert target.read_text("utf-8").startswith("Progress\n")
    assert other.read_text("utf-8").startswith("old old")


def test_names_that_are_no_utf8_are_written_and_told(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / os.fsdecode(b"p\xe4ge.txt")
    code, found, _ = cli("report", "review", "--case", "K1", "--to", str(target), "--json")
    assert code == 0
    assert target.is_file()
    assert found["file"].endswith("p�ge.txt")
