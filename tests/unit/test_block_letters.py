"""Letters three lines high."""

import pytest

from vigtui.widgets.block_letters import HIGH, block_letters


@pytest.mark.parametrize("words", ["See", "Where it is today", "In dir, für dich", "Élan 2-3", "don’t."])
def test_words_are_drawn_in_three_lines_of_one_width(words):
    drawn = block_letters(words, 80)
    assert len(drawn) == HIGH
    assert len({len(line) for line in drawn}) == 1
    assert set("".join(drawn)) <= set(" ▀▄█")


def test_accents_are_seen():
    assert block_letters("u", 80) != block_letters("ü", 80)
    assert block_letters("ü", 80) == block_letters("u\u0308", 80) == ["▀ ▀", "█ █", "█▄█"]


@pytest.mark.parametrize("words", ["שלום", "你", "a[b", "🌙", "ǖ"])
def test_what_is_unknown_is_not_drawn(words):
    assert block_letters(words, 80) is None


def test_what_is_too_wide_is_not_drawn():
    assert block_letters("Where it is today", 30) is None
    assert block_letters("I", 1) == ["▄", "█", "█"]
