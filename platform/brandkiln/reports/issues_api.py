"""/api/v1/reports: reports and their issues."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.params.functions import Header, Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find, page
from brandkiln.core.errors import NotFound
from brandkiln.datasets.models import Dataset, DatasetVersion
from brandkiln.jobs.api import AssetRef
from brandkiln.jobs.requests import program_key
from brandkiln.projects.services import find_project
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
    erased_at: datetime | None
    """When a record was erased from the data that it was made of."""
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
    return {"items": list(issues_of(token).filter(report=report_of(token, report_id))[:MAX_PAGE])}


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
    issue = make_issue(
        report=report, actor=token.user, version=version, idempotency_key=program_key(idempotency_key)
    )
    return Status(202, issue)


@router.get(
    "/reports/{report_id}/issues/{issue_number}", response={200: IssueOut, **ERRORS}, summary="Get an issue"
)
def get_issue(request: HttpRequest, report_id: UUID, issue_number: int) -> Issue:
    return issue_of(require_scope(request, "read"), report_id, issue_number)


def report_of(token: ApiToken, report_id: UUID) -> Report:
    """Return a report of the token's workspace; raise NotFound if it has none."""
    return find(_reports(token), report_id, "report")


def issue_of(token: ApiToken, report_id: UUID, number: int) -> Issue:
    """Return an issue of a report of the token's workspace; raise NotFound if it has none."""
    issue = issues_of(token).filter(report=report_of(token, report_id), number=min(number, 2**31 - 1)).first()
    if issue is None:
        raise NotFound(f"There is no issue {number} of report {report_id} in this workspace.")
    return issue


def _reports(token: ApiToken) -> "QuerySet[Report]":
    return Report.objects.filter(workspace=token.workspace).select_related(
        "project", "dataset", "template", "workspace"
    )


def issues_of(token: ApiToken) -> "QuerySet[Issue]":
    """Return the issues of the token's workspace."""
    rows = Issue.objects.filter(workspace=token.workspace)
    return rows.select_related("report", "job", "parent", "document", "dataset_version__dataset", "workspace")
