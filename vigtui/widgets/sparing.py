"""Writes to the terminal only the cells that changed. Textual writes whole widgets; over a slow line that is what one waits for.

The one place that reads Textual's compositor updates (private, as of 8.2): they are laid over a copy of what the terminal
shows, and the difference is written. Cells that belong to the film are left to whoever draws it.
"""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip

FILM = Style(frame=True, encircle=True)
"""The style of cells that somebody else draws. It is known by two attributes that nothing else has: they are what is left of it
where a dialog dims the screen below."""

Cell = tuple[str, str]
"""The sign of a cell, and the SGR parameters it is written with; no sign behind one that is two cells wide."""
_FILM: Cell = ("film", "film")
_UNKNOWN: Cell = ("unknown", "unknown")
_UPRIGHT = Style(italic=False)
_STEP = 4
"""Unchanged cells in a row from which on they are stepped over instead of written again."""


class Sparing:
    """What one terminal shows.

    Attributes:
        uncovered: the cells that came to the film since this was last set to nothing, and what lies between them.
    """

    def __init__(self, *, slanted: bool = True) -> None:
        """Begin with nothing known. `slanted`: whether the terminal can show slanted letters."""
        self._slanted = slanted
        self.uncovered = Region()
        self._lines: list[list[Cell]] = []

    def forget(self) -> None:
        """Nobody knows what the terminal shows: write everything next time."""
        self._lines = []

    def render(self, update: ChopsUpdate | LayoutUpdate, console: Console, size: Size) -> str:
        """What makes the terminal show an update; empty where it shows it already."""
        if len(self._lines) != size.height or len(self._lines[0]) != size.width:
            self._lines = [[_UNKNOWN] * size.width for _ in range(size.height)]
        colours = console._color_system
        out: list[str] = []
        for y, x, strip in _pieces(update):
            if y < size.height and x < size.width:
                self._write(out, y, x, [*_cells(strip, colours, self._slanted)])
        if out:
            out.append("\x1b[m")
        return "".join(out)

    def _write(self, out: list[str], y: int, x: int, cells: list[Cell]) -> None:
        line = self._lines[y]
        cells = cells[: len(line) - x]
        before = line[x : x + len(cells)]
        if before == cells:
            return
        line[x : x + len(cells)] = cells
        at: int | None = None
        style: str | None = None
        to_film: list[int] = []
        for i, (old, new) in enumerate(zip(before, cells, strict=True)):
            if old == new:
                continue
            if new is _FILM:
                to_film.append(x + i)
                continue
            if not new[0]:
                continue
            if at is None:
                out.append(f"\x1b[{y + 1};{x + i + 1}H")
                style = None
            elif i - at >= _STEP or any(cell in (_FILM, _UNKNOWN) or cell[1] != style for cell in cells[at:i]):
                out.append(f"\x1b[{i - at}C" if i > at else "")
            else:
                out += [cell[0] for cell in cells[at:i]]
            if new[1] != style:
                out.append(f"\x1b[0;{new[1]}m" if new[1] else "\x1b[m")
                style = new[1]
            out.append(new[0])
            at = i + (2 if i + 1 < len(cells) and not cells[i + 1][0] else 1)
        if to_film:
            row = Region(to_film[0], y, to_film[-1] + 1 - to_film[0], 1)
            self.uncovered = self.uncovered.union(row) if self.uncovered else row


def _pieces(update: ChopsUpdate | LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Row, column and content of each piece of an update."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                yield y, x, strip
                x += strip.cell_length
        return
    for y, x1, x2 in update.spans:
        for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if chop is not None and x <= x2 and end > x1:
                yield y, x, chop if end <= x2 else chop.crop(0, x2 - x)


def _cells(strip: Strip, colours: ColorSystem | None, slanted: bool) -> Iterator[Cell]:
    """The cells of a strip."""
    for segment in strip:
        text, style = segment.text, segment.style
        if segment.control:
            continue
        if style is FILM or (style is not None and style.frame and style.encircle):
            yield from [_FILM] * cell_len(text)
            continue
        if style is not None and style.italic and not slanted:
            style += _UPRIGHT
        codes = style._make_ansi_codes(colours) if style is not None and colours is not None else ""
        if text.isascii():
            yield from [(sign, codes) for sign in text]
            continue
        yield from _wide(text, codes)


def _wide(text: str, codes: str) -> Iterator[Cell]:
    """Cells of signs that may be two cells wide, or none: such go with the sign before them."""
    held = ""
    for sign in text:
        width = cell_len(sign)
        if width == 0:
            held += sign
            continue
        if held:
            yield from _held(held, codes)
        held = sign
    if held:
        yield from _held(held, codes)


def _held(signs: str, codes: str) -> Iterator[Cell]:
    yield signs, codes
    if cell_len(signs[0]) == 2:
        yield "", codes
