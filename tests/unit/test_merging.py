"""Two texts from one: nothing that either typed is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigtui.domain.merging import merge


@pytest.mark.parametrize(
    ("before", "mine", "theirs", "both", "clash"),
    [
        ("", "Mia waits", "", "Mia waits", False),
        ("Mia", "Mia", "Mia waits", "Mia waits", False),
        ("Mia waits.", "Mia waits. She looks.", "Little Mia waits.", "Little Mia waits. She looks.", False),
        ("Mia", "Mia waits", "Mia looks", "Mia waits\nlooks", True),
        ("", "waits", "looks", "waits\nlooks", True),
        ("mine alone", "another of mine", "theirs alone", "another of mine\ntheirs alone", True),
        ("mine alone", "mine alone, and more", "theirs alone", "theirs alone, and more", False),
        ("the cat sat", "the bat sat", "the car sat", "the bat\ncar sat", True),
        ("cat", "dog", "cats", "dog\ncats", True),
    ],
)
def test_both_are_kept(before, mine, theirs, both, clash):
    found = merge(before, mine, theirs)
    assert (found.words, found.clash) == (both, clash)


@given(
    st.text("ab ", max_size=12), st.text("cd", min_size=1, max_size=6), st.text("ef", min_size=1, max_size=6), st.data()
)
def test_what_both_added_is_there(before, mine, theirs, data):
    at, there = (data.draw(st.integers(0, len(before))) for _ in range(2))
    found = merge(before, before[:at] + mine + before[at:], before[:there] + theirs + before[there:])
    assert mine in found.words
    assert theirs in found.words
    assert found.clash is (at == there or found.clash)
    assert len(found.words) <= len(before) + len(mine) + len(theirs) + abs(at - there) + 1


WORDS = st.lists(
    st.sampled_from(["mine", "theirs", "alone", "nine", "line", "wait", "waits", "a", "in", "ne"]), max_size=6
)


@given(WORDS, WORDS, WORDS)
def test_every_word_that_either_wrote_is_there_whole(before, mine, theirs):
    found = merge(" ".join(before), " ".join(mine), " ".join(theirs)).words.split()
    for written in (mine, theirs):
        assert all(word in found for word in written if word not in before)
