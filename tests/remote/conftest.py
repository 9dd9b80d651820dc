"""A server with a case on it, and laptops that connect to it."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.player.conftest import films
from tests.support.server import Server, server
from tests.support.terminal import ROOT, Terminal
from vigtui.media.puppet import make_puppet_play

__all__ = ["films"]  # a fixture of the player's tests, for those of the laptop's player


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server(tmp_path_factory.mktemp("clinic")) as made:
        yield made


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated film of twelve seconds."""
    film = tmp_path_factory.mktemp("play") / "puppets.mp4"
    make_puppet_play(film, seconds=12)
    return film


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, play: Path) -> Path:
    """A library with a case, its film and two clips, everyone's consent in place."""
    folder = tmp_path_factory.mktemp("prepared") / "library"
    case = ("--case", "K17")

    def vigtui(*words: str) -> None:
        command = [sys.executable, "-m", "vigtui", "--library", str(folder), *words]
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60, cwd=ROOT)

    vigtui("case", "new", "--code", "K17")
    vigtui("person", "add", *case, "--role", "client", "--name", "Ben")
    vigtui("consent", "give", *case, "--person", "Ben", "--purpose", "therapy", "--by", "Ben")
    vigtui("film", "add", str(play), *case, "--cycle", "1")
    for start in (2, 6):
        vigtui("clip", "add", *case, "--cycle", "1", "--in", f"{start}.000", "--out", f"{start + 2}.000", "--note", "x")
    return folder


@pytest.fixture
def library(tmp_path: Path, prepared: Path) -> Path:
    """The prepared library, for one test."""
    return shutil.copytree(prepared, tmp_path / "library")


Laptop = Callable[..., Terminal]


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    """Makes laptops: a terminal each, with a runtime folder of its own."""
    made: list[Terminal] = []

    def new(**env: str) -> Terminal:
        config = tmp_path / f"laptop-{len(made)}"
        config.mkdir()
        (config / "settings.toml").write_text('video_output = "null"\naudio_output = "null"\n')
        runtime = tempfile.mkdtemp(prefix="laptop-")  # sockets have short names
        made.append(
            Terminal(tmp_path / "library", config, width=100, height=30, env={"XDG_RUNTIME_DIR": runtime, **env})
        )
        return made[-1]

    yield new
    for one in made:
        one.end()
        shutil.rmtree(one.env["XDG_RUNTIME_DIR"], ignore_errors=True)  # its program tidies up there too
