"""A contact strip: stills of a stretch of film side by side, where a line is too slow for motion or a glance is enough."""

import math
from asyncio import to_thread
from pathlib import Path
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from vigtui.domain.derived import Picture
from vigtui.domain.errors import VigError
from vigtui.domain.film import Film
from vigtui.domain.timecode import Millis, Span, format_time
from vigtui.screens.opening import Dialog
from vigtui.services.ports import Media
from vigtui.widgets.cells import fitting, half_blocks, shrunk
from vigtui.widgets.words import has_unicode, plain

AROUND = Millis(12_000)
"""The stretch around the playhead, where nothing is marked."""
_WIDE, _HIGH = 18, 6
"""Cells of a still with its time and the gap beside it."""
_TENTH, _SECOND = 100, 1000


def strip_times(span: Span, most: int, rate: float | None) -> list[Millis]:
    """The times of stills, evenly over a span that is both ends included: at most so many, and none nearer than a frame.

    Args:
        span: what they are of.
        most: how many there is room for.
        rate: frames a second, where it is known.
    """
    frame = math.ceil(_SECOND / rate) if rate else 1
    step = max(1, frame, span.length // max(1, most - 1))
    return [Millis(at) for at in range(span.start, span.end + 1, step)][:most]


class ContactStrip(Dialog[Millis | None]):
    """Gives back the time of the chosen still, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("enter,space", "choose", "Go there", show=False),
        Binding("left", "step(-1)", "Left", show=False),
        Binding("right", "step(1)", "Right", show=False),
        Binding("up", "row(-1)", "Up", show=False),
        Binding("down", "row(1)", "Down", show=False),
    ]

    def __init__(self, media: Media, film: Film, path: Path, span: Span) -> None:
        super().__init__()
        self._media = media
        self._film = film
        self._path = path
        self._span = span

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            words = f"From {format_time(self._span.start)} to {format_time(self._span.end)}"
            yield Static(plain(words), classes="title")
            yield _Stills(id="stills")
            yield Static(plain("arrows choose · enter goes there · esc leaves"), id="strip-hint", classes="hint")

    async def on_mount(self) -> None:
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        stills = self.query_one(_Stills)
        stills.show(strip_times(self._span, max(2, stills.across * stills.down), self._film.frame_rate))
        self.run_worker(self._fill(), group="strip", exclusive=True)

    async def _fill(self) -> None:
        stills = self.query_one(_Stills)
        last: Picture | None = None
        trouble: VigError | None = None
        for at in list(stills.times):
            try:
                picture = await to_thread(self._media.picture_at, self._path, at, track=self._film.video_track)
            except VigError as error:
                trouble = error
                continue  # its place stays empty
            if stills.is_close and picture == last:
                stills.drop(at)  # one frame that lasts longer than the others of a film whose frames vary
            else:
                stills.add(at, picture)
            last = picture
        if last is None and trouble is not None:
            self.query_one("#strip-hint", Static).update(plain(f"{trouble.summary} {trouble.remedy} esc leaves"))

    def action_step(self, by: int) -> None:
        """The still beside."""
        self.query_one(_Stills).go(by)

    def action_row(self, by: int) -> None:
        """The still above or below."""
        stills = self.query_one(_Stills)
        stills.go(by * stills.across)

    def action_choose(self) -> None:
        """Go to the chosen still."""
        stills = self.query_one(_Stills)
        self.dismiss(stills.times[stills.at] if stills.times else None)

    def action_leave(self) -> None:
        """Leave it."""
        self.dismiss(None)


class _Stills(Widget):
    """Stills in rows, each with its time below it."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.times: list[Millis] = []
        self.at = 0
        self._decimals = 1
        self._lines: dict[Millis, list[list[Segment]]] = {}

    @property
    def across(self) -> int:
        """Stills in a row."""
        return max(1, self.size.width // _WIDE)

    @property
    def down(self) -> int:
        """Rows."""
        return max(1, self.size.height // _HIGH)

    @property
    def is_close(self) -> bool:
        """Whether the stills are less than a second apart."""
        return len(self.times) > 1 and self.times[1] - self.times[0] < _SECOND

    def show(self, times: list[Millis]) -> None:
        """The times of which there will be stills."""
        self.times, self.at = times, 0
        # Digits that are not shown are cut: where two stills would say the same, all are shown.
        self._decimals = 1 if len(times) < 2 or times[1] - times[0] >= _TENTH else 3
        self.refresh()

    def drop(self, at: Millis) -> None:
        """There is no still of that time: it would be the one before again. The choice stays on the picture it is on."""
        number = self.times.index(at)
        del self.times[number]
        if number <= self.at:
            self.at -= 1
        self.refresh()

    def add(self, at: Millis, picture: Picture) -> None:
        """A still is there."""
        wide, high = fitting(picture, _WIDE - 2, _HIGH - 1)
        system = self.app.console._color_system
        self._lines[at] = half_blocks(shrunk(picture, wide, high), system, blocks=has_unicode())
        self.refresh()

    def go(self, by: int) -> None:
        """Choose another still."""
        self.at = max(0, min(len(self.times) - 1, self.at + by))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        row, line = divmod(y, _HIGH)
        segments: list[Segment] = []
        for number in range(row * self.across, min((row + 1) * self.across, len(self.times))):
            at, here = self.times[number], number == self.at
            if line == _HIGH - 1:
                words = f"{'>' if here else ' '}{format_time(at, decimals=self._decimals)}".ljust(_WIDE)
                segments.append(Segment(words, Style(bold=here, reverse=here)))
            else:
                drawn = self._lines.get(at, [])
                cells = drawn[line] if line < len(drawn) else []
                segments += Strip(cells).adjust_cell_length(_WIDE)
        return Strip(segments).adjust_cell_length(self.size.width)
