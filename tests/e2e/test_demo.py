"""The demo through the real program: made in seconds, everything in it true."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from vigtui import wiring
from vigtui.cli.clips import principle_ids
from vigtui.media.probe import frame_times

_SECONDS = 30.0
"""Twice what it may take on two cores, for machines that do something else meanwhile."""


def run(*words: str, temp: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "VIGTUI_CONFIG": str(temp / "config"), "TMPDIR": str(temp)}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "vigtui", *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.fixture(scope="module")
def temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(temp: Path) -> Path:
    """The folder of a demo made without a folder named."""
    begun = time.monotonic()
    made = run("demo", "--no-open", temp=temp)
    assert made.returncode == 0, made.stderr
    assert time.monotonic() - begun < _SECONDS
    folder = Path(made.stdout.removesuffix("\n"))
    assert str(folder) in made.stderr
    return folder


def shown(demo: Path, code: str, temp: Path) -> Any:
    return json.loads(run("show", code, "--json", "--library", str(demo), temp=temp).stdout)


def test_the_place_is_private_and_nothing_else_is_left(demo: Path, temp: Path) -> None:
    assert stat.S_IMODE(demo.stat().st_mode) == 0o700
    assert [one for one in temp.iterdir() if one.is_dir()] == [demo]
    assert len(list((demo / "films").iterdir())) == 3
    for one in demo.rglob("*"):
        assert stat.S_IMODE(one.stat().st_mode) & 0o077 == 0


def test_three_cases_at_three_places(demo: Path, temp: Path) -> None:
    lines = json.loads(run("cases", "--json", "--library", str(demo), temp=temp).stdout)
    assert [(one["code"], one["cycle"], one["stage"], one["overdue"]) for one in lines] == [
        ("K2", 1, "clips", True),
        ("K1", 2, "review", False),
        ("K3", 1, "film", False),
    ]
    assert [one["words"] for one in lines[1]["reminders"]] == ["consent of Pip for therapy runs out"]


def test_the_first_case_tells_a_whole_cycle(demo: Path, temp: Path) -> None:
    file = shown(demo, "K1", temp)
    assert [bool(one["closed_on"]) for one in file["cycles"]] == [True, False]
    assert len(file["questions"]) == 2
    by_goal: dict[Any, list[int]] = {}
    for rating in file["ratings"]:
        by_goal.setdefault(rating["goal_id"], []).append(rating["value"])
    assert len(by_goal) == 3
    assert all(values == sorted(values) and len(set(values)) > 1 for values in by_goal.values()), "ratings rise"
    assert len(file["working_points"]) == 1
    assert len(file["strengths"]) == 2
    assert len(file["clips"]) == 6
    assert {one["kind"] for one in file["review_notes"]} >= {"quote", "wow", "strength", "feeling"}
    assert all(one["ticked"] for one in file["review_steps"])
    review = file["reviews"][0]
    assert 30 <= review["minutes"] <= 90
    assert {one["state"] for one in file["moments"]} == {"chosen", "candidate", "private"}
    known = principle_ids(wiring.pack_shelf().get("parent-child"))
    assert {one["principle"] for one in file["moment_principles"]} <= set(known)
    words = json.dumps(file, ensure_ascii=False)
    assert "ö" in words
    assert "🎉" in words
    assert "[laughs]" in words


def test_every_moment_lies_on_frames(demo: Path, temp: Path) -> None:
    file = shown(demo, "K1", temp)
    for film in file["films"]:
        times = set(frame_times(demo / film["location"]))
        marks = [one[at] for one in file["moments"] if one["film_id"] == film["id"] for at in ("in_ms", "out_ms")]
        assert marks
        assert set(marks) <= times


def test_everybody_has_agreed(demo: Path, temp: Path) -> None:
    for code in ("K1", "K2", "K3"):
        file = shown(demo, code, temp)
        agreed = {one["person_id"] for one in file["consents"] if one["purpose"] == "therapy"}
        assert agreed == {one["id"] for one in file["people"]}
    assert shown(demo, "K3", temp)["films"] == []
    teacher = shown(demo, "K2", temp)
    assert (len(teacher["films"]), len(teacher["film_notes"]), teacher["moments"]) == (1, 3, [])


def test_it_is_healthy_and_can_be_searched(demo: Path, temp: Path) -> None:
    report = json.loads(run("doctor", "--json", "--library", str(demo), temp=temp).stdout)
    assert report["library"]["health"] == "ok"
    assert report["library"]["counts"]["cases"] == 3
    assert report["library"]["too_open"] == []
    hits = json.loads(run("search", "jörd", "--json", "--library", str(demo), temp=temp).stdout)
    assert {one["code"] for one in hits} == {"K1"}


def test_nothing_is_overwritten(demo: Path, temp: Path) -> None:
    before = (demo / "vigtui.sqlite").read_bytes()
    again = run("demo", "--no-open", "--library", str(demo), temp=temp)
    assert (again.returncode, again.stdout) == (1, "")
    assert "something in that place already" in again.stderr
    assert (demo / "vigtui.sqlite").read_bytes() == before


def test_without_ffmpeg_there_is_a_sentence_and_no_half_demo(temp: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": str(tmp_path), "TMPDIR": str(tmp_path), "VIGTUI_CONFIG": str(temp / "config")}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    made = subprocess.run(
        [sys.executable, "-m", "vigtui", "demo", "--no-open"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 1
    assert "ffmpeg is not installed" in made.stderr
    assert "Traceback" not in made.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_knows_no_screens(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from vigtui.cli import parser, run; import vigtui.cli.opening, vigtui.services.demo\n"
        "print(sorted({'textual', 'mpv', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "[]\n"
