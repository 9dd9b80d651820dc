"""Pictures of real pixels, for terminals that show them: the kitty graphics protocol, and sixels.

Such a terminal keeps a picture where it was put; what lies over it (a dialog, a notice) cannot be cut out of it. So where
there are holes the picture is taken away, and it comes back when they have gone.
"""

import zlib
from abc import abstractmethod
from base64 import standard_b64encode
from collections.abc import Iterable

import numpy as np

from vigtui.player.drawing.cells import Cells, Written
from vigtui.player.drawing.colours import Pixels

_MOST_PIXELS = 640 * 360
"""A film is not drawn finer than that: more takes longer than a frame lasts."""
_CHUNK = 4096
"""Bytes of a chunk of the kitty protocol, at most (its specification, “Remote clients”)."""
_PICTURE = 86
"""The number of our picture; any but 0 serves."""
_LEVELS = 6
"""Levels a channel of the sixel palette: 216 colours, within the 256 that terminals promise."""


class _Pixels(Cells):
    """A picture that is written whole whenever it has changed."""

    def __init__(self, columns: int, rows: int, left: int, top: int, cell: tuple[int, int]) -> None:
        wide, high = columns * cell[0], rows * cell[1]
        shrink = max(1.0, (wide * high / _MOST_PIXELS) ** 0.5)
        self._size = self._pixels(wide, high, shrink)
        super().__init__(columns, rows, left, top)
        self._shown = np.zeros((self._size[1], self._size[0], 3), np.int16)
        self._holes = self._there = False

    def _pixels(self, wide: int, high: int, shrink: float) -> tuple[int, int]:
        return max(1, int(wide / shrink)), max(1, int(high / shrink))

    @property
    def size(self) -> tuple[int, int]:
        return self._size

    def close(self, holes: Iterable[tuple[int, int, int, int]]) -> None:
        closed = list(holes)
        super().close(closed)
        self._holes = bool(closed)
        self._unknown[:] = True

    def encode(
        self, picture: Pixels, *, likeness: float | None = None, part: float = 1.0, most: int | None = None
    ) -> Written:
        if self._holes:
            there, self._there = self._there, False
            return Written(self._away() if there else b"", complete=True)
        if not self._unknown.any() and np.array_equal(picture, self._shown):
            return Written(b"", complete=True)
        self._unknown[:] = False
        self._shown, self._there = picture, True
        at = b"\x1b[%d;%dH" % (self._top + 1, self._left + 1)
        return Written(at + self._draw(picture), complete=True)

    @abstractmethod
    def _draw(self, picture: Pixels) -> bytes:
        """What draws it where the cursor is."""

    def _away(self) -> bytes:
        """Take the picture away."""
        return b""


class KittyPixels(_Pixels):
    """The kitty graphics protocol: compressed pixels, stretched over the cells by the terminal."""

    def _draw(self, picture: Pixels) -> bytes:
        high, wide, _ = picture.shape
        data = standard_b64encode(zlib.compress(picture.astype(np.uint8).tobytes(), 1))
        chunks = [data[i : i + _CHUNK] for i in range(0, len(data), _CHUNK)]
        first = b"a=T,f=24,o=z,q=2,C=1,i=%d,p=1,s=%d,v=%d,c=%d,r=%d," % (_PICTURE, wide, high, self.columns, self.rows)
        return b"".join(
            b"\x1b_G%sm=%d;%s\x1b\\" % (first if i == 0 else b"", i + 1 < len(chunks), chunk)
            for i, chunk in enumerate(chunks)
        )

    def _away(self) -> bytes:
        return b"\x1b_Ga=d,d=I,i=%d,q=2\x1b\\" % _PICTURE


class SixelPixels(_Pixels):
    """Sixels: bands of six rows, a pass over each band for every colour in it."""

    def _pixels(self, wide: int, high: int, shrink: float) -> tuple[int, int]:
        # A sixel is a pixel of the terminal: the picture cannot be stretched, and its last band must not pass the place.
        return max(1, wide), max(6, high // 6 * 6)

    def _draw(self, picture: Pixels) -> bytes:
        steps = (picture * (_LEVELS - 1) + 127) // 255
        colours = (steps[..., 0] * _LEVELS + steps[..., 1]) * _LEVELS + steps[..., 2]
        out = [b'\x1bP0;1;0q"1;1;%d;%d' % (picture.shape[1], picture.shape[0]), _palette()]
        out += [_band(colours[row : row + 6]) for row in range(0, colours.shape[0], 6)]
        return b"".join([*out, b"\x1b\\"])


def _palette() -> bytes:
    """The sixel palette, in the per cent that sixels speak of."""
    cent = [100 * level // (_LEVELS - 1) for level in range(_LEVELS)]
    return b"".join(
        b"#%d;2;%d;%d;%d" % ((red * _LEVELS + green) * _LEVELS + blue, cent[red], cent[green], cent[blue])
        for red in range(_LEVELS)
        for green in range(_LEVELS)
        for blue in range(_LEVELS)
    )


def _band(colours: "np.ndarray[tuple[int, ...], np.dtype[np.int16]]") -> bytes:
    """Six rows: for each colour its bits, column by column, runs written with their length."""
    weights = (1 << np.arange(6)).reshape(6, 1)
    passes = []
    for colour in np.unique(colours).tolist():
        bits = ((colours == colour) * weights).sum(0)
        ends = np.flatnonzero(np.diff(bits, append=-1))
        lengths = np.diff(ends, prepend=-1)
        runs = b"".join(
            b"!%d%c" % (length, 63 + bit) if length > 3 else bytes([63 + bit]) * length
            for bit, length in zip(bits[ends].tolist(), lengths.tolist(), strict=True)
        )
        passes.append(b"#%d%s" % (colour, runs))
    return b"$".join(passes) + b"-"
