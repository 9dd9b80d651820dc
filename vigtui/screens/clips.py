"""Clips: the workbench. Look closely, mark moments, say what is in them, choose the shortlist."""

from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import OptionList, Static

from vigtui.commands import CLIPS, IN_A_CASE, of
from vigtui.domain.clip import Clip
from vigtui.domain.errors import MarksReversed, VigError
from vigtui.domain.film import Film, FilmKind
from vigtui.domain.moment import Moment
from vigtui.domain.timecode import Millis, Span, format_length, format_time, parse_time
from vigtui.domain.workflow import films_on_bench
from vigtui.screens.base import saver
from vigtui.screens.dialogs import Answers, Ask, FormDialog, PickDialog
from vigtui.screens.playing import PlayheadMoved, PlayingScreen
from vigtui.services import moments, shortlist, supervision
from vigtui.services.prompts import role_word
from vigtui.widgets.bindings import bindings
from vigtui.widgets.chrome import BottomLine, Heading, Rail
from vigtui.widgets.fields import LineField
from vigtui.widgets.lists import RecordList
from vigtui.widgets.moment_words import clip_row, facts, moment_row
from vigtui.widgets.timeline import Timeline
from vigtui.widgets.words import one_line, plain, sign

_SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)


_FOR_REVIEW = "Shortlist: s on a moment chooses it."
_FOR_SUPERVISION = "For supervision: s on a moment chooses it."


def _nothing(file: Any) -> str:
    return ""


class ClipsScreen(PlayingScreen):
    """The workbench of one cycle."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(CLIPS)]
    here = "clips"
    places = (CLIPS, IN_A_CASE)
    window_keys = {key: command.action for command in of(CLIPS) for key in command.keys.split(",")}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._film_at = 0
        self._marks: tuple[Millis | None, Millis | None] = (None, None)
        self._was_playing = False

    def compose(self) -> ComposeResult:
        yield Heading("", id="heading")
        yield Rail("", id="rail")
        with Vertical(id="bench"):
            with Horizontal(id="above"):
                yield Static("", id="transport")
                yield RecordList(id="moments", empty="No moment yet: i marks in, o marks out, enter keeps.", actions=())
            yield Timeline(id="timeline")
            with Horizontal(id="below"):
                with Vertical(id="this-moment"):
                    yield Static("", id="facts")
                    yield LineField("Note", read=_nothing, save=_unaimed, id="note")
                    yield LineField("Next turn", read=_nothing, save=_unaimed, id="next-turn")
                with Vertical(id="shortlist"):
                    yield RecordList(id="clips", empty=_FOR_REVIEW, actions=())
                    yield LineField("Why", read=_nothing, save=_unaimed, id="why")
                    yield LineField("Opening", read=_nothing, save=_unaimed, id="opening")
                    yield Static("", id="checks")
        yield BottomLine()

    async def on_mount(self) -> None:
        self.query_one("#moments").focus()
        self.listen()
        film = self.film
        if film:
            await self.show_film(film)
            self.show_player()

    # What is on the bench

    @property
    def films(self) -> list[Film]:
        """The films looked at in this cycle: those its review talks over first, then the films of the review itself."""
        own = self.file.films_of(self.cycle.id, FilmKind.REVIEW)
        return [*films_on_bench(self.file, self.cycle, self.pack.way), *own]

    @property
    def film(self) -> Film | None:
        """The film on the bench."""
        films = self.films
        return films[self._film_at % len(films)] if films else None

    @property
    def moment(self) -> Moment | None:
        """The highlighted moment."""
        moment_id = self.query_one("#moments", RecordList).highlighted_id
        return next((one for one in self.file.moments if one.id == moment_id), None) if moment_id else None

    @property
    def clip(self) -> Clip | None:
        """The highlighted clip of the shortlist."""
        clip_id = self.query_one("#clips", RecordList).highlighted_id
        return next((one for one in self.file.clips if one.id == clip_id), None) if clip_id else None

    def show_file(self) -> None:
        film = self.film
        found = self.file.moments_of(film.id) if film else []
        self.query_one("#moments", RecordList).show([(one.id, moment_row(self.file, self.pack, one)) for one in found])
        self._show_chosen()
        self._aim_moment()
        self._aim_clip()
        self.show_player()
        self.show_timeline()

    @property
    def _is_own(self) -> bool:
        """Whether a review's own film is on the bench; what is chosen there is for supervision."""
        return self.film is not None and self.film.kind is FilmKind.REVIEW

    def _show_chosen(self) -> None:
        """Show the shortlist; beside a review's own film what is chosen for supervision."""
        chosen = self.query_one("#clips", RecordList)
        chosen.empty = _FOR_SUPERVISION if self._is_own else _FOR_REVIEW
        if self._is_own:
            own = supervision.own_moments(self.file, self.cycle.id)
            chosen.show([(one.id, moment_row(self.file, self.pack, one)) for one in own])
        else:
            clips = self.file.clips_of(self.cycle.id)
            chosen.show([(one.id, clip_row(one, self.file.moment(one.moment_id))) for one in clips])

    def show_timeline(self) -> None:
        """Show moments, marks and notes on the timeline."""
        film, moment = self.film, self.moment
        timeline = self.query_one(Timeline)
        timeline.display = film is not None
        if film is None:
            return
        notes = [] if self._is_own else self.file.notes_of(self.cycle.id)
        timeline.show(
            length=film.duration_ms or self.desk.player.state.length or Millis(1),
            moments=self.file.moments_of(film.id),
            current=moment.id if moment else None,
            notes=[one.at_ms for one in notes if one.at_ms is not None],
            marks=self._marks,
        )

    def show_player(self) -> None:
        """Show where the film is and what is marked."""
        film = self.film
        text = Text(no_wrap=True, overflow="ellipsis")
        if film is None:
            text.append("No film in this cycle yet.\nF4 goes to Film: a adds one there.", "bold")
            self.query_one("#transport", Static).update(text)
            return
        state = self.desk.player.state
        position = state.position if self.is_open(film) else Millis(0)
        length = film.duration_ms or state.length
        text.append(f"{sign('playing' if state.playing else 'paused')} {format_time(position, decimals=3)}", "bold")
        text.append(f" / {format_time(length)}" if length else "", "dim")
        text.append(f"   {state.speed:g}×" if state.speed != 1 else "", "bold")
        text.append("   repeating" if state.loop else "", "bold")
        start, end = self._marks
        text.append("\nin ", "dim").append(format_time(start, decimals=3) if start is not None else "–")
        text.append("   out ", "dim").append(format_time(end, decimals=3) if end is not None else "–")
        if start is not None and end is not None:
            text.append(f"   {format_length(Millis(end - start))}", "bold").append("  enter keeps", "italic")
        alike = sum(one.kind is film.kind for one in self.films)
        of = (f" of {alike}" if alike > 1 else "") + (" (f)" if len(self.films) > 1 else "")
        of += "" if film.cycle_id == self.cycle.id else ", of an earlier visit"
        text.append(f"\n{film.label}{of} ", "bold" if self._is_own else "dim")
        text.append_text(one_line(film.original_name, "dim"))
        if self._is_own:
            text.append("\nfor supervision: ", "dim").append_text(plain(supervision.dyad_words(self.pack, film)))
        text.append("\n").append_text(plain(film.verdict, "dim"))
        text.no_wrap = False
        self.query_one("#transport", Static).update(text)

    def _show_facts(self) -> None:
        moment = self.moment
        if moment is None:
            self.query_one("#facts", Static).update(
                Text("A moment's marks, turn-taking and principles stand here.", "dim")
            )
            return
        self.query_one("#facts", Static).update(facts(self.file, self.pack, moment))

    def _aim_moment(self) -> None:
        """Aim the fields at the highlighted moment."""
        moment = self.moment
        self._show_facts()
        for name, field_id in (("note", "#note"), ("next_turn", "#next-turn")):
            field = self.query_one(field_id, LineField)
            field.disabled = moment is None
            if moment is None:
                field.aim(self.file, read=_nothing, save=_unaimed)
            elif field.aimed_at != (moment.id, name):
                what = f"{name.replace('_', ' ')} of {moment.label}"
                field.aim(self.file, read=_moment_reader(moment.id, name), save=saver(Moment, moment.id, name, what))
            else:
                field.show(self.file)
            field.aimed_at = (moment.id, name) if moment else None

    def _aim_clip(self) -> None:
        """Aim the fields at the highlighted clip, and show the checks."""
        clip = self.clip
        for name, field_id in (("why", "#why"), ("opening_question", "#opening")):
            field = self.query_one(field_id, LineField)
            field.display, field.disabled = not self._is_own, clip is None
            if clip is None:
                field.aim(self.file, read=_nothing, save=_unaimed)
            elif field.aimed_at != (clip.id, name):
                what = f"{name.replace('_', ' ')} of clip {clip.position}"
                field.aim(self.file, read=_clip_reader(clip.id, name), save=saver(Clip, clip.id, name, what))
            else:
                field.show(self.file)
            field.aimed_at = (clip.id, name) if clip else None
        clips = [] if self._is_own else self.file.clips_of(self.cycle.id)
        said = list(shortlist.overall(self.file, clips, self.pack))
        if clip:
            said += [f"clip {clip.position}: {words}" for words in shortlist.warnings(self.file, clip, self.pack)]
        self.query_one("#checks", Static).update(plain(" · ".join(said)))

    @on(OptionList.OptionHighlighted, "#moments")
    def moment_highlighted(self) -> None:
        """Another moment; its clip, where it has one, is shown with it."""
        self._choose_clip(self.moment)
        self._aim_moment()
        self.show_timeline()

    def _choose_clip(self, moment: Moment | None) -> None:
        """Highlight a moment among what is chosen, where it stands there."""
        clip = self.file.clip_of(moment.id) if moment else None
        if moment:
            self.query_one("#clips", RecordList).choose(clip.id if clip else moment.id)

    @on(OptionList.OptionHighlighted, "#clips")
    def clip_highlighted(self) -> None:
        """Another clip."""
        self._aim_clip()

    @on(OptionList.OptionSelected, "#moments")
    async def moment_selected(self) -> None:
        """Enter in the list of moments."""
        await self.action_keep()

    @on(OptionList.OptionSelected, "#clips")
    async def clip_selected(self) -> None:
        """Enter on a clip goes to it."""
        chosen_id = self.query_one("#clips", RecordList).highlighted_id
        if self.clip:
            await self._go_to(self.file.moment(self.clip.moment_id))
        elif chosen_id:
            await self._go_to(self.file.moment(chosen_id))

    def on_playhead_moved(self, event: PlayheadMoved) -> None:
        self.show_player()
        self.query_one(Timeline).move_to(event.playback.position)

    # Playing

    async def _with_film(self) -> Film | None:
        film = self.film
        if film is None:
            self.say("There is no film in this cycle yet. F4 goes to Film.")
            return None
        return film if await self.show_film(film) else None

    async def action_play_pause(self) -> None:
        """Play or pause."""
        player = self.desk.player
        if await self._with_film():
            await self.drive(player.pause() if player.state.playing else player.play())
            self.show_player()

    async def _seek_by(self, by: int) -> None:
        if await self._with_film():
            state = self.desk.player.state
            await self.drive(self.desk.player.seek(Millis(max(0, state.position + by))))
            self.show_player()

    async def action_back(self) -> None:
        """One second back."""
        await self._seek_by(-1000)

    async def action_on(self) -> None:
        """One second on."""
        await self._seek_by(1000)

    async def action_back_far(self) -> None:
        """Five seconds back."""
        await self._seek_by(-5000)

    async def action_on_far(self) -> None:
        """Five seconds on."""
        await self._seek_by(5000)

    async def _step(self, frames: int) -> None:
        if await self._with_film():
            await self.drive(self.desk.player.step(frames))
            self.show_player()

    async def action_frame_back(self) -> None:
        """One frame back."""
        await self._step(-1)

    async def action_frame_on(self) -> None:
        """One frame on."""
        await self._step(1)

    async def _change_speed(self, by: int) -> None:
        now = self.desk.player.state.speed
        at = min(range(len(_SPEEDS)), key=lambda i: abs(_SPEEDS[i] - now)) + by
        await self.drive(self.desk.player.set_speed(_SPEEDS[max(0, min(len(_SPEEDS) - 1, at))]))
        self.show_player()

    async def action_slower(self) -> None:
        """Slower."""
        await self._change_speed(-1)

    async def action_faster(self) -> None:
        """Faster."""
        await self._change_speed(1)

    async def _go_to(self, moment: Moment) -> None:
        """Land on the frame that was marked, in whichever film of the cycle it is."""
        films = self.films
        at = next((i for i, film in enumerate(films) if film.id == moment.film_id), None)
        if at is None:
            return
        if at != self._film_at:
            self._film_at = at
            self.show_file()
        self.query_one("#moments", RecordList).choose(moment.id)
        if await self._with_film():
            await self.drive(self.desk.player.seek(moment.in_ms))
            self.show_player()

    async def action_loop(self) -> None:
        """Repeat the moment (or what is marked), and again to end that."""
        player = self.desk.player
        if player.state.loop:
            await self.drive(player.loop(None))
        elif (span := self._span()) and await self._with_film():
            await self.drive(player.loop(span))
            await self.drive(player.play())
        self.show_player()

    async def action_run_up(self) -> None:
        """Play the moment from a little before."""
        if (span := self._span()) and await self._with_film():
            await self.drive(self.desk.player.play_span(span, lead=Millis(self.desk.settings.preroll_ms)))

    def _span(self) -> Span | None:
        """What is marked, else the highlighted moment."""
        start, end = self._marks
        if start is not None and end is not None:
            return Span(start, end)
        moment = self.moment
        if moment is None or moment.still:
            self.say("Mark in and out first, or highlight a moment.")
            return None
        return moment.span

    def action_go_to_time(self) -> None:
        """Ask for a time and go there."""

        async def keep(answers: Answers) -> None:
            at = parse_time(answers["at"])
            if await self._with_film():
                await self.drive(self.desk.player.seek(at))
                self.show_player()

        self.app.push_screen(FormDialog("Go to", [Ask("at", "Time", hint="03:12.4")], keep))

    def action_zoom(self) -> None:
        """Whole timeline or the stretch around the playhead."""
        self.query_one(Timeline).zoom()

    async def action_next_film(self) -> None:
        """The cycle's next film; the films of its review come last."""
        if len(self.films) > 1:
            self._film_at = (self._film_at + 1) % len(self.films)
            self._marks = (None, None)
            self.show_file()
            await self._with_film()

    # Marking

    async def _now(self) -> Millis | None:
        """The time of the frame on screen, read from the player."""
        return await self.drive(self.desk.player.position()) if await self._with_film() else None

    async def action_mark_in(self) -> None:
        """Mark in at this frame."""
        now = await self._now()
        if now is not None:
            end = self._marks[1]
            self._set_marks(now, end if end is not None and end > now else None)

    async def action_mark_out(self) -> None:
        """Mark out at this frame."""
        now = await self._now()
        if now is None:
            return
        start = self._marks[0]
        if start is not None and now <= start:
            self.tell(MarksReversed())
            return
        self._set_marks(start, now)

    def _set_marks(self, start: Millis | None, end: Millis | None) -> None:
        self._marks = (start, end)
        self.show_player()
        self.show_timeline()

    async def action_keep(self) -> None:
        """Keep the marked span as a moment; with nothing marked, go to the highlighted moment."""
        start, end = self._marks
        film = self.film
        if film and start is not None and end is not None:
            await self._keep(film, start, end)
        elif start is not None or end is not None:
            self.say("Mark out as well, with o." if end is None else "Mark in as well, with i.")
        elif self.moment:
            await self._go_to(self.moment)

    async def _keep(self, film: Film, start: Millis, end: Millis, *, still: bool = False) -> None:
        made = await self.change(lambda work: moments.mark(work, film, start, end, still=still))
        if made:
            self._set_marks(None, None)
            self.query_one("#moments", RecordList).choose(made.id)

    async def action_capture(self) -> None:
        """Keep the last seconds up to now."""
        film, player = self.film, self.desk.player
        now = await self._now()
        if film is None or now is None:
            return
        playing = player.state.playing
        start = await self.drive(player.seek(Millis(max(0, now - self.desk.settings.lead_ms))))
        end = await self.drive(player.seek(Millis(now + self.desk.settings.lag_ms)))
        if start is None or end is None:
            return
        if playing:
            await self.drive(player.play())
        await self._keep(film, start, end)

    async def action_still(self) -> None:
        """Keep this frame."""
        film = self.film
        if film and await self._with_film():
            at = await self.drive(self.desk.player.pause())
            if at is not None:
                await self._keep(film, at, at, still=True)

    async def action_move(self) -> None:
        """Give the highlighted moment the marks that are set."""
        moment, (start, end) = self.moment, self._marks
        if moment is None or (start is None and end is None):
            self.say("Highlight a moment and mark in or out anew; then m moves its marks.")
            return
        if await self.change(lambda work: moments.move(work, moment.id, start=start, end=end)):
            self._set_marks(None, None)

    # Saying what is in it

    def _need_moment(self) -> Moment | None:
        moment = self.moment
        if moment is None:
            self.say("Keep a moment first: i marks in, o marks out, enter keeps.")
        return moment

    async def action_state(self) -> None:
        """Candidate, chosen, private."""
        reviewed = self.pack.way.reviews(self.cycle.number) or self.file.review(self.cycle.id) is not None
        if not reviewed and not self._is_own:
            later = self.pack.way.reviewed_in(self.cycle.number)
            self.say(f"This visit has no review: its clips are chosen in cycle {later}. Moments marked here stay.")
        elif moment := self._need_moment():
            await self.change(lambda work: moments.next_state(work, moment.id, self.cycle.id))
            self._choose_clip(moment)

    async def action_remove(self) -> None:
        """Remove the moment."""
        if moment := self._need_moment():
            await self.change(lambda work: moments.remove(work, moment.id))

    async def action_note(self) -> None:
        """Write a note; the film stays where it is."""
        if not self._need_moment():
            return
        player = self.desk.player
        self._was_playing = player.state.playing
        if self._was_playing:
            await self.drive(player.pause())
        self.query_one("#note", LineField).editor.focus()

    @on(LineField.Done, "#note")
    async def note_done(self, event: LineField.Done) -> None:
        """Enter in the note: back to the film, which goes on a second earlier where it was playing."""
        event.prevent_default()
        self.query_one("#moments").focus()
        if self._was_playing and await self._with_film():
            self._was_playing = False
            back = self.desk.player.state.position - self.desk.settings.resume_back_ms
            await self.drive(self.desk.player.seek(Millis(max(0, back))))
            await self.drive(self.desk.player.play())

    @on(LineField.Done, "#next-turn")
    def next_turn_done(self, event: LineField.Done) -> None:
        """Enter in the next turn: back to the moments."""
        event.prevent_default()
        self.query_one("#moments").focus()

    def leave_field(self) -> bool:
        self.query_one("#moments").focus()
        return True

    def action_who_starts(self) -> None:
        """Who takes the initiative."""
        choices = [(role, role_word(self.pack, role)) for role in supervision.starters(self.pack, self.film)]
        self._pick("Who starts?", choices, "initiator", "who starts")

    def action_reception(self) -> None:
        """How the initiative is received."""
        self._pick(
            "How is it received?", [(one.id, one.words) for one in self.pack.receptions], "reception", "reception"
        )

    def action_goal(self) -> None:
        """Link the moment to a goal."""
        choices = [(goal.id, goal.words) for goal in self.file.goals_now]
        if not choices:
            self.say("There is no goal yet. F3 goes to Goals.")
            return
        self._pick("Which goal does it serve?", choices, "goal_id", "goal link")

    def _pick(self, title: str, choices: list[tuple[str, str]], name: str, what: str) -> None:
        moment = self._need_moment()
        if moment is None:
            return
        chosen = getattr(moment, name) or ""

        async def then(key: str | None) -> None:
            if key is not None:
                value: str | None = None if key == chosen and name == "goal_id" else "" if key == chosen else key
                save = saver(Moment, moment.id, name, f"{what} of {moment.label}", lambda _: value)
                await self.change(lambda work: save(work, ""))

        self.app.push_screen(PickDialog(title, choices, chosen=chosen), then)

    def action_principle(self, number: int) -> None:
        """A principle of this level, then its behaviour."""
        moment = self._need_moment()
        level = next((one for one in self.pack.levels if one.number == number), None)
        if moment is None or level is None:
            return
        on_it = self.file.principles_of(moment.id)
        choices = [(one.id, f"{sign('on' if one.id in on_it else 'off')} {one.words}") for one in level.behaviours]

        async def then(key: str | None) -> None:
            if key is not None:
                await self.change(lambda work: moments.toggle_principle(work, moment.id, key))

        dyad = supervision.dyad_words(self.pack, self.film)
        title = f"{level.number} {level.name}" + (f" ({dyad})" if dyad else "")
        self.app.push_screen(PickDialog(title, choices), then)

    async def _reorder(self, by: int) -> None:
        clip = self.clip
        if clip:
            await self.change(lambda work: moments.reorder(work, clip.id, by))
            self.query_one("#clips", RecordList).choose(clip.id)

    async def action_earlier(self) -> None:
        """Move the clip up."""
        await self._reorder(-1)

    async def action_later(self) -> None:
        """Move the clip down."""
        await self._reorder(1)


def _unaimed(work: Any, words: str) -> None:
    """A field that is aimed at nothing saves nothing."""
    raise VigError("There is nothing this could belong to.", "Keep a moment first.")


def _moment_reader(moment_id: str, name: str) -> Any:
    return lambda file: next((getattr(one, name) for one in file.moments if one.id == moment_id), "")


def _clip_reader(clip_id: str, name: str) -> Any:
    return lambda file: next((getattr(one, name) for one in file.clips if one.id == clip_id), "")
