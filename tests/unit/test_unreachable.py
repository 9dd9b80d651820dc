"""Names that lead nowhere, or where nobody may look: a sentence, and never a crash."""

from pathlib import Path

import pytest

from vigtui import locations
from vigtui.cli import main
from vigtui.domain.errors import FilmMissing, NotFound
from vigtui.domain.playback import Showing
from vigtui.player.home import on_disk
from vigtui.screens.clips_finding import _folder
from vigtui.services.bundling import check_is_file

NOWHERE = ["n" * 300, "~nobody-of-that-name/films", "nul\0byte"]


@pytest.fixture
def barred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file on a disk that answers every question with an error, as one that was pulled out does."""
    film = tmp_path / "film.mp4"
    film.touch()
    stat = Path.stat

    def answer(path: Path, **options: bool) -> object:
        if path == film:
            raise OSError(5, "Input/output error")
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", answer)
    return film


@pytest.mark.parametrize("name", NOWHERE)
async def test_the_player_the_search_and_the_bundle(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FilmMissing):
        await on_disk(Showing(Path(name)))
    assert _folder(name) is None
    with pytest.raises(NotFound):
        check_is_file(Path(name))


async def test_a_disk_that_was_pulled_out(barred: Path) -> None:
    await on_disk(Showing(barred))  # what cannot be read mpv says
    check_is_file(barred)


def test_a_home_folder_of_nobody(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("VIGTUI_LIBRARY", "~nobody-of-that-name/library")
    monkeypatch.setenv("VIGTUI_CONFIG", "~nobody-of-that-name/config")
    assert locations.library_dir() == Path("~nobody-of-that-name/library")
    assert locations.config_dir() == Path("~nobody-of-that-name/config")
    assert main(("--library", "~nobody-of-that-name/library", "cases")) == 0
    assert "There is no library yet" in "".join(capsys.readouterr())
