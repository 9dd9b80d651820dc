"""The direction of imports: as contracts, and as what is really loaded."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape.sources import MODULES, PACKAGE, ROOT, place, run_python, tree

SCREEN = {"textual"}
SQL = {"sqlite3", "sqlite_utils"}
LOOPS = {"asyncio"}


def test_import_contracts_are_kept():
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [sys.executable, lint, "--no-cache"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def _names(room: str) -> list[str]:
    files = (PACKAGE / room).rglob("*.py")
    return sorted(str(file.relative_to(PACKAGE.parent)).removesuffix(".py").replace("/", ".") for file in files)


@pytest.mark.parametrize(
    ("room", "kept_out"),
    [
        ("domain", SCREEN | SQL | LOOPS | {"subprocess", "socket", "platformdirs", "tempfile"}),
        ("services", SCREEN | SQL | LOOPS | {"subprocess"}),
        ("store", SCREEN),
        ("player", SCREEN | SQL),
        ("media", SCREEN | SQL),
        ("reports", SCREEN | SQL | LOOPS | {"subprocess", "socket", "tempfile", "rich"}),
        ("cli", SCREEN | SQL | LOOPS),
    ],
)
def test_a_room_loads_only_what_it_may(room, kept_out):
    names = [name.removesuffix(".__init__") for name in _names(room)]
    assert names
    done = run_python(f"import sys, {', '.join(names)}\nprint(*sorted(sys.modules))")
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert set(names) <= loaded
    assert not loaded & kept_out


@pytest.mark.parametrize("room", ["domain", "services", "store", "player", "media", "reports"])
def test_a_room_loads_no_sibling(room):
    siblings = {"services", "store", "player", "media", "reports"} - {room}
    names = [name.removesuffix(".__init__") for name in _names(room)]
    done = run_python(f"import sys, {', '.join(names)}\nprint(*sorted(sys.modules))")
    assert done.returncode == 0, done.stderr
    assert not [one for one in done.stdout.split() if one.startswith(tuple(f"vigtui.{name}" for name in siblings))]


def test_libmpv_is_loaded_by_the_process_that_draws_and_by_nobody_else():
    """`import mpv` would change the locale of the whole process, and take the notes along when a video driver falls."""
    found = [
        place(file, node)
        for file in MODULES
        for node in ast.walk(tree(file))
        if (isinstance(node, ast.Import) and any(one.name.partition(".")[0] == "mpv" for one in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "mpv")
    ]
    assert [one.rpartition(":")[0] for one in found] == ["vigtui/player/drawing/film.py"]
