"""What a film file is, in numbers for the program and in a sentence for the practitioner."""

import json
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from vigtui.domain.errors import FilmError
from vigtui.domain.record import clean
from vigtui.domain.timecode import Millis, format_length, format_time, from_seconds
from vigtui.domain.track import Track, TrackKind
from vigtui.media.boxes import boxes, inside, stored_as
from vigtui.media.packets import (
    SAFE_INPUT,
    Packet,
    end_of,
    is_variable,
    places_to_read,
    read_packets,
    times_in_order,
    typical_step,
)
from vigtui.media.places import notes_positions, place_words, remarks_tell_place
from vigtui.media.tools import Deadline, FirstLook, TooSlowError, file_url, first_look, run_tool, shown_name

_HEADER = (
    "format=format_name,duration,start_time:format_tags"
    ":stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,avg_frame_rate,field_order,start_time,duration,nb_frames"
    ",color_transfer,channels,codec_tag_string"
    ":stream_tags:stream_disposition=attached_pic,default:stream_side_data=rotation"
)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*")
_PICTURE_BRANDS = {b"heic", b"heix", b"mif1", b"avif"}
_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}
"""What the first box of a film of the MP4 and QuickTime family may be."""
_RECKONED = {"mp3", "aac", "ac3", "eac3", "amr"}
"""Formats whose stated length is reckoned from the size of the file; they are read through instead of believed."""
_INTERLACED = {"tt", "bb", "tb", "bt"}
_WIDE_RANGE = {"smpte2084", "arib-std-b67"}
_CUT_OFF = 1.0
"""Seconds by which a film must end before its stated end to be called cut off."""
_LOCKED = {b"encv", b"enca"}
"""What a track that is encrypted is stored as."""
_DECODED, _DECODING_LIMIT = 8.0, 15.0
"""Seconds of the film's beginning that are decoded to look for damage, and for how many seconds this may be tried."""
_EARLIEST = date(1985, 1, 1)
"""Cameras whose clock was never set write the first day their calendar knows (1904, 1970 or 1980)."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a film file is. Sizes are upright: rotation and the shape of the pixels are already applied."""

    format_name: str
    duration_ms: Millis | None
    """How long it plays; None where that could not be found out."""
    start_ms: Millis
    """What the file's own clock shows where the player's time begins."""
    width: int | None
    height: int | None
    rotation: int
    """Degrees clockwise (0, 90, 180, 270) by which the picture must be turned to stand upright."""
    frame_rate: float | None
    """Frames a second, on average."""
    variable: bool | None
    """Whether frames come at uneven times; None where there are too few to tell."""
    video_codec: str | None
    audio_codec: str | None
    has_video: bool
    """Whether there is a picture; the cover of a sound recording is none."""
    has_sound: bool
    video_streams: int
    audio_streams: int
    recorded_on: date | None
    """The day the camera wrote down; it may count its days in UTC."""
    damaged: bool
    """Whether decoding the beginning brought complaints, or the end could not be read."""
    end_missing: bool
    """Whether the file ends before it says it does; `duration_ms` then tells how far it plays."""
    still: bool
    """Whether the picture is a single one that never changes."""
    recorded_time: str = ""
    """The time of day that it wrote down: 14:03, or 14:03 UTC."""
    device: str = ""
    """Camera or phone, as it named itself."""
    has_place: bool = False
    """Whether the file tells where it was filmed."""
    tracks: tuple[Track, ...] = ()
    """Its pictures, then its sounds."""
    plays: bool = True
    """Whether anything of its picture, or of its sound where there is none, can be decoded here."""
    why_not: str = ""
    """Why nothing can, in a sentence."""
    verdict: str = ""
    """The same for a person, in plain sentences."""


@dataclass(frozen=True, slots=True)
class _Header:
    """What the container says about itself; times in seconds on the file's own clock."""

    format_name: str
    start: float
    length: float | None
    end: float | None
    """The stated end of picture and sound; None where not told."""
    tags: dict[str, str]
    videos: list[dict[str, Any]]
    sounds: list[dict[str, Any]]
    complaints: list[str]
    notes_positions: bool = False
    """Whether there is a track in which the camera noted where it was."""

    @property
    def main(self) -> dict[str, Any] | None:
        """The video stream that the player shows: the first that is marked as default, else the first."""
        return min(self.videos, key=lambda stream: not stream["disposition"]["default"], default=None)

    @property
    def sound(self) -> dict[str, Any] | None:
        """The sound stream that the player plays: the first that is marked as default, else the first."""
        return min(self.sounds, key=lambda stream: not stream["disposition"]["default"], default=None)

    @property
    def played(self) -> set[int]:
        """The indexes of all streams with picture or sound."""
        return {int(stream["index"]) for stream in (*self.videos, *self.sounds)}


@dataclass(frozen=True, slots=True)
class _Survey:
    """What reading the packets told."""

    packets: list[Packet]
    whole: bool
    """Whether these are all packets of the film."""
    end: float | None
    """Where picture and sound really end, in seconds on the file's own clock; None where time ran out first."""
    short: bool
    """Whether that is before the stated end."""


def probe(file: Path, *, limit: float = 60.0) -> Probe:
    """Find out what a film file is.

    Args:
        file: the film; any name will do, and it is never written to.
        limit: seconds this may take at most; what was not found out until then stays unknown.

    Raises:
        FilmMissing: there is no such file.
        FilmError: it is no film, cannot be read, or nothing of it plays; or ffprobe is not installed.
    """
    look = first_look(file)
    _refuse_picture(file, look)
    deadline = Deadline(limit)
    header = _read_header(file, look, deadline)
    begins = _begin(file, header, deadline)
    survey = _read_through(file, header, deadline)
    lasts = header.length
    if lasts is None or survey.short or header.format_name in _RECKONED:
        lasts = None if survey.end is None else max(0.0, survey.end - header.start)
    main = header.main
    sound, plays = _decodes(file, header, deadline)
    width, height, rotation = _upright(main) if main else (None, None, 0)
    recorded_on, recorded_time = _recorded(header.tags)
    found = Probe(
        format_name=header.format_name,
        duration_ms=None if lasts is None else from_seconds(lasts),
        start_ms=from_seconds(begins),
        width=width,
        height=height,
        rotation=rotation,
        frame_rate=_frame_rate(main, survey) if main else None,
        variable=_variable(main, survey) if main else None,
        video_codec=main.get("codec_name", "unknown") if main else None,
        audio_codec=header.sounds[0].get("codec_name") if header.sounds else None,
        has_video=bool(header.videos),
        has_sound=bool(header.sounds),
        video_streams=len(header.videos),
        audio_streams=len(header.sounds),
        recorded_on=recorded_on,
        damaged=bool(header.complaints) or survey.short or not sound,
        end_missing=survey.short,
        recorded_time=recorded_time,
        device=_device(header.tags),
        has_place=place_words(header.tags) or header.notes_positions or remarks_tell_place(file),
        tracks=_tracks(header),
        still=main is not None and survey.whole and _count(survey, main) == 1,
        plays=plays,
        why_not="" if plays else _why_not(file, header),
    )
    return replace(found, verdict=_in_words(found))


def tracks(file: Path, *, limit: float = 30.0) -> tuple[Track, ...]:
    """The pictures and sounds that a film holds, in its own order. Raises FilmMissing, FilmError."""
    return _tracks(_read_header(file, first_look(file), Deadline(limit)))


def _tracks(header: _Header) -> tuple[Track, ...]:
    found: list[Track] = []
    for kind, streams, usual in (
        (TrackKind.PICTURE, header.videos, header.main),
        (TrackKind.SOUND, header.sounds, header.sound),
    ):
        for number, stream in enumerate(streams, 1):
            tags = {key.lower(): clean(words) for key, words in stream.get("tags", {}).items()}
            language = tags.get("language", "").lower()
            width, height, _ = _upright(stream)
            found.append(
                Track(
                    kind,
                    number,
                    str(stream.get("codec_name", "")),
                    language if re.fullmatch("[a-z]{3}", language) and language != "und" else "",
                    " ".join(tags.get("title", "").split())[:40],
                    width,
                    height,
                    int(stream.get("channels", 0)),
                    stream is usual,
                )
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Layout:
    """What cutting has to know of a film; sizes are upright, as in `Probe`."""

    format_name: str
    starts: float
    """Seconds on the file's own clock where the container begins; ffmpeg seeks from there."""
    begins: float
    """Seconds on the file's own clock where the player's time begins."""
    video: int | None
    """Index of the picture's stream."""
    sound: int | None
    """Index of the sound's stream."""
    width: int
    height: int
    frame_seconds: float
    """How long a frame lasts, on average."""
    picture_ends: float | None
    """Seconds on the file's own clock where the picture says it ends; sound may go on."""
    interlaced: bool
    wide_range: bool
    """Whether its colours are meant for a screen of high dynamic range."""
    video_codec: str
    """`unknown` where ffmpeg knows none; empty for no picture."""
    sound_codec: str


def layout(
    file: Path, *, video_track: int | None = None, sound_track: int | None = None, limit: float = 30.0
) -> Layout:
    """Look at the streams of a film, quickly; nothing is decoded.

    Args:
        file: the film.
        video_track: which of its pictures, from 1; None for the one that the player shows.
        sound_track: which of its sounds, from 1; None for the one that the player plays.
        limit: seconds this may take at most.

    Raises:
        FilmMissing: there is no such file.
        FilmError: it is no film, or does not have that track.
    """
    deadline = Deadline(limit)
    header = _read_header(file, first_look(file), deadline)
    video = _track(header.videos, video_track, header.main, "picture")
    sound = _track(header.sounds, sound_track, header.sound, "sound")
    width, height, _ = _upright(video) if video else (0, 0, 0)
    rate = _mean_rate(video) if video else None
    return Layout(
        format_name=header.format_name,
        starts=header.start,
        begins=_begin(file, header, deadline),
        video=int(video["index"]) if video else None,
        sound=int(sound["index"]) if sound else None,
        width=width,
        height=height,
        frame_seconds=1 / rate if rate and rate < 1000 else 0.04,
        picture_ends=_stated_end(video) if video else None,
        interlaced=video is not None and video.get("field_order") in _INTERLACED,
        wide_range=video is not None and video.get("color_transfer") in _WIDE_RANGE,
        video_codec=str(video.get("codec_name", "unknown")) if video else "",
        sound_codec=str(sound.get("codec_name", "unknown")) if sound else "",
    )


def _track(
    tracks: list[dict[str, Any]], number: int | None, usual: dict[str, Any] | None, what: str
) -> dict[str, Any] | None:
    if number is None:
        return usual
    if not 1 <= number <= len(tracks):
        raise FilmError(f"The film has no {what} {number}.", "Nothing was changed. Choose another track of the film.")
    return tracks[number - 1]


def frame_times(file: Path, *, track: int | None = None, limit: float = 60.0) -> list[Millis]:
    """The times of all frames of the picture (or of one of several, from 1), decoded, as the player's clock counts them.

    Raises:
        FilmMissing: there is no such file.
        FilmError: it is no film, or has no picture.
    """
    deadline = Deadline(limit)
    header = _read_header(file, first_look(file), deadline)
    picture = _track(header.videos, track, header.main, "picture")
    if picture is None:
        raise FilmError(f"{shown_name(file)} has no picture.", "Nothing was changed.")
    begins = _begin(file, header, deadline)
    which = ["-select_streams", str(picture["index"]), "-show_entries", "frame=best_effort_timestamp_time"]
    words = run_tool("ffprobe", [*SAFE_INPUT, *which, "-of", "csv=p=0", file_url(file)], limit=deadline.left()).words
    seconds: list[float] = []
    for line in words.splitlines():
        at = line.rstrip(",")  # side data of a frame may leave commas behind, and lines of their own
        if re.fullmatch(r"-?[\d.]+", at):
            seconds.append(float(at))
        elif at == "N/A" and len(seconds) > 1:  # the last frame of an MPEG-2 film: it follows as the others did
            seconds.append(2 * seconds[-1] - seconds[-2])
    return [from_seconds(at - begins) for at in sorted(seconds)]


def written_times(file: Path, *, track: int | None = None, limit: float = 60.0) -> list[Millis]:
    """The same as they are written in the file, nothing decoded: many times as quick. Empty where there is no picture.

    Raises:
        FilmMissing: there is no such file.
        FilmError: it is no film, or reading took too long.
    """
    deadline = Deadline(limit)
    header = _read_header(file, first_look(file), deadline)
    picture = _track(header.videos, track, header.main, "picture")
    if picture is None:
        return []
    begins = _begin(file, header, deadline)
    packets = [one for one in read_packets(file, None, limit=deadline.left()) if one.stream == int(picture["index"])]
    seconds = times_in_order(packets, shortest=_shortest(picture, _mean_rate(picture)), whole=True)
    return [from_seconds(at - begins) for at in seconds if at >= begins]


def _refuse_picture(file: Path, look: FirstLook) -> None:
    """Photographs lie next to the films on every card, and ffprobe would call them films of one frame."""
    heif = look.head[4:8] == b"ftyp" and look.head[8:12] in _PICTURE_BRANDS
    if heif or look.head.startswith(_PICTURES) or look.head[8:12] == b"WEBP":
        raise FilmError(
            f"{shown_name(file)} is a picture, not a film.", "Nothing was changed. Choose the film beside it."
        )


def _nothing_plays(file: Path, look: FirstLook) -> FilmError:
    """The sentence for a file of which nothing plays."""
    name, head = shown_name(file), look.head
    again = "It was left as it is. Copy it from the camera again."
    if not head.strip(b"\0"):
        return FilmError(f"{name} holds no film: it begins with nothing but zeros.", again)
    if head[4:8] in _BOXES or head.startswith(b"\x1aE\xdf\xa3") or head[8:12] in {b"AVI ", b"WAVE"}:
        return FilmError(f"{name} is cut off: nothing of it plays.", again)
    return FilmError(f"{name} is not a film.", "Nothing was changed. Choose a film or a sound recording.")


def _read_header(file: Path, look: FirstLook, deadline: Deadline) -> _Header:
    """Ask ffprobe what the container says.

    Raises:
        FilmError: it is no film, or nothing of it plays.
        TooSlowError: the deadline passed.
    """
    options = [*SAFE_INPUT, "-show_entries", _HEADER, "-of", "json", file_url(file)]
    output = run_tool("ffprobe", options, limit=deadline.left())
    if output.code != 0:
        raise _nothing_plays(file, look)
    told = json.loads(output.words)
    streams, container = told.get("streams", []), told["format"]
    videos = [s for s in streams if s.get("codec_type") == "video" and not s["disposition"]["attached_pic"]]
    sounds = [s for s in streams if s.get("codec_type") == "audio"]
    if not videos and not sounds:
        raise _nothing_plays(file, look)
    start = float(container.get("start_time", 0))
    length = float(container["duration"]) if "duration" in container else None
    ends = [end for end in map(_stated_end, (*videos, *sounds)) if end is not None]
    if container["format_name"] == "avi":  # ffprobe shortens the lengths in a cut off AVI, but not its count of frames
        ends += [int(s.get("nb_frames", 0)) / rate for s in videos if (rate := _mean_rate(s))]
    tags = {key.lower(): words for stream in (*streams, container) for key, words in stream.get("tags", {}).items()}
    return _Header(
        format_name=container["format_name"],
        start=start,
        length=length,
        end=max(ends, default=None if length is None else start + length),
        tags=tags,
        videos=videos,
        sounds=sounds,
        complaints=output.complaints,
        notes_positions=any(notes_positions(stream.get("codec_tag_string", "")) for stream in streams),
    )


def _stated_end(stream: dict[str, Any]) -> float | None:
    """Where a stream says it ends, in seconds; Matroska says it in a tag."""
    if "duration" in stream:
        return float(stream.get("start_time", 0)) + float(stream["duration"])
    said = re.fullmatch(r"(\d+):(\d\d):(\d\d\.\d+)", stream.get("tags", {}).get("DURATION", ""))
    return int(said[1]) * 3600 + int(said[2]) * 60 + float(said[3]) if said else None


def _begin(file: Path, header: _Header, deadline: Deadline) -> float:
    """What the file's clock shows, in seconds, where mpv's time begins.

    That is the first time of any stream; but mpv reads Matroska itself and takes the block that comes first in it.
    """
    if not header.format_name.startswith("matroska"):
        return header.start
    first = read_packets(file, "%+#16", limit=deadline.left())
    return next((p.pts for p in first if p.stream in header.played and p.pts is not None), header.start)


def _read_through(file: Path, header: _Header, deadline: Deadline) -> _Survey:
    """Read packets: all of a short film; of a long one some, and all only if its end is not where it should be.

    Raises:
        FilmError: there is not one packet of picture or sound.
    """
    survey = _Survey([], whole=False, end=None, short=False)
    reckoned = header.format_name in _RECKONED
    places = places_to_read(header.start, None if reckoned else header.end)
    try:
        for where in (places, None) if places else (None,):
            packets = read_packets(file, where, limit=deadline.left())
            end = end_of(packets, header.played)
            if end is None and where is None:
                raise _nothing_plays(file, first_look(file))
            short = not reckoned and header.end is not None and (end is None or header.end - end > _CUT_OFF)
            survey = _Survey(packets, whole=where is None, end=end if where is None or not short else None, short=short)
            if not short:
                break
    except TooSlowError:
        return survey
    return survey


def _decodes(file: Path, header: _Header, deadline: Deadline) -> tuple[bool, bool]:
    """Whether the beginning decodes without complaints, and whether anything decodes; what takes too long counts as sound."""
    if _is_locked(file):
        return False, False
    stream = header.main or header.sounds[0]
    which = ["-threads", "2", "-select_streams", str(stream["index"]), "-show_entries", "frame=pts", "-of", "csv=p=0"]
    middle = f"%+{_DECODED}" if header.end is None else f"{(header.start + header.end) / 2:.3f}%+{_DECODED}"
    clean = True
    for where in (f"%+{_DECODED}", middle):
        options = [*SAFE_INPUT, *which, "-read_intervals", where, file_url(file)]
        try:
            output = run_tool("ffprobe", options, limit=min(_DECODING_LIMIT, deadline.left()))
        except TooSlowError:
            return clean, True
        there = re.search(r"^\d", output.words, re.MULTILINE) is not None
        clean = clean and there and not output.complaints
        if there:
            return clean, True
    return False, False


def _is_locked(file: Path) -> bool:
    """Whether picture or sound is encrypted; a decoder makes noise of it, and may call that frames."""
    with file.open("rb") as film:
        moovs = [box for box in boxes(film, 0, first_look(file).size) if box.kind == b"moov"]
        return any(stored_as(film, track)[0] in _LOCKED for moov in moovs for track in inside(film, moov, b"trak"))


def _why_not(file: Path, header: _Header) -> str:
    """Why nothing of a film can be shown or heard."""
    what, shown = ("picture", "shown") if header.main else ("sound", "heard")
    if _is_locked(file):
        return f"It is encrypted: nothing of it can be {shown} here. Save it without protection where it was made."
    if (header.main or header.sounds[0]).get("codec_name", "none") in {"none", "unknown"}:
        return f"Its {what} is of a kind that cannot be {shown} here. Save it as MP4 (H.264) where it was made."
    return f"Nothing of its {what} can be {shown}. Copy it from the camera again."


def _upright(stream: dict[str, Any]) -> tuple[int, int, int]:
    """Width and height as shown, and the degrees clockwise of the turn; the same arithmetic as mpv's."""
    width, height = int(stream.get("width", 0)), int(stream.get("height", 0))
    across, _, down = stream.get("sample_aspect_ratio", "1:1").partition(":")
    if across.isdigit() and down.isdigit() and int(across) > int(down) > 0:
        width = width * int(across) // int(down)
    elif across.isdigit() and down.isdigit() and int(down) > int(across) > 0:
        height = height * int(down) // int(across)
    turns = [float(side["rotation"]) for side in stream.get("side_data_list", []) if "rotation" in side]
    rotation = round(-turns[0] / 90) * 90 % 360 if turns else 0  # ffprobe counts the other way round
    return (height, width, rotation) if rotation in {90, 270} else (width, height, rotation)


def _mean_rate(stream: dict[str, Any]) -> float | None:
    """Frames a second as the container tells."""
    frames, _, seconds = stream.get("avg_frame_rate", "0/0").partition("/")
    return int(frames) / int(seconds) if int(frames) and int(seconds) else None


def _frame_rate(stream: dict[str, Any], survey: _Survey) -> float | None:
    """Frames a second on average, as told, else as seen."""
    if told := _mean_rate(stream):
        return round(told, 3)
    step = typical_step(survey.packets, int(stream["index"]))
    return round(1 / step, 3) if step else None


def _variable(stream: dict[str, Any], survey: _Survey) -> bool | None:
    """Whether the packets of the picture come at uneven times."""
    shortest = _shortest(stream, _frame_rate(stream, survey))
    return is_variable(survey.packets, int(stream["index"]), whole=survey.whole, shortest=shortest)


def _shortest(stream: dict[str, Any], rate: float | None) -> float:
    """Seconds between two packets of different frames: camcorders may write the two fields of one as two packets."""
    return 0.75 / rate if rate and stream.get("field_order") in _INTERLACED else 0.0


def _count(survey: _Survey, stream: dict[str, Any]) -> int:
    return sum(packet.stream == stream["index"] for packet in survey.packets)


def _recorded(tags: dict[str, str]) -> tuple[date | None, str]:
    """The day and the time of recording; Apple's own tag comes first because it counts them where the camera was."""
    for key in ("com.apple.quicktime.creationdate", "creation_time", "date"):
        said = re.match(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?[\d.]*(Z?))?", tags.get(key, ""))
        if said:
            try:
                day = date.fromisoformat(said[1])
            except ValueError:  # a camera's clock can stand on month 0
                continue
            if day >= _EARLIEST:
                midnight = said[2] == "00:00" and said[3] in {None, ":00"}  # what knows only the day writes that
                return day, "" if midnight or not said[2] else f"{said[2]} UTC" if said[4] else said[2]
    return None, ""


def _device(tags: dict[str, str]) -> str:
    """Maker and model, without control characters and no longer than a line."""
    make = tags.get("com.apple.quicktime.make") or tags.get("make") or tags.get("com.android.manufacturer") or ""
    model = tags.get("com.apple.quicktime.model") or tags.get("model") or tags.get("com.android.model") or ""
    named = model if make and model.lower().startswith(make.lower()) else f"{make} {model}"
    return " ".join(clean(named).split())[:60]


def _in_words(found: Probe) -> str:
    """The verdict: what it is, then what is special about it."""
    length = "unknown length" if found.duration_ms is None else _long(found.duration_ms)
    if found.still:
        words = [f"A single picture, {found.width}×{found.height}, that does not move, not a film."]
    elif found.has_video:
        about = "about " if found.variable else ""
        rate = "" if found.frame_rate is None else f", {about}{round(found.frame_rate, 2):g} frames a second"
        sound = "with sound" if found.has_sound else "without sound"
        words = [f"A film of {length}, {found.width}×{found.height}{rate}, {sound}."]
    else:
        words = [f"Sound only, {length}; there is no picture."]
    if found.rotation:
        words.append("The picture is turned upright.")
    if found.variable:
        words.append("The frame rate varies; times stay exact.")
    for count, kind, does in ((found.video_streams, "picture", "shown"), (found.audio_streams, "sound", "heard")):
        if count > 1:
            words.append(f"It holds {count} {kind}s; one of them is {does}, and A in Film or Clips chooses which.")
    if found.end_missing:
        to = "" if found.duration_ms is None else f"; it plays up to {_long(found.duration_ms)}"
        words.append(f"The end of this file is missing{to}.")
    if found.why_not:
        words.append(found.why_not)
    elif found.damaged and not found.end_missing:
        words.append("Parts of this file are damaged; it plays as far as it goes.")
    return " ".join(words)


def _long(length: Millis) -> str:
    """A length in the unit that fits it."""
    if length < 60_000:
        return format_length(length)
    return f"{format_time(length, decimals=0)} {'minutes' if length < 3_600_000 else 'hours'}"
