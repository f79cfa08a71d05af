"""All pictures of a split as one uint8 tensor, decoded once and then memory-mapped from a cache."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from generators.data import Record, TrainingData
from generators.errors import BadData, DatasetTooSmall
from generators.training.decode import decode_square, pixels_of

CACHE_FORMAT = 1  # raise it when the same file would be decoded differently


@dataclass(frozen=True, slots=True)
class Pictures:
    """Decoded pictures of one split.

    Attributes:
        images: uint8, shape (N, C, H, W); C is 1 where every picture is grey, else 3.
        labels: Number of each picture's label, int64, shape (N,); None where not every record has one.
        names: The labels, by number; empty where `labels` is None.
    """

    images: Tensor
    labels: Tensor | None
    names: tuple[str, ...]

    def __len__(self) -> int:
        return self.images.shape[0]

    @property
    def channels(self) -> int:
        return self.images.shape[1]

    def at_most(self, limit: int, random: torch.Generator) -> Pictures:
        """Return `limit` of the pictures, chosen by chance, or all where there are no more."""
        if len(self) <= limit:
            return self
        chosen = torch.randperm(len(self), generator=random)[:limit]
        labels = None if self.labels is None else self.labels[chosen]
        return Pictures(self.images.index_select(0, chosen), labels, self.names)

    def chunks(self, size: int) -> Iterator[tuple[Tensor, Tensor | None]]:
        """Return pictures in [-1, 1] with their labels, in order, `size` at a time."""
        for first in range(0, len(self), size):
            here = slice(first, first + size)
            yield to_floats(self.images[here]), None if self.labels is None else self.labels[here]


def to_floats(images: Tensor) -> Tensor:
    """Return uint8 pictures as float32 in [-1, 1]."""
    values = images.float()
    minus_one = values.new_tensor(-1.0)
    return torch.add(minus_one, values, alpha=1 / 127.5, out=values)  # one pass over them, not two


def to_bytes(pictures: Tensor) -> Tensor:
    """Return pictures in [-1, 1] as uint8, rounded; values outside are clipped."""
    return pictures.float().add(1).mul_(127.5).round_().clamp_(0, 255).to(torch.uint8)


def load_pictures(
    data: TrainingData,
    split: str,
    *,
    resolution: int,
    generator: str,
    at_least: int = 1,
    labels: tuple[str, ...] | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Pictures:
    """Return the pictures of a split, from the cache where it has them.

    Args:
        generator: Name of the generator that asks, for the error texts.
        at_least: Fewest pictures that it can use.
        labels: The labels in the order of their numbers; by default the data's own.
        on_progress: Called now and then while files are decoded; what it raises passes through.

    Raises:
        DatasetTooSmall: If the split has fewer pictures.
        BadData: If the records are not pictures, or one cannot be read.
    """
    records = records_of(data, split, generator=generator, at_least=at_least)

    def decoded() -> dict[str, Tensor]:
        return {"images": _decode_all(records, resolution, on_progress)}

    images = kept_of_records(data, records, f"{split} {resolution}", decoded)["images"]
    names = data.labels if labels is None else labels
    numbers = label_numbers(names, records)
    return Pictures(images, numbers, names if numbers is not None else ())


def records_of(data: TrainingData, split: str, *, generator: str, at_least: int) -> Sequence[Record]:
    """Return the records of a split's pictures.

    Raises:
        DatasetTooSmall: If the split has fewer pictures.
        BadData: If the records are not pictures.
    """
    if data.kind != "image":
        raise BadData(f"{generator} learns from pictures; dataset {data.name!r} holds a {data.kind}.")
    records = data.records(split)
    if len(records) < at_least:
        raise DatasetTooSmall(
            f"{generator} needs at least {at_least} pictures in the {split} split; dataset {data.name!r} has "
            f"{len(records)}. Add {at_least - len(records)}, or start from a checkpoint that is already trained."
        )
    return records


def kept_of_records(
    data: TrainingData, records: Sequence[Record], purpose: str, compute: Callable[[], dict[str, Tensor]]
) -> dict[str, Tensor]:
    """Return what was decoded of these very records for a purpose, from the cache where it is there."""
    facts = hashlib.sha256(f"{CACHE_FORMAT} {data.sha256} {purpose}".encode())
    for record in records:
        facts.update(f"{record.id}\n".encode())
    return _kept(_cache_path(data, facts.hexdigest()), compute)


def kept_by_content(
    data: TrainingData, pictures: Pictures, purpose: str, compute: Callable[[], dict[str, Tensor]]
) -> dict[str, Tensor]:
    """Return what was computed of these very pictures for a purpose, from the cache where it is there."""
    facts = hashlib.sha256(f"{CACHE_FORMAT} {purpose} {tuple(pictures.images.shape)}".encode())
    facts.update(pictures.images.contiguous().numpy().data)
    return _kept(_cache_path(data, facts.hexdigest()), compute)


def _kept(path: Path, compute: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
    if path.exists():
        _mark_used(path)
        kept: dict[str, Tensor] = load_file(path)
        return kept
    tensors = compute()
    _keep(path, tensors)
    return tensors


def label_numbers(names: tuple[str, ...], records: Sequence[Record]) -> Tensor | None:
    """Return the labels as numbers, or None where the pictures are unlabelled, if only in part."""
    numbers = {label: number for number, label in enumerate(names)}
    if not numbers or any(record.label not in numbers for record in records):
        return None
    return torch.tensor([numbers[str(record.label)] for record in records])


def _cache_path(data: TrainingData, facts: str) -> Path:
    # By the data's hash it is found and removed.
    return _cache_folder() / f"{data.sha256}-{facts[:40]}.safetensors"


def _cache_folder() -> Path:
    return Path(os.environ.get("BRANDKILN_CACHE", "var/cache")) / "pictures"


def _decode_all(
    records: Sequence[Record], resolution: int, on_progress: Callable[[int, int], None]
) -> Tensor:
    images = torch.empty(len(records), 3, resolution, resolution, dtype=torch.uint8)
    grey = True
    for index, record in enumerate(records):
        if index % 500 == 0:
            on_progress(index, len(records))
        if record.path is None:
            raise BadData(f"Record {record.id!r} has no picture file.")
        picture = decode_square(record.path, resolution)
        images[index] = pixels_of(picture)
        grey = grey and (picture.mode == "L" or bool((images[index] == images[index, :1]).all()))
    return images[:, :1].contiguous() if grey else images


def _mark_used(path: Path) -> None:
    """Set the access time, by which workers choose what goes when the cache is full; a disk may not keep it itself."""
    with suppress(OSError):
        os.utime(path, (time.time(), path.stat().st_mtime))


def _keep(path: Path, tensors: dict[str, Tensor]) -> None:
    """Write the cache file whole or not at all. A full or read-only disk costs the next job its time, nothing else."""
    growing = path.with_name(f".{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, growing)
        growing.replace(path)
    except OSError:
        growing.unlink(missing_ok=True)
