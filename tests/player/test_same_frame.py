"""Mark, leave, come back, replay: the same frame every time, compared pixel by pixel."""

import hashlib
import random
from pathlib import Path

import pytest

from tests.player.watching import Eye, Heard, film_at, playback, real_films
from vigtui.domain.timecode import Millis, Span
from vigtui.media.puppet import make_puppet_play
from vigtui.player.window import WindowPlayer

DAMAGED = {"corrupted", "sony_a7m3_avchd_truncated"}
UNSHOWN = {"zero_bytes", "chaplin_truncated"}
FILMS = [one for one in real_films() if one.suffix not in {".rttm", ".wav"} and one.stem not in UNSHOWN]


@pytest.fixture(scope="module")
def plays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Plays with a keyframe every ten seconds, in constant and in variable frame rate, whose frames all differ."""
    folder = tmp_path_factory.mktemp("plays")
    return {
        name: make_puppet_play(
            folder / f"{name}.mp4", seconds=12, size=(160, 90), variable=name == "variable", keyframe_seconds=10
        ).path
        for name in ("constant", "variable")
    }


class Glass:
    """Looks at the picture that an mpv shows."""

    def __init__(self, eye: Eye, folder: Path) -> None:
        self._eye = eye
        self._file = folder / "frame.png"

    async def hash(self) -> str:
        """The hash of the frame on screen, as the film has it."""
        # Packing takes seconds for a large frame, and nobody reads the file but us.
        await self._eye.client.set("screenshot-png-compression", 0)
        await self._eye.client.set("screenshot-png-filter", 0)
        await self._eye.client.command("screenshot-to-file", str(self._file), "video")
        return hashlib.sha256(self._file.read_bytes()).hexdigest()


async def come_back(player: WindowPlayer, runtime: Path, film: Path, elsewhere: Path, count: int) -> None:
    """A damaged film is only held to its times: what its decoder makes of a torn frame depends on where it began."""
    whole = film.stem not in DAMAGED
    times = film_at(film).times
    dice = random.Random(11)
    await player.open(film)
    eye = await Eye.on(runtime)
    glass = Glass(eye, runtime)
    marked = []
    for asked in (0, *(dice.randrange(times[-1] + 1) for _ in range(count)), times[-1]):
        at = await player.seek(Millis(asked))
        marked.append((at, await glass.hash()))
    assert len({picture for _, picture in marked}) > 1 or len(times) < 3
    dice.shuffle(marked)
    for at, picture in marked:
        assert await player.seek(at) == at
        assert await glass.hash() == picture or not whole
    await player.open(elsewhere)
    for at, picture in marked:
        state = await player.open(film, at=at)
        assert state.position == at
        assert await glass.hash() == picture or not whole
    await eye.client.close()


@pytest.mark.parametrize("name", ["constant", "variable"])
async def test_a_mark_is_the_same_frame_for_ever(
    window: WindowPlayer, runtime: Path, plays: dict[str, Path], name: str
) -> None:
    await come_back(window, runtime, plays[name], plays["constant"], 6)


@pytest.mark.parametrize("name", ["constant", "variable"])
async def test_a_replay_ends_on_the_frame_that_was_marked_as_its_last(
    window: WindowPlayer, runtime: Path, plays: dict[str, Path], name: str
) -> None:
    heard = Heard(window)
    await window.open(plays[name])
    glass = Glass(await Eye.on(runtime), runtime)
    start = await window.seek(Millis(3_010))
    first = await glass.hash()
    end = await window.seek(Millis(3_890))
    last = await glass.hash()
    assert first != last
    for _ in range(2):
        await window.play_span(Span(start, end), lead=Millis(200))
        heard.reports.clear()
        await heard.until(playback(lambda state: state.position == end and not state.playing))
        assert await glass.hash() == last
    await window.loop(Span(start, end))
    assert await glass.hash() == first


@pytest.mark.parametrize("film", FILMS, ids=lambda film: film.name)
async def test_real_films(window: WindowPlayer, runtime: Path, plays: dict[str, Path], film: Path) -> None:
    await come_back(window, runtime, film, plays["constant"], 1)
