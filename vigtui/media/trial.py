"""Trying a film once, when it comes in: does it jump, step and end as it says, and is this computer quick enough for it?"""

import re
import time
from dataclasses import dataclass
from pathlib import Path

from vigtui.domain.errors import FilmError
from vigtui.domain.timecode import Millis, to_seconds
from vigtui.media.packets import SAFE_INPUT
from vigtui.media.probe import Layout, layout
from vigtui.media.tools import Deadline, TooSlowError, file_url, run_tool

_STRETCH = 2.0
"""Seconds of the film that are decoded at each place."""
_SHORT = 1.0
"""Seconds in front of the stated end in which a last frame must lie; sound often goes on a little longer."""
_EASY = 1.2
"""How many times faster than it plays a film must be decoded, so that playing leaves room for all else."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How a film behaved."""

    jumps: bool
    """Whether a frame in the middle can be reached."""
    ends: bool
    """Whether the last frame is where the film says it ends."""
    pace: float | None
    """How many times faster than it plays it was decoded; None where it was too short to tell."""

    @property
    def is_heavy(self) -> bool:
        """Whether this computer is too slow for it."""
        return self.pace is not None and self.pace < _EASY

    @property
    def words(self) -> str:
        """The verdict in one plain line; empty where there is nothing to say but well."""
        if not self.jumps:
            return "Jumping in it fails; it plays from its beginning."
        if not self.ends:
            return "Its last seconds cannot be shown."
        if self.is_heavy:
            return (
                "This computer may not play it smoothly; a light working copy would help: V in Film or Clips makes one."
            )
        return ""


def try_out(film: Path, duration: Millis | None, *, limit: float = 20.0) -> Trial:
    """Jump to the middle and to the end, and take the time; what takes longer than the limit counts as heavy."""
    deadline = Deadline(limit)
    found = layout(film, limit=limit)
    if found.video is None or not duration:
        return Trial(jumps=True, ends=True, pace=None)
    length = to_seconds(duration)
    if found.picture_ends is not None:
        length = min(length, found.picture_ends - found.begins)
    try:
        last = _frames(film, found, max(0.0, length - _STRETCH), None, deadline)
        ends = max(last, default=0.0) + found.frame_seconds > length - _SHORT
        if length < 2 * _STRETCH:
            return Trial(jumps=bool(last), ends=ends, pace=None)
        first = _paced(film, found, length, deadline)
        # Whatever else the computer was doing must not be blamed on the film.
        pace = first if first is None or first >= _EASY else max(first, _paced(film, found, length, deadline) or 0.0)
    except TooSlowError:
        return Trial(jumps=True, ends=True, pace=0.0)
    return Trial(jumps=pace is not None, ends=ends, pace=pace)


def _paced(film: Path, found: Layout, length: float, deadline: Deadline) -> float | None:
    """How many times faster than it plays the middle is decoded; None where there is no frame."""
    begun = time.monotonic()
    frames = _frames(film, found, length / 2 - _STRETCH / 2, _STRETCH, deadline)
    took = time.monotonic() - begun
    return len(frames) * found.frame_seconds / max(took, 0.001) if frames else None


def _frames(film: Path, found: Layout, start: float, length: float | None, deadline: Deadline) -> list[float]:
    """The times of the frames that can be decoded there, in seconds of the player's clock; some may lie in front.

    Without a length it goes on to the end.
    """
    at = found.begins + start
    which = ["-select_streams", str(found.video)]
    if start > 0:  # some streams cannot be entered by time at their very beginning
        end = "" if length is None else f"{at + length:.3f}"
        which += ["-read_intervals", f"{at:.3f}%{end}"]
    entries = ["-show_entries", "frame=best_effort_timestamp_time", "-of", "csv=p=0"]
    said = run_tool("ffprobe", [*SAFE_INPUT, "-threads", "2", *which, *entries, file_url(film)], limit=deadline.left())
    times = (line.rstrip(",") for line in said.words.splitlines())
    return [float(time) - found.begins for time in times if re.fullmatch(r"-?[\d.]+", time)]


def in_one_line(verdict: str, film: Path, duration: Millis | None) -> str:
    """A probe's verdict with what the trial adds. A film that cannot even be tried keeps its verdict."""
    try:
        said = try_out(film, duration).words
    except FilmError:
        return verdict
    return f"{verdict} {said}".strip()
