"""A home of mpv: one of the places where it can be, how it is started there and ended."""

import asyncio
import contextlib
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from vigtui.domain.errors import FilmMissing
from vigtui.domain.playback import Offer, Showing
from vigtui.player.canvas import Canvas
from vigtui.player.ipc import Client, Event

START_LIMIT = 15.0
"""Seconds within which mpv listens; it needs about 0.1 s, and some seconds on a busy machine at the first start."""
END_LIMIT = 5.0
"""Seconds within which a killed process is gone."""
_LONGEST_SOCKET_PATH = 100
"""Bytes; Linux takes 107 and macOS 103."""

FILMS_ONLY = (
    "--no-config",
    "--idle=yes",
    "--pause=yes",
    "--keep-open=yes",
    "--keep-open-pause=no",
    "--hr-seek=yes",
    "--image-display-duration=inf",
    # Nothing but the picture: no names, no controls, no text over it, no picture from elsewhere.
    "--audio-client-name=vigtui",
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
    # Nothing but the file that was asked for, and nothing from any network.
    "--load-scripts=no",
    "--ytdl=no",
    "--access-references=no",
    "--ordered-chapters=no",
    "--load-unsafe-playlists=no",
    "--demuxer-lavf-o=protocol_whitelist=file",
    # A light copy comes from our own program, which has it at hand: through no proxy, and kept nowhere.
    "--stream-lavf-o=protocol_whitelist=[http,tcp],http_proxy=",
    "--cache=no",
    # No traces.
    "--save-position-on-quit=no",
    "--resume-playback=no",
    # Only our keys.
    "--input-default-bindings=no",
    "--input-builtin-bindings=no",
    "--input-media-keys=no",
)
"""mpv's options in every home."""


class Home(ABC):
    """Where mpv can be. It holds one mpv at most, which ends with this program, however that ends.

    Attributes:
        name: what the settings and the screens call it.
        about: where the film is then, in words for a person.
        canvas: where its picture is drawn inside the terminal; None where mpv shows it itself.
        returns: whether a new mpv is started at once when this one ends by itself.
    """

    name: str
    about: str
    canvas: Canvas | None = None
    returns = False

    @abstractmethod
    async def launch(
        self, options: Sequence[str], on_event: Callable[[Event], None], on_gone: Callable[[], None]
    ) -> Client:
        """Start mpv with these options more and connect to it; raises PlayerError."""

    @abstractmethod
    async def discard(self) -> None:
        """End what `launch` started and remove its traces; may be called more than once."""


def as_showing(film: Path | Showing) -> Showing:
    """What is to be shown, under a path that no program can take for an option or an address."""
    showing = film if isinstance(film, Showing) else Showing(film)
    return replace(showing, film=Path(showing.film).absolute())


async def on_disk(showing: Showing) -> Offer:
    """What mpv is told to open: the film's file. Raises FilmMissing where there is none."""
    if not await asyncio.to_thread(os.path.isfile, showing.film):  # False, not an error, where a disk cannot be reached
        raise FilmMissing
    return Offer(str(showing.film), showing.video_track, showing.sound_track, lacks_copy=bool(showing.light))


def make_room(runtime_dir: Path) -> Path:
    """Make a private directory in which a socket can be."""
    runtime_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix="mpv-", dir=runtime_dir)).absolute()
    if len(os.fsencode(socket_in(room))) > _LONGEST_SOCKET_PATH:
        room.rmdir()
        room = Path(tempfile.mkdtemp(prefix="vigtui-mpv-"))
    return room


def socket_in(room: Path) -> Path:
    """Where mpv listens."""
    return room / "mpv.sock"


async def connect(
    path: Path, process: asyncio.subprocess.Process, on_event: Callable[[Event], None], on_gone: Callable[[], None]
) -> Client | None:
    """Connect as soon as mpv listens; None when it has ended or does not come to that."""
    deadline = asyncio.get_running_loop().time() + START_LIMIT
    while process.returncode is None and asyncio.get_running_loop().time() < deadline:
        # Until mpv has made its socket and listens there, connecting fails; that is what is waited for.
        with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
            return await Client.connect(path, on_event, on_gone)
        await asyncio.sleep(0.01)
    return None


async def end(process: asyncio.subprocess.Process) -> None:
    """Wait for a process that was told to end, and kill it when it does not."""
    try:
        async with asyncio.timeout(0.5):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        async with asyncio.timeout(END_LIMIT):
            await process.wait()
