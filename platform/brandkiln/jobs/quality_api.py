"""/api/v1/versions/{id}/quality, its findings, and asking for a check."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from ninja.params.functions import Query
from pydantic import Field

from brandkiln.core.api import ERRORS, MAX_PAGE, Body, find
from brandkiln.core.errors import Unprocessable
from brandkiln.datasets.checks.advice import advise, remarks
from brandkiln.datasets.checks.codes import code_of
from brandkiln.datasets.checks.listing import counts_of, with_records
from brandkiln.datasets.models import DatasetVersion, Finding, Kind, QualityReport
from brandkiln.jobs.api import JobOut
from brandkiln.jobs.checks import submit_check, submit_comparison
from brandkiln.jobs.models import Job
from brandkiln.workspaces.tokens import require_scope

router = Router(tags=["datasets"])


class CodeCount(Schema):
    """How often one thing was found."""

    code: str
    title: str
    records: int
    groups: int
    mend: dict[str, Any]
    """The step of a recipe that mends it; empty where people decide each."""


class AdviceOut(Schema):
    """Whether the data is enough for one generator."""

    generator: str
    minimum: int
    recommended: int
    here: int
    enough: bool
    good: bool
    text: str


class QualityOut(Schema):
    """What the last check of a version found."""

    checked_at: datetime | None
    """When the check ended; null where the version has not been checked, and then nothing is known to be found."""
    records: int
    touched: int
    """Records that at least one finding of the check points at."""
    found: list[CodeCount]
    figures: dict[str, Any]
    """Histograms, formats, languages and labels, as far as this kind of data has them."""
    comparison: dict[str, Any]
    """What was compared by which features; empty where records were not compared."""
    advice: list[AdviceOut]
    remarks: list[str]


class FindingOut(Schema):
    """One record that a check points at."""

    code: str
    group: int
    """Members of one group share it; 0 is no group."""
    position: int
    score: float | None
    name: str
    label: str
    split: str
    sha256: str


class FindingPage(Schema):
    """One page of findings, in the order in which they were found."""

    items: list[FindingOut]
    next: str | None


class CheckIn(Body):
    """What to do with the version."""

    what: Literal["check", "compare"] = Field("check")
    """"check" counts and looks for faults; "compare" finds neighbours and outliers by features."""


@router.get(
    "/versions/{version_id}/quality", response={200: QualityOut, **ERRORS}, summary="Get the quality report"
)
def get_quality(request: HttpRequest, version_id: UUID) -> dict[str, Any]:
    version = _version(request, version_id, "read")
    report = QualityReport.objects.filter(version=version).first()
    summary: dict[str, Any] = dict(report.summary) if report else {}
    for name in ("format", "codes"):
        summary.pop(name, None)
    return {
        "checked_at": summary.pop("at", None),
        "records": summary.pop("records", version.record_count),
        "touched": summary.pop("touched", 0),
        "found": [_count(code, *counts) for code, counts in sorted(counts_of(version).items())],
        "figures": summary,
        "comparison": report.comparison if report else {},
        "advice": advise(version),
        "remarks": remarks(version),
    }


@router.get("/versions/{version_id}/findings", response={200: FindingPage, **ERRORS}, summary="List findings")
def list_findings(
    request: HttpRequest,
    version_id: UUID,
    code: str = Query("", max_length=32),
    cursor: int | None = Query(None, ge=0, le=2**63 - 1),
    limit: int = Query(50, ge=1, le=MAX_PAGE),
) -> dict[str, Any]:
    version = _version(request, version_id, "read")
    findings = Finding.objects.filter(version=version, id__gt=cursor or 0).order_by("id")
    if code:
        findings = findings.filter(code=code)
    rows = list(findings[: limit + 1])
    following = str(rows[limit - 1].pk) if len(rows) > limit else None
    items = [
        {
            "code": one.finding.code,
            "group": one.finding.group,
            "score": one.finding.score,
            **{name: getattr(one.record, name) for name in ("position", "name", "label", "split", "sha256")},
        }
        for one in with_records(version, rows[:limit])
    ]
    return {"items": items, "next": following}


@router.post("/versions/{version_id}/check", response={202: JobOut, **ERRORS}, summary="Check a version")
def check_version(request: HttpRequest, version_id: UUID, payload: CheckIn) -> Status[Job]:
    version = _version(request, version_id, "jobs")
    actor = require_scope(request, "jobs").user
    if payload.what == "check":
        return Status(202, submit_check(version=version, actor=actor))
    if version.dataset.kind == Kind.TABLE:
        message = _("Only images, texts and sounds are compared by features.")
        raise Unprocessable(message, fields={"what": message})
    return Status(202, submit_comparison(version=version, actor=actor))


def _version(request: HttpRequest, version_id: UUID, scope: str) -> DatasetVersion:
    token = require_scope(request, scope)
    versions = DatasetVersion.objects.filter(
        workspace=token.workspace, trashed_at=None, dataset__trashed_at=None
    )
    return find(versions.select_related("dataset__project", "workspace"), version_id, "data set version")


def _count(name: str, records: int, groups: int) -> dict[str, Any]:
    code = code_of(name)
    title = _(code.title) if code else name
    is_grouped = code is not None and code.show != "records"
    return {
        "code": name,
        "title": title,
        "records": records,
        "groups": groups if is_grouped else 0,
        "mend": code.mending() if code else {},
    }
