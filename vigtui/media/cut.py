"""Cutting clips, reels and stills out of films: exact to the frame, and with nothing in them but picture and sound.

One call of ffmpeg seeks in front of the first frame, lets its filters take the frames by their own times, and tells which
frames it read. Where none in front of the mark was among them, some behind it may be missing (some films can only be entered
far in front): it begins earlier.
"""

import json
import re
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from vigtui.domain.cutting import Cut, Piece, Stretch
from vigtui.domain.errors import FilmError, NotSensible
from vigtui.domain.record import clean
from vigtui.domain.timecode import Millis, from_seconds, to_seconds
from vigtui.media import graph
from vigtui.media.boxes import samples
from vigtui.media.leaving import REMARKS, forget_in_header, tells_more
from vigtui.media.packets import SAFE_INPUT
from vigtui.media.probe import Layout, layout
from vigtui.media.running import run_ffmpeg
from vigtui.media.tools import file_url, first_look, run_tool

Progress = Callable[[float], None]
"""Called with the part that is done, 0 to 1."""
Cancelled = Callable[[], bool]

_RUN_UPS = (graph.EDGE, 4.0, 20.0, 1e9)
"""Seconds in front of the first frame at which reading begins; the next is tried where frames are missing."""
_ENDLESS = Millis(1_000_000_000)
"""Behind the end of any film."""
READING = ["-v", "error", "-copyts", *SAFE_INPUT[2:]]
"""How a film is read whose times are to be kept."""
NOTHING_ELSE = [
    "-map_metadata", "-1", "-map_chapters", "-1", "-dn", "-sn",
    "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-write_tmcd", "0",
]  # fmt: skip
"""Nothing but picture and sound leaves: no place, device, date, chapter, title, time code or track of data."""
_SOUND = ["-c:a", "aac", "-b:a", "128k", "-ar", str(graph.RATE)]
_MP4 = ["-video_track_timescale", "90000", "-movflags", "+faststart", "-f", "mp4"]
_IN_MP4 = {"h264", "hevc", "aac", "mp3", "ac3", ""}
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
            "-bsf:v", REMARKS["h264"],
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
    layouts = [_layout(one) for one in stretches]
    for run_up in _RUN_UPS:
        found = _encode(order, layouts, target, run_up, progress, cancelled)
        if all(one.is_sure for one in found):
            break
    cuts = [one.cut for one in found if one.cut is not None]
    if len(cuts) < len(stretches):
        raise FilmError("A stretch of the film cannot be read.", "Nothing was written. Play it, and mark it again.")
    _verify(target, sum(one.frames for one in cuts) if any(one.video is not None for one in layouts) else None, order)
    return cuts


def _layout(stretch: Stretch) -> Layout:
    """The layout of its film; looked at once for all clips of a film that stays as it is."""
    first_look(stretch.source)
    facts = stretch.source.stat()
    return _layout_of(stretch.source, stretch.video_track, stretch.sound_track, facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=32)
def _layout_of(source: Path, video: int | None, sound: int | None, size: int, changed: int) -> Layout:
    del size, changed  # they tell one film of that name from another
    return layout(source, video_track=video, sound_track=sound)


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
) -> list["_Seen"]:
    """Run ffmpeg once, and find out which frames went through."""
    inputs: list[str] = []
    for one, film in zip(order.stretches, layouts, strict=True):
        inputs += _entered(one, film, run_up)
    whole = sum(order.seconds(n, film) / order.speed + order.hold for n, film in enumerate(layouts))
    whole += graph.CARD_SECONDS * len(layouts) if order.titles else 0.0
    with tempfile.TemporaryDirectory(prefix="vigtui-cut-") as place:
        chains, pictures, sounds = _graph(order, layouts, Path(place))
        options = [
            *READING[:3], *inputs, "-filter_complex", ";".join(chains),
            *(["-map", pictures, *order.quality.options] if pictures else []),
            *(["-map", sounds, *_SOUND] if sounds else []),
            *NOTHING_ELSE, *_MP4, "-y", file_url(target),
        ]  # fmt: skip
        code = run_ffmpeg(
            options,
            progress=(lambda done: progress(min(1.0, done / whole))) if progress else None,
            cancelled=cancelled,
        )
        if code != 0:
            return [_Seen(None, is_sure=False)] * len(layouts)
        return [
            _seen(one, film, _list(Path(place), number), run_up)
            for number, (one, film) in enumerate(zip(order.stretches, layouts, strict=True))
        ]


def _list(place: Path, number: int) -> Path:
    """Where the frames that were read of an input are written down."""
    return place / f"{number}.frames"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read of a stretch."""

    cut: Cut | None
    """What of it is in the file; None for nothing."""
    is_sure: bool
    """Whether reading from further in front cannot bring more."""


def _seen(one: Stretch, film: Layout, read: Path, run_up: float) -> _Seen:
    if film.video is None:
        return _Seen(Cut(one.in_ms, one.out_ms, 0, exact=True), is_sure=True)
    first, last = (round(at * 1_000_000) for at in graph.edges(film, one.in_ms, one.out_ms))
    microseconds = graph.times_in(read)
    taken = [at for at in microseconds if first <= at < last]
    before, behind = any(at < first for at in microseconds), any(at >= last for at in microseconds)
    is_sure = before or _enter_at(one, film, run_up) == 0
    if not taken:
        return _Seen(None, is_sure=is_sure)
    begins, ends = (from_seconds(at / 1_000_000 - film.begins) for at in (min(taken), max(taken)))
    is_there = before or abs(begins - one.in_ms) <= 1
    exact = is_there and (behind or abs(ends - one.out_ms) <= 1)
    return _Seen(Cut(begins, ends, len(taken), exact=exact), is_sure=is_sure or is_there)


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
            chains.append(
                graph.picture(
                    number, film, one.in_ms, one.out_ms, into, _list(place, number), blur=one.blur, speed=order.speed
                )
            )
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
        NotSensible: with its frames would go what its camera or a program wrote into them.
        StoppedError: `cancelled` said so.
    """
    film = _to_copy(stretch)
    first = film.begins + to_seconds(stretch.in_ms)
    begins = first if film.video is None else _key_before(stretch.source, film.video, first)
    end = film.begins + to_seconds(stretch.out_ms) + film.frame_seconds
    tracks = [f"0:{index}" for index in (film.video, film.sound) if index is not None]
    remarks = REMARKS.get(film.video_codec)
    options = [
        *READING[:2], *READING[3:], "-ss", f"{max(0.0, begins - film.starts):.6f}", "-i", file_url(stretch.source),
        *(part for track in tracks for part in ("-map", track)),
        "-t", f"{end - begins:.6f}", "-c", "copy", *(["-bsf:v", remarks] if remarks else []),
        "-avoid_negative_ts", "make_zero", *NOTHING_ELSE,
        *(["-movflags", "+faststart", "-f", "mp4"] if container_for(film) == "mp4" else ["-write_crc32", "0", "-f", "matroska"]),
        "-y", file_url(target),
    ]  # fmt: skip
    whole = max(0.001, end - begins)
    code = run_ffmpeg(
        options, progress=(lambda done: progress(min(1.0, done / whole))) if progress else None, cancelled=cancelled
    )
    if code == 0 and film.video_codec in {"hevc", "av1"}:
        forget_in_header(target)
    told = _told(target) if code == 0 else {}
    packets = [int(one.get("nb_read_packets", 0)) for one in told.get("streams", [])]
    if not packets or not all(packets):
        raise FilmError("This stretch cannot be copied as it is.", "Nothing was written. Cut it without “as it is”.")
    frames = packets[0] if film.video is not None else 0
    exact = -graph.EDGE < begins - first < film.frame_seconds
    return Cut(from_seconds(begins - film.begins), stretch.out_ms, frames, exact=exact)


def container_for(film: Layout) -> str:
    """The suffix of a file that can hold a film's picture and sound as they are."""
    return "mp4" if {film.video_codec, film.sound_codec} <= _IN_MP4 else "mkv"


def container_of(stretch: Stretch) -> str:
    """The suffix that `copy` writes. Raises FilmMissing, FilmError, and NotSensible where it would refuse."""
    return container_for(_to_copy(stretch))


def _to_copy(stretch: Stretch) -> Layout:
    """The layout of a film that may be copied as it is. Raises NotSensible."""
    film = _layout(stretch)
    for codec, what in ((film.video_codec, "picture"), (film.sound_codec, "sound")):
        if tells_more(codec):
            raise NotSensible(
                f"The {what} of this film may tell where and when it was recorded, so it is not cut as it is.",
                "Nothing was written. Cut it without “as it is”: then every frame is new.",
            )
    return film


def _key_before(source: Path, stream: int, at: float) -> float:
    """The time, in seconds on the file's clock, of the key picture from which a time can be reached; else of the first one."""
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
    if keys:  # the sound began earlier
        return min(keys)
    raise FilmError("This film cannot be cut as it is.", "Nothing was written. Cut it without “as it is”.")


def still(stretch: Stretch, target: Path, *, jpeg: bool = False, cancelled: Cancelled | None = None) -> Cut:
    """Keep the first frame of a stretch as a picture, upright and with square pixels: PNG, or JPEG.

    Raises:
        FilmMissing, FilmError: the film cannot be read there.
        StoppedError: `cancelled` said so.
    """
    film = _layout(stretch)
    if film.video is None:
        raise FilmError("There is no picture to keep.", "Nothing was written: this is a sound recording.")
    # To the end of the film: where a mark lies between two frames, the one behind it is meant, as when it is played.
    endless = replace(stretch, out_ms=_ENDLESS)
    kind = ["-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p"] if jpeg else ["-c:v", "png", "-pix_fmt", "rgb24"]
    found: Cut | None = None
    with tempfile.TemporaryDirectory(prefix="vigtui-cut-") as place:
        read = _list(Path(place), 0)
        chain = graph.picture(0, film, stretch.in_ms, _ENDLESS, graph.fitting(film), read, blur=stretch.blur)
        for run_up in _RUN_UPS:
            options = [
                *READING[:3], *_entered(stretch, film, run_up), "-filter_complex", chain, "-map", "[v0]", "-frames:v", "1",
                *kind, *NOTHING_ELSE[:-2], "-f", "image2", "-update", "1", "-y", file_url(target),
            ]  # fmt: skip
            code = run_ffmpeg(options, cancelled=cancelled)
            if code == 0 and target.is_file() and target.stat().st_size:
                seen = _seen(endless, film, read, run_up)
                found = seen.cut or found
                if seen.is_sure:
                    break
    if found:
        return Cut(found.in_ms, found.in_ms, 1, exact=found.in_ms >= stretch.in_ms - 1)
    raise FilmError("This frame of the film cannot be read.", "Nothing was written. Choose another one.")


def _entered(stretch: Stretch, film: Layout, run_up: float) -> list[str]:
    """A film as an input that is read from so many seconds in front of a stretch."""
    return [
        "-noaccurate_seek",
        "-ss",
        f"{_enter_at(stretch, film, run_up):.6f}",
        *READING[3:],
        "-i",
        file_url(stretch.source),
    ]


def _enter_at(stretch: Stretch, film: Layout, run_up: float) -> float:
    """Seconds from where the container begins, as ffmpeg's seeking counts."""
    return max(0.0, film.begins + to_seconds(stretch.in_ms) - film.starts - run_up)


def _verify(target: Path, frames: int | None, order: _Order) -> None:
    """Read what was written, and refuse what is not whole."""
    tracks = samples(target)
    counted = sum(count for kind, count in tracks if kind == "vide")
    cards = round(graph.CARD_SECONDS * 10) * len(order.stretches) if order.titles else 0
    whole = any(count for _, count in tracks) if frames is None else counted == frames + cards
    if not whole:
        raise FilmError("The clip was not written whole.", "Nothing was kept. Look at the room on the disk, try again.")


def _told(target: Path) -> dict[str, list[dict[str, str]]]:
    options = [
        "-v",
        "error",
        "-count_packets",
        "-show_entries",
        "stream=nb_read_packets",
        "-of",
        "json",
        file_url(target),
    ]
    output = run_tool("ffprobe", options, limit=120.0)
    return dict(json.loads(output.words)) if output.code == 0 else {}


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
