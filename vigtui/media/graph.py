"""The filters of ffmpeg that make clips out of films: exact stretches, upright and square, in one size, with what is added."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from vigtui.domain.clip import Blur
from vigtui.domain.timecode import Millis, to_seconds
from vigtui.media.probe import Layout

EDGE = 0.00075
"""Seconds around a mark in which its frame lies: marks are whole milliseconds, frames are not."""
RATE = 48_000
"""Sound samples a second of everything that is encoded."""
LONGEST_SIDE = 1920
"""Pixels: what old devices can still play."""
CARD_SECONDS = 3.0
"""How long a title card stands."""
FONT = Path(__file__).parent.parent / "fonts" / "DejaVuSans.ttf"

_TIME = re.compile(r"frame:\d+ +pts:(-?\d+) ")
_BLOCKS = 6
"""Blocks across a blurred region: nobody can be recognised in so few."""
_WIDE_TO_NORMAL = (
    "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv"
)


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels, both even."""

    width: int
    height: int


def fitting(layout: Layout, shrink: float = 1.0) -> Size:
    """The upright size with square pixels, even, and not longer than `LONGEST_SIDE`; smaller where it is to shrink."""
    shrink = min(1.0, shrink, LONGEST_SIDE / max(layout.width, layout.height, 1))
    return Size(_even(layout.width * shrink), _even(layout.height * shrink))


def around(sizes: Sequence[Size]) -> Size:
    """The size into which all of these fit without being enlarged."""
    return Size(max(size.width for size in sizes), max(size.height for size in sizes))


def _even(pixels: float) -> int:
    return max(2, 2 * round(pixels / 2))


def edges(layout: Layout, start: Millis, end: Millis) -> tuple[float, float]:
    """Seconds on the file's own clock between which the frames from `start` to `end` lie."""
    return layout.begins + to_seconds(start) - EDGE, layout.begins + to_seconds(end) + EDGE


def picture(
    number: int,
    layout: Layout,
    start: Millis,
    end: Millis,
    into: Size,
    read: Path,
    *,
    blur: Blur | None = None,
    speed: float = 1.0,
) -> str:
    """The chain from a film's picture to `[vN]`: the frames from `start` to `end`, both included, beginning at 0.

    `read` becomes a list of all frames that came by, as `times_in` reads it: a frame in front of the first one proves that none
    behind it is missing.
    """
    own = fitting(layout)
    first, last = edges(layout, start, end)
    steps = [
        *_written_down(number, layout, read),
        f"trim=start={first:.6f}:end={last:.6f},setpts=PTS-STARTPTS",
        *_plain(layout, own),
    ]
    chain = ",".join(steps)
    if blur:
        chain = f"{chain}[u{number}];{_blurred(number, blur, start, own)}"
    if own != into:
        chain += f",pad={into.width}:{into.height}:-1:-1:color=black"
    if speed != 1.0:
        chain += f",setpts=PTS/{speed}"
    return f"{chain}[v{number}]"


def whole(layout: Layout, into: Size, read: Path) -> str:
    """The chain from a film's picture to `[v0]`: every frame at its own time, counted from where the player's time begins."""
    steps = [*_written_down(0, layout, read), f"setpts=PTS-{round(layout.begins * 1_000_000)}", *_plain(layout, into)]
    return ",".join(steps) + "[v0]"


def _written_down(number: int, layout: Layout, read: Path) -> list[str]:
    """The picture's frames as they come, each written into a list."""
    return [
        # In microseconds first: in the film's own unit of time a filter would round.
        f"[{number}:{layout.video}]settb=AVTB",
        # Only a frame with something attached to it is written down.
        f"metadata=mode=add:key=read:value=1,metadata=mode=print:file={_quoted(read)},metadata=mode=delete",
    ]


def _plain(layout: Layout, size: Size) -> list[str]:
    """What makes a frame such that anything can play it."""
    return [
        *(["bwdif=mode=send_frame:deint=interlaced"] if layout.interlaced else []),
        *([_WIDE_TO_NORMAL] if layout.wide_range else []),
        f"scale={size.width}:{size.height},setsar=1,format=yuv420p",
    ]


def times_in(read: Path) -> list[int]:
    """The times of the frames in the list that `picture` writes, in microseconds on the film's own clock."""
    if not read.is_file():
        return []
    return [int(found[1]) for line in read.read_text("ascii").splitlines() if (found := _TIME.match(line))]


def sound(number: int, layout: Layout, start: Millis, length: float, *, speed: float, lasts: float | None) -> str:
    """The chain from a film's sound to `[aN]`, in step with its picture.

    Args:
        number: of the input.
        layout: of the film.
        start: the first frame.
        length: seconds of the film, to the end of the last frame.
        speed: of playing; the pitch stays.
        lasts: seconds to which it is filled up or cut; None leaves it as long as it is.
    """
    if layout.sound is None:
        return f"anullsrc=r={RATE}:cl=stereo,atrim=end={lasts or length / speed:.6f}[a{number}]"
    first = layout.begins + to_seconds(start)
    steps = [
        f"[{number}:{layout.sound}]atrim=start={first:.6f}:end={first + length:.6f},asetpts=PTS-{first:.6f}/TB",
        f"aresample={RATE}:async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo",
        *_tempo(speed),
    ]
    if lasts is not None:
        steps.append(f"apad=whole_dur={lasts:.6f},atrim=end={lasts:.6f}")
    return f"{','.join(steps)}[a{number}]"


def card(number: int, words: Path, into: Size) -> str:
    """A title card, white on a quiet dark, as `[cN]` and `[dN]`; the words are read from a file, never from the graph."""
    high = max(14, into.height // 16)
    text = (
        f"drawtext=fontfile={_quoted(FONT)}:textfile={_quoted(words)}:expansion=none:fontsize={high}:fontcolor=0xf4efe6"
        f":line_spacing={high // 2}:x=(w-text_w)/2:y=(h-text_h)/2"
    )
    return (
        f"color=c=0x24303a:s={into.width}x{into.height}:r=10:d={CARD_SECONDS},{text},"
        f"settb=AVTB,setsar=1,format=yuv420p[c{number}];"
        f"anullsrc=r={RATE}:cl=stereo,atrim=end={CARD_SECONDS}[d{number}]"
    )


def _quoted(path: Path) -> str:
    """A path as a value inside a filter graph: escaped for the option, then quoted for the graph."""
    escaped = str(path).replace("\\", "\\\\").replace(":", "\\:").replace("'", "\\'")
    return "'" + escaped.replace("'", "'\\''") + "'"


def _tempo(speed: float) -> list[str]:
    """`atempo` in steps that it can take without leaving out samples."""
    steps = []
    while speed < 0.5:
        steps.append("atempo=0.5")
        speed /= 0.5
    while speed > 2.0:
        steps.append("atempo=2.0")
        speed /= 2.0
    return [*steps, f"atempo={speed:.6f}"] if speed != 1.0 else steps


def _blurred(number: int, blur: Blur, start: Millis, size: Size) -> str:
    """A region reduced to a few blocks and put back, following its key positions; the chain goes on after it."""
    keys = blur.in_order
    width = min(size.width, _even(size.width * max(key.width for key in keys)))
    height = min(size.height, _even(size.height * max(key.height for key in keys)))
    times = [to_seconds(Millis(key.at_ms - start)) for key in keys]
    x = _between(times, [_corner(key.x + key.width / 2, width, size.width) for key in keys])
    y = _between(times, [_corner(key.y + key.height / 2, height, size.height) for key in keys])
    down = max(1, round(_BLOCKS * height / width))
    return (
        f"[u{number}]split[k{number}][r{number}];"
        f"[r{number}]crop=w={width}:h={height}:x='{x}':y='{y}',scale={_BLOCKS}:{down}:flags=area,"
        f"scale={width}:{height}:flags=neighbor[m{number}];"
        f"[k{number}][m{number}]overlay=x='{x}':y='{y}':eval=frame"
    )


def _corner(middle: float, extent: int, whole: int) -> float:
    """Where a region of that extent begins, kept inside the picture; whole pairs of pixels, as the colours are."""
    return 2 * round(min(max(middle * whole - extent / 2, 0), whole - extent) / 2)


def _between(times: Sequence[float], values: Sequence[float]) -> str:
    """An expression of `t`: straight from key to key, and held before the first and after the last."""
    said = f"{values[-1]:.0f}"
    for (t0, v0), (t1, v1) in reversed(list(pairwise(zip(times, values, strict=True)))):
        slope = (v1 - v0) / max(t1 - t0, 0.001)
        said = f"if(lt(t,{t1:.3f}),2*round(({v0:.0f}+{slope:.4f}*max(0,t-{t0:.3f}))/2),{said})"
    return said
