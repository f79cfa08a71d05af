"""Jobs: the list, one job while it runs and after it ended, and the two things that people do with a job."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.bulk.queries import without_rows
from brandkiln.core.errors import StudioError
from brandkiln.dashboard.larger import larger_for_job
from brandkiln.dashboard.lookup import find, page_of
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.curves import curves_csv, curves_tensorboard
from brandkiln.jobs.estimates import estimate_params, estimate_wait, queue_position
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.notices import notices_of
from brandkiln.jobs.services import cancel_job, finish_early, retry_job
from brandkiln.jobs.stream import stream_response
from brandkiln.library.queries import find_assets
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators import registry

PAGE_SIZE = 30


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the workspace's jobs; a script asks again for the rows while some are open."""
    # Only what a line shows: to plan a join of ten tables takes PostgreSQL 18 ms, to run it 1 ms.
    jobs = Job.objects.filter(workspace=request.workspace).select_related("project", "requested_by", "upload")
    jobs = without_rows(jobs)
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    if state == "open":
        jobs = jobs.filter(state__in=Job.OPEN)
    elif state:
        jobs = jobs.filter(state=state)
    if kind:
        jobs = jobs.filter(kind=kind)
    page = page_of(request, jobs, PAGE_SIZE)
    template = "jobs/_rows.html" if request.headers.get("HX-Request") else "jobs/index.html"
    return render(
        request,
        template,
        {
            "page": page,
            "state": state,
            "kind": kind,
            "states": Job.State.choices,
            "kinds": Job.Kind.choices,
            "is_live": any(not job.is_final for job in page),
        },
    )


@in_workspace()
def page(request: MemberRequest, job: UUID) -> HttpResponse:
    """Show a job; the page then follows its event stream."""
    row = find(_jobs(), request.workspace, job)
    if row.kind == Job.Kind.SEARCH:
        return redirect("dashboard:search_page", request.workspace.slug, row.pk)
    return render(request, "jobs/page.html", _standing(request, row))


@in_workspace()
def status(request: MemberRequest, job: UUID) -> HttpResponse:
    """Answer with whatever on a job's page depends on its state."""
    return render(request, "jobs/_status.html", _standing(request, find(_jobs(), request.workspace, job)))


@in_workspace()
def events(request: MemberRequest, job: UUID) -> HttpResponseBase:
    """Stream what happens to the job, from the first event or the one last seen."""
    return stream_response(request, find(_jobs(), request.workspace, job))


@in_workspace()
def download_curves(request: MemberRequest, job: UUID, form: str) -> HttpResponse:
    """Send the losses and measures of a job as CSV or as an event file for TensorBoard."""
    row = find(_jobs(), request.workspace, job)
    name = f"{row.generator or row.kind}-{str(row.pk)[:8]}"
    if form == "csv":
        answer = HttpResponse(curves_csv(row), content_type="text/csv")
        name = f"{name}.csv"
    else:
        answer = HttpResponse(curves_tensorboard(row), content_type="application/octet-stream")
        name = f"events.out.tfevents.{int(row.created_at.timestamp())}.{name}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@in_workspace()
def cancel(request: MemberRequest, job: UUID) -> HttpResponse:
    """Cancel a job, or end a training early and keep what it has if that is wanted."""
    row = find(_jobs(), request.workspace, job)
    if "keep" in request.POST:
        try:
            finish_early(job=row, actor=request.user)
        except StudioError as error:
            messages.error(request, error.message)
        else:
            messages.info(request, _("The training ends after this step and keeps its best checkpoint."))
        return redirect("dashboard:job_page", request.workspace.slug, row.pk)
    stopped = cancel_job(job=row, actor=request.user)
    if stopped.state == Job.State.CANCELLED:
        messages.success(request, _("The job is cancelled."))
    elif not stopped.is_final:
        messages.info(request, _("The job was asked to stop. It ends within seconds."))
    return redirect("dashboard:job_page", request.workspace.slug, row.pk)


@require_POST
@in_workspace()
def retry(request: MemberRequest, job: UUID) -> HttpResponse:
    """Submit the same again and go to the new job."""
    again = retry_job(job=find(_jobs(), request.workspace, job), actor=request.user)
    return redirect("dashboard:job_page", request.workspace.slug, again.pk)


def _jobs() -> QuerySet[Job]:
    return Job.objects.select_related(
        "project", "requested_by", "checkpoint", "dataset_version__dataset", "upload__dataset", "retry_of"
    )


def _standing(request: MemberRequest, job: Job) -> dict[str, Any]:
    """Return the job with its place, what to expect, and what came of it."""
    estimate = None
    if not job.is_final and job.generator:
        estimate = estimate_params(
            workspace=job.workspace, kind=job.kind, generator=job.generator, params=job.params
        )
    notices = notices_of(job)
    return {
        "job": job,
        "spec": registry.specs().get(job.generator),
        "queue_position": queue_position(job),
        "wait": estimate_wait(job),
        "estimate": estimate,
        "assets": find_assets(workspace=job.workspace, job=str(job.pk)).order_by("position"),
        "trained": Checkpoint.objects.filter(job=job).select_related("preview").first(),
        "version": _version_of(job),
        "notices": notices,
        "larger": larger_for_job(request, job, notices),
    }


def _version_of(job: Job) -> DatasetVersion | None:
    """Return the version that the job made, or found to be the same."""
    if job.upload:
        return job.upload.versions.first()
    if not (made := job.result.get("dataset_version")):
        return None
    return DatasetVersion.objects.filter(workspace=job.workspace_id, pk=made, trashed_at=None).first()
