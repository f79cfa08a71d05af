"""What was used and what it costs, quotas and prices."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from brandkiln.core.downloads import send_lines
from brandkiln.core.errors import Unprocessable
from brandkiln.dashboard.lookup import find
from brandkiln.dashboard.templatetags.studio import maker
from brandkiln.dashboard.usage_charts import charts
from brandkiln.dashboard.views.trash import UNDO
from brandkiln.datasets.quotas import stored_bytes
from brandkiln.jobs.models import Job
from brandkiln.projects.models import Project
from brandkiln.workspaces import quotas, usage
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Membership, Quota, Role, Unit
from brandkiln.workspaces.units import NAMES, PRICED, SCALES, amount_said, number_read, part_said, price_said

BY = {
    "person": _lazy("Person"), "project": _lazy("Project"), "generator": _lazy("Generator"),
    "kind": _lazy("Kind of job"),
}  # fmt: skip
LIMITED = {
    Unit.CPU_SECONDS: _lazy("Processor time, hours in a month"), Unit.GPU_SECONDS: _lazy("GPU time, hours in a month"),
    Unit.PIECES: _lazy("Pieces in a month"), Unit.STORED_BYTES: _lazy("Storage, GiB"),
}  # fmt: skip


@in_workspace(Role.ADMIN)
def index(request: MemberRequest) -> HttpResponse:
    """Show a month's usage and cost, the quotas, and what the months before were like."""
    return _page(request)


@require_POST
@in_workspace(Role.ADMIN)
def save_quota(request: MemberRequest) -> HttpResponse:
    """Set a quota."""
    given = request.POST if "unit" in request.POST else request.GET  # an undo says it in its address
    unit, whose = given.get("unit", ""), given.get("whose", "")
    kind, _colon, key = whose.partition(":")
    try:
        most = float(number_read(given.get("most", ""))) * SCALES[Unit(unit)]
        members = Membership.objects.filter(workspace=request.workspace).select_related("user")
        person = find(members, request.workspace, UUID(key)).user if kind == "person" else None
        project = find(Project.objects.all(), request.workspace, UUID(key)) if kind == "project" else None
        project_key = project.pk if project else None
        before = Quota.objects.filter(
            workspace=request.workspace, unit=unit, person=person, project=project_key
        ).first()
        row = quotas.save_quota(
            workspace=request.workspace, actor=request.user, unit=unit, most=most, person=person, project=project_key,
            project_name=project.name if project else "",
        )  # fmt: skip
    except (ValueError, ArithmeticError):
        return _page(request, problem=_("Choose a unit and write a number from 0."), status=422)
    except Unprocessable as refusal:
        return _page(request, problem=" ".join(refusal.fields.values()), status=422)
    said = _("The quota is set: %(name)s, at most %(amount)s.") % {
        "name": quotas.name_of(row), "amount": amount_said(row.unit, row.most),
    }  # fmt: skip
    undo = reverse("dashboard:quota_delete", args=[request.workspace.slug, row.pk])
    if before:
        undo = _address(request, {"unit": unit, "whose": whose, "most": str(before.most / SCALES[unit])})
    messages.success(request, said, extra_tags=f"{UNDO}{undo}")
    return redirect("dashboard:usage_list", request.workspace.slug)


@require_POST
@in_workspace(Role.ADMIN)
def delete_quota(request: MemberRequest, quota: UUID) -> HttpResponse:
    """Take a limit away, which can be undone."""
    row = find(Quota.objects.select_related("person"), request.workspace, quota)
    whose = f"project:{row.project}" if row.project else ""
    if row.person_id:
        member = Membership.objects.filter(workspace=request.workspace, user=row.person_id).first()
        whose = f"person:{member.pk}" if member else ""
    before = {"unit": row.unit, "whose": whose, "most": str(row.most / SCALES[row.unit])}
    quotas.delete_quota(quota=row, actor=request.user)
    undo = _address(request, before)
    told = _("The quota is gone; what is used is counted as before.")
    messages.success(request, told, extra_tags=f"{UNDO}{undo}" if whose or not row.person_id else "")
    return redirect("dashboard:usage_list", request.workspace.slug)


@require_POST
@in_workspace(Role.ADMIN)
def save_prices(request: MemberRequest) -> HttpResponse:
    """Set what an hour, a piece and a GiB cost."""
    try:
        prices = {
            unit: number_read(text) / SCALES[unit]
            for unit in Unit
            if (text := request.POST.get(f"price-{unit}", "").strip())
        }
        usage.save_prices(
            workspace=request.workspace, actor=request.user, prices={str(u): p for u, p in prices.items()},
            currency=request.POST.get("currency", ""),
        )  # fmt: skip
    except ArithmeticError:
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


def _address(request: MemberRequest, quota: dict[str, str]) -> str:
    """Return where a quota is set as it was before."""
    return f"{reverse('dashboard:quota_save', args=[request.workspace.slug])}?{urlencode(quota)}"


def _page(request: MemberRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    month, by = _month(request), request.GET.get("by", "person")
    by = by if by in usage.BY else "person"
    lines, months = usage.lines_of(request.workspace, by=by, month=month), usage.months_of(request.workspace)
    prices, stored = usage.prices_of(request.workspace), stored_bytes(request.workspace)
    currency = next((price.currency for price in prices.values()), "")
    shown_prices = {unit: price_said(price.amount * SCALES[unit]) for unit, price in prices.items()}
    for line in lines:
        line.priced = (line.cost, currency)  # type: ignore[attr-defined]
    rows = Membership.objects.filter(workspace=request.workspace).select_related("user")
    members = list(rows.order_by("user__email"))
    people = {member.user.email: str(member.user) for member in members}
    projects = Project.objects.filter(workspace=request.workspace).order_by("name")
    limits = Quota.objects.filter(workspace=request.workspace).select_related("person")
    context = {
        "month": month, "by": by, "by_label": BY[by], "bys": BY.items(), "problem": problem, "currency": currency,
        "choices": sorted({month, quotas.this_month(), *(at for at, _sums in months)}, reverse=True),
        "lines": [(_called(by, line.name, people), line) for line in lines],
        "charts": charts(months, prices, month),
        "metered": [(unit, NAMES[unit]) for unit in usage.METERED],
        "quotas": [
            {"quota": one, "name": quotas.name_of(one), **_shown(one, stored)}
            for one in limits.order_by("unit", "created_at")
        ],
        "units": [
            (unit, LIMITED[unit], shown_prices.get(unit, ""), PRICED[unit]) for unit in Unit
        ],
        "owners": [
            *((f"person:{member.pk}", str(member.user)) for member in members),
            *((f"project:{one.pk}", _("Project: %(name)s") % {"name": one.name}) for one in projects),
        ],
    }  # fmt: skip
    return render(request, "usage/index.html", context, status=status)


def _called(by: str, name: str, people: dict[str, str]) -> str:
    """Return what people call who or what used something; rows hold addresses and the names of code."""
    match by:
        case "person":
            return people.get(name, name) or _("The studio itself")
        case "generator":
            return str(maker(name)) or _("The studio itself")
        case "kind":
            return str(Job.Kind(name).label) if name in Job.Kind.values else name
    return name or _("No project")


def _shown(quota: Quota, stored: int) -> dict[str, object]:
    """Return how full a quota is, in numbers and in words."""
    spent = quota.spent
    if quota.unit == Unit.STORED_BYTES:
        spent = float(stored)
    elif quota.month != quotas.this_month():
        spent = 0.0
    return {
        "said": part_said(quota.unit, spent, quota.most),
        "percent": min(100, round(100 * spent / quota.most)) if quota.most else 100,
    }


def _month(request: MemberRequest) -> date:
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')[:7]}-01")
    except ValueError:
        return quotas.this_month()
