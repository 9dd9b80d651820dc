"""One mpv with one film in it: loading, exact seeks, single steps, and the truth about where it is.

What mpv 0.35 does and what follows from it here:

- After a seek `time-pos` repeats the request until mpv has gone once round its loop; any other question first makes it.
- An exact seek takes a frame up to 5 ms early: it is asked again a little later, so that the first frame at or after
  the asked time is shown.
- Without a picture `time-pos` of a paused recording is where reading began, up to 0.2 s off; it plays from the asked
  place all the same (within 8 ms, measured on its samples).
- With sound, `time-pos` near the end of the film is the sound's, not the frame's, and seeks take six times as long: the
  sound is switched on only while the film plays.
- A step on waits until the frame before has been shown for as long as it lasts, ten times as long in slow motion, unless
  mpv is `untimed` meanwhile (25 fps: 41 ms a step; untimed 1.5 ms). While it loads or seeks it must not be: a window
  would show frames that were only decoded on the way.
- A seek right after the sound was switched on may end at some other keyframe: the sound is switched on last.
- Files without an index (MPEG streams) are entered too late: mpv has to be sent to an earlier place to read from.
- Where an index promises frames that are not in the file (a copy that broke off) mpv keeps the picture it had and says that
  it is at the end; a frame that is there never says so while mpv is paused. What follows the last one is then looked for.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from vigtui.domain.errors import FilmError
from vigtui.domain.timecode import Millis, from_seconds, to_seconds
from vigtui.player.ipc import Client, MpvRefusedError, Steps

LOAD_LIMIT = 20.0
"""Seconds within which the first frame of a film is there."""
SEEK_LIMIT = 20.0
"""Seconds within which a seek is done; half a second is usual for the slowest films."""
STEP_PATIENCE = 0.6
"""Seconds a step forward may take before it is done as a seek."""

LOADED: Steps = (frozenset({"start-file"}), frozenset({"playback-restart", "end-file"}))
SOUGHT: Steps = (frozenset({"seek"}), frozenset({"playback-restart", "end-file"}))

_EARLY = 0.0045
"""Seconds added to ask again: mpv's tolerance of 5 ms, less the half millisecond that rounding takes."""
_NEAR_END = 500
"""Milliseconds before the end of the film where `time-pos` may be the sound's."""
_INDEXED = {"mkv", "avi", "mov,mp4,m4a,3gp,3g2,mj2"}
"""Containers (in mpv's words) that a seek enters at the right place."""
_SOUND_STEP = 40
"""Milliseconds; a step in a recording without picture."""
_BEYOND = 86_400.0
"""Seconds; behind the end of every film."""
_PAST = 0.001
"""Seconds behind the last frame of a span where mpv is told to end: it shows only frames before its end."""
_READ_EARLIER = 2.5
_READ_MUCH_EARLIER = 12.0
"""Seconds before the asked time at which reading begins in a file without index: at first, and after a miss."""
_FAR_BEYOND = 1000
"""Milliseconds behind the last frame of a film without index where nobody asks for it."""
_ASIDE = 3.0
"""Widths and heights by which a picture is moved so that none of it is seen."""
_NARROW = 20
"""Milliseconds to which the last frame of a film that broke off is looked for."""
_MISSED = 45
"""Milliseconds: a frame that lies further behind the asked time may be the wrong one."""

_REASONS = {
    "unrecognized file format": "The file is not a film that mpv can read.",
    "no audio or video data played": "The file has neither picture nor sound that mpv can play.",
    "loading failed": "The file could not be read.",
}
_UNHEARD = (
    "This is sound only, and nothing was found here that it could be heard with.",
    "Marks and notes are safe. Plug in headphones or a loudspeaker, and press space.",
)
_CUT_OFF = "The film is cut off before this place."
_REMEDY = "Nothing was changed. F4 says what is known of it; add it anew from the camera, or saved as MP4 (H.264)."


@dataclass(frozen=True, slots=True)
class Place:
    """Where the picture is.

    Attributes:
        at: time of the frame on screen, in milliseconds.
        last: True when no frame comes after it.
    """

    at: Millis
    last: bool = False


class Picture:
    """The film in one mpv. Every method expects to be the only one at work.

    All but `play` and `again` expect mpv to be paused, as `load` and `rest` leave it.

    Attributes:
        length: length of the film; None where the file does not tell.
        breaks_off: whether frames were looked for that are not in the file.
    """

    def __init__(self, client: Client) -> None:
        self.length: Millis | None = None
        self._client = client
        self._sound: int | None = None
        self._has_picture = True
        self._indexed = True
        self._read_earlier = 0.0
        self.breaks_off = False

    async def load(
        self, film: str, at: Millis, video_track: int | None = None, sound_track: int | None = None
    ) -> Place:
        """Open `film`, an absolute path or an address, at the first frame at or after `at`.

        Args:
            film: the film.
            at: where, in milliseconds.
            video_track: which of its pictures, from 1; None leaves it to mpv, as does one that is not there.
            sound_track: which of its sounds.

        Raises:
            FilmError: mpv cannot open or decode it, or nothing of it from `at` on is in the file; nothing is open then.
        """
        client = self._client
        await client.set("pause", True)
        await client.set("vid", video_track or "auto")
        await client.set("aid", sound_track or "auto")
        await self._read_from(0.0)
        begun = await self._begin(film, at)
        if await self._renumbered(video_track, sound_track):
            begun = await self._begin(film, at)
        if begun:
            return await self._settle(at)
        # A file without index may have been entered behind its last frame. What is searched through is nobody's to see.
        await self._set_aside(True)
        try:
            place = await self._settle(at) if at and await self._begin(film, Millis(0)) else None
            if place is None or place.at < at - (0 if self.breaks_off else _FAR_BEYOND):
                await client.command("stop")
                raise FilmError("Nothing of this film can be shown." if place is None else _CUT_OFF, _REMEDY)
            return place
        finally:
            await self._set_aside(False)

    async def _set_aside(self, aside: bool) -> None:
        """Move the picture out of its window, or back."""
        await asyncio.gather(*(self._client.set(f"video-pan-{way}", _ASIDE if aside else 0.0) for way in "xy"))

    async def _settle(self, at: Millis) -> Place:
        """Find out what has been loaded, and show the first frame at or after `at`."""
        client = self._client
        self._has_picture = await self._track("vid") is not None
        self._sound = await self._track("aid") if self._has_picture else None
        await self._hear(False)
        self._indexed = await client.get("file-format") in _INDEXED
        await self._read_from(0.0 if self._indexed else _READ_EARLIER)
        found = await self._where(at)
        measured = await self._measure()
        at_hand = self._has_picture and not measured and (found.at == at or not at)
        return found if at_hand else await self.seek(at)

    async def _renumbered(self, video_track: int | None, sound_track: int | None) -> bool:
        """Whether mpv counts the tracks otherwise (a cover is a picture for it); then it was told the right ones."""
        found = False
        listed: Any = await self._client.get("track-list") if video_track or sound_track else []
        for name, kind, wanted in (("vid", "video", video_track), ("aid", "audio", sound_track)):
            ids = [one["id"] for one in listed or [] if one["type"] == kind and not one.get("albumart")]
            right = ids[wanted - 1] if wanted and wanted <= len(ids) else "auto"
            if wanted and right != wanted:
                await self._client.set(name, right)
                found = True
        return found

    async def _begin(self, film: str, at: Millis) -> bool:
        """Load the file, at once at its place; False where it has a picture and no frame of it could be shown."""
        await self._client.set("start", f"{to_seconds(at):.3f}" if at else "none")
        event = await self._client.command_until("loadfile", film, "replace", steps=LOADED, limit=LOAD_LIMIT)
        if event.name == "end-file":
            raise FilmError(_REASONS.get(str(event.fields.get("file_error")), "The film cannot be played."), _REMEDY)
        return await self._track("vid") is None or await self._client.get("dwidth") is not None

    async def _measure(self) -> bool:
        """Find out how long the film is; True when that has moved the picture.

        A file that does not tell (as browsers record them) is as long for mpv as what mpv has read of it: there mpv is
        sent to the end.
        """
        self.length = await self._seconds("duration")
        read = await self._seconds("demuxer-cache-time")
        if self.length is not None and (read is None or read < self.length - _MISSED):
            return False
        await self._jump_to(_BEYOND)
        self.length = await self._seconds("duration")
        return True

    async def seek(self, to: Millis) -> Place:
        """Show the first frame at or after `to`, or the last one where none follows."""
        to = Millis(max(0, to if self.length is None else min(to, self.length)))
        await self._jump_to(to_seconds(to))
        if not self._has_picture:
            return Place(to, last=to == self.length)
        place = await self._where(to)
        missed = place.at - to > _MISSED or self._is_nothing(place)
        if missed and not self._indexed and self._read_earlier < _READ_MUCH_EARLIER:
            await self._read_from(_READ_MUCH_EARLIER)
            await self._jump_to(to_seconds(to))
            place = await self._where(to)
        if self._is_nothing(place):
            return await self._last_before(to)
        if place.at >= to or place.last:
            return place
        await self._jump_to(to_seconds(to) + _EARLY)
        place = await self._where(to)
        return (
            await self._last_before(to)
            if self._is_nothing(place)
            else Place(place.at, last=place.last or place.at < to)
        )

    def _is_nothing(self, place: Place) -> bool:
        """Whether no frame was found where mpv was sent, and what is seen is one from elsewhere."""
        return place.last and self.length is not None and place.at >= self.length - 1

    async def _last_before(self, to: Millis) -> Place:
        """Show the last frame there is before `to`, where none follows; found by halves. Raises FilmError."""
        self.breaks_off = True
        found, low, high = Millis(0), 0, int(to)
        while high - low > _NARROW:
            middle = (low + high) // 2
            await self._jump_to(middle / 1000)
            place = await self._where(Millis(middle))
            if self._is_nothing(place):
                high = middle
            else:
                found, low = place.at, max(middle, int(place.at))
        await self._jump_to(to_seconds(found))
        if self._is_nothing(await self._where(found)):
            raise FilmError("Nothing of this film can be shown.", _REMEDY)
        return Place(found, last=True)

    async def hold(self, at: Millis) -> Place:
        """Show the last frame at or before `at`: the one that is on screen when the film has played up to there."""
        place = await self.seek(at)
        return await self.back(place.at) if place.at > at + 1 else place

    async def forward(self, before: Millis) -> Place:
        """Show the frame after the one at `before`; stays on the last one."""
        if not self._has_picture:
            return await self.seek(Millis(before + _SOUND_STEP))
        await self._client.commands(("set_property", "untimed", True), ("frame-step",))
        stepped = await self._stepped(before)
        await self._client.commands(("set_property", "pause", True), ("set_property", "untimed", False))
        if not stepped:
            await self._jump_to(to_seconds(before) + _EARLY + 0.001)
        place = await self._where(before)
        return Place(before, last=True) if place.at <= before or self._is_nothing(place) else place

    async def back(self, before: Millis) -> Place:
        """Show the frame before the one at `before`; stays on the first one."""
        if not self._has_picture:
            return await self.seek(Millis(before - _SOUND_STEP))
        await self._jump("frame-back-step")
        place = await self._where(before)
        if place.at >= before and not self._indexed and self._read_earlier < _READ_MUCH_EARLIER:
            await self._read_from(_READ_MUCH_EARLIER)
            await self._jump("frame-back-step")
            place = await self._where(before)
        return Place(place.at) if place.at < before else await self.seek(before)

    async def play(self, start: Millis, stop: Millis | None) -> None:
        """Play from `start`, where the picture is, with sound; where there is a `stop`, no frame after it is shown."""
        if stop is not None:
            await self._client.set("end", f"{to_seconds(stop) + _PAST:.3f}")
            # mpv may have frames behind the end ready already; a seek throws them away.
            await self._jump_to(to_seconds(start))
        await self._hear(True)
        await self._client.set("pause", False)

    async def again(self, start: Millis) -> None:
        """Go back to `start` while playing to a stop."""
        await self._jump_to(to_seconds(start))

    async def at_end(self) -> bool:
        """Whether all has been played, up to the stop or the end of the film."""
        return await self._client.get("eof-reached") is True

    async def rest(self, position: Millis, stop: Millis | None) -> Place:
        """Pause, and show the frame that has been reached, with nothing beyond a `stop` kept back any more.

        Args:
            position: where the picture was when it was last heard of.
            stop: as it was given to `play`.
        """
        await self._client.set("pause", True)
        place = await self._where(position)
        await self._hear(False)
        if stop is not None:
            await self._client.set("end", "none")
            return await self.hold(stop if place.last else Millis(min(place.at, stop)))
        if place.last:
            return Place((await self.hold(place.at if self.length is None else self.length)).at, last=True)
        return await self.hold(place.at) if self._is_near_end(place.at) else place

    async def _jump_to(self, seconds: float) -> None:
        await self._jump("seek", seconds, "absolute+exact")

    async def _jump(self, *words: object) -> None:
        try:
            event = await self._client.command_until(*words, steps=SOUGHT, limit=SEEK_LIMIT)
        except MpvRefusedError as refusal:
            if (
                not self._has_picture
            ):  # mpv closes a recording for which there is neither a picture nor a way to be heard
                raise FilmError(*_UNHEARD) from refusal
            raise FilmError("The film cannot be moved to another place.", "Marks and notes are safe.") from refusal
        if event.name == "end-file":
            raise FilmError("The film broke off.", "Marks and notes are safe. Open the film again.")

    async def _where(self, otherwise: Millis) -> Place:
        at_end, at = await self._client.get_all("eof-reached", "time-pos")
        if not isinstance(at, int | float):
            return Place(otherwise)
        return Place(from_seconds(max(0.0, at)), last=at_end is True)

    async def _stepped(self, before: Millis) -> bool:
        """Wait until a step forward has come to its end; False when the patience has."""
        deadline = asyncio.get_running_loop().time() + STEP_PATIENCE
        while asyncio.get_running_loop().time() < deadline:
            paused, at_end, at = await self._client.get_all("pause", "eof-reached", "time-pos")
            if at_end or (paused and isinstance(at, int | float) and from_seconds(max(0.0, at)) != before):
                return True
            await asyncio.sleep(0.003)
        return False

    async def _seconds(self, name: str) -> Millis | None:
        value = await self._client.get(name)
        return from_seconds(value) if isinstance(value, int | float) else None

    async def _track(self, kind: str) -> int | None:
        number = await self._client.get(kind)
        return number if isinstance(number, int) and not isinstance(number, bool) else None

    def _is_near_end(self, at: Millis) -> bool:
        return self.length is None or at > self.length - _NEAR_END

    async def _hear(self, on: bool) -> None:
        if self._sound is not None:
            await self._client.set("aid", self._sound if on else "no")

    async def _read_from(self, seconds: float) -> None:
        self._read_earlier = seconds
        await self._client.set("hr-seek-demuxer-offset", seconds)
