"""/api/v1/reports: what an issue says, the rows behind its numbers, what is different between two."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query

from brandkiln.core.api import ERRORS, MAX_PAGE
from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.reports import comparing
from brandkiln.reports.document_parts import Sentence
from brandkiln.reports.documents import document_of
from brandkiln.reports.explaining import PAGE, explain_fact, explain_row, rows_behind, said
from brandkiln.reports.issues_api import issue_of, issues_of, report_of
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["reports"])


class SentenceOut(Schema):
    """A sentence of an issue, named by its place."""

    place: str
    draft: str
    """With its facts as {placeholders}."""
    text: str
    """As it is printed."""


class BlockOut(Schema):
    """One place of an issue."""

    id: str
    kind: str
    name: str
    not_shown: str
    """Why nothing is shown there; empty where something is."""
    sentences: list[SentenceOut]


class DocumentOut(Schema):
    """What an issue says: its blocks, and its numbers by id."""

    title: str
    language: str
    blocks: list[BlockOut]
    facts: dict[str, dict[str, Any]]


class RowsOut(Schema):
    """Rows behind a number."""

    printed: str
    computed_as: str
    filter: str
    """Which rows they are, as SQL says it; empty where it is all."""
    count: int | None
    rows: list[dict[str, Any]]
    next: int | None
    """What ``after`` is for the next page; null at the end."""


class ComparisonOut(Schema):
    """What is different in the later of two issues."""

    dataset_versions: list[UUID | None]
    figures: list[dict[str, Any]]
    sentences: list[dict[str, str]]
    not_shown: list[dict[str, str]]
    """Blocks that cannot be shown: "lost" since, "found" again, "missing" in both."""


@router.get(
    "/reports/{report_id}/issues/{issue_number}/document",
    response={200: DocumentOut, **ERRORS},
    summary="Read an issue",
)
def read(request: HttpRequest, report_id: UUID, issue_number: int) -> dict[str, object]:
    """Answer with what an issue says: sentences with their facts, numbers with how they were computed."""
    document = document_of(issue_of(require_scope(request, "read"), report_id, issue_number))
    return {
        "title": document.title,
        "language": document.language,
        "blocks": [
            {
                "id": block.id, "kind": block.kind, "name": block.name, "not_shown": block.reason,
                "sentences": list(map(sentence_out, block.told)),
            }
            for block in document.blocks
        ],
        "facts": {
            fact.id: {
                "role": fact.role, "text": fact.text, "value": fact.value, "query": fact.query, "rows": fact.rows,
                "filter": said(fact.where),
            }
            for fact in document.facts.values()
        },
    }  # fmt: skip


@router.get(
    "/reports/{report_id}/issues/{issue_number}/rows",
    response={200: RowsOut, **ERRORS},
    summary="Get the rows behind a number",
)
def rows(
    request: HttpRequest,
    report_id: UUID,
    issue_number: int,
    fact: str = Query("", max_length=200),
    of: str = Query("", max_length=80),
    row: int = Query(-1, ge=-1, le=1_000_000),
    after: int = Query(-1, ge=-1, le=2**31 - 1),
    limit: int = Query(PAGE, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    """Answer with the rows behind a fact, or behind a row of the figure or table that ``of`` names."""
    issue = issue_of(require_scope(request, "read"), report_id, issue_number)
    if not (fact or of):
        said_so = "Name a fact, or with of and row a row of a figure or a table."
        raise Unprocessable(said_so, fields={"fact": said_so})
    document = document_of(issue)
    explained = explain_fact(document, fact) if fact else explain_row(document, of, row)
    behind = rows_behind(issue, document, explained.where, after=after, limit=limit)
    return {
        "printed": explained.printed,
        "computed_as": explained.query,
        "filter": said(explained.where),
        "count": explained.rows,
        "rows": [{"position": one.position, "fields": one.fields} for one in behind.records],
        "next": behind.next,
    }


@router.get(
    "/reports/{report_id}/compare", response={200: ComparisonOut, **ERRORS}, summary="Compare two issues"
)
def compare(
    request: HttpRequest,
    report_id: UUID,
    before: int = Query(0, ge=0, le=2**31 - 1),
    after: int = Query(0, ge=0, le=2**31 - 1),
) -> dict[str, object]:
    """Answer with what is different in issue ``after``, by default the newest that can be read, beside ``before``."""
    token = require_scope(request, "read")
    ready = issues_of(token).filter(report=report_of(token, report_id), document__isnull=False)
    new = issue_of(token, report_id, after) if after else ready.first()
    older = ready.filter(number__lt=new.number).first() if new else None
    old = issue_of(token, report_id, before) if before else older
    if old is None or new is None:
        raise Conflict(f"Report {report_id} has no two issues that can be read. Make another one.")
    found = comparing.compare(document_of(old), document_of(new))
    blocks = (("lost", found.lost), ("found", found.found), ("missing", found.missing))
    return {
        "dataset_versions": [old.dataset_version_id, new.dataset_version_id],
        "figures": [
            {
                "name": one.name,
                "before": one.before and one.before.value,
                "after": one.after and one.after.value,
                "change": one.change,
            }
            for one in found.figures
        ],
        "sentences": [
            {"how": one.how, "block": one.block.id, "before": one.before, "after": one.after}
            for one in found.sentences
        ],
        "not_shown": [
            {"how": how, "block": block.id, "reason": block.reason} for how, some in blocks for block in some
        ],
    }


def sentence_out(sentence: Sentence) -> dict[str, str]:
    """Return a sentence as the API answers it."""
    return {"place": sentence.place, "draft": sentence.draft, "text": sentence.plain}
