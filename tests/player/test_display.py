"""A display: whether there is one, and what happens where its name is left and it is gone."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.player.watching import Film, Heard
from tests.support.display import screens
from vigtui.domain.errors import PlayerError
from vigtui.domain.playback import PlayerGone
from vigtui.player.display import has_display
from vigtui.player.driver import MpvPlayer
from vigtui.player.terminal import Terminal
from vigtui.player.window import Window, WindowPlayer


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_a_display_that_answers(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (display, f"{display}.0", f"unix{display}"):
        monkeypatch.setenv("DISPLAY", name)
        assert has_display(), name


def test_a_display_over_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert port > 6000
        monkeypatch.setenv("DISPLAY", f"localhost:{port - 6000}.0")
        assert has_display()
    assert not has_display(), "the line broke"


def test_wayland(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-1")
    assert not has_display()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-1"))
        server.listen()
        assert has_display()
        monkeypatch.setenv("WAYLAND_DISPLAY", str(tmp_path / "wayland-1"))
        assert has_display()
    assert not has_display(), "its socket is left, and nobody behind it"


@pytest.mark.parametrize("name", ["", ":0987", ":987.0", f":{'9' * 200}"])
def test_a_name_that_is_left_is_no_display(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", name)
    assert not has_display()


async def test_a_display_that_has_gone_is_told_and_the_film_goes_elsewhere(
    runtime: Path, films: Callable[[str], Film], monkeypatch: pytest.MonkeyPatch
) -> None:
    """mpv by itself would draw nowhere and say that all is well."""
    with screens("64x64") as display:
        monkeypatch.setenv("DISPLAY", display)
        alone = WindowPlayer(runtime_dir=runtime, audio_output="null")
        both = MpvPlayer(
            Window(runtime_dir=runtime, audio_output="null"), Terminal(runtime_dir=runtime, audio_output="null")
        )
    with pytest.raises(PlayerError, match="cannot open a window"):
        await alone.open(films("silent.mp4").path)
    await alone.close()
    heard = Heard(both)
    await both.open(films("silent.mp4").path)
    told = await heard.until(lambda report: isinstance(report, PlayerGone))
    assert "cannot open a window" in told.summary
    assert both.name == "terminal"
    assert await both.step(1) == 40
    await both.close()
    assert list(runtime.glob("*")) == []
