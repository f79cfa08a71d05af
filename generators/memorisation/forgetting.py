"""Takes erased pictures out of a guard. Without torch: the platform does it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from generators.weights import ITEM_BYTES, RawTensor, read_raw, write_raw

ROWS = {"positions": ("positions", "pixels"), "feature_positions": ("feature_positions", "features")}
"""Tensors that have a row for each training picture, by the one that says which picture that is."""


def forget(source: Path, target: Path, positions: Collection[int]) -> int:
    """Write a guard without the pictures at these positions of their version, and return how many it held."""
    tensors = read_raw(source)
    found = 0
    for key, names in ROWS.items():
        places = tensors[key].data
        items = [int.from_bytes(places[i : i + 8], "little", signed=True) for i in range(0, len(places), 8)]
        kept = [row for row, position in enumerate(items) if position not in positions]
        if key == "positions":
            found = len(items) - len(kept)
        for name in names:
            tensors[name] = _rows(tensors[name], kept)
    write_raw(target, tensors)
    return found


def _rows(tensor: RawTensor, kept: list[int]) -> RawTensor:
    size = ITEM_BYTES[tensor.dtype]
    for length in tensor.shape[1:]:
        size *= length
    data = b"".join(tensor.data[row * size : (row + 1) * size] for row in kept)
    return RawTensor(tensor.dtype, (len(kept), *tensor.shape[1:]), data)
