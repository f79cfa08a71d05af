"""The trash of data: what lies there, putting things in and taking them out, and emptying it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from brandkiln.core.errors import NotAllowed
from brandkiln.dashboard.lookup import find
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.datasets.terms import may_set_terms
from brandkiln.jobs import trash
from brandkiln.jobs.checkpoint_trash import empty_checkpoint_trash
from brandkiln.jobs.models import Checkpoint
from brandkiln.jobs.retention import delete_bytes
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role

UNDO = "undo:"
"""Marks a message that offers to take back what was done, with the address for that behind it."""


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List what lies in the trash, the newest first, with the day on which it is deleted."""
    datasets = Dataset.objects.filter(workspace=request.workspace).exclude(trashed_at=None)
    versions = DatasetVersion.objects.filter(workspace=request.workspace, dataset__trashed_at=None)
    return render(
        request,
        "datasets/trash.html",
        {
            "datasets": datasets.select_related("project", "trashed_by").order_by("-trashed_at"),
            "versions": versions.exclude(trashed_at=None)
            .select_related("dataset__project")
            .order_by("-trashed_at"),
            "checkpoints": Checkpoint.objects.filter(workspace=request.workspace)
            .exclude(trashed_at=None)
            .select_related("project", "weights")
            .order_by("-trashed_at"),
            "days": settings.TRASH_DAYS,
        },
    )


@require_POST
@in_workspace()
def trash_dataset(request: MemberRequest, dataset: UUID) -> HttpResponse:
    """Move a data set to the trash, which can be undone."""
    row = _mine(request, find(Dataset.objects.all(), request.workspace, dataset))
    trash.trash_dataset(dataset=row, actor=request.user)
    address = reverse("dashboard:dataset_restore", args=[request.workspace.slug, row.pk])
    said = _("%(name)s is in the trash.") % {"name": row.name}
    messages.success(request, said, extra_tags=f"{UNDO}{address}")
    return redirect("dashboard:dataset_list", request.workspace.slug)


@require_POST
@in_workspace()
def restore_dataset(request: MemberRequest, dataset: UUID) -> HttpResponse:
    """Take a data set out of the trash."""
    row = _mine(request, find(Dataset.objects.all(), request.workspace, dataset))
    trash.restore_dataset(dataset=row, actor=request.user)
    messages.success(request, _("%(name)s is back.") % {"name": row.name})
    return redirect("dashboard:dataset_page", request.workspace.slug, row.pk)


@require_POST
@in_workspace()
def trash_version(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Move a version to the trash, which can be undone."""
    version = _version(request, dataset, number)
    trash.trash_version(version=version, actor=request.user)
    address = reverse("dashboard:dataset_version_restore", args=[request.workspace.slug, dataset, number])
    said = _("%(name)s is in the trash.") % {"name": version}
    messages.success(request, said, extra_tags=f"{UNDO}{address}")
    return redirect("dashboard:dataset_page", request.workspace.slug, dataset)


@require_POST
@in_workspace()
def restore_version(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Take a version out of the trash."""
    version = _version(request, dataset, number)
    trash.restore_version(version=version, actor=request.user)
    messages.success(request, _("%(name)s is back.") % {"name": version})
    return redirect("dashboard:dataset_version", request.workspace.slug, dataset, number)


@require_POST
@in_workspace(Role.ADMIN)
def empty(request: MemberRequest) -> HttpResponse:
    """Delete everything in the trash for good, once that was confirmed."""
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Nothing was deleted: confirm first that you know it can't be undone."))
        return redirect("dashboard:dataset_trashed", request.workspace.slug)
    gone = trash.empty_trash(workspace=request.workspace, actor=request.user, days=0)
    gone += empty_checkpoint_trash(workspace=request.workspace, actor=request.user, days=0)
    transaction.on_commit(delete_bytes)
    said = ngettext("%(n)d entry is deleted for good.", "%(n)d entries are deleted for good.", len(gone))
    messages.success(request, said % {"n": len(gone)})
    return redirect("dashboard:dataset_trashed", request.workspace.slug)


def _version(request: MemberRequest, dataset: UUID, number: int) -> DatasetVersion:
    rows = DatasetVersion.objects.filter(dataset=dataset, number=number).select_related(
        "dataset", "workspace"
    )
    row = rows.filter(workspace=request.workspace).first()
    version = find(rows, request.workspace, row.pk if row else dataset)
    _mine(request, version.dataset)
    return version


def _mine(request: MemberRequest, dataset: Dataset) -> Dataset:
    if not may_set_terms(dataset, request.membership):
        raise NotAllowed(_("Whoever made the data set, publishers and admins may do that. Ask one of them."))
    return dataset
