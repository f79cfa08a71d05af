"""/api/v1/pictures."""

from uuid import UUID

from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from brandkiln.artifacts.models import Artifact
from brandkiln.core.api import ERRORS
from brandkiln.jobs.pictures import bring_picture, picture_bytes
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["jobs"])


class PictureOut(Schema):
    """A picture that params of jobs can name."""

    id: UUID
    sha256: str
    size: int
    media_type: str


@router.post("/pictures", response={201: PictureOut, **ERRORS}, summary="Bring a picture to work on")
def bring(request: HttpRequest, picture: File[UploadedFile]) -> Status[Artifact]:
    """Keep one PNG, JPEG, WebP, GIF, TIFF or BMP file of at most 32 MiB; the id is what a param of a job takes."""
    token = require_scope(request, "jobs")
    return Status(201, bring_picture(workspace=token.workspace, data=picture_bytes(picture)))
