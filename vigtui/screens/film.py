"""Film: the plan, what to say and check, consent of everyone in shot, the films, and what was noted afterwards."""

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from textwrap import wrap
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import ScreenResume
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from vigtui.commands import FILM, IN_A_CASE, LISTS
from vigtui.domain.consent import Purpose, why_not_live
from vigtui.domain.film import Film, FilmKind, FilmNote
from vigtui.domain.packs import fill
from vigtui.domain.record import read_date
from vigtui.domain.timecode import format_time
from vigtui.screens.base import CaseScreen
from vigtui.screens.dialogs import Answers, Ask, FormDialog, TickDialog
from vigtui.screens.intake import IntakeEnded, Wanted, intake_queue
from vigtui.screens.originals import DeleteOriginals
from vigtui.screens.pick_film import Picked, PickFilm
from vigtui.screens.versions import ask_tracks, ask_version, version_words
from vigtui.services import films, light
from vigtui.services.originals import Original
from vigtui.services.ports import Work
from vigtui.widgets.bindings import bindings
from vigtui.widgets.fields import DateField, LineField, Save
from vigtui.widgets.lists import RecordList, TickList
from vigtui.widgets.notes import NoteField
from vigtui.widgets.words import one_line, plain, sign

_IN = "   "
"""In front of what is said below the name of a film."""
_LOOK_EVERY = 0.2
"""Seconds between two looks at how far copying is."""


class FilmList(RecordList):
    """Films; while it has the focus it stays in view when a film is added."""

    def on_resize(self) -> None:
        if self.has_focus:
            self.scroll_visible(animate=False)


class FilmScreen(CaseScreen):
    """The filming of one cycle."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(FILM)]
    here = "film"
    places = (FILM, LISTS, IN_A_CASE)

    def compose_page(self) -> ComposeResult:
        filming = self.pack.filming
        yield Static("Plan", classes="section")
        yield from self._plan_fields()
        yield Static("Before filming", classes="section")
        yield Static(self._filled("Say: ", filming.say), id="say")
        yield TickList(id="checklist", empty="The pack has no checklist.")
        yield Static("Consent of everyone in shot", classes="section")
        yield Static("", id="consents")
        yield Static("Films", classes="section")
        yield FilmList(id="films", empty="No film yet. a adds one: type or paste its path, or walk to it.")
        yield Static("", id="intake")
        yield Static("", id="refused", classes="refused")
        yield Static("After filming", classes="section")
        yield Static(self._filled("", [item.words for item in filming.after]), id="after")
        yield NoteField(
            "What was it like",
            id="afterwards",
            read=self._reader("afterwards"),
            save=self._plan_saver("afterwards"),
            placeholder="mood, sleep, who was there, hunches",
        )
        yield RecordList(id="notes", empty="No note yet. n adds one, with a rough time in front: 03:12 waits for her")
        yield Static("Film of the shared review, for supervision", classes="section")
        yield Static("", id="talk")
        yield FilmList(id="review-films", empty="No film of the talk yet. a adds one, apart from the films above.")

    def _plan_fields(self) -> ComposeResult:
        visit = next((one for i, one in enumerate(self.pack.visits, 1) if i == self.cycle.number), None)
        activities = [visit.activity] if visit and visit.activity else []
        activities += [one for one in self.pack.filming.activities if one not in activities]
        hints = {
            "activity": "something ordinary that is likely to go well",
            "place": "where it usually happens",
            "with_whom": "who will be in shot",
            "instruction": f"what the {self.pack.role('client').name} is told",
            "theme": visit.name if visit else "if there is one",
        }
        for name, label in (("activity", "Activity"), ("place", "Place")):
            yield self._plan_field(name, label, hints[name], activities if name == "activity" else ())
        yield DateField(
            "Planned for",
            id="planned_on",
            read=self._reader("planned_on"),
            save=self._plan_saver("planned_on", read_date),
            placeholder=f"year-month-day, like {self.desk.today:%Y-%m-%d}",
        )
        for name, label in (("with_whom", "With whom"), ("instruction", "Instruction given"), ("theme", "Theme")):
            yield self._plan_field(name, label, hints[name])
        yield Static(one_line(f"for example {', '.join(activities)}"), id="activities")

    def _plan_field(self, name: str, label: str, hint: str, suggested: Any = ()) -> LineField:
        field = LineField(label, id=name, read=self._reader(name), save=self._plan_saver(name), placeholder=hint)
        if suggested and isinstance(field.editor, Input):
            field.editor.suggester = SuggestFromList(suggested, case_sensitive=False)
        return field

    def _reader(self, name: str) -> Callable[[Any], str]:
        cycle_id = self.cycle.id

        def read(file: Any) -> str:
            plan = file.plan(cycle_id)
            value = getattr(plan, name) if plan else None
            return f"{value:%Y-%m-%d}" if isinstance(value, date) else value or ""

        return read

    def _plan_saver(self, name: str, parse: Callable[[str], Any] = str) -> Save:
        cycle_id = self.cycle.id
        return lambda work, words: films.change_plan(work, self.case_id, cycle_id, **{name: parse(words)})

    def _words(self) -> dict[str, str]:
        known = {role.value: person.name for person in self.file.people for role in (person.role,)}
        return self.pack.words_for(known)

    def _filled(self, lead: str, prompts: Any) -> Text:
        words = self._words()
        return plain(lead + " ".join(fill(prompt, words) for prompt in prompts))

    async def on_mount(self) -> None:
        plan = self.file.plan(self.cycle.id)
        planned = bool(plan and plan.activity.strip()) or bool(self.file.films_of(self.cycle.id))
        self.begin_at(self.query_one("#films" if planned else "#activity Input"))
        self.set_interval(_LOOK_EVERY, self._show_intake)

    async def on_screen_resume(self, event: ScreenResume) -> None:
        """Shown again: a film may have been added meanwhile."""
        await self.reload_when_back()

    def show_file(self) -> None:
        plan = self.file.plan(self.cycle.id)
        ticked, words = plan.checked if plan else (), self._words()
        self.query_one("#checklist", TickList).show(
            (item.id, plain(f"{sign('on' if item.id in ticked else 'off')} {fill(item.words, words)}"))
            for item in self.pack.filming.checklist
        )
        self._show_consents()
        self._show_films()
        self._show_talk(bool(self.file.films_of(self.cycle.id, FilmKind.REVIEW)))
        self._show_intake()
        self.query_one("#notes", RecordList).show(
            [(note.id, self._note_row(note)) for note in self.file.notes_of(self.cycle.id)]
        )

    def _show_films(self) -> None:
        for name, kind in (("#films", FilmKind.FAMILY), ("#review-films", FilmKind.REVIEW)):
            there = self.file.films_of(self.cycle.id, kind)
            self.query_one(name, RecordList).show([(film.id, self._film_row(film)) for film in there])

    def on_resize(self) -> None:
        """What is said of a film is broken into lines that fit."""
        if self.is_resized() and self.is_mounted:
            self._show_films()

    def _show_consents(self) -> None:
        text = Text()
        for person in self.file.people:
            why = why_not_live(self.file.consents_of(person.id, Purpose.THERAPY), self.desk.today)
            text.append(f" {sign('warn' if why else 'done')} ", "bold")
            text.append_text(one_line(f"{person.name}: ", "bold"))
            text.append_text(plain(f"not live, {why}" if why else "live"))
            text.append("\n")
        if not self.file.people:
            text.append(" Nobody is in the case yet. F2, then a, adds people.\n", "italic")
        elif any(line.startswith(f" {sign('warn')}") for line in text.plain.splitlines()):
            text.append("   F2, then c on a person, records a consent.\n", "dim")
        text.rstrip()
        self.query_one("#consents", Static).update(text)

    def _show_talk(self, filmed: bool) -> None:
        """Say whether all agreed that the talk is filmed."""
        review = self.file.review(self.cycle.id)
        agreed = review is not None and review.film_consented
        text = Text(f" {sign('done')} all agreed that the talk is filmed" if agreed else "")
        if filmed and not agreed:
            text = Text(f" {sign('warn')} not noted yet that all agree to film the talk; F6, then c, notes it", "bold")
        talk = self.query_one("#talk", Static)
        talk.display = bool(text.plain)
        talk.update(text)

    def _film_row(self, film: Film) -> Text:
        row = Text()
        row.append(f" {film.number} ", "bold")
        row.append_text(one_line(film.original_name, "bold"))
        row.append_text(plain(f"  {_facts(film)}\n"))
        said = one_line(f"{film.verdict} {_origin(film)}".strip()).plain
        row.append_text(
            plain("\n".join(wrap(said, max(40, self.size.width - 8), initial_indent=_IN, subsequent_indent=_IN)), "dim")
        )
        seen = self.file.seen_in(film.id)
        names = ", ".join(person.name for person in seen)
        row.append("\n   ")
        row.append_text(one_line(f"seen: {names}" if seen else "nobody is named as seen; e says who is"))
        purpose = Purpose.SUPERVISION if film.kind is FilmKind.REVIEW else Purpose.THERAPY
        missing = self.file.missing_consents(seen, purpose, self.desk.today)
        what = "consent" if purpose is Purpose.THERAPY else f"consent for {purpose.value}"
        if missing:
            row.append(f"  {sign('warn')} ", "bold")
            row.append_text(one_line(f"{what} is missing of {', '.join(one.name for one in missing)}", "bold"))
        elif seen:
            row.append_text(plain(f"  {sign('done')} {what} is live"))
        return row

    def _note_row(self, note: FilmNote) -> Text:
        many = len(self.file.films_of(self.cycle.id)) > 1
        film = next((one for one in self.file.films if one.id == note.film_id), None)
        row = Text()
        row.append(f" {_time(note):>8}  ", "bold")
        if many and film:
            row.append(f"film {film.number}  ", "dim")
        row.append_text(one_line(note.words))
        return row

    def _show_intake(self) -> None:
        queue = self.desk.intake
        now, text = self.query_one("#intake", Static), Text()
        progress = (queue.progress() or queue.originals.progress()) if queue else ""
        if progress:
            text = one_line(f" {progress}")
            text.append("   c stops", "dim")
        elif queue and (there := queue.originals.of(self.case_id)):
            said = "1 film was copied and read back; D deletes it from the card"
            if len(there) > 1:
                said = f"{len(there)} films were copied and read back; D deletes them from the card"
            text = one_line(f" {sign('done')} {said}")
        refusals = Text()
        for wanted, sentences in queue.refused if queue else ():
            if wanted.cycle_id == self.cycle.id:
                named = "" if sentences.startswith(wanted.name) else f"{wanted.name}: "
                refusals.append_text(one_line(f" {sign('warn')} {named}{sentences}"))
                refusals.append("\n")
        refusals.rstrip()
        for widget, words in ((now, text), (self.query_one("#refused", Static), refusals)):
            widget.display = bool(words.plain)
            if widget.content != words:
                widget.update(words)

    # Checklist

    @on(TickList.Asked, "#checklist")
    async def item_ticked(self, event: TickList.Asked) -> None:
        """Tick an item of the checklist, or take the tick back."""
        case_id, cycle_id, item = self.case_id, self.cycle.id, event.record_id
        if item:
            await self.change(lambda work: films.tick(work, films.plan_for(work, case_id, cycle_id).id, item))

    # Films

    @on(RecordList.Asked, "#films,#review-films")
    async def films_asked(self, event: RecordList.Asked) -> None:
        """Add, edit or remove a film."""
        if event.wish == "add":
            kind = FilmKind.REVIEW if event.records.id == "review-films" else FilmKind.FAMILY
            self.app.push_screen(PickFilm(intake_queue(self.app, self.desk).folder), partial(self._take_in, kind))
        elif event.wish == "edit" and event.record_id:
            self._edit_film(self.file.film(event.record_id))
        elif event.record_id:
            film_id = event.record_id
            if await self.change(lambda work: films.remove_film(work, film_id)):
                await asyncio.to_thread(light.remove_files, self.desk.library.folder, film_id)

    async def _take_in(self, kind: FilmKind, picked: Picked | None) -> None:
        if picked is None:
            return
        queue = intake_queue(self.app, self.desk)
        queue.folder = picked.folder
        place = f"{self.file.case.code}, cycle {self.cycle.number}"
        paths = list(picked.paths)
        groups: list[tuple[Path, ...]] = [(path,) for path in paths]
        if len(paths) > 1 and not picked.reference:
            groups = await asyncio.to_thread(self.desk.media.grouped, paths)
        queue.add(
            Wanted(
                self.case_id, self.cycle.id, place, group[0], picked.reference, kind, group if len(group) > 1 else ()
            )
            for group in groups
        )
        self._show_intake()

    @on(IntakeEnded)
    async def intake_ended(self, event: IntakeEnded) -> None:
        """A film was added, or refused."""
        event.stop()
        if event.wanted.case_id != self.case_id:
            return
        await self.reload()
        if event.film and event.film.cycle_id == self.cycle.id:
            where = "#review-films" if event.film.kind is FilmKind.REVIEW else "#films"
            self.query_one(where, RecordList).choose(event.film.id)
        if event.error and self.is_current:
            self.tell(event.error)

    def action_stop(self) -> None:
        """Stop copying, or comparing with what was copied."""
        queue = self.desk.intake
        if queue and (queue.is_busy or queue.originals.is_busy):
            queue.stop()
            queue.originals.stop()
            self._show_intake()
        else:
            self.say("Nothing is being copied.")

    def action_delete_originals(self) -> None:
        """Ask which of the copied films are deleted where they came from."""
        queue = self.desk.intake
        there = queue.originals.of(self.case_id) if queue else []
        if queue and (queue.is_busy or queue.originals.is_busy):
            self.say("Wait until the films are copied.")
        elif not queue or not there:
            self.say("Nothing was copied. Films can be deleted from a card after they were added, and read back.")
        else:

            def chosen(these: tuple[Original, ...] | None) -> None:
                if these:
                    queue.originals.delete(these)

            self.app.push_screen(DeleteOriginals(there), chosen)

    def _edit_film(self, film: Film) -> None:
        async def keep(answers: Answers) -> None:
            recorded_on = read_date(answers["recorded_on"])
            facts = {name: answers[name] for name in ("activity", "instruction", "mood", "recorded_time")}
            await self.save(lambda work: films.edit_film(work, film.id, recorded_on=recorded_on, **facts))
            await self.reload()

        plan = self.file.plan(self.cycle.id)
        asks = (
            Ask("activity", "Activity", film.activity, hint=plan.activity if plan else ""),
            Ask("instruction", "Instruction given", film.instruction, hint=plan.instruction if plan else ""),
            Ask("mood", "Mood", film.mood),
            Ask(
                "recorded_on",
                "Filmed on",
                f"{film.recorded_on:%Y-%m-%d}" if film.recorded_on else "",
                hint="2026-11-23",
            ),
            Ask("recorded_time", "At", film.recorded_time, hint="14:03"),
        )
        title = f"{film.label.capitalize()}: {film.original_name}"
        self.app.push_screen(FormDialog(title, asks, keep, intro=f"{_facts(film)}\n{film.verdict}", about=film))

    def _film_here(self) -> Film | None:
        there = self.file.films_of(self.cycle.id)
        highlighted = self.query_one("#films", RecordList).highlighted_id
        return next((film for film in there if film.id == highlighted), there[0] if there else None)

    def _film_meant(self) -> Film | None:
        """The highlighted film, of whichever list has the focus; says so where there is none."""
        own = self.query_one("#review-films", RecordList)
        film = self.file.film(own.highlighted_id) if own.has_focus and own.highlighted_id else self._film_here()
        if film is None:
            self.say("Add a film first, with a in the list of films.")
        return film

    async def action_tracks(self) -> None:
        """Choose the picture and the sound of the highlighted film."""
        if film := self._film_meant():
            await ask_tracks(self, film)

    async def action_light(self) -> None:
        """Choose whether the highlighted film itself or a light copy is played."""
        if film := self._film_meant():
            await ask_version(self, film)

    def action_seen(self) -> None:
        """Say who is seen in the highlighted film."""
        film = self._film_meant()
        if film is None:
            return
        seen = {person.id for person in self.file.seen_in(film.id)}
        ticks = [(person.id, person.name, person.id in seen) for person in self.file.people]

        async def toggle(person_id: str, is_seen: bool) -> None:
            person = self.file.person(person_id)
            await self.change(lambda work: films.set_seen(work, film, person, is_seen))

        self.app.push_screen(TickDialog(f"Who is seen in {film.label}?", ticks, toggle))

    # Notes

    @on(RecordList.Asked, "#notes")
    async def notes_asked(self, event: RecordList.Asked) -> None:
        """Add, edit or remove a note."""
        note = next((one for one in self.file.film_notes if one.id == event.record_id), None)
        if event.wish == "add":
            self.action_note()
        elif note and event.wish == "edit":
            self._ask_note("Note", note)
        elif note:
            note_id = note.id
            await self.change(lambda work: films.remove_note(work, note_id))

    def action_note(self) -> None:
        """Note something seen while filming."""
        self._ask_note("Add a note", None)

    def _ask_note(self, title: str, note: FilmNote | None) -> None:
        there = self.file.films_of(self.cycle.id)
        here = self._film_here()
        words = f"{_time(note)} {note.words}".strip() if note else ""
        asks = [Ask("words", "Rough time, if you know it, then what you saw", words, hint="03:12 waits for her")]
        if len(there) > 1:
            chosen = note.film_id if note and note.film_id else here.id if here else ""
            asks.append(
                Ask("film", "In which film", chosen, choices=tuple((one.id, f"film {one.number}") for one in there))
            )

        async def keep(answers: Answers) -> None:
            at, said = films.read_note(answers["words"])
            film_id = answers.get("film") or (there[0].id if there else None)

            def job(work: Work) -> FilmNote:
                if note:
                    return films.edit_note(work, note.id, said, at=at, film_id=film_id)
                return films.add_note(work, self.case_id, self.cycle.id, said, at=at, film_id=film_id)

            kept = await self.save(job)
            await self.reload()
            self.query_one("#notes", RecordList).choose(kept.id)

        self.app.push_screen(FormDialog(title, asks, keep, about=note or self.cycle.id))


def _time(note: FilmNote) -> str:
    if note.at_ms is None:
        return ""
    return format_time(note.at_ms, decimals=3 if note.at_ms % 1000 else 0)


def _origin(film: Film) -> str:
    """When and with what it was filmed, as a sentence; empty where neither is known."""
    day = f" on {film.recorded_on:%Y-%m-%d}" if film.recorded_on else ""
    time = f" at {film.recorded_time}" if film.recorded_time else ""
    device = f" with {film.device}" if film.device else ""
    return f"Filmed{day}{time}{device}." if day or time or device else ""


def _facts(film: Film) -> str:
    """Length, size, frame rate and sound in one line."""
    facts = [format_time(film.duration_ms, decimals=0) if film.duration_ms is not None else "length unknown"]
    if film.has_picture and film.width and film.height:
        facts.append(f"{film.width}×{film.height}")
    if film.has_picture and film.frame_rate:
        steady = {True: "variable", False: "constant", None: "unsure"}[film.variable]
        facts.append(f"{round(film.frame_rate, 2):g} fps {steady}")
    if not film.has_picture:
        facts.append("no picture")
    facts.append("sound" if film.has_sound else "no sound")
    facts += filter(None, [version_words(film)])
    return ", ".join(facts)
