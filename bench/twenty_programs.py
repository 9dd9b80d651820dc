"""Twenty programs on one library for a minute, each an edit a second: how long a commit takes, as a share of 20 ms.

It fails where somebody saw an error, a write is lost, or the median is longer.

usage: python bench/twenty_programs.py [SECONDS] [PROGRAMS]
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT_MS = 20.0

EDIT = """
import json, random, sys, time
from pathlib import Path
from vigtui.domain.errors import VigError
from vigtui.domain.film import FilmNote
from vigtui.domain.cycle import Cycle
from vigtui.services import cases
from vigtui.store.database import Library

folder, seconds, number = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
library = Library(folder, actor=f"p{number}")
case, cycle = library.read(lambda work: (work.find(cases.Case)[0], work.find(Cycle)[0]))
print("ready", flush=True)
sys.stdin.readline()
dice, took, ids, faults = random.Random(number), [], [], 0
ends = time.monotonic() + seconds
time.sleep(dice.uniform(0, 1))
while time.monotonic() < ends:
    def job(work):
        work.did("note added", case.id)
        return work.add(FilmNote(id=work.new_id(), case_id=case.id, cycle_id=cycle.id, words=f"program {number} waits"))
    begun = time.perf_counter()
    try:
        ids.append(library.change(job).id)
    except VigError:
        faults += 1
    took.append((time.perf_counter() - begun) * 1000)
    time.sleep(max(0.0, dice.uniform(0.8, 1.2) - took[-1] / 1000))
library.close()
print(json.dumps([took, ids, faults]))
"""


def edit_at_once(folder: Path, seconds: float, programs: int) -> tuple[list[float], list[str], int]:
    """Times in ms, ids written, errors seen, of so many programs at work for so long."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", EDIT, str(folder), str(seconds), str(number)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for number in range(programs)
    ]  # fmt: skip
    for one in running:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    took, ids, faults = [], [], 0
    for one in running:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in running:
        out, _ = one.communicate(timeout=seconds + 60)
        times, written, wrong = json.loads(out)
        took += times
        ids += written
        faults += wrong
    return took, ids, faults


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from tests.support.builders import build_house
    from vigtui.domain.film import FilmNote
    from vigtui.store.database import Library

    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    programs = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "library"
        build_house(folder).library.close()
        took, ids, faults = edit_at_once(folder, seconds, programs)
        library = Library(folder, actor="bench")
        kept = {one.id for one in library.read(lambda work: work.find(FilmNote))}
        health = library.health()
        library.close()
    took.sort()
    print(
        f"{programs} programs, {seconds:.0f} s, {len(took)} edits: {faults} errors, {len(set(ids) - kept)} lost, library {health}; "
        f"commit median {statistics.median(took):.1f} ms, 95 of 100 within {took[int(len(took) * 0.95) - 1]:.1f} ms, longest "
        f"{took[-1]:.0f} ms; median as a share of {LIMIT_MS:.0f} ms: {statistics.median(took) / LIMIT_MS:.2f}"
    )
    assert not faults
    assert set(ids) == kept
    assert statistics.median(took) < LIMIT_MS, "a commit takes longer than is promised"


if __name__ == "__main__":
    main()
