"""Watches every Python program of a test: which addresses it connects to, listens on or looks up, told by Python's audit events."""

import json
import os
from pathlib import Path

_HOOK = """
import json, os, sys

_log = os.open(os.environ["TESTS_SOCKETS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_ASKED = {"socket.connect": 1, "socket.bind": 1, "socket.sendto": 1, "socket.sendmsg": 1, "socket.getaddrinfo": 0,
          "socket.gethostbyname": 0, "socket.gethostbyaddr": 0, "socket.getnameinfo": 0}

def _heard(event, arguments):
    if event in _ASKED and (address := arguments[_ASKED[event]]) is not None:
        address = list(address) if isinstance(address, tuple) else os.fsdecode(address)
        os.write(_log, json.dumps([event, address]).encode() + b"\\n")

sys.addaudithook(_heard)
"""
_HERE = {"127.0.0.1", "::1", "localhost"}


def watched(folder: Path) -> dict[str, str]:
    """The surroundings of a program that is watched, it and every Python program that it starts.

    Args:
        folder: is made; gets the log.
    """
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_HOOK)
    root = Path(__file__).parents[2]
    return {"PYTHONPATH": f"{folder}{os.pathsep}{root}", "TESTS_SOCKETS": str(folder / "log")}


def heard(folder: Path) -> list[tuple[str, object]]:
    """What was asked of sockets: the audit event and the address; a path for a socket of this machine."""
    return [tuple(json.loads(line)) for line in (folder / "log").read_text().splitlines()]


def beyond_this_machine(folder: Path) -> list[tuple[str, object]]:
    """What went, or could have been reached, from elsewhere."""
    found = []
    for event, address in heard(folder):
        host = address[0] if isinstance(address, list) else address if "host" in event or "info" in event else None
        if host is not None and host not in _HERE:
            found.append((event, address))
    return found
