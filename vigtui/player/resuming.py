"""A film as it was before: where a player moved, a line broke, or a program began anew."""

from pathlib import Path
from typing import Protocol

from vigtui.domain.playback import Playback, Showing
from vigtui.domain.timecode import Millis, Span


class Opens(Protocol):
    """As much of a player as it takes to open a film as it was."""

    async def open(self, film: Path | Showing, *, at: Millis = Millis(0)) -> Playback: ...
    async def set_speed(self, speed: float) -> None: ...
    async def loop(self, span: Span | None) -> None: ...
    async def seek(self, to: Millis) -> Millis: ...


async def as_it_was(player: "Opens", film: Path | Showing, before: Playback) -> None:
    """Open a film paused where it was, with its speed and what it repeated. Raises FilmError, PlayerError."""
    await player.open(film, at=before.position)
    await player.set_speed(before.speed)
    if before.loop is not None:
        await player.loop(before.loop)
        await player.seek(before.position)
