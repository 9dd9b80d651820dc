"""Today: the cases, each with its next step, what presses first. Type to filter; enter opens."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Key, ScreenResume
from textual.widgets import Input, OptionList, Static

from vigtui.commands import TODAY
from vigtui.domain.case import CaseStatus
from vigtui.domain.errors import LibraryError, VigError
from vigtui.domain.sitting import Sitting
from vigtui.screens.base import Desk, VigScreen
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.screens.drafts import DraftsScreen, in_one_line
from vigtui.services import cases, drafts, today
from vigtui.services.drafts import Waiting
from vigtui.services.packs import DEFAULT
from vigtui.services.ports import Work
from vigtui.services.today import CaseLine
from vigtui.widgets.bindings import bindings
from vigtui.widgets.chrome import BottomLine, Heading
from vigtui.widgets.editors import LineEdit
from vigtui.widgets.lists import RecordList
from vigtui.widgets.words import column, one_line, plain, sign

_EMPTY = (
    "No case yet. ctrl+n makes one; `vigtui demo` opens a made-up library to try things in. "
    "ctrl+l closes this library by a passphrase."
)

_READ_AT_ONCE = 3
"""So many cases that have changed are read before the list is shown."""
_KEPT_AT_ONCE = 4
"""So many are read, and what is to be said of them written, before whatever else the library is asked gets its turn."""
_SHOWN_EVERY = 0.5
"""Seconds between two looks at the list meanwhile."""

_NONE_FITS = "No case fits. esc empties the filter; F9 searches everything typed."


class TodayScreen(VigScreen):
    """The first screen."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(TODAY)]
    places = (TODAY,)

    def __init__(self, desk: Desk, *, cut_off: Sitting | None = None, missing: Sequence[str] = ()) -> None:
        super().__init__(desk)
        self._cut_off = cut_off
        self._missing = missing
        self._lines: tuple[CaseLine, ...] = ()
        self._drawn: dict[str, tuple[CaseLine, Text]] = {}
        """The row of each case as it was drawn last: only what has changed is drawn again."""
        self._keeps = True
        self._waiting: list[Waiting] = []
        """What was left half typed."""

    def compose(self) -> ComposeResult:
        yield Heading("", id="heading")
        with Vertical(id="page"):
            yield LineEdit(placeholder="type to filter", id="filter")
            yield RecordList(id="cases", empty=_EMPTY, actions=())
            yield Static("", id="cut-off")
            yield Static("", id="reminders")
        yield BottomLine()

    async def on_mount(self) -> None:
        self.query_one("#filter", Input).focus()

    async def reload(self) -> None:
        day = self.desk.today
        self.query_one(Heading).show(("vigtui", f"Today, {day:%A} {day.day} {day:%B %Y}"))
        if changed := await self._look(day):
            self._look_on(day, changed)

    async def _look(self, day: date) -> list[str]:
        """Show the cases; those that have changed since Today was last kept. A few of them are read at once, the others later."""
        packs, most = self.desk.packs, _READ_AT_ONCE if self._keeps else None

        def job(work: Work) -> tuple[tuple[CaseLine, ...], list[str]]:
            self._waiting = drafts.waiting(work, self.desk.open_drafts)
            return today.lines(work, packs, day, most=most)

        self._lines, changed = await self.desk.library.aread(job)
        if not self.query("#cases"):
            return []  # vigtui was left meanwhile
        self.show_lines()
        return changed if self._keeps else []

    @work(group="look", exclusive=True)
    async def _look_on(self, day: date, changed: list[str]) -> None:
        """Read the cases that have changed, a few at a time, and keep what is to be said of them; show it now and then."""
        shown = time.monotonic()
        while changed and self._keeps:
            try:
                await self.desk.library.achange(self._keeper(day, changed[:_KEPT_AT_ONCE]), remembered=False)
            except LibraryError:
                self._keeps = False  # it cannot be written now: from here on every case is read each time
            changed = changed[_KEPT_AT_ONCE:]
            if not changed or not self._keeps or time.monotonic() - shown > _SHOWN_EVERY:
                changed = await self._look(day)
                shown = time.monotonic()

    def _keeper(self, day: date, changed: list[str]) -> Callable[[Work], None]:
        return lambda work: today.keep(work, self.desk.packs, day, changed)

    async def on_screen_resume(self, event: ScreenResume) -> None:
        """Shown again: cases may have moved on."""
        await self.reload_when_back()
        if self.desk.sitting is not None:
            try:
                await self.desk.keep_place()
            except LibraryError as error:
                self.tell(error)

    def show_lines(self) -> None:
        """Show the cases that fit the filter."""
        wanted = self.query_one("#filter", Input).value.casefold().split()
        lines = [line for line in self._lines if all(word in _searched(line) for word in wanted)]
        records = self.query_one("#cases", RecordList)
        records.empty = _NONE_FITS if self._lines else _EMPTY
        records.show([(line.case.id, self._row(line)) for line in lines])
        said = _missing(self._missing)
        if words := in_one_line(self._waiting, self.desk.library.actor):
            said.append_text(one_line(f" {sign('dot')} {words}", "bold")).append("\n")
        self.query_one("#reminders", Static).update(said.append_text(_reminders(lines)))
        self._show_cut_off()

    def _row(self, line: CaseLine) -> Text:
        known = self._drawn.get(line.case.id)
        if known is None or known[0] != line:
            known = self._drawn[line.case.id] = (line, _row(line))
        return known[1]

    def _show_cut_off(self) -> None:
        line = next((one for one in self._lines if self._cut_off and one.case.id == self._cut_off.case_id), None)
        widget = self.query_one("#cut-off", Static)
        widget.display = line is not None
        if line and self._cut_off:
            cycle = f", cycle {self._cut_off.cycle}" if self._cut_off.cycle else ""
            words = f" F5 goes on where vigtui was cut off: {line.case.code}, {self._cut_off.place}{cycle}"
            widget.update(one_line(words, "bold"))

    async def action_go_on(self) -> None:
        """Open the case where vigtui was cut off."""
        last, self._cut_off = self._cut_off, None
        self._show_cut_off()
        if last and last.case_id:
            try:
                await self.open_place(last.place, last.case_id, last.cycle)
            except VigError as error:
                self.tell(error)

    async def action_drafts(self) -> None:
        """Show what was left half typed in forms, and go where one is opened."""

        async def then(one: Waiting | None) -> None:
            if one is None:
                await self.reload()
                return
            draft = one.draft
            try:
                if draft.case_id is not None:
                    await self.open_place(draft.place, draft.case_id, draft.cycle)
                elif draft.place in ("supervision", "training"):
                    await self.open_log(draft.place)
            except VigError as error:
                self.tell(error)
                return
            self.app.notify(plain(f"Open “{draft.form}” here: your words are in it.").plain, timeout=10, markup=False)

        await self.app.push_screen(DraftsScreen(self.desk), then)

    @on(Input.Changed, "#filter")
    def filter_changed(self) -> None:
        """Type to filter."""
        self.show_lines()

    def on_key(self, event: Key) -> None:
        """Arrows move in the list while the filter has the focus."""
        moves = {"down": "cursor_down", "up": "cursor_up", "pagedown": "page_down", "pageup": "page_up"}
        if event.key in moves and isinstance(self.focused, Input):
            event.stop()
            getattr(self.query_one("#cases", RecordList), f"action_{moves[event.key]}")()

    @on(Input.Submitted, "#filter")
    async def filter_submitted(self) -> None:
        """Enter opens the highlighted case."""
        await self.action_open()

    @on(OptionList.OptionSelected, "#cases")
    async def case_selected(self) -> None:
        """A click or enter on a case opens it."""
        await self.action_open()

    async def action_open(self) -> None:
        """Open the highlighted case."""
        await self._open("case")

    async def action_next_step(self) -> None:
        """Open the highlighted case where its next step is; a closed one at its ending, where its follow-ups are."""
        line = self._highlighted()
        if line and line.next_step:
            await self._open(line.next_step.stage, line.next_step.cycle)
        else:
            await self._open("ending")

    def _highlighted(self) -> CaseLine | None:
        case_id = self.query_one("#cases", RecordList).highlighted_id
        return next((line for line in self._lines if line.case.id == case_id), None)

    async def _open(self, here: str, cycle: int | None = None) -> None:
        line = self._highlighted()
        if line is None:
            return
        from vigtui.screens.places import screen_for

        try:
            screen = await screen_for(self.desk, here, line.case.id, cycle)
        except VigError as error:
            self.tell(error)
            return
        await self.app.push_screen(screen)

    def action_take_in(self) -> None:
        """Take in a case from a bundle."""
        from vigtui.screens.exchange import ask_in  # brings the formats along, which Today has no other use for

        ask_in(self)

    async def action_supervision(self) -> None:
        """Open the log of supervision."""
        await self.open_log("supervision")

    async def action_training(self) -> None:
        """Open the training log."""
        await self.open_log("training")

    def action_new_case(self) -> None:
        """Ask for a code and a pack, make the case, and open it."""
        packs = self.desk.packs.all()
        asks = (
            Ask("code", "Code or pseudonym of the case (never a real name)", hint="K17"),
            Ask("relationship", "Which relationship (mother and son, teacher and class …)"),
            Ask("pack", "Way of working", DEFAULT, choices=tuple((pack.id, pack.name) for pack in packs)),
        )

        async def keep(answers: Answers) -> None:
            pack = self.desk.packs.get(answers["pack"])
            made = await self.save(
                lambda work: cases.new_case(work, answers["code"], pack, relationship=answers["relationship"])
            )
            self.query_one("#filter", Input).value = ""
            await self.reload()
            self.query_one("#cases", RecordList).choose(made.id)

        async def then(answers: Answers | None) -> None:
            if answers is not None:
                await self.action_open()

        self.app.push_screen(FormDialog("New case", asks, keep), then)

    def leave_field(self) -> bool:
        """Escape empties the filter first."""
        field = self.query_one("#filter", Input)
        had = bool(field.value)
        field.value = ""
        return had

    async def go_back(self) -> None:
        """Nothing lies behind Today."""
        self.say("ctrl+q closes vigtui.")


def _searched(line: CaseLine) -> str:
    return f"{line.case.code} {line.case.relationship} {line.case.setting} {_next_words(line)}".casefold()


def _next_words(line: CaseLine) -> str:
    """The next step; that of a paused case stands behind the word, a closed one has none."""
    status = line.case.status
    if line.next_step is None:
        return status.value
    return line.next_step.words if status is CaseStatus.OPEN else f"{status.value}; {line.next_step.words}"


def _row(line: CaseLine) -> Text:
    row = Text(no_wrap=True, overflow="ellipsis")
    row.append(f" {sign('warn')} " if line.overdue else "   ", "bold")
    row.append_text(column(line.case.code, 14, "bold"))
    row.append_text(one_line(_next_words(line), "" if line.case.status is CaseStatus.OPEN else "dim"))
    if line.due:
        row.append(f"  {line.due:%a %d %b}", "bold" if line.overdue else "dim")
    if line.case.relationship:
        row.append("   ").append_text(one_line(line.case.relationship, "dim"))
    return row


def _missing(programs: Sequence[str]) -> Text:
    if not programs:
        return Text()
    return plain(f" {sign('dot')} Not installed: {', '.join(programs)}. `vigtui doctor` says what to do.\n")


def _reminders(lines: list[CaseLine]) -> Text:
    text = Text()
    for line in lines:
        for one in line.reminders:
            text.append(f" {sign('warn') if one.overdue else sign('dot')} {one.due:%Y-%m-%d} ")
            text.append_text(plain(f"{line.case.code}: {one.words}\n"))
    return text
