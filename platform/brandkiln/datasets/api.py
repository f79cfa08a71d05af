"""/api/v1/datasets and /api/v1/versions. Uploads start jobs, so their routes stand with the jobs."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.params.functions import Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find, page
from brandkiln.core.errors import NotAllowed
from brandkiln.datasets.models import Dataset, DatasetVersion, Split
from brandkiln.datasets.queries import records_page
from brandkiln.datasets.services import create_dataset
from brandkiln.datasets.terms import MOST_DAYS, may_set_terms, missing_terms, set_terms
from brandkiln.projects.services import find_project
from brandkiln.workspaces.access import membership_of
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["datasets"])


class TermsIn(Body):
    """Where a data set comes from, whether it may be used, and how long it is kept."""

    licence: str = Field("", max_length=120)
    """An SPDX identifier or a text of one's own."""
    source: str = Field("", max_length=400)
    consent: Literal["", "not_personal", "consent", "contract", "interest"] = ""
    """Why personal data in it may be used; empty is not said yet, which holds training back."""
    people: Literal["", "none", "released", "others"] = ""
    """Who can be recognised in it; empty is not said yet, which holds training back."""
    expires_on: date | None = None
    """The last day on which it may be used."""
    do_not_train: bool = False
    is_medical: bool = False
    """Whether it shows bodies as medicine looks at them: what learns from it is marked "not for diagnosis"."""
    keep_days: int | None = Field(None, ge=1, le=MOST_DAYS)
    """After how many days uploaded files and superseded versions go to the trash."""


class DatasetIn(TermsIn):
    """A data set to create; its content comes by upload."""

    project: str = Field(max_length=50)
    """The project's slug."""
    name: str = Field(min_length=1, max_length=120)
    kind: Literal["image", "text", "table", "audio"]
    description: str = Field("", max_length=4000)


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
    consent: str
    people: str
    expires_on: date | None
    do_not_train: bool
    is_medical: bool
    keep_days: int | None
    missing: list[str]
    """The terms that training needs and that nobody has filled in."""
    created_at: datetime
    latest_version: VersionOut | None = None

    @staticmethod
    def resolve_missing(dataset: Dataset) -> list[str]:
        return missing_terms(dataset)

    @staticmethod
    def resolve_latest_version(dataset: Dataset) -> DatasetVersion | None:
        kept = [version for version in dataset.versions.all() if version.trashed_at is None]
        return max(kept, key=lambda version: version.number, default=None)


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
    datasets = Dataset.objects.filter(workspace=token.workspace, trashed_at=None)
    if project is not None:
        datasets = datasets.filter(project=find_project(workspace=token.workspace, slug=project))
    datasets = datasets.select_related("project").prefetch_related(
        Prefetch("versions", DatasetVersion.objects.filter(trashed_at=None).defer("report"))
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
    return find(Dataset.objects.filter(workspace=token.workspace, trashed_at=None), dataset_id, "data set")


@router.patch(
    "/datasets/{dataset_id}", response={200: DatasetOut, **ERRORS}, summary="Change a data set's terms"
)
def change_terms(request: HttpRequest, dataset_id: UUID, payload: TermsIn) -> Dataset:
    """Change what is said of its source, licence, consent and people, and its limits; the rest stays."""
    token = require_scope(request, "write")
    dataset = find(Dataset.objects.filter(workspace=token.workspace, trashed_at=None), dataset_id, "data set")
    if not may_set_terms(dataset, membership_of(token.user, token.workspace.slug)):
        raise NotAllowed(
            "Whoever made the data set, publishers and admins change its terms. Ask one of them."
        )
    return set_terms(dataset=dataset, actor=token.user, **payload.model_dump(exclude_unset=True))


@router.get("/datasets/{dataset_id}/versions", response={200: VersionPage, **ERRORS}, summary="List versions")
def list_versions(
    request: HttpRequest,
    dataset_id: UUID,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    dataset = get_dataset(request, dataset_id)
    versions = dataset.versions.filter(trashed_at=None)
    rows, following = page(versions.defer("report"), cursor=cursor, limit=limit)
    return {"items": rows, "next": following}


@router.get("/versions/{version_id}", response={200: VersionDetail, **ERRORS}, summary="Get a version")
def get_version(request: HttpRequest, version_id: UUID) -> DatasetVersion:
    token = require_scope(request, "read")
    versions = DatasetVersion.objects.filter(
        workspace=token.workspace, trashed_at=None, dataset__trashed_at=None
    )
    return find(versions, version_id, "data set version")


@router.get("/versions/{version_id}/records", response={200: RecordPage, **ERRORS}, summary="List records")
def list_records(
    request: HttpRequest,
    version_id: UUID,
    cursor: int | None = Query(None, ge=0, le=2**31 - 1),
    limit: int = Query(50, ge=1, le=MAX_PAGE),
    split: Split | None = None,
    label: str = Query("", max_length=120),
) -> dict[str, object]:
    """The cursor is the position of the record to go on behind; any position will do."""
    found = records_page(
        get_version(request, version_id),
        after=-1 if cursor is None else cursor,
        limit=limit,
        split=split.value if split else "",
        label=label,
    )
    return {"items": found.records, "next": None if found.next is None else str(found.next)}
