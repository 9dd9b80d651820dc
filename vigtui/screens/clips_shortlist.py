"""The shortlist on the workbench: what is chosen, why, how it is shown, in which order; its checks, and the reel."""

from typing import Any

from textual import on
from textual.widgets import OptionList, Static

from vigtui.domain.clip import Clip
from vigtui.domain.errors import NotSensible
from vigtui.domain.moment import Moment, MomentState
from vigtui.screens.base import saver
from vigtui.screens.clips_saying import SayingKeys, nothing, unaimed
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.screens.playing import PlayheadMoved, before_other_keys, in_turn
from vigtui.screens.reel import Part, Reel
from vigtui.services import moments, shortlist, supervision
from vigtui.widgets.fields import LineField
from vigtui.widgets.lists import RecordList
from vigtui.widgets.moment_list import MomentList
from vigtui.widgets.moment_words import clip_row, moment_row
from vigtui.widgets.words import plain

FOR_REVIEW = "Shortlist: s on a moment chooses it."
_FOR_SUPERVISION = "For supervision: s on a moment chooses it."
_PANES = ("#moments", "#note", "#next-turn"), ("#clips", "#why", "#opening")
"""What can be worked in: beside the film, and in the shortlist. The first of each is a list."""


class ShortlistKeys(SayingKeys):
    """What the keys do with the clips."""

    _reel: Reel | None = None

    def _show_chosen(self) -> None:
        """Show the shortlist; beside a review's own film what is chosen for supervision."""
        chosen = self.query_one("#clips", RecordList)
        chosen.empty = _FOR_SUPERVISION if self._is_own else FOR_REVIEW
        if self._is_own:
            own = supervision.own_moments(self.file, self.cycle.id)
            chosen.show([(one.id, moment_row(self.file, self.pack, one)) for one in own])
        else:
            clips = self.file.clips_of(self.cycle.id)
            chosen.show([(one.id, clip_row(one, self.file.moment(one.moment_id))) for one in clips])

    def _aim_clip(self) -> None:
        """Aim the fields at the highlighted clip, and show how it is shown and the checks."""
        clip = self.clip
        for name, field_id in (("why", "#why"), ("opening_question", "#opening")):
            field = self.query_one(field_id, LineField)
            field.display, field.disabled = not self._is_own, clip is None
            if clip is None:
                field.aim(self.file, read=nothing, save=unaimed)
            elif field.aimed_at != (clip.id, name):
                what = f"{name.replace('_', ' ')} of clip {clip.position}"
                field.aim(self.file, read=_clip_reader(clip.id, name), save=saver(Clip, clip.id, name, what))
            else:
                field.show(self.file)
            field.aimed_at = (clip.id, name) if clip else None
        clips = [] if self._is_own else self.file.clips_of(self.cycle.id)
        said = [_shown(self.file.moment(clip.moment_id), clip)] if clip and clips else []
        said += shortlist.overall(self.file, clips, self.pack)
        if clip:
            found = shortlist.warnings(self.file, clip, self.pack, self.desk.today)
            said += [f"clip {clip.position}: {words}" for words in found]
        self.query_one("#checks", Static).update(plain(" · ".join(said)))

    def _choose_clip(self, moment: Moment | None) -> None:
        """Highlight a moment among what is chosen, where it stands there."""
        clip = self.file.clip_of(moment.id) if moment else None
        if moment:
            self.query_one("#clips", RecordList).choose(clip.id if clip else moment.id)

    @on(OptionList.OptionHighlighted, "#clips")
    def clip_highlighted(self) -> None:
        """Another clip; while one is in the shortlist, its moment is highlighted with it."""
        chosen = self.query_one("#clips", RecordList)
        if chosen.has_focus and chosen.highlighted_id:
            self.query_one("#moments", MomentList).choose(self.clip.moment_id if self.clip else chosen.highlighted_id)
        self._aim_clip()

    @on(OptionList.OptionSelected, "#clips")
    async def clip_selected(self) -> None:
        """Enter on a clip goes to it."""
        chosen_id = self.query_one("#clips", RecordList).highlighted_id
        if self.clip:
            await self.land_on(self.file.moment(self.clip.moment_id))
        elif chosen_id:
            await self.land_on(self.file.moment(chosen_id))

    async def action_state(self) -> None:
        """Candidate, chosen, private."""
        reviewed = self.pack.way.reviews(self.cycle.number) or self.file.review(self.cycle.id) is not None
        if not reviewed and not self._is_own:
            later = self.pack.way.reviewed_in(self.cycle.number)
            self.say(f"This visit has no review: its clips are chosen in cycle {later}. Moments marked here stay.")
        elif moment := self._need_moment():
            await self.change(lambda work: moments.next_state(work, moment.id, self.cycle.id))
            self._choose_clip(moment)

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

    # The pane

    @property
    def is_in_shortlist(self) -> bool:
        """Whether the focus is in the shortlist."""
        focused = self.focused
        return focused is not None and self.query_one("#shortlist") in focused.ancestors

    async def action_next_pane(self) -> None:
        """From the moments to the shortlist and back; in a field to the next one of its pane."""
        pane, other = _PANES[::-1] if self.is_in_shortlist else _PANES
        focused = [i for i, one in enumerate(pane) if self.query_one(one).has_focus_within]
        after = pane[focused[0] + 1 :] if focused and focused[0] > 0 else ()
        able = [one for one in after if not self.query_one(one).disabled and self.query_one(one).display]
        if able:
            self.query_one(able[0], LineField).editor.focus()
        elif focused and focused[0] > 0:
            self.query_one(pane[0]).focus()
        else:
            self.show_pane(other is _PANES[1])

    def show_pane(self, shortlist_too: bool) -> None:
        """Open the shortlist and go there; or close it, where there is no room for both, and go to the moments."""
        self.set_class(shortlist_too, "-shortlist")
        target = self.query_one("#clips" if shortlist_too else "#moments")
        self.call_after_refresh(target.focus)

    def action_why(self) -> None:
        """Write why the clip was chosen."""
        self._write("#why")

    def action_opening(self) -> None:
        """Write the question it opens with."""
        self._write("#opening")

    def _write(self, field_id: str) -> None:
        if clip := self._need_clip():
            self.set_class(True, "-shortlist")
            self.query_one("#clips", RecordList).choose(clip.id)
            self.call_after_refresh(self.query_one(field_id, LineField).editor.go_on)

    @on(LineField.Done, "#why")
    def why_done(self, event: LineField.Done) -> None:
        """Enter after why: the opening question."""
        event.prevent_default()
        self.query_one("#opening", LineField).editor.go_on()

    @on(LineField.Done, "#opening")
    def opening_done(self, event: LineField.Done) -> None:
        """Enter after the opening question: back to the clips."""
        event.prevent_default()
        self.query_one("#clips").focus()

    def leave_field(self) -> bool:
        self.query_one("#clips" if self.is_in_shortlist else "#moments").focus()
        return True

    async def action_leave(self) -> None:
        """Out of a field; out of the shortlist; out of the workbench."""
        if self.is_in_shortlist and self.query_one("#clips").has_focus:
            self.show_pane(False)
        else:
            await super().action_leave()

    # How a clip is shown

    def _need_clip(self) -> Clip | None:
        """The clip that is meant: of the highlighted moment, else the one highlighted in the shortlist."""
        moment = self.moment
        clip = self.file.clip_of(moment.id) if moment and not self.is_in_shortlist else None
        clip = clip or (self.clip if self.is_in_shortlist or moment is None else None)
        if clip is None:
            self.say("This is not on the shortlist yet: s chooses a moment.")
        return clip

    def action_clip_show(self) -> None:
        """How fast, how loud and how near a clip is shown."""
        clip = self._need_clip()
        if clip is None:
            return

        async def keep(answers: Answers) -> None:
            speed, volume, zoom = (_number(answers[name]) for name in ("speed", "volume", "zoom"))
            changes = {"speed": speed, "volume": round(volume), "zoom": zoom}
            await self.save(lambda work: moments.set_clip(work, clip.id, **changes))
            await self.reload()

        asks = [
            Ask("speed", "Speed, 0.1 to 4", f"{clip.speed:g}"),
            Ask("volume", "Volume in per cent, 0 to 130", str(clip.volume)),
            Ask("zoom", "Zoom, 1 to 8", f"{clip.zoom:g}"),
        ]
        self.app.push_screen(FormDialog(f"How clip {clip.position} is shown", asks, keep, about=clip))

    @before_other_keys
    async def action_hold(self) -> None:
        """Hold the clip still at this frame in the review; once more at the same frame for its middle again."""
        clip = self._need_clip()
        now = await self._now() if clip else None
        if clip is None or now is None:
            return
        moment = self.file.moment(clip.moment_id)
        if not moment.in_ms <= now <= moment.out_ms:
            self.say("Go to a frame of the clip first; H holds it there in the review.")
            return
        at = None if clip.freeze_ms == now else now
        if await self.change(lambda work: moments.set_clip(work, clip.id, freeze_ms=at)):
            self.say("In the review the clip is held at its middle." if at is None else "It is held at this frame.")

    # The reel

    def clip_parts(self) -> list[Part]:
        """The shortlist as a reel; a private moment is never in it."""
        clips = self.file.clips_of(self.cycle.id)
        return [
            Part(
                self.showing(self.file.film(moment.film_id)),
                moment,
                f"{clip.position} of {len(clips)}",
                clip.speed,
                clip.volume,
                clip.zoom,
            )
            for clip in clips
            if (moment := self.file.moment(clip.moment_id)).state is not MomentState.PRIVATE
        ]

    def moment_parts(self, those: list[Moment]) -> list[Part]:
        """Moments as a reel; private ones left out."""
        open_ones = [one for one in those if one.state is not MomentState.PRIVATE]
        films = {one.id: self.file.film(one.film_id) for one in open_ones}
        return [
            Part(self.showing(films[one.id]), one, f"{at} of {len(open_ones)}") for at, one in enumerate(open_ones, 1)
        ]

    async def action_play_reel(self) -> None:
        """Play the shortlist in order; pause it; go on where it was."""
        parts = self.clip_parts()
        if not parts:
            self.say("The shortlist is empty: s on a moment chooses it.")
        elif self._reel is not None and self._reel.running:
            await self.take_turn(lambda: self._pause_reel())
        else:
            await self.play_parts(parts)

    async def _pause_reel(self) -> None:
        if self._reel is not None and self._reel.running:
            await self.drive(self._reel.pause())

    @in_turn
    async def play_parts(self, parts: list[Part]) -> None:
        """Play these as a reel; the same ones go on where they were."""
        if self._reel is None or not self._reel.is_of(parts):
            self._reel = Reel(self.desk.player, parts, self._reel_changed, self.tell)
        self.remember_place()
        await self.drive(self._reel.go_on())

    def _reel_changed(self) -> None:
        """Another part is on: show its film and highlight it."""
        reel = self._reel
        if reel is None or reel.over or not self.is_mounted:
            self.show_player()
            return
        moment = reel.part.moment
        there = next((i for i, one in enumerate(self.films) if one.id == moment.film_id), None)
        if there is not None and there != self._film_at:
            self._film_at = there
            self.show_file()
        self.choose_moment(moment.id)
        if self.query_one("#clips").has_focus:  # where somebody writes about another clip, that one stays
            self._choose_clip(moment)

    def reel_words(self) -> str:
        reel, film = self._reel, self.film
        if reel is None or reel.over or film is None or film.id != reel.part.moment.film_id:
            return ""
        return f"   reel {reel.part.label}{'' if reel.running else ', paused'}"

    @on(PlayheadMoved)
    def reel_moved(self) -> None:
        """The player reported; a reel may go on, and keys need not wait for its next part."""
        if self._reel is not None and self._reel.running and not self.desk.player.state.playing:
            self.run_worker(self.drive(self._reel.heard()), group="reel")

    @in_turn
    async def action_play_pause(self) -> None:
        """Play or pause; a reel that was paused here goes on as a reel."""
        reel = self._reel
        if reel is not None and reel.running:
            await self.drive(reel.pause())
        elif reel is not None and not reel.over and self._is_at(reel.part):
            await self.drive(reel.go_on())
        else:
            await self.play_or_pause()

    def _is_at(self, part: Part) -> bool:
        """Whether the player stands within a part of a reel."""
        state = self.desk.player.state
        return state.shows(part.film) and part.moment.in_ms <= state.position <= part.moment.out_ms

    async def _rest(self) -> None:
        reel, self._reel = self._reel, None
        if reel is not None:
            await self.drive(reel.pause())
            await self.drive(reel.end())
        await super()._rest()


def _shown(moment: Moment, clip: Clip) -> str:
    """How a clip is shown, in words."""
    held = "" if moment.still or clip.freeze_ms is None else ", held at a chosen frame"
    return f"clip {clip.position} at {clip.speed:g}×, {clip.volume} %, zoom {clip.zoom:g}{held}"


def _number(words: str) -> float:
    try:
        return float(words.strip().replace(",", ".").rstrip("%×x "))
    except ValueError:
        raise NotSensible(f"“{words.strip()[:20]}” is not a number.", "Nothing was changed.") from None


def _clip_reader(clip_id: str, name: str) -> Any:
    return lambda file: next((getattr(one, name) for one in file.clips if one.id == clip_id), "")
