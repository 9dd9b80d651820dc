"""What is on the bench: the films of the cycle, their moments and stills, the highlighted one, and what is marked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.segment import Segment
from rich.text import Text
from textual.widgets import Static

from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.derived import LaneKind, Picture
from vigtui.domain.errors import FilmMissing, VigError
from vigtui.domain.film import Film, FilmKind
from vigtui.domain.moment import Moment
from vigtui.domain.timecode import Millis, Span
from vigtui.domain.workflow import films_on_bench
from vigtui.screens.looking import LanesGrew, Looker, StillMade, looker
from vigtui.screens.playing import PlayingScreen
from vigtui.services import films
from vigtui.services.sifting import Sieve
from vigtui.whereabouts import Held
from vigtui.widgets.cells import fitting, half_blocks, shrunk
from vigtui.widgets.lists import RecordList
from vigtui.widgets.moment_list import STILL_COLUMNS, STILL_ROWS, MomentList
from vigtui.widgets.moment_words import moment_card, moment_row, sieve_words
from vigtui.widgets.timeline import Timeline
from vigtui.widgets.words import has_unicode

NO_MOMENT = "No moment yet: i marks in, o marks out, enter keeps."
WIDE, TALL = 110, 36
"""Columns from which moments have stills, and lines from which the shortlist always stands there."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """The moments of a film that a sieve let through, and what they were sifted from."""

    key: tuple[str, Sieve]
    file: CaseFile
    moments: list[Moment]
    ids: list[str]


class Bench(PlayingScreen):
    """A case screen with a film, its moments and the clips chosen from them."""

    patience = 0.1

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._film_at = 0
        self._marks: tuple[Millis | None, Millis | None] = (None, None)
        self._sieve = Sieve()
        self._sifted: Sifted | None = None
        self._cells: dict[str, tuple[Picture, list[list[Segment]]]] = {}
        self._film_gone = False

    @property
    def looker(self) -> Looker:
        """What works out lanes and stills."""
        return looker(self.app, self.desk)

    # Films and moments

    @property
    def films(self) -> list[Film]:
        """The films looked at in this cycle: those its review talks over first, then the films of the review itself."""
        own = self.file.films_of(self.cycle.id, FilmKind.REVIEW)
        return [*films_on_bench(self.file, self.cycle, self.pack.way), *own]

    @property
    def film(self) -> Film | None:
        """The film on the bench."""
        films = self.films
        return films[self._film_at % len(films)] if films else None

    @property
    def moment(self) -> Moment | None:
        """The highlighted moment."""
        moment_id = self.query_one("#moments", MomentList).highlighted_id
        return self._find(moment_id) if moment_id else None

    def what_is_on(self) -> Held | None:
        film, player = self.film, self.desk.player
        if film is None or not self.is_open(film):
            return None
        return Held.of(player.state, film.id, marks=self._marks)

    def take_up(self, held: Held | None) -> bool:
        """Have the film on the bench that was there, with its marks; whether it is in this cycle."""
        at = next((i for i, one in enumerate(self.films) if held and one.id == held.film), None)
        if held is None or at is None:
            return False
        self._film_at = at
        self._marks = tuple(None if one is None else Millis(one) for one in held.marks)  # type: ignore[assignment]
        return True

    def _find(self, moment_id: str) -> Moment | None:
        return self.file.find_moment(moment_id)

    @property
    def clip(self) -> Clip | None:
        """The highlighted clip of the shortlist."""
        clip_id = self.query_one("#clips", RecordList).highlighted_id
        return next((one for one in self.file.clips if one.id == clip_id), None) if clip_id else None

    @property
    def _is_own(self) -> bool:
        """Whether a review's own film is on the bench; what is chosen there is for supervision."""
        return self.film is not None and self.film.kind is FilmKind.REVIEW

    def in_order(self) -> list[Moment]:
        """The film's moments that the sieve lets through, by their in marks; the same list while nothing changed."""
        return self._sift().moments

    def _sift(self) -> "Sifted":
        film, file, sieve, known = self.film, self.file, self._sieve, self._sifted
        key = (film.id if film else "", sieve)
        same = known is not None and known.key == key
        if known is None or not same or known.file.moments is not file.moments or (sieve and known.file is not file):
            found = file.moments_of(film.id) if film else []
            if sieve:
                found = [one for one in found if sieve.lets_through(file, one)]
            ids = [one.id for one in found]
            # A note that was written changes neither which moments there are nor their order.
            known = self._sifted = Sifted(key, file, found, known.ids if known and same and known.ids == ids else ids)
        return known

    def _span(self) -> Span | None:
        """What is marked, else the highlighted moment."""
        start, end = self._marks
        if start is not None and end is not None:
            return Span(start, end)
        moment = self.moment
        if moment is None or moment.still:
            self.say("Mark in and out first, or highlight a moment.")
            return None
        return moment.span

    # Showing them

    def show_moments(self) -> None:
        """Show the list of moments."""
        ids = self._sift().ids
        wide = self.app.size.width >= WIDE
        self.query_one("#moments", MomentList).show(
            ids,
            self._card if wide else self._row,
            empty="No moment is like that. F changes what is listed." if self._sieve else NO_MOMENT,
            still=self._still if wide else None,
        )
        said = self.query_one("#sieve", Static)
        said.display = bool(self._sieve)
        if self._sieve:
            said.update(sieve_words(self.pack, self._sieve, len(ids)))
        self.call_after_refresh(self._want_stills)

    def _row(self, moment_id: str) -> Text:
        moment = self._find(moment_id)
        return moment_row(self.file, self.pack, moment) if moment else Text("")

    def _card(self, moment_id: str) -> Text:
        moment = self._find(moment_id)
        return moment_card(self.file, self.pack, moment) if moment else Text("")

    def _still(self, moment_id: str) -> Sequence[Sequence[Segment]] | None:
        """The still of a moment as cells, drawn once."""
        moment = self._find(moment_id)
        still = self.looker.still(moment, self.file.film(moment.film_id)) if moment else None
        if still is None:
            return None
        known = self._cells.get(moment_id)
        if known is None or known[0] is not still.picture:
            if len(self._cells) > 100:
                self._cells.clear()
            small = shrunk(still.picture, *fitting(still.picture, STILL_COLUMNS, STILL_ROWS))
            colours = self.app.console._color_system
            known = self._cells[moment_id] = (still.picture, half_blocks(small, colours, blocks=has_unicode()))
        return known[1]

    def _want_stills(self) -> None:
        film = self.film
        if film is None or not film.has_picture or self.app.size.width < WIDE or not self.is_mounted:
            return
        shown = [self._find(one) for one in self.query_one("#moments", MomentList).shown_ids()]
        self.looker.want_stills([one for one in shown if one is not None], film, self.path(film))

    def choose_moment(self, moment_id: str) -> None:
        """Highlight a moment and show at once what belongs to it, so that both are drawn together."""
        listed = self.query_one("#moments", MomentList)
        with listed.prevent(MomentList.Highlighted):
            listed.choose(moment_id)
        self.show_moment()

    def show_moment(self) -> None:
        """Show what belongs to the highlighted moment."""
        self.show_timeline()
        self._want_stills()

    def on_still_made(self, event: StillMade) -> None:
        self.query_one("#moments", MomentList).draw_again(event.moment_id)

    def show_timeline(self) -> None:
        """Show moments, marks and notes on the timeline."""
        film = self.film
        timeline = self.query_one(Timeline)
        self.set_class(film is None, "-no-film")
        if film is None:
            return
        timeline.show(
            length=film.duration_ms or self.desk.player.state.length or Millis(1),
            moments=self.in_order(),
            current=self.moment,
            notes=self.note_times(),
            marks=self._marks,
        )

    def note_times(self) -> list[Millis]:
        """When the filming notes were made, in order."""
        film = self.film
        notes = [] if self._is_own or film is None else self.file.notes_of(self.cycle.id)
        return [one.at_ms for one in notes if one.at_ms is not None and one.film_id in (None, film.id if film else "")]

    def show_lanes(self) -> None:
        """Show what there is of the film's lanes, and have the rest worked out."""
        film = self.film
        if film is not None:
            self.looker.look_at(film, self.path(film))
            self._show_lanes(film)

    def _show_lanes(self, film: Film) -> None:
        missing = {LaneKind.SOUND: not film.has_sound, LaneKind.MOVEMENT: not film.has_picture}
        self.query_one(Timeline).show_lanes(
            self.looker.lanes(film),
            self.looker.growing,
            never=[kind for kind, none in missing.items() if none],
        )

    def on_lanes_grew(self, event: LanesGrew) -> None:
        film = self.film
        if film is None or film.id != event.film_id:
            return
        self._show_lanes(film)
        if event.error is not None and not isinstance(event.error, FilmMissing):
            self.tell(event.error)

    def action_lanes(self) -> None:
        """Stop working out the lanes, or begin again."""
        film = self.film
        if film is None:
            return
        if self.looker.stop():
            self.say("Sound and movement are no longer worked out. L begins again.")
        else:
            self.looker.look_at(film, self.path(film), again=True)
            self._show_lanes(film)

    # A film that goes away

    def tell(self, error: VigError) -> None:
        if isinstance(error, FilmMissing):
            error = FilmMissing(
                error.summary, "Marks and notes are safe. Plug the disk in, or press W to look for the film."
            )
        super().tell(error)

    async def look_for_others(self) -> None:
        await super().look_for_others()
        film = self.film
        if film is None or not self.is_current:
            return
        gone = not await asyncio.to_thread(films.can_be_read, self.path(film))
        if gone is not self._film_gone:
            self._film_gone = gone
            if gone:
                there = await asyncio.to_thread(self.path(film).is_file)
                self.tell(FilmMissing("The film can no longer be read from its disk." if there else None))
            else:
                self.say("The film is there again.")
                self.looker.look_at(film, self.path(film), again=True)
