"""Films on their way into the library: whole or not at all, and never from the start again."""

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vigtui.domain.errors import FilmError, FilmMissing, NotSensible
from vigtui.media.intake import RESERVE, IntakeStoppedError, TakenIn, hash_file, take_in

MB = 1024 * 1024


def pattern(size: int) -> bytes:
    """Bytes of which no megabyte is like another."""
    return b"".join(hashlib.sha256(str(number).encode()).digest() * (MB // 32) for number in range(size // MB + 1))[
        :size
    ]


FILM = pattern(6 * MB + 4321)
SHA = hashlib.sha256(FILM).hexdigest()


@pytest.fixture
def source(tmp_path):
    card = tmp_path / "card"
    card.mkdir()
    film = card / "Familie M. 3.MP4"
    film.write_bytes(FILM)
    film.chmod(0o444)
    return film


@pytest.fixture
def films(tmp_path):
    return tmp_path / "library" / "films"


def stop_after(calls: int):
    """A `cancelled` that says so after so many pieces."""
    left = iter(range(calls))
    return lambda: next(left, None) is None


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_copy_is_whole_and_private(source, films):
    before = source.stat()
    taken = take_in(source, films, name="film-1")
    assert taken == TakenIn(path=films / "film-1.mp4", sha256=SHA, size_bytes=len(FILM))
    assert taken.path.read_bytes() == FILM
    assert (mode(taken.path), mode(films)) == (0o600, 0o700)
    assert [path.name for path in films.iterdir()] == ["film-1.mp4"]
    after = source.stat()
    assert (after.st_mtime_ns, after.st_size, after.st_mode) == (before.st_mtime_ns, before.st_size, before.st_mode)


def test_folder_that_others_could_enter_is_closed(source, films):
    films.mkdir(parents=True, mode=0o755)
    take_in(source, films, name="film")
    assert mode(films) == 0o700


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.MTS", ".mts"),
        ("a.m2ts", ".m2ts"),
        ("a", ""),
        ("a.b c", ""),
        ("a.mü4", ""),
        ("a.toolong", ""),
        ("a.3gp", ".3gp"),
    ],
)
def test_suffix(name, suffix, source, films):
    film = source.rename(source.with_name(name))
    assert take_in(film, films, name="film").path.name == f"film{suffix}"


@pytest.mark.parametrize("name", ["", "../film", "a/b", ".hidden", "a\nb", "a.mp4"])
def test_name_must_be_plain(name, source, films):
    with pytest.raises(NotSensible):
        take_in(source, films, name=name)
    assert not films.exists()


def test_progress_is_told_at_a_bearable_pace(source, films):
    told = []
    began = time.monotonic()
    take_in(source, films, name="film", progress=lambda done, total: told.append((done, total)))
    took = time.monotonic() - began
    assert told[-1] == (len(FILM), len(FILM))
    assert told == sorted(told)
    assert len(told) <= took * 10 + 2


def test_stopped_copy_goes_on_where_it_stopped(source, films):
    with pytest.raises(IntakeStoppedError):
        take_in(source, films, name="film", cancelled=stop_after(3))
    part = films / "film.mp4.part"
    assert [path.name for path in films.iterdir()] == ["film.mp4.part"]
    assert 3 * MB <= part.stat().st_size < len(FILM)
    assert mode(part) == 0o600
    kept = part.stat()
    taken = take_in(source, films, name="film")
    assert (taken.sha256, taken.path.read_bytes() == FILM) == (SHA, True)
    assert taken.path.stat().st_ino == kept.st_ino
    assert not part.exists()


if Path("/proc/self/io").exists():

    def written() -> int:
        """Bytes this process has written so far."""
        return int(Path("/proc/self/io").read_text().split("wchar: ")[1].split()[0])

    def test_what_was_copied_is_not_written_again(source, films):
        with pytest.raises(IntakeStoppedError):
            take_in(source, films, name="film", cancelled=stop_after(4))
        kept = (films / "film.mp4.part").stat().st_size
        before = written()
        take_in(source, films, name="film")
        assert len(FILM) - kept <= written() - before < len(FILM) - kept + 100_000


@pytest.mark.parametrize(
    "wrong",
    [
        b"another film altogether" * 1000,
        FILM[: 2 * MB] + bytes(MB),  # a power cut: the last of it never reached the disk
        FILM[: 2 * MB] + b"X" + FILM[2 * MB + 1 :],
        FILM + b"and more",
        FILM,
        b"",
    ],
    ids=["other", "zeros", "one byte", "longer", "complete", "empty"],
)
def test_part_that_differs_is_put_right(wrong, source, films):
    films.mkdir(parents=True)
    (films / "film.mp4.part").write_bytes(wrong)
    taken = take_in(source, films, name="film")
    assert taken.sha256 == SHA
    assert taken.path.read_bytes() == FILM


def test_killed_copy_goes_on(source, films, tmp_path):
    code = """if 1:
        import sys, time
        from pathlib import Path
        from vigtui.media.intake import take_in
        def slowly():
            print("piece", flush=True)
            time.sleep(0.05)
            return False
        take_in(Path(sys.argv[1]), Path(sys.argv[2]), name="film", cancelled=slowly)
    """
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    arguments = [sys.executable, "-c", code, str(source), str(films)]
    with subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=here) as copying:
        for _ in range(3):
            assert copying.stdout.readline() == b"piece\n"
        copying.send_signal(signal.SIGKILL)
        assert copying.wait(10) == -signal.SIGKILL
    assert [path.name for path in films.iterdir()] == ["film.mp4.part"]
    kept = (films / "film.mp4.part").stat()
    assert 0 < kept.st_size < len(FILM)
    taken = take_in(source, films, name="film")
    assert taken.sha256 == SHA
    assert taken.path.stat().st_ino == kept.st_ino


def test_two_copies_at_once_do_not_mix(source, films):
    refused = []

    def meanwhile() -> bool:
        if not refused:
            with pytest.raises(FilmError, match="is being copied already") as error:
                take_in(source, films, name="film")
            refused.append(error.value)
        return False

    assert take_in(source, films, name="film", cancelled=meanwhile).path.read_bytes() == FILM
    assert refused


def test_copied_before(source, films):
    first = take_in(source, films, name="film")
    inode = first.path.stat().st_ino
    assert take_in(source, films, name="film") == first
    assert first.path.stat().st_ino == inode
    other = source.with_name("other.mp4")
    other.write_bytes(b"not the same")
    with pytest.raises(FilmError, match="Another film has the place of other"):
        take_in(other, films, name="film")
    assert first.path.read_bytes() == FILM


def test_film_that_is_in_the_library_already(source, films, tmp_path):
    taken = take_in(source, films, name="film")
    link = tmp_path / "link.mp4"
    link.symlink_to(taken.path)
    for same in (taken.path, link):
        with pytest.raises(FilmError, match="is in the library already"):
            take_in(same, films, name="again")
    assert [path.name for path in films.iterdir()] == ["film.mp4"]


@pytest.mark.parametrize("change", ["shorter", "longer", "rewritten"])
def test_source_that_changes_meanwhile(change, source, films):
    source.chmod(0o644)
    done = []

    def meddle() -> bool:
        if not done:
            done.append(change)
            with source.open("r+b") as film:
                if change == "shorter":
                    film.truncate(2 * MB)
                else:
                    film.seek(0, os.SEEK_END if change == "longer" else os.SEEK_SET)
                    film.write(b"more")
        return False

    with pytest.raises(FilmError, match="changed while it was being read") as refused:
        take_in(source, films, name="film", cancelled=meddle)
    assert "add the film again, and copying goes on" in refused.value.remedy
    assert [path.name for path in films.iterdir()] == ["film.mp4.part"]
    source.write_bytes(FILM)
    assert take_in(source, films, name="film").sha256 == SHA


UNREADABLE = Path("/sys/class/net/lo/speed")  # has a size and a name, and fails when it is read

if UNREADABLE.exists():

    def test_source_that_fails_when_it_is_read(films):
        with pytest.raises(FilmError, match="speed cannot be read: Invalid argument"):
            take_in(UNREADABLE, films, name="film")
        assert not films.exists()


def test_no_such_source(films, tmp_path):
    with pytest.raises(FilmMissing):
        take_in(tmp_path / "gone.mp4", films, name="film")
    with pytest.raises(FilmMissing):
        hash_file(tmp_path / "gone.mp4")
    with pytest.raises(FilmError, match="is a folder"):
        take_in(tmp_path, films, name="film")
    assert not films.exists()


def test_hash_of_a_film_that_stays(source):
    told = []
    assert hash_file(source, progress=lambda done, total: told.append((done, total))) == SHA
    assert told[-1] == (len(FILM), len(FILM))
    with pytest.raises(IntakeStoppedError):
        hash_file(source, cancelled=lambda: True)


SPEAK = """if 1:
    import os, resource, sys
    from pathlib import Path
    from vigtui.domain.errors import VigError
    from vigtui.media.intake import take_in
    def tell(source, films, **options):
        try: print(take_in(Path(source), Path(films), name="film", **options).size_bytes)
        except VigError as error: print(error)
        print(sorted(os.listdir(films)))
"""


def test_folder_that_may_not_be_written(source, open_folder, as_nobody):
    film = Path(shutil.copy(source, open_folder / "film.mp4"))
    code = SPEAK + "    tell(*sys.argv[1:])"
    (open_folder / "films").mkdir(mode=0o500)
    if os.geteuid() == 0:
        shutil.chown(open_folder / "films", 65534, 65534)
    said = as_nobody(code, film, open_folder / "films")
    assert said == (
        "The library's folder for films cannot be written: Permission denied. The film was left where it is,"
        " and nothing was added. Check the library's disk and its permissions.\n[]"
    )


def test_file_system_that_takes_no_big_files(source, films, run_python):
    code = SPEAK + "    resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, 3 << 20))\n    tell(*sys.argv[1:])"
    said = run_python(code, source, films)
    assert said.startswith("Familie M. 3.MP4 is too big for the library's disk: it takes no file of 6.3 MB.")
    assert said.endswith("[]")


NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


def small_disks_can_be_made() -> bool:
    """Whether this machine lets us mount a disk of our own that nobody else sees."""
    if not shutil.which("unshare"):
        return False
    trial = [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(trial, stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=False).returncode == 0


if small_disks_can_be_made():

    @pytest.fixture
    def on_small_disk(run_python, tmp_path):
        """Run Python where `tmp_path/disk` is a disk of 48 MB."""
        disk = tmp_path / "disk"
        disk.mkdir()
        mount = (*NAMESPACE, "sh", "-c", 'mount -t tmpfs -o size=48m tmpfs "$0" && exec "$@"', str(disk))
        return lambda code, *arguments: run_python(SPEAK + code, *arguments, disk / "films", before=mount)

    def test_disk_without_room_is_refused_before_anything_is_written(on_small_disk, tmp_path):
        film = tmp_path / "long.mp4"
        with film.open("wb") as sparse:
            sparse.truncate(1_500_000_000)
        said = on_small_disk("    tell(*sys.argv[1:])", film)
        assert said.startswith(
            "There is no room for long.mp4: it needs 1.5 GB, and 50.3 MB is free. Nothing was added."
        )
        assert f"keeps {RESERVE / 1e6:.1f} MB for your notes" in said
        assert said.endswith("[]")

    def test_disk_that_fills_up_meanwhile(on_small_disk, source):
        fill = """
    def fill():
        with open(Path(sys.argv[2]).parent / "other", "ab", buffering=0) as other:
            try:
                while other.write(bytes(1 << 20)): pass
            except OSError: return False
    tell(*sys.argv[1:], cancelled=fill)
    os.unlink(Path(sys.argv[2]).parent / "other")
    tell(*sys.argv[1:])
"""
        said = on_small_disk(fill, source).splitlines()
        assert said[0].startswith("There is no room for Familie M. 3.MP4: it needs 6.3 MB, and ")
        assert said[1] == "[]"  # the room is given back, because notes are written there too
        assert said[2:] == [str(len(FILM)), "['film.mp4']"]
