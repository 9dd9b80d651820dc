"""`vigtui connect` through a real sshd: the real program at both ends, keys only, a real mpv on the laptop's side."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.remote.conftest import Laptop
from tests.remote.doing import mark, moments_in, to_the_clip, to_the_workbench, until
from tests.support.libraries import query
from tests.support.line import line
from tests.support.netem import slow_line
from tests.support.server import Server, alive, descendants, programs_below, server
from tests.support.terminal import Terminal
from vigtui.media.probe import frame_times
from vigtui.player import talk


def programs_of(at: Terminal) -> list[int]:
    """mpv and the ssh of a laptop."""
    return [*programs_below(at.pid, "mpv"), *programs_below(at.pid, "ssh")]


def mpv_of(at: Terminal) -> int:
    until(lambda: programs_below(at.pid, "--no-terminal"))
    return programs_below(at.pid, "--no-terminal")[0]


class Window:
    """A second connection to the mpv on the laptop: what it shows, and what happened to it meanwhile."""

    def __init__(self, at: Terminal) -> None:
        (place,) = Path(at.env["XDG_RUNTIME_DIR"]).rglob("mpv.sock")
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(10)
        self._socket.connect(str(place))
        self._lines = self._socket.makefile("rb")
        self.heard: list[str] = []

    def __enter__(self) -> "Window":
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self._socket.close()

    def ask(self, name: str) -> object:
        self._socket.sendall(json.dumps({"command": ["get_property", name], "request_id": 1}).encode() + b"\n")
        while "error" not in (told := json.loads(self._lines.readline())):
            self.heard.append(told["event"])
        return told.get("data")


@pytest.fixture(scope="module")
def marked_here(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, int]]:
    """What the keys of `mark` give on this machine itself."""
    folder = tmp_path_factory.mktemp("here")
    library = shutil.copytree(prepared, folder / "library")
    (folder / "config").mkdir()
    (folder / "config" / "settings.toml").write_text('video_output = "null"\naudio_output = "null"\n')
    local = Terminal(library, folder / "config", width=100, height=30)
    local.start()
    to_the_workbench(local)
    mark(local, 2)
    local.end()
    found = moments_in(library)
    assert len(found) == 2
    return found


@pytest.mark.parametrize("way", ["connect", "plain ssh"])
def test_marks_are_the_same_frames_through_a_slow_line(
    way: str, marked_here: list[tuple[int, int]], laptop: Laptop, library: Path, clinic: Server, play: Path
) -> None:
    with slow_line(clinic.port, rate=100_000, delay=0.08) as slow:
        at = laptop()
        if way == "connect":
            at.start(*clinic.connect_words(port=slow.port))
        else:
            config = str(clinic.ssh_config(slow.port))
            at.start_program("ssh", "-F", config, "-tt", "clinic", f"{clinic.program} --library {library}")
        to_the_workbench(at)
        mark(at, 2)
        pids = [*programs_of(at), at.pid]
        at.keys("C-q")
        until(lambda: not alive(*pids))
    marked = moments_in(library)
    assert marked == marked_here
    assert {one for moment in marked for one in moment} <= set(frame_times(play))


def test_nobody_else_gets_in_and_nothing_is_left_on_either_side(laptop: Laptop, library: Path, clinic: Server) -> None:
    at = laptop(HOME=str(clinic.folder / "laptop-home"))
    (clinic.folder / "laptop-home").mkdir()
    runtime = Path(at.env["XDG_RUNTIME_DIR"])
    at.start(*clinic.connect_words())
    to_the_workbench(at)
    assert mpv_of(at)
    (room,) = runtime.iterdir()
    (far,) = clinic.runtime.iterdir()
    for folder in (room, far):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert all(one.stat().st_mode & 0o077 == 0 for one in folder.iterdir() if one.is_socket())
    see_that_a_second_local_user_is_refused(at, [room, far])
    assert {"viewer.sock", "line", "media-1.sock"} <= {one.name for one in room.iterdir()}
    words = b"".join(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in descendants(clinic.process.pid))
    assert b"puppets" not in words
    assert b"http:" not in words + b"".join(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in programs_of(at))
    pids = [*descendants(at.pid), at.pid]
    at.keys("C-q")
    until(lambda: not alive(*pids))
    until(lambda: not list(clinic.runtime.iterdir()))
    assert list(runtime.iterdir()) == []
    assert list((clinic.folder / "laptop-home").rglob("*")) == []


@pytest.mark.parametrize("how", ["its network goes", "it hangs"])
def test_a_broken_line_comes_back_where_it_was(how: str, laptop: Laptop, library: Path, clinic: Server) -> None:
    """In the middle of marking: the moment kept before is there, the words half typed as well, the picture is held."""
    with line(clinic.port) as relay:
        at = laptop()
        words = ["-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=1"] if how == "it hangs" else []
        at.start(*clinic.connect_words(*words, port=relay.port))
        to_the_workbench(at)
        mark(at)
        at.keys("i")
        at.see("in 00:0")
        at.keys("n")
        at.type("waits for h")
        at.see("waits for h", "saved")
        place = [one for one in at.screen().splitlines() if one.strip().startswith(("‖", "in "))]
        far = [pid for pid in descendants(clinic.process.pid) if pid]
        mpv = mpv_of(at)
        if how == "it hangs":
            relay.hang()
            at.see("The line to clinic has broken", "last picture", limit=20)
            relay.flow()
        else:
            clinic.break_connections()
            until(lambda: not alive(*far), limit=5)
        at.see("· Clips", "/ 00:12.0", limit=40)
        assert alive(mpv) == [mpv]
        at.see("waits for h", *(one.strip()[:30] for one in place))
        mark(at)
        assert mpv_of(at) == mpv
        assert len(query(library, "SELECT 1 FROM moments")) == 4
        until(lambda: not alive(*far), limit=10)
        at.keys("C-q")


def test_a_line_that_breaks_in_the_live_review(laptop: Laptop, library: Path, clinic: Server) -> None:
    at = laptop()
    at.start(*clinic.connect_words())
    to_the_clip(at)
    at.keys("Space")
    at.see("clip 1  00:02.")
    mpv = mpv_of(at)
    at.keys("q")
    at.type("he looked at me")
    at.keys("Enter")
    at.see("he looked at me")
    with Window(at) as window:
        clinic.break_connections()
        at.see("has broken", "last picture", "ctrl+c ends it.")
        shown = at.see("C  The clip", "he looked at me", "clip 1  00:0", limit=40)
        assert "sees black" not in shown
        held = window.ask("time-pos")
        assert window.ask("pause") is True
        assert {"start-file", "end-file", "video-reconfig"}.isdisjoint(window.heard), "the picture was touched"
        assert window.heard.count("seek") <= 1, "only pausing may ask for the frame that stands there"
        assert 2.0 <= held <= 4.0
        assert f"clip 1  00:0{int(held * 10) / 10:.1f}" in shown
        assert alive(mpv) == [mpv]
        at.keys(".")
        until(lambda: window.ask("time-pos") > held)
        at.keys("a")
        until(lambda: window.ask("pause") is False)
    at.keys("C-q")
    assert query(library, "SELECT words FROM review_notes") == [("he looked at me",)]


def test_two_practitioners_at_once(laptop: Laptop, library: Path, clinic: Server) -> None:
    one, other = laptop(), laptop()
    for at in (one, other):
        at.start(*clinic.connect_words())
    for at in (one, other):
        to_the_workbench(at)
    assert mpv_of(one) != mpv_of(other)
    mark(one)
    mark(other)
    one.keys("C-q")
    other.keys("C-q")
    found = moments_in(library)
    assert len(found) == 2
    assert found[0] == found[1]


def test_killed_without_a_word_it_leaves_no_process(laptop: Laptop, library: Path, clinic: Server) -> None:
    at = laptop()
    at.start(*clinic.connect_words())
    to_the_workbench(at)
    pids = [*programs_of(at), mpv_of(at)]
    far = descendants(clinic.process.pid)
    at.kill()
    at.end()
    until(lambda: not alive(*pids, *far))
    assert list(clinic.runtime.iterdir()) == []


def see_the_plain_way(at: Terminal, clinic: Server) -> str:
    """Both commands, as they are typed, however the terminal breaks the lines."""
    wanted = f"`ssh -F {clinic.ssh_config()} clinic`, then `vigtui`".replace(" ", "")
    return at.until(lambda shown: wanted in "".join(shown.split()), "the plain way", 40)


class TestRefusals:
    """Each says what is the matter, and names the plain way."""

    @pytest.mark.parametrize("setting", ["AllowStreamLocalForwarding", "AllowTcpForwarding"])
    def test_forwarding_is_forbidden(self, setting: str, laptop: Laptop, tmp_path: Path) -> None:
        with server(tmp_path / "strict", **{setting: "no"}) as strict:
            at = laptop()
            at.start(*strict.connect_words())
            at.see("does not allow sockets to be forwarded", limit=40)
            see_the_plain_way(at, strict)
            assert list(strict.runtime.iterdir()) == []

    @pytest.mark.parametrize(
        ("script", "said"),
        [
            ("exit 127", "vigtui is not found on clinic"),
            ("echo 'usage: vigtui' >&2; exit 2", "too old"),
            (
                """echo welcome; echo '{"vigtui": "9.9", "speaks": 99, "place": "/x"}'; cat""",
                "do not understand each other",
            ),
            ("exit 3", "does not answer as expected"),
        ],
    )
    def test_the_far_vigtui_is_not_as_it_should_be(
        self, script: str, said: str, laptop: Laptop, clinic: Server, tmp_path: Path
    ) -> None:
        other = tmp_path / "other"
        other.write_text(f"#!/bin/sh\n{script}\n")
        other.chmod(0o755)
        at = laptop()
        at.start("connect", "--vigtui", str(other), "clinic", "--", "-F", str(clinic.ssh_config()))
        at.see(said, limit=40)

    def test_the_far_socket_is_taken(self, laptop: Laptop, clinic: Server, tmp_path: Path) -> None:
        (tmp_path / "far").mkdir()
        (tmp_path / "far" / "viewer.sock").write_text("somebody else's")
        other = tmp_path / "other"
        greeting = json.dumps(talk.greeting() | {"place": str(tmp_path / "far")})
        other.write_text(f"#!/bin/sh\necho '{greeting}'\nexec cat\n")
        other.chmod(0o755)
        at = laptop()
        at.start("connect", "--vigtui", str(other), "clinic", "--", "-F", str(clinic.ssh_config()))
        at.see("does not allow sockets to be forwarded", limit=40)
        shown = see_the_plain_way(at, clinic)
        assert "Traceback" not in shown
        assert (tmp_path / "far" / "viewer.sock").read_text() == "somebody else's"
        assert list(Path(at.env["XDG_RUNTIME_DIR"]).iterdir()) == []

    def test_a_port_that_ssh_is_to_forward_as_well_is_taken(self, laptop: Laptop, clinic: Server) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            at = laptop()
            words = ["-o", "ExitOnForwardFailure=yes", "-L", f"127.0.0.1:{port}:127.0.0.1:1"]
            at.start(*clinic.connect_words(*words))
            at.see("Address already in use", "ssh does not reach clinic", limit=40)
            see_the_plain_way(at, clinic)

    def test_the_line_hangs_in_the_greeting(self, laptop: Laptop, clinic: Server) -> None:
        with line(clinic.port) as relay:
            relay.hang()
            at = laptop()
            at.start(*clinic.connect_words("-o", "ConnectTimeout=1", port=relay.port))
            at.see("ssh does not reach clinic", limit=40)
            relay.flow()

    def test_the_server_is_not_reached(self, laptop: Laptop, clinic: Server) -> None:
        at = laptop()
        at.start("connect", "clinic", "--", "-F", str(clinic.ssh_config(1)))
        at.see("ssh does not reach clinic", "Connection refused")


def test_only_vigtui_where_the_administrator_says_so(
    clinic: Server, laptop: Laptop, library: Path, tmp_path: Path
) -> None:
    with server(
        tmp_path / "only", ForceCommand=f"{clinic.program} far --library {library}", PermitListen="none"
    ) as only:
        at = laptop()
        at.start("connect", "clinic", "--", "-F", str(only.ssh_config()))
        to_the_workbench(at)
        assert mpv_of(at)
        at.keys("C-q")
        command = ["ssh", "-F", str(only.ssh_config()), "clinic", "cat", "/etc/passwd"]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert "Only vigtui may be run here." in done.stderr


OTHER_USER = """
import os, socket, sys
os.setgroups([]), os.setgid(65534), os.setuid(65534)
for path in sys.argv[2:]:
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        print("reached", path)
    except OSError as error:
        print(type(error).__name__)
for address in ("/", "/" + "x" * 43, "/../etc/passwd"):
    there = socket.socket()
    there.connect(("127.0.0.1", int(sys.argv[1])))
    there.sendall(f"GET {address} HTTP/1.0\\r\\n\\r\\n".encode())
    print(there.recv(65536).split()[1].decode())
"""


def see_that_a_second_local_user_is_refused(at: Terminal, folders: list[Path]) -> None:
    """On every socket of both sides, and at the port without its address."""

    def found() -> list[str]:
        return [str(one) for folder in folders for one in folder.rglob("*") if one.is_socket()]

    until(lambda: len(found()) == 6, limit=20)  # mpv's comes with the film
    sockets = found()
    if os.getuid() == 0:
        done = subprocess.run(
            [sys.executable, "-c", OTHER_USER, str(listening_port(at.pid)), *sockets],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd="/",
        )
        assert done.stdout.splitlines() == [*["PermissionError"] * len(sockets), "404", "404", "404"], done.stderr
    else:
        assert all(folder.stat().st_mode & 0o077 == 0 for folder in folders)


def listening_port(pid: int) -> int:
    """The one TCP port a process listens on, and that it is on the loopback address."""
    inodes = {str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()}
    lines = [one.split() for one in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    found = [one[1] for one in lines if one[3] == "0A" and f"socket:[{one[9]}]" in inodes]
    assert len(found) == 1
    address, port = found[0].split(":")
    assert address == "0100007F"
    return int(port, 16)
