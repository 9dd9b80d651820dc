"""mpv in a window of its own on this machine."""

import asyncio
import contextlib
import os
import shutil
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from vigtui.domain.errors import PlayerError
from vigtui.player.display import has_display
from vigtui.player.driver import MpvPlayer
from vigtui.player.home import END_LIMIT, FILMS_ONLY, START_LIMIT, Home, connect, end, make_room, socket_in
from vigtui.player.ipc import Client, Event, MpvGoneError
from vigtui.player.keys import input_conf

_WITH_WINDOW = "--force-window=yes"
QUIET = ("--no-terminal", "--input-terminal=no", "--really-quiet")
OPTIONS = (
    *FILMS_ONLY,
    "--title=vigtui",
    "--force-media-title=vigtui",
    "--osc=no",
    "--autofit-larger=95%x95%",
)


class Window(Home):
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
    about = "the film plays in a window of its own"

    def __init__(
        self,
        executable: str = "mpv",
        *,
        runtime_dir: Path,
        video_output: str | None = None,
        audio_output: str | None = None,
        extra: Sequence[str] = (),
    ) -> None:
        if not has_display():
            self.name, self.about = "unseen", "the film plays unseen, and marks work as always"
        self._executable = executable
        self._runtime_dir = runtime_dir
        self._extra = [*_outputs(video_output, audio_output), *extra]
        self._room: Path | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._lifeline: socket.socket | None = None

    async def launch(
        self, options: Sequence[str], on_event: Callable[[Event], None], on_gone: Callable[[], None]
    ) -> Client:
        program = shutil.which(self._executable)
        if program is None:
            raise PlayerError(
                "mpv, which shows the films, is not installed.",
                "Everything you marked and wrote is safe. Install the package mpv "
                "(Debian and Ubuntu: sudo apt install mpv; macOS: brew install mpv) and press space.",
            )
        try:
            room = self._room = make_room(self._runtime_dir)
            (room / "keys.conf").write_text(input_conf(), encoding="utf-8")
            options = _options(room, [*options, *self._extra])
            process = await self._spawn([program, *QUIET, *options], room)
        except OSError as error:
            await self.discard()
            raise PlayerError(f"mpv could not be started: {error.strerror}.") from error
        client = await connect(socket_in(room), process, on_event, on_gone)
        if client is None:
            await self.discard()
            reason = await _diagnose([program, *options])
            raise PlayerError(f"mpv could not be started: {reason}.")
        if _WITH_WINDOW in self._extra and not await _has_window(client):
            await client.close()
            await self.discard()
            raise PlayerError("mpv cannot open a window on this display.", "Everything you marked and wrote is safe.")
        return client

    async def _spawn(self, command: list[str], room: Path) -> asyncio.subprocess.Process:
        """Start mpv with one end of a pair of sockets: mpv ends when the other one, ours, is closed."""
        self._lifeline, theirs = socket.socketpair()
        with theirs:
            process = self._process = await asyncio.create_subprocess_exec(
                *command,
                f"--input-ipc-client=fd://{theirs.fileno()}",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
                env=_environment(room),
            )
        # Nobody reads at our end: mpv shall not fill it. One that has ended already is noticed when it does not listen.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._lifeline.sendall(b'{"command":["disable_event","all"]}\n')
        return process

    async def discard(self) -> None:
        process, self._process = self._process, None
        lifeline, self._lifeline = self._lifeline, None
        room, self._room = self._room, None
        if lifeline is not None:
            lifeline.close()
        if process is not None:
            await end(process)
        if room is not None:
            await asyncio.to_thread(shutil.rmtree, room, ignore_errors=True)


class WindowPlayer(MpvPlayer):
    """A player whose only home is a window; its arguments are the window's."""

    def __init__(self, executable: str = "mpv", **options: Any) -> None:
        super().__init__(Window(executable, **options))


async def _has_window(client: Client) -> bool:
    """Wait until mpv has opened its window; it takes back the wish for one where it cannot."""
    with contextlib.suppress(TimeoutError, MpvGoneError):
        async with asyncio.timeout(START_LIMIT):
            while True:
                output, wanted = await client.get_all("current-vo", "force-window")
                if output is not None or wanted is False:
                    return output is not None
                await asyncio.sleep(0.01)
    return False


def _environment(room: Path) -> dict[str, str]:
    """What mpv finds around it: what it keeps beside its configuration goes where it is removed."""
    found = os.environ | {"MPV_HOME": str(room)}
    if sys.platform == "linux":
        # mpv's last way to draw is SDL, which draws nowhere and calls that well where it finds no display.
        found.setdefault("SDL_VIDEODRIVER", "x11" if found.get("DISPLAY") else "wayland")
    return found


def _outputs(video: str | None, audio: str | None) -> list[str]:
    display = has_display()
    video = video if display else "null"
    found = [_WITH_WINDOW if display and video != "null" else "--force-window=no"]
    if video is not None:
        found.append(f"--vo={video}")
    if audio is not None:
        found.append(f"--ao={audio}")
    return found


def _options(room: Path, extra: Sequence[str]) -> list[str]:
    kept = [f"--{name}={room}" for name in ("cache-dir", "gpu-shader-cache-dir", "icc-cache-dir")]
    return [
        *OPTIONS,
        *kept,
        f"--watch-later-directory={room}",
        f"--input-conf={room / 'keys.conf'}",
        f"--input-ipc-server={socket_in(room)}",
        *extra,
    ]


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
