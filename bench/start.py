"""How long `vigtui cases` takes, as a share of the half second that the command line promises, and against bare Python.

usage: python bench/start.py [TIMES]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from vigtui.services import cases
from vigtui.services.packs import PackShelf
from vigtui.store.database import Library

PROMISED = 0.5


def seconds(command: list[str], library: Path, times: int) -> float:
    """The median of so many starts, after one that is not counted."""
    took = []
    for _ in range(times + 1):
        began = time.perf_counter()
        environment = {**os.environ, "VIGTUI_LIBRARY": str(library)}
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        took.append(time.perf_counter() - began)
    return statistics.median(took[1:])


def main() -> None:
    """Print one line."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder) / "library", actor="bench")
        library.change(lambda work: cases.new_case(work, "K1", PackShelf([]).get("parent-child")))
        library.close()
        ours = seconds([sys.executable, "-m", "vigtui", "cases"], library.folder, times)
        bare = seconds([sys.executable, "-c", "import argparse, sqlite3"], library.folder, times)
    print(
        f"vigtui cases: {ours * 1000:.0f} ms, {ours / PROMISED:.2f} of the promised half second, {ours / bare:.1f} × bare Python"
    )


if __name__ == "__main__":
    main()
