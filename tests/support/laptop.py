"""A server's player and a laptop that shows its films, in one loop, with or without a line between them."""

from pathlib import Path

from vigtui.domain.playback import Showing
from vigtui.laptop.stream import Stream
from vigtui.laptop.viewer import Viewer
from vigtui.laptop.window import StreamedWindow
from vigtui.media.serve import FilmServer
from vigtui.player.remote import RemotePlayer


async def every_film(film: Path) -> bool:
    return True


async def no_copy(showing: Showing) -> None:
    """No film has a light copy."""


class Pair:
    """A remote player, and the laptop it drives; both sockets lie in `place`."""

    def __init__(self, place: Path, *, belongs=every_film, copy_of=no_copy, video_output: str = "null") -> None:
        self.place = place
        self.films = FilmServer(place / "media.sock", belongs, copy_of)
        self.player = RemotePlayer(place / "viewer.sock", self.films)
        self.stream = Stream()
        self.window = StreamedWindow(
            self.stream, runtime_dir=place / "run", video_output=video_output, audio_output="null"
        )
        self.viewer = Viewer(self.window, self.stream)

    async def start(self, *, media: Path | None = None) -> "Pair":
        self.place.mkdir(mode=0o700, exist_ok=True)
        await self.stream.start()
        await self.stream.up(media or self.place / "media.sock")
        await self.viewer.listen(self.place / "viewer.sock")
        return self

    async def close(self) -> None:
        await self.player.close()
        await self.viewer.close()
        await self.stream.close()
