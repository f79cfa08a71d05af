"""How an asset's bytes leave the studio."""

from io import BytesIO

from django.http import HttpRequest, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase

from brandkiln.artifacts import store
from brandkiln.core.downloads import send_file
from brandkiln.library.holds import refuse_held
from brandkiln.library.marks import mark_of_asset
from brandkiln.library.models import Asset
from brandkiln.library.rereading import exported
from brandkiln.library.thumbnails import thumbnail

EXTENSIONS = {
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/webp": "webp",
    "text/plain": "txt",
    "text/html": "html",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}


def file_response(
    request: HttpRequest, asset: Asset, *, inline: bool = False, reviews: bool = False, outside: bool = False
) -> StreamingHttpResponse:
    """Return the asset's bytes; a browser never runs what they hold.

    A file to keep carries its receipt inside where its kind has a place for one, unless ``?plain`` asks for the bytes
    as they are.

    Args:
        reviews: Whether who asks may look at what is held back, to decide about it.
        outside: Whether who asks is no member; the receipt stays inside the workspace then.

    Raises:
        HeldBack: If it is held back.
    """
    if not (inline and reviews):
        refuse_held(asset)
    data = None if inline or outside or "plain" in request.GET else exported(asset)
    mark = "NOT-FOR-DIAGNOSIS-" if mark_of_asset(asset) else ""
    response = send_file(
        request,
        BytesIO(data) if data else store.open_artifact(asset.artifact),
        size=len(data) if data else asset.artifact.size,
        media_type=_with_charset(asset.media_type),
        filename=f"brandkiln-{mark}{str(asset.pk)[:8]}.{EXTENSIONS.get(asset.media_type, 'bin')}",
        inline=inline,
    )
    response["ETag"] = f'"{asset.artifact.sha256}{"-receipt" if data else ""}"'
    response["Cache-Control"] = "no-store" if asset.is_held else "private, max-age=31536000, immutable"
    return response


def _with_charset(media_type: str) -> str:
    """Say that a text is UTF-8, as all are that the studio keeps; else programs read it as Latin 1."""
    is_bare = media_type.startswith("text/") and "charset" not in media_type
    return f"{media_type}; charset=utf-8" if is_bare else media_type


def thumbnail_response(
    request: HttpRequest, asset: Asset, size: int, *, reviews: bool = False
) -> HttpResponseBase:
    """Return the asset's picture in a size of thumbnails.SIZES, or itself where that is as small.

    Raises:
        HeldBack: If it is held back.
    """
    small = thumbnail(asset, size) if not asset.is_held else None
    if small is None:
        return file_response(request, asset, inline=True, reviews=reviews)
    tag = f'"{small.sha256}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    response = send_file(
        request, store.open_artifact(small), size=small.size, media_type="image/webp",
        filename=f"{str(asset.pk)[:8]}-{size}.webp", inline=True,
    )  # fmt: skip
    response["ETag"] = tag
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
