"""Numbers of any type as 8-bit grey, scaled in C by Pillow, so that no numerical library is needed."""

import math
from typing import cast

from PIL import Image

RAW_MODES = {
    ("u", 1): "F;8", ("i", 1): "F;8S", ("u", 2): "F;16", ("i", 2): "F;16S", ("u", 4): "F;32", ("i", 4): "F;32S",
    ("f", 4): "F;32F", ("f", 8): "F;64F",
}  # fmt: skip
"""Pillow's names for little-endian numbers: unsigned, signed and floating, by their bytes."""


def numbers(data: bytes, size: tuple[int, int], kind: tuple[str, int], *, big_endian: bool) -> Image.Image:
    """Return the numbers as an image of 32-bit floats."""
    mode = RAW_MODES[kind]
    if big_endian and kind[1] > 1:
        head, _, last = mode.partition(";")
        digits = last.rstrip("SF")
        mode = f"{head};{digits}B{last[len(digits) :]}"
    return Image.frombytes("F", size, data, "raw", mode)


def extent(image: Image.Image) -> tuple[float, float]:
    """Return the smallest and the largest finite number; two zeros where there is none."""
    low, high = cast(tuple[float, float], image.getextrema())
    if math.isfinite(low) and math.isfinite(high):
        return low, high
    finite = [value for value in memoryview(image.tobytes()).cast("f") if math.isfinite(value)]
    return (min(finite), max(finite)) if finite else (0.0, 0.0)


def to_grey(image: Image.Image, low: float, high: float, *, inverted: bool = False) -> Image.Image:
    """Return 8-bit grey: `low` and below is black and `high` and above white, or the other way round."""
    scale = 255.0 / (high - low) if high > low else 0.0
    offset = -low * scale + 0.5  # converting cuts decimals off
    if inverted:
        scale, offset = -scale, 256.0 - offset
    return image.point(lambda value: value * scale + offset).convert("L")
