"""The main job from a new case to an open second cycle: the real program in a real terminal, keys only, real mpv, a real film."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.display import HIGH, WIDE, screens
from tests.support.sockets import beyond_this_machine, heard, watched
from tests.support.terminal import ROOT
from vigtui.media.probe import frame_times
from vigtui.media.puppet import make_puppet_play

REAL = ROOT.parent / "shared" / "media" / "chaplin.mp4"
QUESTION = "How do I [know] when he is ready 🌙 [/?"
NOTE = "waits [pause], then שלום"


@pytest.fixture
def film(tmp_path):
    if REAL.is_file():
        return REAL
    made = tmp_path / "camera" / "puppets.mp4"
    made.parent.mkdir()
    make_puppet_play(made, seconds=10)
    return made


def read_back(library: Path) -> dict:
    """The case as `vigtui show --json` tells it."""
    done = subprocess.run(
        [sys.executable, "-m", "vigtui", "--library", str(library), "show", "K17", "--json"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=True,
        cwd=ROOT,
    )
    return json.loads(done.stdout)


def make_case(at) -> None:
    at.see("Your new library", "no passphrase now")
    at.keys("Escape")
    at.gone("Your new library")
    at.see("Today", "No case yet")
    at.keys("C-n")
    at.see("New case")
    at.type("K17")
    at.keys("Enter")
    at.type("father and son")
    at.keys("F10")
    at.see("K17", "cycle 1", "People and consents")


def add_people(at) -> None:
    for name in ("Ben", "Tim"):
        at.keys("a")
        at.see("Add a person")
        at.type(name)
        at.keys("F10")
        at.gone("Add a person")
        at.see(name, "none was recorded")
        at.keys("c")
        at.see(f"Consent of {name}")
        at.keys("F10")
        at.gone(f"Consent of {name}")
        at.gone("none was recorded")


def set_goals(at) -> None:
    at.keys("F3")
    at.see("Helping question")
    at.type(QUESTION)
    at.see("saved")
    at.keys("Tab")
    for goal in ("I wait until he looks", "We laugh at tea time"):
        at.keys("a")
        at.see("F10 keep")
        at.type(goal)
        at.keys("F10")
        at.gone("F10 keep")
        at.see(goal)
    at.keys("r")
    at.see("A first rating")
    for value in "345":
        at.keys(value)
        at.keys("Down")
    at.keys("F10")
    at.gone("A first rating")
    at.see("3 of 10", "4 of 10", "5 of 10")


def plan_and_film(at, film: Path) -> None:
    at.keys("F4")
    at.see("Activity")
    at.type("tea time")
    at.keys("Tab")
    at.type("kitchen")
    at.see("tea time", "kitchen", "saved")
    at.keys("F4")
    at.see("No film yet")
    at.keys("a")
    at.see("Add films")
    at.type(str(film))
    at.keys("Enter")
    at.see("F10 add")
    at.keys("F10")
    at.see("A film of", limit=60)


def mark_moments(at) -> None:
    at.keys("F5")
    at.see("00:00.000", "No moment yet")
    for i in range(3):
        for key in ("Right", "i", "Right", ".", "."):
            at.keys(key)
        at.keys("o")
        at.see("enter keeps")
        at.keys("Enter")
        at.gone("enter keeps")
        at.see(f"00:0{[1, 3, 5][i]}.")
        at.keys("n")
        at.type(f"{NOTE} {i}")
        at.keys("Enter")
        at.see(f" ☆ {NOTE[:10]}")
        at.keys("3")
        at.see("3 Receiving")
        at.keys("3")
        at.gone("3 Receiving")
        at.keys("w")
        at.see("Who starts?")
        at.keys("2")
        at.gone("Who starts?")
        at.keys("s")
        at.see("★ chosen")


def next_rung(shown: str) -> str:
    """The line that tells the rung after the present one."""
    return next(line for line in shown.splitlines() if " next  " in line)


NOTES = {
    "e": ("feeling", "warm [inside] 💛"),
    "g": ("goal-link", "it is what I hoped for"),
    "k": ("working-point", "count to three"),
    "n": ("own", "she speaks first now [/b]"),
    "c": ("concern", "sleeps little"),
    "q": ("quote", "he looked at me [first]"),
}
"""Key, kind and words of every live note but the wow and the strength."""


def note_every_kind(at) -> None:
    for key, (_, words) in NOTES.items():
        at.keys(key)
        at.type(words)
        at.see(words)
        at.keys("Enter")


def hold_review(at) -> None:
    at.keys("F6")
    at.see("Everyone seen in these clips has live consent")
    at.keys("F10")
    at.see("A  Arrive")
    at.keys("r")
    at.see("Rating on arriving")
    at.keys("5")
    at.keys("F10")
    at.gone("Rating on arriving")
    while "C  The clip" not in (shown := at.screen()):
        at.keys("Enter")
        at.gone(next_rung(shown))
    at.see("What do you notice?")
    at.keys("Space")
    at.see("clip 1  00:02.0", "it is the client's turn")
    note_every_kind(at)
    at.keys("w")
    at.see("wow            clip 1 00:0", "quote          clip 1 00:0")


def walk_to_the_end(at) -> None:
    while "F10 ends the review" not in (shown := at.screen()):
        at.keys("Enter")
        at.gone(next_rung(shown))
    at.keys("t")
    at.see("strength")
    at.type("I can wait for him")
    at.keys("Enter")
    at.see("I can wait for him")
    at.keys("r")
    at.see("Rating after the review")
    at.keys("7")
    at.keys("F10")
    at.gone("Rating after the review")
    at.keys("F10")


def wrap_up(at) -> None:
    at.see("Strengths", "I can wait for him")
    at.keys("Tab", "Tab")
    at.type("I count to three before I help")
    at.see("I count to three before I help", "saved")
    at.keys("F10")
    at.see("cycle 2")


@pytest.fixture(params=["unseen", "in a window"])
def at(request, terminal, tmp_path, monkeypatch):
    """The terminal; mpv plays without a display, or in its own window on a real screen. Sockets and home are watched."""
    terminal.env |= watched(tmp_path / "sockets")
    (tmp_path / "home").mkdir()
    terminal.env |= {"HOME": str(tmp_path / "home")}
    for name in ("CONFIG", "CACHE", "STATE", "DATA"):
        monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)
    if request.param == "unseen":
        (terminal.config / "settings.toml").write_text('audio_output = "null"\nfilm_place = "window"\n')
        yield terminal
        return
    with screens(f"{WIDE}x{HIGH}") as display:
        terminal.env["DISPLAY"] = display
        (terminal.config / "settings.toml").write_text('audio_output = "null"\nvideo_output = "x11"\n')
        yield terminal
        terminal.end()


@pytest.mark.timeout(300)
def test_a_first_cycle_by_keyboard(at, film, tmp_path):
    terminal = at
    terminal.start()
    make_case(terminal)
    add_people(terminal)
    set_goals(terminal)
    plan_and_film(terminal, film)
    mark_moments(terminal)
    hold_review(terminal)
    terminal.kill(signal.SIGKILL)

    terminal.start()
    terminal.see("K17", "go on with the shared review")
    terminal.keys("F8")
    terminal.see("Begun and not ended")
    terminal.keys("F10")
    terminal.see("C  The clip", "What do you notice?", "he looked at me [first]")
    walk_to_the_end(terminal)
    wrap_up(terminal)
    terminal.kill(signal.SIGKILL)

    told = read_back(terminal.library)
    check_case(told)
    check_times(told, terminal.library)

    terminal.start()
    terminal.see("K17", "cycle 2")
    assert any(event == "socket.connect" for event, _ in heard(tmp_path / "sockets")), (
        "to mpv, over a socket of this machine"
    )
    assert beyond_this_machine(tmp_path / "sockets") == []
    assert list((tmp_path / "home").rglob("*")) == [], "nothing is written beside the library"


def check_case(told: dict) -> None:
    assert [person["name"] for person in told["people"]] == ["Ben", "Tim"]
    assert len(told["consents"]) == 2
    assert told["questions"][-1]["words"] == QUESTION
    assert len(told["questions"]) == 1
    assert [goal["words"] for goal in told["goals"]] == ["I wait until he looks", "We laugh at tea time"]
    assert sorted((one["occasion"], one["value"]) for one in told["ratings"]) == [
        ("after", 7),
        ("before", 5),
        ("first", 3),
        ("first", 4),
        ("first", 5),
    ]
    assert told["plans"][0]["activity"] == "tea time"
    assert told["plans"][0]["place"] == "kitchen"
    assert len(told["films"]) == 1
    assert len(told["film_people"]) == 2
    assert [moment["note"] for moment in told["moments"]] == [f"{NOTE} {i}" for i in range(3)]
    assert all(len(moment["principles"]) == 1 for moment in told["moments"])
    assert all(moment["initiator"] for moment in told["moments"])
    assert [clip["position"] for clip in told["clips"]] == [1, 2, 3]
    notes = {note["kind"]: note for note in told["review_notes"]}
    assert {kind: notes[kind]["words"] for kind, _ in NOTES.values()} == dict(NOTES.values())
    assert notes["quote"]["clip_id"] == told["clips"][0]["id"]
    assert notes["quote"]["at_ms"] == told["moments"][0]["out_ms"]
    assert set(notes) == {kind for kind, _ in NOTES.values()} | {"wow", "strength"}
    assert told["reviews"][0]["ended_at"]
    assert [one["words"] for one in told["strengths"]] == ["I can wait for him"]
    assert told["working_points"][0]["words"] == "I count to three before I help"
    assert [(one["number"], bool(one["closed_on"])) for one in told["cycles"]] == [(1, True), (2, False)]


def check_times(told: dict, library: Path) -> None:
    """Every mark is the time of a frame of the film, as ffprobe reads them."""
    (film,) = told["films"]
    times = set(frame_times(library / film["location"]))
    marks = {one for moment in told["moments"] for one in (moment["in_ms"], moment["out_ms"])}
    assert marks <= times
    assert not os.access(library / film["location"], os.X_OK)
