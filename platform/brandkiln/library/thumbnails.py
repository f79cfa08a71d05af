"""Small WebP pictures of assets, made once: when their pictures are indexed, or when somebody looks first.

They are artifacts like any other, so that they are sealed where the pictures are and go when the assets go.
"""

from io import BytesIO
from typing import Final

from django.db import transaction
from PIL import Image, UnidentifiedImageError

from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.library.models import Asset, Thumbnail

SIZES: Final = (320, 640)
"""The longer sides that there are, in pixels."""
FORMATS = ("PNG", "JPEG", "WEBP")
LARGEST = 60_000_000
"""Pixels of a picture of which a small one is made."""
QUALITY = 82


def size_for(asset: Asset, size: int) -> int | None:
    """Return the size of the thumbnail that stands for the picture, or None where the picture itself is as small."""
    longest = max(asset.width or 0, asset.height or 0)
    return size if not longest or longest > size else None


def thumbnail(asset: Asset, size: int) -> Artifact | None:
    """Return the picture in a size of SIZES; None where there is nothing to make smaller, or it can't be read."""
    known = Thumbnail.objects.filter(asset=asset, size=size).select_related("artifact").first()
    if known:
        return known.artifact
    if asset.kind != Asset.Kind.IMAGE or size_for(asset, size) is None:
        return None
    made = _made(asset, size)
    if made is None:
        return None
    data, width, height = made
    if asset.width is None:
        asset.width, asset.height = width, height
        Asset.objects.filter(pk=asset.pk).update(width=width, height=height)
        if size_for(asset, size) is None:
            return None
    with transaction.atomic():
        artifact = store.put_bytes(data, workspace=asset.workspace, media_type="image/webp")
        Thumbnail.objects.get_or_create(
            asset=asset, size=size, defaults={"workspace_id": asset.workspace_id, "artifact": artifact}
        )
    return artifact


def _made(asset: Asset, size: int) -> tuple[bytes, int, int] | None:
    """Return the small picture, and the width and height of the picture itself."""
    try:
        with store.open_artifact(asset.artifact) as source, Image.open(source, formats=FORMATS) as picture:
            if picture.width * picture.height > LARGEST:
                return None
            width, height = picture.size
            picture.draft("RGB", (size, size))
            small = picture.convert(
                "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
            )
            small.thumbnail((size, size), Image.Resampling.LANCZOS)
            target = BytesIO()
            small.save(target, "WEBP", quality=QUALITY, method=4)
            return target.getvalue(), width, height
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
