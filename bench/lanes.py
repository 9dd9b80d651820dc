"""Lanes of a ten-minute film in 720p: processor time of sound and movement as shares of ffmpeg's merely decoding the same.

usage: python bench/lanes.py [TIMES]
"""

import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from vigtui.media.lanes import movement_lane, sound_lane
from vigtui.media.puppet import make_puppet_play

SOUND_ALLOWED, MOVEMENT_ALLOWED = 1.2, 1.3
SECONDS = 60
"""Of puppet play, repeated to ten minutes."""


def processor() -> float:
    """Seconds of processor time of this program and of all that it started and that has ended."""
    found = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in found)


def spent(doing: Callable[[], object]) -> float:
    before = processor()
    doing()
    return processor() - before


def ffmpeg(*words: str) -> None:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *words]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True)


def compare(name: str, ours: Callable[[], object], theirs: Callable[[], object], allowed: float, times: int) -> None:
    pairs = [(spent(theirs), spent(ours)) for _ in range(times)]
    plain, lane = (statistics.median(pair[which] for pair in pairs) for which in (0, 1))
    print(
        f"{name}: ffmpeg alone {plain:.2f} s, the lane {lane:.2f} s of processor: {lane / plain:.2f}; allowed {allowed}"
    )


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        minute = make_puppet_play(Path(folder) / "minute.mp4", seconds=SECONDS, size=(1280, 720)).path
        film = Path(folder) / "ten.mp4"
        # Sound in stereo at 48 kHz, as telephones write it.
        ffmpeg(
            "-stream_loop", str(600 // SECONDS - 1), "-i", f"file:{minute}", "-c:v", "copy",
            "-af", "aresample=async=1", "-ac", "2", "-ar", "48000", "-c:a", "aac", "-b:a", "128k", "-t", "600", f"file:{film}",
        )  # fmt: skip
        compare(
            "sound",
            lambda: sound_lane(film, grew=lambda *_: None, cancelled=lambda: False),
            lambda: ffmpeg("-i", f"file:{film}", "-vn", "-f", "null", "-"),
            SOUND_ALLOWED,
            times,
        )
        compare(
            "movement",
            lambda: movement_lane(film, grew=lambda *_: None, cancelled=lambda: False),
            lambda: ffmpeg("-i", f"file:{film}", "-an", "-vf", "scale=64:36", "-f", "null", "-"),
            MOVEMENT_ALLOWED,
            max(1, times // 3),
        )


if __name__ == "__main__":
    main()
