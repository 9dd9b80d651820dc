"""mpv in a window of its own on this machine."""

import asyncio
import contextlib
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from vigtui.domain.errors import PlayerError
from vigtui.player.driver import MpvPlayer
from vigtui.player.ipc import Client, Event
from vigtui.player.keys import input_conf

START_LIMIT = 15.0
"""Seconds within which mpv listens; it needs about 0.1 s, and some seconds on a busy machine at the first start."""
END_LIMIT = 5.0
_LONGEST_SOCKET_PATH = 100
"""Bytes; Linux takes 107 and macOS 103."""

QUIET = ("--no-terminal", "--input-terminal=no", "--really-quiet")
OPTIONS = (
    "--no-config",
    "--idle=yes",
    "--pause=yes",
    "--keep-open=yes",
    "--keep-open-pause=no",
    "--hr-seek=yes",
    "--image-display-duration=inf",
    # Nothing but the picture: no names, no controls, no text over it, no picture from elsewhere.
    "--title=vigtui",
    "--force-media-title=vigtui",
    "--audio-client-name=vigtui",
    "--osc=no",
    "--osd-level=0",
    "--osd-bar=no",
    "--osd-on-seek=no",
    "--sid=no",
    "--secondary-sid=no",
    "--sub-auto=no",
    "--audio-file-auto=no",
    "--audio-display=no",
    "--cover-art-auto=no",
    "--autoload-files=no",
    "--autofit-larger=95%x95%",
    # Nothing but the file that was asked for, and nothing from any network.
    "--load-scripts=no",
    "--ytdl=no",
    "--access-references=no",
    "--ordered-chapters=no",
    "--load-unsafe-playlists=no",
    "--demuxer-lavf-o=protocol_whitelist=file",
    # No traces.
    "--save-position-on-quit=no",
    "--resume-playback=no",
    # Only our keys.
    "--input-default-bindings=no",
    "--input-builtin-bindings=no",
    "--input-media-keys=no",
)


class WindowPlayer(MpvPlayer):
    """An mpv process with its own window, or without any picture where there is no display.

    It is started at the first need. Its socket, its key table and whatever it might want to keep lie in a private
    directory that is removed with it; it ends by itself when this program does, however that ends.

    Args:
        executable: name or path of mpv.
        runtime_dir: where the private directory is made.
        video_output: mpv's `--vo`; None lets mpv choose.
        audio_output: mpv's `--ao`; None lets mpv choose.
        extra: more options for mpv.
    """

    name = "window"

    def __init__(
        self,
        executable: str = "mpv",
        *,
        runtime_dir: Path,
        video_output: str | None = None,
        audio_output: str | None = None,
        extra: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._executable = executable
        self._runtime_dir = runtime_dir
        self._extra = [*_outputs(video_output, audio_output), *extra]
        self._room: Path | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._lifeline: socket.socket | None = None

    async def _launch(self, on_event: Callable[[Event], None], on_gone: Callable[[], None]) -> Client:
        program = shutil.which(self._executable)
        if program is None:
            raise PlayerError(
                "mpv, which shows the films, is not installed.",
                "Everything you marked and wrote is safe. Install the package mpv "
                "(Debian and Ubuntu: sudo apt install mpv; macOS: brew install mpv) and press space.",
            )
        try:
            room = self._room = _make_room(self._runtime_dir)
            options = _options(room, [*self._look.options(), *self._extra])
            await self._spawn([program, *QUIET, *options], room)
        except OSError as error:
            await self._discard()
            raise PlayerError(f"mpv could not be started: {error.strerror}.") from error
        client = await self._connect(room / "mpv.sock", on_event, on_gone)
        if client is None:
            await self._discard()
            reason = await _diagnose([program, *options])
            raise PlayerError(f"mpv could not be started: {reason}.")
        return client

    async def _spawn(self, command: list[str], room: Path) -> None:
        """Start mpv with one end of a pair of sockets: mpv ends when the other one, ours, is closed."""
        self._lifeline, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                f"--input-ipc-client=fd://{theirs.fileno()}",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
                # Whatever mpv keeps beside its configuration (caches, states) goes where it is removed.
                env=os.environ | {"MPV_HOME": str(room)},
            )
        # Nobody reads at our end: mpv shall not fill it. One that has ended already is noticed when it does not listen.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._lifeline.sendall(b'{"command":["disable_event","all"]}\n')

    async def _connect(
        self, path: Path, on_event: Callable[[Event], None], on_gone: Callable[[], None]
    ) -> Client | None:
        """Connect as soon as mpv listens; None when it has ended or does not come to that."""
        deadline = asyncio.get_running_loop().time() + START_LIMIT
        while self._process and self._process.returncode is None and asyncio.get_running_loop().time() < deadline:
            # Until mpv has made its socket and listens there, connecting fails; that is what is waited for.
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                return await Client.connect(path, on_event, on_gone)
            await asyncio.sleep(0.01)
        return None

    async def _discard(self) -> None:
        process, self._process = self._process, None
        lifeline, self._lifeline = self._lifeline, None
        room, self._room = self._room, None
        if lifeline is not None:
            lifeline.close()
        if process is not None:
            await _end(process)
        if room is not None:
            await asyncio.to_thread(shutil.rmtree, room, ignore_errors=True)


def _outputs(video: str | None, audio: str | None) -> list[str]:
    display = sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    video = video if display else "null"
    found = ["--force-window=yes" if display and video != "null" else "--force-window=no"]
    if video is not None:
        found.append(f"--vo={video}")
    if audio is not None:
        found.append(f"--ao={audio}")
    return found


def _make_room(runtime_dir: Path) -> Path:
    """Make the private directory, with mpv's key table in it."""
    runtime_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix="mpv-", dir=runtime_dir)).absolute()
    if len(os.fsencode(room / "mpv.sock")) > _LONGEST_SOCKET_PATH:
        room.rmdir()
        room = Path(tempfile.mkdtemp(prefix="vigtui-mpv-"))
    (room / "keys.conf").write_text(input_conf(), encoding="utf-8")
    return room


def _options(room: Path, extra: Sequence[str]) -> list[str]:
    kept = [f"--{name}={room}" for name in ("cache-dir", "gpu-shader-cache-dir", "icc-cache-dir")]
    return [
        *OPTIONS,
        *kept,
        f"--watch-later-directory={room}",
        f"--input-conf={room / 'keys.conf'}",
        f"--input-ipc-server={room / 'mpv.sock'}",
        *extra,
    ]


async def _end(process: asyncio.subprocess.Process) -> None:
    """Wait for a process that was told to end, and kill it when it does not."""
    try:
        async with asyncio.timeout(0.5):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        async with asyncio.timeout(END_LIMIT):
            await process.wait()


async def _diagnose(command: list[str]) -> str:
    """Run mpv once more so that it says why it does not start: its first line, without any path."""
    process = await asyncio.create_subprocess_exec(
        *command,
        "--terminal=yes",
        "--input-terminal=no",
        "--version",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(END_LIMIT):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return "it does not answer"
    lines = [
        " ".join(word for word in line.split() if "/" not in word)
        for line in said.decode(errors="replace").splitlines()
    ]
    first = next((line for line in lines if line), "")
    return first.rstrip(".")[:160] if process.returncode and first else "it ended without a word"
