"""Finding assets by a picture, and files that come back to be made again."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.dashboard.lookup import find
from brandkiln.jobs.models import Job
from brandkiln.jobs.pictures import bring_picture, picture_bytes
from brandkiln.library.embedding import LARGEST
from brandkiln.library.indexing import look_by_picture
from brandkiln.library.rereading import Reread
from brandkiln.library.rereading import reread as reread_file
from brandkiln.workspaces.access import MemberRequest, in_workspace

SCALARS = (str, int, float)


@require_POST
@in_workspace()
def find_like(request: MemberRequest) -> HttpResponse:
    """Look for pictures like the one that was sent; it is kept as an artifact, not as an asset."""
    try:
        artifact = bring_picture(workspace=request.workspace, data=picture_bytes(_sent(request)))
        job = look_by_picture(workspace=request.workspace, actor=request.user, artifact=artifact)
    except StudioError as error:
        return JsonResponse(error.body(), status=error.status)
    address = f"{reverse('dashboard:asset_list', args=[request.workspace.slug])}?{urlencode({'looks': str(job.pk)})}"
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"address": address}, status=201)
    return redirect(address)


@in_workspace()
def look(request: MemberRequest, job: UUID) -> HttpResponse:
    """Answer with whether a job that makes vectors has ended."""
    row = find(Job.objects.all(), request.workspace, job)
    return JsonResponse({"ended": row.is_final})


@require_POST
@in_workspace()
def reread(request: MemberRequest) -> HttpResponse:
    """Read an exported file and offer to open the form with its exact settings, or say why not."""
    try:
        sent = _sent(request)
        found = reread_file(workspace=request.workspace, data=sent.read(LARGEST + 1))
    except StudioError as error:
        return render(request, "library/_reread.html", {"problem": error.message}, status=error.status)
    name = sent.name
    return render(
        request, "library/_reread.html", {"found": found, "name": name, "address": _address(request, found)}
    )


def _address(request: MemberRequest, found: Reread) -> str:
    """Return where the form is filled in with the file's settings; "" where it cannot be."""
    if not found.can_be_made_again:
        return ""
    made = found.receipt
    start = reverse(
        "dashboard:generator_start",
        args=[request.workspace.slug, made["generator"]["name"], made["job"]["kind"]],
    )
    if found.job:
        return f"{start}?{urlencode({'again': str(found.job.pk)})}"
    params: dict[str, Any] = {
        name: value for name, value in found.params.items() if isinstance(value, SCALARS) and value != ""
    }
    if made.get("checkpoint"):
        params["checkpoint"] = made["checkpoint"]["id"]
    return f"{start}?{urlencode(params)}"


def _sent(request: MemberRequest) -> "UploadedFile[bytes]":
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        message = _("No file came along. Choose one.")
        raise Unprocessable(message, fields={"file": message})
    return sent
