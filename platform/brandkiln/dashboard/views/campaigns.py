"""Campaigns: the list, the board of one, and bringing pieces into it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.forms import refuse
from brandkiln.dashboard.lookup import find, page_of
from brandkiln.dashboard.planning_forms import CampaignForm
from brandkiln.dashboard.views import library_changes
from brandkiln.library.models import Asset
from brandkiln.library.queries import find_assets
from brandkiln.planning import campaigns
from brandkiln.planning.channels import title_of
from brandkiln.planning.conflicts import look
from brandkiln.planning.entries import entries_of
from brandkiln.planning.models import Campaign
from brandkiln.planning.progress import missing_in, with_progress
from brandkiln.review.models import State
from brandkiln.review.queries import state_of
from brandkiln.workspaces.access import MemberRequest, in_workspace

MOST_PICKED = 500
MOST_SHOWN = 300


def campaigns_of(request: MemberRequest) -> QuerySet[Campaign]:
    """Return the workspace's campaigns."""
    return Campaign.objects.filter(workspace=request.workspace).select_related("project", "workspace")


def find_campaign(request: MemberRequest, campaign: UUID) -> Campaign:
    """Return a campaign of the workspace; raise Http404 if it has none."""
    return find(campaigns_of(request), request.workspace, campaign)


def picked(request: MemberRequest) -> list[Asset]:
    """Return the assets that were picked in the library, the oldest of them where there are too many, and say so."""
    rows = library_changes.picked(request).filter(trashed_at=None)
    rows = rows.select_related("artifact", "hold", "project__brand_kit").order_by("created_at", "pk")
    found = list(rows[: MOST_PICKED + 1])
    if len(found) > MOST_PICKED:
        said = _("At most %(most)d pieces are taken at once: these are the oldest of those that you picked.")
        messages.warning(request, said % {"most": MOST_PICKED})
    return found[:MOST_PICKED]


def campaign_asked(request: MemberRequest) -> Campaign | None:
    """Return the campaign that a link or a form names, which stays in mind while something is made for it."""
    asked = request.POST.get("campaign") or request.GET.get("campaign", "")
    try:
        return campaigns_of(request).filter(pk=UUID(asked), archived_at=None).first() if asked else None
    except ValueError:
        return None


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the campaigns with how far each has come."""
    archived = "archived" in request.GET
    rows = campaigns_of(request)
    shown = with_progress(rows.filter(archived_at__isnull=not archived)).order_by("-created_at", "-id")
    context = {
        "page": page_of(request, shown),
        "archived": archived,
        "archived_count": rows.exclude(archived_at=None).count(),
    }
    return render(request, "planning/campaigns.html", context)


@in_workspace()
def create(request: MemberRequest) -> HttpResponse:
    """Ask for what a campaign is about, and make it; pieces that were picked before join it."""
    assets = picked(request) if request.method == "POST" else []
    begun = "name" in request.POST
    sent, project = request.POST if begun else None, request.GET.get("project", "")
    form = CampaignForm(sent, workspace=request.workspace, actor=request.user, project=project)
    if begun and form.is_valid():
        try:
            row = campaigns.create_campaign(actor=request.user, **form.cleaned_data)
            campaigns.add_pieces(campaign=row, assets=assets, actor=request.user)
        except StudioError as refusal:
            refuse(form, refusal)
        else:
            return redirect("dashboard:campaign_page", request.workspace.slug, row.pk)
    context = {"form": form, "assets": assets}
    return render(request, "planning/campaign_form.html", context, status=422 if begun else 200)


@in_workspace()
def page(request: MemberRequest, campaign: UUID) -> HttpResponse:
    """Show the board of a campaign: its pieces by where they stand, and what is missing."""
    row = find(with_progress(campaigns_of(request)), request.workspace, campaign)
    assets = list(
        Asset.objects.filter(campaign_pieces__campaign=row, trashed_at=None)
        .select_related("artifact", "hold")
        .order_by("-campaign_pieces__created_at", "pk")[:MOST_SHOWN]
    )
    places = state_of(assets)
    entries = look(list(entries_of(request.workspace).filter(campaign=row)[:MOST_SHOWN]))
    planned: dict[object, list[Any]] = {}
    for looked in entries:
        planned.setdefault(looked.entry.asset_id, []).append(looked.entry)
    columns = [
        (state, [(one, planned.get(one.pk, [])) for one in assets if places[one.pk].state == state])
        for state in State
    ]
    context = {
        "campaign": row,
        "channels": [title_of(name) for name in row.channels],
        "people": row.people.all(),
        "columns": columns,
        "draft_count": sum(places[one.pk].state == State.DRAFT for one in assets),
        "missing": missing_in(row),
        "empty": [looked.entry for looked in entries if looked.entry.asset_id is None],
        "troubled": [looked for looked in entries if looked.worst == "bad"],
        "tab": "board",
    }
    return render(request, "planning/campaign.html", context)


@in_workspace()
def edit(request: MemberRequest, campaign: UUID) -> HttpResponse:
    """Change what a campaign is about."""
    row = find_campaign(request, campaign)
    form = CampaignForm(request.POST or None, workspace=request.workspace, actor=request.user, campaign=row)
    if form.is_valid():
        try:
            campaigns.update_campaign(campaign=row, actor=request.user, **form.cleaned_data)
        except StudioError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The campaign is saved."))
            return redirect("dashboard:campaign_page", request.workspace.slug, row.pk)
    context = {"form": form, "campaign": row, "tab": "edit"}
    return render(request, "planning/campaign_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@in_workspace()
def archive(request: MemberRequest, campaign: UUID) -> HttpResponse:
    """Put a campaign away, or take it back; each can be undone."""
    row = find_campaign(request, campaign)
    address = reverse("dashboard:campaign_archive", args=[request.workspace.slug, row.pk])
    if row.archived_at:
        campaigns.restore_campaign(campaign=row, actor=request.user)
        messages.success(request, _("%(name)s is back.") % {"name": row.name}, extra_tags=f"undo:{address}")
        return redirect("dashboard:campaign_page", request.workspace.slug, row.pk)
    campaigns.archive_campaign(campaign=row, actor=request.user)
    messages.success(request, _("%(name)s is archived.") % {"name": row.name}, extra_tags=f"undo:{address}")
    return redirect("dashboard:campaign_list", request.workspace.slug)


@in_workspace()
def add(request: MemberRequest, campaign: UUID) -> HttpResponse:
    """Choose pieces of the library for a campaign."""
    row = find_campaign(request, campaign)
    if request.method == "POST":
        count = campaigns.add_pieces(campaign=row, assets=picked(request), actor=request.user)
        messages.success(request, _joined(count))
        return redirect("dashboard:campaign_page", request.workspace.slug, row.pk)
    search, kind = request.GET.get("q", "")[:200], request.GET.get("kind", "")
    assets = find_assets(workspace=request.workspace, search=search, kind=kind)
    assets = assets.exclude(campaign_pieces__campaign=row)
    context = {"campaign": row, "page": page_of(request, assets), "q": search, "kind": kind, "tab": "board"}
    return render(request, "planning/campaign_add.html", context)


@require_POST
@in_workspace()
def choose(request: MemberRequest) -> HttpResponse:
    """Let pieces that were picked in the library join a campaign: the chosen one, or one of a list."""
    assets = picked(request)
    key = request.POST.get("into", "")  # "campaign" may come along as a filter of the library
    if key and assets:
        try:
            row = find_campaign(request, UUID(key))
        except ValueError:
            return redirect("dashboard:campaign_list", request.workspace.slug)
        count = campaigns.add_pieces(campaign=row, assets=assets, actor=request.user)
        messages.success(request, _joined(count))
        return redirect("dashboard:campaign_page", request.workspace.slug, row.pk)
    if not assets:
        messages.info(request, _("Pick at least one piece first."))
        return redirect("dashboard:asset_list", request.workspace.slug)
    rows = campaigns_of(request).filter(archived_at=None)[:100]
    return render(request, "planning/campaign_choose.html", {"assets": assets, "campaigns": rows})


@require_POST
@in_workspace()
def take_out(request: MemberRequest, campaign: UUID, asset: UUID) -> HttpResponse:
    """Take a piece out of a campaign, or put it back."""
    row = find_campaign(request, campaign)
    piece = find(Asset.objects.all(), request.workspace, asset)
    address = reverse("dashboard:campaign_take_out", args=[request.workspace.slug, row.pk, piece.pk])
    if row.pieces.filter(asset=piece).exists():
        campaigns.remove_pieces(campaign=row, assets=[piece])
        said = _("The piece is out of the campaign and stays in the library.")
    else:
        campaigns.add_pieces(campaign=row, assets=[piece], actor=request.user)
        said = _("The piece is back in the campaign.")
    messages.success(request, said, extra_tags=f"undo:{address}")
    return redirect("dashboard:campaign_page", request.workspace.slug, row.pk)


def _joined(count: int) -> str:
    said = ngettext("%(n)d piece has joined the campaign.", "%(n)d pieces have joined the campaign.", count)
    return said % {"n": count}
