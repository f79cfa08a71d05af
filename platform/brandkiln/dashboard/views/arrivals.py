"""Files that a page's script brings in pieces: begin an upload, announce files, send them over tus, finish, give up."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.core.problems import in_words
from brandkiln.dashboard.lookup import find, key_of
from brandkiln.datasets.bundles import receive_bundle
from brandkiln.datasets.gathering import (
    Announced,
    announce_files,
    begin_upload,
    finish_upload,
    give_up_upload,
    leave_out_empty,
)
from brandkiln.datasets.looking import tabular_files
from brandkiln.datasets.models import Dataset, DatasetVersion, Upload, UploadFile
from brandkiln.datasets.tus import answer_file, answer_files, find_file
from brandkiln.jobs.services import submit_ingest
from brandkiln.workspaces.access import MemberRequest, in_workspace

BATCH = 1000


class FileIn(BaseModel):
    """One file that a script is about to send."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=4096)
    size: int = Field(ge=0, le=2**62)


class FilesIn(BaseModel):
    """Up to a thousand of them."""

    model_config = ConfigDict(extra="forbid")
    files: list[FileIn] = Field(min_length=1, max_length=BATCH)
    empty: list[Annotated[str, Field(max_length=4096)]] = Field(default_factory=list, max_length=BATCH)
    """Names of files that hold nothing; they are not sent, and the report names them."""


@require_POST
@in_workspace()
def begin(request: MemberRequest, dataset: UUID) -> HttpResponse:
    """Answer with the addresses of a new upload that waits for files."""
    row = find(Dataset.objects.filter(trashed_at=None), request.workspace, dataset)
    try:
        upload = begin_upload(dataset=row, actor=request.user, base=chosen_base(request, row))
    except StudioError as error:
        return _failed(error)
    return JsonResponse(addresses(upload, request.workspace.slug), status=201)


@in_workspace()
def files(request: MemberRequest, upload: UUID) -> HttpResponse:
    """List the files of an upload, announce more of them as JSON, or create one as tus says."""
    row = find_upload(request, upload)
    slug = request.workspace.slug
    if "Tus-Resumable" in request.headers or request.method == "OPTIONS":
        return answer_files(request, row, lambda file: request.build_absolute_uri(_address(slug, file)))
    try:
        found = _announced(request, row) if request.method == "POST" else list(row.files.all())
    except StudioError as error:
        return _failed(error)
    listed = [
        {
            "id": str(file.pk),
            "name": file.name,
            "size": file.size,
            "received": file.received,
            "done": file.artifact_id is not None,
            "address": _address(slug, file),
        }
        for file in found
    ]
    return JsonResponse(
        {"files": listed, "state": row.state}, status=201 if request.method == "POST" else 200
    )


@in_workspace()
def file(request: MemberRequest, upload: UUID, file: UUID) -> HttpResponse:
    """Speak tus about one file."""
    row = find_upload(request, upload)
    try:
        return answer_file(request, find_file(row, file))
    except StudioError as error:
        return _failed(error)


@require_POST
@in_workspace()
def bundle(request: MemberRequest, upload: UUID) -> HttpResponse:
    """Keep small files that come together; each field is named by a file's id, its hash by "sha256-" before it."""
    row = find_upload(request, upload)
    try:
        files = {UUID(key): request.FILES.getlist(key)[-1] for key in request.FILES}
        hashes = {key: request.POST.get(f"sha256-{key}", "") for key in files}
    except ValueError:
        return _failed(Unprocessable(_("Name each file by the id that it was announced with.")))
    try:
        kept = receive_bundle(upload=row, files=files, hashes=hashes)
    except StudioError as error:
        return _failed(error)
    return JsonResponse({"kept": kept})


@require_POST
@in_workspace()
def finish(request: MemberRequest, upload: UUID) -> HttpResponse:
    """Close an upload whose files are whole, and answer with the page to go on to."""
    row = find_upload(request, upload)
    try:
        address = next_step(request, finish_upload(upload=row, actor=request.user))
    except StudioError as error:
        return _failed(error)
    return JsonResponse({"address": address}, status=202)


@require_POST
@in_workspace()
def give_up(request: MemberRequest, upload: UUID) -> HttpResponse:
    """Forget an upload that is still arriving."""
    row = find_upload(request, upload)
    dataset = row.dataset_id
    if row.state == Upload.State.RECEIVING:
        give_up_upload(upload=row, actor=request.user)
    address = reverse("dashboard:dataset_page", args=[request.workspace.slug, dataset]) + "?uploads"
    return redirect(address)


def next_step(request: MemberRequest, upload: Upload) -> str:
    """Return where a person goes once files have arrived: to a look at rows, or to the job that reads the rest."""
    slug = request.workspace.slug
    if tabular_files(upload):
        return reverse("dashboard:upload_page", args=[slug, upload.pk])
    job = submit_ingest(upload=upload, actor=request.user, idempotency_key=f"upload:{upload.pk}")
    return reverse("dashboard:job_page", args=[slug, job.pk])


def chosen_base(request: HttpRequest, dataset: Dataset) -> DatasetVersion | None:
    """Return the version that files are to add to, which a form names by its id; None where they replace all."""
    key = request.POST.get("base", "")
    if not key:
        return None
    base = DatasetVersion.objects.filter(dataset=dataset, trashed_at=None, pk=key_of(key)).first()
    if base is None:
        message = _("The version to add to is gone. Choose again.")
        raise Unprocessable(message, fields={"base": message})
    return base


def find_upload(request: MemberRequest, upload: UUID) -> Upload:
    """Return the workspace's upload with its data set, or raise Http404."""
    rows = Upload.objects.filter(dataset__trashed_at=None)
    return find(rows.select_related("dataset__project", "workspace", "base"), request.workspace, upload)


def addresses(upload: Upload, slug: str) -> dict[str, str]:
    """Return where a script goes on with an upload."""
    return {
        name: reverse(f"dashboard:upload_{name}", args=[slug, upload.pk])
        for name in ("files", "bundle", "finish", "give_up")
    }


def _announced(request: HttpRequest, upload: Upload) -> list[UploadFile]:
    try:
        said = FilesIn.model_validate_json(request.body)
    except ValidationError as error:
        message = _("The list of files can't be read. %(why)s") % {"why": in_words(error.errors()[0])}
        raise Unprocessable(message) from error
    if said.empty:
        leave_out_empty(upload=upload, names=said.empty)
    return announce_files(upload=upload, files=[Announced(one.name, one.size) for one in said.files])


def _address(slug: str, file: UploadFile) -> str:
    return reverse("dashboard:upload_file", args=[slug, file.upload_id, file.pk])


def _failed(error: StudioError) -> JsonResponse:
    return JsonResponse(error.body(), status=error.status)
