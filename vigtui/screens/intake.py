"""Taking films in, one after another, while other screens are used. The queue lies on the desk and outlives the screens."""

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.message import Message

from vigtui.domain.errors import VigError
from vigtui.domain.film import Film, FilmKind
from vigtui.screens.originals import Originals
from vigtui.services import films, originals
from vigtui.services.originals import Original
from vigtui.widgets.words import one_line

if TYPE_CHECKING:
    from vigtui.screens.base import Desk

_PACE_OVER = 30
"""Reports of progress that the pace is measured over; there are ten a second."""
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A film that is to be taken in, and where it belongs."""

    case_id: str
    cycle_id: str
    place: str
    """The case and the cycle in words."""
    source: Path
    reference: bool = False
    """Leave it where it is."""
    kind: FilmKind = FilmKind.FAMILY
    parts: tuple[Path, ...] = ()
    """All files of a film that a camera split; `source` is the first."""

    @property
    def name(self) -> str:
        """The file's name as it can be shown."""
        return one_line(self.source.name).plain


class IntakeEnded(Message):
    """A film was added, or refused."""

    def __init__(self, wanted: Wanted, film: Film | None, error: VigError | None) -> None:
        super().__init__()
        self.wanted = wanted
        self.film = film
        self.error = error


class IntakeQueue:
    """Films on their way into the library. Each screen on the stack is told when one has ended (`IntakeEnded`)."""

    def __init__(self, app: App[Any], desk: "Desk") -> None:
        self._app = app
        self._desk = desk
        self._waiting: deque[Wanted] = deque()
        self._thread: asyncio.Future[Film] | None = None
        self._stopping = False
        self._pace: deque[tuple[float, int]] = deque(maxlen=_PACE_OVER)
        self._done = self._total = 0
        self.now: Wanted | None = None
        """The film that is being taken in."""
        self.refused: list[tuple[Wanted, str]] = []
        """What could not be added, each with its sentences; kept until films are added to the same cycle again."""
        self.originals = Originals(app, desk)
        """What was copied, and may be deleted where it came from."""
        self.folder = Path.home()
        """Where films were last looked for."""

    @property
    def is_busy(self) -> bool:
        """Whether a film is on its way."""
        return self.now is not None or bool(self._waiting)

    def add(self, wanted: Iterable[Wanted]) -> None:
        """Take films in after those that wait already."""
        new = list(wanted)
        cycles = {one.cycle_id for one in new}
        self.refused = [(one, words) for one, words in self.refused if one.cycle_id not in cycles]
        idle = not self.is_busy
        self._waiting += new
        if idle and new:
            self._app.run_worker(self._run(), group="intake", exclusive=False)

    def stop(self) -> None:
        """Stop the film that is being copied, and take the waiting ones off the queue. Adding them again goes on."""
        for one in self._waiting:
            self.refused.append((one, "It was not begun: you stopped. Add it again when it suits."))
        self._waiting.clear()
        self._stopping = self.now is not None

    async def close(self) -> None:
        """Stop, and wait until the thread lets go of the library; what was copied is kept and goes on when added again."""
        self._waiting.clear()
        self._stopping = True
        await self.originals.close()
        if self._thread is not None:
            await asyncio.gather(self._thread, return_exceptions=True)  # its refusal has nobody left to be told

    async def _run(self) -> None:
        while self._waiting:
            self.now = wanted = self._waiting.popleft()
            self._done = self._total = 0
            self._pace.clear()
            self._stopping = False
            film, error = None, None
            self._thread = asyncio.ensure_future(asyncio.to_thread(self._take, wanted))
            try:
                film = await asyncio.shield(self._thread)
            except VigError as refusal:
                error = refusal
                self.refused.append((wanted, str(refusal)))
            finally:
                self.now = None
            self._tell(IntakeEnded(wanted, film, error))

    def _take(self, wanted: Wanted) -> Film:
        """In a thread: copy or read the file, then put the film into the case with who is taken to be seen in it."""
        library = self._desk.library
        intake = films.take_in(
            library,
            self._desk.media,
            wanted.source,
            parts=wanted.parts,
            reference=wanted.reference,
            progress=self._progressed,
            cancelled=lambda: self._stopping,
        )
        files = wanted.parts or (wanted.source,)
        try:
            film = library.change(
                lambda work: films.add_film(
                    work,
                    wanted.case_id,
                    wanted.cycle_id,
                    intake,
                    seen=films.seen_at_first(work, wanted.case_id, wanted.cycle_id, wanted.kind),
                    kind=wanted.kind,
                )
            )
        except VigError:
            films.discard(library, intake)
            if not wanted.reference:
                hashes = {intake.sha256, intake.source_sha256} - {""}
                if there := library.read(lambda work: originals.copied_before(work, wanted.case_id, files, hashes)):
                    self.originals.add(there)
            raise
        if not wanted.reference:
            self.originals.add(Original(film.id, film.case_id, film.label, files))
        return film

    def _progressed(self, done: int, total: int) -> None:
        self._pace.append((time.monotonic(), done))
        self._done, self._total = done, total

    def _tell(self, ended: IntakeEnded) -> None:
        for screen in self._app.screen_stack:
            screen.post_message(IntakeEnded(ended.wanted, ended.film, ended.error))
        top = self._app.screen
        if getattr(top, "here", "") == "film" and getattr(top, "case_id", "") == ended.wanted.case_id:
            return
        if ended.film:
            self._app.notify(f"{ended.wanted.place}: {ended.film.label} was added.", markup=False)
        else:
            words = f"{ended.wanted.place}: {ended.wanted.name} was not added. {ended.error}"
            self._app.notify(words, severity="warning", timeout=10, markup=False)

    def progress(self) -> str:
        """How far it is, in words; empty where nothing is on its way."""
        if self.now is None:
            return ""
        does = "reading" if self.now.reference else "copying"
        if self._stopping:
            said = f"stopping {self.now.name} …"
        elif not self._total:
            said = f"looking into {self.now.name} …"
        elif self._done >= self._total and not self.now.reference:
            said = f"reading {self.now.name} back from the library's disk …"
        else:
            said = f"{does} {self.now.name}: {100 * self._done // self._total} %, {_amount(self._done, self._total)}"
            said += self._speed()
        return f"{said}; {len(self._waiting)} more to come" if self._waiting else said

    def _speed(self) -> str:
        pace = list(self._pace)
        if len(pace) < 2 or pace[-1][0] - pace[0][0] < 0.2 or pace[-1][1] <= pace[0][1]:
            return ""
        speed = (pace[-1][1] - pace[0][1]) / (pace[-1][0] - pace[0][0])
        left = round((self._total - self._done) / speed)
        return f", {speed / _MEGABYTE:.0f} MB/s, {left // 60}:{left % 60:02d} left"


def _amount(done: int, total: int) -> str:
    if total < 1000 * _MEGABYTE:
        return f"{done / _MEGABYTE:.1f} of {total / _MEGABYTE:.1f} MB"
    return f"{done / _MEGABYTE / 1000:.2f} of {total / _MEGABYTE / 1000:.2f} GB"


def intake_queue(app: App[Any], desk: "Desk") -> IntakeQueue:
    """The queue on the desk; made when it is first asked for."""
    if desk.intake is None:
        desk.intake = IntakeQueue(app, desk)
    return desk.intake
