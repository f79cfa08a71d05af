"""The schedule of a report."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard import schedule_form
from brandkiln.dashboard.forms import refuse
from brandkiln.dashboard.report_forms import ScheduleForm
from brandkiln.dashboard.views.report_series import find_report
from brandkiln.jobs.recurring import MOST_FAILURES
from brandkiln.planning.zones import zone_for
from brandkiln.reports.models import Schedule
from brandkiln.reports.schedules import (
    delete_schedule,
    pause_schedule,
    resume_schedule,
    save_schedule,
)
from brandkiln.workspaces.access import MemberRequest, in_workspace


@in_workspace()
def page(request: MemberRequest, report: UUID) -> HttpResponse:
    """Ask when the next issues are made and who gets their digest; posted, keep that."""
    row = find_report(request, report)
    schedule = Schedule.objects.filter(report=row).select_related("owner", "report__dataset").first()
    members = list(request.workspace.memberships.select_related("user").order_by("user__email"))
    form = ScheduleForm(
        request.POST or None, schedule=schedule, members=[one.user for one in members],
        time_zone=zone_for(request.workspace, request.user),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            save_schedule(report=row, actor=request.user, **form.cleaned_data)
        except StudioError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The schedule is on."))
            return redirect("dashboard:report_page", request.workspace.slug, row.pk)
    context = {
        "report": row,
        "schedule": schedule,
        "form": form,
        "runs": schedule.next_runs() if schedule else [],
        "now": timezone.now(),
        "most_failures": MOST_FAILURES,
    }
    return render(request, "reports/schedule.html", context, status=422 if form.is_bound else 200)


@require_POST
@in_workspace()
def switch(request: MemberRequest, report: UUID) -> HttpResponse:
    """Pause a schedule, resume it, or take it away."""
    row = find_report(request, report)
    schedule = Schedule.objects.filter(report=row).select_related("report__dataset", "workspace").first()
    if schedule is None:
        return redirect("dashboard:report_page", request.workspace.slug, row.pk)
    schedule_form.switch(
        request, schedule, pause=pause_schedule, resume=resume_schedule, delete=delete_schedule,
        gone=_("The schedule is gone. Issues are made by hand."),
    )  # fmt: skip
    return redirect("dashboard:report_page", request.workspace.slug, row.pk)
