"""The calendar: a month, a week or a list of what is to be published; planning, moving and undoing."""

from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.core.models import User
from brandkiln.dashboard.calendar_grid import VIEWS, grid_of, weekdays
from brandkiln.dashboard.lookup import find
from brandkiln.dashboard.planning_forms import EntryForm, channel_choices, zone_choices
from brandkiln.dashboard.templatetags.studio import moment
from brandkiln.dashboard.views.campaigns import refuse
from brandkiln.library.models import Asset
from brandkiln.planning import entries
from brandkiln.planning.channels import channel_for, title_of
from brandkiln.planning.conflicts import look
from brandkiln.planning.models import Campaign, Entry
from brandkiln.planning.progress import unplanned
from brandkiln.planning.zones import HOUR, at_clock, moved_to_day, set_zone, zone, zone_for
from brandkiln.review.queries import state_of
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role

MORNING = time(9)
MOST_SHOWN, MOST_WAITING = 1_000, 60


@in_workspace()
def page(request: MemberRequest) -> HttpResponse:
    """Show a month, a week or a list, and beside it the pieces that stand on no day yet."""
    name = zone_for(request.workspace, request.user)
    asked = request.GET
    view = asked.get("view", "month")
    grid = grid_of(view if view in VIEWS else "month", _day(asked.get("day", "")), zone(name))
    filters = {key: asked.get(key, "") for key in ("campaign", "channel", "person")}
    rows = _filtered(entries.entries_of(request.workspace), filters)
    looked = look(list(rows.filter(at__gte=grid.begin, at__lt=grid.end)[:MOST_SHOWN]))
    campaigns = Campaign.objects.filter(workspace=request.workspace, archived_at=None).order_by("name")
    campaign = next((one for one in campaigns if str(one.pk) == filters["campaign"]), None)
    waiting = list(unplanned(request.workspace, campaign)[:MOST_WAITING])
    places = state_of([piece.asset for piece in waiting])
    context = {
        "grid": grid,
        "cells": grid.cells(looked),
        "weekdays": weekdays(grid.days),
        "hours": range(24),
        "views": [("month", _("Month")), ("week", _("Week")), ("list", _("List"))],
        "filters": filters,
        "is_filtered": any(filters.values()),
        "query": urlencode({key: value for key, value in filters.items() if value}),
        "campaigns": campaigns,
        "campaign": campaign,
        "channels": channel_choices(),
        "people": User.objects.filter(memberships__workspace=request.workspace).order_by(
            "first_name", "email"
        ),
        "waiting": [(piece, places[piece.asset_id]) for piece in waiting],
        "zone": name,
        "zones": zone_choices(),
        "count": len(looked),
        "tab": "calendar",
    }
    return render(request, "planning/calendar.html", context)


@in_workspace()
def new(request: MemberRequest) -> HttpResponse:
    """Ask for what is to be published when; a link may bring a day, a piece or a campaign along."""
    asset = _asset(request, request.POST.get("asset") or request.GET.get("asset", ""))
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
            return _done(request, entry, _planned_words(entry))
    context = {"form": form, "asset": asset}
    return render(request, "planning/entry_new.html", context, status=422 if form.is_bound else 200)


@require_POST
@in_workspace()
def plan(request: MemberRequest) -> HttpResponse:
    """Plan a piece that was dropped on a day or an hour."""
    asset = _asset(request, request.POST.get("asset", ""))
    if asset is None:
        raise Unprocessable(_("Drop a piece of a campaign on a day."), fields={"asset": "?"})
    campaign = _campaign(request, request.POST.get("campaign", ""))
    name = zone_for(request.workspace, request.user)
    entry = entries.create_entry(
        workspace=request.workspace, actor=request.user, campaign=campaign, asset=asset, time_zone=name,
        at=_moment(request, None, zone(name)),
    )  # fmt: skip
    return _done(request, entry, _planned_words(entry))


@require_POST
@in_workspace()
def move(request: MemberRequest, entry: UUID) -> HttpResponse:
    """Move an entry to another day, where it keeps the time of its clock, or to an hour."""
    row = _find(request, entry)
    seen = request.POST.get("seen", "")
    moved = entries.update_entry(
        entry=row, actor=request.user, seen=int(seen) if seen.isdecimal() and len(seen) < 9 else None,
        at=_moment(request, row.at, zone(row.time_zone)),
    )  # fmt: skip
    said = _("%(title)s is moved to %(when)s.") % {"title": moved, "when": _when(moved)}
    return _done(request, moved, said)


@require_POST
@in_workspace()
def undo(request: MemberRequest, entry: UUID, sequence: int) -> HttpResponse:
    """Take back the last change of an entry."""
    rows = entries.entries_with_removed()
    back = entries.undo_entry(entry=find(rows, request.workspace, entry), sequence=sequence)
    said = _("%(title)s is off the calendar again.") if back.removed_at else _("%(title)s is as it was.")
    return _done(request, back, said % {"title": back})


@in_workspace()
def page_of_entry(request: MemberRequest, entry: UUID) -> HttpResponse:
    """Show an entry with what stands against it, and change it; a script asks for the fragment alone."""
    row = _find(request, entry)
    form = EntryForm(request.POST or None, workspace=request.workspace, entry=row)
    if form.is_valid():
        fields = dict(form.cleaned_data)
        wanted = request.POST.get("asset", "")
        if wanted:
            fields["asset"] = _asset(request, wanted)
        elif "empty" in request.POST:
            fields["asset"] = None
        try:
            changed = entries.update_entry(entry=row, actor=request.user, **fields)
        except StudioError as refusal:
            refuse(form, refusal)
        else:
            return _done(request, changed, _("%(title)s is saved.") % {"title": changed})
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
    row = _find(request, entry)
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
    return _done(request, changed, said % {"title": changed})


@require_POST
@in_workspace()
def choose_zone(request: MemberRequest) -> HttpResponse:
    """Keep the zone in which a person, or where an admin says so everybody, reads the calendar."""
    is_admin = Role(request.membership.role) == Role.ADMIN
    for_all = is_admin and "all" in request.POST
    name = request.POST.get("time_zone", "")
    set_zone(workspace=request.workspace, user=request.user, time_zone=name)
    if for_all:
        set_zone(workspace=request.workspace, user=None, time_zone=name)
    messages.success(request, _("The calendar is shown in %(zone)s.") % {"zone": name})
    return redirect("dashboard:calendar_page", request.workspace.slug)


def _find(request: MemberRequest, key: UUID) -> Entry:
    return find(entries.entries_of(request.workspace), request.workspace, key)


def _done(request: HttpRequest, entry: Entry, said: str) -> HttpResponse:
    """Answer a script with what to say and where to undo it; send anybody else back to the calendar."""
    address = reverse("dashboard:calendar_undo", args=[entry.workspace.slug, entry.pk, entry.sequence])
    if request.headers.get("X-Part"):
        return JsonResponse({"said": said, "undo": address, "entry": str(entry.pk)})
    messages.success(request, said, extra_tags=f"undo:{address}")
    day = entry.at.astimezone(zone(entry.time_zone)).date()
    return redirect(
        f"{reverse('dashboard:calendar_page', args=[entry.workspace.slug])}?day={day.isoformat()}"
    )


def _planned_words(entry: Entry) -> str:
    return _("%(title)s is planned for %(channel)s, %(when)s.") % {
        "title": entry, "channel": title_of(entry.channel), "when": _when(entry),
    }  # fmt: skip


def _when(entry: Entry) -> str:
    with timezone.override(zone(entry.time_zone)):
        return moment(entry.at)


def _moment(request: HttpRequest, at: datetime | None, by: ZoneInfo) -> datetime:
    """Return the moment that was dropped on: a day, on which the clock keeps its time, or an exact hour."""
    exact, day = request.POST.get("at", ""), _day(request.POST.get("day", ""))
    if exact:
        try:
            hour = datetime.fromisoformat(exact)
        except ValueError:
            hour = datetime.min
        if hour.tzinfo is None:
            raise Unprocessable(
                _('"%(at)s" is no moment with a time zone.') % {"at": exact[:40]}, fields={"at": "?"}
            )
        return hour.replace(minute=at.minute) if at else hour
    if day is None:
        raise Unprocessable(_("Say a day such as 2026-12-24."), fields={"day": "?"})
    return moved_to_day(at, day, by) if at else at_clock(day, MORNING, by)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 < day.year < 2099 else None


def _asset(request: MemberRequest, key: str) -> Asset | None:
    if not key:
        return None
    try:
        rows = Asset.objects.filter(trashed_at=None).select_related("artifact", "project")
        return find(rows, request.workspace, UUID(key))
    except ValueError as error:
        raise Http404 from error


def _campaign(request: MemberRequest, key: str) -> Campaign | None:
    if not key:
        return None
    try:
        return find(Campaign.objects.all(), request.workspace, UUID(key))
    except ValueError as error:
        raise Http404 from error


def _begin(request: MemberRequest, asset: Asset | None) -> dict[str, Any]:
    campaign = _campaign(request, request.GET.get("campaign", ""))
    name = zone_for(request.workspace, request.user)
    today = datetime.now(zone(name)).date()
    at = datetime.combine(_day(request.GET.get("day", "")) or today, MORNING)
    hour = request.GET.get("hour", "")
    if hour.isdecimal() and int(hour) < 24:
        at = at.replace(hour=int(hour))
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


def _filtered(rows: QuerySet[Entry], filters: dict[str, str]) -> QuerySet[Entry]:
    wanted: dict[str, Any] = {}
    for name in ("campaign", "person"):
        if filters[name]:
            try:
                wanted[name] = UUID(filters[name])
            except ValueError:
                filters[name] = ""
    if filters["channel"]:
        wanted["channel"] = filters["channel"]
    return rows.filter(**wanted)
