"""How an asset's bytes leave the studio."""

from django.http import FileResponse

from brandkiln.artifacts import store
from brandkiln.library.models import Asset

EXTENSIONS = {
    "image/png": "png",
    "image/svg+xml": "svg",
    "text/plain": "txt",
    "text/html": "html",
    "application/pdf": "pdf",
}


def file_response(asset: Asset, *, inline: bool = False) -> FileResponse:
    """Return the asset's bytes; a browser never runs what they hold."""
    response = FileResponse(
        store.open_artifact(asset.artifact),
        content_type=asset.media_type,
        as_attachment=not inline,
        filename=f"brandkiln-{str(asset.pk)[:8]}.{EXTENSIONS.get(asset.media_type, 'bin')}",
    )
    response["Content-Length"] = str(asset.artifact.size)
    response["ETag"] = f'"{asset.artifact.sha256}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    )
    return response
