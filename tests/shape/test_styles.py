"""Stylesheets: all loaded, each screen's own kept to that screen, and no colour but the theme's."""

import re

import pytest
from textual.dom import DOMNode

from tests.shape.sources import STYLES, STYLESHEETS, classes_in
from vigtui.app import VigApp

SCREEN_SHEETS = [file for file in STYLESHEETS if file.parent.name == "screens"]


def _without_comments(words: str) -> str:
    return re.sub(r"/\*.*?\*/", "", words, flags=re.DOTALL)


def _name(file):
    return str(file.relative_to(STYLES))


def test_every_stylesheet_is_loaded_by_the_app():
    assert {str(file) for file in VigApp.CSS_PATH} == {str(file) for file in STYLESHEETS}


def test_no_screen_loads_a_stylesheet_of_its_own():
    """Textual applies such a file to every screen, and for good."""
    assert not [one.__name__ for one in classes_in("screens", "widgets") if "CSS_PATH" in one.__dict__]


@pytest.mark.parametrize("file", SCREEN_SHEETS, ids=_name)
def test_rules_of_a_screen_begin_with_one_of_our_classes(file):
    known = {one.__name__ for one in classes_in("screens", "widgets")}
    depth, heads, head = 0, [], ""
    for letter in _without_comments(file.read_text("utf-8")):
        if letter in "{}":
            if letter == "{" and depth == 0:
                heads += head.split(",")
            depth += 1 if letter == "{" else -1
            head = ""
        else:
            head += letter
    firsts = [re.match(r"\w*", one.strip())[0] for one in heads]
    assert firsts
    assert set(firsts) <= known


@pytest.mark.parametrize("file", STYLESHEETS, ids=_name)
def test_colours_come_from_the_theme(file):
    words = _without_comments(file.read_text("utf-8"))
    values = re.findall(r"[\w-]+\s*:\s*([^;{}]+)[;}]", words)
    assert values
    assert not [one for one in values if re.search(r"#[0-9a-fA-F]{3,8}\b|\b(rgb|hsl)a?\(", one)]
    coloured = re.findall(r"\b(?:color|background|[\w-]*tint|scrollbar-[\w-]*color)\s*:\s*([^;{}]+)[;}]", words)
    assert not [one for one in coloured if not one.strip().startswith(("$", "auto", "transparent"))]


@pytest.mark.parametrize("one", [one for one in classes_in("screens", "widgets", "app") if issubclass(one, DOMNode)])
def test_styles_of_every_kind_of_widget_it_is_count(one):
    """Textual follows the first base only: what stands beside a screen or widget must not be one itself."""
    theirs = [base for base in one.__mro__ if base.__module__.startswith("textual") and issubclass(base, DOMNode)]
    assert not set(theirs) - set(one._css_bases(one))
