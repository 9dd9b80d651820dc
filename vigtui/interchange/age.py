"""Encryption of bundles: the published age format (version 1, passphrase), piece by piece, so that a film need not fit in memory.

Any program that knows age opens such a file with the passphrase, vigtui or not. Cipher and hashes are those of the libraries
`cryptography` and `hashlib`; here is only the format. A piece is handed on after it was proved genuine, and the last piece is
marked, so a file that was cut off is noticed.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vigtui.domain.bundle import BundleDamaged, NoBundle, WrongPassphrase

WORK_FACTOR = 18
"""Base 2 logarithm of scrypt's cost: about a second and 256 MB for each guess at a passphrase."""
_HIGHEST_WORK_FACTOR = 20
_VERSION = b"age-encryption.org/v1"
_LABEL = b"age-encryption.org/v1/scrypt"
_PIECE = 64 * 1024
_TAG = 16
_LONGEST_LINE = 200
_HEADER = re.compile(rb"-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n--- ([A-Za-z0-9+/]{43})\n")


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _plain(words: bytes) -> bytes:
    try:
        data = base64.b64decode(words + b"=" * (-len(words) % 4), validate=True)
    except binascii.Error as fault:
        raise BundleDamaged from fault
    if _base64(data) != words:  # bits that say nothing must be nought
        raise BundleDamaged
    return data


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF with SHA-256, one block (RFC 5869)."""
    extracted = hmac.digest(salt or bytes(32), key, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def _wrapping(passphrase: str, salt: bytes, work_factor: int) -> ChaCha20Poly1305:
    cost = 2**work_factor
    key = hashlib.scrypt(
        passphrase.encode(), salt=_LABEL + salt, n=cost, r=8, p=1, maxmem=cost * 1024 + 2**25, dklen=32
    )
    return ChaCha20Poly1305(key)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


class Sealer:
    """Encrypts what is written to it into a stream; `finish` writes the last piece, without which the file counts as cut off."""

    def __init__(self, stream: BinaryIO, passphrase: str) -> None:
        """Write the header."""
        file_key, salt, nonce = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(16)
        body = _wrapping(passphrase, salt, WORK_FACTOR).encrypt(bytes(12), file_key, None)
        header = b"\n".join([_VERSION, b"-> scrypt %s %d" % (_base64(salt), WORK_FACTOR), _base64(body), b"---"])
        mac = hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")
        stream.write(header + b" " + _base64(mac) + b"\n" + nonce)
        self._cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self._stream = stream
        self._number = 0
        self._rest = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes; whole pieces are written at once, but for the last that could be the end."""
        self._rest += data
        while len(self._rest) > _PIECE:
            self._piece(bytes(self._rest[:_PIECE]), last=False)
            del self._rest[:_PIECE]
        return len(data)

    def finish(self) -> None:
        """Write the last piece."""
        self._piece(bytes(self._rest), last=True)
        self._rest.clear()

    def _piece(self, data: bytes, *, last: bool) -> None:
        self._stream.write(self._cipher.encrypt(_nonce(self._number, last), data, None))
        self._number += 1


class Opener:
    """Reads what a `Sealer` wrote.

    Raises:
        NoBundle: the stream is no such file.
        WrongPassphrase: it cannot be opened with this passphrase.
        BundleDamaged: it was changed or cut off; also while reading.
    """

    def __init__(self, stream: BinaryIO, passphrase: str) -> None:
        """Read the header and prove it."""
        if stream.readline(_LONGEST_LINE) != _VERSION + b"\n":
            raise NoBundle
        header = b"".join(stream.readline(_LONGEST_LINE) for _ in range(3))
        found = _HEADER.fullmatch(header)
        if not found:
            raise NoBundle
        salt, factor, body, mac = _plain(found[1]), int(found[2]), _plain(found[3]), _plain(found[4])
        if factor > _HIGHEST_WORK_FACTOR:
            raise BundleDamaged("This file was made so that opening it takes more memory than it should.")
        try:
            file_key = _wrapping(passphrase, salt, factor).decrypt(bytes(12), body, None)
        except InvalidTag as fault:
            raise WrongPassphrase from fault
        proved = _VERSION + b"\n" + header[: header.rindex(b"---") + 3]
        if not hmac.compare_digest(hmac.digest(_derived(file_key, b"", b"header"), proved, "sha256"), mac):
            raise BundleDamaged
        nonce = stream.read(16)
        if len(nonce) != 16:
            raise BundleDamaged
        self._cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self._stream = stream
        self._number = 0
        self._ready = bytearray()
        self._ahead = stream.read(_PIECE + _TAG)
        self._ended = False

    def read(self, count: int) -> bytes:
        """So many bytes; fewer only at the end, which was proved to be the end."""
        while len(self._ready) < count and not self._ended:
            self._ready += self._next()
        data = bytes(self._ready[:count])
        del self._ready[:count]
        return data

    def _next(self) -> bytes:
        piece, self._ahead = self._ahead, self._stream.read(_PIECE + _TAG)
        self._ended = not self._ahead
        try:
            data = self._cipher.decrypt(_nonce(self._number, self._ended), piece, None)
        except InvalidTag as fault:
            raise BundleDamaged from fault
        if not data and self._number:
            raise BundleDamaged
        self._number += 1
        return data
