"""Looking through films in the background: their lanes and the stills of their moments. Lies on the desk, outlives the screens."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.message import Message

from vigtui.domain.derived import Lane, LaneKind, Still
from vigtui.domain.errors import VigError
from vigtui.domain.film import Film
from vigtui.domain.moment import Moment
from vigtui.domain.timecode import Millis

if TYPE_CHECKING:
    from vigtui.screens.base import Desk

_TELL_EVERY = 0.2
"""Seconds between two reports of a lane that grows."""
_STEPS = {LaneKind.SOUND: Millis(100), LaneKind.SPEECH: Millis(200), LaneKind.MOVEMENT: Millis(200)}
_STILLS = 400
"""Stills kept in memory; the library has them all."""


class LanesGrew(Message, bubble=False):
    """There is more of a film's lanes, or they are done, or they cannot be had."""

    def __init__(self, film_id: str, error: VigError | None = None) -> None:
        super().__init__()
        self.film_id = film_id
        self.error = error

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, LanesGrew) and message.film_id == self.film_id and message.error is None


class StillMade(Message, bubble=False):
    """The still of a moment is there."""

    def __init__(self, moment_id: str) -> None:
        super().__init__()
        self.moment_id = moment_id


class Looker:
    """Works out lanes of one film at a time, and stills of the moments on screen, and keeps both in the library."""

    def __init__(self, app: App[Any], desk: "Desk") -> None:
        self._app = app
        self._desk = desk
        self._film_id = ""
        self._lanes_of: tuple[str, int | None, int | None] | None = None
        """The film and its tracks that the lanes are of."""
        self._lanes: dict[LaneKind, Lane] = {}
        self.growing: LaneKind | None = None
        """The lane that is being worked out now."""
        self._stopping = False
        self._left_alone: set[str] = set()
        """Films whose lanes were stopped, or cannot be had."""
        self._stills: dict[str, Still] = {}
        self._wanted: list[tuple[Moment, Film, Path]] = []
        self._refused: set[tuple[str, Millis, int | None]] = set()
        self._jobs: dict[str, asyncio.Task[None]] = {}
        self._told_at = 0.0

    # Lanes

    def lanes(self, film: Film) -> list[Lane]:
        """What there is of a film's lanes so far."""
        return list(self._lanes.values()) if _of(film) == self._lanes_of else []

    def look_at(self, film: Film, path: Path, *, again: bool = False) -> None:
        """Read a film's lanes, or work them out; what is under way for another film is given up."""
        if again:
            self._left_alone.discard(film.id)
        if _of(film) == self._lanes_of and not again:
            return
        before = self._jobs.get("lanes")
        self._stopping, self._film_id, self._lanes_of, self._lanes = True, film.id, _of(film), {}
        self._jobs["lanes"] = asyncio.create_task(self._run_lanes(film, path, before))

    def stop(self) -> bool:
        """Stop working lanes out; whether any were."""
        if self.growing is None:
            return False
        self._left_alone.add(self._film_id)
        self._stopping = True
        return True

    async def _run_lanes(self, film: Film, path: Path, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        if _of(film) != self._lanes_of:
            return
        self._stopping = False
        try:
            for lane in await self._desk.library.aread(lambda work: work.lanes_of(film.id)):
                if lane.track == _track(film, lane.kind):
                    self._lanes[lane.kind] = lane
            self._tell(LanesGrew(film.id))
            if film.id in self._left_alone:
                return
            if film.has_sound and LaneKind.SOUND not in self._lanes:
                await self._grow(film, LaneKind.SOUND, lambda: self._hear(film, path))
            if film.has_picture and LaneKind.MOVEMENT not in self._lanes and not self._stopping:
                await self._grow(film, LaneKind.MOVEMENT, lambda: self._watch(film, path))
        except VigError as error:
            self._left_alone.add(film.id)
            self._tell(LanesGrew(film.id, None if self._stopping else error))

    async def _grow(self, film: Film, kind: LaneKind, work_out: Callable[[], list[Lane]]) -> None:
        self.growing = kind
        try:
            lanes = [lane for lane in await asyncio.to_thread(work_out) if lane.levels]
        finally:
            self.growing = None
        await self._keep(lambda work: [work.keep_lane(lane) for lane in lanes])
        if _of(film) == self._lanes_of:
            self._lanes |= {lane.kind: lane for lane in lanes}
            self._tell(LanesGrew(film.id))

    def _hear(self, film: Film, path: Path) -> list[Lane]:
        """In a thread: the sound of a film, and where it is like speech."""
        kinds = (LaneKind.SOUND, LaneKind.SPEECH)
        found = self._desk.media.sound_lane(
            path,
            track=film.sound_track,
            grew=lambda loudness, speech: self._grew(film, zip(kinds, (loudness, speech), strict=True)),
            cancelled=lambda: self._stopping,
        )
        return [_lane(film, kind, levels) for kind, levels in zip(kinds, found, strict=True)]

    def _watch(self, film: Film, path: Path) -> list[Lane]:
        """In a thread: how much the picture changes."""
        kind = LaneKind.MOVEMENT
        levels = self._desk.media.movement_lane(
            path,
            track=film.video_track,
            grew=lambda levels: self._grew(film, [(kind, levels)]),
            cancelled=lambda: self._stopping,
        )
        return [_lane(film, kind, levels)]

    def _grew(self, film: Film, parts: Iterable[tuple[LaneKind, bytes]]) -> None:
        """In a thread: show what there is so far, five times a second at most."""
        now = time.monotonic()
        if now - self._told_at < _TELL_EVERY:
            return
        self._told_at = now
        lanes = {kind: _lane(film, kind, levels) for kind, levels in parts}

        def take() -> None:
            if _of(film) == self._lanes_of and self.growing in lanes:
                self._lanes |= lanes
                self._tell(LanesGrew(film.id))

        self._app.call_later(take)

    # Stills

    def still(self, moment: Moment, film: Film) -> Still | None:
        """A moment's still, where it is there, of the frame that is marked and of the picture that the film shows."""
        still = self._stills.get(moment.id)
        right = still is not None and (still.at_ms, still.track) == (moment.in_ms, film.video_track)
        return still if right else None

    def want_stills(self, wanted: Iterable[Moment], film: Film, path: Path) -> None:
        """Make the stills of these moments of a film next, and no others that were wanted before."""
        self._wanted = [
            (moment, film, path)
            for moment in wanted
            if self.still(moment, film) is None and _frame(moment, film) not in self._refused
        ]
        if self._wanted and ("stills" not in self._jobs or self._jobs["stills"].done()):
            self._jobs["stills"] = asyncio.create_task(self._run_stills())

    async def keep_image(self, moment: Moment, film: Film, path: Path) -> None:
        """Keep the frame of a still as a picture of its own. Raises FilmError, LibraryError."""
        media, track = self._desk.media, film.video_track
        picture = await asyncio.to_thread(media.picture_at, path, moment.in_ms, track=track)
        jpeg = await asyncio.to_thread(media.jpeg_at, path, moment.in_ms, track=track)
        await self._keep_still(moment, Still(moment.in_ms, picture, jpeg, track))

    async def _run_stills(self) -> None:
        while self._wanted:
            ids = [moment.id for moment, _, _ in self._wanted]
            stored = await self._desk.library.aread(partial(_stored, ids))
            for moment_id, still in stored.items():
                self._remember(moment_id, still)
            self._wanted = [one for one in self._wanted if self.still(*one[:2]) is None]
            if not self._wanted:
                return
            moment, film, path = self._wanted.pop(0)
            at, track = moment.in_ms, film.video_track
            try:
                picture = await asyncio.to_thread(self._desk.media.picture_at, path, at, track=track)
                await self._keep_still(moment, Still(at, picture, track=track))
            except VigError:
                # A list without one picture is no fault that anybody has to hear of; the film's own sentence says more.
                self._refused.add(_frame(moment, film))

    async def _keep_still(self, moment: Moment, still: Still) -> None:
        def keep(work: Any) -> None:
            if work.find(Moment, id=moment.id):  # it may have been removed meanwhile
                work.keep_still(moment.id, still)

        await self._keep(keep)
        self._remember(moment.id, still)

    def _remember(self, moment_id: str, still: Still) -> None:
        self._stills.pop(moment_id, None)
        self._stills[moment_id] = still
        if len(self._stills) > _STILLS:
            del self._stills[next(iter(self._stills))]
        self._tell(StillMade(moment_id))

    # Both

    def _keep(self, job: Callable[[Any], object]) -> Awaitable[object]:
        """Write what was worked out, outside of the history."""
        return self._desk.library.achange(job, remembered=False)

    def _tell(self, message: Message) -> None:
        for screen in self._app.screen_stack:
            screen.post_message(message)

    async def close(self) -> None:
        """Give up what is under way, and wait until it lets go of the library."""
        self._stopping, self._wanted = True, []
        if self._jobs:
            await asyncio.wait(self._jobs.values())


def _of(film: Film) -> tuple[str, int | None, int | None]:
    """What lanes belong to: a film, and the tracks of it that are shown and heard."""
    return film.id, film.video_track, film.sound_track


def _track(film: Film, kind: LaneKind) -> int | None:
    return film.video_track if kind is LaneKind.MOVEMENT else film.sound_track


def _lane(film: Film, kind: LaneKind, levels: bytes) -> Lane:
    return Lane(film.id, kind, _STEPS[kind], levels, _track(film, kind))


def _frame(moment: Moment, film: Film) -> tuple[str, Millis, int | None]:
    return moment.id, moment.in_ms, film.video_track


def _stored(ids: list[str], work: Any) -> dict[str, Still]:
    """In the store's thread: the stills that are there already."""
    found: dict[str, Still] = work.stills_of(ids)
    return found


def looker(app: App[Any], desk: "Desk") -> Looker:
    """The looker on the desk; made when it is first asked for."""
    if desk.looker is None:
        desk.looker = Looker(app, desk)
    return desk.looker
