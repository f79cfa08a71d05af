"""The palette: going anywhere in the workspace by a few letters of its name."""

from django.http import HttpResponse
from django.shortcuts import render

from brandkiln.dashboard.palette import found
from brandkiln.workspaces.access import MemberRequest, in_workspace

LONGEST = 80


@in_workspace()
def look(request: MemberRequest) -> HttpResponse:
    """Answer with what fits the words that were typed, as options of the palette's list."""
    words = request.GET.get("q", "")[:LONGEST].split()
    return render(request, "_palette_found.html", {"groups": found(request.workspace, words)})
