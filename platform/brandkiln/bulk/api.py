"""/api/v1/bulks."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile
from ninja.params.functions import Query

from brandkiln.bulk import services
from brandkiln.bulk.checking import preview
from brandkiln.bulk.files import Form as FileForm
from brandkiln.bulk.models import Bulk, Template
from brandkiln.bulk.queries import bulks_of, counted, rows_of, with_pieces
from brandkiln.bulk.schemas import (
    BulkIn,
    BulkOut,
    BulkPage,
    Checked,
    MappingIn,
    RetryIn,
    RowPage,
    SentRowsIn,
    TrialIn,
)
from brandkiln.bulk.sending import send_results
from brandkiln.bulk.sources import Table, find_version, read_file, read_version, table_of
from brandkiln.bulk.stream import stream_response
from brandkiln.core.api import ERRORS, MAX_PAGE, find, page
from brandkiln.core.errors import Unprocessable
from brandkiln.core.text import is_storable
from brandkiln.projects.services import find_project
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["bulk"])


@router.get("/bulks", response={200: BulkPage, **ERRORS}, summary="List bulks")
def list_bulks(
    request: HttpRequest,
    project: str | None = None,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    token = require_scope(request, "read")
    bulks = bulks_of(token.workspace)
    if project is not None:
        bulks = bulks.filter(project=find_project(workspace=token.workspace, slug=project))
    rows, following = page(bulks, cursor=cursor, limit=limit)
    states = counted(rows)
    for bulk in rows:
        bulk.states = states[bulk.pk]
    return {"items": rows, "next": following}


@router.post("/bulks", response={201: BulkOut, **ERRORS}, summary="Set up a bulk")
def create(request: HttpRequest, payload: BulkIn) -> Status[Bulk]:
    """Set up a bulk of rows or of a data set version. The columns are matched; nothing is made yet."""
    token = require_scope(request, "jobs")
    if not is_storable(payload.rows):
        raise Unprocessable(
            "A row holds a character that is none.", fields={"rows": "NUL or half a surrogate"}
        )
    if payload.dataset_version is not None:
        table = read_version(find_version(token.workspace, payload.dataset_version))
    else:
        table = table_of([dict(row) for row in payload.rows])
    return Status(201, _created(token, payload.project, payload.templates, table, payload.name))


@router.post("/bulks/upload", response={201: BulkOut, **ERRORS}, summary="Set up a bulk of a file")
def upload(request: HttpRequest, file: File[UploadedFile], sent: Form[SentRowsIn]) -> Status[Bulk]:
    """Set up a bulk of a CSV, Excel, JSONL or Parquet file. The columns are matched; nothing is made yet."""
    token = require_scope(request, "jobs")
    find_project(workspace=token.workspace, slug=sent.project)
    _templates(token, sent.templates)  # before anything is read
    return Status(201, _created(token, sent.project, sent.templates, read_file(file), sent.name))


@router.get("/bulks/{bulk_id}", response={200: BulkOut, **ERRORS}, summary="Get a bulk")
def get_bulk(request: HttpRequest, bulk_id: UUID) -> Bulk:
    return _find(require_scope(request, "read"), bulk_id)


@router.put(
    "/bulks/{bulk_id}/mapping", response={200: Checked, **ERRORS}, summary="Match columns to variables"
)
def set_mapping(request: HttpRequest, bulk_id: UUID, payload: MappingIn) -> dict[str, int]:
    """Keep what each variable is filled from, and check every row with it."""
    token = require_scope(request, "jobs")
    mapping = {name: source.source() for name, source in payload.mapping.items()}
    return {"faulty": services.set_mapping(bulk=_find(token, bulk_id), actor=token.user, mapping=mapping)}


@router.post("/bulks/{bulk_id}/newest", response={200: Checked, **ERRORS}, summary="Use the newest templates")
def use_newest(request: HttpRequest, bulk_id: UUID) -> dict[str, int]:
    """Take the newest version of each template before the rows are let go."""
    token = require_scope(request, "jobs")
    return {"faulty": services.use_newest(bulk=_find(token, bulk_id), actor=token.user)}


@router.get(
    "/bulks/{bulk_id}/preview", response={200: list[dict[str, Any]], **ERRORS}, summary="Preview rows"
)
def get_preview(
    request: HttpRequest, bulk_id: UUID, count: int = Query(5, ge=1, le=50)
) -> list[dict[str, Any]]:
    """Show the first rows as they would be filled, and what does not fit."""
    bulk = _find(require_scope(request, "read"), bulk_id)
    return preview(bulk, bulk.mapping, count=count)


@router.post(
    "/bulks/{bulk_id}/trial", response={202: BulkOut, **ERRORS}, summary="Make a few rows to look at"
)
def begin_trial(request: HttpRequest, bulk_id: UUID, payload: TrialIn) -> Status[Bulk]:
    token = require_scope(request, "jobs")
    bulk = services.begin_trial(
        bulk=_find(token, bulk_id), actor=token.user, choosing=payload.choosing, positions=payload.positions
    )
    return Status(202, bulk)


@router.post("/bulks/{bulk_id}/start", response={202: BulkOut, **ERRORS}, summary="Make all rows of a bulk")
def start(request: HttpRequest, bulk_id: UUID) -> Status[Bulk]:
    """Let all rows go that fit, or let a bulk that is paused go on."""
    token = require_scope(request, "jobs")
    return Status(202, services.start(bulk=_find(token, bulk_id), actor=token.user))


@router.post("/bulks/{bulk_id}/pause", response={200: BulkOut, **ERRORS}, summary="Pause a bulk")
def pause(request: HttpRequest, bulk_id: UUID) -> Bulk:
    token = require_scope(request, "jobs")
    return services.pause(bulk=_find(token, bulk_id), actor=token.user)


@router.post("/bulks/{bulk_id}/cancel", response={200: BulkOut, **ERRORS}, summary="Cancel a bulk")
def cancel(request: HttpRequest, bulk_id: UUID) -> Bulk:
    token = require_scope(request, "jobs")
    return services.cancel(bulk=_find(token, bulk_id), actor=token.user)


@router.post("/bulks/{bulk_id}/retry", response={202: BulkOut, **ERRORS}, summary="Try failed rows again")
def retry(request: HttpRequest, bulk_id: UUID, payload: RetryIn) -> Status[Bulk]:
    """Try failed rows again; those that are done are never made twice."""
    token = require_scope(request, "jobs")
    bulk = _find(token, bulk_id)
    services.retry(bulk=bulk, actor=token.user, rows=payload.rows)
    return Status(202, bulk)


@router.get("/bulks/{bulk_id}/rows", response={200: RowPage, **ERRORS}, summary="List the rows of a bulk")
def list_rows(
    request: HttpRequest,
    bulk_id: UUID,
    state: Literal["", "ready", "faulty", "working", "done", "failed", "cancelled", "trial"] = "",
    after: int = Query(-1, ge=-1, le=10**9),
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    """List the rows behind a place of the table; all templates of a place come together."""
    bulk = _find(require_scope(request, "read"), bulk_id)
    rows = rows_of(bulk, state=state).filter(position__gt=after)
    places = list(rows.order_by("position").values_list("position", flat=True).distinct()[: limit + 1])
    shown = with_pieces(rows.filter(position__in=places[:limit]))
    return {"items": list(shown), "next": places[limit - 1] if len(places) > limit else None}


@router.get(
    "/bulks/{bulk_id}/results",
    response={200: None, **ERRORS},
    summary="Download the results of a bulk",
    openapi_extra={
        "responses": {200: {"description": "The file", "content": {"application/octet-stream": {}}}}
    },
)
def results(request: HttpRequest, bulk_id: UUID, form: FileForm = "csv") -> HttpResponseBase:
    """Send the table with what was made, or a ZIP with every piece and its receipt."""
    return send_results(request, _find(require_scope(request, "read"), bulk_id), form)


@router.get(
    "/bulks/{bulk_id}/events",
    response={200: None, **ERRORS},
    summary="Follow a bulk as server-sent events",
    openapi_extra={"responses": {200: {"description": "Events", "content": {"text/event-stream": {}}}}},
)
def events(request: HttpRequest, bulk_id: UUID) -> HttpResponseBase:
    """Stream where the bulk stands and the rows that changed; the stream ends with the bulk."""
    return stream_response(request, _find(require_scope(request, "read"), bulk_id))


def _created(token: ApiToken, project: str, keys: list[UUID], table: Table, name: str) -> Bulk:
    return services.create_bulk(
        workspace=token.workspace, project=find_project(workspace=token.workspace, slug=project),
        actor=token.user, templates=_templates(token, keys), table=table, name=name,
    )  # fmt: skip


def _templates(token: ApiToken, keys: list[UUID]) -> list[Template]:
    templates = Template.objects.filter(workspace=token.workspace)
    return [find(templates, key, "template of bulks") for key in dict.fromkeys(keys)]


def _find(token: ApiToken, key: UUID) -> Bulk:
    return find(bulks_of(token.workspace), key, "bulk")
