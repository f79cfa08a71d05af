"""/api/v1/jobs."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router, Schema, Status
from ninja.params.functions import Header, Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find, page
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs import services
from brandkiln.jobs.curves import curves_csv, curves_tensorboard
from brandkiln.jobs.estimates import estimate_params, queue_position, queue_positions
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.requests import program_key
from brandkiln.jobs.stream import stream_response
from brandkiln.projects.services import find_project
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["jobs"])
Kind = Literal["sample", "train", "evaluate", "report", "compress", "export"]


class JobIn(Body):
    """What to make."""

    project: str = Field(max_length=50)
    """The project's slug."""
    generator: str = Field(max_length=80)
    kind: Kind
    checkpoint: UUID | Literal["production"] | None = None
    """A checkpoint's id, or the one that is in production."""
    dataset_version: UUID | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    """As the schema of the generator and kind says; what is left out gets its default."""
    priority: int = Field(0, ge=-10, le=10)
    override_reason: str = Field("", max_length=400)
    """Why an admin lets it train where the answer was data_not_cleared; kept on the job and in the audit log."""


class JobError(Schema):
    """Why a job did not succeed."""

    code: str
    message: str


class AssetRef(Schema):
    """A piece that a job made."""

    id: UUID
    media_type: str
    text: str | None
    download_url: str
    sha256: str = Field(alias="artifact.sha256")

    @staticmethod
    def resolve_text(asset: Any) -> str | None:
        return asset.text or None

    @staticmethod
    def resolve_download_url(asset: Any) -> str:
        return f"/api/v1/assets/{asset.pk}/download"


class JobOut(Schema):
    """A job: what was asked for and where it stands."""

    id: UUID
    project: str = Field(alias="project.slug")
    kind: str
    generator: str
    generator_version: str
    state: str
    done: int
    total: int
    message: str
    metrics: dict[str, Any]
    queue_position: int | None
    """How many jobs start before this one, counted from 1; null once it has started."""
    error: JobError | None
    assets: list[AssetRef]
    params: dict[str, Any]
    priority: int
    override_reason: str
    attempt: int
    checkpoint: UUID | None = Field(alias="checkpoint_id")
    dataset_version: UUID | None = Field(alias="dataset_version_id")
    trained_checkpoint: UUID | None
    result: dict[str, Any]
    retry_of: UUID | None = Field(alias="retry_of_id")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @staticmethod
    def resolve_queue_position(job: Any) -> int | None:
        return job.position if hasattr(job, "position") else queue_position(job)

    @staticmethod
    def resolve_error(job: Job) -> dict[str, str] | None:
        return {"code": job.error_code, "message": job.error_message} if job.error_code else None

    @staticmethod
    def resolve_assets(job: Any) -> list[Any]:
        kept = [asset for asset in job.assets.all() if asset.trashed_at is None]
        return sorted(kept, key=lambda asset: asset.position)

    @staticmethod
    def resolve_trained_checkpoint(job: Job) -> UUID | None:
        trained = getattr(job, "trained_checkpoint", None)
        return trained and trained.pk


class JobPage(Schema):
    """One page of jobs, newest first."""

    items: list[JobOut]
    next: str | None


class EstimateOut(Schema):
    """What to expect, learned from past jobs."""

    wait_seconds: float | None
    run_seconds: float | None
    basis: int
    """How many past jobs the estimate rests on; with 0 nothing is promised."""


def _jobs(token: ApiToken) -> Any:
    jobs = Job.objects.filter(workspace=token.workspace).select_related("project", "trained_checkpoint")
    return jobs.prefetch_related("assets__artifact")


def _parts(token: ApiToken, payload: JobIn) -> dict[str, Any]:
    checkpoint: Checkpoint | Literal["production"] | None = None
    if payload.checkpoint == "production":
        checkpoint = "production"
    elif payload.checkpoint is not None:
        checkpoint = find(
            Checkpoint.objects.filter(workspace=token.workspace), payload.checkpoint, "checkpoint"
        )
    version = None
    if payload.dataset_version is not None:
        versions = DatasetVersion.objects.filter(workspace=token.workspace)
        version = find(versions, payload.dataset_version, "data set version")
    return {
        "workspace": token.workspace,
        "project": find_project(workspace=token.workspace, slug=payload.project),
        "kind": payload.kind,
        "generator": payload.generator,
        "params": payload.params,
        "checkpoint": checkpoint,
        "dataset_version": version,
    }


@router.post("/jobs", response={202: JobOut, **ERRORS}, summary="Submit a job")
def submit(
    request: HttpRequest,
    payload: JobIn,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key", max_length=120),
) -> Status[Job]:
    """Submit a job. The same Idempotency-Key with the same body answers with the same job."""
    token = require_scope(request, "jobs")
    return Status(
        202,
        services.submit_job(
            **_parts(token, payload),
            requested_by=token.user,
            priority=payload.priority,
            override_reason=payload.override_reason,
            idempotency_key=program_key(idempotency_key),
        ),
    )


@router.post("/jobs/estimate", response={200: EstimateOut, **ERRORS}, summary="Estimate a job")
def estimate(request: HttpRequest, payload: JobIn) -> Any:
    """Say how long the job would wait and run, without submitting it."""
    token = require_scope(request, "read")
    parts = _parts(token, payload)
    return estimate_params(
        workspace=parts["workspace"], kind=parts["kind"], generator=parts["generator"], params=parts["params"]
    )


@router.get("/jobs", response={200: JobPage, **ERRORS}, summary="List jobs")
def list_jobs(
    request: HttpRequest,
    project: str | None = None,
    state: Literal["queued", "running", "succeeded", "failed", "cancelled"] | None = None,
    kind: str | None = None,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    token = require_scope(request, "read")
    jobs = _jobs(token)
    if project is not None:
        jobs = jobs.filter(project=find_project(workspace=token.workspace, slug=project))
    if state is not None:
        jobs = jobs.filter(state=state)
    if kind is not None:
        jobs = jobs.filter(kind=kind)
    rows, following = page(jobs, cursor=cursor, limit=limit)
    positions = queue_positions(rows)
    for job in rows:
        job.position = positions.get(job.pk)
    return {"items": rows, "next": following}


@router.get("/jobs/{job_id}", response={200: JobOut, **ERRORS}, summary="Get a job")
def get_job(request: HttpRequest, job_id: UUID) -> Job:
    return _find(require_scope(request, "read"), job_id)


@router.get(
    "/jobs/{job_id}/curves",
    response={200: None, **ERRORS},
    summary="Download a job's curves",
    openapi_extra={
        "responses": {
            200: {
                "description": "A table, or an event file for TensorBoard",
                "content": {"text/csv": {}, "application/octet-stream": {}},
            }
        }
    },
)
def curves(request: HttpRequest, job_id: UUID, form: Literal["csv", "tensorboard"] = "csv") -> HttpResponse:
    """Send the losses and what was measured on the way: CSV, or an event file that TensorBoard reads."""
    job = _find(require_scope(request, "read"), job_id)
    if form == "csv":
        return HttpResponse(curves_csv(job), content_type="text/csv")
    return HttpResponse(curves_tensorboard(job), content_type="application/octet-stream")


@router.post("/jobs/{job_id}/cancel", response={200: JobOut, **ERRORS}, summary="Cancel a job")
def cancel(request: HttpRequest, job_id: UUID) -> Job:
    """Cancel a queued job at once; ask a running one to stop, which ends in its process' death if it does not."""
    token = require_scope(request, "jobs")
    return services.cancel_job(job=_find(token, job_id), actor=token.user)


@router.post("/jobs/{job_id}/finish", response={200: JobOut, **ERRORS}, summary="End a training early")
def finish(request: HttpRequest, job_id: UUID) -> Job:
    """Ask a running training to end now and keep its best checkpoint so far."""
    token = require_scope(request, "jobs")
    return services.finish_early(job=_find(token, job_id), actor=token.user)


@router.post("/jobs/{job_id}/retry", response={202: JobOut, **ERRORS}, summary="Retry a job")
def retry(request: HttpRequest, job_id: UUID) -> Status[Job]:
    """Submit a job again that failed or was cancelled; the new job names the old one."""
    token = require_scope(request, "jobs")
    return Status(202, services.retry_job(job=_find(token, job_id), actor=token.user))


@router.get(
    "/jobs/{job_id}/events",
    response={200: None, **ERRORS},
    summary="Follow a job as server-sent events",
    openapi_extra={"responses": {200: {"description": "Events", "content": {"text/event-stream": {}}}}},
)
def events(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """Stream what happens to the job. Last-Event-ID replays what was missed; the stream ends with the job."""
    return stream_response(request, _find(require_scope(request, "read"), job_id))


def _find(token: ApiToken, job_id: UUID) -> Job:
    job: Job = find(_jobs(token), job_id, "job")
    return job
