"""LosslessCut: its project (.llc, version 2) out and in. A still is a marker, a segment without an end."""

import json
from typing import Any

from vigtui.domain.errors import TimeUnreadable
from vigtui.domain.exchange import FileUnusable, FilmSheet, Found, Mark, Reading, Skipped
from vigtui.domain.moment import MomentState
from vigtui.domain.record import clean
from vigtui.domain.timecode import Millis, to_seconds
from vigtui.interchange import json5
from vigtui.interchange.table import read_table
from vigtui.interchange.text import MOST_MARKS, check_late, decode, span_of

_TAGS = ("starts", "reception", "turn")
_BETWEEN = " "


def write_losslesscut(film: FilmSheet) -> str:
    """A film's moments as a project that LosslessCut finds beside the film as `<name>-proj.llc`."""
    project = {"version": 2, "mediaFileName": film.media, "cutSegments": [_segment(mark) for mark in film.marks]}
    return json.dumps(project, ensure_ascii=False, indent=2) + "\n"


def _segment(mark: Mark) -> dict[str, Any]:
    tags = {"state": mark.state.value, "principles": _BETWEEN.join(mark.principles)}
    tags |= {name: getattr(mark, name) for name in _TAGS}
    end = {} if mark.still else {"end": to_seconds(mark.out_ms)}
    return {
        "start": to_seconds(mark.in_ms),
        **end,
        "name": mark.note,
        "tags": {name: words for name, words in tags.items() if words},
        "selected": mark.state is MomentState.CHOSEN,
    }


def read_losslesscut(data: bytes) -> Reading:
    """Read a project of version 1 or 2, or the CSV that LosslessCut writes.

    Raises:
        FileUnusable: it is neither.
    """
    words = decode(data)
    if not words.lstrip().startswith(("{", "//", "/*")):
        return read_table(data)
    project = json5.loads(words)
    segments = project.get("cutSegments") if isinstance(project, dict) else None
    if not isinstance(segments, list):
        raise FileUnusable("This is no project of LosslessCut: it has no segments.")
    found: list[Found] = []
    skipped: list[Skipped] = []
    for number, segment in enumerate(segments, 1):
        where = f"segment {number}"
        if len(found) == MOST_MARKS:
            skipped.append(Skipped(where, "there are too many; this and all that follow were left out"))
            break
        try:
            found.append(Found(_mark(segment), where))
        except TimeUnreadable as fault:
            skipped.append(Skipped(where, fault.summary))
    return Reading(tuple(found), tuple(skipped))


def _mark(segment: Any) -> Mark:
    if not isinstance(segment, dict):
        raise TimeUnreadable("It is no segment.")
    start = _time(segment.get("start", 0))
    ends = segment.get("end")
    end = start if ends is None else _time(ends)
    if end < start:
        raise TimeUnreadable("It ends before it begins.")
    kept = segment.get("tags")
    tags = (
        {str(name): words for name, words in kept.items() if isinstance(words, str)} if isinstance(kept, dict) else {}
    )
    states = {state.value: state for state in MomentState}
    name = segment.get("name")
    start, end = span_of(start, end)
    parts: dict[str, Any] = {name: clean(tags.get(name, "")) for name in _TAGS}
    return Mark(
        in_ms=start,
        out_ms=end,
        note=clean(name) if isinstance(name, str) else "",
        state=states.get(tags.get("state", ""), MomentState.CANDIDATE),
        principles=tuple(dict.fromkeys(clean(tags.get("principles", "")).split())),
        **parts,
    )


def _time(value: Any) -> Millis:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TimeUnreadable("A time is no number.")
    return check_late(value * 1000)
