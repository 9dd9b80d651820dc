"""Films: in the library's tables and on the disk; plans and notes."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigtui.domain.errors import MarksReversed, NotFound, NotSensible, TimeUnreadable
from vigtui.domain.film import Film, FilmKind
from vigtui.domain.timecode import Millis, format_time
from vigtui.services import cases, films, moments


class Copying:
    """Media tools without ffmpeg: they copy and hash."""

    def __init__(self, facts) -> None:
        self.facts = facts
        self.names: list[str] = []

    def probe(self, source):
        return self.facts

    def take_in(self, source, folder, *, name, progress=None, cancelled=None):
        self.names.append(name)
        folder.mkdir(exist_ok=True)
        path = folder / (name + source.suffix)
        path.write_bytes(source.read_bytes())
        return type(
            "Taken",
            (),
            {
                "path": path,
                "sha256": self.hash_file(source),
                "size_bytes": source.stat().st_size,
                "source_sha256": "",
                "place_dropped": False,
            },
        )

    def tried(self, film, facts):
        return facts.verdict

    def hash_file(self, source, *, afresh=False, progress=None, cancelled=None):
        return hashlib.sha256(source.read_bytes()).hexdigest()


@pytest.fixture
def media(desk):
    film = desk.film()
    facts = type(
        "Facts", (), {"duration_ms": film.duration_ms, "has_video": True, "has_sound": False, "variable": None}
    )
    for name in ("width", "height", "frame_rate", "recorded_on"):
        setattr(facts, name, None)
    facts.verdict = facts.device = facts.recorded_time = ""
    facts.tracks = ()
    facts.has_place = False
    return Copying(facts)


def test_a_film_is_put_into_its_cycle_with_everyone_seen(desk):
    film = desk.film()
    assert (film.number, film.kind, film.added_at, film.original_name) == (1, FilmKind.FAMILY, desk.now, "tea.mp4")
    assert (film.duration_ms, film.frame_rate, film.has_sound) == (139_000, 30000 / 1001, True)
    assert desk.file.seen_in(film.id) == (desk.anna, desk.mia)
    assert desk.file.films == (film,)
    assert ("film added", "film 1") in desk.audit()


def test_films_are_numbered_in_their_cycle_and_kind(desk):
    assert [desk.film().number, desk.film().number] == [1, 2]
    second = desk.add(cases.open_cycle)
    assert desk.film(cycle_id=second.id).number == 1


def test_the_same_film_is_not_added_twice_unless_it_was_deleted(desk):
    first = desk.film(sha="a" * 64)
    with pytest.raises(NotSensible, match="in the case already, as film 1"):
        desk.film(sha="a" * 64)
    assert len(desk.file.films) == 1
    desk.do(films.edit_film, first.id, deleted_on=desk.today)
    assert desk.film(sha="a" * 64).number == 2


def test_another_case_may_have_the_same_film(desk):
    film = desk.film(sha="a" * 64)
    other = desk.do(cases.new_case, "K18", desk.pack)
    cycle = desk.library.read(lambda work: cases.load(work, other.id)).cycle_now
    intake = films.Intake("other", "films/o.mp4", "o.mp4", film.sha256, 1, type("Facts", (), FACTS)())
    assert desk.do(films.add_film, other.id, cycle.id, intake, seen=()).number == 1


FACTS = dict.fromkeys(["duration_ms", "width", "height", "frame_rate", "variable", "recorded_on"]) | {
    "has_sound": False,
    "has_video": True,
    "tracks": (),
    "verdict": "",
    "recorded_time": "",
}


def test_taking_in_copies_under_a_name_that_says_nothing(desk, media, tmp_path):
    source = tmp_path / "Mia [Müller] \udcff.mp4"
    source.write_bytes(b"film")
    intake = films.take_in(desk.library, media, source)
    copy = desk.library.folder / intake.location
    assert copy.read_bytes() == b"film"
    assert copy.name == f"{intake.film_id}.mp4"
    assert intake.original_name == "Mia [Müller] ?.mp4"
    assert os.listdir(copy.parent) == [copy.name]
    assert "Mia" not in media.names[0]
    films.take_in(desk.library, media, source)
    assert media.names[0] == media.names[1], "a copy broken off goes on only under the same name"
    film = replace(desk.file.films[0], location=intake.location)
    assert films.path_of(desk.library.folder, film) == copy
    films.discard(desk.library, intake)
    films.discard(desk.library, intake)
    assert not copy.exists()
    assert source.read_bytes() == b"film"


@pytest.mark.parametrize(
    "name",
    [
        b"a b#c?d%20e&f;g.mp4",
        b"[mum] {x}.mp4",
        "Bauklötze 👩‍👧.mp4".encode(),
        b"latin-\xfcmlaut.mp4",
        b"tab\tline\n.mp4",
        b"-rf.mp4",
        b"a:b@c.mp4",
    ],
)
def test_a_film_left_where_it_is_is_found_again_whatever_its_name(desk, media, tmp_path, name):
    source = tmp_path / os.fsdecode(name)
    source.write_bytes(b"film")
    intake = films.take_in(desk.library, media, source, reference=True)
    film = desk.add(films.add_film, desk.cycle.id, intake, seen=())
    assert films.path_of(desk.library.folder, film) == source
    assert film.sha256 == hashlib.sha256(b"film").hexdigest()
    films.discard(desk.library, intake)
    assert source.read_bytes() == b"film"


@given(
    st.binary(min_size=1, max_size=60).filter(
        lambda raw: b"\0" not in raw and b"/" not in raw and raw not in (b".", b"..")
    )
)
def test_every_file_name_survives_its_address(raw):
    path = Path("/tmp") / os.fsdecode(raw)
    film = Film(
        id="f", case_id="k", cycle_id="c", number=1, location=path.as_uri(), original_name="f",
        sha256="0" * 64, size_bytes=1, added_at=None,
    )  # fmt: skip
    assert films.path_of(Path("/library"), film) == path


def test_who_is_seen_can_be_changed_twice_without_harm(desk):
    film = desk.film(seen=())
    for _ in range(2):
        desk.do(films.set_seen, film, desk.mia, True)
        assert desk.file.seen_in(film.id) == (desk.mia,)
    for _ in range(2):
        desk.do(films.set_seen, film, desk.mia, False)
        assert desk.file.seen_in(film.id) == ()


def test_plans_are_changed_ticked_and_made_where_missing(desk):
    cycle = desk.cycle
    plan = desk.add(films.change_plan, cycle.id, activity="tea", theme="waiting")
    assert desk.do(films.tick, plan.id, "sound").checked == ("sound",)
    assert desk.do(films.tick, plan.id, "light").checked == ("sound", "light")
    assert desk.do(films.tick, plan.id, "sound").checked == ("light",)
    assert (desk.file.plan(cycle.id).activity, desk.file.plan(cycle.id).theme) == ("tea", "waiting")
    desk.do(lambda work: work.remove(type(plan), plan.id))
    assert desk.file.plan(cycle.id) is None
    assert desk.add(films.plan_for, cycle.id) == desk.file.plan(cycle.id)


def test_notes_come_in_the_order_of_the_film(desk):
    cycle, film = desk.cycle, desk.film()
    later = desk.add(films.add_note, cycle.id, "laughs", at=Millis(9_000), film_id=film.id)
    untimed = desk.add(films.add_note, cycle.id, "slept well")
    early = desk.add(films.add_note, cycle.id, "waits", at=Millis(0), film_id=film.id)
    assert desk.file.notes_of(cycle.id) == [early, later, untimed]
    moved = desk.do(films.edit_note, later.id, "laughs [out loud]", at=None, film_id=None)
    assert (moved.words, moved.at_ms, moved.film_id) == ("laughs [out loud]", None, None)
    desk.do(films.remove_note, early.id)
    assert desk.file.notes_of(cycle.id) == [moved, untimed]
    with pytest.raises(NotSensible):
        desk.add(films.add_note, cycle.id, " ")
    with pytest.raises(NotSensible):
        desk.do(films.edit_note, untimed.id, "", at=None, film_id=None)
    with pytest.raises(NotFound):
        desk.do(films.remove_note, early.id)


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("03:12 waits for her", (192_000, "waits for her")),
        ("  1:02:03.5\tsmiles\nagain ", (3_723_500, "smiles\nagain")),
        ("03:12", (192_000, "")),
        ("3 times she looked up", (None, "3 times she looked up")),
        ("3.5 turns", (None, "3.5 turns")),
        ("at 03:12 she waits", (None, "at 03:12 she waits")),
        ("03:12she", (None, "03:12she")),
        ("", (None, "")),
    ],
)
def test_a_note_may_begin_with_a_time(typed, note):
    assert films.read_note(typed) == note


@pytest.mark.parametrize("typed", ["03:75 waits", "1:2:3:4 waits", "03:: waits"])
def test_what_begins_like_a_time_and_is_none_is_refused(typed):
    with pytest.raises(TimeUnreadable):
        films.read_note(typed)


@given(st.integers(0, 999 * 3_600_000), st.text(min_size=1).map(str.strip).filter(bool))
def test_every_shown_time_is_read_from_a_note(at, words):
    assert films.read_note(f"{format_time(Millis(at), decimals=3)} {words}") == (at, words)


async def test_a_film_taken_out_comes_back_whole(desk):
    film = desk.film()
    desk.clip(film)
    note = desk.add(films.add_note, desk.cycle.id, "waits", at=Millis(3), film_id=film.id)
    before = desk.file
    desk.do(films.remove_film, film.id)
    after = desk.file
    assert (after.films, after.moments, after.clips, after.film_people) == ((), (), (), ())
    assert after.film_notes == (replace(note, film_id=None),)
    assert ("film removed", "film 1") in desk.audit()
    assert await desk.library.undo(desk.case_id) == "film 1 removed"
    assert desk.file == before


def test_times_outside_the_film_are_refused(desk):
    film = desk.film()
    moments.check_times(film, Millis(0), Millis(139_000))
    moments.check_times(replace(film, duration_ms=None), Millis(0), Millis(10**9))
    with pytest.raises(NotSensible, match=r"139\.000 s long"):
        moments.check_times(film, Millis(139_001), Millis(3))
    with pytest.raises(MarksReversed):
        desk.do(moments.mark, film, Millis(5), Millis(5))


def test_a_film_on_a_disk_that_no_longer_answers_cannot_be_read(tmp_path):
    there = tmp_path / "there.mp4"
    there.write_bytes(b"film")
    assert films.can_be_read(there)
    assert not films.can_be_read(tmp_path / "gone.mp4")
    assert not films.can_be_read(Path("/proc/self/mem"))  # its first byte is an error of the device's
