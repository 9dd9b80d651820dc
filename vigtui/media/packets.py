"""The times in a film as they are written in the file: read from its packets, without decoding a picture."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from vigtui.media.tools import file_url, run_tool

SAFE_INPUT = [
    "-v", "error", "-protocol_whitelist", "file", "-format_whitelist",
    "mov,matroska,avi,mpegts,mpeg,asf,flv,mxf,dv,ogg,rm,wtv,gxf,wav,w64,mp3,flac,aac,ac3,eac3,amr,caf,aiff,au",
]  # fmt: skip
"""Only films and sound, only this one file: a playlist could make ffmpeg open other files, or the network."""

WHOLE_UNTIL = 40.0
"""Films up to this many seconds are read whole; of longer ones the beginning, the end and places between."""

_BEGINNING, _BETWEEN, _END = 8.0, 4.0, 8.0
_SECTION_GAP = 2.0
"""Seconds between two packets, in the order of the file, that tell a jump to the next place that was read."""
_ROUNDING = 0.002
"""Seconds by which times may miss an even grid and still be even: what containers round away."""
_SAME_STEP = 0.00025
"""Seconds by which the steps of two places may differ and still be the same frame rate."""


class Packet(NamedTuple):
    """One packet; all times in seconds on the file's own clock, None where the file does not tell."""

    stream: int
    pts: float | None
    dts: float | None
    length: float | None


def places_to_read(start: float, end: float | None) -> str | None:
    """Say what `-read_intervals` looks at of a film from `start` to `end` in seconds; None: read it whole."""
    if end is None or end - start <= WHOLE_UNTIL:
        return None
    between = [f"{start + (end - start) * part:.3f}%+{_BETWEEN}" for part in (0.25, 0.5, 0.75)]
    return ",".join([f"%+{_BEGINNING}", *between, f"{end - _END:.3f}%"])


def read_packets(file: Path, places: str | None, *, limit: float) -> list[Packet]:
    """Read the packets of all streams at those places, in the order in which they stand in the file.

    Raises:
        TookTooLong: the limit in seconds passed.
    """
    where = ["-read_intervals", places] if places else []
    entries = ["-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,flags", "-of", "csv=p=0"]
    lines = run_tool("ffprobe", [*SAFE_INPUT, *where, *entries, file_url(file)], limit=limit).words.splitlines()
    return list(_parse(lines))


def _parse(lines: Iterable[str]) -> Iterable[Packet]:
    for line in lines:
        fields = line.split(",")
        # Side data leave lines of their own; D marks packets that an edit list leaves out.
        if len(fields) >= 5 and fields[0].isdigit() and "D" not in fields[4]:
            yield Packet(int(fields[0]), _seconds(fields[1]), _seconds(fields[2]), _seconds(fields[3]))


def _seconds(words: str) -> float | None:
    return None if words == "N/A" else float(words)


def end_of(packets: Iterable[Packet], streams: set[int]) -> float | None:
    """When the last packet of these streams is over, in seconds; None without any."""
    last: dict[int, tuple[float, float]] = {}
    for packet in packets:
        at = packet.pts if packet.pts is not None else packet.dts
        if packet.stream in streams and at is not None:
            before, length = last.get(packet.stream, (at, 0.0))
            # A packet without a length of its own lasts as long as the one before it did.
            length = packet.length or (at - before if at > before else length)
            last[packet.stream] = (at, length) if at >= before else (before, length)
    return max((at + length for at, length in last.values()), default=None)


def is_variable(packets: Sequence[Packet], stream: int, *, whole: bool, shortest: float = 0.0) -> bool | None:
    """Whether the frames of a stream come at uneven times.

    Args:
        packets: as `read_packets` gave them.
        stream: the index of the video stream.
        whole: whether the packets are all there are; otherwise every place that was read is judged by itself.
        shortest: seconds; a packet that follows closer than this is the second field of the same frame.

    Returns:
        None where there are too few frames to tell.
    """
    own = [packet for packet in packets if packet.stream == stream]
    sections = [own] if whole else _sections(own)
    steps: list[float] = []
    for section in sections:
        times = times_in_order(section, shortest=shortest)
        if len(times) < 3:
            continue
        step = (times[-1] - times[0]) / (len(times) - 1)
        if any(abs(at - times[0] - number * step) > _ROUNDING for number, at in enumerate(times)):
            return True
        steps.append(step)
    return max(steps) - min(steps) > _SAME_STEP if steps else None


def _sections(packets: Sequence[Packet]) -> list[list[Packet]]:
    """Split where the file was left to read on elsewhere."""
    sections: list[list[Packet]] = [[]]
    before: float | None = None
    for packet in packets:
        at = packet.dts if packet.dts is not None else packet.pts
        if before is not None and at is not None and abs(at - before) > _SECTION_GAP:
            sections.append([])
        sections[-1].append(packet)
        before = at if at is not None else before
    return sections


def times_in_order(packets: Sequence[Packet], *, shortest: float = 0.0, whole: bool = False) -> list[float]:
    """The times of one stream's frames in the order in which they are shown, in seconds on the file's own clock.

    Args:
        packets: of that stream.
        shortest: seconds below which two packets are of one frame.
        whole: whether these are all packets of a film, to its end.
    """
    shown = [packet.pts for packet in packets if packet.pts is not None]
    decoded = [packet.dts for packet in packets if packet.dts is not None]
    if len(shown) < len(packets):  # old containers write only the order of decoding; it is as even as the frames are
        times = sorted(set(decoded))
    else:
        # Frames come in decoding order: where reading stopped, or the file is cut off, some past the last decoding
        # time are still missing between those that are there.
        last = decoded[-1] if decoded else max(shown, default=0.0)
        times = sorted({at for at in shown if whole or at <= last})
    if shortest and times:
        kept = times[:1]
        for at in times[1:]:
            if at - kept[-1] >= shortest:
                kept.append(at)
        times = kept
    return times


def typical_step(packets: Sequence[Packet], stream: int) -> float | None:
    """The median time from one frame of a stream to the next, in seconds; None with fewer than two frames."""
    times = times_in_order([packet for packet in packets if packet.stream == stream])
    gaps = sorted(after - before for before, after in pairwise(times))
    return gaps[len(gaps) // 2] if gaps else None
