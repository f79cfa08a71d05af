"""Folders, tags and saved views of the library."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import find
from brandkiln.dashboard.views.library_changes import back_of
from brandkiln.library import organising
from brandkiln.library.changes import folder_named
from brandkiln.library.models import Folder, SavedView, Tag
from brandkiln.workspaces.access import MemberRequest, in_workspace


@require_POST
@in_workspace()
def new_folder(request: MemberRequest) -> HttpResponse:
    """Make a folder and open it."""
    try:
        parent = folder_named(request.workspace, request.POST.get("parent", ""))
        made = organising.create_folder(
            workspace=request.workspace, name=request.POST.get("name", ""), parent=parent
        )
    except StudioError as error:
        messages.error(request, error.message)
        return redirect(back_of(request))
    messages.success(request, _("The folder %(name)s is there. Drag pieces onto it.") % {"name": made})
    return redirect(back_of(request))


@require_POST
@in_workspace()
def folder(request: MemberRequest, folder: UUID) -> HttpResponse:
    """Rename a folder, or delete it; what lies in it stays in the library."""
    row = find(Folder.objects.select_related("parent", "workspace"), request.workspace, folder)
    library = reverse("dashboard:asset_list", args=[request.workspace.slug])
    try:
        if request.POST.get("do") == "delete":
            count = organising.delete_folder(folder=row, actor=request.user)
            said = ngettext(
                "The folder is gone; its %(n)d asset stays in the library.",
                "The folder is gone; its %(n)d assets stay in the library.",
                count,
            )
            messages.success(request, said % {"n": count})
            return redirect(library)
        organising.rename_folder(folder=row, name=request.POST.get("name", ""))
        messages.success(request, _("The folder is called %(name)s now.") % {"name": row.name})
    except StudioError as error:
        messages.error(request, error.message)
    return redirect(f"{library}?{urlencode({'folder': str(row.pk)})}")


@in_workspace()
def tags(request: MemberRequest) -> HttpResponse:
    """List the workspace's tags with how many assets have each."""
    used = Count("taggings", filter=Q(taggings__asset__trashed_at=None))
    rows = Tag.objects.filter(workspace=request.workspace).annotate(used=used).order_by("name")
    return render(request, "library/tags.html", {"tags": rows[:1000]})


@require_POST
@in_workspace()
def tag(request: MemberRequest, tag: UUID) -> HttpResponse:
    """Rename a tag, which may join it to another, or take it off all assets."""
    row = find(Tag.objects.select_related("workspace"), request.workspace, tag)
    try:
        if request.POST.get("do") == "delete":
            organising.delete_tag(tag=row, actor=request.user)
            messages.success(request, _("The tag %(name)s is off all assets.") % {"name": row.name})
        else:
            before, wished = row.name, request.POST.get("name", "")
            now = organising.rename_tag(tag=row, name=wished, actor=request.user)
            said = _("%(before)s is called %(name)s now.")
            if now.pk != row.pk:
                said = _("%(before)s and %(name)s are one tag now.")
            messages.success(request, said % {"before": before, "name": now.name})
    except StudioError as error:
        messages.error(request, error.message)
    return redirect("dashboard:asset_tags", request.workspace.slug)


@require_POST
@in_workspace()
def save_view(request: MemberRequest) -> HttpResponse:
    """Keep the filters that are set under a name, and show them."""
    filters = QueryDict(request.POST.get("query", "")[:4000]).dict()
    try:
        view = organising.save_view(
            workspace=request.workspace,
            owner=request.user,
            name=request.POST.get("name", ""),
            filters=filters,
            is_shared="shared" in request.POST,
            is_pinned="pinned" in request.POST,
        )
        messages.success(request, _("The view %(name)s is kept.") % {"name": view.name})
    except StudioError as error:
        messages.error(request, error.message)
        return redirect(back_of(request))
    return redirect(_address(request, view))


@require_POST
@in_workspace()
def view(request: MemberRequest, view: UUID) -> HttpResponse:
    """Rename, share, pin or delete one of one's own views."""
    rows = organising.views_for(request.user, request.workspace)
    row: SavedView = find(rows, request.workspace, view)
    do = request.POST.get("do", "")
    try:
        if do == "delete":
            organising.delete_view(view=row, actor=request.user)
            messages.success(request, _("The view %(name)s is gone; no asset is.") % {"name": row.name})
            return redirect("dashboard:asset_list", request.workspace.slug)
        known: dict[str, dict[str, Any]] = {
            "rename": {"name": request.POST.get("name", "")},
            "share": {"is_shared": not row.is_shared},
            "pin": {"is_pinned": not row.is_pinned},
        }
        if changes := known.get(do):
            organising.change_view(view=row, actor=request.user, **changes)
            messages.success(request, _("The view is changed."))
    except StudioError as error:
        messages.error(request, error.message)
    return redirect(_address(request, row))


def _address(request: MemberRequest, view: SavedView) -> str:
    return f"{reverse('dashboard:asset_list', args=[request.workspace.slug])}?{urlencode(view.filters)}"
