"""Folders of script packs. Their text is read (`vigtui.services.pack_reading`) when a pack is first asked for."""

import hashlib
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vigtui.domain.errors import NotFound
from vigtui.domain.pack_faults import PackFault, PackFaults
from vigtui.domain.principles import quote

if TYPE_CHECKING:
    from vigtui.domain.packs import Pack

SHIPPED = Path(__file__).parents[1] / "packs"
"""The packs that come with the program."""

DEFAULT = "parent-child"
"""The pack of a new case unless another is chosen."""

_ID = re.compile(r"""^id *= *["']([^"'\\\n]*)["']""", re.MULTILINE)

MOST_BYTES = 1_000_000
"""A pack is some ten thousand bytes; what is larger is another kind of file."""


class PackShelf:
    """The script packs of this machine, read when they are first asked for and again when a file has changed.

    Args:
        folders: a service's own folders; where an id stands in several, the last folder wins, and each wins over the
            packs that come with the program. A folder that is not there holds nothing.
    """

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self._folders = (SHIPPED, *folders)
        self._read: dict[Path, tuple[tuple[int, int], Pack | PackFaults]] = {}

    def all(self) -> "tuple[Pack, ...]":
        """Give every pack that can be used, by name."""
        packs, _ = self._look()
        return tuple(sorted(packs.values(), key=lambda pack: (pack.name.casefold(), pack.id)))

    def faulty(self) -> tuple[tuple[Path, PackFaults], ...]:
        """Give the files, and folders, that cannot be read, each with its faults; they hide no other pack."""
        _, faulty = self._look()
        return tuple(faulty)

    def get(self, pack_id: str) -> "Pack":
        """Give a pack.

        Raises:
            NotFound: no usable pack has this id.
        """
        packs, _ = self._look(pack_id)
        if pack_id in packs:
            return packs[pack_id]
        packs, faulty = self._look()
        if pack_id in packs:
            return packs[pack_id]
        files = ", ".join(quote(file.name) for file, _ in faulty)
        hint = f" These cannot be read: {files}; `vigtui packs check FILE` says why." if faulty else ""
        raise NotFound(f"There is no script pack {quote(pack_id)}.", f"There are: {', '.join(sorted(packs))}.{hint}")

    def fingerprint(self, pack_id: str) -> str:
        """Another word for another text of the pack with this id, which is not read through for it, and may be gone or faulty."""
        said = hashlib.sha256()
        for folder in self._folders:
            try:
                files = sorted(file for file in folder.iterdir() if _is_pack_name(file.name))
            except OSError:
                continue
            for file in files:
                try:
                    text = _text_of(file)
                except PackFaults as unreadable:
                    text = str(unreadable)
                found = _ID.search(text)
                if found is None or found[1] == pack_id:
                    said.update(f"{file}\0{text}\0".encode())
        return said.hexdigest()[:16]

    def check(self, file: Path) -> "Pack":
        """Read one file, wherever it is.

        Raises:
            PackFaults: it cannot be read, or is not a pack.
        """
        return _read(_text_of(file), file.name)

    def _look(self, wanted: str | None = None) -> "tuple[dict[str, Pack], list[tuple[Path, PackFaults]]]":
        """The packs and the faulty files. Where one is wanted, files that plainly say another id are not read through."""
        packs: dict[str, Pack] = {}
        faulty: list[tuple[Path, PackFaults]] = []
        for folder in self._folders:
            files: dict[str, Path] = {}
            try:
                names = sorted(file for file in folder.iterdir() if _is_pack_name(file.name))
            except FileNotFoundError:
                continue
            except OSError as error:
                faulty.append((folder, _unreadable(folder, f"the folder cannot be read ({error.strerror}).")))
                continue
            for file in names:
                read = self._of(file, wanted)
                if read is None:
                    continue
                if not isinstance(read, PackFaults) and read.id in files:
                    words = f"the id {quote(read.id)} is taken by {quote(files[read.id].name)}. Change one of the two."
                    read = _unreadable(file, words)
                if isinstance(read, PackFaults):
                    faulty.append((file, read))
                else:
                    packs[read.id], files[read.id] = read, file
        return packs, faulty

    def _of(self, file: Path, wanted: str | None) -> "Pack | PackFaults | None":
        try:
            about = file.stat()
            mark = (about.st_mtime_ns, about.st_size)
            known = self._read.get(file)
            if known and known[0] == mark:
                return known[1]
            text = _text_of(file)
            said = _ID.search(text)
            if wanted is not None and said and said[1] != wanted:
                return None
        except OSError as error:
            return _unreadable(file, f"the file cannot be read ({error.strerror}).")
        except PackFaults as unreadable:
            return unreadable  # not kept: permissions can change while time and size stay
        try:
            read: Pack | PackFaults = _read(text, file.name)
        except PackFaults as faults:
            read = faults.with_traceback(None)
        self._read[file] = (mark, read)
        return read


def _read(text: str, name: str) -> "Pack":
    from vigtui.services.pack_reading import parse_pack  # the first screen stands without it

    return parse_pack(text, name=name)


def _is_pack_name(name: str) -> bool:
    # A name with a dot in front is what macOS and editors leave beside a file.
    return name.endswith(".toml") and not name.startswith(".")


def _unreadable(file: Path, words: str) -> PackFaults:
    return PackFaults(file.name, [PackFault(None, "", words[0].upper() + words[1:])])


def _text_of(file: Path) -> str:
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # a pipe would make the program wait for ever
            raise _unreadable(file, "this is not a file. Name the pack's .toml file.")
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that holds a null character
        reason = getattr(error, "strerror", None) or "its name is not possible"
        raise _unreadable(file, f"the file cannot be read ({reason}).") from None
    if len(content) > MOST_BYTES:
        raise _unreadable(file, "the file is larger than 1 MB, so it is no script pack.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        words = f"Line {line}: the file is not UTF-8 text. Save it again with the encoding UTF-8."
        raise PackFaults(file.name, [PackFault(line, "", words)]) from None
