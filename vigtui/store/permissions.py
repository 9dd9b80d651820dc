"""Who may read what: 0700 and 0600, or 2770 and 0660 where a group shares the library."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vigtui.domain.errors import LibraryError


def is_shared(folder: Path) -> bool:
    """Whether a group shares this library: somebody prepared its folder with `chmod 2770`, so what is made in it is the group's."""
    try:
        mode = folder.stat().st_mode
    except OSError:
        return False
    return bool(mode & stat.S_ISGID and mode & stat.S_IWGRP)


def file_mode(folder: Path) -> int:
    """The permissions of files in a library."""
    return 0o660 if is_shared(folder) else 0o600


def folder_mode(folder: Path) -> int:
    """The permissions of folders in a library."""
    return 0o2770 if is_shared(folder) else 0o700


@contextmanager
def private_files(folder: Path) -> Iterator[None]:
    """Whatever is made meanwhile is nobody else's, whatever the umask."""
    old_umask = os.umask(0o007 if is_shared(folder) else 0o077)
    try:
        yield
    finally:
        os.umask(old_umask)


def make_folder(library: Path, folder: Path) -> None:
    """Make a folder inside a library."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(folder_mode(library))


def share(library: Path, file: Path) -> None:
    """Give a file that was copied into a library, and its folder, to the group where a group shares the library."""
    if is_shared(library):
        file.chmod(file_mode(library))
        if file.parent.stat().st_uid == os.getuid():
            file.parent.chmod(folder_mode(library))


def make_library_folder(folder: Path) -> None:
    """Make the folder of a library where there is none, and see that it can be written to.

    Raises:
        LibraryError: it cannot; nothing was written.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise LibraryError(
                "The library must be a folder, and there is a file of that name.",
                "The file was left as it is. Name a folder with --library.",
            )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise LibraryError(
            f"The folder for the library cannot be made: {fault.strerror}.",
            "Nothing was written. Choose a folder you may write to with --library.",
        ) from fault
    refuse_read_only(folder)


def refuse_read_only(folder: Path) -> None:
    """Make sure that this program may write in the library's folder. Raises LibraryError."""
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LibraryError(
            "The library's folder cannot be written to.",
            "Nothing was changed. Ask whoever looks after this computer for the right to write there, or choose another "
            "folder with --library.",
        )
