"""What comes out of a bundle whose maker knows the passphrase and means harm: a sentence, and nothing else."""

import io
import json
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigtui.domain.bundle import BundleDamaged, FilmEntry, Manifest, NoBundle
from vigtui.domain.errors import FilmError, VigError
from vigtui.interchange.age import Sealer
from vigtui.interchange.bundle import BundleReader, write_bundle

pytestmark = pytest.mark.usefixtures("cheap")
FILM = "01a214b1-85ef-7ca7-9862-e1add51994f9"
RECORDS = b'{"Case":[]}'
CONTENT = bytes(range(256)) * 40


def nothing(done: int, total: int) -> None:
    """Nobody looks."""


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    file = tmp_path_factory.mktemp("film") / "a.mp4"
    file.write_bytes(CONTENT)
    return file


def manifest(**changes) -> Manifest:
    usual = {
        "bundle_id": FILM, "case_id": "c", "code": "K1", "made_at": "", "made_by": "RB", "program": "vigtui", "lineage": (FILM,),
        "record_bytes": len(RECORDS), "films": (FilmEntry(FILM, ".mp4", len(CONTENT)),),
    }  # fmt: skip
    return Manifest(**usual | changes)


def sealed(data: bytes) -> io.BytesIO:
    stream = io.BytesIO()
    sealer = Sealer(stream, "words")
    sealer.write(data)
    sealer.finish()
    stream.seek(0)
    return stream


def tar_of(film) -> bytes:
    """The archive inside a good bundle."""
    from vigtui.interchange.age import Opener

    stream = io.BytesIO()
    write_bundle(stream, "words", manifest(), RECORDS, {FILM: film}, nothing)
    stream.seek(0)
    return Opener(stream, "words").read(10**8)


def read(data: bytes) -> tuple[bytes, bytes]:
    """Records and film, read as the services read them."""
    opened = BundleReader(sealed(data), "words")
    records = opened.records()
    films = b"".join(piece for one in opened.manifest.films for piece in opened.film(one))
    opened.finish()
    return records, films


def test_what_was_written_comes_out_and_any_tar_opens_it(film):
    archive = tar_of(film)
    assert read(archive) == (RECORDS, CONTENT)
    with tarfile.open(fileobj=io.BytesIO(archive)) as found:
        assert found.getnames() == ["bundle.json", "records.json", f"films/{FILM}.mp4", "sums.json"]


@given(data=st.data())
@settings(max_examples=150)
def test_an_archive_with_something_wrong_in_it(film, data):
    whole = bytearray(tar_of(film))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        to = at + data.draw(st.integers(0, 600))
        whole[at:to] = data.draw(st.binary(max_size=600) | st.just(bytes(512)))
        if not whole:
            break
    try:
        records, films = read(bytes(whole))
    except VigError as refused:
        assert refused.remedy.startswith("Nothing was added")
    else:  # what nobody looks at was changed: padding, or a date in a header
        assert (records, films) == (RECORDS, CONTENT)


@given(st.binary(max_size=2000))
def test_anything_at_all_in_the_place_of_the_archive(data):
    with pytest.raises((BundleDamaged, NoBundle)):
        read(data)


def archive(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as made:
        for info, data in members:
            made.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def member(name: str, data: bytes = b"", **changes) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in changes.items():
        setattr(info, key, value)
    return info, data


def head(**changes) -> bytes:
    good = json.loads(json.dumps({name: getattr(manifest(films=()), name) for name in Manifest.__slots__}))
    return json.dumps({"format": "vigtui case bundle", "version": 1, **good, **changes}).encode()


LINK = {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}


@pytest.mark.parametrize(
    "members",
    [
        [member("../bundle.json", head())],
        [member("/bundle.json", head())],
        [member("bundle.json", **LINK)],
        [member("bundle.json", head()), member("records.json", **LINK)],
        [member("bundle.json", head()), member("records.json", type=tarfile.FIFOTYPE)],
        [member("bundle.json", head()), member("../../records.json", RECORDS)],
        [member("bundle.json", head()), member("records.json", RECORDS), member("sums.json", b"{}")],
        [member("bundle.json", head(record_bytes=5)), member("records.json", RECORDS)],
        [member("bundle.json", head(record_bytes=10**15)), member("records.json", RECORDS)],
        [member("bundle.json", head(films=[{"film_id": "../x", "suffix": "", "size": 1}]))],
        [member("bundle.json", head(films=[{"film_id": FILM, "suffix": ".mp4/../x", "size": 1}]))],
        [member("bundle.json", head(films=[{"film_id": FILM, "suffix": "", "size": -1}]))],
        [member("bundle.json", head(films=[{"film_id": FILM, "suffix": "", "size": 1}] * 2))],
        [member("bundle.json", head(films=[FILM]))],
        [member("bundle.json", head(lineage="abc"))],
        [member("bundle.json", head(bundle_id="x"))],
        [member("bundle.json", head(code=["K1"]))],
        [member("bundle.json", b"[" * 100_000)],
        [member("bundle.json", b"[]")],
        [member("bundle.json", b" " * 5_000_000)],
        [member("bundle.json", head(), pax_headers={"path": "elsewhere"})],
        [member("bundle.json", head(), pax_headers={"comment": "x" * 3_000_000})],
    ],
)
def test_archives_that_are_not_as_we_make_them(members):
    with pytest.raises((BundleDamaged, NoBundle)):
        read(archive(*members))


def test_what_a_newer_program_made_is_told():
    with pytest.raises(NoBundle, match="newer vigtui"):
        read(archive(member("bundle.json", head(version=2))))


def test_a_film_that_shrinks_while_it_is_read_stops_the_bundle(film):
    stream = io.BytesIO()
    longer = manifest(films=(FilmEntry(FILM, ".mp4", len(CONTENT) + 1),))
    with pytest.raises(FilmError, match="shorter"):
        write_bundle(stream, "words", longer, RECORDS, {FILM: film}, nothing)
