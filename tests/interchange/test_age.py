"""The encryption of bundles: other programs open it, and whoever changes a byte is noticed."""

import io

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigtui.domain.bundle import BundleDamaged, NoBundle, WrongPassphrase
from vigtui.interchange import age
from vigtui.interchange.age import Opener, Sealer

PIECE = 64 * 1024
SIZES = (0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 200_000)
_WORDS = "secret"
pytestmark = pytest.mark.usefixtures("cheap")


def content(size: int) -> bytes:
    return bytes(i * 7 % 251 for i in range(size))


def sealed(data: bytes, passphrase: str = _WORDS, *, step: int = 10_240) -> bytes:
    stream = io.BytesIO()
    sealer = Sealer(stream, passphrase)
    for at in range(0, len(data), step):
        sealer.write(data[at : at + step])
    sealer.finish()
    return stream.getvalue()


def read(data: bytes, passphrase: str = _WORDS, *, step: int = 10_007) -> bytes:
    opener = Opener(io.BytesIO(data), passphrase)
    found = b""
    while piece := opener.read(step):
        found += piece
    return found


@pytest.mark.parametrize("size", SIZES)
def test_another_program_opens_it(size):
    assert pyrage.passphrase.decrypt(sealed(content(size), "päss – «x»"), "päss – «x»") == content(size)
    assert read(sealed(content(size))) == content(size)


def test_what_another_program_made_is_opened(monkeypatch):
    assert read(pyrage.passphrase.encrypt(content(200_000), "secret")) == content(200_000)


def test_a_guess_at_the_passphrase_costs_a_lot(monkeypatch):
    monkeypatch.undo()
    assert age.WORK_FACTOR >= 18
    stream = io.BytesIO()
    Sealer(stream, "secret").finish()
    assert b"-> scrypt " in stream.getvalue()
    assert stream.getvalue().split(b"\n")[1].endswith(b" 18")


def test_the_same_words_are_never_the_same_file():
    assert sealed(b"x" * 100) != sealed(b"x" * 100)
    assert b"xxxx" not in sealed(b"x" * 100)


@pytest.mark.parametrize("words", ["", "Secret", "secret ", "secret\n"])
def test_another_passphrase_opens_nothing(words):
    with pytest.raises(WrongPassphrase):
        read(sealed(b"words"), words)


_WHOLE = content(2 * PIECE + 100)


@pytest.fixture(scope="module")
def file() -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(age, "WORK_FACTOR", 4)
        return sealed(_WHOLE)


@given(at=st.integers(0, 2 * PIECE + 400), bit=st.integers(0, 7))
def test_a_changed_bit_is_noticed(file, at, bit):
    broken = bytearray(file)
    broken[at % len(file)] ^= 1 << bit
    with pytest.raises((BundleDamaged, WrongPassphrase, NoBundle)):
        read(bytes(broken))


@given(at=st.integers(0, 2 * PIECE + 400))
def test_a_file_that_was_cut_off_or_went_on_is_noticed(file, at):
    with pytest.raises((BundleDamaged, NoBundle)):
        read(file[: at % len(file)])
    with pytest.raises(BundleDamaged):
        read(file + b"x" * (1 + at % 100))


def test_pieces_in_another_order_are_noticed():
    whole = sealed(content(4 * PIECE))
    body = len(whole) - 4 * (PIECE + 16)
    one, two = whole[body : body + PIECE + 16], whole[body + PIECE + 16 : body + 2 * (PIECE + 16)]
    with pytest.raises(BundleDamaged):
        read(whole[:body] + two + one + whole[body + 2 * (PIECE + 16) :])


def test_a_file_that_wants_all_memory_is_refused():
    lines = sealed(b"x").split(b"\n")
    lines[1] = lines[1].rpartition(b" ")[0] + b" 60"
    with pytest.raises(BundleDamaged, match="more memory"):
        read(b"\n".join(lines))


@given(st.binary(max_size=300))
def test_anything_else_is_no_bundle(data):
    with pytest.raises((NoBundle, BundleDamaged)):
        read(data)
    with pytest.raises((NoBundle, BundleDamaged, WrongPassphrase)):
        read(b"age-encryption.org/v1\n" + data)
