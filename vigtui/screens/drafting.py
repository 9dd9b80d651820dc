"""Drafts of forms: what is typed into a dialog is in the library soon after each key, long before it is kept.

A program that is killed, or asked to end, leaves the words there; the same form shows them when it is opened again. They go
with the change that keeps the form, or when they are knowingly thrown away.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from textual.timer import Timer

from vigtui.domain.draft import Draft, Typed
from vigtui.domain.errors import LibraryError
from vigtui.domain.record import Record
from vigtui.screens.keeping import AGAIN_AFTER, InHand
from vigtui.services import drafts
from vigtui.services.ports import Work
from vigtui.widgets.fields import SEND_AFTER

if TYPE_CHECKING:
    from vigtui.screens.base import Desk

T = TypeVar("T")

BEGUN = "You had begun this: your words are here. esc twice throws them away."

_kept_now: ContextVar["Drafted | None"] = ContextVar("kept_now", default=None)
"""The dialog that this task is keeping."""


def ending_draft(job: Callable[[Work], T]) -> Callable[[Work], T]:
    """A change; where it keeps a form, the draft goes in the same transaction."""
    dialog = _kept_now.get()
    return job if dialog is None else dialog.ending(job)


class Drafted(InHand):
    """Beside a dialog that is typed into."""

    draft_form = ""
    """The form's title; with the case and `draft_about` it tells one form from another."""
    draft_about = ""
    """Id of what the form is about, where its title does not tell."""
    shown: Record | None = None
    """The record as the form showed it; what another program writes into it meanwhile is kept beside what is typed here."""
    kept_both = False
    """Whether that happened at the same place of a text."""
    is_passing = False
    """Whether what is typed is of no use later: a place to go to, a name of a file. Then there is no draft."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._draft: Draft | None = None
        """As it is in the library, or would be; None where there is none, and when it has ended."""
        self._is_written = False
        self._draft_timer: Timer | None = None
        self._one_draft = asyncio.Lock()
        """Writing it and ending it come one after the other."""
        self._fault = ""
        """Why the words could not be written the last time."""
        self._leaves_by = ""
        """The key of which it was said last what it does to the words."""

    # What a dialog gives

    def typed(self) -> list[Typed]:
        """What differs from what stood there when the dialog was opened; no secrets."""
        raise NotImplementedError

    def put_typed(self, typed: Sequence[Typed]) -> str:
        """Have a draft's words stand in the dialog; a sentence on what has changed since, or nothing."""
        raise NotImplementedError

    def say(self, sentence: str) -> None:
        """Show a sentence in the dialog; an empty one takes it away."""
        raise NotImplementedError

    # From key to disk

    @property
    def _desk(self) -> "Desk":
        desk: Desk = self.app.desk  # type: ignore[attr-defined]
        return desk

    async def begin_draft(self) -> None:
        """Take up what was typed into this form before, in a program that is gone. Once, when the dialog is shown."""
        if self.is_passing:
            return
        from vigtui.screens.base import VigScreen

        desk = self._desk
        below = next(one for one in reversed(self.app.screen_stack) if isinstance(one, VigScreen))
        wanted = self._draft = Draft(
            id="",
            case_id=getattr(below, "case_id", None),
            place=below.here,
            cycle=getattr(below, "cycle_number", None),
            form=self.draft_form,
            about=self.draft_about,
            typed=(),
            typed_at=desk.clock(),
            actor=desk.library.actor,
            host=socket.gethostname(),
            pid=os.getpid(),
        )
        try:
            left: Draft | None = await desk.library.aread(lambda work: drafts.left_of(work, wanted, desk.open_drafts))
            if left is not None:
                left = await desk.library.achange(
                    lambda work: drafts.take_over(work, wanted, desk.open_drafts), remembered=False
                )
        except LibraryError as error:
            self.say(str(error))
            return
        if left is not None:
            self._draft, self._is_written = left, True
            desk.open_drafts.add(left.id)
            self.say(f"{BEGUN} {self.put_typed(left.typed)}".rstrip())

    def on_input_changed(self) -> None:
        self.key_typed()

    def on_text_area_changed(self) -> None:
        self.key_typed()

    def on_choice_picked(self) -> None:
        self.key_typed()

    def on_tick_toggled(self) -> None:
        self.key_typed()

    def key_typed(self) -> None:
        """Something changed: write it soon."""
        self._leaves_by = ""
        if self._draft_timer is None and self._draft is not None:
            self._draft_timer = self.set_timer(SEND_AFTER, self._write)

    async def _write(self) -> None:
        async def write() -> None:
            await self.save_draft()

        await self.take_in_hand(write())

    async def save_draft(self) -> bool:
        """Write what stands in the dialog now; whether it is on the disk."""
        self._stop_timer()
        async with self._one_draft:
            if self._draft is None or self._draft.typed == tuple(self.typed()):
                return True
            before, desk = self._draft, self._desk
            now = replace(before, typed=tuple(self.typed()), typed_at=desk.clock())

            def job(work: Work) -> Draft:
                kept = now if now.id else replace(now, id=work.new_id())
                if kept.typed:
                    work.keep_draft(kept)
                else:
                    work.forget_draft(kept.id)
                return kept

            try:
                kept = await desk.library.achange(job, remembered=False)
            except LibraryError as error:
                self._fault = str(error)
                self.say(self._fault)
                self._draft_timer = self.set_timer(AGAIN_AFTER, self._write)
                return False
            if self._fault:
                self._fault = ""
                self.say("")
            desk.open_drafts.add(kept.id)
            self._is_written = bool(kept.typed)
            if self._draft is not None:
                self._draft = kept
            return True

    def _stop_timer(self) -> None:
        if self._draft_timer is not None:
            self._draft_timer.stop()
            self._draft_timer = None

    # Its end

    async def keeping(self, keep: Callable[[], Awaitable[object]]) -> None:
        """Keep the dialog by `keep`, and end the draft with the change this makes. Raises what `keep` raises."""
        async with self._one_draft:
            was_written = self._is_written
            token = _kept_now.set(self)
            try:
                await keep()
            except BaseException:
                self._is_written = was_written
                raise
            finally:
                _kept_now.reset(token)
            await self._forget()

    def ending(self, job: Callable[[Work], T]) -> Callable[[Work], T]:
        """A change that keeps this dialog, with the end of its draft."""
        draft = self._draft

        def both(work: Work) -> T:
            work.shown = self.shown
            result = job(work)
            self.kept_both = bool(work.kept_both)
            if draft is not None and self._is_written:
                work.forget_draft(draft.id)
                self._is_written = False
            return result

        return both

    async def end_draft(self) -> None:
        """The words were kept, or knowingly thrown away: the draft goes."""
        async with self._one_draft:
            await self._forget()

    async def _forget(self) -> None:
        draft, self._draft = self._draft, None
        self._stop_timer()
        if draft is None:
            return
        if self._is_written:
            self._is_written = False
            try:
                await self._desk.library.achange(lambda work: work.forget_draft(draft.id), remembered=False)
            except LibraryError as error:  # it is offered once more then, and can be thrown away again
                self.notify(str(error), severity="warning", markup=False)
        self._desk.open_drafts.discard(draft.id)

    # Leaving

    async def may_leave(self, key: str) -> bool:
        """Whether nothing was typed, or it was said before what leaving does to it; otherwise it is said now.

        Args:
            key: what leaves when it is pressed again: `esc` throws the words away, any other lets them wait.
        """
        if not self.has_typed() or self._leaves_by == key:
            if key == "esc":
                await self.end_draft()
            return True
        self._leaves_by = key
        if key == "esc" or self.is_passing:
            self.say(f"F10 keeps this. Press {key} again to throw away what you typed.")
        else:
            self.say(f"F10 keeps this. Press {key} again to close; your words wait here.")
        return False

    def has_typed(self) -> bool:
        """Whether there are words to lose."""
        return any(one.words.strip() for one in self.typed())
