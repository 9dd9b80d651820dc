"""What is on the bench: the films of the cycle, the highlighted moment and clip, and what is marked."""

from typing import Any

from vigtui.domain.clip import Clip
from vigtui.domain.film import Film, FilmKind
from vigtui.domain.moment import Moment
from vigtui.domain.timecode import Millis, Span
from vigtui.domain.workflow import films_on_bench
from vigtui.screens.playing import PlayingScreen
from vigtui.widgets.lists import RecordList
from vigtui.widgets.timeline import Timeline


class Bench(PlayingScreen):
    """A case screen with a film, its moments and the clips chosen from them."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._film_at = 0
        self._marks: tuple[Millis | None, Millis | None] = (None, None)

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
        moment_id = self.query_one("#moments", RecordList).highlighted_id
        return next((one for one in self.file.moments if one.id == moment_id), None) if moment_id else None

    @property
    def clip(self) -> Clip | None:
        """The highlighted clip of the shortlist."""
        clip_id = self.query_one("#clips", RecordList).highlighted_id
        return next((one for one in self.file.clips if one.id == clip_id), None) if clip_id else None

    @property
    def _is_own(self) -> bool:
        """Whether a review's own film is on the bench; what is chosen there is for supervision."""
        return self.film is not None and self.film.kind is FilmKind.REVIEW

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

    def show_timeline(self) -> None:
        """Show moments, marks and notes on the timeline."""
        film, moment = self.film, self.moment
        timeline = self.query_one(Timeline)
        timeline.display = film is not None
        if film is None:
            return
        notes = [] if self._is_own else self.file.notes_of(self.cycle.id)
        timeline.show(
            length=film.duration_ms or self.desk.player.state.length or Millis(1),
            moments=self.file.moments_of(film.id),
            current=moment.id if moment else None,
            notes=[one.at_ms for one in notes if one.at_ms is not None],
            marks=self._marks,
        )
