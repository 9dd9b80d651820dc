"""The workbench with three thousand moments in one film against three: from a key to the screen, and opening it.

usage: python bench/many_moments.py [TIMES]

The whole program twice, side by side, with the same film inside the terminal; the same keys in both, in turn. A key is
answered when the last byte that belongs to it has come; one that changes nothing on the screen is not counted.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from bench.keys_while_playing import colours_of
from tests.support.afar import Afar
from vigtui.domain.timecode import Millis
from vigtui.media.puppet import make_puppet_play
from vigtui.services import cases, films, moments
from vigtui.services.packs import PackShelf
from vigtui.store.database import Library
from vigtui.wiring import MediaTools

FEW, MANY = 3, 3000
ALLOWED = 1.25
CALM = 0.3
"""Seconds without a byte after which all that belongs to a key has come."""
CODES = {"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "end": "\x1b[F", "home": "\x1b[H", "enter": "\r"}
CODES |= {"F2": "\x1bOQ", "F5": "\x1b[15~"}
KEYS = {
    "F2, then F5: opening": ("F2", "F5"),
    "end": ("end",),
    "home": ("home",),
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
    "r: next moment": ("home", "enter", "r"),
    "z: zoom": ("z",),
    "right: a second on": ("right",),
    "comma: a frame back": (",",),
}
MADE = 3
"""Moments that one round of them adds."""


def furnish(folder: Path, play: Path, count: int) -> None:
    """A case with so many moments in its film."""
    library, packs = Library(folder, actor="bench"), PackShelf([])
    pack = packs.get("parent-child")
    case = library.change(lambda work: cases.new_case(work, "K1", pack))
    cycle = library.read(lambda work: cases.load(work, case.id)).cycle_now
    intake = films.take_in(library, MediaTools(), play)
    film = library.change(lambda work: films.add_film(work, case.id, cycle.id, intake, seen=()))
    length = film.duration_ms - 1000

    def mark(work):
        for i in range(count):
            start = length * i // count
            one = moments.mark(work, film, Millis(start), Millis(start + 600), note=f"moment {i}")
            moments.toggle_principle(work, one.id, pack.levels[i % 5].behaviours[0].id)

    library.change(mark)
    library.close()


async def calm(far: Afar) -> float:
    """Wait until nothing comes any more; the time at which the last byte came."""
    while time.monotonic() - far.received_at < CALM:
        await asyncio.sleep(0.02)
    return far.received_at


async def press(far: Afar, key: str) -> float | None:
    """Milliseconds from a key to the last byte that belongs to it; None where nothing came."""
    await calm(far)
    began = time.monotonic()
    await far.press(CODES.get(key, key))
    await asyncio.sleep(CALM)
    ended = await calm(far)
    return (ended - began) * 1000 if ended > began else None


async def measure(folder: Path, times: int) -> dict[str, tuple[list[float], list[float]]]:
    """Milliseconds of each key with few and with many."""
    environment = {"VIGTUI_CONFIG": str(folder / "config"), "TEXTUAL_ANIMATIONS": "none"}
    found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in KEYS}
    async with AsyncExitStack() as stack:
        both = []
        for count in (FEW, MANY):
            command = [sys.executable, "-m", "vigtui", "--library", str(folder / str(count))]
            far = await stack.enter_async_context(Afar(command, environment=environment))
            await far.until_text("K1", 60)
            await far.press(CODES["enter"])
            await far.until_text("People", 60)
            await far.press(CODES["F5"])
            await far.until(lambda screen: len(colours_of(screen)) > 20, 60)
            await far.press("L")  # sound and movement of both films would be worked out meanwhile
            await asyncio.sleep(3)
            both.append(far)
        for _ in range(times):
            for name, keys in KEYS.items():
                for far, took in zip(both, found[name], strict=True):
                    for key in keys[:-1]:
                        await press(far, key)
                    last = await press(far, keys[-1])
                    took += [last] if last is not None else []
            for far in both:
                for _ in range(MADE):  # the new ones go again
                    await press(far, "x")
    return found


def main() -> None:
    """Print a line for each key, and the worst."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config").mkdir()
        (folder / "config" / "settings.toml").write_text('audio_output = "null"\n')
        play = make_puppet_play(folder / "play.mp4", seconds=60, size=(160, 90)).path
        for count in (FEW, MANY):
            furnish(folder / str(count), play, count)
        found = asyncio.run(measure(folder, times))
    worst = 0.0
    for key, (few, many) in found.items():
        if not few or not many:
            print(f"{key}: changed nothing on the screen")
            continue
        ratio = statistics.median(many) / statistics.median(few)
        worst = max(worst, ratio)
        print(
            f"{key}: {statistics.median(few):.0f} ms with {FEW}, {statistics.median(many):.0f} ms with {MANY}: {ratio:.2f}"
        )
    print(f"the worst of them {worst:.2f}; allowed {ALLOWED}")


if __name__ == "__main__":
    main()
