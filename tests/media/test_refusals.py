"""Files that are no films, names that are no names, and what is said about them."""

import os
import shutil
from pathlib import Path

import pytest

from vigtui.domain.errors import FilmError, FilmMissing
from vigtui.media.probe import probe
from vigtui.media.tools import shown_name

TEXTS = {
    "notes.txt": b"Mum waits. She looks up, and he smiles.\n" * 40,
    "ansi.txt": b"\x1b[31mred\x1b[0m\r\n" * 100,
    "words.srt": b"1\n00:00:01,000 --> 00:00:02,000\nhello\n\n2\n00:00:03,000 --> 00:00:04,000\nyes\n",
    "words.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n",
    "list.m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:6.0,\nplay.mp4\n#EXT-X-ENDLIST\n",
    "list.ffconcat": b"ffconcat version 1.0\nfile play.mp4\n",
    "stream.sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
    "page.mpd": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
    "noise.bin": bytes((number * 7919 >> 3) % 251 for number in range(100_000)),
}


@pytest.mark.parametrize("disguise", ["", ".mp4"])
@pytest.mark.parametrize("name", TEXTS)
def test_texts_and_lists_are_no_films(name, disguise, play, tmp_path):
    shutil.copy(play.path, tmp_path / "play.mp4")  # what the lists point at is there
    file = tmp_path / (name + disguise)
    file.write_bytes(TEXTS[name])
    with pytest.raises(FilmError) as refused:
        probe(file)
    assert refused.value.summary == f"{name}{disguise} is not a film."
    assert refused.value.remedy == "Nothing was changed. Choose a film or a sound recording."


@pytest.mark.parametrize("name", ["photo.jpg", "photo.png", "photo%03d.jpg", "renamed.mp4"])
def test_pictures_are_no_films(name, tmp_path, ffmpeg):
    made = ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x64", "-frames:v", "1", tmp_path / f"made{Path(name).suffix}.png")
    file = made.rename(tmp_path / name)
    with pytest.raises(FilmError) as refused:
        probe(file)
    assert refused.value.summary == f"{name} is a picture, not a film."


def test_folder_empty_missing_pipe_and_zeros(tmp_path):
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "zeros.mp4").write_bytes(bytes(50_000))
    os.mkfifo(tmp_path / "pipe.mp4")
    said = {}
    for name in (
        "folder.mp4",
        "empty.mp4",
        "zeros.mp4",
        "pipe.mp4",
        "gone.mp4",
        "gone/film.mp4",
        "nul\0.mp4",
        "n" * 300,
    ):
        with pytest.raises(FilmError) as refused:
            probe(tmp_path / name)
        said[name] = (type(refused.value), refused.value.summary)
    assert said["folder.mp4"] == (FilmError, "folder.mp4 is a folder, not a film.")
    assert said["empty.mp4"] == (FilmError, "empty.mp4 is empty.")
    assert said["zeros.mp4"] == (FilmError, "zeros.mp4 holds no film: it begins with nothing but zeros.")
    assert said["pipe.mp4"] == (FilmError, "pipe.mp4 is not a file.")
    assert said["gone.mp4"] == (FilmMissing, "gone.mp4 is not there.")
    assert said["gone/film.mp4"] == (FilmMissing, "film.mp4 is not there.")
    assert said["nul\0.mp4"] == (FilmMissing, "nul.mp4 is not there.")
    assert "File name too long" in said["n" * 300][1]


def test_cut_off_before_anything_plays(play, tmp_path, ffmpeg):
    late = ffmpeg("-i", play.path, "-c", "copy", tmp_path / "late.mp4")  # its index stands at the end
    early = play.path.read_bytes()
    files = {
        "no-index.mp4": late.read_bytes()[: late.stat().st_size // 2],
        "only-index.mp4": early[: early.index(b"mdat") + 4],
    }
    for name, words in files.items():
        (tmp_path / name).write_bytes(words)
        with pytest.raises(FilmError) as refused:
            probe(tmp_path / name)
        assert refused.value.summary == f"{name} is cut off: nothing of it plays."
        assert refused.value.remedy == "It was left as it is. Copy it from the camera again."


def test_file_without_permission(play, open_folder, as_nobody):
    film = Path(shutil.copy(play.path, open_folder / "film.mp4"))
    code = """if 1:
        from pathlib import Path
        from vigtui.domain.errors import VigError
        from vigtui.media.probe import probe
        try: print(probe(Path(sys.argv[1])).verdict)
        except VigError as error: print(error)
    """
    film.chmod(0o644)
    assert as_nobody(code, film).startswith("A film of 6.0 s")
    film.chmod(0)
    assert as_nobody(code, film) == (
        "film.mp4 may not be read by you. Nothing was changed. Ask whoever owns the file for permission to read it."
    )


def test_ffprobe_is_not_installed(play, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FilmError, match="ffprobe is not installed") as refused:
        probe(play.path)
    assert "package ffmpeg" in refused.value.remedy


NAMES = [
    "-i.mp4",
    "-version",
    "--help",
    "quo\"te's.mp4",
    "line\nbreak.mp4",
    "esc\x1b[31mred\x07.mp4",
    "[brackets] {braces}.mp4",
    "per%cent %d %03d %s.mp4",
    "http:.mp4",
    "concat:a|b.mp4",
    "pipe:0",
    "*?~$HOME`id`;&.mp4",
    "back\\slash.mp4",
    " leading and trailing ",
    "right\u202eleft.mp4",
    "schöner Film 🎬.mp4",
    b"latin-\xe9\xff.mp4",
    "ü" * 120,
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_is_only_a_name(name, play, tmp_path, monkeypatch, is_clean):
    monkeypatch.chdir(tmp_path)
    file = Path(os.fsdecode(name))  # relative: it must not be taken for an option
    shutil.copy(play.path, file)
    assert probe(file).verdict.startswith("A film of 6.0 s")
    file.write_bytes(b"no film")
    with pytest.raises(FilmError, match="is not a film") as refused:
        probe(file)
    assert is_clean(str(refused.value))


def test_shown_name(is_clean):
    assert shown_name(Path("/films/a film.mp4")) == "a film.mp4"
    assert shown_name(Path("esc\x1b]0;title\x07.mp4")) == "esc]0;title.mp4"
    assert shown_name(Path("up\u202edown\u2066.mp4")) == "updown.mp4"
    assert is_clean(shown_name(Path(os.fsdecode(b"bad\xff\x00.mp4"))))
    long = shown_name(Path("x" * 200 + ".mp4"))
    assert len(long) == 80
    assert long.endswith("x.mp4")
