"""Modules and functions stay short enough to be read in one go."""

import ast

import pytest

from tests.shape.sources import MODULES, ROOT, place, tree

LONGEST_MODULE = 600
LONGEST_FUNCTION = 60


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_module_and_functions_are_short(file):
    assert len(file.read_text("utf-8").splitlines()) <= LONGEST_MODULE
    long = [
        f"{place(file, node)} {node.name}"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_module_says_what_it_is_for(file):
    assert ast.get_docstring(tree(file))
