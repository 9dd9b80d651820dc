"""Which way of drawing suits a place: blocks in colours, letters, or a picture of pixels."""

from vigtui.player.canvas import Aim
from vigtui.player.drawing.cells import Cells, ColourCells, HalfBlocks, Letters
from vigtui.player.drawing.colours import DEPTHS
from vigtui.player.drawing.pixels import KittyPixels, SixelPixels
from vigtui.player.drawing.quadrants import Quadrants


def cells_for(aim: Aim) -> Cells:
    """The cells of a place, drawn as it says."""
    place = (aim.columns, aim.rows, aim.left, aim.top)
    if aim.blocks == "kitty":
        return KittyPixels(*place, aim.cell)
    if aim.blocks == "sixel":
        return SixelPixels(*place, aim.cell)
    if aim.depth not in DEPTHS:
        return Letters(*place)
    colours = DEPTHS[aim.depth]()
    if aim.blocks == "quadrant":
        return Quadrants(*place, colours)
    if aim.blocks == "half":
        return HalfBlocks(*place, colours)
    return ColourCells(*place, colours, blocks=False)
