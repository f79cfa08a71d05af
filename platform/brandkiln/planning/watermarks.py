"""Pictures for people outside: large enough to judge, too small to print, marked with the name of who gets them."""

import io
import math
from typing import IO

from PIL import Image, ImageDraw, ImageFont, ImageOps

from brandkiln.planning.pack_pictures import FORMATS, MOST_PIXELS, Unfit

LONGEST_SIDE = 1_280
"""Of a preview, in pixels."""
LEAST_SIDE = 320
"""Pixels that the longer side of a marked picture has at least: on a smaller one nobody could read the name."""
OPACITY = 88
"""Of the mark's letters, of 255."""


def preview(source: IO[bytes], *, name: str) -> bytes:
    """Return a picture as JPEG of at most LONGEST_SIDE pixels, without what its file says of itself.

    Args:
        name: What is written across it again and again; "" leaves it unmarked.

    Raises:
        Unfit: If it cannot be read.
    """
    try:
        with Image.open(source, formats=tuple(FORMATS.values())) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Unfit(f"{opened.width} x {opened.height} pixels")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise Unfit(str(error)) from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    flat = Image.new("RGBA", picture.size, "#ffffff")
    flat.alpha_composite(picture)
    if name:
        flat = ImageOps.scale(flat, -(-LEAST_SIDE // max(flat.size)), Image.Resampling.NEAREST)
        flat.alpha_composite(_mark(flat.size, name))
    target = io.BytesIO()
    flat.convert("RGB").save(target, "JPEG", quality=84)
    return target.getvalue()


def written(name: str, otherwise: str) -> str:
    """Return the name as the mark writes it; what stands for it where the typeface has no such letters."""
    return name if all(ord(letter) < 0x250 for letter in name) and name.strip() else otherwise


def _mark(size: tuple[int, int], name: str) -> Image.Image:
    """Return a layer with the name in diagonal lines: light letters on a dark edge show on any ground."""
    reach = math.ceil(math.hypot(*size))
    height = max(10, reach // 32)
    font = ImageFont.load_default(height)
    layer = Image.new("RGBA", (reach, reach), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    step = pen.textlength(name, font) + 3 * height
    for row, y in enumerate(range(0, reach, 4 * height)):
        x = -(row % 2) * step / 2
        while x < reach:
            pen.text((x + 1, y + 1), name, fill=(0, 0, 0, OPACITY), font=font)
            pen.text((x, y), name, fill=(255, 255, 255, OPACITY), font=font)
            x += step
    turned = layer.rotate(30, Image.Resampling.BICUBIC)
    left, top = (reach - size[0]) // 2, (reach - size[1]) // 2
    return turned.crop((left, top, left + size[0], top + size[1]))
