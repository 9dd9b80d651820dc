"""A library of 500 cases, 20,000 moments and 100,000 notes: what opening it costs, as a share of a bare Textual app with one table.

It fails where one of the figures is over its limit.

usage: python bench/size.py [CASES]
"""

import asyncio
import compileall
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CASES, MOMENTS, NOTES = 500, 40, 200
"""Cases, and moments and notes in each."""
SEARCH_MS, SCREEN_MS, BYTES, OPEN, MEMORY = 50.0, 100.0, 200.0, 1.5, 2.0

BARE = """
import sys, time
from textual.app import App
from textual.widgets import OptionList
from textual.widgets.option_list import Option
class Bare(App):
    def compose(self):
        words = "cycle 1: set the question and goals   mother and daughter"
        yield OptionList(*(Option(f"K{n:03d}   {words}") for n in range(int(sys.argv[2]))))
    def on_mount(self):
        self.call_after_refresh(self.seen)
    def seen(self):
        self.seen_at = time.time()
        self.exit()
app = Bare()
app.run(headless=True, size=(80, 24))
"""
OURS = """
import gc, sys, time
gc.set_threshold(500_000)  # as vigtui.cli.run does first of all
from pathlib import Path
from vigtui.store.database import Library  # first, as always
from vigtui.app import VigApp
from vigtui.player.null import NullPlayer
from vigtui.services.packs import PackShelf
from vigtui.settings import Settings
from vigtui.wiring import MediaTools
from vigtui.screens.today import TodayScreen
shown = TodayScreen.show_lines
def seen(app):
    app.seen_at = time.time()
    app.exit()
def show(self):
    shown(self)
    self.call_after_refresh(seen, self.app)
TodayScreen.show_lines = show
app = VigApp(Library(Path(sys.argv[1]), actor="bench"), NullPlayer(), PackShelf([]), MediaTools(), Settings())
app.run(headless=True, size=(80, 24))
"""
MEASURED = """
print(app.seen_at)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def fill(folder: Path, cases_wanted: int) -> tuple[int, int]:
    """Make the library; bytes of the file before and after the notes."""
    from vigtui.domain.clip import Clip
    from vigtui.domain.cycle import Cycle
    from vigtui.domain.film import Film, FilmNote
    from vigtui.domain.moment import Moment
    from vigtui.domain.timecode import Millis
    from vigtui.services import cases, goals
    from vigtui.services.packs import PackShelf
    from vigtui.store.database import Library

    library = Library(folder, actor="bench")
    pack = PackShelf([]).get("parent-child")

    def make(work, number):
        case = cases.new_case(work, f"K{number:03d}", pack, relationship="mother and daughter")
        goals.ask(work, case.id, "How can I tell what she wants?")
        cycle = work.find(Cycle, case_id=case.id)[0]
        film = Film(
            id=work.new_id(), case_id=case.id, cycle_id=cycle.id, number=1, location=f"films/{number}.mp4",
            original_name="tea.mp4", sha256="0" * 64, size_bytes=1, added_at=work.now,
        )  # fmt: skip
        work.add(film)
        for at in range(MOMENTS):
            moment = Moment(
                id=work.new_id(),
                case_id=case.id,
                film_id=film.id,
                in_ms=Millis(at * 10_000),
                out_ms=Millis(at * 10_000 + 5000),
            )
            work.add(moment)
            if at < 3:
                work.add(
                    Clip(id=work.new_id(), case_id=case.id, cycle_id=cycle.id, moment_id=moment.id, position=at + 1)
                )
        work.did(f"case {number}", case.id)
        return case.id, cycle.id

    made = [library.change(lambda work, number=number: make(work, number)) for number in range(cases_wanted)]
    library.close()
    before = (folder / "vigtui.sqlite").stat().st_size
    library = Library(folder, actor="bench")
    for case_id, cycle_id in made:

        def note(work, case_id=case_id, cycle_id=cycle_id):
            for n in range(NOTES):
                words = f"{n} she waits for her turn, looks up and smiles at her mother {case_id[-4:]}"
                work.add(FilmNote(id=work.new_id(), case_id=case_id, cycle_id=cycle_id, words=words))
            work.did("notes", case_id)

        library.change(note)
    library.close()
    return before, (folder / "vigtui.sqlite").stat().st_size


def run(script: str, folder: Path, rows: int) -> tuple[float, int]:
    """Seconds from the start of the program to its first full screen, and the most memory in kB."""
    begun = time.time()
    done = subprocess.run(
        [sys.executable, "-c", script + MEASURED, str(folder), str(rows)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=ROOT, timeout=120, check=True,
    )  # fmt: skip
    seen_at, memory = map(float, done.stdout.split()[-2:])
    return seen_at - begun, int(memory)


KEYS = {"f2": "case", "f3": "goals", "f4": "film", "f5": "clips", "f6": "review", "f7": "wrap-up", "p": "progress"}


async def walk(folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds from a key to each screen of a case, with all that stands on it, and of each search while typing."""
    gc.set_threshold(500_000)  # as vigtui.cli.run does first of all
    from tests.support.waiting import screen_text, until
    from vigtui.app import VigApp
    from vigtui.player.null import NullPlayer
    from vigtui.services.packs import PackShelf
    from vigtui.settings import Settings
    from vigtui.store.database import Library
    from vigtui.wiring import MediaTools

    library = Library(folder, actor="bench")
    app = VigApp(library, NullPlayer(), PackShelf([]), MediaTools(), Settings())
    app.animation_level = "none"
    screens, searches = [], []
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "K000" in screen_text(app), limit=60)
        await pilot.press(*"K007")
        await until(lambda: "K008" not in screen_text(app))
        await pilot.press("enter")
        await until(lambda: getattr(app.screen, "here", "") == "case" and screen_text(app).strip())
        painted: dict[str, float] = {}
        drawn = asyncio.Event()

        def note(_) -> None:
            """When each place was first written to the terminal."""
            painted.setdefault(getattr(app.screen, "here", ""), time.perf_counter())
            drawn.set()

        app.painted.subscribe(app, note, immediate=True)
        for _ in range(3):
            for key, here in (*list(KEYS.items())[1:], ("f2", "case")):
                await pilot.pause(0.5)
                painted.clear()
                begun = time.perf_counter()
                app.simulate_key(key)
                while here not in painted:
                    drawn.clear()
                    await asyncio.wait_for(drawn.wait(), 10)
                screens.append((painted[here] - begun) * 1000)
        for words in ("she waits", "smiles mother", "turn looks", "099 she"):
            for end in range(1, len(words) + 1):
                begun = time.perf_counter()
                await library.asearch(words[:end])
                searches.append((time.perf_counter() - begun) * 1000)
    return screens, sorted(searches)


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "library"
        compileall.compile_dir(ROOT / "vigtui", quiet=1)  # as it is for whoever has it installed
        before, after = fill(folder, wanted)
        words = len("100 she waits for her turn, looks up and smiles at her mother abcd")
        each = (after - before) / (wanted * NOTES) - words
        screens, searches = asyncio.run(walk(folder))
        ours, bare = [], []
        for _ in range(5):
            ours.append(run(OURS, folder, wanted))
            bare.append(run(BARE, folder, wanted))
    opened, peer = (statistics.median(one[0] for one in some) for some in (ours, bare))
    memory, peers = (statistics.median(one[1] for one in some) for some in (ours, bare))
    p95 = searches[int(len(searches) * 0.95) - 1]
    print(f"{wanted} cases, {wanted * MOMENTS} moments, {wanted * NOTES} notes, {after / 1e6:.0f} MB")
    print(f"to the first full screen: {opened:.2f} s, bare app {peer:.2f} s, ratio {opened / peer:.2f} (limit {OPEN})")
    print(
        f"memory: {memory / 1024:.0f} MB, bare app {peers / 1024:.0f} MB, ratio {memory / peers:.2f} (limit {MEMORY})"
    )
    print(
        f"screens after it: longest {max(screens):.0f} ms, share of {SCREEN_MS:.0f} ms: {max(screens) / SCREEN_MS:.2f}"
    )
    print(f"search while typing: 95 of 100 within {p95:.0f} ms, share of {SEARCH_MS:.0f} ms: {p95 / SEARCH_MS:.2f}")
    print(f"overhead of a note: {each:.0f} bytes, share of {BYTES:.0f}: {each / BYTES:.2f}")
    shares = {
        "first screen": opened / peer / OPEN,
        "memory": memory / peers / MEMORY,
        "screens": max(screens) / SCREEN_MS,
        "search": p95 / SEARCH_MS,
        "overhead": each / BYTES,
    }
    over = [name for name, share in shares.items() if share > 1]
    assert not over, f"over the limit: {', '.join(over)}"


if __name__ == "__main__":
    main()
