"""Lanes along a film: how loud it is and where that goes up and down as in speech, and how much the picture changes.

One pass of ffmpeg each, at low priority and on one thread, so that playing is never disturbed. They are worked out as the
film is read: whoever asks is told every few seconds of film what there is so far.
"""

import contextlib
import math
import os
import shutil
import signal
import struct
import subprocess
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO

from vigtui.domain.errors import FilmError
from vigtui.domain.timecode import Millis
from vigtui.media.tools import INSTALL, file_url, first_look, surroundings

SOUND_STEP = Millis(100)
SPEECH_STEP = Millis(200)
MOVEMENT_STEP = Millis(200)

_NICE = 15
_PIECE = 1 << 20
"""Bytes read at a time: ten to twenty seconds of sound."""
_PIPE = 1 << 20
"""Bytes that wait in the pipe, so that reader and ffmpeg seldom wake each other."""
_FRAME = 1 << 14
"""Samples that ffmpeg mixes and writes at a time: the decoder's own thousand cost a seventh more in all."""
_HEADER = 1 << 12
"""Bytes within which the header of the sound is over."""
_RATE = 40
"""Values of loudness a second that everything else is worked out from: 25 ms is a third of a short syllable."""
_LOOKS = 480
"""Samples a second that are looked at; the loudness of 25 ms is told well enough by 12 of them."""
_DECIBEL = 255 / 60
"""One decibel on the lane, which goes from 60 below full scale up."""
_FULL = 32768.0

_GRID = (8, 4)
_MOVING = 24.0
"""The mean change of brightness, of 255, that fills the lane: a whole picture of people moving has 5 to 20."""


class Stopped(FilmError):
    """It was cancelled; what there is so far is not kept."""

    summary = "Stopped."
    remedy = "Nothing was changed."


def sound_lane(
    film: Path, *, track: int | None = None, grew: Callable[[bytes, bytes], None], cancelled: Callable[[], bool]
) -> tuple[bytes, bytes]:
    """Loudness every 100 ms, and every 200 ms whether it sounds like speech.

    Args:
        film: the film; empty lanes where it has no sound.
        track: which of its sounds, from 1; the first where not said.
        grew: told all there is so far, every few seconds of reading.
        cancelled: asked all the time; ends it.

    Raises:
        FilmError: the film cannot be read, or it was cancelled.
    """
    options = [
        "-vn", "-sn", "-dn", "-map", f"0:a:{(track or 1) - 1}?", "-flush_packets", "0",
        "-af", f"asetnsamples=n={_FRAME}:p=0", "-ac", "1", "-c:a", "pcm_mulaw", "-f", "wav", "pipe:1",
    ]  # fmt: skip
    with _decoding(film, options) as pipe:
        head = _read_head(pipe)
        if head is None:
            return b"", b""
        ear, piece = head
        while piece:
            if cancelled():
                raise Stopped
            ear.hear(piece)
            grew(bytes(ear.loudness), bytes(ear.speech))
            piece = pipe.read(_PIECE)
    first_look(
        film
    )  # a disk that was pulled out meanwhile ends the reading early, and the lane would be cut short for ever
    ear.end()
    return bytes(ear.loudness), bytes(ear.speech)


def movement_lane(
    film: Path, *, track: int | None = None, grew: Callable[[bytes], None], cancelled: Callable[[], bool]
) -> bytes:
    """How much one of the pictures (from 1) changes, every 200 ms; empty where there is none. Raises FilmError."""
    across, down = _GRID
    rate = f"1000/{MOVEMENT_STEP}"
    seen = (
        f"fps={rate}:start_time=0,scale=64:36:flags=area,format=gray,tblend=all_mode=difference,"
        f"scale={across}:{down}:flags=area"
    )
    which = ["-map", f"0:V:{(track or 1) - 1}?"]
    options = ["-an", "-sn", "-dn", *which, "-vf", seen, "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]
    size = across * down
    levels = bytearray()
    # The deblocking of the decoder costs a seventh of the time and moves nothing.
    with _decoding(film, options, before=("-threads", "1", "-skip_loop_filter", "all")) as pipe:
        while piece := pipe.read(10 * size):
            if cancelled():
                raise Stopped
            for at in range(0, len(piece) - size + 1, size):
                moved = sum(piece[at : at + size]) / size / _MOVING
                levels.append(min(255, round(255 * math.sqrt(moved))))
            grew(bytes(levels))
    first_look(film)
    return bytes(levels)


class _Ear:
    """Listens to samples as they come: one byte each, in the logarithmic code of telephones (µ-law)."""

    def __init__(self, rate: int, channels: int) -> None:
        self.loudness = bytearray()
        self.speech = bytearray()
        whole = rate * channels
        self._stride = _odd(max(1, whole // _LOOKS))
        self._per_value = max(1.0, whole / self._stride / _RATE)
        """Looked-at samples in one value of loudness."""
        self._skip = 0
        self._looked = b""
        self._taken = 0.0
        self._values: list[float] = []
        self._syllables = _Syllables()

    def hear(self, samples: bytes) -> None:
        """Take samples in."""
        self._looked += samples[self._skip :: self._stride].translate(_LEVELS)
        self._skip = (self._skip - len(samples)) % self._stride
        looked, step, begin = self._looked, self._per_value, self._taken
        count = max(0, int((len(looked) - begin) / step))
        edges = [int(begin + i * step) for i in range(count + 1)]
        self._values += [sum(looked[a:b]) / (b - a) for a, b in pairwise(edges)]
        self._taken = begin + count * step - edges[-1]
        self._looked = looked[edges[-1] :]
        self._report()

    def end(self) -> None:
        """Say what the last part of a second was."""
        if self._looked:
            self._values.append(sum(self._looked) / len(self._looked))
        self._report(last=True)

    def _report(self, *, last: bool = False) -> None:
        per_level, values = SOUND_STEP * _RATE // 1000, self._values
        while (at := len(self.loudness) * per_level) + (1 if last else per_level) <= len(values):
            self.loudness.append(round(max(values[at : at + per_level])))
        self._syllables.take(values)
        per_flag, around, pairs = SPEECH_STEP * _RATE // 2000, _RATE // 4, len(self._syllables.pairs)
        while (at := len(self.speech) * per_flag) + (1 if last else per_flag + around) <= pairs:
            self.speech.append(self._syllables.are_in(at, at + per_flag, around))


class _Syllables:
    """Tells where the loudness goes up and down as it does in speech. In the lane's own levels, two values at a time."""

    def __init__(self) -> None:
        self.pairs: list[float] = []
        """Sums of two values of loudness: 50 ms each."""
        self._peaks = bytearray()
        """1 where one of them rises out of the one before, by 3 decibels, and goes no further."""
        self._quiet: deque[float] = deque(maxlen=150)  # half a minute
        self._floor = 0.0
        self._asked = 0

    def take(self, values: list[float]) -> None:
        """Go on to where the values are now."""
        rise = 3 * _DECIBEL
        new = values[2 * len(self.pairs) :]
        self.pairs += [a + b for a, b in zip(new[::2], new[1::2], strict=False)]
        since = self.pairs[len(self._peaks) :]
        self._peaks += bytes(b - a > rise and b >= c for a, b, c in zip(since, since[1:], since[2:], strict=False))

    def are_in(self, begin: int, end: int, around: int) -> int:
        """Whether the loudness between two pairs stands out of the quiet, and around there goes up and down as syllables do."""
        here = self.pairs[begin:end]
        self._quiet.append(min(here))
        if self._asked % 25 == 0:
            self._floor = sorted(self._quiet)[len(self._quiet) // 10]
        self._asked += 1
        if max(here) < max(self._floor + 16 * _DECIBEL, 20 * _DECIBEL):
            return 0
        first = max(0, begin - around)
        # Two to nine syllables a second are speech; this is a little more than a second.
        if sum(self._peaks[max(0, first - 1) : end + around - 1]) < 2:
            return 0
        near = self.pairs[first : end + around]
        return int(max(near) - min(near) > 20 * _DECIBEL)


def _odd(number: int) -> int:
    """A stride that no musical tone is a multiple of, and that meets all channels in turn."""
    return number if number < 3 or number % 2 else number + 1


def _level(code: int) -> int:
    """What a sample in µ-law is on the lane: 0 from 60 decibels below full scale down, 255 at full scale."""
    code = ~code & 0x7F
    size = (((code & 0x0F) << 3) + 0x84 << (code >> 4)) - 0x84
    return max(0, round(255 + _DECIBEL * 20 * math.log10(size / _FULL))) if size else 0


_LEVELS = bytes(_level(code) for code in range(256))


def _read_head(pipe: IO[bytes]) -> tuple[_Ear, bytes] | None:
    """The ear for this sound, and the first samples; None where there is no sound."""
    head = pipe.read(_HEADER)
    kind, data = head.find(b"fmt "), head.find(b"data")
    if head[:4] != b"RIFF" or kind < 0 or data < 0:
        return None
    _, channels, rate = struct.unpack("<HHI", head[kind + 8 : kind + 16])
    return _Ear(rate, channels), head[data + 8 :]


@contextmanager
def _decoding(film: Path, options: list[str], *, before: tuple[str, ...] = ()) -> Iterator[IO[bytes]]:
    """Have ffmpeg read a film quietly in the background; it ends with the block, and with this program.

    Raises:
        FilmError: the film is not there or cannot be read, or ffmpeg is not installed.
    """
    first_look(film)
    nice = ["nice", "-n", str(_NICE)] if shutil.which("nice") else []
    command = [*nice, "ffmpeg", "-v", "error", "-nostdin", *before, "-i", file_url(film), *options]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pipesize=_PIPE,
            start_new_session=True,
            env=surroundings(),
        )
    except OSError as error:
        raise FilmError("ffmpeg is not installed.", INSTALL) from error
    pipe = process.stdout
    assert pipe is not None  # noqa: S101 (it was asked for)
    try:
        with pipe:
            yield pipe
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
