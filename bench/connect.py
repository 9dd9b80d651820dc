"""How `vigtui connect` feels: keys while a film streams to the laptop through a real sshd, on a free line and on a slow one.

usage: python bench/connect.py [FILM]      without a film: a real one beside the checkout, else a puppet play

The laptop's program runs in a terminal of its own; between it and sshd lies a line of so many bytes a second and so much
delay each way, shared by keys, screen and film. A key is answered when its effect is on the laptop's screen.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.keys_while_playing import make_library
from bench.terminal_film import MEDIA
from tests.support.afar import Afar
from tests.support.line import Line
from tests.support.server import Server, server
from vigtui.media.puppet import make_puppet_play

LINES = (
    # name, bytes a second, delay each way, limits in ms of a key that asks nothing of the player, and of a mark
    ("free", 0.0, 0.0, 50, 100),
    ("100 kB/s, 40 ms each way", 100_000.0, 0.04, 200, 400),
)
TIMES = 30


async def measure(
    name: str, rate: float, delay: float, limit: int, limit_mark: int, clinic: Server, folder: Path
) -> None:
    """Open the workbench through the line, play, press keys."""
    relay = Line(clinic.port, rate=rate, delay=delay)
    port = await relay.start()
    config = folder / f"laptop-{port}"
    config.mkdir()
    (config / "settings.toml").write_text('video_output = "null"\naudio_output = "null"\n')
    words = ["--library", str(folder / "library"), *clinic.connect_words(port=port)]
    environment = {"VIGTUI_CONFIG": str(config), "TEXTUAL_ANIMATIONS": "none", "XDG_RUNTIME_DIR": str(folder)}
    async with Afar([sys.executable, "-m", "vigtui", *words], environment=environment) as laptop:
        await laptop.until_text("K1", 60)
        await laptop.press("\r")
        await laptop.until_text("People", 30)
        began = time.monotonic()
        await laptop.press("\x1b[15~")
        await laptop.until_text("‖ 00:00.0", 60)
        picture = time.monotonic() - began
        await laptop.press(" ")
        await laptop.until_text("▶ 00:0", 30)
        await asyncio.sleep(2)
        carried, began = relay.back.carried, time.monotonic()
        marks = await answers(laptop, "ii", "in ")
        lasted = time.monotonic() - began
        flow = (relay.back.carried - carried) / lasted
        await laptop.press("\x1b")
        await laptop.until_text("to filter", 30)
        letters = await answers(laptop, "a\x7f", "type to filter")
    report(name, "mark in", marks, limit_mark)
    report(name, "a letter", letters, limit)
    used = f", {flow / rate:.2f} of the line" if rate else ""
    print(f"{name}: picture after {picture:.2f} s; {flow / 1000:.0f} kB/s towards the laptop{used}", flush=True)
    await relay.close()


async def answers(laptop: Afar, keys: str, line: str) -> list[float]:
    """How many milliseconds it takes until a line of the screen changes, with one key after the other."""
    took = []
    row = next(i for i, text in enumerate(laptop.screen.text()) if text.strip().startswith(line))
    for i in range(TIMES):
        before, pressed = state_of(laptop, row), time.monotonic()
        await laptop.press(keys[i % 2])
        await laptop.until(lambda screen, before=before: state_of(laptop, row) != before, 10)
        took.append((time.monotonic() - pressed) * 1000)
        await asyncio.sleep(0.13 + 0.01 * (i % 7))
    return sorted(took)


def state_of(laptop: Afar, row: int) -> object:
    """What a line of the screen looks like, colours included."""
    cells = laptop.screen.cells
    return [cells.get((row, column)) for column in range(laptop.screen.columns)]


def report(name: str, what: str, took: list[float], limit: int) -> None:
    """One line of figures."""
    p95 = took[int(len(took) * 0.95) - 1]
    print(
        f"{name}: {what} answered in {statistics.median(took):.0f} ms (median), 95 of 100 within {p95:.0f} ms, "
        f"{p95 / limit:.2f} of {limit} ms",
        flush=True,
    )


def main() -> None:
    """Print the figures of each line."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        film = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else MEDIA / "people_walking_139s_10fps.mp4"
        if not film.is_file():
            film = folder / "long.mp4"
            make_puppet_play(film, seconds=60)
        make_library(folder / "library", film)
        with server(folder / "clinic") as clinic:
            for one in LINES:
                asyncio.run(measure(*one, clinic, folder))


if __name__ == "__main__":
    os.environ.pop("SSH_CONNECTION", None)
    main()
