"""Review: what waits, one piece with all that is said of it, the review mode, and pieces side by side."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from brandkiln.core.models import User
from brandkiln.dashboard import review_queue
from brandkiln.dashboard.compared_pieces import MOST, compared
from brandkiln.dashboard.lookup import find, keys_of, whole
from brandkiln.dashboard.reviewed_piece import reviewed
from brandkiln.library.models import Asset
from brandkiln.projects.models import Project
from brandkiln.review.models import Review
from brandkiln.review.queries import in_review, state_of, waiting_for
from brandkiln.review.ranking import evidence_of, rankers_of, ready
from brandkiln.review.reasons import REASONS
from brandkiln.review.rules import makers_of, reviewers_of, rules_for
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role

PAGE = 30
AHEAD = 200
"""Pieces that the review mode goes through before it asks for more."""


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """Show the pieces that wait for review."""
    workspace, rankers = request.workspace, rankers_of(request.workspace)
    asked = review_queue.wanted(request.GET, by="likely" if ready(rankers) else "due")
    rows = review_queue.queue(request, asked)
    shown, further = review_queue.page(rows, asked.by, request.GET.get("cursor", ""), PAGE)
    context = {
        "rows": _lines(shown),
        "next": further,
        "asked": asked,
        "is_filtered": bool(asked.project or asked.kind),
        "counts": _counts(request),
        "projects": Project.objects.filter(workspace=workspace).order_by("name"),
        "rankers": rankers,
        "is_ranked": ready(rankers),
        "reasons": REASONS,
        "reviewers": reviewers_of(workspace),
        "days": rules_for(workspace, None).days,
    }
    template = "review/_rows.html" if request.headers.get("HX-Request") else "review/index.html"
    return render(request, template, context)


@in_workspace(Role.REVIEWER)
def mode(request: MemberRequest) -> HttpResponse:
    """Show the pieces of a queue one after the other, to be decided about by keys or by thumb."""
    asked = review_queue.wanted(request.GET, by="likely" if ready(rankers_of(request.workspace)) else "due")
    keys = [str(key) for key in review_queue.queue(request, asked).values_list("pk", flat=True)[:AHEAD]]
    first = _pieces().filter(workspace=request.workspace, pk=keys[0]).first() if keys else None
    context = {
        "keys": keys,
        "asked": asked,
        "reasons": REASONS,
        "people": _people(request),
        **(_card(request, first) if first else {}),
    }
    return render(request, "review/mode.html", context)


@in_workspace()
def card(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Answer with one piece as the review mode shows it."""
    return render(request, "review/_card.html", _card(request, find(_pieces(), request.workspace, asset)))


@in_workspace()
def piece(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Show a piece with its threads, what was decided of it, and who may be asked."""
    row = find(_pieces(), request.workspace, asset)
    context = _card(request, row)
    makers, rules = makers_of(row), context["piece"].rules
    review: Review | None = context["piece"].place.review
    context |= {
        "reasons": REASONS,
        "people": _people(request),
        "reviewers": [
            one for one in reviewers_of(request.workspace) if not rules.four_eyes or one.pk not in makers
        ],
        "assigned": [one.person for one in review.assignments.select_related("person")] if review else [],
        "siblings": _siblings(row),
    }
    return render(request, "review/piece.html", context)


@in_workspace()
def compare(request: MemberRequest) -> HttpResponse:
    """Show two to four pieces side by side."""
    keys = keys_of(request.GET.getlist("asset")[:MOST])
    rows = {row.pk: row for row in _pieces().filter(workspace=request.workspace, pk__in=keys)}
    chosen = [rows[key] for key in keys if key in rows]
    if len(chosen) < 2:
        messages.info(request, _("Choose two to four pieces to compare."))
        return redirect("dashboard:asset_list", request.workspace.slug)
    number = whole(request.GET.get("against", ""))
    number = number if number < len(chosen) else 0
    return render(request, "review/compare.html", {"compared": compared(chosen, number), "against": number})


def _pieces() -> Any:
    return Asset.objects.select_related(
        "artifact", "workspace", "project", "job__requested_by", "job__checkpoint", "hold"
    )


def _card(request: MemberRequest, asset: Asset) -> dict[str, Any]:
    return {
        "asset": asset,
        "piece": reviewed(asset, request.membership),
        "evidence": evidence_of(asset),
        "reads_held": Role(request.membership.role).rank >= Role.ADMIN.rank,
    }


def _lines(assets: Sequence[Asset]) -> list[tuple[Asset, Any, int, list[User]]]:
    """Return each piece with where it stands, its open threads and who is asked."""
    places = state_of(assets)
    keys = [asset.pk for asset in assets]
    threads = dict(
        Asset.objects.filter(pk__in=keys)
        .annotate(n=Count("comments", filter=Q(comments__parent=None, comments__resolved_at=None)))
        .values_list("pk", "n")
    )
    people: dict[UUID, list[User]] = {}
    for review in Review.objects.filter(asset__in=keys).prefetch_related("assignments__person"):
        people[review.asset_id] = [one.person for one in review.assignments.all()]
    return [(a, places[a.pk], threads.get(a.pk, 0), people.get(a.pk, [])) for a in assets]


def _counts(request: MemberRequest) -> dict[str, int]:
    everything = in_review(request.workspace)
    return {
        "me": waiting_for(request.user, request.workspace).count(),
        "asked": everything.filter(asked_by=request.user).count(),
        "all": everything.count(),
    }


def _people(request: MemberRequest) -> list[dict[str, str]]:
    """Return the members, to be named in comments."""
    members = User.objects.filter(memberships__workspace=request.workspace, is_active=True)
    return [{"name": str(one), "address": one.email} for one in members.order_by("first_name", "email")[:500]]


def _siblings(asset: Asset) -> Sequence[Asset]:
    """Return the other pieces of the same job, which are compared most often."""
    if asset.job_id is None:
        return []
    same = Asset.objects.filter(job=asset.job_id, trashed_at=None, media_type=asset.media_type)
    return list(same.exclude(pk=asset.pk).order_by("position")[: MOST - 1])
