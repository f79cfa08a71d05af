"""/api/v1/versions/{id}/augment: sets of generated pictures for another network."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from ninja.params.functions import Header
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.datasets.models import DatasetVersion
from brandkiln.jobs.api import JobOut
from brandkiln.jobs.augmentations import submit_augmentation
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.jobs.requests import program_key
from brandkiln.workspaces.tokens import require_scope
from generators.augmenting.params import AugmentParams

router = Router(tags=["datasets"])


class AugmentIn(Body):
    """What draws for the version, and how much."""

    checkpoint: UUID
    """What draws them; it has not learned from the test split of the version."""
    params: AugmentParams = Field(default_factory=AugmentParams)
    override_reason: str = Field("", max_length=400)


@router.post("/versions/{version_id}/augment", response={202: JobOut, **ERRORS}, summary="Draw a set")
def augment(
    request: HttpRequest,
    version_id: UUID,
    payload: AugmentIn,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key", max_length=120),
) -> Status[Job]:
    """Draw pictures for each label of a version and measure what they do to a classifier, on its test split.

    The job's result holds the figures under `mixes` and the new data set's version under `dataset_version`.
    """
    token = require_scope(request, "jobs")
    checkpoints = Checkpoint.objects.filter(workspace=token.workspace).select_related("project", "workspace")
    versions = DatasetVersion.objects.filter(workspace=token.workspace).select_related("dataset__project")
    job = submit_augmentation(
        checkpoint=find(checkpoints, payload.checkpoint, "checkpoint"),
        version=find(versions, version_id, "data set version"),
        params=payload.params.model_dump(mode="json"),
        actor=token.user,
        override_reason=payload.override_reason,
        idempotency_key=program_key(idempotency_key),
    )
    return Status(202, job)
