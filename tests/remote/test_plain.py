"""Plain `ssh clinic`, then `vigtui`, through a real sshd: a line that drops, and tmux on the server."""

from pathlib import Path

import pytest

from tests.remote.conftest import Laptop
from tests.remote.doing import drop_the_line, to_the_clip, to_the_workbench, until
from tests.support.libraries import query
from tests.support.line import line
from tests.support.server import Server, programs_below
from tests.support.terminal import Terminal


def ssh(at: Terminal, clinic: Server, library: Path, *, port: int | None = None) -> None:
    config = str(clinic.ssh_config(port))
    at.start_program("ssh", "-F", config, "-tt", "clinic", f"{clinic.program} --library {library}")


@pytest.mark.parametrize("how", ["sshd is killed", "the terminal hangs up"])
def test_a_line_that_drops_in_the_live_review(how: str, laptop: Laptop, library: Path, clinic: Server) -> None:
    """Nothing is lost, nobody is left behind, and the next start is on the same rung with the same frame."""
    at = laptop()
    ssh(at, clinic, library)
    to_the_clip(at)
    at.keys("Space")
    at.gone("C  The clip")
    at.keys("Escape")
    at.see("C  The clip", "clip 1  00:0")
    at.keys("q")
    at.type("he looked at me")
    at.see("he looked at me")
    assert programs_below(clinic.process.pid, "vigtui.player.drawing")
    drop_the_line(clinic, how)
    assert query(library, "SELECT words FROM review_notes") == [("he looked at me",)]
    ssh(at, clinic, library)
    until(lambda: "▀" in at.screen() and "vigtui" not in at.screen(), limit=40)
    at.keys("Escape")
    shown = at.see("C  The clip", "he looked at me", "clip 1  00:0")
    assert "sees black" not in shown
    at.keys("C-q")


def test_in_tmux_on_the_server_the_film_follows_the_line(laptop: Laptop, library: Path, clinic: Server) -> None:
    """tmux takes everything at once; what waits is what the line has not carried. Keys and the paused picture come all the same."""
    with line(clinic.port, rate=40_000, delay=0.04) as slow:
        at = laptop()
        inner = f"env -u TMUX tmux -u -L {library.parent.name} -f /dev/null new-session {clinic.program} --library {library}"
        at.start_program("ssh", "-F", str(clinic.ssh_config(slow.port)), "-tt", "clinic", inner)
        to_the_workbench(at)
        at.keys("Space")
        at.see("▶ 00:01.", limit=30)
        at.keys("i")
        at.see("in 00:0", limit=5)
        at.keys("Space")
        at.see("‖ 00:0", limit=5)
        at.keys("C-q")
        at.gone("K17")


def test_a_contact_strip_over_a_slow_line(laptop: Laptop, library: Path, clinic: Server) -> None:
    """Its stills come one by one; meanwhile another one can be chosen, and gone to before the last one is there."""
    with line(clinic.port, rate=20_000, delay=0.04) as slow:
        at = laptop()
        ssh(at, clinic, library, port=slow.port)
        to_the_workbench(at)
        at.keys("S")
        at.see(">00:00.0", limit=5)
        at.keys("Right")
        chosen = at.until(lambda shown: ">00:0" in shown and ">00:00.0" not in shown, "another still", limit=5)
        at.until(lambda shown: shown.count("▀") > chosen.count("▀") or shown.count("▀") > 300, "more stills", limit=10)
        at.keys("Enter")
        at.gone("arrows choose", limit=5)
        place = chosen.split(">")[1][:7]
        at.see(f"‖ {place}", limit=5)
        at.keys("S")
        at.see("arrows choose", limit=5)
        at.keys("Escape")
        at.gone("arrows choose", limit=5)
        at.see(f"‖ {place}")
        at.keys("C-q")
        at.gone("K17")
