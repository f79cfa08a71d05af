"""/api/v1/uploads: files that arrive in pieces over tus, a look before they are read, and the job that reads them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, ValidationError

from brandkiln.core.api import ERRORS, Body, ErrorBody, find
from brandkiln.core.errors import Unprocessable
from brandkiln.core.problems import in_words
from brandkiln.datasets.gathering import Announced, begin_upload, finish_upload, give_up_upload
from brandkiln.datasets.looking import look_at
from brandkiln.datasets.models import Dataset, DatasetVersion, Upload, UploadFile
from brandkiln.datasets.services import receive_files
from brandkiln.datasets.tus import answer_file, answer_files, find_file
from brandkiln.jobs.api import JobOut
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import submit_ingest
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["uploads"])
ROOM = {413: ErrorBody, 507: ErrorBody}
PIECES: dict[int, Any] = {
    **ERRORS,
    **dict.fromkeys((412, 413, 415, 423, 460, 507), ErrorBody),
}
FILES_LISTED = 1000


class FileIn(Body):
    """A file that is about to be sent."""

    name: str = Field(min_length=1, max_length=4096)
    """Its path within what was chosen, with / between folders."""
    size: int = Field(ge=1, le=2**62)
    sha256: str = Field("", pattern="^([0-9a-fA-F]{64})?$")
    """What the whole file hashes to; checked when it is whole."""


class ReadingIn(Body):
    """How files are read; what is left out is found out."""

    encoding: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None
    numbers: Literal["point", "comma"] | None = None
    """What stands before the decimals, as in 1,234.56 or 1.234,56."""
    sheet: str | None = None
    text_column: str | None = None
    label_column: str | None = None
    """An empty one says that no column holds labels."""
    image_column: str | None = None


class SentIn(Schema):
    """What comes beside files that are sent in one request."""

    add_to: UUID | None = None
    """The version whose records stay in front; left out, the files replace everything."""
    options: str = Field("{}", max_length=4000)
    """How the files are read, as a JSON object: encoding, delimiter, has_header, sheet, text_column ..."""


class UploadIn(Body):
    """Files to bring into a data set, as one upload and one version."""

    dataset: UUID
    add_to: UUID | None = None
    """The version whose records stay in front; null lets the files replace everything."""
    options: ReadingIn = Field(default_factory=ReadingIn)
    files: list[FileIn] = Field(default_factory=list, max_length=FILES_LISTED)
    """More are created one by one, as tus says."""


class UploadFileOut(Schema):
    """A file of an upload."""

    id: UUID
    name: str
    size: int
    received: int
    """Bytes that are safely kept: the offset at which sending goes on."""
    sha256: str
    url: str
    """Takes pieces over tus 1.0."""

    @staticmethod
    def resolve_url(file: UploadFile) -> str:
        return _address(file)


class UploadOut(Schema):
    """An upload."""

    id: UUID
    dataset: UUID = Field(alias="dataset_id")
    state: str
    filename: str
    add_to: UUID | None = Field(alias="base_id")
    options: dict[str, Any]
    report: dict[str, Any]
    """Why it was refused, or brought nothing new; `empty` names files that were left out as they hold nothing."""
    expires_at: datetime | None
    """When it is given up unless more pieces arrive."""
    created_at: datetime
    file_count: int
    files: list[UploadFileOut]
    """The first thousand."""

    @staticmethod
    def resolve_file_count(upload: Upload) -> int:
        return upload.files.count()

    @staticmethod
    def resolve_files(upload: Upload) -> list[UploadFile]:
        return list(upload.files.all()[:FILES_LISTED])


@router.post(
    "/datasets/{dataset_id}/uploads", response={202: JobOut, **ERRORS, **ROOM}, summary="Upload data"
)
def send(
    request: HttpRequest, dataset_id: UUID, file: File[list[UploadedFile]], sent: Form[SentIn]
) -> Status[Job]:
    """Add one or several files to a data set. The job that is answered reads them and makes a new version."""
    token = require_scope(request, "write")
    dataset = find(Dataset.objects.filter(workspace=token.workspace, trashed_at=None), dataset_id, "data set")
    try:
        options = ReadingIn.model_validate_json(sent.options).model_dump(exclude_none=True)
    except ValidationError as error:
        message = f"These options do not fit: {in_words(error.errors()[0])}"
        raise Unprocessable(message, fields={"options": message}) from error
    upload = receive_files(
        dataset=dataset, files=file, actor=token.user, options=options, base=find_base(token, sent.add_to)
    )
    return Status(202, submit_ingest(upload=upload, actor=token.user))


@router.post("/uploads", response={201: UploadOut, **ERRORS, **ROOM}, summary="Begin an upload")
def begin(request: HttpRequest, payload: UploadIn) -> Status[Upload]:
    """Begin an upload of one or many files, which are then sent to their addresses over tus 1.0."""
    token = require_scope(request, "write")
    dataset = find(
        Dataset.objects.filter(workspace=token.workspace, trashed_at=None), payload.dataset, "data set"
    )
    upload = begin_upload(
        dataset=dataset,
        actor=token.user,
        options=payload.options.model_dump(exclude_none=True),
        base=find_base(token, payload.add_to),
        files=[Announced(**one.model_dump()) for one in payload.files],
    )
    return Status(201, upload)


@router.get("/uploads/{upload_id}", response={200: UploadOut, **ERRORS}, summary="Get an upload")
def get_upload(request: HttpRequest, upload_id: UUID) -> Upload:
    return _find(require_scope(request, "read"), upload_id)


@router.delete("/uploads/{upload_id}", response={204: None, **ERRORS}, summary="Give up an upload")
def give_up(request: HttpRequest, upload_id: UUID) -> Status[None]:
    """Forget an upload that is still arriving, with every piece of it."""
    token = require_scope(request, "write")
    give_up_upload(upload=_find(token, upload_id), actor=token.user)
    return Status(204, None)


@router.post("/uploads/{upload_id}/finish", response={202: JobOut, **ERRORS}, summary="Finish an upload")
def finish(request: HttpRequest, upload_id: UUID) -> Status[Job]:
    """Close an upload whose files are whole. The job that is answered reads them and makes a version."""
    token = require_scope(request, "write")
    upload = finish_upload(upload=_find(token, upload_id), actor=token.user)
    return Status(202, submit_ingest(upload=upload, actor=token.user, idempotency_key=f"upload:{upload.pk}"))


@router.post(
    "/uploads/{upload_id}/files", response={201: None, **PIECES}, summary="Create a file of an upload (tus)"
)
def create_file(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Create a file as tus 1.0 says: Upload-Length, and Upload-Metadata with filename or relativePath and sha256."""
    token = require_scope(request, "write")
    upload = _find(token, upload_id)
    return answer_files(request, upload, lambda file: request.build_absolute_uri(_address(file)))


@router.api_operation(
    ["HEAD"],
    "/uploads/{upload_id}/files/{file_id}",
    response={200: None, **PIECES},
    summary="Where a file stands (tus)",
)
def stand(request: HttpRequest, upload_id: UUID, file_id: UUID) -> HttpResponse:
    """Answer with Upload-Offset and Upload-Length."""
    return _speak(request, upload_id, file_id)


@router.patch(
    "/uploads/{upload_id}/files/{file_id}",
    response={204: None, **PIECES},
    summary="Send a piece of a file (tus)",
)
def piece(request: HttpRequest, upload_id: UUID, file_id: UUID) -> HttpResponse:
    """Append the body behind Upload-Offset. Upload-Checksum hashes the piece, Upload-Sha256 the whole file."""
    return _speak(request, upload_id, file_id)


@router.delete(
    "/uploads/{upload_id}/files/{file_id}", response={204: None, **PIECES}, summary="Give up a file (tus)"
)
def drop_file(request: HttpRequest, upload_id: UUID, file_id: UUID) -> HttpResponse:
    """Forget one file of an upload that is still arriving."""
    return _speak(request, upload_id, file_id)


@router.get(
    "/uploads/{upload_id}/files/{file_id}/look",
    response={200: dict[str, Any], **ERRORS, 503: ErrorBody},
    summary="Look at a file before it is read",
)
def look(request: HttpRequest, upload_id: UUID, file_id: UUID, options: Query[ReadingIn]) -> dict[str, Any]:
    """Answer how the file would be read with these options: encoding, separator, columns with types, first rows."""
    upload = _find(require_scope(request, "read"), upload_id)
    return look_at(find_file(upload, file_id), upload.options | options.model_dump(exclude_none=True))


def find_base(token: ApiToken, version_id: UUID | None) -> DatasetVersion | None:
    """Return the version to add to, which has to be in the token's workspace."""
    if version_id is None:
        return None
    return find(DatasetVersion.objects.filter(workspace=token.workspace), version_id, "data set version")


def _speak(request: HttpRequest, upload_id: UUID, file_id: UUID) -> HttpResponse:
    upload = _find(require_scope(request, "write"), upload_id)
    return answer_file(request, find_file(upload, file_id))


def _find(token: ApiToken, upload_id: UUID) -> Upload:
    uploads = Upload.objects.filter(workspace=token.workspace, dataset__trashed_at=None)
    return find(uploads.select_related("workspace", "dataset", "base"), upload_id, "upload")


def _address(file: UploadFile) -> str:
    return f"/api/v1/uploads/{file.upload_id}/files/{file.pk}"
