"""Where neither mpv nor libmpv is installed: time passes as if the film played, and the workbench shows stills of where it is."""

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path

from vigtui.domain.errors import FilmError
from vigtui.domain.playback import PlayerSays, Showing
from vigtui.domain.timecode import Millis
from vigtui.player.null import FRAME, Frames, NullPlayer

Times = Callable[[Path, int | None], Sequence[Millis]]
"""From a film and one of its pictures (from 1; None for the usual one) to the times of its frames."""

_ONLY_STILLS = PlayerSays(
    "Neither mpv nor libmpv is installed here: stills of the film are shown, without sound.",
    "Marks and notes work as always. Install them (Debian and Ubuntu: sudo apt install mpv libmpv2; macOS: brew install mpv).",
)
_NO_PICTURE = (
    "This is sound only, and nothing is installed here that plays it.",
    "Marks and notes are safe. Install mpv (Debian and Ubuntu: sudo apt install mpv; macOS: brew install mpv).",
)


class Listed:
    """Frames at the times that are written in the file; at least one."""

    def __init__(self, times: Sequence[Millis]) -> None:
        self._times = times
        self.last = times[-1]
        self.length = Millis(self.last + (times[-1] - times[-2] if len(times) > 1 else FRAME))

    def from_on(self, at: float) -> Millis:
        return self._times[min(bisect_left(self._times, at), len(self._times) - 1)]

    def until(self, at: float) -> Millis:
        return self._times[max(0, bisect_right(self._times, at) - 1)]

    def moved(self, at: Millis, frames: int) -> Millis:
        return self._times[min(len(self._times) - 1, max(0, bisect_left(self._times, at) + frames))]


class StillsPlayer(NullPlayer):
    """Walks through the frames of real films; whoever shows the film takes a still of each place.

    Args:
        times: when the frames of a film are shown.
    """

    name = "unseen"
    homes = ("unseen",)

    def __init__(self, times: Times) -> None:
        super().__init__()
        self._times = times
        self._known: tuple[Path, int | None, Frames] | None = None
        self._said = False

    async def _frames_of(self, showing: Showing) -> Frames:
        await super()._frames_of(showing)
        if not self._said:
            self._said = True
            self._listeners.tell(_ONLY_STILLS)
        if self._known is None or self._known[:2] != (showing.film, showing.video_track):
            times = await asyncio.to_thread(self._times, showing.film, showing.video_track)
            if not times:
                raise FilmError(*_NO_PICTURE)
            self._known = (showing.film, showing.video_track, Listed(times))
        return self._known[2]
