"""Ending: first against last clips, the last ratings, the record of strengths, what is handed over, follow-ups, closing."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import OptionList, Static

from vigtui.commands import ENDING, IN_A_CASE, LISTS, of
from vigtui.domain.case import Case, CaseStatus, FollowUp
from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.errors import ConsentMissing, NotSensible, VigError
from vigtui.domain.goal import Occasion
from vigtui.domain.record import read_date
from vigtui.domain.timecode import Span, format_length
from vigtui.domain.workflow import retain_until
from vigtui.screens.base import Desk
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.screens.playing import ON_ITS_WAY, PlayheadMoved, PlayingScreen, in_turn
from vigtui.screens.rating import ask_ratings
from vigtui.screens.writing import last_cycle, write_strengths
from vigtui.services import cases, ending
from vigtui.services.ending import Pair
from vigtui.services.ports import Work
from vigtui.widgets.bindings import bindings
from vigtui.widgets.film_view import FilmView
from vigtui.widgets.lists import RecordList
from vigtui.widgets.notes import NoteField
from vigtui.widgets.ratings_chart import ratings_chart
from vigtui.widgets.words import column, one_line, plain, sign

_IN_WINDOW = ("show-clip", "play-pause", "black", "full-screen")


class EndingScreen(PlayingScreen):
    """How a case ends, and what stays."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ENDING)]
    here = "ending"
    places = (ENDING, LISTS, IN_A_CASE)
    window_keys = {
        key: command.action
        for command in of(ENDING)
        for key in command.keys.split(",")
        if command.id.partition(".")[2] in _IN_WINDOW
    }

    def __init__(self, desk: Desk, case_id: str, cycle_number: int | None = None) -> None:
        super().__init__(desk, case_id, cycle_number)
        self._shown: tuple[str, str] | None = None
        """Ids of the pair and of its clip whose picture stands on the client's screen."""
        self._full = False

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield FilmView(id="film", classes="over")

    def compose_page(self) -> ComposeResult:
        client = self.pack.role("client").name
        yield Static("", id="standing")
        yield Static("First against last clips: enter shows the one, then the other", classes="section")
        yield Static("", id="sides")
        yield RecordList(id="pairs", empty="Clips of two cycles are needed: F5 chooses them.", actions=())
        yield Static("Last ratings", classes="section")
        yield Static("", id="chart")
        yield Static(plain(f"Record of strengths, in the {client}'s words"), classes="section")
        yield NoteField(
            "g gathers them from all cycles",
            id="strengths-record",
            read=_reader("strengths_record"),
            save=self._saver("strengths_record", "record of strengths"),
            placeholder="a page for the family to keep",
        )
        yield Static("Handed over", classes="section")
        yield NoteField(
            f"What the {client} keeps; k adds the clips",
            id="handed-over",
            read=_reader("handed_over"),
            save=self._saver("handed_over", "what was handed over"),
            placeholder="clips, stills, the record of strengths; when and how",
        )
        yield Static("Follow-up", classes="section")
        months = " and ".join(str(count) for count in self.pack.counts.follow_up_months)
        yield RecordList(
            id="follow-ups",
            empty=f"None planned. s plans them {months} months after the last review; a adds another day."
            if months
            else "None planned. a adds a day.",
        )

    def _saver(self, name: str, what: str) -> Callable[[Work, str], object]:
        return lambda work, words: ending.write(work, self.case_id, name, words, what)

    async def on_mount(self) -> None:
        self.listen()
        self.show_view()
        self.begin_at(self.query_one("#pairs"))

    def show_file(self) -> None:
        self.query_one("#standing", Static).update(standing_words(self.file))
        self.show_player()
        self.query_one("#chart", Static).update(
            ratings_chart(self.file) or plain(" Not rated yet. r rates.", "dim italic")
        )
        rows = [(one.id, self._follow_up_row(one)) for one in sorted(self.file.follow_ups, key=lambda one: one.due_on)]
        self.query_one("#follow-ups", RecordList).show(rows)

    # First against last clips

    def show_player(self) -> None:
        """Show the pairs, and which clip of them stands on the client's screen."""
        found = ending.ends(self.file)
        sides = self.query_one("#sides", Static)
        sides.display = found is not None
        if found:
            text = column("", 3)
            for cycle, words in zip(found, ("first", "last"), strict=True):
                text.append_text(column(f"cycle {cycle.number}, the {words} with clips", self._side, "dim"))
            if self.on_its_way or (self._shown and self.desk.player.state.fetching):
                text = column("", 3).append(ON_ITS_WAY, "bold")
            sides.update(text)
        rows = [(pair.id, self._pair_row(pair)) for pair in ending.pairs(self.file)]
        self.query_one("#pairs", RecordList).show(rows)

    @property
    def _side(self) -> int:
        """Columns of one clip of a pair."""
        return max(20, (self.size.width - 8) // 2)

    def _pair_row(self, pair: Pair) -> Text:
        row = Text("   ")
        for clip in (pair.first, pair.last):
            row.append_text(self._clip_words(pair, clip) if clip else column(sign("ahead"), self._side, "dim"))
        row.no_wrap, row.overflow = True, "ellipsis"
        return row

    def _clip_words(self, pair: Pair, clip: Clip) -> Text:
        moment = self.file.moment(clip.moment_id)
        length = "still" if moment.still else format_length(moment.length_ms)
        gone = ", the film was deleted" if self.file.film(moment.film_id).deleted_on else ""
        shown = self._shown == (pair.id, clip.id)
        mark = (sign("playing") if self.desk.player.state.playing else sign("paused")) if shown else " "
        words = f"{mark} clip {clip.position}, {length}{gone}  {moment.note or clip.why}"
        return column(words, self._side, "bold reverse" if shown else "")

    def on_playhead_moved(self, event: PlayheadMoved) -> None:
        self.show_player()

    @on(OptionList.OptionSelected, "#pairs")
    async def pair_selected(self) -> None:
        """Enter shows the clips of the pair, one after the other."""
        await self.action_show_clip()

    @in_turn
    async def action_show_clip(self) -> None:
        """The first cycle's clip of the highlighted pair; again, the last cycle's."""
        await self._show_next()

    async def _show_next(self) -> None:
        pair_id = self.query_one("#pairs", RecordList).highlighted_id
        pair = next((one for one in ending.pairs(self.file) if one.id == pair_id), None)
        if pair is None:
            self.say("There are no clips of two cycles to show.")
            return
        shown = [self._shown == (pair.id, clip.id) for clip in pair.clips]
        at = shown.index(True) + 1 if True in shown else 0
        await self._show(pair, pair.clips[at % len(pair.clips)], None)

    async def _show(self, pair: Pair, clip: Clip, reason: str | None) -> None:
        file = self.file
        try:
            await self.desk.library.achange(
                lambda work: ending.ask_to_show(work, file, pair, without_consent=reason), remembered=False
            )
        except ConsentMissing as missing:
            self._ask_reason(missing, pair, clip)
            return
        except VigError as error:
            self.tell(error)
            return
        moment, player = self.file.moment(clip.moment_id), self.desk.player
        for look in (player.set_volume(clip.volume), player.set_zoom(clip.zoom)):
            await self.drive(look)
        if not await self.show_film(self.file.film(moment.film_id), at=moment.in_ms):
            await self._darken()
            return
        self._shown = (pair.id, clip.id)
        self.fill_terminal(True)
        await self.drive(player.set_speed(clip.speed))
        if not moment.still:
            await self.drive(player.play_span(moment.span))
        self.show_player()

    def _ask_reason(self, missing: ConsentMissing, pair: Pair, clip: Clip) -> None:
        async def keep(answers: Answers) -> None:
            if not answers["why"].strip():
                raise NotSensible(
                    "Going on without consent needs a written reason.", "Or press esc; nothing was shown."
                )

        async def then(answers: Answers | None) -> None:
            if answers is not None:
                why = answers["why"]
                await self.take_turn(lambda: self._show(pair, clip, why))

        intro = (
            f"{missing.summary}\n{missing.remedy}\n\nTo go on all the same, write why; it is kept in the audit trail."
        )
        ask = Ask("why", "Reason")
        self.app.push_screen(FormDialog("Nothing is shown yet", [ask], keep, intro=intro, about=clip.id), then)

    @in_turn
    async def action_play_pause(self) -> None:
        """Play on or pause the clip that is shown; show the pair's next clip where it has run, or none is shown."""
        player = self.desk.player
        clip = next((one for one in self.file.clips if self._shown and one.id == self._shown[1]), None)
        moment = self.file.moment(clip.moment_id) if clip else None
        if moment and player.state.playing:
            await self.drive(player.pause())
        elif moment and moment.in_ms < player.state.position < moment.out_ms:
            await self.drive(player.play_span(Span(player.state.position, moment.out_ms)))
        else:
            await self._show_next()
        self.show_player()

    @in_turn
    async def action_black(self) -> None:
        """Black for the client; the pair begins again with its first clip."""
        await self._darken()

    async def _darken(self) -> None:
        self._shown = None
        await self.drive(self.desk.player.blank())
        self.show_player()

    @in_turn
    async def action_full_screen(self) -> None:
        """Fill the client's screen with the picture, or the terminal where it plays there, or not."""
        player = self.desk.player
        if player.canvas is not None:
            self.fill_terminal(not self.has_class("-film"))
            return
        self._full = not self._full
        await self.drive(player.set_screen(self.desk.settings.client_screen or None))
        await self.drive(player.fullscreen(self._full))

    async def _rest(self) -> None:
        async with self.turn:
            await super()._rest()
            if self._shown or self._full:
                await self._leave_picture()

    async def _leave_picture(self) -> None:
        """Black, and the player as every other screen expects it."""
        player = self.desk.player
        self.fill_terminal(False)
        await self._darken()
        for work in (player.set_speed(1.0), player.set_volume(100), player.set_zoom(1.0), player.fullscreen(False)):
            await self.drive(work)
        self._full = False

    # Ratings and words

    def action_rate(self) -> None:
        """Rate the question and each goal."""
        ask_ratings(self, Occasion.OTHER)

    async def action_gather(self) -> None:
        """Add strengths and working points of all cycles to the record."""
        nothing = "The record has every strength and working point of the cycles already, or there are none."
        await self._gather(ending.gather_strengths, nothing)

    async def action_kept_clips(self) -> None:
        """Add the clips that the client keeps to what is handed over."""
        nothing = "Every clip that is kept stands there already, or none is. F7 says which are kept."
        await self._gather(ending.gather_kept, nothing)

    async def _gather(self, add: Callable[[Work, CaseFile], object], nothing: str) -> None:
        if await self.flush() and await self.change(lambda work: add(work, cases.load(work, self.case_id))) is None:
            self.say(nothing)

    # Follow-ups

    def _follow_up_row(self, one: FollowUp) -> Text:
        late = not one.done_on and one.due_on < self.desk.today
        mark = sign("done") if one.done_on else sign("warn") if late else sign("ahead")
        row = Text(f" {mark} {one.due_on:%Y-%m-%d}  ", "bold" if late else "")
        done = f"done {one.done_on:%Y-%m-%d}" if one.done_on else "overdue" if late else "planned"
        row.append(f"{done:<16} ", "dim")
        return row.append_text(one_line(one.note))

    @on(RecordList.Asked, "#follow-ups")
    async def follow_ups_asked(self, event: RecordList.Asked) -> None:
        """Add, edit or remove a follow-up."""
        one = self._follow_up(event.record_id)
        if event.wish == "add":
            self._ask_follow_up(None)
        elif one and event.wish == "edit":
            self._ask_follow_up(one)
        elif one:
            follow_up_id = one.id
            await self.change(lambda work: ending.remove_follow_up(work, follow_up_id))

    def _follow_up(self, follow_up_id: str | None) -> FollowUp | None:
        return next((one for one in self.file.follow_ups if one.id == follow_up_id), None)

    def _ask_follow_up(self, one: FollowUp | None) -> None:
        asks = [Ask("due_on", "Due on", f"{one.due_on:%Y-%m-%d}" if one else "", hint=f"{self.desk.today:%Y-%m-%d}")]
        if one:
            done = f"{one.done_on:%Y-%m-%d}" if one.done_on else ""
            asks.append(Ask("done_on", "Done on (empty: not yet)", done, hint=f"{self.desk.today:%Y-%m-%d}"))
        asks.append(Ask("note", "Note", one.note if one else ""))

        async def keep(answers: Answers) -> None:
            due, done, note = read_date(answers["due_on"]), read_date(answers.get("done_on", "")), answers["note"]

            def job(work: Work) -> FollowUp:
                if one:
                    return ending.edit_follow_up(work, one.id, due, done, note)
                return ending.add_follow_up(work, self.case_id, due, note)

            await self._keep_follow_up(job)

        self.app.push_screen(FormDialog("Follow-up" if one else "Plan a follow-up", asks, keep, about=one or ""))

    async def _keep_follow_up(self, job: Callable[[Work], FollowUp]) -> None:
        kept = await self.save(job)
        await self.reload()
        records = self.query_one("#follow-ups", RecordList)
        records.choose(kept.id)
        records.focus()

    def action_done(self) -> None:
        """The highlighted follow-up was done."""
        one = self._follow_up(self.query_one("#follow-ups", RecordList).highlighted_id)
        if one is None:
            self.say("No follow-up is planned yet.")
            return
        asks = [
            Ask("done_on", "Done on", f"{one.done_on or self.desk.today:%Y-%m-%d}"),
            Ask("note", "What came of it", one.note),
        ]

        async def keep(answers: Answers) -> None:
            done_on = read_date(answers["done_on"])
            await self._keep_follow_up(lambda work: ending.do_follow_up(work, one.id, done_on, answers["note"]))

        self.app.push_screen(FormDialog(f"Follow-up of {one.due_on:%Y-%m-%d}", asks, keep, about=one))

    async def action_schedule(self) -> None:
        """Plan the follow-ups that the pack names."""
        file, months = self.file, self.pack.counts.follow_up_months
        if await self.change(lambda work: ending.plan_follow_ups(work, file, months)) == []:
            self.say("They are planned already, or the pack names none. a in the list adds another day.")

    # Closing

    async def action_write_page(self) -> None:
        """Write the record of strengths over all cycles."""
        await write_strengths(self, last_cycle(self.file))

    async def action_finish(self) -> None:
        """Close the case."""
        await self.action_close()

    async def action_close(self) -> None:
        """Close the case; everything in it stays readable."""
        if not await self.flush():
            return
        if await self.change(lambda work: ending.close_case(work, self.case_id)):
            self.say(f"Case {self.file.case.code} is closed. o opens it again.")

    async def action_reopen(self) -> None:
        """Open the closed case again."""
        if await self.change(lambda work: ending.reopen_case(work, self.case_id)):
            self.say(f"Case {self.file.case.code} is open again.")


def _reader(name: str) -> Callable[[CaseFile], str]:
    def read(file: CaseFile) -> str:
        found = ending.ending_of(file)
        return getattr(found, name) if found else ""

    return read


def standing_words(file: CaseFile) -> Text:
    """Whether the case is open, paused or closed, and until when its films may be kept."""
    case = file.case
    text = Text(" ")
    if case.status is CaseStatus.CLOSED and case.closed_on:
        text.append(f"{sign('done')} Closed on {case.closed_on:%Y-%m-%d}.", "bold")
        text.append(f" {_kept(file)} ").append("o opens the case again.", "dim")
        return text
    if case.status is CaseStatus.PAUSED:
        text.append(f"{sign('paused')} Paused. ", "bold")
    return text.append_text(_before_closing(case))


def _before_closing(case: Case) -> Text:
    days = case.retention_days
    return plain(f"F10 closes the case; from that day its films may be kept for {days} days.", "dim")


def _kept(file: CaseFile) -> str:
    films = [film for film in file.films if not film.deleted_on]
    held = sum(film.legal_hold for film in films)
    days = {day for film in films if not film.legal_hold and (day := retain_until(file, film.retain_until))}
    if not films:
        return "It has no films any more."
    told = []
    if days:
        first, last = min(days), max(days)
        until = (
            f"until {last:%Y-%m-%d}" if first == last else f"until {first:%Y-%m-%d} to {last:%Y-%m-%d}, each its own"
        )
        told.append(f"Films may be kept {until}.")
    if held:
        told.append(f"{held} {'is' if held == 1 else 'are'} under a legal hold.")
    return " ".join(told)
