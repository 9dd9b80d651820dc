"""What the terminal is told, for many cells at once: each cell's bytes side by side, and those that it does not need left out."""

import numpy as np
import numpy.typing as npt

Text = npt.NDArray[np.uint8]
"""Bytes, a row for each cell; 0 stands for none."""
Bools = npt.NDArray[np.bool_]

_SIGNS = " ▗▖▄▝▐▞▟▘▚▌▙▀▜▛█"
"""Signs by which quarters are filled: 8 upper left, 4 upper right, 2 lower left, 1 lower right."""
COLOUR = 16
"""Bytes of the longest parameters of SGR that make one colour."""


def text(*words: bytes, width: int) -> Text:
    """Words of at most `width` bytes as rows."""
    return np.array([np.frombuffer(word.ljust(width, b"\0"), np.uint8) for word in words])


_ESCAPE = np.frombuffer(b"\x1b[", np.uint8)
DIGITS: Text = text(*(b"%d" % number for number in range(10_000)), width=4)
"""Numbers in four bytes or fewer."""
_BLOCKS = text(*(sign.encode() for sign in _SIGNS), width=3)
_MOVE = 12
_ON: Text = np.zeros((len(DIGITS), _MOVE), np.uint8)
"""What moves the cursor on by so many cells."""
_ON[1:, :2], _ON[2:, 2:6], _ON[1:, -1] = _ESCAPE, DIGITS[2:], ord("C")
_SIGN_SET = slice(_MOVE + 2, _MOVE + 2 + COLOUR)
_BETWEEN = _SIGN_SET.stop
_GROUND_SET = slice(_BETWEEN + 1, _BETWEEN + 1 + COLOUR)
_SET = _GROUND_SET.stop
_LENGTH = _SET + 1 + _BLOCKS.shape[1]


def cells(
    places: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
    corner: tuple[int, int],
    sets: tuple[Bools, Bools],
    colours: Text,
    signs: list[int],
) -> bytes:
    """These cells, each at its place, in its colours.

    Args:
        places: their rows and columns, in reading order.
        corner: left and top of the part of the screen that these are counted from.
        sets: which cells set the colour of the sign, and which that of its ground; the others have it from the one before.
        colours: parameters of SGR for those that set the sign's, and then for those that set the ground's.
        signs: by the quarters that are filled.
    """
    (rows, columns), (left, top), (of_sign, of_ground) = places, corner, sets
    found = np.zeros((len(rows), _LENGTH), np.uint8)
    begins, gap = np.ones(len(rows), bool), np.zeros(len(rows), np.intp)
    np.not_equal(rows[1:], rows[:-1], out=begins[1:])
    np.subtract(columns[1:], columns[:-1] + 1, out=gap[1:])
    gap[begins] = 0
    found[:, :_MOVE] = _ON[gap]
    found[begins, :_MOVE] = _to(rows[begins] + top + 1, columns[begins] + left + 1)
    either, both = of_sign | of_ground, of_sign & of_ground
    for at, where, letter in (
        (_MOVE, either, b"\x1b"),
        (_MOVE + 1, either, b"["),
        (_BETWEEN, both, b";"),
        (_SET, either, b"m"),
    ):
        np.multiply(where, ord(letter), out=found[:, at], casting="unsafe")
    number = int(of_sign.sum())
    found[of_sign, _SIGN_SET] = colours[:number]
    found[of_ground, _GROUND_SET] = colours[number:]
    found[:, _SET + 1 :] = _BLOCKS[signs]
    flat = found.ravel()
    return bytes(flat[flat != 0])


def _to(rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]) -> Text:
    """What moves the cursor to each of these places, counted from 1."""
    found = np.empty((len(rows), _MOVE), np.uint8)
    found[:, :2], found[:, 2:6], found[:, 6], found[:, 7:11], found[:, 11] = (
        _ESCAPE,
        DIGITS[rows],
        ord(";"),
        DIGITS[columns],
        ord("H"),
    )
    return found
