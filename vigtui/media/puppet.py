"""The puppet play: a made-up film of two figures who take turns, for the demo, for practice and for tests.

A big figure on the left and a small one on the right move and hum at times drawn from a seed and written down, so that
whoever looks at the film knows what is where. A row of lamps along the bottom counts the frames: no two are alike, and
`stage.frame_number` reads the number back from a picture.
"""

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from vigtui.domain.errors import FilmError, NotSensible
from vigtui.domain.timecode import Span, from_seconds
from vigtui.media.stage import Movement, draw
from vigtui.media.tools import file_url, run_tool, shown_name

Who = Literal["big", "small"]

SCENE_SECONDS = 60
"""After these seconds the same turns begin again, so that the formulas of a long play are no longer than of a short."""
_PITCH: dict[Who, int] = {"big": 196, "small": 440}
"""Hertz of each figure's humming."""
_SAMPLES = 24_000
"""Sound samples a second."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of one figure: its mouth is open, it moves and hums, from the first to the last frame of the span."""

    who: Who
    span: Span


@dataclass(frozen=True, slots=True)
class PuppetPlay:
    """A film that was made, and what happens in it."""

    path: Path
    turns: tuple[Turn, ...]


class _Beat(NamedTuple):
    """A turn in frames; both ends are shown."""

    who: Who
    first: int
    last: int


def make_puppet_play(
    target: Path,
    *,
    seconds: int = 60,
    seed: int = 1,
    fps: int = 25,
    variable: bool = False,
    size: tuple[int, int] = (640, 360),
    keyframe_seconds: int | None = None,
) -> PuppetPlay:
    """Make a puppet play as an MP4 film with sound, readable by its owner only; written whole or not at all.

    Args:
        target: the film's path; a file of that name is replaced.
        seconds: length, from 2.
        seed: the same seed gives the same turns.
        fps: frames a second, from 5 to 120.
        variable: leave out frames by a pattern, so that the frame rate varies; turns keep their first and last frame.
        size: width and height in pixels, even, from 160×90.
        keyframe_seconds: distance of keyframes; None leaves it to the encoder (at most 250 frames).

    Raises:
        NotSensible: a length, rate or size that cannot be.
        FilmError: ffmpeg is not installed or failed, or the target cannot be written.
    """
    width, height = size
    if seconds < 2 or not 5 <= fps <= 120 or width < 160 or height < 90 or width % 2 or height % 2:
        raise NotSensible(
            "A puppet play has 2 seconds or more, 5 to 120 frames a second, and an even size from 160×90."
        )
    frames = seconds * fps
    scene = min(seconds, SCENE_SECONDS) * fps
    beats = _draw_beats(random.Random(seed), scene, fps)  # noqa: S311 (a play, no secret)
    played = _played(beats, scene, frames)
    stop = (played[-1].last + 0.5) / fps
    leave_out = f"select='{_kept(played, frames)}'" if variable else "null"
    graph = [
        *draw(seconds, fps, size, *(_movement(who, beats, fps, stop) for who in _PITCH)),
        f"[scene]{leave_out}[film]",
        *(_voice(who, seconds, fps, beats, stop) for who in _PITCH),
        # Whole frames of the encoder's: ffmpeg fills up a first one that is shorter, and all sound would come late.
        f"{''.join(f'[{who}]' for who in _PITCH)}amix=inputs=2:duration=first,asetnsamples=n=1024:p=0[hum]",
    ]
    keyframes = ["-g", str(keyframe_seconds * fps), "-sc_threshold", "0"] if keyframe_seconds else []
    options = [
        "-v", "error", "-nostdin", "-y", "-filter_complex", ";".join(graph), "-map", "[film]", "-map", "[hum]",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-pix_fmt", "yuv420p", *keyframes,
        "-fps_mode", "vfr" if variable else "cfr",
        "-c:a", "aac", "-b:a", "64k", "-fflags", "+bitexact", "-movflags", "+faststart", "-f", "mp4",
    ]  # fmt: skip
    _write_whole(target, options, limit=60.0 + 4 * seconds)
    turns = (Turn(beat.who, Span(from_seconds(beat.first / fps), from_seconds(beat.last / fps))) for beat in played)
    return PuppetPlay(path=target, turns=tuple(turns))


def _draw_beats(chance: random.Random, scene: int, fps: int) -> list[_Beat]:
    """Draw the turns of one scene of that many frames: mostly in alternation, with pauses; at least one."""
    who: Who = chance.choice(("big", "small"))
    beats: list[_Beat] = []
    at = 0.6
    while True:
        length = chance.uniform(0.8, 3.2)
        beat = _Beat(who, round(at * fps), round((at + length) * fps))
        if beat.last >= scene - 1:
            break
        beats.append(beat)
        at += length + chance.uniform(0.3, 1.4)
        if chance.random() < 0.8:
            who = "small" if who == "big" else "big"
    return beats or [_Beat(who, scene // 4, scene // 2)]


def _played(beats: Sequence[_Beat], scene: int, frames: int) -> list[_Beat]:
    """The turns of the whole play: the scene's again and again, as long as they end before the last frame."""
    begins = range(0, frames, scene)
    again = (_Beat(who, begin + first, begin + last) for begin in begins for who, first, last in beats)
    return [beat for beat in again if beat.last < frames - 1]


def _movement(who: Who, beats: Sequence[_Beat], fps: int, stop: float) -> Movement:
    """What a figure does in its turns, until the second `stop`, where the last turn of the play is over."""
    now = f"mod(t,{SCENE_SECONDS})"
    swells = ["0"]
    for beat in (beat for beat in beats if beat.who == who):
        # From one frame before to one frame after: the first and the last frame of the turn are moved already.
        part = f"({now}-{(beat.first - 1) / fps:.5f})/{(beat.last - beat.first + 2) / fps:.5f}"
        swells.append(f"between({part},0,1)*sin(PI*{part})")
    # Halfway between two frames no rounding of their times matters.
    return Movement(
        swell=f"(lt(t,{stop:.5f})*({'+'.join(swells)}))", mouth=_in_turn(who, beats, fps, stop, frame_begins=-0.5)
    )


def _in_turn(who: Who, beats: Sequence[_Beat], fps: int, stop: float, *, frame_begins: float) -> str:
    """A formula in `t`: 1 during a figure's turns, else 0, for frames that begin so many frames after their time."""
    now = f"mod(t,{SCENE_SECONDS})"
    edges = (
        ((beat.first + frame_begins) / fps, (beat.last + 1 + frame_begins) / fps) for beat in beats if beat.who == who
    )
    during = "+".join(f"between({now},{begin:.5f},{end:.5f})" for begin, end in edges)
    return f"lt(t,{stop:.5f})*({during or '0'})"


def _voice(who: Who, seconds: int, fps: int, beats: Sequence[_Beat], stop: float) -> str:
    """The filters that hum while it is a figure's turn, as `[who]`; the volume is set anew every 10 ms."""
    pitch = f"2*PI*{_PITCH[who]}*t+1.5*sin(2*PI*5*t)"
    hum = f"aevalsrc='0.5*sin({pitch})+0.2*sin(2*({pitch}))':s={_SAMPLES}:d={seconds}"
    # A frame is seen from its own time on, until the next one; the small share is for the rounding of times.
    loud = _in_turn(who, beats, fps, stop + 0.5 / fps, frame_begins=-0.01)
    return f"{hum},asetnsamples=n={_SAMPLES // 100},volume='{loud}':eval=frame[{who}]"


def _kept(played: Sequence[_Beat], frames: int) -> str:
    """Which frames stay when the frame rate varies: an uneven pattern, the edges of turns, the first and the last."""
    edges = sorted({0, frames - 1, *(frame for beat in played for frame in (beat.first, beat.last))})
    dropped = "eq(mod(n,7),3)+eq(mod(n,7),4)+eq(mod(n,11),8)+eq(mod(n,13),6)"
    return f"not({dropped})+{'+'.join(f'eq(n,{edge})' for edge in edges)}"


def _write_whole(target: Path, options: Sequence[str], *, limit: float) -> None:
    """Have ffmpeg write a private file beside the target, then put it in its place."""
    part = target.with_name(f"{target.name}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        try:
            output = run_tool("ffmpeg", [*options, file_url(part)], limit=limit)
            if output.code != 0:
                why = output.complaints[-1] if output.complaints else f"ffmpeg ended with {output.code}"
                raise FilmError(f"The puppet play could not be made: {why}.", "Nothing was added.")
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise FilmError(
            f"{shown_name(target)} cannot be written: {error.strerror or 'input/output error'}.", "Nothing was added."
        ) from error
