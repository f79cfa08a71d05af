"""Checkpoints: what was trained, how good it is, and which one is in production."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import find, page_of
from brandkiln.jobs.erasure import retrain
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.production import promote_checkpoint
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role
from generators import registry


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the workspace's checkpoints."""
    checkpoints = Checkpoint.objects.filter(workspace=request.workspace).select_related(
        "project", "preview", "dataset_version__dataset"
    )
    if generator := request.GET.get("generator", ""):
        checkpoints = checkpoints.filter(generator=generator)
    names = Checkpoint.objects.filter(workspace=request.workspace).values_list("generator", flat=True)
    return render(
        request,
        "checkpoints/index.html",
        {
            "page": page_of(request, checkpoints),
            "generator": generator,
            "generators": sorted(set(names)),
            "specs": registry.specs(),
        },
    )


@in_workspace()
def page(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Show a checkpoint: its metrics, how it was made, and what was evaluated."""
    rows = Checkpoint.objects.select_related(
        "project", "preview", "weights", "dataset_version__dataset", "job"
    )
    row = find(rows, request.workspace, checkpoint)
    evaluations = Job.objects.filter(checkpoint=row, kind=Job.Kind.EVALUATE).select_related(
        "dataset_version__dataset", "requested_by"
    )
    return render(
        request,
        "checkpoints/page.html",
        {
            "checkpoint": row,
            "spec": registry.specs().get(row.generator),
            "evaluations": evaluations[:10],
            "samples": row.used_by_jobs.filter(kind=Job.Kind.SAMPLE).count(),
        },
    )


@require_POST
@in_workspace()
def retrain_on_newest(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Train like this checkpoint on the newest version of its data."""
    row = find(Checkpoint.objects.select_related("job"), request.workspace, checkpoint)
    try:
        job = retrain(checkpoint=row, actor=request.user)
    except StudioError as error:
        messages.error(request, error.message)
        return redirect("dashboard:checkpoint_page", request.workspace.slug, row.pk)
    return redirect("dashboard:job_page", request.workspace.slug, job.pk)


@require_POST
@in_workspace(Role.PUBLISHER)
def promote(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Put the checkpoint into production for its generator in its project."""
    row = promote_checkpoint(
        checkpoint=find(Checkpoint.objects.all(), request.workspace, checkpoint), actor=request.user
    )
    messages.success(request, _("%(checkpoint)s is in production now.") % {"checkpoint": row})
    return redirect("dashboard:checkpoint_page", request.workspace.slug, row.pk)
