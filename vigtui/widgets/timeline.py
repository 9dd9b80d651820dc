"""The timeline of a film: whole or the stretch around the playhead; moments by shape, marks, filming notes, playhead."""

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import Static

from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.timecode import Millis, format_time
from vigtui.widgets.words import has_unicode

ZOOMED = Millis(60_000)
"""The stretch shown when zoomed in."""

_SHAPES = {MomentState.CANDIDATE: ("▒", "-"), MomentState.CHOSEN: ("█", "="), MomentState.PRIVATE: ("░", "x")}

_EDGES = {(True, False): "▐", (False, True): "▌"}
"""How a moment begins and ends, so that neighbours stay apart."""


class Timeline(Static):
    """Three lines: times, moments and marks, playhead and notes. Work grows with its width, not with the film."""

    def __init__(self, *, id: str) -> None:
        super().__init__("", id=id)
        self._length = Millis(1)
        self._position = Millis(0)
        self._moments: Sequence[Moment] = ()
        self._current: str | None = None
        self._notes: Sequence[Millis] = ()
        self._marks: tuple[Millis | None, Millis | None] = (None, None)
        self._lane: Text | None = None
        self.zoomed = False

    def show(
        self,
        *,
        length: Millis,
        moments: Sequence[Moment],
        current: str | None,
        notes: Sequence[Millis],
        marks: tuple[Millis | None, Millis | None],
    ) -> None:
        """Show what lies on the film."""
        self._length, self._moments, self._current = Millis(max(1, length)), moments, current
        self._notes, self._marks, self._lane = notes, marks, None
        self._draw()

    def move_to(self, position: Millis) -> None:
        """Move the playhead."""
        before = self._window()
        self._position = position
        if before != self._window():
            self._lane = None
        self._draw()

    def zoom(self) -> None:
        """Whole film, or the stretch around the playhead."""
        self.zoomed = not self.zoomed
        self._lane = None
        self._draw()

    def on_resize(self) -> None:
        self._lane = None
        self._draw()

    def _window(self) -> tuple[int, int]:
        """First and last time shown, in milliseconds; when zoomed it goes on by half a window at a time."""
        if not self.zoomed or self._length <= ZOOMED:
            return 0, self._length
        half = ZOOMED // 2
        start = max(0, min(self._position // half * half - half // 2, self._length - ZOOMED))
        return start, start + ZOOMED

    def _column(self, at: int) -> int | None:
        start, end = self._window()
        if not start <= at <= end:
            return None
        return min(self._width - 1, (at - start) * self._width // max(1, end - start))

    @property
    def _width(self) -> int:
        return max(10, self.content_size.width)

    def _draw(self) -> None:
        if not self.content_size.width:
            return
        if self._lane is None:
            self._lane = self._draw_lane()
        text = Text(no_wrap=True)
        text.append_text(self._scale()).append("\n").append_text(self._lane).append("\n")
        text.append_text(self._heads())
        self.update(text)

    def _scale(self) -> Text:
        start, end = self._window()
        left, right = format_time(Millis(start), decimals=0), format_time(Millis(end), decimals=0)
        here = format_time(self._position)
        line = [" "] * self._width
        line[: len(left)] = left
        line[-len(right) :] = right
        at = min(
            max(len(left) + 1, (self._column(self._position) or 0) - len(here) // 2),
            self._width - len(right) - len(here) - 1,
        )
        line[at : at + len(here)] = here
        text = Text("".join(line[: self._width]), style="dim")
        text.stylize("bold not dim", at, at + len(here))
        return text

    def _draw_lane(self) -> Text:
        fine = 0 if has_unicode() else 1
        cells = ["─" if fine == 0 else "."] * self._width
        styles: list[str] = ["dim"] * self._width
        start, end = self._window()
        for moment in self._moments:
            if moment.out_ms < start or moment.in_ms > end:
                continue
            first = self._column(max(start, moment.in_ms)) or 0
            last = self._column(min(end, moment.out_ms)) or 0
            shape = _SHAPES[moment.state][fine]
            for i in range(first, last + 1):
                edge = _EDGES.get((i == first, i == last)) if last > first and not fine else None
                cells[i] = edge or shape
                styles[i] = "bold" if moment.id == self._current else "dim"
        for at, mark in zip(self._marks, "[]", strict=True):
            if at is not None and (column := self._column(at)) is not None:
                cells[column], styles[column] = mark, "bold reverse"
        text = Text()
        for cell, style in zip(cells, styles, strict=True):
            text.append(cell, style)
        return text

    def _heads(self) -> Text:
        cells = [" "] * self._width
        for at in self._notes:
            if (column := self._column(at)) is not None:
                cells[column] = "·" if has_unicode() else "'"
        if (column := self._column(self._position)) is not None:
            cells[column] = "▲" if has_unicode() else "^"
        return Text("".join(cells), style="bold")
