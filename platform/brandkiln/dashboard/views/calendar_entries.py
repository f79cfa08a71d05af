"""An entry of the calendar: planning one, its details, and what is done with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.dashboard.forms import refuse
from brandkiln.dashboard.lookup import whole
from brandkiln.dashboard.planning_forms import EntryForm
from brandkiln.dashboard.views.planner import (
    MORNING,
    asset_named,
    campaign_named,
    day_named,
    done,
    find_entry,
    planned_words,
)
from brandkiln.library.models import Asset
from brandkiln.planning import entries
from brandkiln.planning.channels import channel_for, title_of
from brandkiln.planning.conflicts import look
from brandkiln.planning.models import Entry
from brandkiln.planning.zones import HOUR, zone, zone_for
from brandkiln.workspaces.access import MemberRequest, in_workspace


@in_workspace()
def new(request: MemberRequest) -> HttpResponse:
    """Ask for what is to be published when; a link may bring a day, a piece or a campaign along."""
    asset = asset_named(request, request.POST.get("asset") or request.GET.get("asset", ""))
    form = EntryForm(
        request.POST or None,
        workspace=request.workspace,
        initial=_begin(request, asset) if not request.POST else None,
    )
    if form.is_valid():
        try:
            entry = entries.create_entry(
                workspace=request.workspace, actor=request.user, asset=asset, **form.cleaned_data
            )
        except StudioError as refusal:
            refuse(form, refusal)
        else:
            return done(request, entry, planned_words(entry))
    context = {"form": form, "asset": asset}
    return render(request, "planning/entry_new.html", context, status=422 if form.is_bound else 200)


@in_workspace()
def page(request: MemberRequest, entry: UUID) -> HttpResponse:
    """Show an entry with what stands against it, and change it; a script asks for the fragment alone."""
    row = find_entry(request, entry)
    form = EntryForm(request.POST or None, workspace=request.workspace, entry=row)
    if form.is_valid():
        fields = dict(form.cleaned_data)
        wanted = request.POST.get("asset", "")
        if wanted:
            fields["asset"] = asset_named(request, wanted)
        elif "empty" in request.POST:
            fields["asset"] = None
        try:
            changed = entries.update_entry(entry=row, actor=request.user, **fields)
        except StudioError as refusal:
            refuse(form, refusal)
        else:
            return done(request, changed, _("%(title)s is saved.") % {"title": changed})
    same_hour = entries.entries_of(request.workspace).filter(channel=row.channel)
    hour = row.at.replace(minute=0, second=0, microsecond=0)
    around = list(same_hour.filter(at__gte=hour, at__lt=hour + HOUR))
    looked = next((one for one in look(around) if one.entry.pk == row.pk), look([row])[0])
    context = {
        "entry": row,
        "looked": looked,
        "form": form,
        "channel": title_of(row.channel),
        "choices": _choices(row),
        "is_current": entries.is_current(row),
    }
    is_part = request.headers.get("X-Part") == "drawer"
    template = "planning/_entry.html" if is_part else "planning/entry.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


@require_POST
@in_workspace()
def act(request: MemberRequest, entry: UUID) -> HttpResponse:
    """Mark an entry as published, take that back, take the newest version of its piece, or take it off."""
    row = find_entry(request, entry)
    match request.POST.get("do", ""):
        case "publish":
            changed = entries.mark_published(entry=row, actor=request.user)
            said = _("%(title)s is marked as published.")
        case "unpublish":
            changed = entries.mark_published(entry=row, actor=request.user, published=False)
            said = _("%(title)s is not published after all.")
        case "newest":
            changed = entries.update_entry(entry=row, actor=request.user, asset=row.asset)
            said = _("%(title)s has the newest version of its piece.")
        case "remove":
            changed = entries.remove_entry(entry=row, actor=request.user)
            said = _("%(title)s is off the calendar.")
        case other:
            raise Unprocessable(_("There is nothing called %(name)s to do.") % {"name": other[:20]})
    return done(request, changed, said % {"title": changed})


def _begin(request: MemberRequest, asset: Asset | None) -> dict[str, Any]:
    campaign = campaign_named(request, request.GET.get("campaign", ""))
    name = zone_for(request.workspace, request.user)
    today = datetime.now(zone(name)).date()
    at = datetime.combine(day_named(request.GET.get("day", "")) or today, MORNING)
    hour = whole(request.GET.get("hour", ""), -1)
    if 0 <= hour < 24:
        at = at.replace(hour=hour)
    channel = (
        request.GET.get("channel")
        or (campaign.channels if campaign and campaign.channels else ["instagram"])[0]
    )
    if asset:
        channel = channel_for(asset, campaign.channels if campaign else [])
    return {"at": at, "time_zone": name, "channel": channel, "campaign": campaign, "person": request.user.pk}


def _choices(entry: Entry) -> list[Asset]:
    """Return the pieces of the entry's campaign that it could have instead."""
    if entry.campaign is None:
        return []
    rows = Asset.objects.filter(campaign_pieces__campaign=entry.campaign, trashed_at=None)
    return list(rows.order_by("-campaign_pieces__created_at")[:200])
