"""Handing clips over: what is cut from a cycle's shortlist, the consent it needs, the files, and the record of their leaving.

Files are cut beside their places under names that begin with a dot. Only when all are whole and the gate has been asked once
more do they get their names, in the same transaction that writes the record: nothing lies there that was not written down.
"""

import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vigtui.domain.audit import Export
from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Blur, BlurKey, Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.cutting import Cut, Piece, Stretch
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import ConsentMissing, FilmMissing, NotFound, NotSensible, VigError
from vigtui.domain.moment import MomentState
from vigtui.domain.timecode import Millis, parse_time
from vigtui.services import cases, consent
from vigtui.services.films import path_of
from vigtui.services.ports import Library, Media, Work

REMEDY = "Nothing was cut. Record the consent (F2, then c on a person), or write why it goes on without."


class ClipsNotWritten(VigError):
    """Clips that cannot be written where they were asked for."""

    summary = "The clips cannot be written there."
    remedy = "Nothing was written. Choose another folder."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made of the clips of a shortlist.

    Attributes:
        positions: the clips by their places on the shortlist; None for all of them.
        kept: only those that the client keeps.
        reel: one film of all clips instead of one each.
        stills: also a picture of each clip, from its middle.
        as_is: copy instead of encoding.
        slow: also each clip at this speed, 0.1 to under 1.
        titles: a card in front of each clip of the reel.
        hold: seconds for which the last frame of each clip of the reel stays.
        blurs: regions to make unrecognisable, by the clip's place.
    """

    purpose: Purpose = Purpose.OWN_COPY
    positions: tuple[int, ...] | None = None
    kept: bool = False
    reel: bool = False
    stills: bool = False
    as_is: bool = False
    slow: float | None = None
    titles: bool = False
    hold: float = 0.0
    jpeg: bool = False
    blurs: Mapping[int, Blur] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.slow is not None and not 0.1 <= self.slow < 1:
            raise NotSensible("Slow motion is 0.1 to under 1 times the speed.")
        if not 0 <= self.hold <= 30:
            raise NotSensible("The last frame can be held for 0 to 30 seconds.")
        if (self.titles or self.hold) and not self.reel:
            raise NotSensible("Title cards and holds belong to a reel.", "Nothing was cut. Ask for a reel as well.")
        if self.as_is and (self.reel or self.slow or self.blurs):
            raise NotSensible(
                "What is cut as it is cannot be changed: no reel, no slow motion, no blurred region.",
                "Nothing was cut. Leave out “as it is”.",
            )


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was handed over."""

    file: Path
    kind: Piece
    clips: tuple[int, ...]
    """Places of the clips on the shortlist."""
    cuts: tuple[Cut, ...]
    asked: tuple[tuple[Millis, Millis], ...]
    """The marks of each clip."""

    @property
    def remark(self) -> str:
        """Where it does not begin and end where it was marked; empty where it does."""
        if all(one.exact for one in self.cuts):
            return ""
        begins = "; ".join(
            f"clip {place} begins {abs(cut.in_ms - start) / 1000:.3f} s {'early' if cut.in_ms < start else 'late'}"
            for place, cut, (start, _) in zip(self.clips, self.cuts, self.asked, strict=True)
            if not cut.exact
        )
        return f"{begins}." if self.kind is Piece.COPY else f"The film is damaged there: {begins}."


@dataclass(frozen=True, slots=True)
class _Task:
    piece: Piece
    clips: tuple[Clip, ...]
    stretches: tuple[Stretch, ...]
    name: str

    @property
    def weight(self) -> int:
        """About how long it takes, beside the others."""
        return 500 + sum(one.out_ms - one.in_ms for one in self.stretches)


_BLUR = re.compile(r"(\d{1,4})@([\d:.,]+)=" + ",".join([r"(\d{1,3}(?:\.\d+)?)"] * 4), re.ASCII)


def read_blurs(typed: Sequence[str]) -> dict[int, Blur]:
    """Read ``N@T=X,Y,W,H``; several of one clip are key positions of one region. Raises NotSensible, TimeUnreadable."""
    keys: dict[int, list[BlurKey]] = {}
    for one in typed:
        found = _BLUR.fullmatch("".join(one.split()))
        if not found:
            raise NotSensible(
                f"“{one.strip()[:40]}” names no region to blur.",
                "Nothing was cut. Write it like 2@03:12.4=10,20,15,30: clip, time, left, top, width and height in per cent.",
            )
        x, y, width, height = (float(part) / 100 for part in found.groups()[2:])
        keys.setdefault(int(found[1]), []).append(BlurKey(parse_time(found[2]), x, y, width, height))
    return {clip: Blur(tuple(places)) for clip, places in keys.items()}


def chosen(file: CaseFile, cycle: Cycle, wanted: Wanted) -> tuple[Clip, ...]:
    """The clips that are meant; never a private moment. Raises NotFound where there are none."""
    listed = file.clips_of(cycle.id)
    places = {clip.position for clip in listed}
    for place in (*(wanted.positions or ()), *wanted.blurs):
        if place not in places:
            raise NotFound(f"Cycle {cycle.number} has no clip {place} on its shortlist.", "Nothing was cut.")
    found = tuple(
        clip
        for clip in listed
        if (wanted.positions is None or clip.position in wanted.positions) and (clip.client_keeps or not wanted.kept)
    )
    if not found and listed and wanted.kept:
        raise NotFound("The client keeps none of these clips.", "Nothing was cut. Say which ones on the wrap-up, F7.")
    if not found:
        raise NotFound(f"Cycle {cycle.number} has no clip on its shortlist.", "Nothing was cut. Choose some first, F5.")
    return found


def films_of(file: CaseFile, clips: Sequence[Clip]) -> list[str]:
    """The ids of the films that clips come from."""
    return list(dict.fromkeys(file.moment(clip.moment_id).film_id for clip in clips))


def check(work: Work, file: CaseFile, cycle: Cycle, wanted: Wanted, reason: str = "") -> None:
    """Say before anything is cut what stands in its way. Raises NotFound, ConsentMissing."""
    clips = chosen(file, cycle, wanted)
    found = consent.gate(file, films_of(file, clips), wanted.purpose, work.today)
    if not found.is_open and not reason.strip():
        raise ConsentMissing(found.sentence, REMEDY)


def hand_over(
    library: Library,
    media: Media,
    case_id: str,
    number: int,
    wanted: Wanted,
    folder: Path,
    *,
    reason: str = "",
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Made, ...]:
    """Cut clips of a cycle's shortlist into a folder. Blocking and long: for a worker thread and the command line.

    Args:
        library: the library.
        media: the tools that cut.
        case_id: the case.
        number: of the cycle.
        wanted: which clips, and what is made of them.
        folder: where the files go; made where its parent is there. A file of the same name is replaced.
        reason: why it goes on where somebody's consent is missing; stands in the audit trail.
        progress: told how much of 1000 is done.
        cancelled: asked many times a second.

    Raises:
        ConsentMissing: somebody seen has not agreed, and there is no reason.
        NotFound: there is nothing to cut.
        ClipsNotWritten: the folder cannot be written.
        FilmMissing, FilmError: a film cannot be read, or it was stopped.
    """
    file = library.read(lambda work: cases.load(work, case_id))
    cycle = file.cycle(number)
    library.read(lambda work: check(work, file, cycle, wanted, reason))
    clips = chosen(file, cycle, wanted)
    tasks = _tasks(library, media, file, cycle, clips, wanted)
    _prepare(folder, library.folder)
    parts: list[tuple[_Task, Path, list[Cut]]] = []

    try:
        _cut_all(media, tasks, wanted, folder, parts, progress, cancelled)
        made = library.change(
            lambda work: _record(work, case_id, number, wanted, reason, parts, folder.absolute()), remembered=False
        )
    finally:
        for _, part, _ in parts:
            part.unlink(missing_ok=True)
    if progress:
        progress(1000, 1000)
    return made


def _cut_all(
    media: Media,
    tasks: Sequence[_Task],
    wanted: Wanted,
    folder: Path,
    parts: list[tuple[_Task, Path, list[Cut]]],
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    """Make every file; `parts` holds those that were begun, so that they are taken away where one cannot be made."""
    whole, done = sum(task.weight for task in tasks), 0

    def told(part: float) -> None:
        if progress:
            progress(min(999, round(1000 * (done + part * task.weight) / whole)), 1000)

    for task in tasks:
        part = _part(folder)
        parts.append((task, part, cuts := []))
        cuts += media.make(
            task.piece, task.stretches, part, speed=wanted.slow or 1.0, titles=wanted.titles, hold=wanted.hold,
            jpeg=wanted.jpeg, progress=told, cancelled=cancelled,
        )  # fmt: skip
        with part.open("rb") as written:
            os.fsync(written.fileno())
        done += task.weight


def _tasks(
    library: Library, media: Media, file: CaseFile, cycle: Cycle, clips: Sequence[Clip], wanted: Wanted
) -> list[_Task]:
    """Every file that is to be made."""
    stem = "-".join(part for part in (tame(file.case.code), "cycle", str(cycle.number)) if part)
    picture = "jpg" if wanted.jpeg else "png"
    tasks: list[_Task] = []
    running: list[tuple[Clip, Stretch]] = []
    for clip in clips:
        stretch = _stretch(library.folder, file, clip, wanted)
        name = f"{stem}-clip-{clip.position}"
        if stretch.in_ms == stretch.out_ms:
            tasks.append(_Task(Piece.STILL, (clip,), (stretch,), f"{name}-still.{picture}"))
            continue
        running.append((clip, stretch))
        if wanted.stills:
            middle = Millis((stretch.in_ms + stretch.out_ms) // 2)
            cut = Stretch(stretch.source, middle, stretch.out_ms, stretch.video_track, None, stretch.blur)
            tasks.append(_Task(Piece.STILL, (clip,), (cut,), f"{name}-still.{picture}"))
        if wanted.as_is:
            kind = media.container_of(stretch)
            tasks.append(_Task(Piece.COPY, (clip,), (stretch,), f"{name}-as-it-is.{kind}"))
        elif not wanted.reel:
            tasks.append(_Task(Piece.CLIP, (clip,), (stretch,), f"{name}.mp4"))
        if wanted.slow:
            tasks.append(_Task(Piece.SLOW, (clip,), (stretch,), f"{name}-slow.mp4"))
    if wanted.reel and running:
        in_order = tuple(clip for clip, _ in running), tuple(stretch for _, stretch in running)
        tasks.append(_Task(Piece.REEL, *in_order, f"{stem}-reel.mp4"))
    return tasks


def _stretch(folder: Path, file: CaseFile, clip: Clip, wanted: Wanted) -> Stretch:
    moment = file.moment(clip.moment_id)
    film = file.film(moment.film_id)
    if film.deleted_on:
        raise FilmMissing(f"The film of clip {clip.position} was erased.", "Nothing was cut. The notes are kept.")
    return Stretch(
        source=path_of(folder, film),
        in_ms=moment.in_ms,
        out_ms=moment.out_ms,
        video_track=film.video_track,
        sound_track=film.sound_track,
        blur=wanted.blurs.get(clip.position),
        title=clip.opening_question.strip(),
    )


def tame(code: str) -> str:
    """A case's code without what no file name should hold."""
    return re.sub(r"[^\w.-]+", "-", code).strip("-.")


def _prepare(folder: Path, library: Path) -> None:
    """Make the folder where only it is missing. Raises ClipsNotWritten."""
    try:
        if folder.resolve().is_relative_to(library.resolve()):
            raise ClipsNotWritten("Clips cannot be written into the library's own folder.")
        if not folder.is_dir():
            folder.mkdir(mode=0o700)
    except OSError as fault:
        raise ClipsNotWritten(f"The folder cannot be made ({fault.strerror}).") from fault


def _part(folder: Path) -> Path:
    """A new empty file that only its owner may read. Raises ClipsNotWritten."""
    try:
        handle, name = tempfile.mkstemp(prefix=".vigtui-", suffix=".part", dir=folder)
    except OSError as fault:
        raise ClipsNotWritten(f"The clips cannot be written there ({fault.strerror}).") from fault
    os.close(handle)
    return Path(name)


def _still_listed(file: CaseFile, clips: Sequence[Clip]) -> None:
    """Refuse what became private, or was removed, while it was being cut. Raises NotFound."""
    for clip in clips:
        moment = next((one for one in file.moments if one.id == clip.moment_id), None)
        if moment is None or moment.state is MomentState.PRIVATE:
            raise NotFound(f"Clip {clip.position} is no longer on the shortlist.", "Nothing was handed over.")


def _record(
    work: Work,
    case_id: str,
    number: int,
    wanted: Wanted,
    reason: str,
    parts: Sequence[tuple[_Task, Path, list[Cut]]],
    folder: Path,
) -> tuple[Made, ...]:
    """Ask the gate, write down what leaves, and give the files their names, last."""
    file = cases.load(work, case_id)
    cycle = file.cycle(number)
    clips = list({clip.id: clip for task, _, _ in parts for clip in task.clips}.values())
    _still_listed(file, clips)
    films = films_of(file, clips)
    gate = consent.require(work, file, films, wanted.purpose, use="clips cut", subject=cycle.id, without_consent=reason)
    why = "" if gate.is_open else reason.strip()
    made = []
    for task, _, cuts in parts:
        target = folder / task.name
        if target.is_symlink() or (target.exists() and not target.is_file()):
            raise ClipsNotWritten("A folder, a link or a device has the name of a clip.")
        work.add(
            Export(
                id=work.new_id(),
                case_id=case_id,
                kind=f"{task.piece.value} {', '.join(str(clip.position) for clip in task.clips)} of cycle {number}",
                purpose=wanted.purpose,
                target=str(target).encode("utf-8", "replace").decode(),
                made_at=work.now,
                made_by=work.actor,
                without_consent_why=why,
            )
        )
        marks = tuple((one.in_ms, one.out_ms) for one in task.stretches)
        made.append(Made(target, task.piece, tuple(clip.position for clip in task.clips), tuple(cuts), marks))
    blurred = ", a region blurred" if wanted.blurs else ""
    words = f"{len(parts)} files from cycle {number} of {file.case.code}, for {wanted.purpose.value}{blurred}."
    work.audit("clips cut", case_id, words, cycle.id)
    try:
        for (_, part, _), one in zip(parts, made, strict=True):
            part.replace(one.file)
    except OSError as fault:
        raise ClipsNotWritten(f"The clips cannot be written there ({fault.strerror}).") from fault
    return tuple(made)
