"""Comments on pieces."""

import json
from math import isfinite
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.dashboard.lookup import find
from brandkiln.dashboard.reviewed_piece import reviewed
from brandkiln.library.models import Asset
from brandkiln.review import comments
from brandkiln.review.models import Comment
from brandkiln.workspaces.access import MemberRequest, in_workspace


@require_POST
@in_workspace()
def add(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Keep a comment, or an answer to one."""
    row, sent = _find(request, asset), request.POST
    parent = _comment(request, row, sent["parent"]) if sent.get("parent") else None
    try:
        made = comments.add_comment(
            asset=row,
            author=request.user,
            text=sent.get("text", ""),
            place=_place(row, sent.get("place", ""), sent.get("seen", "")),
            parent=parent,
            is_private="private" in sent,
        )
    except StudioError as refusal:
        return _answer(request, row, refusal=refusal)
    return _answer(request, row, made.parent or made)


@require_POST
@in_workspace()
def change(request: MemberRequest, asset: UUID, asset_comment: UUID) -> HttpResponse:
    """Change a comment's wording, take it back, resolve its thread or reopen it."""
    row = _find(request, asset)
    comment, what = _comment(request, row, str(asset_comment)), request.POST.get("do", "resolve")
    try:
        if what == "edit":
            comments.edit_comment(comment=comment, actor=request.user, text=request.POST.get("text", ""))
        elif what == "delete":
            comments.delete_comment(comment=comment, actor=request.user)
        elif what == "reopen":
            comments.reopen_comment(comment=comment)
        else:
            comments.resolve_comment(comment=comment, actor=request.user)
    except StudioError as refusal:
        return _answer(request, row, refusal=refusal)
    return _answer(request, row, comment)


def _answer(
    request: MemberRequest, asset: Asset, comment: Comment | None = None, refusal: StudioError | None = None
) -> HttpResponse:
    """Answer a script with the threads anew, and everybody else with the page."""
    if request.headers.get("X-Part") == "piece":
        piece = reviewed(_find(request, asset.pk), request.membership)
        context = {"piece": piece, "asset": asset, "refusal": refusal.message if refusal else ""}
        return render(request, "review/_card.html", context, status=refusal.status if refusal else 200)
    if refusal:
        messages.error(request, refusal.message)
    address = reverse("dashboard:review_piece", args=[request.workspace.slug, asset.pk])
    return redirect(f"{address}#comment-{comment.pk}" if comment else address)


def _find(request: MemberRequest, asset: UUID) -> Asset:
    rows = Asset.objects.select_related("artifact", "workspace", "project", "job__requested_by", "hold")
    return find(rows, request.workspace, asset)


def _comment(request: MemberRequest, asset: Asset, key: str) -> Comment:
    """Return a comment that the member may read."""
    try:
        found = comments.comments_for(asset, request.membership).filter(pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404(_("There is nothing at this address in the workspace."))
    return found


def _place(asset: Asset, text: str, seen: str) -> dict[str, Any]:
    """Return the place that a script marked in the version that the person had before them."""
    if not text:
        return {}
    if seen and seen != asset.artifact.sha256:
        raise Unprocessable(_("It was changed meanwhile: this is the new version. Mark the place again."))
    try:
        place = json.loads(text[:10_000])
        kind = place["kind"]
        names = ("start", "end") if kind == "passage" else ("left", "top", "width", "height")
        numbers = {name: float(place[name]) for name in names}
        if not all(map(isfinite, numbers.values())):
            raise ValueError("a place is a number")
        return {"kind": kind, "quote": str(place.get("quote", "")), **numbers}
    except (ValueError, KeyError, TypeError) as error:
        raise Unprocessable(_("What was marked cannot be read. Mark it again.")) from error
