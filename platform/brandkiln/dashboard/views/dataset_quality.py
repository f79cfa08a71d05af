"""The Quality tab of a version: what the check found, with pictures, and whether it is enough to train on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from brandkiln.core.downloads import send_lines
from brandkiln.dashboard import quality_page
from brandkiln.dashboard.lookup import whole
from brandkiln.dashboard.templatetags.studio import figure
from brandkiln.dashboard.version_page import find_version, version_context
from brandkiln.datasets.checks.advice import advise, remarks
from brandkiln.datasets.checks.codes import Code, code_of
from brandkiln.datasets.checks.listing import Group, Shown, findings_csv, findings_of
from brandkiln.datasets.models import DatasetVersion, Kind, QualityReport
from brandkiln.datasets.queries import label_counts
from brandkiln.jobs.checks import submit_check, submit_comparison
from brandkiln.jobs.models import Job
from brandkiln.workspaces.access import MemberRequest, in_workspace

COMPARED = (Kind.IMAGE, Kind.TEXT, Kind.AUDIO)
"""Kinds whose records can be compared by features."""
LABELS = 12
GROUPS, RECORDS = 12, 48


@in_workspace()
def page(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Show what the check found, or how far it is."""
    version = find_version(request, dataset, number)
    shown = {**version_context(version, tab="quality"), **_overview(version)}
    fragment = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    return render(request, "datasets/_quality.html" if fragment else "datasets/quality.html", shown)


@in_workspace()
def findings(request: MemberRequest, dataset: UUID, number: int, code: str) -> HttpResponse:
    """List the findings of one code: groups side by side, records with their scores."""
    version = find_version(request, dataset, number)
    about = _code(version, code)
    size = GROUPS if about.show != "records" else RECORDS
    listing = findings_of(
        version, code, after=whole(request.GET.get("after", ""), most=2**63 - 1), limit=size
    )
    shown = {
        **version_context(version, tab="quality"),
        "code": about,
        "name": code,
        "title": quality_page.title_of(code),
        "mend": quality_page.clean_query(about),
        "groups": [_drawn_group(group, about, version.dataset.kind) for group in listing.groups],
        "records": [_drawn(one, about) for one in listing.records],
        "next": listing.next,
        "total": version.findings.filter(code=code).count(),
    }
    return render(request, "datasets/findings.html", shown)


@in_workspace()
def download(request: MemberRequest, dataset: UUID, number: int, code: str) -> HttpResponseBase:
    """Answer with all findings of one code as CSV."""
    version = find_version(request, dataset, number)
    _code(version, code)
    name = code.replace(":", "-")
    return send_lines(
        request, findings_csv(version, code), media_type="text/csv", filename=f"{name}-v{version.number}.csv"
    )


@require_POST
@in_workspace()
def check(request: MemberRequest, dataset: UUID, number: int) -> HttpResponse:
    """Check the version again, or compare its records by features."""
    version = find_version(request, dataset, number)
    if request.POST.get("what") == "compare":
        submit_comparison(version=version, actor=request.user)
    else:
        submit_check(version=version, actor=request.user)
    return redirect("dashboard:dataset_quality", request.workspace.slug, dataset, number)


def _overview(version: DatasetVersion) -> dict[str, Any]:
    report = QualityReport.objects.filter(version=version).first()
    jobs = Job.objects.filter(dataset_version=version, kind__in=[Job.Kind.CHECK, Job.Kind.FEATURES])
    shown: dict[str, Any] = {
        "report": report if report and report.summary else None,
        "working": list(jobs.filter(state__in=Job.OPEN)),
        "failed": jobs.filter(kind=Job.Kind.CHECK).order_by("-created_at").first() if not report else None,
        "advice": advise(version),
        "remarks": remarks(version),
    }
    if shown["report"] is None or report is None:
        return shown
    found = quality_page.tiles(version)
    touched = min(int(report.summary.get("touched", 0)), version.record_count)
    labels = [{"title": label, "count": count} for label, count in label_counts(version)[:LABELS]]
    return shown | {
        "summary": report.summary,
        "checked_at": datetime.fromisoformat(report.summary["at"]),
        "tiles": found,
        "nothing": quality_page.looked_for(version, found, report),
        "touched": touched,
        "clean": f"{_share(version.record_count - touched, version.record_count)} %",
        "charts": list(quality_page.charts(version, report)),
        "languages": quality_page.languages(report),
        "labels": quality_page.with_widths(labels),
        "more_labels": max(0, len(version.counts.get("label", {})) - LABELS),
        "formats": [
            one
            for name in ("formats", "modes")
            for one in quality_page.by_count(report.summary.get(name, {}))
        ],
        "columns": [_column(one, version.record_count) for one in version.report.get("columns", [])],
        "may_compare": version.dataset.kind in COMPARED and not report.comparison,
    }


def _column(column: dict[str, Any], records: int) -> dict[str, Any]:
    missing = int(column.get("missing", 0))
    is_text = column.get("type") == "text"
    ends = {name: _end(column.get(key), is_text=is_text) for name, key in (("from", "min"), ("to", "max"))}
    return column | ends | {"missing_share": f"{_share(missing, records)} %" if missing else ""}


def _end(value: Any, *, is_text: bool) -> str:
    """Return an end of a column's range; that of texts is a length."""
    if value is None:
        return "–"
    if is_text and isinstance(value, int):
        return ngettext("%(n)s character", "%(n)s characters", value) % {"n": figure(value)}
    return figure(value)


def _share(part: int, whole: int) -> str:
    """Return part of whole in percent; 100 only where it is all of it."""
    if not whole:
        return "100"
    share = 100 * part / whole
    return "100" if part == whole else f"{min(share, 99.9):.1f}"


def _code(version: DatasetVersion, name: str) -> Code:
    code = code_of(name)
    if code is None or version.dataset.kind not in code.kinds:
        raise Http404(_("No check of this kind of data finds such a thing."))
    return code


def _drawn(one: Shown, code: Code) -> dict[str, Any]:
    return {"record": one.record, "score": quality_page.score_text(code, one.finding.score)}


def _drawn_group(group: Group, code: Code, kind: str) -> dict[str, Any]:
    first = group.members[0].record.text if group.members else ""
    members = []
    for number, one in enumerate(group.members):
        drawn = _drawn(one, code)
        if kind == Kind.TEXT:
            drawn["pieces"] = quality_page.marked_difference(first, one.record.text) if number else None
        members.append(drawn)
    return {"number": group.number, "size": group.size, "hidden": group.hidden, "members": members}
