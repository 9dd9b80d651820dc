"""The film inside the terminal. The player's helper draws it; this widget keeps its place among the others.

Frames are written past the compositor, which would need many times the bytes: each is one write, cursor and colours
restored behind it. Where something lies over the film (a notice, a list, a dialog) its cells are left out; around a dialog the
film goes on. When cells come back to the film, the helper is told to draw them anew.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from vigtui.domain.derived import Picture
from vigtui.line_queue import Connection, connection_of, waiting
from vigtui.player.canvas import Canvas, Frame
from vigtui.settings import Settings
from vigtui.terminal_answers import Answers
from vigtui.widgets.block_letters import block_letters
from vigtui.widgets.cells import fitting, half_blocks, shrunk
from vigtui.widgets.sparing import FILM
from vigtui.widgets.words import has_unicode, plain

SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
"""What is written between them a terminal shows at once (synchronised output)."""
_KEEP, _RESTORE = "\x1b7", "\x1b8"
_MARKS = 50
"""Columns that number the frames in the terminal's answers; a terminal has more."""
_LOOK_AGAIN = 0.02
"""Seconds between two looks whether a silent terminal has taken what was written."""
_UNDER_WAY = 300
"""Bytes that may always be on the line: a clock, a playhead."""
_FIND_EVERY = 2.0
"""Seconds between two looks for the line to a terminal that somebody has gone on at from elsewhere."""
_BLACK = Style(bgcolor="#000000")
_NOWHERE = Region()


def way_of_drawing(settings: Settings, answers: Answers) -> tuple[str, str]:
    """Depth of colours and kind of blocks: as set, else as the terminal answered and the line bears."""
    depth = answers.depth if settings.film_colours == "auto" else settings.film_colours
    if settings.film_blocks != "auto":
        return depth, settings.film_blocks
    if answers.kitty and not answers.afar:
        return depth, "kitty"
    if answers.sixel and not answers.afar:
        return depth, "sixel"
    return depth, "half" if has_unicode() else "space"


class FilmView(Widget):
    """The place of the film on a screen."""

    can_focus = False

    def __init__(self, *, id: str, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self._canvas: Canvas | None = None
        self._answers = Answers()
        self._depth = self._blocks = ""
        self._still: Picture | None = None
        self._live = False
        self._words: str | None = None
        self._under_way: dict[int, int] = {}
        """Frames the terminal has not told of yet: column to number."""
        self._silent = False
        self._line: Connection | None = None
        """What leads to a terminal for which tmux or screen answers."""
        self._line_looked_for = 0.0
        self._written = 0
        self.frames = 0
        """Frames written so far."""

    def on_mount(self) -> None:
        # The app's own signals: something was painted, the terminal told where the cursor is, a key came.
        self.app.painted.subscribe(self, self.look_again, immediate=True)  # type: ignore[attr-defined]
        self.app.cursor_told.subscribe(self, self.taken, immediate=True)  # type: ignore[attr-defined]

        self.app.key_came.subscribe(self, self._make_way, immediate=True)  # type: ignore[attr-defined]

    def _make_way(self, _: bool) -> None:
        if self._canvas is not None and self._live:
            self._canvas.make_way()

    def show(self, canvas: Canvas | None, settings: Settings, answers: Answers) -> None:
        """Show what is drawn on a canvas, as the terminal can; None shows nothing."""
        self.set_class(canvas is None, "-away")
        if canvas is self._canvas:
            return
        if self._canvas is not None:
            self._canvas.hide()
            self._canvas.quiet()
        self._canvas, self._answers = canvas, answers
        self._depth, self._blocks = way_of_drawing(settings, answers)
        self._line = answers.line
        self._silent = not answers.tells or answers.line is not None
        self._live = False
        if canvas is not None:
            canvas.on_frame, canvas.on_still = self._write, self._keep_still
        self.look_again()

    def show_picture(self, picture: Picture | None) -> None:
        """Show a picture where no film can be drawn; None takes the place away."""
        self._still = picture
        self.set_class(picture is None, "-away")
        self.refresh()

    def cover(self, words: str | None) -> None:
        """Show words in the place of the film, as large as they fit; None shows the film again."""
        if words != self._words:
            self._words = words
            self.look_again()
            self.refresh()

    def on_resize(self) -> None:
        if self._canvas is not None:
            self._still = None
        self.call_after_refresh(self.look_again)

    def on_unmount(self) -> None:
        if self._canvas is not None and self._live:
            self._canvas.hide()

    def look_again(self, uncovered: Region = _NOWHERE) -> None:
        """See where the film is now and what lies over it; called whenever something was painted.

        Args:
            uncovered: the cells of the screen in which something else stood until now.
        """
        canvas = self._canvas
        if canvas is None or not self.is_attached:
            return
        place = self._place()
        if place is None:
            if self._live:
                self._live = False
                canvas.ask_for_still()
                canvas.hide()
            return
        region, holes = place
        self._live = True
        canvas.aim(
            left=region.x,
            top=region.y,
            columns=region.width,
            rows=region.height,
            depth=self._depth,
            blocks=self._blocks,
            cell=self._answers.cell,
            holes=holes,
        )
        if uncovered:
            canvas.forget(*uncovered)

    def _place(self) -> tuple[Region, tuple[tuple[int, int, int, int], ...]] | None:
        """Where the film is and what lies over it; None where it is not to be seen, or another screen is in front."""
        if not self.display or self._words is not None:
            return None
        screens = self.app.screen_stack
        if self.screen is not screens[-1] and self.screen not in self._seen_through():
            return None
        above: list[Region] = []
        for screen in screens[: screens.index(self.screen) : -1]:
            above += [seen for widget, seen in _visible(screen) if widget is not screen and widget.visible]
        for widget, seen in _visible(self.screen):
            if widget is self:
                region = self.region
                if not seen.area or seen != region:
                    return None
                return region, tuple(_holes(above, region))
            if widget.visible:
                above.append(seen)
        return None

    def _seen_through(self) -> list[Screen[Any]]:
        """The screens that are to be seen below the one in front. A picture of real pixels can have no dialog over it."""
        is_covered = self.app.screen.styles.background.a == 1 or self._blocks in ("kitty", "sixel")
        return [] if is_covered else self.app._background_screens

    def _write(self, frame: Frame) -> None:
        """Write a frame to the terminal, and a question whose answer tells that it was taken."""
        driver, canvas = self.app._driver, self._canvas
        if driver is None or canvas is None:
            return
        self.frames += 1
        if self.app.is_headless or not self._live:
            canvas.taken(frame.number)
            return
        words = frame.data.decode("utf-8")
        if not self._silent:
            column = frame.number % _MARKS + 1
            self._under_way[column] = frame.number
            words += f"\x1b[1;{column}H\x1b[6n"
        words = f"{_KEEP}{words}{_RESTORE}"
        driver.write(f"{SYNC_START}{words}{SYNC_END}" if self.app._sync_available else words)
        self._written += len(frame.data)
        if self._silent:
            mark = self._written
            self.set_timer(_LOOK_AGAIN, lambda: self._look_whether_taken(frame.number, mark))

    def taken(self, column: int) -> None:
        """The terminal told that the cursor was in this column, from 1: it has taken the frame of that number."""
        number = self._under_way.pop(column, None)
        if number is not None and self._canvas is not None:
            self._canvas.taken(number)

    def _look_whether_taken(self, number: int, mark: int) -> None:
        """For terminals that tell nothing: a frame is taken when nothing of it waits to be written or is on the line any more.

        Args:
            number: of the frame.
            mark: bytes of film written up to its end.
        """
        writer = getattr(self.app._driver, "_writer_thread", None)
        waits = writer is not None and not writer._queue.empty()
        if self._line is not None and not waits:
            on_the_line = waiting(self._line)
            if on_the_line is None:
                self._find_line()
            waits = (on_the_line or 0) > self._written - mark + _UNDER_WAY
        if waits:
            self.set_timer(_LOOK_AGAIN, lambda: self._look_whether_taken(number, mark))
        elif self._canvas is not None:
            self._canvas.taken(number)

    def _find_line(self) -> None:
        """Somebody has gone on from another place: find out which line leads there."""
        now = time.monotonic()
        if now - self._line_looked_for > _FIND_EVERY:
            self._line_looked_for = now
            self.run_worker(self._look_for_line(), group="line", exclusive=True)

    async def _look_for_line(self) -> None:
        self._line = await asyncio.to_thread(connection_of, os.environ) or self._line

    def _keep_still(self, still: Picture) -> None:
        """The picture that stands below a dialog."""
        self._still = still
        if not self._live:
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """What the compositor paints here: the film's own cells, or the picture that stands below a dialog."""
        if self._words is not None:
            return [strip.crop(crop.x, crop.right) for strip in self._lettering(self._words)[crop.y : crop.bottom]]
        if self._live or self._still is None:
            return [Strip([Segment(" " * crop.width, FILM if self._live else _BLACK)], crop.width)] * crop.height
        return [strip.crop(crop.x, crop.right) for strip in self._drawn(self._still)[crop.y : crop.bottom]]

    def _drawn(self, picture: Picture) -> list[Strip]:
        """A picture in the middle of black."""
        width, height = self.size
        wide, high = fitting(picture, width, height)
        lines = half_blocks(shrunk(picture, wide, high), self.app.console._color_system, blocks=has_unicode())
        left, above = (width - wide) // 2, (height - len(lines)) // 2
        edge = Segment(" " * left, _BLACK)
        strips = [Strip([edge, *line]).adjust_cell_length(width, _BLACK) for line in lines]
        black = Strip([Segment(" " * width, _BLACK)], width)
        return [*[black] * above, *strips, *[black] * (height - above - len(strips))]

    def _lettering(self, words: str) -> list[Strip]:
        """Words in the middle of black, in block letters where they fit."""
        width, height = self.size
        drawn = _large(words, width - 4) if has_unicode() else None
        if drawn is None or len(drawn) > height - 2:
            wrapped = plain(words).wrap(self.app.console, max(10, width - 8))
            drawn = [line.plain.rstrip() for line in wrapped][:height]
        lines = [""] * ((height - len(drawn)) // 2) + drawn + [""] * height
        white = Style(color="#ffffff", bgcolor="#000000", bold=True)
        return [
            Strip([Segment(set_cell_size(" " * max(0, (width - cell_len(line)) // 2) + line, width), white)], width)
            for line in lines[:height]
        ]


def _large(words: str, width: int) -> list[str] | None:
    """Words in block letters, as many in a line as fit; None where one has no such letters or is too long."""
    lines: list[list[str]] = []
    line = ""
    for word in words.split():
        longer = block_letters(f"{line} {word}".strip(), width)
        if longer is not None:
            line = f"{line} {word}".strip()
            lines[-1:] = [longer]
            continue
        alone = block_letters(word, width)
        if alone is None:
            return None
        line = word
        lines.append(alone)
    return [row for letters in lines for row in (*letters, "")][:-1]


def _visible(screen: Screen[Any]) -> Iterator[tuple[Widget, Region]]:
    """The widgets of a screen, those in front first, and where each is to be seen."""
    for widget, (region, clip) in screen._compositor.visible_widgets.items():
        yield widget, region.intersection(clip)


def _holes(above: list[Region], region: Region) -> Iterator[tuple[int, int, int, int]]:
    """What lies over a place, in cells from its corner; what lies within another is not told again."""
    found: list[Region] = []
    for one in reversed(above):
        part = one.intersection(region)
        if part.area and not any(hole.contains_region(part) for hole in found):
            found.append(part)
            yield part.x - region.x, part.y - region.y, part.width, part.height
