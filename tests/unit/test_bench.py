"""What the workbench asks of the services: splitting, doubling, sifting, the matrix, checks, and a case read again in parts."""

import asyncio

import pytest

from vigtui.domain.case import Case
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.derived import Lane, LaneKind, Picture, Still
from vigtui.domain.errors import NotSensible
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.person import Role
from vigtui.domain.timecode import Millis
from vigtui.services import cases, consent, keeping, moments, people, relocating, shortlist
from vigtui.services.matrix import matrix
from vigtui.services.sifting import Sieve
from vigtui.store.database import Library
from vigtui.wiring import MediaTools


@pytest.fixture
def film(desk):
    return desk.film()


def mark(desk, film, start=1_000, end=4_000, **details):
    return desk.do(moments.mark, film, Millis(start), Millis(end), **details)


def tag(desk, moment, level, behaviour=0):
    principle = desk.pack.levels[level - 1].behaviours[behaviour].id
    desk.do(moments.toggle_principle, moment.id, principle)
    return principle


def test_a_moment_is_split_at_two_neighbouring_frames_and_both_keep_what_was_seen(desk, film):
    whole = mark(desk, film, note="waits")
    tag(desk, whole, 3)
    first, second = desk.change(lambda work: moments.split(work, whole.id, before=Millis(1_960), at=Millis(2_000)))
    assert [(one.in_ms, one.out_ms, one.note) for one in (first, second)] == [
        (1_000, 1_960, "waits"),
        (2_000, 4_000, ""),
    ]
    assert desk.file.principles_of(first.id) == desk.file.principles_of(second.id) != ()


@pytest.mark.parametrize(("before", "at"), [(960, 1_000), (4_000, 4_040), (1_000, 1_040), (9_000, 9_040)])
def test_a_moment_is_not_split_outside_of_itself_or_into_a_single_frame(desk, film, before, at):
    whole = mark(desk, film)
    with pytest.raises(NotSensible, match="split where the playhead is"):
        desk.change(lambda work: moments.split(work, whole.id, before=Millis(before), at=Millis(at)))
    assert desk.file.moments == (whole,)


def test_a_double_is_a_candidate_with_the_same_said_of_it(desk, film):
    clip = desk.clip(film)
    tag(desk, desk.file.moment(clip.moment_id), 2)
    copy = desk.change(lambda work: moments.duplicate(work, clip.moment_id))
    original = desk.file.moment(clip.moment_id)
    assert (copy.in_ms, copy.out_ms, copy.state) == (original.in_ms, original.out_ms, MomentState.CANDIDATE)
    assert desk.file.principles_of(copy.id) == desk.file.principles_of(original.id)
    assert desk.file.clip_of(copy.id) is None


def test_the_held_frame_is_the_chosen_one_while_it_lies_in_the_clip_else_the_middle(desk, film):
    clip = desk.clip(film, start=1_000, length=2_000)
    moment = desk.file.moment(clip.moment_id)
    assert moments.held_frame(clip, moment) == 2_000
    clip = desk.change(lambda work: moments.set_clip(work, clip.id, freeze_ms=Millis(1_240)))
    assert moments.held_frame(clip, moment) == 1_240
    moment = desk.change(lambda work: moments.move(work, moment.id, start=Millis(1_400)))
    assert moments.held_frame(clip, moment) == 2_200


def test_a_private_moment_leaves_the_shortlist_and_never_enters_it(desk, film):
    clip = desk.clip(film)
    moment = desk.file.moment(clip.moment_id)
    desk.change(lambda work: moments.set_state(work, moment, MomentState.PRIVATE, clip.cycle_id))
    assert not desk.file.clips_of(clip.cycle_id)
    assert not desk.change(lambda work: work.find(Clip, moment_id=moment.id))


def test_the_sieve_takes_principle_or_level_state_person_and_words(desk, film):
    one = mark(desk, film, note="Waits [long]")
    two = mark(desk, film, 5_000, 6_000, note="smiles")
    principle = tag(desk, one, 3)
    desk.change(lambda work: work.update(Moment, two.id, initiator="child", next_turn="she WAITS too"))
    file = desk.file

    def through(**fields):
        return [moment.in_ms for moment in file.moments if Sieve(**fields).lets_through(file, moment)]

    assert not Sieve()
    assert through() == [1_000, 5_000]
    assert through(principle=principle) == through(principle=f"{principle.partition('.')[0]}.") == [1_000]
    assert through(initiator="child") == [5_000]
    assert through(words=" waits ") == [1_000, 5_000]
    assert through(words="[long]") == [1_000]
    assert through(state="chosen") == []


def test_the_matrix_counts_by_principle_and_cycle_and_leaves_private_moments_out(desk, film):
    first, second = mark(desk, film, 5_000, 6_000), mark(desk, film, 1_000, 2_000)
    hidden = mark(desk, film, 7_000, 8_000)
    received = {tag(desk, one, 3) for one in (first, second, hidden)}.pop()
    waited = tag(desk, first, 2)
    cycle = desk.file.cycle_now
    desk.change(lambda work: moments.set_state(work, work.get(Moment, hidden.id), MomentState.PRIVATE, cycle.id))
    found = matrix(desk.file, desk.pack)
    assert found.cycles == (1,)
    assert [principle for principle, _ in found.rows] == [waited, received]
    assert [one.in_ms for one in found.cells[received, 1]] == [1_000, 5_000]
    assert [one.in_ms for one in found.cells[waited, 1]] == [5_000]


def test_checks_name_who_has_no_live_consent_and_say_nothing_where_all_have(desk, film):
    clip = desk.clip(film)
    said = shortlist.warnings(desk.file, clip, desk.pack, desk.today)
    assert "no consent now: Anna, Mia" in said
    for person in desk.file.people:
        desk.do(consent.give, person, Purpose.THERAPY, "Anna")
    assert not [one for one in shortlist.warnings(desk.file, clip, desk.pack, desk.today) if "consent" in one]


# A case that is read again in parts


def test_a_case_is_patched_to_the_same_as_it_is_read_whole(desk, film):
    known = desk.library.read(lambda work: cases.latest(work, desk.case_id, None))
    cycle = desk.file.cycle_now

    def changes():
        one, two = mark(desk, film), mark(desk, film, 500, 900)
        yield
        tag(desk, one, 1)
        desk.change(lambda work: moments.set_state(work, two, MomentState.CHOSEN, cycle.id))
        yield
        desk.change(lambda work: moments.remove(work, two.id))
        yield
        asyncio.run(desk.library.undo(desk.case_id))
        yield
        asyncio.run(desk.library.redo(desk.case_id))
        yield
        desk.do(people.add_person, desk.case_id, Role.SIBLING, "Tom", child=True)
        yield
        desk.change(lambda work: work.update(Moment, one.id, note="x"))
        yield
        tag(desk, one, 2)
        yield
        desk.change(lambda work: moments.duplicate(work, one.id))

    principles = {}
    for _ in changes():
        known = desk.library.read(lambda work, known=known: cases.latest(work, desk.case_id, known))
        file = desk.file
        assert known[0] == file
        # What is kept from before for looking things up tells the same as all of it read anew.
        assert known[0].moments_of(film.id) == file.moments_of(film.id)
        principles = {moment.id: known[0].principles_of(moment.id) for moment in file.moments}
        assert principles == {moment.id: file.principles_of(moment.id) for moment in file.moments}
    assert any(principles.values())


def test_the_first_moment_and_its_first_principle_are_found(desk, film):
    """Where there is nothing yet, moments and principles are the same empty tuple, looked up under other names."""
    known = desk.library.read(lambda work: cases.latest(work, desk.case_id, None))
    assert known[0].moments_of(film.id) == []
    assert known[0].principles_of("none") == ()
    assert known[0].find_moment("none") is None
    one = mark(desk, film)
    for level in (1, 2):
        tag(desk, one, level)
        known = desk.library.read(lambda work, known=known: cases.latest(work, desk.case_id, known))
        assert known[0].moments_of(film.id) == [one]
        assert len(known[0].principles_of(one.id)) == level


def test_only_what_was_touched_is_read_again(desk, film):
    one, two = mark(desk, film), mark(desk, film, 5_000, 6_000)
    known = desk.library.read(lambda work: cases.latest(work, desk.case_id, None))
    desk.change(lambda work: work.update(Moment, one.id, note="new"))
    file, _ = desk.library.read(lambda work: cases.latest(work, desk.case_id, known))
    assert file.find_moment(one.id).note == "new"
    assert file.find_moment(two.id) is known[0].find_moment(two.id)


def test_what_another_program_wrote_is_seen(desk, film):
    one = mark(desk, film)
    known = desk.library.read(lambda work: cases.latest(work, desk.case_id, None))
    other = Library(desk.library.folder, actor="TS")
    other.change(lambda work: work.update(Moment, one.id, note="from elsewhere"))
    other.close()
    file, _ = desk.library.read(lambda work: cases.latest(work, desk.case_id, known))
    assert file.find_moment(one.id).note == "from elsewhere"


# What was worked out


def test_lanes_and_stills_are_kept_outside_of_undo_and_go_with_their_film(desk, film):
    one = mark(desk, film)
    lane = Lane(film.id, LaneKind.SOUND, Millis(100), bytes(range(10)))
    still = Still(one.in_ms, Picture(2, 2, bytes(12)), b"jpeg")
    label = asyncio.run(desk.library.undo(desk.case_id))
    asyncio.run(desk.library.redo(desk.case_id))
    desk.library.change(lambda work: (work.keep_lane(lane), work.keep_still(one.id, still)), remembered=False)
    assert desk.library.read(lambda work: work.lanes_of(film.id)) == [lane]
    assert desk.library.read(lambda work: work.stills_of([one.id, "none"])) == {one.id: still}
    assert asyncio.run(desk.library.undo(desk.case_id)) == label
    assert desk.library.read(lambda work: work.stills_of([one.id])) == {}
    code = desk.library.read(lambda work: work.get(Case, desk.case_id)).code
    keeping.erase(desk.library, code, "the family asked for it", whole=False)
    assert desk.library.read(lambda work: work.lanes_of(film.id)) == []


# A film that went elsewhere


def test_a_film_is_found_again_by_its_content_under_any_name(desk, tmp_path):
    content = b"a film" * 5_000
    media = MediaTools()
    original = tmp_path / "a.mp4"
    original.write_bytes(content)
    film = desk.film()
    film = desk.change(
        lambda work: work.update(type(film), film.id, sha256=media.hash_file(original), size_bytes=len(content))
    )
    disk = tmp_path / "disk" / "deep"
    disk.mkdir(parents=True)
    (disk / "same size.mp4").write_bytes(b"b" * len(content))
    (disk / "link.mp4").symlink_to(original)
    assert relocating.find_again(media, film, [tmp_path / "disk"], cancelled=lambda: False) is None
    original.rename(disk / "another [name].mp4")
    found = relocating.find_again(media, film, [tmp_path / "gone", tmp_path / "disk"], cancelled=lambda: False)
    assert found == disk / "another [name].mp4"
    assert relocating.find_again(media, film, [tmp_path / "disk"], cancelled=lambda: True) is None
    again = desk.change(lambda work: relocating.is_now_at(work, film.id, found))
    assert again.location == found.as_uri()
    assert ("film found again", "film 1") in desk.audit()
