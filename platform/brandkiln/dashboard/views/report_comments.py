"""Comments on an issue."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.views.report_issues import issue_context
from brandkiln.dashboard.views.report_series import find_issue
from brandkiln.reports.comments import add_comment, reopen_comment, resolve_comment
from brandkiln.workspaces.access import MemberRequest, in_workspace


@require_POST
@in_workspace()
def add(request: MemberRequest, report: UUID, number: int) -> HttpResponse:
    """Keep a comment at a block."""
    issue = find_issue(request, report, number)
    block, text = request.POST.get("block", ""), request.POST.get("text", "")
    try:
        add_comment(issue=issue, author=request.user, text=text, block=block)
    except StudioError as refusal:
        context = issue_context(
            request, issue, refused_block=block, refused_text=text, refusal=refusal.message
        )
        return render(request, "reports/issue.html", context, status=422)
    return _back(request, report, number, block)


@require_POST
@in_workspace()
def resolve(request: MemberRequest, report: UUID, number: int, comment: UUID) -> HttpResponse:
    """Resolve a comment, or reopen it."""
    issue = find_issue(request, report, number)
    row = issue.comments.filter(pk=comment).first()
    if row is None:
        raise Http404(_("There is nothing at this address in the workspace."))
    if "reopen" in request.POST:
        reopen_comment(comment=row)
    else:
        resolve_comment(comment=row, actor=request.user)
        messages.success(request, _("The comment is resolved."))
    return _back(request, report, number, row.block)


def _back(request: MemberRequest, report: UUID, number: int, block: str) -> HttpResponse:
    address = reverse("dashboard:report_issue", args=[request.workspace.slug, report, number])
    return redirect(f"{address}#block-{block}" if block else f"{address}#comments")
