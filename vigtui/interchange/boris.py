"""BORIS projects: each film an observation, each moment a state event with principles as modifiers, each still a point event."""

import json
import re
from typing import Any

from vigtui.domain.exchange import FilmSheet, Mark, Selection, lanes
from vigtui.domain.timecode import Millis

_PLAYERS = tuple(str(number) for number in range(1, 9))
_FORBIDDEN = re.compile(r"[(|),`~\n\t]")
_STILL = "still"
_LETTERS = "mnbvcxzlkjhgfdpoiuytrewq"


def write_boris(selection: Selection) -> str:
    """All films and their moments as one project, format 7.0."""
    subjects = _subjects(selection)
    lane_count = max((len(_state_lanes(film)) for film in selection.films), default=1) or 1
    codes = [_code(number) for number in range(1, lane_count + 1)]
    used = dict.fromkeys(one for film in selection.films for mark in film.marks for one in mark.principles)
    values = list(dict.fromkeys(_modifier(one) for one in (*selection.principles, *used)))
    made = selection.made_at.replace(tzinfo=None).isoformat(timespec="seconds")
    behaviours = [_behaviour("State event", code, values, number) for number, code in enumerate(codes)]
    behaviours.append(_behaviour("Point event", _STILL, values, len(codes)))
    project = {
        "time_format": "hh:mm:ss",
        "project_date": made,
        "project_name": selection.code.strip(),
        "project_description": "",
        "project_format_version": "7.0",
        "subjects_conf": {
            str(i): {"key": str(i + 1) if i < 9 else "", "name": name, "description": ""}
            for i, name in enumerate(subjects.values())
        },
        "behaviors_conf": {str(i): one for i, one in enumerate(behaviours)},
        "observations": {film.name: _observation(film, subjects, made) for film in selection.films},
        "behavioral_categories": [],
        "behavioral_categories_config": {},
        "independent_variables": {},
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }
    return json.dumps(project, ensure_ascii=False, indent=1) + "\n"


def _subjects(selection: Selection) -> dict[str, str]:
    """The words for everyone who starts, by id: the pack's, and those that stand in a moment."""
    used = {mark.starts: mark.starts for film in selection.films for mark in film.marks if mark.starts}
    found: dict[str, str] = {}
    for one, words in {**used, **selection.starters}.items():
        name = " ".join(words.split()) or one
        found[one] = name if name not in found.values() else f"{name} {one}"
    return found


def _modifier(words: str) -> str:
    return " ".join(_FORBIDDEN.sub(" ", words).split()) or "principle"


def _code(lane: int) -> str:
    return "moment" if lane == 1 else f"moment {lane}"


def _state_lanes(film: FilmSheet) -> list[list[Mark]]:
    """In BORIS a beginning and an end belong together by their order, so moments that overlap need different codes."""
    return lanes([mark for mark in film.marks if not mark.still])


def _behaviour(kind: str, code: str, values: list[str], number: int) -> dict[str, Any]:
    modifiers = {"0": {"name": "principle", "description": "", "type": 1, "values": values}} if values else {}
    return {
        "type": kind,
        "key": _LETTERS[number] if number < len(_LETTERS) else "",
        "code": code,
        "description": "a frame" if code == _STILL else "a moment from its first to its last frame",
        "color": "",
        "category": "",
        "modifiers": modifiers,
        "excluded": "",
        "coding map": "",
    }


def _observation(film: FilmSheet, subjects: dict[str, str], made: str) -> dict[str, Any]:
    name = film.reference
    events = []
    for number, lane in enumerate(_state_lanes(film), 1):
        for mark in lane:
            events.append(_event(film, mark.in_ms, mark, _code(number), subjects, _comment(mark)))
            events.append(_event(film, mark.out_ms, mark, _code(number), subjects, ""))
    events += [_event(film, mark.in_ms, mark, _STILL, subjects, _comment(mark)) for mark in film.marks if mark.still]
    events.sort(key=lambda event: event[0])
    return {
        "file": {player: [name] if player == "1" else [] for player in _PLAYERS},
        "type": "MEDIA",
        "date": made,
        "description": film.name,
        "time offset": 0.0,
        "events": events,
        "observation time interval": [0, 0],
        "independent_variables": {},
        "visualize_spectrogram": False,
        "visualize_waveform": False,
        "media_creation_date_as_offset": False,
        "media_scan_sampling_duration": 0,
        "image_display_duration": 1,
        "close_behaviors_between_videos": False,
        "media_info": {
            "length": {name: film.length_ms / 1000},
            "fps": {name: film.frame_rate or 0},
            "hasVideo": {name: True},
            "hasAudio": {name: film.has_sound},
            "offset": dict.fromkeys(_PLAYERS, 0.0),
            "display": {name: "Nothing"},
            "zoom level": {},
            "display subtitles": {},
            "video overlay": {},
        },
    }


def _event(
    film: FilmSheet, at: Millis, mark: Mark, code: str, subjects: dict[str, str], comment: str
) -> list[float | int | str]:
    modifiers = ",".join(dict.fromkeys(_modifier(one) for one in mark.principles)) or "None"
    constant = film.variable is False and film.frame_rate
    frame = round(at * film.frame_rate / 1000) if constant and film.frame_rate else "NA"
    return [at / 1000, subjects.get(mark.starts, ""), code, modifiers, comment, frame]


def _comment(mark: Mark) -> str:
    parts = [
        mark.note,
        f"received: {mark.reception}" if mark.reception else "",
        f"then: {mark.turn}" if mark.turn else "",
    ]
    return "\n".join(part for part in parts if part)
