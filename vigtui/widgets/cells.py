"""A small picture as character cells: two pixels a cell, one above the other, in whatever colours the terminal has."""

from collections.abc import Sequence

from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style

from vigtui.domain.derived import Picture

_GREYS = " .:-=+*#%@"
"""From dark to bright, where there are no colours and no blocks."""
_SHADES = " ░▒▓█"
"""The same with blocks."""


def shrunk(picture: Picture, width: int, height: int) -> Picture:
    """The picture in another size: each new pixel is the mean of what it covers, at least of one."""
    across = [_covered(i, width, picture.width) for i in range(width)]
    rgb, row = bytearray(), 3 * picture.width
    for y in range(height):
        lines = [picture.rgb[row * at : row * (at + 1)] for at in range(*_covered(y, height, picture.height))]
        for left, right in across:
            count = (right - left) * len(lines)
            for channel in range(3):
                rgb.append(sum(sum(line[3 * left + channel : 3 * right : 3]) for line in lines) // count)
    return Picture(width, height, bytes(rgb))


def fitting(picture: Picture, columns: int, rows: int) -> tuple[int, int]:
    """The size in pixels in which a picture fits into so many cells without losing its shape; even in height."""
    scale = min(columns / picture.width, 2 * rows / picture.height)
    return max(1, round(picture.width * scale)), max(2, round(picture.height * scale / 2) * 2)


def half_blocks(picture: Picture, colours: ColorSystem | None, *, blocks: bool = True) -> list[list[Segment]]:
    """A picture as lines of cells, as wide as its pixels and half as high.

    Args:
        picture: with an even number of rows.
        colours: what the terminal can show; None for no colour, then its brightness stands as shades.
        blocks: whether the terminal can show block characters; if not, ASCII.
    """
    if colours is None or not blocks:
        return [_shades(picture, y, _SHADES if blocks else _GREYS) for y in range(0, picture.height, 2)]
    return [_line(picture, y, colours) for y in range(0, picture.height, 2)]


def _line(picture: Picture, y: int, colours: ColorSystem) -> list[Segment]:
    row, found = 3 * picture.width, list[Segment]()
    rgb = picture.rgb
    run, style = "", None
    for x in range(row * y, row * (y + 1), 3):
        upper = _colour(rgb[x : x + 3], colours)
        lower = _colour(rgb[x + row : x + row + 3], colours)
        now = (upper, lower)
        if now != style:
            if style is not None:
                found.append(_segment(run, *style))
            run, style = "", now
        run += " " if upper == lower else "▀"
    if style is not None:
        found.append(_segment(run, *style))
    return found


def _segment(run: str, upper: Color, lower: Color) -> Segment:
    return Segment(run, Style(color=upper, bgcolor=lower))


def _colour(rgb: Sequence[int], colours: ColorSystem) -> Color:
    return Color.from_rgb(*rgb).downgrade(colours)


def _shades(picture: Picture, y: int, signs: str) -> list[Segment]:
    row = 3 * picture.width
    both = [picture.rgb[row * at : row * (at + 1)] for at in (y, y + 1)]
    bright = [
        sum(weight * line[3 * x + channel] for line in both for channel, weight in enumerate((30, 59, 11)))
        for x in range(picture.width)
    ]
    return [Segment("".join(signs[min(len(signs) - 1, one * len(signs) // (2 * 25_600))] for one in bright))]


def _covered(at: int, count: int, of: int) -> tuple[int, int]:
    """Which of so many old pixels the new one covers, from and up to."""
    left = at * of // count
    return left, max(left + 1, (at + 1) * of // count)
