"""The helper process: libmpv without a window, its frames as terminal cells. Started by `terminal.py`, never imported by the app.

It speaks to the app over one socket, whose number is its only argument: what `canvas.py` lists goes in and out, and when
the socket ends the helper ends. mpv itself is driven over its own JSON IPC, like the mpv in a window.
"""

import json
import os
import selectors
import socket
import sys
import time
from typing import TYPE_CHECKING, Never

import numpy as np

from vigtui.domain.derived import Picture
from vigtui.player import canvas
from vigtui.player.canvas import Aim
from vigtui.player.drawing.cells import LIKENESS, Cells
from vigtui.player.drawing.colours import Pixels
from vigtui.player.drawing.flow import Flow
from vigtui.player.drawing.ways import cells_for

if TYPE_CHECKING:
    from vigtui.player.drawing.film import Film

REST = 0.12
"""Seconds without a new frame after which the picture is taken to stand still, and is drawn to the end."""


class Helper:
    """The link to the app, the film, and the cells it is drawn on."""

    def __init__(self, link: socket.socket, film: "Film", unpacker: canvas.Unpacker) -> None:
        self._link = link
        self._film = film
        self._unpacker = unpacker
        self._aim = Aim(0)
        self._cells: Cells | None = None
        self._flow = Flow()
        self._number = self._pictures = 0
        self._fresh = False
        self._picture: Pixels | None = None
        self._part = 1.0
        """How much of it is film, not black beside the film."""
        self._stale = True
        """Whether the film shows something else than `_picture`."""
        self._enough = self._complete = False
        """Whether the terminal shows `_picture` as well as it must while the film plays, and as well as it can."""
        self._new_at = 0.0

    def run(self) -> Never:
        """Serve until the app ends the link."""
        watched = selectors.DefaultSelector()
        watched.register(self._link, selectors.EVENT_READ)
        watched.register(self._film.woken, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in watched.select(self._patience())]
            if self._film.woken in ready:
                self._see()
            if self._link in ready:
                self._hear()
            self._draw()

    def _patience(self) -> float | None:
        """Seconds until there is something to do even where nothing happens."""
        now = time.monotonic()
        given_up = self._flow.waits(now)
        if self._cells is None or self._rests():
            return None
        if (wait := self._flow.wait(now)) > 0:
            return wait if given_up is None else min(wait, given_up)
        rests = self._enough and not self._stale and self._is_moving(now)
        return max(0.0, self._new_at + REST - now) if rests else 0.0

    def _rests(self) -> bool:
        """Whether there is nothing to do until something happens."""
        return self._complete and not self._stale

    def _may_send(self, now: float) -> bool:
        return not self._flow.wait(now)

    def _is_moving(self, now: float) -> bool:
        return not self._film.paused and now - self._new_at < REST

    def _see(self) -> None:
        """Take in what the film tells."""
        fresh, otherwise = self._film.news()
        if not fresh and not otherwise:
            return  # it was paused or goes on: the picture is the same
        self._fresh |= fresh
        self._stale, self._new_at = True, time.monotonic()
        if fresh and (self._cells is None or not self._may_send(self._new_at)):
            self._film.skip()

    def _hear(self) -> None:
        data = self._link.recv(2**16)
        if not data:
            leave(0)
        for kind, payload in self._unpacker.feed(data):
            self.take(kind, payload)

    def take(self, kind: bytes, payload: bytes) -> None:
        """Take in what the app says."""
        if kind == canvas.AIM:
            self._turn_to(Aim.from_bytes(payload))
        elif kind == canvas.TAKEN:
            self._flow.taken(int.from_bytes(payload, "big"), time.monotonic())
        elif kind == canvas.FORGET and self._cells is not None:
            self._cells.forget(*canvas.part_from_bytes(payload))
            self._enough = self._complete = False
        elif kind == canvas.MAKE_WAY:
            now = time.monotonic()
            if self._is_moving(now):
                self._flow.make_way(now)
        elif kind == canvas.STILL_WANTED:
            self._tell_still()

    def _turn_to(self, aim: Aim) -> None:
        before, self._aim = self._aim, aim
        same = (aim.left, aim.top, aim.columns, aim.rows, aim.depth, aim.blocks, aim.cell)
        if self._cells is None or same != (
            before.left,
            before.top,
            before.columns,
            before.rows,
            before.depth,
            before.blocks,
            before.cell,
        ):
            self._cells = cells_for(aim) if aim.columns and aim.rows else None
            self._stale = True
        if self._cells is not None:
            self._cells.close(aim.holes)
        self._enough = self._complete = False

    def _draw(self) -> None:
        """Send what the terminal needs, as far as the line bears it."""
        cells, now = self._cells, time.monotonic()
        if cells is None or self._rests() or not self._may_send(now):
            return
        moving = self._is_moving(now)
        if moving and self._enough and not self._stale:
            return
        if self._stale or self._picture is None:
            before, self._picture, self._stale = self._picture, self._compose(cells), False
            self._pictures += self._fresh
            self._fresh = False
            # After a step mpv hands out the same frame once more.
            same = before is not None and np.array_equal(before, self._picture)
            self._enough, self._complete = self._enough and same, self._complete and same
            if self._complete:
                return
        # A new picture comes as quickly as it can, and at rest to the last level right behind; at once where it is
        # so like the one before that the first has nothing to write.
        rough = moving or not self._enough
        likeness, most = LIKENESS if rough else None, self._flow.share(now)
        written = cells.encode(self._picture, likeness=likeness, part=self._part, most=most)
        if rough and not moving and written.complete and not written.data:
            rough = False
            written = cells.encode(self._picture, most=most)
        self._enough, self._complete = written.complete, written.complete and not rough
        if written.data:
            self._number += 1
            self._flow.sent(self._number, len(written.data), now)
            frame = canvas.Frame(self._aim.number, self._number, self._pictures, written.data)
            self._send(canvas.FRAME, frame.to_bytes())

    def _compose(self, cells: Cells) -> Pixels:
        """The film in its shape in the middle of the place, black around it; all black where nothing is shown."""
        wide, high = cells.size
        shape = self._film.shape
        if shape is None:
            self._film.skip()
            return np.zeros((high, wide, 3), np.int16)
        across, down = fitted(shape, (self._aim.columns, self._aim.rows), self._aim.cell, (wide, high))
        self._part = across * down / (wide * high)
        film = self._film.picture(across, down)
        if (across, down) == (wide, high):
            return film
        whole = np.zeros((high, wide, 3), np.int16)
        left, top = (wide - across) // 2, (high - down) // 2
        whole[top : top + down, left : left + across] = film
        return whole

    def _tell_still(self) -> None:
        if self._cells is None:
            return
        pixels = self._cells.shown
        wide, high = self._aim.columns, 2 * self._aim.rows
        across, down = np.arange(wide) * pixels.shape[1] // wide, np.arange(high) * pixels.shape[0] // high
        pixels = pixels[down][:, across]
        self._send(canvas.STILL, canvas.still_to_bytes(Picture(wide, high, pixels.astype(np.uint8).tobytes())))

    def _send(self, kind: bytes, payload: bytes) -> None:
        try:
            self._link.sendall(canvas.pack(kind, payload))
        except OSError:
            leave(0)


def fitted(
    shape: tuple[int, int], place: tuple[int, int], cell: tuple[int, int], pixels: tuple[int, int]
) -> tuple[int, int]:
    """Width and height, in the place's own pixels, of the largest picture of the right shape.

    Args:
        shape: of the film, in square pixels.
        place: columns and rows.
        cell: width and height of a cell, in the terminal's pixels.
        pixels: width and height of the whole place in the pixels that are drawn.
    """
    across, down = place[0] * cell[0], place[1] * cell[1]
    scale = min(across / shape[0], down / shape[1])
    wide, high = round(shape[0] * scale * pixels[0] / across), round(shape[1] * scale * pixels[1] / down)
    return max(1, min(wide, pixels[0])), max(1, min(high, pixels[1]))


def leave(code: int) -> Never:
    """End at once: libmpv's own end can hang (python-mpv #114), and there is nothing to be saved here."""
    os._exit(code)


def main() -> Never:
    """Serve on the socket whose number is the argument."""
    link = socket.socket(fileno=int(sys.argv[1]))
    unpacker = canvas.Unpacker()
    found: list[tuple[bytes, bytes]] = []
    while not found:
        data = link.recv(2**16)
        if not data:
            leave(0)
        found = unpacker.feed(data)
    try:
        from vigtui.player.drawing.film import Film

        film = Film(json.loads(found[0][1]))
    except OSError:
        # What the `mpv` package raises where there is no libmpv. Every other fault ends the helper, and that is told.
        link.sendall(canvas.pack(canvas.MISSING))
        leave(1)
    link.sendall(canvas.pack(canvas.READY))
    helper = Helper(link, film, unpacker)
    for message in found[1:]:
        helper.take(*message)
    helper.run()


if __name__ == "__main__":
    main()
