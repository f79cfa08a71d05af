"""Data sets: the list, one data set with its uploads and versions, and what a version holds."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from brandkiln.bulk.params import facts_params
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.dashboard.forms import DatasetForm, refuse
from brandkiln.dashboard.intake import intake_context
from brandkiln.dashboard.lookup import find, page_of, whole
from brandkiln.dashboard.reading_notes import reading_notes
from brandkiln.dashboard.terms import terms_of_last
from brandkiln.dashboard.version_page import find_version, open_jobs, version_context
from brandkiln.datasets.models import Dataset, DatasetVersion, Kind, Split, Upload
from brandkiln.datasets.queries import RecordPage, label_counts, records_page, with_versions
from brandkiln.datasets.services import create_dataset
from brandkiln.datasets.terms import LICENCES
from brandkiln.jobs.augmentations import drawing_checkpoint
from brandkiln.projects.models import Project
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators import registry
from generators.spec import Spec

RECORDS = {Kind.IMAGE: 48, Kind.TEXT: 20, Kind.TABLE: 25, Kind.AUDIO: 20}
BARS = 12


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the workspace's data sets."""
    datasets = Dataset.objects.filter(workspace=request.workspace, trashed_at=None).select_related("project")
    if kind := request.GET.get("kind", ""):
        datasets = datasets.filter(kind=kind)
    if project := request.GET.get("project", ""):
        datasets = datasets.filter(project__slug=project)
    return render(
        request,
        "datasets/index.html",
        {
            "page": page_of(request, with_versions(datasets)),
            "kinds": Kind.choices,
            "kind": kind,
            "projects": Project.objects.filter(workspace=request.workspace).order_by("name"),
            "project": project,
        },
    )


@in_workspace()
def create(request: MemberRequest) -> HttpResponse:
    """Create an empty data set and go on to its uploads."""
    if not Project.objects.filter(workspace=request.workspace).exists():
        messages.info(request, _("A data set belongs to a project. Set up the project first."))
        return redirect(reverse("dashboard:project_new", args=[request.workspace.slug]) + "?then=data")
    initial = terms_of_last(request.workspace) | request.GET.dict()
    form = DatasetForm(request.POST or None, initial=initial, workspace=request.workspace)
    if form.is_valid():
        try:
            dataset = create_dataset(workspace=request.workspace, actor=request.user, **form.cleaned_data)
        except (Conflict, Unprocessable) as error:
            refuse(form, error)
        else:
            return redirect("dashboard:dataset_page", request.workspace.slug, dataset.pk)
    shown = {"form": form, "licences": LICENCES}
    return render(request, "datasets/new.html", shown, status=422 if form.is_bound else 200)


@in_workspace()
def page(request: MemberRequest, dataset: UUID) -> HttpResponse:
    """Show a data set: a place to drop files, what is being read, and its versions."""
    row = find(Dataset.objects.filter(trashed_at=None).select_related("project"), request.workspace, dataset)
    newest = DatasetVersion.objects.filter(dataset=row, trashed_at=None).order_by("-number").first()
    if newest and "uploads" not in request.GET:
        return redirect("dashboard:dataset_version", request.workspace.slug, row.pk, newest.number)
    uploads = Upload.objects.filter(dataset=row).exclude(state=Upload.State.RECEIVING)
    return render(
        request,
        "datasets/page.html",
        {
            "dataset": row,
            "tab": "uploads",
            "uploads": uploads.prefetch_related("jobs", "versions")[:20],
            "newest": newest,
            "reading": open_jobs(row),
            **intake_context(row, newest, request.membership),
        },
    )


@in_workspace()
def version(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Show what one version holds, by split and label, and the report of how it was read."""
    chosen = find_version(request, dataset, number)
    row = chosen.dataset
    split, label = request.GET.get("split", ""), request.GET.get("label", "")
    split = split if split in Split.values else ""
    return render(
        request,
        "datasets/version.html",
        {
            **version_context(chosen, tab="report" if request.GET.get("show") == "report" else "records"),
            "page": _page(request, chosen, split=split, label=label),
            "splits": [
                (name, text, chosen.counts.get("split", {}).get(name, 0)) for name, text in Split.choices
            ],
            "bars": _bars(chosen),
            "drawer": drawing_checkpoint(chosen) if row.kind == Kind.IMAGE else None,
            "notes": reading_notes(chosen.report),
            "split": split,
            "label": label,
            "writer": _writer() if row.kind == Kind.TABLE else None,
        },
    )


def _page(request: MemberRequest, version: DatasetVersion, *, split: str, label: str) -> RecordPage:
    """Return the page behind `after`, before `before`, or from record number `at` on, as the address asks."""
    size = RECORDS[Kind(version.dataset.kind)]
    before, at = _number(request, "before"), _number(request, "at")
    after = _number(request, "after")
    if at is not None:
        after, before = at - 2, None
    return records_page(
        version, after=-1 if after is None else after, before=before, limit=size, split=split, label=label
    )


def _number(request: MemberRequest, name: str) -> int | None:
    """Return a number of the address, or None where it is none."""
    number = whole(request.GET.get(name, ""), -1)
    return None if number < 0 else number


def _writer() -> Spec | None:
    """Return the generator that writes about a row, where there is one."""
    specs = (spec for spec in registry.specs().values() if spec.sample)
    return next((spec for spec in specs if facts_params(spec.params_for("sample"))), None)


def _bars(version: DatasetVersion) -> dict[str, Any]:
    """Return the commonest labels with their counts, and how wide a bar of each is."""
    counts = label_counts(version)
    most = counts[0][1] if counts else 1
    return {
        "rows": [(label, count, round(100 * count / most, 1)) for label, count in counts[:BARS]],
        "more": max(0, len(counts) - BARS),
    }
