"""WebVTT and SRT: a moment is a cue, its note the words, and a last line of tags says state and principles."""

import html
import re
from collections.abc import Iterator

from vigtui.domain.errors import TimeUnreadable
from vigtui.domain.exchange import FilmSheet, Found, Mark, Reading, Selection, Skipped
from vigtui.interchange.text import MOST_MARKS, clock, decode, read_time, span_of, visible_end, with_tags, without_tags

_TIMING = re.compile(r"\s*(\S+)\s*-->\s*(\S+)(?:\s.*)?")
_VTT_TAG = re.compile(r"</?[A-Za-z0-9][^<>\n]{0,200}>")
_SRT_TAG = re.compile(r"</?(?:[biu]|font)(?:\s[^<>\n]{0,200})?>|\{\\an?\d\}", re.IGNORECASE)


def write_webvtt(selection: Selection, film: FilmSheet) -> str:
    """A film's moments as WebVTT."""
    lines = [f"WEBVTT - {_line(selection.code)}, {film.name}", ""]
    for number, mark in enumerate(film.marks, 1):
        words = with_tags(mark).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        kind = "still" if mark.still else "moment"
        lines += [f"{kind}-{number}", f"{clock(mark.in_ms)} --> {clock(visible_end(mark))}", words, ""]
    return "\n".join(lines)


def write_srt(film: FilmSheet) -> str:
    """A film's moments as SubRip. It knows no escapes, so words stand as they are."""
    lines = []
    for number, mark in enumerate(film.marks, 1):
        times = f"{clock(mark.in_ms, mark=',')} --> {clock(visible_end(mark), mark=',')}"
        lines += [str(number), times, with_tags(mark), ""]
    return "\r\n".join("\n".join(lines).split("\n"))


def _line(words: str) -> str:
    return " ".join(words.replace("-->", "->").split())


def read_subtitles(data: bytes, *, webvtt: bool) -> Reading:
    """Read WebVTT or SRT, cue by cue; what is broken is skipped, and what follows is read all the same.

    Raises:
        FileUnusable: it is no text.
    """
    found: list[Found] = []
    skipped: list[Skipped] = []
    for number, block in _blocks(decode(data)):
        if webvtt and block[0].split(" ")[0].split("\t")[0] in ("WEBVTT", "NOTE", "STYLE", "REGION"):
            continue
        at = next((i for i, line in enumerate(block[:2]) if "-->" in line), None)
        where = f"line {number + (at or 0)}"
        if len(found) == MOST_MARKS:
            skipped.append(Skipped(where, "there are too many; this and all that follow were left out"))
            break
        if at is None:
            skipped.append(Skipped(where, "no times stand above these words"))
            continue
        try:
            found.append(Found(_cue(block[at], "\n".join(block[at + 1 :]), webvtt=webvtt), where))
        except TimeUnreadable as fault:
            skipped.append(Skipped(where, fault.summary))
    return Reading(tuple(found), tuple(skipped))


def _blocks(words: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that stand together, with the number of the first."""
    block: list[str] = []
    for number, line in enumerate([*words.split("\n"), ""], 1):
        if line:
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _cue(times: str, words: str, *, webvtt: bool) -> Mark:
    timing = _TIMING.fullmatch(times)
    if not timing:
        raise TimeUnreadable("The times cannot be read.")
    start, end = span_of(read_time(timing[1]), read_time(timing[2]))
    if end < start:
        raise TimeUnreadable("It ends before it begins.")
    if webvtt:
        words = html.unescape(_VTT_TAG.sub("", words))
    note, state, principles, tagged = without_tags(words)
    if not webvtt and not tagged:  # SRT knows no escapes: what looks like markup in a note of ours is a note
        note = _SRT_TAG.sub("", note)
    return Mark(in_ms=start, out_ms=end, note=note, state=state, principles=principles)
