"""Fashion-MNIST as folders of PNG files, one folder for each class.

70,000 pictures of articles from a shop's catalogue, 28 x 28, grey: Xiao, Rasul and Vollgraf, Fashion-MNIST, 2017,
https://arxiv.org/abs/1708.07747. MIT licence. Debian ships the four files in the package `dataset-fashion-mnist`.
Reads the IDX format (https://yann.lecun.com/exdb/mnist) with the standard library, and writes with Pillow.

    python -m brandkiln.demo.fashion_mnist SOURCE TARGET [--per-class N | --sample]
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import math
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from PIL import Image

CLASSES = (
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")

Split = Literal["train", "test"]

_FILES = {"train": "train", "test": "t10k"}
_UNSIGNED_BYTE = 8


def read_idx(path: Path) -> tuple[tuple[int, ...], bytes]:
    """Return sizes and bytes of a gzipped IDX file of unsigned bytes.

    Raises:
        ValueError: If it is another kind of file, or shorter or longer than its header says.
    """
    with gzip.open(path) as file:
        zero, kind, dimensions = struct.unpack(">HBB", file.read(4))
        if zero or kind != _UNSIGNED_BYTE:
            raise ValueError(f"{path} is not an IDX file of unsigned bytes.")
        sizes = struct.unpack(f">{dimensions}I", file.read(4 * dimensions))
        data = file.read()
    if len(data) != math.prod(sizes):
        raise ValueError(f"{path} holds {len(data)} bytes; its header says {math.prod(sizes)}.")
    return sizes, data


def pictures(
    source: Path, split: Split = "train", *, per_class: int | None = None
) -> Iterator[tuple[str, int, Image.Image]]:
    """Return class, number within the class and picture, in the order of the files, the first `per_class` of each."""
    (count, height, width), pixels = read_idx(source / f"{_FILES[split]}-images-idx3-ubyte.gz")
    (labels,), classes = read_idx(source / f"{_FILES[split]}-labels-idx1-ubyte.gz")
    if count != labels:
        raise ValueError(f"{source} has {count} pictures and {labels} labels in the {split} split.")
    size = height * width
    seen: Counter[str] = Counter()
    for index, number in enumerate(classes):
        name = CLASSES[number]
        if per_class is None or seen[name] < per_class:
            yield (
                name,
                seen[name],
                Image.frombytes("L", (width, height), pixels[index * size : (index + 1) * size]),
            )
        seen[name] += 1


def export(source: Path, target: Path, split: Split = "train", *, per_class: int | None = None) -> int:
    """Write pictures as `target/<class>/<number>.png` and return how many."""
    for name in CLASSES:
        (target / name).mkdir(parents=True, exist_ok=True)
    written = 0
    for name, number, picture in pictures(source, split, per_class=per_class):
        picture.save(target / name / f"{number:05}.png", optimize=True)
        written += 1
    return written


def write_dataset(source: Path, folder: Path, *, per_class: int | None = None) -> int:
    """Write a dataset version as generators read it, with both splits, and return the number of pictures."""
    lines = []
    splits: tuple[Split, ...] = ("train", "test")
    for split in splits:
        export(source, folder / split, split, per_class=per_class)
        for label in CLASSES:
            for path in sorted((folder / split / label).glob("*.png")):
                name = f"{split}/{label}/{path.name}"
                lines.append({"id": name, "split": split, "path": str(path.absolute()), "label": label})
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line["id"].encode() + Path(line["path"]).read_bytes())
    header = {
        "format": 1,
        "kind": "image",
        "name": "Fashion-MNIST",
        "sha256": digest.hexdigest(),
        "labels": CLASSES,
        "columns": [],
    }
    (folder / "records.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "dataset.json").write_text(json.dumps(header, indent=1) + "\n")
    return len(lines)


def write_sample(source: Path, path: Path, *, per_class: int = 100) -> int:
    """Write the first test pictures of each class as a ZIP of class folders, always the same bytes.

    The checkpoints that the demo brings learned from training pictures only, so that they have seen none of these.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:  # PNG is compressed already
        for name, number, picture in pictures(source, "test", per_class=per_class):
            png = io.BytesIO()
            picture.save(png, "PNG", optimize=True)
            archive.writestr(zipfile.ZipInfo(f"{name}/{number:03}.png"), png.getvalue())
        return len(archive.namelist())


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Write Fashion-MNIST as a dataset version of PNG files.")
    parser.add_argument("source", type=Path, nargs="?", default=DEBIAN_FOLDER)
    parser.add_argument("target", type=Path)
    parser.add_argument("--per-class", type=int, help="only the first N pictures of each class and split")
    parser.add_argument(
        "--sample", action="store_true", help="a ZIP of the first 100 test pictures of each class"
    )
    options = parser.parse_args()
    if options.sample:
        count = write_sample(options.source, options.target)
    else:
        count = write_dataset(options.source, options.target, per_class=options.per_class)
    print(f"{count} pictures in {options.target}")


if __name__ == "__main__":
    main()
