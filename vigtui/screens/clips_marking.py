"""Marking: in, out, keep, the last seconds, a still; then moving the marks, splitting, doubling, removing."""

from vigtui.domain.errors import MarksReversed, VigError
from vigtui.domain.film import Film
from vigtui.domain.moment import Moment
from vigtui.domain.timecode import Millis, Span
from vigtui.screens.clips_playing import PlayingKeys
from vigtui.screens.playing import before_other_keys, in_turn
from vigtui.services import moments


class MarkingKeys(PlayingKeys):
    """What the keys do with marks and moments."""

    async def _now(self) -> Millis | None:
        """The time of the frame on screen, read from the player."""
        return await self.drive(self.desk.player.position()) if await self._with_film() else None

    @in_turn
    async def action_mark_in(self) -> None:
        """Mark in at this frame."""
        now = await self._now()
        if now is not None:
            end = self._marks[1]
            self._set_marks(now, end if end is not None and end > now else None)

    @in_turn
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

    @before_other_keys
    async def action_keep(self) -> None:
        """Keep the marked span as a moment; with nothing marked, go to the highlighted moment."""
        start, end = self._marks
        film = self.film
        if film and start is not None and end is not None:
            await self._keep(film, start, end)
        elif start is not None or end is not None:
            self.say("Mark out as well, with o." if end is None else "Mark in as well, with i.")
        elif self.moment:
            await self.go_to(self.moment)

    async def _keep(self, film: Film, start: Millis, end: Millis, *, still: bool = False) -> Moment | None:
        try:
            made = await self.save(lambda work: moments.mark(work, film, start, end, still=still))
        except VigError as error:
            self.tell(error)
            return None
        with self.app.batch_update():  # the list may scroll to it: one drawing, not one before and one after
            await self.reload()
            self._set_marks(None, None)
            self.choose_moment(made.id)
        return made

    @before_other_keys
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

    @before_other_keys
    async def action_still(self) -> None:
        """Keep this frame, with its picture."""
        film = self.film
        if film and await self._with_film():
            at = await self.drive(self.desk.player.pause())
            made = await self._keep(film, at, at, still=True) if at is not None else None
            if made and film.has_picture:
                keeping = self.looker.keep_image(made, film, self.path(film))
                self.run_worker(self.drive(keeping), group="images", exclusive=False)

    @before_other_keys
    async def action_move(self) -> None:
        """Give the highlighted moment the marks that are set."""
        moment, (start, end) = self.moment, self._marks
        if moment is None or (start is None and end is None):
            self.say("Highlight a moment and mark in or out anew; then m moves its marks.")
            return
        if await self.change(lambda work: moments.move(work, moment.id, start=start, end=end)):
            self._set_marks(None, None)

    # By a frame

    async def action_nudge_in_back(self) -> None:
        """The in mark one frame earlier."""
        await self._nudge(0, -1)

    async def action_nudge_in_on(self) -> None:
        """The in mark one frame later."""
        await self._nudge(0, 1)

    async def action_nudge_out_back(self) -> None:
        """The out mark one frame earlier."""
        await self._nudge(1, -1)

    async def action_nudge_out_on(self) -> None:
        """The out mark one frame later."""
        await self._nudge(1, 1)

    @before_other_keys
    async def _nudge(self, which: int, by: int) -> None:
        """Move one of the marks that are set, else one of the moment's, and show the frame it is on then."""
        film = await self._with_film()
        if film is None:
            return
        marks = list(self._marks)
        moment = None if any(one is not None for one in marks) else self.moment
        if moment is not None and moment.film_id == film.id:
            marks = [moment.in_ms, moment.out_ms]
        at = marks[which]
        if at is None:
            self.say("Mark in and out first, or highlight a moment.")
            return
        player, looped = self.desk.player, self.desk.player.state.loop
        if await self.drive(player.seek(at)) is None:
            return
        now = await self.drive(player.step(by))
        self.show_player()
        if now is None or now == at:
            return
        marks[which] = now
        start, end = marks
        if moment is None:
            if start is not None and end is not None and end <= start:
                self.tell(MarksReversed())
            else:
                self._set_marks(start, end)
        elif await self.change(
            lambda work: moments.move(work, moment.id, start=start, end=end),
            merge=f"nudge {which} {moment.id}",
        ):
            self.show_timeline()
        if looped and moment and not moment.still and start is not None and end is not None and start < end:
            await self.drive(player.loop(Span(start, end)))
            await self.drive(player.play())

    # Splitting and doubling

    @before_other_keys
    async def action_split(self) -> None:
        """Split the moment at the playhead."""
        moment = self._need_moment()
        now = await self._now() if moment else None
        if moment is None or now is None:
            return
        player = self.desk.player
        at = await self.drive(player.pause())
        before = await self.drive(player.step(-1))
        if at is None or before is None or await self.drive(player.seek(at)) is None:
            return
        made = await self.change(lambda work: moments.split(work, moment.id, before=before, at=at))
        if made:
            self.choose_moment(made[1].id)

    async def action_duplicate(self) -> None:
        """A second moment of the same frames."""
        if moment := self._need_moment():
            made = await self.change(lambda work: moments.duplicate(work, moment.id))
            if made:
                self.choose_moment(made.id)

    def _need_moment(self) -> Moment | None:
        moment = self.moment
        if moment is None:
            self.say("Keep a moment first: i marks in, o marks out, enter keeps.")
        return moment

    async def action_remove(self) -> None:
        """Remove the moment."""
        if moment := self._need_moment():
            await self.change(lambda work: moments.remove(work, moment.id))

    async def show_history(self) -> None:
        """A moment that comes back is the one that is meant next."""
        before = {one.id for one in self.file.moments}
        await super().show_history()
        if back := next((one for one in self.file.moments if one.id not in before), None):
            self.choose_moment(back.id)
