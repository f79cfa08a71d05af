"""Reports and their issues: the list, one report, two of its issues beside each other."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import find, page_of
from brandkiln.jobs.recurring import MOST_FAILURES
from brandkiln.reports.comparing import compare
from brandkiln.reports.documents import document_of
from brandkiln.reports.issues import archive_report, make_issue, restore_report
from brandkiln.reports.models import Issue, Report, Schedule
from brandkiln.workspaces.access import MemberRequest, in_workspace


def find_report(request: MemberRequest, report: UUID) -> Report:
    """Return a report of the workspace; raise Http404 if it has none."""
    rows = Report.objects.select_related("project", "dataset", "template", "created_by", "workspace")
    return find(rows, request.workspace, report)


def find_issue(request: MemberRequest, report: UUID, number: int) -> Issue:
    """Return an issue of a report of the workspace; raise Http404 if it has none."""
    issue = issues_of(request).filter(report=report, number=number).first()
    if issue is None:
        raise Http404(_("There is nothing at this address in the workspace."))
    return issue


def issues_of(request: MemberRequest) -> QuerySet[Issue]:
    """Return the workspace's issues with what their pages show."""
    return Issue.objects.filter(workspace=request.workspace).select_related(
        "report__dataset", "report__project", "job", "dataset_version__dataset", "document", "made_by", "parent",
        "workspace",
    )  # fmt: skip


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the reports, the newest issue first."""
    archived = "archived" in request.GET
    newest = Issue.objects.filter(report=OuterRef("pk")).order_by("-number")
    rows = Report.objects.filter(workspace=request.workspace)
    shown = rows.filter(archived_at__isnull=not archived).select_related("dataset", "project", "schedule")
    shown = shown.annotate(
        issue_count=Count("issues"),
        last_number=Subquery(newest.values("number")[:1]),
        last_at=Subquery(newest.values("created_at")[:1]),
        last_state=Subquery(newest.values("job__state")[:1]),
    ).order_by("-last_at", "-created_at")
    context = {
        "page": page_of(request, shown),
        "archived": archived,
        "archived_count": rows.exclude(archived_at=None).count(),
    }
    return render(request, "reports/index.html", context)


@in_workspace()
def page(request: MemberRequest, report: UUID) -> HttpResponse:
    """Show a report with its issues and its schedule."""
    row = find_report(request, report)
    issues = list(issues_of(request).filter(report=row)[:100])
    schedule = Schedule.objects.filter(report=row).select_related("owner", "report").first()
    context = {
        "report": row,
        "issues": issues,
        "ready": [issue for issue in issues if issue.is_ready],
        "schedule": schedule,
        "runs": schedule.next_runs() if schedule else [],
        "most_failures": MOST_FAILURES,
    }
    return render(request, "reports/page.html", context)


@require_POST
@in_workspace()
def make(request: MemberRequest, report: UUID) -> HttpResponse:
    """Make the next issue, of the newest version of the data."""
    row = find_report(request, report)
    try:
        issue = make_issue(report=row, actor=request.user)
    except StudioError as refusal:
        messages.error(request, refusal.message)
        return redirect("dashboard:report_page", request.workspace.slug, row.pk)
    return redirect("dashboard:report_issue", request.workspace.slug, row.pk, issue.number)


@require_POST
@in_workspace()
def archive(request: MemberRequest, report: UUID) -> HttpResponse:
    """Archive a report, or take it back."""
    row = find_report(request, report)
    if "undo" in request.POST:
        restore_report(report=row, actor=request.user)
        messages.success(request, _("%(name)s is back among the reports.") % {"name": row.name})
    else:
        archive_report(report=row, actor=request.user)
        messages.success(request, _("%(name)s is archived. Its issues stay readable.") % {"name": row.name})
    return redirect("dashboard:report_page", request.workspace.slug, row.pk)


@in_workspace()
def side_by_side(request: MemberRequest, report: UUID) -> HttpResponse:
    """Show what is different between two issues, by default the last two."""
    row = find_report(request, report)
    ready = [issue for issue in issues_of(request).filter(report=row)[:200] if issue.is_ready]
    by_number = {str(issue.number): issue for issue in ready}
    after = by_number.get(request.GET.get("b", "")) or (ready[0] if ready else None)
    older = [issue for issue in ready if after is None or issue.number < after.number]
    before = by_number.get(request.GET.get("a", "")) or (older[0] if older else None)
    context = {"report": row, "ready": ready, "before": before, "after": after}
    if before and after:
        context["found"] = compare(document_of(before), document_of(after))
    return render(request, "reports/compare.html", context)
