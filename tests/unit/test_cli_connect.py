"""`vigtui connect` and `vigtui far` where they refuse, without any server."""

import os
import time
from pathlib import Path

import pytest

from vigtui import whereabouts
from vigtui.cli import far, main
from vigtui.cli.parser import build_parser
from vigtui.laptop.plain_way import plain_way

HERE = whereabouts.Whereabouts("case-1", "review", 2, live=True)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGTUI_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("VIGTUI_LIBRARY", str(tmp_path / "library"))

    def run(*words: str) -> str:
        assert main(words) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        return captured.err

    return run


@pytest.mark.parametrize(
    "words", [["clinic", "--", "-p", "2222", "-i", "key"], ["me@clinic"], ["--vigtui", "x y", "c", "--", "-v"]]
)
def test_what_stands_behind_the_dashes_is_for_ssh(words: list[str]) -> None:
    options = build_parser().parse_args(["connect", *words])
    assert options.ssh_words == (words[words.index("--") + 1 :] if "--" in words else [])
    assert options.host in {"clinic", "me@clinic", "c"}
    assert options.vigtui == ("x y" if "x y" in words else "vigtui")


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ([], "ssh me@clinic"),
        (["-p", "2222", "-i", "my key"], "ssh -p 2222 -i 'my key' me@clinic"),
        (["-L", "8080:x:80", "-R1:y:2", "-4", "-D", "9"], "ssh -4 me@clinic"),
        (["-o", "ExitOnForwardFailure=yes", "-oLocalForward=1 x:2", "-oUser=a"], "ssh -o User=a me@clinic"),
    ],
)
def test_the_plain_way_is_what_has_to_be_typed_without_what_may_be_taken(words: list[str], typed: str) -> None:
    assert f"`{typed}`, then `vigtui`" in plain_way("me@clinic", words)


def test_a_host_is_never_an_option(said) -> None:
    assert "That is no server." in said("connect", "--", "-oProxyCommand=true")


def _program(folder: Path, name: str, script: str) -> Path:
    made = folder / name
    made.write_text(f"#!/bin/sh\n{script}\n")
    made.chmod(0o755)
    return made


def test_mpv_is_missing_or_too_old(said, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    for script, sentence in (("exit 1", "is not installed on this laptop"), ("echo mpv 0.29.1", "too old (0.29)")):
        mpv = _program(tmp_path, "mpv", script)
        (tmp_path / "config" / "settings.toml").write_text(f'mpv = "{mpv}"\n')
        words = said("connect", "me@clinic", "--", "-p", "2222")
        assert sentence in words
        assert "`ssh -p 2222 me@clinic`, then `vigtui`" in " ".join(words.split())


def test_ssh_is_missing(said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").mkdir()
    mpv = _program(tmp_path, "mpv", "echo mpv 0.37.0")
    (tmp_path / "config" / "settings.toml").write_text(f'mpv = "{mpv}"\n')
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert "ssh is not installed" in said("connect", "clinic")


def test_without_a_terminal(said, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    mpv = _program(tmp_path, "mpv", "echo mpv 0.37.0")
    (tmp_path / "config" / "settings.toml").write_text(f'mpv = "{mpv}"\n')
    assert "needs a terminal" in said("connect", "clinic")


class TestFar:
    def test_only_in_a_folder_of_ours(self, said, tmp_path: Path) -> None:
        wide = tmp_path / "vigtui-far-wide"
        wide.mkdir(mode=0o755)
        (tmp_path / "other").mkdir(mode=0o700)
        (tmp_path / "vigtui-far-link").symlink_to(tmp_path / "other")
        for place in (wide, tmp_path / "other", tmp_path / "vigtui-far-link", tmp_path / "vigtui-far-nowhere"):
            assert "is for `vigtui connect`" in said("far", "open", str(place))

    @pytest.mark.parametrize("asked", ["cat /etc/passwd", "sh -c 'vigtui; id'", "scp -f /x", "vigtui search secret"])
    def test_nothing_but_vigtui(self, said, monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
        monkeypatch.setenv("SSH_ORIGINAL_COMMAND", asked)
        assert "Only vigtui may be run here." in said("far")

    def test_it_does_not_ask_itself(self, said, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSH_ORIGINAL_COMMAND", "vigtui far")
        assert "is for `vigtui connect`" in said("far")

    def test_what_a_server_that_went_down_left_is_swept_away(self, tmp_path: Path) -> None:
        old, held, young = (tmp_path / f"vigtui-far-{name}" for name in ("old", "held", "young"))
        for one in (old, held, young):
            one.mkdir(mode=0o700)
        with far._holding(held / "open"):
            for one in (old, held):
                os.utime(one, (time.time() - 2 * 86_400,) * 2)
            far._sweep(tmp_path)
        assert sorted(tmp_path.iterdir()) == [held, young]
        assert far._holder(held / "open") is None


class TestWhereabouts:
    def test_once(self, tmp_path: Path) -> None:
        whereabouts.keep(tmp_path, "RB", HERE)
        (file,) = tmp_path.iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
        assert whereabouts.take(tmp_path, "another") is None
        assert whereabouts.take(tmp_path, "RB") == HERE
        assert whereabouts.take(tmp_path, "RB") is None
        assert list(tmp_path.iterdir()) == []

    def test_not_after_half_a_day_and_not_from_nonsense(self, tmp_path: Path) -> None:
        whereabouts.keep(tmp_path, "RB", HERE)
        (file,) = tmp_path.iterdir()
        os.utime(file, (time.time() - whereabouts.HOLDS_FOR - 5,) * 2)
        assert whereabouts.take(tmp_path, "RB") is None
        for words in ("", "[]", '{"case_id": 1, "other": 2}', "\x00"):
            file.write_text(words)
            assert whereabouts.take(tmp_path, "RB") is None
