"""One issue of a report: its blocks with comments, the rows behind a number, one block built anew."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import whole
from brandkiln.dashboard.report_plots import Drawing, drawing_of
from brandkiln.dashboard.views.report_series import find_issue
from brandkiln.library.files import EXTENSIONS
from brandkiln.library.models import Asset
from brandkiln.reports.document_parts import Block
from brandkiln.reports.documents import document_of
from brandkiln.reports.edits import rebuild_block
from brandkiln.reports.explaining import columns_first, explain_fact, explain_row, rows_behind, said
from brandkiln.reports.models import Comment, Issue
from brandkiln.workspaces.access import MemberRequest, in_workspace

MOST_COLUMNS = 12


def files_of(issue: Issue) -> QuerySet[Asset]:
    """Return the files of an issue in the library."""
    assets = Asset.objects.filter(workspace=issue.workspace_id, job=issue.job_id, trashed_at=None)
    return assets.select_related("artifact", "hold").order_by("position")


def named_files(issue: Issue) -> list[tuple[str, Asset]]:
    """Return the files of an issue, each with what its kind is called, such as "PDF"."""
    if issue.job_id is None:
        return []
    return [(EXTENSIONS.get(file.media_type, "bin").upper(), file) for file in files_of(issue)]


@in_workspace()
def page(request: MemberRequest, report: UUID, number: int) -> HttpResponse:
    """Show an issue, or how far its job is."""
    return render(request, "reports/issue.html", issue_context(request, find_issue(request, report, number)))


def issue_context(request: MemberRequest, issue: Issue, **more: Any) -> dict[str, Any]:
    """Return what the page of an issue shows."""
    context: dict[str, Any] = {"issue": issue, "report": issue.report, "job": issue.job}
    if issue.is_ready:
        document = document_of(issue)
        comments = list(issue.comments.select_related("author", "resolved_by"))
        known = {block.id for block in document.blocks}
        context |= {
            "document": document,
            "sections": _sections(document.blocks, comments),
            "loose": [comment for comment in comments if comment.block not in known],
            "open_comments": sum(comment.resolved_at is None for comment in comments),
            "files": named_files(issue),
            "page_file": files_of(issue).filter(media_type="text/html").first() if issue.job_id else None,
        }
    return context | more


def _sections(
    blocks: list[Block], comments: list[Comment]
) -> list[tuple[str, list[tuple[Block, list[tuple[Any, Drawing | None]], list[Comment]]]]]:
    """Return the blocks below their headings, each with its drawn grids and its comments."""
    found: list[tuple[str, list[Any]]] = []
    for block in blocks:
        if not found or found[-1][0] != block.heading:
            found.append((block.heading, []))
        grids = [(grid, drawing_of(grid)) for grid in block.grids]
        found[-1][1].append((block, grids, [one for one in comments if one.block == block.id]))
    return found


@in_workspace()
def rows(request: MemberRequest, report: UUID, number: int) -> HttpResponse:
    """Show the rows behind a number of an issue."""
    issue = find_issue(request, report, number)
    document = document_of(issue)
    asked = request.GET
    if "fact" in asked:
        explained = explain_fact(document, asked["fact"])
    else:
        explained = explain_row(document, asked.get("of", ""), whole(asked.get("row", ""), -1))
    after = asked.get("after", "")
    behind = rows_behind(issue, document, explained.where, after=whole(after, -1))
    columns = columns_first(issue, explained.where)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "issue": issue,
        "report": issue.report,
        "explained": explained,
        "filter": said(explained.where),
        "behind": behind,
        "columns": columns[:MOST_COLUMNS],
        "left_out": max(0, len(columns) - MOST_COLUMNS),
        "cells": [(one, [one.fields.get(name) for name in columns[:MOST_COLUMNS]]) for one in behind.records],
        "query": query.urlencode(),
        "is_first": not after,
    }
    return render(request, "reports/rows.html", context)


@require_POST
@in_workspace()
def rebuild(request: MemberRequest, report: UUID, number: int) -> HttpResponse:
    """Make the next issue, with one block built anew."""
    issue = find_issue(request, report, number)
    try:
        made = rebuild_block(issue=issue, block=request.POST.get("block", ""), actor=request.user)
    except StudioError as refusal:
        messages.error(request, refusal.message)
        return redirect("dashboard:report_issue", request.workspace.slug, report, number)
    return redirect("dashboard:report_issue", request.workspace.slug, report, made.number)
