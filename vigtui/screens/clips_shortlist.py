"""The shortlist on the workbench: what is chosen, why, in which order, and what there is to check."""

from typing import Any

from textual import on
from textual.widgets import OptionList, Static

from vigtui.domain.clip import Clip
from vigtui.domain.moment import Moment
from vigtui.screens.base import saver
from vigtui.screens.clips_saying import SayingKeys, nothing, unaimed
from vigtui.services import moments, shortlist, supervision
from vigtui.widgets.fields import LineField
from vigtui.widgets.lists import RecordList
from vigtui.widgets.moment_words import clip_row, moment_row
from vigtui.widgets.words import plain

FOR_REVIEW = "Shortlist: s on a moment chooses it."
_FOR_SUPERVISION = "For supervision: s on a moment chooses it."


class ShortlistKeys(SayingKeys):
    """What the keys do with the clips."""

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
        """Aim the fields at the highlighted clip, and show the checks."""
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
        said = list(shortlist.overall(self.file, clips, self.pack))
        if clip:
            said += [f"clip {clip.position}: {words}" for words in shortlist.warnings(self.file, clip, self.pack)]
        self.query_one("#checks", Static).update(plain(" · ".join(said)))

    def _choose_clip(self, moment: Moment | None) -> None:
        """Highlight a moment among what is chosen, where it stands there."""
        clip = self.file.clip_of(moment.id) if moment else None
        if moment:
            self.query_one("#clips", RecordList).choose(clip.id if clip else moment.id)

    @on(OptionList.OptionHighlighted, "#clips")
    def clip_highlighted(self) -> None:
        """Another clip."""
        self._aim_clip()

    @on(OptionList.OptionSelected, "#clips")
    async def clip_selected(self) -> None:
        """Enter on a clip goes to it."""
        chosen_id = self.query_one("#clips", RecordList).highlighted_id
        if self.clip:
            await self._go_to(self.file.moment(self.clip.moment_id))
        elif chosen_id:
            await self._go_to(self.file.moment(chosen_id))

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


def _clip_reader(clip_id: str, name: str) -> Any:
    return lambda file: next((getattr(one, name) for one in file.clips if one.id == clip_id), "")
