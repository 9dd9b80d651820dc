"""Only changed cells are written; what the terminal shows is what Textual would have it show."""

import random

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.color import Color
from textual.geometry import Region, Size
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip

from tests.support.screen import Screen
from vigtui.widgets.sparing import FILM, Sparing

SIZE = Size(20, 4)
STYLES = [
    None,
    Style(color="#ff0000"),
    Style(bold=True, bgcolor="#000080"),
    Style(color="color(200)"),
    Style(reverse=True),
]
WORDS = ["play ", "ab", "naïve", "日本", "e\u0301a", "…", "[b]", "▀▄", " ", "👩"]


@pytest.fixture
def console() -> Console:
    return Console(force_terminal=True, color_system="truecolor", width=20)


def full(lines: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[line] for line in lines], Region(0, 0, *SIZE))


def line_of(words: str, style: Style | None = None) -> Strip:
    return Strip([Segment(words, style)]).adjust_cell_length(SIZE.width)


def test_nothing_is_written_twice(console: Console) -> None:
    sparing = Sparing()
    lines = [line_of("one"), line_of("two"), line_of("three"), line_of("four")]
    assert sparing.render(full(lines), console, SIZE)
    assert sparing.render(full(lines), console, SIZE) == ""
    sparing.forget()
    assert sparing.render(full(lines), console, SIZE)


def test_one_changed_sign_is_one_sign(console: Console) -> None:
    sparing = Sparing()
    lines = [line_of("00:12.4")] * 4
    sparing.render(full(lines), console, SIZE)
    assert sparing.render(full([*lines[:2], line_of("00:12.5"), lines[3]]), console, SIZE) == "\x1b[3;7H\x1b[m5\x1b[m"


def test_slanted_letters_stand_upright_where_the_terminal_has_none(console: Console) -> None:
    slanted = [Strip([Segment("ab" * 10, Style(italic=True, bold=True))])] * 4
    assert "\x1b[0;1;3m" in Sparing().render(full(slanted), console, SIZE)
    assert "\x1b[0;1m" in Sparing(slanted=False).render(full(slanted), console, SIZE)


def test_part_of_a_line(console: Console) -> None:
    sparing, screen = Sparing(), Screen(*SIZE)
    screen.feed(sparing.render(full([line_of("left right")] * 4), console, SIZE).encode())
    chops = [{0: Strip([Segment("left ")]), 5: Strip([Segment("wrong")])} for _ in range(4)]
    update = ChopsUpdate(chops, [(1, 5, 10)], [[5, 10]] * 4)
    screen.feed(sparing.render(update, console, SIZE).encode())
    assert [line.strip() for line in screen.text()] == ["left right", "left wrong", "left right", "left right"]


def test_cells_of_the_film_are_left_alone_and_their_coming_back_is_told(console: Console) -> None:
    sparing, screen = Sparing(), Screen(*SIZE)
    film = Strip([Segment("ab"), Segment(" " * 10, FILM), Segment("cd")]).adjust_cell_length(20)
    screen.feed(sparing.render(full([film] * 4), console, SIZE).encode())
    assert sparing.uncovered == Region(2, 0, 10, 4)
    sparing.uncovered = Region()
    screen.feed(b"\x1b[1;3HFILMFILMFI")
    screen.feed(sparing.render(full([film] * 4), console, SIZE).encode())
    assert screen.text()[0].startswith("abFILMFILMFIcd")
    assert not sparing.uncovered
    screen.feed(sparing.render(full([line_of("a notice over it"), *[film] * 3]), console, SIZE).encode())
    assert screen.text()[0] == "a notice over it"
    screen.feed(sparing.render(full([film] * 4), console, SIZE).encode())
    assert sparing.uncovered == Region(2, 0, 10, 1)


def test_below_a_dialog_they_are_left_alone_too(console: Console) -> None:
    sparing = Sparing()
    dimmed = Strip(BackgroundScreen.process_segments([Segment(" " * 20, FILM)], Color(20, 20, 20, 0.6)))
    assert " " not in sparing.render(full([dimmed] * 4), console, SIZE)
    assert sparing.uncovered == Region(0, 0, 20, 4)


@pytest.mark.parametrize("seed", range(8))
def test_any_updates_end_at_what_is_wanted(console: Console, seed: int) -> None:
    dice = random.Random(seed)
    sparing, screen = Sparing(), Screen(*SIZE)
    for _ in range(12):
        lines = []
        for _ in range(SIZE.height):
            words = [Segment(dice.choice(WORDS), dice.choice(STYLES)) for _ in range(dice.randrange(8))]
            lines.append(Strip(words).crop(0, SIZE.width).adjust_cell_length(SIZE.width))
        screen.feed(sparing.render(full(lines), console, SIZE).encode())
        fresh = Screen(*SIZE)
        fresh.feed(Sparing().render(full(lines), console, SIZE).encode())
        assert [screen.line(y) for y in range(4)] == [fresh.line(y) for y in range(4)]
        assert {at: cell[1:] for at, cell in fresh.cells.items()} == {at: screen.cells[at][1:] for at in fresh.cells}
