"""Broken films: whatever a card or a cable did to a file, it is answered with a verdict or a sentence, in time."""

import hashlib
import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vigtui.domain.cutting import Stretch
from vigtui.domain.errors import VigError
from vigtui.domain.timecode import Millis
from vigtui.media.cut import copy, cut, still
from vigtui.media.places import forget_place, tells_place
from vigtui.media.probe import probe
from vigtui.media.puppet import make_puppet_play
from vigtui.media.trial import try_out

REAL = Path(__file__).parents[2].parent / "shared" / "media"
NAMES = (
    "iphone6_rot90_gps.mov",
    "no_duration.webm",
    "kodak_mjpeg.avi",
    "phone_h263.3gp",
    "sony_a7m3_avchd_truncated.mts",
)
LIMIT = 60.0
"""Seconds that one broken film may take on a busy computer."""


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> list[Path]:
    made = make_puppet_play(tmp_path_factory.mktemp("play") / "play.mp4", seconds=2, size=(160, 90)).path
    return [made, *(REAL / name for name in NAMES if (REAL / name).is_file())]


def broken(film: bytes, chance: random.Random) -> bytes:
    """Bytes turned over, a piece cut out, zeros, or the end missing."""
    data = bytearray(film)
    for _ in range(chance.choice((1, 8, 200))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    kind = chance.randrange(4)
    at = chance.randrange(len(data))
    if kind == 1:
        del data[at : at + chance.randrange(1, 5000)]
    elif kind == 2:
        data[at : at + 2000] = bytes(len(data[at : at + 2000]))
    elif kind == 3:
        del data[max(100, at) :]
    return bytes(data)


def told(what) -> str:
    """A sentence for a person, or that it went well; anything else fails the test."""
    try:
        what()
    except VigError as error:
        assert error.summary.strip()
        assert error.remedy.strip()
        return str(error)
    return ""


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bytes(films, tmp_path, seed, is_clean):
    chance = random.Random(seed)
    source = films[seed % len(films)]
    film = tmp_path / f"in/film{source.suffix}"
    film.parent.mkdir()
    film.write_bytes(broken(source.read_bytes(), chance))
    before, out = hashlib.sha256(film.read_bytes()).hexdigest(), tmp_path / "out"
    out.mkdir()
    begun = time.monotonic()
    stretch = Stretch(film, Millis(chance.randrange(2000)), Millis(2000 + chance.randrange(1000)))
    for what in (
        lambda: is_clean(probe(film).verdict) or pytest.fail("a terminal would act on it"),
        lambda: try_out(film, Millis(2000)),
        lambda: cut([stretch], out / "clip.mp4"),
        lambda: still(stretch, out / "still.png"),
        lambda: copy(stretch, out / "copy.mkv"),
        lambda: tells_place(film),
    ):
        assert is_clean(told(what))
    assert time.monotonic() - begun < LIMIT
    assert hashlib.sha256(film.read_bytes()).hexdigest() == before, "the source was written to"
    assert {one.name for one in film.parent.iterdir()} == {film.name}
    assert {one.name for one in out.iterdir()} <= {"clip.mp4", "still.png", "copy.mkv"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300)
    | st.builds(lambda a, b: b"\0\0\0\x10ftypqt  \0\0\0\0" + a + b"moov" + b, *[st.binary(max_size=99)] * 2)
)
def test_any_header_can_be_searched_for_a_place(tmp_path, header):
    film = tmp_path / "film.mov"
    film.write_bytes(header)
    found = tells_place(film)
    assert forget_place(film) == found
    assert film.stat().st_size == len(header)
    assert not tells_place(film) or b"loci" in header


def test_names_and_words_in_a_film_that_a_terminal_would_act_on(tmp_path, ffmpeg, is_clean):
    film = ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=64x64:d=1:r=10", "-c:v", "libx264", "-movflags", "use_metadata_tags",
        "-metadata", "make=Cam\x1b[31m\u202eevil", "-metadata", "model=\x07[b]x", "-metadata", "title=\x1b]0;x\x07",
        tmp_path / "a\x1b[2J[red].mov",
    )  # fmt: skip
    found = probe(film)
    assert is_clean(found.verdict)
    assert "\x1b" not in found.device
    assert "\x07" not in found.device
    assert is_clean(told(lambda: cut([Stretch(film, Millis(5000), Millis(6000))], tmp_path / "clip.mp4")))
