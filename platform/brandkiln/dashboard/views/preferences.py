"""Pairs of rated and reviewed texts as a file to learn preferences from."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from brandkiln.review.preferences import as_lines, preference_pairs
from brandkiln.workspaces.access import MemberRequest, in_workspace


@in_workspace()
def download(request: MemberRequest) -> HttpResponse:
    """Hand out the pairs as JSON Lines."""
    lines = as_lines(preference_pairs(workspace=request.workspace, project=request.GET.get("project", "")))
    if not lines:
        messages.error(
            request,
            _(
                "No two texts of one job were rated or decided differently yet. Rate or review the variants of a "
                "job, then come back."
            ),
        )
        return redirect("dashboard:asset_list", request.workspace.slug)
    response = HttpResponse(lines, content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="preferences.jsonl"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
