"""A player for screens that play nothing."""

from vigtui.domain.playback import Playback


class QuietPlayer:
    name = "quiet"
    state = Playback()

    def listen(self, callback):
        return lambda: None

    async def close(self):
        pass
