"""The forms that were left half typed: their words, the way to each, and throwing them away."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import OptionList, Static

from vigtui.domain.errors import VigError
from vigtui.screens.base import Desk
from vigtui.screens.opening import Dialog
from vigtui.services import drafts
from vigtui.services.drafts import Waiting
from vigtui.services.ports import Work
from vigtui.widgets.lists import RecordList
from vigtui.widgets.words import column, one_line, plain


class DraftsScreen(Dialog[Waiting | None]):
    """Lists what waits in forms and shows the words of the highlighted one; gives back the one to go to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("enter", "choose", "Go there", show=False),
        Binding("x", "throw_away", "Throw away", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._waiting: dict[str, Waiting] = {}
        self._asked = ""
        """Id of what the next `x` throws away."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Half typed", classes="title")
            yield RecordList(id="drafts", empty="No form waits for you.", actions=())
            with VerticalScroll(can_focus=False):
                yield Static("", id="words")
            yield Static("", classes="refused")
            yield Static(plain("enter goes there · x throws away · esc leaves"), classes="hint")

    async def on_mount(self) -> None:
        self._say("")
        self.query_one("#drafts").focus()
        await self._read()

    async def _read(self) -> None:
        try:
            found = await self._desk.library.aread(lambda work: drafts.waiting(work, self._desk.open_drafts))
        except VigError as error:
            self._say(str(error))
            return
        self._waiting = {one.draft.id: one for one in found}
        self.query_one("#drafts", RecordList).show([(one.draft.id, self._row(one)) for one in found])
        self._show_words()

    def _row(self, one: Waiting) -> Text:
        draft = one.draft
        at = draft.typed_at.astimezone()
        day = "" if at.date() == self._desk.today else f"{at:%d %b} "
        row = Text(no_wrap=True, overflow="ellipsis")
        row.append_text(column(f" {day}{at:%H:%M}", 14, "dim")).append_text(column(one.code, 10, "bold"))
        row.append_text(one_line(draft.form)).append_text(one_line(f"  {_place(one)}", "dim"))
        if draft.actor != self._desk.library.actor:
            row.append_text(one_line(f"  {draft.actor}", "dim"))
        return row

    @on(OptionList.OptionHighlighted)
    def _show_words(self) -> None:
        """Show what stands in the highlighted form."""
        self._say("")
        one = self._waiting.get(self.query_one("#drafts", RecordList).highlighted_id or "")
        text = Text()
        for typed in one.draft.typed if one else ():
            text.append_text(one_line(f"{typed.label}: ", "dim")).append_text(plain(f"{typed.words}\n"))
        self.query_one("#words", Static).update(text)

    @on(OptionList.OptionSelected)
    def action_choose(self) -> None:
        """Go where the highlighted form is opened."""
        if one := self._waiting.get(self.query_one("#drafts", RecordList).highlighted_id or ""):
            self.dismiss(one)

    async def action_throw_away(self) -> None:
        """Throw the highlighted words away, when asked twice."""
        draft_id = self.query_one("#drafts", RecordList).highlighted_id
        if draft_id is None:
            return
        if self._asked != draft_id:
            self._asked = draft_id
            self._say("Press x again to throw these words away. Nothing brings them back.", keeps=True)
            return

        def job(work: Work) -> None:
            if any(one.draft.id == draft_id for one in drafts.waiting(work, self._desk.open_drafts)):
                work.forget_draft(draft_id)

        try:
            await self._desk.library.achange(job, remembered=False)
        except VigError as error:
            self._say(str(error))
            return
        await self._read()

    def _say(self, sentence: str, *, keeps: bool = False) -> None:
        if not keeps:
            self._asked = ""
        refused = self.query_one(".refused", Static)
        refused.update(plain(sentence))
        refused.display = bool(sentence)

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(None)


def _place(one: Waiting) -> str:
    """Where the form is opened, in words."""
    cycle = f", cycle {one.draft.cycle}" if one.draft.cycle else ""
    return f"{one.draft.place.capitalize()}{cycle}"


def in_one_line(waiting: Sequence[Waiting], actor: str, *, key: str = "F3") -> str:
    """What waits for this person, in a sentence; empty where nothing does.

    Args:
        waiting: the drafts whose forms are open nowhere.
        actor: this person.
        key: what shows them from here.
    """
    own = [f"“{one.draft.form}”{f' ({one.code})' if one.code else ''}" for one in waiting if one.draft.actor == actor]
    if not own:
        return ""
    more = f" and {len(own) - 2} more" if len(own) > 2 else ""
    return f"Half typed: {', '.join(own[:2])}{more}. The form has your words; {key} shows them."
