"""Setting up a bulk: which templates and rows, which column fills which variable, and a look at the first rows."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brandkiln.bulk.checking import all_variables, preview, versions_of
from brandkiln.bulk.mapping import check_mapping
from brandkiln.bulk.models import Bulk, Row, Template
from brandkiln.bulk.queries import newest_numbers, templates_of, totals_of
from brandkiln.bulk.services import begin_trial, create_bulk, set_mapping, start, use_newest
from brandkiln.bulk.sources import MOST_ROWS, find_version, read_file, read_version
from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.dashboard.lookup import find, key_of
from brandkiln.dashboard.views.campaigns import campaign_asked
from brandkiln.datasets.models import DatasetVersion, Kind
from brandkiln.planning.campaigns import bulk_for
from brandkiln.projects.models import Project
from brandkiln.workspaces.access import MemberRequest, in_workspace

SHOWN = 5
FAULTS = 20
VERSIONS = 100
VALUE = "="
"""The choice of a value of one's own instead of a column."""


@in_workspace()
def create(request: MemberRequest) -> HttpResponse:
    """Ask for templates and a table, and set up a bulk of them."""
    problems: dict[str, str] = {}
    campaign = campaign_asked(request)
    if request.method == "POST":
        try:
            bulk = _created(request)
            if campaign:
                bulk_for(campaign=campaign, bulk=bulk, actor=request.user)
        except StudioError as error:
            problems = error.fields or {"": error.message}
        else:
            return redirect("dashboard:bulk_setup", request.workspace.slug, bulk.pk)
    asked = request.POST if request.method == "POST" else request.GET
    versions = DatasetVersion.objects.filter(
        workspace=request.workspace, dataset__kind__in=[Kind.TABLE, Kind.TEXT], trashed_at=None,
        dataset__trashed_at=None, record_count__lte=MOST_ROWS,
    )  # fmt: skip
    context = {
        "templates": templates_of(request.workspace)[:100],
        "projects": Project.objects.filter(workspace=request.workspace).order_by("name"),
        "versions": versions.select_related("dataset").order_by("-created_at")[:VERSIONS],
        "chosen": set(asked.getlist("template")),
        "project": asked.get("project", ""),
        "version": asked.get("version", ""),
        "problems": problems,
        "most": MOST_ROWS,
        "campaign": campaign,
    }
    return render(request, "bulk/new.html", context, status=422 if problems else 200)


def _created(request: MemberRequest) -> Bulk:
    sent = request.POST
    rows = Template.objects.filter(workspace=request.workspace)
    chosen = [find(rows, request.workspace, key) for key in map(key_of, sent.getlist("template"))]
    project = find(Project.objects.all(), request.workspace, key_of(sent.get("project", "")))
    if file := request.FILES.get("file"):
        table = read_file(file)
    elif sent.get("version"):
        table = read_version(find_version(request.workspace, key_of(sent["version"])))
    else:
        message = _("Choose a file with a row for each product, or a data set.")
        raise Unprocessable(message, fields={"file": message})
    return create_bulk(
        workspace=request.workspace, project=project, actor=request.user, templates=chosen, table=table,
        name=sent.get("name", ""),
    )  # fmt: skip


@in_workspace()
def page(request: MemberRequest, bulk: UUID) -> HttpResponse:
    """Match columns to variables with a look at the first rows; then a dry run, or all rows."""
    row = find(Bulk.objects.select_related("project", "dataset_version__dataset"), request.workspace, bulk)
    if row.state not in (Bulk.State.DRAFT, Bulk.State.TRIAL):
        return redirect("dashboard:bulk_page", request.workspace.slug, row.pk)
    mapping, problems = row.mapping, {}
    do = request.POST.get("do", "look")
    if request.method == "POST":
        mapping = _mapping(request.POST, row)
        try:
            if do == "newest":
                use_newest(bulk=row, actor=request.user)
                messages.success(request, _("The newest versions of the templates are used now."))
                return redirect("dashboard:bulk_setup", request.workspace.slug, row.pk)
            if do != "look":
                return _go_on(request, row, mapping, do)
        except StudioError as error:
            problems = error.fields or {"": error.message}
    context = _standing(row, mapping, problems)
    if request.headers.get("HX-Request") and do == "look":
        return render(request, "bulk/_mapped.html", context)
    return render(request, "bulk/setup.html", context, status=422 if problems else 200)


def _go_on(request: MemberRequest, bulk: Bulk, mapping: dict[str, Any], do: str) -> HttpResponse:
    faulty = set_mapping(bulk=bulk, actor=request.user, mapping=mapping)
    if do == "check":
        total = bulk.rows.count()
        said = (
            ngettext("%(n)d row does not fit.", "%(n)d rows do not fit.", faulty) % {"n": faulty}
            if faulty
            else ngettext("The row fits.", "All %(n)d rows fit.", total) % {"n": total}
        )
        messages.success(request, said)
        return redirect("dashboard:bulk_setup", request.workspace.slug, bulk.pk)
    if do == "all":
        start(bulk=bulk, actor=request.user)
    else:
        choosing = request.POST.get("choosing", "mixed")
        begin_trial(
            bulk=bulk, actor=request.user,
            choosing="first" if choosing == "first" else "longest" if choosing == "longest" else "mixed",
        )  # fmt: skip
    return redirect("dashboard:bulk_page", request.workspace.slug, bulk.pk)


def _standing(bulk: Bulk, mapping: dict[str, Any], problems: dict[str, str]) -> dict[str, Any]:
    variables = all_variables(bulk)
    versions = versions_of(bulk)
    unfit = {
        f"mapping.{name}": text for name, text in check_mapping(mapping, variables, bulk.columns).items()
    }
    newest = newest_numbers(versions)
    faulty = Row.objects.filter(bulk=bulk, state=Row.State.FAULTY).order_by("position", "part")
    return {
        "bulk": bulk,
        "versions": versions,
        "outdated": [one for one in versions if newest[one.template_id] != one.number],
        "fields": [
            _field(variable, mapping.get(variable.name, {}), unfit | problems) for variable in variables
        ],
        "problems": {name: text for name, text in problems.items() if not name.startswith("mapping.")},
        "rows": [] if unfit else preview(bulk, mapping, count=SHOWN),
        "fits": not unfit,
        "faulty": faulty.select_related("version__template")[:FAULTS],
        "faulty_count": faulty.count(),
        "totals": totals_of(bulk),
        "row_total": bulk.row_count * len(versions),
        "value": VALUE,
    }


def _field(variable: Any, source: dict[str, Any], problems: dict[str, str]) -> dict[str, Any]:
    columns = source.get("columns", ())
    return {
        "variable": variable,
        "columns": columns,
        "column": columns[0] if columns else VALUE if "value" in source else "",
        "value": source.get("value", ""),
        "problem": problems.get(f"mapping.{variable.name}", ""),
    }


def _mapping(sent: QueryDict, bulk: Bulk) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for variable in all_variables(bulk):
        chosen = [one for one in sent.getlist(f"m-{variable.name}") if one]
        if chosen and chosen[0] == VALUE:
            value = sent.get(f"value-{variable.name}", "").strip()
            if value:
                mapping[variable.name] = {"value": value[:2000]}
        elif chosen:
            mapping[variable.name] = {"columns": [one.removeprefix("c:") for one in chosen]}
    return mapping
