"""Bytes for the browser, each behind the workspace's door."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.artifacts.models import Artifact
from brandkiln.core.downloads import send_file
from brandkiln.dashboard.lookup import find
from brandkiln.library.files import file_response, thumbnail_response
from brandkiln.library.holds import refuse_held_bytes
from brandkiln.library.models import Asset
from brandkiln.library.rereading import receipt_for
from brandkiln.library.thumbnails import SIZES
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role

SHOWN = {"image/png", "image/jpeg", "image/webp", "audio/wav", "audio/flac", "audio/ogg"}


@in_workspace()
def asset(request: MemberRequest, asset: UUID) -> HttpResponseBase:
    """Answer with an asset's bytes, to look at or, with ``?download``, to keep."""
    row = find(Asset.objects.select_related("artifact", "hold"), request.workspace, asset)
    reviews = Role(request.membership.role).rank >= Role.ADMIN.rank
    return file_response(request, row, inline="download" not in request.GET, reviews=reviews)


@in_workspace()
def thumb(request: MemberRequest, asset: UUID, size: int) -> HttpResponseBase:
    """Answer with a small WebP of an asset's picture, which a browser may keep for ever."""
    if size not in SIZES:
        raise Http404(_("Pictures are shown with %(sizes)s pixels.") % {"sizes": ", ".join(map(str, SIZES))})
    row = find(Asset.objects.select_related("artifact", "hold"), request.workspace, asset)
    reviews = Role(request.membership.role).rank >= Role.ADMIN.rank
    return thumbnail_response(request, row, size, reviews=reviews)


@in_workspace()
def receipt(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Answer with an asset's receipt as a JSON file."""
    row = find(Asset.objects.all(), request.workspace, asset)
    return JsonResponse(
        receipt_for(row, whole=True),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={"Content-Disposition": f'attachment; filename="receipt-{str(row.pk)[:8]}.json"'},
    )


@in_workspace()
def artifact(request: MemberRequest, artifact: UUID) -> HttpResponseBase:
    """Answer with an artifact's bytes; only pictures and sounds are shown, everything else is a download."""
    row = find(Artifact.objects.all(), request.workspace, artifact)
    if Role(request.membership.role).rank < Role.ADMIN.rank:
        refuse_held_bytes(row.pk)
    is_shown = row.media_type in SHOWN
    response = send_file(
        request,
        store.open_artifact(row),
        size=row.size,
        media_type=row.media_type if is_shown else "application/octet-stream",
        filename=row.sha256[:12],
        inline=is_shown,
    )
    response["ETag"] = f'"{row.sha256}"'
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
