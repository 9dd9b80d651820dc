"""One frame of a film at exactly a marked time: upright and in the right shape, small for a list or whole to keep.

ffmpeg reads from a keyframe at or before the time. A film without an index may be entered too late; then it is read from
further back, until the frame that comes out is the one that was marked.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from vigtui.domain.derived import Picture
from vigtui.domain.errors import FilmError
from vigtui.domain.timecode import Millis
from vigtui.media.tools import INSTALL, TooSlowError, file_url, first_look, surroundings

SMALL = (64, 48)
"""The box that a small picture fits into, in pixels."""
LIMIT = 30.0
"""Seconds for one frame."""

_EARLIER = (0, 3_000, 15_000, None)
"""Milliseconds before the marked time at which reading begins, try after try; None reads from the beginning."""
_NEAR = 1
"""Milliseconds that rounding may take."""
_TIME = re.compile(rb"pts_time:\s*(-?[0-9.]+)")
_SIZE = re.compile(rb" s:(\d+)x(\d+) ")


def picture_at(film: Path, at: Millis, *, track: int | None = None) -> Picture:
    """The frame at that time, small, of one of the film's pictures (from 1). Raises FilmError where there is none."""
    width, height = SMALL
    # Square pixels first, then into the box; at least two pixels each way, however long and thin the film.
    shape = f"scale=iw*sar:ih,scale={width}:{height}:force_original_aspect_ratio=decrease:flags=area,setsar=1"
    found = _frame(film, at, track or 1, [shape, "format=rgb24"], ["-f", "rawvideo", "-pix_fmt", "rgb24"])
    return Picture(found.width, found.height, found.data[: 3 * found.width * found.height])


def jpeg_at(film: Path, at: Millis, *, track: int | None = None) -> bytes:
    """The frame at that time in its own size, as a JPEG without any words in it. Raises FilmError where there is none."""
    shape = "scale=iw*sar:ih,setsar=1"
    form = ["-f", "mjpeg", "-q:v", "3", "-fflags", "+bitexact", "-map_metadata", "-1"]
    return _frame(film, at, track or 1, [shape], form).data


@dataclass(frozen=True, slots=True)
class _Frame:
    at: Millis
    width: int
    height: int
    data: bytes


def _frame(film: Path, at: Millis, track: int, filters: list[str], output: list[str]) -> _Frame:
    first_look(film)
    nearest: _Frame | None = None
    for earlier in _EARLIER:
        begin = 0 if earlier is None else max(0, at - earlier)
        found = _try(film, at, begin, track, filters, output)
        if found and (nearest is None or abs(found.at - at) < abs(nearest.at - at)):
            nearest = found
        if nearest and abs(nearest.at - at) <= _NEAR:
            return nearest
        if begin == 0:
            break
    if nearest is None:
        raise FilmError("The film shows no picture at that time.", "The moment and its marks are safe.")
    return nearest


def _try(film: Path, at: Millis, begin: int, track: int, filters: list[str], output: list[str]) -> _Frame | None:
    """The first frame at or after the time, read from `begin`; half a millisecond is what rounding took."""
    wanted = f"select=gte(t\\,{(at - 0.5) / 1000:.4f})"
    seek = ["-noaccurate_seek", "-ss", f"{begin / 1000:.3f}"] if begin else []
    command = [
        "ffmpeg", "-v", "info", "-nostats", "-hide_banner", "-nostdin", *seek, "-copyts", "-start_at_zero",
        "-i", file_url(film), "-an", "-sn", "-dn", "-map", f"0:V:{track - 1}",
        "-vf", ",".join([wanted, *filters, "showinfo"]), "-frames:v", "1", "-fps_mode", "passthrough", *output, "pipe:1",
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIMIT,
            start_new_session=True,
            env=surroundings(),
            check=False,
        )
    except OSError as error:
        raise FilmError("ffmpeg is not installed.", INSTALL) from error
    except subprocess.TimeoutExpired as error:
        raise TooSlowError from error
    time, size = _TIME.search(done.stderr), _SIZE.search(done.stderr)
    if not done.stdout or time is None or size is None:
        return None
    return _Frame(Millis(round(float(time[1]) * 1000)), int(size[1]), int(size[2]), done.stdout)
