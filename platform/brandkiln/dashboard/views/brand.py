"""What people do about a piece that does not fit its brand: mend it, overrule a rule, change the wording, go back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.brand import services
from brandkiln.core.errors import StudioError
from brandkiln.dashboard.lookup import find, whole
from brandkiln.library.models import Asset
from brandkiln.library.revisions import restore, revise, texts_of
from brandkiln.workspaces.access import MemberRequest, in_workspace


@require_POST
@in_workspace()
def mend(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Give the text the wording that keeps a rule, or all rules."""
    row = _find(request, asset)
    try:
        services.mend(asset=row, rule=request.POST.get("rule", ""), seen=_seen(request), actor=request.user)
    except StudioError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The text is mended. The wording of before is kept below."))
    return _back(request, row)


@require_POST
@in_workspace()
def overrule(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Let a rule pass for this piece, with the reason; or let it hold again."""
    row, rule = _find(request, asset), request.POST.get("rule", "")
    if "undo" in request.POST:
        services.hold_again(asset=row, rule=rule, actor=request.user)
        return _back(request, row)
    try:
        services.overrule(asset=row, rule=rule, reason=request.POST.get("reason", ""), actor=request.user)
    except StudioError as refusal:
        messages.error(request, refusal.message)
    return _back(request, row)


@require_POST
@in_workspace()
def edit(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Keep the wording that a person wrote."""
    row = _find(request, asset)
    sent = [request.POST.get(f"part-{number}", "") for number in range(len(texts_of(row)))]
    try:
        revise(asset=row, texts=sent, seen=_seen(request), actor=request.user, note=_("Edited by hand"))
    except StudioError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The new wording is kept."))
    return _back(request, row)


@require_POST
@in_workspace()
def go_back(request: MemberRequest, asset: UUID) -> HttpResponse:
    """Give the text an earlier wording back."""
    row = _find(request, asset)
    try:
        number = whole(request.POST.get("number", ""), -1)
        restore(asset=row, number=number, seen=_seen(request), actor=request.user)
    except StudioError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The earlier wording is back."))
    return _back(request, row)


def _find(request: MemberRequest, asset: UUID) -> Asset:
    return find(Asset.objects.select_related("artifact", "project", "hold"), request.workspace, asset)


def _seen(request: HttpRequest) -> int:
    """Return the number of the wording that the person had before them."""
    return whole(request.POST.get("seen", ""), -1)


def _back(request: MemberRequest, asset: Asset) -> HttpResponse:
    return redirect("dashboard:asset_page", request.workspace.slug, asset.pk)
