"""Files of tensors in the safetensors format, checked and read without torch.

Layout: the header's length (8 bytes, little endian), the header (JSON: name ->
dtype, shape, data_offsets), the data.
Source: https://huggingface.co/docs/safetensors#format
"""

import json
import math
import os
import stat
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from generators.errors import BadCheckpoint, first_problem

MAX_HEADER_BYTES = 4 * 2**20
ITEM_BYTES = {
    "BOOL": 1, "U8": 1, "I8": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
    "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
}  # fmt: skip
# The bits of the exponent. A number is infinite or not a number where all of them are set.
_EXPONENT = {
    "F16": ("H", 0x7C00),
    "BF16": ("H", 0x7F80),
    "F32": ("I", 0x7F800000),
    "F64": ("Q", 0x7FF0 << 48),
}


@dataclass(frozen=True, slots=True)
class RawTensor:
    """A tensor as plain bytes, for generators that do without torch.

    Attributes:
        dtype: A name of the format, such as "F32", "I64" or "U8".
        shape: Its sizes; () is a single number.
        data: Its items in row-major order, little endian.
    """

    dtype: str
    shape: tuple[int, ...]
    data: bytes

    def __post_init__(self) -> None:
        if self.dtype not in ITEM_BYTES:
            raise ValueError(f"dtype {self.dtype!r} is not one of {', '.join(ITEM_BYTES)}.")
        expected = math.prod(self.shape) * ITEM_BYTES[self.dtype]
        if len(self.data) != expected:
            raise ValueError(
                f"{self.dtype} of shape {self.shape} takes {expected} bytes; data has {len(self.data)}."
            )

    def is_finite(self) -> bool:
        """Return whether no item is infinite or not a number."""
        if self.dtype not in _EXPONENT:
            return True
        code, mask = _EXPONENT[self.dtype]
        return all(bits & mask != mask for (bits,) in struct.iter_unpack(f"<{code}", self.data))


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    dtype: str
    shape: list[int] = Field(max_length=16)
    data_offsets: tuple[int, int] = Field(strict=False)


_HEADER: TypeAdapter[dict[str, _Entry]] = TypeAdapter(dict[str, _Entry])


def write_raw(path: Path, tensors: Mapping[str, RawTensor]) -> None:
    """Write tensors to a new file, sorted by name, so that equal tensors give equal bytes."""
    header: dict[str, dict[str, Any]] = {}
    end = 0
    for name, tensor in sorted(tensors.items()):
        start, end = end, end + len(tensor.data)
        header[name] = {"dtype": tensor.dtype, "shape": list(tensor.shape), "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("xb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, tensor in sorted(tensors.items()):
            file.write(tensor.data)


def read_raw(path: Path) -> dict[str, RawTensor]:
    """Return all tensors of a file as plain bytes.

    Raises:
        BadCheckpoint: If the file is not a whole, honest safetensors file.
    """
    with open_plain(path) as file:
        header = read_header(file)
        begin = file.tell()
        return {name: _tensor(file, begin, entry) for name, entry in header.items()}


def check_file(path: Path) -> None:
    """Raise BadCheckpoint unless the file's header is well-formed and agrees with the file's size."""
    with open_plain(path) as file:
        read_header(file)


def read_header(file: BufferedReader) -> dict[str, _Entry]:
    """Return the entries of an open file by name and leave the file at the first byte of data.

    Raises:
        BadCheckpoint: If the header is too long, is not strict JSON, names a key twice, or its tensors do not
            fill the data exactly, one after the other.
    """
    name = Path(file.name).name
    size = os.fstat(file.fileno()).st_size
    prefix = file.read(8)
    length = int.from_bytes(prefix, "little")
    if len(prefix) < 8 or length > size - 8:
        raise BadCheckpoint(f"{name} is cut off: its header does not fit into {size} bytes. Copy it again.")
    if length > MAX_HEADER_BYTES:
        raise BadCheckpoint(f"{name} has a header of {length} bytes; at most {MAX_HEADER_BYTES} are read.")
    document = strict_json(file.read(length), name)
    if isinstance(document, dict):
        document.pop("__metadata__", None)
    try:
        header = _HEADER.validate_python(document)
    except ValidationError as error:
        raise BadCheckpoint(f"{name} is not a safetensors file: {first_problem(error)}.") from error
    _check_layout(header, size - 8 - length, name)
    return header


def _check_layout(header: Mapping[str, _Entry], data_bytes: int, name: str) -> None:
    end = 0
    for key, entry in sorted(header.items(), key=lambda item: item[1].data_offsets):
        start, stop = entry.data_offsets
        if entry.dtype not in ITEM_BYTES or min(entry.shape, default=1) < 0:
            raise BadCheckpoint(f"{name}: tensor {key!r} has the type {entry.dtype} and shape {entry.shape}.")
        if start != end or stop - start != math.prod(entry.shape) * ITEM_BYTES[entry.dtype]:
            raise BadCheckpoint(f"{name}: tensor {key!r} does not lie where its shape says.")
        end = stop
    if end != data_bytes:
        raise BadCheckpoint(f"{name} holds {data_bytes} bytes of data; its header describes {end}.")


def _tensor(file: BufferedReader, begin: int, entry: _Entry) -> RawTensor:
    start, stop = entry.data_offsets
    file.seek(begin + start)
    return RawTensor(entry.dtype, tuple(entry.shape), file.read(stop - start))


def open_plain(path: Path) -> BufferedReader:
    """Open a plain file for reading, never through a symbolic link.

    Raises:
        BadCheckpoint: If it is missing, a link, a device or a folder.
    """
    try:
        file = open(path, "rb", opener=_open_no_link)  # noqa: SIM115 - Path.open takes no opener
    except OSError as error:
        raise BadCheckpoint(f"{path} cannot be read: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise BadCheckpoint(f"{path} is not a plain file.")
    return file


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def strict_json(text: bytes, name: str) -> Any:
    """Return a JSON document.

    Raises:
        BadCheckpoint: If it is not UTF-8 JSON, repeats a key, holds NaN or Infinity, or is nested too deep.
    """
    try:
        return json.loads(text.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadCheckpoint(f"{name} does not hold strict JSON: {error}.") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise ValueError("a key appears twice")
    return unique


def _refuse_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number of JSON")


def non_finite(tensors: Mapping[str, RawTensor]) -> Iterator[str]:
    """Return the names of the tensors that hold an infinite value or a NaN."""
    return (name for name, tensor in tensors.items() if not tensor.is_finite())
