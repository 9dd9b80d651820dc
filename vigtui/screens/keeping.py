"""What is typed into the fields of a screen goes to the library, one edit after the other.

A screen draws nothing while one of its own messages is being answered. A save takes a few milliseconds, but ten seconds where
another program holds the library: it goes on by itself then, and what is typed meanwhile is seen.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from textual.screen import Screen

from vigtui.domain.errors import EditedElsewhere, LibraryError, VigError
from vigtui.services.ports import Work
from vigtui.widgets.fields import Edited, Field

T = TypeVar("T")

AGAIN_AFTER = 2.0
"""Seconds until a save that failed is tried again."""
_PATIENCE = 0.1
"""Seconds for which a screen waits for its own save before it draws on."""

# Textual takes styles from the first base that is a screen: that must be the other one.
if TYPE_CHECKING:
    _Beside = Screen[Any]
else:
    _Beside = object


class InHand(_Beside):
    """Beside a screen: what takes long goes on while the screen is drawn."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_hand: set[asyncio.Task[None]] = set()

    async def take_in_hand(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it, and wait for it as long as nobody would notice; on a screen that goes, to its end."""
        task = asyncio.create_task(work)
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        await asyncio.wait({task}, timeout=None if self._closing else _PATIENCE)
        if task.done():
            task.result()
        else:
            task.add_done_callback(self._raise_here)

    def _raise_here(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self.app.call_later(task.result)  # the screen may be gone by now

    async def done_with_all(self) -> None:
        """Wait until nothing is in hand any more."""
        while self._in_hand:
            await asyncio.wait(self._in_hand)


class KeepsFields(InHand):
    """Beside a screen with fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._one_edit = asyncio.Lock()
        """Edits are saved one after the other: each has to know what the one before left."""

    # What a screen gives

    async def reload(self) -> None:
        """Read again from the library and show it."""
        raise NotImplementedError

    async def save(self, job: Callable[[Work], T], *, merge: str | None = None, remembered: bool = True) -> T:
        """Carry out a change and say that it is saved. Raises VigError."""
        raise NotImplementedError

    def say(self, words: str) -> None:
        """Show a short notice."""
        raise NotImplementedError

    def warn(self, words: str) -> None:
        """Show sentences for ten seconds."""
        raise NotImplementedError

    # From a field to the disk

    async def on_edited(self, event: Edited) -> None:
        """Save what was typed into a field."""
        event.stop()
        await self.take_in_hand(self._keep_edit(event))

    async def _keep_edit(self, edited: Edited) -> None:
        if await self.save_field(edited):
            await self.reload()

    def on_line_field_done(self) -> None:
        """Enter in a field goes on to the next."""
        self.focus_next()

    async def save_field(self, edited: Edited) -> bool:
        """Save one field; words that are refused, or cannot be written now, stay in it."""
        async with self._one_edit:
            edited.field.bring_up_to_date(edited)
            return edited.value == edited.before or await self._save_field(edited)

    async def _save_field(self, edited: Edited) -> bool:
        field_, value = edited.field, edited.value

        def job(work: Work) -> object:
            work.expecting = edited.before
            return edited.save(work, value)

        try:
            await self.save(job, merge=edited.merge)
        except EditedElsewhere as other:
            return await self._keep_both(edited, other)
        except LibraryError as error:
            field_.refuse(str(error))
            field_.send_again(AGAIN_AFTER)
            return False
        except VigError as error:
            field_.refuse(str(error))
            return False
        field_.accept(edited)
        return True

    async def _keep_both(self, edited: Edited, other: EditedElsewhere) -> bool:
        """Somebody else saved this field since it was shown: save both texts, and say so."""
        clash = edited.field.take_in(edited, other.theirs)
        both = edited.field.take()
        saved = both is None or await self._save_field(both)
        if saved:  # in a notice: a line below the field would go with the next letter
            remedy = other.remedy if clash else "Both texts are kept, each in its place."
            self.warn(f"{other.summary}\n“{edited.field.label}”: {remedy}")
        return saved

    async def flush(self) -> bool:
        """Save every field now, before the screen goes; whether all of it could be saved."""
        await self.done_with_all()
        waiting = [edited for field_ in self.query(Field) if (edited := field_.take())]
        refused = [edited.field for edited in waiting if not await self.save_field(edited)]
        if refused:
            self.set_focus(refused[0].editor)
            self.say(f"“{refused[0].label}” could not be saved as it stands. Correct it first; nothing is lost.")
        return not refused
