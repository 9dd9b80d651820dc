"""Sealed files: what lies in them can be read from any place with the key, and with nothing else.

Pieces of 64 KiB, each encrypted and proved by itself (ChaCha20-Poly1305), numbered, the last one marked: a piece that was
changed, moved or cut off is noticed. Every file has a key of its own.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

PIECE = 64 * 1024
_TAG = 16


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def sealed_size(size: int) -> int:
    """The bytes that a sealed file of that many takes."""
    return size + _TAG * max(1, -(-size // PIECE))


def seal(plain: Path, target: Path, step: Callable[[float], None]) -> bytes:
    """Write a file sealed to another, which only its owner may read; the key that opens it.

    Args:
        plain: the file; it stays as it is.
        target: written over.
        step: told the part that is done, 0 to 1, before each piece; what it raises ends it.
    """
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # 8 MB that few films need

    key = secrets.token_bytes(32)
    cipher, size = ChaCha20Poly1305(key), plain.stat().st_size
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with plain.open("rb") as source, os.fdopen(handle, "wb") as sealed:
        for number in range(max(1, -(-size // PIECE))):
            step(number * PIECE / max(1, size))
            piece = source.read(PIECE)
            sealed.write(cipher.encrypt(_nonce(number, (number + 1) * PIECE >= size), piece, None))
        sealed.flush()
        os.fsync(sealed.fileno())
    return key


def wipe(plain: Path) -> None:
    """Write zeros over a file and remove it; nothing where there is none."""
    try:
        left = plain.stat().st_size
        with plain.open("r+b") as file:
            while left > 0:
                left -= file.write(bytes(min(left, 16 * PIECE)))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    plain.unlink(missing_ok=True)


def read_sealed(path: Path, key: bytes, size: int, start: int, stop: int) -> bytes:
    """The bytes from `start` to before `stop` of what is sealed; nothing where the file is gone, or not what was sealed.

    Args:
        path: the sealed file.
        key: that opens it.
        size: the bytes that were sealed.
        start: from 0.
        stop: at most `size`.
    """
    if not 0 <= start < stop <= size:
        return b""
    first, last = start // PIECE, (stop - 1) // PIECE
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    cipher, found = ChaCha20Poly1305(key), bytearray()
    try:
        with path.open("rb") as file:
            sealed = os.pread(file.fileno(), (last - first + 1) * (PIECE + _TAG), first * (PIECE + _TAG))
        for number in range(first, last + 1):
            piece = sealed[(number - first) * (PIECE + _TAG) :][: PIECE + _TAG]
            found += cipher.decrypt(_nonce(number, (number + 1) * PIECE >= size), piece, None)
    except (OSError, InvalidTag):
        return b""
    return bytes(found[start - first * PIECE : stop - first * PIECE])
