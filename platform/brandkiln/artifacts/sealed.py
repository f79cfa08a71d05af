"""Sealed files: content under a data key of its own, which lies in the file's header under a key-encryption key.

    magic "BKA\\1" | log2 of the chunk's bytes | nonce prefix (7) | key slot | key slot | chunk | chunk | ...

A chunk is 1 MiB of content under AES-256-GCM. Its nonce is the prefix, the chunk's number (4 bytes, big endian) and 1
for the last chunk, else 0: so chunks can't be left out, cut off, added or put in another order. What is authenticated
with each is the begin of the header and the artifact's name: so a file can't take another's place.
Source: Hoang, Reyhanitabar, Rogaway and Vizar, Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance, the construction STREAM. https://eprint.iacr.org/2015/189

There are two key slots so that a change of keys never leaves a moment in which none is whole: the free one is written
and on the disk before the other is emptied. A slot is the key's id (8), a nonce (12) and the sealed data key (48).
"""

import io
import os
from collections.abc import Iterator
from typing import IO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from brandkiln.artifacts.keys import Key, KeyMissing, Keys
from brandkiln.core.errors import StudioError

MAGIC = b"BKA\x01"
CHUNK_LOG2 = 20
CHUNK = 2**CHUNK_LOG2
TAG = 16
PREFIX, BEGIN = 7, 12
SLOT = 8 + 12 + 32 + TAG
HEADER = BEGIN + 2 * SLOT
EMPTY = bytes(SLOT)


class Source(Protocol):
    """What content is read from, once."""

    def read(self, size: int, /) -> bytes: ...


class Damaged(StudioError):
    """A sealed file is not what was sealed."""

    code, status = "damaged_artifact", 500


def seal(source: Source, *, key: Key, name: str) -> Iterator[bytes]:
    """Yield a sealed file with the source's content, piece by piece."""
    data_key = AESGCM.generate_key(256)
    begin = MAGIC + bytes([CHUNK_LOG2]) + os.urandom(PREFIX)
    yield begin + _slot(begin, data_key, key, name) + EMPTY
    cipher, bound, number = AESGCM(data_key), begin + name.encode(), 0
    piece = _read(source)
    while True:
        following = _read(source) if len(piece) == CHUNK else b""
        yield cipher.encrypt(_nonce(begin, number, is_last=not following), piece, bound)
        if not following:
            return
        piece, number = following, number + 1


class Sealed(io.RawIOBase):
    """The content of a sealed file, read from any place; nothing comes out that was not authenticated.

    Args:
        file: The sealed file; it is closed together with this one.
        size: The content's bytes, where they are known.

    Raises:
        Damaged: If the file is not what was sealed under this name; here, or when the place is read.
        KeyMissing: If its key is not among the keys.
    """

    def __init__(self, file: IO[bytes], *, keys: Keys, name: str, size: int | None = None) -> None:
        self._file, self._place, self._known = file, 0, (-1, b"")
        try:
            length = file.seek(0, os.SEEK_END) - HEADER
            file.seek(0)
            header = file.read(HEADER)
            self._begin = header[:BEGIN]
            is_short = (
                0 < length % (CHUNK + TAG) <= TAG and length != TAG
            )  # only empty content has an empty chunk
            is_ours = len(header) == HEADER and self._begin[:5] == MAGIC + bytes([CHUNK_LOG2])
            if not is_ours or is_short or length < TAG:
                raise Damaged(f"{name} is no sealed file of this version or was cut off. {ADVICE}")
            self._chunks = -(-length // (CHUNK + TAG))
            self._size = length - self._chunks * TAG
            if size is not None and size != self._size:
                raise Damaged(f"{name} holds {self._size} bytes where {size} were sealed. {ADVICE}")
            self._cipher = AESGCM(data_key(header, keys=keys, name=name))
        except BaseException:
            file.close()
            raise
        self._name, self._bound = name, self._begin + name.encode()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError(f"There is no place {start + offset} in a file.")
        self._place = start + offset
        return self._place

    def readinto(self, buffer: object) -> int:
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        number, within = divmod(self._place, CHUNK)
        if not target or (self._size and self._place >= self._size):
            return 0
        piece = self._chunk(number)[within : within + len(target)]
        target[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _chunk(self, number: int) -> bytes:
        if self._known[0] != number:
            self._file.seek(HEADER + number * (CHUNK + TAG))
            found = self._file.read(CHUNK + TAG)
            nonce = _nonce(self._begin, number, is_last=number == self._chunks - 1)
            try:
                self._known = number, self._cipher.decrypt(nonce, found, self._bound)
            except InvalidTag as error:
                raise Damaged(f"{self._name} was changed or damaged in chunk {number}. {ADVICE}") from error
        return self._known[1]


def data_key(header: bytes, *, keys: Keys, name: str) -> bytes:
    """Return the data key of a sealed file.

    Raises:
        KeyMissing: If none of the keys seals it.
        Damaged: If a key says that it seals it and does not.
    """
    begin, slots = header[:BEGIN], _slots(header)
    failed: InvalidTag | None = None
    for slot in slots:
        key = keys.find(slot[:8])
        if key is None:
            continue
        try:
            return key.cipher.decrypt(slot[8:20], slot[20:], begin + slot[:8] + name.encode())
        except InvalidTag as error:  # the other slot may be whole
            failed = error
    if failed:
        raise Damaged(f"The key in the header of {name} was changed or damaged. {ADVICE}") from failed
    wanted = " or ".join(slot[:8].hex() for slot in slots) or "none"
    raise KeyMissing(
        f"{name} is sealed with the key {wanted}, which BRANDKILN_ARTIFACT_KEYS does not hold. Add that key behind the "
        "first one and start the studio again."
    )


def key_ids(header: bytes) -> list[bytes]:
    """Return the ids of the keys that a header is sealed with; two after a change of keys that was cut short."""
    return [slot[:8] for slot in _slots(header)]


def rewrap(header: bytes, *, keys: Keys, name: str) -> tuple[bytes, bytes]:
    """Return the header with the first key in the free slot, and then with that one alone.

    Write the one, have it on the disk, write the other.
    """
    own = data_key(header, keys=keys, name=name)
    begin, first, second = header[:BEGIN], header[BEGIN : BEGIN + SLOT], header[BEGIN + SLOT : HEADER]
    new = _slot(begin, own, keys.first, name)
    if first == EMPTY or (second != EMPTY and keys.find(first[:8]) is None):
        return begin + new + second, begin + new + EMPTY
    return begin + first + new, begin + EMPTY + new


def _slots(header: bytes) -> list[bytes]:
    both = header[BEGIN : BEGIN + SLOT], header[BEGIN + SLOT : HEADER]
    return [slot for slot in both if slot != EMPTY]


def _slot(begin: bytes, own: bytes, key: Key, name: str) -> bytes:
    nonce = os.urandom(12)
    return key.id + nonce + key.cipher.encrypt(nonce, own, begin + key.id + name.encode())


def _nonce(begin: bytes, number: int, *, is_last: bool) -> bytes:
    return begin[5:BEGIN] + number.to_bytes(4, "big") + bytes([is_last])


def _read(source: Source) -> bytes:
    """Return the next chunk; a source may give less at a time than it has."""
    piece = source.read(CHUNK)
    while len(piece) < CHUNK and (more := source.read(CHUNK - len(piece))):
        piece += more
    return piece


ADVICE = "Restore it from a backup."
