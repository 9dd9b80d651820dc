"""How the program ends: asked to, or because its terminal or the system goes."""

import signal
import sqlite3

import pytest


def start_a_case(terminal) -> None:
    terminal.start()
    make_a_case(terminal)


def make_a_case(terminal) -> None:
    """From the first screen of a new library to the helping question of its first case."""
    terminal.see("Your new library")
    terminal.keys("Escape")
    terminal.gone("Your new library")
    terminal.see("No case yet")
    terminal.keys("C-n")
    terminal.see("New case")
    terminal.type("K17")
    terminal.keys("F10")
    terminal.see("People and consents")
    terminal.keys("F3")
    terminal.see("Helping question")


def question_of(terminal) -> str:
    connection = sqlite3.connect(terminal.library / "vigtui.sqlite")
    try:
        return connection.execute("SELECT words FROM helping_questions").fetchone()[0]
    finally:
        connection.close()


def ask_person(terminal) -> None:
    """The form for a new person, half typed."""
    start_a_case(terminal)
    terminal.keys("F2")
    terminal.see("People and consents")
    terminal.keys("a")
    terminal.see("F10 keep")
    terminal.type("Oma [waits")
    terminal.see("Oma [waits")


def drafts_of(terminal) -> list[str]:
    connection = sqlite3.connect(terminal.library / "vigtui.sqlite")
    try:
        return [words for (words,) in connection.execute("SELECT typed ->> '$[0][3]' FROM drafts")]
    finally:
        connection.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_in_the_middle_of_a_form_loses_nothing_of_it(terminal, how):
    ask_person(terminal)
    if how == signal.SIGKILL:
        terminal.until(lambda _: drafts_of(terminal) == ["Oma [waits"], "the form to be on the disk", limit=3)
    else:
        terminal.type(" and")
        terminal.see("Oma [waits and")
    terminal.kill(how)
    typed = "Oma [waits" if how == signal.SIGKILL else "Oma [waits and"
    assert drafts_of(terminal) == [typed]
    terminal.start()
    terminal.see("Half typed: “Add a person”")
    # One comes back into the case where a signal asked to go, and there F3 shows the goals.
    terminal.until(lambda shown: ("on Today" in shown) == (how != signal.SIGKILL), "where F3 shows them")
    if how == signal.SIGKILL:  # the start is the usual one then
        terminal.keys("F5")
    terminal.see("People and consents")
    terminal.keys("a")
    terminal.see("You had begun this", typed)
    terminal.keys("Escape")
    terminal.see("Press esc again")
    terminal.keys("Escape")
    terminal.gone("F10 keep")
    assert drafts_of(terminal) == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_middle_of_a_sentence_loses_nothing(terminal, how):
    start_a_case(terminal)
    terminal.type("How can we")
    terminal.see("How can we")
    terminal.kill(how)
    assert question_of(terminal) == "How can we"


def test_ctrl_q_in_the_middle_of_a_sentence_loses_nothing(terminal):
    start_a_case(terminal)
    pid = terminal.pid
    terminal.type("How can we")
    terminal.keys("C-q")
    terminal.wait_end(pid)
    assert question_of(terminal) == "How can we"


def test_words_that_are_refused_are_warned_of_once(terminal):
    start_a_case(terminal)
    terminal.keys("F4")
    terminal.see("Activity")
    terminal.keys("Tab", "Tab")
    terminal.type("2026-13")
    pid = terminal.pid
    terminal.keys("C-q")
    terminal.see("vigtui stays open")
    terminal.keys("C-q")
    terminal.wait_end(pid)


def test_a_form_that_was_not_kept_is_warned_of_once(terminal):
    ask_person(terminal)
    pid = terminal.pid
    terminal.keys("C-q")
    terminal.see("F10 keeps this. Press ctrl+q again", "Oma")
    terminal.keys("F10")
    terminal.gone("F10 keep")
    terminal.see("Oma")
    terminal.keys("C-q")
    terminal.wait_end(pid)
    connection = sqlite3.connect(terminal.library / "vigtui.sqlite")
    assert connection.execute("SELECT name FROM people").fetchall() == [("Oma [waits",)]
    connection.close()
