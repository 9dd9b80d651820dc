"""A document as a PDF for A4: the same pages as the HTML prints, made without a browser and with its own letters inside."""

import logging
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from vigtui.reports.document import (
    Block,
    Chart,
    Document,
    Facts,
    Group,
    Heading,
    Paragraph,
    Picture,
    Prompts,
    Quote,
    Room,
    Table,
    Tone,
    lines_of,
    on_one_line,
)

logging.getLogger("fpdf").setLevel(logging.ERROR)  # its warnings would name the letters that a font lacks
logging.getLogger("fontTools").setLevel(logging.ERROR)

_FONTS = Path(__file__).parent.parent / "fonts"
_MM = 25.4 / 72
_SHORT = 32.0
"""Millimetres up to which a column keeps its words on one line."""
_UNSEEN = {0xFE0E, 0xFE0F, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF}
"""Marks between letters that have no shape of their own."""

Colour = tuple[int, int, int]


def _instead(letter: str) -> str:
    """What stands for a letter that the font does not have: nothing for what only colours an emoji."""
    kind = unicodedata.category(letter)
    if kind == "So":
        return f"({unicodedata.name(letter, 'sign').lower()})"
    return "" if kind in {"Sk", "Mn", "Me", "Cf"} else "\u25a1"


def letters_missing(document: Document) -> str:
    """The letters of a document that a PDF has no shape for, each once; emoji are named on the page and do not count."""
    font = TTFont(_FONTS / ("DejaVuSerif.ttf" if document.keepsake else "DejaVuSans.ttf"), lazy=True)
    try:
        has = font.getBestCmap()
    finally:
        font.close()
    letters = dict.fromkeys(letter for words in _typed(document) for line in lines_of(words) for letter in line)
    return "".join(
        one for one in letters if ord(one) not in has and ord(one) not in _UNSEEN and _instead(one) == "\u25a1"
    )


def _typed(part: object) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from _typed(one)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _typed(getattr(part, field.name))


class _Look:
    """Letters and colours: sober for the desk, large and warm for a family."""

    def __init__(self, *, keepsake: bool) -> None:
        self.size = 14.0 if keepsake else 10.0
        self.leading = 1.5 if keepsake else 1.4
        self.ink: Colour = (59, 47, 42) if keepsake else (34, 34, 34)
        self.quiet: Colour = (107, 90, 80) if keepsake else (100, 100, 100)
        self.accent: Colour = (154, 74, 44) if keepsake else (34, 34, 34)
        self.rule: Colour = (232, 205, 185) if keepsake else (150, 150, 150)
        self.bar: Colour = (224, 163, 126) if keepsake else (150, 150, 150)
        self.title = 26.0 if keepsake else 17.0
        self.keepsake = keepsake


class _Pages(FPDF):
    """The pages while they are written."""

    def __init__(self, document: Document) -> None:
        super().__init__(format="A4")
        self.look = _Look(keepsake=document.keepsake)
        self.foot = on_one_line(document.foot)
        family = "Serif" if document.keepsake else "Sans"
        self.add_font("text", "", _FONTS / f"DejaVu{family}.ttf")
        self.add_font("text", "B", _FONTS / ("DejaVuSerif.ttf" if document.keepsake else "DejaVuSans-Bold.ttf"))
        self.add_font("text", "I", _FONTS / ("DejaVuSerif-Italic.ttf" if document.keepsake else "DejaVuSans.ttf"))
        self.set_margins(20, 18, 20)
        self.set_auto_page_break(True, margin=20)
        self.set_title(on_one_line(document.title))
        self.set_lang(document.language)
        self.set_creator("vigtui")
        self.set_producer("vigtui")
        self.add_page()
        font = self.fonts["text"]
        self.has = frozenset(font.cmap if isinstance(font, TTFFont) else ())

    def footer(self) -> None:
        """The last line and the number of the page, on every page."""
        self.set_y(-13)
        self.letters("", 7.5 if not self.look.keepsake else 9, self.look.quiet)
        number = f"{self.page_no()}"
        self.cell(self.epw - 12, 5, self.shown(self.foot), align="C" if self.look.keepsake else "L")
        self.cell(12, 5, number, align="R")

    def letters(self, style: str, size: float, colour: Colour) -> None:
        """Choose letters."""
        self.set_font("text", style, size)
        self.set_text_color(*colour)

    def shown(self, words: str) -> str:
        """Words in letters that the font has; an emoji is named, what else has no letter stands as an empty box."""
        return "".join(
            letter if ord(letter) in self.has or letter == "\n" else _instead(letter)
            for letter in words
            if ord(letter) not in _UNSEEN
        )

    def words(
        self,
        words: str,
        *,
        style: str = "",
        size: float | None = None,
        colour: Colour | None = None,
        align: str = "L",
        indent: float = 0.0,
    ) -> None:
        """A paragraph; lines stay as they were typed."""
        size = size or self.look.size
        self.letters(style, size, colour or self.look.ink)
        self.set_x(self.l_margin + indent)
        text = self.shown("\n".join(lines_of(words)))
        self.multi_cell(
            self.epw - indent, size * _MM * self.look.leading, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT,
            wrapmode=WrapMode.WORD,
        )  # fmt: skip

    def need(self, height: float) -> None:
        """Go to a new page where so many millimetres are not left."""
        if self.get_y() + height > self.h - self.b_margin and self.get_y() > self.t_margin + 1:
            self.add_page()


def as_pdf(document: Document) -> bytes:
    """The whole file."""
    pdf = _Pages(document)
    look = pdf.look
    align = "C" if look.keepsake else "L"
    pdf.ln(4 if look.keepsake else 0)
    pdf.words(document.title, style="" if look.keepsake else "B", size=look.title, colour=look.accent, align=align)
    pdf.ln(1.5)
    pdf.words(document.below, size=look.size * 1.1, colour=look.quiet, align=align)
    pdf.ln(3)
    for n, block in enumerate(document.blocks):
        if isinstance(block, Heading):
            pdf.need(_follows(document.blocks[n + 1 :]) + 18)
        _block(pdf, block)
    return bytes(pdf.output())


def _follows(blocks: Sequence[Block]) -> float:
    """Room in millimetres that a heading wants below itself, so that it never stands alone at the end of a page."""
    if not blocks:
        return 0
    one = blocks[0]
    if isinstance(one, Group):
        return _tall(one)
    return _tall(one) if isinstance(one, Chart | Picture) else 22


def _tall(block: Block) -> float:
    """About how tall a block is, in millimetres."""
    match block:
        case Chart():
            return 50
        case Picture():
            return 95
        case Room():
            return block.lines * 10
        case Group():
            return min(230.0, sum(_tall(one) for one in block.blocks))
        case Prompts():
            return sum(11.0 if one.hint.strip() else 6.0 for one in block.prompts)
        case Facts():
            return 7.0 * len(block.rows)
        case _:
            return 12


def _block(pdf: _Pages, block: Block) -> None:
    look = pdf.look
    match block:
        case Heading():
            _heading(pdf, block)
        case Paragraph():
            quiet = block.tone is Tone.QUIET
            pdf.words(
                block.words,
                size=look.size * (0.85 if quiet else 1.1 if block.tone is Tone.LEAD else 1),
                colour=look.quiet if quiet else look.ink,
            )
            pdf.ln(1.5)
        case Quote():
            _quote(pdf, block)
        case Facts():
            _facts(pdf, block)
        case Table():
            _table(pdf, block)
        case Prompts():
            _prompts(pdf, block)
        case Room():
            _room(pdf, block)
        case Chart():
            _chart(pdf, block)
        case Picture():
            _picture(pdf, block)
        case Group():
            pdf.need(_tall(block))
            for one in block.blocks:
                _block(pdf, one)


def _heading(pdf: _Pages, heading: Heading) -> None:
    look = pdf.look
    if heading.level > 2:
        pdf.ln(2.5)
        small = look.size * (0.85 if look.keepsake else 1.05)
        pdf.words(heading.words, style="B", size=small, colour=look.quiet if look.keepsake else look.ink)
        pdf.ln(0.5)
        return
    pdf.ln(6)
    pdf.words(heading.words, style="B", size=look.size * 1.2, colour=look.accent)
    pdf.set_draw_color(*look.rule)
    pdf.set_line_width(0.5 if look.keepsake else 0.2)
    y = pdf.get_y() + 0.6
    pdf.line(pdf.l_margin, y, pdf.l_margin + pdf.epw, y)
    pdf.ln(3)


def _quote(pdf: _Pages, quote: Quote) -> None:
    """Somebody's own words, with a bar beside them on every page they stand on."""
    look = pdf.look
    pdf.ln(1)
    pdf.need(look.size * _MM * look.leading * 2)
    page, top = pdf.page_no(), pdf.get_y()
    pdf.words(
        quote.words, style="I" if look.keepsake else "", size=look.size * (1.08 if look.keepsake else 1), indent=6
    )
    if pdf.page_no() == page:
        pdf.set_fill_color(*look.bar)
        pdf.rect(pdf.l_margin + 0.5, top, 1.4 if look.keepsake else 0.8, pdf.get_y() - top, style="F")
    pdf.ln(2)


def _facts(pdf: _Pages, facts: Facts) -> None:
    rows = [(name, words) for name, words in facts.rows]
    _laid_out(pdf, rows, widths=(32, 68), head=False, numbers=frozenset())


def _table(pdf: _Pages, table: Table) -> None:
    pdf.letters("B", pdf.look.size * 0.95, pdf.look.ink)  # the widest letters that a cell may have
    rows = [table.columns, *table.rows]
    wide = [
        max(pdf.get_string_width(pdf.shown(line)) for row in rows for line in (lines_of(row[n]) or [""])) + 3.5
        for n in range(len(table.columns))
    ]
    _laid_out(pdf, rows, widths=_shares(wide, pdf.epw), head=True, numbers=table.numbers)


def _shares(wide: Sequence[float], room: float) -> list[float]:
    """Widths of columns: what is short stays on one line, and the long ones share what is left."""
    short = [width for width in wide if width <= _SHORT]
    left = room - sum(short)
    long = sum(wide) - sum(short)
    if not long:
        return [width + (left / len(wide) if left > 0 else 0) for width in wide]
    return [width if width <= _SHORT else max(_SHORT, width * left / long) for width in wide]


def _laid_out(
    pdf: _Pages, rows: Sequence[Sequence[str]], *, widths: Sequence[float], head: bool, numbers: frozenset[int]
) -> None:
    look = pdf.look
    pdf.letters("", look.size * 0.95, look.ink)
    pdf.set_draw_color(215, 215, 215)
    pdf.set_fill_color(255, 255, 255)  # the table would take whatever colour was filled with last
    pdf.set_line_width(0.2)
    quiet = FontFace(emphasis="BOLD", color=look.quiet)
    with pdf.table(
        col_widths=tuple(widths),
        borders_layout="HORIZONTAL_LINES",
        first_row_as_headings=head,
        headings_style=quiet,
        line_height=look.size * _MM * 1.35,
        padding=(0.8, 1.5, 0.8, 0),
        text_align=tuple("R" if n in numbers else "L" for n in range(len(widths))),
    ) as laid:
        for cells in rows:
            row = laid.row()
            for n, words in enumerate(cells):
                style: dict[str, Any] = {"style": quiet} if not head and n == 0 else {}
                row.cell(pdf.shown("\n".join(lines_of(words))), **style)
    pdf.ln(2)


def _prompts(pdf: _Pages, block: Prompts) -> None:
    look = pdf.look
    for one in block.prompts:
        pdf.need(look.size * _MM * look.leading * (2 if one.hint.strip() else 1))
        pdf.set_draw_color(*look.quiet)
        pdf.set_line_width(0.25)
        pdf.rect(pdf.l_margin + 0.5, pdf.get_y() + 1, 3, 3)
        pdf.words(f"{on_one_line(one.name)}:  {on_one_line(one.words)}", indent=6)
        if one.hint.strip():
            pdf.words(f"{block.aside} {one.hint}", size=look.size * 0.88, colour=look.quiet, indent=6)
        pdf.ln(0.8)


def _room(pdf: _Pages, room: Room) -> None:
    pdf.set_draw_color(*pdf.look.rule)
    pdf.set_line_width(0.2)
    for _ in range(room.lines):
        pdf.need(9)
        pdf.ln(9)
        pdf.line(pdf.l_margin, pdf.get_y(), pdf.l_margin + pdf.epw, pdf.get_y())
    pdf.ln(3)


def _picture(pdf: _Pages, picture: Picture) -> None:
    """As wide as the page, but no taller than a third of it; what is said of it below."""
    wide, tall = pdf.epw, 85.0
    share = picture.width / picture.height
    width, height = (wide, wide / share) if wide / share <= tall else (tall * share, tall)
    pdf.need(height + 10)
    left = pdf.l_margin + (pdf.epw - width) / 2
    pdf.image(BytesIO(picture.jpeg), x=left, y=pdf.get_y(), w=width, h=height, alt_text=on_one_line(picture.words))
    pdf.set_y(pdf.get_y() + height + 1.5)
    pdf.words(picture.words, size=pdf.look.size * 0.8, colour=pdf.look.quiet, align="C")
    pdf.ln(3)


def _chart(pdf: _Pages, chart: Chart) -> None:
    """The ratings as dots on a line, each with its number; the ends of the scale as thin lines."""
    look = pdf.look
    pdf.need(_tall(chart))
    pdf.ln(2)
    pdf.words(chart.name, style="" if look.keepsake else "B")
    left, right, top, tall = pdf.l_margin + 16, pdf.l_margin + pdf.epw - 10, pdf.get_y() + 8, 24.0
    last = chart.points[-1]
    pdf.set_draw_color(205, 205, 205)
    pdf.set_line_width(0.2)
    pdf.set_dash_pattern(dash=0.6, gap=1.2)
    for y, end in ((top, last.high), (top + tall, last.low)):
        pdf.line(left - 6, y, right + 6, y)
        if chart.one_scale:
            _label(pdf, left - 8, y - 2, str(end), 8, look.quiet, "R")
    pdf.set_dash_pattern()
    step = (right - left) / max(len(chart.points) - 1, 1)
    at = [(left + n * step, top + tall * (1 - one.share)) for n, one in enumerate(chart.points)]
    pdf.set_draw_color(*look.bar)
    pdf.set_line_width(0.8)
    if len(at) > 1:
        pdf.polyline(at)
    pdf.set_fill_color(*look.accent)
    named = _that_fit(chart, step)
    for n, ((x, y), one) in enumerate(zip(at, chart.points, strict=True)):
        pdf.circle(x, y, 1.5, style="F")
        if n in named:
            _label(pdf, x, y - 6.5, chart.said(one), 10, look.accent, "C")
            for row, words in enumerate(words for words in (one.part, one.day) if words):
                side = "L" if n == 0 else "R" if n == len(at) - 1 else "C"
                _label(pdf, x, top + tall + 2 + 4 * row, words, 8, look.quiet, side)
    pdf.set_y(top + tall + 11)


def _that_fit(chart: Chart, step: float) -> set[int]:
    """The points that have room for words: the first and the last always."""
    wide = 2.0 * max(len(words) for one in chart.points for words in (one.part, one.day, chart.said(one)))
    last = len(chart.points) - 1
    every = max(1, -int(-wide // step)) if step else 1
    return {0, last, *(n for n in range(every, last, every) if last - n >= every)}


def _label(pdf: _Pages, x: float, y: float, words: str, size: float, colour: Colour, align: str) -> None:
    """A few words that begin, end or have their middle at `x`."""
    pdf.letters("", size, colour)
    words = pdf.shown(on_one_line(words))
    width = pdf.get_string_width(words)
    pdf.set_xy(x - {"L": 0, "R": width, "C": width / 2}[align], y)
    pdf.cell(width, size * _MM * 1.2, words)
