"""libmpv without a window: the picture it shows now, in any size, upright."""

import contextlib
import ctypes
import socket
import threading
from ctypes import c_char_p, c_int, c_size_t, c_void_p, cast, pointer
from typing import Any

import mpv
import numpy as np
import numpy.typing as npt

from vigtui.player.drawing.colours import Pixels

_SW_SIZE, _SW_FORMAT, _SW_STRIDE, _SW_POINTER, _BLOCK, _SKIP = 17, 18, 19, 20, 12, 13
"""Parameters of libmpv's render API (libmpv/render.h, render_gl.h); the `mpv` package names only the last two."""
_ALIGNED = 64
"""Bytes that rows begin at multiples of: fastest for libmpv (render.h)."""


class _Size(ctypes.Structure):
    _fields_ = (("w", c_int), ("h", c_int))


class _Surface:
    """Memory that libmpv draws in, rows of `wide` pixels of four bytes, and what it is told of it."""

    def __init__(self, wide: int, high: int, *, skip: bool = False) -> None:
        self.size = (wide, high)
        stride = (wide * 4 + _ALIGNED - 1) // _ALIGNED * _ALIGNED
        rows: npt.NDArray[np.uint8] = np.zeros((high, stride), np.uint8)
        self.pixels = rows[:, : wide * 4].reshape(high, wide, 4)[:, :, :3]
        self._told: list[tuple[int, Any]] = [  # kept: only their addresses are given away
            (_SW_SIZE, pointer(_Size(wide, high))),
            (_SW_FORMAT, c_char_p(b"rgb0")),
            (_SW_STRIDE, pointer(c_size_t(stride))),
            (_SW_POINTER, c_void_p(rows.ctypes.data)),
            (_BLOCK, pointer(c_int(0))),
            (_SKIP, pointer(c_int(skip))),
        ]
        self.params = (mpv.MpvRenderParam * (len(self._told) + 1))()
        for param, (kind, value) in zip(self.params, self._told, strict=False):
            param.type_id, param.data = kind, cast(value, c_void_p)


class Film:
    """libmpv, and the picture it shows now.

    Attributes:
        woken: readable when something changed.
        paused: whether it stands still.
    """

    def __init__(self, options: dict[str, str]) -> None:
        self.woken, self._waker = socket.socketpair()
        self.woken.setblocking(False)
        self._waker.setblocking(False)
        self._shape: tuple[int, int, int] | None = None
        self._zoom = 1.0
        self._surface, self._nothing = _Surface(2, 2), _Surface(2, 2, skip=True)
        self._otherwise = True
        """Whether the same frame is to be drawn otherwise than before."""
        self.paused = True
        self._lock = threading.Lock()
        self.player = mpv.MPV(**options)
        self._context = mpv.MpvRenderContext(self.player, "sw")
        self._context.update_cb = self._wake
        self.player.observe_property("video-zoom", self._zoomed)
        self.player.observe_property("pause", self._paused)
        self.player.observe_property("video-out-params", self._shaped)
        self.player.event_callback("video-reconfig")(lambda _: self._look())

    @property
    def shape(self) -> tuple[int, int] | None:
        """Width and height in square pixels, upright; None where there is no picture."""
        with self._lock:
            shape = self._shape
        if shape is None:
            return None
        wide, high, turned = shape
        return (high, wide) if turned % 180 else (wide, high)

    def news(self) -> tuple[bool, bool]:
        """Take in what woke, and say whether there is a new frame, and whether it has another size or zoom."""
        with contextlib.suppress(BlockingIOError):
            self.woken.recv(2**16)
        with self._lock:
            otherwise, self._otherwise = self._otherwise, False
        return bool(self._context.update()), otherwise

    def skip(self) -> None:
        """Pass over the frame: mpv goes on."""
        self._render(self._nothing)

    def picture(self, wide: int, high: int) -> Pixels:
        """The frame that is shown now, upright, stretched to this size; the middle of it where it is zoomed."""
        with self._lock:
            turned = self._shape[2] if self._shape else 0
            zoom = self._zoom
        across, down = (high, wide) if turned % 180 else (wide, high)
        size = drawn_across, drawn_down = round(across * zoom), round(down * zoom)
        if self._surface.size != size:
            self._surface = _Surface(*size)
        self._render(self._surface)
        top, left = (drawn_down - down) // 2, (drawn_across - across) // 2
        pixels = self._surface.pixels[top : top + down, left : left + across]
        return np.rot90(pixels, -turned // 90 % 4).astype(np.int16, order="C")

    def _render(self, surface: _Surface) -> None:
        mpv._mpv_render_context_render(self._context._handle, surface.params)

    def _wake(self) -> None:
        # A full buffer means that the other end is awake already.
        with contextlib.suppress(BlockingIOError):
            self._waker.send(b"w")

    def _zoomed(self, _: str, value: float | None) -> None:
        with self._lock:
            self._zoom = 2.0 ** (value or 0.0)
            self._otherwise = True
        self._wake()

    def _paused(self, _: str, value: bool | None) -> None:
        self.paused = value is not False
        self._wake()

    def _shaped(self, _: str, value: object) -> None:
        self._look()

    def _look(self) -> None:
        """Find out size and orientation; on the event thread of the `mpv` package, where asking is allowed."""
        params = self._ask("video-out-params")
        turned = self._ask("current-tracks/video/demux-rotation")
        with self._lock:
            match params:
                case {"dw": int(wide), "dh": int(high)} if wide > 0 and high > 0:
                    self._shape = (wide, high, turned if isinstance(turned, int) else 0)
                case _:
                    self._shape = None
            self._otherwise = True
        self._wake()

    def _ask(self, name: str) -> object:
        # mpv answers so where there is no such thing at present.
        with contextlib.suppress(AttributeError, RuntimeError, ValueError):
            return self.player._get_property(name)
        return None
