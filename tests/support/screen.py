"""A terminal that was written for the tests: takes what a program writes, keeps what is then on the screen, and answers."""

import re
from collections.abc import Callable

from rich.cells import cell_len

Colour = tuple[int, int, int]
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (229, 229, 229)
_TOKEN = re.compile(
    rb"\x1b\[([?>=<]?)([\d;:]*)([ -/]*)([@-~])|\x1b[P_\]X^](.*?)(?:\x1b\\|\x07)|\x1b([78=>cDEHM])|([\x00-\x1a\x1c-\x1f])",
    re.DOTALL,
)
_BASE: tuple[Colour, ...] = (
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
)
_LEVELS = (0, 95, 135, 175, 215, 255)
_QUARTERS = " ▗▖▄▝▐▞▟▘▚▌▙▀▜▛█"


def of_palette(number: int) -> Colour:
    """A colour of xterm's 256."""
    if number < 16:
        return _BASE[number]
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    number -= 16
    return _LEVELS[number // 36], _LEVELS[number // 6 % 6], _LEVELS[number % 6]


class Screen:
    """Signs and colours of every cell.

    Args:
        columns, rows: size.
        answer: called with what the terminal sends back.
    """

    def __init__(self, columns: int, rows: int, answer: Callable[[bytes], None] = lambda _: None) -> None:
        self.columns, self.rows = columns, rows
        self._answer = answer
        self._rest = b""
        self._row = self._column = 0
        self._kept = (0, 0, WHITE, BLACK)
        self._fore, self._back = WHITE, BLACK
        self.cells: dict[tuple[int, int], tuple[str, Colour, Colour]] = {}

    def feed(self, data: bytes) -> None:
        """Take in what was written, however it was cut."""
        data = self._rest + data
        self._rest = b""
        at = 0
        for found in _TOKEN.finditer(data):
            self._print(data[at : found.start()])
            at = found.end()
            self._obey(found)
        tail = data[at:]
        begins = tail.find(b"\x1b")
        if begins >= 0:
            tail, self._rest = tail[:begins], tail[begins:]
        else:
            # A sign cut in two waits for its other half.
            cut = next((i for i in range(1, min(4, len(tail) + 1)) if tail[-i] >= 0xC0), 0)
            if cut and cut < (2 if tail[-cut] < 0xE0 else 3 if tail[-cut] < 0xF0 else 4):
                tail, self._rest = tail[:-cut], tail[-cut:]
        self._print(tail)

    def _print(self, data: bytes) -> None:
        for sign in data.decode("utf-8", "replace"):
            width = 1 if sign.isascii() else cell_len(sign)
            if width == 0:
                self._join(sign)
                continue
            self._put(sign)
            if width == 2:
                self._put("")

    def _put(self, sign: str) -> None:
        if self._column < self.columns and self._row < self.rows:
            self.cells[self._row, self._column] = (sign, self._fore, self._back)
        self._column += 1

    def _join(self, sign: str) -> None:
        """Put an accent on the sign before it."""
        at = (self._row, self._column - 1)
        before, fore, back = self.cells.get(at, (" ", WHITE, BLACK))
        self.cells[at] = (before + sign, fore, back)

    def _obey(self, found: "re.Match[bytes]") -> None:
        private, numbers, between, final, _, single, control = found.groups()
        if single == b"7":
            self._kept = (self._row, self._column, self._fore, self._back)
        elif single == b"8":
            self._row, self._column, self._fore, self._back = self._kept
        elif control == b"\r":
            self._column = 0
        elif control == b"\n":
            self._row = min(self.rows - 1, self._row + 1)
        if final is None:
            return
        values = [int(part or 0) for part in re.split(rb"[;:]", numbers)]
        first = values[0]
        if private:
            if (private, final, between) == (b"?", b"p", b"$"):
                self._answer(b"\x1b[?%d;2$y" % first if first == 2026 else b"\x1b[?%d;0$y" % first)
            return
        match final:
            case b"H" | b"f":
                self._row, self._column = max(1, first) - 1, max(1, values[1] if len(values) > 1 else 1) - 1
            case b"G":
                self._column = max(1, first) - 1
            case b"A":
                self._row = max(0, self._row - max(1, first))
            case b"B":
                self._row = min(self.rows - 1, self._row + max(1, first))
            case b"C":
                self._column = min(self.columns - 1, self._column + max(1, first))
            case b"D":
                self._column = max(0, self._column - max(1, first))
            case b"J" if first == 2:
                self.cells.clear()
            case b"m":
                self._paint(values)
            case b"n" if first == 6:
                self._answer(b"\x1b[%d;%dR" % (self._row + 1, self._column + 1))
            case b"c" if not between:
                self._answer(b"\x1b[?64;1;2c")

    def _paint(self, values: list[int]) -> None:
        values = list(values)
        while values:
            value = values.pop(0)
            if value in (38, 48):
                kind = values.pop(0)
                if kind == 2:
                    colour: Colour = (values.pop(0), values.pop(0), values.pop(0))
                else:
                    colour = of_palette(values.pop(0))
                self._set(colour, back=value == 48)
            elif value == 0:
                self._fore, self._back = WHITE, BLACK
            elif value in (39, 49):
                self._set(BLACK if value == 49 else WHITE, back=value == 49)
            elif 30 <= value % 60 < 38 or 40 <= value % 60 < 48:
                number = value % 10 + (8 if value >= 90 else 0)
                self._set(_BASE[number], back=value // 10 in (4, 10))

    def _set(self, colour: Colour, *, back: bool) -> None:
        if back:
            self._back = colour
        else:
            self._fore = colour

    def quarters(self, row: int, column: int) -> tuple[Colour, Colour, Colour, Colour]:
        """The colours of a cell's quarters: upper left, upper right, lower left, lower right."""
        sign, fore, back = self.cells.get((row, column), (" ", WHITE, BLACK))
        filled = max(0, _QUARTERS.find(sign))
        return tuple(fore if filled & bit else back for bit in (8, 4, 2, 1))  # type: ignore[return-value]

    def picture(self, left: int, top: int, columns: int, rows: int) -> bytes:
        """A part of the screen, two pixels a cell one over the other: red, green, blue of each."""
        found = bytearray()
        for row in range(top, top + rows):
            for half in (0, 2):
                for column in range(left, left + columns):
                    found += bytes(self.quarters(row, column)[half])
        return bytes(found)

    def line(self, row: int) -> str:
        """The signs of a row."""
        return "".join(self.cells.get((row, column), (" ",))[0] for column in range(self.columns)).rstrip()

    def text(self) -> list[str]:
        """The signs, row by row."""
        return [self.line(row) for row in range(self.rows)]
