"""How many bytes wait on the way to a terminal behind ssh, where tmux or screen in between answers in the terminal's place.

The system tells for every TCP connection what was sent and not acknowledged yet (proc(5), `/proc/net/tcp`); which connection it is
stands in SSH_CONNECTION. tmux knows of the newest one, from which somebody has attached to it.
"""

import contextlib
import ipaddress
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

Connection = tuple[str, str, str, str]
"""The client's address and port, the server's address and port."""
_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_ESTABLISHED = "01"
_MAPPED = "0000000000000000FFFF0000"
"""How an address of the older kind begins in the newer table."""
_TMUX_LIMIT = 2.0
"""Seconds that tmux may take to answer."""


def connection_of(environment: Mapping[str, str]) -> Connection | None:
    """The ssh connection at the end of which the terminal is; None where there is none. Asks tmux, which takes a moment."""
    words = environment.get("SSH_CONNECTION", "")
    if "TMUX" in environment:
        words = ask_tmux("show-environment", "SSH_CONNECTION").partition("=")[2] or words
    match words.split():
        case [client, client_port, server, server_port]:
            return client, client_port, server, server_port
    return None


def ask_tmux(*words: str) -> str:
    """What tmux answers; nothing where it does not."""
    # No tmux, one that has gone, or one that knows no such question: then it is as if there were none.
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            ["tmux", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=_TMUX_LIMIT,
            start_new_session=True,
        )
        return done.stdout.strip()
    return ""


def waiting(connection: Connection) -> int | None:
    """Bytes sent and not acknowledged yet; None where the connection has gone, or the system does not tell."""
    client, client_port, _, server_port = connection
    # An address with a zone, a port that is none: then nothing is found, and the caller goes by what else there is.
    with contextlib.suppress(OSError, ValueError):
        remote = _written(client, client_port)
        for table in _TABLES:
            for line in table.read_text("ascii").splitlines()[1:]:
                fields = line.split()
                if (fields[2] in remote and fields[3] == _ESTABLISHED) and int(fields[1][-4:], 16) == int(server_port):
                    return int(fields[4].partition(":")[0], 16)
    return None


def _written(address: str, port: str) -> set[str]:
    """An address and port as the tables write them."""
    packed = ipaddress.ip_address(address).packed
    step = -1 if sys.byteorder == "little" else 1
    words = "".join(packed[i : i + 4][::step].hex().upper() for i in range(0, len(packed), 4))
    return {f"{one}:{int(port):04X}" for one in (words, _MAPPED + words)}
