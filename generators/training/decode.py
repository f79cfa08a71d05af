"""One picture file, decoded to a small square."""

from __future__ import annotations

from pathlib import Path

import torch
from PIL import Image, ImageOps
from torch import Tensor

from generators.errors import BadData

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 64_000_000
PAD_FROM = 7 / 8
"""A picture that is at least this share of the resolution is padded, not enlarged: 28 px keep their pixels in 32."""


def decode_square(path: Path, resolution: int) -> Image.Image:
    """Return a picture as `resolution` x `resolution` pixels of mode "L" (grey) or "RGB".

    It is turned upright, laid on white where it is transparent, cropped to its middle square and scaled. One that is
    only slightly smaller than the resolution is padded with the colour of its corner.

    Raises:
        BadData: If the file is no PNG, JPEG or WebP picture, is damaged or has too many pixels; names the file.
    """
    upright = plain_picture(path, at_least=resolution)
    if resolution * PAD_FROM <= max(upright.size) <= resolution:
        return _padded(upright, resolution)
    return ImageOps.fit(upright, (resolution, resolution), Image.Resampling.LANCZOS)


def plain_picture(path: Path, *, at_least: int) -> Image.Image:
    """Return a picture upright, laid on white where it is transparent, of mode "L" (grey) or "RGB".

    A JPEG that is much larger than `at_least` pixels each way is decoded at a fraction of its size.

    Raises:
        BadData: If the file is no PNG, JPEG or WebP picture, is damaged or has too many pixels; names the file.
    """
    try:
        with Image.open(path, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadData(
                    f"{path.name} has {picture.width} x {picture.height} pixels; at most {MAX_PIXELS:,} are read. "
                    "Scale it down."
                )
            picture.draft(None, (at_least, at_least))
            return _plain(ImageOps.exif_transpose(picture))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadData(
            f"{path.name} cannot be read as a picture ({error}). Replace it by a PNG, JPEG or WebP file."
        ) from error


def whole_picture(path: Path, name: str) -> Image.Image:
    """Return a picture upright and as large as it is, in 8 bits: "L", "RGB", or "RGBA" where it is transparent.

    Args:
        name: What the person knows it by, such as "Picture 2".

    Raises:
        BadData: If the file is no picture, is damaged or has too many pixels.
    """
    try:
        with Image.open(path, formats=(*FORMATS, "TIFF", "BMP", "GIF")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise BadData(
                    f"{name} has {opened.width} x {opened.height} pixels; at most {MAX_PIXELS:,} are read. "
                    "Scale it down."
                )
            upright = ImageOps.exif_transpose(opened)
            if upright.has_transparency_data:
                cut = upright.convert("RGBA")
                if cut.getchannel("A").getextrema() != (255, 255):
                    return cut
                upright = cut.convert("RGB")
            return _plain(upright)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadData(f"{name} cannot be read. Export it anew as PNG or JPEG.") from error


def pixels_of(picture: Image.Image) -> Tensor:
    """Return the pixels of a decoded 8-bit picture as uint8, shape (C, H, W)."""
    pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
    return pixels.view(picture.height, picture.width, -1).permute(2, 0, 1)


def _plain(picture: Image.Image) -> Image.Image:
    if _is_deep(picture):  # convert() would clip all 16-bit values above 255 to white
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.has_transparency_data:
        rgba = picture.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("L" if picture.mode == "LA" else "RGB")
    return picture.convert("L" if picture.mode in ("1", "L", "I", "F") else "RGB")


def _is_deep(picture: Image.Image) -> bool:
    if picture.mode == "I":
        _least, most = picture.getextrema()
        return bool(most > 255)  # type: ignore[operator]
    return picture.mode.startswith("I;16")


def _padded(picture: Image.Image, resolution: int) -> Image.Image:
    square = Image.new(picture.mode, (resolution, resolution), picture.getpixel((0, 0)))
    square.paste(picture, ((resolution - picture.width) // 2, (resolution - picture.height) // 2))
    return square
