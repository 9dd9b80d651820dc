"""Films that a camera split into several files, as old cards demand: put together again in order, without encoding anything."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from vigtui.domain.errors import FilmError
from vigtui.media.intake import (
    RESERVE,
    TakenIn,
    copy_into,
    hash_file,
    hash_parts,
    need_room,
    not_written,
    private_folder,
    sync_folder,
)
from vigtui.media.packets import SAFE_INPUT
from vigtui.media.places import forget_place
from vigtui.media.probe import Probe, probe
from vigtui.media.running import StoppedError, run_ffmpeg
from vigtui.media.tools import file_url, first_look

_STREAMS = {".mts", ".m2ts", ".ts", ".mod", ".tod", ".mpg", ".mpeg", ".vob"}
"""Kinds whose parts, one behind the other, are the whole again, byte for byte."""
_NUMBERED = re.compile(r"(.*?)(\d+)(\D*)", re.DOTALL)
_GOPRO = re.compile(r"G([HXLP])(\d\d)(\d{4})", re.IGNORECASE)
_GOPRO_FIRST = re.compile(r"GOPR(\d{4})", re.IGNORECASE)
_SEAM = 1.0
"""Seconds by which the clock of the next part may miss the end of the one before."""


def grouped(files: Sequence[Path]) -> list[tuple[Path, ...]]:
    """Put together what are parts of one film, by name and by the clock inside; all else stays alone, in the order given."""
    groups: list[tuple[Path, ...]] = []
    known: dict[Path, Probe | None] = {}
    for chain in _by_name(files):
        run = [chain[0]]
        for before, after in pairwise(chain):
            if _goes_on(before, after, known):
                run.append(after)
            else:
                groups.append(tuple(run))
                run = [after]
        groups.append(tuple(run))
    return sorted(groups, key=lambda group: min(files.index(one) for one in group))


def _by_name(files: Sequence[Path]) -> Iterable[list[Path]]:
    """Chains of files whose names count on."""
    keyed = sorted({file: _key(file) for file in files}.items(), key=lambda item: (item[1], str(item[0])))
    chain: list[tuple[Path, tuple[str, int]]] = []
    for file, key in keyed:
        if chain and (chain[-1][1][0] != key[0] or key[1] != chain[-1][1][1] + 1):
            yield [one for one, _ in chain]
            chain = []
        chain.append((file, key))
    if chain:
        yield [one for one, _ in chain]


def _key(file: Path) -> tuple[str, int]:
    """What all parts share, and which part it is."""
    stem, folder = file.stem, f"{file.parent}/"
    kind = file.suffix.lower()
    if found := _GOPRO.fullmatch(stem):
        letter = "P" if found[1].upper() == "P" else found[1].upper()
        return f"{folder}gopro {letter} {found[3]}{kind}", int(found[2]) + (1 if letter == "P" else 0)
    if found := _GOPRO_FIRST.fullmatch(stem):
        return f"{folder}gopro P {found[1]}{kind}", 1
    found = _NUMBERED.fullmatch(stem)
    if found and kind in _STREAMS:
        return f"{folder}{found[1]}#{found[3]}{kind}", int(found[2])
    return f"{file}", 0


def _goes_on(before: Path, after: Path, known: dict[Path, Probe | None]) -> bool:
    """Whether a file is the continuation of another: the same kind of picture, and its clock goes on."""
    one, two = (_look(file, known) for file in (before, after))
    if one is None or two is None or one.duration_ms is None:
        return False
    alike = (one.width, one.height, one.video_codec, one.audio_codec) == (
        two.width, two.height, two.video_codec, two.audio_codec,
    )  # fmt: skip
    if before.suffix.lower() not in _STREAMS:
        return alike  # named by chapters: nothing else has such names
    return alike and abs(one.start_ms + one.duration_ms - two.start_ms) <= _SEAM * 1000


def _look(file: Path, known: dict[Path, Probe | None]) -> Probe | None:
    if file not in known:
        try:
            known[file] = probe(file)
        except FilmError:
            known[file] = None
    return known[file]


def join(
    parts: Sequence[Path],
    folder: Path,
    *,
    name: str,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> TakenIn:
    """Put parts together as one film in the library; the parts are never written to.

    The same name again goes on where copying broke off.

    Raises:
        FilmMissing, FilmError: a part cannot be read, or they do not fit together; the disk is full.
        IntakeStoppedError, StoppedError: `cancelled` said so.
    """
    size = sum(first_look(part).size for part in parts)
    target = folder / f"{name}{parts[0].suffix.lower()}"
    part = target.with_name(f"{target.name}.part")
    private_folder(folder)
    chained = not _is_stream(parts)
    try:
        if chained:
            source = _chain(parts, part, size, progress, cancelled)
        else:
            source = copy_into(part, parts, progress=progress, cancelled=cancelled)
        dropped = forget_place(part)
        kept = hash_file(part, cancelled=cancelled) if chained or dropped else source
        part.rename(target)
        sync_folder(folder)
    except OSError as error:
        raise not_written(parts[0], part, size, error) from error
    return TakenIn(target, kept, target.stat().st_size, source if source != kept else "", dropped)


def source_hash(parts: Sequence[Path], *, cancelled: Callable[[], bool] | None = None) -> str:
    """What `join` calls the SHA-256 of its source; of one file its own. Raises FilmMissing, FilmError."""
    if len(parts) == 1 or _is_stream(parts):
        return hash_parts(parts, cancelled=cancelled)
    return _of_all(hash_file(part, cancelled=cancelled) for part in parts)


def _is_stream(parts: Sequence[Path]) -> bool:
    return parts[0].suffix.lower() in _STREAMS


def _of_all(hashes: Iterable[str]) -> str:
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def _chain(
    parts: Sequence[Path],
    part: Path,
    size: int,
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> str:
    """Copy each part, then make one film of them packet by packet; the SHA-256 of all.

    For a moment all is there twice. Where there is no room for that the film is made straight from the parts, in one go.
    """
    if shutil.disk_usage(part.parent).free < 2 * size + RESERVE:
        need_room(parts[0], part.parent, size)
        _remux(parts, part, cancelled, lambda done: progress(min(size - 1, done), size) if progress else None)
        return source_hash(parts, cancelled=cancelled)
    pieces = [part.with_name(f"{number}-{part.name}") for number in range(len(parts))]
    hashes, before = [], 0
    for one, piece in zip(parts, pieces, strict=True):

        def told(done: int, _: int, before: int = before) -> None:
            if progress:
                progress(min(size - 1, before + done), size)

        hashes.append(copy_into(piece, [one], progress=told, cancelled=cancelled))
        before += piece.stat().st_size
    try:
        _remux(pieces, part, cancelled, lambda done: None)
    except FilmError as error:
        if not isinstance(error, StoppedError):
            _away(pieces)
        raise
    _away(pieces)
    if progress:
        progress(size, size)
    return _of_all(hashes)


def _away(pieces: Iterable[Path]) -> None:
    for piece in pieces:
        piece.unlink(missing_ok=True)


def _remux(
    parts: Sequence[Path], target: Path, cancelled: Callable[[], bool] | None, told: Callable[[int], None]
) -> None:
    """Chain the streams of the parts, packet by packet; `told` the bytes that are written, about. Nothing is left of a failure."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    done = False
    try:
        with tempfile.TemporaryDirectory(prefix="vigtui-join-") as place:
            listing = Path(place) / "parts.txt"
            quoted = (str(part.absolute()).replace("'", "'\\''") for part in parts)
            listing.write_text("".join(f"file 'file:{one}'\n" for one in quoted), "utf-8", errors="surrogateescape")
            whitelist = SAFE_INPUT[-1] + ",concat"
            code = run_ffmpeg(
                [
                    "-v", "error", "-protocol_whitelist", "file", "-format_whitelist", whitelist, "-f", "concat", "-safe", "0",
                    "-i", file_url(listing), "-map", "0:v?", "-map", "0:a?", "-c", "copy", "-movflags", "+faststart",
                    "-f", "mp4" if target.name.lower().endswith(".mp4.part") else "mov", "-y", file_url(target),
                ],
                progress=lambda seconds: told(round(seconds * 1_000_000)),
                cancelled=cancelled,
            )  # fmt: skip
        if code != 0:
            raise FilmError("These parts do not fit together.", "Nothing was added. Add them one by one.")
        with target.open("rb") as written:
            os.fsync(written.fileno())
        done = True
    finally:
        if not done:
            target.unlink(missing_ok=True)
