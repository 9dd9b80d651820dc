"""The real program in a real terminal: tmux, keys, and the screen as a person sees it."""

import os
import shlex
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Terminal:
    """vigtui in a tmux pane of its own server; every wait has a limit."""

    def __init__(
        self, library: Path, config: Path, *, width: int = 80, height: int = 24, env: dict[str, str] | None = None
    ):
        self.library = library
        self.config = config
        self.size = (width, height)
        self.env = env or {}
        self._socket = ""

    def start(self, *arguments: str) -> None:
        """Start the program; whatever ran in this terminal before is gone."""
        self.start_program(sys.executable, "-m", "vigtui", "--library", str(self.library), *arguments)

    def start_program(self, *words: str) -> None:
        """Start any program in the terminal, with the surroundings of ours."""
        self.end()
        self._socket = f"vigtui-{uuid.uuid4().hex[:8]}"
        apart = ("DISPLAY", "WAYLAND_DISPLAY", "TMUX", "COLUMNS", "LINES")
        kept = {name: value for name, value in os.environ.items() if name not in apart}
        kept |= {
            "VIGTUI_CONFIG": str(self.config),
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
            "TEXTUAL_ANIMATIONS": "none",
            **self.env,
        }
        width, height = self.size
        subprocess.run(
            [
                "tmux",
                "-L",
                self._socket,
                "-f",
                "/dev/null",
                "new-session",
                "-d",
                "-x",
                str(width),
                "-y",
                str(height),
                f"exec {shlex.join(words)}",
                ";",
                "set-option",
                "remain-on-exit",
                "on",
                ";",
                "set-option",
                "remain-on-exit-format",
                "",  # what tmux says of a program that has ended scrolls its first line away
            ],
            check=True,
            env=kept,
            stdin=subprocess.DEVNULL,
            timeout=20,
        )

    def _tmux(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._socket, *words],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=20,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"tmux {words[0]}: {done.stderr.strip()}")
        return done.stdout

    @property
    def pid(self) -> int:
        return int(self._tmux("display-message", "-p", "#{pane_pid}"))

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p", check=False)

    def keys(self, *keys: str) -> None:
        """Press keys by tmux's names: `F5`, `Enter`, `C-n`, `i`."""
        self._tmux("send-keys", *keys)

    def type(self, words: str) -> None:
        """Type words literally."""
        self._tmux("send-keys", "-l", "--", words)

    def see(self, *words: str, limit: float = 20.0) -> str:
        """Wait until all these words stand on the screen; gives the screen."""
        return self.until(lambda shown: all(one in shown for one in words), f"all of {words} to be seen", limit)

    def gone(self, *words: str, limit: float = 20.0) -> str:
        """Wait until none of these words stands on the screen any more."""
        return self.until(lambda shown: not any(one in shown for one in words), f"{words} to be gone", limit)

    def until(self, test: Callable[[str], bool], what: str, limit: float = 20.0) -> str:
        """Wait until the screen passes; gives the screen."""
        ends = time.monotonic() + limit
        while not test(shown := self.screen()):
            assert time.monotonic() < ends, f"waited {limit} s for {what}:\n{shown}"
            time.sleep(0.03)
        return shown

    def kill(self, how: int = signal.SIGKILL) -> None:
        """Kill the program and wait until it is gone."""
        pid = self.pid
        os.kill(pid, how)
        self.wait_end(pid)

    def wait_end(self, pid: int, limit: float = 20.0) -> None:
        ends = time.monotonic() + limit
        while Path(f"/proc/{pid}").exists() and "\nState:\tZ" not in _status(pid):
            assert time.monotonic() < ends, f"the program did not end within {limit} s"
            time.sleep(0.03)

    def end(self) -> None:
        """End the terminal with all that is in it."""
        if self._socket:
            self._tmux("kill-server", check=False)
            # tmux leaves it lying there.
            Path(os.environ.get("TMUX_TMPDIR", "/tmp"), f"tmux-{os.getuid()}", self._socket).unlink(missing_ok=True)


def _status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "\nState:\tZ"
