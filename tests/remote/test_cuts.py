"""The line is cut in each phase of an evening's work, by either way: while it opens, in a jump, between two clips, in a note."""

from pathlib import Path

import pytest

from tests.remote.conftest import Laptop
from tests.remote.doing import drop_the_line, to_the_workbench, until
from tests.remote.test_connect import Window, mpv_of, programs_of
from tests.remote.test_plain import ssh
from tests.support.libraries import query
from tests.support.line import line
from tests.support.server import Server, alive, descendants, programs_below
from tests.support.terminal import Terminal

ON_THE_BENCH = ("· Clips", "/ 00:12.0", "⏎ Keep")


def notes_in(library: Path) -> list[str]:
    return [note for (note,) in query(library, "SELECT note FROM moments ORDER BY id")]


def time_in(shown: str) -> float:
    """The time of the film as the screen tells it, in seconds."""
    place = next(one for one in shown.splitlines() if "/ 00:12.0" in one)
    minutes, seconds = place.split("/")[0].split()[-1].split(":")
    return 60 * int(minutes) + float(seconds)


def begin_jumps(at: Terminal) -> float:
    """Press for many jumps, and wait until the first is made; where the film is then."""
    at.keys(*["Right"] * 8)
    return time_in(at.until(lambda shown: time_in(shown) > 0, "a jump to be made"))


class TestPlain:
    """Nothing is lost, the player and all helpers are gone within 5 s, and the next start is where one was."""

    def test_each_phase(self, laptop: Laptop, library: Path, clinic: Server) -> None:
        at = laptop()

        def cut(how: str) -> None:
            drop_the_line(clinic, how)

        def come_back() -> str:
            ssh(at, clinic, library)
            return at.see(*ON_THE_BENCH, limit=40)

        ssh(at, clinic, library)
        at.see("Today", "K17", limit=40)
        at.keys("Enter")
        at.see("People and consents")
        at.keys("F5")
        until(lambda: programs_below(clinic.process.pid, "vigtui.player.drawing"))
        cut("sshd is killed")  # the film is being opened
        come_back()

        there = begin_jumps(at)
        cut("sshd is killed")
        assert there <= time_in(come_back()) <= 8.1

        at.keys("P")
        at.see("reel 2 of 2")
        cut("the terminal hangs up")  # the reel has just come to its second clip
        assert 3.9 <= time_in(come_back()) <= 8.0

        at.keys("Tab", "n")
        at.type("he turns to h")
        at.see("he turns to h")
        cut("sshd is killed")
        shown = come_back()
        assert "he turns to h" in "".join(notes_in(library)), shown
        at.keys("C-q")


class TestConnect:
    """The picture is held, all comes back by itself when the line does, and a line that does not come back ends tidily.

    A note half typed when the line broke is in `test_connect`.
    """

    def test_each_phase(self, laptop: Laptop, library: Path, clinic: Server) -> None:
        with line(clinic.port, rate=200_000, delay=0.04) as slow:
            at = laptop()

            def cut() -> None:
                clinic.break_connections()
                at.see("The line to clinic has broken")

            def come_back() -> str:
                return at.see(*ON_THE_BENCH, limit=40)

            at.start(*clinic.connect_words(port=slow.port))
            until(lambda: programs_below(clinic.process.pid, "\0far\0open"))
            cut()  # the far vigtui is starting
            at.see("Today", "K17", limit=40)
            at.keys("Enter")
            at.see("People and consents")
            at.keys("F5")
            mpv = mpv_of(at)
            cut()  # the film is being opened
            come_back()

            there = begin_jumps(at)
            cut()
            come_back()
            at.until(lambda shown: there <= time_in(shown) <= 8.1, f"{there:.3f} or further on", 10)

            at.keys("P")
            at.see("reel 2 of 2", limit=40)
            cut()  # the reel has just come to its second clip
            come_back()
            with Window(at) as window:
                assert window.ask("pause") is True
                held = window.ask("time-pos")
                assert 3.9 <= held <= 8.1
                at.until(lambda shown: abs(time_in(shown) - held) < 0.05, f"{held:.3f} to be told")
            assert mpv_of(at) == mpv
            at.keys("C-q")

    @pytest.mark.parametrize("phase", ["ssh calls", "the far side greets"])
    def test_while_it_connects(self, phase: str, laptop: Laptop, library: Path, clinic: Server) -> None:
        with line(clinic.port, rate=100_000, delay=0.04) as slow:
            at = laptop()
            at.start(*clinic.connect_words(port=slow.port))
            word = {"ssh calls": "sshd", "the far side greets": "\0far\0hello"}[phase]
            until(lambda: programs_below(clinic.process.pid, word))
            pids = [*descendants(clinic.process.pid), *programs_of(at), at.pid]
            clinic.break_connections()
            at.see("clinic", "Nothing was changed.", limit=20)
            until(lambda: not alive(*pids), limit=5)
            until(lambda: not list(clinic.runtime.iterdir()))
            assert list(Path(at.env["XDG_RUNTIME_DIR"]).iterdir()) == []

    def test_a_line_that_never_comes_back(self, laptop: Laptop, library: Path, clinic: Server) -> None:
        with line(clinic.port) as relay:
            at = laptop()
            at.start(*clinic.connect_words(port=relay.port))
            to_the_workbench(at)
            pids = [*programs_of(at), mpv_of(at), at.pid, *descendants(clinic.process.pid)]
            relay.break_off()
            at.see("The line to clinic has broken")
            at.keys("C-c")
            at.see("Stopped. What was saved is safe.")
            until(lambda: not alive(*pids), limit=5)
            assert list(Path(at.env["XDG_RUNTIME_DIR"]).iterdir()) == []
            assert list(clinic.runtime.iterdir()) == []
