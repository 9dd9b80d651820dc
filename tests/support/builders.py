"""Libraries with a case in them, made through the services as a person would; and the app on top of one."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from tests.support.waiting import screen_text, until
from vigtui.app import VigApp
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.film import Film
from vigtui.domain.moment import MomentState
from vigtui.domain.person import Person, Role
from vigtui.domain.review import NoteKind, ReviewNote
from vigtui.domain.timecode import Millis
from vigtui.player.null import NullPlayer
from vigtui.screens.places import screen_for
from vigtui.services import cases, consent, films, goals, moments, people, reviews
from vigtui.services.packs import PackShelf
from vigtui.settings import Settings
from vigtui.store.database import Library
from vigtui.wiring import MediaTools

NOW = datetime(2026, 5, 14, 9, 0, tzinfo=UTC)
TODAY = date(2026, 5, 14)
CODE = "K17"
QUESTION = "How can I tell what Mia wants?"
SAMPLES = (
    "[mum] smiles [/mum] [/",
    "👩‍👧 ☕️ naïve",
    "\u200fשלום [b] مرحبا",
    "a “quote”; DROP -- 50% {x} \\ $HOME",
)
"""Words that must come back as they are."""


@dataclass(frozen=True)
class House:
    """An open library with one case."""

    library: Library
    packs: PackShelf
    case_id: str

    @property
    def file(self):
        """The case as it is in the library now; read from the disk again once the app has closed it."""
        if not self.library._closed:
            return self.library.read(lambda work: cases.load(work, self.case_id))
        again = Library(self.library.folder, actor="RB", clock=lambda: NOW, passphrase=self.library._passphrase)
        try:
            return again.read(lambda work: cases.load(work, self.case_id))
        finally:
            again.close()

    @property
    def pack(self):
        return self.packs.get(self.file.case.pack)

    def change(self, job):
        return self.library.change(job)

    def app(self, media=None, *, is_new: bool = False) -> VigApp:
        app = VigApp(
            self.library,
            NullPlayer(length=Millis(139_000)),
            self.packs,
            media or MediaTools(),
            Settings(practitioner="RB"),
            clock=lambda: NOW,
            is_new=is_new,
        )
        app.animation_level = "none"
        return app

    async def open(self, app: VigApp, here: str, cycle: int | None = None):
        """Open a screen of the case on top of Today, and wait until it can be seen."""
        screen = await screen_for(app.desk, here, self.case_id, cycle)
        await app.push_screen(screen)
        await until(lambda: screen_text(app).strip())
        return screen


def build_house(folder: Path, *, passphrase: str | None = None) -> House:
    """A library with a case of two people, and nothing else yet."""
    library = Library(folder, actor="RB", clock=lambda: NOW, passphrase=passphrase)
    packs = PackShelf([])

    def make(work):
        case = cases.new_case(work, CODE, packs.get("parent-child"), relationship="mother and daughter")
        people.add_person(work, case.id, Role.CLIENT, "Anna", responsibility=True)
        people.add_person(work, case.id, Role.CHILD, "Mia", child=True)
        return case.id

    return House(library, packs, library.change(make))


def add_question(house: House, *goal_words: str) -> None:
    """Ask the question and add goals."""

    def make(work):
        goals.ask(work, house.case_id, QUESTION)
        for words in goal_words:
            goals.add_goal(work, house.case_id, words)

    house.change(make)


def give_consents(house: House, purpose: Purpose = Purpose.THERAPY) -> None:
    """Everyone agrees."""
    file = house.file

    def give(work):
        for person in file.people:
            consent.give(work, person, purpose, "Anna")

    house.change(give)


@dataclass(frozen=True)
class _Facts:
    duration_ms: Millis | None = Millis(139_000)
    width: int | None = 640
    height: int | None = 360
    frame_rate: float | None = 10.0
    variable: bool | None = False
    has_sound: bool = False
    has_video: bool = True
    tracks: tuple[object, ...] = ()
    recorded_on: date | None = None
    recorded_time: str = ""
    verdict: str = "A film of 02:19 minutes, 640×360, 10 frames a second, without sound."


def add_film(house: House, *, name: str = "tea time.mp4", seen: tuple[Person, ...] | None = None) -> Film:
    """A film's record; there is no file behind it."""
    file = house.file

    def add(work):
        film_id = work.new_id()
        made = films.Intake(
            film_id, f"films/{film_id}.mp4", name, hashlib.sha256(film_id.encode()).hexdigest(), 3_000_000, _Facts()
        )
        return films.add_film(work, house.case_id, file.cycle_now.id, made, seen=file.people if seen is None else seen)

    return house.change(add)


def add_clip(house: House, film: Film, start: int = 12_000):
    """A moment of a film on the shortlist."""

    def add(work):
        moment = moments.mark(work, film, Millis(start), Millis(start + 6_200))
        moments.set_state(work, moment, MomentState.CHOSEN, film.cycle_id)
        return work.find(Clip, moment_id=moment.id)[0]

    return house.change(add)


def hold_review(house: House, notes: tuple[tuple[NoteKind, str], ...], clip_id: str | None = None) -> list[ReviewNote]:
    """A shared review with notes, begun and ended."""
    file = house.file

    def hold(work):
        review = reviews.prepare(work, file, file.cycle_now)
        kept = [
            reviews.note(work, review, kind, words, phase="clip", rung="see", clip_id=clip_id, at=Millis(13_000))
            for kind, words in notes
        ]
        reviews.end(work, review.id)
        return kept

    return house.change(hold)
