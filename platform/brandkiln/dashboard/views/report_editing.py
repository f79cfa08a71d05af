"""The editor of an issue's sentences, in which facts are chips that can be moved and taken out, and not typed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.views.report_series import find_issue
from brandkiln.reports.documents import document_of
from brandkiln.reports.edits import edit_sentence, edited, open_edits, set_edited, undo_edit
from brandkiln.reports.models import Issue
from brandkiln.workspaces.access import MemberRequest, in_workspace


@in_workspace()
def page(request: MemberRequest, report: UUID, number: int) -> HttpResponse:
    """Show the sentences of an issue, each of which can be said otherwise."""
    return render(request, "reports/edit.html", _context(find_issue(request, report, number)))


@require_POST
@in_workspace()
def say(request: MemberRequest, report: UUID, number: int) -> HttpResponse:
    """Keep a sentence said otherwise, or say at its place why it cannot be kept."""
    issue = find_issue(request, report, number)
    place, draft = request.POST.get("place", ""), request.POST.get("draft", "")
    refusal = ""
    try:
        edit_sentence(issue=issue, place=place, draft=draft, actor=request.user)
    except StudioError as error:
        refusal = error.message
    context = _context(issue, place=place, draft=draft, refusal=refusal)
    name = "reports/_sentences.html" if request.headers.get("HX-Request") else "reports/edit.html"
    if refusal or request.headers.get("HX-Request"):
        return render(request, name, context, status=200 if request.headers.get("HX-Request") else 422)
    return redirect("dashboard:report_edit", request.workspace.slug, report, number)


@require_POST
@in_workspace()
def undo(request: MemberRequest, report: UUID, number: int) -> HttpResponse:
    """Take the last change back."""
    issue = find_issue(request, report, number)
    undo_edit(issue=issue)
    if request.headers.get("HX-Request"):
        return render(request, "reports/_sentences.html", _context(issue))
    return redirect("dashboard:report_edit", request.workspace.slug, report, number)


@require_POST
@in_workspace()
def set_files(request: MemberRequest, report: UUID, number: int) -> HttpResponse:
    """Make the next issue from the edited document."""
    try:
        made = set_edited(issue=find_issue(request, report, number), actor=request.user)
    except StudioError as refusal:
        messages.error(request, refusal.message)
        return redirect("dashboard:report_edit", request.workspace.slug, report, number)
    messages.success(request, _("The files are being set again, as issue %(n)d.") % {"n": made.number})
    return redirect("dashboard:report_issue", request.workspace.slug, report, made.number)


def _context(issue: Issue, *, place: str = "", draft: str = "", refusal: str = "") -> dict[str, Any]:
    document = document_of(issue)
    now = edited(issue, document)
    blocks = []
    for block in document.blocks:
        said = [
            {
                "sentence": document.sentence(one.place, draft)
                if refusal and one.place == place
                else now.get(one.place, one),
                "first": one,
                "is_edited": one.place in now,
                "refusal": refusal if one.place == place else "",
            }
            for one in block.told
        ]
        if said:
            blocks.append((block, said))
    return {
        "issue": issue,
        "report": issue.report,
        "document": document,
        "blocks": blocks,
        "edit_count": open_edits(issue).count(),
        "refusal": refusal,
    }
