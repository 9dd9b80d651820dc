"""A document in each format: whatever was typed stands there as it is, and is never taken for anything else."""

import re
import unicodedata
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.support.records import ODD_TEXTS, texts
from vigtui.reports.as_text import WIDTH, width_of
from vigtui.reports.document import (
    Chart,
    Document,
    Facts,
    Group,
    Heading,
    Paragraph,
    Point,
    Prompt,
    Prompts,
    Quote,
    Room,
    Table,
    lines_of,
    on_one_line,
)
from vigtui.reports.writing import Format, write

HOSTILE = (
    *ODD_TEXTS,
    '<script>alert(1)</script><img src=x onerror="x">',
    "# no heading\n- no list\n1. nor this\n> no quote\n---\n===\n```\ncode",
    "| a | b |\n| - | - |\n**bold** _it_ [link](http://x.y) ![p](z) &amp; ~~gone~~ www.x.y <http://x.y>",
    "12.5 kg\n  4) four\n+ plus\n* star\n\\* and $x$ ^2^ ==mark==",
    "x" * 300,
    "👩‍👧‍👦" * 60,
    "漢字" * 90,
)


def page(words: str) -> Document:
    """A document with the same words wherever typed words can stand."""
    chart = Chart(words or "c", (Point("14 May", 3, 0, 10), Point("2 June", 7, 0, 10, "cycle 2")))
    blocks = (
        Heading(words),
        Paragraph(words),
        Quote(words),
        Facts((("Name", words),)),
        Table(("Name", "2"), ((words, "1"),), frozenset({1})),
        Prompts((Prompt(words, words, words),)),
        Room(2),
        chart,
    )
    return Document("Title", words, (*blocks, Group((Heading(words, 3), Quote(words)))), foot=words)


class Reader(HTMLParser):
    """What a browser sees: the elements and the words in them."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.elements, self.attributes, self.open, self.quotes = set(), set(), [], []
        self.feed(words)

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open += [tag] if tag not in {"br", "meta"} else []
        if tag == "blockquote":
            self.quotes.append("")
        if tag == "br" and "blockquote" in self.open:
            self.quotes[-1] += "\n"

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "blockquote" in self.open:
            self.quotes[-1] += data


ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "blockquote", "table", "thead", "tbody"),
    *("tr", "th", "td", "ul", "li", "b", "bdi", "br", "span", "div", "section", "figure", "figcaption", "footer"),
    *("svg", "path", "polyline", "circle", "text"),
}


@pytest.mark.parametrize("words", HOSTILE)
def test_html_holds_the_words_and_nothing_they_might_be_taken_for(words):
    written = write(page(words), Format.HTML)
    seen = Reader(written)
    assert seen.open == []
    assert seen.elements <= ELEMENTS
    assert not [name for name in seen.attributes if name.startswith("on") or name in {"src", "href", "style"}]
    assert seen.quotes == ["\n".join(lines_of(words))] * 2
    assert "default-src 'none'" in written
    assert "url(" not in written
    assert "@import" not in written


@pytest.mark.parametrize("words", HOSTILE)
def test_markdown_gives_the_words_back(words):
    written = write(page(words), Format.MARKDOWN)
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(written)
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    assert kinds <= {
        *("heading", "inline", "paragraph", "blockquote", "bullet_list", "list_item", "hr"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    inside = {child.type for token in tokens if token.type == "inline" for child in token.children}
    assert inside <= {
        "text",
        "text_special",
        "hardbreak",
        "softbreak",
        "strong_open",
        "strong_close",
        "em_open",
        "em_close",
    }
    quoted, depth = [], 0
    for token in tokens:
        depth += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        if depth and token.type == "inline":
            quoted.append("".join("\n" if one.type == "hardbreak" else one.content for one in token.children))
    assert quoted == ["\n".join(line for line in lines_of(words) if line)] * 2


@pytest.mark.parametrize("words", HOSTILE)
def test_text_keeps_to_eighty_columns_and_loses_no_letter(words):
    written = write(page(words), Format.TEXT)
    assert max(map(width_of, written.splitlines())) <= WIDTH
    quoted = "".join(line[4:] for line in written.splitlines() if line.startswith("  | "))
    assert "".join(quoted.split()) == "".join(("".join(lines_of(words)) * 2).split())


@settings(max_examples=60, deadline=None)
@given(texts)
def test_any_text_can_be_written_in_every_format(words):
    for form in (Format.HTML, Format.MARKDOWN, Format.TEXT):
        written = write(page(words), form)
        written.encode("utf-8")
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f]", written)
    assert max(map(width_of, written.splitlines())) <= WIDTH


@given(st.text(st.characters(), max_size=40))
def test_a_line_is_one_line(words):
    assert len(on_one_line(words).splitlines()) <= 1
    assert not [letter for letter in "".join(lines_of(words)) if unicodedata.category(letter) in ("Cc", "Cs")]


def test_a_chart_says_its_numbers_to_those_who_cannot_see_it_and_in_bars():
    chart = Chart("The question", (Point("1 May", 0, 0, 10), Point("2 June", 5, 0, 10), Point("3 July", 10, 0, 10)))
    document = Document("T", "", (chart,))
    assert 'aria-label="1 May: 0, 2 June: 5, 3 July: 10"' in write(document, Format.HTML)
    text = write(document, Format.TEXT)
    assert "  1 May   □□□□□□□□□□  0\n  2 June  ■■■■■□□□□□  5\n  3 July  ■■■■■■■■■■  10\n" in text
    assert "| 2 June | 5 | ■■■■■□□□□□ |" in write(document, Format.MARKDOWN)


@pytest.mark.parametrize("count", [1, 2, 60])
def test_the_days_below_a_chart_never_touch(count):
    chart = Chart("c", tuple(Point(f"{n + 1} September 2026", n % 11, 0, 10) for n in range(count)))
    written = write(Document("T", "", (chart,)), Format.HTML)
    at = [
        float(x) for x in re.findall(r'<text x="([\d.]+)" y="\d+" text-anchor="(?:start|middle|end)">\d+ Sep', written)
    ]
    assert written.count("<circle") == count
    assert all(b - a > 100 for a, b in pairwise(at))
    assert len(at) >= min(count, 2)


def test_a_scale_that_changed_is_said_with_each_rating():
    chart = Chart("c", (Point("1 May", 3, 0, 10), Point("2 May", 3, 1, 5)))
    text = write(Document("T", "", (chart,)), Format.TEXT)
    assert "3 (0 to 10)" in text
    assert "3 (1 to 5)" in text
