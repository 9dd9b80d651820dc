"""The workbench's keys for close work, with a player that plays nothing and a film that is there."""

import asyncio
import time

import pytest

from tests.support.builders import add_question, build_house, give_consents
from tests.support.slow_player import Slow
from tests.support.waiting import screen_text, settled, until
from vigtui.domain.derived import LaneKind
from vigtui.domain.moment import MomentState
from vigtui.domain.timecode import Millis, Span
from vigtui.media.puppet import make_puppet_play
from vigtui.player.null import NullPlayer
from vigtui.screens.playing import ON_ITS_WAY
from vigtui.screens.reel import Reel
from vigtui.services import films, moments
from vigtui.services.films import path_of
from vigtui.widgets.moment_list import MomentList
from vigtui.wiring import MediaTools

SIZE = (80, 24)


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    return make_puppet_play(tmp_path_factory.mktemp("keys") / "play.mp4", seconds=10, size=(160, 90)).path


@pytest.fixture
def bench(tmp_path, play):
    """A case with a film of ten seconds, and two moments in it."""
    house = build_house(tmp_path / "library")
    give_consents(house)
    add_question(house, "I wait")
    file = house.file
    intake = films.take_in(house.library, MediaTools(), play)
    film = house.change(lambda work: films.add_film(work, house.case_id, file.cycle_now.id, intake, seen=file.people))

    def mark(work):
        for start, end, note in ((2_000, 4_000, "waits"), (6_000, 8_000, "smiles [both]")):
            moments.mark(work, film, Millis(start), Millis(end), note=note)
        films.add_note(work, house.case_id, file.cycle_now.id, "here", at=Millis(5_000))

    house.change(mark)
    yield house
    house.library.close()


@pytest.fixture
async def open_bench(bench):
    """The workbench, open, and what presses its keys."""
    app = bench.app()
    app.desk.player = NullPlayer(length=Millis(10_000))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await bench.open(app, "clips")
        await until(lambda: screen.moment)
        yield bench, app, screen, pilot


async def test_a_film_that_takes_long_is_said_to_be_on_its_way_and_the_page_is_there(bench):
    app = bench.app()
    app.desk.player = player = Slow(length=Millis(10_000))
    async with app.run_test(size=SIZE) as pilot:
        screen = await bench.open(app, "clips")
        await until(lambda: ON_ITS_WAY in screen_text(app))
        await pilot.press("down")
        await until(lambda: screen.moment and screen.moment.in_ms == 6_000)
        pressing = asyncio.create_task(pilot.press("space"))
        player.comes.set()
        await until(lambda: ON_ITS_WAY not in screen_text(app) and player.state.playing)
        await pressing
        assert player.opened == 1


async def test_leaving_while_a_film_is_on_its_way_leaves_nothing_behind(bench):
    app = bench.app()
    app.desk.player = player = Slow(length=Millis(10_000))
    async with app.run_test(size=SIZE) as pilot:
        await bench.open(app, "clips")
        await until(lambda: ON_ITS_WAY in screen_text(app))
        await pilot.press("f2")
        await until(lambda: "People" in screen_text(app))
        player.comes.set()
        await pilot.press("f5")
        await until(lambda: "00:00.000 / 00:10" in screen_text(app) and ON_ITS_WAY not in screen_text(app))


@pytest.fixture
async def far_off(bench):
    """The workbench with a film that is open and, from now on, does not come to where it is sent until it is told to."""
    app = bench.app()
    app.desk.player = player = Slow(length=Millis(10_000))
    player.comes.set()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await bench.open(app, "clips")
        await until(lambda: screen.moment and not screen.waits_for_film)
        player.moves.clear()
        yield bench, app, screen, pilot


async def test_while_the_film_is_on_its_way_elsewhere_other_keys_are_answered(far_off):
    house, app, screen, pilot = far_off
    began = time.monotonic()
    await pilot.press("right", "down")
    await until(lambda: screen.moment.in_ms == 6_000)
    await pilot.press("n", "home", *"she ", "enter")
    await until(lambda: house.file.moments[1].note == "she smiles [both]")
    assert time.monotonic() - began < 3
    assert app.desk.player.state.position == 0
    await until(lambda: ON_ITS_WAY in screen_text(app))
    app.desk.player.moves.set()
    await at(app, 1_000)
    await until(lambda: ON_ITS_WAY not in screen_text(app))


async def test_seeks_that_wait_become_one_and_a_time_that_is_typed_takes_their_place(far_off):
    _, app, screen, pilot = far_off
    player = app.desk.player
    await pilot.press("right", *["right"] * 5, "shift+right", "left")
    await until(lambda: getattr(screen.last_in_line, "by", 0) == 9_000)
    player.moves.set()
    await until(lambda: not screen.waits_for_film)
    assert player.asked == [("seek", 1_000), ("seek", 10_000)]
    player.moves.clear()
    player.asked.clear()
    await pilot.press("left", "left", "j")
    await until(lambda: len(app.screen_stack) == 4)
    await pilot.press(*"00:03", "f10")
    await until(lambda: app.screen is screen)
    await pilot.press("right", "full_stop", "full_stop", "comma")
    await until(lambda: getattr(screen.last_in_line, "frames", 0) == 1)
    player.moves.set()
    await at(app, 4_040)
    assert player.asked == [("seek", 8_960), ("seek", 4_000), ("step", 1)]


async def test_a_mark_waits_for_the_frame_it_was_meant_for(far_off):
    _, app, screen, pilot = far_off
    await pilot.press("right", "right", "i", "right", "full_stop", "o", "right")
    assert screen._marks == (None, None)
    app.desk.player.moves.set()
    await until(lambda: screen._marks == (2_000, 3_040))
    await at(app, 4_040)


async def test_a_note_behind_a_moment_that_is_not_kept_yet_is_of_that_moment(far_off):
    house, app, _, pilot = far_off
    typing = asyncio.create_task(pilot.press("right", "i", "right", "o", "enter", "n", *"her turn", "enter"))
    await until(lambda: app.desk.player.asked)
    await asyncio.sleep(0.3)
    app.desk.player.moves.set()
    await typing
    await until(lambda: [one.note for one in house.file.moments if one.in_ms == 1_000] == ["her turn"])
    assert spans(house)[0] == (1_000, 2_000)


async def test_a_note_is_written_while_the_film_that_played_is_held(far_off):
    _, app, screen, pilot = far_off
    player = app.desk.player
    await pilot.press("space")
    await until(lambda: player.state.playing)
    await pilot.press("shift+right", "n", *"x")
    await until(lambda: screen.focused is screen.query_one("#note").editor)
    player.moves.set()
    await until(lambda: player.state.position >= 5_000 and not player.state.playing)
    await pilot.press("enter")
    await until(lambda: player.state.playing)


def spans(house):
    return sorted((one.in_ms, one.out_ms) for one in house.file.moments)


async def at(app, position):
    await until(lambda: app.desk.player.state.position == position)


async def test_a_note_goes_on_behind_what_stands_there(open_bench):
    house, _, _, pilot = open_bench
    await pilot.press("n", *" long", "enter")
    await until(lambda: house.file.moments[0].note == "waits long")


async def test_nudging_moves_one_mark_by_one_frame_and_is_one_step_of_undo(open_bench):
    house, app, _, pilot = open_bench
    await pilot.press("8", "8", "7")
    await until(lambda: spans(house)[0] == (2_040, 4_000))
    await at(app, 2_040)
    await pilot.press("9")
    await until(lambda: spans(house)[0] == (2_040, 3_960))
    await pilot.press("0", "0")
    await until(lambda: spans(house)[0] == (2_040, 4_040))
    await pilot.press("u")
    await until(lambda: spans(house)[0] == (2_040, 4_000))
    await pilot.press("u")
    await until(lambda: spans(house)[0] == (2_000, 4_000))


async def test_nudging_marks_that_are_set_moves_these(open_bench):
    house, _, screen, pilot = open_bench
    await pilot.press("i", "right", "o", "8", "9")
    await until(lambda: screen._marks == (40, 960))
    assert spans(house)[0] == (2_000, 4_000)


async def test_loops_of_the_whole_of_the_first_and_of_the_last_second(open_bench):
    _, app, _, pilot = open_bench
    player = app.desk.player

    def loops(*span):
        return player.state.loop and (player.state.loop.start, player.state.loop.end) == span

    for key, span in (("l", (2_000, 4_000)), ("a", (2_000, 3_000)), ("e", (3_000, 4_000))):
        await pilot.press(key)
        await until(lambda span=span: loops(*span) and player.state.playing)
    await pilot.press("e")
    await until(lambda: player.state.loop is None)


async def test_splitting_and_doubling(open_bench):
    house, _, _, pilot = open_bench
    await pilot.press("enter", "right", "c")
    await until(lambda: len(house.file.moments) == 3)
    assert spans(house) == [(2_000, 2_960), (3_000, 4_000), (6_000, 8_000)]
    await pilot.press("u")
    await until(lambda: spans(house) == [(2_000, 4_000), (6_000, 8_000)])
    await pilot.press("home", "d")
    await until(lambda: spans(house) == [(2_000, 4_000), (2_000, 4_000), (6_000, 8_000)])


async def test_jumps_to_moments_notes_and_stills_and_back_to_where_one_was(open_bench):
    house, app, screen, pilot = open_bench
    await pilot.press("shift+right", "shift+right", "p")
    await until(lambda: len(house.file.moments) == 3)
    still = house.file.moments[-1].in_ms
    await pilot.press("home", "enter")
    await at(app, 2_000)
    await pilot.press("r")
    await at(app, 6_000)
    await until(lambda: screen.moment.in_ms == 6_000)
    await pilot.press("T")
    await at(app, 5_000)
    await pilot.press("q")
    await at(app, still)
    await pilot.press("q")
    await until(lambda: "no still further on" in screen_text(app))
    await pilot.press("R")
    await at(app, 6_000)
    for position in (still, 5_000, 6_000, 2_000):
        await pilot.press("minus")
        await at(app, position)
    await pilot.press("equals_sign")
    await at(app, 6_000)


async def test_a_typed_time_and_a_click_on_the_timeline_go_there(open_bench):
    _, app, screen, pilot = open_bench
    await pilot.press("j")
    await until(lambda: len(app.screen_stack) == 4)
    await pilot.press(*"00:05.040", "enter")
    await at(app, 5_040)
    width = screen.query_one("#timeline").content_size.width
    await pilot.click("#timeline", offset=(4 + (width - 4) // 2, 1))
    await until(lambda: 4_800 <= app.desk.player.state.position <= 5_000)


async def test_whoever_comes_back_finds_the_playhead_where_the_film_is(open_bench):
    _, app, _, pilot = open_bench
    await pilot.press("j", *"0:05", "f10")
    await at(app, 5_000)
    await pilot.press("f2")
    await until(lambda: "People" in screen_text(app))
    await pilot.press("f5")
    await until(lambda: "00:05.000 /" in screen_text(app))
    await until(
        lambda: screen_text(app).count("00:05.0") == 2
    )  # the line of the film, and the playhead's on the timeline


async def test_the_keys_below_are_whole_and_can_be_clicked(open_bench):
    _, app, screen, pilot = open_bench
    keys = screen.query_one("KeyLine")
    shown = keys.render().plain.rstrip()
    assert shown.endswith("Loop")
    assert len(shown) <= keys.size.width
    await pilot.click("KeyLine", offset=(shown.index("Keys"), 0))
    await until(lambda: app.screen is not screen and "Keys: Clips" in screen_text(app))


async def test_the_next_turn_has_a_key_and_its_words_belong_to_the_moment(open_bench):
    house, _, _, pilot = open_bench
    await pilot.press("y", *"asks", "enter", "down", "y", *"nods", "enter")
    await settled(pilot)
    assert [one.next_turn for one in house.file.moments] == ["asks", "nods"]


async def test_the_sieve_lists_what_is_wanted_and_says_so(open_bench):
    _, app, screen, pilot = open_bench
    await pilot.press("F")
    await until(lambda: len(app.screen_stack) == 4)
    await pilot.press("tab", "tab", "tab", *"[both]", "enter")
    await until(lambda: screen.is_current and [one.in_ms for one in screen.in_order()] == [6_000])
    await until(lambda: "1 listed (F)" in screen_text(app) and "waits" not in screen_text(app))
    await pilot.press("d")
    await until(lambda: len(screen.in_order()) == 2)


async def test_the_matrix_plays_the_moments_of_a_cell(open_bench):
    house, app, screen, pilot = open_bench
    await pilot.press("3", "1")
    await until(lambda: house.file.moment_principles)
    await pilot.press("M")
    await until(lambda: len(app.screen_stack) == 4)
    await pilot.press("enter")
    await until(lambda: screen._reel is not None and screen._reel.running)
    assert [part.moment.in_ms for part in screen._reel._parts] == [2_000]
    await until(lambda: "reel 1 of 1" in screen_text(app))


async def choose_both(house, pilot):
    await pilot.press("s", "down", "s")
    await until(lambda: len(house.file.clips) == 2)


async def test_the_reel_plays_in_order_and_a_pause_keeps_the_place(open_bench):
    house, app, screen, pilot = open_bench
    player = app.desk.player
    await choose_both(house, pilot)
    await pilot.press("tab", "C")
    await until(lambda: len(app.screen_stack) == 4)
    await pilot.press("ctrl+a", *["delete"] * 3, "4", "f10")
    await until(lambda: any(clip.speed == 4 for clip in house.file.clips))
    await pilot.press("escape", "P")
    await until(lambda: player.state.playing and player.state.position > 2_300)
    await pilot.press("space")
    await until(lambda: not player.state.playing)
    stood = player.state.position
    assert "reel 1 of 2, paused" in screen_text(app)
    await pilot.press("space")
    await until(lambda: player.state.playing)
    assert player.state.position >= stood - 40
    await until(lambda: screen._reel.at == 1 and player.state.position >= 6_000)
    await until(lambda: screen._reel.over, limit=8)
    assert player.state.position == 8_000
    assert player.state.speed == 1


async def test_what_is_typed_at_once_behind_the_key_goes_into_its_field(open_bench):
    """The shortlist appears for it; its letters are commands everywhere else."""
    house, app, screen, pilot = open_bench
    await choose_both(house, pilot)
    for key in ("Y", *"she"):
        app.simulate_key(key)
    await until(lambda: "she" in [clip.why for clip in house.file.clips])
    assert len(house.file.clips) == 2
    await pilot.press("escape")
    for key in ("tab", "end", "O", *"who"):
        app.simulate_key(key)
    await until(lambda: house.file.clips[1].opening_question == "who")
    assert screen.clip.id == house.file.clips[1].id


async def test_the_shortlist_follows_the_reel_unless_somebody_writes_about_a_clip(open_bench):
    house, _app, screen, pilot = open_bench
    await choose_both(house, pilot)
    first, second = house.file.clips
    await pilot.press("tab")
    await until(lambda: screen.query_one("#clips").has_focus)
    await pilot.press("home")
    await until(lambda: screen.clip == first)
    await pilot.press("P")
    await until(lambda: screen._reel is not None and screen._reel.at == 1)
    await until(lambda: screen.clip == second)
    assert screen.moment.id == second.moment_id
    await until(lambda: screen._reel.over)
    await pilot.press("home", "Y", *"she")
    await until(lambda: house.file.clips[0].why == "she")
    await screen.play_parts(screen.clip_parts())
    await until(lambda: screen._reel.running and screen._reel.at == 1)
    await pilot.press("space", *"looks")
    await until(lambda: house.file.clips[0].why == "she looks")
    assert screen.clip.id == first.id
    assert not house.file.clips[1].why


async def test_undo_goes_to_the_moment_that_comes_back(open_bench):
    house, app, screen, pilot = open_bench
    first, second = (one.id for one in house.file.moments)
    await pilot.press("home")
    await until(lambda: screen.moment.id == first)
    await pilot.press("x")
    await until(lambda: screen.moment.id == second)
    await pilot.press("ctrl+z")
    await until(lambda: "Undone" in screen_text(app))
    assert screen.moment.id == first
    await pilot.press("down", "ctrl+r")
    await until(lambda: "Redone" in screen_text(app))
    assert screen.moment.id == second


async def test_the_part_that_comes_next_is_got_ready_while_one_plays(open_bench):
    house, _, screen, _ = open_bench
    asked = []

    class Ahead(NullPlayer):
        async def prepare(self, film, span):
            asked.append((film, span))

    player = Ahead()
    parts = screen.moment_parts(list(house.file.moments))
    reel = Reel(player, parts, lambda: None, screen.tell)
    await reel.go_on()
    await until(lambda: asked)
    assert asked == [(parts[1].film, Span(Millis(6_000), Millis(8_000)))]
    await reel.end()
    await player.close()


async def test_a_private_moment_is_never_in_the_reel(open_bench):
    house, app, screen, pilot = open_bench
    await choose_both(house, pilot)
    await pilot.press("s")
    await until(lambda: house.file.moments[1].state is MomentState.PRIVATE)
    await until(lambda: len(screen.clip_parts()) == 1)
    assert screen.moment_parts(list(house.file.moments)) == [
        part for part in screen.moment_parts(list(house.file.moments)) if part.moment.in_ms == 2_000
    ]
    await pilot.press("P")
    await until(lambda: "reel 1 of 1" in screen_text(app))


async def test_why_and_opening_are_written_in_the_pane_and_escape_leaves_it(open_bench):
    house, app, screen, pilot = open_bench
    await choose_both(house, pilot)
    await pilot.press("Y", *"easy", "enter", *"what?", "enter")
    await settled(pilot)
    clip = house.file.clips_of(screen.cycle.id)[1]
    assert (clip.why, clip.opening_question) == ("easy", "what?")
    assert "which strength" in screen_text(app)
    await pilot.press("escape")
    await until(lambda: screen.query_one("#moments").has_focus and not screen.query_one("#shortlist").display)


async def test_a_clip_is_held_at_the_frame_on_screen(open_bench):
    house, app, _, pilot = open_bench
    await pilot.press("s", "enter", "full_stop", "full_stop", "H")
    await until(lambda: house.file.clips and house.file.clips[0].freeze_ms == 2_080)
    await pilot.press("shift+right", "H")
    await until(lambda: "Go to a frame of the clip first" in screen_text(app))


async def test_lanes_and_stills_come_by_themselves_and_are_kept(bench):
    app = bench.app()
    app.desk.player = NullPlayer(length=Millis(10_000))
    async with app.run_test(size=(140, 45)):
        screen = await bench.open(app, "clips")
        film = screen.film
        await until(lambda: {lane.kind for lane in screen.looker.lanes(film)} == set(LaneKind), limit=20)
        await until(lambda: all(screen.looker.still(one, screen.film) for one in bench.file.moments), limit=20)
        still = "".join(segment.text for segment in screen._still(screen.moment.id)[0])
        await until(lambda: still in screen_text(app))
        assert "sound" in screen_text(app)
    again = bench.file
    assert again.moments


async def test_a_still_keeps_its_image(open_bench):
    house, _, _, pilot = open_bench
    await pilot.press("right", "p")
    await until(lambda: len(house.file.moments) == 3)
    still = house.file.moments[-1]

    def kept():
        return house.library.read(lambda work: work.stills_of([still.id])).get(still.id)

    await until(lambda: kept(), limit=15)
    assert kept().at_ms == still.in_ms == 1_000
    assert kept().jpeg.startswith(b"\xff\xd8")


async def test_a_film_that_goes_away_is_told_and_found_again(open_bench, tmp_path):
    house, app, screen, pilot = open_bench
    path = path_of(house.library.folder, screen.film)
    disk = tmp_path / "disk [x]"
    disk.mkdir()
    path.rename(disk / "other name.mp4")
    await until(lambda: any("press W to look for the film" in one.message for one in app._notifications), limit=6)
    assert len(house.file.moments) == 2
    await pilot.press("W")
    await until(lambda: len(app.screen_stack) == 4)
    await pilot.press(*str(disk), "f10")
    await until(lambda: house.file.films[0].location.startswith("file:"), limit=10)
    await pilot.press("enter")
    await at(app, 2_000)
    assert app.desk.player.state.film == str(disk / "other name.mp4")


async def test_a_row_that_looks_as_before_is_not_drawn_again(bench, monkeypatch):
    film = bench.file.films[0]
    bench.change(lambda work: [moments.mark(work, film, Millis(i * 100), Millis(i * 100 + 500)) for i in range(8)])
    app = bench.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await bench.open(app, "clips")
        await until(lambda: screen.moment)
        drawn, draw = [], MomentList._draw
        monkeypatch.setattr(
            MomentList, "_draw", lambda self, *looks: (drawn.append(looks[0].plain), draw(self, *looks))[1]
        )
        before = len(screen.query_one("#moments", MomentList)._drawn)
        assert before > 4
        await pilot.press("s")
        await until(lambda: screen.moment.state is MomentState.CHOSEN and drawn)
        await pilot.pause(0.2)
        assert len(drawn) == 1, drawn


async def test_only_rows_on_screen_are_drawn(bench):
    film = bench.file.films[0]

    def many(work):
        for i in range(300):
            moments.mark(work, film, Millis(i * 30), Millis(i * 30 + 500))

    bench.change(many)
    app = bench.app()
    app.desk.player = NullPlayer(length=Millis(10_000))
    async with app.run_test(size=SIZE) as pilot:
        screen = await bench.open(app, "clips")
        await until(lambda: screen.moment)
        listed = screen.query_one("#moments", MomentList)
        await pilot.press("end")
        await until(lambda: listed.highlighted == 301)
        assert screen.moment.in_ms == max(one.in_ms for one in bench.file.moments)
        assert len(listed._drawn) <= 60
        await pilot.press("x")
        await until(lambda: listed.highlighted == 300)
