"""Pictures as cells."""

import pytest
from rich.color import ColorSystem, ColorType

from vigtui.domain.derived import Picture
from vigtui.domain.errors import NotSensible
from vigtui.widgets.cells import fitting, half_blocks, shrunk

RED, BLUE, WHITE, BLACK = bytes((255, 0, 0)), bytes((0, 0, 255)), bytes((255, 255, 255)), bytes(3)
FLAG = Picture(2, 2, RED + WHITE + BLUE + WHITE)


def test_two_pixels_stand_in_one_cell_and_neighbours_alike_are_one_piece():
    (line,) = half_blocks(FLAG, ColorSystem.TRUECOLOR)
    assert [segment.text for segment in line] == ["▀", " "]
    style = line[0].style
    assert (style.color.triplet, style.bgcolor.triplet) == ((255, 0, 0), (0, 0, 255))
    (line,) = half_blocks(Picture(4, 2, WHITE * 8), ColorSystem.TRUECOLOR)
    assert [segment.text for segment in line] == ["    "]


@pytest.mark.parametrize(
    ("colours", "kind"),
    [(ColorSystem.EIGHT_BIT, ColorType.EIGHT_BIT), (ColorSystem.STANDARD, ColorType.STANDARD)],
)
def test_colours_are_those_that_the_terminal_has(colours, kind):
    (line,) = half_blocks(FLAG, colours)
    assert {segment.style.color.type for segment in line} == {kind}


def test_without_colours_brightness_stands_as_shades_and_without_blocks_as_ascii():
    picture = Picture(3, 2, (BLACK + bytes((128,) * 3) + WHITE) * 2)
    assert "".join(segment.text for segment in half_blocks(picture, None)[0]) == " ▒█"
    assert "".join(segment.text for segment in half_blocks(picture, None, blocks=False)[0]) == " +@"


@pytest.mark.parametrize(
    ("size", "cells"), [((64, 36), (14, 8)), ((27, 48), (4, 8)), ((64, 6), (14, 2)), ((2, 48), (1, 8))]
)
def test_a_picture_keeps_its_shape_in_the_cells_it_gets(size, cells):
    width, height = fitting(Picture(*size, bytes(3 * size[0] * size[1])), 14, 4)
    assert abs(width - cells[0]) <= 1
    assert height == cells[1]


def test_a_smaller_picture_has_the_means_of_the_larger_and_a_larger_one_its_pixels():
    chess = Picture(4, 4, (BLACK + WHITE + BLACK + WHITE + WHITE + BLACK + WHITE + BLACK) * 2)
    assert set(shrunk(chess, 2, 2).rgb) == {127}
    assert shrunk(FLAG, 4, 2).rgb == RED * 2 + WHITE * 2 + BLUE * 2 + WHITE * 2


def test_a_picture_needs_all_its_pixels():
    with pytest.raises(NotSensible):
        Picture(2, 2, bytes(11))
