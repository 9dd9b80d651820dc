"""Lists for players and editing programs: mpv EDL, CMX3600, OpenTimelineIO, chapters. Here the last frame must be counted in."""

import json
import re
from collections.abc import Sequence
from typing import Any

from vigtui.domain.exchange import FilmSheet, Mark, NotExportable, Selection
from vigtui.domain.timecode import Millis
from vigtui.interchange.text import seconds

_NTSC = {24: 24000 / 1001, 30: 30000 / 1001, 60: 60000 / 1001}
_HIGHEST_RATE = 60
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)
_ESCAPED = re.compile(r"([=;#\\\n])")
_NO_CLIP = NotExportable(
    "There is no clip on the shortlist, and such a list is made of clips.",
    "Nothing was written. Choose moments for the review first.",
)


def _clips(selection: Selection) -> Sequence[tuple[FilmSheet, Mark]]:
    """The shortlist without its stills, which have no length. Raises NotExportable where nothing is left."""
    clips = [(film, mark) for film, mark in selection.reel if not mark.still]
    if not clips:
        raise _NO_CLIP
    return clips


def write_mpv_edl(selection: Selection) -> str:
    """The shortlist as one film that mpv plays without anything being cut."""
    lines = ["# mpv EDL v0"]
    for film, mark in _clips(selection):
        name = film.reference
        if not _PLAIN_NAME.fullmatch(name):
            name = f"%{len(name.encode('utf-8', 'surrogateescape'))}%{name}"
        length = Millis(mark.out_ms + film.frame_ms - mark.in_ms)
        lines.append(f"{name},{seconds(mark.in_ms)},{seconds(length)}")
    return "\n".join(lines) + "\n"


def write_chapters(film: FilmSheet, selection: Selection) -> str:
    """A film's moments as chapters for ffmpeg; Matroska keeps the gaps between them, MP4 closes them."""
    lines = [";FFMETADATA1", f"title={_escaped(f'{selection.code}, {film.name}')}"]
    for mark in film.marks:
        end = Millis(mark.out_ms + film.frame_ms)
        title = _escaped(" ".join(mark.note.split()) or mark.state.value)
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={mark.in_ms}", f"END={end}", f"title={title}"]
    return "\n".join(lines) + "\n"


def _escaped(words: str) -> str:
    return _ESCAPED.sub(r"\\\1", words)


def write_otio(selection: Selection) -> str:
    """The shortlist as a timeline; where frames come at no constant rate it counts in milliseconds."""
    timeline = {
        "OTIO_SCHEMA": "Timeline.1",
        "metadata": {},
        "name": selection.code,
        "global_start_time": None,
        "tracks": {
            "OTIO_SCHEMA": "Stack.1",
            **_parts("tracks"),
            "children": [
                {
                    "OTIO_SCHEMA": "Track.1",
                    **_parts("clips"),
                    "kind": "Video",
                    "children": [_clip(film, mark) for film, mark in _clips(selection)],
                }
            ],
        },
    }
    return json.dumps(timeline, ensure_ascii=False, indent=2) + "\n"


def _parts(name: str) -> dict[str, Any]:
    return {"metadata": {}, "name": name, "source_range": None, "effects": [], "markers": [], "enabled": True}


def _clip(film: FilmSheet, mark: Mark) -> dict[str, Any]:
    rate = 1000.0 if film.variable is not False or not film.frame_rate else film.frame_rate

    def time(at: int) -> dict[str, Any]:
        return {"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": float(round(at * rate / 1000))}

    def span(start: int, end: int) -> dict[str, Any]:
        first, last = time(start), time(end)
        length = {**last, "value": last["value"] - first["value"]}
        return {"OTIO_SCHEMA": "TimeRange.1", "start_time": first, "duration": length}

    about = {"state": mark.state.value, "principles": list(mark.principles), "starts": mark.starts, "turn": mark.turn}
    return {
        "OTIO_SCHEMA": "Clip.2",
        **_parts(" ".join(mark.note.split()) or f"clip {mark.place}"),
        "metadata": {"vigtui": {**about, "reception": mark.reception, "in_ms": mark.in_ms, "out_ms": mark.out_ms}},
        "source_range": span(mark.in_ms, mark.out_ms + film.frame_ms),
        "media_references": {
            "DEFAULT_MEDIA": {
                "OTIO_SCHEMA": "ExternalReference.1",
                "metadata": {},
                "name": film.name,
                "available_range": span(0, film.length_ms),
                "available_image_bounds": None,
                "target_url": film.url if film.path else film.media,
            }
        },
        "active_media_reference_key": "DEFAULT_MEDIA",
    }


def write_edl(selection: Selection) -> str:
    """The shortlist as CMX3600, for editing programs.

    Raises:
        NotExportable: a film's frames come at no constant rate, or at one that the format does not know.
    """
    clips = _clips(selection)
    rates = {_rate(film) for film, _ in clips}
    if len(rates) > 1:
        raise NotExportable(
            "The films have different frame rates, and a CMX3600 list knows only one.",
            "Nothing was written. Export one cycle after the other with --cycle, or choose otio.",
        )
    rate, base = rates.pop()
    reels = {film.film_id: f"FILM{number:03d}" for number, film in enumerate(selection.films, 1)}
    lines = [f"TITLE: {_ascii(selection.code)} {base} FPS", "FCM: NON-DROP FRAME", ""]
    at = 0
    for number, (film, mark) in enumerate(clips, 1):
        first = round(mark.in_ms * rate / 1000)
        end = max(round(mark.out_ms * rate / 1000), first) + 1  # the last frame is shown, and the end is the one after
        times = [_timecode(frame, base) for frame in (first, end, at, at + end - first)]
        lines.append(f"{number:03d}  {reels[film.film_id]:<8} V     C        {' '.join(times)}")
        lines.append(f"* FROM CLIP NAME: {_one_line(film.reference)}")
        if mark.note:
            lines.append(f"* COMMENT: {_one_line(mark.note)}")
        at += end - first
    return "\n".join(lines) + "\n"


def _rate(film: FilmSheet) -> tuple[float, int]:
    """The frame rate, and the whole number that timecodes count in."""
    rate = film.frame_rate
    if film.variable is not False or not rate:
        raise NotExportable(
            f"{film.name.capitalize()} has no constant frame rate, and a CMX3600 list counts in frames.",
            "Nothing was written. Choose otio, mpv-edl or losslesscut, which keep the times as they are.",
        )
    base = round(rate)
    if not 1 <= base <= _HIGHEST_RATE or min(abs(rate - one) for one in (base, _NTSC.get(base, base))) > 0.01:
        raise NotExportable(
            f"{film.name.capitalize()} has {rate:.3f} frames a second, which a CMX3600 list cannot say.",
            "Nothing was written. Choose otio, mpv-edl or losslesscut, which keep the times as they are.",
        )
    return (_NTSC[base] if base in _NTSC and abs(rate - _NTSC[base]) < abs(rate - base) else float(base)), base


def _timecode(frame: int, base: int) -> str:
    whole, frames = divmod(frame, base)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}:{frames:02d}"


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _ascii(words: str) -> str:
    return _one_line(words).encode("ascii", "replace").decode()
