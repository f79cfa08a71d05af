"""Pictures for a job to work on: choosing one from the library, or bringing a file."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import Unprocessable
from brandkiln.dashboard.lookup import page_of
from brandkiln.jobs.pictures import MEDIA_TYPES, bring_picture, picture_bytes
from brandkiln.library.queries import find_assets, released
from brandkiln.workspaces.access import MemberRequest, in_workspace


@in_workspace()
def pick(request: MemberRequest) -> HttpResponse:
    """List the library's pictures to choose from."""
    search = request.GET.get("q", "")[:200]
    assets = released(find_assets(workspace=request.workspace, search=search))
    assets = assets.filter(media_type__in=MEDIA_TYPES)
    return render(request, "library/_pick.html", {"page": page_of(request, assets), "q": search})


@require_POST
@in_workspace()
def bring(request: MemberRequest) -> HttpResponse:
    """Keep the picture that was sent and answer with its id and where to see it."""
    sent = request.FILES.get("picture")
    try:
        if sent is None:
            said = _("No file came along. Choose a picture.")
            raise Unprocessable(said, fields={"picture": said})
        artifact = bring_picture(workspace=request.workspace, data=picture_bytes(sent))
    except Unprocessable as refusal:
        return JsonResponse(refusal.body(), status=refusal.status)
    address = reverse("dashboard:artifact_file", args=[request.workspace.slug, artifact.pk])
    return JsonResponse({"id": str(artifact.pk), "url": address}, status=201)
