"""Films whose frame times are known, and watching what players report and what their mpv shows."""

import asyncio
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vigtui.domain.playback import Playback
from vigtui.player.driver import MpvPlayer
from vigtui.player.ipc import Client, Event
from vigtui.player.listeners import Report
from vigtui.player.null import NullPlayer

Player = NullPlayer | MpvPlayer

REAL_FILMS = Path(__file__).parents[2].parent / "shared" / "media"
SUFFIXES = {".3gp", ".avi", ".mov", ".mp4", ".mts", ".webm", ".wav", ".rttm"}


def real_films() -> list[Path]:
    """The real films beside the checkout; none where there are none."""
    return sorted(film for film in REAL_FILMS.glob("*") if film.suffix in SUFFIXES)


@dataclass(frozen=True)
class Film:
    path: Path
    times: tuple[int, ...]
    """Times of the frames in milliseconds from the beginning of the file, as ffprobe tells them."""

    @property
    def last(self) -> int:
        return self.times[-1]

    def at_or_after(self, to: int) -> int:
        return next((at for at in self.times if at >= to), self.last)


def ffmpeg(*words: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *words], stdin=subprocess.DEVNULL, check=True, timeout=60)


def probe(path: Path, *words: str) -> str:
    command = ["ffprobe", "-v", "error", *words, "-of", "csv=p=0", f"file:{path}"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def film_at(path: Path) -> Film:
    begins = float(probe(path, "-show_entries", "format=start_time").strip() or 0)
    lines = probe(path, "-select_streams", "v:0", "-show_entries", "frame=pts_time").split()
    times = {round((float(line.strip(",")) - begins) * 1000) for line in lines if line.strip(",") not in {"", "N/A"}}
    return Film(path, tuple(sorted(times)))


SHADES = "color=black:s=64x64:r=25:d={0},geq=lum='16+mod(N,100)*2':cb=128:cr=128"
"""Every frame has a grey of its own: 16 and twice its number, modulo 100."""
PICTURE = "testsrc=s=64x48:r=25:d={0}"
SOUND = "sine=440:d={0}"
UNEVEN = "setpts='if(lt(N,30),N/25,if(lt(N,40),1.2+(N-30)*0.3,4.2+(N-40)/50))/TB'"
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "250")


def make_even(path: Path) -> None:
    sound = ("-f", "lavfi", "-i", SOUND.format(12), "-c:a", "aac")
    ffmpeg("-f", "lavfi", "-i", SHADES.format(12), *sound, *X264, "-qp", "0", str(path))


def make_silent(path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", PICTURE.format(6), *X264, str(path))


def make_uneven(path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", PICTURE.format(4), "-vf", UNEVEN, "-fps_mode", "vfr", *X264, str(path))


def make_stream(path: Path) -> None:
    sound = ("-f", "lavfi", "-i", SOUND.format(6), "-c:a", "mp2")
    ffmpeg("-f", "lavfi", "-i", PICTURE.format(6), *sound, "-c:v", "mpeg2video", "-g", "50", str(path))


def make_long_sound(path: Path) -> None:
    sound = ("-f", "lavfi", "-i", SOUND.format(5), "-c:a", "aac")
    ffmpeg("-f", "lavfi", "-i", PICTURE.format(3), *sound, *X264, str(path))


def make_lengthless(path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", PICTURE.format(8), "-c:v", "libvpx", "-g", "50", "-f", "webm", "-live", "1", str(path))


MAKERS: dict[str, Callable[[Path], None]] = {
    "even.mp4": make_even,
    "silent.mp4": make_silent,
    "uneven.mp4": make_uneven,
    "stream.ts": make_stream,
    "long_sound.mp4": make_long_sound,
    "lengthless.webm": make_lengthless,
}


class Heard:
    """Everything a player reported, and waiting for some of it."""

    def __init__(self, player: Player) -> None:
        self.reports: list[Report] = []
        self.unsubscribe = player.listen(self._take)
        self._news = asyncio.Event()

    def _take(self, report: Report) -> None:
        self.reports.append(report)
        self._news.set()

    @property
    def states(self) -> list[Playback]:
        return [report for report in self.reports if isinstance(report, Playback)]

    async def until(self, test: Callable[[Report], bool], limit: float = 10.0) -> Report:
        """Wait for a report that passes `test`, those already heard included."""
        async with asyncio.timeout(limit):
            while True:
                self._news.clear()
                for report in self.reports:
                    if test(report):
                        return report
                await self._news.wait()


def socket_in(runtime: Path) -> Path:
    (socket,) = runtime.glob("mpv-*/mpv.sock")
    return socket


def held_in(runtime: Path) -> list[Path]:
    return list(runtime.glob("*"))


class Eye:
    """A second connection to a player's mpv: the time of every frame it shows, in order."""

    client: Client

    def __init__(self) -> None:
        self.times: list[int] = []
        self.gone = asyncio.Event()
        self._news = asyncio.Event()

    @classmethod
    async def on(cls, runtime: Path) -> "Eye":
        eye = cls()
        eye.client = await Client.connect(socket_in(runtime), eye._take, eye.gone.set)
        await eye.client.command("observe_property", 1, "time-pos")
        return eye

    def _take(self, event: Event) -> None:
        if event.name == "property-change" and isinstance(data := event.fields.get("data"), int | float):
            self.times.append(round(data * 1000))
            self._news.set()

    async def until(self, test: Callable[[list[int]], bool], limit: float = 10.0) -> list[int]:
        async with asyncio.timeout(limit):
            while not test(self.times):
                self._news.clear()
                await self._news.wait()
        return self.times


def playback(test: Callable[[Playback], bool]) -> Callable[[Report], bool]:
    return lambda report: isinstance(report, Playback) and test(report)


async def wait_until_gone(pid: int, limit: float = 10.0) -> None:
    """Wait until no process has that number any more."""
    async with asyncio.timeout(limit):
        while Path(f"/proc/{pid}").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def thread_states(pid: int) -> set[str]:
    return {stat.read_text().rpartition(")")[2].split()[0] for stat in Path(f"/proc/{pid}").glob("task/*/stat")}


async def wait_until_stopped(pid: int, limit: float = 10.0) -> None:
    """Wait until every thread of the process is stopped."""
    async with asyncio.timeout(limit):
        while thread_states(pid) != {"T"}:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def mpv_pid(player: MpvPlayer) -> int:
    process = player._home._process  # type: ignore[attr-defined]
    assert process is not None
    return process.pid
