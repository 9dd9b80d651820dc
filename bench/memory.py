"""How much memory the program holds, as shares of a bare Textual app with one table; libmpv's process is not counted.

usage: python bench/memory.py [FILM]      without a film: a real one beside the checkout, else a puppet play

Resident memory of the app's own process: at its start, on the workbench with a film in the terminal, and after going
through all places of a case again and again, where it must not grow any more.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from bench.keys_while_playing import colours_of, film_at_hand, make_library
from tests.support.afar import Afar

LIMIT = 2.0
ROUNDS = 5
PLACES = {"F2": "\x1bOQ", "F3": "\x1bOR", "F4": "\x1bOS", "F6": "\x1b[17~", "F7": "\x1b[18~", "F5": "\x1b[15~"}
BARE = """
from textual.app import App
from textual.widgets import DataTable

class Bare(App):
    def compose(self):
        yield DataTable()

    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("case", "stage", "next step")
        for number in range(30):
            table.add_row(f"K{number}", "Clips", "choose clips")

Bare().run()
"""


def resident(pid: int) -> int:
    """Kilobytes of memory that a process holds now (VmRSS of proc(5))."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


async def bare() -> int:
    """Kilobytes of the bare app."""
    async with Afar([sys.executable, "-c", BARE], environment={"TEXTUAL_ANIMATIONS": "none"}) as far:
        await far.until_text("choose clips", 30)
        await asyncio.sleep(1)
        return resident(far.process.pid)


async def ours(library: Path, config: Path) -> list[tuple[str, int]]:
    """What was on the screen, and the kilobytes then."""
    environment = {"VIGTUI_CONFIG": str(config), "TEXTUAL_ANIMATIONS": "none"}
    command = [sys.executable, "-m", "vigtui", "--library", str(library)]
    found = []
    async with Afar(command, environment=environment) as far:
        await far.until_text("K1", 30)
        await asyncio.sleep(1)
        found.append(("the first screen", resident(far.process.pid)))
        await far.press("\r")
        await far.until_text("People", 30)
        await far.press(PLACES["F5"])
        await far.until(lambda screen: len(colours_of(screen)) > 20, 30)
        await asyncio.sleep(15)  # sound and movement are worked out meanwhile
        await far.press(" ")
        await far.until_text("▶ 00:0", 30)
        await asyncio.sleep(5)
        found.append(("the workbench, playing", resident(far.process.pid)))
        await far.press(" ")
        for number in range(1, ROUNDS + 1):
            for key in PLACES.values():
                await far.press(key)
                await asyncio.sleep(1)
            found.append((f"all places, round {number}", resident(far.process.pid)))
    return found


async def main() -> None:
    """Print a line for each state."""
    with tempfile.TemporaryDirectory() as folder:
        library, config = Path(folder) / "library", Path(folder) / "config"
        config.mkdir()
        (config / "settings.toml").write_text('audio_output = "null"\n')
        make_library(library, film_at_hand(Path(folder)))
        base = await bare()
        print(f"a bare Textual app with one table: {base / 1024:.0f} MB")
        for words, held in await ours(library, config):
            print(f"{words}: {held / 1024:.0f} MB, {held / base:.2f} × the bare app (limit {LIMIT})", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
