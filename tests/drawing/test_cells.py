"""What the cells' writer sends is read back by the tests' own terminal: right, short, and to the end where it is asked."""

import numpy as np
import pytest

from tests.support.screen import Screen
from vigtui.player.canvas import Aim
from vigtui.player.drawing.cells import LIKENESS, Cells
from vigtui.player.drawing.ways import cells_for

COLUMNS, ROWS = 24, 9


def aimed(depth: str = "true", blocks: str = "half", left: int = 3, top: int = 2) -> tuple[Cells, Screen]:
    cells = cells_for(Aim(1, left, top, COLUMNS, ROWS, depth, blocks))
    return cells, Screen(40, 14)


def picture(cells: Cells, seed: int) -> np.ndarray:
    """Soft colours with some hard edges, another for each seed."""
    dice = np.random.default_rng(seed)
    wide, high = cells.size
    across, down = np.meshgrid(np.linspace(0, 1, wide), np.linspace(0, 1, high))
    soft = np.stack([across, down, (across + down) / 2], axis=-1) * dice.uniform(120, 255)
    soft[dice.integers(0, high // 2) :: 5, dice.integers(0, wide // 2) :] += dice.uniform(-90, 90)
    return np.clip(soft, 0, 255).astype(np.int16)


def seen(screen: Screen, left: int = 3, top: int = 2) -> np.ndarray:
    return np.frombuffer(screen.picture(left, top, COLUMNS, ROWS), np.uint8).reshape(2 * ROWS, COLUMNS, 3).astype(int)


def test_a_still_picture_is_shown_to_the_last_level() -> None:
    cells, screen = aimed()
    wanted = picture(cells, 1)
    written = cells.encode(wanted)
    screen.feed(written.data)
    assert written.complete
    assert (seen(screen) == wanted).all()
    assert cells.encode(wanted).data == b""


@pytest.mark.parametrize("seed", range(5))
def test_a_moving_picture_is_as_like_as_asked_and_the_writer_knows_what_is_shown(seed: int) -> None:
    cells, screen = aimed()
    for step in range(6):
        wanted = picture(cells, seed * 10 + step)
        screen.feed(cells.encode(wanted, likeness=LIKENESS).data)
        assert (seen(screen) == cells.shown).all()
        error = ((seen(screen) - wanted) ** 2).mean()
        assert 10 * np.log10(255**2 / error) >= 40.0
    screen.feed(cells.encode(wanted).data)
    assert (seen(screen) == wanted).all()


def test_a_picture_like_enough_to_the_one_shown_waits_until_it_stands_still() -> None:
    cells, screen = aimed()
    wanted = picture(cells, 1)
    screen.feed(cells.encode(wanted).data)
    near = wanted ^ 1
    written = cells.encode(near, likeness=LIKENESS)
    assert written.complete
    assert not written.data
    cells.forget(3, 2, 1, 1)
    assert cells.encode(near, likeness=LIKENESS).data  # what was written over does not wait
    screen.feed(cells.encode(near).data)
    assert (seen(screen)[:, 1:] == near[:, 1:]).all()


def test_only_what_changed_is_written() -> None:
    cells, screen = aimed()
    wanted = picture(cells, 1)
    screen.feed(cells.encode(wanted).data)
    wanted = wanted.copy()
    wanted[6:8, 4] = (200, 10, 10)
    written = cells.encode(wanted).data
    assert len(written) < 40
    screen.feed(written)
    assert (seen(screen) == wanted).all()


def test_black_beside_the_film_counts_for_nothing_and_stays_black() -> None:
    cells, screen = aimed()
    part, errors = slice(8, 16), []
    for seed in range(8):
        wanted = np.zeros((2 * ROWS, COLUMNS, 3), np.int16)
        wanted[:, part] = picture(cells, seed)[:, part]
        screen.feed(cells.encode(wanted, likeness=LIKENESS, part=8 / COLUMNS).data)
        errors.append(((seen(screen) - wanted)[:, part] ** 2).mean())
        assert not seen(screen)[:, :8].any()
        assert not seen(screen)[:, 16:].any()
    likeness = 10 * np.log10(255**2 / np.array(errors[1:]))
    assert likeness.min() >= 40.0
    assert likeness.min() < LIKENESS + 0.5, "no finer than asked"


def test_a_cell_that_is_written_is_written_whole() -> None:
    cells, screen = aimed()
    even = np.full((2 * ROWS, COLUMNS, 3), 100, np.int16)
    screen.feed(cells.encode(even).data)
    wanted = even.copy()
    wanted[4, 5], wanted[5, 5] = (240, 100, 100), (104, 104, 104)
    screen.feed(cells.encode(wanted, likeness=LIKENESS).data)
    assert tuple(seen(screen)[5, 5]) == (104, 104, 104)


def test_a_budget_takes_the_worst_cells_first_and_the_rest_later() -> None:
    cells, screen = aimed()
    screen.feed(cells.encode(picture(cells, 1)).data)
    wanted = picture(cells, 1).copy()
    wanted[0:8] += 2
    wanted[10, 3] = (255, 0, 0)
    first = cells.encode(wanted, most=400)
    assert not first.complete
    assert len(first.data) < 1200
    screen.feed(first.data)
    assert tuple(seen(screen)[10, 3]) == (255, 0, 0)
    rounds = 1
    while not (more := cells.encode(wanted, most=400)).complete:
        screen.feed(more.data)
        rounds += 1
        assert rounds < 60
    screen.feed(more.data)
    assert (seen(screen) == wanted).all()


def test_what_was_written_over_comes_back() -> None:
    cells, screen = aimed()
    wanted = picture(cells, 2)
    screen.feed(cells.encode(wanted).data)
    screen.feed(b"\x1b[5;6Hsomebody else's words")
    cells.forget(5, 4, len("somebody else's words"), 1)
    screen.feed(cells.encode(wanted).data)
    assert (seen(screen) == wanted).all()


def test_holes_are_left_alone_and_filled_when_they_have_gone() -> None:
    cells, screen = aimed()
    screen.feed(cells.encode(picture(cells, 1)).data)
    cells.close([(2, 1, 4, 2)])
    screen.feed(b"\x1b[4;6Hnote\x1b[5;6Hnote")
    screen.feed(cells.encode(picture(cells, 2)).data)
    assert screen.text()[3][5:9] == "note"
    cells.close([])
    screen.feed(cells.encode(picture(cells, 2)).data)
    assert (seen(screen) == picture(cells, 2)).all()


@pytest.mark.parametrize("depth", ["true", "256", "16"])
@pytest.mark.parametrize("blocks", ["half", "quadrant"])
def test_what_stood_over_the_film_goes_with_the_next_picture_however_slow_the_line_is(depth: str, blocks: str) -> None:
    cells, screen = aimed(depth, blocks)
    screen.feed(cells.encode(picture(cells, 1)).data)
    cells.close([(0, 0, COLUMNS, ROWS)])
    for row in range(ROWS):
        screen.feed(b"\x1b[%d;4H%s" % (row + 3, b"W" * COLUMNS))
    cells.close([])
    written = cells.encode(picture(cells, 1), likeness=LIKENESS, most=100)
    screen.feed(written.data)
    assert "W" not in "".join(screen.text())
    assert not written.complete
    assert len(written.data) < 1200
    for _ in range(200):
        screen.feed((written := cells.encode(picture(cells, 1), most=400)).data)
        if written.complete:
            break
    assert written.complete
    every = 2 if blocks == "quadrant" else 1
    assert (seen(screen) == cells.shown[:, ::every]).all()


@pytest.mark.parametrize("depth", ["256", "16"])
@pytest.mark.parametrize("blocks", ["half", "quadrant"])
def test_fewer_colours_show_what_the_writer_believes(depth: str, blocks: str) -> None:
    cells, screen = aimed(depth, blocks)
    for seed in range(3):
        screen.feed(cells.encode(picture(cells, seed), likeness=LIKENESS).data)
    screen.feed(cells.encode(picture(cells, 2)).data)
    every = 2 if blocks == "quadrant" else 1
    assert (seen(screen) == cells.shown[:, ::every]).all()
    grey = (picture(cells, 2)[:, ::every] - seen(screen)).mean()
    assert abs(grey) < 40


def test_quarters_show_detail_across() -> None:
    cells, screen = aimed("true", "quadrant")
    wanted = np.zeros((2 * ROWS, 2 * COLUMNS, 3), np.int16)
    wanted[:, ::2] = 200
    screen.feed(cells.encode(wanted).data)
    quarters = screen.quarters(5, 8)
    assert quarters == ((200,) * 3, (0,) * 3, (200,) * 3, (0,) * 3)


def test_without_blocks_spaces_are_coloured() -> None:
    cells, screen = aimed("256", "space")
    assert cells.size == (COLUMNS, ROWS)
    screen.feed(cells.encode(picture(cells, 1)).data)
    assert {sign for sign, _, _ in screen.cells.values()} == {" "}
    assert (seen(screen)[::2] == cells.shown).all()


def test_without_colours_letters_go_from_dark_to_light() -> None:
    cells, screen = aimed("none")
    wanted = np.repeat(np.linspace(0, 255, COLUMNS), 3).reshape(1, COLUMNS, 3).repeat(ROWS, axis=0).astype(np.int16)
    data = cells.encode(wanted).data
    assert b"m" not in data.replace(b"\x1b[", b"")
    screen.feed(data)
    row = screen.text()[4][3:]
    assert row[-1] == "@"
    ramp = " .,:;i1tfLCG08@"
    assert [ramp.index(sign) for sign in row.rjust(COLUMNS)] == sorted(ramp.index(sign) for sign in row.rjust(COLUMNS))
    assert cells.encode(wanted).data == b""


def test_noise_does_not_make_letters_dance() -> None:
    cells, _ = aimed("none")
    even = np.full((ROWS, COLUMNS, 3), 130, np.int16)
    cells.encode(even)
    assert cells.encode(even + 2, likeness=LIKENESS).data == b""
