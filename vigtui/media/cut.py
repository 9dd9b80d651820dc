"""Cutting clips, reels and stills out of films: exact to the frame, and with nothing in them but picture and sound.

One call of ffmpeg seeks in front of the first frame, lets its filters take the frames by their own times, and tells which
frames went through. Where that is not what was asked for (some films can only be entered far in front), it begins earlier.
"""

import json
import re
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vigtui.domain.cutting import Cut, Piece, Stretch
from vigtui.domain.errors import FilmError, NotSensible
from vigtui.domain.record import clean
from vigtui.domain.timecode import Millis, from_seconds, to_seconds
from vigtui.media import graph
from vigtui.media.packets import SAFE_INPUT
from vigtui.media.probe import Layout, layout
from vigtui.media.running import run_ffmpeg
from vigtui.media.tools import file_url, first_look, run_tool

Progress = Callable[[float], None]
"""Called with the part that is done, 0 to 1."""
Cancelled = Callable[[], bool]

_RUN_UPS = (0.3, 4.0, 20.0, 1e9)
"""Seconds in front of the first frame at which reading begins; the next is tried where frames are missing."""
_INPUT = ["-v", "level+info", "-copyts", *SAFE_INPUT[2:]]
_NOTHING_ELSE = [
    "-map_metadata", "-1", "-map_chapters", "-1", "-dn", "-sn",
    "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-write_tmcd", "0",
]  # fmt: skip
"""Nothing but picture and sound leaves: no place, device, date, chapter, title, time code or track of data."""
_SOUND = ["-c:a", "aac", "-b:a", "128k", "-ar", str(graph.RATE)]
_REMARKS = {"h264": "filter_units=remove_types=6", "hevc": "filter_units=remove_types=39-40"}
"""Cameras write date, place and settings into remarks inside the picture's own stream."""
_MP4 = ["-video_track_timescale", "90000", "-movflags", "+faststart", "-f", "mp4"]
_SHOWN = re.compile(r"^\[showinfo@p(\d+) @ [^]]*\] (?:\[info\] )?n: *\d+ pts: *(-?\d+) ")
_IN_MP4 = {"h264", "hevc", "mpeg4", "aac", "mp3", "ac3", ""}
"""Codecs that an MP4 file may hold as they are; anything else goes into Matroska."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How pictures are encoded: `crf` 0 keeps every pixel, 20 cannot be told from the film by eye."""

    crf: int = 20
    preset: str = "veryfast"

    @property
    def options(self) -> list[str]:
        """For ffmpeg; times are kept to 1/90000 s, so that a varying frame rate stays as it is."""
        return [
            "-c:v", "libx264", "-preset", self.preset, "-crf", str(self.crf), "-pix_fmt", "yuv420p",
            "-bsf:v", _REMARKS["h264"],
            "-fps_mode", "passthrough", "-enc_time_base", "1:90000",
        ]  # fmt: skip


def cut(
    stretches: Sequence[Stretch],
    target: Path,
    *,
    titles: bool = False,
    hold: float = 0.0,
    speed: float = 1.0,
    quality: Quality | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> list[Cut]:
    """Encode stretches of films, one after another, into one MP4 file that plays on anything.

    Args:
        stretches: in their order; one makes a clip, several a reel.
        target: the file; written over.
        titles: put a card with each stretch's title in front of it.
        hold: seconds for which the last frame of each stretch stays.
        speed: 0.1 to 1; the sound keeps its pitch.
        quality: of the picture.
        progress: told the part that is done.
        cancelled: asked many times a second.

    Returns:
        For each stretch what of it is in the file.

    Raises:
        FilmMissing, FilmError: a film cannot be read, or nothing of a stretch can.
        StoppedError: `cancelled` said so.
    """
    if not stretches or not 0.1 <= speed <= 1.0 or not 0.0 <= hold <= 30.0:
        raise NotSensible("A cut needs a stretch, a speed from 0.1 to 1, and a hold of at most 30 seconds.")
    order = _Order(list(stretches), titles, hold, speed, quality or Quality())
    layouts = [layout(one.source, video_track=one.video_track, sound_track=one.sound_track) for one in stretches]
    for run_up in _RUN_UPS:
        found = _encode(order, layouts, target, run_up, progress, cancelled)
        if all(one is not None and one.exact for one in found):
            break
    cuts = [one for one in found if one is not None]
    if len(cuts) < len(stretches):
        raise FilmError("A stretch of the film cannot be read.", "Nothing was written. Play it, and mark it again.")
    _verify(target, sum(one.frames for one in cuts) if any(one.video is not None for one in layouts) else None, order)
    return cuts


@dataclass(frozen=True, slots=True)
class _Order:
    stretches: list[Stretch]
    titles: bool
    hold: float
    speed: float
    quality: Quality

    @property
    def is_reel(self) -> bool:
        return len(self.stretches) > 1 or self.titles or self.hold > 0

    def seconds(self, number: int, layout: Layout) -> float:
        """How long a stretch of the film lasts, to the end of its last frame."""
        one = self.stretches[number]
        return to_seconds(Millis(one.out_ms - one.in_ms)) + layout.frame_seconds


def _encode(
    order: _Order,
    layouts: list[Layout],
    target: Path,
    run_up: float,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> list[Cut | None]:
    """Run ffmpeg once, and find out which frames went through."""
    inputs: list[str] = []
    for one, film in zip(order.stretches, layouts, strict=True):
        inputs += _entered(one, film, run_up)
    whole = sum(order.seconds(n, film) / order.speed + order.hold for n, film in enumerate(layouts))
    whole += graph.CARD_SECONDS * len(layouts) if order.titles else 0.0
    with tempfile.TemporaryDirectory(prefix="vigtui-cut-") as place:
        chains, pictures, sounds = _graph(order, layouts, Path(place))
        options = [
            *_INPUT[:3], *inputs, "-filter_complex", ";".join(chains),
            *(["-map", pictures, *order.quality.options] if pictures else []),
            *(["-map", sounds, *_SOUND] if sounds else []),
            *_NOTHING_ELSE, *_MP4, "-y", file_url(target),
        ]  # fmt: skip
        code, said = run_ffmpeg(
            options,
            progress=(lambda done: progress(min(1.0, done / whole))) if progress else None,
            cancelled=cancelled,
        )
    seen: dict[int, list[int]] = {}
    for line in said:
        if found := _SHOWN.match(line):
            seen.setdefault(int(found[1]), []).append(int(found[2]))
    if code != 0:
        return [None] * len(layouts)
    return [
        _what_went(one, film, seen.get(number, []))
        for number, (one, film) in enumerate(zip(order.stretches, layouts, strict=True))
    ]


def _what_went(one: Stretch, film: Layout, microseconds: list[int]) -> Cut | None:
    """What of a stretch is in the file; None for nothing."""
    if film.video is None:
        return Cut(one.in_ms, one.out_ms, 0, exact=True)
    if not microseconds:
        return None
    first, last = (from_seconds(at / 1_000_000 - film.begins) for at in (min(microseconds), max(microseconds)))
    exact = abs(first - one.in_ms) <= 1 and abs(last - one.out_ms) <= 1
    return Cut(first, last, len(microseconds), exact=exact)


def _graph(order: _Order, layouts: list[Layout], place: Path) -> tuple[list[str], str, str]:
    """The filter chains, and the names of the picture and the sound that come out; empty for none."""
    shown = [film for film in layouts if film.video is not None]
    if shown and len(shown) < len(layouts):
        raise NotSensible("A reel cannot mix films with sound recordings.", "Nothing was written. Cut them one by one.")
    into = graph.around([graph.fitting(film) for film in shown]) if shown else None
    chains: list[str] = []
    parts: list[str] = []
    for number, (one, film) in enumerate(zip(order.stretches, layouts, strict=True)):
        if into:
            chains.append(graph.picture(number, film, one.in_ms, one.out_ms, into, blur=one.blur, speed=order.speed))
        length = order.seconds(number, film)
        lasts = length / order.speed + order.hold if order.is_reel else None
        if film.sound is not None or order.is_reel:
            chains.append(graph.sound(number, film, one.in_ms, length, speed=order.speed, lasts=lasts))
        if order.titles and into:
            words = place / f"{number}.txt"
            words.write_text(_lines(one.title or str(number + 1)), "utf-8")
            chains.append(graph.card(number, words, into))
            parts.append(f"[c{number}][d{number}]")
        parts.append(f"[v{number}][a{number}]" if into else f"[a{number}]")
    if not order.is_reel:
        return chains, "[v0]" if into else "", "[a0]" if layouts[0].sound is not None else ""
    pieces = len(layouts) * (2 if order.titles and into else 1)
    out = "[v][a]" if into else "[a]"
    chains.append(f"{''.join(parts)}concat=n={pieces}:v={1 if into else 0}:a=1{out}")
    return chains, "[v]" if into else "", "[a]"


def _lines(words: str) -> str:
    """Words broken into lines that fit on a card."""
    return "\n".join(textwrap.wrap(" ".join(clean(words).split()), 34)[:6])


def copy(
    stretch: Stretch,
    target: Path,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Cut:
    """Copy a stretch as it is: quick and without any loss, but it begins at the key picture at or before the first frame.

    `container_for` says which kind of file it becomes.

    Raises:
        FilmMissing, FilmError: the film cannot be read there.
        StoppedError: `cancelled` said so.
    """
    film = layout(stretch.source, video_track=stretch.video_track, sound_track=stretch.sound_track)
    first = film.begins + to_seconds(stretch.in_ms)
    begins = first if film.video is None else _key_before(stretch.source, film.video, first)
    end = film.begins + to_seconds(stretch.out_ms) + film.frame_seconds
    tracks = [f"0:{index}" for index in (film.video, film.sound) if index is not None]
    remarks = _REMARKS.get(film.video_codec)
    options = [
        *_INPUT[:2], *_INPUT[3:], "-ss", f"{max(0.0, begins - film.starts):.6f}", "-i", file_url(stretch.source),
        *(part for track in tracks for part in ("-map", track)),
        "-t", f"{end - begins:.6f}", "-c", "copy", *(["-bsf:v", remarks] if remarks else []),
        "-avoid_negative_ts", "make_zero", *_NOTHING_ELSE,
        *(["-movflags", "+faststart", "-f", "mp4"] if container_for(film) == "mp4" else ["-f", "matroska"]),
        "-y", file_url(target),
    ]  # fmt: skip
    whole = max(0.001, end - begins)
    code, _ = run_ffmpeg(
        options, progress=(lambda done: progress(min(1.0, done / whole))) if progress else None, cancelled=cancelled
    )
    told = _told(target) if code == 0 else {}
    packets = [int(one.get("nb_read_packets", 0)) for one in told.get("streams", [])]
    if not packets or not all(packets):
        raise FilmError("This stretch cannot be copied as it is.", "Nothing was written. Cut it without “as it is”.")
    frames = packets[0] if film.video is not None else 0
    return Cut(from_seconds(begins - film.begins), stretch.out_ms, frames, exact=abs(begins - first) < graph.EDGE)


def container_for(film: Layout) -> str:
    """The suffix of a file that can hold a film's picture and sound as they are."""
    return "mp4" if {film.video_codec, film.sound_codec} <= _IN_MP4 else "mkv"


def container_of(stretch: Stretch) -> str:
    """The suffix that `copy` writes. Raises FilmMissing, FilmError."""
    return container_for(layout(stretch.source, video_track=stretch.video_track, sound_track=stretch.sound_track))


def _key_before(source: Path, stream: int, at: float) -> float:
    """The time, in seconds on the file's clock, of the key picture from which a time can be reached."""
    which = ["-select_streams", str(stream), "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0"]
    keys: list[float] = []
    for run_up in (0.0, 15.0, 1e9):
        where = ["-read_intervals", f"{max(0.0, at - run_up):.6f}%{at + 0.5:.6f}"]
        said = run_tool("ffprobe", [*SAFE_INPUT, *where, *which, file_url(source)], limit=60.0).words
        for line in said.splitlines():
            time, _, flags = line.partition(",")
            if flags.startswith("K") and "D" not in flags and re.fullmatch(r"-?[\d.]+", time):
                keys.append(float(time))
        before = [key for key in keys if key <= at + graph.EDGE]
        if before:
            return max(before)
    raise FilmError("This film cannot be cut as it is.", "Nothing was written. Cut it without “as it is”.")


def still(stretch: Stretch, target: Path, *, jpeg: bool = False, cancelled: Cancelled | None = None) -> Cut:
    """Keep the first frame of a stretch as a picture, upright and with square pixels: PNG, or JPEG.

    Raises:
        FilmMissing, FilmError: the film cannot be read there.
        StoppedError: `cancelled` said so.
    """
    film = layout(stretch.source, video_track=stretch.video_track)
    if film.video is None:
        raise FilmError("There is no picture to keep.", "Nothing was written: this is a sound recording.")
    chain = graph.picture(0, film, stretch.in_ms, stretch.out_ms, graph.fitting(film), blur=stretch.blur)
    kind = ["-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p"] if jpeg else ["-c:v", "png", "-pix_fmt", "rgb24"]
    for run_up in _RUN_UPS:
        options = [
            *_INPUT[:3], *_entered(stretch, film, run_up), "-filter_complex", chain,
            "-map", "[v0]", "-frames:v", "1", *kind, *_NOTHING_ELSE[:-2], "-f", "image2", "-update", "1", "-y", file_url(target),
        ]  # fmt: skip
        code, said = run_ffmpeg(options, cancelled=cancelled)
        seen = [int(found[2]) for line in said if (found := _SHOWN.match(line))]
        if code == 0 and seen and first_look(target).size:
            at = from_seconds(seen[0] / 1_000_000 - film.begins)
            return Cut(at, at, 1, exact=at >= stretch.in_ms - 1)
    raise FilmError("This frame of the film cannot be read.", "Nothing was written. Choose another one.")


def _entered(stretch: Stretch, film: Layout, run_up: float) -> list[str]:
    """A film as an input that is read from so many seconds in front of a stretch."""
    # What is asked for counts from where the container begins, as ffmpeg's seeking does.
    at = max(0.0, film.begins + to_seconds(stretch.in_ms) - film.starts - run_up)
    return ["-ss", f"{at:.6f}", *_INPUT[3:], "-i", file_url(stretch.source)]


def _told(target: Path) -> dict[str, list[dict[str, str]]]:
    entries = "stream=codec_type,nb_read_packets,duration,start_time"
    options = ["-v", "error", "-count_packets", "-show_entries", entries, "-of", "json", file_url(target)]
    output = run_tool("ffprobe", options, limit=120.0)
    return dict(json.loads(output.words)) if output.code == 0 else {}


def _verify(target: Path, frames: int | None, order: _Order) -> None:
    """Read what was written, and refuse what is not whole."""
    streams = _told(target).get("streams", [])
    counted = sum(int(one.get("nb_read_packets", 0)) for one in streams if one["codec_type"] == "video")
    cards = round(graph.CARD_SECONDS * 10) * len(order.stretches) if order.titles else 0
    whole = bool(streams) if frames is None else counted == frames + cards
    if not whole:
        raise FilmError("The clip was not written whole.", "Nothing was kept. Look at the room on the disk, try again.")


def make(
    piece: Piece, stretches: Sequence[Stretch], target: Path, *, speed: float = 0.5, titles: bool = False,
    hold: float = 0.0, jpeg: bool = False, progress: Progress | None = None, cancelled: Cancelled | None = None,
) -> list[Cut]:  # fmt: skip
    """Make one file of a kind; see `cut`, `copy` and `still` for what may be raised."""
    if piece is Piece.STILL:
        return [still(stretches[0], target, jpeg=jpeg, cancelled=cancelled)]
    if piece is Piece.COPY:
        return [copy(stretches[0], target, progress=progress, cancelled=cancelled)]
    slow = speed if piece is Piece.SLOW else 1.0
    return cut(stretches, target, titles=titles, hold=hold, speed=slow, progress=progress, cancelled=cancelled)
