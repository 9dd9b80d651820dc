"""ffmpeg while it runs: it is gone when it should be."""

import subprocess
import sys
import time
from pathlib import Path

ENDLESS = """
from vigtui.media.running import run_ffmpeg
run_ffmpeg(["-re", "-f", "lavfi", "-i", "anullsrc", "-f", "null", "-"], progress=lambda _: print("runs", flush=True))
"""


def children_of(pid: int) -> list[int]:
    """Its children and their children."""
    own = [int(word) for tasks in Path(f"/proc/{pid}/task").glob("*/children") for word in tasks.read_text().split()]
    return own + [below for one in own for below in children_of(one)]


def test_a_program_that_is_killed_leaves_no_ffmpeg_behind():
    with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"runs\n"
        left = children_of(program.pid)
        assert left
        program.kill()
    ends = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in left):
        assert time.monotonic() < ends, "ffmpeg runs on"
        time.sleep(0.02)
