"""Pictures of real pixels, taken apart again as a terminal does."""

import re
import zlib
from base64 import standard_b64decode

import numpy as np

from vigtui.player.canvas import Aim
from vigtui.player.drawing.ways import cells_for

PLACE = Aim(1, 3, 2, 10, 4, cell=(8, 16))


def placed(blocks: str):
    return cells_for(Aim(1, 3, 2, 10, 4, blocks=blocks, cell=(8, 16)))


def test_kitty_gets_every_pixel() -> None:
    cells = placed("kitty")
    assert cells.size == (80, 64)
    wanted = np.random.default_rng(1).integers(0, 256, (64, 80, 3)).astype(np.int16)
    data = cells.encode(wanted).data
    assert data.startswith(b"\x1b[3;4H")
    chunks = re.findall(rb"\x1b_G([^;]*);([^\x1b]*)\x1b\\", data)
    assert len(chunks) > 1
    assert [b"m=1" in keys for keys, _ in chunks] == [True] * (len(chunks) - 1) + [False]
    assert b"c=10,r=4" in chunks[0][0]
    pixels = zlib.decompress(standard_b64decode(b"".join(part for _, part in chunks)))
    assert pixels == wanted.astype(np.uint8).tobytes()
    assert cells.encode(wanted).data == b""


def test_kitty_makes_room_for_what_lies_over_it() -> None:
    cells = placed("kitty")
    wanted = np.zeros((64, 80, 3), np.int16)
    cells.encode(wanted)
    cells.close([(0, 0, 2, 2)])
    assert b"a=d" in cells.encode(wanted).data
    assert cells.encode(wanted).data == b""
    cells.close([])
    assert b"a=T" in cells.encode(wanted).data


def sixels(data: bytes) -> np.ndarray:
    """Read sixels back: the pixels, in the palette's own colours."""
    body = data[data.index(b"\x1bP") : data.index(b"\x1b\\")]
    wide, high = map(int, re.search(rb'"1;1;(\d+);(\d+)', body).groups())
    palette = {
        int(n): [round(int(part) * 2.55) for part in rgb]
        for n, *rgb in re.findall(rb"#(\d+);2;(\d+);(\d+);(\d+)", body)
    }
    pixels = np.full((high, wide, 3), -1)
    rest = re.sub(rb'^.*?q"[\d;]*', b"", re.sub(rb"#\d+;2;\d+;\d+;\d+", b"", body), flags=re.DOTALL)
    at = [0, 0]
    colour = None
    for number, length, sign in re.findall(rb"#(\d+)|!(\d+)?(?=[?-~])|([-$?-~])", rest):
        if number:
            colour = palette[int(number)]
        elif length:
            at.append(int(length))
        elif sign == b"$":
            at[0] = 0
        elif sign == b"-":
            at = [0, at[1] + 6]
        else:
            times = at.pop() if len(at) > 2 else 1
            for bit in range(6):
                if sign[0] - 63 >> bit & 1:
                    pixels[at[1] + bit, at[0] : at[0] + times] = colour
            at[0] += times
    return pixels


def test_sixels_show_the_picture() -> None:
    cells = placed("sixel")
    wide, high = cells.size
    assert (wide, high % 6, high <= 64) == (80, 0, True)
    across = np.linspace(0, 255, wide)
    wanted = np.stack([np.tile(across, (high, 1))] * 3, axis=-1).astype(np.int16)
    wanted[: high // 2, :, 1] = 255
    shown = sixels(cells.encode(wanted).data)
    assert shown.min() >= 0
    assert np.abs(shown - wanted).max() <= 27
    assert cells.encode(wanted).data == b""
