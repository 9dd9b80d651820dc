"""What cutting costs, against plain ffmpeg: an 8 s clip at minute 14 of a 15-minute film, and a reel of three.

The clip is held against the best plain command for the same result (seeking in the input, the same encoder), and against the
output seek of other programs, which decode everything in front. Each is run so many times, in turns, and the median of the
ratios of neighbours counts. Nothing is remembered of the film from one cut to the next.

usage: python bench/clips.py [TIMES]
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from vigtui.domain.cutting import Stretch
from vigtui.domain.timecode import Millis
from vigtui.media.cut import _layout_of, cut
from vigtui.media.puppet import make_puppet_play

MINUTES, AT, LENGTH = 15, 840, 8
LIMIT_CLIP, LIMIT_SEEK, LIMIT_REEL = 1.15, 8.0, 1.15


def ffmpeg(*words: object) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, words)], check=True, stdin=subprocess.DEVNULL)


def a_film(folder: Path) -> Path:
    """15 minutes of 720×576 at 25 frames a second, with a picture that moves everywhere, as a real one does."""
    minute, film = folder / "minute.mp4", folder / "film.mp4"
    play = make_puppet_play(folder / "play.mp4", seconds=60, size=(720, 576)).path
    ffmpeg(
        "-i", play, "-vf", "noise=alls=4:allf=t", "-c:v", "libx264", "-preset", "veryfast", "-crf", "27", "-g", "250",
        "-pix_fmt", "yuv420p", "-c:a", "copy", minute,
    )  # fmt: skip
    ffmpeg("-stream_loop", MINUTES - 1, "-i", minute, "-c", "copy", film)
    return film


def took(what: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the processor, ours and our children's, and seconds on the clock."""
    begun, used = time.perf_counter(), processor()
    what()
    return processor() - used, time.perf_counter() - begun


def processor() -> float:
    """Seconds of the processor so far."""
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in found)


Runs = list[tuple[float, float]]


def ratios(one: Runs, other: Runs) -> list[float]:
    """The medians of the ratios of runs that were neighbours: by the processor, and by the clock."""
    return [statistics.median(a[n] / b[n] for a, b in zip(one, other, strict=True)) for n in (0, 1)]


def afresh(stretches: list[Stretch], target: Path) -> None:
    _layout_of.cache_clear()
    cut(stretches, target)


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        film = a_film(folder)
        encode = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p"]
        encode += ["-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2"]
        plain = ["-movflags", "+faststart", "-map_metadata", "-1"]
        ends = Millis(1000 * (AT + LENGTH) - 1)
        spans = [Stretch(film, Millis(1000 * at), Millis(1000 * (at + LENGTH) - 1)) for at in (120, 480, AT)]
        runs: dict[str, Callable[[], object]] = {
            "clip": lambda: afresh([Stretch(film, Millis(1000 * AT), ends)], folder / "clip.mp4"),
            "plain": lambda: ffmpeg("-ss", AT, "-i", film, "-t", LENGTH, *encode, *plain, folder / "plain.mp4"),
            "reel": lambda: afresh(spans, folder / "reel.mp4"),
            "three": lambda: [afresh([one], folder / f"{n}.mp4") for n, one in enumerate(spans)],
        }
        figures: dict[str, Runs] = {name: [] for name in runs}
        for _ in range(times):
            for name, run in runs.items():
                figures[name].append(took(run))
        seek = [took(lambda: ffmpeg("-i", film, "-ss", AT, "-t", LENGTH, folder / "seek.mp4"))]
    rows = (
        ("clip / best plain command", ratios(figures["clip"], figures["plain"]), "at most", LIMIT_CLIP),
        ("output seek / clip", ratios(seek, figures["clip"][-1:]), "at least", LIMIT_SEEK),
        ("reel of three / sum of its clips", ratios(figures["reel"], figures["three"]), "at most", LIMIT_REEL),
    )
    for name, (used, waited), which, limit in rows:
        print(f"{name}: {used:.2f} of the processor's time, {waited:.2f} by the clock ({which} {limit})")
    mid = {name: statistics.median(clock for _, clock in found) for name, found in figures.items()}
    print(
        f"medians of {times}: "
        + ", ".join(f"{name} {found:.2f} s" for name, found in mid.items())
        + f", seek {seek[0][1]:.2f} s"
    )


if __name__ == "__main__":
    main()
