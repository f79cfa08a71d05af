"""Any mode that Pillow knows into 8-bit grey or RGB, upright, and nothing but pixels."""

import io
import math

from PIL import Image, ImageCms

from brandkiln.datasets.readers.limits import Fault

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to turn an image upright, by its EXIF orientation."""


def turn(image: Image.Image, orientation: object) -> Image.Image:
    """Return the image upright, which is itself where the orientation is none or unknown."""
    method = TURNS.get(orientation) if isinstance(orientation, int) else None
    return image if method is None else image.transpose(method)


def to_grey_or_rgb(image: Image.Image, profile: bytes | None, notes: list[str]) -> Image.Image:
    """Return the image as "L" or "RGB" without anything but pixels, and note what was changed.

    Transparency lies on white, colours become sRGB, and more than 8 bits are scaled.
    """
    if image.mode[0] in "IF":
        notes.append("scaled_to_8_bit")
        return _rebuilt(_scaled(image))
    if image.has_transparency_data:
        notes.append("flattened")
        rgba = image.convert("RGBA")
        ground = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        flat = Image.alpha_composite(ground, rgba)
        return _rebuilt(flat.convert("L" if image.mode in ("LA", "La") else "RGB"))
    if image.mode in ("1", "L"):
        return _rebuilt(image.convert("L"))
    return _rebuilt(_to_srgb(image, profile, notes).convert("RGB"))


def _scaled(image: Image.Image) -> Image.Image:
    """Return 16 bits divided by 257; whole numbers and fractions of other ranges from their least to their largest.

    convert() alone would clip to white.
    """
    wide = image.convert("F")
    least, most = wide.getextrema()
    assert isinstance(least, float)
    assert isinstance(most, float)
    if not math.isfinite(least) or not math.isfinite(most):
        raise Fault("damaged_image", "The image has pixels that are no numbers; export it anew.")
    if least >= 0 and most <= (65535 if image.mode[0] == "I" else 1):
        least, most = 0.0, 65535.0 if image.mode[0] == "I" else 1.0
    scale = 255 / ((most - least) or 1)
    offset = 0.5 - least * scale
    return wide.point(lambda value: value * scale + offset).convert("L")


def _to_srgb(image: Image.Image, profile: bytes | None, notes: list[str]) -> Image.Image:
    """Apply the colour profile where there is a usable one; a broken profile leaves the numbers as they are."""
    if not profile or image.mode not in ("RGB", "CMYK"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in (ImageCms.getProfileDescription(source) or ""):
            return image
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        notes.append("broken_profile")
        return image
    notes.append("converted_to_srgb")
    return converted or image


def _rebuilt(image: Image.Image) -> Image.Image:
    """Return a copy that holds pixels only: no EXIF, text chunks, profile or transparency colour."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare
