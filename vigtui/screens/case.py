"""Case: one page with the rail of each cycle, ratings, people and consents, and what is known of the case."""

from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from vigtui.commands import CASE, IN_A_CASE, LISTS
from vigtui.domain.bundle import CaseBundle
from vigtui.domain.case import Case, CaseStatus
from vigtui.domain.consent import Purpose, why_not_live
from vigtui.domain.person import Person, Role
from vigtui.domain.record import read_date
from vigtui.domain.workflow import Standing, rail
from vigtui.screens import exchange
from vigtui.screens.base import CaseScreen, saver
from vigtui.screens.dialogs import Answers, Ask, FormDialog, PickDialog
from vigtui.services import bundling, consent, ending, people
from vigtui.services.prompts import role_word
from vigtui.widgets.bindings import bindings
from vigtui.widgets.fields import LineField
from vigtui.widgets.lists import RecordList
from vigtui.widgets.notes import NoteField
from vigtui.widgets.ratings_chart import ratings_chart
from vigtui.widgets.words import column, one_line, plain, sign

_DETAILS = (
    ("relationship", "Relationship"),
    ("setting", "Setting"),
    ("child_age_band", "Age band of the child"),
    ("reason_client", "Reason, in the client's words"),
    ("reason_referrer", "Reason, in the referrer's words"),
    ("referrer", "Referrer"),
    ("other_agencies", "Other agencies"),
    ("communication_needs", "Interpreter and communication needs"),
    ("safeguarding_contact", "Safeguarding contact"),
    ("practitioner", "Practitioner"),
    ("supervisor", "Supervisor"),
)
_LONG = {"reason_client", "reason_referrer"}


class CaseHome(CaseScreen):
    """The case on one page."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(CASE)]
    here = "case"
    places = (CASE, LISTS, IN_A_CASE)
    _out: CaseBundle | None = None
    """The bundle in which the case is out."""

    def compose_page(self) -> ComposeResult:
        yield Static("", id="standing")
        yield Static("", id="cycles")
        yield Static("", id="ratings")
        yield Static("People and consents", classes="section")
        yield RecordList(id="people", empty="Nobody yet. a adds the client, the child and whoever else is in it.")
        yield Static("", id="consents")
        yield Static("About the case", classes="section")
        with Vertical(id="details"):
            yield self.pack_field()
            for name, label in _DETAILS:
                kind = NoteField if name in _LONG else LineField
                yield kind(label, read=_reader(name), save=saver(Case, self.case_id, name, label.lower()))

    async def on_mount(self) -> None:
        self.begin_at(self.query_one("#people"))

    async def read_file(self) -> None:
        await super().read_file()
        self._out = await self.desk.library.aread(lambda work: bundling.is_out(work, self.case_id))

    async def action_export(self) -> None:
        """Write the moments for another program."""
        await exchange.export(self)

    async def action_import(self) -> None:
        """Take in moments that another program marked."""
        await exchange.import_(self)

    async def action_bundle(self) -> None:
        """Check the case out or in."""
        await exchange.bundle(self)

    def show_file(self) -> None:
        self._show_standing()
        self.query_one("#cycles", Static).update(self._cycles())
        self.query_one("#ratings", Static).update(ratings_chart(self.file))
        self.query_one("#people", RecordList).show([(one.id, self._person(one)) for one in self.file.people])
        self._show_consents()

    def _show_standing(self) -> None:
        """That the case is paused or closed, and which follow-ups are still to come."""
        case, text = self.file.case, exchange.out_words(self._out)
        if case.status is CaseStatus.PAUSED:
            text.append(f" {sign('paused')} Paused. h goes on with it.\n", "bold")
        if case.status is CaseStatus.CLOSED and case.closed_on:
            text.append(f" {sign('done')} Closed on {case.closed_on:%Y-%m-%d}. e opens its ending.\n", "bold")
        coming = sorted(one.due_on for one in self.file.follow_ups if not one.done_on)
        if coming:
            text.append(f" follow-up: {', '.join(f'{day:%Y-%m-%d}' for day in coming)}\n")
        text.rstrip()
        widget = self.query_one("#standing", Static)
        widget.display = bool(text.plain)
        widget.update(text)

    async def action_write_page(self) -> None:
        """Write the summary of the case."""
        from vigtui.screens.writing import write_case

        await write_case(self)

    async def action_pause(self) -> None:
        """Let the case rest, or go on with it."""
        if self.file.case.status is CaseStatus.PAUSED:
            await self.change(lambda work: ending.resume_case(work, self.case_id))
        else:
            await self.change(lambda work: ending.pause_case(work, self.case_id))

    def _cycles(self) -> Text:
        text = Text()
        for cycle in self.file.cycles:
            states = rail(self.file, cycle, self.desk.today, self.pack.way)
            text.append(f" cycle {cycle.number}  ", "bold" if cycle == self.cycle else "")
            for state in states:
                style = {Standing.NOW: "bold", Standing.DONE: ""}.get(state.standing, "dim")
                text.append(f"{sign(state.standing.value)} {state.stage.words}  ", style)
            now = next((state for state in states if state.standing is Standing.NOW), None)
            if now and self.file.case.status is not CaseStatus.CLOSED:
                text.append_text(plain(f"\n    missing: {', '.join(now.missing)}", "italic"))
            text.append("\n")
        text.rstrip()
        return text

    def _person(self, person: Person) -> Text:
        row = column(person.name, 17, "bold")
        row.append_text(column(role_word(self.pack, person.role), 13))
        why = why_not_live(self.file.consents_of(person.id, Purpose.THERAPY), self.desk.today)
        row.append("therapy: ", "dim")
        row.append_text(column(why or f"{sign('done')} live", 28, "bold" if why else ""))
        traits = (("child", person.child), ("responsible", person.responsibility), ("bystander", person.bystander))
        row.append(", ".join(word for word, on in traits if on), "dim")
        row.no_wrap, row.overflow = True, "ellipsis"
        return row

    def _show_consents(self) -> None:
        person_id = self.query_one("#people", RecordList).highlighted_id
        text = Text()
        for one in self.file.consents if person_id else ():
            if one.person_id != person_id:
                continue
            text.append(f"   {one.purpose.value:<14}")
            text.append_text(one_line(f"given by {one.given_by} on {one.given_on:%Y-%m-%d}"))
            text.append(f", until {one.until:%Y-%m-%d}" if one.until else ", no end")
            if one.withdrawn_on:
                text.append_text(one_line(f"; WITHDRAWN {one.withdrawn_on:%Y-%m-%d}: {one.withdrawn_why}", "bold"))
            text.append("\n")
        text.rstrip()
        self.query_one("#consents", Static).update(text)

    @on(RecordList.OptionHighlighted, "#people")
    def person_highlighted(self) -> None:
        """Show the consents of the highlighted person."""
        self._show_consents()

    @on(RecordList.Asked, "#people")
    async def people_asked(self, event: RecordList.Asked) -> None:
        """Add, edit or remove somebody."""
        if event.wish == "add":
            self._add_person()
        elif event.wish == "edit" and event.record_id:
            self._edit_person(self.file.person(event.record_id))
        elif event.record_id:
            record_id = event.record_id
            await self.change(lambda work: people.remove_person(work, record_id))

    def _roles(self) -> tuple[tuple[str, str], ...]:
        """The pack's roles first, then those it has no word of its own for."""
        known = [role.id for role in self.pack.roles]
        in_order = sorted(Role, key=lambda role: known.index(role) if role in known else len(known))
        return tuple((role.value, role_word(self.pack, role)) for role in in_order)

    def _asks(self, person: Person | None) -> tuple[Ask, ...]:
        return (
            Ask("name", "Pseudonym", person.name if person else ""),
            Ask("role", "Role", person.role.value if person else self._next_role(), choices=self._roles()),
            Ask("child", "a child", "yes" if person and person.child else "", tick=True),
            Ask(
                "responsibility",
                "holds responsibility for the child",
                _yes(person and person.responsibility),
                tick=True,
            ),
            Ask("bystander", "a bystander, in shot now and then", _yes(person and person.bystander), tick=True),
            Ask("note", "Note", person.note if person else ""),
        )

    def _next_role(self) -> str:
        """The roles of the pair the pack looks at, one after the other."""
        pair = [Role(role) for role in self.pack.dyads[0].pair if role in tuple(Role)]
        return next((role for role in (Role.CLIENT, *pair) if not self.file.in_role(role)), Role.OTHER)

    def _add_person(self) -> None:
        async def keep(answers: Answers) -> None:
            role = Role(answers["role"])
            details = _traits(answers)
            details["child"] = details["child"] or role in (Role.CHILD, Role.PUPIL)
            added = await self.save(
                lambda work: people.add_person(work, self.case_id, role, answers["name"], **details)
            )
            await self.reload()
            self.query_one("#people", RecordList).choose(added.id)

        self.app.push_screen(FormDialog("Add a person", self._asks(None), keep))

    def _edit_person(self, person: Person) -> None:
        async def keep(answers: Answers) -> None:
            await self.save(
                lambda work: people.edit_person(
                    work, person.id, name=answers["name"].strip(), role=Role(answers["role"]), **_traits(answers)
                )
            )
            await self.reload()

        self.app.push_screen(FormDialog(f"Edit {person.name}", self._asks(person), keep, about=person))

    def _person_for_consent(self) -> Person | None:
        person_id = self.query_one("#people", RecordList).highlighted_id
        if person_id is None:
            self.say("Add the people of the case first, with a.")
            return None
        return self.file.person(person_id)

    def action_consent(self) -> None:
        """Record consent of the highlighted person."""
        person = self._person_for_consent()
        if person is None:
            return
        holder = next((one for one in self.file.people if one.responsibility), None) or self.file.in_role(Role.CLIENT)
        by = holder.name if person.child and holder else person.name
        asks = [
            Ask("purpose", "For what", Purpose.THERAPY, choices=tuple((one.value, one.value) for one in Purpose)),
            Ask("by", "Given by", by),
            Ask("on", "On", f"{self.desk.today:%Y-%m-%d}"),
            Ask("until", "Until (empty: no end)", "", hint="2027-06-30"),
            Ask("form_version", "Version of the form", ""),
        ]
        if person.child:
            asks.append(Ask("assent", f"How {person.name} showed that it is all right", ""))

        async def keep(answers: Answers) -> None:
            on_day, until = read_date(answers["on"]), read_date(answers["until"])
            await self.save(
                lambda work: consent.give(
                    work,
                    person,
                    Purpose(answers["purpose"]),
                    answers["by"],
                    on=on_day,
                    until=until,
                    assent=answers.get("assent", ""),
                    form_version=answers["form_version"],
                )
            )
            await self.reload()

        self.app.push_screen(FormDialog(f"Consent of {person.name}", asks, keep, about=person.id))

    def action_withdraw(self) -> None:
        """Withdraw a consent of the highlighted person."""
        person = self._person_for_consent()
        if person is None:
            return
        given = [one for one in self.file.consents if one.person_id == person.id and not one.withdrawn_on]
        if not given:
            self.say(f"{person.name} has no consent to withdraw.")
            return
        purposes = list(dict.fromkeys(one.purpose.value for one in given))

        def ask_why(purpose: str | None) -> None:
            if purpose is None:
                return

            async def keep(answers: Answers) -> None:
                await self.save(lambda work: consent.withdraw(work, person, Purpose(purpose), answers["why"]))
                await self.reload()

            title = f"Withdraw consent of {person.name} for {purpose}"
            self.app.push_screen(FormDialog(title, [Ask("why", "In a few words, why")], keep, about=person.id))

        if len(purposes) == 1:
            ask_why(purposes[0])
        else:
            choices = [(one, one) for one in purposes]
            self.app.push_screen(PickDialog(f"Withdraw which consent of {person.name}?", choices), ask_why)


def _reader(name: str) -> Any:
    return lambda file: getattr(file.case, name)


def _yes(on: object) -> str:
    return "yes" if on else ""


def _traits(answers: Answers) -> dict[str, Any]:
    return {
        "child": bool(answers["child"]),
        "responsibility": bool(answers["responsibility"]),
        "bystander": bool(answers["bystander"]),
        "note": answers["note"],
    }
