"""Wrap-up: strengths in the client's words, working point, ratings, the next film, and what the client keeps."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Grid
from textual.widgets import Static

from vigtui.commands import IN_A_CASE, LISTS, WRAP_UP
from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.cycle import Cycle, Strength
from vigtui.domain.errors import VigError
from vigtui.domain.film import FilmingPlan
from vigtui.domain.goal import Occasion
from vigtui.domain.record import read_date, read_number
from vigtui.domain.review import NoteKind, ReviewNote
from vigtui.domain.timecode import format_length, format_time
from vigtui.domain.workflow import Stage, needs_working_point
from vigtui.screens.base import CaseScreen, saver
from vigtui.screens.dialogs import Answers, Ask, FormDialog, PickDialog
from vigtui.screens.rating import ask_ratings
from vigtui.screens.writing import write_strengths
from vigtui.services import consent, editing, wrap_up
from vigtui.services.ports import Work
from vigtui.widgets.bindings import bindings
from vigtui.widgets.fields import DateField, LineField
from vigtui.widgets.lists import RecordList, TickList
from vigtui.widgets.notes import NoteField
from vigtui.widgets.ratings_chart import ratings_chart
from vigtui.widgets.words import one_line, plain, sign

_SAID = (NoteKind.QUOTE, NoteKind.FEELING, NoteKind.WOW, NoteKind.GOAL_LINK, NoteKind.STRENGTH, NoteKind.WORKING_POINT)
"""What the list of the review shows; concerns stand apart, and the practitioner's own notes stay on the review."""
_MINUTES = ("filming", "choosing", "review", "wrap_up")


class WrapUpScreen(CaseScreen):
    """What a cycle leaves behind."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(WRAP_UP)]
    here = "wrap-up"
    places = (WRAP_UP, LISTS, IN_A_CASE)

    def compose_page(self) -> ComposeResult:
        client = self.pack.role("client").name
        yield Static("", id="closed")
        yield Static(plain(f"Strengths, in the {client}'s words (w writes them as a page)"), classes="section")
        yield RecordList(id="strengths", empty="None yet. a writes one down; g takes a quote of the review as it is.")
        yield Static("Said in the review", classes="section")
        yield RecordList(id="said", empty="Nothing was noted in the review of this cycle.", actions=("edit",))
        yield Static("", id="concerns")
        yield Static("Working point", classes="section")
        yield NoteField(
            f"Small, observable, the {client}'s own",
            id="working-point",
            read=self._working_point_reader(),
            save=self._working_point_saver(),
            placeholder="what to do more of until next time",
        )
        yield Static("Ratings", classes="section")
        yield Static("", id="chart")
        yield Static("Next film", classes="section")
        yield LineField(
            "Activity", id="activity", read=self._next_reader("activity"), save=self._next_saver("activity")
        )
        yield LineField("Place", id="place", read=self._next_reader("place"), save=self._next_saver("place"))
        yield DateField(
            "Planned for",
            id="planned_on",
            read=self._next_reader("planned_on"),
            save=self._next_saver("planned_on", read_date),
            placeholder=f"year-month-day, like {self.desk.today:%Y-%m-%d}",
        )
        yield LineField("Theme", id="theme", read=self._next_reader("theme"), save=self._next_saver("theme"))
        yield from self._compose_end(client)

    def _compose_end(self, client: str) -> ComposeResult:
        cycle_id = self.cycle.id
        yield Static("The meeting", classes="section")
        yield NoteField(
            f"How the {client} found it",
            id="feedback",
            read=lambda file: _cycle(file, cycle_id).feedback,
            save=saver(Cycle, cycle_id, "feedback", "feedback on the meeting"),
        )
        yield Static("Minutes spent", classes="section")
        with Grid(id="minutes"):
            for step in _MINUTES:
                yield LineField(
                    step.replace("_", "-").capitalize(),
                    id=f"minutes-{step}",
                    read=_minutes_reader(cycle_id, f"minutes_{step}"),
                    save=saver(Cycle, cycle_id, f"minutes_{step}", "minutes", _minutes),
                )
        yield Static(plain(f"Clips the {client} keeps"), classes="section")
        yield TickList(id="keeps", empty="No clip is on the shortlist of this cycle. F5 chooses some.")

    def _working_point_reader(self) -> Callable[[CaseFile], str]:
        cycle_id = self.cycle.id

        def read(file: CaseFile) -> str:
            point = file.working_point(cycle_id)
            return point.words if point else ""

        return read

    def _working_point_saver(self) -> Callable[[Work, str], object]:
        cycle_id = self.cycle.id
        return lambda work, words: wrap_up.set_working_point(work, self.case_id, cycle_id, words)

    def _next_reader(self, name: str) -> Callable[[CaseFile], str]:
        number = self.cycle.number + 1

        def read(file: CaseFile) -> str:
            plan = _plan_of(file, number)
            value = getattr(plan, name) if plan else None
            return f"{value:%Y-%m-%d}" if isinstance(value, date) else value or ""

        return read

    def _next_saver(self, name: str, parse: Callable[[str], Any] = str) -> Callable[[Work, str], object]:
        cycle = self.cycle
        return lambda work, words: wrap_up.change_next_plan(work, cycle, name, parse(words))

    async def on_mount(self) -> None:
        self.begin_at(self.query_one("#strengths"))
        await self._gather()

    async def _gather(self) -> None:
        """Make strengths of the review's strength notes that are none yet."""
        review = self.file.review(self.cycle.id)
        taken = {one.review_note_id for one in self.file.strengths_of(self.cycle.id)}
        notes = self.file.review_notes_of(review.id) if review else []
        if any(note.kind is NoteKind.STRENGTH and note.id not in taken for note in notes):
            file, cycle = self.file, self.cycle
            try:
                await self.save(lambda work: wrap_up.gather(work, file, cycle))
            except VigError as error:
                self.tell(error)

    def show_file(self) -> None:
        cycle = self.cycle
        closed = self.query_one("#closed", Static)
        closed.display = bool(cycle.closed_on)
        if cycle.closed_on:
            closed.update(f" {sign('done')} Cycle {cycle.number} was closed on {cycle.closed_on:%Y-%m-%d}.")
        strengths = self.file.strengths_of(cycle.id)
        self.query_one("#strengths", RecordList).show([(one.id, one_line(f" {one.words}")) for one in strengths])
        self.query_one("#said", RecordList).show([(note.id, self._said_row(note)) for note in self._notes(*_SAID)])
        self._show_concerns()
        self.query_one("#chart", Static).update(
            ratings_chart(self.file) or plain(" Not rated yet. r rates.", "dim italic")
        )
        rows = [(clip.id, self._keep_row(clip)) for clip in self.file.clips_of(cycle.id)]
        self.query_one("#keeps", RecordList).show(rows)

    def _notes(self, *kinds: NoteKind) -> list[ReviewNote]:
        review = self.file.review(self.cycle.id)
        notes = self.file.review_notes_of(review.id) if review else []
        return [note for note in notes if note.kind in kinds]

    def _said_row(self, note: ReviewNote) -> Text:
        taken = any(one.review_note_id == note.id for one in self.file.strengths_of(self.cycle.id))
        row = Text()
        row.append(f" {sign('done') if taken else ' '} {note.kind.value.replace('-', ' '):<14}", "dim")
        row.append_text(one_line(note.words))
        clip = next((one for one in self.file.clips if one.id == note.clip_id), None)
        where = [f"clip {clip.position}"] if clip else []
        where += [format_time(note.at_ms)] if note.at_ms is not None else []
        row.append(f"  {', '.join(where)}", "dim")
        return row

    def _show_concerns(self) -> None:
        text = Text()
        for note in self._notes(NoteKind.CONCERN):
            text.append_text(one_line(f"   {note.words}"))
            text.append("\n")
        if text.plain:
            text = Text.assemble((" Concerns, kept apart and in no document of the client:\n", "italic"), text)
        text.rstrip()
        widget = self.query_one("#concerns", Static)
        widget.display = bool(text.plain)
        widget.update(text)

    def _keep_row(self, clip: Clip) -> Text:
        moment = self.file.moment(clip.moment_id)
        film = self.file.film(moment.film_id)
        length = "still" if moment.still else format_length(moment.length_ms)
        row = Text()
        row.append(f" {sign('on' if clip.client_keeps else 'off')} clip {clip.position}  ", "bold")
        row.append(f"film {film.number}, {format_time(moment.in_ms)}, {length}  ", "dim")
        row.append_text(one_line(moment.note or clip.why))
        gate = consent.gate(self.file, [film.id], Purpose.OWN_COPY, self.desk.today)
        if not gate.is_open:
            row.append(f"\n     {sign('warn')} ", "bold" if clip.client_keeps else "dim")
            row.append_text(one_line(gate.sentence, "" if clip.client_keeps else "dim"))
        return row

    # Strengths

    @on(RecordList.Asked, "#strengths")
    async def strengths_asked(self, event: RecordList.Asked) -> None:
        """Add, edit or remove a strength."""
        strength = next((one for one in self.file.strengths if one.id == event.record_id), None)
        if event.wish == "add":
            self._ask_strength("Add a strength", None)
        elif strength and event.wish == "edit":
            self._ask_strength("Strength", strength)
        elif strength:
            strength_id = strength.id
            await self.change(lambda work: wrap_up.remove_strength(work, strength_id))

    def _ask_strength(self, title: str, strength: Strength | None) -> None:
        cycle_id = self.cycle.id

        async def keep(answers: Answers) -> None:
            def job(work: Work) -> Strength:
                if strength:
                    return wrap_up.edit_strength(work, strength.id, answers["words"])
                return wrap_up.add_strength(work, self.case_id, cycle_id, answers["words"])

            kept = await self.save(job)
            await self.reload()
            self.query_one("#strengths", RecordList).choose(kept.id)

        label = f"In the {self.pack.role('client').name}'s own words"
        ask = Ask("words", label, strength.words if strength else "")
        self.app.push_screen(FormDialog(title, [ask], keep, about=strength or cycle_id))

    def _offered(self) -> list[ReviewNote]:
        taken = {one.review_note_id for one in self.file.strengths_of(self.cycle.id)}
        return [note for note in self._notes(*_SAID) if note.words.strip() and note.id not in taken]

    def action_gather(self) -> None:
        """Take a quote of the review as a strength."""
        offered = self._offered()
        if not offered:
            self.say("There is nothing in the review that could be taken as a strength.")
            return

        async def then(note_id: str | None) -> None:
            if note_id:
                await self._take(note_id)

        choices = [(note.id, one_line(note.words)) for note in offered]
        self.app.push_screen(PickDialog("Take as a strength, word for word", choices), then)

    @on(RecordList.Asked, "#said")
    async def said_asked(self, event: RecordList.Asked) -> None:
        """Enter takes the highlighted words as a strength."""
        if any(note.id == event.record_id for note in self._offered()):
            await self._take(event.record_id or "")
        else:
            self.say("This is among the strengths already, or has no words.")

    async def _take(self, note_id: str) -> None:
        note = next(one for one in self.file.review_notes if one.id == note_id)
        cycle_id = self.cycle.id
        taken = await self.change(
            lambda work: wrap_up.add_strength(work, self.case_id, cycle_id, note.words, note_id=note.id)
        )
        if taken:
            self.query_one("#strengths", RecordList).choose(taken.id)

    # Clips to keep, ratings, closing

    @on(RecordList.Asked, "#keeps")
    async def keeps_asked(self, event: RecordList.Asked) -> None:
        """The client keeps this clip, or not."""
        clip = next((one for one in self.file.clips if one.id == event.record_id), None)
        if clip:
            clip_id, keeps, what = clip.id, not clip.client_keeps, f"whether clip {clip.position} is kept"
            await self.change(lambda work: editing.set_field(work, Clip, clip_id, "client_keeps", keeps, what))

    def action_rate(self) -> None:
        """Rate the question and each goal."""
        ask_ratings(self, Occasion.AFTER)

    async def action_write_page(self) -> None:
        """Write the record of strengths, as far as this cycle."""
        await write_strengths(self, self.cycle.number)

    async def action_finish(self) -> None:
        """Close the cycle."""
        await self.action_close()

    async def action_close(self) -> None:
        """Close the cycle and go to the next one's film."""
        if not await self.flush():
            return
        closed = self.cycle
        needs_point = needs_working_point(self.file, closed, self.pack.way)
        following = await self.change(lambda work: wrap_up.close_cycle(work, closed.id, needs_point=needs_point))
        if following:
            self.say(f"Cycle {closed.number} is closed. Cycle {following.number} begins with its film.")
            await self.go(Stage.FILM, following.number)


def _cycle(file: CaseFile, cycle_id: str) -> Cycle:
    return next(cycle for cycle in file.cycles if cycle.id == cycle_id)


def _plan_of(file: CaseFile, number: int) -> FilmingPlan | None:
    cycle = next((one for one in file.cycles if one.number == number), None)
    return file.plan(cycle.id) if cycle else None


def _minutes_reader(cycle_id: str, name: str) -> Callable[[CaseFile], str]:
    def read(file: CaseFile) -> str:
        return str(getattr(_cycle(file, cycle_id), name) or "")

    return read


def _minutes(words: str) -> int:
    return read_number(words) if words.strip() else 0
