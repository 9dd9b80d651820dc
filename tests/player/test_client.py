"""The client against a real mpv."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.player.watching import Eye, Film
from vigtui.player.ipc import Client, MpvGoneError, MpvRefusedError
from vigtui.player.picture import SOUGHT
from vigtui.player.window import WindowPlayer


@pytest.fixture
async def client(window: WindowPlayer, runtime: Path, films: Callable[[str], Film]) -> AsyncIterator[Client]:
    """A connection of the test's own to an mpv with a film in it."""
    await window.open(films("even.mp4").path)
    eye = await Eye.on(runtime)
    yield eye.client
    await eye.client.close()


async def test_every_command_gets_its_own_reply(client: Client) -> None:
    names = ["volume", "speed", "pause", "title", "osd-level"] * 20
    assert await asyncio.gather(*map(client.get, names)) == [100, 1, True, "vigtui", 0] * 20


async def test_commands_in_one_piece_are_run_in_turn(client: Client) -> None:
    found = await client.commands(
        ("set_property", "volume", 40), ("get_property", "volume"), ("get_property", "sub-text-that-is-not-there")
    )
    assert found == [None, 40, None]
    with pytest.raises(MpvRefusedError):
        await client.commands(("no-such-command",), ("set_property", "volume", 50))
    assert await client.get_all("volume", "sub-text-that-is-not-there", "pause") == [50, None, True]


async def test_a_refusal_says_why(client: Client) -> None:
    with pytest.raises(MpvRefusedError) as caught:
        await client.command("no-such-command")
    assert caught.value.reason == "invalid parameter"
    with pytest.raises(MpvRefusedError):
        await client.set("speed", "quick")


async def test_what_mpv_does_not_have_is_none(client: Client) -> None:
    assert await client.get("sub-text-that-is-not-there") is None


async def test_a_reply_longer_than_the_usual_limit_of_a_stream(client: Client) -> None:
    found = await client.get("property-list")
    assert isinstance(found, list)
    await client.set("user-agent", "x" * 200_000)
    assert await client.get("user-agent") == "x" * 200_000


async def test_the_events_waited_for_are_those_of_the_command(client: Client) -> None:
    for seconds in (9.0, 1.0, 5.0):
        # The first of the two is left unawaited: its events must not be taken for those of the second.
        await client.command("seek", 11 - seconds, "absolute+exact")
        await client.command_until("seek", seconds, "absolute+exact", steps=SOUGHT, limit=10)
        await client.get("eof-reached")
        assert await client.get("time-pos") == seconds


async def test_the_end_of_mpv_ends_what_waits_for_it(client: Client) -> None:
    waiting = asyncio.create_task(client.command_until("get_property", "pause", steps=[frozenset({"never"})], limit=20))
    await client.get("pause")
    await client.command("quit")
    with pytest.raises(MpvGoneError):
        await waiting
    with pytest.raises(MpvGoneError):
        await client.get("pause")
