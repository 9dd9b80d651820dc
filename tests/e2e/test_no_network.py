"""What watches for the network in tests/e2e/test_main_job.py sees it where there is some."""

import os
import subprocess
import sys

import pytest

from tests.support.sockets import beyond_this_machine, heard, watched

PROGRAMS = {
    "connects": "import socket; s = socket.socket(); s.settimeout(0.01); s.connect_ex(('192.0.2.1', 9))",
    "listens for all": "import socket; socket.socket().bind(('0.0.0.0', 0))",
    "looks up a name": "import socket; socket.getaddrinfo('192.0.2.1', 80)",
    "by a child": "import subprocess, sys; subprocess.run([sys.executable, '-c', "
    "\"import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 9))\"])",
}


def run(program: str, folder) -> None:
    words = [sys.executable, "-c", program]
    subprocess.run(words, env=os.environ | watched(folder), stdin=subprocess.DEVNULL, timeout=60, check=False)


@pytest.mark.parametrize("what", PROGRAMS)
def test_what_leaves_this_machine_is_seen(tmp_path, what):
    run(PROGRAMS[what], tmp_path / "watch")
    assert beyond_this_machine(tmp_path / "watch")


def test_what_stays_here_is_heard_and_let_be(tmp_path):
    run(
        f"import socket; socket.socket(socket.AF_UNIX).bind({str(tmp_path / 'a')!r}); socket.socket().bind(('127.0.0.1', 0))",
        tmp_path / "watch",
    )
    assert [event for event, _ in heard(tmp_path / "watch")] == ["socket.bind", "socket.bind"]
    assert beyond_this_machine(tmp_path / "watch") == []
