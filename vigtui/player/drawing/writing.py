"""What the terminal is told, for many cells at once: each cell's bytes side by side, and those that it does not need left out."""

import numpy as np
import numpy.typing as npt

Text = npt.NDArray[np.uint8]
"""Bytes, a row for each cell; 0 stands for none."""
Numbers = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

_SIGNS = " ▗▖▄▝▐▞▟▘▚▌▙▀▜▛█"
"""Signs by which quarters are filled: 8 upper left, 4 upper right, 2 lower left, 1 lower right."""
COLOUR = 16
"""Bytes of the longest parameters of SGR that make one colour."""
_ESCAPE, _SEMICOLON = np.frombuffer(b"\x1b[", np.uint8), ord(";")


def text(*words: bytes, width: int) -> Text:
    """Words of at most `width` bytes as rows."""
    return np.array([np.frombuffer(word.ljust(width, b"\0"), np.uint8) for word in words])


DIGITS: Text = text(*(b"%d" % number for number in range(10_000)), width=4)
"""Numbers in four bytes or fewer."""
_BLOCKS = text(*(sign.encode() for sign in _SIGNS), width=3)


def moves(rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], left: int, top: int) -> Text:
    """What moves the cursor to each of these cells, in reading order, after the one before was written."""
    found = np.zeros((len(rows), 12), np.uint8)
    gap = np.diff(columns, prepend=0) - 1
    new_row = np.diff(rows, prepend=-1) != 0
    moved = new_row | (gap > 0)
    found[moved, :2] = _ESCAPE
    found[moved, 11] = ord("C")
    far = ~new_row & (gap > 1)
    found[far, 2:6] = DIGITS[gap[far]]
    found[new_row, 2:6] = DIGITS[rows[new_row] + top + 1]
    found[new_row, 6] = _SEMICOLON
    found[new_row, 7:11] = DIGITS[columns[new_row] + left + 1]
    found[new_row, 11] = ord("H")
    return found


def changes(fore: Text, back: Text, sets_fore: Bools, sets_back: Bools) -> Text:
    """What sets the colours of each cell.

    Args:
        fore: parameters of the sign's colour, for the cells that set one.
        back: of its ground.
        sets_fore: which cells set the first.
        sets_back: which cells set the second.
    """
    found = np.zeros((len(sets_fore), 2 + COLOUR + 1 + COLOUR + 1), np.uint8)
    either = sets_fore | sets_back
    found[either, :2] = _ESCAPE
    found[sets_fore, 2 : 2 + COLOUR] = fore
    found[sets_fore & sets_back, 2 + COLOUR] = _SEMICOLON
    found[sets_back, 3 + COLOUR : -1] = back
    found[either, -1] = ord("m")
    return found


def joined(*parts: Text) -> bytes:
    """The parts of every cell, and one cell after the other."""
    whole = np.concatenate(parts, axis=1)
    return bytes(whole[whole != 0])


def signs(numbers: list[int]) -> Text:
    """Signs by the quarters that are filled."""
    return _BLOCKS[numbers]
