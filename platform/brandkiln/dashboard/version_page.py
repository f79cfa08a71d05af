"""What all pages about one version of a data set share: finding it, its tabs, and the work going on."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from brandkiln.dashboard.lookup import find
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.jobs.models import Job
from brandkiln.workspaces.access import MemberRequest


def find_version(request: MemberRequest, dataset: UUID, number: int) -> DatasetVersion:
    """Return the version with its data set and project, or raise Http404."""
    row = find(Dataset.objects.filter(trashed_at=None), request.workspace, dataset)
    versions = DatasetVersion.objects.select_related("dataset__project", "workspace")
    chosen = versions.filter(dataset=row, number=number, trashed_at=None).first()
    if chosen is None:
        raise Http404(_("This data set has no such version."))
    return chosen


def version_context(version: DatasetVersion, *, tab: str) -> dict[str, Any]:
    """Return what the head, the tabs and the list of versions show on every page about a version."""
    dataset = version.dataset
    return {
        "dataset": dataset,
        "version": version,
        "versions": DatasetVersion.objects.filter(dataset=dataset, trashed_at=None)
        .defer("report", "recipe", "labels", "columns")
        .order_by("-number"),
        "tab": tab,
        "reading": open_jobs(dataset),
    }


def open_jobs(dataset: Dataset) -> "list[Job]":
    """Return the jobs that work on the data set right now."""
    about = Q(upload__dataset=dataset) | Q(dataset_version__dataset=dataset, queue=Job.Queue.PLATFORM)
    return list(Job.objects.filter(about, state__in=Job.OPEN).select_related("upload")[:5])
