"""Saying what is in a moment: its note, its turn-taking, its principles, its goal."""

from typing import Any

from rich.text import Text
from textual import on
from textual.widgets import Static

from vigtui.domain.errors import VigError
from vigtui.domain.moment import Moment
from vigtui.domain.timecode import Millis
from vigtui.screens.base import saver
from vigtui.screens.clips_marking import MarkingKeys
from vigtui.screens.dialogs import PickDialog
from vigtui.services import moments, supervision
from vigtui.services.prompts import role_word
from vigtui.widgets.fields import LineField
from vigtui.widgets.moment_list import MomentList
from vigtui.widgets.moment_words import facts
from vigtui.widgets.words import sign


class SayingKeys(MarkingKeys):
    """What the keys say of the highlighted moment."""

    _was_playing = False

    def _show_facts(self) -> None:
        moment = self.moment
        if moment is None:
            hint = "Marks, turn-taking and principles of a moment stand here; enter keeps one."
            self.query_one("#facts", Static).update(Text(hint, "dim"))
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
                field.aim(self.file, read=nothing, save=unaimed)
            elif field.aimed_at != (moment.id, name):
                what = f"{name.replace('_', ' ')} of {moment.label}"
                field.aim(self.file, read=_moment_reader(moment.id, name), save=saver(Moment, moment.id, name, what))
            else:
                field.show(self.file)
            field.aimed_at = (moment.id, name) if moment else None

    async def action_note(self) -> None:
        """Write a note; the film stays where it is."""
        if not self._need_moment():
            return
        self._aim_moment()  # the list's own message that another is highlighted may still be on its way
        self.query_one("#note", LineField).editor.go_on()
        self._was_playing = False
        if self.desk.player.state.playing or self.waits_for_film:
            await self.take_turn(self._pause_for_note)

    async def _pause_for_note(self) -> None:
        self._was_playing = self.desk.player.state.playing
        if self._was_playing:
            await self.drive(self.desk.player.pause())

    @on(LineField.Done, "#note")
    async def note_done(self, event: LineField.Done) -> None:
        """Enter in the note: back to the film, which goes on a second earlier where it was playing."""
        event.prevent_default()
        self.query_one("#moments", MomentList).focus()
        if self._was_playing or self.waits_for_film:
            await self.take_turn(self._go_on_after_note)

    async def _go_on_after_note(self) -> None:
        if self._was_playing and await self._with_film():
            self._was_playing = False
            back = self.desk.player.state.position - self.desk.settings.resume_back_ms
            await self.drive(self.desk.player.seek(Millis(max(0, back))))
            await self.drive(self.desk.player.play())

    @on(LineField.Done, "#next-turn")
    def next_turn_done(self, event: LineField.Done) -> None:
        """Enter in the next turn: back to the moments."""
        event.prevent_default()
        self.query_one("#moments", MomentList).focus()

    def leave_field(self) -> bool:
        self.query_one("#moments", MomentList).focus()
        return True

    def action_who_starts(self) -> None:
        """Who takes the initiative."""
        choices = [(role, role_word(self.pack, role)) for role in supervision.starters(self.pack, self.film)]
        self._pick("Who starts?", choices, "initiator", "who starts")

    def action_next_turn(self) -> None:
        """Write what follows."""
        if self._need_moment():
            self._aim_moment()
            self.query_one("#next-turn", LineField).editor.go_on()

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


def nothing(file: Any) -> str:
    """What stands in a field that is aimed at nothing."""
    return ""


def unaimed(work: Any, words: str) -> None:
    """A field that is aimed at nothing saves nothing."""
    raise VigError("There is nothing this could belong to.", "Keep a moment first.")


def _moment_reader(moment_id: str, name: str) -> Any:
    return lambda file: getattr(file.find_moment(moment_id), name, "")
