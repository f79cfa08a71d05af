"""Files from the server or a bucket: an admin picks a place and a folder in it, and a job fetches them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import find
from brandkiln.dashboard.views.arrivals import chosen_base
from brandkiln.datasets.imports import begin_import
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.datasets.places import find_place, places_of
from brandkiln.jobs.services import submit_import
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role


@in_workspace(Role.ADMIN)
def browse(request: MemberRequest, dataset: UUID) -> HttpResponse:
    """Show the places and what lies in one of them; a form that is sent starts the import of what it names."""
    row = find(Dataset.objects.filter(trashed_at=None), request.workspace, dataset)
    said = request.POST if request.method == "POST" else request.GET
    place, path = said.get("place", ""), said.get("path", "").strip("/")
    shown = {
        "dataset": row,
        "places": places_of(request.workspace),
        "place": place,
        "path": path,
        "steps": _steps(path),
        "newest": DatasetVersion.objects.filter(dataset=row, trashed_at=None).order_by("-number").first(),
    }
    status = 200
    try:
        if request.method == "POST":
            base = chosen_base(request, row)
            upload = begin_import(dataset=row, place=place, path=path, actor=request.user, base=base)
            job = submit_import(upload=upload, place=place, path=path, actor=request.user, look=True)
            return redirect("dashboard:job_page", request.workspace.slug, job.pk)
        if place:
            shown["entries"] = find_place(request.workspace, place).entries(path)
    except StudioError as error:
        shown["error"], status = error, error.status
    return render(request, "datasets/import.html", shown, status=status)


def _steps(path: str) -> list[tuple[str, str]]:
    """Return the folders that lead to a path, each with its own path."""
    parts = [part for part in path.split("/") if part]
    return [(part, "/".join(parts[: number + 1])) for number, part in enumerate(parts)]
