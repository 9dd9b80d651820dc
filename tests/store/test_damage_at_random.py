"""Bytes flipped anywhere in a library: whoever opens, checks or rescues it gets a sentence, and nothing is overwritten."""

import random
import shutil

import pytest

from tests.support.libraries import NOW, add_case, add_note, open_library
from vigtui.domain.case import Case
from vigtui.domain.errors import LibraryDamaged, LibraryError
from vigtui.domain.film import FilmNote
from vigtui.store import backup
from vigtui.store.condition import condition
from vigtui.store.database import FILE_NAME, Library
from vigtui.store.rescue import rescue

WORDS, NOTES = "four words in a row", 200


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "closed"])
def sound(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound") / "library"
    words = WORDS if request.param else None
    library = Library(folder, actor="RB", clock=lambda: NOW, passphrase=words) if words else open_library(folder)
    case = add_case(library)
    for number in range(NOTES):
        add_note(library, case, f"{number} she waits for her turn")
    library.close()
    return folder, words


def flip(content: bytes, dice: random.Random) -> bytes:
    """One place, a few, or many; a byte, a word or a line. The head of the file stays: it tells what the file is."""
    flipped = bytearray(content)
    for _ in range(dice.choice([1, 3, 20])):
        at, length = dice.randrange(100, len(flipped) - 60), dice.choice([1, 8, 60])
        flipped[at : at + length] = bytes(one ^ dice.randrange(1, 256) for one in flipped[at : at + length])
    return bytes(flipped)


def look(folder, words) -> str:
    """What the doctor would tell."""
    try:
        return condition(folder, words).health
    except LibraryError as fault:
        return str(fault)


def open_and_work(folder, words) -> None:
    """What a person does first. Raises LibraryError where that is refused, and nothing else."""
    library = Library(folder, actor="RB", passphrase=words)
    try:
        library.look_after((7, 4, 12))
        library.read(lambda work: (work.find(Case), work.find(FilmNote)))
        library.search("turn")
    finally:
        library.close()


def test_whatever_is_flipped_there_is_a_sentence_and_the_file_is_left_alone(sound, tmp_path):
    origin, words = sound
    content = (origin / FILE_NAME).read_bytes()
    noticed, saved, times = 0, 0, 3 if words else 24
    for seed in range(times):
        folder = tmp_path / str(seed)
        folder.mkdir()
        file = folder / FILE_NAME
        file.write_bytes(flip(content, random.Random(seed)))
        damaged = file.read_bytes()
        noticed += look(folder, words) != "ok"
        try:
            made = rescue(folder, words)
            saved += backup.check(made.backup.file, words) == "ok"
        except LibraryDamaged as fault:
            assert "Nothing can be read" in str(fault)
        assert file.read_bytes() == damaged, "neither looking nor rescuing writes to it"
        try:
            open_and_work(folder, words)
        except LibraryError as fault:
            assert str(fault), "what is refused is told"
        shutil.rmtree(folder)
    assert noticed >= times // 3, "many of them hit something"
    assert saved >= times // 2, "and of most of those something was read"
    if words:
        assert noticed == times, "of a closed library each page is signed"
