"""Training: the log of courses, what a service requires, and what is still missing of it."""

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from vigtui.commands import LISTS, TRAINING
from vigtui.domain.errors import NotSensible
from vigtui.domain.hours import hours, read_minutes
from vigtui.domain.record import read_date, read_number
from vigtui.domain.training import TrainingEntry, TrainingRequirement
from vigtui.screens.base import Desk, VigScreen
from vigtui.screens.dialogs import Answers, Ask, FormDialog, PickDialog
from vigtui.services import training
from vigtui.services.ports import Work
from vigtui.services.training import Progress, TrainingLog
from vigtui.widgets.bindings import bindings
from vigtui.widgets.chrome import BottomLine, Heading
from vigtui.widgets.lists import RecordList
from vigtui.widgets.page import ScrollingPage
from vigtui.widgets.words import column, one_line, plain, sign


class TrainingScreen(VigScreen):
    """The training log; belongs to no case."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(TRAINING)]
    here = "training"
    places = (TRAINING, LISTS)
    undo_scope = training.SCOPE

    def __init__(self, desk: Desk, chosen: str | None = None) -> None:
        super().__init__(desk)
        self.logbook: TrainingLog
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        yield Heading("", id="heading")
        with ScrollingPage():
            yield Static("What is required", classes="section")
            yield RecordList(id="requirements", empty="Nothing is required yet. e takes an example; a adds a stage.")
            yield Static("", id="counted")
            yield Static("", id="missing")
            yield Static("Courses and other steps", classes="section")
            yield RecordList(id="entries", empty="Nothing yet. a adds a course day, a workshop, an accreditation …")
        yield BottomLine()

    async def on_mount(self) -> None:
        self.query_one("#requirements").focus()

    async def reload(self) -> None:
        self.logbook = await self.desk.library.aread(training.load)
        found = training.progress(self.logbook.requirements, self.logbook.count)
        self.query_one(Heading).show(("vigtui", "Training"))
        self.query_one("#requirements", RecordList).show([(one.requirement.id, _progress_row(one)) for one in found])
        self.query_one("#entries", RecordList).show([(one.id, _entry_row(one)) for one in self.logbook.entries])
        self.query_one("#counted", Static).update(self._counted())
        self._show_missing(found)
        self._choose()

    def _choose(self) -> None:
        """Highlight the row that was asked for, the first time it is shown."""
        is_entry = any(one.id == self._chosen for one in self.logbook.entries)
        if self._chosen:
            records = self.query_one("#entries" if is_entry else "#requirements", RecordList)
            records.choose(self._chosen)
            records.focus()
        self._chosen = None

    def _show_missing(self, found: tuple[Progress, ...]) -> None:
        missing = self.query_one("#missing", Static)
        missing.display = bool(found)
        missing.update(plain("\n".join(training.missing_words(found)) or f"{sign('done')} Nothing is missing."))

    def _counted(self) -> Text:
        counted = self.logbook.count
        text = plain(f"The library holds: {training.words(counted) or 'nothing that counts yet'}")
        text.append(f"; {hours(counted.courses)} of courses" if counted.courses else "")
        text.append(". A cycle counts once it is wrapped up.")
        return text

    # Requirements

    @on(RecordList.Asked, "#requirements")
    async def requirements_asked(self, event: RecordList.Asked) -> None:
        """Add, edit or remove a requirement."""
        there = next((one for one in self.logbook.requirements if one.id == event.record_id), None)
        if event.wish == "remove" and there:
            await self.change(lambda work: training.remove_requirement(work, there.id))
        else:
            self._ask_requirement(there)

    def _ask_requirement(self, there: TrainingRequirement | None) -> None:
        asks = (
            Ask("name", "Name of the stage", there.name if there else f"Stage {len(self.logbook.requirements) + 1}"),
            Ask("cycles", "Cycles wrapped up (0: not asked for)", str(there.cycles if there else 0)),
            Ask("clients", "Clients (0: not asked for)", str(there.clients if there else 0)),
            Ask(
                "supervision",
                "Supervision (0: not asked for)",
                hours(there.supervision_minutes) if there else "0",
                hint="7 h, 7 h 30",
            ),
        )

        async def keep(answers: Answers) -> None:
            name, minutes = answers["name"], read_minutes(answers["supervision"])
            cycles, clients = read_number(answers["cycles"]), read_number(answers["clients"])

            def job(work: Work) -> TrainingRequirement:
                if there is None:
                    return training.add_requirement(
                        work, name, cycles=cycles, clients=clients, supervision_minutes=minutes
                    )
                return training.edit_requirement(
                    work, there.id, name=name, cycles=cycles, clients=clients, supervision_minutes=minutes
                )

            made = await self.save(job)
            await self.reload()
            self.query_one("#requirements", RecordList).choose(made.id)

        self.app.push_screen(FormDialog("A stage of training", asks, keep, about=there or ""))

    def action_write_page(self) -> None:
        """Write the training log to a file."""
        from vigtui.screens.writing import write_training

        write_training(self)

    def action_example(self) -> None:
        """Take the requirements of an example path."""

        async def then(path_id: str | None) -> None:
            if path_id is not None:
                await self.change(lambda work: training.take_example(work, path_id))
                self.query_one("#requirements").focus()

        title = "Which example? It takes the place of the requirements here; u brings them back."
        self.app.push_screen(PickDialog(title, [(one.id, one.words) for one in training.EXAMPLES]), then)

    # Entries

    @on(RecordList.Asked, "#entries")
    async def entries_asked(self, event: RecordList.Asked) -> None:
        """Add, edit or remove an entry."""
        there = next((one for one in self.logbook.entries if one.id == event.record_id), None)
        if event.wish == "remove" and there:
            await self.change(lambda work: training.remove_entry(work, there.id))
        else:
            self._ask_entry(there)

    def _ask_entry(self, there: TrainingEntry | None) -> None:
        asks = (
            Ask("on_date", "On", f"{there.on_date if there else self.desk.today:%Y-%m-%d}"),
            Ask("title", "What", there.title if there else "", hint="course day 1, workshop, accreditation …"),
            Ask("minutes", "How long", hours(there.minutes) if there else "6 h", hint="6 h, 1 h 30"),
            Ask("note", "Note", there.note if there else "", long=True),
        )

        async def keep(answers: Answers) -> None:
            on_date, minutes = read_date(answers["on_date"]), read_minutes(answers["minutes"])
            title, note = answers["title"].strip(), answers["note"]
            if on_date is None:
                raise NotSensible("A step of training has a day.", "Write it as year-month-day.")

            def job(work: Work) -> TrainingEntry:
                if there is None:
                    return training.add_entry(work, on_date, title, minutes, note)
                return training.edit_entry(work, there.id, on_date=on_date, title=title, minutes=minutes, note=note)

            made = await self.save(job)
            await self.reload()
            self.query_one("#entries", RecordList).choose(made.id)

        self.app.push_screen(FormDialog("A step of training", asks, keep, about=there or ""))

    async def action_supervision(self) -> None:
        """Go to the log of supervision."""
        from vigtui.screens.places import log_screen

        await self.app.switch_screen(log_screen(self.desk, "supervision"))


def _progress_row(one: Progress) -> Text:
    asked, has = one.requirement, one.has
    row = Text(f" {sign('done' if one.is_met else 'ahead')} ", "bold", no_wrap=True, overflow="ellipsis")
    row.append_text(column(asked.name, 18, "bold"))
    said = []
    if asked.cycles:
        said.append(f"{has.cycles} of {asked.cycles} cycles")
    if asked.clients:
        said.append(f"{has.clients} of {asked.clients} clients")
    if asked.supervision_minutes:
        said.append(f"{hours(has.supervision)} of {hours(asked.supervision_minutes)} supervision")
    return row.append(f" {sign('dot')} ".join(said) or "nothing is asked for yet; enter changes that")


def _entry_row(one: TrainingEntry) -> Text:
    row = Text(f" {one.on_date:%Y-%m-%d} ", no_wrap=True, overflow="ellipsis")
    row.append(f"{hours(one.minutes):<13}", "bold")
    row.append_text(one_line(one.title))
    if one.note:
        row.append("  ").append_text(one_line(one.note, "dim"))
    return row
