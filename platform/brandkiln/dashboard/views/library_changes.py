"""What people do to many assets of the library at once, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.dashboard.lookup import find
from brandkiln.dashboard.views.trash import UNDO
from brandkiln.jobs.retention import delete_bytes
from brandkiln.library.asset_trash import delete_assets
from brandkiln.library.changes import MOST, change_assets, said_of, undo_change
from brandkiln.library.filters import Filters, apply
from brandkiln.library.models import Asset, Change
from brandkiln.library.uses import uses_of
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role

SHOWN = 200
"""Assets of which uses are looked for at most."""


@require_POST
@in_workspace()
def change(request: MemberRequest) -> HttpResponse:
    """Tag, move, rate, trash or restore the picked assets; answers a script with JSON."""
    asks_for_json = "application/json" in request.headers.get("Accept", "")
    back = back_of(request)
    try:
        made = change_assets(
            workspace=request.workspace,
            assets=picked(request),
            action=request.POST.get("action", ""),
            value=request.POST.get("value", "")[:200],
            actor=request.user,
        )
    except StudioError as error:
        if asks_for_json:
            return JsonResponse(error.body(), status=error.status)
        messages.error(request, error.message)
        return redirect(back)
    undo_address = reverse("dashboard:asset_undo", args=[request.workspace.slug, made.pk])
    if asks_for_json:
        return JsonResponse(
            {"said": said_of(made), "undo": undo_address if made.count else "", "count": made.count}
        )
    messages.success(request, said_of(made), extra_tags=f"{UNDO}{undo_address}" if made.count else "")
    return redirect(back)


@require_POST
@in_workspace()
def undo(request: MemberRequest, change: UUID) -> HttpResponse:
    """Take back what was done to many assets."""
    row = find(Change.objects.select_related("workspace", "actor"), request.workspace, change)
    try:
        undo_change(change=row, actor=request.user)
        messages.success(request, _("It is taken back."))
    except StudioError as error:
        messages.error(request, error.message)
    return redirect(back_of(request))


@in_workspace()
def uses(request: MemberRequest) -> HttpResponse:
    """Answer with where the picked assets are used."""
    rows = list(picked(request).filter(workspace=request.workspace).select_related("artifact")[:SHOWN])
    return render(request, "library/_uses.html", {"uses": uses_of(rows) if rows else [], "asked": len(rows)})


@require_POST
@in_workspace(Role.PUBLISHER)
def delete(request: MemberRequest) -> HttpResponse:
    """Delete the picked assets of the trash for good, once that was confirmed."""
    back = f"{reverse('dashboard:asset_list', args=[request.workspace.slug])}?trash=1"
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Nothing was deleted: confirm first that you know it can't be undone."))
        return redirect(back)
    assets = picked(request, trashed=True).filter(workspace=request.workspace).exclude(trashed_at=None)
    gone, kept = delete_assets(assets=assets, actor=request.user)
    transaction.on_commit(delete_bytes)
    said = ngettext("%(n)d asset is deleted for good.", "%(n)d assets are deleted for good.", gone) % {
        "n": gone
    }
    messages.success(request, said)
    if kept:
        held = ngettext("%(n)d asset is held on to.", "%(n)d assets are held on to.", kept) % {"n": kept}
        messages.warning(request, held)
    return redirect(back)


def picked(request: MemberRequest, *, trashed: bool = False) -> QuerySet[Asset]:
    """Return the assets that a form names, or all that fit its filters where it says so."""
    sent = request.POST if request.method == "POST" else request.GET
    if sent.get("everything"):
        filters = Filters.of(
            {name: sent.get(name) for name in sent if name not in {"asset", "action", "value"}}
        )
        return apply(filters, workspace=request.workspace)
    keys = []
    for key in sent.getlist("asset")[: MOST + 1]:
        try:
            keys.append(UUID(key))
        except ValueError as error:
            message = _("%(key)s is not the id of an asset.") % {"key": key[:40]}
            raise Unprocessable(message, fields={"asset": message}) from error
    return Asset.objects.filter(workspace=request.workspace, pk__in=keys)


def back_of(request: MemberRequest) -> str:
    """Return where a form goes back to: the address in it, or that of the library."""
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return back if is_ours else reverse("dashboard:asset_list", args=[request.workspace.slug])
