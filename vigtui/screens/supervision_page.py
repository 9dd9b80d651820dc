"""The page for a supervision: the question, where the work stands, and the clips of both films. Opened behind the consent gate."""

import asyncio
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import OptionList, Static

from vigtui import papers
from vigtui.commands import SUPERVISION_PAGE
from vigtui.domain.consent import Purpose
from vigtui.domain.errors import NotFound, PackError, VigError
from vigtui.domain.hours import hours
from vigtui.domain.packs import Pack
from vigtui.domain.timecode import Millis, format_length, format_time
from vigtui.reports.writing import format_of, lacking, write_file
from vigtui.screens.base import Desk
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.screens.playing import WithFilm
from vigtui.screens.writing import path_of_words
from vigtui.services import reporting, supervision
from vigtui.services.films import showing_of
from vigtui.services.ports import Work
from vigtui.services.reporting import Page
from vigtui.services.supervision import BroughtCycle, SupervisionClip, SupervisionPage
from vigtui.widgets.bindings import bindings
from vigtui.widgets.chrome import BottomLine, Heading
from vigtui.widgets.film_view import FilmView
from vigtui.widgets.lists import RecordList
from vigtui.widgets.moment_words import principles
from vigtui.widgets.page import ScrollingPage
from vigtui.widgets.words import column, one_line, plain


class SupervisionPageScreen(WithFilm):
    """What is looked at together; enter plays a clip."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SUPERVISION_PAGE)]
    places = (SUPERVISION_PAGE,)
    undo_scope = supervision.SCOPE

    def __init__(self, desk: Desk, page: SupervisionPage, reason: str = "") -> None:
        super().__init__(desk)
        self._page = page
        self._reason = reason
        self._clips = {one.moment.id: one for shown in page.cycles for one in shown.clips}

    def compose(self) -> ComposeResult:
        yield Heading("", id="heading")
        with ScrollingPage():
            yield Static(self._meeting(), id="meeting")
            yield Static("Clips", classes="section")
            yield RecordList(id="shown", empty="No clip: choose them on F5 of a cycle that you bring.", actions=())
            yield Static("Where the work stands", classes="section")
            yield Static(self._work(), id="work")
        yield FilmView(id="film", classes="over")
        yield BottomLine()

    async def on_mount(self) -> None:
        self.show_view()
        meeting = self._page.meeting
        brought = ", ".join(f"{one.file.case.code} cycle {one.cycle.number}" for one in self._page.cycles)
        self.query_one(Heading).show(("vigtui", "Supervision", f"{meeting.held_on:%Y-%m-%d}"), brought)
        rows = [(one.moment.id, self._row(shown, one)) for shown in self._page.cycles for one in shown.clips]
        self.query_one("#shown", RecordList).show(rows)
        self.query_one("#shown").focus()

    def _meeting(self) -> Text:
        meeting = self._page.meeting
        text = plain(f"With {meeting.supervisor}, {hours(meeting.minutes)}")
        for label, words in (("My question", meeting.question), ("My own work, in my eyes", meeting.self_rating)):
            if words.strip():
                text.append(f"\n{label}\n", "bold").append_text(plain(words))
        return text

    def _pack(self, shown: BroughtCycle) -> Pack | None:
        try:
            return self.desk.packs.get(shown.file.case.pack)
        except (NotFound, PackError):
            return None

    def _row(self, shown: BroughtCycle, one: SupervisionClip) -> Text:
        moment, pack = one.moment, self._pack(shown)
        place = f"clip {one.clip.position}" if one.clip else one.film.label
        row = column(f" {shown.file.case.code} {shown.cycle.number}", 12, "bold")
        row.append_text(column(place, 15))
        row.append(f"{format_time(moment.in_ms)} ", "bold")
        row.append("still   " if moment.still else f"{format_length(moment.length_ms):<8}", "dim")
        row.append_text(one_line((one.clip.why if one.clip else "") or moment.note))
        if pack and (seen := principles(shown.file, pack, moment)):
            whose = supervision.dyad_words(pack, one.film)
            row.append("\n             ").append_text(one_line(f"{whose}: {seen}" if whose else seen, "dim"))
        row.no_wrap, row.overflow = True, "ellipsis"
        return row

    def _work(self) -> Text:
        text = Text()
        for shown in self._page.cycles:
            text.append_text(one_line(papers.heading_of(shown), "bold"))
            for label, words in supervision.summary(shown):
                text.append(f"\n {label:<17} ", "dim").append_text(one_line(words))
            text.append("\n\n")
        text.rstrip()
        return text if text.plain else Text("No cycle is brought yet: b on the meeting says which.", "italic")

    @on(OptionList.OptionSelected, "#shown")
    async def clip_selected(self) -> None:
        """Enter on a clip plays it."""
        await self.action_play()

    async def action_play(self) -> None:
        """Play the highlighted clip once; pause where one plays."""
        one = self._clips.get(self.query_one("#shown", RecordList).highlighted_id or "")
        player = self.desk.player
        try:
            if player.state.playing:
                await player.pause()
            elif one:
                await self._play(one)
        except VigError as error:
            self.tell(error)

    async def _play(self, one: SupervisionClip) -> None:
        player, showing = self.desk.player, showing_of(self.desk.library.folder, one.film)
        if not player.state.shows(showing):
            await player.open(showing, at=Millis(one.moment.in_ms))
        self.fill_terminal(True)
        await player.set_speed(one.clip.speed if one.clip else 1.0)
        await player.set_volume(one.clip.volume if one.clip else 100)
        if one.moment.still:
            await player.seek(one.moment.in_ms)
        else:
            await player.play_span(one.moment.span)

    # On paper

    def action_write(self) -> None:
        """Ask for a file and write the page; each case brought keeps a line of it."""
        meeting, cycles = self._page.meeting, self._page.cycles
        if not cycles:
            self.say("Bring a cycle first: esc, then b.")
            return

        async def keep(answers: Answers) -> None:
            target = path_of_words(answers["to"])
            form, folder = format_of(target), self.desk.library.folder
            brought = [(one, self._pack(one)) for one in cycles]
            document = papers.supervision_paper(meeting, brought, self.desk.today)
            words, lacks = await asyncio.to_thread(lambda: (write_file(document, form), lacking(document, form)))

            def job(work: Work) -> None:
                for one in cycles:
                    page = Page("supervision", one.cycle.number, words, Purpose.SUPERVISION, self._reason)
                    reporting.keep(work, one.file, page, target, library=folder)

            await self.save(job, remembered=False)
            self.say(f"Written: {target.absolute()}")
            if lacks:
                self.warn(lacks)

        default = Path.home() / f"supervision-{meeting.held_on:%Y-%m-%d}.html"
        intro = (
            "The name's end says what is written: .html or .pdf to print, .md or .txt. A file of that name is replaced."
        )
        self.app.push_screen(
            FormDialog(
                "Write the page for supervision", [Ask("to", "File", str(default))], keep, intro=intro, is_passing=True
            )
        )

    async def go_back(self) -> None:
        """Stop what plays, and one screen back."""
        if self.desk.player.state.playing:
            await self.action_play()
        await super().go_back()
