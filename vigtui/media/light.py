"""Light copies: every frame of a film at its own time, in fewer pixels, easy to decode and quick to jump in.

They are made for playing only: upright, of the picture and the sound that were chosen, with nothing else in them. What ffmpeg
writes lies on the disk in the open for as long as it works; then it is sealed, and what was open is written over.
"""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vigtui.domain.errors import FilmError
from vigtui.domain.light import Light, LightCopy
from vigtui.domain.timecode import Millis, from_seconds, to_seconds
from vigtui.media import graph
from vigtui.media.cut import NOTHING_ELSE, READING
from vigtui.media.intake import need_room
from vigtui.media.leaving import REMARKS
from vigtui.media.packets import SAFE_INPUT
from vigtui.media.probe import Layout, layout
from vigtui.media.running import StoppedError, run_ffmpeg
from vigtui.media.sealed import seal, wipe
from vigtui.media.tools import file_url, run_tool

_SEALING = 0.05
"""The part of the work that sealing is."""
_ENDLESS, _SILENCE = 1e6, 0.1
"""Seconds of sound: behind the end of any film, and of silence where there is none."""
_LEFT = 120.0
"""Seconds without a write after which what lies there is left over."""
_LIMIT = 300.0
"""Seconds for reading the times of a copy that was made."""
_SAME = 0.0005
"""Seconds by which a frame of a copy may miss its time: less than a mark can tell."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How a kind of copy is encoded."""

    short_side: int
    """Pixels at most."""
    picture: tuple[str, ...]
    sound: str
    """Bits a second."""
    key_seconds: float
    """From one key picture to the next, at most: what a jump has to decode."""
    rate: int
    """Bytes a second, about; for the room it needs."""


_FORMS = {
    Light.WORKING: _Form(
        720, ("-preset", "veryfast", "-tune", "fastdecode", "-crf", "22", "-maxrate", "6M", "-bufsize", "6M"), "128k",
        0.5, 500_000,
    ),
    Light.PREVIEW: _Form(
        480, ("-preset", "faster", "-crf", "25", "-maxrate", "540k", "-bufsize", "800k"), "64k", 2.0, 80_000,
    ),
}  # fmt: skip


def lighten(
    film: Path,
    target: Path,
    copy: LightCopy,
    *,
    duration: Millis | None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> LightCopy:
    """Make a light copy of a film, sealed.

    Args:
        film: the film; it is only read.
        target: the sealed file; written over when all is done, and not before.
        copy: of which film, kind and tracks it is.
        duration: of the film.
        progress: told the part that is done, 0 to 1.
        cancelled: asked many times a second.

    Returns:
        The copy with its key, size and the places where it can be entered.

    Raises:
        FilmMissing, FilmError: the film cannot be read, has no picture, its times cannot be kept, or there is no room.
        StoppedError: `cancelled` said so. Nothing is left then.
    """
    form = _FORMS[copy.kind]
    found = layout(film, video_track=copy.video_track, sound_track=copy.sound_track)
    if found.video is None:
        raise FilmError("There is no picture to make light.", "Nothing was made: this is a sound recording.")
    seconds = to_seconds(duration) if duration else None
    need_room(film, target.parent, round(2 * form.rate * seconds) if seconds else 0)
    plain, sealed = target.with_suffix(".part"), target.with_suffix(".sealed")

    def told(part: float) -> None:
        if cancelled and cancelled():
            raise StoppedError
        if progress:
            progress(part)

    wipe(plain)
    try:
        os.close(os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        entries = _encode(
            film, plain, found, form,
            lambda done: told((1 - _SEALING) * min(1.0, done / seconds) if seconds else 0.0), cancelled,
        )  # fmt: skip
        key = seal(plain, sealed, lambda part: told(1 - _SEALING + _SEALING * part))
        size = plain.stat().st_size
        sealed.replace(target)
    except OSError as fault:
        raise FilmError(
            f"The light copy cannot be written: {fault.strerror or 'input/output error'}.",
            "Nothing of it was kept, and the film is as it was. Look at the disk of the library.",
        ) from fault
    finally:
        wipe(plain)
        sealed.unlink(missing_ok=True)
    return LightCopy(copy.film_id, copy.kind, copy.video_track, copy.sound_track, key, size, entries)


def tidy(folder: Path) -> None:
    """Write over and remove what was left of copies whose making was cut off, by a power cut or a kill."""
    before = time.time() - _LEFT
    for kind in _FORMS:
        for file in (*folder.glob(f"*.{kind.value}.part"), *folder.glob(f"*.{kind.value}.sealed")):
            # Whatever is still written to is somebody's; what cannot be removed now is tried again at the next start.
            with suppress(OSError):
                if file.stat().st_mtime < before:
                    wipe(file)


def _encode(
    film: Path,
    plain: Path,
    found: Layout,
    form: _Form,
    told: Callable[[float], None],
    cancelled: Callable[[], bool] | None,
) -> tuple[tuple[Millis, int], ...]:
    """Encode the film and compare all times; where the copy can be entered."""
    with tempfile.TemporaryDirectory(prefix="vigtui-light-") as place:
        read = Path(place) / "frames"
        # A picture that begins later than the film does keeps that only beside a sound that begins with it.
        for sound in (True,) if found.sound is not None else (False, True):
            code = run_ffmpeg(
                _options(film, plain, found, form, read, sound=sound), progress=told, cancelled=cancelled, gently=True
            )
            wanted = sorted({round(at - found.begins * 1_000_000) for at in graph.times_in(read)})
            frames = _frames(plain) if code == 0 else []
            times = sorted(at for at, _, _ in frames)
            if len(times) == len(wanted) and all(
                abs(at - asked / 1_000_000) < _SAME for at, asked in zip(times, wanted, strict=True)
            ):
                break
        else:
            if shutil.disk_usage(plain.parent).free < 1_000_000:
                raise FilmError("The disk is full.", "Nothing was kept, and the film is as it was. Make room first.")
            raise FilmError(
                "The times of this film's frames cannot be kept in a light copy.",
                "None was made: marks would lie on other frames. The film itself plays as before.",
            )
    return tuple((from_seconds(at), byte) for at, byte, is_key in frames if is_key)


def _options(film: Path, plain: Path, found: Layout, form: _Form, read: Path, *, sound: bool) -> list[str]:
    shrink = form.short_side / max(1, min(found.width, found.height))
    chains = [graph.whole(found, graph.fitting(found, shrink), read)]
    if sound:
        length = _ENDLESS if found.sound is not None else _SILENCE
        chains.append(graph.sound(0, found, Millis(0), length, speed=1.0, lasts=None))
    return [
        *READING, "-i", file_url(film), "-filter_complex", ";".join(chains),
        "-map", "[v0]", "-c:v", "libx264", *form.picture, "-pix_fmt", "yuv420p", "-bsf:v", REMARKS["h264"],
        "-force_key_frames", f"expr:gte(t,n_forced*{form.key_seconds})", "-g", "10000",
        "-fps_mode", "passthrough", "-enc_time_base", "1:1000000",
        *(["-map", "[a0]", "-c:a", "aac", "-b:a", form.sound, "-ac", "2"] if sound else []),
        *NOTHING_ELSE, "-video_track_timescale", "1000000", "-movflags", "+faststart", "-f", "mp4", "-y", file_url(plain),
    ]  # fmt: skip


def _frames(film: Path) -> list[tuple[float, int, bool]]:
    """Of each frame: its time in seconds of the player's clock, where it lies in the file, whether it can be entered there."""
    begins = layout(film).begins
    entries = ["-select_streams", "v:0", "-show_entries", "packet=pts_time,pos,flags", "-of", "csv=p=0"]
    said = run_tool("ffprobe", [*SAFE_INPUT, *entries, file_url(film)], limit=_LIMIT).words
    found = (re.match(r"(-?[\d.]+),(\d+),(\w)", line) for line in said.splitlines())
    return [(float(one[1]) - begins, int(one[2]), one[3] == "K") for one in found if one]
