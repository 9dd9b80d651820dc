"""The live review: a quiet prompter and a faithful memory. Eyes stay on the client; every note is one key."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.keys import key_to_character
from textual.widgets import Input, Static

from vigtui.commands import LIVE, of
from vigtui.domain.clip import Clip
from vigtui.domain.goal import Occasion
from vigtui.domain.packs import PhaseKind, Show
from vigtui.domain.playback import UNNAMED
from vigtui.domain.review import NoteKind, Review, ReviewNote
from vigtui.domain.timecode import format_time
from vigtui.domain.workflow import Stage
from vigtui.screens.base import Desk
from vigtui.screens.client_picture import ClientPicture
from vigtui.screens.dialogs import PickDialog
from vigtui.screens.playing import in_turn
from vigtui.screens.rating import ask_ratings
from vigtui.services import reviews
from vigtui.services.ports import Work
from vigtui.services.prompts import ReadyStep, ready_steps
from vigtui.widgets.bindings import bindings
from vigtui.widgets.chrome import BottomLine, Heading, Rail
from vigtui.widgets.fields import LineField
from vigtui.widgets.film_view import FilmView
from vigtui.widgets.lists import RecordList
from vigtui.widgets.prompter import PhaseLine, Prompt, Rungs, is_ticked
from vigtui.widgets.said import Said
from vigtui.widgets.words import one_line, sign

_CLOCK_EVERY = 5.0
"""Seconds between two looks at the clock; minutes are all that is shown."""

_SAID = {
    NoteKind.QUOTE: "quote",
    NoteKind.WOW: "wow",
    NoteKind.FEELING: "feeling",
    NoteKind.GOAL_LINK: "link to the question",
    NoteKind.STRENGTH: "strength",
    NoteKind.WORKING_POINT: "working point",
    NoteKind.OWN: "own note",
    NoteKind.CONCERN: "concern, kept apart",
}


class LiveReview(ClientPicture):
    """One shared review, under way."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(LIVE)]
    here = "review"
    is_live = True
    places = (LIVE,)
    window_keys = {key: command.action for command in of(LIVE) for key in command.keys.split(",")}

    def __init__(self, desk: Desk, case_id: str, cycle_number: int | None = None) -> None:
        super().__init__(desk, case_id, cycle_number)
        self._steps: tuple[ReadyStep, ...] = ()

    def compose(self) -> ComposeResult:
        yield Heading("", id="heading")
        yield Rail("", id="rail")
        with Horizontal(id="live"):
            with Vertical(id="prompter"):
                yield PhaseLine("", id="phase")
                yield Prompt(id="prompt")
                yield Said("", id="then")
                yield Said("", id="clip")
                yield RecordList(id="notes", empty="Notes: q quote, w wow, e feeling, t strength …", actions=())
            yield Rungs("", id="rungs")
        yield FilmView(id="film", classes="over")
        yield LineField("Note", read=lambda file: "", save=lambda work, words: None, id="note")  # over the film as well
        yield BottomLine()

    async def on_mount(self) -> None:
        self.query_one("#note").display = False
        self.listen()
        self.show_view()
        self.set_interval(_CLOCK_EVERY, self.show_phase)
        self._steps = ready_steps(self.file, self.cycle, self.pack)
        if held := self.take_held():
            await self.take_turn(lambda: self.show_again(held))
            self.show_file()
            return
        await self.drive(self.desk.player.blank())
        await self._stand_on(self.at)

    # Where the review stands

    @property
    def review(self) -> Review:
        """The review; it was prepared before this screen opened."""
        review = self.file.review(self.cycle.id)
        assert review is not None, "a live review is prepared first"  # noqa: S101
        return review

    @property
    def at(self) -> int:
        """Index of the present step."""
        return max(0, min(self.review.step, len(self._steps) - 1))

    @property
    def ready(self) -> ReadyStep:
        """The present step."""
        return self._steps[self.at]

    @property
    def clip(self) -> Clip | None:
        return self.ready.clip

    @property
    def way(self) -> Show:
        return self.ready.step.rung.show

    @property
    def question(self) -> str:
        return self.ready.prompt

    def show_file(self) -> None:
        self._steps = ready_steps(self.file, self.cycle, self.pack)
        self.show_phase()
        self._show_prompt()
        self.show_player()
        self._show_notes()

    def show_phase(self) -> None:
        """Phase, clip and minutes."""
        ready, review, now = self.ready, self.review, self.desk.clock()
        clip_id = ready.clip.id if ready.clip else None
        self.query_one(PhaseLine).show(
            ready,
            len(self.file.clips_of(self.cycle.id)),
            reviews.minutes_of_phase(self.file, review, ready.step.phase.id, clip_id, now),
            (reviews.minutes_in(review, now), self.pack.counts.review_minutes),
        )

    def _show_prompt(self) -> None:
        ticked = reviews.ticked_rungs(self.file, self.review)
        self.query_one(Prompt).show(self.ready, is_ticked(self.ready, ticked))
        self.query_one(Rungs).show(self._steps, self.at, ticked)
        following = self._steps[self.at + 1] if self.at + 1 < len(self._steps) else None
        then = Text("next  ", "dim", no_wrap=True, overflow="ellipsis")
        if following:
            where = "" if following.step.phase is self.ready.step.phase else f"{following.step.phase.name}: "
            then.append_text(one_line(f"{where}{following.step.rung.name}: {following.prompt}", "dim"))
        else:
            then.append("F10 ends the review")
        self.query_one("#then", Static).update(then)

    def show_player(self) -> None:
        if self._steps:
            self.query_one("#clip", Static).update(self.player_line())
            self.query_one(FilmView).cover(self.question if self.desk.player.state.covered else None)

    def _show_notes(self) -> None:
        rows = []
        for note in reversed(self.file.review_notes_of(self.review.id)):
            row = Text(no_wrap=True, overflow="ellipsis")
            row.append(f" {note.written_at.astimezone():%H:%M} ", "dim")
            clip = next((one for one in self.file.clips if one.id == note.clip_id), None)
            where = f"clip {clip.position} {format_time(note.at_ms)} " if clip and note.at_ms is not None else ""
            row.append(f"{_SAID[note.kind]:<14.14} ", "bold").append(where, "dim").append_text(one_line(note.words))
            rows.append((note.id, row))
        notes = self.query_one("#notes", RecordList)
        notes.show(rows)
        if rows and not notes.has_focus:
            notes.choose(rows[0][0])

    async def take_window_key(self, key: str) -> None:
        """Where something is being typed, or a dialog is open, keys of the film's window go there as any other."""
        if self.is_current and not isinstance(self.focused, Input):
            await super().take_window_key(key)
        elif key == UNNAMED:
            self.say("That sign does not come through from the film's window. Type in the terminal.")
        else:
            # As if it came from the terminal: an event of the screen's own would not bubble past the screen.
            self.app.post_message(events.Key(key, key_to_character(key)).set_sender(self.app))

    # The ladder

    async def _stand_on(self, at: int) -> None:
        at = max(0, min(at, len(self._steps) - 1))
        before = self.clip
        ready = self._steps[at]
        review_id, clip_id = self.review.id, ready.clip.id if ready.clip else None
        await self.save_step(
            lambda work: reviews.go_to(
                work, review_id, at, phase=ready.step.phase.id, rung=ready.step.rung.id, clip_id=clip_id
            )
        )
        await self.new_rung(before)

    async def save_step(self, job: Callable[[Work], object]) -> None:
        """Write where the review stands; undo passes over it."""
        await self.change(job, remembered=False)

    @in_turn
    async def action_next_rung(self) -> None:
        """The next rung."""
        await self._stand_on(self.at + 1)

    @in_turn
    async def action_previous_rung(self) -> None:
        """The rung before."""
        await self._stand_on(self.at - 1)

    @in_turn
    async def action_tick(self) -> None:
        """Tick the rung and go on."""
        await self._tick(True)
        await self._stand_on(self.at + 1)

    @in_turn
    async def action_untick(self) -> None:
        """Take the tick back."""
        await self._tick(False)

    async def _tick(self, ticked: bool) -> None:
        ready, review = self.ready, self.review
        phase, rung, clip_id = ready.step.phase.id, ready.step.rung.id, ready.clip.id if ready.clip else None
        await self.save_step(
            lambda work: reviews.tick(work, review, phase=phase, rung=rung, clip_id=clip_id, ticked=ticked)
        )

    def action_go_to(self) -> None:
        """Go to any rung."""
        ticked = reviews.ticked_rungs(self.file, self.review)
        choices = []
        for i, one in enumerate(self._steps):
            mark = sign("done") if is_ticked(one, ticked) else " "
            where = f"{one.step.phase.letter} {one.step.phase.name} {one.step.clip or ''}".rstrip()
            choices.append((str(i), f"{mark} {where}: {one.step.rung.name}"))

        async def then(chosen: str | None) -> None:
            if chosen is not None:
                await self.take_turn(lambda: self._stand_on(int(chosen)))

        self.app.push_screen(PickDialog("Go to which rung?", choices, chosen=str(self.at)), then)

    @in_turn
    async def action_next_phase(self) -> None:
        """The next phase, past all clips."""
        await self._to_phase(1)

    @in_turn
    async def action_previous_phase(self) -> None:
        """The phase before."""
        await self._to_phase(-1)

    async def _to_phase(self, by: int) -> None:
        phases = [one.step.phase for one in self._steps]
        others = list(dict.fromkeys(one.id for one in phases))
        there = others.index(phases[self.at].id) + by
        if 0 <= there < len(others):
            await self._stand_on([one.id for one in phases].index(others[there]))
        else:
            self.say("There is no other phase that way.")

    async def _to_clip(self, by: int) -> None:
        numbers = [one.step.clip or 0 for one in self._steps]
        now = numbers[self.at]
        if by > 0:
            at = next((i for i in range(self.at + 1, len(numbers)) if numbers[i] not in (0, now)), None)
        else:
            there = [one for one in numbers[: self.at] if one not in (0, now)]
            at = numbers.index(there[-1]) if there else None
        if at is None:
            self.say("There is no other clip that way.")
        else:
            await self._stand_on(at)

    @in_turn
    async def action_next_clip(self) -> None:
        """The next clip."""
        await self._to_clip(1)

    @in_turn
    async def action_previous_clip(self) -> None:
        """The clip before."""
        await self._to_clip(-1)

    # Notes

    async def _note(self, kind: NoteKind) -> ReviewNote:
        """A note of this kind, stamped with where things stand now."""
        ready, clip = self.ready, self.clip
        there = clip is not None and self._shown == clip.id
        now = self.desk.clock()
        note_id = await self.desk.library.aread(lambda work: work.new_id())
        return ReviewNote(
            id=note_id,
            case_id=self.case_id,
            review_id=self.review.id,
            kind=kind,
            phase=ready.step.phase.id,
            rung=ready.step.rung.id,
            clip_id=clip.id if clip else None,
            at_ms=self.desk.player.state.position if there else None,
            written_at=now,
        )

    async def _write(self, kind: NoteKind) -> None:
        """Open the note line; what is typed is kept from the first letter on."""
        note = await self._note(kind)
        field = self.query_one("#note", LineField)
        field.aim(
            self.file,
            read=lambda file: next((one.words for one in file.review_notes if one.id == note.id), ""),
            save=lambda work, words: reviews.write_note(work, note, words),
        )
        # Where the film fills the terminal the client looks at it as well: what is written, and of what kind, is not theirs.
        is_seen = self.has_class("-film")
        field.rename("note" if is_seen else _SAID[kind])
        field.editor.password = is_seen
        field.display = True
        field.editor.focus()

    @on(LineField.Done, "#note")
    def note_done(self, event: LineField.Done) -> None:
        """Enter: the note is kept, the line goes away."""
        event.prevent_default()
        self.leave_field()

    def leave_field(self) -> bool:
        field = self.query_one("#note", LineField)
        field.send()
        self.set_focus(None)
        field.display = False
        return True

    async def action_quote(self) -> None:
        """The client's words."""
        await self._write(NoteKind.QUOTE)

    async def action_wow(self) -> None:
        """A wow."""
        note = await self._note(NoteKind.WOW)
        await self.change(lambda work: reviews.write_note(work, note, ""))

    async def action_feeling(self) -> None:
        """A feeling."""
        await self._write(NoteKind.FEELING)

    async def action_goal_link(self) -> None:
        """A link to the question."""
        await self._write(NoteKind.GOAL_LINK)

    async def action_strength(self) -> None:
        """A strength."""
        await self._write(NoteKind.STRENGTH)

    async def action_working_point(self) -> None:
        """A working point."""
        await self._write(NoteKind.WORKING_POINT)

    async def action_own_note(self) -> None:
        """The practitioner's own note."""
        await self._write(NoteKind.OWN)

    async def action_concern(self) -> None:
        """A concern, kept apart."""
        await self._write(NoteKind.CONCERN)

    def action_rate(self) -> None:
        """Rate the question and each goal: before the clips on arriving, after them on gathering."""
        first_clip = next(
            (i for i, one in enumerate(self._steps) if one.step.phase.kind is PhaseKind.PER_CLIP), len(self._steps)
        )
        ask_ratings(self, Occasion.BEFORE if self.at < first_clip else Occasion.AFTER)

    # Leaving

    async def action_finish(self) -> None:
        """End the review and go to the wrap-up."""
        if not await self.flush():
            return
        review_id = self.review.id
        if await self.change(lambda work: reviews.end(work, review_id)):
            await self.go(Stage.WRAP_UP)

    async def go_back(self) -> None:
        """Back to the preparation: one key too many in front of a client loses nothing and shows nothing."""
        await self.go(Stage.REVIEW)

    async def _rest(self) -> None:
        async with self.turn:
            await super()._rest()
            await self.leave_picture()
