"""The player under the workbench's keys: playing, seeking, stepping, repeating, and where the film is."""

from rich.text import Text
from textual.widgets import Static

from vigtui.domain.film import Film
from vigtui.domain.moment import Moment
from vigtui.domain.timecode import Millis, format_length, format_time, parse_time
from vigtui.screens.clips_bench import Bench
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.screens.playing import PlayheadMoved
from vigtui.services import supervision
from vigtui.widgets.lists import RecordList
from vigtui.widgets.timeline import Timeline
from vigtui.widgets.words import one_line, plain, sign

_SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)


class PlayingKeys(Bench):
    """What the keys do with the film."""

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

    def on_playhead_moved(self, event: PlayheadMoved) -> None:
        self.show_player()
        self.query_one(Timeline).move_to(event.playback.position)

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
