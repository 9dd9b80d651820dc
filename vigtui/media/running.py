"""Running ffmpeg for a while: with progress, a way to stop it, and an eye on whether it still moves."""

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Sequence

from vigtui.domain.errors import FilmError
from vigtui.media.tools import TooSlowError, not_installed, surroundings

STALLED = 300.0
"""Seconds without any sign of progress after which ffmpeg is ended; decoding up to a far mark shows none."""
_NICE = 15
_LOOK_EVERY = 0.02
"""Seconds between two looks whether it has ended or should."""


class StoppedError(FilmError):
    """Work on a film was stopped by whoever asked for it."""

    summary = "It was stopped."
    remedy = "Nothing was written, and the film is as it was."


def run_ffmpeg(
    options: Sequence[str],
    *,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    stalled: float = STALLED,
    gently: bool = False,
) -> int:
    """Run ffmpeg to its end; its exit code.

    Args:
        options: its arguments; file names among them only through `tools.file_url`.
        progress: told the seconds that are written so far.
        cancelled: asked many times a second; True ends ffmpeg.
        stalled: seconds without progress after which it is ended.
        gently: whether everything else comes first, as for work that goes on while a film plays.

    Raises:
        StoppedError: `cancelled` said so.
        TooSlowError: it stood still.
        FilmError: ffmpeg is not installed.
    """
    child = _start(options, gently)
    with child:
        heard = _Heard(child, progress)
        try:
            heard.start()
            while not _ended(child, heard):
                if cancelled and cancelled():
                    raise StoppedError
                if time.monotonic() - heard.moved > stalled:
                    raise TooSlowError
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()
            heard.join()
    return child.returncode


class _Heard(threading.Thread):
    """Reads how far ffmpeg is, so that its pipe never fills up."""

    def __init__(self, child: "subprocess.Popen[bytes]", progress: Callable[[float], None] | None) -> None:
        super().__init__(daemon=True)
        self.moved = time.monotonic()
        self._lines = child.stdout or ()
        self._progress = progress

    def run(self) -> None:
        for line in self._lines:
            name, _, value = line.decode(errors="replace").strip().partition("=")
            if name == "out_time_us" and value.lstrip("-").isdigit():
                self.moved = time.monotonic()
                if self._progress:
                    self._progress(max(0, int(value)) / 1_000_000)


def _start(options: Sequence[str], gently: bool) -> "subprocess.Popen[bytes]":
    """Start ffmpeg, without a keyboard and in a session of its own. Raises FilmError where it is not installed.

    Where the system can (Linux, prctl(2)), it ends with the thread that starts it, which waits for it here: a program that
    is killed leaves none behind.
    """
    bound = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    calm = ["nice", "-n", str(_NICE)] if gently and shutil.which("nice") else []
    begin = [*bound, *calm, "ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-progress", "pipe:1"]
    if shutil.which("ffmpeg") is None:
        raise not_installed("ffmpeg")
    try:
        return subprocess.Popen(
            [*begin, "-stats_period", "0.1", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=surroundings(),
        )
    except OSError as error:
        raise not_installed("ffmpeg") from error


def _ended(child: "subprocess.Popen[bytes]", heard: threading.Thread) -> bool:
    """Whether ffmpeg has closed its pipe and is gone; waits a little for it."""
    heard.join(_LOOK_EVERY)
    if heard.is_alive():
        return False
    try:
        child.wait(timeout=_LOOK_EVERY)
    except subprocess.TimeoutExpired:
        return False
    return True
