"""What vigtui on a server and the viewer on a laptop say to each other: one JSON object to a line, both ways.

The server sends a greeting, then numbered requests: ``{"id": 7, "do": "seek", "with": [2000]}``. The laptop answers
each with the state that the player has then, a value, or an error; and it tells by itself what the player does, which
keys were pressed in its window, and that it has gone. While the film plays it tells every frame: what was told last
when a key arrives is what was on the laptop's screen when the key was pressed, for both went the same way. mpv itself
and its driver stay on the laptop, side by side: a command crosses the line once, however many questions the driver
has for mpv, and a loop goes round without any line at all.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from vigtui import __version__
from vigtui.domain.errors import FilmError, FilmMissing, PlayerError, VigError
from vigtui.domain.playback import KeyPressed, Playback, PlayerGone, PlayerSays, Showing
from vigtui.domain.timecode import Millis, Span
from vigtui.player.listeners import Report

SPOKEN = 3
"""The version of what is said here; both sides must speak the same."""
LONGEST_LINE = 2**20
"""Bytes."""

Message = dict[str, Any]

_ERRORS: dict[str, type[VigError]] = {kind.__name__: kind for kind in (FilmMissing, FilmError, PlayerError)}


class Unintelligible(PlayerError):
    """A line that is none of the messages above."""

    summary = "The vigtui on the other side says something that is not understood here."
    remedy = "Everything you marked and wrote is safe. Install the same version of vigtui on both sides."


def encode(message: Mapping[str, Any]) -> bytes:
    """A message as a line."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def decode(line: bytes) -> Message:
    """A line as a message. Raises Unintelligible."""
    try:
        found = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise Unintelligible from fault
    if not isinstance(found, dict):
        raise Unintelligible
    return found


def greeting() -> Message:
    """How each side begins."""
    return {"vigtui": __version__, "speaks": SPOKEN}


def check_greeting(message: Mapping[str, Any], *, here: str, there: str) -> None:
    """See that the other side speaks as we do.

    Args:
        message: what it said first.
        here: where we are, as a sentence names it.
        there: where the other side is.

    Raises:
        PlayerError: it does not; the older of the two is named.
    """
    spoken = message.get("speaks")
    if not isinstance(spoken, int):
        raise Unintelligible
    if spoken != SPOKEN:
        older = there if spoken < SPOKEN else here
        version = str(message.get("vigtui", "?"))[:20]
        raise PlayerError(
            f"vigtui {__version__} {here} and vigtui {version} {there} do not understand each other.",
            f"Nothing was changed. The older one is {older}: bring it up to date.",
        )


def of_state(state: Playback) -> Message:
    """A state of the player as it is sent."""
    loop = [state.loop.start, state.loop.end] if state.loop else None
    return {
        "film": state.film,
        "at": state.position,
        "length": state.length,
        "playing": state.playing,
        "speed": state.speed,
        "loop": loop,
        "ended": state.ended,
        "covered": state.covered,
        "fetching": state.fetching,
    }


def state_of(message: Mapping[str, Any], showing_of: Callable[[str], Showing | None]) -> Playback:
    """The state that was sent, the film's address turned into what it stands for here. Raises Unintelligible."""
    match message:
        case {
            "film": str() | None as film,
            "at": int(at),
            "length": int() | None as length,
            "playing": bool(playing),
            "speed": int() | float() as speed,
            "loop": loop,
            "ended": bool(ended),
            "covered": bool(covered),
        }:
            showing = showing_of(film) if film else None
            return Playback(
                film=str(showing.film) if showing else None,
                version=showing.version if showing else "",
                position=Millis(at),
                length=None if length is None else Millis(length),
                playing=playing,
                speed=float(speed),
                loop=None if loop is None else span_of(loop),
                ended=ended,
                covered=covered,
                fetching=message.get("fetching") is True,
            )
    raise Unintelligible


def span_of(sent: object) -> Span:
    """A span that was sent as its two times. Raises Unintelligible."""
    match sent:
        case [int(start), int(end)] if 0 <= start < end:
            return Span(Millis(start), Millis(end))
    raise Unintelligible


def of_report(report: Report) -> Message:
    """What a player reports, as it is sent."""
    match report:
        case Playback():
            return {"state": of_state(report)}
        case KeyPressed(key):
            return {"key": key}
        case PlayerGone(summary, remedy):
            return {"gone": [summary, remedy]}
        case PlayerSays(summary, remedy):
            return {"says": [summary, remedy]}


def of_move(at: Millis) -> Message:
    """That the film has come to this frame and nothing else has changed, as it is sent."""
    return {"at": at}


def move_of(message: Mapping[str, Any]) -> Millis | None:
    """The frame that the film has come to, where the message says no more than that."""
    at = message.get("at")
    return Millis(at) if isinstance(at, int) else None


def report_of(message: Mapping[str, Any], showing_of: Callable[[str], Showing | None]) -> Report:
    """The report that was sent. Raises Unintelligible."""
    match message:
        case {"state": dict(state)}:
            return state_of(state, showing_of)
        case {"key": str(key)}:
            return KeyPressed(key[:40])
        case {"gone": [str(summary), str(remedy)]}:
            return PlayerGone(summary[:300], remedy[:300])
        case {"says": [str(summary), str(remedy)]}:
            return PlayerSays(summary[:300], remedy[:300])
    raise Unintelligible


def of_error(error: VigError) -> list[str]:
    """An error as it is sent: its kind and its sentences."""
    return [type(error).__name__, error.summary, error.remedy]


def error_of(sent: object) -> VigError:
    """The error that was sent."""
    match sent:
        case [str(kind), str(summary), str(remedy)]:
            return _ERRORS.get(kind, PlayerError)(summary[:300], remedy[:300])
    return Unintelligible()


def paused(state: Playback) -> Playback:
    """The state of a player that cannot be heard any more."""
    return replace(state, playing=False, fetching=False)
