"""How an mpv looks and sounds, whatever film is in it: loudness, zoom, screen, and words over the picture."""

import math

from vigtui.player.ipc import Client
from vigtui.player.overlay import HEIGHT, event

LOUDEST = 130
"""Per cent; what a film too quiet may be raised to."""
NEAREST = 8.0
"""The strongest zoom."""
_WORDS = 1
"""mpv's number for the words over the picture."""


class Look:
    """What was asked for, kept for the next mpv. Every method takes the mpv that is there, or None."""

    def __init__(self) -> None:
        self._volume = 100
        self._zoom = 1.0
        self.fullscreen = False
        """Whether the picture fills the screen."""
        self._screen: int | None = None

    def options(self) -> list[str]:
        """What mpv must know when it starts: told both later, it may fill a screen before it hears which."""
        screen = "current" if self._screen is None else self._screen - 1
        return [f"--fs-screen={screen}", f"--fullscreen={'yes' if self.fullscreen else 'no'}"]

    async def dress(self, client: Client) -> None:
        """Give a new mpv, started with the options, all the rest."""
        await self.set_volume(client, self._volume)
        await self.set_zoom(client, self._zoom)

    async def set_volume(self, client: Client | None, percent: int) -> None:
        """Set the loudness in per cent."""
        self._volume = min(LOUDEST, max(0, percent))
        if client is not None:
            await client.set("volume", self._volume)

    async def set_zoom(self, client: Client | None, factor: float) -> None:
        """Enlarge the picture around its middle."""
        self._zoom = min(NEAREST, max(1.0, factor))
        if client is not None:
            await client.set("video-zoom", math.log2(self._zoom))

    def choose_screen(self, number: int | None) -> bool:
        """Choose the screen to fill, from 1; whether it is another. A window that fills one already stays where it is."""
        before, self._screen = self._screen, number
        return before != number

    async def fill_screen(self, client: Client | None, on: bool) -> None:
        """Fill the screen, or not."""
        self.fullscreen = on
        if client is not None:
            await client.set("fullscreen", on)

    @staticmethod
    async def cover(client: Client, words: str) -> None:
        """Show words over the picture."""
        match await client.get("osd-dimensions"):
            case {"w": int(width), "h": int(height)}:
                drawn, across = event(words, width, height)
            case _:
                drawn, across = event(words, 0, 0)
        await client.command("osd-overlay", _WORDS, "ass-events", drawn, across, HEIGHT)

    @staticmethod
    async def uncover(client: Client) -> None:
        """Take the words away."""
        await client.command("osd-overlay", _WORDS, "none", "")
