"""Screens of their own for tests, and the very pixels on them."""

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

WIDE, HIGH = 640, 360
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "timeout": 30, "check": True}


@contextmanager
def screens(*sizes: str) -> Iterator[str]:
    """Screens of these sizes, side by side, that nobody else has; gives the display's name."""
    reading, writing = os.pipe()
    program = shutil.which("Xvfb")
    assert program, "script/test installs Xvfb"
    each = [word for i, size in enumerate(sizes) for word in ("-screen", str(i), f"{size}x24")]
    command = [program, "-displayfd", str(writing), "+xinerama", *each, "-nolisten", "tcp", "-noreset"]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, pass_fds=(writing,), **quiet) as server:
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number.isdigit()
        try:
            yield f":{number}"
        finally:
            server.terminate()


class Pixels:
    """A picture of 640 by 360, three bytes a pixel."""

    def __init__(self, data: bytes) -> None:
        assert len(data) == WIDE * HIGH * 3
        self.data = data

    @property
    def black(self) -> bool:
        return not any(self.data)

    def bright(self) -> list[tuple[int, int]]:
        """Where it is nearly white."""
        return [
            (i % WIDE, i // WIDE)
            for i in range(WIDE * HIGH)
            if min(self.data[3 * i], self.data[3 * i + 1], self.data[3 * i + 2]) > 235
        ]

    def far_from(self, other: "Pixels") -> float:
        """Mean difference of a byte."""
        return sum(abs(a - b) for a, b in zip(self.data, other.data, strict=True)) / len(self.data)

    def strays_from(self, other: "Pixels") -> int:
        """How many bytes differ by more than the conversion of colours explains."""
        return sum(abs(a - b) > 24 for a, b in zip(self.data, other.data, strict=True))


def seen(display: str) -> Pixels:
    """What is on the screen now."""
    source = ("-f", "x11grab", "-draw_mouse", "0", "-video_size", f"{WIDE}x{HIGH}", "-i", display)
    return _raw(*source)


def frame(film: Path, at_ms: int) -> Pixels:
    """A frame of a film as ffmpeg decodes it."""
    return _raw("-ss", f"{at_ms / 1000 - 0.001:.3f}", "-i", f"file:{film}")


def _raw(*source: str) -> Pixels:
    command = ["ffmpeg", "-v", "error", *source, "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
    return Pixels(subprocess.run(command, **QUIET).stdout)


def make_film(path: Path, *, seconds: int = 6, colours: str = "c0=0x205080:c1=0xb07030") -> None:
    """A film of soft colours that move, without sound and without anything nearly white."""
    source = f"gradients=s={WIDE}x{HIGH}:r=25:d={seconds}:speed=0.02:seed=7:n=2:{colours}"
    output = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", "-pix_fmt", "yuv420p")
    command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, *output, str(path)]
    subprocess.run(command, **QUIET)


def window_names(display: str) -> set[str]:
    """The titles of all windows that can be seen."""
    command = ["xdotool", "search", "--onlyvisible", "--name", "", "getwindowname", "%@"]
    return set(
        subprocess.run(command, env=os.environ | {"DISPLAY": display}, text=True, **QUIET).stdout.split("\n")
    ) - {""}


def window_size(display: str) -> tuple[int, int] | None:
    """Width and height of the film's window; None where there is none."""
    command = ["xdotool", "search", "--onlyvisible", "--name", "vigtui", "getwindowgeometry", "--shell"]
    told = subprocess.run(command, env=os.environ | {"DISPLAY": display}, text=True, **(QUIET | {"check": False}))
    numbers = dict(line.split("=") for line in told.stdout.splitlines())
    return (int(numbers["WIDTH"]), int(numbers["HEIGHT"])) if numbers else None


def wait_to_see(display: str, test: Callable[[Pixels], bool], limit: float = 10.0) -> Pixels:
    """Look at the screen until it passes; gives what was seen."""
    ends = time.monotonic() + limit
    while not test(now := seen(display)):
        assert time.monotonic() < ends, "the screen does not show that"
        time.sleep(0.05)
    return now


async def until_seen(display: str, test: Callable[[Pixels], bool], limit: float = 10.0) -> Pixels:
    """`wait_to_see` beside the event loop."""
    return await asyncio.to_thread(wait_to_see, display, test, limit)
