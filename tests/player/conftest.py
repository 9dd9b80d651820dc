"""Generated films whose frame times are known, the real ones where they are at hand, and players on them."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.player.watching import MAKERS, Film, film_at
from tests.support.display import screens
from vigtui.player.window import WindowPlayer


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Film]:
    """The generated film of a name, made when first asked for."""
    folder, made = tmp_path_factory.mktemp("films"), {}

    def film(name: str) -> Film:
        if name not in made:
            MAKERS[name](folder / name)
            made[name] = film_at(folder / name)
        return made[name]

    return film


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
async def window(runtime: Path) -> AsyncIterator[WindowPlayer]:
    player = WindowPlayer(runtime_dir=runtime, video_output="null", audio_output="null")
    yield player
    await player.close()


@pytest.fixture
def display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A screen of 64×64 pixels that belongs to this test alone."""
    with screens("64x64") as name:
        monkeypatch.setenv("DISPLAY", name)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        yield name
