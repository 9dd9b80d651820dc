"""Generated films whose frame times are known, the real ones where they are at hand, and players on them."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.player.watching import MAKERS, Film, film_at
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
    reading, writing = os.pipe()
    program = shutil.which("Xvfb")
    assert program, "script/test installs Xvfb"
    command = [program, "-displayfd", str(writing), "-screen", "0", "64x64x24", "-nolisten", "tcp"]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, pass_fds=(writing,), **quiet) as server:
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number.isdigit()
        monkeypatch.setenv("DISPLAY", f":{number}")
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        yield f":{number}"
        server.terminate()
