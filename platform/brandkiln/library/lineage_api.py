"""/api/v1/lineage: finding a record, what became of it, and erasing it; and training anew what learned from it."""

from uuid import UUID

from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from ninja.params.functions import Query
from pydantic import Field

from brandkiln.core.api import ERRORS, Body, find
from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.datasets.models import Erasure
from brandkiln.datasets.protection.search import Hit, find_like, find_records, record_with
from brandkiln.jobs.api import JobOut
from brandkiln.jobs.erasure import retrain, submit_erasure
from brandkiln.jobs.models import Checkpoint, Job
from brandkiln.library.lineage import Chain, chain_of, chain_of_erased
from brandkiln.workspaces.access import membership_of, require_role
from brandkiln.workspaces.models import Role
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["lineage"])


class HitOut(Schema):
    """A record that fits, as an example of its content."""

    sha256: str
    """The hash of its content, by which its chain is asked for."""
    record: int
    name: str
    text: str
    version: UUID
    distance: int
    """Bits of 64 in which its picture differs from the one that was sent."""

    @staticmethod
    def of(hit: Hit) -> "HitOut":
        record = hit.record
        return HitOut(
            sha256=record.sha256, record=record.pk, name=record.name, text=record.text[:1000],
            version=record.version_id, distance=hit.distance,
        )  # fmt: skip


class Hits(Schema):
    """Records that fit, each content once."""

    items: list[HitOut]


class ChainOut(Schema):
    """What became of a record."""

    sha256: str
    records: int
    """Rows in all versions that are it, changed copies included."""
    uploads: list[UUID]
    versions: list[UUID]
    checkpoints: list[UUID]
    asset_count: int
    newest_assets: list[UUID]

    @staticmethod
    def of(chain: Chain) -> "ChainOut":
        return ChainOut(
            sha256=chain.content,
            records=chain.records,
            uploads=[row.pk for row in chain.uploads],
            versions=[row.pk for row in chain.versions],
            checkpoints=[row.pk for row in chain.checkpoints],
            asset_count=chain.asset_count,
            newest_assets=[row.pk for row in chain.assets],
        )


class ErasureIn(Body):
    """A record to erase for good."""

    confirm: str = Field(max_length=64)
    """The hash once more, since there is no way back."""
    reason: str = Field("", max_length=400)
    """Kept in the audit log."""


@router.get("/lineage", response={200: Hits, **ERRORS}, summary="Find a record")
def find_record(request: HttpRequest, q: str = Query("", max_length=1000)) -> Hits:
    """Look for records by words, by name, by number or by the hash of their content."""
    token = require_scope(request, "read")
    return Hits(items=[HitOut.of(hit) for hit in find_records(token.workspace, q)])


@router.post("/lineage/pictures", response={200: Hits, **ERRORS}, summary="Find a record by a picture")
def find_picture(request: HttpRequest, picture: File[UploadedFile]) -> Hits:
    """Look for the records whose picture is this one or looks like it. It is not kept."""
    token = require_scope(request, "read")
    return Hits(items=[HitOut.of(hit) for hit in find_like(token.workspace, picture)])


@router.get("/lineage/{content}", response={200: ChainOut, **ERRORS}, summary="Get what became of a record")
def get_chain(request: HttpRequest, content: str) -> ChainOut:
    """Answer with the uploads, versions, checkpoints and assets of a record, by the hash of its content."""
    token = require_scope(request, "read")
    chain = chain_of(token.workspace, content)
    erasure = Erasure.objects.filter(workspace=token.workspace, content_sha256=content).first()
    if not chain.versions and erasure:
        chain = chain_of_erased(erasure)
    elif not chain.versions:
        raise NotFound("No record of this workspace has this content.")
    return ChainOut.of(chain)


@router.post("/lineage/{content}/erase", response={202: JobOut, **ERRORS}, summary="Erase a record for good")
def erase(request: HttpRequest, content: str, payload: ErasureIn) -> Status[Job]:
    """Erase a record from every version, upload and cache. Only an admin may, and nobody can undo it."""
    token = require_scope(request, "write")
    require_role(membership_of(token.user, token.workspace.slug), Role.ADMIN)
    if record_with(token.workspace.pk, content) is None:
        raise NotFound("No record of this workspace has this content.")
    if payload.confirm != content:
        message = "Send the hash once more as confirm, since there is no way back."
        raise Unprocessable(message, fields={"confirm": message})
    return Status(
        202,
        submit_erasure(workspace=token.workspace, content=content, actor=token.user, reason=payload.reason),
    )


@router.post(
    "/checkpoints/{checkpoint_id}/retrain",
    response={202: JobOut, **ERRORS},
    summary="Train a checkpoint anew",
)
def train_anew(request: HttpRequest, checkpoint_id: UUID) -> Status[Job]:
    """Train with the same params on the newest version of the data that the checkpoint learned from."""
    token = require_scope(request, "jobs")
    checkpoints = Checkpoint.objects.filter(workspace=token.workspace).select_related("job")
    return Status(202, retrain(checkpoint=find(checkpoints, checkpoint_id, "checkpoint"), actor=token.user))
