"""Templates of bulks: the list, one with its versions and where it is used, and the editor."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.bulk import templates
from brandkiln.bulk.filling import names_in
from brandkiln.bulk.models import Template
from brandkiln.bulk.queries import templates_of, used_by
from brandkiln.bulk.ready import take_ready
from brandkiln.core.api import page as page_of
from brandkiln.core.errors import StudioError
from brandkiln.dashboard.bulk_template_form import KIND_TITLES, TemplateEditor, first_content
from brandkiln.dashboard.lookup import find, find_spec, key_of, whole
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators import registry

PAGE = 30
USES = 20


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the templates, or the archived ones."""
    archived = "archived" in request.GET
    rows = templates_of(request.workspace, archived=archived)
    shown, following = page_of(rows, cursor=request.GET.get("cursor"), limit=PAGE)
    hidden = Template.objects.filter(workspace=request.workspace).exclude(archived_at=None)
    context = {"templates": shown, "next": following, "archived": archived, "archived_count": hidden.count()}
    return render(request, "bulk_templates/index.html", context)


@require_POST
@in_workspace()
def take(request: MemberRequest) -> HttpResponse:
    """Take the ready templates, and go on to a bulk."""
    take_ready(workspace=request.workspace, actor=request.user)
    address = reverse("dashboard:bulk_new", args=[request.workspace.slug])
    return redirect(f"{address}?{request.GET.urlencode()}")  # with the campaign that was asked for


@in_workspace()
def create(request: MemberRequest) -> HttpResponse:
    """Choose what a new template makes; then edit it, or begin with what a job made."""
    asked = request.POST if request.method == "POST" else request.GET
    if job := asked.get("job"):
        begun = templates.start_from_job(find(Job.objects.all(), request.workspace, key_of(job)))
        spec, content, name = find_spec(begun.content.generator, "sample"), begun.content, begun.name
    elif generator := asked.get("generator"):
        spec = find_spec(generator, "sample")
        given = {"format": asked["format"]} if spec.formats and asked.get("format") else {}
        trained = Checkpoint.objects.filter(
            workspace=request.workspace, generator=spec.name, is_production=True
        )
        content = first_content(spec, given, "production" if trained.exists() else None)
        name = next((str(one.title) for one in spec.formats if one.name == given.get("format")), spec.title)
    else:
        specs = [spec for spec in registry.specs().values() if "sample" in spec.kinds]
        return render(request, "bulk_templates/choose.html", {"specs": specs})
    sent = request.POST if "do" in request.POST else None
    editor = TemplateEditor(spec, request.workspace, content, sent)
    if sent is None:
        editor.name = _(name)
    elif sent["do"] == "save" and not editor.problems:
        try:
            made = templates.create_template(
                workspace=request.workspace, actor=request.user, name=editor.name, summary=editor.summary,
                content=editor.content(), note=editor.note,
            )  # fmt: skip
        except StudioError as error:
            editor.refuse(error)
        else:
            messages.success(request, _("“%(name)s” is kept as version 1.") % {"name": made.name})
            return redirect("dashboard:bulk_template_page", request.workspace.slug, made.pk)
    return _edited(request, editor, None)


@in_workspace()
def page(request: MemberRequest, bulk_template: UUID) -> HttpResponse:
    """Show a template: what it makes, its versions, and which bulks use it; rename it."""
    row = find(Template.objects.select_related("created_by"), request.workspace, bulk_template)
    problems: dict[str, str] = {}
    if request.method == "POST":
        name, summary = request.POST.get("name", ""), request.POST.get("summary", "")
        try:
            templates.rename_template(template=row, actor=request.user, name=name, summary=summary)
        except StudioError as error:
            problems = error.fields
        else:
            return redirect("dashboard:bulk_template_page", request.workspace.slug, row.pk)
    versions = list(row.versions.select_related("created_by", "checkpoint").order_by("-number"))
    newest = versions[0]
    context = {
        "template": row,
        "versions": versions,
        "newest": newest,
        "spec": registry.specs().get(newest.generator),
        "filled": [(name, value) for name, value in newest.params.items() if names_in(value)],
        "fixed": [(name, value) for name, value in newest.params.items() if not names_in(value)],
        "bulks": used_by(row)[:USES],
        "kinds": KIND_TITLES,
        "problems": problems,
    }
    return render(request, "bulk_templates/page.html", context, status=422 if problems else 200)


@in_workspace()
def edit(request: MemberRequest, bulk_template: UUID) -> HttpResponse:
    """Edit a template: each save is the next version."""
    row = find(Template.objects.all(), request.workspace, bulk_template)
    newest = templates.newest_version(row)
    sent = request.POST if request.method == "POST" else None
    spec = find_spec(newest.generator, "sample")
    editor = TemplateEditor(spec, request.workspace, templates.content_of(newest), sent)
    if sent is not None and sent.get("do") == "save" and not editor.problems:
        seen = whole(sent.get("seen", ""), newest.number)
        try:
            version = templates.save_version(
                template=row, actor=request.user, content=editor.content(), note=editor.note, seen=seen
            )
        except StudioError as error:
            editor.refuse(error)
        else:
            same = version.number == newest.number
            said = _("Nothing was changed; version %(n)d stays.") if same else _("Version %(n)d is kept.")
            messages.success(request, said % {"n": version.number})
            return redirect("dashboard:bulk_template_page", request.workspace.slug, row.pk)
    return _edited(request, editor, row, seen=newest.number)


@require_POST
@in_workspace()
def restore(request: MemberRequest, bulk_template: UUID, number: int) -> HttpResponse:
    """Make the next version say what an earlier one said."""
    row = find(Template.objects.all(), request.workspace, bulk_template)
    made = templates.restore_version(template=row, actor=request.user, number=number)
    said = _("Version %(new)s says what version %(old)s said.") % {"new": made.number, "old": number}
    messages.success(request, said)
    return redirect("dashboard:bulk_template_page", request.workspace.slug, row.pk)


@require_POST
@in_workspace()
def duplicate(request: MemberRequest, bulk_template: UUID) -> HttpResponse:
    """Make a copy and open it."""
    row = find(Template.objects.all(), request.workspace, bulk_template)
    made = templates.duplicate_template(template=row, actor=request.user)
    return redirect("dashboard:bulk_template_edit", request.workspace.slug, made.pk)


@require_POST
@in_workspace()
def archive(request: MemberRequest, bulk_template: UUID) -> HttpResponse:
    """Stop offering a template, or offer it again."""
    row = find(Template.objects.all(), request.workspace, bulk_template)
    undo = row.archived_at is not None
    templates.archive_template(template=row, actor=request.user, undo=undo)
    if undo:
        messages.success(request, _("“%(name)s” is offered again.") % {"name": row.name})
        return redirect("dashboard:bulk_template_page", request.workspace.slug, row.pk)
    back = reverse("dashboard:bulk_template_archive", args=[request.workspace.slug, row.pk])
    said = _("“%(name)s” is archived; what was made with it stays.") % {"name": row.name}
    messages.success(request, said, extra_tags=f"undo:{back}")
    return redirect("dashboard:bulk_template_list", request.workspace.slug)


def _edited(
    request: MemberRequest, editor: TemplateEditor, row: Template | None, seen: int | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"editor": editor, "template": row, "spec": editor.spec, "seen": seen}
    if "job" in request.GET:
        context["job"] = request.GET["job"]
    return render(request, "bulk_templates/edit.html", context, status=422 if editor.problems else 200)
