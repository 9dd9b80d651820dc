"""The package as source: its modules, parsed, and what a failing test says about a place in them."""

import ast
import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import vigtui

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "vigtui"
STYLES = ROOT / "styles"
STYLESHEETS = sorted(STYLES.rglob("*.tcss"))
MODULES = sorted(PACKAGE.rglob("*.py"))
SHOWING = sorted([*(PACKAGE / "screens").glob("*.py"), *(PACKAGE / "widgets").glob("*.py"), PACKAGE / "app.py"])
"""Modules that put words on the screen."""


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def place(file: Path, node: ast.AST) -> str:
    """Where something is, as an editor opens it."""
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def calls(file: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call of a module, with the last part of the called name."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call):
            yield node, name_of(node.func)


def name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def keywords(call: ast.Call) -> dict[str, ast.expr]:
    return {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}


@cache
def all_modules() -> tuple[ModuleType, ...]:
    """Every module of the package, imported; but for `__main__`, which would run."""
    names = [found.name for found in pkgutil.walk_packages(vigtui.__path__, "vigtui.")]
    return tuple(importlib.import_module(name) for name in names if not name.endswith("__main__"))


def classes_in(*rooms: str) -> list[type]:
    """The classes that modules of these rooms define themselves."""
    return [
        one
        for module in all_modules()
        if module.__name__.startswith(tuple(f"vigtui.{room}" for room in rooms))
        for _, one in inspect.getmembers(module, inspect.isclass)
        if one.__module__ == module.__name__
    ]


def run_python(code: str, *, limit: float = 60) -> "subprocess.CompletedProcess[str]":
    """Run a piece of Python in a fresh interpreter, from the checkout."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
