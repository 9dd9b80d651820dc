"""A film inside the terminal against mpv's own writer of cells (`--vo=tct`): bytes, likeness, processor time, frames a second.

usage: python bench/terminal_film.py [FILM…]      without films: a puppet play, and the real films beside the checkout

Both play the same seconds of the same film at 80×24, at its own speed. What is written is read back by the tests' own terminal
and compared with the frame that libmpv scaled, so nothing is taken on trust.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.support.screen import Screen
from vigtui.media.puppet import make_puppet_play
from vigtui.player.canvas import Frame
from vigtui.player.driver import MpvPlayer
from vigtui.player.terminal import Terminal

COLUMNS, ROWS = 80, 24
SECONDS = 8.0
MEDIA = Path(__file__).parents[2] / "shared" / "media"
REAL = ("chaplin.mp4", "people_walking_139s_10fps.mp4")
LIMITS = {"true": 1 / 8, "256": 1 / 6}


@dataclass
class Shown:
    """What was seen of one writer."""

    bytes_a_second: float
    frames_a_second: float
    processor: float
    """Seconds of processor time for a second of film."""


def processor_of(pid: int) -> float:
    """Seconds of processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tct(film: Path, colours: str) -> Shown:
    """mpv's own writer."""
    command = ["mpv", "--no-config", "--really-quiet", "--no-audio", "--vo=tct", f"--vo-tct-width={COLUMNS}"]
    command += [
        f"--vo-tct-height={ROWS}",
        f"--end={SECONDS}",
        "--vo-tct-256=yes" if colours == "256" else "--vo-tct-256=no",
    ]
    with tempfile.TemporaryFile() as out:
        began = time.monotonic()
        process = subprocess.Popen(
            [*command, str(film.absolute())], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
        lasted = min(SECONDS, time.monotonic() - began)
        out.seek(0)
        written = out.read()
    rows = re.findall(rb"\x1b\[(\d+);\d+f", written)
    frames = rows.count(rows[0])
    return Shown(len(written) / lasted, frames / lasted, (used.ru_utime + used.ru_stime) / lasted)


async def ours(film: Path, colours: str, room: Path) -> Shown:
    """The helper, and this process in the place of the app."""
    home = Terminal(runtime_dir=room, audio_output="null")
    player = MpvPlayer(home)
    frames: list[Frame] = []

    def take(frame: Frame) -> None:
        frames.append(frame)
        home.canvas.taken(frame.number)

    home.canvas.on_frame = take
    home.canvas.aim(columns=COLUMNS, rows=ROWS, depth=colours, blocks="half")
    await player.open(film)
    await asyncio.sleep(0.5)
    assert home._process is not None
    before, mine, first = processor_of(home._process.pid), time.process_time(), len(frames)
    await player.play()
    await asyncio.sleep(min(SECONDS, (player.state.length or 0) / 1000 - 0.5))
    lasted = player.state.position / 1000
    used = processor_of(home._process.pid) - before + time.process_time() - mine
    seen = frames[first:]
    await player.pause()
    await player.close()
    pictures = seen[-1].pictures - seen[0].pictures
    return Shown(sum(len(one.data) for one in seen) / lasted, pictures / lasted, used / lasted)


def likeness(film: Path, colours: str) -> float:
    """PSNR in decibels, over all frames, of the screen against the frame as it was scaled.

    The frames are scaled by ffmpeg here, and fed one by one: nothing depends on what could be shown in time.
    """
    from vigtui.player.canvas import Aim
    from vigtui.player.drawing.cells import LIKENESS
    from vigtui.player.drawing.ways import cells_for

    scale = f"scale={COLUMNS}:{2 * ROWS}:flags=bicubic"
    command = ["ffmpeg", "-v", "error", "-i", f"file:{film}", "-t", str(SECONDS), "-vf", scale]
    command += ["-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
    raw = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout
    pictures = np.frombuffer(raw, np.uint8).reshape(-1, 2 * ROWS, COLUMNS, 3)
    cells, screen, errors = cells_for(Aim(1, 0, 0, COLUMNS, ROWS, colours)), Screen(COLUMNS, ROWS), []
    for picture in pictures:
        screen.feed(cells.encode(picture.astype(np.int16), likeness=LIKENESS).data)
        shown = np.frombuffer(screen.picture(0, 0, COLUMNS, ROWS), np.uint8).reshape(picture.shape)
        errors.append(float(((picture.astype(float) - shown) ** 2).mean()))
    return float(10 * np.log10(255**2 / np.mean(errors)))


def main() -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder:
        films = [Path(name).absolute() for name in sys.argv[1:]]
        if not films:
            puppet = Path(folder) / "puppet.mp4"
            make_puppet_play(puppet, seconds=12)
            films = [puppet, *(MEDIA / name for name in REAL if (MEDIA / name).is_file())]
        print(
            "film, colours: ours / tct in bytes (limit) · likeness · frames a second · processor ours / tct (limit 1.3)"
        )
        for film in films:
            for colours, limit in LIMITS.items():
                theirs = tct(film, colours)
                mine = asyncio.run(ours(film, colours, Path(folder)))
                print(
                    f"{film.name}, {colours}: {mine.bytes_a_second / theirs.bytes_a_second:.3f} ({limit:.3f}) · "
                    f"{likeness(film, colours):.1f} dB · {mine.frames_a_second:.1f} (tct {theirs.frames_a_second:.1f}) · "
                    f"{mine.processor / theirs.processor:.2f} ({mine.processor:.3f} / {theirs.processor:.3f})",
                    flush=True,
                )


if __name__ == "__main__":
    main()
