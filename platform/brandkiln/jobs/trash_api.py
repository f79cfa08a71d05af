"""/api/v1/trash: what lies there, and moving data sets and versions in and out."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from brandkiln.core.api import ERRORS, find
from brandkiln.core.errors import NotAllowed
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.datasets.terms import may_set_terms
from brandkiln.jobs import trash
from brandkiln.workspaces.access import membership_of
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["trash"])


class TrashedDataset(Schema):
    """A data set in the trash."""

    id: UUID
    name: str
    trashed_at: datetime


class TrashedVersion(Schema):
    """A version in the trash whose data set is not there."""

    id: UUID
    dataset: UUID
    number: int
    trashed_at: datetime

    @staticmethod
    def resolve_dataset(version: DatasetVersion) -> UUID:
        return version.dataset_id


class Trash(Schema):
    """What lies in the trash, the newest first."""

    datasets: list[TrashedDataset]
    versions: list[TrashedVersion]


class Moved(Schema):
    """Where a data set or version is now."""

    id: UUID
    trashed_at: datetime | None


@router.get("/trash", response={200: Trash, **ERRORS}, summary="List the trash")
def list_trash(request: HttpRequest) -> dict[str, object]:
    token = require_scope(request, "read")
    datasets = Dataset.objects.filter(workspace=token.workspace).exclude(trashed_at=None)
    versions = DatasetVersion.objects.filter(workspace=token.workspace, dataset__trashed_at=None)
    return {
        "datasets": datasets.order_by("-trashed_at")[:200],
        "versions": versions.exclude(trashed_at=None).order_by("-trashed_at")[:200],
    }


@router.post("/datasets/{dataset_id}/trash", response={200: Moved, **ERRORS}, summary="Trash a data set")
def trash_dataset(request: HttpRequest, dataset_id: UUID) -> Dataset:
    """Move a data set with its versions to the trash, where it is deleted for good after some days."""
    token, dataset = _dataset(request, dataset_id)
    return trash.trash_dataset(dataset=dataset, actor=token.user)


@router.post("/datasets/{dataset_id}/restore", response={200: Moved, **ERRORS}, summary="Restore a data set")
def restore_dataset(request: HttpRequest, dataset_id: UUID) -> Dataset:
    token, dataset = _dataset(request, dataset_id)
    return trash.restore_dataset(dataset=dataset, actor=token.user)


@router.post("/versions/{version_id}/trash", response={200: Moved, **ERRORS}, summary="Trash a version")
def trash_version(request: HttpRequest, version_id: UUID) -> DatasetVersion:
    """Move one version to the trash, where it is deleted for good after some days."""
    token, version = _version(request, version_id)
    return trash.trash_version(version=version, actor=token.user)


@router.post("/versions/{version_id}/restore", response={200: Moved, **ERRORS}, summary="Restore a version")
def restore_version(request: HttpRequest, version_id: UUID) -> DatasetVersion:
    token, version = _version(request, version_id)
    return trash.restore_version(version=version, actor=token.user)


def _dataset(request: HttpRequest, key: UUID) -> tuple[ApiToken, Dataset]:
    token = require_scope(request, "write")
    dataset = find(Dataset.objects.filter(workspace=token.workspace), key, "data set")
    return token, _mine(token, dataset)


def _version(request: HttpRequest, key: UUID) -> tuple[ApiToken, DatasetVersion]:
    token = require_scope(request, "write")
    versions = DatasetVersion.objects.filter(workspace=token.workspace).select_related("dataset", "workspace")
    version = find(versions, key, "data set version")
    _mine(token, version.dataset)
    return token, version


def _mine(token: ApiToken, dataset: Dataset) -> Dataset:
    if not may_set_terms(dataset, membership_of(token.user, token.workspace.slug)):
        raise NotAllowed("Whoever made the data set, publishers and admins may do that. Ask one of them.")
    return dataset
