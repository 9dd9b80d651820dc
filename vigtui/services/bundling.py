"""Case bundles: a case with its films checked out of this library, and checked in again. Blocking and long: for worker threads."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

from vigtui import __version__
from vigtui.domain.audit import AuditEntry, Export
from vigtui.domain.bundle import (
    BundleBase,
    BundleDamaged,
    CaseAway,
    CaseBundle,
    CheckInRefused,
    Direction,
    FilmEntry,
    Manifest,
)
from vigtui.domain.case import Case
from vigtui.domain.consent import Purpose
from vigtui.domain.errors import FilmMissing, NotFound, NotSensible
from vigtui.domain.film import Film
from vigtui.domain.record import CaseRecord, Record
from vigtui.domain.supervision import Supervision, SupervisionCycle
from vigtui.services import cases, consent
from vigtui.services.arriving import Arrival
from vigtui.services.films import FILMS_FOLDER, path_of
from vigtui.services.leaving import FileNotWritten, check_place, settle, written_whole
from vigtui.services.merging import Merge, Rows, merge
from vigtui.services.ports import Bundles, Library, OpenBundle, Work

Step = Callable[[int, int], None]
_STAYS = {CaseBundle, BundleBase}
_MOST_ROWS = 2_000_000


@dataclass(frozen=True, slots=True)
class Order:
    """How a case is to go out.

    Attributes:
        passphrase: without which nobody reads the bundle.
        reason: written where somebody goes on without consent.
    """

    passphrase: str
    purpose: Purpose = Purpose.THERAPY
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """What a bundle brought."""

    case_id: str
    code: str
    new: bool
    """Whether the case was not here before."""
    added: int
    changed: int
    removed: int
    """Records."""
    films: int
    """Films that were copied in."""

    @property
    def sentence(self) -> str:
        """For the person."""
        films = f"{self.films} {'film' if self.films == 1 else 'films'}"
        if self.new:
            return f"Case {self.code} is in this library now, with {films}."
        return (
            f"Case {self.code} is back: {self.added} records added, {self.changed} changed, {self.removed} removed, "
            f"{films} new."
        )


def is_out(work: Work, case_id: str) -> CaseBundle | None:
    """The bundle in which a case is out; None where it is here."""
    out = work.find(CaseBundle, case_id=case_id, direction=Direction.OUT, ended_at=None)
    return out[-1] if out else None


# Out


def check_can_leave(work: Work, code: str) -> None:
    """Refuse a case that is out already, before anybody types a passphrase. Raises NotFound, CaseAway."""
    if is_out(work, cases.find_case(work, code).id):
        raise CaseAway


def _check_order(library: Library, target: Path, order: Order) -> None:
    if not order.passphrase.strip():
        raise NotSensible("A bundle needs a passphrase.", "Nothing was written. Choose one of several words.")
    check_place(target, library.folder)
    if target.exists():
        raise FileNotWritten("There is a file of that name already, and a bundle never replaces one.")


def check_before(library: Library, code: str, target: Path, order: Order) -> None:
    """Refuse what can be refused before the long work begins. Raises as `check_out` does."""
    _check_order(library, target.absolute(), order)
    library.read(lambda work: _pack(work, code, order, library.folder))


def check_out(library: Library, bundles: Bundles, code: str, target: Path, order: Order, step: Step) -> CaseBundle:
    """Write everything of a case and its films into one encrypted file; from then on the case is read-only here.

    It counts as out from the moment the file is whole and on the disk. Interrupted before, nothing has happened.

    Raises:
        NotFound, CaseAway, ConsentMissing, FilmMissing, FilmError, FileNotWritten: nothing was checked out.
    """
    target = target.absolute()
    _check_order(library, target, order)
    packed = library.read(lambda work: _pack(work, code, order, library.folder))
    if packed.manifest.total > shutil.disk_usage(target.parent).free:
        raise FileNotWritten("There is not enough room for the bundle on that disk.")
    with written_whole(target) as (stream, part):
        bundles.write(stream, order.passphrase, packed.manifest, packed.records, packed.films, step)
        made = library.change(lambda work: _leave(work, packed, order, target, library.folder), remembered=False)
        try:
            settle(stream, part, target)
        except OSError:
            library.change(lambda work: _end(work, made, "the file could not be put in its place"), remembered=False)
            raise
    return made


@dataclass(frozen=True, slots=True)
class _Packed:
    """A case ready to go."""

    manifest: Manifest
    records: bytes
    films: dict[str, Path]


def _pack(work: Work, code: str, order: Order, library: Path) -> _Packed:
    case = cases.find_case(work, code)
    if is_out(work, case.id):
        raise CaseAway
    file = cases.load(work, case.id)
    films = [film for film in file.films if not film.deleted_on]
    if not order.reason.strip():  # with a reason it is asked when the case goes, and the reason kept
        _gate(work, case.id, order)
    paths = {film.id: path_of(library, film) for film in films}
    entries = tuple(FilmEntry(film.id, _suffix(film), _size(film, paths[film.id])) for film in films)
    records = _document(work, rows_of(work, case.id))
    before = work.find(CaseBundle, case_id=case.id)
    bundle_id = work.new_id()
    manifest = Manifest(
        bundle_id=bundle_id,
        case_id=case.id,
        code=case.code,
        made_at=work.now.astimezone(UTC).isoformat(timespec="seconds"),
        made_by=work.actor,
        program=f"vigtui {__version__}",
        lineage=(*(before[-1].lineage if before else ()), bundle_id),
        record_bytes=len(records),
        films=entries,
    )
    return _Packed(manifest, records, paths)


def _suffix(film: Film) -> str:
    suffix = Path(film.location).suffix.lower()
    return suffix if suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 6 else ""


def _size(film: Film, path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as fault:
        raise FilmMissing(
            f"{film.label.capitalize()} is not where it was, and a bundle holds every film.",
            "Nothing was written. Plug in the drive it is on, or remove the film from the case.",
        ) from fault


def _gate(work: Work, case_id: str, order: Order) -> None:
    file = cases.load(work, case_id)
    films = [film.id for film in file.films if not film.deleted_on]
    consent.require(work, file, films, order.purpose, use="bundle", subject=case_id, without_consent=order.reason)


def rows_of(work: Work, case_id: str) -> Rows:
    """Every row of a case by kind and id, places of films as they are in a bundle.

    Of the meetings with a supervisor go those that were about this case alone; others stay, with what ties them to it.
    """
    found: Rows = {Case: {case_id: work.to_row(work.get(Case, case_id))}}
    for kind in work.kinds:
        if kind is AuditEntry or (issubclass(kind, CaseRecord) and kind not in _STAYS):
            found[kind] = {one.id: work.to_row(one) for one in work.find(kind, case_id=case_id)}
    links = work.find(SupervisionCycle)
    of_others = {one.supervision_id for one in links if one.case_id != case_id}
    own = {one.supervision_id for one in links if one.case_id == case_id} - of_others
    found[SupervisionCycle] = {id_: row for id_, row in found[SupervisionCycle].items() if row["supervision_id"] in own}
    found[Supervision] = {id_: work.to_row(work.get(Supervision, id_)) for id_ in sorted(own)}
    for id_, row in found[Film].items():
        row["location"] = f"{FILMS_FOLDER}/{id_}{Path(str(row['location'])).suffix.lower()}"
    return found


def _document(work: Work, rows: Rows) -> bytes:
    kinds = {kind.__name__: list(rows[kind].values()) for kind in work.kinds if rows.get(kind)}
    return json.dumps(kinds, ensure_ascii=True, separators=(",", ":")).encode()


def _leave(work: Work, packed: _Packed, order: Order, target: Path, library: Path) -> CaseBundle:
    """Mark the case as out, if it still is what was packed."""
    manifest = packed.manifest
    case = work.get(Case, manifest.case_id)
    if is_out(work, case.id):
        raise CaseAway
    if _document(work, rows_of(work, case.id)) != packed.records:
        raise NotSensible(
            "The case was changed while the bundle was being made.",
            "Nothing was checked out, and what was written is thrown away. Do it again when nobody works on the case.",
        )
    _gate(work, case.id, order)
    made = work.add(
        CaseBundle(
            id=work.new_id(),
            case_id=case.id,
            bundle=manifest.bundle_id,
            direction=Direction.OUT,
            at=work.now,
            by=work.actor,
            lineage=manifest.lineage,
        )
    )
    work.add(BundleBase(id=work.new_id(), case_id=case.id, bundle=manifest.bundle_id, records=packed.records.decode()))
    work.add(
        Export(
            id=work.new_id(),
            case_id=case.id,
            kind="bundle",
            purpose=order.purpose,
            target=str(target).encode("utf-8", "replace").decode(),
            made_at=work.now,
            made_by=work.actor,
            without_consent_why=order.reason.strip(),
        )
    )
    reason = f" Reason: {order.reason.strip()}" if order.reason.strip() else ""
    words = f"{case.code} with {len(packed.films)} films for {order.purpose.value}.{reason}"
    work.audit("case checked out", case.id, words, manifest.bundle_id)
    return made


def _end(work: Work, out: CaseBundle, why: str) -> None:
    work.update(CaseBundle, out.id, ended_at=work.now, ended_why=why)
    work.audit("case checked in", out.case_id, why, out.bundle)


def take_back(work: Work, code: str, why: str) -> Case:
    """Make a case that is out writable here again, without its bundle; a bundle that comes later is merged.

    Raises:
        NotSensible: no reason was written, or the case is not out.
    """
    case = cases.find_case(work, code)
    out = is_out(work, case.id)
    if out is None:
        raise NotSensible(f"Case {case.code} is not out.", "Nothing was changed; it can be worked on here.")
    if not why.strip():
        raise NotSensible("Taking a case back needs a few words.", "Nothing was changed. Write why, even one word.")
    _end(work, out, f"taken back: {why.strip()}")
    work.did(f"case {case.code} taken back", case.id)
    return case


# In


def check_is_file(source: Path) -> None:
    """Refuse a bundle that is not there. Raises NotFound."""
    if not os.path.isfile(source):  # noqa: PTH113 - False, not an error, where it may not be looked at
        raise NotFound("There is no bundle of that name.", "Nothing was added. Check the name.")


def check_in(library: Library, bundles: Bundles, source: Path, passphrase: str, step: Step) -> CheckedIn:
    """Take a case in from a bundle, or bring it back. Everything is read, proved and compared before anything is changed.

    Raises:
        NoBundle, WrongPassphrase, BundleDamaged, CheckInRefused: nothing was changed.
    """
    try:
        check_is_file(source)
        with source.open("rb") as stream:
            return _take_in(library, bundles.open(stream, passphrase), step)
    except OSError as fault:
        reason = fault.strerror or "input/output error"
        raise BundleDamaged(f"The bundle cannot be read, or the library not written ({reason}).") from fault


def _take_in(library: Library, opened: OpenBundle, step: Step) -> CheckedIn:
    manifest = opened.manifest
    library.read(lambda work: _plan(work, manifest))
    data = opened.records()
    theirs = library.read(lambda work: read_records(work, data, manifest))
    before = library.read(lambda work: _compare(work, manifest, theirs))
    needed = {id_ for kind, id_ in before.added if kind is Film and not theirs[Film][id_]["deleted_on"]}
    if needed - {film.film_id for film in manifest.films}:
        raise BundleDamaged("A film is missing in the bundle.")
    with Arrival(library.folder, manifest, needed) as arrival:
        arrival.copy(opened, step)
        arrival.place()
        done = library.change(lambda work: _apply(work, manifest, theirs), remembered=not _is_new(before))
        arrival.keep()
    return replace(done, films=len(needed))


def _is_new(found: Merge) -> bool:
    """Whether the case itself is among what is added."""
    return any(kind is Case for kind, _ in found.added)


def _plan(work: Work, manifest: Manifest) -> str | None:
    """The bundle that the case was like when it left here; None for a case that was never here.

    Raises:
        CheckInRefused: this bundle cannot go into this library now.
    """
    known = work.find(Case, id=manifest.case_id)
    if not known:
        if work.find(Case, code=manifest.code):
            raise CheckInRefused(
                f"There is another case “{manifest.code}” in this library.",
                "Nothing was changed. Give one of the two another code first.",
            )
        return None
    mine = work.find(CaseBundle, case_id=manifest.case_id)
    if any(one.direction is Direction.IN and one.bundle == manifest.bundle_id for one in mine):
        raise CheckInRefused("This bundle was checked in already.", "Nothing was changed; what it brought is here.")
    out = is_out(work, manifest.case_id)
    bases = [one.bundle for one in mine if one.direction is Direction.OUT and one.bundle in manifest.lineage]
    if out and out.bundle not in bases:
        raise CheckInRefused(
            f"The case went out in another bundle, on {out.at:%Y-%m-%d}, and this one does not come from it.",
            "Nothing was changed. Check in the bundle that came back from there.",
        )
    if not bases:
        raise CheckInRefused(
            f"Case {known[0].code} is here already, and this bundle was not made from the one here.",
            "Nothing was changed. A case is taken to another library by checking it out there.",
        )
    if not out and manifest.bundle_id in bases:
        raise CheckInRefused(
            "This is the bundle as it left here, and the case was taken back since.",
            "Nothing was changed; it is all here.",
        )
    return max(bases, key=manifest.lineage.index)


def read_records(work: Work, data: bytes, manifest: Manifest) -> Rows:
    """The rows in a bundle, each looked at.

    Raises:
        BundleDamaged, NotSensible: something in it is no row of this case.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as fault:
        raise BundleDamaged from fault
    if not isinstance(document, dict):
        raise BundleDamaged
    kinds = {kind.__name__: kind for kind in work.kinds if kind not in _STAYS}
    if set(document) - set(kinds):
        raise NotSensible("It was made by a newer vigtui.", "Nothing was added. Update vigtui on this computer.")
    found: Rows = {kind: {} for kind in kinds.values()}
    count = 0
    for name, rows in document.items():
        kind = kinds[name]
        for row in rows if isinstance(rows, list) else [None]:
            count += 1
            if not isinstance(row, dict) or count > _MOST_ROWS:
                raise BundleDamaged
            record = _checked(work.from_row(kind, row), manifest)
            if record.id in found[kind]:
                raise BundleDamaged
            found[kind][record.id] = work.to_row(record)
    if list(found[Case]) != [manifest.case_id]:
        raise BundleDamaged
    films = {film.film_id: film for film in manifest.films}
    for id_, row in found[Film].items():  # where a film lies is for this library to say
        row["location"] = films[id_].name if id_ in films else f"{FILMS_FOLDER}/gone"
    return found


def _checked(record: Record, manifest: Manifest) -> Record:
    """Refuse what belongs to another case. Raises BundleDamaged."""
    if isinstance(record, CaseRecord | AuditEntry) and record.case_id != manifest.case_id:
        raise BundleDamaged
    return record


def _compare(work: Work, manifest: Manifest, theirs: Rows) -> Merge:
    base_id = _plan(work, manifest)
    there_already = {id_: work.to_row(one) for id_ in theirs[Supervision] for one in work.find(Supervision, id=id_)}
    if base_id is None:
        base: Rows = {Supervision: {id_: theirs[Supervision][id_] for id_ in there_already}}
        return merge(base, {Supervision: there_already}, theirs, work.kinds)
    ours = rows_of(work, manifest.case_id)
    ours[Supervision] |= there_already
    (kept,) = work.find(BundleBase, case_id=manifest.case_id, bundle=base_id)
    names = {kind.__name__: kind for kind in work.kinds}
    base = {
        names[name]: {row["id"]: row for row in rows}
        for name, rows in json.loads(kept.records).items()
        if name in names
    }
    return merge(base, ours, theirs, work.kinds)


def _apply(work: Work, manifest: Manifest, theirs: Rows) -> CheckedIn:
    found = _compare(work, manifest, theirs)
    new = _is_new(found)
    out = None if new else is_out(work, manifest.case_id)
    if out:  # from here on the case may be written to
        _end(work, out, "came back")
    for kind, id_ in reversed(found.removed):
        work.remove(kind, id_)
    for kind, id_ in found.added:
        work.add(work.from_row(kind, theirs[kind][id_]))
    for kind, id_, changes in found.changed:
        after = work.from_row(kind, theirs[kind][id_])
        changed: dict[str, Any] = {name: getattr(after, name) for name in changes}
        work.update(kind, id_, **changed)
    work.add(
        CaseBundle(
            id=work.new_id(),
            case_id=manifest.case_id,
            bundle=manifest.bundle_id,
            direction=Direction.IN,
            at=work.now,
            by=work.actor,
            lineage=manifest.lineage,
        )
    )
    case = work.get(Case, manifest.case_id)
    work.did(f"case {case.code} checked in", case.id)
    words = f"{case.code}: {len(found.added)} records added, {len(found.changed)} changed, {len(found.removed)} removed"
    work.audit("bundle taken in", case.id, words, manifest.bundle_id)
    return CheckedIn(case.id, case.code, new, len(found.added), len(found.changed), len(found.removed), 0)
