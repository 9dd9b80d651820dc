"""mpv in a window of this laptop, on films that come through the tunnel."""

import asyncio
import os
import re
from dataclasses import replace
from pathlib import Path

from vigtui.domain.errors import FilmMissing, PlayerError
from vigtui.domain.playback import Offer, Playback, Showing
from vigtui.laptop.stream import LineBrokenError, Stream
from vigtui.player.driver import MpvPlayer
from vigtui.player.home import as_showing
from vigtui.player.ipc import Client, Event
from vigtui.player.window import Window

OPTIONS = (
    # The last word counts: nothing but HTTP from the loopback address that we hand it, and nothing that a film asks for.
    "--stream-lavf-o=protocol_whitelist=[http,tcp]",
    "--demuxer-lavf-o=protocol_whitelist=tcp",
    "--http-proxy=",
    "--cookies=no",
    "--network-timeout=0",
    # Read ahead for a while, so that the line is free then for what comes next, and nothing to a disk.
    "--cache=yes",
    "--cache-secs=20",
    "--cache-on-disk=no",
    "--cache-pause-initial=no",
    "--cache-pause-wait=0.5",
    "--demuxer-max-bytes=96MiB",
    "--demuxer-max-back-bytes=64MiB",
    "--demuxer-seekable-cache=yes",
)

SAID_AFTER = 1.0
"""Seconds that the film stands still until it is told that it is being fetched."""
_WAITS, _NUMBER = "paused-for-cache", 100
"""mpv's property for that, and our number for it."""

_ADDRESS = re.compile(r"/[A-Za-z0-9_-]{20,100}")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def is_address(words: str) -> bool:
    """Whether this is how the far side names a film: nothing that could lead anywhere else."""
    return _ADDRESS.fullmatch(words) is not None


class StreamedWindow(MpvPlayer):
    """A player in a window whose films are addresses of the stream.

    Args:
        stream: what hands mpv the films.
        executable: name or path of mpv.
        runtime_dir: where its private directory is made.
        video_output: mpv's `--vo`; None lets mpv choose.
        audio_output: mpv's `--ao`; None lets mpv choose.
    """

    _report_every = 0.0  # every frame: a mark is set on what the laptop told last

    def __init__(
        self,
        stream: Stream,
        executable: str = "mpv",
        *,
        runtime_dir: Path,
        video_output: str | None = None,
        audio_output: str | None = None,
    ) -> None:
        window = Window(
            executable,
            runtime_dir=runtime_dir,
            video_output=video_output,
            audio_output=audio_output,
            extra=OPTIONS,
        )
        super().__init__(window, offer=self._through_tunnel)
        self._stream = stream
        self._watched: Client | None = None
        self._soon: asyncio.TimerHandle | None = None

    async def close(self) -> None:
        """End mpv and forget all listeners; may be called more than once."""
        self._waits(False)
        await super().close()

    async def _connected(self) -> Client:
        client = await super()._connected()
        if client is not self._watched:
            self._watched = client
            await client.command("observe_property", _NUMBER, _WAITS)
        return client

    def _on_event(self, event: Event) -> None:
        if event.name == "property-change" and event.fields.get("name") == _WAITS:
            self._waits(event.fields.get("data") is True)
        super()._on_event(event)

    def _on_gone(self) -> None:
        self._waits(False)
        super()._on_gone()

    def _waits(self, waits: bool) -> None:
        """It waits for more of the film, or does not any more; told when that has lasted."""
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if waits:
            self._soon = asyncio.get_running_loop().call_later(SAID_AFTER, self._say_fetching, True)
        elif self._state.fetching:
            self._say_fetching(False)

    def _say_fetching(self, fetching: bool) -> None:
        self._state = replace(self._state, fetching=fetching)
        self._tell()

    async def resume(self, film: Path | Showing, before: Playback) -> Playback:
        """Have a film as it was; where it still stands on its last picture, under whatever address, it is not touched."""
        showing = as_showing(film)
        await self._through_tunnel(showing)

        async def job() -> bool:
            held = self._showing if self._picture is not None else None
            if held and self._stream.is_same(str(held.film), str(showing.film)) and held.version == showing.version:
                await self._halt()
                self._showing, self._state = showing, replace(self._state, film=str(showing.film))
                return True
            return False

        return self._state if await self._in_turn(job) else await super().resume(showing, before)

    async def _through_tunnel(self, showing: Showing) -> Offer:
        address = str(showing.film)
        if not is_address(address):
            raise FilmMissing
        try:
            await self._stream.look(address)
        except LineBrokenError as fault:
            raise PlayerError(
                "The line to the server is broken.", "Marks and notes are safe. It comes back by itself."
            ) from fault
        return Offer(self._stream.address(address), showing.video_track, showing.sound_track)


def without_proxies() -> None:
    """Take the proxies out of this process's surroundings: what mpv reads is on the loopback address."""
    for name in _PROXIES:
        for spelled in (name, name.upper()):
            os.environ.pop(spelled, None)
