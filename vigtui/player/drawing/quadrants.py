"""Four pixels a cell in two colours: twice the detail across, for the price of finding the best two colours."""

import numpy as np

from vigtui.player.drawing.cells import Bools, ColourCells
from vigtui.player.drawing.colours import Codes, Colours, Pixels
from vigtui.player.drawing.writing import Text

_MASKS = (0, 1, 2, 3, 4, 5, 6, 7)
"""Each way to split four quarters in two; the other eight are their negatives."""
_BITS = (8, 4, 2, 1)
"""Upper left, upper right, lower left, lower right."""


class Quadrants(ColourCells):
    """Quarter blocks."""

    grid = (2, 2)

    def __init__(self, columns: int, rows: int, left: int, top: int, colours: Colours) -> None:
        super().__init__(columns, rows, left, top, _InTwo(colours))

    def _blocks_of(self, cells: Bools) -> tuple[Codes, Codes, Codes]:
        codes = [self._codes[row::2, column::2][cells] for row, column in ((0, 0), (0, 1), (1, 0), (1, 1))]
        ground = codes[3]
        other = np.where(codes[0] != ground, codes[0], np.where(codes[1] != ground, codes[1], codes[2]))
        sign = np.zeros_like(ground)
        for code, bit in zip(codes, _BITS, strict=True):
            sign |= np.where(code != ground, bit, 0).astype(np.int32)
        return sign, other, ground


class _InTwo(Colours):
    """Colours of which a cell of two by two pixels has no more than two."""

    def __init__(self, colours: Colours) -> None:
        self._colours = colours

    def target(self, picture: Pixels) -> Pixels:
        return self._colours.target(picture)

    def nearest(self, pixels: Pixels, *, exact: bool) -> tuple[Pixels, Codes]:
        quarters = np.stack([pixels[0::2, 0::2], pixels[0::2, 1::2], pixels[1::2, 0::2], pixels[1::2, 1::2]])
        whole = quarters.sum(0, dtype=np.int32)
        best = np.full(whole.shape[:2], np.iinfo(np.int64).max)
        fore, back = np.zeros_like(pixels[0::2, 0::2]), np.zeros_like(pixels[0::2, 0::2])
        split = np.zeros(whole.shape[:2], np.int32)
        for mask in _MASKS:
            filled = [i for i, bit in enumerate(_BITS) if mask & bit]
            one = quarters[filled].sum(0, dtype=np.int32)
            # The squared error falls as the squares of the two sums, over their counts, rise.
            rest = (whole - one) ** 2 // (4 - len(filled))
            score = -(rest + (one**2 // len(filled) if filled else 0)).sum(-1, dtype=np.int64)
            better = score < best
            best = np.where(better, score, best)
            split = np.where(better, mask, split)
            mean = one // max(1, len(filled))
            fore = np.where(better[..., None], mean if filled else whole // 4, fore).astype(np.int16)
            back = np.where(better[..., None], (whole - one) // (4 - len(filled)), back).astype(np.int16)
        fore, fore_codes = self._colours.nearest(fore, exact=exact)
        back, back_codes = self._colours.nearest(back, exact=exact)
        shown, codes = np.empty_like(pixels), np.empty(pixels.shape[:2], np.int32)
        for bit, (row, column) in zip(_BITS, ((0, 0), (0, 1), (1, 0), (1, 1)), strict=True):
            filled_here = (split & bit) > 0
            shown[row::2, column::2] = np.where(filled_here[..., None], fore, back)
            codes[row::2, column::2] = np.where(filled_here, fore_codes, back_codes)
        return shown, codes

    def codes(self, numbers: Codes, *, of_signs: int) -> Text:
        return self._colours.codes(numbers, of_signs=of_signs)
