"""A picture as terminal cells: only what changed, worst first, in as few bytes as it takes.

Which cells are written is decided by what they add to the likeness: while the film plays, the cells that differ most are
written until the picture is as like the wanted one as asked (PSNR), and the rest waits. A paused picture is written to
the end. A cell is written whole: what changed least in it comes for nothing. It costs a move where it does not follow the
one before, the colours that are not in force already, and one sign: of the two ways to write a block, its sign or the
sign's negative, the one is taken that needs fewer codes.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vigtui.player.drawing import writing
from vigtui.player.drawing.colours import Codes, Colours, Pixels

LIKENESS = 40.5
"""Decibels of PSNR that a playing picture is held at; from about 40 the eye finds no difference in motion."""
_UNKNOWN = 10**6
"""The gain of a cell of which nobody knows what it shows; more than any difference of colours."""
_BYTES_A_CELL = 36.0
"""What a changed cell takes on average, for choosing as many as a budget allows: at first, then as it was seen of late."""
_AT_LEAST = 0.3
"""Part of the allowed error that may stay where the terminal's colours take up all of it."""
_FEWEST = 10
"""Cells that are written however small the budget is."""

_UPPER, _FULL = 12, 15
"""Signs by which quarters are filled: 8 upper left, 4 upper right, 2 lower left, 1 lower right."""
_AS_IT_IS = -1
"""A colour that is in force already."""
_RAMP = b" .,:;i1tfLCG08@"
"""Letters from dark to light."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Written:
    """What `encode` wrote.

    Attributes:
        data: for the terminal; empty where nothing was to be written.
        complete: whether the terminal shows the picture as well as was asked; False where the budget ran out.
    """

    data: bytes
    complete: bool


class Cells(ABC):
    """A part of the terminal's screen that shows pictures, and what it shows now.

    Attributes:
        columns, rows: its size in cells.
        grid: columns and rows of pixels that one cell shows.
    """

    grid = (1, 1)

    def __init__(self, columns: int, rows: int, left: int, top: int) -> None:
        self.columns, self.rows = columns, rows
        self._left, self._top = left, top
        wide, high = self.grid
        self._shown: Pixels = np.zeros((rows * high, columns * wide, 3), np.int16)
        self._unknown: Bools = np.ones((rows, columns), bool)
        self._closed: Bools = np.zeros((rows, columns), bool)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pictures, in pixels."""
        return self.columns * self.grid[0], self.rows * self.grid[1]

    @property
    def shown(self) -> Pixels:
        """The picture that the terminal shows."""
        return self._shown

    def forget(self, left: int, top: int, width: int, height: int) -> None:
        """Something else was written in this part of the screen: what is here of it is to be written anew."""
        left, top = left - self._left, top - self._top
        self._unknown[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)] = True

    def close(self, holes: Iterable[tuple[int, int, int, int]]) -> None:
        """Leave cells alone that belong to somebody else now: left, top, width, height of each rectangle, in cells."""
        closed = np.zeros_like(self._closed)
        for left, top, width, height in holes:
            closed[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)] = True
        self._unknown |= self._closed & ~closed
        self._closed = closed

    @abstractmethod
    def encode(
        self, picture: Pixels, *, likeness: float | None = None, part: float = 1.0, most: int | None = None
    ) -> Written:
        """Write what makes the terminal show `picture`.

        Args:
            picture: of the size `size`.
            likeness: PSNR in decibels that is enough; None writes it to the end.
            part: how much of it the likeness is of; black beside a film is shown as it is, and would count as likeness.
            most: bytes that are roughly not to be exceeded; the cells that differ most come first.
        """


class ColourCells(Cells):
    """Blocks in two colours a cell, or spaces in one where the terminal has no blocks."""

    def __init__(self, columns: int, rows: int, left: int, top: int, colours: Colours, *, blocks: bool = True) -> None:
        super().__init__(columns, rows, left, top)
        self._colours = colours
        self._blocks = blocks
        self._bytes_a_cell = _BYTES_A_CELL
        self._codes: Codes = np.zeros(self._shown.shape[:2], np.int32)

    def encode(
        self, picture: Pixels, *, likeness: float | None = None, part: float = 1.0, most: int | None = None
    ) -> Written:
        target = self._colours.target(picture)
        missing = _error(target, self._shown)
        bound = None if likeness is None else _bound(likeness, missing.size * part)
        if bound is not None and missing.sum(dtype=np.int64) <= bound and not self._unknown.any():
            return Written(b"", complete=True)
        wanted, codes = self._colours.nearest(target, exact=likeness is None)
        left_over = _error(target, wanted)
        # Beyond what the terminal's colours leave in any case.
        unavoidable = float(np.minimum(left_over, missing).sum(dtype=np.int64))
        allowed = None if bound is None else max(bound - unavoidable, bound * _AT_LEAST)
        cells, complete = self._choose(_of_cells(missing - left_over, self.grid), allowed, most)
        late = self._unknown & ~self._closed
        if blank := not complete and bool(late.any()):  # until their turn comes: no words stay there meanwhile
            black = _spread(late, self.grid)
            nothing = self._colours.nearest(np.zeros_like(picture), exact=True)
            wanted, codes = np.where(black[..., None], nothing[0], wanted), np.where(black, nothing[1], codes)
            cells |= late
            self._unknown &= ~late
        chosen = _spread(cells, self.grid)
        for channel in range(3):  # three times as quick as all at once
            np.copyto(self._shown[..., channel], wanted[..., channel], where=chosen)
        np.copyto(self._codes, codes, where=chosen)
        written = Written(self._write(cells), complete)
        if (number := int(cells.sum())) >= _FEWEST and not blank:
            self._bytes_a_cell += (len(written.data) / number - self._bytes_a_cell) / 4
        return written

    def _choose(self, gain: Codes, allowed: float | None, most: int | None) -> tuple[Bools, bool]:
        """Which cells to write anew, and whether that is all there is to write.

        Args:
            gain: by how much each cell's squared error would fall.
            allowed: the sum of gains that may be left; None leaves nothing.
            most: as for `encode`.
        """
        gain = np.where(self._unknown, _UNKNOWN, gain)
        gain[self._closed] = 0
        least = 1
        if allowed is not None:
            rest = np.sort(np.maximum(gain, 0), axis=None)
            first = int(np.searchsorted(np.cumsum(rest, dtype=np.int64), allowed))
            least = max(1, int(rest[first])) if first < rest.size else _UNKNOWN + 1
        chosen, complete = gain >= least, True
        if most is not None:
            number = max(_FEWEST, int(most / self._bytes_a_cell))
            if int(chosen.sum()) > number:
                best = np.argpartition(gain, gain.size - number, axis=None)[-number:]
                chosen, complete = np.zeros_like(chosen), False
                chosen.flat[best] = True
        self._unknown &= ~chosen
        return chosen, complete

    def _blocks_of(self, cells: Bools) -> tuple[Codes, Codes, Codes]:
        """Sign (as quarters filled), colour of the sign and of its ground, of each of these cells in reading order."""
        codes = self._codes[cells]
        return np.zeros_like(codes), codes, codes

    def _write(self, cells: Bools) -> bytes:
        rows, columns = np.nonzero(cells)
        if not rows.size:
            return b""
        fores, backs, signs = self._changes(*(found.tolist() for found in self._blocks_of(cells)))
        sets_fore, sets_back = fores != _AS_IT_IS, backs != _AS_IT_IS
        numbers = fores[sets_fore]
        colours = self._colours.codes(np.concatenate((numbers, backs[sets_back])), of_signs=len(numbers))
        return writing.cells((rows, columns), (self._left, self._top), (sets_fore, sets_back), colours, signs)

    def _changes(self, signs: list[int], ones: list[int], others: list[int]) -> tuple[Codes, Codes, list[int]]:
        """Which colours each cell sets before its sign, so that few are set: a block, or the other colour's negative of it."""
        found: list[tuple[int, int, int]] = []
        add = found.append
        fore = back = _AS_IT_IS
        for sign, one, other in zip(signs, ones, others, strict=True):
            if one == other:
                if back == one:
                    add((_AS_IT_IS, _AS_IT_IS, 0))
                elif fore == one and self._blocks:
                    add((_AS_IT_IS, _AS_IT_IS, _FULL))
                else:
                    add((_AS_IT_IS, one, 0))
                    back = one
            elif (fore != other) + (back != one) < (fore != one) + (back != other):
                add((other if fore != other else _AS_IT_IS, one if back != one else _AS_IT_IS, _FULL - sign))
                fore, back = other, one
            else:
                add((one if fore != one else _AS_IT_IS, other if back != other else _AS_IT_IS, sign))
                fore, back = one, other
        fores, backs, written = zip(*found, strict=True)
        return np.array(fores, np.int32), np.array(backs, np.int32), list(written)


class HalfBlocks(ColourCells):
    """Two pixels a cell, one over the other."""

    grid = (1, 2)

    def _blocks_of(self, cells: Bools) -> tuple[Codes, Codes, Codes]:
        upper, lower = self._codes[0::2][cells], self._codes[1::2][cells]
        return np.full_like(upper, _UPPER), upper, lower


class Letters(Cells):
    """Letters from dark to light, for a terminal without colours."""

    def __init__(self, columns: int, rows: int, left: int, top: int) -> None:
        super().__init__(columns, rows, left, top)
        self._letters = np.zeros((rows, columns), np.int16)

    def encode(
        self, picture: Pixels, *, likeness: float | None = None, part: float = 1.0, most: int | None = None
    ) -> Written:
        light = (picture @ np.array([0.299, 0.587, 0.114])) * len(_RAMP) / 256
        # A letter stays until the light has left its band by a fifth, so that noise does not dance.
        slack = 0.5 if likeness is None else 0.7
        stale = (np.abs(light - self._letters - 0.5) > slack) | self._unknown
        changed = stale & ~self._closed
        self._letters = np.where(changed, light.astype(np.int16), self._letters)
        self._unknown &= self._closed
        light_of = (self._letters * 255 // (len(_RAMP) - 1)).astype(np.int16)
        self._shown = np.repeat(light_of[..., None], 3, axis=2)
        out: list[bytes] = []
        at_row = at_column = -1
        for row, column in np.argwhere(changed).tolist():
            if row != at_row:
                out.append(b"\x1b[%d;%dH" % (row + self._top + 1, column + self._left + 1))
            elif column != at_column:
                out.append(b"\x1b[%dC" % (column - at_column))
            at_row, at_column = row, column + 1
            letter = int(self._letters[row, column])
            out.append(_RAMP[letter : letter + 1])
        return Written(b"".join(out), complete=likeness is None)


def _error(one: Pixels, other: Pixels) -> Codes:
    """Squared difference a pixel, over its three colours."""
    by = (one - other).astype(np.int32)
    by *= by
    found: Codes = by[..., 0] + by[..., 1] + by[..., 2]
    return found


def _bound(likeness: float, pixels: float) -> float:
    """The squared error over so many pixels at which a picture is as like as this, in decibels."""
    return 255**2 / 10 ** (likeness / 10) * pixels * 3


def _spread(cells: Bools, grid: tuple[int, int]) -> Bools:
    """One value a cell as one a pixel."""
    wide, high = grid
    return np.repeat(np.repeat(cells, high, axis=0), wide, axis=1) if grid != (1, 1) else cells


def _of_cells(pixels: Codes, grid: tuple[int, int]) -> Codes:
    """The sum of the values of each cell's pixels."""
    wide, high = grid
    rows, columns = pixels.shape
    found: Codes = np.asarray(pixels.reshape(rows // high, high, columns // wide, wide).sum(axis=(1, 3)), np.int32)
    return found
