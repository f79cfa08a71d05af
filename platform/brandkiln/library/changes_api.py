"""/api/v1/assets: changing many, deleting for good, where they are used, and finding those that are like one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from brandkiln.artifacts.models import Artifact
from brandkiln.core.api import ERRORS, Body, find
from brandkiln.core.errors import Unprocessable
from brandkiln.jobs.api import JobOut
from brandkiln.jobs.models import Job
from brandkiln.jobs.retention import delete_bytes
from brandkiln.library.api import AssetOut
from brandkiln.library.asset_trash import delete_assets
from brandkiln.library.changes import MOST, change_assets, undo_change
from brandkiln.library.embedding import LARGEST
from brandkiln.library.filters import Filters, apply
from brandkiln.library.indexing import by_looks, by_meaning, like, look_by_meaning, look_by_picture
from brandkiln.library.models import Asset, Change
from brandkiln.library.nearness import waiting
from brandkiln.library.queries import ordered
from brandkiln.library.rereading import reread
from brandkiln.library.uses import uses_of
from brandkiln.projects.services import find_project
from brandkiln.workspaces.access import membership_of, require_role
from brandkiln.workspaces.models import ApiToken, Role
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["assets"])
SHOWN = 100


class Which(Body):
    """The assets that are meant."""

    assets: list[UUID] = Field(default_factory=list, max_length=MOST)
    """Their ids, or empty where the filters say which."""
    filters: dict[str, str] | None = None
    """As the list of assets takes them; all that fit are meant."""


class AssetChangeIn(Which):
    """Something to do to many assets."""

    action: str = Field(max_length=8)
    """tag, untag, move, rate, trash or restore."""
    value: str = Field("", max_length=80)
    """The tag, the folder's id ("" for none), or the stars."""


class ChangeOut(Schema):
    """What was done."""

    id: UUID
    action: str
    value: str
    count: int
    """Assets that were changed; those that were so already are not counted."""
    undone: bool

    @staticmethod
    def resolve_undone(change: Change) -> bool:
        return change.undone_at is not None


class DeletionIn(Which):
    """Assets of the trash to delete for good."""

    confirm: bool
    """Has to be true, since there is no way back."""


class DeletionOut(Schema):
    """What went."""

    deleted: int
    held: int
    """Assets that something holds on to."""


class UseOut(Schema):
    """Things of one kind that refer to an asset."""

    what: str = Field(alias="title")
    count: int
    names: list[str]


class AssetSearchIn(Body):
    """What to look for by meaning or by looks."""

    project: str
    """The slug of the project that the job belongs to."""
    q: str = Field("", max_length=200)
    """Words whose meaning is looked for."""
    picture: UUID | None = None
    """A picture that was brought (POST /v1/pictures), to find those like it."""


class Ranked(Schema):
    """Assets, the nearest first."""

    items: list[AssetOut]
    waiting: int
    """Assets of the workspace that are not indexed yet and so cannot be among them."""


class RereadOut(Schema):
    """What an exported file says of itself."""

    asset: UUID | None
    job: UUID | None
    signed: bool
    """Whether this studio signed its receipt, and what made it is installed."""
    unchanged: bool
    params: dict[str, Any]
    receipt: dict[str, Any]
    notes: list[str]


@router.post("/assets/changes", response={200: ChangeOut, **ERRORS}, summary="Change many assets")
def change(request: HttpRequest, payload: AssetChangeIn) -> Change:
    """Tag, move, rate, trash or restore assets. What the answer names can be taken back."""
    token = require_scope(request, "write")
    return change_assets(
        workspace=token.workspace,
        assets=_meant(token, payload),
        action=payload.action,
        value=payload.value,
        actor=token.user,
    )


@router.post(
    "/assets/changes/{change_id}/undo", response={200: ChangeOut, **ERRORS}, summary="Take a change back"
)
def undo(request: HttpRequest, change_id: UUID) -> Change:
    token = require_scope(request, "write")
    rows = Change.objects.filter(workspace=token.workspace).select_related("workspace", "actor")
    return undo_change(change=find(rows, change_id, "change"), actor=token.user)


@router.post("/assets/deletions", response={200: DeletionOut, **ERRORS}, summary="Delete assets for good")
def delete(request: HttpRequest, payload: DeletionIn) -> DeletionOut:
    """Delete assets that lie in the trash, with their bytes. Only publishers and admins may, and nobody can undo it."""
    token = require_scope(request, "write")
    require_role(membership_of(token.user, token.workspace.slug), Role.PUBLISHER)
    if not payload.confirm:
        message = "Send confirm as true, since there is no way back."
        raise Unprocessable(message, fields={"confirm": message})
    gone, kept = delete_assets(assets=_meant(token, payload, trashed=True), actor=token.user)
    transaction.on_commit(delete_bytes)
    return DeletionOut(deleted=gone, held=kept)


@router.get(
    "/assets/{asset_id}/uses", response={200: list[UseOut], **ERRORS}, summary="Get where an asset is used"
)
def uses(request: HttpRequest, asset_id: UUID) -> Any:
    return uses_of([_asset(require_scope(request, "read"), asset_id)])


@router.get("/assets/{asset_id}/similar", response={200: Ranked, **ERRORS}, summary="List assets like one")
def similar(request: HttpRequest, asset_id: UUID) -> dict[str, object]:
    """List pictures that look like a picture, or texts that mean the same as a text, the nearest first."""
    token = require_scope(request, "read")
    fitting = apply(Filters(), workspace=token.workspace)
    return _ranked(token, like(_asset(token, asset_id), fitting))


@router.post(
    "/assets/searches", response={202: JobOut, **ERRORS}, summary="Look for assets by meaning or looks"
)
def search(request: HttpRequest, payload: AssetSearchIn) -> Status[Job]:
    """Answer with the job that works out what is looked for; once it has succeeded, ask for its assets."""
    token = require_scope(request, "jobs")
    project = find_project(workspace=token.workspace, slug=payload.project)
    if payload.picture is None:
        job = look_by_meaning(workspace=token.workspace, actor=token.user, search=payload.q, project=project)
    else:
        artifact = find(Artifact.objects.filter(workspace=token.workspace), payload.picture, "picture")
        job = look_by_picture(workspace=token.workspace, actor=token.user, artifact=artifact, project=project)
    return Status(202, job)


@router.get("/assets/searches/{job_id}", response={200: Ranked, **ERRORS}, summary="List what a search found")
def searched(request: HttpRequest, job_id: UUID) -> dict[str, object]:
    """List the assets that are near to what was looked for; 409 not_ready while the job goes on."""
    token = require_scope(request, "read")
    job = find(Job.objects.filter(workspace=token.workspace).select_related("workspace"), job_id, "search")
    fitting = apply(Filters(), workspace=token.workspace)
    if "picture" in job.params:
        return _ranked(token, by_looks(fitting, job=job))
    words = " ".join(map(str, job.params.get("texts", ())))
    return _ranked(token, by_meaning(fitting, job=job, search=words))


@router.post("/assets/reread", response={200: RereadOut, **ERRORS}, summary="Read an exported file")
def read_file(request: HttpRequest, file: File[UploadedFile]) -> dict[str, object]:
    """Read the receipt in a file that was exported here. The file is not kept."""
    token = require_scope(request, "read")
    found = reread(workspace=token.workspace, data=file.read(LARGEST + 1))
    return {
        "asset": found.asset.pk if found.asset else None,
        "job": found.job.pk if found.job else None,
        "signed": found.is_ours,
        "unchanged": found.is_unchanged,
        "params": found.params,
        "receipt": found.receipt,
        "notes": list(found.notes),
    }


def _meant(token: ApiToken, which: Which, *, trashed: bool = False) -> QuerySet[Asset]:
    if which.filters is not None:
        given = which.filters | ({"trash": "1"} if trashed else {})
        return apply(Filters.of(given), workspace=token.workspace)
    assets = Asset.objects.filter(workspace=token.workspace, pk__in=which.assets)
    return assets.exclude(trashed_at=None) if trashed else assets


def _asset(token: ApiToken, asset_id: UUID) -> Asset:
    return find(Asset.objects.filter(workspace=token.workspace).select_related("artifact"), asset_id, "asset")


def _ranked(token: ApiToken, keys: Sequence[UUID]) -> dict[str, object]:
    rows = {row.pk: row for row in ordered(Asset.objects.filter(pk__in=keys[:SHOWN]))}
    items = [rows[key] for key in keys[:SHOWN] if key in rows]
    return {"items": items, "waiting": waiting(token.workspace)}
