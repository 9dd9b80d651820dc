"""The workbench with the film inside the terminal: marks by key while it plays, dialogs over it, other sizes, a window and back.

The terminal is the tests' own: it answers as terminals do, and what is on it is read back as pictures.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.afar import Afar
from tests.support.display import HIGH, WIDE, screens, window_names
from tests.support.screen import Screen
from tests.support.terminal import Terminal
from vigtui.domain.case import Case
from vigtui.domain.review import NoteKind, ReviewNote
from vigtui.media.puppet import make_puppet_play
from vigtui.services import cases, films
from vigtui.services.packs import PackShelf
from vigtui.store.database import Library
from vigtui.wiring import MediaTools

KEYS = {"F5": "\x1b[15~", "F6": "\x1b[17~", "F10": "\x1b[21~", "esc": "\x1b", "enter": "\r", "down": "\x1b[B"}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "play.mp4"
    make_puppet_play(path, seconds=40)
    return path


@pytest.fixture
def library(tmp_path: Path, film: Path) -> Path:
    folder = tmp_path / "library"
    library = Library(folder, actor="RB")
    case = library.change(lambda work: cases.new_case(work, "K17", PackShelf([]).get("parent-child")))
    intake = films.take_in(library, MediaTools(), film)
    cycle = library.read(lambda work: cases.load(work, case.id)).cycle_now
    library.change(lambda work: films.add_film(work, case.id, cycle.id, intake, seen=[]))
    library.close()
    return folder


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "settings.toml").write_text('audio_output = "null"\n')
    return folder


@asynccontextmanager
async def workbench(library: Path, config: Path, **how: object) -> AsyncIterator[Afar]:
    """The program on the workbench, with a picture on it."""
    environment = {"VIGTUI_CONFIG": str(config), "TEXTUAL_ANIMATIONS": "none", "XDG_RUNTIME_DIR": str(config)}
    environment |= how.pop("environment", {})  # type: ignore[arg-type]
    command = [sys.executable, "-m", "vigtui", "--library", str(library)]
    async with Afar(command, environment=environment, **how) as far:  # type: ignore[arg-type]
        await far.until_text("K17", 30)
        await far.press(KEYS["enter"])
        await far.until_text("People", 30)
        await far.press(KEYS["F5"])
        await far.until(has_picture, 30)
        yield far


async def at_rest(far: Afar) -> None:
    """Wait until nothing comes any more; what is worked out in the background meanwhile is shown as well."""
    before = -1
    async with asyncio.timeout(30):
        while before != far.received:
            before = far.received
            await asyncio.sleep(0.6)


def blocks(screen: Screen) -> set[tuple[int, int]]:
    """Cells in which the picture stands: blocks in two colours, between the rail and the line that tells where the film is."""
    ends = next((row for row in range(2, screen.rows) if screen.line(row).strip()[:1] in ("‖", "▶")), screen.rows)
    return {
        at
        for at, (sign, fore, back) in screen.cells.items()
        if sign and sign in "▀▄" and fore != back and 1 < at[0] < ends
    }


def has_picture(screen: Screen) -> bool:
    return len({screen.cells[at][1:] for at in blocks(screen)}) > 20


def line_with(screen: Screen, words: str) -> str:
    return next((line for line in screen.text() if words in line), "")


def moments_in(library: Path) -> list[tuple[int, int]]:
    opened = Library(library, actor="RB")
    try:
        from vigtui.domain.moment import Moment

        return sorted((one.in_ms, one.out_ms) for one in opened.read(lambda work: work.find(Moment)))
    finally:
        opened.close()


def frame_times(film: Path) -> set[int]:
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=pts_time", "-of", "csv=p=0"]
    told = subprocess.run([*command, f"file:{film}"], capture_output=True, text=True, check=True, timeout=60).stdout
    return {round(float(line.strip(",")) * 1000) for line in told.split()}


async def test_three_moments_are_marked_while_it_plays(library: Path, config: Path, film: Path) -> None:
    async with workbench(library, config) as far:
        await far.press(" ")
        for number in range(1, 4):
            await far.press("i")
            await far.until(lambda screen: "in 0" in line_with(screen, " out "))
            await asyncio.sleep(0.4)
            await far.press("o")
            await far.until_text("enter keeps")
            await far.press(KEYS["enter"])
            await far.until(lambda screen, number=number: screen_moments(screen) >= number)
        before = far.screen.picture(2, 3, 30, 8)
        await far.until(lambda screen: screen.picture(2, 3, 30, 8) != before)
        await far.press(" ")
        await far.until_text("‖")
        far.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(far.process.wait(), 10)
    found = moments_in(library)
    assert len(found) == 3
    assert {at for moment in found for at in moment} <= frame_times(film)


def screen_moments(screen: Screen) -> int:
    return sum("☆" in line for line in screen.text())


async def test_what_lies_over_the_film_goes_again_without_a_trace(library: Path, config: Path) -> None:
    async with workbench(library, config) as far:
        await at_rest(far)
        picture = blocks(far.screen)
        shown = {at: far.screen.quarters(*at) for at in picture}
        for key, words in (("?", "Keys: Clips"), ("\x10", "Search for commands")):
            await far.press(key)
            await far.until_text(words)
            await far.press(KEYS["esc"])
            await far.until(lambda screen: {at: screen.quarters(*at) for at in picture} == shown)
            await far.until_text("‖ 00:00.000")


async def test_around_a_dialog_the_film_goes_on_and_no_cell_is_written_twice(library: Path, config: Path) -> None:
    async with workbench(library, config) as far:
        await far.press(" ")
        await far.press("i")
        await far.until_text("▶ 00:01")
        await far.press("o\r")
        await far.until(lambda screen: screen_moments(screen) > 0)
        await far.press("3")
        await far.until_text("╰───")
        dialog = far.screen.text()[6:17]
        for _ in range(3):  # four rows of the film stand above it
            above = far.screen.picture(6, 2, 30, 4)
            await far.until(lambda screen, above=above: screen.picture(6, 2, 30, 4) != above)
        assert [line[4:76] for line in far.screen.text()[6:17]] == [line[4:76] for line in dialog]
        await far.press(KEYS["esc"])
        await far.until(lambda screen: not any("╰───" in line for line in screen.text()))
        await far.press(" ")
        await far.until_text("‖")
        await at_rest(far)
        shown = {at: far.screen.quarters(*at) for at in blocks(far.screen)}
        before = far.received
        await far.press("3")
        await far.until_text("digit or enter chooses")
        await at_rest(far)
        assert far.received - before < 12_000  # the film's own cells alone are 20,000
        await far.press(KEYS["esc"])
        await far.until(lambda screen: {at: screen.quarters(*at) for at in shown} == shown)


async def test_a_note_over_the_clients_picture_is_seen_and_not_read(tmp_path: Path, config: Path, film: Path) -> None:
    library, case = tmp_path / "library", ("--case", "K17")
    for words in (
        ("case", "new", "--code", "K17"),
        ("person", "add", *case, "--role", "client", "--name", "Ben"),
        ("consent", "give", *case, "--person", "Ben", "--purpose", "therapy", "--by", "Ben"),
        ("film", "add", str(film), *case, "--cycle", "1"),
        ("clip", "add", *case, "--cycle", "1", "--in", "0.000", "--out", "20.000", "--note", "x"),
    ):
        command = [sys.executable, "-m", "vigtui", "--library", str(library), *words]
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60)
    async with workbench(library, config) as far:
        await far.press(KEYS["F6"])
        await far.until_text("F10 begins")
        await far.press(KEYS["F10"])
        await far.until_text(" in all ")
        await far.press("\x1b[C")
        await far.until_text("C  The clip")
        await far.press(" ")
        await far.until(lambda screen: blocks(screen) and " in all " not in "".join(screen.text()))
        await far.press("c")
        await far.until(lambda screen: screen.text()[-1].startswith("note"))
        await far.press("hush")
        shown = await far.until(lambda screen: "••••" in screen.text()[-1])
        assert not any(words in line for words in ("hush", "concern") for line in shown.text())
        await far.press("\r")
        await far.until(lambda screen: "note" not in screen.text()[-1])
    opened = Library(library, actor="RB")
    [note] = opened.read(lambda work: work.find(ReviewNote))
    opened.close()
    assert (note.kind, note.words) == (NoteKind.CONCERN, "hush")


async def test_in_the_place_of_a_film_that_is_not_there_stands_no_other(
    library: Path, config: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.mp4"
    make_puppet_play(other, seconds=3)
    opened = Library(library, actor="RB")
    [case] = opened.read(lambda work: work.find(Case))
    cycle = opened.read(lambda work: cases.load(work, case.id)).cycle_now
    intake = films.take_in(opened, MediaTools(), other)
    film = opened.change(lambda work: films.add_film(work, case.id, cycle.id, intake, seen=[]))
    opened.close()
    films.path_of(library, film).unlink()
    async with workbench(library, config) as far:
        await far.press("f")
        await far.until_text("! It is not where it was: W looks for it.")
        await far.until(lambda screen: not has_picture(screen))
        await far.press("f")
        await far.until(
            lambda screen: has_picture(screen) and not any("It is not where it was" in line for line in screen.text())
        )


async def test_the_lock_covers_the_film_as_well(library: Path, config: Path, tmp_path: Path) -> None:
    (words := tmp_path / "words").write_text("nine warm words by the sea\n")
    command = [sys.executable, "-m", "vigtui", "--library", str(library), "passphrase", "set"]
    environment = {"VIGTUI_PASSPHRASE_FILE": str(words), "VIGTUI_NEW_PASSPHRASE_FILE": str(words)}
    subprocess.run(command, env=os.environ | environment, check=True, capture_output=True, timeout=60)
    async with workbench(library, config, environment=environment) as far:
        await far.press(" ")
        await far.until_text("▶ 00:01")
        await far.press("\x0c")
        await far.until_text("vigtui is locked")
        await at_rest(far)
        assert not has_picture(far.screen)
        await far.press("nine warm words by the sea\r")
        await far.until(has_picture)


async def test_any_size_while_it_plays(library: Path, config: Path) -> None:
    async with workbench(library, config, columns=200, rows=60) as far:
        await far.press(" ")
        for columns, rows in ((60, 20), (140, 45), (80, 24), (200, 60)):
            far.resize(columns, rows)
            far.screen.cells.clear()
            far.process.send_signal(signal.SIGWINCH)
            await far.until(
                lambda screen: (
                    has_picture(screen)
                    and "K17" in screen.line(0)
                    and "F5" in screen.line(1)
                    and "Keys" in screen.line(screen.rows - 1)
                )
            )
        await far.press(" ")
        await far.until_text("‖")


async def test_a_killed_helper_is_back_before_anybody_asks(library: Path, config: Path) -> None:
    async with workbench(library, config) as far:
        await asyncio.sleep(0.5)
        place = blocks(far.screen)
        for helper in children_named(far.process.pid, "vigtui.player.drawing"):
            os.kill(helper, signal.SIGKILL)
        for at in place:
            del far.screen.cells[at]
        await far.until(lambda screen: blocks(screen) >= place)
        await far.press(".")
        await far.until_text("00:00.040")


def children_named(pid: int, words: str) -> list[int]:
    found = []
    for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            stat = (cmdline.parent / "stat").read_text()
            if words.encode() in cmdline.read_bytes() and int(stat.rpartition(")")[2].split()[1]) == pid:
                found.append(int(cmdline.parent.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


async def test_over_a_slow_line_keys_come_first_and_the_picture_becomes_sharp(library: Path, config: Path) -> None:
    slow = {"rate": 40_000.0, "delay": 0.04, "environment": {"SSH_CONNECTION": "a test"}}
    async with workbench(library, config, **slow) as far:
        await far.press(" ")
        await far.until_text("▶ 00:0")
        await asyncio.sleep(1)
        took = []
        for _ in range(8):
            row = next(i for i, line in enumerate(far.screen.text()) if line.strip().startswith("in "))
            mark, began = far.screen.line(row), asyncio.get_running_loop().time()
            await far.press("i")
            await far.until(lambda screen, mark=mark, row=row: screen.line(row) != mark)
            took.append(asyncio.get_running_loop().time() - began)
            await asyncio.sleep(0.15)
        assert sorted(took)[4] < 1.0  # how quick it is the bench tells; here only that keys do not wait for the film
        await far.press(" ")
        await far.until_text("‖")
        await at_rest(far)
        assert has_picture(far.screen)


async def test_a_line_that_drops_leaves_nothing_behind(library: Path, config: Path) -> None:
    async with workbench(library, config) as far:
        await far.press(" ")
        await far.until_text("▶")
        helpers = children_named(far.process.pid, "vigtui.player.drawing")
        assert helpers
        far.process.send_signal(signal.SIGHUP)
        await asyncio.wait_for(far.process.wait(), 5)
        async with asyncio.timeout(5):
            while any(Path(f"/proc/{pid}").exists() for pid in helpers):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@pytest.fixture
def display() -> Iterator[str]:
    with screens(f"{WIDE}x{HIGH}") as name:
        yield name


async def test_to_a_window_and_back_while_it_plays(library: Path, config: Path, display: str) -> None:
    (config / "settings.toml").write_text('audio_output = "null"\nvideo_output = "x11"\nfilm_place = "terminal"\n')
    async with workbench(library, config, environment={"DISPLAY": display}) as far:
        await far.press(" ")
        await far.until_text("▶ 00:0")
        await far.press("v")
        await far.until(lambda screen: not blocks(screen))
        await asyncio.to_thread(wait_for_window, display)
        assert "▶" in line_with(far.screen, "/ 00:4")
        await far.press("v")
        await far.until(has_picture)
        await far.until_text("▶ 00:0")
        assert "vigtui" not in await asyncio.to_thread(window_names, display)


def test_marks_a_window_and_the_reel_in_tmux(library: Path, config: Path, film: Path, display: str) -> None:
    (config / "settings.toml").write_text('audio_output = "null"\nvideo_output = "x11"\nfilm_place = "terminal"\n')
    terminal = Terminal(library, config, width=100, height=30, env={"DISPLAY": display})
    try:
        terminal.start()
        terminal.see("K17", limit=30)
        terminal.keys("Enter")
        terminal.see("People")
        terminal.keys("F5")
        terminal.see("‖ 00:00.000", "▀")
        terminal.keys("Space")
        for number in range(1, 4):
            terminal.see("▶ 00:0")
            terminal.keys("i")
            terminal.see("out –")
            time.sleep(0.5)  # the film plays meanwhile
            terminal.keys("o")
            terminal.see("enter keeps")
            terminal.keys("Enter")
            terminal.see("☆ candidate")
            terminal.keys("s")
            terminal.see("★ chosen")
            terminal.until(lambda shown, number=number: listed(shown, "★") == number, f"{number} chosen")
        terminal.keys("v")
        wait_for_window(display)
        terminal.see("▶ 00:0")
        terminal.keys("v")
        wait_for_window(display, there=False)
        terminal.see("▶ 00:0", "▀")
        terminal.keys("Space")
        terminal.see("‖ 00:0")
        terminal.keys("P")
        for number in (1, 2, 3):
            terminal.see("▶ 00:0", f"reel {number} of 3")
    finally:
        terminal.end()
    found = moments_in(library)
    assert len(found) == 3
    assert {at for moment in found for at in moment} <= frame_times(film)


def listed(shown: str, sign: str) -> int:
    """How many lines of the moments list have this sign."""
    return sum(sign in line.partition("│")[2] for line in shown.splitlines())


def wait_for_window(display: str, *, there: bool = True) -> None:
    ends = time.monotonic() + 15
    while ("vigtui" in window_names(display)) is not there:
        assert time.monotonic() < ends, "no window came" if there else "the window stays"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("environment", "signs"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": ""}, "▀▄"),
        ({"TERM": "linux", "COLORTERM": ""}, "▀▄"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "i1tfLCG08@"),
        ({"TERM": "xterm-256color", "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, " "),
    ],
    ids=["256 colours", "console", "no colours", "no Unicode"],
)
async def test_lesser_terminals(library: Path, config: Path, environment: dict[str, str], signs: str) -> None:
    command = [sys.executable, "-m", "vigtui", "--library", str(library)]
    whole = {"VIGTUI_CONFIG": str(config), "TEXTUAL_ANIMATIONS": "none", **environment}
    async with Afar(command, environment=whole) as far:
        await far.until_text("K17", 30)
        await far.press(KEYS["enter"])
        await far.until_text("People", 30)
        await far.press(KEYS["F5"])

        def drawn(screen: Screen) -> bool:
            place = [screen.cells.get((row, column), ("", 0, 0)) for row in range(3, 10) for column in range(8, 30)]
            kinds = {cell for cell in place if cell[0] and cell[0] in signs}
            return len(kinds) > 5

        await far.until(drawn, 30)


@pytest.mark.parametrize(("environment", "reported"), [({"STY": "1.pts-0.clinic"}, False), ({}, True)])
async def test_in_gnu_screen_the_mouse_is_left_alone(
    library: Path, config: Path, environment: dict[str, str], reported: bool
) -> None:
    """With the mouse reported it holds the escape key back until the next key (4.9.0, tried by hand)."""
    command = [sys.executable, "-m", "vigtui", "--library", str(library)]
    async with Afar(command, environment=environment | {"VIGTUI_CONFIG": str(config)}) as far:
        written, feed = bytearray(), far.screen.feed

        def take(data: bytes) -> None:
            written.extend(data)
            feed(data)

        far.screen.feed = take  # type: ignore[method-assign]
        await far.until_text("K17", 30)
        assert (b"\x1b[?1000h" in written) is reported
