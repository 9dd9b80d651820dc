"""A player whose films come through a slow line."""

import asyncio

from vigtui.player.null import NullPlayer


class Slow(NullPlayer):
    """Opens a film when `comes` is set, and remembers what it was asked for, and whether anything can be seen.

    Where it goes to comes when `moves` is set, which it is at first.
    """

    def __init__(self, **what):
        super().__init__(**what)
        self.comes, self.moves = asyncio.Event(), asyncio.Event()
        self.moves.set()
        self.opened = 0
        self.asked = []
        self.black = True

    async def seek(self, to):
        self.asked.append(("seek", to))
        await self.moves.wait()
        return await super().seek(to)

    async def step(self, frames):
        self.asked.append(("step", frames))
        await self.moves.wait()
        return await super().step(frames)

    async def open(self, film, **how):
        self.opened += 1
        await self.comes.wait()
        self.black = False
        return await super().open(film, **how)

    async def blank(self):
        await super().blank()
        self.black = True
