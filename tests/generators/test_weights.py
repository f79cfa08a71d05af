"""Files of tensors are read back exactly, or refused; never believed."""

import json
import math
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.errors import BadCheckpoint
from generators.weights import ITEM_BYTES, MAX_HEADER_BYTES, RawTensor, check_file, read_raw, write_raw

quiet = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def raw_tensors(draw: st.DrawFn) -> RawTensor:
    dtype = draw(st.sampled_from(sorted(ITEM_BYTES)))
    shape = tuple(draw(st.lists(st.integers(0, 4), max_size=3)))
    size = math.prod(shape) * ITEM_BYTES[dtype]
    return RawTensor(dtype, shape, draw(st.binary(min_size=size, max_size=size)))


def write_file(path: Path, header: Any, data: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def entry(start: int, stop: int, *, dtype: str = "U8", shape: list[int] | None = None) -> dict[str, Any]:
    return {
        "dtype": dtype,
        "shape": [stop - start] if shape is None else shape,
        "data_offsets": [start, stop],
    }


@quiet
@given(tensors=st.dictionaries(st.text(max_size=8), raw_tensors(), max_size=4))
def test_tensors_come_back_as_they_were_written(tmp_path: Path, tensors: dict[str, RawTensor]) -> None:
    tensors.pop("__metadata__", None)
    path = tmp_path / "weights.safetensors"
    path.unlink(missing_ok=True)
    write_raw(path, tensors)
    assert read_raw(path) == tensors


@quiet
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    with suppress(BadCheckpoint):
        read_raw(path)


@quiet
@given(data=st.data())
def test_a_file_with_one_changed_header_byte_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "weights.safetensors"
    path.unlink(missing_ok=True)
    write_raw(path, {"a": RawTensor("F32", (2, 3), bytes(24)), "b": RawTensor("U8", (5,), b"hello")})
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 30))
    content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        tensors = read_raw(path)
    except BadCheckpoint:
        return
    assert sum(len(tensor.data) for tensor in tensors.values()) == 29


@pytest.mark.parametrize(
    ("header", "data", "reason"),
    [
        ({"a": entry(0, 4), "b": entry(2, 6)}, b"123456", "does not lie where its shape says"),
        ({"a": entry(0, 2), "b": entry(4, 6)}, b"123456", "does not lie where its shape says"),
        ({"a": entry(0, 4)}, b"123456", "its header describes 4"),
        ({"a": entry(0, 8)}, b"1234", "its header describes 8"),
        ({"a": entry(0, 4, shape=[2**62, 4])}, b"1234", "does not lie where its shape says"),
        ({"a": entry(0, 4, shape=[-4])}, b"1234", "has the type U8 and shape [-4]"),
        ({"a": entry(0, 4, dtype="PICKLE")}, b"1234", "has the type PICKLE"),
        ({"a": {**entry(0, 4), "loader": "os.system"}}, b"1234", "Extra inputs are not permitted"),
        ({"a": entry(0, 4, shape=[1] * 40)}, b"1234", "at most 16 items"),
        (b'{"a": {}, "a": {}}', b"", "a key appears twice"),
        (b'{"a": NaN}', b"", "NaN is not a number of JSON"),
        (b"[" * 100_000, b"", "does not hold strict JSON"),
        (b"\xff\xfe", b"", "does not hold strict JSON"),
        (b"[]", b"", "is not a safetensors file"),
    ],
)
def test_a_header_that_lies_is_refused(tmp_path: Path, header: Any, data: bytes, reason: str) -> None:
    path = write_file(tmp_path / "weights.safetensors", header, data)
    with pytest.raises(BadCheckpoint) as refusal:
        check_file(path)
    assert reason in str(refusal.value)


def test_a_header_over_the_cap_is_not_read(tmp_path: Path) -> None:
    path = write_file(tmp_path / "weights.safetensors", b" " * (MAX_HEADER_BYTES + 1))
    with pytest.raises(BadCheckpoint, match="at most 4194304 are read"):
        check_file(path)


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(struct.pack("<Q", 2**63) + b"{}")
    with pytest.raises(BadCheckpoint, match="cut off"):
        check_file(path)


@pytest.mark.parametrize(
    ("dtype", "code", "bits"),
    [("F16", "H", 0x7C00), ("BF16", "H", 0xFF80), ("F32", "I", 0x7FC00000), ("F64", "Q", 0x7FF << 52)],
)
def test_infinity_and_nan_are_seen_in_every_float(dtype: str, code: str, bits: int) -> None:
    size = ITEM_BYTES[dtype]
    assert RawTensor(dtype, (2,), bytes(2 * size)).is_finite()
    assert not RawTensor(dtype, (2,), bytes(size) + struct.pack(f"<{code}", bits)).is_finite()


def test_our_files_are_those_of_the_safetensors_library(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file, save_file

    values = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    write_raw(tmp_path / "ours", {"a": RawTensor("F32", (2, 3), struct.pack("<6f", *range(6)))})
    assert torch.equal(load_file(tmp_path / "ours")["a"], values)
    save_file({"a": values}, tmp_path / "theirs", metadata={"format": "pt"})
    assert read_raw(tmp_path / "theirs") == read_raw(tmp_path / "ours")
