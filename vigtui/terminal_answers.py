"""What the terminal can show: it is asked once, before the screens begin; where it keeps silent, the environment tells."""

import codecs
import io
import os
import re
import select
import sys
import termios
import time
import tty
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from vigtui.line_queue import Connection, ask_tmux, connection_of

_KITTY = "\x1b_Gi=86,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
"""A picture of one pixel that is only to be checked (kitty graphics protocol, “Querying support”)."""
_COLOUR = "\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[m"
"""Set a colour that no palette has, ask which is set (DECRQSS), and take it back."""
_CELL = "\x1b[16t"
_SIGN = "\rë\x1b[6n\r\x1b[K"
"""One sign in two bytes, and the question how far it went: one column, or two where a terminal takes bytes for signs."""
_POSITION = "\x1b[6n"
_ATTRIBUTES = "\x1b[c"
"""Every terminal answers this (DA1), and it answers in order: with it all has been said."""
_WAIT, _WAIT_AFAR = 0.5, 2.0
"""Seconds to wait for the answer: on this machine, and over ssh."""
_USUAL_CELL = (8, 16)
_NEAREST = "nearest-ascii"
"""How Python is told to write what is no ASCII."""
_ALIKE = {
    "-": "–—‐─━┄",
    ".": "…·",
    "*": "•☆★✓",
    "|": "│┃▌▐▎",
    " ": "▁▂▃▄▅▆▇▉▊▋▍▏",  # the ends of scroll bars
    "+": "┌┐└┘├┤┬┴┼",
    '"': "“”„",
    "'": "‘’",
    "x": "×✗",
    ">": "→▶›",
    "<": "←◀⏎‹",
}
_ALIKE |= {"^": "↑⇧", "v": "↓", "s": "ß", "o": "øœ", "O": "ØŒ", "a": "æ", "A": "Æ", "#": "█▓▒"}
_ASCII = {sign: plain for plain, signs in _ALIKE.items() for sign in signs}
_NOT_ASKED = ("dumb", "linux", "unknown", "")
"""Values of TERM whose terminals may print a question instead of answering it."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a film can be drawn with.

    Attributes:
        depth: “true”, “256”, “16” or “none”.
        kitty: whether it shows pictures by the kitty graphics protocol.
        sixel: whether it shows sixels.
        cell: width and height of a cell in pixels.
        afar: whether it is reached over ssh.
        tells: whether it tells the cursor's position, and with it when it has taken what was written.
        unicode: False where it is known that it takes UTF-8 for something else.
        line: the ssh connection that leads to it, where tmux or screen answers in its place.
    """

    depth: str = "256"
    kitty: bool = False
    sixel: bool = False
    cell: tuple[int, int] = _USUAL_CELL
    afar: bool = False
    tells: bool = False
    unicode: bool = True
    line: Connection | None = None


def in_screen(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether GNU screen stands between.

    It holds the escape key back for as long as the mouse is reported, and shows slanted letters reversed (4.9.0, tried).
    """
    return "STY" in environment


def ask(environment: Mapping[str, str] = os.environ) -> Answers:
    """Ask the terminal; at most two seconds, and with the answers' own signs kept from becoming keys."""
    afar = "SSH_CONNECTION" in environment
    term = environment.get("TERM", "")
    if term in _NOT_ASKED or not (os.isatty(0) and sys.__stderr__ is not None and sys.__stderr__.isatty()):
        return _understood("", environment, afar=afar)
    multiplexed = term.startswith(("screen", "tmux")) or "TMUX" in environment or "STY" in environment
    question = _SIGN + ("" if multiplexed else _KITTY) + _COLOUR + _CELL + _POSITION + _ATTRIBUTES
    found = _understood(_exchange(question, _WAIT_AFAR if afar else _WAIT), environment, afar=afar)
    if "TMUX" in environment and ask_tmux("display-message", "-p", "#{client_utf8}") == "0":
        found = replace(found, unicode=False)
    return replace(found, line=connection_of(environment)) if multiplexed and afar else found


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """One ASCII sign for each that is none."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_ASCII.get(sign) or _base(sign) for sign in signs), error.end


def _base(sign: str) -> str:
    """The letter below an accent."""
    letter = unicodedata.normalize("NFKD", sign)[0]
    return letter if letter.isascii() else "?"


def keep_to_ascii() -> None:
    """Write nothing that takes more than one byte from now on; what is no ASCII is written as what is nearest to it."""
    codecs.register_error(_NEAREST, _nearest)
    for stream in (sys.__stdout__, sys.__stderr__):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="ascii", errors=_NEAREST)


def _exchange(question: str, limit: float) -> str:
    """Write to the terminal and read until it has answered `_ATTRIBUTES`, or keeps silent."""
    out = sys.__stderr__.fileno() if sys.__stderr__ is not None else 2
    try:
        before = termios.tcgetattr(0)
    except termios.error:
        return ""
    said = b""
    try:
        tty.setcbreak(0, termios.TCSANOW)
        os.write(out, question.encode())
        ends = time.monotonic() + limit
        while not re.search(rb"\x1b\[\?[\d;]*c", said):
            ready, _, _ = select.select([0], [], [], max(0.0, ends - time.monotonic()))
            if not ready:
                break
            said += os.read(0, 4096)
    except OSError:
        return ""
    finally:
        termios.tcsetattr(0, termios.TCSANOW, before)
    return said.decode("ascii", "replace")


def _understood(said: str, environment: Mapping[str, str], *, afar: bool) -> Answers:
    columns = re.findall(r"\x1b\[\d+;(\d+)R", said)
    attributes = re.search(r"\x1b\[\?([\d;]*)c", said)
    cell = re.search(r"\x1b\[6;(\d+);(\d+)t", said)
    size = (int(cell[2]), int(cell[1])) if cell and int(cell[1]) and int(cell[2]) else _USUAL_CELL
    return Answers(
        depth=_depth(said, environment),
        kitty="\x1b_Gi=86;OK" in said,
        sixel=attributes is not None and "4" in attributes[1].split(";")[1:],
        cell=size,
        afar=afar,
        tells=bool(columns),
        unicode=columns[:1] != ["3"],
    )


def _depth(said: str, environment: Mapping[str, str]) -> str:
    term = environment.get("TERM", "")
    if environment.get("NO_COLOR") or term in ("dumb", "unknown"):
        return "none"
    told = re.search(r"\x1bP1\$r([\d;:]*)m", said)
    if told and re.search(r"48[:;]2[:;]+1[:;]2[:;]3", told[1]):
        return "true"
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "true"
    if "256" in term or term.startswith(("tmux", "alacritty", "foot", "xterm-kitty")):
        return "256"
    return "16"
