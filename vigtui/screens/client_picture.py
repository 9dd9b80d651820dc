"""What the client sees in the live review: a clip, a question over it, or black; and nothing that was not chosen."""

from abc import abstractmethod
from asyncio import to_thread
from collections.abc import Awaitable, Callable
from dataclasses import replace

from rich.text import Text

from vigtui.domain.clip import Clip
from vigtui.domain.errors import FilmError, FilmMissing, VigError
from vigtui.domain.moment import Moment
from vigtui.domain.packs import Show
from vigtui.domain.timecode import Millis, Span, format_length, format_time
from vigtui.screens.dialogs import PickDialog
from vigtui.screens.playing import ON_ITS_WAY, PlayerStopped, PlayheadMoved, PlayingScreen, in_turn
from vigtui.services import reviews
from vigtui.services.moments import held_frame
from vigtui.services.ports import Work
from vigtui.settings import remember_screen
from vigtui.whereabouts import Held
from vigtui.widgets.words import sign

SLOW = 0.5
"""The speed of slow motion, where the clip has none of its own."""
SCREENS = 4
"""How many screens are offered to choose from."""
_SHORT = 1000
"""Milliseconds before a clip's end; where a film stops earlier by itself, it broke off."""


def _is_within(at: Millis, moment: Moment) -> bool:
    """Whether a frame belongs to a moment; of a still that was marked between two frames the one behind it is meant."""
    return moment.in_ms - 1 <= at <= moment.out_ms + (_SHORT if moment.still else 1)


class ClientPicture(PlayingScreen):
    """A screen that shows one clip after the other to a client.

    The client's picture is black until a clip is shown, between clips, and whenever something goes wrong. No key but the
    run-up shows a frame outside of the clip, and the run-up none of a private moment.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._shown: str | None = None
        """The clip whose picture the client sees."""
        self._placed: str | None = None
        """The clip in which the player's place is, though it may be black."""
        self._held: str | None = None
        """The clip that the client may still see although the player cannot be reached."""
        self._rolls = False
        """Whether it plays towards the clip's end and nobody has stopped it."""
        self._ran: str | None = None
        """The clip that has run to its end since it came."""
        self._pace: float | None = None
        """The speed chosen by hand; it holds as long as the rung."""
        self._fresh = True
        """Whether the rung has not shown the clip in its own way yet."""
        self._seen_at = Millis(0)
        self._full = False

    # What the screen says

    @property
    @abstractmethod
    def clip(self) -> Clip | None:
        """The clip there is to be shown."""

    @property
    @abstractmethod
    def way(self) -> Show:
        """How the present rung shows it."""

    @property
    @abstractmethod
    def question(self) -> str:
        """What may be put over the picture."""

    @abstractmethod
    async def save_step(self, job: Callable[[Work], object]) -> None:
        """Write what happened; undo passes over it."""

    @property
    def moment(self) -> Moment | None:
        """The moment behind the clip."""
        return self.file.moment(self.clip.moment_id) if self.clip else None

    def tell(self, error: VigError) -> None:
        if isinstance(error, FilmError) and not isinstance(error, FilmMissing):
            self.warn(f"{error.summary}\nThe client sees black. Marks and notes are safe; → goes to the next clip.")
        else:
            super().tell(error)

    # What the client sees

    async def darken(self) -> None:
        """Make the client's picture black."""
        self._shown = self._held = None
        self._rolls = False
        await self.drive(self.desk.player.blank())
        self.show_player()

    def what_is_on(self) -> Held | None:
        shown, state = self._shown or self._held, self.desk.player.state
        clip, moment = self.clip, self.moment
        if clip is None or moment is None or clip.id != shown:
            return Held.of(state, None, full=self._full)
        return Held.of(state, moment.film_id, clip=clip.id, full=self._full)

    async def show_again(self, held: Held) -> None:
        """After a line broke: the picture the client looks at stands still until now, and so it stays. Else black."""
        clip, moment, player = self.clip, self.moment, self.desk.player
        self._full = held.full
        if held.covered and held.film is None:
            await self._ask(player.overlay(self.question))
        elif clip is None or moment is None or (clip.id, moment.film_id) != (held.clip, held.film):
            await self.darken()
        elif await self.have_again(self.file.film(moment.film_id), held):
            if moment.in_ms <= player.state.position <= moment.out_ms:
                self._shown = self._placed = clip.id
                self._fresh, self._ran = False, clip.id if player.state.position == moment.out_ms else None
                for look in (player.set_volume(clip.volume), player.set_zoom(clip.zoom)):
                    await self.drive(look)
                self.fill_terminal(True)
                if held.covered and not player.state.covered:
                    await self._ask(player.overlay(self.question))
            else:
                await self.darken()
        else:
            await self.darken()
        self.run_worker(self._prepare(), group="prepare", exclusive=True)

    async def new_rung(self, clip_before: Clip | None) -> None:
        """Another rung: no question of the one before stays, and no picture of another clip."""
        self._pace, self._fresh = None, True
        self.fill_terminal(False)
        if self.clip != clip_before:
            self._ran = self._placed = None
            await self.darken()
            self.run_worker(self._prepare(), group="prepare", exclusive=True)
        elif self.desk.player.state.covered:
            await self.drive(self.desk.player.overlay(None))
        self.show_player()

    async def _prepare(self) -> None:
        """Let the player know of this clip and the next, should it have to fetch them."""
        clip = self.clip
        for one in self.file.clips_of(self.cycle.id):
            if clip is not None and clip.position <= one.position <= clip.position + 1:
                moment = self.file.moment(one.moment_id)
                span = Span(moment.in_ms, Millis(max(moment.out_ms, moment.in_ms + 1)))
                await self.desk.player.prepare(self.showing(self.file.film(moment.film_id)), span)

    async def leave_picture(self) -> None:
        """Black, and the player as everybody else expects it."""
        player = self.desk.player
        self.fill_terminal(False)
        await self.darken()
        for work in (player.set_speed(1.0), player.set_volume(100), player.set_zoom(1.0), player.fullscreen(False)):
            await self.drive(work)

    async def _ask(self, doing: Awaitable[object]) -> bool:
        """Ask something of the player; where it fails the client sees black, and the practitioner reads why."""
        try:
            await doing
        except VigError as error:
            await self.darken()
            self.tell(error)
            return False
        return True

    async def _have_picture(self) -> tuple[Clip, Moment] | None:
        """See that the client sees the clip, where it stood if it was black; tell where there is none."""
        clip, moment, player = self.clip, self.moment, self.desk.player
        if clip is None or moment is None:
            self.say("This phase has no clip; → goes to the next clip.")
            return None
        if self._shown == clip.id:
            self.fill_terminal(True)
            return clip, moment
        film, at = self.file.film(moment.film_id), moment.in_ms
        if self._placed == clip.id and self.is_open(film):
            at = Millis(min(moment.out_ms, max(moment.in_ms, player.state.position)))
        for look in (player.set_volume(clip.volume), player.set_zoom(clip.zoom)):
            await self.drive(look)
        if not await self.show_film(film, at=at):
            await self.darken()
            return None
        if not _is_within(player.state.position, moment):
            await self._not_there()
            return None
        self._shown = self._placed = clip.id
        if player.canvas is not None:  # what was told to the practitioner is not for the client, who looks here as well
            self.app.clear_notifications()
        self.fill_terminal(True)
        if moment.still:
            self._ran = clip.id
        await self.save_step(lambda work: reviews.shown(work, clip.id))
        return clip, moment

    async def _not_there(self) -> None:
        await self.darken()
        self.tell(FilmError("This clip cannot be shown: the film is damaged there, or cut off before it."))

    async def _hold(self, at: Millis, moment: Moment) -> None:
        """Show one frame of the clip; where it is not in the file no other one."""
        if await self._ask(self.desk.player.seek(at)) and not _is_within(self.desk.player.state.position, moment):
            await self._not_there()

    async def _run(self, clip: Clip, span: Span, lead: Millis = Millis(0)) -> None:
        """Play once, to the end of the clip."""
        player = self.desk.player
        self._rolls = False
        if player.state.loop:
            await self._ask(player.loop(None))
        await self.drive(player.set_speed(self._speed(clip)))
        self._rolls = await self._ask(player.play_span(span, lead=lead))
        self.show_player()

    def _speed(self, clip: Clip) -> float:
        if self._pace is not None:
            return self._pace
        return self._slow(clip) if self.way is Show.SLOW else clip.speed

    @staticmethod
    def _slow(clip: Clip) -> float:
        return clip.speed if clip.speed < 1 else SLOW

    async def _stop(self) -> None:
        self._rolls = False
        if self.desk.player.state.playing:
            await self.drive(self.desk.player.pause())

    async def on_playhead_moved(self, event: PlayheadMoved) -> None:
        if self.turn.locked():  # it is looked at when that is done: nothing comes between a key and what it does
            self.show_player()
        else:
            await self.look_again()

    async def look_again(self) -> None:
        state, moment, shown = self.desk.player.state, self.moment, self._shown
        if moment and shown and self._rolls and not state.playing:
            self._rolls = False
            # Where the sound goes on behind the last picture, the time before is further on than that picture.
            reached = max(state.position, self._seen_at) if state.ended else state.position
            if reached < min(moment.out_ms, state.length or moment.out_ms) - _SHORT:
                await self.darken()
                self.warn("The film broke off.\nMarks and notes are safe; space tries again.")
            else:
                self._ran = shown
                if self.desk.settings.after_clip == "black":
                    await self.darken()
        elif shown and state.loop and state.playing and state.position < self._seen_at:
            self._ran = shown
        self._seen_at = state.position
        self.show_player()

    def on_player_stopped(self, event: PlayerStopped) -> None:
        self._held, self._shown, self._rolls = self._shown, None, False

    def player_line(self) -> Text:
        """The clip, where it is, and what the client sees."""
        clip, moment, state = self.clip, self.moment, self.desk.player.state
        if clip is None or moment is None:
            line = Text("no clip in this phase; the client sees black", "dim")
            return line.append(" and the question", "bold") if state.covered else line
        shown = self._shown == clip.id
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(f"{sign('playing' if state.playing and shown else 'paused')} clip {clip.position}  ", "bold")
        line.append(format_time(state.position if shown else moment.in_ms, decimals=1), "bold")
        line.append("  still" if moment.still else f"  of {format_length(moment.length_ms)}", "dim")
        line.append("  repeating" if state.loop and shown else "", "bold")
        line.append(f"  {state.speed:g}×" if state.speed != 1 and shown else "", "bold")
        line.append(f"  {ON_ITS_WAY}" if self.on_its_way or (state.fetching and shown) else "", "bold")
        if state.covered:
            line.append("  with the question", "bold")
        if self._ran == clip.id and not state.playing:
            line.append(f"  {sign('dot')} it is the client's turn", "italic")
        if not shown:
            line.append(
                "  the client sees black" if self.on_its_way else "  the client sees black; space plays", "italic dim"
            )
        return line

    # Keys

    @in_turn
    async def action_play_clip(self) -> None:
        """Show the clip in the rung's own way; while it plays, pause; in its middle, go on to its end."""
        player = self.desk.player
        if self._shown and player.state.playing:
            await self._stop()
        elif found := await self._have_picture():
            clip, moment = found
            fresh, self._fresh = self._fresh, False
            inside = moment.in_ms < player.state.position < moment.out_ms and not player.state.loop
            if moment.still:
                await self._hold(moment.in_ms, moment)
            elif player.state.loop and not fresh:
                await self._ask(player.play())
            elif inside and (not fresh or self.way is Show.FREEZE):
                await self._run(clip, Span(player.state.position, moment.out_ms))
            else:
                await self._show_as_the_rung_says(clip, moment)
        self.show_player()

    async def _show_as_the_rung_says(self, clip: Clip, moment: Moment) -> None:
        if self.way is Show.LOOP:
            await self._repeat(clip, moment)
        elif self.way is Show.FREEZE:
            await self._freeze(clip, moment)
        else:
            await self._run(clip, moment.span)

    @in_turn
    async def action_replay(self) -> None:
        """From its beginning."""
        if found := await self._have_picture():
            await (self._hold(found[1].in_ms, found[1]) if found[1].still else self._run(found[0], found[1].span))
        self.show_player()

    @in_turn
    async def action_run_up(self) -> None:
        """From a little before."""
        if (found := await self._have_picture()) and not self._is_still(found[1]):
            lead = reviews.lead_of(self.file, found[1], Millis(self.desk.settings.preroll_ms))
            await self._run(found[0], found[1].span, lead)

    @in_turn
    async def action_slow(self) -> None:
        """Half speed, or full speed again."""
        if clip := self.clip:
            now = self._speed(clip)
            self._pace = 1.0 if now < 1 else self._slow(clip)
            await self.drive(self.desk.player.set_speed(self._pace))
            self.show_player()

    @in_turn
    async def action_freeze(self) -> None:
        """Hold the picture: where it plays, else at its held frame."""
        if self._shown and self.desk.player.state.playing:
            await self._stop()
        elif (found := await self._have_picture()) and not found[1].still:
            await self._freeze(*found)
        self.show_player()

    async def _freeze(self, clip: Clip, moment: Moment) -> None:
        self._rolls = False
        player = self.desk.player
        if player.state.loop:
            await self._ask(player.loop(None))
        await self._hold(held_frame(clip, moment), moment)

    @in_turn
    async def action_loop(self) -> None:
        """Repeat the clip, or end that."""
        player = self.desk.player
        if player.state.loop:
            await self._stop()
            await self._ask(player.loop(None))
        elif (found := await self._have_picture()) and not self._is_still(found[1]):
            await self._repeat(*found)
        self.show_player()

    async def _repeat(self, clip: Clip, moment: Moment) -> None:
        self._rolls, self._seen_at = False, moment.in_ms
        player = self.desk.player
        await self.drive(player.set_speed(self._speed(clip)))
        if await self._ask(player.loop(moment.span)):
            await self._ask(player.play())

    @in_turn
    async def action_frame_back(self) -> None:
        """One frame back, not before the clip."""
        await self._step(-1)

    @in_turn
    async def action_frame_on(self) -> None:
        """One frame on, not past the clip."""
        await self._step(1)

    async def _step(self, frames: int) -> None:
        found = await self._have_picture()
        if not found or self._is_still(found[1]):
            return
        await self._stop()
        moment, player = found[1], self.desk.player
        before = player.state.position
        if before <= moment.in_ms if frames < 0 else before >= moment.out_ms:
            self.say("The clip begins here." if frames < 0 else "The clip ends here.")
        elif await self._ask(player.step(frames)) and not moment.in_ms <= player.state.position <= moment.out_ms:
            await self._ask(player.seek(before))
        self.show_player()

    def _is_still(self, moment: Moment) -> bool:
        if moment.still:
            self.say("This clip is a still: one picture.")
        return moment.still

    @in_turn
    async def action_black(self) -> None:
        """Black for the client, or the picture again."""
        if self._shown:
            await self.darken()
        else:
            await self._have_picture()
            self.show_player()

    @in_turn
    async def action_question(self) -> None:
        """The question on the paused picture, or away again."""
        player = self.desk.player
        self._rolls = False
        if await self._ask(player.overlay(None if player.state.covered else self.question)) and player.state.covered:
            self.fill_terminal(True)
        self.show_player()

    @in_turn
    async def action_full_screen(self) -> None:
        """Fill the client's screen with the picture, or the terminal where it plays there, or not."""
        if self.desk.player.canvas is not None:
            self.fill_terminal(not self.has_class("-film"))
        else:
            await self._fill(not self._full)

    async def _fill(self, on: bool) -> None:
        number = self.desk.settings.client_screen
        if await self._ask(self.desk.player.set_screen(number or None)) and await self._ask(
            self.desk.player.fullscreen(on)
        ):
            self._full = on

    def action_client_screen(self) -> None:
        """Choose the client's screen, and fill it."""
        offered = [("0", "The one the picture is on"), *((str(n), f"Screen {n}") for n in range(1, SCREENS + 1))]

        async def fill() -> None:
            await self.darken()
            await self._fill(True)

        async def then(chosen: str | None) -> None:
            if chosen is None:
                return
            desk, number = self.desk, int(chosen)
            desk.settings = replace(desk.settings, client_screen=number)
            await self.take_turn(fill)
            if desk.config is not None:
                await self.drive(to_thread(remember_screen, desk.config, number))

        chosen = str(self.desk.settings.client_screen)
        self.app.push_screen(PickDialog("Which screen does the client look at?", offered, chosen=chosen), then)
