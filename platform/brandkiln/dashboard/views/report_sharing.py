"""Links to an issue for people outside the workspace."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.forms import refuse
from brandkiln.dashboard.report_forms import ShareForm
from brandkiln.dashboard.views.report_series import find_issue
from brandkiln.reports.sharing import revoke_link, share_issue
from brandkiln.workspaces.access import MemberRequest, in_workspace


@in_workspace()
def page(request: MemberRequest, report: UUID, number: int) -> HttpResponse:
    """List the links to an issue; make one, whose address is shown this once."""
    issue = find_issue(request, report, number)
    form = ShareForm(request.POST or None)
    address = ""
    if form.is_valid():
        try:
            _link, secret = share_issue(issue=issue, actor=request.user, **form.cleaned_data)
        except StudioError as refusal:
            refuse(form, refusal)
        else:
            address = request.build_absolute_uri(reverse("dashboard:shared_report", args=[secret]))
            form = ShareForm()
    context = {
        "issue": issue,
        "report": issue.report,
        "form": form,
        "address": address,
        "links": issue.links.filter(revoked_at=None).select_related("created_by"),
        "now": timezone.now(),
    }
    return render(request, "reports/share.html", context, status=422 if form.is_bound else 200)


@require_POST
@in_workspace()
def revoke(request: MemberRequest, report: UUID, number: int, link: UUID) -> HttpResponse:
    """Make a link useless."""
    issue = find_issue(request, report, number)
    row = issue.links.select_related("issue__report", "workspace").filter(pk=link).first()
    if row is None:
        raise Http404(_("There is nothing at this address in the workspace."))
    revoke_link(link=row, actor=request.user)
    messages.success(request, _("The link is withdrawn."))
    return redirect("dashboard:report_share", request.workspace.slug, report, number)
