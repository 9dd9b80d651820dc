"""Marking: in, out, keep, the last seconds, a still; and moving the marks of a moment."""

from vigtui.domain.errors import MarksReversed
from vigtui.domain.film import Film
from vigtui.domain.moment import Moment
from vigtui.domain.timecode import Millis
from vigtui.screens.clips_playing import PlayingKeys
from vigtui.services import moments
from vigtui.widgets.lists import RecordList


class MarkingKeys(PlayingKeys):
    """What the keys do with marks and moments."""

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

    def _need_moment(self) -> Moment | None:
        moment = self.moment
        if moment is None:
            self.say("Keep a moment first: i marks in, o marks out, enter keeps.")
        return moment

    async def action_remove(self) -> None:
        """Remove the moment."""
        if moment := self._need_moment():
            await self.change(lambda work: moments.remove(work, moment.id))
