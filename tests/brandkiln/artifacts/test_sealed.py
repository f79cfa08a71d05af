"""Sealed files: what was sealed comes back, and nothing else does."""

import io
import os

import pytest
from brandkiln.artifacts import sealed
from brandkiln.artifacts.keys import Key, KeyMissing, Keys
from brandkiln.artifacts.sealed import CHUNK, HEADER, SLOT, TAG, Damaged, Sealed, key_ids, rewrap, seal
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

KEY = Key.of(bytes(range(32)))
OTHER = Key.of(bytes(range(1, 33)))
NAME = "workspace/ab/abcd"
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 17)

WRITTEN_ONCE = bytes.fromhex(
    "424b4101144808031639fd4d9207ae6205f96a4c5c129b0195eca61669059bf9863a5b1a73b486bfeecf11baff57aefb3c3497bd659887121e"
    "4a780087ceb6c1300d44b36dc6438024716ee2a6d26416"
    + "00"
    * SLOT
    + "74735dca5df45dc407b6c569c2aff8013cde649a20c22782"
    "796eeb"
)
"""A file of version 1, sealed with KEY under NAME when the version was made: later code has to open it."""


def made(content: bytes, key: Key = KEY, name: str = NAME) -> bytes:
    return b"".join(seal(io.BytesIO(content), key=key, name=name))


def opened(file: bytes, *keys: Key, name: str = NAME, size: int | None = None) -> bytes:
    with Sealed(io.BytesIO(file), keys=Keys(keys or [KEY]), name=name, size=size) as source:
        return io.BufferedReader(source).read()


@pytest.mark.parametrize("size", SIZES)
def test_content_of_any_size_comes_back(size: int) -> None:
    content = os.urandom(size)
    file = made(content)
    assert len(file) == HEADER + size + TAG * max(1, -(-size // CHUNK))
    assert opened(file, size=size) == content
    assert content[:64] not in file or size < 8


def test_a_file_sealed_by_the_first_version_opens() -> None:
    assert opened(WRITTEN_ONCE) == b"Kiln-dried."


def test_the_file_is_laid_out_as_documented() -> None:
    content = b"a" * CHUNK + b"end"
    file = made(content)
    begin, slot = file[:12], file[12:80]
    assert begin[:5] == b"BKA\x01\x14"
    assert (slot[:8], file[80:148]) == (KEY.id, bytes(68))
    data_key = AESGCM(bytes(range(32))).decrypt(slot[8:20], slot[20:], begin + KEY.id + NAME.encode())
    parts = (file[148 : 148 + CHUNK + 16], 0, 0), (file[148 + CHUNK + 16 :], 1, 1)
    for (part, number, is_last), expected in zip(parts, (content[:CHUNK], b"end"), strict=True):
        nonce = begin[5:] + number.to_bytes(4, "big") + bytes([is_last])
        assert AESGCM(data_key).decrypt(nonce, part, begin + NAME.encode()) == expected


def test_every_file_has_a_data_key_of_its_own() -> None:
    assert made(b"same")[HEADER:] != made(b"same")[HEADER:]


def test_any_place_can_be_read_first() -> None:
    content = os.urandom(3 * CHUNK + 5)
    source = io.BufferedReader(Sealed(io.BytesIO(made(content)), keys=Keys([KEY]), name=NAME))
    for start, length in ((2 * CHUNK - 3, 7), (0, 4), (3 * CHUNK, 100), (CHUNK, 1)):
        source.seek(start)
        assert source.read(length) == content[start : start + length]
    assert source.seek(-5, os.SEEK_END) == len(content) - 5
    with pytest.raises(ValueError, match="no place -1"):
        source.raw.seek(-1)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_changed_byte_goes_unnoticed(data: st.DataObject) -> None:
    file = bytearray(made(b"some content that matters"))
    used = [*range(12 + SLOT), *range(HEADER, len(file))]  # the free key slot holds nothing
    place = data.draw(st.sampled_from(used))
    file[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((Damaged, KeyMissing)):
        opened(bytes(file))


def test_a_file_that_was_cut_off_is_refused() -> None:
    content = os.urandom(2 * CHUNK + 9)
    file = made(content)
    at_chunk = HEADER + 2 * (CHUNK + TAG)
    for length in (at_chunk, at_chunk + 3, at_chunk + TAG, HEADER + CHUNK + TAG, HEADER, 20, 0):
        with pytest.raises(Damaged):
            opened(file[:length])
        with pytest.raises(Damaged):  # with the size known, before anything is read
            Sealed(io.BytesIO(file[:length]), keys=Keys([KEY]), name=NAME, size=len(content))


def test_an_empty_file_is_authenticated_too() -> None:
    file = bytearray(made(b""))
    assert opened(bytes(file)) == b""
    file[-1] ^= 1
    with pytest.raises(Damaged):
        opened(bytes(file))


def test_chunks_cannot_be_put_in_another_order_left_out_or_added() -> None:
    file = made(os.urandom(3 * CHUNK))
    head, step = file[:HEADER], CHUNK + TAG
    one, two, three = (file[HEADER + n * step :][:step] for n in range(3))
    for parts in ((two, one, three), (one, three), (one, two, three, three), (one, one, three)):
        with pytest.raises(Damaged):
            opened(head + b"".join(parts))


def test_a_chunk_or_a_header_of_another_file_is_refused() -> None:
    first, second = made(b"a" * 100), made(b"b" * 100)
    with pytest.raises(Damaged):
        opened(first[:HEADER] + second[HEADER:])


def test_a_file_cannot_take_the_place_of_another() -> None:
    with pytest.raises(Damaged, match="workspace/ab/ffff"):
        opened(made(b"x"), name="workspace/ab/ffff")


def test_a_missing_key_is_named_by_its_id() -> None:
    with pytest.raises(
        KeyMissing, match=rf"sealed with the key {KEY.id.hex()}, which BRANDKILN_ARTIFACT_KEYS"
    ):
        opened(made(b"x"), OTHER)


def test_something_else_is_no_sealed_file() -> None:
    with pytest.raises(Damaged, match=r"is no sealed file of this version or was cut off. Restore it"):
        opened(b"PK\x03\x04" + bytes(500))


def test_a_change_of_keys_leaves_the_content_and_is_whole_at_every_step() -> None:
    file = made(b"content", OTHER)
    both, alone = rewrap(file[:HEADER], keys=Keys([KEY, OTHER]), name=NAME)
    assert len(both) == len(alone) == HEADER
    assert opened(both + file[HEADER:], OTHER) == opened(both + file[HEADER:], KEY) == b"content"
    assert opened(alone + file[HEADER:], KEY) == b"content"
    with pytest.raises(KeyMissing):
        opened(alone + file[HEADER:], OTHER)
    assert key_ids(alone) == [KEY.id]


@pytest.mark.parametrize("step", [0, 1])
def test_a_change_of_keys_that_was_cut_short_goes_on(step: int) -> None:
    file = made(b"content", OTHER)
    keys = Keys([KEY, OTHER])
    header = rewrap(file[:HEADER], keys=keys, name=NAME)[step]
    for again in rewrap(header, keys=keys, name=NAME):
        assert opened(again + file[HEADER:], KEY) == b"content"
    assert key_ids(rewrap(header, keys=Keys([KEY]), name=NAME)[1]) == [KEY.id]


def test_a_source_that_gives_little_at_a_time_is_sealed_alike() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 1000))

    content = os.urandom(CHUNK + 500)
    file = b"".join(seal(Slow(content), key=KEY, name=NAME))
    assert len(file) == HEADER + len(content) + 2 * TAG
    assert opened(file) == content
    assert sealed.CHUNK_LOG2 == 20
