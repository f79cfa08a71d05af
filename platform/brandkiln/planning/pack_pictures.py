"""Pictures as a channel takes them: in one of its sizes, of a kind that it knows, within its limit."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, Literal

from PIL import Image, ImageOps

from brandkiln.planning.channels import Channel
from generators.frames import FRAMES, Frame

Fit = Literal["crop", "pad"]
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
QUALITIES = (92, 86, 80, 72, 64, 55)
LOSSY = ("image/jpeg", "image/webp")
MOST_PIXELS = 64_000_000
SAME_SHAPE = 0.01
"""By how much the ratio of the sides may differ before something is cut off or added."""


class Unfit(Exception):
    """A picture cannot be made to fit."""


@dataclass(frozen=True, slots=True)
class Made:
    """A picture for a channel.

    Attributes:
        data: Its bytes; None where the file goes out as it is.
    """

    media_type: str
    width: int
    height: int
    data: bytes | None = None


def frame_for(width: int, height: int, label: str, channel: Channel) -> tuple[str, Frame] | None:
    """Return the size that a picture gets in a channel, by its name; None where any size is right.

    It is the one that the picture was made for, else the one whose shape is nearest to the picture's.
    """
    if not channel.frames:
        return None
    name = label if label in channel.frames else min(
        channel.frames, key=lambda one: abs(_ratio(FRAMES[one].width, FRAMES[one].height) - _ratio(width, height))
    )  # fmt: skip
    return name, FRAMES[name]


def enlarging(width: int, height: int, frame: Frame, fit: Fit) -> float:
    """Return by how much a picture grows to fill a size, or to lie within it; below 1 it shrinks."""
    factors = frame.width / width, frame.height / height
    return max(factors) if fit == "crop" else min(factors)


def is_same_shape(width: int, height: int, frame: Frame) -> bool:
    """Return whether a picture fills a size without a cut or a border."""
    return abs(width / height / (frame.width / frame.height) - 1) <= SAME_SHAPE


def size_of(source: IO[bytes]) -> tuple[int, int]:
    """Return a picture's width and height, read from its header.

    Raises:
        Unfit: If it is none that can be read.
    """
    try:
        with Image.open(source, formats=tuple(FORMATS.values())) as opened:
            return opened.size
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise Unfit(str(error)) from error


def made_for(
    source: IO[bytes],
    *,
    media_type: str,
    size: int,
    channel: Channel,
    frame: Frame | None,
    fit: Fit,
    ground: str,
) -> Made:
    """Return a picture as a channel takes it; one that fits already stays as it is.

    Args:
        size: How many bytes it has.
        ground: The colour, as #rrggbb, that fills what a picture leaves free or lets through.

    Raises:
        Unfit: If it cannot be read, or no quality brings it within the channel's limit.
    """
    white = frame is not None and frame.is_white
    ground = "#ffffff" if white else ground
    try:
        with Image.open(source, formats=tuple(FORMATS.values())) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Unfit(f"{opened.width} x {opened.height} pixels")
            wanted = (frame.width, frame.height) if frame else opened.size
            lets_through = "A" in opened.getbands() or "transparency" in opened.info
            fits = opened.size == wanted and media_type in channel.pictures and size <= channel.picture_bytes
            if fits and not (white and lets_through):
                return Made(media_type, *opened.size)
            turned = ImageOps.exif_transpose(opened)
            picture = turned.convert("RGBA" if lets_through else "RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise Unfit(str(error)) from error
    if frame and picture.size != (frame.width, frame.height):
        picture = _fitted(picture, frame, fit, ground)
    return _encoded(picture, channel, ground)


def _fitted(picture: Image.Image, frame: Frame, fit: Fit, ground: str) -> Image.Image:
    size = frame.width, frame.height
    if fit == "crop" or is_same_shape(picture.width, picture.height, frame):
        return ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
    inside = ImageOps.contain(picture, size, Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", size, ground)
    at = (size[0] - inside.width) // 2, (size[1] - inside.height) // 2
    canvas.paste(inside, at, inside if inside.mode == "RGBA" else None)
    return canvas


def _encoded(picture: Image.Image, channel: Channel, ground: str) -> Made:
    for media_type in channel.pictures:
        flat = picture
        if media_type == "image/jpeg" and picture.mode == "RGBA":
            flat = Image.new("RGB", picture.size, ground)
            flat.paste(picture, (0, 0), picture)
        for quality in QUALITIES if media_type in LOSSY else (0,):
            target = io.BytesIO()
            extra = {"quality": quality} if quality else {}
            flat.save(target, FORMATS[media_type], optimize=True, **extra)
            if target.tell() <= channel.picture_bytes:
                return Made(media_type, *flat.size, target.getvalue())
    raise Unfit(f"{picture.width} x {picture.height} pixels in more than {channel.picture_bytes} bytes")


def _ratio(width: int, height: int) -> float:
    """Return the shape of a picture so that twice as wide is as far from a square as twice as high."""
    return width / height if width >= height else 2 - height / width
