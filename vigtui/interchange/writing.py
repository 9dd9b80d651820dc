"""Which formats there are, and writing a selection in one of them."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from vigtui.domain.exchange import FilmSheet, Reading, Selection
from vigtui.interchange.boris import write_boris
from vigtui.interchange.cutting import write_chapters, write_edl, write_mpv_edl, write_otio
from vigtui.interchange.elan import write_elan
from vigtui.interchange.elan_reading import read_elan
from vigtui.interchange.losslesscut import read_losslesscut, write_losslesscut
from vigtui.interchange.subtitles import read_subtitles, write_srt, write_webvtt
from vigtui.interchange.table import read_table, write_csv
from vigtui.interchange.textgrid import write_textgrid


@dataclass(frozen=True, slots=True)
class Format:
    """A format: who reads it, how its files end, and whether a file holds one film or the whole selection."""

    name: str
    about: str
    suffix: str
    whole: Callable[[Selection], str] | None = None
    per_film: Callable[[Selection, FilmSheet], str] | None = None
    bom: bool = False


def _json(selection: Selection) -> str:
    """Everything of the selection, times in whole milliseconds."""
    document: dict[str, Any] = {
        "format": "vigtui export",
        "version": 1,
        "case": selection.code,
        "made_at": selection.made_at.isoformat(timespec="seconds"),
        **selection.about,
        "films": [_film(film) for film in selection.films],
        "principles": selection.principles,
    }
    return json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n"


def _film(film: FilmSheet) -> dict[str, Any]:
    found = asdict(film)
    found.pop("film_id")
    if not film.path:
        found.pop("path")
    moments = found.pop("marks")
    return {**found, "moments": [{**one, "still": one["in_ms"] == one["out_ms"]} for one in moments]}


FORMATS = {
    one.name: one
    for one in (
        Format("elan", "ELAN, for annotation", ".eaf", per_film=write_elan),
        Format("boris", "BORIS, for behaviour coding", ".boris", whole=write_boris),
        Format("webvtt", "WebVTT subtitles", ".vtt", per_film=write_webvtt),
        Format("srt", "SRT subtitles", ".srt", per_film=lambda _, film: write_srt(film)),
        Format("csv", "a table for spreadsheets", ".csv", whole=write_csv, bom=True),
        Format(
            "losslesscut", "LosslessCut, for cutting", "-proj.llc", per_film=lambda _, film: write_losslesscut(film)
        ),
        Format("textgrid", "Praat TextGrid", ".TextGrid", per_film=lambda _, film: write_textgrid(film)),
        Format("chapters", "chapters for ffmpeg", ".ffmeta", per_film=lambda whole, film: write_chapters(film, whole)),
        Format("otio", "OpenTimelineIO, for editing programs", ".otio", whole=write_otio),
        Format("edl", "CMX3600 list, for editing programs", ".edl", whole=write_edl),
        Format("mpv-edl", "the shortlist as one film for mpv", ".mpv.edl", whole=write_mpv_edl),
        Format("json", "everything, for programs", ".json", whole=_json),
    )
}
"""By name, as the command line lists them."""

READERS: dict[str, Callable[[bytes], Reading]] = {
    "elan": read_elan,
    "losslesscut": read_losslesscut,
    "webvtt": lambda data: read_subtitles(data, webvtt=True),
    "srt": lambda data: read_subtitles(data, webvtt=False),
    "csv": read_table,
}
"""What can be read, by name."""


def write(name: str, selection: Selection) -> dict[str, bytes]:
    """A selection in a format, as the contents of files by the film's name; under “” where one file holds it all.

    Raises:
        NotExportable: the format cannot say it.
    """
    form = FORMATS[name]
    if form.whole:
        words = {"": form.whole(selection)}
    else:
        words = {film.name: form.per_film(selection, film) for film in selection.films} if form.per_film else {}
    encoding = "utf-8-sig" if form.bom else "utf-8"
    return {film: text.encode(encoding, "surrogateescape") for film, text in words.items()}


def format_of(name: str) -> str:
    """The format that a file's name promises; empty where it promises none."""
    ends = {".eaf": "elan", ".llc": "losslesscut", ".vtt": "webvtt", ".srt": "srt", ".csv": "csv", ".tsv": "csv"}
    return next((form for end, form in ends.items() if name.lower().endswith(end)), "")
