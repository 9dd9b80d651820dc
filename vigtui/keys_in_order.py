"""Keys never outrun the focus.

Textual hands a key to whatever has the focus when it arrives, and only then carries out the key before it. On a slow laptop,
over ssh or from a paste, letters meant for a dialog that is just opening would fall into the screen below and be taken as
commands there. Here a key waits until the one before it has come to rest: it was taken or has bubbled up to the app, its
action is done, every message that this sent up through the screen has been answered, and what was to follow once the screen
is drawn has followed.
"""

from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.timer import Timer

LIMIT = 3.0
"""Seconds after which the next key is let in all the same, should a widget vanish with the key it was given."""


class KeysInOrder(App[None]):
    """An app in which each key waits for the one before it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._under_way: events.Key | events.Paste | None = None
        self._limit: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._under_way is None:
            self._under_way = event
            await self._let_in(event)
        else:
            self._waiting.append(event)

    async def _let_in(self, event: events.Key | events.Paste) -> None:
        target: MessagePump = self.focused or self.screen
        self._limit = self.set_timer(LIMIT, partial(self._rest, event))
        await super().on_event(event)
        self._follow(event, target, target)

    def _follow(self, event: events.Event, first: MessagePump, at: MessagePump) -> None:
        """Come by when `at` has dealt with the key."""
        if not at.call_later(self._passed, event, first, at):
            self._passed(event, first, at)

    def _passed(self, event: events.Event, first: MessagePump, at: MessagePump) -> None:
        above = at._parent
        if event._stop_propagation or above is None or at is self:
            self._sweep(event, [*_upwards(first), self.screen, self])
        else:
            self._follow(event, first, above)

    def _sweep(self, event: events.Event, pumps: Sequence[MessagePump], *, is_drawn: bool = False) -> None:
        """Come by at each in turn, behind whatever the key made it say to the next."""
        for i, pump in enumerate(pumps):
            if pump.call_later(self._sweep, event, pumps[i + 1 :], is_drawn=is_drawn):
                return
        # What waits until the screen is drawn may give the focus to a field that only appears then.
        if event is self._under_way and not is_drawn and self.screen._callbacks:
            self.screen.call_after_refresh(self._sweep, event, [self.screen, self], is_drawn=True)
        else:
            self._rest(event)

    def _rest(self, event: events.Event) -> None:
        """The key has come to rest: the next may come in."""
        if event is not self._under_way:
            return
        if self._limit is not None:
            self._limit.stop()
        self._under_way = self._waiting.popleft() if self._waiting else None
        if self._under_way is not None:
            self.call_later(self._let_in, self._under_way)


def _upwards(pump: MessagePump) -> list[MessagePump]:
    found = [pump]
    while found[-1]._parent is not None:
        found.append(found[-1]._parent)
    return found
