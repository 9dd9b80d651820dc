"""A player that shows the light copy of a film where one was chosen and is there."""

from vigtui.domain.playback import Offer, Showing
from vigtui.player.driver import MpvPlayer
from vigtui.player.home import Home, on_disk
from vigtui.player.remote import Films


class LightPlayer(MpvPlayer):
    """mpv in its homes; films come from the disk, their light copies from `films`, which opens them as they are read."""

    def __init__(self, *homes: Home, films: Films) -> None:
        super().__init__(*homes, offer=self._from_where)
        self._films = films

    async def _from_where(self, showing: Showing) -> Offer:
        offer = await on_disk(showing)  # a film that is gone is told like one, whatever is left of it
        if not showing.light:
            return offer
        light = await self._films.offer(showing)
        return offer if light.lacks_copy else light

    async def close(self) -> None:
        """End mpv, and hand out nothing any more."""
        await super().close()
        await self._films.close()
