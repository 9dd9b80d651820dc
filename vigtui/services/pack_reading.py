"""Reads the text of a script pack into a `Pack`, with every fault told at once.

From the edge inwards: `parse_pack` knows TOML, `_Reader` knows the dataclasses of `vigtui.domain.packs`, which are the format,
and `Locator` knows on which line of the text a value stands.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache, cached_property
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from vigtui.domain.pack_faults import PackFault, PackFaults, Place, dotted
from vigtui.domain.packs import OWN_WORDS, Pack, contradictions
from vigtui.domain.principles import PLACEHOLDER, Level, TextRule, quote


def parse_pack(text: str, *, name: str) -> Pack:
    """Read a pack from the text of a TOML file; `name` is what the file is called in sentences.

    Raises:
        PackFaults: the text is not TOML, or not a pack; every fault is told.
    """
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise PackFaults(name, [PackFault(None, "", "The brackets in this file are nested too deeply.")]) from None
    except ValueError as error:  # TOMLDecodeError, and a number of thousands of digits
        raise PackFaults(name, [_syntax_fault(text, str(error))]) from None
    reader = _Reader(text, data)
    pack: Pack = reader.table(Pack, data, ())
    for path, message in contradictions(pack):
        reader.fault(path, message)
    if reader.faults:
        raise PackFaults(name, reader.faults)
    return replace(pack, levels=tuple(_with_level_in_ids(level) for level in pack.levels))


def _with_level_in_ids(level: Level) -> Level:
    return replace(level, behaviours=tuple(replace(b, id=f"{level.id}.{b.id}") for b in level.behaviours))


_KINDS = {
    str: "words between straight double quotes",
    int: "a whole number, without quotes",
    bool: "true or false, without quotes",
    list: "a list in square brackets",
    dict: "a section of its own",
}


class _Reader:
    """Reads a TOML document as the dataclasses say, and collects what is wrong.

    What is faulty becomes None in the result, so that reading goes on to the next fault.
    """

    def __init__(self, text: str, data: Mapping[str, Any]) -> None:
        self.faults: list[PackFault] = []
        self._whole = text
        roles = data.get("roles")
        ids = [role.get("id") for role in roles if isinstance(role, dict)] if isinstance(roles, list) else []
        self._roles = [role for role in ids if isinstance(role, str)]
        self._spoken = [*self._roles, *(f"{role}_word" for role in self._roles), *OWN_WORDS]

    @cached_property
    def _lines(self) -> dict[Place, int]:
        return Locator(self._whole).lines

    def fault(self, path: Place, message: str) -> None:
        """Note a fault at the line of the path, or of the nearest section around it."""
        line = next((self._lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._lines), None)
        message = f"Line {line}: {message}" if line else message[0].upper() + message[1:]
        self.faults.append(PackFault(line, dotted(path), message))

    def table(self, kind: Any, table: Mapping[str, Any], path: Place) -> Any:
        """Read one section as the dataclass `kind`."""
        hints = _hints(kind)
        title = _title(kind, table, path)
        absent = [f.name for f in fields(kind) if f.default is MISSING and f.name not in table]
        meant = set()
        for key in sorted(table.keys() - hints.keys()):
            guess = difflib.get_close_matches(key, [name for name in hints if name not in table], n=1)
            meant.update(guess)
            advice = f"Did you mean {guess[0]}?" if guess else f"It may have: {', '.join(hints)}."
            if path and not guess and key in Pack.__slots__:
                advice = "It belongs at the top of the file, above the first line with a [."
            self.fault((*path, key), f"{title} has a key {quote(key)} that means nothing there. {advice}")
        for key in absent:
            if key not in meant:
                self.fault((*path, key), f"{title} has no {key}. Add a line  {_example(hints[key], (*path, key))}")
        values = {key: self._value(hints[key], table[key], (*path, key)) for key in hints if key in table}
        return kind(**dict.fromkeys(absent), **values)

    def no_twins(self, marks: Iterable[tuple[Place, Any]]) -> None:
        """Note every mark that stands a second time; None is no mark."""
        seen = set()
        for path, mark in marks:
            if mark is not None and mark in seen:
                self.fault(path, f"{_called(path)} is {quote(str(mark))} a second time. Change or remove one of them.")
            seen.add(mark)

    def _value(self, hint: Any, value: Any, path: Place) -> Any:
        kind, rule = get_args(hint) if get_origin(hint) is Annotated else (hint, None)
        base: Any = _base(kind)
        if type(value) is not base:  # true is no number here
            example = "" if isinstance(path[-1], int) else f" Write  {_example(hint, path)}"
            self.fault(path, f"{_called(path)} must be {_KINDS[base]}.{example}")
            return None
        if base is list:
            return self._list(get_args(kind), value, path)
        if base is dict:
            return self.table(kind, value, path)
        if base is str:
            return self._text(rule, value, path) if kind is str else self._choice(kind, value, path)
        if base is int and value not in rule:
            self.fault(path, f"{_called(path)} must lie between {rule[0]} and {rule[-1]}.")
            return None
        return value

    def _list(self, hints: tuple[Any, ...], values: list[Any], path: Place) -> tuple[Any, ...] | None:
        read = tuple(self._value(hints[0], value, (*path, n)) for n, value in enumerate(values))
        for key in ("id", "letter", "number", "at"):
            self.no_twins([((*path, n, key), getattr(entry, key, None)) for n, entry in enumerate(read)])
        self.no_twins([((*path, n), entry) for n, entry in enumerate(read) if type(entry) is str])
        if not values:
            self.fault(path, f"{_called(path)} is empty. Put something between the brackets.")
        elif hints[-1] is not ... and len(values) != len(hints):
            self.fault(path, f"{_called(path)} needs {len(hints)} entries, not {len(values)}.")
            return None
        elif all(type(value) is int for value in read) and list(read) != sorted(read):
            self.fault(path, f"{_called(path)} runs backwards. Write  {path[-1]} = {sorted(read)}")
            return None
        return read

    def _choice(self, kind: Any, value: str, path: Place) -> Any:
        if value in list(kind):
            return kind(value)
        self.fault(path, f"{_called(path)} cannot be {quote(value)}. {_nearest(value, list(kind))}")
        return None

    def _text(self, rule: TextRule, value: str, path: Place) -> str:
        words = value.strip()
        objection = rule.objection(value)
        if objection:
            self.fault(path, f"{_called(path)} {objection}")
        elif rule.role and self._roles and words not in self._roles:
            self.fault(path, f"{_called(path)} is {quote(words)}, which is no role. {_nearest(words, self._roles)}")
        elif rule.phrase and self._roles:  # without roles every placeholder would be told as a fault of its own
            for word in PLACEHOLDER.findall(words):
                if word not in self._spoken:
                    near = _nearest(word, self._spoken)
                    self.fault(path, f"{_called(path)} has an unknown placeholder {{{quote(word)[1:-1]}}}. {near}")
        return words


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _title(kind: Any, table: Mapping[str, Any], path: Place) -> str:
    if not path:
        return "the pack"
    if isinstance(path[-1], str):
        return f"the section [{dotted(path)}]"
    mark = table.get("id")
    return f"the {kind.__name__.lower()} {quote(mark) if isinstance(mark, str) else f'number {path[-1] + 1}'}"


def _called(path: Place) -> str:
    key = next(part for part in reversed(path) if isinstance(part, str))
    return f"entry {path[-1] + 1} of {quote(key)}" if isinstance(path[-1], int) else quote(key)


def _nearest(word: str, choices: Sequence[str]) -> str:
    guess = difflib.get_close_matches(word, choices, n=1)
    return f"Did you mean {guess[0]}?" if guess else f"Choose one of: {', '.join(choices)}."


def _base(kind: Any) -> type:
    """Give the type tomllib reads for a field's type."""
    if get_origin(kind) is tuple:
        return list
    if is_dataclass(kind):
        return dict
    return next(base for base in (str, bool, int) if issubclass(kind, base))


def _example(hint: Any, path: Place) -> str:
    """Give a line to write, for a key that is missing or holds another kind of thing."""
    kind = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if get_origin(kind) is tuple:
        inner = str(get_args(kind)[0])
        if is_dataclass(get_args(kind)[0]):
            return f"[[{'.'.join(part for part in path if isinstance(part, str))}]]"
        value = "[5, 10]" if "[int" in inner else '["…", "…"]'
    elif is_dataclass(kind):
        return f"[{dotted(path)}]"
    else:
        value = {str: '"…"', int: "10", bool: "true"}.get(kind) or f'"{next(iter(kind))}"'
    return f"{path[-1]} = {value}"


_SYNTAX = (
    ("Invalid value", 'what stands after the = cannot be read. Put words between straight double quotes, like "…".'),
    ("Expected '='", 'a key and its value need an = between them, like  name = "…".'),
    ("Invalid statement", "this line is neither a  key = value  nor a [section]."),
    ("initial character for a key", "a key is made of the letters a to z, digits, _ and -."),
    (
        "Expected newline",
        'something stands behind the value. Inside a text write \\" for a quote; one line holds one key.',
    ),
    (
        "Illegal character '\\n'",
        'the text is not closed with a quote, or goes over several lines. Use """ at both ends.',
    ),
    ("character", "there is an invisible control character. Type the text anew."),
    ("Unterminated string", 'the text that begins here is never closed with """.'),
    ("Expected \"'''\"", "the text that begins here is never closed with '''."),
    ('Expected "\'"', "the text is not closed with ' on its line."),
    ("Unescaped", "a backslash in a text is written twice: \\\\."),
    ("Unclosed array", "a list is not closed with ], or a comma is missing in front of this place."),
    ("Unclosed inline table", "what begins with { ends with } on the same line, with commas between its keys."),
    ("Expected ']", "a section is written [name] or [[name]], alone on its line."),
    ("Cannot", "this key or section is in the file already. Change or remove one of the two."),
    ("Duplicate", "this key is between the same { } already. Change or remove one of the two."),
    ("Exceeds the limit", "a number in this file has thousands of digits."),
)
"""What tomllib says, and the same for somebody who has never heard of it."""


def _syntax_fault(text: str, error: str) -> PackFault:
    says = next((says for piece, says in _SYNTAX if piece in error), f"this is not TOML: {quote(error)}.")
    found = re.search(r"at line (\d+)", error)
    line = int(found[1]) if found else text.rstrip().count("\n") + 1 if "at end of document" in error else None
    if "never closed" in says:
        line = next((line for token, line in _tokens(text) if token in ('"""', "'''")), line)
    message = f"Line {line}: {says}" if line else says[0].upper() + says[1:]
    return PackFault(line, "", message)


_TOKEN = re.compile(
    r'''"""(?:\\.|[^\\])*?"""(?!")|"""|"(?:\\.|[^"\\\n])*"'''
    r"""|'''.*?'''(?!')|'''|'[^'\n]*'"""
    r"""|\#[^\n]*|[\[\]{}=,.\n]|[^\s\[\]{}=,."'\#]+""",
    re.DOTALL,
)
_DEEP = 12
"""A pack is not deeper, and a file of dots must not take for ever."""


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Take a text apart into strings, signs, bare words and line ends, each with its line; comments are left out."""
    line, last = 1, 0
    for found in _TOKEN.finditer(text):
        line, last = line + text.count("\n", last, found.start()), found.start()
        if not found[0].startswith("#"):
            yield found[0], line


class Locator:
    """Finds the line of every key, list entry and section of a text that tomllib has read without complaint.

    Attributes:
        lines: line from 1 by path, ``("review", "phases", 0, "rungs", 2, "prompt")``.
    """

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self._sizes: dict[Place, int] = {}
        self._left = [("", 0), *reversed(list(_tokens(text)))]
        section: Place = ()
        while len(self._left) > 1:
            if self._left[-1][0] == "\n":
                self._left.pop()
            elif self._left[-1][0] == "[":
                section = self._header()
            else:
                self._pair(section)

    def _keys(self, parent: Place, line: int) -> Place:
        """Take a key, dotted or not, up to its = or ]; a list of sections on the way means its last entry."""
        path = parent
        while self._left[-1][0] not in ("=", "]", ""):
            part, _ = self._left.pop()
            if part != "." and len(path) < _DEEP:
                path = (*path, part.strip("\"'"))
                self.lines.setdefault(path, line)
                if path in self._sizes:
                    path = (*path, self._sizes[path] - 1)
        return path

    def _header(self) -> Place:
        _, line = self._left.pop()
        double = self._left[-1][0] == "["
        if double:
            self._left.pop()
        path = self._keys((), line)
        while self._left[-1][0] == "]":
            self._left.pop()
        if double:
            path = path[:-1] if isinstance(path[-1], int) else path
            self._sizes[path] = self._sizes.get(path, 0) + 1
            path = (*path, self._sizes[path] - 1)
        self.lines.setdefault(path, line)
        return path

    def _pair(self, parent: Place) -> None:
        path = self._keys(parent, self._left[-1][1])
        self._left.pop()
        self._value(path)

    def _value(self, path: Place) -> None:
        opened, _ = self._left.pop()
        if opened not in ("[", "{"):
            while self._left[-1][0] not in (",", "]", "}", "\n", ""):  # 1.5 and a time come in several tokens
                self._left.pop()
            return
        count = 0
        while True:
            token, line = self._left[-1]
            if token in (",", "\n"):
                self._left.pop()
            elif token in ("]", "}", ""):
                del self._left[len(self._left) - bool(token) :]
                return
            elif opened == "{":
                self._pair(path)
            else:
                self.lines.setdefault((*path, count), line)
                self._value((*path, count))
                count += 1
