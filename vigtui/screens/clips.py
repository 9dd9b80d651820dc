"""Clips: the workbench. Look closely, mark moments, say what is in them, choose the shortlist.

What its keys do stands in one module each: `clips_playing`, `clips_marking`, `clips_saying`, `clips_shortlist`; what is
on the bench in `clips_bench`.
"""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import OptionList, Static

from vigtui.commands import CLIPS, IN_A_CASE, of
from vigtui.screens.clips_saying import nothing, unaimed
from vigtui.screens.clips_shortlist import FOR_REVIEW, ShortlistKeys
from vigtui.widgets.bindings import bindings
from vigtui.widgets.chrome import BottomLine, Heading, Rail
from vigtui.widgets.fields import LineField
from vigtui.widgets.lists import RecordList
from vigtui.widgets.moment_words import moment_row
from vigtui.widgets.timeline import Timeline


class ClipsScreen(ShortlistKeys):
    """The workbench of one cycle."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(CLIPS)]
    here = "clips"
    places = (CLIPS, IN_A_CASE)
    window_keys = {key: command.action for command in of(CLIPS) for key in command.keys.split(",")}

    def compose(self) -> ComposeResult:
        yield Heading("", id="heading")
        yield Rail("", id="rail")
        with Vertical(id="bench"):
            with Horizontal(id="above"):
                with Vertical(id="film-place"):
                    yield Static("", id="transport")
                yield RecordList(id="moments", empty="No moment yet: i marks in, o marks out, enter keeps.", actions=())
            yield Timeline(id="timeline")
            with Horizontal(id="below"):
                with Vertical(id="this-moment"):
                    yield Static("", id="facts")
                    yield LineField("Note", read=nothing, save=unaimed, id="note")
                    yield LineField("Next turn", read=nothing, save=unaimed, id="next-turn")
                with Vertical(id="shortlist"):
                    yield RecordList(id="clips", empty=FOR_REVIEW, actions=())
                    yield LineField("Why", read=nothing, save=unaimed, id="why")
                    yield LineField("Opening", read=nothing, save=unaimed, id="opening")
                    yield Static("", id="checks")
        yield BottomLine()

    async def on_mount(self) -> None:
        self.query_one("#moments").focus()
        self.listen()
        film = self.film
        if film:
            await self.show_film(film)
            self.show_player()

    def show_file(self) -> None:
        film = self.film
        found = self.file.moments_of(film.id) if film else []
        self.query_one("#moments", RecordList).show([(one.id, moment_row(self.file, self.pack, one)) for one in found])
        self._show_chosen()
        self._aim_moment()
        self._aim_clip()
        self.show_player()
        self.show_timeline()

    @on(OptionList.OptionHighlighted, "#moments")
    def moment_highlighted(self) -> None:
        """Another moment; its clip, where it has one, is shown with it."""
        self._choose_clip(self.moment)
        self._aim_moment()
        self.show_timeline()

    @on(OptionList.OptionSelected, "#moments")
    async def moment_selected(self) -> None:
        """Enter in the list of moments."""
        await self.action_keep()
