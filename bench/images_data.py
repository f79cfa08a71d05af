"""Fashion-MNIST as a dataset version, for the benchmarks of image generators.

The pictures come from the Debian package dataset-fashion-mnist or a folder named by FASHION_MNIST. They are written
once to var/bench, split 55,000 / 5,000 / 10,000; a smaller version has fewer to train on, and a fifth of them to
validate with.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from brandkiln.demo.fashion_mnist import CLASSES, DEBIAN_FOLDER, pictures

from generators.data import Record, TrainingData
from generators.testing import write_data

ROOT = Path(__file__).parent.parent / "var" / "bench"
SOURCE = Path(os.environ.get("FASHION_MNIST", DEBIAN_FOLDER))
VALIDATION = 5_000
Split = Literal["train", "validation", "test"]


def fashion(count: int | None = None) -> TrainingData:
    """Return Fashion-MNIST as a dataset version, written once, with all or `count` training pictures."""
    folder = ROOT / f"fashion-mnist-{count or 'all'}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "dataset.json").exists():
            records = list(_records(folder, count))
            digest = hashlib.sha256(b"".join(record.path.read_bytes() for record in records if record.path))
            write_data(
                folder, "image", records, name=f"Fashion-MNIST {digest.hexdigest()[:8]}", labels=CLASSES
            )
    return TrainingData.open(folder)


def _records(folder: Path, count: int | None) -> Iterator[Record]:
    held_out = VALIDATION if count is None else max(count // 5, len(CLASSES))
    train = 60_000 - VALIDATION if count is None else count
    splits: tuple[tuple[Split, int], ...] = (("train", train), ("validation", held_out), ("test", 10_000))
    for split, limit in splits:
        source: Literal["train", "test"] = "test" if split == "test" else "train"
        offset = 6_000 - held_out // len(CLASSES) if split == "validation" else 0
        (folder / split).mkdir(exist_ok=True)
        for label, number, picture in pictures(SOURCE, source):
            if offset <= number < offset + limit // len(CLASSES):
                path = folder / split / f"{CLASSES.index(label)}-{number:04}.png"
                picture.save(path, compress_level=1)
                yield Record(id=f"{split}/{path.stem}", split=split, path=path, label=label)
