"""A live review under way, by keyboard in a real terminal, the client's window on a real screen; killed in the middle."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.display import HIGH, WIDE, frame, make_film, screens, wait_to_see, window_names
from tests.support.terminal import ROOT, Terminal

FAMILY = "Rosalind-Quimby"


@pytest.fixture
def display():
    with screens(f"{WIDE}x{HIGH}") as name:
        yield name


@pytest.fixture
def terminal(tmp_path, display):
    config = tmp_path / "config"
    config.mkdir()
    (config / "settings.toml").write_text('audio_output = "null"\nvideo_output = "x11"\n')
    made = Terminal(tmp_path / "library", config, env={"DISPLAY": display, "XDG_RUNTIME_DIR": str(tmp_path)})
    yield made
    made.end()


@pytest.fixture
def film(terminal, tmp_path):
    """A case with two clips of one film, everyone's consent; gives the film."""
    made = tmp_path / f"{FAMILY}.mp4"
    make_film(made)
    case = ("--case", "K17")
    vigtui(terminal, "case", "new", "--code", "K17")
    for role, name in (("client", FAMILY), ("child", "Mia")):
        vigtui(terminal, "person", "add", *case, "--role", role, "--name", name)
        consent = ("--person", name, "--purpose", "therapy", "--by", name)
        vigtui(terminal, "consent", "give", *case, *consent)
    vigtui(terminal, "film", "add", str(made), *case, "--cycle", "1")
    for start in (1, 3):
        times = ("--in", f"{start}.000", "--out", f"{start}.800")
        vigtui(terminal, "clip", "add", *case, "--cycle", "1", *times, "--note", FAMILY)
    return made


def vigtui(terminal, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "vigtui", "--library", str(terminal.library), *words],
        env=os.environ | {"VIGTUI_CONFIG": str(terminal.config)},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def children_of(pid: int) -> list[int]:
    """Processes that a process has started, by their numbers."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def wait_gone(pids: list[int], limit: float) -> None:
    ends = time.monotonic() + limit
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < ends, f"still there after {limit} s"
        time.sleep(0.05)


def open_review(at) -> None:
    at.start()
    at.see("K17", "cycle 1")
    at.keys("Enter")
    at.see("People and consents")
    at.keys("F6")
    at.see("F10")
    at.keys("F10")


@pytest.mark.timeout(180)
def test_a_review_that_is_killed_goes_on_and_the_client_sees_nothing_else(terminal, display, film):
    shown = frame(film, 1800)
    open_review(terminal)
    terminal.see("A  Arrive")
    terminal.keys("f")
    wait_to_see(display, lambda now: now.black)
    terminal.keys("Right")
    terminal.see("What do you notice?")
    terminal.keys("Space")
    terminal.see("it is the client's turn")
    wait_to_see(display, lambda now: now.far_from(shown) < 3 and not now.strays_from(shown))
    assert window_names(display) == {"vigtui"}

    terminal.keys("Q")
    terminal.see("with the question")
    wait_to_see(display, lambda now: len(now.bright()) > 800)
    terminal.keys("Q")
    terminal.gone("with the question")
    wait_to_see(display, lambda now: now.far_from(shown) < 3 and not now.strays_from(shown))

    terminal.keys("q")
    terminal.type("he looked at me [first]")
    terminal.keys("Enter")
    terminal.keys("w")
    terminal.see("wow", "he looked at me [first]")
    terminal.keys("Down", "Down")
    terminal.see("What are you doing here?")
    terminal.keys("k")
    terminal.type("I wait for")
    terminal.see("working point  clip 1", "I wait for")
    terminal.keys("Enter")
    terminal.gone("working point         I wait for")
    terminal.keys("l")
    terminal.see("▶ clip 1", "repeating")

    mpv = children_of(terminal.pid)
    assert mpv
    terminal.kill(signal.SIGKILL)
    wait_gone(mpv, 5.0)

    open_review(terminal)
    terminal.see("C  The clip", "What are you doing here?", "I wait for", "the client sees black")
    terminal.keys("f", "z")
    first = frame(film, 1000)
    wait_to_see(display, lambda now: now.far_from(first) < 3 and not now.strays_from(first))
    terminal.keys("Right")
    terminal.see("2 of 2")
    wait_to_see(display, lambda now: now.black)
    assert window_names(display) == {"vigtui"}
    told = json.loads(vigtui(terminal, "show", "K17", "--json"))
    assert {note["kind"]: note["words"] for note in told["review_notes"]} == {
        "quote": "he looked at me [first]",
        "wow": "",
        "working-point": "I wait for",
    }
    assert [clip["shown_at"] is not None for clip in told["clips"]] == [True, False]
