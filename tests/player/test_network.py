"""mpv is kept from the network and from everything but the film: as it says itself, and as a server here sees."""

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.player.watching import Eye, Film
from vigtui.domain.errors import FilmError, FilmMissing
from vigtui.domain.timecode import Millis
from vigtui.player.driver import MpvPlayer
from vigtui.player.ipc import MpvRefusedError
from vigtui.player.terminal import Terminal
from vigtui.player.window import Window

SAYS = {
    "config": False,
    "load-scripts": False,
    "ytdl": False,
    "access-references": False,
    "ordered-chapters": False,
    "load-unsafe-playlists": False,
    "demuxer-lavf-o": {"protocol_whitelist": "file"},
    "stream-lavf-o": {"protocol_whitelist": "http,tcp", "http_proxy": ""},
    "autoload-files": False,
    "save-position-on-quit": False,
    "resume-playback": False,
}

LEADS = {
    "list.m3u": "#EXTM3U\nhttp://{server}/a.mp4\n",
    "list.mp4": "#EXTM3U\nhttp://{server}/a.mp4\n",
    "stream.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://{server}/a.ts\n#EXT-X-ENDLIST\n",
    "stream.mp4": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://{server}/a.ts\n#EXT-X-ENDLIST\n",
    "list.pls": "[playlist]\nFile1=http://{server}/a.mp4\nNumberOfEntries=1\n",
    "edit.edl": "# mpv EDL v0\nhttp://{server}/a.mp4,0,5\n",
    "concat.mp4": "ffconcat version 1.0\nfile http://{server}/a.mp4\n",
    "sheet.cue": 'FILE "http://{server}/a.wav" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
    "dash.mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT9S">'
    "<Period><AdaptationSet mimeType='video/mp4'><Representation id='1' bandwidth='9'><BaseURL>http://{server}/a.mp4</BaseURL>"
    "</Representation></AdaptationSet></Period></MPD>",
    "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n",
}
"""Files that would lead elsewhere."""


class Server:
    """A web server on this machine that counts who comes."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                """Nothing on the tests' own terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.name = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture(params=["window", "terminal"])
async def player(request: pytest.FixtureRequest, runtime: Path) -> AsyncIterator[MpvPlayer]:
    """A player in either home."""
    if request.param == "window":
        made = MpvPlayer(Window(runtime_dir=runtime, video_output="null", audio_output="null"))
    else:
        made = MpvPlayer(Terminal(runtime_dir=runtime, audio_output="null"))
    yield made
    await made.close()


async def test_mpv_says_itself_what_it_is_kept_from(
    player: MpvPlayer, runtime: Path, films: Callable[[str], Film]
) -> None:
    await player.open(films("silent.mp4").path)
    eye = await Eye.on(runtime)
    said = {name: await eye.client.get(f"options/{name}") for name in SAYS}
    await eye.client.close()
    assert said == SAYS


async def test_no_file_leads_it_to_a_server(
    player: MpvPlayer, films: Callable[[str], Film], tmp_path: Path, server: Server
) -> None:
    film = films("silent.mp4").path
    await player.open(film, at=Millis(1000))
    for name, words in LEADS.items():
        (tmp_path / name).write_text(words.replace("{server}", server.name))
        with pytest.raises(FilmError):
            await player.open(tmp_path / name)
    assert server.asked == []
    assert await player.step(1) == 1040, "the film before is still there"


async def test_a_player_without_these_options_would_be_led_there(runtime: Path, tmp_path: Path, server: Server) -> None:
    """So that the test above can fail."""
    free = ["--access-references=yes", "--load-unsafe-playlists=yes", "--demuxer-lavf-o="]
    player = MpvPlayer(Window(runtime_dir=runtime, video_output="null", audio_output="null", extra=free))
    for name, words in LEADS.items():
        (tmp_path / name).write_text(words.replace("{server}", server.name))
        with contextlib.suppress(FilmError, FilmMissing):
            await player.open(tmp_path / name)
        await asyncio.sleep(0.5)  # the next one would cut it short
    await player.close()
    assert len(server.asked) >= 3


@pytest.mark.parametrize("scheme", ["http", "https", "ftp", "rtsp", "smb"])
async def test_an_address_is_no_film(player: MpvPlayer, server: Server, scheme: str) -> None:
    with pytest.raises(FilmMissing):
        await player.open(Path(f"{scheme}://{server.name}/a.mp4"))
    assert server.asked == []


async def test_mpv_itself_refuses_every_other_protocol(
    player: MpvPlayer, runtime: Path, films: Callable[[str], Film], server: Server
) -> None:
    """Told directly, past the player: over plain http, on which a light copy comes, it goes; over nothing else."""
    await player.open(films("silent.mp4").path)
    eye = await Eye.on(runtime)

    async def load(scheme: str) -> None:
        with contextlib.suppress(MpvRefusedError):
            await eye.client.command("loadfile", f"{scheme}://{server.name}/a.mp4")
        async with asyncio.timeout(10):
            while not await eye.client.get("idle-active"):  # noqa: ASYNC110 - it is idle once it has given up
                await asyncio.sleep(0.02)

    for scheme in ("https", "ftp", "tls", "rtmp", "rtsp", "ytdl", "hls+http", "mmsh"):
        await load(scheme)
    assert server.asked == []
    await load("http")
    assert server.asked
    await eye.client.close()


async def test_no_proxy_and_no_setting_of_this_user_reaches_it(
    runtime: Path, films: Callable[[str], Film], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    """A configuration and a script that would go to the network are not read."""
    home = tmp_path / "home"
    scripts = home / ".config" / "mpv" / "scripts"
    scripts.mkdir(parents=True)
    (home / ".config" / "mpv" / "mpv.conf").write_text(f"audio-file=http://{server.name}/conf.wav\n")
    (scripts / "call.lua").write_text(f'mp.commandv("loadfile", "http://{server.name}/script.mp4", "append-play")\n')
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "MPV_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://{server.name}")
    player = MpvPlayer(Window(runtime_dir=runtime, video_output="null", audio_output="null"))
    await player.open(films("silent.mp4").path, at=Millis(1000))
    await player.close()
    assert server.asked == []
    assert os.environ["http_proxy"]
