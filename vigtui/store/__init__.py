"""One SQLite library behind one thread; the only room that knows SQL."""

import importlib.util
import sys
from types import ModuleType


def _when_asked_for(name: str) -> None:
    """Have a module read only when something of it is used."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None or name in sys.modules:
        return
    loader = spec.loader = importlib.util.LazyLoader(spec.loader)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    package, _, own = name.rpartition(".")
    setattr(sys.modules[package], own, module)


class _NoCommandLine(ModuleType):
    """In the place of click: of the one thing that is named when sqlite-utils is read."""

    Group = object


# sqlite-utils takes things along that are never used here. numpy, where it finds it, for columns of a kind that no table
# has: it is installed for the process that draws films, and every other start would pay 0.2 s and 20 MB for it. click, for a
# command line of its own: 0.02 s. And what reads dates in any writing, for a function that is not called: 0.03 s. asyncio takes
# along what encrypts connections, 4 MB; none is opened here but to this computer.
_when_asked_for("dateutil.parser")
_absent: dict[str, ModuleType | None] = {"numpy": None, "click": _NoCommandLine("click"), "ssl": None}
_absent = {name: instead for name, instead in _absent.items() if name not in sys.modules}
sys.modules.update(_absent)  # type: ignore[arg-type]
import asyncio  # noqa: E402, F401

import sqlite_utils.db  # noqa: E402, F401

for _name in _absent:
    del sys.modules[_name]
