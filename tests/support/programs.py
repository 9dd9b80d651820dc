"""Surroundings in which a program, or libmpv, is not to be found."""

import os
from pathlib import Path


def path_without(folder: Path, *left_out: str) -> str:
    """A PATH with every program but those.

    Args:
        folder: gets a link to each program; new.
        left_out: the names of the others.
    """
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for one in Path(place).iterdir() if Path(place).is_dir() else ():
            if one.name not in left_out and not (folder / one.name).is_symlink():
                (folder / one.name).symlink_to(one)
    return str(folder)


def modules_without_libmpv(folder: Path) -> str:
    """A folder for the front of PYTHONPATH: Python then finds no libmpv, wherever it lies.

    Args:
        folder: is made.
    """
    folder.mkdir()
    words = "import ctypes.util\nfound = ctypes.util.find_library\n"
    words += "ctypes.util.find_library = lambda name: None if name == 'mpv' else found(name)\n"
    (folder / "sitecustomize.py").write_text(words)
    return str(folder)
