"""The only road from words a person typed (or a file name) to a widget, and the few signs the screens use."""

import re
import sys
import unicodedata

from rich.text import Text

from vigtui.domain.record import clean

_BREAKS = re.compile(r"[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_UNSEEN = {"\u2028": "\n", "\u2029": "\n"}
_SIGNS = {
    "done": ("✓", "+"),
    "now": ("▶", ">"),
    "ahead": ("·", "."),
    "none": ("–", "-"),
    "candidate": ("☆", "-"),
    "chosen": ("★", "*"),
    "private": ("▣", "#"),
    "still": ("▪", "."),
    "playing": ("▶", ">"),
    "paused": ("‖", "="),
    "on": ("◉", "[x]"),
    "off": ("○", "[ ]"),
    "dot": ("·", "-"),
    "arrow": ("→", "->"),
    "warn": ("!", "!"),
}


def plain(words: str, style: str = "") -> Text:
    """Words shown literally: brackets are brackets, and no control character reaches the terminal."""
    if words.isascii() and words.isprintable():
        return Text(words, style=style, end="")
    shown = clean(words.encode("utf-8", "replace").decode("utf-8"))
    for unseen, instead in _UNSEEN.items():
        shown = shown.replace(unseen, instead)
    return Text(shown, style=style, end="")


def one_line(words: str, style: str = "") -> Text:
    """The same on one line: line breaks and tabs become spaces."""
    return plain(words if words.isprintable() else _BREAKS.sub(" ", words), style)


def column(words: str, width: int, style: str = "") -> Text:
    """Words on one line in a column of so many cells, cut with … where they are longer; one cell stays free behind."""
    if words.isascii() and words.isprintable() and len(words) < width:
        return Text(words.ljust(width - 1), style=style, end="").append(" ")
    text = one_line(words, style)
    text.truncate(width - 1, overflow="ellipsis", pad=True)
    return text.append(" ")


def sign(name: str) -> str:
    """One of the screens' signs, in ASCII where the terminal has nothing better."""
    fine, ascii_only = _SIGNS[name]
    return fine if has_unicode() else ascii_only


def has_unicode() -> bool:
    """Whether the terminal's encoding can show more than ASCII."""
    encoding = getattr(sys.__stdout__, "encoding", None) or "ascii"
    return unicodedata.normalize("NFKC", encoding).lower().replace("-", "").startswith("utf")
