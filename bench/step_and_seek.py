"""From a key to the picture: how long a step and a seek take in the terminal, against bare libmpv on the same film.

usage: python bench/step_and_seek.py [FILM…]
without films: a puppet play with keyframes 10 s apart, and real ones beside the checkout

Bare libmpv is the `mpv` package with its software renderer in a process of its own, drawing the same pixels and nothing
else. Both go to the same places, in the same order, paused: a seek, a step on, more steps on, a step back. mpv left to
itself shows a frame for as long as it lasts before a second step; the app does not wait for that.
"""

import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.terminal_film import COLUMNS, MEDIA, ROWS
from vigtui.domain.timecode import Millis
from vigtui.media.puppet import make_puppet_play
from vigtui.player.canvas import Frame
from vigtui.player.driver import MpvPlayer
from vigtui.player.terminal import Terminal

REAL = ("chaplin.mp4", "people_walking_139s_10fps.mp4", "iphone6_rot90_gps.mov")
LIMIT = 1.5
TIMES = 25
MORE = 3
"""Steps on after the first."""
KINDS = ("seek", "step on", "more steps on", "step back")

BARE = """
import json, os, sys, time
from vigtui.player.drawing.film import Film
options = {"config": "no", "vo": "libmpv", "ao": "null", "hwdec": "no", "pause": "yes", "keep_open": "yes"}
film = Film(options | {"hr_seek": "yes", "keepaspect": "no", "video_rotate": "no", "aid": "no"})
size = json.loads(sys.argv[3])

shown = None

def until_another(limit):
    # Draw whatever comes until the picture is another one; None where none comes.
    global shown
    film.woken.settimeout(limit)
    while True:
        try:
            film.woken.recv(4096)
        except TimeoutError:
            return None
        if film._context.update():
            drawn = film.picture(*size)
            if shown is None or (drawn != shown).any():
                shown = drawn
                return time.perf_counter()

def took(kind, *command):
    while until_another(0.25) is not None:
        pass  # as long as the app rests: a computer that has rested is slower
    began = time.perf_counter()
    film.player.command_async(*command)
    ended = until_another(1.0)
    if ended is not None:
        found[kind].append((ended - began) * 1000)

film.player.play(sys.argv[1])
until_another(5)
kinds = json.loads(sys.argv[4])
found = {kind: [] for kind in kinds}
for to in json.loads(sys.argv[2]):
    took(kinds[0], "seek", to / 1000, "absolute+exact")
    took(kinds[1], "frame-step")
    for _ in range(int(sys.argv[5])):
        took(kinds[2], "frame-step")
    took(kinds[3], "frame-back-step")
print(json.dumps(found), flush=True)
os._exit(0)
"""


def bare(film: Path, places: list[int]) -> dict[str, list[float]]:
    """Milliseconds of each in bare libmpv."""
    words = (str(film), json.dumps(places), json.dumps([COLUMNS, 2 * ROWS]), json.dumps(KINDS), str(MORE))
    command = [sys.executable, "-c", BARE, *words]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return dict(json.loads(done.stdout))


async def ours(film: Path, places: list[int], room: Path) -> dict[str, list[float]]:
    """Milliseconds from the command to the first frame that comes back, through the player as the screens use it."""
    home = Terminal(runtime_dir=room, audio_output="null")
    player = MpvPlayer(home)
    drawn, last = asyncio.Event(), 0.0

    def take(frame: Frame) -> None:
        nonlocal last
        last = asyncio.get_running_loop().time()
        home.canvas.taken(frame.number)
        drawn.set()

    home.canvas.on_frame = take
    home.canvas.aim(columns=COLUMNS, rows=ROWS)
    await player.open(film)
    await asyncio.sleep(0.4)

    async def quiet() -> None:
        """Wait until what belongs to the command before has been drawn."""
        await asyncio.sleep(0.15)
        while asyncio.get_running_loop().time() - last < 0.1:
            await asyncio.sleep(0.02)

    async def took(doing: object) -> float | None:
        await quiet()
        drawn.clear()
        began = time.perf_counter()
        task = asyncio.ensure_future(doing)  # type: ignore[arg-type,var-annotated]
        try:
            async with asyncio.timeout(1):
                await drawn.wait()
            found: float | None = (time.perf_counter() - began) * 1000
        except TimeoutError:
            found = None  # the frame looks like the one before: nothing had to be drawn
        await task
        return found

    found: dict[str, list[float | None]] = {kind: [] for kind in KINDS}
    seek, step, more, back = (found[kind] for kind in KINDS)
    for to in places:
        seek.append(await took(player.seek(Millis(to))))
        step.append(await took(player.step(1)))
        for _ in range(MORE):
            more.append(await took(player.step(1)))
        back.append(await took(player.step(-1)))
    await player.close()
    return {name: [one for one in times if one is not None] for name, times in found.items()}


def main() -> None:
    """Print a line for each film."""
    with tempfile.TemporaryDirectory() as folder:
        films = [Path(name).absolute() for name in sys.argv[1:]]
        if not films:
            puppet = Path(folder) / "puppet.mp4"
            make_puppet_play(puppet, seconds=40, keyframe_seconds=10)
            films = [puppet, *(MEDIA / name for name in REAL if (MEDIA / name).is_file())]
        for film in films:
            told = subprocess.run(
                ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", f"file:{film}"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            dice = random.Random(4)  # noqa: S311 - the same places every time
            places = [dice.randrange(int(float(told) * 1000) - 400) for _ in range(TIMES)]
            theirs, mine = bare(film, places), asyncio.run(ours(film, places, Path(folder)))
            words = [
                f"{name} {statistics.median(mine[name]):.0f} ms, {statistics.median(mine[name]) / statistics.median(times):.2f}"
                for name, times in theirs.items()
            ]
            print(f"{film.name} (limit {LIMIT} × bare libmpv): {' · '.join(words)}", flush=True)


if __name__ == "__main__":
    main()
