"""Words over the picture: nothing typed is markup, and all of it fits."""

import pytest

from tests.support.builders import SAMPLES
from vigtui.player.overlay import HEIGHT, SIZES, escape, event, lay_out


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("What do you see?", "What do you see?"),
        ("{\\b1}loud", "\\{\\\u2060b1}loud"),
        ("one\\Ntwo", "one\\\u2060Ntwo"),
        ("ends with \\", "ends with \\\u2060"),
        ("\\{", "\\\u2060\\{"),
        ("a\nb", "a b"),
    ],
)
def test_nothing_typed_is_markup(words, written):
    assert escape(words) == written


def test_short_words_are_largest_and_long_ones_smaller():
    assert lay_out("What do you see?", 1280) == (SIZES[0], ["What do you see?"])
    sizes = [lay_out("word " * count, 1280)[0] for count in (5, 40, 60, 150)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 4


@pytest.mark.parametrize("words", [*SAMPLES, "x" * 400, "看" * 300, "word " * 3000, "a\nb", "e\u0301" * 90])
@pytest.mark.parametrize("across", [1280, 405])
def test_whatever_is_typed_fits(words, across):
    size, lines = lay_out(words, across)
    assert len(lines) * size * 1.25 <= HEIGHT * 0.8
    assert all(lines)
    said = "".join("".join(lines).split())
    assert said == "".join(words.split()) or said.endswith("…")


def test_an_event_is_two_lines_for_its_canvas():
    drawn, across = event("a\nb {c}", 1000, 500)
    assert across == 1440
    assert len(drawn.split("\n")) == 2
    assert drawn.endswith("}a\\Nb \\{c}")
    assert event("a", 0, 0)[1] == 1280
