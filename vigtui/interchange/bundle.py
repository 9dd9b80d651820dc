"""The case bundle: a tar archive inside age encryption, read and written as a stream.

bundle.json    what it is, and the size of everything that follows
records.json   the rows of every table
films/ID.ext   each film
sums.json      the SHA-256 of each of them
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from vigtui.domain.bundle import BundleDamaged, FilmEntry, Manifest, NoBundle
from vigtui.domain.errors import FilmError
from vigtui.interchange.age import Opener, Sealer

FORMAT = "vigtui case bundle"
VERSION = 1
MOST_RECORD_BYTES = 512 * 1024 * 1024
_MOST_HEAD_BYTES = 4 * 1024 * 1024
_MOST_FILMS = 10_000
_MOST_FILM_BYTES = 2**50
_MOST_HEADER_BYTES = 1024 * 1024
"""What may be read on the way to a member; the archive's own headers are far smaller."""
_CHUNK = 1024 * 1024
_BLOCK = 256 * 1024
"""Bytes that the archive is written and read in; a whole number of its records of 512."""
_ID = re.compile(r"[0-9a-v]{16}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SUFFIX = re.compile(r"(?:\.[a-z0-9]{1,5})?")

Step = Callable[[int, int], None]
"""Told the bytes done and the bytes in all; may raise to stop."""


def write_bundle(
    stream: BinaryIO, passphrase: str, manifest: Manifest, records: bytes, films: dict[str, Path], step: Step
) -> dict[str, str]:
    """Write a bundle; gives the SHA-256 of each member as it was written.

    Raises:
        FilmError: a film cannot be read, or is not as long as it was said to be.
    """
    sealer = Sealer(stream, passphrase)
    sums: dict[str, str] = {}
    done = 0
    with tarfile.open(fileobj=_Out(sealer), mode="w|", bufsize=_BLOCK, format=tarfile.PAX_FORMAT) as archive:
        archive.copybufsize = _CHUNK  # type: ignore[attr-defined] # typeshed does not know it
        head = {"format": FORMAT, "version": VERSION, **asdict(manifest)}
        _add(archive, "bundle.json", json.dumps(head).encode())
        _add(archive, "records.json", records)
        sums["records.json"] = hashlib.sha256(records).hexdigest()
        done += len(records)
        for film in manifest.films:
            source = _Source(films[film.film_id], film.size, partial(_told, step, done, manifest.total))
            with source:
                archive.addfile(_info(film.name, film.size), source)
            sums[film.name] = source.sha256
            done += film.size
        _add(archive, "sums.json", json.dumps(sums).encode())
    sealer.finish()
    step(manifest.total, manifest.total)
    return sums


def _told(step: Step, before: int, total: int, count: int) -> None:
    step(before + count, total)


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    archive.addfile(_info(name, len(data)), io.BytesIO(data))


class _Out(io.RawIOBase):
    """What tarfile writes to."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._sealer.write(bytes(data))


class _Source(io.RawIOBase):
    """A film as it is read into a bundle: hashed, counted, and neither longer nor shorter than announced."""

    def __init__(self, path: Path, size: int, told: Callable[[int], None]) -> None:
        self._path = path
        self._left = size
        self._size = size
        self._told = told
        self._hash = hashlib.sha256()
        try:
            self._file = path.open("rb")
        except OSError as fault:
            raise _unreadable(path, fault) from fault

    @property
    def sha256(self) -> str:
        """Of what was read."""
        return self._hash.hexdigest()

    def readable(self) -> bool:
        return True

    def read(self, count: int = -1) -> bytes:
        try:
            wanted = min(_CHUNK if count < 0 else count, self._left)
            data = self._file.read(wanted)
        except OSError as fault:
            raise _unreadable(self._path, fault) from fault
        if len(data) < wanted:
            raise FilmError(
                "A film became shorter while it was read.", "Nothing was written. Look at the disk it is on."
            )
        self._hash.update(data)
        self._left -= len(data)
        self._told(self._size - self._left)
        return data

    def close(self) -> None:
        self._file.close()
        super().close()


def _unreadable(path: Path, fault: OSError) -> FilmError:
    return FilmError(
        f"A film cannot be read ({fault.strerror or 'input/output error'}).",
        "Nothing was written. Plug in the drive it is on, or look at `vigtui doctor`.",
    )


class BundleReader:
    """Reads a bundle from a stream, member after member, in the one order there is; nothing in it decides where to write.

    Raises:
        NoBundle, WrongPassphrase, BundleDamaged: see each; while reading too.
    """

    def __init__(self, stream: BinaryIO, passphrase: str) -> None:
        """Open it and read its head."""
        self._in = _In(Opener(stream, passphrase))
        with _as_damaged(), self._in.within(_MOST_HEADER_BYTES):
            self._archive = tarfile.open(fileobj=self._in, mode="r|", bufsize=_BLOCK)  # noqa: SIM115 - closed with the stream
        self._sums: dict[str, str] = {}
        self.manifest = _manifest(self._whole("bundle.json", _MOST_HEAD_BYTES))

    def records(self) -> bytes:
        """The rows, as JSON."""
        data = self._whole("records.json", MOST_RECORD_BYTES)
        if len(data) != self.manifest.record_bytes:
            raise BundleDamaged
        self._sums["records.json"] = hashlib.sha256(data).hexdigest()
        return data

    def film(self, film: FilmEntry) -> Iterator[bytes]:
        """The next film, in pieces; to be called for each film of the manifest, in its order."""
        whole = hashlib.sha256()
        with _as_damaged():
            member = self._member(film.name)
            if member.size != film.size:
                raise BundleDamaged
            source = self._archive.extractfile(member)
            left = film.size
            while left:
                data = source.read(min(_CHUNK, left)) if source else b""
                if not data:
                    raise BundleDamaged
                whole.update(data)
                left -= len(data)
                yield data
        self._sums[film.name] = whole.hexdigest()

    def finish(self) -> dict[str, str]:
        """Read to the proved end and compare the hashes; gives them by name."""
        sums = _object(self._whole("sums.json", _MOST_HEAD_BYTES))
        if sums != self._sums:
            raise BundleDamaged
        with _as_damaged(), self._in.within(_MOST_HEADER_BYTES):
            if self._archive.next() is not None:
                raise BundleDamaged
            while self._in.read(_CHUNK):
                continue
        return self._sums

    def _member(self, name: str) -> tarfile.TarInfo:
        with self._in.within(_MOST_HEADER_BYTES):
            member = self._archive.next()
        if member is None or member.name != name or not member.isreg() or member.sparse is not None:
            raise BundleDamaged
        return member

    def _whole(self, name: str, most: int) -> bytes:
        with _as_damaged():
            member = self._member(name)
            if member.size > most:
                raise BundleDamaged("A part of the bundle is far too big.")
            source = self._archive.extractfile(member)
            data = source.read() if source else b""
        if len(data) != member.size:
            raise BundleDamaged
        return data


class _In(io.RawIOBase):
    """What tarfile reads from."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._left: int | None = None

    def readable(self) -> bool:
        return True

    @contextmanager
    def within(self, most: int) -> Iterator[None]:
        """Let no more than so many bytes be read meanwhile."""
        self._left = most
        yield
        self._left = None

    def read(self, count: int = -1) -> bytes:
        data = self._opener.read(count)
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise BundleDamaged
        return data


class _as_damaged:  # noqa: N801 - reads like a function
    """Tells whatever tarfile finds wrong with an archive as a sentence."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, tarfile.TarError | ValueError | OverflowError | EOFError | UnicodeError | KeyError):
            raise BundleDamaged from fault


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as fault:
        raise BundleDamaged from fault
    if not isinstance(found, dict):
        raise BundleDamaged
    return found


def _manifest(data: bytes) -> Manifest:
    head = _object(data)
    if head.get("format") != FORMAT:
        raise NoBundle
    if head.get("version") != VERSION:
        raise NoBundle("This bundle was made by a newer vigtui.", "Nothing was added. Update vigtui on this computer.")

    def wrong() -> NoReturn:
        raise BundleDamaged

    def words(name: str) -> str:
        value = head.get(name)
        return value if isinstance(value, str) and len(value) < 500 else wrong()

    lineage, films = head.get("lineage"), head.get("films")
    if not isinstance(lineage, list) or not isinstance(films, list) or max(len(films), len(lineage)) > _MOST_FILMS:
        raise BundleDamaged
    size = head.get("record_bytes")
    if type(size) is not int or not 0 <= size <= MOST_RECORD_BYTES or not _ID.fullmatch(words("bundle_id")):
        raise BundleDamaged
    entries = tuple(_entry(one) for one in films)
    if len({one.film_id for one in entries}) != len(entries) or not all(isinstance(one, str) for one in lineage):
        raise BundleDamaged
    return Manifest(
        bundle_id=words("bundle_id"),
        case_id=words("case_id"),
        code=words("code"),
        made_at=words("made_at"),
        made_by=words("made_by"),
        program=words("program"),
        lineage=tuple(lineage),
        record_bytes=size,
        films=entries,
    )


def _entry(value: Any) -> FilmEntry:
    if not isinstance(value, dict):
        raise BundleDamaged
    film_id, suffix, size = value.get("film_id"), value.get("suffix"), value.get("size")
    if not isinstance(film_id, str) or not _ID.fullmatch(film_id):
        raise BundleDamaged
    if not isinstance(suffix, str) or not _SUFFIX.fullmatch(suffix):
        raise BundleDamaged
    if type(size) is not int or not 0 <= size <= _MOST_FILM_BYTES:
        raise BundleDamaged
    return FilmEntry(film_id, suffix, size)
