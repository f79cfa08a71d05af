"""Planning many pieces at once: saying how, looking at the plan, putting it on the calendar, taking it back."""

from collections import Counter
from datetime import date
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.forms import refuse
from brandkiln.dashboard.lookup import find
from brandkiln.dashboard.spread_form import SpreadForm
from brandkiln.dashboard.templatetags.studio import day
from brandkiln.dashboard.views.campaigns import campaign_asked, picked
from brandkiln.dashboard.views.trash import UNDO
from brandkiln.library.models import Asset
from brandkiln.planning.channels import title_of
from brandkiln.planning.conflicts import Looked, look
from brandkiln.planning.models import Campaign, Spread
from brandkiln.planning.progress import unplanned
from brandkiln.planning.spread_plans import MOST, Left, Plan, plan_spread
from brandkiln.planning.spreading import spread_pieces, undo_spread
from brandkiln.planning.zones import Reading, reading_for, week_of, zone
from brandkiln.workspaces.access import MemberRequest, in_workspace

SHOWN = 200
"""Rows of a plan that are drawn at most."""


@in_workspace()
def page(request: MemberRequest) -> HttpResponse:
    """Ask how pieces are spread, show what that comes to, and put it on the calendar."""
    campaign = campaign_asked(request)
    is_picked = request.method == "POST" and bool({"asset", "everything"} & set(request.POST))
    assets = picked(request) if is_picked else _waiting(campaign, again="again" in request.POST)
    if not assets:
        return _choose(request, campaign)
    reading = reading_for(request.workspace, request.user)
    begun = "begin" in request.POST
    form = SpreadForm(
        request.POST if begun else None, workspace=request.workspace, actor=request.user, reading=reading,
        campaign=campaign, assets=assets,
    )  # fmt: skip
    plan, refused = None, ""
    if begun and form.is_valid():
        joined: Campaign | None = form.cleaned_data["campaign"]
        person = form.cleaned_data["person"]
        try:
            if "make" in request.POST:
                spread, made = spread_pieces(
                    workspace=request.workspace, actor=request.user, assets=assets, wish=form.wish, campaign=joined,
                    person=person, seen=request.POST.get("seen", ""),
                )  # fmt: skip
                return _done(request, spread, made, joined)
        except StudioError as refusal:
            refused = refusal.message
        try:
            plan = plan_spread(
                workspace=request.workspace, assets=assets, wish=form.wish, campaign=joined, person=person
            )
        except StudioError as refusal:
            refused = refusal.message
            refuse(form, refusal)
    context = {
        "form": form,
        "campaign": campaign,
        "assets": assets if is_picked else [],
        "count": len(assets),
        "plan": plan,
        "refused": refused,
        "tab": "calendar",
        **(_shown(plan, form, reading) if plan else {}),
    }
    return render(request, "planning/spread.html", context, status=422 if refused or form.errors else 200)


@require_POST
@in_workspace()
def undo(request: MemberRequest, spread: UUID) -> HttpResponse:
    """Take what was planned at once off the calendar."""
    row = find(Spread.objects.all(), request.workspace, spread)
    removed, kept = undo_spread(spread=row)
    said = ngettext(
        "%(n)d entry is off the calendar again.", "%(n)d entries are off the calendar again.", removed
    ) % {"n": removed}
    if kept:
        stays = ngettext("%(n)d was changed since and stays.", "%(n)d were changed since and stay.", kept)
        said = f"{said} {stays % {'n': kept}}"
    messages.success(request, said)
    return redirect(_calendar(request, row.campaign_id))


def _waiting(campaign: Campaign | None, *, again: bool) -> list[Asset]:
    """Return the pieces of a campaign that are to be planned, the oldest first."""
    if campaign is None:
        return []
    rows = (
        campaign.pieces.filter(asset__trashed_at=None) if again else unplanned(campaign.workspace, campaign)
    )
    rows = rows.select_related("asset__artifact", "asset__hold", "asset__project__brand_kit")
    return [piece.asset for piece in rows.order_by("asset__created_at", "asset__pk")[:MOST]]


def _choose(request: MemberRequest, campaign: Campaign | None) -> HttpResponse:
    """Offer the campaigns that have pieces without a day."""
    rows = unplanned(request.workspace).order_by().values("campaign").annotate(n=Count("pk"))
    counts = {row["campaign"]: row["n"] for row in rows}
    campaigns = Campaign.objects.filter(pk__in=counts).select_related("project").order_by("name")
    context = {"campaign": campaign, "campaigns": [(one, counts[one.pk]) for one in campaigns]}
    return render(request, "planning/spread_choose.html", context)


def _done(request: MemberRequest, spread: Spread, plan: Plan, campaign: Campaign | None) -> HttpResponse:
    begin, end = _days(plan, plan.entries[0].time_zone)
    words = ngettext(
        "%(n)d publication is planned, on %(begin)s.",
        "%(n)d publications are planned, from %(begin)s to %(end)s.",
        len(plan.entries),
    )
    said = words % {"n": len(plan.entries), "begin": day(begin), "end": day(end)}
    address = reverse("dashboard:calendar_spread_undo", args=[request.workspace.slug, spread.pk])
    messages.success(request, said, extra_tags=f"{UNDO}{address}")
    return redirect(_calendar(request, campaign.pk if campaign else None, begin.isoformat()))


def _calendar(request: MemberRequest, campaign: UUID | None, day_named: str = "") -> str:
    asked = [f"day={day_named}"] * bool(day_named) + [f"campaign={campaign}"] * bool(campaign)
    address = reverse("dashboard:calendar_page", args=[request.workspace.slug])
    return f"{address}?{'&'.join(asked)}" if asked else address


def _shown(plan: Plan, form: SpreadForm, reading: Reading) -> dict[str, object]:
    """Return what the page draws of a plan: its weeks, what each channel gets, and what is left out."""
    by = zone(form.cleaned_data["time_zone"])
    looked = look(plan.entries)
    local = [(one, one.entry.at.astimezone(by)) for one in looked[:SHOWN]]
    rows = [(one, at.date(), f"{at:%H:%M}", title_of(one.entry.channel)) for one, at in local]
    weeks = [
        (begin, list(some))
        for begin, some in groupby(rows, lambda row: week_of(row[1], reading.first_day)[0])
    ]
    counts = Counter(title_of(entry.channel) for entry in plan.entries)
    begin, end = _days(plan, form.cleaned_data["time_zone"]) if plan.entries else (None, None)
    return {
        "weeks": weeks,
        "counts": counts.most_common(),
        "more": len(looked) - len(rows),
        "begin": begin,
        "end": end,
        "unready": sum(_is_unready(one) for one in looked),
        "left": _by_reason(plan.left),
    }


def _days(plan: Plan, time_zone: str) -> tuple[date, date]:
    """Return the first and the last day of a plan that holds something."""
    by = zone(time_zone)
    return plan.entries[0].at.astimezone(by).date(), plan.entries[-1].at.astimezone(by).date()


def _is_unready(looked: Looked) -> bool:
    return any(trouble.code == "not_approved" for trouble in looked.troubles)


def _by_reason(left: list[Left]) -> list[tuple[str, list[Left]]]:
    found: dict[str, list[Left]] = {}
    for one in left:
        found.setdefault(one.text, []).append(one)
    return list(found.items())
