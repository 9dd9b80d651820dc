"""A small reader of JSON5: comments, single quotes, names without quotes, commas at the end. LosslessCut writes it.

The published Python reader needs more than a second for 50 kB; this one is read in one pass, without recursion.
"""

import re
from typing import Any

from vigtui.domain.exchange import FileUnusable

_DEEPEST = 40
_MOST_VALUES = 2_000_000
_TOKEN = re.compile(
    r"""(?P<space>(?:[\s\ufeff]|//[^\n]*|/\*.*?\*/)+)
      | (?P<mark>[{}\[\]:,])
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<number>[+-]?(?:0[xX][0-9a-fA-F]{1,15}|(?:\d{1,400}\.?\d{0,400}|\.\d{1,400})(?:[eE][+-]?\d{1,4})?|Infinity|NaN)(?![\w.]))
      | (?P<word>[\w$]+)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0", "\n": ""}
_WORDS = {"true": True, "false": False, "null": None}


def loads(words: str) -> Any:
    """The value of a JSON5 document.

    Raises:
        FileUnusable: it is none, or nested deeper than any list of moments.
    """
    return _Reader(words).document()


class _Reader:
    """Goes through the tokens and keeps the containers that are open on a list of its own."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._at = 0
        self._count = 0

    def document(self) -> Any:
        root: list[Any] = []
        open_: list[tuple[Any, Any]] = [(root, None)]
        """Containers that are open, each with the name that its next value gets."""
        kind, piece = self._next()
        while kind != "end":
            container, name = open_[-1]
            if piece in ("}", "]"):
                if len(open_) == 1 or isinstance(container, dict) != (piece == "}") or name is not None:
                    raise self._wrong()
                open_.pop()
                kind, piece = self._after_value(len(open_))
                continue
            if isinstance(container, dict) and name is None:
                open_[-1] = (container, self._name(kind, piece))
                kind, piece = self._next()
                continue
            value: Any = {} if piece == "{" else [] if piece == "[" else self._value(kind, piece)
            if isinstance(container, dict):
                container[name] = value
                open_[-1] = (container, None)
            else:
                container.append(value)
            if piece in ("{", "["):
                if len(open_) > _DEEPEST:
                    raise FileUnusable("The file is nested too deep to be a list of moments.")
                open_.append((value, None))
                kind, piece = self._next()
            else:
                kind, piece = self._after_value(len(open_))
        if len(open_) > 1 or len(root) != 1:
            raise self._wrong()
        return root[0]

    def _next(self) -> tuple[str, str]:
        found = _TOKEN.match(self._words, self._at)
        if found and found.lastgroup == "space":
            self._at = found.end()
            found = _TOKEN.match(self._words, self._at)
        if self._at == len(self._words):
            return "end", ""
        self._count += 1
        if not found or self._count > _MOST_VALUES:
            raise self._wrong()
        self._at = found.end()
        return found.lastgroup or "", found[0]

    def _after_value(self, depth: int) -> tuple[str, str]:
        """The piece after a value: a comma is passed over, and nothing else may follow but an end."""
        kind, piece = self._next()
        if piece == "," and depth > 1:
            return self._next()
        if piece in ("}", "]") or (kind == "end" and depth == 1):
            return kind, piece
        raise self._wrong()

    def _name(self, kind: str, piece: str) -> str:
        if kind not in ("text", "word"):
            raise self._wrong()
        if self._next() != ("mark", ":"):
            raise self._wrong()
        return self._text(piece) if kind == "text" else piece

    def _value(self, kind: str, piece: str) -> Any:
        if kind == "text":
            return self._text(piece)
        if kind == "number":
            if piece.lstrip("+-")[:2] in ("0x", "0X"):
                return int(piece, 16)
            return float(piece) if not piece.lstrip("+-").isdecimal() or len(piece) > 18 else int(piece)
        if kind == "word" and piece in _WORDS:
            return _WORDS[piece]
        raise self._wrong()

    def _text(self, piece: str) -> str:
        def put(found: re.Match[str]) -> str:
            code = found[1]
            return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPES.get(code, code)

        words = _ESCAPE.sub(put, piece[1:-1])
        return words.encode("utf-16", "surrogatepass").decode(
            "utf-16", "replace"
        )  # pairs of \u escapes are one character

    def _wrong(self) -> FileUnusable:
        line = self._words.count("\n", 0, self._at) + 1
        return FileUnusable(f"The file cannot be read as JSON: line {line} is damaged.")
