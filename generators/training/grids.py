"""Pictures as PNG files: one sample each, or many in one grid for previews."""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image
from torch import Tensor

from generators.training.pictures import to_bytes


def save_png(picture: Tensor, path: Path) -> None:
    """Write a picture in [-1, 1] of shape (1 or 3, H, W)."""
    channels, height, width = picture.shape
    pixels = to_bytes(picture).permute(1, 2, 0).contiguous()
    Image.frombytes("L" if channels == 1 else "RGB", (width, height), pixels.numpy().tobytes()).save(
        path, "PNG"
    )


def save_grid(pictures: Tensor, path: Path, *, columns: int) -> None:
    """Write pictures in [-1, 1] of shape (N, C, H, W) in rows of `columns`; the last row is filled with black."""
    count, channels, height, width = pictures.shape
    rows = math.ceil(count / columns)
    cells = pictures.new_full((rows * columns, channels, height, width), -1)
    cells[:count] = pictures
    grid = cells.view(rows, columns, channels, height, width).permute(2, 0, 3, 1, 4)
    save_png(grid.reshape(channels, rows * height, columns * width), path)
