"""/api/v1/reports: reports and their issues, what is different between two, the rows behind a number."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.params.functions import Header, Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find, page
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.jobs.api import AssetRef
from brandkiln.projects.services import find_project
from brandkiln.reports import comparing
from brandkiln.reports.documents import Sentence, document_of
from brandkiln.reports.explaining import PAGE, explain_fact, explain_row, rows_behind, said
from brandkiln.reports.issues import archive_report, create_report, make_issue, restore_report
from brandkiln.reports.models import Issue, Report
from brandkiln.reports.templates import find_offered
from brandkiln.workspaces.models import ApiToken
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["reports"])


class ReportIn(Body):
    """A report on a data set."""

    project: str = Field(max_length=50)
    """The project's slug."""
    dataset: UUID
    name: str = Field("", max_length=120)
    template: str = Field("overview", max_length=80)
    """The name of a ready template, or the id of an own one."""
    params: dict[str, Any] = Field(default_factory=dict)
    """Further params of the generator ``report``, such as ``roles`` or ``measure``."""
    language: Literal["en", "zh"] = "en"
    formats: list[Literal["pdf", "html", "docx", "pptx", "xlsx"]] = Field(
        ["pdf", "html"], min_length=1, max_length=5
    )


class IssueIn(Body):
    """Which data the next issue is made of."""

    dataset_version: UUID | None = None
    """By default the newest."""


class IssueOut(Schema):
    """An issue of a report: what it was made of, where its job stands, and its files."""

    report: UUID = Field(alias="report_id")
    number: int
    origin: str
    state: str | None
    error: str
    job: UUID | None = Field(alias="job_id")
    dataset_version: UUID | None = Field(alias="dataset_version_id")
    template: str = Field(alias="template_name")
    template_version: str
    parent: int | None
    """The issue that it was set from."""
    changed: list[str]
    """The blocks that are not as they are there."""
    files: list[AssetRef]
    created_at: datetime

    @staticmethod
    def resolve_state(issue: Issue) -> str | None:
        return issue.job.state if issue.job else None

    @staticmethod
    def resolve_error(issue: Issue) -> str:
        return issue.job.error_message if issue.job else ""

    @staticmethod
    def resolve_parent(issue: Issue) -> int | None:
        return issue.parent.number if issue.parent else None

    @staticmethod
    def resolve_files(issue: Issue) -> list[Any]:
        if issue.job is None:
            return []
        return list(issue.job.assets.filter(trashed_at=None).select_related("artifact").order_by("position"))


class ReportOut(Schema):
    """A report."""

    id: UUID
    project: str = Field(alias="project.slug")
    dataset: UUID = Field(alias="dataset_id")
    name: str
    template: str
    params: dict[str, Any]
    language: str
    formats: list[str]
    archived_at: datetime | None
    created_at: datetime

    @staticmethod
    def resolve_template(report: Report) -> str:
        return str(report.template_id) if report.template_id else report.ready


class ReportPage(Schema):
    """One page of reports, newest first."""

    items: list[ReportOut]
    next: str | None


class IssueList(Schema):
    """The issues of a report, newest first."""

    items: list[IssueOut]


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


@router.get("/reports", response={200: ReportPage, **ERRORS}, summary="List reports")
def list_reports(
    request: HttpRequest,
    archived: bool = False,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, object]:
    token = require_scope(request, "read")
    rows, following = page(
        _reports(token).filter(archived_at__isnull=not archived), cursor=cursor, limit=limit
    )
    return {"items": rows, "next": following}


@router.post("/reports", response={201: ReportOut, **ERRORS}, summary="Keep a report")
def create(request: HttpRequest, payload: ReportIn) -> Status[Report]:
    """Keep a report; its issues are made by another call, or by its schedule."""
    token = require_scope(request, "jobs")
    offered = find_offered(token.workspace, payload.template)
    datasets = Dataset.objects.filter(workspace=token.workspace, trashed_at=None)
    report = create_report(
        project=find_project(workspace=token.workspace, slug=payload.project),
        dataset=find(datasets, payload.dataset, "data set"),
        name=payload.name,
        actor=token.user,
        ready=offered.key,
        template=offered.row,
        params=payload.params,
        language=payload.language,
        formats=payload.formats,
    )
    return Status(201, report)


@router.get("/reports/{report_id}", response={200: ReportOut, **ERRORS}, summary="Get a report")
def get(request: HttpRequest, report_id: UUID) -> Report:
    return report_of(require_scope(request, "read"), report_id)


@router.post("/reports/{report_id}/archive", response={200: ReportOut, **ERRORS}, summary="Archive a report")
def archive(request: HttpRequest, report_id: UUID) -> Report:
    """Take it out of the lists and let its schedule rest; its issues stay readable."""
    token = require_scope(request, "jobs")
    archive_report(report=report_of(token, report_id), actor=token.user)
    return report_of(token, report_id)


@router.post(
    "/reports/{report_id}/restore", response={200: ReportOut, **ERRORS}, summary="Take a report back"
)
def restore(request: HttpRequest, report_id: UUID) -> Report:
    token = require_scope(request, "jobs")
    restore_report(report=report_of(token, report_id), actor=token.user)
    return report_of(token, report_id)


@router.get("/reports/{report_id}/issues", response={200: IssueList, **ERRORS}, summary="List issues")
def list_issues(request: HttpRequest, report_id: UUID) -> dict[str, object]:
    token = require_scope(request, "read")
    return {"items": list(_issues(token).filter(report=report_of(token, report_id))[:MAX_PAGE])}


@router.post("/reports/{report_id}/issues", response={202: IssueOut, **ERRORS}, summary="Make the next issue")
def make(
    request: HttpRequest,
    report_id: UUID,
    payload: IssueIn,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key", max_length=120),
) -> Status[Issue]:
    """Submit the job that makes the next issue; with a key that was used before, answer with the issue of then."""
    token = require_scope(request, "jobs")
    report = report_of(token, report_id)
    versions = DatasetVersion.objects.filter(
        workspace=token.workspace, dataset=report.dataset, trashed_at=None
    )
    version = find(versions, payload.dataset_version, "version") if payload.dataset_version else None
    issue = make_issue(report=report, actor=token.user, version=version, idempotency_key=idempotency_key)
    return Status(202, issue)


@router.get(
    "/reports/{report_id}/issues/{issue_number}", response={200: IssueOut, **ERRORS}, summary="Get an issue"
)
def get_issue(request: HttpRequest, report_id: UUID, issue_number: int) -> Issue:
    return issue_of(require_scope(request, "read"), report_id, issue_number)


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
    ready = _issues(token).filter(report=report_of(token, report_id), document__isnull=False)
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


def report_of(token: ApiToken, report_id: UUID) -> Report:
    """Return a report of the token's workspace; raise NotFound if it has none."""
    return find(_reports(token), report_id, "report")


def issue_of(token: ApiToken, report_id: UUID, number: int) -> Issue:
    """Return an issue of a report of the token's workspace; raise NotFound if it has none."""
    issue = _issues(token).filter(report=report_of(token, report_id), number=min(number, 2**31 - 1)).first()
    if issue is None:
        raise NotFound(f"There is no issue {number} of report {report_id} in this workspace.")
    return issue


def sentence_out(sentence: Sentence) -> dict[str, str]:
    """Return a sentence as the API answers it."""
    return {"place": sentence.place, "draft": sentence.draft, "text": sentence.plain}


def _reports(token: ApiToken) -> "QuerySet[Report]":
    return Report.objects.filter(workspace=token.workspace).select_related(
        "project", "dataset", "template", "workspace"
    )


def _issues(token: ApiToken) -> "QuerySet[Issue]":
    rows = Issue.objects.filter(workspace=token.workspace)
    return rows.select_related("report", "job", "parent", "document", "dataset_version__dataset", "workspace")
