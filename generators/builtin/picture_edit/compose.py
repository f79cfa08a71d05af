"""A product set on a ground: size, place, shadow."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter

from generators.builtin.picture_edit.channels import Box
from generators.contrast import Rgb

DARKEST = 0.45  # of a shadow at full strength
STANDS_ON = 0.08  # of its height: what is higher casts no shadow of contact
SEEN = 12  # of 255: less opaque pixels do not count for the product's size


def compose(
    product: Image.Image, size: tuple[int, int], room: Box, *, ground: Rgb | None, fill: float, shadow: float
) -> Image.Image:
    """Return the product in the middle of its room, RGB, or RGBA where there is no ground.

    Args:
        product: RGBA.
        size: Width and height of the result in pixels.
        fill: Share of its room that it fills at most, in width and height.
        shadow: Strength of the shadow, from 0 to 1.
    """
    product = product.crop(seen_box(product))
    scale = _scale(product.size, room, fill)
    shape = max(1, round(product.width * scale)), max(1, round(product.height * scale))
    product = _resized(product, shape)
    left = room.left + (room.width - shape[0]) // 2
    top = room.top + (room.height - shape[1]) // 2
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    layer.paste(product, (left, top))
    canvas = Image.new("RGBA", size, (*ground, 255) if ground else (0, 0, 0, 0))
    if shadow > 0:
        canvas = Image.alpha_composite(canvas, _shadow(layer.getchannel("A"), Box(left, top, *shape), shadow))
    canvas = Image.alpha_composite(canvas, layer)
    return canvas.convert("RGB") if ground else canvas


def enlargement(product: Image.Image, room: Box, fill: float) -> float:
    """Return how many times the product of an RGBA picture is enlarged where it is laid out so."""
    left, top, right, bottom = seen_box(product)
    return _scale((right - left, bottom - top), room, fill)


def covered(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the picture as it is, cut to the size without borders."""
    scale = max(size[0] / picture.width, size[1] / picture.height)
    shape = max(size[0], round(picture.width * scale)), max(size[1], round(picture.height * scale))
    large = (
        _resized(picture, shape)
        if picture.mode == "RGBA"
        else picture.resize(shape, Image.Resampling.LANCZOS)
    )
    left, top = (large.width - size[0]) // 2, (large.height - size[1]) // 2
    return large.crop((left, top, left + size[0], top + size[1]))


def seen_box(product: Image.Image) -> tuple[int, int, int, int]:
    """Return the box of what can be seen; all of it where that is nothing."""
    box = product.getchannel("A").point(lambda value: 255 if value > SEEN else 0).getbbox()
    return box or (0, 0, *product.size)


def _scale(size: tuple[int, int], room: Box, fill: float) -> float:
    return min(fill * room.width / size[0], fill * room.height / size[1])


def _resized(picture: Image.Image, shape: tuple[int, int]) -> Image.Image:
    """Resize with colours weighed by how opaque they are, so that no colour of the old ground comes back."""
    return picture.convert("RGBa").resize(shape, Image.Resampling.LANCZOS).convert("RGBA")


def _shadow(alpha: Image.Image, product: Box, strength: float) -> Image.Image:
    """Return a soft shadow: one of the whole shape a little below, and a denser one where the product stands."""
    away = max(2, product.height // 40)
    soft = ImageChops.offset(alpha, 0, away).filter(ImageFilter.GaussianBlur(away * 1.6))
    flat = max(3, product.height // 14)
    foot = alpha.crop(
        (
            product.left,
            product.top + product.height - max(1, round(STANDS_ON * product.height)),
            product.left + product.width,
            product.top + product.height,
        )
    ).resize((product.width, flat))
    contact = Image.new("L", alpha.size, 0)
    contact.paste(foot, (product.left, product.top + product.height - flat // 2))
    contact = contact.filter(ImageFilter.GaussianBlur(max(2, flat / 3)))
    dark = ImageChops.lighter(soft.point(lambda v: round(v * 0.6)), contact)
    dark = dark.point(lambda value: round(value * DARKEST * strength))
    return Image.merge("RGBA", (*[Image.new("L", alpha.size, 20)] * 3, dark))
