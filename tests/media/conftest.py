import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from vigtui.media.puppet import PuppetPlay, make_puppet_play

CHECKOUT = Path(__file__).parents[2]


class MpvView(NamedTuple):
    """What a real mpv shows of a film."""

    times: list[int]
    width: int
    height: int
    rotation: int
    length: int | None


class Mpv:
    """A paused mpv without picture or sound, spoken to over a socket pair."""

    def __init__(self, film: Path) -> None:
        ours, its = socket.socketpair()
        ours.settimeout(10)
        self._words = ours.makefile("rwb", buffering=0)
        options = ["--no-config", "--vo=null", "--ao=null", "--pause", "--keep-open=yes", "--really-quiet"]
        self._process = subprocess.Popen(
            ["mpv", *options, f"--input-ipc-client=fd://{its.fileno()}", "--", str(film)],
            stdin=subprocess.DEVNULL,
            pass_fds=[its.fileno()],
            start_new_session=True,
        )
        its.close()
        self._socket = ours
        self.events: set[str] = set()

    def ask(self, *command: object) -> Any:
        self._words.write(json.dumps({"command": command, "request_id": 1}).encode() + b"\n")
        line = b""
        while True:
            line += self._words.readline()
            if not line.endswith(b"\n"):
                continue
            answer = json.loads(line)
            self.events.add(answer.get("event", ""))
            if answer.get("request_id") == 1 and "error" in answer:
                return answer.get("data")
            line = b""

    def wait(self, condition: Any, what: str) -> Any:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            seen = condition()
            if seen is not None:
                return seen
            time.sleep(0.002)
        raise AssertionError(f"mpv: {what} did not come")

    def position(self) -> int | None:
        seconds = self.ask("get_property", "time-pos")
        return None if seconds is None else round(seconds * 1000)

    def position_after(self, before: int) -> int | None:
        # a step plays until the frame is there; the next one before mpv pauses again would be lost
        now = self.position()
        return now if now != before and self.ask("get_property", "pause") else None

    def playback_restart(self) -> bool | None:
        self.ask("get_property", "pause")
        return "playback-restart" in self.events or None

    def close(self) -> None:
        self._words.close()
        self._socket.close()
        self._process.kill()
        self._process.wait(10)


@pytest.fixture
def mpv_view():
    opened: list[Mpv] = []

    def look(film: Path, frames: int) -> MpvView:
        mpv = Mpv(film)
        opened.append(mpv)
        mpv.wait(mpv.playback_restart, "the first picture")
        times = [mpv.wait(mpv.position, "the first time")]
        while len(times) < frames:
            mpv.ask("frame-step")
            times.append(mpv.wait(lambda: mpv.position_after(times[-1]), "the next frame"))
        length = mpv.ask("get_property", "duration")
        return MpvView(
            times=times,
            width=mpv.ask("get_property", "dwidth"),
            height=mpv.ask("get_property", "dheight"),
            rotation=mpv.ask("get_property", "video-params/rotate"),
            length=None if length is None else round(length * 1000),
        )

    yield look
    for mpv in opened:
        mpv.close()


@pytest.fixture(scope="session")
def play(tmp_path_factory) -> PuppetPlay:
    """Six seconds, 25 frames a second."""
    return make_puppet_play(tmp_path_factory.mktemp("play") / "play.mp4", seconds=6)


@pytest.fixture(scope="session")
def uneven(tmp_path_factory) -> PuppetPlay:
    """Six seconds, with a variable frame rate."""
    return make_puppet_play(tmp_path_factory.mktemp("uneven") / "uneven.mp4", seconds=6, variable=True)


@pytest.fixture
def ffmpeg():
    """Make a film with ffmpeg itself; the last argument is the film."""

    def make(*options: object) -> Path:
        target = Path(str(options[-1]))
        words = [str(option) for option in options[:-1]]
        subprocess.run(
            ["ffmpeg", "-v", "error", "-nostdin", "-y", *words, f"file:{target}"],
            check=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        return target

    return make


@pytest.fixture
def run_python():
    """Run a program of its own that may import vigtui; what it prints."""

    def run(code: str, *arguments: object, before: tuple[str, ...] = (), **options: Any) -> str:
        done = subprocess.run(
            [*before, sys.executable, "-c", code, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
            **options,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


@pytest.fixture
def as_nobody(run_python):
    """Run Python as somebody whom permissions bind, even where the tests run as root.

    Modules come first: nobody may not be able to read where they lie.
    """
    before = "import os, resource, sys, vigtui.media.intake, vigtui.media.probe\n"
    drop = "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n" if os.geteuid() == 0 else ""
    return lambda code, *arguments: run_python(before + drop + code, *arguments)


@pytest.fixture
def open_folder():
    """A folder that anybody may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="vigtui-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def is_clean():
    """Whether a sentence holds nothing that a terminal would act on."""
    return lambda words: (
        not re.search(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", words)
    )
