"""A player whose films come through a slow line."""

import asyncio

from vigtui.player.null import NullPlayer


class Slow(NullPlayer):
    """Opens a film when `comes` is set, and remembers in which order it was asked for what, and whether anything can be seen."""

    def __init__(self, **what):
        super().__init__(**what)
        self.comes = asyncio.Event()
        self.opened = 0
        self.black = True

    async def open(self, film, **how):
        self.opened += 1
        await self.comes.wait()
        self.black = False
        return await super().open(film, **how)

    async def blank(self):
        await super().blank()
        self.black = True
