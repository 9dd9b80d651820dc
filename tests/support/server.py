"""A real sshd on loopback that belongs to one test: own configuration, own keys, a high port, run by whoever runs the tests."""

import getpass
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.terminal import ROOT

PLAIN = {
    "AllowTcpForwarding": "yes",
    "AllowStreamLocalForwarding": "yes",
    "PermitListen": "none",
    "X11Forwarding": "no",
    "AllowAgentForwarding": "no",
}


@dataclass
class Server:
    """An sshd, and how to reach it."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"
    far_config: Path
    program: Path
    """What starts vigtui on the server."""
    runtime: Path
    """Where its sockets are."""

    def ssh_config(self, port: int | None = None) -> Path:
        """A configuration for ssh in which the server is called `clinic`; through another port where one is given."""
        file = self.folder / f"ssh_config-{port or self.port}"
        file.write_text(
            f"Host clinic\n  HostName 127.0.0.1\n  Port {port or self.port}\n  User {getpass.getuser()}\n"
            f"  IdentityFile {self.folder}/user_key\n  IdentitiesOnly yes\n  HostKeyAlias clinic\n"
            f"  UserKnownHostsFile {self.folder}/known_hosts\n  GlobalKnownHostsFile /dev/null\n"
        )
        return file

    def connect_words(self, *more: str, port: int | None = None) -> list[str]:
        """The words of `vigtui connect` to here."""
        return ["connect", "--vigtui", str(self.program), "clinic", "--", "-F", str(self.ssh_config(port)), *more]

    def break_connections(self) -> None:
        """Kill every process of sshd that serves a connection, as when the server's network goes."""
        for pid in descendants(self.process.pid):
            with suppress(ProcessLookupError, FileNotFoundError):
                if Path(f"/proc/{pid}/comm").read_text().strip() in {"sshd", "sshd-session"}:
                    os.kill(pid, signal.SIGKILL)


@contextmanager
def server(folder: Path, **settings: str) -> Iterator[Server]:
    """An sshd with these settings beside the plain ones."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where the administrator's sshd shuts itself in
    for name in ("host_key", "user_key"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, stdin=subprocess.DEVNULL, check=True, timeout=20)
    shutil.copy(folder / "user_key.pub", folder / "authorized_keys")
    kind, key = (folder / "host_key.pub").read_text().split()[:2]
    (folder / "known_hosts").write_text(f"clinic {kind} {key}\n")
    far_config = folder / "far-config"
    far_config.mkdir(exist_ok=True)
    (far_config / "settings.toml").write_text('practitioner = "RB"\nvideo_output = "null"\naudio_output = "null"\n')
    runtime = Path(tempfile.mkdtemp(prefix="server-"))  # sockets have short names
    program = folder / "vigtui"
    surroundings = {
        "VIGTUI_CONFIG": far_config,
        "PYTHONPATH": ROOT,
        "XDG_RUNTIME_DIR": runtime,
        "LANG": "C.UTF-8",
        "TEXTUAL_ANIMATIONS": "none",
    }
    words = [f"export {name}={shlex.quote(str(value))}" for name, value in surroundings.items()]
    program.write_text("\n".join(["#!/bin/sh", *words, f'exec {shlex.quote(sys.executable)} -m vigtui "$@"', ""]))
    program.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    lines = {
        "Port": str(port),
        "ListenAddress": "127.0.0.1",
        "HostKey": f"{folder}/host_key",
        "AuthorizedKeysFile": f"{folder}/authorized_keys",
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
        "PasswordAuthentication": "no",
        "KbdInteractiveAuthentication": "no",
        "PermitRootLogin": "prohibit-password",
        "PrintMotd": "no",
        **PLAIN,
        **settings,
    }
    (folder / "sshd_config").write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
    program_of_sshd = shutil.which("sshd") or "/usr/sbin/sshd"
    process = subprocess.Popen(
        [program_of_sshd, "-D", "-f", str(folder / "sshd_config"), "-E", str(folder / "sshd_log")],
        stdin=subprocess.DEVNULL,
    )
    made = Server(folder, port, process, far_config, program, runtime)
    try:
        _wait_until_it_listens(made)
        yield made
    finally:
        made.break_connections()
        process.kill()
        process.wait(10)
        shutil.rmtree(runtime, ignore_errors=True)


def _wait_until_it_listens(made: Server) -> None:
    ends = time.monotonic() + 10
    while True:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", made.port), timeout=2):
            return
        assert made.process.poll() is None, (made.folder / "sshd_log").read_text()
        assert time.monotonic() < ends, "sshd does not listen"
        time.sleep(0.02)


def descendants(pid: int) -> list[int]:
    """Every process below this one."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            for child in map(int, task.read_text().split()):
                found += [child, *descendants(child)]
    return found


def alive(*pids: int) -> list[int]:
    """Those of the processes that are still there."""
    return [pid for pid in pids if Path(f"/proc/{pid}").exists() and not _is_zombie(pid)]


def _is_zombie(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def programs_below(pid: int, word: str) -> list[int]:
    """The processes below this one whose command line has the word in it."""
    found = []
    for child in descendants(pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            if word.encode() in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found
