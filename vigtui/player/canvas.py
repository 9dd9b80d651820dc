"""Where a film is drawn inside the terminal: what the app says of the place, and the frames that come back.

Both sides of the helper's socket speak in messages: a kind of one byte, the length in four, and so many bytes.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from vigtui.domain.derived import Picture

_HEAD = struct.Struct(">cI")
_FRAME = struct.Struct(">III")
_STILL = struct.Struct(">HH")
_PART = struct.Struct(">HHHH")
LONGEST = 2**26
"""Bytes of the longest message; a picture in pixels for a large terminal takes a tenth of it."""

# From the app to the helper.
OPTIONS, AIM, TAKEN, FORGET, STILL_WANTED, MAKE_WAY = b"O", b"A", b"T", b"R", b"S", b"K"
# From the helper to the app.
READY, MISSING, FRAME, STILL = b"H", b"M", b"F", b"P"


@dataclass(frozen=True, slots=True)
class Aim:
    """The part of the screen that shows the film.

    Attributes:
        number: told back with every frame, so that frames for an earlier place are known.
        left, top, columns, rows: in cells; no columns where the film is not to be seen.
        depth: “true”, “256”, “16” or “none”.
        blocks: “half”, “quadrant”, “space”, “sixel” or “kitty”.
        cell: width and height of a cell in pixels, as the terminal told or as is usual.
        holes: left, top, width and height of what lies over it, in cells from its corner.
    """

    number: int
    left: int = 0
    top: int = 0
    columns: int = 0
    rows: int = 0
    depth: str = "true"
    blocks: str = "half"
    cell: tuple[int, int] = (8, 16)
    holes: tuple[tuple[int, int, int, int], ...] = ()

    def to_bytes(self) -> bytes:
        """For the wire."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Aim":
        """From the wire."""
        found = json.loads(data)
        found["cell"] = tuple(found["cell"])
        found["holes"] = tuple(tuple(hole) for hole in found["holes"])
        return cls(**found)


@dataclass(frozen=True, slots=True)
class Frame:
    """What makes the terminal show the newest picture.

    Attributes:
        aim: the number of the place it is for.
        number: counts up; told back by `Canvas.taken`.
        pictures: how many pictures of the film were drawn so far; one that changed nothing takes no frame.
        data: to be written as it is, cursor and colours restored afterwards.
    """

    aim: int
    number: int
    pictures: int
    data: bytes

    def to_bytes(self) -> bytes:
        """For the wire."""
        return _FRAME.pack(self.aim, self.number, self.pictures) + self.data

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frame":
        """From the wire."""
        aim, number, pictures = _FRAME.unpack_from(data)
        return cls(aim, number, pictures, data[_FRAME.size :])


def still_to_bytes(still: Picture) -> bytes:
    """The picture that is shown, two pixels a cell, for the wire."""
    return _STILL.pack(still.width, still.height) + still.rgb


def still_from_bytes(data: bytes) -> Picture:
    """The same from the wire."""
    width, height = _STILL.unpack_from(data)
    return Picture(width, height, data[_STILL.size :])


def pack(kind: bytes, payload: bytes = b"") -> bytes:
    """Write a message."""
    return _HEAD.pack(kind, len(payload)) + payload


def part_from_bytes(data: bytes) -> tuple[int, int, int, int]:
    """Left, top, width and height of a part of the screen, from the wire."""
    left, top, width, height = _PART.unpack(data)
    return left, top, width, height


class Unpacker:
    """Bytes in, messages out, however the bytes were cut."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """Take in what was read; the messages that are complete with it. Raises ValueError where it is none."""
        self._rest += data
        found = []
        while len(self._rest) >= _HEAD.size:
            kind, length = _HEAD.unpack_from(self._rest)
            if length > LONGEST:
                raise ValueError("a message of impossible length")
            if len(self._rest) < _HEAD.size + length:
                break
            found.append((kind, bytes(self._rest[_HEAD.size : _HEAD.size + length])))
            del self._rest[: _HEAD.size + length]
        return found


def _nobody(_: object) -> None:
    """Takes what nobody wants."""


@dataclass
class Canvas:
    """The app's side of it. What is said while there is no helper is kept for the next one.

    Attributes:
        on_frame: called with every frame for the present aim.
        on_still: called with a still that was asked for.
    """

    on_frame: Callable[[Frame], None] = _nobody
    on_still: Callable[[Picture], None] = _nobody
    _send: Callable[[bytes], None] | None = None
    _aim: Aim = field(default_factory=lambda: Aim(0))

    def aim(self, **place: Any) -> None:
        """Draw there from now on; the names are those of `Aim`. Nothing is told where nothing has changed."""
        if Aim(self._aim.number, **place) != self._aim:
            self._aim = Aim(self._aim.number + 1, **place)
            self._tell(AIM, self._aim.to_bytes())

    def hide(self) -> None:
        """Draw nowhere."""
        self.aim()

    def quiet(self) -> None:
        """Draw nowhere, and hand frames and stills to nobody."""
        self.hide()
        self.on_frame, self.on_still = _nobody, _nobody

    def forget(self, left: int, top: int, width: int, height: int) -> None:
        """Something else was written in this part of the screen, in cells: draw anew what of the film is there."""
        self._tell(FORGET, _PART.pack(left, top, width, height))

    def taken(self, number: int) -> None:
        """The terminal has taken this frame and all before."""
        self._tell(TAKEN, number.to_bytes(4, "big"))

    def make_way(self) -> None:
        """A key was pressed: its answer goes before the next frames."""
        self._tell(MAKE_WAY)

    def ask_for_still(self) -> None:
        """Have the picture that is shown handed to `on_still`."""
        self._tell(STILL_WANTED)

    def join(self, send: Callable[[bytes], None]) -> None:
        """A helper is there."""
        self._send = send
        self._tell(AIM, self._aim.to_bytes())

    def part(self) -> None:
        """The helper is gone."""
        self._send = None

    def hear(self, kind: bytes, payload: bytes) -> None:
        """Take in a message of the helper's."""
        if kind == FRAME:
            frame = Frame.from_bytes(payload)
            if frame.aim == self._aim.number:
                self.on_frame(frame)
            else:
                # The terminal will not show it, although the helper thinks so.
                self.taken(frame.number)
                self.forget(self._aim.left, self._aim.top, self._aim.columns, self._aim.rows)
        elif kind == STILL:
            self.on_still(still_from_bytes(payload))

    def _tell(self, kind: bytes, payload: bytes = b"") -> None:
        if self._send is not None:
            self._send(pack(kind, payload))
