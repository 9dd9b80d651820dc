"""clip cut: from the shortlist to files in a folder, behind the gate, with a record of what left."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vigtui.cli import main
from vigtui.media.probe import frame_times, probe
from vigtui.media.puppet import make_puppet_play

Cli = Callable[..., tuple[int, Any, str]]
CUT = ("clip", "cut", "--case", "K1", "--cycle", "1", "--json")
AGREED = [("Jo", "own-copy"), ("Pip", "own-copy")]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_puppet_play(tmp_path_factory.mktemp("play") / "play.mp4", seconds=6, size=(320, 180)).path


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], play: Path) -> Cli:
    """A case with one film and a shortlist of two clips."""
    monkeypatch.setenv("VIGTUI_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("VIGTUI_CONFIG", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, Any, str]:
        code = main(words)
        captured = capsys.readouterr()
        return code, json.loads(captured.out or "null") if "--json" in words else captured.out, captured.err

    run("case", "new", "--code", "K1")
    for role, name in (("client", "Jo"), ("child", "Pip")):
        run("person", "add", "--case", "K1", "--role", role, "--name", name)
    run("film", "add", str(play), "--case", "K1", "--cycle", "1", "--reference")
    for marks in (("1", "2"), ("3.2", "4")):
        run("clip", "add", "--case", "K1", "--cycle", "1", "--in", marks[0], "--out", marks[1])
    return run


def agree(cli: Cli, *agreed: tuple[str, str]) -> None:
    for name, purpose in agreed or AGREED:
        cli("consent", "give", "--case", "K1", "--person", name, "--purpose", purpose, "--by", "Jo")


def test_without_consent_nothing_leaves(cli: Cli, tmp_path: Path) -> None:
    agree(cli, ("Jo", "own-copy"), ("Jo", "therapy"), ("Pip", "therapy"))
    code, said, _ = cli(*CUT, "--to", "out")
    assert (code, (tmp_path / "out").exists()) == (1, False)
    assert said["error"]["summary"] == "Consent is missing: Pip for own-copy (none was recorded)."
    assert cli(*CUT, "--to", "out", "--for", "therapy")[0] == 0
    code, said, _ = cli(*CUT, "--to", "out", "--for", "fun")
    assert (code, "purpose" in said["error"]["summary"]) == (1, True)


def test_a_reason_goes_past_the_gate_and_stands_in_the_audit_trail(cli: Cli, tmp_path: Path) -> None:
    from vigtui.domain.audit import AuditEntry, Export
    from vigtui.store.database import Library

    assert cli(*CUT, "--to", "out", "--without-consent", "the court asked on Monday")[0] == 0
    library = Library(tmp_path / "library", actor="RB")
    try:
        audit = library.read(lambda work: work.find(AuditEntry))
        exports = library.read(lambda work: work.find(Export))
    finally:
        library.close()
    [without] = [one for one in audit if one.action == "clips cut without consent"]
    assert "Jo for own-copy" in without.words
    assert "the court asked on Monday" in without.words
    assert [one.action for one in audit].count("clips cut") == 1
    assert [(one.kind, one.purpose.value, one.without_consent_why) for one in exports] == [
        ("clip 1 of cycle 1", "own-copy", "the court asked on Monday"),
        ("clip 2 of cycle 1", "own-copy", "the court asked on Monday"),
    ]
    assert all(Path(one.target).is_file() for one in exports)


def test_each_clip_is_a_file(cli: Cli, tmp_path: Path, play: Path) -> None:
    agree(cli)
    code, result, _ = cli(*CUT, "--to", "out", "--stills", "--slow", "0.5")
    assert code == 0
    assert [(Path(one["file"]).name, one["clips"]) for one in result["files"]] == [
        ("K1-cycle-1-clip-1-still.png", [1]),
        ("K1-cycle-1-clip-1.mp4", [1]),
        ("K1-cycle-1-clip-1-slow.mp4", [1]),
        ("K1-cycle-1-clip-2-still.png", [2]),
        ("K1-cycle-1-clip-2.mp4", [2]),
        ("K1-cycle-1-clip-2-slow.mp4", [2]),
    ]
    clip = result["files"][1]
    assert (clip["in_ms"], clip["out_ms"], clip["frames"], clip["exact"], clip["remark"]) == (1000, 2000, 26, True, "")
    times = frame_times(tmp_path / "out" / "K1-cycle-1-clip-1.mp4")
    assert times == [at - 1000 for at in frame_times(play) if 1000 <= at <= 2000]
    assert probe(tmp_path / "out" / "K1-cycle-1-clip-2-slow.mp4").duration_ms == pytest.approx(1680, abs=50)
    kept = sorted(one.name for one in (tmp_path / "out").iterdir())
    assert kept == sorted(Path(one["file"]).name for one in result["files"]), "something else was left behind"
    assert {one.stat().st_mode & 0o777 for one in (tmp_path / "out").iterdir()} == {0o600}
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700


def test_a_reel_copies_and_single_clips(cli: Cli, tmp_path: Path) -> None:
    agree(cli)
    code, result, _ = cli(*CUT, "--to", "out", "--reel", "--titles", "--hold", "1")
    assert code == 0
    [reel] = result["files"]
    assert (Path(reel["file"]).name, reel["clips"], reel["frames"]) == ("K1-cycle-1-reel.mp4", [1, 2], 26 + 21)
    [copy] = cli(*CUT, "--to", "out", "--as-is", "--clip", "2")[1]["files"]
    assert (copy["clips"], copy["in_ms"], copy["exact"]) == ([2], 0, False)
    assert copy["remark"] == "clip 2 begins 3.200 s early."
    said, told = cli(*CUT[:-1], "--to", "out", "--as-is", "--clip", "2")[1:]
    assert "Written: " in said
    assert "3.200 s early" in told
    assert "no clip 3" in cli(*CUT, "--to", "out", "--clip", "3")[2]
    assert "keeps none" in cli(*CUT, "--to", "out", "--kept")[2]


def test_what_does_not_go_together_is_refused(cli: Cli, tmp_path: Path) -> None:
    agree(cli)
    for words, said in (
        (["--titles"], "belong to a reel"),
        (["--reel", "--as-is"], "as it is"),
        (["--slow", "2"], "0.1 to under 1"),
        (["--blur", "1@x"], "no region"),
        (["--blur", "1@1.0=90,0,200,10"], "inside the picture"),
        (["--blur", "7@1.0=0,0,10,10"], "no clip 7"),
    ):
        code, _, told = cli(*CUT, "--to", "out", *words)
        assert (code, said in told, (tmp_path / "out").exists()) == (1, True, False), told
    assert "library's own folder" in cli(*CUT, "--to", str(tmp_path / "library" / "films"))[2]
    (tmp_path / "file").write_text("a file")
    assert cli(*CUT, "--to", "file")[0] == 1
    assert cli(*CUT, "--to", "no/such/folder")[0] == 1


def test_a_film_whose_frames_may_tell_where_and_when_is_not_cut_as_it_is(cli: Cli, tmp_path: Path, play: Path) -> None:
    """Said before anything is made, also where other clips come from films that may be copied."""
    film = tmp_path / "camera.avi"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", play, "-c:v", "mjpeg", film], check=True, timeout=30, stdin=subprocess.DEVNULL
    )
    cli("film", "add", str(film), "--case", "K1", "--cycle", "1", "--reference")
    assert cli("clip", "add", "--case", "K1", "--cycle", "1", "--film", "2", "--in", "1", "--out", "2")[0] == 0
    agree(cli)
    code, said, _ = cli(*CUT, "--to", "out", "--as-is")
    assert (code, (tmp_path / "out").exists()) == (1, False)
    assert said["error"]["summary"] == (
        "The picture of this film may tell where and when it was recorded, so it is not cut as it is."
    )
    told = cli(*CUT[:-1], "--to", "out", "--as-is")[2]
    assert "Cut it without “as it is”: then every frame is new." in told
    assert cli(*CUT, "--to", "out", "--clip", "3")[0] == 0


def test_a_folder_with_a_clips_name_stops_all_and_leaves_nothing(cli: Cli, tmp_path: Path) -> None:
    agree(cli)
    (tmp_path / "out" / "K1-cycle-1-clip-2.mp4").mkdir(parents=True)
    code, said, _ = cli(*CUT, "--to", "out")
    assert (code, "A folder" in said["error"]["summary"]) == (1, True)
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["K1-cycle-1-clip-2.mp4"]


def test_a_private_moment_never_leaves(cli: Cli, tmp_path: Path) -> None:
    """Not even where it turns private while it is being cut."""
    from vigtui import wiring
    from vigtui.domain.errors import NotFound
    from vigtui.domain.moment import Moment, MomentState
    from vigtui.services import cases, cutting
    from vigtui.store.database import Library

    agree(cli)
    library = Library(tmp_path / "library", actor="RB")
    media = wiring.media()

    class Meanwhile:
        container_of = media.container_of

        def make(self, *words: Any, **options: Any) -> Any:
            made = media.make(*words, **options)
            library.change(turn)
            return made

    def turn(work: Any) -> None:
        work.did("private", None)
        work.update(Moment, work.find(Moment)[0].id, state=MomentState.PRIVATE)

    try:
        case_id = library.read(lambda work: cases.load_by_code(work, "K1")).case.id
        with pytest.raises(NotFound, match="no longer on the shortlist"):
            cutting.hand_over(library, Meanwhile(), case_id, 1, cutting.Wanted(), tmp_path / "out")
        assert list((tmp_path / "out").iterdir()) == []
        made = cutting.hand_over(library, media, case_id, 1, cutting.Wanted(), tmp_path / "out")
        assert [one.clips for one in made] == [(2,)]
    finally:
        library.close()


def test_a_region_is_blurred(cli: Cli, tmp_path: Path) -> None:
    agree(cli)
    code, _, _ = cli(*CUT, "--to", "out", "--clip", "1", "--blur", "1@1.0=0,0,50,100", "--blur", "1@2.0=0,0,50,100")
    assert code == 0

    def sharpness(half: str) -> float:
        shown = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", str(tmp_path / "out" / "K1-cycle-1-clip-1.mp4"), "-frames:v", "1",
             "-vf", f"crop=iw/2:ih:{half}:0,edgedetect,scale=1:1", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
            capture_output=True, check=True, timeout=30,
        )  # fmt: skip
        return shown.stdout[0]

    assert sharpness("0") * 2 < sharpness("iw/2")
