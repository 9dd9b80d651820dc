"""A document as Markdown in which no typed word is taken for markup."""

import re

from vigtui.reports.as_text import bar
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

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&$@!^=])")
_LIST = re.compile(r"^(\d*)((?<!\d)[-+]|(?<=\d)[.)](?=\s|$))")
"""What begins a list, or underlines the line above."""
_ADDRESS = re.compile(r"(www)\.|(:)(?=//)", re.IGNORECASE)


def as_markdown(document: Document) -> str:
    """The whole file."""
    blocks = [f"# {_one_line(document.title)}", _lines(document.below), *(_block(block) for block in document.blocks)]
    if document.foot:
        blocks.append(f"*{_one_line(document.foot)}*")
    return "\n\n".join(block for block in blocks if block) + "\n"


def _escape(line: str) -> str:
    """One line with a backslash before every character that Markdown, or a dialect of it, would act on."""
    line = _MARKUP.sub(r"\\\1", line)
    line = _ADDRESS.sub(lambda found: f"{found[1]}\\." if found[1] else "\\:", line)
    return _LIST.sub(r"\1\\\2", line)


def _one_line(words: str) -> str:
    return _escape(on_one_line(words))


def _lines(words: str) -> str:
    return "\\\n".join(_escape(line) for line in lines_of(words) if line)


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_one_line(block.words)}"
        case Paragraph():
            return f"*{_one_line(block.words)}*" if block.tone is Tone.QUIET else _lines(block.words)
        case Quote():
            return "> " + _lines(block.words).replace("\n", "\n> ")
        case Facts():
            return "\n".join(f"- **{_one_line(name)}:** {_one_line(words)}" for name, words in block.rows)
        case Table():
            return _table(block.columns, block.rows, block.numbers)
        case Prompts():
            return "\n".join(_prompt(one.name, one.words, one.hint, block.aside) for one in block.prompts)
        case Room():
            return "\n\n".join(["&nbsp;\n\n___"] * block.lines)
        case Chart():
            return _chart(block)
        case Picture():
            return f"*{_one_line(block.words)}*"
        case Group():
            return "\n\n".join(_block(one) for one in block.blocks)


def _table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], numbers: frozenset[int]) -> str:
    rule = ["---:" if n in numbers else "---" for n in range(len(columns))]
    written = [[_one_line(cell) for cell in row] for row in (columns, *rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (written[0], rule, *written[1:]))


def _prompt(name: str, words: str, hint: str, aside: str) -> str:
    line = f"- [ ] **{_one_line(name)}:** {_one_line(words)}"
    return f"{line}\\\n  *{_one_line(aside)} {_one_line(hint)}*" if hint.strip() else line


def _chart(chart: Chart) -> str:
    rows = tuple((point.when, chart.said(point), bar(point)) for point in chart.points)
    return f"{_lines(chart.name)}\n\n{_table(('', '', ''), rows, frozenset({1}))}"
