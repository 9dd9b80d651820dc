"""Who wants to know what a player does."""

import asyncio
from collections.abc import Callable

from vigtui.domain.playback import KeyPressed, Playback, PlayerGone, PlayerSays

Report = Playback | PlayerGone | PlayerSays | KeyPressed
"""What a player tells its listeners."""


class Listeners:
    """The callbacks of one player, told in order from the event loop.

    A report is delivered in a turn of the loop of its own, so that a listener that fails cannot break the connection
    to the player; once `close` was called nothing is delivered any more.
    """

    def __init__(self) -> None:
        self._callbacks: list[Callable[[Report], None]] = []

    def add(self, callback: Callable[[Report], None]) -> Callable[[], None]:
        """Tell `callback` from now on; returns a function that ends it and may be called more than once."""
        self._callbacks.append(callback)

        def unsubscribe() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return unsubscribe

    def tell(self, report: Report) -> None:
        """Hand `report` to everyone who listens."""
        for callback in self._callbacks:
            asyncio.get_running_loop().call_soon(self._deliver, callback, report)

    def close(self) -> None:
        """Forget everyone."""
        self._callbacks.clear()

    def _deliver(self, callback: Callable[[Report], None], report: Report) -> None:
        if callback in self._callbacks:
            callback(report)
