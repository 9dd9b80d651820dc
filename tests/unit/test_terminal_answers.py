"""What is made of a terminal's answers, and of its silence; asked of a real pseudo terminal."""

import os
import pty
import subprocess
import sys
import threading

import pytest

from vigtui.terminal_answers import Answers, _understood

FULL = "\x1b_Gi=86;OK\x1b\\\x1bP1$r0;48:2::1:2:3m\x1b\\\x1b[6;18;9t\x1b[1;1R\x1b[?64;1;4;22c"


def test_all_is_read_from_the_answers() -> None:
    assert _understood(FULL, {"TERM": "xterm"}, afar=True) == Answers("true", True, True, (9, 18), True, True)


@pytest.mark.parametrize(
    ("said", "environment", "depth"),
    [
        ("\x1bP1$r48;2;1;2;3m\x1b\\", {"TERM": "xterm"}, "true"),
        ("\x1bP0$r\x1b\\", {"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "true"),
        ("\x1bP1$r0;48;5;16m\x1b\\", {"TERM": "xterm-256color"}, "256"),
        ("", {"TERM": "screen-256color"}, "256"),
        ("", {"TERM": "linux"}, "16"),
        ("", {"TERM": "xterm"}, "16"),
        ("", {"TERM": "dumb"}, "none"),
        (FULL, {"TERM": "xterm", "NO_COLOR": "1"}, "none"),
    ],
)
def test_colours(said: str, environment: dict[str, str], depth: str) -> None:
    assert _understood(said, environment, afar=False).depth == depth


@pytest.mark.parametrize(("said", "unicode"), [("\x1b[7;2R\x1b[7;1R", True), ("\x1b[7;3R\x1b[7;1R", False), ("", True)])
def test_a_sign_of_two_bytes_tells_whether_bytes_are_taken_for_signs(said: str, unicode: bool) -> None:
    assert _understood(said, {"TERM": "xterm"}, afar=False).unicode is unicode


def test_what_is_no_ascii_is_written_as_what_is_nearest() -> None:
    keep_to_ascii = "from vigtui.terminal_answers import keep_to_ascii as keep; keep(); print('é–… │ × „ß“ ▌▅ 家')"
    done = subprocess.run([sys.executable, "-c", keep_to_ascii], capture_output=True, check=True, timeout=30)
    assert done.stdout == b'e-. | x "s" |  ?\n'


def test_a_four_elsewhere_is_no_sixel_and_nonsense_is_no_size() -> None:
    answers = _understood("\x1b[?4;1;24c\x1b[6;0;0t\x1b_Gi=86;EINVAL\x1b\\", {"TERM": "xterm"}, afar=False)
    assert answers == Answers("16", False, False, (8, 16), False, False)


PROGRAM = "from vigtui.terminal_answers import ask; import sys; print(repr(ask()), file=sys.stdout, flush=True)"


def asked_in_a_terminal(answer: bytes | None, **environment: str) -> tuple[str, bytes]:
    """What the program made of it, and what it had asked."""
    ours, theirs = pty.openpty()
    asked = bytearray()
    done = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != "SSH_CONNECTION"} | environment,
        start_new_session=True,
    )
    os.close(theirs)

    def answering() -> None:
        try:
            while data := os.read(ours, 1024):
                asked.extend(data)
                if answer is not None and asked.endswith(b"\x1b[c"):
                    os.write(ours, answer)
        except OSError:
            return  # its other end was closed

    thread = threading.Thread(target=answering, daemon=True)
    thread.start()
    said, _ = done.communicate(timeout=30)
    thread.join(10)
    os.close(ours)
    return said.decode().strip(), bytes(asked)


def test_a_terminal_is_asked_and_believed() -> None:
    said, asked = asked_in_a_terminal(FULL.encode(), TERM="xterm-256color", COLORTERM="")
    assert said == repr(Answers("true", True, True, (9, 18), False, True))
    assert asked.endswith(b"\x1b[6n\x1b[c")


def test_a_silent_terminal_is_left_alone_after_a_while() -> None:
    said, _ = asked_in_a_terminal(None, TERM="xterm-256color", COLORTERM="")
    assert said == repr(Answers("256"))


def test_multiplexers_are_not_asked_for_pictures_and_the_console_for_nothing() -> None:
    _, asked = asked_in_a_terminal(b"\x1b[?1;2c", TERM="screen-256color")
    assert b"_G" not in asked
    said, asked = asked_in_a_terminal(None, TERM="linux", COLORTERM="")
    assert not asked
    assert said == repr(Answers("16"))
