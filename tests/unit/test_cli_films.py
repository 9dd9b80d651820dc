"""film probe, film add and clip add on real films."""

import json
import shutil
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vigtui.cli import main
from vigtui.media.probe import frame_times
from vigtui.media.puppet import make_puppet_play

_REAL = Path(__file__).parents[2].parent / "shared" / "media"
_REAL_FILMS = [name for name in ("phone_vfr_rot180.mp4", "chaplin.mp4", "phone_h263.3gp") if (_REAL / name).is_file()]

Cli = Callable[..., tuple[int, Any, str]]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_puppet_play(tmp_path_factory.mktemp("play") / "play.mp4", seconds=6).path


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_puppet_play(tmp_path_factory.mktemp("play") / "another.mp4", seconds=4, seed=2, variable=True).path


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, play: Path) -> Path:
    """A library with one film, for what is refused and so changes nothing."""
    folder = tmp_path_factory.mktemp("filled")
    here = ("--library", str(folder / "library"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIGTUI_CONFIG", str(folder / "config"))
        assert main([*here, "case", "new", "--code", "K1"]) == 0
        assert main([*here, "film", "add", str(play), "--case", "K1", "--cycle", "1"]) == 0
    return folder


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    monkeypatch.setenv("VIGTUI_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("VIGTUI_CONFIG", str(tmp_path / "config"))

    def run(*words: str) -> tuple[int, Any, str]:
        code = main(words)
        captured = capsys.readouterr()
        return code, json.loads(captured.out) if "--json" in words else captured.out, captured.err

    run("case", "new", "--code", "K1")
    for role, name in (("client", "Jo"), ("child", "Pip")):
        run("person", "add", "--case", "K1", "--role", role, "--name", name)
    return run


ADD = ("film", "add", "--case", "K1", "--cycle", "1", "--json")
CLIP = ("clip", "add", "--case", "K1", "--cycle", "1", "--json")


def test_probe_says_what_it_is(cli: Cli, play: Path) -> None:
    code, found, _ = cli("film", "probe", str(play), "--json")
    assert code == 0
    assert (found["width"], found["height"], found["duration_ms"], found["variable"]) == (640, 360, 6000, False)
    code, words, _ = cli("film", "probe", str(play))
    assert found["verdict"] in words
    assert "00:06.000" in words


def test_films_are_added_or_refused_one_by_one(cli: Cli, play: Path, another: Path, tmp_path: Path) -> None:
    code, result, told = cli(*ADD, str(play), str(tmp_path / "gone.mp4"), str(another), str(play))
    assert code == 1
    assert [one["number"] for one in result["added"]] == [1, 2]
    assert [Path(one["file"]).name for one in result["refused"]] == ["gone.mp4", "play.mp4"]
    assert "not there" in result["refused"][0]["summary"]
    assert "already" in result["refused"][1]["summary"]
    assert result["refused"][1]["summary"] in told
    kept = sorted(one.name for one in (tmp_path / "library" / "films").iterdir())
    assert kept == sorted(Path(one["location"]).name for one in result["added"]), "a refused copy is left behind"
    shown = cli("show", "K1", "--json")[1]
    assert {one["person_id"] for one in shown["film_people"]} == {one["id"] for one in shown["people"]}


def test_who_is_seen_and_what_kind_of_film(cli: Cli, play: Path, tmp_path: Path) -> None:
    code, _, told = cli(*ADD, str(play), "--seen", "Nobody")
    assert (code, "Jo, Pip" in told) == (1, True)
    assert not (tmp_path / "library" / "films").exists(), "copied before it was known for whom"
    code, result, _ = cli(*ADD, str(play), "--seen", "Pip", "--seen", "Pip", "--review", "--reference")
    assert code == 0
    assert result["added"][0]["kind"] == "review"
    assert result["added"][0]["location"] == play.as_uri()
    assert not (tmp_path / "library" / "films").exists()
    assert len(cli("show", "K1", "--json")[1]["film_people"]) == 1
    assert play.is_file()


@pytest.mark.parametrize("name", ["-dash.mp4", "[b] 'q\" %d\n\x1b[31m.mp4", "caf\udce9.mp4"])
def test_hard_names(cli: Cli, play: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(play, tmp_path / name)
    for words in (["--", name], [f"./{name}"]):
        code, found, _ = cli("film", "probe", "--json", *words)
        assert (code, found["duration_ms"]) == (0, 6000)
    code, result, _ = cli(*ADD, "--", name)
    assert code == 0
    assert "\x1b" not in result["added"][0]["original_name"]
    code, words, _ = cli("film", "add", "--case", "K1", "--cycle", "1", "--", name)
    assert (code, "\x1b" in words) == (1, False)


def test_a_clip_lands_on_frames(cli: Cli, play: Path) -> None:
    cli(*ADD, str(play))
    code, made, _ = cli(
        *CLIP, "--in", "1.001", "--out", "00:02.500", "--note", "[b] waits\tand\nwaits ü",
        "--principle", "receiving.smiles", "--principle", "guiding", "--principle", "guiding",
    )  # fmt: skip
    assert code == 0
    assert (made["moment"]["in_ms"], made["moment"]["out_ms"]) == (1040, 2520)
    assert made["moment"]["state"] == "chosen"
    assert made["moment"]["principles"] == ["receiving.smiles", "guiding"]
    assert (made["clip"]["moment_id"], made["clip"]["position"]) == (made["moment"]["id"], 1)
    second = cli(*CLIP, "--in", "5.9", "--out", "6")[1]
    assert (second["moment"]["in_ms"], second["moment"]["out_ms"], second["clip"]["position"]) == (5920, 5960, 2)
    shown = cli("show", "K1", "--json")[1]
    assert [one["principles"] for one in shown["moments"]] == [["receiving.smiles", "guiding"], []]
    assert len(shown["moment_principles"]) == 2
    assert "[b] waits and waits ü" in cli("show", "K1")[1]


@pytest.mark.parametrize("name", _REAL_FILMS)
def test_a_clip_lands_on_frames_of_real_films(cli: Cli, name: str) -> None:
    cli(*ADD, str(_REAL / name))
    times = frame_times(_REAL / name)
    code, made, _ = cli(*CLIP, "--in", "0.333", "--out", "1.234")
    assert code == 0
    assert made["moment"]["in_ms"] == times[bisect_left(times, 333)]
    assert made["moment"]["out_ms"] == times[bisect_left(times, 1234)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--in", "2", "--out", "1"], "out mark must come after"),
        (["--in", "1", "--out", "1"], "out mark must come after"),
        (["--in", "1.001", "--out", "1.002"], "out mark must come after"),
        (["--in", "1", "--out", "7"], "6.000 s long"),
        (["--in", "-1", "--out", "2"], "is not a time"),
        (["--in", "1:99", "--out", "2:00"], "is not a time"),
        (["--in", "soon", "--out", "2"], "is not a time"),
        (["--in", "1", "--out", "2", "--principle", "receiving.smile"], "Did you mean receiving.smiles?"),
        (["--in", "1", "--out", "2", "--principle", "zzz"], "The levels are: attentive"),
        (["--in", "1", "--out", "2", "--film", "2"], "no film 2"),
    ],
)
def test_a_clip_that_cannot_be(
    filled: Path, words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGTUI_CONFIG", str(filled / "config"))
    here = ("--library", str(filled / "library"))
    code = main([*here, *CLIP[:-1], *words])
    refused = capsys.readouterr()
    assert (code, refused.out) == (1, "")
    assert said in refused.err
    assert main([*here, "show", "K1", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["moments"], shown["clips"], shown["moment_principles"]) == ([], [], [])
    assert len(shown["films"]) == 1


def test_a_clip_needs_its_film(cli: Cli, play: Path, another: Path, tmp_path: Path) -> None:
    assert "no film yet" in cli(*CLIP, "--in", "1", "--out", "2")[2]
    result = cli(*ADD, str(play), str(another))[1]
    assert "several films" in cli(*CLIP, "--in", "1", "--out", "2")[2]
    (tmp_path / "library" / result["added"][1]["location"]).unlink()
    code, _, told = cli(*CLIP, "--in", "1", "--out", "2", "--film", "2")
    assert (code, "not there" in told) == (1, True)
    assert cli(*CLIP, "--in", "1", "--out", "2", "--film", "1")[0] == 0
    assert "no cycle 2" in cli(*CLIP[:4], "--cycle", "2", "--json", "--in", "1", "--out", "2")[2]


def test_a_film_that_moved_is_found_by_its_content(cli: Cli, play: Path, another: Path, tmp_path: Path) -> None:
    card, disk = tmp_path / "card", tmp_path / "disk" / "2026"
    card.mkdir()
    disk.mkdir(parents=True)
    for film in (play, another):
        shutil.copy(film, card)
        cli(*ADD, str(card / film.name), "--reference")
    assert "All films of this case are where they were." in cli("film", "find", str(disk), "--case", "K1")[1]
    (card / play.name).rename(disk / "renamed.mp4")
    (card / another.name).rename(tmp_path / "elsewhere.mp4")
    (disk / "other.mp4").write_bytes(bytes((disk / "renamed.mp4").stat().st_size))
    code, said, told = cli("film", "find", str(tmp_path / "disk"), "--case", "K1")
    assert (code, said.strip()) == (1, "Film 1 of cycle 1 is found again.")
    assert "Film 2 of cycle 1 is not there. Its marks and notes are safe." in told
    code, found, _ = cli("film", "find", str(tmp_path / "elsewhere.mp4"), "--case", "K1", "--json")
    assert (code, [one["number"] for one in found["found"]], found["missing"]) == (0, [2], [])
    shown = cli("show", "K1", "--json")[1]
    assert [one["location"] for one in shown["films"]] == [
        (disk / "renamed.mp4").as_uri(), (tmp_path / "elsewhere.mp4").as_uri(),
    ]  # fmt: skip
    assert [one["action"] for one in cli("audit", "K1", "--json")[1]].count("film found again") == 2
