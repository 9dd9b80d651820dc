"""Progress: what a case shows over its cycles, and the dated scores of named measures."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from vigtui.commands import IN_A_CASE, LISTS, PROGRESS
from vigtui.domain.measure import Measure
from vigtui.domain.record import read_date
from vigtui.screens.base import CaseScreen
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.screens.writing import write_progress
from vigtui.services import measures, progress
from vigtui.services.ports import Work
from vigtui.widgets.bindings import bindings
from vigtui.widgets.lists import RecordList
from vigtui.widgets.page import ScrollingPage
from vigtui.widgets.rating_plot import change_words, legend, rating_plot
from vigtui.widgets.words import column, one_line, plain, sign

_PLOT = 36
"""Columns a plot needs; so many as fit stand side by side."""
_WIDE = 100
"""Columns from which the tables have room for long names."""
_EDGES = 4
"""Columns that the page and its scroll bar take."""
_CELL = 6
"""Columns of one number in a table."""
_MOMENTS = "Counted are moments, not people; private ones and films of reviews are left out."
_NO_ITEMS = "Name, date and score only. The text of a questionnaire belongs to its authors and is not kept here."


class ProgressScreen(CaseScreen):
    """A case over its cycles."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PROGRESS)]
    here = "progress"
    places = (PROGRESS, LISTS, IN_A_CASE)

    def compose_page(self) -> ComposeResult:
        yield Static("Ratings over the cycles", classes="section")
        yield Static(legend(), id="legend")
        yield Static("", id="plots")
        yield Static("In numbers", classes="section")
        yield Static("", id="counts")
        yield Static("Principles seen, in moments per cycle", classes="section")
        yield Static(plain(_MOMENTS), classes="note-line")
        yield Static("", id="principles")
        yield Static("Minutes spent, per cycle", classes="section")
        yield Static("", id="minutes")
        yield Static("Measures", classes="section")
        yield Static(plain(_NO_ITEMS), classes="note-line")
        yield RecordList(id="measures", empty="None yet. m writes down a score.")

    async def on_mount(self) -> None:
        page = self.query_one(ScrollingPage)
        page.can_focus = True
        self.set_focus(page)

    def on_resize(self) -> None:
        """The plots and tables follow the width."""
        if self.is_resized() and self.is_mounted:
            self.show_file()

    @property
    def _width(self) -> int:
        return max(40, self.size.width - _EDGES)

    def show_file(self) -> None:
        lines = progress.rating_lines(self.file)
        self.query_one("#legend").display = bool(lines)
        self.query_one("#plots", Static).update(_plots(lines, self._width))
        self.query_one("#counts", Static).update(_counts(progress.counts(self.file), lines))
        self._show_principles()
        self._show_minutes()
        rows = [(one.id, self._measure_row(one)) for one in measures.in_order(self.file)]
        self.query_one("#measures", RecordList).show(rows)

    # Tables

    def _show_principles(self) -> None:
        name, shown = self._columns()
        text = _head("", name, progress.cycle_numbers(self.file)[-shown:])
        for row in progress.principles_seen(self.file, self.pack.levels):
            text.append_text(
                column(row.words if row.is_level else f"  {row.words}", name, "bold" if row.is_level else "")
            )
            for count in row.counts[-shown:]:
                text.append(f"{count or sign('ahead'):>{_CELL}}", "" if count else "dim")
            text.append(f"{row.total or sign('ahead'):>{_CELL}}\n", "bold" if row.total else "dim")
        text.rstrip()
        self.query_one("#principles", Static).update(text)

    def _show_minutes(self) -> None:
        name, shown = self._columns()
        text = _head("", name, progress.cycle_numbers(self.file)[-shown:])
        rows = progress.minutes_spent(self.file)
        sums = tuple(sum(column_) for column_ in zip(*(row.minutes for row in rows), strict=True))
        for words, minutes in [(row.step, row.minutes) for row in rows] + [("together", sums)]:
            style = "bold" if words == "together" else ""
            text.append_text(column(words.replace("_", "-"), name, style))
            for count in minutes[-shown:]:
                text.append(f"{count or sign('ahead'):>{_CELL}}", style if count else "dim")
            text.append(f"{sum(minutes) or sign('ahead'):>{_CELL}}\n", style)
        text.rstrip()
        self.query_one("#minutes", Static).update(text)

    def _columns(self) -> tuple[int, int]:
        """Width of the names, and how many cycles fit beside them; the newest are shown."""
        name = 60 if self._width >= _WIDE else 42
        return name, max(1, (self._width - name) // _CELL - 1)

    # Measures

    def _measure_row(self, one: Measure) -> Text:
        person = next((person.name for person in self.file.people if person.id == one.person_id), "")
        row = column(one.name, 26, "bold")
        row.append(f"{one.scored_on:%Y-%m-%d} {one.score:>9.10g}  ")
        row.append_text(column(person, 14))
        row.append_text(one_line(one.note, "italic"))
        return row

    @on(RecordList.Asked, "#measures")
    async def measures_asked(self, event: RecordList.Asked) -> None:
        """Add, edit or remove a score."""
        one = next((one for one in self.file.measures if one.id == event.record_id), None)
        if event.wish == "add":
            self.action_measure()
        elif one and event.wish == "edit":
            self._ask(one)
        elif one:
            measure_id = one.id
            await self.change(lambda work: measures.remove_measure(work, measure_id))

    async def action_write_page(self) -> None:
        """Write the progress report."""
        await write_progress(self)

    def action_measure(self) -> None:
        """Write down a score of a named measure."""
        self._ask(None)

    def _ask(self, one: Measure | None) -> None:
        people = (("", "nobody of the case"), *((person.id, person.name) for person in self.file.people))
        day = one.scored_on if one else self.desk.today
        asks = [
            Ask("name", "Name of the measure", one.name if one else self._last_name()),
            Ask("score", "Score", f"{one.score:.10g}" if one else ""),
            Ask("on", "On", f"{day:%Y-%m-%d}", hint="year-month-day"),
            Ask("who", "Filled in by", (one.person_id or "") if one else "", choices=people),
            Ask("note", "Note", one.note if one else ""),
        ]

        async def keep(answers: Answers) -> None:
            score, on_day = measures.read_score(answers["score"]), read_date(answers["on"]) or self.desk.today
            who = answers["who"] or None

            def job(work: Work) -> Measure:
                name, note = answers["name"].strip(), answers["note"]
                if one:
                    return measures.edit_measure(
                        work, one.id, name=name, score=score, scored_on=on_day, person_id=who, note=note
                    )
                return measures.add_measure(work, self.case_id, name, score, on=on_day, person_id=who, note=note)

            kept = await self.save(job)
            await self.reload()
            records = self.query_one("#measures", RecordList)
            records.choose(kept.id)
            records.focus()

        title = "Score" if one else "Add a score"
        self.app.push_screen(FormDialog(title, asks, keep, intro=_NO_ITEMS, about=one or ""))

    def _last_name(self) -> str:
        return self.file.measures[-1].name if self.file.measures else ""


def _plots(lines: Sequence[progress.RatingLine], width: int) -> Text:
    if not lines:
        return plain(" Not rated yet. F3, then r, rates the question and each goal.", "dim italic")
    beside = max(1, width // _PLOT)
    room = width // beside - 2
    text = Text()
    for at in range(0, len(lines), beside):
        plots = [rating_plot(line, room) for line in lines[at : at + beside]]
        for parts in zip(*plots, strict=True):
            for i, part in enumerate(parts):
                text.append("  " if i else "").append_text(part)
            text.append("\n")
    text.rstrip()
    return text


def _head(words: str, name: int, numbers: Sequence[int]) -> Text:
    text = column(words, name)
    for number in numbers:
        text.append(f"{f'c{number}':>{_CELL}}", "dim")
    return text.append(f"{'all':>{_CELL}}\n", "dim")


def _counts(found: progress.Counts, lines: Sequence[progress.RatingLine]) -> Text:
    filmed = "none yet" if found.minutes_filmed is None else f"{found.minutes_filmed:g} on average in a cycle"
    weeks = "nothing yet"
    if found.first_on and found.last_on:
        weeks = f"{found.weeks:g}, from {found.first_on:%Y-%m-%d} to {found.last_on:%Y-%m-%d}"
    text = Text()
    told = [("Meetings held", str(found.meetings)), ("Minutes filmed", filmed), ("Weeks, first to last", weeks)]
    for words, value in told:
        text.append_text(column(words, 34)).append(f"{value}\n", "bold")
    for line in lines:
        text.append_text(column(f"Rating, {line.name}, {line.rater}", 34))
        text.append(f"{change_words(line)}\n", "bold")
    text.rstrip()
    return text
