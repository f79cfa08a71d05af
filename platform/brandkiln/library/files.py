"""How an asset's bytes leave the studio."""

from django.http import HttpRequest, StreamingHttpResponse

from brandkiln.artifacts import store
from brandkiln.core.downloads import send_file
from brandkiln.library.models import Asset

EXTENSIONS = {
    "image/png": "png",
    "image/svg+xml": "svg",
    "text/plain": "txt",
    "text/html": "html",
    "application/pdf": "pdf",
}


def file_response(request: HttpRequest, asset: Asset, *, inline: bool = False) -> StreamingHttpResponse:
    """Return the asset's bytes; a browser never runs what they hold."""
    response = send_file(
        request,
        store.open_artifact(asset.artifact),
        size=asset.artifact.size,
        media_type=asset.media_type,
        filename=f"brandkiln-{str(asset.pk)[:8]}.{EXTENSIONS.get(asset.media_type, 'bin')}",
        inline=inline,
    )
    response["ETag"] = f'"{asset.artifact.sha256}"'
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
