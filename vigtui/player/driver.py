"""A player that is an mpv somewhere: what every placement of mpv has in common."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from vigtui.domain.errors import FilmError, PlayerError
from vigtui.domain.playback import LACKS_COPY, KeyPressed, Offer, Playback, PlayerGone, Showing
from vigtui.domain.timecode import Millis, Span, from_seconds, to_seconds
from vigtui.player.canvas import Canvas
from vigtui.player.home import Home, as_showing, on_disk
from vigtui.player.ipc import Client, Event, MpvGoneError
from vigtui.player.keys import CLOSED_MESSAGE, KEY_MESSAGE
from vigtui.player.listeners import Listeners, Report
from vigtui.player.look import Look
from vigtui.player.picture import Picture, Place
from vigtui.player.resuming import as_it_was

T = TypeVar("T")

REPORT_EVERY = 1 / 15
"""Seconds between two reports of the position while the film plays."""
START = Millis(0)
SLOWEST, FASTEST = 0.1, 4.0
_LONGEST_FRAME = 1.0
_RETURN_AT_MOST_EVERY = 10.0
"""Seconds between two starts by itself of an mpv that ended by itself."""
_OBSERVED = ("time-pos", "pause", "eof-reached", "speed")


class MpvPlayer:
    """A player driven over mpv's JSON IPC, in one of the homes that mpv can have; it can move while it plays.

    Commands take turns; one whose caller was cancelled is still finished, so that the next finds mpv at rest. While the
    film is paused mpv knows of no span; while it plays towards the end of a span, mpv's own `end` is set behind the
    span's last frame, so no frame outside the span is ever shown, whatever the frame rate.

    When mpv ends without being asked, listeners get one `PlayerGone`, and the next command that needs it starts another
    with the same film, position, speed, loop, volume, zoom and screen. What was black stays black until a command shows it.
    """

    _report_every = REPORT_EVERY

    def __init__(self, *homes: Home, offer: Callable[[Showing], Awaitable[Offer]] = on_disk) -> None:
        """Live in the first of these homes, at least one, until told to move; `offer` says what mpv opens."""
        self._homes = homes
        self._offer = offer
        self._home = homes[0]
        self._state = Playback()
        self._showing: Showing | None = None
        self._listeners = Listeners()
        self._client: Client | None = None
        self._picture: Picture | None = None
        self._turn = asyncio.Lock()
        self._jobs: set[asyncio.Task[Any]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = False
        self._nothing_left = False
        self._closed = False
        self._closed_by_hand = False
        self._once: Millis | None = None
        self._stop: Millis | None = None
        self._look = Look()
        self._moved_at = 0.0
        self._gap = Millis(0)
        self._reported_at = 0.0
        self._returned_at = -_RETURN_AT_MOST_EVERY

    @property
    def name(self) -> str:
        """The name of the home it lives in."""
        return self._home.name

    @property
    def homes(self) -> tuple[str, ...]:
        """The names of all homes there are."""
        return tuple(home.name for home in self._homes)

    @property
    def canvas(self) -> Canvas | None:
        """Where the picture is drawn inside the terminal; None where mpv shows it itself."""
        return self._home.canvas

    @property
    def state(self) -> Playback:
        """What the player did when it was last heard of."""
        return self._state

    def listen(self, callback: Callable[[Report], None]) -> Callable[[], None]:
        """Hear of every change, positions while playing at most 15 times a second; returns a function that ends it."""
        return self._listeners.add(callback)

    async def open(self, film: Path | Showing, *, at: Millis = START, playing: bool = False) -> Playback:
        """Open `film` at the first frame at or after `at`, paused unless `playing`; the loop ends.

        Raises:
            FilmMissing: there is no such file.
            FilmError: mpv cannot open or decode it; the film that was open stays open, paused, or black if it was.
            PlayerError: mpv cannot be started or does not answer.
        """
        showing = as_showing(film)

        async def job() -> Playback:
            client = await self._connected()
            await self._halt()
            await self._uncover()
            before, self._once, was_black = self._state, None, self._picture is None
            try:
                picture, place = await self._load(client, showing, at)
            except FilmError:
                if self._showing is not None and not was_black:
                    # Should the film before be gone as well, the next command will say so: this error comes first.
                    with contextlib.suppress(FilmError):
                        await self._load(client, self._showing, before.position)
                raise
            self._showing = showing
            self._state = Playback(film=str(showing.film), version=showing.version, speed=before.speed)
            self._arrived(place)
            if playing:
                await self._start(picture)
            return self._state

        return await self._in_turn(job)

    async def resume(self, film: Path | Showing, before: Playback) -> Playback:
        """Have a film as it was, paused; raises what `open` raises."""
        await as_it_was(self, film, before)
        return self._state

    async def play(self) -> None:
        """Play from where the film is; from the loop's or the film's beginning where it has ended."""

        async def job() -> None:
            picture = await self._ready()
            if self._state.playing:
                return
            if self._state.ended:
                self._arrived(await picture.seek(self._state.loop.start if self._state.loop else Millis(0)))
            await self._start(picture)

        await self._in_turn(job)

    async def pause(self) -> Millis:
        """Hold the picture and return its time; starts nothing where nothing is open."""

        async def job() -> Millis:
            await self._halt()
            return self._state.position

        return await self._in_turn(job)

    async def position(self) -> Millis:
        """Ask for the time of the frame on screen; a film that plays goes on playing."""

        async def job() -> Millis:
            if self._client is not None and self._picture is not None and self._state.playing:
                at = await self._client.get("time-pos")
                if isinstance(at, int | float):
                    self._moved(from_seconds(at))
            return self._state.position

        return await self._in_turn(job)

    async def seek(self, to: Millis) -> Millis:
        """Show the first frame at or after `to`, the last one where none follows; return its time.

        Playing goes on from there. A loop stays; it takes hold again when the film plays into it.

        Raises:
            FilmError: the film cannot be moved to another place.
            PlayerError: no film is open, or mpv does not answer.
        """

        async def job() -> Millis:
            picture = await self._ready()
            playing = await self._halt()
            self._once = None
            self._arrived(await picture.seek(to))
            at = self._state.position
            if playing:
                await self._start(picture)
            return at

        return await self._in_turn(job)

    async def step(self, frames: int) -> Millis:
        """Pause and go `frames` frames on (back where negative), each of them shown; return the time reached."""

        async def job() -> Millis:
            picture = await self._ready()
            await self._halt()
            self._once = None
            for _ in range(abs(frames)):
                before = self._state.position
                self._arrived(await (picture.forward(before) if frames > 0 else picture.back(before)))
                if self._state.position == before:
                    break
            return self._state.position

        return await self._in_turn(job)

    async def set_speed(self, speed: float) -> None:
        """Play at `speed` times the film's own, between 0.1 and 4; the pitch of voices stays."""

        async def job() -> None:
            self._state = replace(self._state, speed=min(FASTEST, max(SLOWEST, speed)))
            if self._client is not None:
                await self._client.set("speed", self._state.speed)

        await self._in_turn(job)

    async def set_volume(self, percent: int) -> None:
        """Set the loudness, 0 to 130 per cent; 100 is the film's own."""
        await self._in_turn(lambda: self._look.set_volume(self._client, percent))

    async def set_zoom(self, factor: float) -> None:
        """Show the middle of the picture `factor` times as large, 1 to 8."""
        await self._in_turn(lambda: self._look.set_zoom(self._client, factor))

    async def fullscreen(self, on: bool) -> None:
        """Let the picture fill the screen, or not; black fills it where no film is shown."""

        async def job() -> None:
            await self._look.fill_screen(await self._connected() if on else self._client, on)

        await self._in_turn(job)

    async def set_screen(self, number: int | None) -> None:
        """Choose the screen that `fullscreen` fills, from 1; None for the one the window is on.

        The picture is black afterwards: where it moves to another screen, another mpv begins there.
        """

        async def job() -> None:
            if not self._look.choose_screen(number) or self._client is None:
                return
            await self._halt()
            await self._leave()
            if self._look.fullscreen:
                await self._connected()

        await self._in_turn(job)

    async def move(self, name: str) -> None:
        """Go to another home, with film, position, speed, loop and all; what plays plays on there.

        Raises:
            PlayerError: mpv cannot be started there; it is back in the home before, paused at the same frame.
        """

        async def job() -> None:
            home = next((one for one in self._homes if one.name == name), None)
            if home is None:
                raise PlayerError(f"There is no place “{name}” for the film here.", "It stays where it is.")
            if home is self._home:
                return
            before, shown, once = self._home, self._picture is not None, self._once
            playing = await self._halt()
            await self._leave()
            self._home = home
            try:
                await self._settle(shown, playing, once)
            except PlayerError:
                await self._leave()
                self._home = before
                await self._settle(shown, False, once)
                raise

        await self._in_turn(job)

    async def _leave(self) -> None:
        """End the mpv there is; the state of the player stays."""
        client, self._client, self._picture = self._client, None, None
        self._state = replace(self._state, covered=False)
        if client is not None:
            await client.close()
        await self._home.discard()

    async def _settle(self, shown: bool, playing: bool, once: Millis | None) -> None:
        """Show in this home what was shown in the one before."""
        self._once = once
        if shown:
            picture = await self._ready()
            if playing:
                await self._start(picture)
        elif self._look.fullscreen:
            await self._connected()

    async def overlay(self, words: str | None) -> None:
        """Pause, and show `words` large and literally over the darkened picture, or over black; None takes them away.

        They go as well when the film plays, goes black, or another is opened.
        """

        async def job() -> None:
            await self._halt()
            if words is None or not words.strip():
                await self._uncover()
                return
            client = await self._connected()
            if self._home.canvas is None:  # inside the terminal whoever draws the film puts the words there
                await self._look.cover(client, words)
            self._state = replace(self._state, covered=True)

        await self._in_turn(job)

    async def loop(self, span: Span | None) -> None:
        """Repeat `span`, its first and last frame included, from its start; None ends that.

        A film that plays goes on playing, one that is paused stays paused. Raises PlayerError.
        """

        async def job() -> None:
            if span is None and self._state.loop is None:
                return
            picture = await self._ready()
            playing = await self._halt()
            self._once = None
            self._state = replace(self._state, loop=span)
            if span is not None:
                self._arrived(await picture.seek(span.start))
            if playing:
                await self._start(picture)

        await self._in_turn(job)

    async def play_span(self, span: Span, *, lead: Millis = START) -> None:
        """Play once from `lead` milliseconds before `span` to its end, and hold its last frame there.

        Returns as soon as it plays; the end is reported. A pause only interrupts it, any other movement calls it off.
        """

        async def job() -> None:
            picture = await self._ready()
            await self._halt()
            self._arrived(await picture.seek(Millis(max(0, span.start - lead))))
            self._once = span.end
            await self._start(picture)

        await self._in_turn(job)

    async def prepare(self, film: Path | Showing, span: Span) -> None:
        """Take what may be asked for soon; a file is at hand as it is."""

    async def blank(self) -> None:
        """Show black; the film and its place are kept for the next command."""

        async def job() -> None:
            if self._client is not None:
                await self._halt()
                await self._uncover()
                self._picture = None
                await self._client.command("stop")

        await self._in_turn(job)

    async def close(self) -> None:
        """End mpv and forget all listeners; may be called more than once."""
        self._closed = True
        self._listeners.close()
        client, self._client, self._picture = self._client, None, None
        if client is not None:
            await client.close()
        async with self._turn:
            await self._home.discard()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _in_turn(self, job: Callable[[], Awaitable[T]]) -> T:
        """Run a command when those before are done, once more with a new mpv if the present one ends meanwhile."""

        async def run() -> T:
            async with self._taking_turn():
                try:
                    return await job()
                except MpvGoneError:
                    if self._closed:
                        raise
                return await job()

        task = asyncio.create_task(run())
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
        return await asyncio.shield(task)

    @asynccontextmanager
    async def _taking_turn(self) -> AsyncIterator[None]:
        async with self._turn:
            if self._closed:
                raise PlayerError("The player was closed.", "Everything you marked and wrote is safe.")
            before, self._busy = self._state, True
            try:
                yield
            finally:
                self._busy = False
                if self._state != before:
                    self._tell()
                if self._state.playing and self._nothing_left:
                    self._follow(self._at_end)

    async def _connected(self) -> Client:
        if self._client is not None:
            return self._client
        await self._home.discard()
        self._closed_by_hand = False
        self._stop, self._nothing_left = None, False
        client = await self._launch()
        if self._closed:
            await client.close()
            raise MpvGoneError
        self._client = client
        for number, observed in enumerate(_OBSERVED, 1):
            await client.command("observe_property", number, observed)
        await client.set("speed", self._state.speed)
        await self._look.dress(client)
        return client

    async def _launch(self) -> Client:
        """Start mpv at home; where that cannot be, in the next home where it can, which is told."""
        failed: PlayerError | None = None
        for home in (self._home, *(one for one in self._homes if one is not self._home)):
            try:
                client = await home.launch(self._look.options(), self._on_event, self._on_gone)
            except PlayerError as error:
                failed = failed or error
            else:
                if failed is not None:
                    self._listeners.tell(PlayerGone(failed.summary, f"{failed.remedy} Until then: {home.about}."))
                self._home = home
                return client
        assert failed is not None, "a player has a home"  # noqa: S101
        raise failed

    async def _uncover(self) -> None:
        """Take the words over the picture away."""
        if self._state.covered and self._client is not None:
            await self._look.uncover(self._client)
        self._state = replace(self._state, covered=False)

    async def _ready(self) -> Picture:
        """Return the film in its mpv, started and loaded again where that is needed."""
        if self._showing is None:
            raise PlayerError("No film is open.", "Open a film first.")
        client = await self._connected()
        if self._picture is not None:
            return self._picture
        picture, place = await self._load(client, self._showing, self._state.position)
        self._arrived(place)
        return picture

    async def _load(self, client: Client, showing: Showing, at: Millis) -> tuple[Picture, Place]:
        self._picture = None
        picture = Picture(client)
        offer = await self._offer(showing)
        place = await picture.load(offer.address, at, *offer.tracks)
        self._picture = picture
        if offer.lacks_copy:
            self._listeners.tell(LACKS_COPY)
        return picture, place

    async def _start(self, picture: Picture) -> None:
        """Play from where the picture is, to the end of the span in force."""
        await self._uncover()
        loop = self._state.loop
        if loop is not None and self._once is None and self._state.position == loop.end:
            self._arrived(await picture.seek(loop.start))
        within = loop is not None and self._state.position <= loop.end
        self._stop = self._once if self._once is not None else loop.end if loop is not None and within else None
        await picture.play(self._state.position, self._stop)
        self._moved_at, self._gap = _now(), START
        self._state = replace(self._state, playing=True, ended=False)

    async def _halt(self) -> bool:
        """Pause, free of any span; returns whether it was playing."""
        if not self._state.playing or self._picture is None:
            return False
        self._arrived(await self._picture.rest(self._state.position, self._stop))
        self._stop = None
        return True

    def _arrived(self, place: Place) -> None:
        length = self._picture.length if self._picture else self._state.length
        self._state = replace(self._state, position=place.at, ended=place.last, length=length, playing=False)

    def _tell(self) -> None:
        self._reported_at = _now()
        self._listeners.tell(self._state)

    def _on_event(self, event: Event) -> None:
        match event.name, event.fields:
            case "client-message", {"args": [str(word), str(key)]} if word == KEY_MESSAGE:
                self._listeners.tell(KeyPressed(key))
            case "client-message", {"args": [str(word)]} if word == CLOSED_MESSAGE:
                self._closed_by_hand = True
            case "end-file", _ if self._picture is not None:
                self._picture = None
                self._state = replace(self._state, playing=False)
                self._tell()
            case "property-change", {"name": "eof-reached"}:
                self._nothing_left = event.fields.get("data") is True
                if self._nothing_left and self._state.playing and not self._busy:
                    self._follow(self._at_end)
            case "property-change", {"name": str(name), "data": data} if not self._busy and self._picture:
                self._on_change(name, data)

    def _on_change(self, name: str, value: object) -> None:
        match name, value:
            case "time-pos", int() | float() if self._state.playing:
                self._moved(from_seconds(value))
            case "speed", int() | float() if value != self._state.speed:
                self._state = replace(self._state, speed=float(value))
                self._tell()
            case "pause", bool() if value == self._state.playing:
                self._follow(self.pause if value else self.play)

    def _moved(self, at: Millis) -> None:
        ceiling = self._stop if self._stop is not None else self._state.length
        at = at if ceiling is None else min(at, ceiling)
        if at == self._state.position:
            return
        self._gap = Millis(max(0, at - self._state.position))
        self._moved_at = _now()
        self._state = replace(self._state, position=at)
        if self._moved_at - self._reported_at >= self._report_every:
            self._tell()

    async def _at_end(self) -> None:
        """Go round the loop, or hold the last frame: of the span played once, or of the film."""
        # Without sound mpv waits until the last frame has been seen. With sound it calls it the end when it hands that
        # frame out, two frames' lengths before it appears (measured on a screen); it shall appear, and last like any other.
        frame, since = min(_LONGEST_FRAME, to_seconds(self._gap) / self._state.speed), _now() - self._moved_at
        hold = 3 * frame - since if since < frame else 0.0
        await asyncio.sleep(hold)
        async with self._taking_turn():
            picture, loop = self._picture, self._state.loop
            if picture is None or not self._state.playing or not await picture.at_end():
                return
            if loop is None or self._once is not None:
                await self._halt()
                self._once = None
            elif self._stop is None:
                await self._halt()
                self._arrived(await picture.seek(loop.start))
                await self._start(picture)
            else:
                await picture.again(loop.start)
                self._state = replace(self._state, position=loop.start)
                self._moved_at, self._gap = _now(), START

    def _follow(self, work: Callable[[], Awaitable[object]]) -> None:
        """Do what an event of mpv's asks for."""

        async def run() -> None:
            # Nobody waits for this. Listeners hear from mpv's end or the state that it went wrong; a closed player has none.
            with contextlib.suppress(PlayerError, FilmError):
                await work()

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_gone(self) -> None:
        was_shown, was_playing = self._picture is not None, self._state.playing
        self._client, self._picture, self._stop = None, None, None
        self._state = replace(self._state, playing=False, covered=False)
        if self._home.returns and was_shown and _now() - self._returned_at > _RETURN_AT_MOST_EVERY:
            self._returned_at = _now()
            self._follow(lambda: self._come_back(was_playing))
            return
        summary = "The window with the film was closed." if self._closed_by_hand else "mpv has stopped."
        remedy = "Everything you marked and wrote is safe. Press space to open it again where it was."
        self._listeners.tell(PlayerGone(summary, remedy))
        self._follow(self._discard_gone)

    async def _come_back(self, playing: bool) -> None:
        """Start mpv again at the frame where it ended by itself."""
        try:
            async with self._taking_turn():
                picture = await self._ready()
                if playing and not self._state.playing:
                    await self._start(picture)
        except (PlayerError, FilmError) as error:
            self._listeners.tell(PlayerGone(error.summary, error.remedy))

    async def _discard_gone(self) -> None:
        async with self._turn:
            if self._client is None:
                await self._home.discard()


def _now() -> float:
    return asyncio.get_running_loop().time()
