"""Cases checked out and in between two real libraries."""

import asyncio
import hashlib
import io
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
from datetime import date
from pathlib import Path

import pytest

from tests.support.builders import House, add_clip, add_film, add_question, build_house, give_consents, hold_review
from tests.support.libraries import add_draft
from vigtui import wiring
from vigtui.domain.audit import AuditEntry, Export
from vigtui.domain.bundle import BundleDamaged, CaseAway, CaseBundle, CheckInRefused, WrongPassphrase
from vigtui.domain.case import Case
from vigtui.domain.consent import Purpose
from vigtui.domain.errors import ConsentMissing, FilmMissing, LibraryError, NotSensible, VigError
from vigtui.domain.film import Film
from vigtui.domain.moment import Moment
from vigtui.domain.person import Person, Role
from vigtui.domain.review import NoteKind
from vigtui.domain.timecode import Millis
from vigtui.interchange import bundle as bundle_room
from vigtui.interchange.age import Sealer
from vigtui.services import bundling, cases, moments, people, supervision
from vigtui.services.bundling import Order
from vigtui.store.database import Library

pytestmark = pytest.mark.usefixtures("cheap")
ROOT = Path(__file__).parents[2]
SECRET = "four words of mine"  # noqa: S105 - of the bundles made here
FILM_BYTES = 300_000


def nothing(done: int, total: int) -> None:
    """Nobody looks at the progress."""


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> House:
    """A case with much in it: people, consents, question, a film with a file, clips, a private moment, a review with a concern."""
    house = build_house(tmp_path_factory.mktemp("made") / "library")
    give_consents(house)
    add_question(house, "[wait] longer")
    film = add_film(house)
    clip = add_clip(house, film)
    add_clip(house, film, 40_000)
    hold_review(house, ((NoteKind.QUOTE, "I see her 👩‍👧"), (NoteKind.CONCERN, "worry")), clip.id)
    file = house.library.folder / film.location
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_bytes(bytes(i * 31 % 256 for i in range(FILM_BYTES)))
    house.change(lambda work: cases.new_case(work, "Willow", house.packs.get("parent-child")))
    house.library.close()
    return house


class Side:
    """One of the two libraries."""

    def __init__(self, folder: Path, who: str, case_id: str) -> None:
        self.library = Library(folder, actor=who)
        self.case_id = case_id

    @property
    def file(self):
        return self.library.read(lambda work: cases.load(work, self.case_id))

    @property
    def rows(self):
        return self.library.read(lambda work: bundling.rows_of(work, self.case_id))

    def out(self, target: Path, **how) -> CaseBundle:
        step = how.pop("step", nothing)
        return bundling.check_out(self.library, wiring.bundles(), "K17", target, Order(SECRET, **how), step)

    def take(self, source: Path, passphrase: str = SECRET, step=nothing):
        return bundling.check_in(self.library, wiring.bundles(), source, passphrase, step)

    def change(self, kind, record_id, **changes):
        return self.library.change(lambda work: work.update(kind, record_id, **changes))

    def mark(self, start: int, note: str = "") -> Moment:
        film = self.file.films[0]
        return self.library.change(
            lambda work: moments.mark(work, film, Millis(start), Millis(start + 1000), note=note)
        )

    @property
    def away(self) -> bool:
        return self.library.read(lambda work: bundling.is_out(work, self.case_id)) is not None


@pytest.fixture
def server(made, tmp_path):
    shutil.copytree(made.library.folder, tmp_path / "server")
    side = Side(tmp_path / "server", "RB", made.case_id)
    yield side
    side.library.close()


@pytest.fixture
def laptop(made, tmp_path):
    side = Side(tmp_path / "laptop", "on the road", made.case_id)
    yield side
    side.library.close()


def leftovers(folder: Path) -> list[str]:
    return [one.name for one in folder.rglob("*") if one.name.startswith(("arriving-", ".vigtui-"))]


# There and back


def test_everything_goes_there(server, laptop, tmp_path):
    before = server.rows
    add_draft(server.library, server.file.case, "half typed")
    server.out(tmp_path / "k17.age")
    done = laptop.take(tmp_path / "k17.age")
    assert (done.code, done.new, done.films) == ("K17", True, 1)
    after = laptop.rows
    for kind, rows in before.items():
        if kind is not AuditEntry:
            assert after[kind] == rows, kind
    assert set(before[AuditEntry]) < set(after[AuditEntry])
    film = laptop.file.films[0]
    there = laptop.library.folder / film.location
    assert there.read_bytes() == (server.library.folder / film.location).read_bytes()
    assert stat.S_IMODE(there.stat().st_mode) == 0o600
    assert stat.S_IMODE(there.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "k17.age").stat().st_mode) == 0o600
    assert laptop.library.read(lambda work: [one.code for one in work.find(Case)]) == ["K17"]
    assert not leftovers(tmp_path)
    assert laptop.library.health() == "ok"
    assert laptop.library.read(lambda work: work.drafts()) == [], "what is half typed stays with whoever types it"
    assert server.library.read(lambda work: len(work.drafts())) == 1


def test_nothing_of_it_can_be_read_without_the_passphrase(server, laptop, tmp_path):
    server.out(tmp_path / "k17.age")
    whole = (tmp_path / "k17.age").read_bytes()
    for words in (b"K17", b"Anna", b"ustar", b"films/", bytes(i * 31 % 256 for i in range(64))):
        assert words not in whole
    with pytest.raises(WrongPassphrase):
        laptop.take(tmp_path / "k17.age", "four words of hers")
    assert laptop.library.read(lambda work: work.find(Case)) == []


def test_while_it_is_out_it_is_read_only_here_and_other_cases_are_not(server, tmp_path):
    moment, person = server.file.moments[0], server.file.people[0]
    server.change(Moment, moment.id, note="before")
    server.out(tmp_path / "k17.age")
    library, film = server.library, server.file.films[0]
    for job in (
        lambda work: work.update(Case, server.case_id, setting="x"),
        lambda work: work.update(Moment, moment.id, note="x"),
        lambda work: moments.remove(work, moment.id),
        lambda work: work.remove(Person, person.id),
        lambda work: work.remove(Case, server.case_id),
        lambda work: people.add_person(work, server.case_id, Role.OTHER, "Oma"),
        lambda work: moments.mark(work, film, Millis(0), Millis(9)),
        lambda work: cases.open_cycle(work, server.case_id),
    ):
        with pytest.raises(CaseAway, match="This case is out"):
            library.change(job)
        with pytest.raises(CaseAway):
            library.change(job, remembered=False)
    with pytest.raises(CaseAway):
        asyncio.run(library.undo(server.case_id))
    assert server.file.moment(moment.id).note == "before"
    library.change(lambda work: people.add_person(work, cases.find_case(work, "Willow").id, Role.CLIENT, "Bo"))
    with pytest.raises(CaseAway):
        server.out(tmp_path / "again.age")
    assert not (tmp_path / "again.age").exists()


def test_work_done_there_comes_back_and_undo_takes_the_return_as_one_change(server, laptop, tmp_path):
    before = server.file
    server.out(tmp_path / "out.age")
    laptop.take(tmp_path / "out.age")
    kept, gone = before.moments[:2]
    laptop.change(Moment, kept.id, note="seen on the train")
    laptop.library.change(lambda work: moments.remove(work, gone.id))
    laptop.mark(90_000, "new")
    laptop.out(tmp_path / "back.age")
    assert laptop.away
    done = server.take(tmp_path / "back.age")
    assert (done.new, done.films) == (False, 0)
    after = server.file
    assert {one.note for one in after.moments} == {"seen on the train", "new"}
    assert gone.id not in {one.id for one in after.moments}
    assert len(after.clips) == 1
    assert not server.away
    assert asyncio.run(server.library.undo(server.case_id)) == "case K17 checked in"
    assert server.file.moments == before.moments
    assert asyncio.run(server.library.redo(server.case_id)) == "case K17 checked in"
    assert server.file.moments == after.moments
    assert server.library.health() == "ok"


def test_it_goes_there_and_back_again_and_again(server, laptop, tmp_path):
    for number in range(3):
        server.out(tmp_path / f"out{number}.age")
        laptop.take(tmp_path / f"out{number}.age")
        laptop.mark(50_000 + number, f"trip {number}")
        laptop.out(tmp_path / f"back{number}.age")
        server.take(tmp_path / f"back{number}.age")
        server.mark(70_000 + number, f"home {number}")
    assert {one.note for one in server.file.moments} >= {f"{where} {i}" for where in ("trip", "home") for i in range(3)}
    with pytest.raises(CheckInRefused, match="checked in already"):
        server.take(tmp_path / "back0.age")
    with pytest.raises(CheckInRefused, match="checked in already"):
        laptop.take(tmp_path / "out1.age")


def test_a_film_taken_there_comes_back_with_its_file(server, laptop, tmp_path):
    server.out(tmp_path / "out.age")
    laptop.take(tmp_path / "out.age")
    film = add_film(House(laptop.library, None, laptop.case_id), name="second.mp4")
    (laptop.library.folder / film.location).write_bytes(b"another film")
    laptop.out(tmp_path / "back.age")
    assert server.take(tmp_path / "back.age").films == 1
    assert (server.library.folder / film.location).read_bytes() == b"another film"


def test_a_film_that_lies_elsewhere_goes_along_and_keeps_its_place_here(server, laptop, tmp_path):
    film = server.file.films[0]
    elsewhere = tmp_path / "card" / "DCIM 1.MP4"
    elsewhere.parent.mkdir()
    (server.library.folder / film.location).rename(elsewhere)
    server.change(Film, film.id, location=elsewhere.as_uri())
    server.out(tmp_path / "out.age")
    laptop.take(tmp_path / "out.age")
    assert laptop.file.films[0].location == f"films/{film.id}.mp4"
    laptop.mark(1000)
    laptop.out(tmp_path / "back.age")
    server.take(tmp_path / "back.age")
    assert server.file.films[0].location == elsewhere.as_uri()


def test_a_meeting_about_this_case_alone_goes_along(server, laptop, tmp_path):
    cycle = server.file.cycles[0]
    other = server.library.read(lambda work: cases.load_by_code(work, "Willow")).cycles[0]

    def meet(work):
        own = supervision.add(work, date(2026, 5, 1), "Sue", 60)
        shared = supervision.add(work, date(2026, 5, 2), "Sue", 60)
        supervision.bring(work, own.id, cycle.id, True)
        for one in (cycle, other):
            supervision.bring(work, shared.id, one.id, True)
        return own, shared

    own, shared = server.library.change(meet)
    server.out(tmp_path / "out.age")
    laptop.take(tmp_path / "out.age")
    log = laptop.library.read(supervision.load)
    assert [one.id for one in log.meetings] == [own.id]
    laptop.out(tmp_path / "back.age")
    server.take(tmp_path / "back.age")
    assert {one.id for one in server.library.read(supervision.load).meetings} == {own.id, shared.id}
    assert len(server.rows[supervision.SupervisionCycle]) == 1
    assert len(server.library.read(lambda work: work.find(supervision.SupervisionCycle, case_id=server.case_id))) == 2


# Both sides worked on it


@pytest.fixture
def apart(server, laptop, tmp_path):
    """It is on the laptop, and was taken back here all the same."""
    server.out(tmp_path / "out.age")
    laptop.take(tmp_path / "out.age")
    server.library.change(lambda work: bundling.take_back(work, "K17", "the laptop is lost"), remembered=False)
    return server, laptop


def test_what_was_changed_on_either_side_is_merged(apart, tmp_path):
    server, laptop = apart
    one, two = server.file.moments
    server.change(Moment, one.id, note="here")
    server.mark(80_000, "made here")
    laptop.change(Moment, one.id, reception="there")
    laptop.change(Moment, two.id, note="there")
    laptop.mark(81_000, "made there")
    laptop.out(tmp_path / "back.age")
    server.take(tmp_path / "back.age")
    after = server.file
    assert (after.moment(one.id).note, after.moment(one.id).reception) == ("here", "there")
    assert {moment.note for moment in after.moments} == {"here", "there", "made here", "made there"}


@pytest.mark.parametrize(
    ("here", "there", "told"),
    [
        ({"note": "here"}, {"note": "there"}, "the moment at 12.0 s: note"),
        (None, {"note": "there"}, "the moment at 12.0 s was removed here and changed there"),
        ({"note": "here"}, None, "the moment at 12.0 s was removed there and changed here"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_the_reason(apart, tmp_path, here, there, told):
    server, laptop = apart
    moment = server.file.moments[0]
    for side, changes in ((server, here), (laptop, there)):
        if changes:
            side.change(Moment, moment.id, **changes)
        else:
            side.library.change(lambda work: moments.remove(work, moment.id))
    laptop.out(tmp_path / "back.age")
    before = server.rows
    with pytest.raises(CheckInRefused) as refused:
        server.take(tmp_path / "back.age")
    assert told in refused.value.summary
    assert server.rows == before
    assert not leftovers(tmp_path)


def test_the_same_done_on_both_sides_is_no_conflict(apart, tmp_path):
    server, laptop = apart
    moment = server.file.moments[0]
    for side in (server, laptop):
        side.change(Moment, moment.id, note="the same")
        side.library.change(lambda work: moments.toggle_principle(work, moment.id, "receiving.smiles"))
    laptop.out(tmp_path / "back.age")
    server.take(tmp_path / "back.age")
    assert server.file.principles_of(moment.id) == ("receiving.smiles",)


def test_the_same_name_on_both_sides_is_told(apart, tmp_path):
    server, laptop = apart
    for side in (server, laptop):
        side.library.change(lambda work: people.add_person(work, server.case_id, Role.OTHER, "Oma"))
    laptop.out(tmp_path / "back.age")
    with pytest.raises(CheckInRefused, match="the person Oma was added on both sides"):
        server.take(tmp_path / "back.age")


# What is refused


def test_a_bundle_that_comes_back_unopened_only_ends_the_checkout(server, tmp_path):
    server.out(tmp_path / "out.age")
    before = server.rows
    done = server.take(tmp_path / "out.age")
    assert (done.added, done.changed, done.removed, done.films) == (0, 0, 0, 0)
    assert not server.away
    assert {kind: rows for kind, rows in server.rows.items() if kind is not AuditEntry} == {
        kind: rows for kind, rows in before.items() if kind is not AuditEntry
    }


def test_a_bundle_of_somebody_else_is_refused(server, laptop, tmp_path):
    server.out(tmp_path / "out.age")
    laptop.library.change(lambda work: cases.new_case(work, "K17", _pack()))
    with pytest.raises(CheckInRefused, match="another case “K17”"):
        laptop.take(tmp_path / "out.age")
    server.library.change(lambda work: bundling.take_back(work, "K17", "not needed"), remembered=False)
    server.out(tmp_path / "second.age")
    with pytest.raises(CheckInRefused, match="went out in another bundle"):
        server.take(tmp_path / "out.age")


def _pack():
    return wiring.pack_shelf().get("parent-child")


def test_consent_is_asked_before_anything_leaves(server, tmp_path):
    target = tmp_path / "out.age"
    with pytest.raises(ConsentMissing, match="Anna for research"):
        server.out(target, purpose=Purpose.RESEARCH)
    assert not target.exists()
    assert not server.away
    server.out(target, purpose=Purpose.RESEARCH, reason="the court asks")
    (export,) = server.library.read(lambda work: work.find(Export))
    assert (export.kind, export.purpose, export.without_consent_why) == ("bundle", "research", "the court asks")
    trail = server.library.read(lambda work: [one.action for one in work.find(AuditEntry)])
    assert {"bundle without consent", "case checked out"} <= set(trail)


def test_what_stands_in_the_way_of_going_out(server, tmp_path):
    (tmp_path / "there.age").write_bytes(b"mine")
    for target in (tmp_path / "there.age", server.library.folder / "x.age", tmp_path / "gone" / "x.age"):
        with pytest.raises(VigError):
            server.out(target)
    assert (tmp_path / "there.age").read_bytes() == b"mine"
    (server.library.folder / server.file.films[0].location).unlink()
    with pytest.raises(FilmMissing, match="Film 1 is not where it was"):
        server.out(tmp_path / "x.age")
    with pytest.raises(NotSensible, match="needs a passphrase"):
        bundling.check_out(server.library, wiring.bundles(), "K17", tmp_path / "x.age", Order(" "), nothing)
    assert not server.away
    assert not leftovers(tmp_path)


def test_a_case_that_changes_meanwhile_does_not_go(server, tmp_path):
    moment = server.file.moments[0]

    def meanwhile(done, total):
        server.change(Moment, moment.id, note=f"typed {done}")

    with pytest.raises(NotSensible, match="changed while the bundle was being made"):
        server.out(tmp_path / "out.age", step=meanwhile)
    assert not server.away
    assert not (tmp_path / "out.age").exists()
    assert not leftovers(tmp_path)


def test_taking_back_needs_a_reason_and_a_case_that_is_out(server, tmp_path):
    with pytest.raises(NotSensible, match="is not out"):
        server.library.change(lambda work: bundling.take_back(work, "K17", "x"))
    server.out(tmp_path / "out.age")
    with pytest.raises(NotSensible, match="needs a few words"):
        server.library.change(lambda work: bundling.take_back(work, "K17", " "))
    assert server.away


# Broken off


class Stop(Exception):
    """Somebody pressed ctrl+c."""


def after(calls: int):
    left = [calls]

    def step(done, total):
        left[0] -= 1
        if left[0] < 0:
            raise Stop

    return step


@pytest.mark.parametrize("calls", [0, 1])
def test_broken_off_on_the_way_out_nothing_has_happened(server, tmp_path, calls):
    before = server.rows
    with pytest.raises(Stop):
        server.out(tmp_path / "out.age", step=after(calls))
    assert server.rows == before
    assert not server.away
    assert not leftovers(tmp_path)
    server.out(tmp_path / "out.age")


def test_broken_off_on_the_way_in_nothing_has_happened(server, laptop, tmp_path):
    server.out(tmp_path / "out.age")
    with pytest.raises(Stop):
        laptop.take(tmp_path / "out.age", step=after(0))
    assert laptop.library.read(lambda work: work.find(Case)) == []
    assert not leftovers(tmp_path)
    assert not list((laptop.library.folder).glob("films/*"))
    laptop.take(tmp_path / "out.age")


def test_one_bundle_after_the_other(server, laptop, tmp_path):
    server.out(tmp_path / "out.age")

    def meanwhile(done, total):
        with pytest.raises(LibraryError, match="Another bundle is being taken in"):
            laptop.take(tmp_path / "out.age")

    laptop.take(tmp_path / "out.age", step=meanwhile)
    assert laptop.file.films


_KILLED = """
import os, signal, sys
from pathlib import Path
from vigtui import wiring
from vigtui.interchange import age
from vigtui.services import bundling
from vigtui.store.database import Library
age.WORK_FACTOR = 4
folder, file, way, calls = sys.argv[1:]
left = [int(calls)]
def step(done, total):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
library = Library(Path(folder), actor="killed")
if way == "out":
    bundling.check_out(library, wiring.bundles(), "K17", Path(file), bundling.Order("four words of mine"), step)
else:
    bundling.check_in(library, wiring.bundles(), Path(file), "four words of mine", step)
"""


def kill_after(folder: Path, file: Path, way: str, calls: int) -> None:
    command = [sys.executable, "-c", _KILLED, str(folder), str(file), way, str(calls)]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_power_cut_loses_nothing_on_either_side(server, laptop, tmp_path):
    before = server.rows
    kill_after(server.library.folder, tmp_path / "out.age", "out", 1)
    assert server.rows == before
    assert not server.away
    assert not (tmp_path / "out.age").exists()
    server.out(tmp_path / "whole.age")
    kill_after(laptop.library.folder, tmp_path / "whole.age", "in", 0)
    assert laptop.library.read(lambda work: work.find(Case)) == []
    laptop.take(tmp_path / "whole.age")
    assert not leftovers(laptop.library.folder)  # what the cut left was swept up
    assert laptop.file.moments == server.file.moments


# Many gigabytes


_BIG = """
import sys
from pathlib import Path
from vigtui import wiring
from vigtui.interchange import age
from vigtui.services import bundling
from vigtui.store.database import Library
age.WORK_FACTOR = 4
here, there, file = (Path(one) for one in sys.argv[1:])
library = Library(here, actor="RB")
bundling.check_out(library, wiring.bundles(), "K17", file, bundling.Order("four words of mine"), lambda done, total: None)
library.close()
library = Library(there, actor="RB")
bundling.check_in(library, wiring.bundles(), file, "four words of mine", lambda done, total: None)
library.close()
status = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) // 1024)
"""


def test_a_film_never_has_to_fit_into_memory(server, tmp_path):
    film = server.file.films[0]
    size = 160 * 1024 * 1024
    with (server.library.folder / film.location).open("r+b") as stream:
        stream.truncate(size)
    command = [
        sys.executable,
        "-c",
        _BIG,
        str(server.library.folder),
        str(tmp_path / "laptop"),
        str(tmp_path / "big.age"),
    ]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=100, check=True)
    assert (tmp_path / "laptop" / film.location).stat().st_size == size
    assert int(done.stdout) < 130


# Made to do harm


def forged(tmp_path: Path, server: Side, change) -> Path:
    """A bundle of the case as somebody would make it who knows the passphrase; `change` gets head, records and films."""
    packed = server.library.read(lambda work: bundling._pack(work, "K17", Order(SECRET), server.library.folder))
    records = json.loads(packed.records)
    head = {name: getattr(packed.manifest, name) for name in packed.manifest.__slots__}
    head["films"] = [{"film_id": one.film_id, "suffix": one.suffix, "size": one.size} for one in head["films"]]
    names = {one.film_id: one.name for one in packed.manifest.films}
    head |= {"format": bundle_room.FORMAT, "version": bundle_room.VERSION}
    head = change(head, records) or head
    data = json.dumps(records).encode()
    head["record_bytes"] = len(data)
    target = tmp_path / "forged.age"
    with target.open("wb") as stream:
        sealer = Sealer(stream, SECRET)
        with tarfile.open(fileobj=bundle_room._Out(sealer), mode="w|") as archive:
            bundle_room._add(archive, "bundle.json", json.dumps(head).encode())
            bundle_room._add(archive, "records.json", data)
            sums = {"records.json": hashlib.sha256(data).hexdigest()}
            for one in head["films"]:
                name = f"films/{one['film_id']}{one['suffix']}"
                content = next(iter(packed.films.values())).read_bytes() if names else b""
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
                sums[name] = hashlib.sha256(content).hexdigest()
            bundle_room._add(archive, "sums.json", json.dumps(sums).encode())
        sealer.finish()
    return target


def _path(head, records):
    head["films"][0]["film_id"] = "../../../escaped"


def _suffix(head, records):
    head["films"][0]["suffix"] = "/../../escaped"


def _other_case(head, records):
    records["Moment"][0]["case_id"] = "somebody-else"


def _other_trail(head, records):
    records["AuditEntry"][0]["case_id"] = "somebody-else"


def _two_cases(head, records):
    records["Case"].append(records["Case"][0] | {"id": "another"})


def _place(head, records):
    records["Film"][0]["location"] = "../../../etc/passwd"


def _kind(head, records):
    records["CaseBundle"] = []


def _column(head, records):
    records["Moment"][0]["secret"] = 1


def _cell(head, records):
    records["Moment"][0]["in_ms"] = "12"


def _nested(head, records):
    records["Moment"] = [[[[]]]]


def _film(head, records):
    head["films"] = []


def _version(head, records):
    head["version"] = 99


def _size(head, records):
    head["films"][0]["size"] = 10**18


def _time(head, records):
    records["Moment"][0]["in_ms"] = -5


@pytest.mark.parametrize(
    "change",
    [
        _path,
        _suffix,
        _other_case,
        _other_trail,
        _two_cases,
        _kind,
        _column,
        _cell,
        _nested,
        _film,
        _version,
        _size,
        _time,
    ],
)
def test_a_forged_bundle_changes_nothing_and_writes_nowhere(server, laptop, tmp_path, change):
    source = forged(tmp_path, server, change)
    before = sorted(str(one) for one in tmp_path.rglob("*") if "vigtui.sqlite" not in one.name)
    with pytest.raises(VigError) as refused:
        laptop.take(source)
    assert refused.value.remedy.startswith(("Nothing was added", "Nothing was changed"))
    assert laptop.library.read(lambda work: work.find(Case)) == []
    assert before == sorted(str(one) for one in tmp_path.rglob("*") if "vigtui.sqlite" not in one.name)


def test_where_a_film_lies_is_not_for_the_bundle_to_say(server, laptop, tmp_path):
    laptop.take(forged(tmp_path, server, _place))
    film = laptop.file.films[0]
    assert film.location == f"films/{film.id}.mp4"


def test_a_bundle_cannot_reach_into_another_case(server, laptop, tmp_path):
    """The same id as a record that is here and belongs to another case."""
    other = laptop.library.change(lambda work: cases.new_case(work, "Oak", _pack()))
    cycle = laptop.library.read(lambda work: cases.load(work, other.id)).cycles[0]

    def change(head, records):
        records["Cycle"][0]["id"] = cycle.id

    with pytest.raises(VigError):
        laptop.take(forged(tmp_path, server, change))
    assert laptop.library.read(lambda work: cases.load(work, other.id)).cycles == (cycle,)


@pytest.mark.parametrize("name", ["gone.age", ".", "film.mp4", "empty"])
def test_files_that_are_no_bundle(laptop, tmp_path, name):
    (tmp_path / "film.mp4").write_bytes(os.urandom(1000))
    (tmp_path / "empty").touch()
    with pytest.raises(VigError) as refused:
        laptop.take(tmp_path / name)
    assert "Nothing was added" in refused.value.remedy


def test_a_bundle_cut_off_anywhere_is_refused(server, laptop, tmp_path):
    server.out(tmp_path / "out.age")
    whole = (tmp_path / "out.age").read_bytes()
    for part in (100, 300, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.age").write_bytes(whole[:part])
        with pytest.raises(VigError):
            laptop.take(tmp_path / "cut.age")
    assert laptop.library.read(lambda work: work.find(Case)) == []
    assert not leftovers(tmp_path)
    with pytest.raises(BundleDamaged):
        (tmp_path / "cut.age").write_bytes(whole[:-1])
        laptop.take(tmp_path / "cut.age")
