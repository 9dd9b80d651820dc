"""A document as one HTML file: nothing is loaded from elsewhere, nothing runs, and it prints on A4."""

from base64 import b64encode
from html import escape

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
    lines_of,
    on_one_line,
)
from vigtui.reports.svg import svg

_STYLE = """
@page { size: A4; margin: 18mm 18mm 20mm; @bottom-right { content: counter(page); font-size: 8pt; color: #666 } }
* { box-sizing: border-box }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact }
body { margin: 0 auto; padding: 2.5em 1.5em; max-width: 46em; color: #222; background: #fff;
  font: 10pt/1.4 "Noto Sans", "DejaVu Sans", "Segoe UI", Helvetica, Arial, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.7em; line-height: 1.2; margin: 0 }
h2 { font-size: 1.2em; line-height: 1.3; margin: 1.7em 0 .5em; padding-bottom: .2em; border-bottom: 1px solid #999 }
h3 { font-size: 1.05em; margin: 1.2em 0 .3em }
h1, h2, h3 { break-after: avoid; page-break-after: avoid }
p { margin: .4em 0; orphans: 2; widows: 2 }
.below { color: #555; margin: .3em 0 1em }
.lead { font-size: 1.1em }
.quiet, .hint, footer { color: #666; font-size: .9em }
.hint { font-style: italic }
blockquote { margin: .6em 0; padding: .1em 0 .1em .9em; border-inline-start: 3px solid #999 }
table { border-collapse: collapse; width: 100%; margin: .5em 0 }
th, td { text-align: start; vertical-align: top; padding: .25em .7em .25em 0; border-bottom: 1px solid #ddd }
th { font-weight: 600; color: #555; overflow-wrap: normal }
.facts th { width: 13em }
.number { text-align: right; white-space: nowrap; overflow-wrap: normal; font-variant-numeric: tabular-nums }
.short { white-space: nowrap; overflow-wrap: normal }
.whole { overflow-wrap: normal }
.number + :not(.number) { padding-left: .7em }
ul { list-style: none; margin: .4em 0; padding: 0 }
li { padding: .2em 0 .2em 1.8em; position: relative; break-inside: avoid; page-break-inside: avoid }
li::before { content: ""; position: absolute; left: .1em; top: .45em; width: .85em; height: .85em; border: 1px solid #555 }
li b { font-weight: 600; color: #555 }
.line { border-bottom: 1px solid #bbb; height: 2em }
.together, blockquote, figure, tr { break-inside: avoid; page-break-inside: avoid }
figure { margin: .8em 0 1.2em }
figcaption { font-weight: 600; margin-bottom: .2em }
.picture { text-align: center }
.picture img { max-width: 100%; max-height: 95mm; width: auto; height: auto; border-radius: 2mm }
.picture figcaption { color: #666; font-weight: 400; font-size: .85em; margin-top: .3em }
svg { display: block; width: 100%; height: auto; max-width: 40em }
svg text { font: 13px "Noto Sans", "DejaVu Sans", "Segoe UI", Helvetica, Arial, sans-serif; fill: #555 }
svg .value { font-size: 17px; font-weight: 700; fill: #222 }
footer { margin-top: 2.5em }
footer, .room { break-before: avoid; page-break-before: avoid }
@media print { body { padding: 0; max-width: none } footer { margin-top: 1em } .line { height: 1.8em } }
"""

_SHORT = 8
"""Letters of a cell up to which it stays on one line."""
_WHOLE = 14
"""Letters of a word up to which it is never broken in a table."""

_KEEPSAKE = """
body { font: 15pt/1.55 Georgia, "Noto Serif", "DejaVu Serif", "Times New Roman", serif; color: #3b2f2a; max-width: 38em }
h1 { font-size: 2em; text-wrap: balance; font-weight: 400; color: #9a4a2c; text-align: center; margin-top: .3em }
.below { text-align: center; font-size: 1.15em; color: #6b5a50; margin-bottom: 1.6em }
.lead { text-align: center; color: #6b5a50; font-size: 1em }
h2 { font-size: 1.15em; font-weight: 400; color: #9a4a2c; border-bottom: 2px solid #e8cdb9; margin-top: 2em }
h3 { font-size: .85em; font-weight: 400; color: #6b5a50; margin: 1.4em 0 .2em }
blockquote { border-inline-start: 5px solid #e0a37e; padding: .2em 0 .2em 1em; margin: .8em 0; font-style: italic;
  font-size: 1.08em }
figcaption { font-weight: 400 }
.quiet, footer { color: #6b5a50; font-size: .8em }
footer { text-align: center; margin-top: 3em }
.line { border-bottom-color: #e0c4b0; height: 2.4em }
svg text { fill: #6b5a50 }
svg .value { fill: #9a4a2c }
svg .way { stroke: #e0a37e }
svg .dot { fill: #9a4a2c }
@media screen { html { background: #f6ece2 } body { background: #fffdf9; margin: 2em auto; padding: 3.5em 3em;
  box-shadow: 0 1px 8px #d8c4b4 } }
"""


def as_html(document: Document) -> str:
    """The whole file; every typed word is escaped and keeps to its own direction of writing."""
    style = _STYLE + (_KEEPSAKE if document.keepsake else "")
    parts = [
        "<!doctype html>",
        f'<html lang="{escape(document.language)}">',
        "<head>",
        '<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{escape(on_one_line(document.title))}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        _tag("h1", document.title),
        _tag("p", document.below, "below"),
        *(_block(block) for block in document.blocks),
        f'<footer dir="auto">{_words(document.foot)}</footer>' if document.foot else "",
        "</body>",
        "</html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _words(words: str) -> str:
    return "<br>".join(escape(line) for line in lines_of(words))


def _tag(name: str, words: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<{name}{named} dir="auto">{_words(words)}</{name}>'


def _block(block: Block) -> str:
    match block:
        case Heading():
            return _tag(f"h{block.level}", block.words)
        case Paragraph():
            return _tag("p", block.words, block.tone.value)
        case Quote():
            return _tag("blockquote", block.words)
        case Facts():
            rows = "".join(f'<tr><th scope="row">{_words(a)}</th>{_tag("td", b)}</tr>' for a, b in block.rows)
            return f'<table class="facts">{rows}</table>'
        case Table():
            return _table(block)
        case Prompts():
            return _prompts(block)
        case Room():
            lines = '<div class="line"></div>' * block.lines
            return f'<div class="together room">{lines}</div>'
        case Chart():
            return _figure(block)
        case Picture():
            return _picture(block)
        case Group():
            return f'<section class="together">{"".join(_block(one) for one in block.blocks)}</section>'


def _table(table: Table) -> str:
    def cell(name: str, column: int, words: str) -> str:
        whole = max(map(len, words.split()), default=0) <= _WHOLE
        kind = "number" if column in table.numbers else "short" if len(words) <= _SHORT else "whole" if whole else ""
        return _tag(name, words, kind)

    head = "".join(cell("th", n, words) for n, words in enumerate(table.columns))
    rows = "".join(f"<tr>{''.join(cell('td', n, words) for n, words in enumerate(row))}</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _prompts(block: Prompts) -> str:
    def item(name: str, words: str, hint: str) -> str:
        aside = f'<br><span class="hint">{_words(block.aside)} <bdi>{_words(hint)}</bdi></span>' if hint.strip() else ""
        return f'<li><b dir="auto">{_words(name)}</b> &ensp;<bdi>{_words(words)}</bdi>{aside}</li>'

    return f"<ul>{''.join(item(one.name, one.words, one.hint) for one in block.prompts)}</ul>"


def _picture(picture: Picture) -> str:
    data = b64encode(picture.jpeg).decode()
    shown = f'<img src="data:image/jpeg;base64,{data}" width="{picture.width}" height="{picture.height}" alt="">'
    return f'<figure class="picture">{shown}{_tag("figcaption", picture.words)}</figure>'


def _figure(chart: Chart) -> str:
    return f"<figure>{_tag('figcaption', chart.name)}{svg(chart)}</figure>"
