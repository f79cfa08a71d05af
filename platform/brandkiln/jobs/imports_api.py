"""/api/v1/imports: files that lie on the server or in a bucket already; for admins of the workspace."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, ErrorBody, find
from brandkiln.datasets.imports import begin_import
from brandkiln.datasets.models import Dataset
from brandkiln.datasets.places import Place, places_of
from brandkiln.jobs.api import JobOut
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import submit_import
from brandkiln.jobs.uploads_api import ReadingIn, find_base
from brandkiln.workspaces.tokens import require_admin

router = Router(tags=["uploads"])


class PlaceOut(Schema):
    """A folder of the server, or a prefix of a bucket, that may be imported from."""

    name: str
    is_bucket: bool


class ImportIn(Body):
    """What to import."""

    dataset: UUID
    place: str = Field(max_length=1024)
    """The name of a place."""
    path: str = Field("", max_length=1024)
    """A folder or a file below the place; empty for all of it."""
    add_to: UUID | None = None
    """The version whose records stay in front; null lets the files replace everything."""
    options: ReadingIn = Field(default_factory=ReadingIn)


@router.get("/imports/places", response={200: list[PlaceOut], **ERRORS}, summary="List places to import from")
def list_places(request: HttpRequest) -> list[Place]:
    return places_of(require_admin(request, "write").workspace)


@router.post(
    "/imports", response={202: JobOut, **ERRORS, 502: ErrorBody}, summary="Import from the server or a bucket"
)
def start(request: HttpRequest, payload: ImportIn) -> Status[Job]:
    """Fetch files from a place that the installation opened to imports, and make a version of them."""
    token = require_admin(request, "write")
    datasets = Dataset.objects.filter(workspace=token.workspace, trashed_at=None)
    options: dict[str, Any] = payload.options.model_dump(exclude_none=True)
    upload = begin_import(
        dataset=find(datasets, payload.dataset, "data set"),
        place=payload.place,
        path=payload.path,
        actor=token.user,
        options=options,
        base=find_base(token, payload.add_to),
    )
    job = submit_import(upload=upload, place=payload.place, path=payload.path, actor=token.user)
    return Status(202, job)
