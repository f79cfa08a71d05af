"""Checkpoints: what was trained, how good it is, and which one is in production."""

from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.figure_names import changes
from brandkiln.dashboard.lookup import find, page_of
from brandkiln.jobs.curves import film
from brandkiln.jobs.erasure import retrain
from brandkiln.jobs.marks import mark_of_checkpoint
from brandkiln.jobs.models import Checkpoint, CheckpointFile, Job
from brandkiln.jobs.notices import notices_of
from brandkiln.jobs.production import checkpoint_before, history, promote_checkpoint
from brandkiln.projects.models import Project
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role
from generators import registry

SORTS = {
    "date": F("created_at").desc(),
    "kid": F("metrics__kid").asc(nulls_last=True),
    "frechet_distance": F("metrics__frechet_distance").asc(nulls_last=True),
    "size": F("weights__size").asc(),
    "state": F("is_production").desc(),
}
"""What the list can be ordered by; of each, the order that people look for: the newest, the best, the smallest."""


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the workspace's checkpoints, in the order that is asked for."""
    rows = Checkpoint.objects.filter(workspace=request.workspace, trashed_at=None)
    checkpoints = rows.select_related("project", "preview", "weights", "dataset_version__dataset", "parent")
    if generator := request.GET.get("generator", ""):
        checkpoints = checkpoints.filter(generator=generator)
    if project := request.GET.get("project", ""):
        checkpoints = checkpoints.filter(project__slug=project)
    sort = request.GET.get("sort", "date")
    sort = sort if sort in SORTS else "date"
    return render(
        request,
        "checkpoints/index.html",
        {
            "page": page_of(request, checkpoints.order_by(SORTS[sort], "-created_at", "-pk")),
            "generator": generator,
            "generators": sorted(set(rows.values_list("generator", flat=True))),
            "project": project,
            "projects": Project.objects.filter(pk__in=rows.values("project")).order_by("name"),
            "sort": sort,
            "sorts": [
                ("date", _("Newest")),
                ("kid", _("Best KID")),
                ("frechet_distance", _("Best Frechet distance")),
                ("size", _("Smallest")),
                ("state", _("In production first")),
            ],
            "specs": registry.specs(),
        },
    )


@in_workspace()
def page(request: MemberRequest, checkpoint: UUID) -> HttpResponse:
    """Show a checkpoint: its metrics, how it was made, what was evaluated, and what was made of it."""
    rows = Checkpoint.objects.select_related(
        "project", "preview", "weights", "dataset_version__dataset", "job__workspace", "parent"
    )
    row = find(rows, request.workspace, checkpoint)
    evaluations = Job.objects.filter(checkpoint=row, kind=Job.Kind.EVALUATE).select_related(
        "dataset_version__dataset", "requested_by"
    )
    moves = history(project=row.project, generator=row.generator)
    after = row.compression.get("after", {})
    return render(
        request,
        "checkpoints/page.html",
        {
            "checkpoint": row,
            "spec": registry.specs().get(row.generator),
            "evaluations": evaluations[:10],
            "frames": frames_of(row.job) if row.job else [],
            "notices": notices_of(row.job) if row.job else [],
            "samples": row.used_by_jobs.filter(kind=Job.Kind.SAMPLE).count(),
            "moves": moves[:10],
            "earlier": checkpoint_before(project=row.project, generator=row.generator)
            if row.is_production
            else None,
            "mark": mark_of_checkpoint(row),
            "changes": changes(row.compression.get("before", {}), after),
            "mean_difference": after.get("mean_difference"),
            "smaller": row.children.filter(trashed_at=None).select_related("weights"),
            "exports": row.files.filter(role=CheckpointFile.Role.ONNX).select_related("artifact", "job"),
        },
    )


def frames_of(job: Job) -> list[dict[str, str]]:
    """Return the previews of a training, for the film."""
    slug = job.workspace.slug
    return [
        {
            "src": reverse("dashboard:artifact_file", args=[slug, frame["artifact"]]),
            "caption": frame["caption"],
        }
        for frame in film(job)
    ]


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
    row = find(Checkpoint.objects.all(), request.workspace, checkpoint)
    try:
        row = promote_checkpoint(checkpoint=row, actor=request.user)
    except StudioError as error:
        messages.error(request, error.message)
        return redirect("dashboard:checkpoint_page", request.workspace.slug, row.pk)
    messages.success(request, _("%(checkpoint)s is in production now.") % {"checkpoint": row})
    return redirect("dashboard:checkpoint_page", request.workspace.slug, row.pk)
