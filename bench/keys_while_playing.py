"""How soon a key is answered while a film plays inside the terminal, on a free line and on slow ones; and what flows at rest.

usage: python bench/keys_while_playing.py [FILM]      without a film: a real one beside the checkout, else a puppet play

The whole program runs in a terminal at the other end of a line of so many bytes a second and so much delay each way. A key is
answered when its effect is on the screen over there.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.terminal_film import MEDIA, processor_of
from tests.support.afar import Afar
from tests.support.screen import Screen
from vigtui.media.puppet import make_puppet_play
from vigtui.services import cases, films
from vigtui.services.packs import PackShelf
from vigtui.store.database import Library
from vigtui.wiring import MediaTools

LINES = (
    # name, bytes a second, delay each way, limit in ms
    ("free", None, 0.0, 50),
    ("100 kB/s, 40 ms each way", 100_000, 0.04, 200),
    ("20 kB/s, 40 ms each way", 20_000, 0.04, 400),
)
TIMES = 40
REST_SECONDS = 5.0


def make_library(folder: Path, film: Path) -> None:
    """A case with this film."""
    library = Library(folder, actor="bench")
    case = library.change(lambda work: cases.new_case(work, "K1", PackShelf([]).get("parent-child")))
    intake = films.take_in(library, MediaTools(), film, reference=True)
    cycle = library.read(lambda work: cases.load(work, case.id)).cycle_now
    library.change(lambda work: films.add_film(work, case.id, cycle.id, intake, seen=[]))
    library.close()


async def measure(name: str, rate: float | None, delay: float, limit: int, library: Path, config: Path) -> None:
    """Open the workbench, play, press keys; then pause and rest."""
    command = [sys.executable, "-m", "vigtui", "--library", str(library)]
    environment = {"VIGTUI_CONFIG": str(config), "TEXTUAL_ANIMATIONS": "none", "SSH_CONNECTION": "bench"}
    async with Afar(command, columns=80, rows=24, rate=rate, delay=delay, environment=environment) as far:
        await far.until_text("K1", 30)
        await far.press("\r")
        await far.until_text("People", 30)
        began = time.monotonic()
        await far.press("\x1b[15~")
        await far.until(lambda screen: len(colours_of(screen)) > 20, 30)
        picture = time.monotonic() - began
        await far.press(" ")
        await far.until_text("▶ 00:0", 30)
        await asyncio.sleep(2)
        row = next(i for i, line in enumerate(far.screen.text()) if line.strip().startswith("in "))
        took = []
        received, began = far.received, time.monotonic()
        for i in range(TIMES):
            mark, pressed = far.screen.line(row), time.monotonic()
            await far.press("i")
            await far.until(lambda screen, mark=mark: screen.line(row) != mark, 10)
            took.append((time.monotonic() - pressed) * 1000)
            await asyncio.sleep(0.13 + 0.01 * (i % 7))
        lasted = time.monotonic() - began
        flow = (far.received - received) / lasted
        await far.press(" ")
        await far.until_text("‖", 30)
        await asyncio.sleep(2.5)
        pids = [far.process.pid, *children_of(far.process.pid)]
        received, used = far.received, sum(map(processor_of, pids))
        await asyncio.sleep(REST_SECONDS)
        rest, used = far.received - received, (sum(map(processor_of, pids)) - used) / REST_SECONDS
    took.sort()
    p95 = took[int(len(took) * 0.95) - 1]
    print(
        f"{name}: key answered in {statistics.median(took):.0f} ms (median), 95 of 100 within {p95:.0f} ms, "
        f"{p95 / limit:.2f} of {limit} ms; picture after {picture:.2f} s; {flow / 1000:.1f} kB/s while it plays; "
        f"at rest {rest} bytes and {used * 100:.1f} % of a core",
        flush=True,
    )


def children_of(pid: int) -> list[int]:
    """The processes a process started."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def colours_of(screen: Screen) -> set[object]:
    """The colours of the blocks on the screen."""
    return {(fore, back) for sign, fore, back in screen.cells.values() if sign in "▀▄"}


def film_at_hand(folder: Path) -> Path:
    """The film that was named, a real one beside the checkout, or a puppet play made in this folder."""
    film = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else MEDIA / "people_walking_139s_10fps.mp4"
    if film.is_file():
        return film
    return make_puppet_play(folder / "long.mp4", seconds=60).path


def main() -> None:
    """Print a line for each line."""
    with tempfile.TemporaryDirectory() as folder:
        library, config = Path(folder) / "library", Path(folder) / "config"
        make_library(library, film_at_hand(Path(folder)))
        for line in LINES:
            asyncio.run(measure(*line, library, config))


if __name__ == "__main__":
    main()
