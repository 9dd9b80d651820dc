"""What a practitioner does at the far end, key by key."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.libraries import query
from tests.support.server import Server, alive, descendants, programs_below
from tests.support.terminal import Terminal


def moments_in(library: Path) -> list[tuple[int, int]]:
    return query(library, "SELECT in_ms, out_ms FROM moments WHERE note = '' ORDER BY id")


def until(holds: Callable[[], object], limit: float = 10.0) -> None:
    ends = time.monotonic() + limit
    while not (last := holds()):
        assert time.monotonic() < ends, f"still {last!r}"
        time.sleep(0.03)


def drop_the_line(clinic: Server, how: str) -> None:
    """Kill sshd's side of it, or hang up on the program; within 5 s nothing of it is left on the server."""
    far = descendants(clinic.process.pid)
    helpers = programs_below(clinic.process.pid, "vigtui.player.drawing")
    if how == "sshd is killed":
        clinic.break_connections()
    else:
        (program,) = [pid for pid in programs_below(clinic.process.pid, "-m\0vigtui\0") if pid not in helpers]
        os.kill(program, signal.SIGHUP)
    until(lambda: not alive(*far, *helpers), limit=5)


def to_the_workbench(at: Terminal) -> None:
    at.see("Today", "K17", limit=40)
    at.keys("Enter")
    at.see("People and consents")
    at.keys("F5")
    at.see("/ 00:12.0", limit=40)


def mark(at: Terminal, count: int = 1) -> None:
    """Mark moments: five seconds on, and some single frames."""
    for _ in range(count):
        for key in ("Right", ".", ".", "i", "Right", ".", ",", ".", "o"):
            at.keys(key)
        at.see("enter keeps", limit=40)
        at.keys("Enter")
        at.gone("enter keeps")
    at.see("saved")


def to_the_clip(at: Terminal) -> None:
    """Into the live review, to its first rung with a clip."""
    at.see("Today", "K17", limit=40)
    at.keys("Enter")
    at.see("People and consents")
    at.keys("F6")
    at.see("Everyone seen in these clips has live consent")
    at.keys("F10")
    at.see("A  Arrive")
    while "C  The clip" not in (shown := at.see(" next  ")):
        rung = next(one for one in shown.splitlines() if " next  " in one)
        at.keys("Enter")
        at.gone(rung)
