"""The calendar: a month, a week or a list of what is to be published; dropping, moving and undoing."""

from datetime import date, datetime, time
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import Unprocessable
from brandkiln.core.models import User
from brandkiln.dashboard.calendar_grid import VIEWS, grid_of, weekdays
from brandkiln.dashboard.lookup import find, whole
from brandkiln.dashboard.planning_forms import channel_choices, zone_choices
from brandkiln.dashboard.templatetags.studio import moment, spoken
from brandkiln.library.models import Asset
from brandkiln.planning import entries
from brandkiln.planning.channels import title_of
from brandkiln.planning.conflicts import look
from brandkiln.planning.models import Campaign, Entry
from brandkiln.planning.progress import unplanned
from brandkiln.planning.zones import FIRST_DAYS, at_clock, moved_to_day, reading_for, set_zone, zone, zone_for
from brandkiln.review.queries import state_of
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role

MORNING = time(9)
MOST_SHOWN, MOST_WAITING = 1_000, 60


@in_workspace()
def page(request: MemberRequest) -> HttpResponse:
    """Show a month, a week or a list, and beside it the pieces that stand on no day yet."""
    reading = reading_for(request.workspace, request.user)
    name, asked = reading.time_zone, request.GET
    view = asked.get("view", "month")
    day = day_named(asked.get("day", ""))
    grid = grid_of(view if view in VIEWS else "month", day, zone(name), reading.first_day)
    filters = {key: asked.get(key, "") for key in ("campaign", "channel", "person")}
    rows = entries.entries_of(request.workspace).filter(at__gte=grid.begin, at__lt=grid.end)
    looked = [one for one in look(list(rows[:MOST_SHOWN])) if _fits(one.entry, filters)]
    campaigns = Campaign.objects.filter(workspace=request.workspace, archived_at=None).order_by("name")
    campaign = next((one for one in campaigns if str(one.pk) == filters["campaign"]), None)
    pieces = unplanned(request.workspace, campaign)
    waiting = list(pieces[:MOST_WAITING])
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
        "waiting_count": pieces.count() if len(waiting) == MOST_WAITING else len(waiting),
        "zone": name,
        "zones": zone_choices(),
        "first_days": [(number, WEEKDAYS[number]) for number in FIRST_DAYS],
        "first_day": reading.chosen_day,
        "count": len(looked),
        "tab": "calendar",
    }
    return render(request, "planning/calendar.html", context)


@require_POST
@in_workspace()
def plan(request: MemberRequest) -> HttpResponse:
    """Plan a piece that was dropped on a day or an hour."""
    asset = asset_named(request, request.POST.get("asset", ""))
    if asset is None:
        raise Unprocessable(_("Drop a piece of a campaign on a day."), fields={"asset": "?"})
    campaign = campaign_named(request, request.POST.get("campaign", ""))
    name = zone_for(request.workspace, request.user)
    entry = entries.create_entry(
        workspace=request.workspace, actor=request.user, campaign=campaign, asset=asset, time_zone=name,
        at=_moment(request, None, zone(name)),
    )  # fmt: skip
    return done(request, entry, planned_words(entry))


@require_POST
@in_workspace()
def move(request: MemberRequest, entry: UUID) -> HttpResponse:
    """Move an entry to another day, where it keeps the time of its clock, or to an hour."""
    row = find_entry(request, entry)
    seen = request.POST.get("seen", "")
    moved = entries.update_entry(
        entry=row, actor=request.user, seen=int(seen) if seen.isdecimal() and len(seen) < 9 else None,
        at=_moment(request, row.at, zone(row.time_zone)),
    )  # fmt: skip
    said = _("%(title)s is moved to %(when)s.") % {"title": spoken(str(moved)), "when": _when(moved)}
    return done(request, moved, said)


@require_POST
@in_workspace()
def undo(request: MemberRequest, entry: UUID, sequence: int) -> HttpResponse:
    """Take back the last change of an entry."""
    rows = entries.entries_with_removed()
    back = entries.undo_entry(entry=find(rows, request.workspace, entry), sequence=sequence)
    said = _("%(title)s is off the calendar again.") if back.removed_at else _("%(title)s is as it was.")
    return done(request, back, said % {"title": back})


@require_POST
@in_workspace()
def choose_zone(request: MemberRequest) -> HttpResponse:
    """Keep when a person's weeks begin, and the zone in which they, or all where an admin says so, read the days."""
    is_admin = Role(request.membership.role) == Role.ADMIN
    for_all = is_admin and "all" in request.POST
    name, first = request.POST.get("time_zone", ""), request.POST.get("first_day", "")
    first_day = whole(first, -1) if first else None
    set_zone(workspace=request.workspace, user=request.user, time_zone=name, first_day=first_day)
    if for_all:
        set_zone(workspace=request.workspace, user=None, time_zone=name)
    messages.success(request, _("The calendar is shown in %(zone)s.") % {"zone": name})
    return redirect("dashboard:calendar_page", request.workspace.slug)


def find_entry(request: MemberRequest, key: UUID) -> Entry:
    """Return an entry of the workspace's calendar; raise Http404 if it has none."""
    return find(entries.entries_of(request.workspace), request.workspace, key)


def done(request: HttpRequest, entry: Entry, said: str) -> HttpResponse:
    """Answer a script with what to say and where to undo it; send anybody else back to the calendar."""
    address = reverse("dashboard:calendar_undo", args=[entry.workspace.slug, entry.pk, entry.sequence])
    if request.headers.get("X-Part"):
        return JsonResponse({"said": said, "undo": address, "entry": str(entry.pk)})
    messages.success(request, said, extra_tags=f"undo:{address}")
    day = entry.at.astimezone(zone(entry.time_zone)).date()
    return redirect(
        f"{reverse('dashboard:calendar_page', args=[entry.workspace.slug])}?day={day.isoformat()}"
    )


def planned_words(entry: Entry) -> str:
    """Return what is said of an entry that is new on the calendar."""
    return _("%(title)s is planned for %(channel)s, %(when)s.") % {
        "title": spoken(str(entry)), "channel": title_of(entry.channel), "when": _when(entry),
    }  # fmt: skip


def _when(entry: Entry) -> str:
    with timezone.override(zone(entry.time_zone)):
        return moment(entry.at)


def _moment(request: HttpRequest, at: datetime | None, by: ZoneInfo) -> datetime:
    """Return the moment that was dropped on: a day, on which the clock keeps its time, or an exact hour."""
    exact, day = request.POST.get("at", ""), day_named(request.POST.get("day", ""))
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


def day_named(text: str) -> date | None:
    """Return the day that a text names, such as 2026-12-24; None where it names none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 < day.year < 2099 else None


def asset_named(request: MemberRequest, key: str) -> Asset | None:
    """Return the asset with this id, none for none; raise Http404 where the workspace has none."""
    if not key:
        return None
    try:
        rows = Asset.objects.filter(trashed_at=None).select_related("artifact", "project")
        return find(rows, request.workspace, UUID(key))
    except ValueError as error:
        raise Http404 from error


def campaign_named(request: MemberRequest, key: str) -> Campaign | None:
    """Return the campaign with this id, none for none; raise Http404 where the workspace has none."""
    if not key:
        return None
    try:
        return find(Campaign.objects.all(), request.workspace, UUID(key))
    except ValueError as error:
        raise Http404 from error


def _fits(entry: Entry, filters: dict[str, str]) -> bool:
    """Return whether an entry is shown; those that are not still clash with those that are."""
    has = {"campaign": str(entry.campaign_id), "channel": entry.channel, "person": str(entry.person_id)}
    return all(not value or has[name] == value for name, value in filters.items())
