"""Clips: the workbench. Look closely, mark moments, say what is in them, choose the shortlist.

What its keys do stands in one module each: `clips_playing`, `clips_marking`, `clips_saying`, `clips_shortlist`,
`clips_finding`; what is on the bench in `clips_bench`.
"""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from vigtui.commands import CLIPS, IN_A_CASE, of
from vigtui.domain.film import Film
from vigtui.screens.clips_bench import NO_MOMENT, TALL
from vigtui.screens.clips_finding import FindingKeys
from vigtui.screens.clips_saying import nothing, unaimed
from vigtui.screens.clips_shortlist import FOR_REVIEW
from vigtui.screens.playing import AT_ONCE
from vigtui.whereabouts import Held
from vigtui.widgets.bindings import bindings
from vigtui.widgets.chrome import BottomLine, Heading, Rail
from vigtui.widgets.fields import LineField
from vigtui.widgets.film_view import FilmView
from vigtui.widgets.lists import RecordList
from vigtui.widgets.moment_list import MomentList
from vigtui.widgets.said import Said
from vigtui.widgets.timeline import Timeline


class ClipsScreen(FindingKeys):
    """The workbench of one cycle."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(CLIPS)]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (TALL, "-tall")]
    here = "clips"
    places = (CLIPS, IN_A_CASE)
    window_keys = {key: command.action for command in of(CLIPS) for key in command.keys.split(",")}

    def compose(self) -> ComposeResult:
        yield Heading("", id="heading")
        yield Rail("", id="rail")
        with Vertical(id="bench"):
            with Horizontal(id="above"):
                with Vertical(id="film-place"):
                    yield FilmView(id="film")
                    yield Said("", id="transport")
                with Vertical(id="beside"):
                    yield Said("", id="sieve")
                    yield MomentList(id="moments", empty=NO_MOMENT)
            yield Timeline(id="timeline")
            with Vertical(id="this-moment"):
                yield Said("", id="facts")
                with Horizontal(id="said"):
                    yield LineField("Note", read=nothing, save=unaimed, id="note")
                    yield LineField("Next", read=nothing, save=unaimed, id="next-turn")
            with Horizontal(id="shortlist"):
                yield RecordList(id="clips", empty=FOR_REVIEW, actions=())
                with Vertical(id="about-clip"):
                    yield LineField("Why", read=nothing, save=unaimed, id="why")
                    yield LineField("Opening", read=nothing, save=unaimed, id="opening")
                    yield Said("", id="checks")
        yield BottomLine()

    async def on_mount(self) -> None:
        self.set_focus(self.query_one("#moments"))
        self.listen()
        self.show_view()
        if self.take_up(held := self.take_held()):
            self.show_file()
        film = self.film
        if film:
            await self.take_turn(lambda: self._open_first(film, held), patience=AT_ONCE)

    async def _open_first(self, film: Film, held: Held | None) -> None:
        """Have the film as it was when a line broke, or from its beginning."""
        if held is None or held.film != film.id or not await self.have_again(film, held):
            await self.show_film(film)

    def show_file(self) -> None:
        self.show_moments()
        self._show_chosen()
        self._aim_moment()
        self._aim_clip()
        self.show_player()
        self.show_timeline()
        self.show_lanes()

    def on_resize(self) -> None:
        if self.is_resized() and self.is_mounted:
            self.show_moments()

    @on(MomentList.Highlighted)
    def show_moment(self) -> None:
        """Another moment; its clip, where it has one, is shown with it."""
        if not self.is_in_shortlist:
            self._choose_clip(self.moment)
        self._aim_moment()
        super().show_moment()

    @on(MomentList.Selected)
    async def moment_selected(self) -> None:
        """A click on a moment goes to it."""
        if self.moment:
            await self.land_on(self.moment)
