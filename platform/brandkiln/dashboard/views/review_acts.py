"""What people do about pieces in review: ask, decide, take back; for one piece or for many."""

from collections.abc import Callable
from datetime import datetime, time
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError, Unprocessable
from brandkiln.dashboard.lookup import find, whole
from brandkiln.dashboard.reviewed_piece import reviewed, told
from brandkiln.dashboard.reworking import submit_locked
from brandkiln.dashboard.views.library_changes import back_of, picked
from brandkiln.dashboard.written_piece import piece_of
from brandkiln.library.models import Asset
from brandkiln.review import checking, services
from brandkiln.review import many as in_bulk
from brandkiln.review.models import State
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role
from generators import registry

WAYS = {"approve": "approved", "reject": "rejected", "changes": "changes"}
SHOWN_BY = {"compare": ("dashboard:review_compare", 4), "mode": ("dashboard:review_mode", 100)}
"""Pages that show picked pieces, and how many of them."""


@require_POST
@in_workspace()
def ask(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Ask people to review a piece."""

    def act(row: Asset) -> str:
        services.ask(
            asset=row,
            actor=request.user,
            people=checking.people_named(request.workspace.pk, request.POST.getlist("people")),
            due_at=_due(request),
            note=request.POST.get("note", ""),
        )
        return _("The piece is in review.")

    return _done(request, asset, act)


@require_POST
@in_workspace()
def withdraw(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Take the request for a review back."""

    def act(row: Asset) -> str:
        services.withdraw(asset=row, actor=request.user)
        return _("Nobody is asked any more. The piece is a draft.")

    return _done(request, asset, act)


@require_POST
@in_workspace(Role.REVIEWER)
def decide(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Approve, reject or send back the version that the person had before them."""

    def act(row: Asset) -> str:
        services.decide(
            asset=row,
            decision=request.POST.get("decision", ""),
            actor=request.user,
            seen=request.POST.get("seen", ""),
            reasons=request.POST.getlist("reasons"),
            note=request.POST.get("note", ""),
        )
        return _said(request, row)

    return _done(
        request, asset, act, undo=reverse("dashboard:review_undo", args=[request.workspace.slug, asset])
    )


@require_POST
@in_workspace(Role.REVIEWER)
def undo(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Take back one's own last decision."""

    def act(row: Asset) -> str:
        services.undo(asset=row, actor=request.user)
        return _("The decision is taken back.")

    return _done(request, asset, act)


@require_POST
@in_workspace()
def lock(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Have a text written anew around the parts that are kept."""
    row = _find(request, asset)
    spec = registry.specs().get(row.generator)
    piece = piece_of(row, spec)
    if spec is None or piece is None:
        raise Unprocessable(_("Only a text that was written here in parts can be written anew in part."))
    kept = {whole(number, -1) for number in request.POST.getlist("keep")}
    try:
        job = submit_locked(asset=row, piece=piece, spec=spec, kept=kept, actor=request.user)
    except StudioError as refusal:
        messages.error(request, refusal.message)
        return redirect("dashboard:asset_page", *_args(request, row))
    return redirect("dashboard:job_page", request.workspace.slug, job.pk)


@require_POST
@in_workspace()
def many(request: MemberRequest) -> HttpResponse:
    """Ask about, approve, reject or undo the picked pieces; compare them, or go through them one by one."""
    way = request.POST.get("do", "")
    rows = picked(request).filter(trashed_at=None)
    if way in SHOWN_BY:
        keys = [("asset", str(key)) for key in rows.values_list("pk", flat=True)[: SHOWN_BY[way][1]]]
        return redirect(f"{reverse(SHOWN_BY[way][0], args=[request.workspace.slug])}?{urlencode(keys)}")
    try:
        chosen = rows.select_related("artifact", "workspace", "project", "job", "hold")[: in_bulk.MOST + 1]
        outcome = _acted(request, list(chosen), way)
    except StudioError as refusal:
        messages.error(request, refusal.message)
        return redirect(back_of(request))
    count = len(outcome.done)
    if count:
        said = ngettext("%(n)d piece: %(what)s.", "%(n)d pieces: %(what)s.", count)
        messages.success(request, said % {"n": count, "what": _what(way)})
    for reason in dict.fromkeys(reason for _asset, reason in outcome.refused):
        refused = [asset for asset, why in outcome.refused if why == reason]
        title = str(refused[0]) if len(refused) == 1 else _("%(n)d pieces") % {"n": len(refused)}
        messages.error(request, f"{title}: {reason}")
    return redirect(back_of(request))


def _acted(request: MemberRequest, rows: list[Asset], way: str) -> in_bulk.Outcome:
    if not rows:
        raise Unprocessable(_("Pick at least one piece."))
    if way == "ask":
        people = checking.people_named(request.workspace.pk, request.POST.getlist("people"))
        note = request.POST.get("note", "")
        return in_bulk.ask_many(
            assets=rows, actor=request.user, people=people, due_at=_due(request), note=note
        )
    if way == "undo":
        return in_bulk.undo_many(assets=rows, actor=request.user)
    if way not in WAYS:
        raise Unprocessable(_("Choose what to do with the picked pieces."))
    return in_bulk.decide_many(
        assets=rows,
        decision=WAYS[way],
        actor=request.user,
        reasons=request.POST.getlist("reasons"),
        note=request.POST.get("why", ""),
    )


def _what(way: str) -> str:
    names = {
        "ask": State.IN_REVIEW,
        "approve": State.APPROVED,
        "reject": State.REJECTED,
        "changes": State.CHANGES,
    }
    return str(names[way].label).lower() if way in names else _("taken back")


def _done(
    request: MemberRequest, asset: UUID, act: Callable[[Asset], str], *, undo: str = ""
) -> HttpResponse:
    """Do it and say so, or why not: to a program as JSON, to a person on the piece's page.

    Args:
        act: Does it and returns what is said then.
        undo: The address that takes it back.
    """
    row = _find(request, asset)
    try:
        said = act(row)
    except StudioError as refusal:
        if _wants_json(request):
            return JsonResponse(refusal.body(), status=refusal.status)
        messages.error(request, refusal.message)
        return _back(request, row)
    if _wants_json(request):
        return JsonResponse({"message": said})
    messages.success(request, said, extra_tags=f"undo:{undo}" if undo else "")
    return _back(request, row)


def _find(request: MemberRequest, asset: UUID) -> Asset:
    rows = Asset.objects.select_related("artifact", "workspace", "project", "job__checkpoint", "hold")
    return find(rows, request.workspace, asset)


def _said(request: MemberRequest, asset: Asset) -> str:
    return told(reviewed(_find(request, asset.pk), request.membership))


def _due(request: HttpRequest) -> datetime | None:
    """Return the end of the day that was chosen; None where none was."""
    try:
        day = parse_date(request.POST.get("due", ""))
    except ValueError:
        day = None
    return timezone.make_aware(datetime.combine(day, time(23, 59))) if day else None


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _args(request: MemberRequest, asset: Asset) -> list[object]:
    return [request.workspace.slug, asset.pk]


def _back(request: MemberRequest, asset: Asset) -> HttpResponse:
    return redirect("dashboard:review_piece", *_args(request, asset))
