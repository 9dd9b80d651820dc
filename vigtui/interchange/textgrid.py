"""Praat TextGrids: interval tiers that tile the whole film, and one tier of points for the stills."""

from collections.abc import Callable

from vigtui.domain.exchange import FilmSheet, Mark, lanes
from vigtui.domain.timecode import Millis
from vigtui.interchange.text import seconds

_TIERS: dict[str, Callable[[Mark], str]] = {
    "moments": lambda mark: mark.note or mark.state.value,
    "who starts": lambda mark: mark.starts,
    "reception": lambda mark: mark.reception,
    "turn": lambda mark: mark.turn,
    "principles": lambda mark: "; ".join(mark.principles),
}


def write_textgrid(film: FilmSheet) -> str:
    """A film's moments as a TextGrid in its long form."""
    end = film.length_ms
    tiers: list[list[str]] = []
    for number, lane in enumerate(lanes([mark for mark in film.marks if not mark.still]) or [[]], 1):
        for name, read in _TIERS.items():
            tiers.append(_intervals(name if number == 1 else f"{name} {number}", lane, read, end))
    stills = {mark.in_ms: mark for mark in film.marks if mark.still}
    if stills:
        tiers.append(_points("stills", list(stills.values()), end))
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {seconds(end)}"]
    lines += ["tiers? <exists>", f"size = {len(tiers)}", "item []:"]
    for number, tier in enumerate(tiers, 1):
        lines += [f"    item [{number}]:", *(f"        {line}" for line in tier)]
    return "\n".join(lines) + "\n"


def _head(kind: str, name: str, end: Millis) -> list[str]:
    return [f'class = "{kind}"', f'name = "{name}"', "xmin = 0", f"xmax = {seconds(end)}"]


def _intervals(name: str, lane: list[Mark], read: Callable[[Mark], str], end: Millis) -> list[str]:
    pieces: list[tuple[Millis, Millis, str]] = []
    at = Millis(0)
    for mark in lane:
        if mark.in_ms > at:
            pieces.append((at, mark.in_ms, ""))
        pieces.append((mark.in_ms, mark.out_ms, read(mark)))
        at = mark.out_ms
    if at < end:
        pieces.append((at, end, ""))
    lines = [*_head("IntervalTier", name, end), f"intervals: size = {len(pieces)}"]
    for number, (start, stop, words) in enumerate(pieces, 1):
        lines += [f"intervals [{number}]:", f"    xmin = {seconds(start)}", f"    xmax = {seconds(stop)}"]
        lines.append(f'    text = "{_quoted(words)}"')
    return lines


def _points(name: str, stills: list[Mark], end: Millis) -> list[str]:
    lines = [*_head("TextTier", name, end), f"points: size = {len(stills)}"]
    for number, mark in enumerate(stills, 1):
        words = _quoted(mark.note or mark.state.value)
        lines += [f"points [{number}]:", f"    number = {seconds(mark.in_ms)}", f'    mark = "{words}"']
    return lines


def _quoted(words: str) -> str:
    """Words on one line, quotation marks doubled."""
    return " ".join(words.split()).replace('"', '""')
