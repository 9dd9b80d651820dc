"""The stage of the puppet play: its pictures, as filters of ffmpeg.

Everything is drawn once, small, and then only moved: a minute of film takes seconds to make.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

LAMPS = 20
"""Lamps of the frame counter; the one that counts ones is at the right."""

Colour = tuple[int, int, int]

_SKIN, _WHITE, _DARK, _BLUSH = (246, 208, 176), (255, 255, 255), (46, 38, 40), (236, 150, 140)


@dataclass(frozen=True, slots=True)
class Movement:
    """What a figure does, as formulas in the time `t`."""

    swell: str
    """From 0 to 1 and back during each of its turns."""
    mouth: str
    """1 during its turns, else 0."""


class _Oval(NamedTuple):
    """One piece of a figure; units are the height of the whole picture it is part of."""

    x: float
    y: float
    across: float
    """Half the width."""
    down: float
    """Half the height."""
    colour: Colour


def draw(seconds: int, fps: int, size: tuple[int, int], big: Movement, small: Movement) -> list[str]:
    """The filters that draw the play of that many seconds; the picture comes out as `[scene]`.

    Args:
        seconds: length.
        fps: frames a second.
        size: width and height in pixels.
        big: what the figure on the left does.
        small: what the one on the right does.
    """
    width, height = size
    floor = round(height * 0.92)
    ball = _even(height * 0.11)
    roll = f"{width * 0.52:.0f}+{width * 0.04:.0f}*({big.swell}-{small.swell})"
    return [
        _room(seconds, fps, size),
        _sprite("ball", ball, 1.0, _BALL),
        f"[room][ball]overlay=x='{roll}':y={floor - ball}[empty]",
        *_act("big", "empty", "half", size, big, left=0.1, tall=0.7, look=1),
        *_act("small", "half", "full", size, small, left=0.62, tall=0.46, look=-1),
        f"[full]{_lamps(size)}[scene]",
    ]


def frame_number(grey: bytes, size: tuple[int, int]) -> int:
    """Read the frame counter, from 0, off a picture of the play: one byte of grey a pixel, in the size it was made."""
    width, height = size
    row = (height - _lamp_height(height) // 2 - 1) * width
    lit = [grey[row + width * lamp // LAMPS + width // (2 * LAMPS)] > 128 for lamp in range(LAMPS)]
    return sum(1 << (LAMPS - 1 - lamp) for lamp, on in enumerate(lit) if on)


_BALL = [_Oval(0.5, 0.5, 0.49, 0.49, (214, 64, 69)), _Oval(0.37, 0.33, 0.14, 0.12, (250, 190, 180))]
_MOUTH = [_Oval(0.5, 0.5, 0.45, 0.49, (96, 28, 40)), _Oval(0.5, 0.72, 0.3, 0.2, (222, 110, 110))]


def _even(pixels: float) -> int:
    """Pictures with half as many colours as pixels need even sizes."""
    return max(4, round(pixels / 2) * 2)


def _lamp_height(height: int) -> int:
    return max(6, height // 36)


def _sprite(label: str, height: int, aspect: float, ovals: Sequence[_Oval]) -> str:
    """One picture of ovals on nothing, drawn at double size and shrunk, so that its edges are smooth."""
    tall, wide = 2 * height, 2 * _even(height * aspect)
    channels = {"r": "0", "g": "0", "b": "0", "a": "0"}
    for oval in ovals:
        x, y = f"(X-{oval.x * tall:.1f})/{oval.across * tall:.1f}", f"(Y-{oval.y * tall:.1f})/{oval.down * tall:.1f}"
        for channel, value in zip("rgba", (*oval.colour, 255), strict=True):
            channels[channel] = f"if(lt(hypot({x},{y}),1),{value},{channels[channel]})"
    paint = ":".join(f"{channel}='{formula}'" for channel, formula in channels.items())
    return (
        f"color=black:s={wide}x{tall}:r=1:d=1,format=rgba,geq={paint},"
        f"scale={wide // 2}:{tall // 2}:flags=area,format=yuva420p[{label}]"
    )


def _figure(look: int, body: Colour, belly: Colour, hair: Colour) -> list[_Oval]:
    """A figure that looks right (1) or left (-1); it is 0.8 wide."""
    shade = (body[0] * 3 // 4, body[1] * 3 // 4, body[2] * 3 // 4)
    mid, face = 0.4, 0.4 + look * 0.03
    eyes, cheeks = face + look * 0.06, face + look * 0.05
    return [
        _Oval(mid - 0.14, 0.965, 0.12, 0.035, _DARK),
        _Oval(mid + 0.14, 0.965, 0.12, 0.035, _DARK),
        _Oval(mid - look * 0.27, 0.68, 0.07, 0.13, shade),
        _Oval(mid, 0.72, 0.27, 0.25, body),
        _Oval(mid + look * 0.05, 0.77, 0.15, 0.15, belly),
        _Oval(mid + look * 0.25, 0.64, 0.12, 0.055, shade),
        _Oval(mid + look * 0.345, 0.625, 0.045, 0.045, _SKIN),
        _Oval(mid - look * 0.04, 0.235, 0.27, 0.225, hair),
        _Oval(face, 0.29, 0.235, 0.21, _SKIN),
        _Oval(face - look * 0.03, 0.115, 0.2, 0.07, hair),
        _Oval(eyes - 0.085, 0.255, 0.052, 0.06, _WHITE),
        _Oval(eyes + 0.085, 0.255, 0.052, 0.06, _WHITE),
        _Oval(eyes - 0.085 + look * 0.02, 0.26, 0.026, 0.032, _DARK),
        _Oval(eyes + 0.085 + look * 0.02, 0.26, 0.026, 0.032, _DARK),
        _Oval(cheeks - 0.14, 0.35, 0.034, 0.022, _BLUSH),
        _Oval(cheeks + 0.13, 0.35, 0.034, 0.022, _BLUSH),
        _Oval(face + look * 0.08, 0.39, 0.075, 0.045, _DARK),
        _Oval(face + look * 0.08, 0.37, 0.085, 0.045, _SKIN),
    ]


_FIGURES = {
    "big": _figure(1, (42, 122, 128), (92, 170, 170), (92, 58, 42)),
    "small": _figure(-1, (226, 140, 38), (250, 190, 96), (150, 84, 40)),
}


def _act(
    who: str, onto: str, result: str, size: tuple[int, int], does: Movement, *, left: float, tall: float, look: int
) -> list[str]:
    """Put a figure onto the picture `onto`: it leans to where it looks, hops, and opens its mouth."""
    width, height = size
    high = _even(height * tall)
    mouth = _even(high * 0.09)
    x = f"{width * left:.0f}+{look * width * 0.06:.0f}*{does.swell}"
    y = f"{round(height * 0.92) - high}-{high * 0.08:.1f}*{does.swell}*abs(sin(2*PI*1.6*t))"
    across, down = high * (0.4 + look * 0.11) - mouth / 2, high * 0.4 - mouth / 2
    return [
        _sprite(who, high, 0.8, _FIGURES[who]),
        _sprite(f"{who}mouth", mouth, 1.0, _MOUTH),
        f"[{onto}][{who}]overlay=x='{x}':y='{y}'[{who}silent]",
        f"[{who}silent][{who}mouth]overlay=x='{x}+{across:.1f}':y='{y}+{down:.1f}':enable='{does.mouth}'[{result}]",
    ]


def _room(seconds: int, fps: int, size: tuple[int, int]) -> str:
    """A wall, a floor and a window with a hill outside: drawn once and held for the whole play."""
    width, height = size

    def box(x: float, y: float, w: float, h: float, colour: str) -> str:
        return (
            f"drawbox=x={x * width:.0f}:y={y * height:.0f}:w={w * width:.0f}:h={h * height:.0f}:color={colour}:t=fill"
        )

    boxes = [
        box(0, 0.74, 1, 0.26, "0xb98a62"),
        box(0, 0.72, 1, 0.025, "0xf7efe2"),
        *(box(0, y, 1, 0.005, "0xa97b55") for y in (0.79, 0.86, 0.95)),
        box(0.4, 0.1, 0.2, 0.36, "0xfffaf0"),
        box(0.412, 0.12, 0.176, 0.32, "0x9fd3ec"),
        box(0.412, 0.34, 0.176, 0.1, "0x86b86b"),
        box(0.45, 0.3, 0.1, 0.05, "0x86b86b"),
        box(0.545, 0.15, 0.028, 0.05, "0xffd86b"),
        box(0.497, 0.12, 0.006, 0.32, "0xfffaf0"),
        box(0.412, 0.27, 0.176, 0.01, "0xfffaf0"),
        box(0.39, 0.455, 0.22, 0.022, "0xe8d9c0"),
        box(0.72, 0.14, 0.12, 0.2, "0xc98d6b"),
        box(0.731, 0.16, 0.098, 0.16, "0xfdf3dc"),
        box(0.752, 0.22, 0.03, 0.07, "0x7fa8c9"),
        box(0.784, 0.195, 0.026, 0.095, "0xd98c8c"),
        box(0.24, 0.86, 0.58, 0.085, "0x7c5c8a"),
        box(0.25, 0.872, 0.56, 0.06, "0x9576a4"),
        box(0, 0.96, 1, 0.04, "0x3b2f2a"),
    ]
    # The one frame has to be told its place in time again for every time it is shown.
    held = f"loop=loop=-1:size=1:start=0,settb=1/{fps},setpts=N,trim=end_frame={seconds * fps}"
    return f"color=0xf1dfc3:s={width}x{height}:r={fps},trim=end_frame=1,{','.join(boxes)},format=yuv420p,{held}[room]"


def _lamps(size: tuple[int, int]) -> str:
    """The frame counter: a row of lamps along the bottom, a binary number."""
    width, height = size
    high = _lamp_height(height)
    lamps = []
    for lamp in range(LAMPS):
        left, right = width * lamp // LAMPS + 1, width * (lamp + 1) // LAMPS - 1
        place = f"x={left}:y={height - high}:w={right - left}:h={high}"
        lit = f"gt(bitand(n,{1 << (LAMPS - 1 - lamp)}),0)"
        lamps.append(f"drawbox={place}:color=0xffe9a8:t=fill:enable='{lit}'")
    return ",".join(lamps)
