"""Search over everything typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.libraries import (
    add_case,
    add_note,
    add_person,
    look,
    open_library,
    redo,
    rename,
    searched,
    undo,
)
from tests.support.records import ODD_TEXTS, texts
from vigtui.domain.case import Case
from vigtui.domain.film import FilmNote
from vigtui.domain.person import Person
from vigtui.domain.supervision import Supervision


def found(library, words: str) -> list[tuple[str, str]]:
    return [(hit.source, hit.row_id) for hit in library.search(words)]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A library with one note of each odd text."""
    library = open_library(tmp_path_factory.mktemp("search") / "library")
    case = add_case(library)
    for words in ODD_TEXTS:
        add_note(library, case, f"note {words}")
    yield library
    library.close()


def test_words_are_found_with_the_case_and_a_stretch_of_text(library, case):
    note = add_note(library, case, "She [waits] for her turn\nand smiles")
    (hit,) = library.search("waits")
    assert (hit.case_id, hit.code, hit.source, hit.row_id) == (case.id, "K17", "film_notes", note.id)
    assert "She [waits] for her turn" in hit.words


async def test_the_event_loop_finds_the_same(library, case):
    add_note(library, case, "waits")
    assert await library.asearch("waits") == library.search("waits")


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("naïve", True),
        ("naive", True),
        ("NAIVE", True),
        ("nai", True),
        ("na", True),
        ("aive", False),
        ("großer", True),
        ("Größer", True),
        ("naive großer", True),
        ("großer naive", True),
        ("naive absent", False),
        ("naive & GROẞ", True),
        ("naive & Groß", True),
        ("שלום", True),
        ("при", True),
        ("3rd", True),
        ("day", True),
    ],
)
def test_words_are_found_by_their_beginnings_whatever_their_accents_and_case(library, case, asked, is_found):
    add_note(library, case, "Naïve … größer! שלום привет (3rd-day)")
    assert bool(found(library, asked)) is is_found


def test_what_is_changed_deleted_and_brought_back_is_found_as_it_is_now(library, case):
    person = add_person(library, case, "Mia")
    here = [("people", person.id)]
    assert found(library, "mia") == here
    rename(library, person, "Max")
    assert (found(library, "mia"), found(library, "max")) == ([], here)
    undo(library, case.id)
    assert (found(library, "mia"), found(library, "max")) == (here, [])
    redo(library, case.id)
    library.change(lambda work: work.remove(Person, person.id))
    assert found(library, "max") == []
    undo(library)
    assert found(library, "max") == here
    library.change(lambda work: work.remove(Case, case.id))
    assert (found(library, "max"), found(library, "K17")) == ([], [])
    with look(library.folder) as connection:
        assert searched(connection) == []
    undo(library)
    assert (found(library, "max"), found(library, "K17")) == (here, [("cases", case.id)])


def test_a_job_that_raised_is_not_found(library, case):
    def job(work):
        work.update(Case, case.id, setting="nowhere")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        library.change(job)
    assert found(library, "nowhere") == []


def test_what_belongs_to_no_case_is_found(library):
    def meet(work):
        meeting = Supervision(id=work.new_id(), held_on=work.today, supervisor="Eva", minutes=60, question="Pauses?")
        return work.add(meeting)

    library.change(meet)
    (hit,) = library.search("pauses")
    assert (hit.case_id, hit.code, hit.source) == (None, "", "supervisions")


@pytest.mark.parametrize(
    "asked",
    [
        '"', '""', "'", "*", "a*", "-", "-a", "a-b", "NEAR", "NEAR(a b)", "a AND", "OR", "NOT a", "(", "a)", "words:a", "^a", "{a}",
        "[b]", "👩‍👧", "\0", "a\0b", '"a\0', "\x1b[31m", "\ud800", "x\ud800", "%", "_", ";", "\\", "²", "ª", "\u0301", "a\u0301",
        "\u200f", "x" * 10_000, "a " * 2_000, "", "  \n",
    ],
)  # fmt: skip
def test_odd_characters_are_words_like_any_other(shelf, asked):
    assert all(source in ("film_notes", "cases") for source, _ in found(shelf, asked))


@given(texts)
def test_no_text_is_refused(shelf, asked):
    found(shelf, asked)


@given(st.data())
def test_every_note_is_found_by_any_of_its_words(shelf, data):
    note = data.draw(st.sampled_from(shelf.read(lambda work: work.find(FilmNote))))
    word = data.draw(st.sampled_from([one for one in note.words.split() if any(c.isalnum() for c in one)]))
    assert ("film_notes", note.id) in found(shelf, word)


def test_only_so_many_hits_come_what_is_rare_before_the_notes_and_the_newest_first(library, case):
    notes = [
        add_note(library, case, f"turn {number} and many other words that say little about it") for number in range(105)
    ]
    person = add_person(library, case, "Turner")
    hits = found(library, "turn")
    assert len(hits) == 100
    assert hits == [("people", person.id), *(("film_notes", note.id) for note in notes[:5:-1])]


def test_the_stretch_shown_is_around_the_word_found(library, case):
    add_note(library, case, " ".join(f"word{number}" for number in range(50)) + " Größe " + "end " * 30)
    (hit,) = library.search("groß")
    assert hit.words.startswith("…word45 ")
    assert "Größe" in hit.words
    assert hit.words.endswith("end…")
