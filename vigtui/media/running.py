"""Running ffmpeg for a while: with progress, a way to stop it, and an eye on whether it still moves."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import IO

from vigtui.domain.errors import FilmError
from vigtui.media.tools import TooSlowError, not_installed

STALLED = 300.0
"""Seconds without any sign of progress after which ffmpeg is ended; decoding up to a far mark shows none."""
_MOST_LINES = 200_000
"""Lines of ffmpeg's remarks that are kept; a broken film can make it complain without end."""
_LOOK_EVERY = 0.02
"""Seconds between two looks whether it has ended or should."""


class StoppedError(FilmError):
    """Work on a film was stopped by whoever asked for it."""

    summary = "It was stopped."
    remedy = "Nothing was written, and the film is as it was."


class _Reader(threading.Thread):
    """Reads one of ffmpeg's pipes line by line, so that it never fills up."""

    def __init__(self, pipe: IO[bytes], heard: Callable[[str], None]) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._heard = heard

    def run(self) -> None:
        for line in self._pipe:
            self._heard(line.decode(errors="replace").rstrip())


def run_ffmpeg(
    options: Sequence[str],
    *,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    stalled: float = STALLED,
) -> tuple[int, list[str]]:
    """Run ffmpeg to its end; its exit code and what it remarked.

    Args:
        options: its arguments; file names among them only through `tools.file_url`.
        progress: told the seconds that are written so far.
        cancelled: asked many times a second; True ends ffmpeg.
        stalled: seconds without progress after which it is ended.

    Raises:
        StoppedError: `cancelled` said so.
        TooSlowError: it stood still.
        FilmError: ffmpeg is not installed.
    """
    heard = _Heard(progress)
    child = _start(options)
    with child:
        assert child.stdout is not None  # noqa: S101 - asked for above
        assert child.stderr is not None  # noqa: S101
        readers = [_Reader(child.stdout, heard.reported), _Reader(child.stderr, heard.remarked)]
        try:
            for reader in readers:
                reader.start()
            while not _ended(child):
                if cancelled and cancelled():
                    raise StoppedError
                if time.monotonic() - heard.moved > stalled:
                    raise TooSlowError
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()
            for reader in readers:
                reader.join()
    return child.returncode, heard.remarks


class _Heard:
    """What ffmpeg says: its remarks, and how far it is."""

    def __init__(self, progress: Callable[[float], None] | None) -> None:
        self.remarks: list[str] = []
        self.moved = time.monotonic()
        self._progress = progress

    def remarked(self, line: str) -> None:
        """Keep a remark."""
        if len(self.remarks) < _MOST_LINES:
            self.remarks.append(line)

    def reported(self, line: str) -> None:
        """Take note of how far it is."""
        name, _, value = line.partition("=")
        if name == "out_time_us" and value.lstrip("-").isdigit():
            self.moved = time.monotonic()
            if self._progress:
                self._progress(max(0, int(value)) / 1_000_000)


def _start(options: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start ffmpeg, without a keyboard and in a session of its own. Raises FilmError where it is not installed."""
    # FFREPORT makes ffmpeg write a log with the film's name in it
    surroundings = {key: value for key, value in os.environ.items() if key != "FFREPORT"}
    begin = ["ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-progress", "pipe:1", "-stats_period", "0.1"]
    try:
        return subprocess.Popen(
            [*begin, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=surroundings,
        )
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise not_installed("ffmpeg") from error


def _ended(child: "subprocess.Popen[bytes]") -> bool:
    try:
        child.wait(timeout=_LOOK_EVERY)
    except subprocess.TimeoutExpired:
        return False
    return True
