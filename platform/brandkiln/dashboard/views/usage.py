"""What was used and what it costs, quotas and prices."""

from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.downloads import send_lines
from brandkiln.core.errors import Unprocessable
from brandkiln.dashboard.lookup import find
from brandkiln.datasets.quotas import stored_bytes
from brandkiln.projects.models import Project
from brandkiln.workspaces import quotas, usage
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Membership, Quota, Role, Unit

SCALES = {Unit.CPU_SECONDS: 3600, Unit.GPU_SECONDS: 3600, Unit.PIECES: 1, Unit.STORED_BYTES: 2**30}
"""People set hours, pieces and GiB."""
WORDS = {
    Unit.CPU_SECONDS: "h", Unit.GPU_SECONDS: "h", Unit.PIECES: "", Unit.STORED_BYTES: "GiB",
}  # fmt: skip


@in_workspace(Role.ADMIN)
def index(request: MemberRequest) -> HttpResponse:
    """Show a month's usage and cost, the quotas, and what the months before were like."""
    return _page(request)


@require_POST
@in_workspace(Role.ADMIN)
def save_quota(request: MemberRequest) -> HttpResponse:
    """Set a quota."""
    unit, whose = request.POST.get("unit", ""), request.POST.get("whose", "")
    kind, _colon, key = whose.partition(":")
    try:
        most = float(request.POST.get("most", "").replace(",", ".")) * SCALES.get(Unit(unit), 1)
        members = Membership.objects.filter(workspace=request.workspace).select_related("user")
        person = find(members, request.workspace, UUID(key)).user if kind == "person" else None
        project = find(Project.objects.all(), request.workspace, UUID(key)) if kind == "project" else None
        quotas.save_quota(
            workspace=request.workspace, actor=request.user, unit=unit, most=most, person=person,
            project=project.pk if project else None, project_name=project.name if project else "",
        )  # fmt: skip
    except ValueError:
        return _page(request, problem=_("Choose a unit and write a number from 0."), status=422)
    except Unprocessable as refusal:
        return _page(request, problem=" ".join(refusal.fields.values()), status=422)
    messages.success(request, _("The quota is set."))
    return redirect("dashboard:usage_list", request.workspace.slug)


@require_POST
@in_workspace(Role.ADMIN)
def delete_quota(request: MemberRequest, quota: UUID) -> HttpResponse:
    """Take a limit away."""
    quotas.delete_quota(quota=find(Quota.objects.all(), request.workspace, quota), actor=request.user)
    messages.success(request, _("The quota is gone; what is used is counted as before."))
    return redirect("dashboard:usage_list", request.workspace.slug)


@require_POST
@in_workspace(Role.ADMIN)
def save_prices(request: MemberRequest) -> HttpResponse:
    """Set what an hour, a piece and a GiB cost."""
    try:
        prices = {
            unit: Decimal(text.replace(",", ".")) / SCALES[unit]
            for unit in Unit
            if (text := request.POST.get(f"price-{unit}", "").strip())
        }
        usage.save_prices(
            workspace=request.workspace, actor=request.user, prices={str(u): p for u, p in prices.items()},
            currency=request.POST.get("currency", ""),
        )  # fmt: skip
    except InvalidOperation:
        return _page(request, problem=_("Prices are numbers such as 0.35."), status=422)
    except Unprocessable as refusal:
        return _page(request, problem=refusal.message, status=422)
    messages.success(request, _("The prices are set."))
    return redirect("dashboard:usage_list", request.workspace.slug)


@in_workspace(Role.ADMIN)
def download(request: MemberRequest) -> HttpResponseBase:
    """Send usage as CSV: all of it, or one month's."""
    month = _month(request)
    lines = usage.usage_csv(request.workspace, month=month if "month" in request.GET else None)
    return send_lines(request, lines, media_type="text/csv", filename=f"usage-{request.workspace.slug}.csv")


def _page(request: MemberRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    month, by = _month(request), request.GET.get("by", "person")
    by = by if by in usage.BY else "person"
    lines = usage.lines_of(request.workspace, by=by, month=month)
    months = usage.months_of(request.workspace)
    prices = usage.prices_of(request.workspace)
    largest = {unit: max((sums.get(unit, 0) for _m, sums in months), default=0) for unit in usage.METERED}
    limits = (
        Quota.objects.filter(workspace=request.workspace)
        .select_related("person")
        .order_by("unit", "created_at")
    )
    members = Membership.objects.filter(workspace=request.workspace).select_related("user")
    context = {
        "month": month, "by": by, "lines": lines, "bys": list(usage.BY), "problem": problem,
        "months": [
            {
                "month": at,
                "bars": [
                    (unit, sums.get(unit, 0), 100 * sums.get(unit, 0) / (largest[unit] or 1))
                    for unit in usage.METERED
                ],
            }
            for at, sums in months
        ],
        "totals": [(unit, sum(line.amounts.get(unit, 0) for line in lines)) for unit in usage.METERED],
        "cost": sum((line.cost for line in lines), Decimal(0)),
        "currency": next((price.currency for price in prices.values()), ""),
        "quotas": [{"quota": one, "name": quotas.name_of(one), **_shown(request, one)} for one in limits],
        "units": [
            (unit, unit.label, WORDS[unit], prices[unit].amount * SCALES[unit] if unit in prices else None)
            for unit in Unit
        ],
        "stored": stored_bytes(request.workspace), "operator_limit": settings.WORKSPACE_QUOTA,
        "members": members.order_by("user__email"),
        "projects": Project.objects.filter(workspace=request.workspace).order_by("name"),
        "metered": usage.METERED,
    }  # fmt: skip
    return render(request, "usage/index.html", context, status=status)


def _shown(request: MemberRequest, quota: Quota) -> dict[str, object]:
    """Return a quota as people read it: in hours, pieces or GiB, and how full it is."""
    scale, spent = SCALES[Unit(quota.unit)], quota.spent
    if quota.unit == Unit.STORED_BYTES:
        spent = float(stored_bytes(request.workspace))
    elif quota.month != quotas.this_month():
        spent = 0.0
    return {
        "most": quota.most / scale, "spent": spent / scale, "word": WORDS[Unit(quota.unit)],
        "percent": min(100, round(100 * spent / quota.most)) if quota.most else 100,
    }  # fmt: skip


def _month(request: MemberRequest) -> date:
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')[:7]}-01")
    except ValueError:
        return quotas.this_month()
