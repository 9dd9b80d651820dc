"""Plain `ssh clinic`, then `vigtui`, through a real sshd and a slow line: frames a second, likeness, and keys while it plays.

usage: python bench/over_ssh.py [--only WORDS] [FILM…]

Without films: real ones beside the checkout as long as half a minute, else a puppet play. With WORDS only what has all of them in
its name is measured: “chaplin, true, free”.

Between ssh and sshd lies a line of so many bytes a second and so much delay each way. In the live review the film fills the
terminal of 80×24. What stands there after each of its updates is compared with the frames that can be on the screen then, as
libmpv scales them: the frame that it is most like is the one that is shown, and how like it is that frame is the likeness. Which
can be there follows from the clock, for a film that is repeated has each frame more than once. Only the picture counts, not the
black beside it. On the workbench keys are
pressed while the film plays; a key is answered when its effect is on the screen at this end.

Through a line without limits the same is set against what `mpv --vo=tct` sends through the same ssh: the same seconds of the same
film, in a terminal of the same size.
"""

import asyncio
import fcntl
import os
import pty
import re
import shlex
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.terminal_film import COLUMNS, LIMITS, MEDIA, ROWS
from tests.support.afar import Afar
from tests.support.line import Line
from tests.support.screen import Screen
from tests.support.server import Server, server
from vigtui.media.puppet import make_puppet_play
from vigtui.player.drawing.__main__ import fitted
from vigtui.player.drawing.film import Film
from vigtui.player.terminal import _OPTIONS

LINES = (
    # name, bytes a second, delay each way, frames a second at least, a key's limit in ms
    ("100 kB/s, 40 ms each way", 100_000.0, 0.04, 15, 200),
    ("20 kB/s, 40 ms each way", 20_000.0, 0.04, None, 400),
    ("free", 0.0, 0.0, None, 100),
)
REAL = ("chaplin.mp4", "iphone6_rot90_gps.mov")
DEPTHS = {"true": "truecolor", "256": ""}
BEFORE, SECONDS = 4, 12.0
"""Seconds of the film before it is looked at, and how long it is."""
TIMES = 30
KEYS = {"F5": "\x1b[15~", "F6": "\x1b[17~", "F10": "\x1b[21~"}
NEAR = 0.6
"""Seconds by which an update may come earlier or later than most of them."""
Frames = npt.NDArray[np.uint8]
Times = npt.NDArray[np.float64]


def as_home_film(film: Path, folder: Path) -> Path:
    """The film again and again, until it is half a minute long."""
    made = folder / f"{film.stem}-long.mp4"
    command = ["ffmpeg", "-v", "error", "-stream_loop", "20", "-i", f"file:{film}", "-map", "0:v:0", "-t", "30"]
    command += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-an", str(made)]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True)
    return made


@dataclass(frozen=True)
class Wanted:
    """Every frame as libmpv scales it into the terminal.

    Attributes:
        frames: without the black beside the picture.
        times: when each begins, in seconds.
        place: the rows and the columns of the terminal's pixels that the picture takes.
    """

    frames: Frames
    times: Times
    place: tuple[slice, slice]


def frames_of(film: Path, seconds: float) -> Wanted:
    """The frames of so many seconds."""
    names = (word.removeprefix("--").partition("=") for word in _OPTIONS if word != "--no-config")
    options = {"config": "no", "pause": "yes", "ao": "null"}
    options |= {name.replace("-", "_"): value or "yes" for name, _, value in names}
    shown = Film(options)
    shown.player.play(str(film))
    found: list[Frames] = []
    times: list[float] = []
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        shape, (new, _) = shown.shape, shown.news()
        if shape is None or not new:
            if shown.player.eof_reached:
                break
            time.sleep(0.002)
            continue
        across, down = fitted(shape, (COLUMNS, ROWS), (8, 16), (COLUMNS, 2 * ROWS))
        left, top = (COLUMNS - across) // 2, (2 * ROWS - down) // 2
        found.append(shown.picture(across, down).astype(np.uint8))
        times.append(shown.player.time_pos or 0.0)
        if times[-1] > seconds:
            break
        shown.player.command("frame-step")
    return Wanted(np.stack(found), np.array(times), (slice(top, top + down), slice(left, left + across)))


class Watched:
    """What stood on the screen after each update of the film."""

    def __init__(self, far: Afar) -> None:
        self.seen: list[dict[tuple[int, int], tuple[str, tuple[int, int, int], tuple[int, int, int]]]] = []
        self.at: list[float] = []
        """When each was there, by the monotonic clock."""
        self._answer = far.screen._answer
        self._screen = far.screen
        far.screen._answer = self._take

    def _take(self, answer: bytes) -> None:
        if answer.endswith(b"R"):
            self.seen.append(dict(self._screen.cells))
            self.at.append(time.monotonic())
        self._answer(answer)

    def compared(self, wanted: Wanted) -> tuple[int, float]:
        """How many different frames were shown, and the mean likeness in decibels."""
        errors, at, times = self._errors(wanted), np.array(self.at), wanted.times

        def near(begun: float, by: float) -> npt.NDArray[np.float64]:
            """The errors of frames that are shown at that time, give or take, where the film began then."""
            return np.where(np.abs(times[None, :] - (at - begun)[:, None]) <= by, errors, np.inf)

        def off(begun: float) -> float:
            """How far the updates are from those frames; an update with none of them counts as quite another picture."""
            return float(np.minimum(near(begun, 0.1).min(axis=1), 255.0**2).mean())

        starts = [float(at[0]) - early for early in np.arange(0.0, times[-1], 0.02).tolist()]
        there = near(min(starts, key=off), NEAR)
        return len(set(there.argmin(axis=1).tolist())), float(10 * np.log10(255**2 / there.min(axis=1).mean()))

    def _errors(self, wanted: Wanted) -> npt.NDArray[np.float64]:
        """The mean square error of each update against each frame."""
        screen = Screen(COLUMNS, ROWS)
        whole, errors = wanted.frames.astype(np.int16), []
        for cells in self.seen:
            screen.cells = cells
            picture = np.frombuffer(screen.picture(0, 0, COLUMNS, ROWS), np.uint8).reshape(2 * ROWS, COLUMNS, 3)[
                wanted.place
            ]
            by = whole - picture
            errors.append(np.einsum("nijk,nijk->n", by, by, dtype=np.float64) / picture.size)
        return np.stack(errors)


def make_case(folder: Path, film: Path) -> None:
    """A case with this film, a clip of nearly all of it, and everyone's consent."""
    case = ("--case", "K1")
    for words in (
        ("case", "new", "--code", "K1"),
        ("person", "add", *case, "--role", "client", "--name", "Ben"),
        ("consent", "give", *case, "--person", "Ben", "--purpose", "therapy", "--by", "Ben"),
        ("film", "add", str(film), *case, "--cycle", "1"),
        ("clip", "add", *case, "--cycle", "1", "--in", "0.000", "--out", "28.000", "--note", "x"),
    ):
        command = [sys.executable, "-m", "vigtui", "--library", str(folder), *words]
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60)


async def to_the_clip(far: Afar) -> None:
    """Into the live review, on the first rung with a clip."""
    await far.press(KEYS["F6"])
    await far.until_text("Everyone seen in these clips has live consent", 30)
    await far.press(KEYS["F10"])
    await far.until_text(" in all ", 30)
    for _ in range(20):
        if any("C  The clip" in line and " in all " in line for line in far.screen.text()):
            return
        await far.press("\r")
        await asyncio.sleep(0.6)


async def keys(far: Afar) -> float:
    """Within how many milliseconds 95 of 100 keys are answered on the workbench while the film plays."""
    await far.press(" ")
    await far.until_text("▶ 00:0", 30)
    await asyncio.sleep(2)
    row = next(i for i, line in enumerate(far.screen.text()) if line.strip().startswith("in "))
    took = []
    for i in range(TIMES):
        mark, pressed = far.screen.line(row), time.monotonic()
        await far.press("i")
        await far.until(lambda screen, mark=mark: screen.line(row) != mark, 10)
        took.append((time.monotonic() - pressed) * 1000)
        await asyncio.sleep(0.13 + 0.01 * (i % 7))
    await far.press(" ")
    await far.until_text("‖", 30)
    return statistics.quantiles(took, n=20)[-1]


def tct_through_ssh(film: Path, depth: str, clinic: Server) -> tuple[float, float]:
    """What mpv's own writer of cells sends through ssh: bytes and frames in a second."""
    words = [
        "mpv",
        "--no-config",
        "--really-quiet",
        "--no-audio",
        "--vo=tct",
        f"--start={BEFORE}",
        f"--length={SECONDS}",
    ]
    words += [
        f"--vo-tct-width={COLUMNS}",
        f"--vo-tct-height={ROWS}",
        f"--vo-tct-256={'yes' if depth == '256' else 'no'}",
    ]
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    command = ["ssh", "-F", str(clinic.ssh_config()), "-tt", "clinic", shlex.join([*words, str(film)])]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    limit = threading.Timer(4 * SECONDS, process.kill)
    limit.start()
    written, begun, last = bytearray(), 0.0, 0.0
    try:
        while data := os.read(ours, 1 << 16):
            last = time.monotonic()
            begun = begun or last
            written += data
    except OSError:
        pass  # its other end was closed
    limit.cancel()
    os.close(ours)
    process.wait(20)
    rows = re.findall(rb"\x1b\[(\d+);\d+f", bytes(written))
    lasted = max(SECONDS, last - begun)
    return len(written) / lasted, rows.count(rows[0]) / lasted


async def measure(line: tuple[str, float, float, int | None, int], film: Path, depth: str, clinic: Server) -> None:
    """One film through one line in one depth of colours."""
    name, rate, delay, least, limit = line
    relay = Line(clinic.port, rate=rate, delay=delay)
    port = await relay.start()
    library = clinic.folder / f"library-{film.stem}"
    program = f"env COLORTERM={DEPTHS[depth]} {clinic.program} --library {library}"
    command = ["ssh", "-F", str(clinic.ssh_config(port)), "-tt", "clinic", program]
    async with Afar(command, columns=COLUMNS, rows=ROWS) as far:
        await far.until_text("K1", 60)
        await far.press("\r")
        await far.until_text("People", 60)
        await far.press(KEYS["F5"])
        await far.until_text("‖ 00:00.0", 30)
        key = await keys(far)
        await to_the_clip(far)
        await far.press(" ")
        await asyncio.sleep(BEFORE)
        watched, received = Watched(far), far.received
        await asyncio.sleep(SECONDS)
        carried = (far.received - received) / SECONDS
        far.screen._answer = watched._answer
        await far.press("\x11")
        await asyncio.wait_for(far.process.wait(), 20)
    await relay.close()
    length = BEFORE + SECONDS + 8
    wanted = await asyncio.to_thread(frames_of, film, length)
    shown, likeness = watched.compared(wanted)
    bound = f" (at least {least})" if least else ""
    differ = len({one.tobytes() for one in wanted.frames}) / length
    against = ""
    if not rate:
        theirs, their_frames = await asyncio.to_thread(tct_through_ssh, film, depth, clinic)
        against = (
            f"; {carried / theirs:.3f} of the {theirs / 1000:.0f} kB/s of tct with {their_frames:.1f} frames a second "
            f"(limit {LIMITS[depth]:.3f})"
        )
    print(
        f"{film.stem}, {depth}, {name}: {shown / SECONDS:.1f} of {differ:.1f} frames a second that differ{bound}, "
        f"{len(watched.seen) / SECONDS:.1f} "
        f"updates; {likeness:.1f} dB; {carried / 1000:.1f} kB/s; keys: 95 of 100 within {key:.0f} ms, "
        f"{key / limit:.2f} of {limit} ms{against}",
        flush=True,
    )


def main() -> None:
    """Print a line for each film, depth and line."""
    os.environ.pop("SSH_CONNECTION", None)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        words = sys.argv[1:]
        only = words[1].split(", ") if words[:1] == ["--only"] else []
        films = [Path(one).absolute() for one in words[2 if only else 0 :]]
        films = films or [as_home_film(MEDIA / one, folder) for one in REAL if (MEDIA / one).is_file()]
        if not films:
            make_puppet_play(folder / "puppet.mp4", seconds=30)
            films = [folder / "puppet.mp4"]
        with server(folder / "clinic") as clinic:
            for film in films:
                make_case(clinic.folder / f"library-{film.stem}", film)
                for line in LINES:
                    for depth in DEPTHS:
                        if all(word in (f"{film.stem}, {depth}, {line[0]}") for word in only):
                            asyncio.run(measure(line, film, depth, clinic))
                shutil.rmtree(clinic.folder / f"library-{film.stem}")


if __name__ == "__main__":
    main()
