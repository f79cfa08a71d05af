"""/api/v1/versions/{id}/annotations: labels and captions that people and programs give."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router, Schema
from ninja.params.functions import Query

from brandkiln.core.api import ERRORS, MAX_PAGE, find
from brandkiln.core.downloads import send_lines
from brandkiln.datasets.api import get_version
from brandkiln.datasets.label_files import labels_csv, labels_jsonl
from brandkiln.datasets.label_schemas import AnnotatedOut, ChangesIn, SaidOut
from brandkiln.datasets.label_sets import add_labels, label_set_of
from brandkiln.datasets.labelling import Filter, Labelled, balance, labelled_page
from brandkiln.datasets.labels import Annotated, annotate
from brandkiln.datasets.models import DatasetVersion
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["datasets"])
FORMATS = {"csv": (labels_csv, "text/csv"), "jsonl": (labels_jsonl, "application/jsonl")}


class LabelledOut(Schema):
    """A record as it is labelled now."""

    position: int
    name: str
    label: str
    """What people gave it, or else what it came with; "" is none."""
    caption: str
    said: SaidOut
    """What people say of it; revision 0 is nothing yet."""


class LabelledOutPage(Schema):
    """One page of records, in order."""

    items: list[LabelledOut]
    next: str | None


class LabelChoice(Schema):
    """A label of the set, its key on the labelling page, and how many records have it now."""

    name: str
    key: str
    records: int


class LabelSetOut(Schema):
    """What a version is labelled with, and how far that is."""

    labels: list[LabelChoice]
    unlabelled: int
    total: int


class AnnotationsIn(ChangesIn):
    """Changes, each with the revision that you saw."""

    add_labels: bool = False
    """Whether labels that are new come into the set; else they are refused."""


@router.get(
    "/versions/{version_id}/annotations",
    response={200: LabelledOutPage, **ERRORS},
    summary="List records as labelled",
)
def list_annotations(
    request: HttpRequest,
    version_id: UUID,
    show: Literal["all", "unlabelled", "changed"] = "all",
    label: str = Query("", max_length=400),
    cursor: int | None = Query(None, ge=0, le=2**31 - 1),
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    version = get_version(request, version_id)
    which = Filter(label="" if show == "unlabelled" else label or None, changed=show == "changed")
    after = -1 if cursor is None else cursor
    found = labelled_page(version, label_set_of(version), which=which, after=after, limit=limit)
    return {
        "items": [_out(row) for row in found.rows],
        "next": None if found.next is None else str(found.next),
    }


@router.patch(
    "/versions/{version_id}/annotations",
    response={200: AnnotatedOut, **ERRORS},
    summary="Label records",
)
def change_annotations(request: HttpRequest, version_id: UUID, payload: AnnotationsIn) -> Annotated:
    """Write each change whose revision is still the newest; the others come back as conflicts, unwritten."""
    token = require_scope(request, "write")
    versions = DatasetVersion.objects.filter(
        workspace=token.workspace, trashed_at=None, dataset__trashed_at=None
    )
    version = find(versions, version_id, "data set version")
    if payload.add_labels:
        add_labels(
            version=version, names=[one.label for one in payload.changes if one.label], actor=token.user
        )
    changes = [change.to_change() for change in payload.changes]
    return annotate(version=version, changes=changes, actor=token.user)


@router.get("/versions/{version_id}/labels", response={200: LabelSetOut, **ERRORS}, summary="Get the labels")
def get_labels(request: HttpRequest, version_id: UUID) -> dict[str, object]:
    version = get_version(request, version_id)
    labels = label_set_of(version)
    counts = balance(version, labels)
    return {
        "labels": [{**one, "records": counts.get(one["name"], 0)} for one in labels.labels],
        "unlabelled": counts[""],
        "total": version.record_count,
    }


@router.get(
    "/versions/{version_id}/annotations/export",
    response={200: None, **ERRORS},
    summary="Export labels as a file",
    openapi_extra={
        "responses": {
            200: {
                "description": "One line for each record; cells of the CSV that look like formulas are guarded",
                "content": {"text/csv": {}, "application/jsonl": {}},
            }
        }
    },
)
def export_annotations(
    request: HttpRequest, version_id: UUID, format: Literal["csv", "jsonl"] = "csv"
) -> HttpResponseBase:
    version: DatasetVersion = get_version(request, version_id)
    lines, media_type = FORMATS[format]
    return send_lines(
        request, lines(version), media_type=media_type, filename=f"labels-v{version.number}.{format}"
    )


def _out(row: Labelled) -> dict[str, Any]:
    return {
        "position": row.record.position,
        "name": row.record.name,
        "label": row.label,
        "caption": row.caption,
        "said": row.said,
    }
