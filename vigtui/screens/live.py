"""The live review: a quiet prompter and a faithful memory. Eyes stay on the client; every note is one key."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from vigtui.commands import LIVE, of
from vigtui.domain.clip import Clip
from vigtui.domain.goal import Goal, Occasion
from vigtui.domain.moment import Moment
from vigtui.domain.packs import PhaseKind, Show
from vigtui.domain.review import NoteKind, Review, ReviewNote
from vigtui.domain.timecode import Millis, format_length, format_time
from vigtui.domain.workflow import Stage
from vigtui.screens.base import Desk
from vigtui.screens.playing import PlayheadMoved, PlayingScreen
from vigtui.services import goals, reviews
from vigtui.services.ports import Work
from vigtui.services.prompts import ReadyStep, ready_steps
from vigtui.widgets.bindings import bindings
from vigtui.widgets.chrome import BottomLine, Heading, Rail
from vigtui.widgets.fields import LineField
from vigtui.widgets.lists import RecordList
from vigtui.widgets.words import one_line, plain, sign

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


class LiveReview(PlayingScreen):
    """One shared review, under way."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(LIVE)]
    here = "review"
    places = (LIVE,)
    window_keys = {key: command.action for command in of(LIVE) for key in command.keys.split(",")}

    def __init__(self, desk: Desk, case_id: str, cycle_number: int | None = None) -> None:
        super().__init__(desk, case_id, cycle_number)
        self._steps: tuple[ReadyStep, ...] = ()
        self._shown: str | None = None
        """The clip whose picture stands on the client's screen."""
        self._full = False
        self._phase_since: tuple[str, datetime] = ("", desk.clock())

    def compose(self) -> ComposeResult:
        yield Heading("", id="heading")
        yield Rail("", id="rail")
        with Vertical(id="live"):
            yield Static("", id="phase")
            yield Static("", id="prompt")
            yield Static("", id="then")
            yield Static("", id="clip")
            yield LineField("Note", read=lambda file: "", save=lambda work, words: None, id="note")
            yield RecordList(id="notes", empty="Notes come here: q quote, w wow, e feeling, t strength …", actions=())
        yield BottomLine()

    async def on_mount(self) -> None:
        self.query_one("#note").display = False
        self.listen()
        self.set_interval(_CLOCK_EVERY, self.show_phase)
        await self.drive(self.desk.player.blank())

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
        """The clip of the present step."""
        return self.ready.clip

    @property
    def moment(self) -> Moment | None:
        """The moment behind the present clip."""
        return self.file.moment(self.clip.moment_id) if self.clip else None

    def show_file(self) -> None:
        self._steps = ready_steps(self.file, self.cycle, self.pack)
        self.show_phase()
        self._show_prompt()
        self.show_player()
        self._show_notes()

    def show_phase(self) -> None:
        """Phase, clip and minutes."""
        phase, now = self.ready.step.phase, self.desk.clock()
        name = f"{phase.id}{self.ready.step.clip or ''}"
        if self._phase_since[0] != name:
            self._phase_since = (name, now)
        spent = int((now - self._phase_since[1]).total_seconds() // 60)
        line = Text(f"{phase.letter}  {phase.name}", style="bold", no_wrap=True, overflow="ellipsis")
        if self.ready.step.clip:
            line.append(f"  {self.ready.step.clip} of {len(self.file.clips_of(self.cycle.id))}")
        line.append(f"   {spent} of {phase.minutes[0]} to {phase.minutes[1]} min", "not bold dim")
        line.append(f"   {reviews.minutes_in(self.review, now)} min in all", "not bold dim")
        self.query_one("#phase", Static).update(line)

    def _show_prompt(self) -> None:
        ready = self.ready
        ticked = any(
            one.ticked
            and (one.phase, one.rung) == (ready.step.phase.id, ready.step.rung.id)
            and one.clip_id == (ready.clip.id if ready.clip else None)
            for one in self.file.review_steps
            if one.review_id == self.review.id
        )
        text = Text(f"{sign('done') + ' ' if ticked else ''}{ready.step.rung.name}\n\n", style="dim")
        text.append_text(plain(ready.prompt, "bold not dim"))
        if ready.hint:
            text.append("\n\n").append_text(plain(ready.hint, "italic dim"))
        self.query_one("#prompt", Static).update(text)
        following = self._steps[self.at + 1] if self.at + 1 < len(self._steps) else None
        then = Text("next  ", "dim", no_wrap=True, overflow="ellipsis")
        if following:
            where = "" if following.step.phase is ready.step.phase else f"{following.step.phase.name}: "
            then.append_text(one_line(f"{where}{following.step.rung.name}: {following.prompt}", "dim"))
        else:
            then.append("F10 ends the review")
        self.query_one("#then", Static).update(then)

    def show_player(self) -> None:
        clip, moment = self.clip, self.moment
        if clip is None or moment is None:
            self.query_one("#clip", Static).update(Text("no clip in this phase", "dim"))
            return
        state = self.desk.player.state
        shown = self._shown == clip.id
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(f"{sign('playing' if state.playing and shown else 'paused')} clip {clip.position}  ", "bold")
        line.append(format_time(state.position if shown else moment.in_ms, decimals=1), "bold")
        line.append("  still" if moment.still else f"  of {format_length(moment.length_ms)}", "dim")
        if not shown:
            line.append("  the client sees black; space plays", "italic")
        elif not state.playing:
            line.append(f"  {sign('dot')} it is the client's turn", "italic")
        line.append("  repeating" if state.loop else "", "bold")
        line.append(f"  {state.speed:g}×" if state.speed != 1 else "", "bold")
        self.query_one("#clip", Static).update(line)

    def _show_notes(self) -> None:
        rows = []
        for note in reversed(self.file.review_notes_of(self.review.id)):
            row = Text(no_wrap=True, overflow="ellipsis")
            row.append(f" {note.written_at.astimezone():%H:%M} ", "dim")
            clip = next((one for one in self.file.clips if one.id == note.clip_id), None)
            where = f"clip {clip.position} {format_time(note.at_ms)} " if clip and note.at_ms is not None else ""
            row.append(f"{_SAID[note.kind]:<14.14} ", "bold").append(where, "dim").append_text(one_line(note.words))
            rows.append((note.id, row))
        self.query_one("#notes", RecordList).show(rows)

    def on_playhead_moved(self, event: PlayheadMoved) -> None:
        self.show_player()

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
        if self.clip != before:
            self._shown = None
            await self.drive(self.desk.player.blank())
            self.show_player()

    async def save_step(self, job: Callable[[Work], object]) -> None:
        """Write where the review stands; undo passes over it."""
        await self.change(job, remembered=False)

    async def action_next_rung(self) -> None:
        """The next rung."""
        await self._stand_on(self.at + 1)

    async def action_previous_rung(self) -> None:
        """The rung before."""
        await self._stand_on(self.at - 1)

    async def action_tick(self) -> None:
        """Tick the rung and go on."""
        ready, review = self.ready, self.review
        clip_id = ready.clip.id if ready.clip else None
        await self.save_step(
            lambda work: reviews.tick(work, review, phase=ready.step.phase.id, rung=ready.step.rung.id, clip_id=clip_id)
        )
        await self._stand_on(self.at + 1)

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

    async def action_next_clip(self) -> None:
        """The next clip."""
        await self._to_clip(1)

    async def action_previous_clip(self) -> None:
        """The clip before."""
        await self._to_clip(-1)

    # The clip

    async def _ready_picture(self) -> tuple[Clip, Moment] | None:
        """Have the clip's film open, with the clip's speed and volume; tell where there is no clip."""
        clip, moment = self.clip, self.moment
        if clip is None or moment is None:
            self.say("This phase has no clip; → goes to the next clip.")
            return None
        film = self.file.film(moment.film_id)
        if not await self.show_film(film, at=moment.in_ms if self._shown != clip.id else None):
            return None
        if self._shown != clip.id:
            await self.drive(self.desk.player.set_speed(clip.speed))
            await self.drive(self.desk.player.set_volume(clip.volume))
            self._shown = clip.id
            await self.save_step(lambda work: reviews.shown(work, clip.id))
        return clip, moment

    async def _play(self, *, lead: Millis = Millis(0)) -> None:
        found = await self._ready_picture()
        if found is None:
            return
        player, moment = self.desk.player, found[1]
        if moment.still:
            await self.drive(player.seek(moment.in_ms))
        else:
            await self.drive(player.play_span(moment.span, lead=lead))
        self.show_player()

    async def action_play_clip(self) -> None:
        """Play the clip in the rung's own way; while it plays, pause; in the middle, go on."""
        player, moment, clip = self.desk.player, self.moment, self.clip
        if player.state.playing and clip and self._shown == clip.id:
            await self.drive(player.pause())
        elif moment and clip and self._shown == clip.id and moment.in_ms < player.state.position < moment.out_ms:
            await self.drive(player.play())
        else:
            show = self.ready.step.rung.show
            if await self._ready_picture() and show is Show.SLOW and clip and clip.speed == 1:
                await self.drive(player.set_speed(0.5))
            await (self.action_loop() if show is Show.LOOP else self._play())
        self.show_player()

    async def action_replay(self) -> None:
        """From its beginning."""
        await self._play()

    async def action_run_up(self) -> None:
        """From a little before."""
        await self._play(lead=Millis(self.desk.settings.preroll_ms))

    async def action_slow(self) -> None:
        """Half speed, or full speed again."""
        await self.drive(self.desk.player.set_speed(1.0 if self.desk.player.state.speed < 1 else 0.5))
        self.show_player()

    async def action_loop(self) -> None:
        """Repeat the clip, or end that."""
        player = self.desk.player
        if player.state.loop:
            await self.drive(player.loop(None))
        elif (found := await self._ready_picture()) and not found[1].still:
            await self.drive(player.loop(found[1].span))
            await self.drive(player.play())
        self.show_player()

    async def action_frame_back(self) -> None:
        """One frame back."""
        if await self._ready_picture():
            await self.drive(self.desk.player.step(-1))
            self.show_player()

    async def action_frame_on(self) -> None:
        """One frame on."""
        if await self._ready_picture():
            await self.drive(self.desk.player.step(1))
            self.show_player()

    async def action_black(self) -> None:
        """Black for the client, or the picture again."""
        if self._shown:
            self._shown = None
            await self.drive(self.desk.player.blank())
        else:
            await self._ready_picture()
        self.show_player()

    async def action_full_screen(self) -> None:
        """Fill the client's screen, or not."""
        self._full = not self._full
        await self.drive(self.desk.player.fullscreen(self._full))

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
        field.query_one(".label", Static).update(plain(_SAID[kind], "bold"))
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
        from vigtui.screens.rating import RatingDialog

        first_clip = next(
            (i for i, one in enumerate(self._steps) if one.step.phase.kind is PhaseKind.PER_CLIP), len(self._steps)
        )
        occasion = Occasion.BEFORE if self.at < first_clip else Occasion.AFTER

        async def keep(ratings: list[tuple[Goal | None, int, str]], rater: str) -> None:
            scale = (self.pack.scale.lowest, self.pack.scale.highest)
            await self.save(
                lambda work: goals.rate_all(
                    work,
                    self.case_id,
                    ratings,
                    cycle_id=self.cycle.id,
                    rater=rater,
                    occasion=occasion,
                    scale=scale,
                )
            )
            await self.reload()

        self.app.push_screen(RatingDialog(self.file, self.pack, occasion, keep))

    # Leaving

    async def action_finish(self) -> None:
        """End the review and go to the wrap-up."""
        if not await self.flush():
            return
        review_id = self.review.id
        if await self.change(lambda work: reviews.end(work, review_id)):
            await self.go(Stage.WRAP_UP)

    async def _rest(self) -> None:
        await super()._rest()
        await self.drive(self.desk.player.blank())
