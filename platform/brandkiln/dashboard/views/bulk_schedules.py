"""The schedule by which a bulk runs again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.bulk.models import Bulk, Schedule
from brandkiln.bulk.queries import bulks_of
from brandkiln.bulk.schedules import delete_schedule, pause_schedule, resume_schedule, save_schedule
from brandkiln.core.errors import StudioError
from brandkiln.dashboard import schedule_form
from brandkiln.dashboard.forms import refuse
from brandkiln.dashboard.lookup import find
from brandkiln.jobs.recurring import MOST_FAILURES
from brandkiln.planning.zones import zone_for
from brandkiln.workspaces.access import MemberRequest, in_workspace


@in_workspace()
def page(request: MemberRequest, bulk: UUID) -> HttpResponse:
    """Ask how often the bulk runs again; posted, keep that."""
    row = _find(request, bulk)
    zone = zone_for(request.workspace, request.user)
    form = schedule_form.RuleForm(request.POST or None, schedule=_schedule_of(row), time_zone=zone)
    if request.method == "POST" and form.is_valid():
        try:
            save_schedule(bulk=row, actor=request.user, **form.cleaned_data)
        except StudioError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The schedule is on."))
            return redirect("dashboard:bulk_page", request.workspace.slug, row.pk)
    context = {"bulk": row, "form": form, "most_failures": MOST_FAILURES}
    return render(request, "bulk/schedule.html", context, status=422 if form.is_bound else 200)


@require_POST
@in_workspace()
def switch(request: MemberRequest, bulk: UUID) -> HttpResponse:
    """Pause the schedule, resume it, or take it away."""
    row = _find(request, bulk)
    if schedule := _schedule_of(row):
        schedule_form.switch(
            request, schedule, pause=pause_schedule, resume=resume_schedule, delete=delete_schedule,
            gone=_("The schedule is gone. What its runs made stays."),
        )  # fmt: skip
    return redirect("dashboard:bulk_page", request.workspace.slug, row.pk)


def _find(request: MemberRequest, key: UUID) -> Bulk:
    return find(bulks_of(request.workspace), request.workspace, key)


def _schedule_of(bulk: Bulk) -> Schedule | None:
    return Schedule.objects.filter(bulk=bulk).select_related("bulk", "source", "workspace", "owner").first()
