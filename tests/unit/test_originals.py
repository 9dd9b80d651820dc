"""Originals are deleted only where the library's copy was proved, and never otherwise."""

import shutil

import pytest

from vigtui.domain.errors import FilmError, NotSensible
from vigtui.media.puppet import make_puppet_play
from vigtui.services import films, originals
from vigtui.services.originals import Original
from vigtui.wiring import MediaTools


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    return make_puppet_play(tmp_path_factory.mktemp("play") / "play.mp4", seconds=2, size=(160, 90)).path


@pytest.fixture
def copied(desk, play, tmp_path):
    """A film on a card, and the library that holds its copy."""
    card = tmp_path / "card"
    card.mkdir()
    source = card / "clip.mp4"
    shutil.copy(play, source)
    intake = films.take_in(desk.library, MediaTools(), source)
    cycle = desk.cycle
    film = desk.change(lambda work: films.add_film(work, cycle.case_id, cycle.id, intake, seen=()))
    return Original(film.id, film.case_id, film.label, (source,)), films.path_of(desk.library.folder, film)


def test_the_original_goes_and_the_copy_stays(desk, copied):
    original, copy = copied
    before = copy.read_bytes()
    originals.delete(desk.library, MediaTools(), original)
    assert not original.files[0].exists()
    assert copy.read_bytes() == before
    assert ("original deleted", "film 1: the file it was copied from") in desk.audit()


@pytest.mark.parametrize("harm", ["copy", "gone", "original", "removed"])
def test_nothing_is_deleted_where_the_copy_is_not_proved(desk, copied, harm):
    original, copy = copied
    source = original.files[0]
    if harm == "copy":
        copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    elif harm == "gone":
        copy.unlink()
    elif harm == "original":
        source.write_bytes(source.read_bytes() + b"more")
    else:
        desk.change(lambda work: films.remove_film(work, original.film_id))
    with pytest.raises((FilmError, NotSensible)) as told:
        originals.delete(desk.library, MediaTools(), original)
    assert source.exists()
    assert harm == "gone" or "Nothing was deleted" in told.value.remedy
    assert not [line for line in desk.audit() if line[0] == "original deleted"]


def test_a_film_left_where_it_is_has_no_original(desk, play):
    intake = films.take_in(desk.library, MediaTools(), play, reference=True)
    cycle = desk.cycle
    film = desk.change(lambda work: films.add_film(work, cycle.case_id, cycle.id, intake, seen=()))
    with pytest.raises(NotSensible, match="no longer"):
        originals.delete(desk.library, MediaTools(), Original(film.id, film.case_id, film.label, (play,)))
    assert desk.library.read(lambda work: originals.copied_before(work, film.case_id, (play,), {film.sha256})) is None


def test_a_write_protected_card_is_a_sentence(desk, copied, monkeypatch):
    original, _ = copied

    def refuse(path, **_):
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr(type(original.files[0]), "unlink", refuse)
    with pytest.raises(FilmError, match="write-protected") as told:
        originals.delete(desk.library, MediaTools(), original)
    assert "Nothing was deleted. The film is safe in the library." in told.value.remedy
    assert not [line for line in desk.audit() if line[0] == "original deleted"]
