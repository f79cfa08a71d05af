"""/api/v1/datasets and /api/v1/versions. An upload starts a job, so its route stands with the jobs."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.params.functions import Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find, page
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.datasets.queries import records_page
from brandkiln.datasets.services import create_dataset
from brandkiln.projects.services import find_project
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["datasets"])


class DatasetIn(Body):
    """A data set to create; its content comes by upload."""

    project: str = Field(max_length=50)
    """The project's slug."""
    name: str = Field(min_length=1, max_length=120)
    kind: Literal["image", "text", "table"]
    description: str = Field("", max_length=4000)
    licence: str = Field("", max_length=120)
    source: str = Field("", max_length=400)


class VersionOut(Schema):
    """An immutable version of a data set."""

    id: UUID
    dataset: UUID = Field(alias="dataset_id")
    number: int
    sha256: str
    record_count: int
    counts: dict[str, Any]
    labels: list[str]
    columns: list[dict[str, Any]]
    created_at: datetime


class VersionDetail(VersionOut):
    """A version with its report on what was accepted and refused."""

    report: dict[str, Any]


class DatasetOut(Schema):
    """A data set."""

    id: UUID
    project: str = Field(alias="project.slug")
    name: str
    kind: str
    description: str
    licence: str
    source: str
    created_at: datetime
    latest_version: VersionOut | None = None

    @staticmethod
    def resolve_latest_version(dataset: Dataset) -> DatasetVersion | None:
        return max(dataset.versions.all(), key=lambda version: version.number, default=None)


class DatasetPage(Schema):
    """One page of data sets, newest first."""

    items: list[DatasetOut]
    next: str | None


class VersionPage(Schema):
    """One page of versions, newest first."""

    items: list[VersionOut]
    next: str | None


class RecordOut(Schema):
    """One record of a version."""

    position: int
    name: str
    split: str
    label: str
    text: str
    fields: dict[str, Any]


class RecordPage(Schema):
    """One page of records, in order."""

    items: list[RecordOut]
    next: str | None


@router.get("/datasets", response={200: DatasetPage, **ERRORS}, summary="List data sets")
def list_datasets(
    request: HttpRequest,
    project: str | None = None,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    token = require_scope(request, "read")
    datasets = Dataset.objects.filter(workspace=token.workspace)
    if project is not None:
        datasets = datasets.filter(project=find_project(workspace=token.workspace, slug=project))
    datasets = datasets.select_related("project").prefetch_related(
        Prefetch("versions", DatasetVersion.objects.defer("report"))
    )
    rows, following = page(datasets, cursor=cursor, limit=limit)
    return {"items": rows, "next": following}


@router.post("/datasets", response={201: DatasetOut, **ERRORS}, summary="Create a data set")
def add_dataset(request: HttpRequest, payload: DatasetIn) -> Status[Dataset]:
    token = require_scope(request, "write")
    project = find_project(workspace=token.workspace, slug=payload.project)
    return Status(
        201,
        create_dataset(
            workspace=token.workspace,
            project=project,
            actor=token.user,
            **payload.model_dump(exclude={"project"}),
        ),
    )


@router.get("/datasets/{dataset_id}", response={200: DatasetOut, **ERRORS}, summary="Get a data set")
def get_dataset(request: HttpRequest, dataset_id: UUID) -> Dataset:
    token = require_scope(request, "read")
    return find(Dataset.objects.filter(workspace=token.workspace), dataset_id, "data set")


@router.get("/datasets/{dataset_id}/versions", response={200: VersionPage, **ERRORS}, summary="List versions")
def list_versions(
    request: HttpRequest,
    dataset_id: UUID,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    dataset = get_dataset(request, dataset_id)
    rows, following = page(dataset.versions.defer("report"), cursor=cursor, limit=limit)
    return {"items": rows, "next": following}


@router.get("/versions/{version_id}", response={200: VersionDetail, **ERRORS}, summary="Get a version")
def get_version(request: HttpRequest, version_id: UUID) -> DatasetVersion:
    token = require_scope(request, "read")
    return find(DatasetVersion.objects.filter(workspace=token.workspace), version_id, "data set version")


@router.get("/versions/{version_id}/records", response={200: RecordPage, **ERRORS}, summary="List records")
def list_records(
    request: HttpRequest,
    version_id: UUID,
    cursor: int | None = Query(None, ge=0, le=2**31 - 1),
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    found = records_page(
        get_version(request, version_id), after=-1 if cursor is None else cursor, limit=limit
    )
    return {"items": found.records, "next": None if found.next is None else str(found.next)}
