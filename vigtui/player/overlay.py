"""Words over the paused picture: laid out by us, drawn by mpv from an ASS event in which nothing typed is markup."""

from itertools import accumulate, pairwise
from unicodedata import combining, east_asian_width

HEIGHT = 720
"""Height of the canvas; its width follows the window's."""
SIZES = (76, 66, 58, 50, 42, 36, 30, 24)
"""Sizes of type tried from the largest on, in lines of the canvas."""
_FILLED = 0.8
"""Part of the canvas that words may fill, each way."""
_LINE = 1.25
"""Lines of the canvas from one line of type to the next, per size."""
_NARROW, _WIDE = 0.52, 1.0
"""Width of a letter per size: a generous mean, and that of East Asian signs."""
_JOINER = "\u2060"
"""Stands behind a backslash, so that it is one."""
_DIM = "50"
"""How far the picture still shows through, as ASS writes it: 00 not at all, FF as it is."""


def event(words: str, width: int, height: int) -> tuple[str, int]:
    """Write the ASS event that dims the picture and shows `words` in its middle, as large as they fit.

    Args:
        words: what a person typed; line breaks are kept.
        width: of the window, in pixels; 0 where it is unknown.
        height: of the window, in pixels.

    Returns:
        The event, and the width of its canvas, which is `HEIGHT` high.
    """
    across = round(HEIGHT * width / height) if width > 0 and height > 0 else HEIGHT * 16 // 9
    size, lines = lay_out(words, across)
    shade = f"{{\\an7\\pos(0,0)\\bord0\\shad0\\1c&H000000&\\1a&H{_DIM}&\\p1}}m 0 0 l {across} 0 {across} {HEIGHT} 0 {HEIGHT}"
    style = (
        f"{{\\an5\\pos({across // 2},{HEIGHT // 2})\\q2\\fe-1\\fs{size}\\b0\\bord2\\3c&H000000&\\shad0\\1c&HFFFFFF&}}"
    )
    return f"{shade}\n{style}" + r"\N".join(map(escape, lines)), across


def escape(line: str) -> str:
    """One line of words as ASS shows it literally: no backslash, brace or space in it means anything."""
    return line.replace("\\", f"\\{_JOINER}").replace("{", "\\{").replace("\n", " ")


def lay_out(words: str, across: int) -> tuple[int, list[str]]:
    """Break words into lines of the largest size that fits; at the smallest, what does not fit ends with an ellipsis."""
    for size in SIZES:
        room, most = across * _FILLED / size, int(HEIGHT * _FILLED / (size * _LINE))
        lines = [line for part in words.split("\n") for line in _wrap(part.split(), room)]
        if len(lines) <= most and (size == SIZES[-1] or max(map(_width, lines), default=0) <= room):
            return size, lines
    return size, [*lines[: most - 1], f"{lines[most - 1]} …"]


def _wrap(words: list[str], room: float) -> list[str]:
    """Fill lines with words; one that is longer than a line is broken where it must."""
    lines: list[str] = []
    for word in (piece for whole in words for piece in _pieces(whole, room)):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _pieces(word: str, room: float) -> list[str]:
    if _width(word) <= room:
        return [word]
    reach = list(accumulate(map(_width, word)))
    cuts = [0]
    for i, end in enumerate(reach):
        begun = reach[cuts[-1] - 1] if cuts[-1] else 0
        if end - begun > room and i > cuts[-1]:
            cuts.append(i)
    return [word[start:end] for start, end in pairwise([*cuts, len(word)])]


def _width(words: str) -> float:
    """Width in sizes of the type."""
    return sum(0 if combining(sign) else _WIDE if east_asian_width(sign) in "WF" else _NARROW for sign in words)
