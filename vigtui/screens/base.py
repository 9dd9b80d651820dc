"""What every screen shares: the desk, saving and saying so, and the case file that is read again after each change."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on
from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Key, Unmount
from textual.screen import Screen

from vigtui.commands import EVERYWHERE, IN_A_CASE
from vigtui.domain.case import Case, CaseStatus
from vigtui.domain.casefile import CaseFile
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import LibraryError, NotFound, VigError
from vigtui.domain.record import Record
from vigtui.domain.sitting import Sitting
from vigtui.domain.workflow import Stage, next_step, rail
from vigtui.screens.drafting import ending_draft
from vigtui.screens.keeping import KeepsFields
from vigtui.screens.opening import FOCUSED, Opening
from vigtui.services import cases, editing, finding
from vigtui.services.packs import PackShelf
from vigtui.services.ports import Hit, Library, Media, Player, Work
from vigtui.settings import Settings
from vigtui.terminal_answers import Answers
from vigtui.whereabouts import Held
from vigtui.widgets.bindings import bindings
from vigtui.widgets.chrome import BottomLine, Heading, Rail, SavedMark
from vigtui.widgets.editors import Editor
from vigtui.widgets.fields import ChoiceField, Field, Save
from vigtui.widgets.lists import RecordList
from vigtui.widgets.page import ScrollingPage
from vigtui.widgets.words import plain

if TYPE_CHECKING:
    from vigtui.domain.packs import Pack
    from vigtui.screens.errand import Errand
    from vigtui.screens.intake import IntakeQueue
    from vigtui.screens.jobs import Job
    from vigtui.screens.looking import Looker

T = TypeVar("T")

SLOW = 2.0
"""Seconds after which it is said that a save takes long; it is given up, and tried again, after ten."""
_SLOW_WORDS = (
    "The library cannot be written at the moment; another program may be holding it.\n"
    "Nothing is lost: what you did stays here and is written as soon as that is possible."
)
WARN_SECONDS = 10.0
"""How long a warning stands."""
LOOK_EVERY = 1.0
"""Seconds between two looks whether another program changed the library."""


@dataclass
class Desk:
    """What lies on the desk: the library, the player, the packs, the media tools and the settings."""

    library: Library
    player: Player
    packs: PackShelf
    media: Media
    settings: Settings
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    config: Path | None = None
    """Where the settings are; None where nothing is remembered."""
    answers: Answers = field(default_factory=Answers)
    """What the terminal said it can show."""
    intake: "IntakeQueue | None" = None
    """Films on their way into the library; made when the first is added."""
    errand: "Errand | None" = None
    """A bundle that is being made or taken in."""
    jobs: "list[Job[Any]]" = field(default_factory=list)
    """Long work that goes on behind the screens."""
    next_job: "Job[Any] | None" = None
    """Work that a form made ready; it begins when the form is gone."""
    told: dict[str, float] = field(default_factory=dict)
    """When each warning was shown last, in seconds of the monotonic clock."""
    looker: "Looker | None" = None
    """Lanes and stills on their way; made when the workbench is first opened."""
    known: cases.Known | None = None
    """The case that was read last."""
    saved_at: datetime | None = None
    """When the last change was saved."""
    saves: int = 0
    """How many changes were saved."""
    sitting: Sitting | None = None
    """Where one is, for the next start; None before the first case is opened."""
    held: Held | None = None
    """What the film showed where a line broke, until the screen it was on has taken it up."""
    open_drafts: set[str] = field(default_factory=set)
    """Drafts whose forms are open here."""
    opened: set[str] = field(default_factory=set)
    """Cases opened in this sitting, each of which the audit trail tells once."""

    @property
    def today(self) -> date:
        """The day it is here."""
        return self.clock().astimezone().date()

    async def keep_place(
        self, place: str = "today", case_id: str | None = None, cycle: int | None = None, *, ended: bool = False
    ) -> None:
        """Keep where one is. Raises LibraryError."""
        before = self.sitting

        def job(work: Work) -> Sitting:
            first = before or Sitting(
                id=work.new_id(), host=socket.gethostname(), pid=os.getpid(), actor=work.actor, began_at=work.now
            )
            sitting = replace(first, place=place, case_id=case_id, cycle=cycle, ended_at=work.now if ended else None)
            work.sit(sitting)
            if case_id and case_id not in self.opened:
                work.audit("case opened", case_id)
            return sitting

        self.sitting = await self.library.achange(job, remembered=False)
        if case_id:
            self.opened.add(case_id)


def saver(kind: type[Record], record_id: str, name: str, what: str, parse: Callable[[str], Any] = str) -> Save:
    """How a field of one record is saved: parsed, then set."""

    def save(work: Work, words: str) -> Record:
        return editing.set_field(work, kind, record_id, name, parse(words), what)

    return save


class VigScreen(KeepsFields, Opening, Screen[Any]):
    """A screen with a desk, a heading and a bottom line. Shows errors as sentences and says when a change was saved."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(EVERYWHERE)]
    focused = FOCUSED

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._version: int | None = None

    # What a screen gives

    undo_scope: str | None = None
    """Case whose changes undo takes back; None for the whole library."""

    here = "today"
    """Its name, by which somebody comes back here."""

    places: tuple[str, ...] = ()
    """Places of the command table that `?` shows here."""

    async def reload(self) -> None:
        """Read again from the library and show it."""

    async def read_as_it_is(self, read: Callable[[], Awaitable[None]]) -> None:
        """Read, and once more where something was saved meanwhile: shown, it would stand in the place of what was typed."""
        saves = None
        while saves != self.desk.saves:
            saves = self.desk.saves
            await read()

    # Saving

    async def change(self, job: Callable[[Work], T], *, merge: str | None = None, remembered: bool = True) -> T | None:
        """Carry out a change, say that it is saved, and show the library as it is then. An error is told; None then."""
        try:
            result = await self.save(job, merge=merge, remembered=remembered)
        except VigError as error:
            self.tell(error)
            return None
        await self.reload()
        return result

    async def save(self, job: Callable[[Work], T], *, merge: str | None = None, remembered: bool = True) -> T:
        """Carry out a change and say that it is saved. Raises VigError."""
        self.query_one(SavedMark).saving()
        slow = asyncio.get_running_loop().call_later(SLOW, self.warn, _SLOW_WORDS)
        try:
            result = await self.desk.library.achange(ending_draft(job), merge=merge, remembered=remembered)
        except VigError:
            self.query_one(SavedMark).waiting()
            raise
        finally:
            slow.cancel()
        self._saved()
        return result

    def _saved(self) -> None:
        self.desk.saves += 1
        self.desk.saved_at = self.desk.clock()
        self.query_one(SavedMark).saved(self.desk.saved_at)

    def tell(self, error: VigError) -> None:
        """Show an error: what happened, what is safe, what to do. One that still stands there is not shown twice."""
        self.warn(f"{error.summary}\n{error.remedy}")

    def warn(self, words: str) -> None:
        """Show sentences for ten seconds."""
        now = time.monotonic()
        if now - self.desk.told.get(words, -WARN_SECONDS) >= WARN_SECONDS:
            self.desk.told[words] = now
            self.notify(plain(words).plain, severity="warning", timeout=WARN_SECONDS, markup=False)

    def say(self, words: str) -> None:
        """Show a short notice."""
        self.notify(plain(words).plain, timeout=4, markup=False)

    # Others' changes

    @on(Unmount)
    def let_go(self) -> None:
        """Have Textual let go of what was drawn here: a cache of its methods keeps it (Textualize/textual issue 6665)."""
        StylesCache.get_inner_outer.cache_clear()

    async def on_mount(self) -> None:
        if self.desk.saved_at:
            self.query_one(SavedMark).saved(self.desk.saved_at)
        await self.reload()
        self._version = await self.desk.library.version()
        self.set_interval(LOOK_EVERY, self.look_for_others)

    async def reload_when_back(self) -> None:
        """Read again where this screen comes to the front once more; the first time it has just been read."""
        if self._was_front:
            await self.reload()

    async def look_for_others(self) -> None:
        """Show what another program changed."""
        try:
            version = await self.desk.library.version()
            if version != self._version:
                self._version = version
                if self.is_current:
                    await self.reload()
        except VigError as error:
            self.tell(error)

    # Commands everywhere

    async def action_undo(self) -> None:
        """Take back the last change."""
        await self._go_through_history(self.desk.library.undo, "Undone", "There is nothing to undo here.")

    async def action_redo(self) -> None:
        """Make again what was taken back."""
        await self._go_through_history(self.desk.library.redo, "Redone", "There is nothing to redo here.")

    async def _go_through_history(self, step: Callable[[str | None], Any], said: str, nothing: str) -> None:
        await self.flush()
        try:
            label = await step(self.undo_scope)
        except VigError as error:
            self.tell(error)
            return
        self._saved()
        self.say(f"{said}: {label}" if label else nothing)  # first: it comes up while the library is read
        await self.show_history()

    async def show_history(self) -> None:
        """Show what undo or redo has changed."""
        await self.reload()

    async def action_leave(self) -> None:
        """Leave the text field; outside of one, leave the screen."""
        if isinstance(self.focused, Editor) and self.leave_field():
            return
        await self.go_back()

    def on_key(self, event: Key) -> None:
        """Out of all fields and lists `a` adds to the first list that grows, as its own words say."""
        first = next((one for one in self.query(RecordList) if one.grows and one.display), None)
        if event.key == "a" and self.focused is None and first is not None:
            event.stop()
            first.focus()
            first.action_add()

    def leave_field(self) -> bool:
        """Move the focus out of a text field; whether there was somewhere to go."""
        self.set_focus(None)
        return True

    async def go_back(self) -> None:
        """One screen back."""
        if await self.flush():
            self.dismiss(None)

    async def action_search(self) -> None:
        """Search everything that was typed, and open what is chosen where it stands."""
        from vigtui.screens.search import SearchScreen

        async def then(hit: Hit | None) -> None:
            if hit is not None and hit.case_id is not None:
                await self._open_hit(hit, hit.case_id)
            elif hit is not None:
                await self.open_log(finding.log_of(hit), hit.row_id)

        if await self.flush():
            self.app.push_screen(SearchScreen(self.desk), then)

    async def _open_hit(self, hit: Hit, case_id: str) -> None:
        try:
            file = await self.desk.library.aread(lambda work: cases.load(work, case_id))
            here, cycle_number = finding.place_of(file, hit)
            await self.open_place(here, case_id, cycle_number)
        except VigError as error:
            self.tell(error)

    async def open_log(self, log: str, row_id: str | None = None) -> None:
        """Open “supervision” or “training” on top of this screen, with one of its rows highlighted."""
        from vigtui.screens.places import log_screen

        await self.app.push_screen(log_screen(self.desk, log, row_id))

    async def open_place(self, here: str, case_id: str, cycle_number: int | None) -> None:
        """Open a screen of a case on top of this one. Raises NotFound."""
        from vigtui.screens.places import screen_for

        await self.app.push_screen(await screen_for(self.desk, here, case_id, cycle_number))

    def action_history(self) -> None:
        """Show what was changed here, in this case or in the library."""
        from vigtui.screens.past import HistoryScreen

        self.app.push_screen(HistoryScreen(self.desk, self.undo_scope))

    async def action_lock(self) -> None:
        """Cover the screen; the app saves every field first."""
        await self.app.run_action("app.lock")

    async def action_quit(self) -> None:
        """Close vigtui; the app saves every field first."""
        await self.app.action_quit()

    def action_help(self) -> None:
        """Show all keys of this place."""
        from vigtui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.places))


class CaseScreen(VigScreen):
    """A screen inside a case: heading, rail, a page, bottom line; and the case file behind them."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(IN_A_CASE)]

    here = "case"
    """The stage on screen, as the rail marks it."""
    is_live = False

    def what_is_on(self) -> Held | None:
        """What the film shows on this screen; None where it has none."""
        return None

    """Whether a shared review is under way on it."""

    def __init__(self, desk: Desk, case_id: str, cycle_number: int | None = None) -> None:
        super().__init__(desk)
        self.case_id = case_id
        self.undo_scope = case_id
        self.cycle_number = cycle_number
        self.file: CaseFile
        self.pack: Pack

    async def on_mount(self) -> None:
        if self.case_id in self.desk.opened:
            self.call_after_refresh(lambda: self.app.run_worker(self._keep_place(), group="place"))
        else:
            await self._keep_place()  # that somebody saw the case is written down before they see it

    async def _keep_place(self) -> None:
        try:
            await self.desk.keep_place(self.here, self.case_id, self.cycle_number)
        except LibraryError as error:
            self.tell(error)

    def compose(self) -> ComposeResult:
        yield Heading("", id="heading")
        yield Rail("", id="rail")
        with ScrollingPage():
            yield from self.compose_page()
        yield BottomLine()

    def compose_page(self) -> ComposeResult:
        """What stands between rail and bottom line."""
        yield from ()

    @property
    def cycle(self) -> Cycle:
        """The cycle on screen: the one asked for, else the open one."""
        if self.cycle_number is None:
            return self.file.cycle_now
        return self.file.cycle(self.cycle_number)

    def pack_field(self) -> ChoiceField:
        """The case's way of working, to be switched; nothing is lost by it."""

        def switch(work: Work, pack_id: str) -> Case:
            file, packs = cases.load(work, self.case_id), self.desk.packs
            return cases.switch_pack(work, file, packs.get(file.case.pack), packs.get(pack_id))

        return ChoiceField(
            "Way of working",
            [(pack.id, pack.name) for pack in self.desk.packs.all()],
            read=lambda file: str(file.case.pack),
            save=switch,
            id="way-of-working",
        )

    async def read_file(self) -> None:
        """Read the case and its pack. Raises NotFound where the case is gone."""
        known = self.desk.known
        self.desk.known = await self.desk.library.aread(lambda work: cases.latest(work, self.case_id, known))
        self.file = self.desk.known[0]
        self.pack = self.desk.packs.get(self.file.case.pack)
        if self.cycle_number is None:
            self.cycle_number = self.file.cycle_now.number

    async def reload(self) -> None:
        try:
            await self.read_as_it_is(self.read_file)
            _ = self.cycle
        except NotFound as gone:
            self.tell(gone)
            self.dismiss(None)
            return
        if not self.is_attached:
            return  # it was left while the case was read
        self.show_chrome()
        for field_ in self.query(Field):
            field_.show(self.file)
        self.show_file()

    def show_chrome(self) -> None:
        """Show heading and rail."""
        step = next_step(self.file, self.desk.today, self.pack.counts, self.pack.way)
        due = f" ({step.due:%a %d %b})" if step and step.due else ""
        is_open = self.file.case.status is CaseStatus.OPEN
        self.query_one(Heading).show(
            ("vigtui", self.file.case.code, f"cycle {self.cycle.number}", self.here.capitalize()),
            f"{'' if is_open else 'paused; '}{step.words}{due}" if step else "closed",
            bool(step and step.overdue and is_open),
        )
        states = rail(self.file, self.cycle, self.desk.today, self.pack.way)
        self.query_one(Rail).show(self.cycle.number, states, self.here)

    def show_file(self) -> None:
        """Show the case file in the page's own widgets."""

    # Going through the case

    async def go(self, here: str, cycle_number: int | None = None) -> None:
        """Go to another screen of this case."""
        if await self.flush():
            from vigtui.screens.places import screen_for

            try:
                screen = await screen_for(self.desk, here, self.case_id, cycle_number or self.cycle_number)
            except VigError as error:
                self.tell(error)
                return
            await self.app.switch_screen(screen)

    async def open_place(self, here: str, case_id: str, cycle_number: int | None) -> None:
        """Go to a screen of this case, or of another, in the place of this one. Raises NotFound."""
        from vigtui.screens.places import screen_for

        if await self.flush():
            await self.app.switch_screen(await screen_for(self.desk, here, case_id, cycle_number))

    async def action_to_case(self) -> None:
        """Go to the case."""
        await self.go("case")

    async def action_to_goals(self) -> None:
        """Go to question and goals."""
        await self.go(Stage.GOALS)

    async def action_to_film(self) -> None:
        """Go to plan and films."""
        await self.go(Stage.FILM)

    async def action_to_clips(self) -> None:
        """Go to the workbench."""
        await self.go(Stage.CLIPS)

    async def action_to_review(self) -> None:
        """Go to the shared review."""
        await self.go(Stage.REVIEW)

    async def action_to_wrap_up(self) -> None:
        """Go to the wrap-up."""
        await self.go(Stage.WRAP_UP)

    async def action_cut_clips(self) -> None:
        """Cut clips of the shortlist into a folder, behind their consent."""
        from vigtui.screens.cutting import ask_and_cut

        await ask_and_cut(self)

    async def action_to_progress(self) -> None:
        """Go to the progress over the cycles."""
        await self.go("progress")

    async def action_to_ending(self) -> None:
        """Go to the end of the case."""
        await self.go("ending")

    async def action_next_step(self) -> None:
        """Go where the next step is."""
        step = next_step(self.file, self.desk.today, self.pack.counts, self.pack.way)
        if step:
            await self.go(step.stage, step.cycle)

    async def action_previous_cycle(self) -> None:
        """Show the cycle before."""
        await self._other_cycle(-1)

    async def action_next_cycle(self) -> None:
        """Show the cycle after."""
        await self._other_cycle(1)

    async def _other_cycle(self, by: int) -> None:
        numbers = sorted(cycle.number for cycle in self.file.cycles)
        at = numbers.index(self.cycle.number) + by
        if 0 <= at < len(numbers):
            await self.go(self.here, numbers[at])
        else:
            self.say("There is no other cycle that way.")

    async def action_finish(self) -> None:
        """Finish the stage on screen; without anything to finish, go to the next step."""
        await self.action_next_step()
