"""The workbench with three thousand moments in one film against three: from a key to the screen, and opening it.

usage: python bench/many_moments.py [TIMES]
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from vigtui.app import VigApp
from vigtui.domain.film import Film
from vigtui.domain.timecode import Millis
from vigtui.media.puppet import make_puppet_play
from vigtui.player.null import NullPlayer
from vigtui.screens.places import screen_for
from vigtui.services import cases, films, moments
from vigtui.services.packs import PackShelf
from vigtui.settings import Settings
from vigtui.store.database import Library
from vigtui.wiring import MediaTools

FEW, MANY = 3, 3000
ALLOWED = 1.25
WINDOW = 0.6
"""Seconds after a key within which everything for it is done."""
KEYS = {
    "down": ("down",),
    "up": ("up",),
    "i, o, enter: a new moment": ("home", "enter", "i", "right", "o", "enter"),
    "x: remove": ("x",),
    "u: undo": ("u",),
    "s: choose": ("s",),
    "k: keep last": ("k",),
    "8: nudge": ("8",),
    "3, 1: principle": ("3", "1"),
    "n: note, a letter, enter": ("n", "a", "enter"),
    "d: duplicate": ("d",),
    "r: next moment": ("r",),
    "z: zoom": ("z",),
    "end": ("end",),
    "home": ("home",),
    "right: a second on": ("right",),
    "comma: a frame back": ("comma",),
}


async def timed(key: str, app: VigApp) -> float:
    """Milliseconds of processor time that a key costs, all that is drawn for it included.

    Time of the processor and not of the clock, so that what else the machine does meanwhile falsifies nothing.
    """
    before = time.process_time()
    app.simulate_key(key)
    await asyncio.sleep(WINDOW)
    return (time.process_time() - before) * 1000


def furnish(folder: Path, play: Path, count: int) -> tuple[Library, PackShelf, str, Film]:
    library, packs = Library(folder, actor="bench"), PackShelf([])
    pack = packs.get("parent-child")

    def make(work):
        case = cases.new_case(work, f"K{count}", pack)
        return case.id, cases.load(work, case.id).cycle_now.id

    case_id, cycle_id = library.change(make)
    intake = films.take_in(library, MediaTools(), play)
    film = library.change(lambda work: films.add_film(work, case_id, cycle_id, intake, seen=()))
    length = film.duration_ms - 1000

    def mark(work):
        for i in range(count):
            start = length * i // count
            one = moments.mark(work, film, Millis(start), Millis(start + 600), note=f"moment {i}")
            moments.toggle_principle(work, one.id, pack.levels[i % 5].behaviours[0].id)

    library.change(mark)
    return library, packs, case_id, film


async def measure(folder: Path, play: Path, count: int, times: int) -> dict[str, float]:
    library, packs, case_id, film = furnish(folder, play, count)
    app = VigApp(library, NullPlayer(length=film.duration_ms), packs, MediaTools(), Settings())
    app.animation_level = "none"
    took: dict[str, list[float]] = {}
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(await screen_for(app.desk, "case", case_id))
        await pilot.pause(0.5)
        await pilot.press("f5")
        await pilot.pause(1.0)
        screen: Any = app.screen
        screen.looker.stop()
        await pilot.pause(0.5)
        for _ in range(times):
            for name, keys in (("F2, then F5: opening", ("f2", "f5")), *KEYS.items()):
                for key in keys[:-1]:
                    await pilot.press(key)
                    await pilot.pause(0.15)
                took.setdefault(name, []).append(await timed(keys[-1], app))
            while len(library.read(lambda work: cases.load(work, case_id)).moments) > count:
                await pilot.press("u")
                await pilot.pause(0.1)
    return {name: statistics.median(those) for name, those in took.items()}


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        play = make_puppet_play(Path(folder) / "play.mp4", seconds=60, size=(160, 90)).path
        few, many = (asyncio.run(measure(Path(folder) / str(count), play, count, times)) for count in (FEW, MANY))
    worst = 0.0
    for name, milliseconds in few.items():
        ratio = many[name] / milliseconds
        worst = max(worst, ratio)
        print(f"{name}: {milliseconds:.1f} ms of processor with {FEW}, {many[name]:.1f} ms with {MANY}: {ratio:.2f}")
    print(f"the worst of them {worst:.2f}; allowed {ALLOWED}")


if __name__ == "__main__":
    main()
