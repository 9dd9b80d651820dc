"""The player under the workbench's keys: playing, seeking, stepping, repeating, jumping, and going back to where one was."""

import time
from asyncio import to_thread
from collections.abc import Callable
from dataclasses import dataclass

from rich.text import Text
from textual import on
from textual.widgets import Static

from vigtui.domain.errors import VigError
from vigtui.domain.film import Film
from vigtui.domain.moment import Moment
from vigtui.domain.timecode import Millis, Span, format_length, format_time, parse_time
from vigtui.screens.clips_bench import Bench
from vigtui.screens.contact_strip import AROUND, ContactStrip
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.screens.playing import ON_ITS_WAY, PlayheadMoved, before_other_keys, in_turn
from vigtui.screens.versions import ask_tracks, ask_version, version_words
from vigtui.services import supervision
from vigtui.widgets.film_view import FilmView
from vigtui.widgets.timeline import Timeline
from vigtui.widgets.words import one_line, plain, sign

_SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)
_EDGE = 1000
"""Milliseconds of the first and the last part of a moment that are repeated alone."""
_ONE_WALK = 2.0
"""Seconds; seeks that follow one another within them are one step when going back to where one was."""
_PLACES = 100
"""Places remembered."""

Spot = tuple[str, Millis]
"""A film's id and a time in it."""


@dataclass(eq=False)
class _Leap:
    """A seek; while it waits its turn, what else is asked is added to it, and an exact time takes its place."""

    bench: "PlayingKeys"
    to: Millis | None = None
    """None for where the film is."""
    by: int = 0

    async def __call__(self) -> None:
        start = self.bench.desk.player.state.position if self.to is None else self.to
        await self.bench.seek_to(Millis(max(0, start + self.by)), walking=self.to is None)


@dataclass(eq=False)
class _Steps:
    """Frames to step; while they wait their turn, more are added."""

    bench: "PlayingKeys"
    frames: int

    async def __call__(self) -> None:
        if self.frames and await self.bench._with_film():
            await self.bench.drive(self.bench.desk.player.step(self.frames))


class PlayingKeys(Bench):
    """What the keys do with the film."""

    _still_at: Millis | None = None
    _still_under_way = False

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self._behind: list[Spot] = []
        self._ahead: list[Spot] = []
        self._walked_at = 0.0

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
        text.append(self.reel_words(), "bold")
        text.append(f"   {ON_ITS_WAY}" if self.on_its_way or state.fetching else "", "bold")
        start, end = self._marks
        if self.unshown == self.showing(film):
            why = "It is not where it was: W looks for it." if self.is_missing else "It cannot be shown: F4 says why."
            text = Text(f"! {why}", "bold")
        text.append("\nin ", "dim").append(format_time(start, decimals=3) if start is not None else "–")
        text.append("  out ", "dim").append(format_time(end, decimals=3) if end is not None else "–")
        if start is not None and end is not None:
            text.append(f"  {format_length(Millis(end - start))}", "bold").append(" enter keeps", "italic")
        alike = sum(one.kind is film.kind for one in self.films)
        of = (f" of {alike}" if alike > 1 else "") + (" (f)" if len(self.films) > 1 else "")
        of += "" if film.cycle_id == self.cycle.id else ", of an earlier visit"
        text.append(f"\n{film.label}{of} ", "bold" if self._is_own else "dim")
        text.append_text(one_line(film.original_name, "dim"))
        text.append(f"  {version_words(film)}" if version_words(film) else "", "dim")
        if self._is_own:
            text.append("\nfor supervision: ", "dim").append_text(plain(supervision.dyad_words(self.pack, film)))
        text.append("\n").append_text(plain(film.verdict, "dim"))
        text.no_wrap = False
        self.query_one("#transport", Static).update(text)
        self.query_one(Timeline).move_to(position)

    def _show_unseen(self) -> None:
        """Where the film plays unseen (no display, no libmpv), show stills of where it is, one after the other."""
        film, player = self.film, self.desk.player
        if player.name != "unseen" or film is None or not self.is_open(film) or self._still_under_way:
            return
        if self._still_at != player.state.position:
            self._still_under_way = True
            self.run_worker(self._take_still(film), group="unseen", exit_on_error=False)

    async def _take_still(self, film: Film) -> None:
        at = self._still_at = self.desk.player.state.position
        try:
            picture = await to_thread(self.desk.media.picture_at, self.path(film), at, track=film.video_track)
        except VigError:
            picture = None  # a frame that cannot be decoded; the transport line says where the film is all the same
        finally:
            self._still_under_way = False
        if self.is_mounted and self.desk.player.name == "unseen":
            self.query_one(FilmView).show_picture(picture)
            self._show_unseen()

    def reel_words(self) -> str:
        """Which clip of the reel is on, in words; empty where no reel plays."""
        return ""

    def on_playhead_moved(self, event: PlayheadMoved) -> None:
        self.show_player()
        self._show_unseen()

    async def _with_film(self) -> Film | None:
        film = self.film
        if film is None:
            self.say("There is no film in this cycle yet. F4 goes to Film.")
            return None
        return film if await self.show_film(film) else None

    async def action_tracks(self) -> None:
        """Choose the picture and the sound of the film."""
        if film := self.film:
            await ask_tracks(self, film)

    async def action_light(self) -> None:
        """Choose whether the film itself or a light copy is played."""
        if film := self.film:
            await ask_version(self, film)

    async def reload(self) -> None:
        """Read the case again; where another version of the film is chosen now than is open, that one is shown."""
        await super().reload()
        film, state = self.film, self.desk.player.state
        if self.is_attached and film is not None and state.film == str(self.path(film)) and not self.is_open(film):
            await self.show_film(film)
            self.show_player()

    # Places one was at

    def remember_place(self, *, walking: bool = False) -> None:
        """Remember where the film is, before it goes elsewhere. Arrow keys in a row are one walk."""
        now, film = time.monotonic(), self.film
        went_on = walking and now - self._walked_at < _ONE_WALK
        self._walked_at = now if walking else 0.0
        if film is None or not self.is_open(film) or went_on:
            return
        spot = (film.id, self.desk.player.state.position)
        self._ahead.clear()
        if not self._behind or self._behind[-1] != spot:
            self._behind = [*self._behind[1 - _PLACES :], spot]

    @before_other_keys
    async def action_place_back(self) -> None:
        """Back to where one was before the last jump."""
        await self._replace(self._behind, self._ahead, "There is no place to go back to.")

    @before_other_keys
    async def action_place_on(self) -> None:
        """Forward again."""
        await self._replace(self._ahead, self._behind, "There is no place to go forward to.")

    async def _replace(self, source: list[Spot], target: list[Spot], nothing: str) -> None:
        film = self.film
        while source:
            film_id, at = source.pop()
            there = next((i for i, one in enumerate(self.films) if one.id == film_id), None)
            if there is None:
                continue
            if film is not None and self.is_open(film):
                target.append((film.id, self.desk.player.state.position))
            self._walked_at = 0.0
            if there != self._film_at:
                self._film_at = there
                self.show_file()
            if await self._with_film():
                await self.drive(self.desk.player.seek(at))
                self.show_player()
            return
        self.say(nothing)

    # Playing and seeking

    async def play_or_pause(self) -> None:
        """Play or pause, when it is its turn."""
        player = self.desk.player
        if await self._with_film():
            await self.drive(player.pause() if player.state.playing else player.play())

    async def seek_to(self, to: Millis, *, walking: bool = False) -> None:
        """Go to a time of this film, when it is its turn."""
        if await self._with_film():
            self.remember_place(walking=walking)
            await self.drive(self.desk.player.seek(to))

    async def _seek_by(self, by: int) -> None:
        if isinstance(self.last_in_line, _Leap):
            self.last_in_line.by += by
        else:
            await self.take_turn(_Leap(self, by=by))

    async def _jump(self, at: Millis) -> None:
        """Go to a time of this film."""
        if isinstance(self.last_in_line, _Leap):
            self.last_in_line.to, self.last_in_line.by = at, 0
        else:
            await self.take_turn(_Leap(self, to=at))

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
        if isinstance(self.last_in_line, _Steps):
            self.last_in_line.frames += frames
        else:
            await self.take_turn(_Steps(self, frames))

    async def action_frame_back(self) -> None:
        """One frame back."""
        await self._step(-1)

    async def action_frame_on(self) -> None:
        """One frame on."""
        await self._step(1)

    @in_turn
    async def _change_speed(self, by: int) -> None:
        now = self.desk.player.state.speed
        at = min(range(len(_SPEEDS)), key=lambda i: abs(_SPEEDS[i] - now)) + by
        await self.drive(self.desk.player.set_speed(_SPEEDS[max(0, min(len(_SPEEDS) - 1, at))]))

    async def action_slower(self) -> None:
        """Slower."""
        await self._change_speed(-1)

    async def action_faster(self) -> None:
        """Faster."""
        await self._change_speed(1)

    async def go_to(self, moment: Moment) -> None:
        """Land on the frame that was marked, in whichever film of the cycle it is, when it is its turn."""
        films = self.films
        at = next((i for i, film in enumerate(films) if film.id == moment.film_id), None)
        if at is None:
            return
        self.remember_place()
        if at != self._film_at:
            self._film_at = at
            self.show_file()
        self.choose_moment(moment.id)
        if await self._with_film():
            await self.drive(self.desk.player.seek(moment.in_ms))
            self.show_player()

    @before_other_keys
    async def land_on(self, moment: Moment) -> None:
        """Land on the frame that was marked."""
        await self.go_to(moment)

    # Jumping

    async def _jump_among(self, times: list[Millis], by: int, nothing: str) -> Millis | None:
        """Go to the next of these times, or the one before, when it is its turn; the time, None where there is none."""
        film = await self._with_film()
        if film is None:
            return None
        here = self.desk.player.state.position
        ahead = [at for at in times if (at > here if by > 0 else at < here)]
        if not ahead:
            self.say(nothing)
            return None
        at = min(ahead) if by > 0 else max(ahead)
        await self.seek_to(at)
        return at

    @before_other_keys
    async def _jump_to_moment(self, by: int, *, still: bool) -> None:
        listed = [one for one in self.in_order() if not still or one.still]
        what = "still" if still else "moment"
        at = await self._jump_among(
            [one.in_ms for one in listed], by, f"There is no {what} {'further on' if by > 0 else 'before this'}."
        )
        found = next((one for one in listed if one.in_ms == at), None)
        if found:
            self.choose_moment(found.id)

    async def action_next_moment(self) -> None:
        """To the next moment after the playhead."""
        await self._jump_to_moment(1, still=False)

    async def action_previous_moment(self) -> None:
        """To the moment before the playhead."""
        await self._jump_to_moment(-1, still=False)

    async def action_next_still(self) -> None:
        """To the next still."""
        await self._jump_to_moment(1, still=True)

    async def action_previous_still(self) -> None:
        """To the still before."""
        await self._jump_to_moment(-1, still=True)

    @in_turn
    async def action_next_note(self) -> None:
        """To the next filming note."""
        await self._jump_among(self.note_times(), 1, "There is no filming note further on.")

    @in_turn
    async def action_previous_note(self) -> None:
        """To the filming note before."""
        await self._jump_among(self.note_times(), -1, "There is no filming note before this.")

    def action_strip(self) -> None:
        """Stills side by side: of what is marked, of the moment, or of the seconds around the playhead."""
        film, state = self.film, self.desk.player.state
        if film is None:
            self.say("There is no film in this cycle yet. F4 goes to Film.")
            return
        start, end = self._marks
        moment = self.moment
        if start is not None and end is not None:
            span = Span(start, end)
        elif moment and not moment.still and moment.in_ms <= state.position <= moment.out_ms:
            span = moment.span
        else:
            begin = max(0, state.position - AROUND // 2)
            span = Span(Millis(begin), Millis(begin + AROUND))

        async def then(at: Millis | None) -> None:
            if at is not None and await self._with_film():
                await self._jump(at)

        length = film.duration_ms or state.length
        if length and span.start < length < span.end:
            span = Span(span.start, length)
        self.app.push_screen(ContactStrip(self.desk.media, film, self.path(film), span), then)

    def action_go_to_time(self) -> None:
        """Ask for a time and go there."""

        async def keep(answers: Answers) -> None:
            await self._jump(parse_time(answers["at"]))

        self.app.push_screen(FormDialog("Go to", [Ask("at", "Time", hint="03:12.4")], keep, is_passing=True))

    @on(Timeline.Pointed)
    async def timeline_pointed(self, event: Timeline.Pointed) -> None:
        """A click on the timeline."""
        await self._jump(event.at)

    # Repeating

    async def action_loop(self) -> None:
        """Repeat the moment (or what is marked), and again to end that."""
        await self._repeat(lambda span: span)

    async def action_loop_start(self) -> None:
        """Repeat its first second only."""
        await self._repeat(lambda span: Span(span.start, Millis(min(span.end, span.start + _EDGE))))

    async def action_loop_end(self) -> None:
        """Repeat its last second only."""
        await self._repeat(lambda span: Span(Millis(max(span.start, span.end - _EDGE)), span.end))

    @in_turn
    async def _repeat(self, part: Callable[[Span], Span]) -> None:
        player = self.desk.player
        looped, there = player.state.loop, self._marks != (None, None) or self.moment is not None
        span = self._span() if looped is None or there else None
        wanted = part(span) if span else None
        if looped is not None and wanted in (None, looped):
            await self.drive(player.loop(None))
        elif wanted is not None and await self._with_film():
            if looped is None:
                self.remember_place()
            await self.drive(player.loop(wanted))
            await self.drive(player.play())

    @in_turn
    async def action_run_up(self) -> None:
        """Play the moment from a little before."""
        if (span := self._span()) and await self._with_film():
            self.remember_place()
            await self.drive(self.desk.player.play_span(span, lead=Millis(self.desk.settings.preroll_ms)))

    def action_zoom(self) -> None:
        """Whole timeline or the stretch around the playhead."""
        self.query_one(Timeline).zoom()

    @before_other_keys
    async def action_next_film(self) -> None:
        """The cycle's next film; the films of its review come last."""
        if len(self.films) > 1:
            self.remember_place()
            self._film_at = (self._film_at + 1) % len(self.films)
            self._marks = (None, None)
            self._film_gone = False
            self.show_file()
            await self._with_film()
