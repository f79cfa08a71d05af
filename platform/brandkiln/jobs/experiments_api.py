"""/api/v1: trainings beside each other, their names, and searches for good settings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.params.functions import Header, Query
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.api import JobOut
from brandkiln.jobs.experiments import MOST_ROWS, SORTS, describe_training, experiments, ordered, trainings
from brandkiln.jobs.models import Job
from brandkiln.jobs.requests import program_key
from brandkiln.jobs.search_params import SearchParams
from brandkiln.jobs.searches import submit_search
from brandkiln.jobs.trials import ranked, tried
from brandkiln.projects.services import find_project
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["experiments"])


class ExperimentOut(Schema):
    """A training among others."""

    job: UUID
    name: str
    note: str
    state: str
    params: dict[str, Any]
    """Those that are not the same in all of the rows."""
    seconds: float | None
    validation_kid: float | None
    """The smallest that was measured on the way."""
    frechet_distance: float | None
    checkpoint: UUID | None
    search: UUID | None
    created_at: datetime


class DescribeIn(Body):
    """What people call a training, and what they want to remember of it."""

    name: str = Field("", max_length=120)
    note: str = Field("", max_length=2000)


class SearchIn(Body):
    """Which generator to find settings for, and on which data."""

    project: str = Field(max_length=50)
    generator: str = Field(max_length=80)
    dataset_version: UUID | None = None
    params: SearchParams
    priority: int = Field(0, ge=-10, le=10)
    override_reason: str = Field("", max_length=400)


class TrialOut(Schema):
    """One setting that a search has tried or tries."""

    number: int
    state: str
    """running, done, pruned or failed."""
    settings: dict[str, Any]
    validation_kid: float | None
    jobs: list[UUID]


@router.get("/experiments", response={200: list[ExperimentOut], **ERRORS}, summary="List experiments")
def list_experiments(
    request: HttpRequest,
    project: str | None = None,
    generator: str | None = None,
    sort: str = Query("-created", max_length=20, description=f"One of {', '.join(SORTS)}, with - downwards."),
) -> list[dict[str, Any]]:
    """List the newest 300 trainings, of one project and generator or of all, with the params in which they differ."""
    token = require_scope(request, "read")
    asked = None if project is None else find_project(workspace=token.workspace, slug=project)
    found = trainings(workspace=token.workspace, project=asked, generator=generator)
    return [
        {
            "job": row.job.pk, "name": row.job.name, "note": row.job.note, "state": row.job.state,
            "params": row.varied, "seconds": row.seconds, "validation_kid": row.kid,
            "frechet_distance": row.frechet, "checkpoint": row.checkpoint and row.checkpoint.pk,
            "search": row.job.trial.search_id if hasattr(row.job, "trial") else None,
            "created_at": row.job.created_at,
        }
        for row in ordered(experiments(found[:MOST_ROWS]), sort)
    ]  # fmt: skip


@router.put("/jobs/{job_id}/description", response={200: JobOut, **ERRORS}, summary="Name a job")
def describe(request: HttpRequest, job_id: UUID, payload: DescribeIn) -> Job:
    """Give a training, or another job, its name and note."""
    token = require_scope(request, "jobs")
    jobs = Job.objects.filter(workspace=token.workspace).select_related("project", "workspace")
    job: Job = find(jobs, job_id, "job")
    return describe_training(job=job, name=payload.name, note=payload.note, actor=token.user)


@router.post("/searches", response={202: JobOut, **ERRORS}, summary="Search settings")
def start_search(
    request: HttpRequest,
    payload: SearchIn,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key", max_length=120),
) -> Status[Job]:
    """Let a job try settings in short trainings. It is cancelled and retried like any other."""
    token = require_scope(request, "jobs")
    version = None
    if payload.dataset_version is not None:
        versions = DatasetVersion.objects.filter(workspace=token.workspace)
        version = find(versions, payload.dataset_version, "data set version")
    job = submit_search(
        workspace=token.workspace,
        project=find_project(workspace=token.workspace, slug=payload.project),
        requested_by=token.user,
        generator=payload.generator,
        params=payload.params.model_dump(mode="json"),
        dataset_version=version,
        priority=payload.priority,
        override_reason=payload.override_reason,
        idempotency_key=program_key(idempotency_key),
    )
    return Status(202, job)


@router.get("/searches/{job_id}/trials", response={200: list[TrialOut], **ERRORS}, summary="List trials")
def list_trials(request: HttpRequest, job_id: UUID) -> list[dict[str, Any]]:
    """List the settings that a search has tried or tries, the best first."""
    token = require_scope(request, "read")
    searches = Job.objects.filter(workspace=token.workspace).select_related("retry_of")
    return [
        {
            "number": one.number, "state": one.state, "settings": one.settings,
            "validation_kid": one.shown_value, "jobs": [row.job_id for row in one.rows],
        }
        for one in ranked(tried(find(searches, job_id, "search")))
    ]  # fmt: skip
