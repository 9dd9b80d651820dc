"""Light copies in the library: one for the chosen tracks, nothing in the open, gone with the films, never what is cut from."""

import os
import time

import pytest

from tests.support.builders import add_clip, build_house, give_consents
from tests.support.tracks import make_two_of_each
from vigtui.domain.consent import Purpose
from vigtui.domain.errors import FilmError
from vigtui.domain.film import Film
from vigtui.domain.light import Light
from vigtui.domain.timecode import Millis
from vigtui.media.probe import probe
from vigtui.services import cutting, films, keeping, light
from vigtui.wiring import MediaTools

PASSPHRASE = "four words on paper"  # noqa: S105


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    return make_two_of_each(tmp_path_factory.mktemp("tracks") / "two.mp4")


@pytest.fixture
def house(tmp_path, two):
    """An encrypted library with a film that has a light preview."""
    made = build_house(tmp_path / "library", passphrase=PASSPHRASE)
    file = made.file
    intake = films.take_in(made.library, MediaTools(), two)
    film = made.change(lambda work: films.add_film(work, made.case_id, file.cycle_now.id, intake, seen=file.people))
    light.make(made.library, MediaTools(), film.id, Light.PREVIEW)
    yield made
    made.library.close()


def copies(house):
    return house.library.read(lambda work: work.lights_of(None))


def test_it_is_chosen_sealed_and_its_key_is_in_the_closed_library_alone(house):
    film = house.file.films[0]
    (copy,) = copies(house)
    assert (film.light, copy.kind, copy.video_track, copy.sound_track) == (Light.PREVIEW, Light.PREVIEW, 1, 1)
    for file in house.library.folder.rglob("*"):
        if file.is_file():
            assert copy.key not in file.read_bytes(), file
    sealed = light.file_of(house.library.folder, film.id, Light.PREVIEW)
    assert b"ftyp" not in sealed.read_bytes()[:64]
    showing = films.showing_of(house.library.folder, film)
    found = house.library.read(lambda work: light.copy_for(work, house.library.folder, showing))
    assert found == (sealed, copy)


def test_other_tracks_are_not_played_from_it_and_undo_brings_it_back(house):
    film = house.file.films[0]
    house.change(lambda work: films.choose_tracks(work, film.id, video_track=2, sound_track=1))
    now = house.file.films[0]
    assert now.light is Light.ITSELF
    assert house.library.read(lambda work: light.there_for(work, now)) == {}
    assert set(house.library.read(lambda work: light.there_for(work, film))) == {Light.PREVIEW}


def test_clips_are_cut_from_the_film_itself(house, tmp_path):
    film = house.file.films[0]
    give_consents(house, Purpose.OWN_COPY)
    add_clip(house, film, 400)
    (made,) = cutting.hand_over(
        house.library, MediaTools(), house.case_id, 1, cutting.Wanted(positions=(1,)), tmp_path / "out"
    )
    (task,) = cutting._tasks(
        house.library, MediaTools(), house.file, house.file.cycle_now, house.file.clips, cutting.Wanted()
    )
    assert task.stretches[0].source == films.path_of(house.library.folder, film)
    assert probe(made.file).width == film.width


@pytest.mark.parametrize("whole", [False, True])
def test_erasing_takes_it_along_with_its_key(house, whole):
    film, (copy,) = house.file.films[0], copies(house)
    house.library.back_up()
    keeping.erase(house.library, house.file.case.code, "asked for", whole=whole)
    assert light.files_of(house.library.folder, film.id) == []
    assert copies(house) == []
    assert not list((house.library.folder / "films").iterdir())
    if not whole:
        assert house.file.films[0].light is Light.ITSELF
    assert copy.key


def test_what_was_cut_off_is_removed_at_the_next_start(house):
    folder = house.library.folder / films.FILMS_FOLDER
    old, new, nobody = folder / "x.preview.part", folder / "y.working.part", folder / "z.preview.light"
    incoming = folder / "incoming-1.part"
    for file in (old, new, nobody, incoming):
        file.write_bytes(b"picture")
    for file in (old, nobody, incoming):
        os.utime(file, (time.time() - 3600, time.time() - 3600))
    light.tidy(house.library, MediaTools())
    assert [file.exists() for file in (old, new, nobody, incoming)] == [False, True, False, True]
    assert light.file_of(house.library.folder, house.file.films[0].id, Light.PREVIEW).exists()


def test_a_film_that_was_erased_or_removed_meanwhile_gets_none(house):
    film = house.file.films[0]

    class Removing(MediaTools):
        def lighten(self, *args, **options):
            made = super().lighten(*args, **options)
            house.change(lambda work: films.remove_film(work, film.id))
            return made

    with pytest.raises(Exception, match="no longer there"):
        light.make(house.library, Removing(), film.id, Light.WORKING)
    assert not light.file_of(house.library.folder, film.id, Light.WORKING).exists()


def test_dropped(house):
    film = light.drop(house.library, house.file.films[0].id)
    assert (film.light, copies(house)) == (Light.ITSELF, [])
    assert light.files_of(house.library.folder, film.id) == []
    house.change(lambda work: work.update(Film, film.id, deleted_on=work.today))
    with pytest.raises(FilmError, match="was erased"):
        light.make(house.library, MediaTools(), film.id, Light.WORKING)
    assert Millis(film.duration_ms or 0) > 2_900
