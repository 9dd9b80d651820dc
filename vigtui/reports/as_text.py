"""A document as plain text of 80 columns, and the bars that Markdown shares with it."""

import re
import unicodedata
from collections.abc import Iterator

from vigtui.reports.document import (
    Block,
    Chart,
    Document,
    Facts,
    Group,
    Heading,
    Paragraph,
    Picture,
    Point,
    Prompts,
    Quote,
    Room,
    Table,
    lines_of,
    on_one_line,
)

WIDTH = 80
_MOST_STEPS = 20
"""A bar has a step for each point of its scale, but no more than these."""
_CLUSTER = re.compile(r"\S(?:[\u0300-\u036f\u20d0-\u20ff\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]|\u200d\S)*")
"""A character with what sits on it, so that a long word is not cut inside a face or an accent."""


def as_text(document: Document) -> str:
    """The whole file; no line is wider than 80 columns."""
    blocks = [_title(document), *(_block(block) for block in document.blocks)]
    if document.foot:
        blocks.append(wrap(document.foot))
    return "\n\n".join("\n".join(line.rstrip() for line in lines) for lines in blocks if lines) + "\n"


def width_of(words: str) -> int:
    """Columns that a terminal or a page in typewriter letters gives to the words."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in words
    )


def wrap(words: str, first: str = "", rest: str | None = None) -> list[str]:
    """Typed words as lines that fit; `first` stands in front of the first, `rest` of the others."""
    rest = first if rest is None else rest
    found: list[str] = []
    for line in lines_of(words):
        found += _fold(line, WIDTH - width_of(first), WIDTH - width_of(rest), begun=bool(found))
    return [f"{rest if n else first}{line}" for n, line in enumerate(found)]


def _fold(line: str, first: int, rest: int, *, begun: bool) -> Iterator[str]:
    room, now = (rest if begun else first), ""
    for word in line.split():
        for piece in _pieces(word, min(first, rest)):
            joined = f"{now} {piece}" if now else piece
            if now and width_of(joined) > room:
                yield now
                room, now = rest, piece
            else:
                now = joined
    yield now


def _pieces(word: str, room: int) -> Iterator[str]:
    now = ""
    for cluster in _CLUSTER.findall(word) if width_of(word) > room else [word]:
        if now and width_of(now + cluster) > room:
            yield now
            now = ""
        now += cluster
    yield now


def bar(point: Point) -> str:
    """A rating as a row of full and empty steps."""
    steps = min(point.high - point.low, _MOST_STEPS)
    full = round(point.share * steps)
    return "■" * full + "□" * (steps - full)


def _title(document: Document) -> list[str]:
    title = wrap(document.title)
    return [*title, "=" * max(width_of(line) for line in title), *wrap(document.below)]


def _block(block: Block) -> list[str]:
    match block:
        case Heading():
            lines = wrap(block.words)
            under = {2: "-"}.get(block.level, "")
            return ["", *lines, under * max(width_of(line) for line in lines)] if under else lines
        case Paragraph():
            return wrap(block.words)
        case Quote():
            return wrap(block.words, "  | ")
        case Facts():
            return _facts(block)
        case Table():
            return _table(block)
        case Prompts():
            return _prompts(block)
        case Room():
            return [line for _ in range(block.lines) for line in ("_" * WIDTH, "")][:-1]
        case Chart():
            return _chart(block)
        case Picture():
            return wrap(f"[{on_one_line(block.words)}]")
        case Group():
            return [line for n, one in enumerate(block.blocks) for line in ([""] if n else []) + _block(one)]


def _facts(facts: Facts) -> list[str]:
    wide = max((width_of(on_one_line(name)) for name, _ in facts.rows), default=0) + 2
    lines = []
    for name, words in facts.rows:
        label = on_one_line(name)
        lines += wrap(words, label + " " * (wide - width_of(label)), " " * wide)
    return lines


def _table(table: Table) -> list[str]:
    cells = [[on_one_line(cell) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(width_of(row[n]) for row in cells) for n in range(len(table.columns))]
    wide = max(range(len(widths)), key=lambda n: widths[n] if n not in table.numbers else -1)
    widths[wide] = max(8, min(widths[wide], WIDTH - sum(widths) + widths[wide] - 2 * (len(widths) - 1)))
    lines = []
    for row in cells:
        folded = [
            list(_fold(cell, widths[n], widths[n], begun=False)) if n == wide else [cell] for n, cell in enumerate(row)
        ]
        for k in range(len(folded[wide])):
            parts = [column[k] if k < len(column) else "" for column in folded]
            lines.append("  ".join(_cell(part, widths[n], n in table.numbers) for n, part in enumerate(parts)))
    return [lines[0], "-" * (sum(widths) + 2 * (len(widths) - 1)), *lines[1:]]


def _cell(words: str, width: int, number: bool) -> str:
    space = " " * max(0, width - width_of(words))
    return space + words if number else words + space


def _prompts(block: Prompts) -> list[str]:
    lines = []
    for one in block.prompts:
        lines += wrap(f"{on_one_line(one.name)}: {one.words}", "[ ] ", "    ")
        if one.hint.strip():
            lines += wrap(f"({block.aside} {one.hint})", "      ")
    return lines


def _chart(chart: Chart) -> list[str]:
    wide = max(width_of(on_one_line(point.when)) for point in chart.points)
    lines = wrap(chart.name)
    for point in chart.points:
        when = on_one_line(point.when)
        lines.append(f"  {when}{' ' * (wide - width_of(when))}  {bar(point)}  {chart.said(point)}")
    return lines
