"""Templates of reports: the list, a template with its versions, and the editor."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.dashboard.lookup import find, whole
from brandkiln.dashboard.report_editor import TEMPLATE, Editor, read_draft
from brandkiln.dashboard.report_tables import table_versions
from brandkiln.reports.differences import compare_documents
from brandkiln.reports.drafts import KINDS
from brandkiln.reports.models import Template
from brandkiln.reports.templates import (
    archive_template,
    create_template,
    find_offered,
    newest_version,
    offered_templates,
    rename_template,
    restore_version,
    save_version,
)
from brandkiln.workspaces.access import MemberRequest, in_workspace


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the workspace's own templates and the ready ones."""
    archived = "archived" in request.GET
    rows = offered_templates(request.workspace, archived=archived)
    offered = [one.row.pk for one in rows if one.row]
    kept = Template.objects.filter(workspace=request.workspace, archived_at__isnull=not archived)
    context = {
        "own": [one for one in rows if one.row],
        "unfit": kept.exclude(pk__in=offered),
        "ready": [one for one in rows if not one.row],
        "archived": archived,
        "archived_count": Template.objects.filter(workspace=request.workspace)
        .exclude(archived_at=None)
        .count(),
    }
    return render(request, "report_templates/index.html", context)


@require_POST
@in_workspace()
def create(request: MemberRequest) -> HttpResponse:
    """Make a template from nothing or as a copy, and open it in the editor."""
    copied = request.POST.get("copied_from", "")
    name = request.POST.get("name", "").strip()
    if not name:
        name = find_offered(request.workspace, copied).title if copied else _("My template")
    made = create_template(workspace=request.workspace, actor=request.user, name=name, copied_from=copied)
    return redirect("dashboard:report_template_edit", request.workspace.slug, made.pk)


@in_workspace()
def page(request: MemberRequest, template: UUID) -> HttpResponse:
    """Show a template with its versions and what was made with it; take another name."""
    row = find(Template.objects.all(), request.workspace, template)
    problems: dict[str, str] = {}
    if request.method == "POST":
        name, summary = request.POST.get("name", ""), request.POST.get("summary", "")
        try:
            rename_template(template=row, actor=request.user, name=name, summary=summary)
        except Unprocessable as refusal:
            problems = refusal.fields
        else:
            messages.success(request, _("The template is called %(name)s now.") % {"name": row.name})
            return redirect("dashboard:report_template_page", request.workspace.slug, row.pk)
    context = {
        "template": row,
        "offered": find_offered(request.workspace, str(row.pk)),
        "versions": row.versions.select_related("created_by").order_by("-number"),
        "problems": problems,
        "reports": row.reports.filter(archived_at=None).select_related("dataset")[:20],
    }
    return render(request, "report_templates/page.html", context, status=422 if problems else 200)


@require_POST
@in_workspace()
def archive(request: MemberRequest, template: UUID) -> HttpResponse:
    """Archive a template, or take it back."""
    row = find(Template.objects.all(), request.workspace, template)
    undo = "undo" in request.POST
    archive_template(template=row, actor=request.user, undo=undo)
    said = _("%(name)s is offered again.") if undo else _("%(name)s is archived. Reports made with it stay.")
    messages.success(request, said % {"name": row.name})
    return redirect("dashboard:report_template_page", request.workspace.slug, row.pk)


@in_workspace()
def compare(request: MemberRequest, template: UUID, number: int) -> HttpResponse:
    """Show what a version says differently from another one, by default the one before; restore it."""
    row = find(Template.objects.all(), request.workspace, template)
    if request.method == "POST":
        made = restore_version(template=row, actor=request.user, number=number)
        messages.success(
            request,
            _("Version %(new)s says what version %(old)s said.") % {"new": made.number, "old": number},
        )
        return redirect("dashboard:report_template_page", request.workspace.slug, row.pk)
    versions = {version.number: version for version in row.versions.all()}
    after = versions.get(number)
    before = versions.get(whole(request.GET.get("with", ""), number - 1))
    found = compare_documents(before.document, after.document) if before and after else []
    context: dict[str, Any] = {
        "template": row,
        "before": before,
        "after": after,
        "found": found,
        "newest": max(versions),
    }
    context["others"] = sorted((n for n in versions if n != number), reverse=True)
    return render(request, "report_templates/compare.html", context, status=200 if after else 404)


@in_workspace()
def edit(request: MemberRequest, template: UUID) -> HttpResponse:
    """Show the editor; take a change of the draft, or save it as the next version."""
    row = find(Template.objects.all(), request.workspace, template)
    tables = table_versions(request.workspace)
    newest = newest_version(row)
    if request.method != "POST":
        editor = Editor(
            newest.document, request.GET.get("block", ""), columns=tables.columns(request.GET.get("on", ""))
        )
        return render(request, "report_templates/edit.html", _context(row, editor, tables, newest.number))
    sent = request.POST
    editor = Editor(
        read_draft(sent.get("document", "")),
        sent.get("chosen", ""),
        columns=tables.columns(sent.get("on", "")),
    )
    asked = sent.get("do", "look")
    seen = whole(sent.get("seen", ""), newest.number)
    if asked != "undo":
        editor.take(sent)
        editor.do(asked)
    context: dict[str, Any] = {}
    if asked == "save":
        try:
            saved = save_version(
                template=row, actor=request.user, document=editor.draft, note=sent.get("note", ""), seen=seen
            )
        except StudioError as refusal:
            context["refusal"] = refusal.message
        else:
            context["saved"] = saved.number if saved.number != seen else 0
            context["same"] = saved.number == seen
            seen = saved.number
            editor.draft = saved.document
    name = (
        "report_templates/_editor.html" if "HX-Request" in request.headers else "report_templates/edit.html"
    )
    return render(request, name, {**_context(row, editor, tables, seen), **context})


def _context(row: Template, editor: Editor, tables: Any, seen: int) -> dict[str, Any]:
    return {
        "template": row,
        "editor": editor,
        "seen": seen,
        "is_template_open": editor.chosen == TEMPLATE,
        "kinds": [(name, kind.__doc__ or "") for name, kind in KINDS.items()],
        "tables": tables,
        "problem_count": len(editor.problems),
    }
