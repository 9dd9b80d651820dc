"""Files that leave the library: written whole, for their owner alone, and only where a file may be put."""

import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from vigtui.domain.errors import VigError


class FileNotWritten(VigError):
    """A file that cannot be written where it was asked for."""

    summary = "The file cannot be written there."
    remedy = "Nothing was written, and what was there is as it was. Choose another file."


def check_place(target: Path, library: Path) -> None:
    """Refuse what is no place for a file: a folder, a device, a link, a folder that is not there, the library.

    Raises:
        FileNotWritten: it is one of these.
    """
    try:
        if target.parent.resolve().is_relative_to(library.resolve()):
            raise FileNotWritten("A file cannot be written into the library's own folder.")
        if not target.parent.is_dir():
            raise FileNotWritten("The folder for the file is not there.")
        if not stat.S_ISREG(target.lstat().st_mode):
            raise FileNotWritten("What is there is a folder, a link or a device, and no file that could be replaced.")
    except FileNotFoundError:
        return
    except (OSError, ValueError) as fault:
        raise FileNotWritten(_sentence(fault)) from fault


@contextmanager
def written_whole(target: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A stream beside the target and its path; at the end it is on the disk, and whoever wrote it renames it to the target.

    Where something goes wrong, or it is never renamed, nothing of it is left.

    Raises:
        FileNotWritten: the disk refuses.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".vigtui-", suffix=".part", dir=target.parent)
    except OSError as fault:
        raise FileNotWritten(_sentence(fault)) from fault
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream, part
    except OSError as fault:
        raise FileNotWritten(_sentence(fault)) from fault
    finally:
        part.unlink(missing_ok=True)


def settle(stream: BinaryIO, part: Path, target: Path) -> None:
    """Bring what was written to the disk and put it in its place."""
    stream.flush()
    os.fsync(stream.fileno())
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_whole(files: Mapping[Path, bytes]) -> None:
    """Write files whole: all are on the disk before the first is put in its place. Raises FileNotWritten."""
    with ExitStack() as stack:
        open_ = [(*stack.enter_context(written_whole(target)), target, data) for target, data in files.items()]
        for stream, _, _, data in open_:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        for stream, part, target, _ in open_:
            settle(stream, part, target)


def _sentence(fault: OSError | ValueError) -> str:
    return f"The file cannot be written there ({getattr(fault, 'strerror', None) or 'that is no file name'})."
