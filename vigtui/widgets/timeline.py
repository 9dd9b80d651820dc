"""The timeline of a film: whole or the stretch around the playhead; moments by shape, marks, notes, playhead, lanes."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from rich.text import Text
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from vigtui.domain.derived import Lane, LaneKind
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.timecode import Millis, format_time
from vigtui.widgets.words import has_unicode

ZOOMED = 60_000
"""Milliseconds of the stretch shown when zoomed in; of a short film less."""
_PARTS = 4
"""Such a part of a film is shown at most when zoomed in."""

_SHAPES = {MomentState.CANDIDATE: ("▒", "-"), MomentState.CHOSEN: ("█", "="), MomentState.PRIVATE: ("░", "x")}

_BEGINS, _ENDS = "▐", "▌"
"""The edges of a moment that is longer than a cell, so that neighbours stay apart."""

_LEVELS = (" ▁▂▃▄▅▆▇█", " .:-=+*#@")
_NAMES = {LaneKind.SOUND: ("sound", "snd"), LaneKind.MOVEMENT: ("movement", "mov")}
_WIDE = 100
"""Columns from which the lanes' names are written out."""

_Row = tuple[list[str], list[str]]
"""The cells of a line, and their styles."""


class Timeline(Widget):
    """Times, moments and marks, the lanes, playhead and notes. Moving the playhead draws two lines anew; the rest is kept."""

    class Pointed(Message):
        """Somebody clicked at a time."""

        def __init__(self, at: Millis) -> None:
            super().__init__()
            self.at = at

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._length = Millis(1)
        self._position = Millis(0)
        self._moments: Sequence[Moment] = ()
        self._current: Moment | None = None
        self._notes: Sequence[Millis] = ()
        self._marks: tuple[Millis | None, Millis | None] = (None, None)
        self._lanes: dict[LaneKind, Lane] = {}
        self._growing: LaneKind | None = None
        self._never: tuple[LaneKind, ...] = ()
        self._base: tuple[Sequence[Moment], object, _Row] | None = None
        self._drawn: dict[LaneKind, tuple[object, Text]] = {}
        self.zoomed = False

    def show(
        self,
        *,
        length: Millis,
        moments: Sequence[Moment],
        current: Moment | None,
        notes: Sequence[Millis],
        marks: tuple[Millis | None, Millis | None],
    ) -> None:
        """Show what lies on the film; the moments in the order of their in marks."""
        self._length, self._moments, self._current = Millis(max(1, length)), moments, current
        self._notes, self._marks = notes, marks
        self.refresh()

    def show_lanes(
        self, lanes: Sequence[Lane], growing: LaneKind | None = None, *, never: Sequence[LaneKind] = ()
    ) -> None:
        """Show the lanes that there are; one of them may still be growing, and some the film cannot have."""
        self._never = tuple(never)
        self._lanes = {lane.kind: lane for lane in lanes}
        self._growing = growing
        self.refresh()

    def move_to(self, position: Millis) -> None:
        """Move the playhead."""
        if position != self._position:
            self._position = position
            self.refresh()

    def zoom(self) -> None:
        """Whole film, or the stretch around the playhead."""
        self.zoomed = not self.zoomed
        self.refresh()

    def on_click(self, event: Click) -> None:
        column = event.get_content_offset_capture(self).x - self._gutter
        if 0 <= column < self._width:
            start, end = self._window()
            event.stop()
            self.post_message(self.Pointed(Millis(start + (end - start) * column // self._width)))

    # Where things are

    def _window(self) -> tuple[int, int]:
        """First and last time shown, in milliseconds; when zoomed it goes on by half a window at a time."""
        stretch = min(ZOOMED, self._length // _PARTS)
        half = stretch // 2
        if not self.zoomed or not half:
            return 0, self._length
        start = max(0, min(self._position // half * half - half // 2, self._length - stretch))
        return start, start + stretch

    def _column(self, at: int) -> int | None:
        start, end = self._window()
        if not start <= at <= end:
            return None
        return min(self._width - 1, (at - start) * self._width // max(1, end - start))

    @property
    def _gutter(self) -> int:
        """Columns on the left for the names of the lanes."""
        return 9 if self.content_size.width >= _WIDE else 4

    @property
    def _width(self) -> int:
        return max(10, self.content_size.width - self._gutter)

    # Drawing

    def render(self) -> Text:
        if not self.content_size.width:
            return Text()
        margin = " " * self._gutter
        lines = [Text(margin).append_text(self._scale()), Text(margin).append_text(self._moment_lane())]
        lines += [self._lane(kind) for kind in _NAMES]
        lines.append(Text(margin).append_text(self._heads()))
        text = Text("\n", no_wrap=True).join(lines)
        text.no_wrap = True
        return text

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

    def _moment_lane(self) -> Text:
        """All moments, over them the current one, over that the marks."""
        base, place = self._base, (self._window(), self._width)
        if base is None or base[1] != place:
            base = self._base = (self._moments, place, self._all_moments(self._moments))
        elif base[0] is not self._moments:
            base = self._base = (self._moments, place, self._changed(base[0], base[2]))
        cells, styles = list(base[2][0]), list(base[2][1])
        if self._current is not None:
            self._put([self._current], cells, styles, "bold")
        for at, mark in zip(self._marks, "[]", strict=True):
            if at is not None and (column := self._column(at)) is not None:
                cells[column], styles[column] = mark, "bold reverse"
        return _text(cells, styles)

    def _all_moments(self, moments: Sequence[Moment]) -> _Row:
        width = self._width
        cells, styles = ["─" if has_unicode() else "."] * width, ["dim"] * width
        _, end = self._window()
        # They stand in the order of their in marks; those that begin behind the window are not looked at.
        self._put(moments[: bisect_left(moments, end + 1, key=lambda one: one.in_ms)], cells, styles, "dim")
        return cells, styles

    def _changed(self, before: Sequence[Moment], row: _Row) -> _Row:
        """The line as it was before some of the moments changed, with the stretch that those lie in drawn anew."""
        now = self._moments
        changed = _others(before, now)
        if not changed:
            return row
        (start, end), width = self._window(), self._width
        first, last = min(one.in_ms for one in changed), max(one.out_ms for one in changed)
        if last < start or first > end:
            return row
        left, right = self._column(max(first, start)) or 0, self._column(min(last, end)) or 0
        # A column is as wide as so many milliseconds; whatever reaches into those columns is drawn there.
        wide = (end - start) // width + 1
        touching = now[: bisect_left(now, min(last, end) + wide + 1, key=lambda one: one.in_ms)]
        earliest = first - wide
        cells, styles = self._all_moments([one for one in touching if one.out_ms >= earliest])
        part = slice(left, right + 1)
        return (
            [*row[0][:left], *cells[part], *row[0][right + 1 :]],
            [*row[1][:left], *styles[part], *row[1][right + 1 :]],
        )

    def _put(self, moments: Sequence[Moment], cells: list[str], styles: list[str], style: str) -> None:
        (start, end), width = self._window(), self._width
        span, fine = max(1, end - start), 0 if has_unicode() else 1
        shapes = {state: signs[fine] for state, signs in _SHAPES.items()}
        before = None
        for moment in moments:
            if moment.out_ms < start or moment.in_ms > end:
                continue
            first = (moment.in_ms - start) * width // span
            last = (moment.out_ms - start) * width // span
            if (here := (first, last, moment.state)) == before:
                continue  # many moments stand in the same cells
            before, shape = here, shapes[moment.state]
            if 0 <= first == last < width:
                cells[first], styles[first] = shape, style
                continue
            first, last = max(0, min(width - 1, first)), min(width - 1, last)
            cells[first : last + 1] = [shape] * (last - first + 1)
            styles[first : last + 1] = [style] * (last - first + 1)
            if not fine and first < last:
                cells[first], cells[last] = _BEGINS, _ENDS

    def _lane(self, kind: LaneKind) -> Text:
        lane, speech = self._lanes.get(kind), self._lanes.get(LaneKind.SPEECH)
        fits = (
            kind in self._never,
            lane,
            speech if kind is LaneKind.SOUND else None,
            self._growing,
            self._window(),
            self._width,
        )
        known = self._drawn.get(kind)
        if known is None or known[0] != fits:
            name = _NAMES[kind][0 if self._gutter > 4 else 1] + ("…" if self._growing is kind and has_unicode() else "")
            text = Text(name.ljust(self._gutter)[: self._gutter], "dim")
            if kind in self._never:
                text.append("the film has none", "dim italic")
            elif lane is not None:
                text.append_text(self._levels(lane, speech if kind is LaneKind.SOUND else None))
            known = self._drawn[kind] = (fits, text)
        return known[1]

    def _levels(self, lane: Lane, speech: Lane | None) -> Text:
        """A lane as one line; where it sounds like speech, bold and underlined."""
        signs = _LEVELS[0 if has_unicode() else 1]
        top = len(signs) - 1
        most = max(40, *sorted(lane.levels)[-max(1, len(lane.levels) // 50) :][:1]) if lane.levels else 40
        cells = [signs[min(top, -(-level * top // most))] for level in self._peaks(lane)]
        spoken = self._peaks(speech) if speech is not None else [0] * len(cells)
        quiet = "dim" if speech is not None else ""
        return _text(cells, ["bold underline" if one else quiet for one in spoken])

    def _peaks(self, lane: Lane) -> list[int]:
        """The highest level in each column."""
        (start, end), width = self._window(), self._width
        edges = [(start + (end - start) * column // width) // lane.step_ms for column in range(width + 1)]
        return [max(lane.levels[a : max(a + 1, b)], default=0) for a, b in pairwise(edges)]

    def _heads(self) -> Text:
        cells = [" "] * self._width
        for at in self._notes:
            if (column := self._column(at)) is not None:
                cells[column] = "·" if has_unicode() else "'"
        if (column := self._column(self._position)) is not None:
            cells[column] = "▲" if has_unicode() else "^"
        return Text("".join(cells), style="bold")


def _others(before: Sequence[Moment], now: Sequence[Moment]) -> list[Moment]:
    """What is drawn otherwise in one of two lists, and whatever stands between two of those."""
    alike = min(len(before), len(now))
    first = next((i for i in range(alike) if before[i] is not now[i]), alike)
    behind = next((i for i in range(alike - first) if before[-1 - i] is not now[-1 - i]), alike - first)
    old, new = before[first : len(before) - behind], now[first : len(now) - behind]
    same = [(one.in_ms, one.out_ms, one.state) for one in old] == [(one.in_ms, one.out_ms, one.state) for one in new]
    return [] if same else [*old, *new]


def _text(cells: Sequence[str], styles: Sequence[str]) -> Text:
    """Cells with their styles; neighbours of one style are one piece."""
    text = Text()
    begin = 0
    for i in range(1, len(cells) + 1):
        if i == len(cells) or styles[i] != styles[begin]:
            text.append("".join(cells[begin:i]), styles[begin])
            begin = i
    return text
