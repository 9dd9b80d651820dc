"""bundle out, in, back: passphrases that never stand on a command line, and exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vigtui.cli import asking, main
from vigtui.interchange import age

Cli = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    monkeypatch.setattr(age, "WORK_FACTOR", 4)
    monkeypatch.setenv("VIGTUI_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("VIGTUI_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv(asking.VARIABLE, str(tmp_path / "words"))
    (tmp_path / "words").write_text("four words of mine\r\nnot this\n")

    def run(*words: str) -> tuple[int, Any, str]:
        code = main(words)
        captured = capsys.readouterr()
        return code, json.loads(captured.out) if "--json" in words else captured.out, captured.err

    run("case", "new", "--code", "K1")
    run("person", "add", "--case", "K1", "--role", "client", "--name", "Jo")
    return run


def test_out_in_and_back_again(cli: Cli, tmp_path: Path) -> None:
    target, other = str(tmp_path / "k1.age"), str(tmp_path / "other")
    code, found, _ = cli("bundle", "out", "K1", "--to", target, "--json")
    assert (code, found["file"], found["bundle"]["direction"]) == (0, target, "out")
    code, found, told = cli("person", "add", "--case", "K1", "--role", "child", "--name", "Pip", "--json")
    assert (code, "This case is out" in told, "bundle in" in found["error"]["remedy"]) == (1, True, True)
    code, found, _ = cli("bundle", "in", target, "--library", other, "--json")
    assert (code, found["code"], found["new"]) == (0, "K1", True)
    assert cli("person", "add", "--case", "K1", "--role", "child", "--name", "Pip", "--library", other)[0] == 0
    back = str(tmp_path / "back.age")
    assert cli("bundle", "out", "K1", "--to", back, "--library", other)[0] == 0
    code, out, _ = cli("bundle", "in", back)
    assert (code, out.startswith("Case K1 is back: ")) == (0, True)
    assert [one["name"] for one in cli("show", "K1", "--json")[1]["people"]] == ["Jo", "Pip"]
    code, _, told = cli("bundle", "in", back)
    assert (code, "checked in already" in told) == (1, True)


def test_a_lost_bundle(cli: Cli, tmp_path: Path) -> None:
    assert cli("bundle", "out", "K1", "--to", str(tmp_path / "k1.age"))[0] == 0
    assert cli("bundle", "back", "K1")[0] == 2
    code, out, _ = cli("bundle", "back", "K1", "--why", "left on the bus")
    assert (code, "can be worked on here again" in out) == (0, True)
    assert cli("person", "add", "--case", "K1", "--role", "child", "--name", "Pip")[0] == 0


def test_the_first_line_of_the_file_is_the_passphrase(cli: Cli, tmp_path: Path) -> None:
    target = str(tmp_path / "k1.age")
    assert cli("bundle", "out", "K1", "--to", target)[0] == 0
    (tmp_path / "words").write_text("other words")
    code, _, told = cli("bundle", "in", target, "--library", str(tmp_path / "other"))
    assert (code, "cannot be opened with this passphrase" in told) == (1, True)
    (tmp_path / "words").write_text("four words of mine")
    assert cli("bundle", "in", target, "--library", str(tmp_path / "other"))[0] == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        (b"\n", "passphrase is empty"),
        (b"\xff\xfe", "cannot be read"),
        (b"", "passphrase is empty"),
    ],
)
def test_a_passphrase_that_cannot_be_had(cli: Cli, tmp_path: Path, content: bytes | None, told: str) -> None:
    (tmp_path / "words").unlink()
    if content is not None:
        (tmp_path / "words").write_bytes(content)
    code, _, said = cli("bundle", "out", "K1", "--to", str(tmp_path / "k1.age"))
    assert (code, told in said) == (1, True)
    assert not (tmp_path / "k1.age").exists()


def test_without_a_terminal_and_without_a_file_nobody_is_asked(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(asking.VARIABLE)
    code, _, told = cli("bundle", "out", "K1", "--to", str(tmp_path / "k1.age"))
    assert (code, "VIGTUI_PASSPHRASE_FILE" in told) == (1, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("out", "K9", "--to", "x.age"), "no case “K9”"),
        (("in", "gone.age"), "no bundle of that name"),
        (("in", "."), "no bundle of that name"),
        (("in", "words"), "no case bundle"),
        (("back", "K1", "--why", "x"), "is not out"),
        (("out", "K1", "--to", "words"), "never replaces"),
        (("out", "K1", "--to", "library/x.age"), "library's own folder"),
    ],
)
def test_what_is_refused(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, found, said = cli("bundle", *words, "--json")
    assert (code, told in said, bool(found["error"]["remedy"])) == (1, True, True)
