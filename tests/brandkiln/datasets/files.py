"""Builders of honest and hostile files."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

from brandkiln.datasets.models import DatasetVersion
from PIL import Image

Ingest = Callable[..., DatasetVersion]


def image_bytes(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def grey(value: int, size: tuple[int, int] = (8, 8)) -> bytes:
    """Return a PNG of one grey."""
    return image_bytes(Image.new("L", size, value))


def zip_bytes(files: dict[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]], method: int = 0) -> bytes:
    """Return a ZIP of the files in the given order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, data, compress_type=method)
    return target.getvalue()


def labelled_zip(count: int, labels: tuple[str, ...] = ("bags", "shoes")) -> bytes:
    """Return a ZIP of different small images in one folder for each label."""
    return zip_bytes(
        {
            f"{labels[number % len(labels)]}/{number:04}.png": grey(number % 256, (8, 8 + number // 256))
            for number in range(count)
        }
    )
