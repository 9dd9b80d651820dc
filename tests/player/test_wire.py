import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigtui.player.ipc import LONGEST_LINE, Event, Reply, Wire

REPLY = b'{"data":12.5,"request_id":3,"error":"success"}\n'
EVENT = b'{"event":"property-change","id":1,"name":"time-pos","data":0.04}\n'


def test_two_messages_in_one_read_and_one_in_two() -> None:
    wire = Wire()
    both = wire.feed(REPLY + EVENT + REPLY[:7])
    assert [type(message) for message in both] == [Reply, Event]
    assert wire.feed(REPLY[7:]) == [Reply(3, "success", 12.5)]


@given(st.lists(st.integers(0, len(REPLY + EVENT) * 3)))
def test_the_messages_are_the_same_however_the_bytes_are_cut(cuts: list[int]) -> None:
    data = (REPLY + EVENT) * 3
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    wire = Wire()
    pieces = [data[begin:end] for begin, end in pairwise(places)]
    assert [message for piece in pieces for message in wire.feed(piece)] == Wire().feed(data)


@pytest.mark.parametrize(
    "line", [b"nonsense", b"[1,2]", b"{}", b'{"request_id":"x","error":1}', b"\xff\xfe", b"[" * 99999]
)
def test_a_line_that_is_no_message_is_left_out_and_counted(line: bytes) -> None:
    wire = Wire()
    assert wire.feed(line + b"\n" + REPLY) == [Reply(3, "success", 12.5)]
    assert wire.invalid == 1


def test_an_endless_line_is_thrown_away() -> None:
    wire = Wire()
    wire.feed(b"x" * (LONGEST_LINE + 1))
    assert wire.feed(b"\n" + REPLY) == [Reply(3, "success", 12.5)]
    assert wire.invalid == 1


def test_names_that_are_not_utf8_travel_both_ways() -> None:
    name = b'/a/\xff\n"q".mp4'.decode("utf-8", "surrogateescape")
    line = Wire.encode(["loadfile", name], 1)
    assert line.count(b"\n") == 1
    assert b"\xff" in line
    answer = b'{"request_id":1,"error":"success","data":"/a/\xff.mp4"}\n'
    (reply,) = Wire().feed(answer)
    assert isinstance(reply, Reply)
    assert reply.data == "/a/\udcff.mp4"


def test_an_ordered_command_says_so() -> None:
    assert json.loads(Wire.encode(["seek", 1.5], 7, ordered=True)) == {
        "command": ["seek", 1.5],
        "request_id": 7,
        "async": True,
    }
