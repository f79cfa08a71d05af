"""The page from which a report is made, and what columns are for as it is known of a table."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.report_starting import start_from
from brandkiln.reports.issues import create_report, make_issue
from brandkiln.workspaces.access import MemberRequest, in_workspace


@in_workspace()
def page(request: MemberRequest) -> HttpResponse:
    """Ask for data, a template and how the report looks; make it."""
    start = start_from(request)
    version, chosen = start.version, start.chosen
    refusal = ""
    if request.method == "POST" and version and chosen and start.form.is_valid():
        cleaned = start.form.cleaned_data
        try:
            report = create_report(
                project=cleaned["project"],
                dataset=version.dataset,
                name=cleaned["title"] or f"{chosen.title} · {version.dataset.name}",
                actor=request.user,
                ready="" if chosen.row else chosen.key,
                template=chosen.row,
                params=start.params(),
                language=cleaned["language"],
                formats=cleaned["formats"],
            )
            issue = make_issue(report=report, actor=request.user, version=version)
        except StudioError as error:
            refusal = " ".join(error.fields.values()) or error.message
        else:
            messages.success(request, _("The report is being made."))
            return redirect("dashboard:report_issue", request.workspace.slug, report.pk, issue.number)
    status = 422 if request.method == "POST" else 200
    return render(request, "report_templates/start.html", {"start": start, "refusal": refusal}, status=status)


@in_workspace()
def columns(request: MemberRequest) -> HttpResponse:
    """Answer with what the columns are for and which templates fit, once that is known, for the form as it stands."""
    return render(request, "report_templates/_fitting.html", {"start": start_from(request)})
