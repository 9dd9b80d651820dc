"""A terminal that goes without a word: the program saves and ends by itself, also in the middle of writing to it."""

import os
import pty
import subprocess
import sys
import time

from tests.support.builders import build_house
from tests.support.terminal import ROOT


def test_the_program_does_not_outlive_its_terminal(tmp_path):
    build_house(tmp_path / "library").library.close()
    ours, theirs = pty.openpty()
    # No session of its own for that terminal: so the system sends no signal when it goes.
    process = subprocess.Popen(
        [sys.executable, "-m", "vigtui", "--library", str(tmp_path / "library")],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, start_new_session=True,
        env=os.environ | {"TERM": "linux", "VIGTUI_CONFIG": str(tmp_path)},
    )  # fmt: skip
    os.close(theirs)
    try:
        seen, ends = b"", time.monotonic() + 30
        while b"K17" not in seen:
            assert time.monotonic() < ends, "the program did not start"
            seen += os.read(ours, 4096)
        os.close(ours)
        assert process.wait(8) is not None
    finally:
        process.kill()
        process.wait(10)
