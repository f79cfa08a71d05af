"""The files that bench/datasets.py reads: a ZIP of pictures in folders, and a CSV of sales."""

import io
import os
import random
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from brandkiln.demo.fashion_mnist import DEBIAN_FOLDER, pictures
from PIL import Image

FOLDER = Path(os.environ.get("FASHION_MNIST", str(DEBIAN_FOLDER)))


def write_images(path: Path, count: int) -> str:
    """Write PNGs of 28 x 28 pixels in ten folders as a ZIP, and return where they are from."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, (label, image) in enumerate(islice(pictures_of_the_bench(), count)):
            target = io.BytesIO()
            image.save(target, "PNG")
            archive.writestr(f"{label}/{number:06}.png", target.getvalue())
    return "Fashion-MNIST" if _is_real() else "smooth noise"


def pictures_of_the_bench() -> Iterator[tuple[str, Image.Image]]:
    """Yield labels and pictures without end."""
    return _pictures() if _is_real() else _noise()


def _is_real() -> bool:
    return (FOLDER / "train-images-idx3-ubyte.gz").exists()


def _pictures() -> Iterator[tuple[str, Image.Image]]:
    while True:
        for label, _, image in pictures(FOLDER):
            yield label, image


def _noise() -> Iterator[tuple[str, Image.Image]]:
    chance, number = random.Random(0), 0
    while True:
        small = Image.frombytes("L", (7, 7), chance.randbytes(49))
        yield f"class {number % 10}", small.resize((28, 28), Image.Resampling.BICUBIC)
        number += 1


def write_table(path: Path, rows: int) -> None:
    """Write a table of sales, seeded."""
    chance = random.Random(0)
    with path.open("w") as target:
        target.write("day,product,region,units,price,returned\n")
        for number in range(rows):
            price, units = chance.uniform(5, 200), chance.randrange(100)
            day, returned = f"2024-{number % 12 + 1:02}-15", "no" if units % 7 else "yes"
            target.write(f"{day},shoe {number % 50},north,{units},{price:.2f},{returned}\n")
