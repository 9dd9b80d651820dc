"""What waits on a line is what its other end has not taken; and a line that has gone tells nothing."""

import socket
import time

from vigtui.line_queue import connection_of, waiting


def test_what_waits_is_what_was_not_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        there = socket.create_connection(listening.getsockname())
        here, (client, client_port) = listening.accept()
        server, server_port = here.getsockname()
        line = connection_of({"SSH_CONNECTION": f"{client} {client_port} {server} {server_port}"})
        assert line is not None
        assert waiting(line) == 0
        here.setblocking(False)
        sent = here.send(b"x" * 2_000_000)
        assert waiting(line) > 0
        there.settimeout(5)
        while sent > 0:
            sent -= len(there.recv(2**20))
        ends = time.monotonic() + 5
        while waiting(line):
            assert time.monotonic() < ends, "what was taken still waits"
            time.sleep(0.01)
        there.close()
        here.close()
        assert waiting(line) is None


def test_no_line() -> None:
    assert connection_of({}) is None
    assert connection_of({"SSH_CONNECTION": "nonsense"}) is None
    assert waiting(("nowhere", "1", "::1", "2")) is None
    assert waiting(("fe80::1%eth0", "x", "::1", "2")) is None
