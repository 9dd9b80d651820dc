"""Supervision: the meetings with a supervisor, what is brought to them, and what the practitioner takes from them."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import OptionList, Static

from vigtui.commands import LISTS, SUPERVISION
from vigtui.domain.errors import ConsentMissing, NotSensible, VigError
from vigtui.domain.hours import hours, read_minutes
from vigtui.domain.packs import Pack
from vigtui.domain.record import read_date, read_number
from vigtui.domain.supervision import Supervision
from vigtui.screens.base import Desk, VigScreen
from vigtui.screens.dialogs import Answers, Ask, FormDialog, PickDialog, TickDialog
from vigtui.screens.supervision_page import SupervisionPageScreen
from vigtui.services import supervision
from vigtui.services.supervision import SupervisionLog
from vigtui.widgets.bindings import bindings
from vigtui.widgets.chrome import BottomLine, Heading
from vigtui.widgets.fields import DateField, Field, LineField
from vigtui.widgets.lists import RecordList
from vigtui.widgets.notes import NoteField
from vigtui.widgets.page import ScrollingPage
from vigtui.widgets.words import column, one_line, sign


def _day(words: str) -> date:
    day = read_date(words)
    if day is None:
        raise NotSensible("A meeting has a day.", "The old one stays. Write it as year-month-day.")
    return day


def _minutes(words: str) -> int:
    return read_number(words) if words.strip() else 0


_PARSERS: dict[str, Callable[[str], Any]] = {
    "held_on": _day,
    "minutes": _minutes,
    "signed_off_on": read_date,
}
"""How the typed words of a field become its value; words stay words elsewhere."""


class SupervisionScreen(VigScreen):
    """The log of supervision; belongs to no case."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SUPERVISION)]
    here = "supervision"
    places = (SUPERVISION, LISTS)
    undo_scope = supervision.SCOPE

    def __init__(self, desk: Desk, chosen: str | None = None) -> None:
        super().__init__(desk)
        self.logbook: SupervisionLog
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        yield Heading("", id="heading")
        with ScrollingPage():
            yield RecordList(id="meetings", empty="No supervision yet. a adds one; b then says which cycles you bring.")
            yield Static("", id="brought")
            yield DateField("Held on", id="held_on", read=_nothing, save=_unaimed)
            yield LineField("Supervisor", id="supervisor", read=_nothing, save=_unaimed)
            yield LineField("Minutes", id="minutes", read=_nothing, save=_unaimed)
            yield NoteField(
                "Your question",
                id="question",
                read=_nothing,
                save=_unaimed,
                placeholder="what you would like to look at together",
            )
            yield NoteField(
                "Your own work, in your eyes",
                id="self_rating",
                read=_nothing,
                save=_unaimed,
                placeholder="in free words; r rates it on your service's rubric, where its pack has one",
            )
            yield NoteField(
                "What you learned", id="learning", read=_nothing, save=_unaimed, placeholder="what you take along"
            )
            yield DateField(
                "Signed off on", id="signed_off_on", read=_nothing, save=_unaimed, placeholder="s signs off today"
            )
        yield BottomLine()

    async def on_mount(self) -> None:
        self.query_one("#meetings").focus()

    @property
    def meeting(self) -> Supervision | None:
        """The highlighted meeting."""
        return self.logbook.meeting(self.query_one("#meetings", RecordList).highlighted_id)

    async def _read(self) -> None:
        self.logbook = await self.desk.library.aread(supervision.load)

    async def reload(self) -> None:
        await self.read_as_it_is(self._read)
        many = len(self.logbook.meetings)
        said = f"{many} {'meeting' if many == 1 else 'meetings'}, {hours(self.logbook.minutes)}" if many else ""
        self.query_one(Heading).show(("vigtui", "Supervision"), said)
        self.query_one("#meetings", RecordList).show([(one.id, self._row(one)) for one in self.logbook.meetings])
        if self._chosen:
            self.query_one("#meetings", RecordList).choose(self._chosen)
            self._chosen = None
        self._aim()

    def _row(self, meeting: Supervision) -> Text:
        row = Text(f" {meeting.held_on:%Y-%m-%d} ", no_wrap=True, overflow="ellipsis")
        row.append(f"{hours(meeting.minutes):<13}", "bold")
        row.append_text(column(meeting.supervisor, 16))
        row.append(f"{sign('done')} signed off " if meeting.signed_off_on else "")
        row.append_text(one_line(meeting.question or self._brought(meeting), "dim"))
        return row

    def _brought(self, meeting: Supervision) -> str:
        return ", ".join(one.words for one in self.logbook.brought[meeting.id])

    def _aim(self) -> None:
        """Aim the fields at the highlighted meeting."""
        meeting = self.meeting
        brought = Text(" brought (b)  ", "dim")
        brought.append_text(one_line((self._brought(meeting) if meeting else "") or "no cycle yet", "not dim bold"))
        self.query_one("#brought", Static).update(brought)
        self.query_one("#brought").display = meeting is not None
        for field in self.query(Field):
            field.display = meeting is not None
            aim = (meeting.id, field.id) if meeting and field.id else None
            if aim is None:
                field.aim(self.logbook, read=_nothing, save=_unaimed)
            elif field.aimed_at != aim:
                field.aim(self.logbook, read=_reader(*aim), save=_saver(*aim))
            else:
                field.show(self.logbook)
            field.aimed_at = aim

    @on(OptionList.OptionHighlighted, "#meetings")
    def meeting_highlighted(self) -> None:
        """Another meeting."""
        self._aim()

    @on(RecordList.Asked, "#meetings")
    async def meetings_asked(self, event: RecordList.Asked) -> None:
        """Add, edit or remove a meeting."""
        if event.wish == "add":
            self._add()
        elif event.wish == "edit":
            self.query_one("#question", Field).editor.focus()
        elif event.record_id:
            record_id = event.record_id
            await self.change(lambda work: supervision.remove(work, record_id))

    def _add(self) -> None:
        last = self.logbook.meetings[0].supervisor if self.logbook.meetings else ""
        asks = (
            Ask("held_on", "On", f"{self.desk.today:%Y-%m-%d}"),
            Ask("supervisor", "Supervisor", last),
            Ask("minutes", "How long", "1 h", hint="90 min, 1 h 30"),
        )

        async def keep(answers: Answers) -> None:
            held_on, minutes = _day(answers["held_on"]), read_minutes(answers["minutes"])
            made = await self.save(lambda work: supervision.add(work, held_on, answers["supervisor"], minutes))
            await self.reload()
            self.query_one("#meetings", RecordList).choose(made.id)

        self.app.push_screen(FormDialog("Add a supervision", asks, keep))

    def _need_meeting(self) -> Supervision | None:
        meeting = self.meeting
        if meeting is None:
            self.say("Add a supervision first, with a.")
        return meeting

    def leave_field(self) -> bool:
        self.query_one("#meetings").focus()
        return True

    async def action_training(self) -> None:
        """Go to the training log."""
        if await self.flush():
            from vigtui.screens.places import log_screen

            await self.app.switch_screen(log_screen(self.desk, "training"))

    def action_bring(self) -> None:
        """Say which cycles are brought."""
        meeting = self._need_meeting()
        if meeting is None:
            return
        if not self.logbook.cycles:
            self.say("There is no case in the library yet.")
            return
        there = {one.cycle_id for one in self.logbook.brought[meeting.id]}
        ticks = [(one.cycle_id, one.words, one.cycle_id in there) for one in self.logbook.cycles]

        async def toggle(cycle_id: str, on: bool) -> None:
            await self.change(lambda work: supervision.bring(work, meeting.id, cycle_id, on))

        self.app.push_screen(TickDialog("Which cycles do you bring?", ticks, toggle))

    async def action_sign_off(self) -> None:
        """Signed off today, or not."""
        if meeting := self._need_meeting():
            day = None if meeting.signed_off_on else self.desk.today
            await self.change(lambda work: supervision.change(work, meeting.id, signed_off_on=day))

    # Own rating of own work

    def action_rate(self) -> None:
        """Rate own work on a rubric; without one the free text is the place."""
        meeting = self._need_meeting()
        if meeting is None:
            return
        brought = tuple(one.pack for one in self.logbook.brought[meeting.id])
        packs = supervision.rubrics(self.desk.packs.all(), brought)
        if not packs:
            self.query_one("#self_rating", Field).editor.focus()
            self.say("No pack has a rubric, so this is free text. A service writes one as [rubric] in its pack.")
        elif len(packs) == 1:
            self._ask_ratings(meeting, packs[0])
        else:

            def then(pack_id: str | None) -> None:
                for pack in packs:
                    if pack.id == pack_id:
                        self._ask_ratings(meeting, pack)

            choices = [(pack.id, pack.name) for pack in packs]
            self.app.push_screen(PickDialog("On the rubric of which pack?", choices), then)

    def _ask_ratings(self, meeting: Supervision, pack: Pack) -> None:
        rubric = pack.rubric
        before = supervision.rated(rubric, meeting.self_rating)
        asks = []
        for item in rubric.items:
            levels = tuple((level, level) for level in item.levels or rubric.levels)
            asks.append(Ask(item.id, item.words, before.get(item.id, ""), choices=(("", "–"), *levels)))

        async def keep(answers: Answers) -> None:
            words = supervision.rate(rubric, meeting.self_rating, answers)
            await self.save(lambda work: supervision.change(work, meeting.id, self_rating=words))
            await self.reload()

        intro = "Your own eye on your own work; the words are kept as they are here. ←→ choose, tab goes on."
        self.app.push_screen(FormDialog("How do you see your own work?", asks, keep, intro=intro, about=meeting.id))

    # The page

    async def action_page(self) -> None:
        """Show the page for the meeting. Where consent is missing, only a written reason goes past it."""
        meeting = self._need_meeting()
        if meeting is not None and await self.flush():
            await self._show_page(meeting.id, None)

    async def _show_page(self, meeting_id: str, reason: str | None) -> None:
        try:
            page = await self.save(lambda work: supervision.open_page(work, meeting_id, without_consent=reason))
        except ConsentMissing as missing:
            self._ask_reason(meeting_id, missing)
            return
        except VigError as error:
            self.tell(error)
            return
        await self.app.push_screen(SupervisionPageScreen(self.desk, page, reason or ""))

    def _ask_reason(self, meeting_id: str, missing: ConsentMissing) -> None:
        async def keep(answers: Answers) -> None:
            if not answers["why"].strip():
                raise NotSensible(
                    "Going on without consent needs a written reason.", "Or press esc; nothing was shown."
                )

        async def then(answers: Answers | None) -> None:
            if answers is not None:
                await self._show_page(meeting_id, answers["why"])

        intro = (
            f"{missing.summary}\n{missing.remedy}\n\nTo go on all the same, write why; it is kept in the audit trail."
        )
        ask = Ask("why", "Reason")
        self.app.push_screen(FormDialog("Nothing is shown yet", [ask], keep, intro=intro, about=meeting_id), then)


def _nothing(log: Any) -> str:
    return ""


def _unaimed(work: Any, words: str) -> None:
    """A field that is aimed at nothing saves nothing."""
    raise VigError("There is nothing this could belong to.", "Add a supervision first.")


def _reader(meeting_id: str, name: str) -> Callable[[Any], str]:
    def read(log: Any) -> str:
        meeting = log.meeting(meeting_id)
        value = getattr(meeting, name) if meeting else None
        return "" if value is None else str(value)

    return read


def _saver(meeting_id: str, name: str) -> Callable[[Any, str], object]:
    parse = _PARSERS.get(name, str)
    return lambda work, words: supervision.change(work, meeting_id, **{name: parse(words)})
