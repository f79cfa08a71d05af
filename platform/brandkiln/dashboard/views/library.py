"""The library: finding assets, looking at one, and what people do with them."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from brandkiln.core.downloads import send_file
from brandkiln.core.errors import Unprocessable
from brandkiln.dashboard.brand_card import card_of, editable
from brandkiln.dashboard.bundles import bundle
from brandkiln.dashboard.lookup import find, whole
from brandkiln.dashboard.reworking import TONES, can_lock, submit_reworking
from brandkiln.dashboard.views.library_changes import picked as picked_assets
from brandkiln.dashboard.views.trash import UNDO
from brandkiln.dashboard.written_piece import piece_of
from brandkiln.jobs.guards import neighbour_of
from brandkiln.library import holds, services
from brandkiln.library.marks import mark_of_asset
from brandkiln.library.models import Asset
from brandkiln.library.queries import find_assets
from brandkiln.review.queries import place_of
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role
from brandkiln.workspaces.switches import require_feature
from generators import registry

MOST_PICKED = 500


@in_workspace()
def page(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Show an asset with its receipt."""
    row = find(_assets(), request.workspace, asset)
    neighbour = neighbour_of(row.job, row.receipt.get("details", {}).get("memorisation", {}))
    spec, card = registry.specs().get(row.generator), card_of(row)
    piece = piece_of(row, spec, card.in_parts if card else None)
    siblings = find_assets(workspace=request.workspace, job=str(row.job_id or "")).exclude(pk=row.pk)
    return render(
        request,
        "library/page.html",
        {
            "asset": row,
            "spec": spec,
            "piece": piece,
            "card": card,
            "editable": editable(row),
            "wordings": row.revisions.select_related("ended_by").order_by("-number"),
            "tones": TONES,
            "reason": holds.reason(row),
            "neighbour": neighbour,
            "mark": mark_of_asset(row),
            "place": place_of(row),
            "can_lock": can_lock(piece, spec),
            "siblings": siblings.order_by("position")[:12] if row.job_id else [],
        },
    )


@require_POST
@in_workspace()
def download(request: MemberRequest) -> HttpResponseBase:
    """Answer with the picked assets and their receipts in one ZIP file."""
    require_feature(request.workspace, "exports")
    try:
        rows = picked_assets(request).values_list("pk", flat=True)[:MOST_PICKED]
        picked = _assets().filter(workspace=request.workspace, pk__in=list(rows))
    except Unprocessable:
        picked = Asset.objects.none()
    if not picked:
        messages.info(request, _("Pick at least one asset to download."))
        return redirect("dashboard:asset_list", request.workspace.slug)
    if left_out := [asset for asset in picked if asset.is_held]:
        message = ngettext(
            "%(n)d asset is held back and left out.",
            "%(n)d assets are held back and left out.",
            len(left_out),
        )
        messages.warning(request, message % {"n": len(left_out)})
    if len(left_out) == len(picked):
        return redirect("dashboard:asset_list", request.workspace.slug)
    packed, size = bundle(asset for asset in picked if not asset.is_held)
    filename = f"{request.workspace.slug}-assets.zip"
    return send_file(request, packed, size=size, media_type="application/zip", filename=filename)


@require_POST
@in_workspace()
def rework(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Have variations of a text written, or a part of it said otherwise."""
    row = find(_assets(), request.workspace, asset)
    spec = registry.specs().get(row.generator)
    piece = piece_of(row, spec)
    if spec is None or piece is None:
        raise Unprocessable(
            _("Only a text that was written here in parts can be said otherwise. Create a new one.")
        )
    job = submit_reworking(
        asset=row,
        piece=piece,
        spec=spec,
        wish=request.POST.get("wish", ""),
        part=whole(request.POST.get("part", "0"), -1),
        actor=request.user,
    )
    return redirect("dashboard:job_page", request.workspace.slug, job.pk)


@require_POST
@in_workspace()
def rate(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Give the asset its stars."""
    row = find(_assets(), request.workspace, asset)
    services.rate_asset(asset=row, rating=whole(request.POST.get("rating", ""), -1))
    if request.headers.get("HX-Request"):
        return render(request, "library/_stars.html", {"asset": row})
    return redirect("dashboard:asset_page", request.workspace.slug, row.pk)


@require_POST
@in_workspace()
def tag(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Replace the asset's tags."""
    row = find(_assets(), request.workspace, asset)
    services.tag_asset(asset=row, tags=request.POST.get("tags", "").replace("，", ",").split(","))
    count = len(row.tags)
    messages.success(request, ngettext("%(n)d tag is kept.", "%(n)d tags are kept.", count) % {"n": count})
    return redirect("dashboard:asset_page", request.workspace.slug, row.pk)


@require_POST
@in_workspace()
def trash(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Move the asset to the trash."""
    row = services.trash_asset(asset=find(_assets(), request.workspace, asset), actor=request.user)
    address = reverse("dashboard:asset_restore", args=[request.workspace.slug, row.pk])
    messages.success(request, _("The asset is in the trash."), extra_tags=f"{UNDO}{address}")
    return redirect(reverse("dashboard:asset_list", args=[request.workspace.slug]))


@require_POST
@in_workspace(Role.ADMIN)
def release(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Let an asset that is held back be used."""
    row = holds.release_asset(asset=find(_assets(), request.workspace, asset), actor=request.user)
    messages.success(request, _("The asset is released and can be used."))
    return redirect("dashboard:asset_page", request.workspace.slug, row.pk)


@require_POST
@in_workspace()
def restore(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Take the asset out of the trash."""
    row = services.restore_asset(asset=find(_assets(), request.workspace, asset), actor=request.user)
    messages.success(request, _("The asset is back in the library."))
    return redirect("dashboard:asset_page", request.workspace.slug, row.pk)


def _assets() -> QuerySet[Asset]:
    return Asset.objects.select_related("artifact", "project", "job__requested_by", "job__checkpoint", "hold")
