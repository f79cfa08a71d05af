"""What every page's template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from brandkiln.dashboard.places import Place, menu, places_of
from brandkiln.dashboard.tour import strip
from brandkiln.jobs.models import Job
from brandkiln.workspaces.models import Workspace


def studio(request: HttpRequest) -> dict[str, Any]:
    """Return the page's workspace, where the page stands in the menu, and what the frame shows.

    Queries run only where a template reads them.
    """
    workspace = getattr(request, "workspace", None)
    name = request.resolver_match.url_name if request.resolver_match else None
    section = (name or "").split("_")[0]
    return {
        "workspace": workspace,
        "membership": getattr(request, "membership", None),
        "section": section,
        "tour": strip(request, workspace),
        "menu": SimpleLazyObject(lambda: _menu_of(workspace, section) if workspace else []),
        "shortcuts": SimpleLazyObject(lambda: _shortcuts_of(workspace) if workspace else []),
        "sign_up_open": settings.SIGN_UP_OPEN or "invitation" in getattr(request, "session", {}),
        "my_workspaces": SimpleLazyObject(lambda: list(_workspaces_of(request))),
        "open_job_count": SimpleLazyObject(
            lambda: Job.objects.filter(workspace=workspace, state__in=Job.OPEN).count() if workspace else 0
        ),
    }


def _workspaces_of(request: HttpRequest) -> Any:
    if not request.user.is_authenticated:
        return []
    return Workspace.objects.filter(memberships__user=request.user).order_by("name")


def _shortcuts_of(workspace: Workspace) -> list[tuple[Place, str]]:
    """Return the places that a letter goes to, with their addresses."""
    return [(place, place.address(workspace)) for place in places_of(workspace) if place.key]


def _menu_of(workspace: Workspace, section: str) -> list[tuple[Any, list[tuple[Place, str, bool]]]]:
    """Return the menu's headings, each with its places, their addresses and whether the page belongs to them."""
    return [
        (group, [(place, place.address(workspace), section in place.covers) for place in places])
        for group, places in menu(workspace)
    ]
