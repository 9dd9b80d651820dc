"""A case in a real library, worked on through the services on a day that a test can move."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from vigtui.domain.audit import AuditEntry
from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.film import Film
from vigtui.domain.moment import MomentState
from vigtui.domain.packs import Pack
from vigtui.domain.person import Person, Role
from vigtui.domain.timecode import Millis
from vigtui.services import cases, consent, films, moments, people
from vigtui.services.packs import PackShelf
from vigtui.store.database import Library


@dataclass(frozen=True)
class Facts:
    duration_ms: Millis | None = Millis(139_000)
    width: int | None = 640
    height: int | None = 360
    frame_rate: float | None = 30000 / 1001
    variable: bool | None = False
    has_sound: bool = True
    has_video: bool = True
    tracks: tuple[object, ...] = ()
    recorded_on: date | None = None
    recorded_time: str = ""
    verdict: str = "A film of 02:19 minutes."


class Desk:
    """Somebody at work on case K17, which has Anna and Mia in it."""

    def __init__(self, folder: Path, pack: Pack) -> None:
        self.now = datetime(2026, 5, 14, 9, 0, tzinfo=UTC)
        self.pack = pack
        self.library = Library(folder, actor="RB", clock=lambda: self.now)
        if not self.library.read(cases.load_all):
            self.begin()
        self.case_id = self.library.read(lambda work: cases.find_case(work, "K17")).id
        self.anna, self.mia = self.file.people

    def begin(self) -> None:
        case = self.change(lambda work: cases.new_case(work, "K17", self.pack))
        self.do(people.add_person, case.id, Role.CLIENT, "Anna", responsibility=True)
        self.do(people.add_person, case.id, Role.CHILD, "Mia", child=True)

    @property
    def today(self) -> date:
        return self.now.astimezone().date()

    @property
    def file(self) -> CaseFile:
        return self.library.read(lambda work: cases.load(work, self.case_id))

    @property
    def cycle(self):
        return self.file.cycle_now

    def later(self, days: int) -> None:
        self.now += timedelta(days=days)

    def change(self, job):
        return self.library.change(job)

    def do(self, verb, /, *args, **kwargs):
        """Do one thing as one change."""
        return self.library.change(lambda work: verb(work, *args, **kwargs))

    def add(self, verb, /, *args, **kwargs):
        """Do one thing to the case as one change."""
        return self.do(verb, self.case_id, *args, **kwargs)

    def film(
        self, *, seen: tuple[Person, ...] | None = None, sha: str | None = None, cycle_id: str | None = None
    ) -> Film:
        """A film's record; there is no file behind it."""
        file = self.file

        def add(work):
            film_id = work.new_id()
            intake = films.Intake(
                film_id,
                f"films/{film_id}.mp4",
                "tea.mp4",
                sha or hashlib.sha256(film_id.encode()).hexdigest(),
                3_000_000,
                Facts(),
            )
            everyone = file.people if seen is None else seen
            return films.add_film(work, self.case_id, cycle_id or file.cycle_now.id, intake, seen=everyone)

        return self.change(add)

    def clip(self, film: Film, start: int = 12_000, length: int = 6_200) -> Clip:
        """A moment of a film on the shortlist."""

        def add(work):
            moment = moments.mark(work, film, Millis(start), Millis(start + length))
            moments.set_state(work, moment, MomentState.CHOSEN, film.cycle_id)
            return work.find(Clip, moment_id=moment.id)[0]

        return self.change(add)

    def agree(self, purpose: Purpose = Purpose.THERAPY, **details) -> None:
        """Everyone gives consent today."""
        for person in self.file.people:
            self.do(consent.give, person, purpose, "Anna", **details)

    def audit(self) -> list[tuple[str, str]]:
        """Every line of the audit trail: action, words."""
        return [(one.action, one.words) for one in self.library.read(lambda work: work.find(AuditEntry))]


@pytest.fixture(scope="session")
def parent_child() -> Pack:
    return PackShelf([]).get("parent-child")


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory, parent_child: Pack) -> Path:
    """A library with the case in it; each test works on a copy."""
    folder = tmp_path_factory.mktemp("begun") / "library"
    Desk(folder, parent_child).library.close()
    return folder


@pytest.fixture
def desk(tmp_path: Path, begun: Path, parent_child: Pack) -> Iterator[Desk]:
    shutil.copytree(begun, tmp_path / "library")
    made = Desk(tmp_path / "library", parent_child)
    yield made
    made.library.close()
