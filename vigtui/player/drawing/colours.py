"""How many colours a terminal has, and the nearest it can show to a picture's own. Only the film's helper imports numpy."""

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

from vigtui.player.drawing.writing import COLOUR, DIGITS, Text, text

Pixels = npt.NDArray[np.int16]
"""A picture: rows, columns, and red, green and blue from 0 to 255."""
Codes = npt.NDArray[np.int32]
"""One colour a pixel, as `Colours.codes` writes it."""

_PALETTE = 1 << 24
"""Marks a code that is a number of the palette of 256 colours."""
_RAMP, _RAMP_FROM, _RAMP_STEP, _RAMP_LENGTH = 232, 8, 10, 24
"""xterm's greys: the first number, its level, and the levels between two of the 24 (xterm's 256colres.h)."""
_CUBE = (0, 95, 135, 175, 215, 255)
"""Levels of xterm's cube of 216 colours, which begins at number 16."""
_SIXTEEN = (
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
"""xterm's own first sixteen; where a user has others, the picture takes on their tone."""


class Colours(ABC):
    """What a terminal makes of a colour."""

    def target(self, picture: Pixels) -> Pixels:
        """What is to be aimed at for this picture."""
        return picture

    @abstractmethod
    def nearest(self, pixels: Pixels, *, exact: bool) -> tuple[Pixels, Codes]:
        """The colours the terminal will show, and their codes.

        Args:
            pixels: what is wanted.
            exact: as near as the terminal can; else what takes fewer bytes and looks the same.
        """

    @abstractmethod
    def codes(self, numbers: Codes, *, of_signs: int) -> Text:
        """The parameters of SGR that make so many of these, the first, the colour of a sign, and the rest that of its ground."""


class TrueColour(Colours):
    """All 16 million; while the film plays in steps of four levels, and greys from the ramp where they are near."""

    _STEP = 4  # a power of two
    _NEAR = 2
    _ON_SIGN, _ON_GROUND = text(b"38;2;   ;   ;   ", b"48;2;   ;   ;   ", width=COLOUR)

    def nearest(self, pixels: Pixels, *, exact: bool) -> tuple[Pixels, Codes]:
        if exact:
            return pixels, _packed(pixels)
        red, green, blue = (np.ascontiguousarray(pixels[..., channel]) for channel in range(3))
        low, high = np.minimum(np.minimum(red, green), blue), np.maximum(np.maximum(red, green), blue)
        step = ((low + high >> 1) - (_RAMP_FROM - _RAMP_STEP // 2)) // _RAMP_STEP
        step = np.minimum(np.maximum(step, 0), _RAMP_LENGTH - 1)
        grey = _RAMP_FROM + _RAMP_STEP * step
        near = np.maximum(np.abs(high - grey), np.abs(low - grey)) <= self._NEAR
        shown = np.minimum(pixels + self._STEP // 2 & ~(self._STEP - 1), 255)  # black stays black, and white white
        codes = np.where(near, _PALETTE | (_RAMP + step.astype(np.int32)), _packed(shown))
        for channel in range(3):  # three times as quick as all at once
            np.copyto(shown[..., channel], grey, where=near)
        return shown, codes

    def codes(self, numbers: Codes, *, of_signs: int) -> Text:
        found: Text = np.empty((len(numbers), COLOUR), np.uint8)
        found[:of_signs], found[of_signs:] = self._ON_SIGN, self._ON_GROUND
        for at, shift in ((5, 16), (9, 8), (13, 0)):
            found[:, at : at + 3] = DIGITS[numbers >> shift & 255, :3]
        greys = (numbers & _PALETTE) > 0
        found[greys, 3] = ord("5")
        found[greys, 5:8] = found[greys, 13:16]
        found[greys, 8:] = 0
        return found


class _Palette(Colours):
    """A list of colours of which the nearest is taken, looked up in a table of 32 levels a channel."""

    def __init__(self, colours: npt.NDArray[np.int16]) -> None:
        self._colours = colours
        levels = np.arange(32) * 8 + 4
        red, green, blue = np.meshgrid(levels, levels, levels, indexing="ij")
        wanted = np.stack([red, green, blue], axis=-1).reshape(-1, 1, 3)
        self._table = np.concatenate(
            [((part - colours[None]) ** 2).sum(-1).argmin(-1) for part in np.array_split(wanted, 32)]
        ).astype(np.int32)
        self._codes = [text(*words, width=COLOUR) for words in zip(*map(self._code, range(len(colours))), strict=True)]

    def codes(self, numbers: Codes, *, of_signs: int) -> Text:
        on_sign, on_ground = self._codes
        return np.concatenate((on_sign[numbers[:of_signs]], on_ground[numbers[of_signs:]]))

    @abstractmethod
    def _code(self, number: int) -> tuple[bytes, bytes]:
        """The parameters for the sign and for its ground."""

    def nearest(self, pixels: Pixels, *, exact: bool) -> tuple[Pixels, Codes]:
        level = (pixels >> 3).astype(np.int32)
        found = self._table[level[..., 0] << 10 | level[..., 1] << 5 | level[..., 2]]
        return self._colours[found], found


class Palette256(_Palette):
    """xterm's cube and greys; the first sixteen are left out, since users change them."""

    def __init__(self) -> None:
        cube = [(red, green, blue) for red in _CUBE for green in _CUBE for blue in _CUBE]
        greys = [(level,) * 3 for level in range(_RAMP_FROM, 239, _RAMP_STEP)]
        super().__init__(np.array(cube + greys, np.int16))

    def _code(self, number: int) -> tuple[bytes, bytes]:
        return b"38;5;%d" % (number + 16), b"48;5;%d" % (number + 16)


class Palette16(_Palette):
    """The sixteen every terminal has, mixed by a fixed pattern so that more tones are seen and nothing flickers."""

    _BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) * 4 - 30
    """Bayer's matrix, in levels around zero."""

    def __init__(self) -> None:
        super().__init__(np.array(_SIXTEEN, np.int16))

    def target(self, picture: Pixels) -> Pixels:
        high, wide, _ = picture.shape
        pattern = np.tile(self._BAYER, (high // 4 + 1, wide // 4 + 1))[:high, :wide]
        mixed: Pixels = np.clip(picture + pattern[..., None], 0, 255).astype(np.int16)
        return mixed

    def _code(self, number: int) -> tuple[bytes, bytes]:
        fore, back = (30, 40) if number < 8 else (82, 92)
        return b"%d" % (fore + number), b"%d" % (back + number)


DEPTHS: dict[str, type[Colours]] = {"true": TrueColour, "256": Palette256, "16": Palette16}
"""Depths by their names; “none” has no colours and is drawn by `letters`."""


def _packed(pixels: Pixels) -> Codes:
    red, green, blue = (pixels[..., channel].astype(np.int32) for channel in range(3))
    return red << 16 | green << 8 | blue
