"""Bulks: the list, one while it runs and after it ended, its rows, and the results."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from brandkiln.brand.services import verdicts_of
from brandkiln.bulk import services
from brandkiln.bulk.checking import Filler, versions_of
from brandkiln.bulk.mapping import as_written
from brandkiln.bulk.models import Bulk, Row, Schedule
from brandkiln.bulk.queries import (
    bulks_of,
    counted,
    lines_of,
    newest_numbers,
    pieces_of,
    rows_of,
    totals_of,
    with_pieces,
)
from brandkiln.bulk.sending import send_results
from brandkiln.bulk.shown import row_as_json, standing
from brandkiln.bulk.stream import stream_response
from brandkiln.bulk.titles import title_column, title_of
from brandkiln.bulk.variables import Misfit, Number
from brandkiln.core.api import page as page_of
from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import find, whole
from brandkiln.dashboard.written_piece import piece_of
from brandkiln.jobs.recurring import MOST_FAILURES
from brandkiln.workspaces.access import MemberRequest, in_workspace
from generators import registry

PAGE = 20
FIRST_ROWS = 60
MOST_ROWS = 200


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the bulks of the workspace, newest first."""
    shown, following = page_of(bulks_of(request.workspace), cursor=request.GET.get("cursor"), limit=PAGE)
    counts = counted(shown)
    rows = [(bulk, counts[bulk.pk], sum(counts[bulk.pk].values())) for bulk in shown]
    return render(request, "bulk/index.html", {"bulks": rows, "next": following})


@in_workspace()
def page(request: MemberRequest, bulk: UUID) -> HttpResponse:
    """Show a bulk; the page then follows its stream."""
    row = _find(request, bulk)
    if row.state == Bulk.State.DRAFT:
        return redirect("dashboard:bulk_setup", request.workspace.slug, row.pk)
    return render(request, "bulk/page.html", _context(row) | _repeating(row))


@in_workspace()
def status(request: MemberRequest, bulk: UUID) -> HttpResponse:
    """Answer with whatever on the page depends on the bulk's state."""
    return render(request, "bulk/_standing.html", _context(_find(request, bulk)))


@in_workspace()
def events(request: MemberRequest, bulk: UUID) -> HttpResponseBase:
    """Stream where the bulk stands."""
    return stream_response(request, _find(request, bulk))


@in_workspace()
def rows(request: MemberRequest, bulk: UUID) -> HttpResponse:
    """Answer with some rows by their place among those that fit the filter."""
    row = _find(request, bulk)
    asked = request.GET
    state = asked.get("state", "")
    state = state if state in (*Row.State.values, "trial") else ""
    first = whole(asked.get("from", ""), most=10**6)
    count = whole(asked.get("count", ""), most=MOST_ROWS) or FIRST_ROWS
    column = title_column(row.columns)
    found, total = lines_of(row, first=first, count=count, state=state, search=asked.get("q", "")[:100])
    shown = [row_as_json(one, column) for one in found]
    return JsonResponse({"total": total, "from": first, "rows": shown})


@in_workspace()
def detail(request: MemberRequest, bulk: UUID, row: int) -> HttpResponse:
    """Show a row: what came in, what it was filled with, what was made and what the brand's rules say."""
    parent = _find(request, bulk)
    found = with_pieces(Row.objects.filter(bulk=parent)).filter(pk=row).first()
    if found is None:
        raise Http404(_("There is no such row."))
    pieces = list(pieces_of(found))
    verdicts = verdicts_of(pieces)
    spec = registry.specs().get(found.version.generator)
    context = {
        "bulk": parent,
        "row": found,
        "title": title_of(found, title_column(parent.columns)),
        "cells": {
            name: cell.text if isinstance(cell, Number) else cell
            for name, cell in as_written(found.cells, parent.columns).items()
        },
        "pieces": [(piece, piece_of(piece, spec), verdicts.get(piece.pk)) for piece in pieces],
        "params": _filled(found, parent),
    }
    return render(request, "bulk/_row.html", context)


@require_POST
@in_workspace()
def act(request: MemberRequest, bulk: UUID) -> HttpResponse:
    """Start, pause, go on, cancel, or try failed rows again."""
    row = _find(request, bulk)
    do = request.POST.get("do", "")
    try:
        if do == "start":
            services.start(bulk=row, actor=request.user)
        elif do == "trial":
            services.begin_trial(bulk=row, actor=request.user)
        elif do == "pause":
            services.pause(bulk=row, actor=request.user)
            messages.success(request, _("Paused. Rows that are being made are finished; the others wait."))
        elif do == "cancel":
            services.cancel(bulk=row, actor=request.user)
            messages.success(request, _("Cancelled. What is done stays."))
        elif do == "rename":
            services.rename(bulk=row, actor=request.user, name=request.POST.get("name", ""))
        elif do == "retry":
            keys = [whole(key, most=2**63 - 1) for key in request.POST.getlist("row")]
            count = services.retry(bulk=row, actor=request.user, rows=keys or None)
            said = ngettext("%(n)d row is tried again.", "%(n)d rows are tried again.", count) % {"n": count}
            messages.success(request, said)
    except StudioError as error:
        if request.headers.get("Accept") == "application/json":
            return JsonResponse(error.body(), status=error.status)
        messages.error(request, error.message)
    if request.headers.get("Accept") == "application/json":
        list(messages.get_messages(request))  # told by the page itself
        return JsonResponse(standing(row))
    return redirect("dashboard:bulk_page", request.workspace.slug, row.pk)


@in_workspace()
def results(request: MemberRequest, bulk: UUID, form: str) -> HttpResponseBase:
    """Send the results as CSV, as a workbook or as a ZIP with every piece."""
    if form not in ("csv", "xlsx", "zip"):
        raise Http404(_("Results come as csv, xlsx or zip."))
    return send_results(request, _find(request, bulk), form)  # type: ignore[arg-type]


def _context(bulk: Bulk) -> dict[str, Any]:
    totals = totals_of(bulk)
    column = title_column(bulk.columns)
    versions = versions_of(bulk)
    newest = newest_numbers(versions)
    first = [row_as_json(one, column) for one in lines_of(bulk, first=0, count=FIRST_ROWS)[0]]
    trial = list(with_pieces(rows_of(bulk, state="trial"))[:60]) if bulk.state == Bulk.State.TRIAL else []
    return {
        "bulk": bulk,
        "totals": totals,
        "versions": versions,
        "outdated": any(newest[one.template_id] != one.number for one in versions),
        "first": {"total": totals.total, "from": 0, "rows": first},
        "parts": {str(number): one.template.name for number, one in enumerate(versions)},
        "states": [(state, label, totals.states[state]) for state, label in Row.State.choices],
        "words": {str(state): str(label) for state, label in Row.State.choices},
        "trial": [(one, title_of(one, column), _written(one)) for one in trial],
        "trial_is_over": bool(trial) and all(one.state not in ("working", "ready") for one in trial),
        "rest": totals.states["ready"],
    }


def _repeating(bulk: Bulk) -> dict[str, Any]:
    """Return by what schedule it runs again, or what schedule it is a run of."""
    schedule = Schedule.objects.filter(bulk=bulk).select_related("source", "owner").first()
    return {
        "schedule": schedule,
        "runs": schedule.next_runs(3) if schedule else [],
        "scheduled_runs": list(schedule.runs.order_by("-created_at")[:5]) if schedule else [],
        "most_failures": MOST_FAILURES,
    }


def _written(row: Row) -> list[tuple[Any, Any]]:
    spec = registry.specs().get(row.version.generator)
    return [(piece, piece_of(piece, spec)) for piece in pieces_of(row)]


def _filled(row: Row, bulk: Bulk) -> dict[str, Any]:
    """Return the params of the row's job, or as they would be."""
    if row.job:
        return {name: row.job.params.get(name) for name in row.version.params if row.job.params.get(name)}
    try:
        return Filler.of(row.version, bulk).params(row.cells)
    except (Misfit, StudioError):
        return {}


def _find(request: MemberRequest, key: UUID) -> Bulk:
    return find(bulks_of(request.workspace), request.workspace, key)
