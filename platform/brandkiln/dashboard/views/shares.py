"""Links for people outside: making them, seeing what was done there, withdrawing them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.errors import StudioError
from brandkiln.dashboard.forms import refuse
from brandkiln.dashboard.lookup import find, page_of
from brandkiln.dashboard.planning_forms import ShareForm
from brandkiln.dashboard.views.campaigns import campaign_asked, picked
from brandkiln.planning.addresses import revoke_address
from brandkiln.planning.models import Share
from brandkiln.planning.shares import create_share
from brandkiln.workspaces.access import MemberRequest, in_workspace
from brandkiln.workspaces.models import Role


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the links that are not withdrawn."""
    rows = Share.objects.filter(workspace=request.workspace, revoked_at=None)
    rows = rows.select_related("campaign", "created_by")
    return render(request, "planning/shares.html", {"page": page_of(request, rows), "now": timezone.now()})


@in_workspace()
def new(request: MemberRequest) -> HttpResponse:
    """Ask for whom a link is and what they may, and make it; its address is shown this once."""
    assets = picked(request) if request.method == "POST" else []
    # Where the library was filtered by a campaign, what was picked is shared and not all of that.
    campaign = None if assets else campaign_asked(request)
    begun = "recipient" in request.POST
    form = ShareForm(request.POST if begun else None)
    if Role(request.membership.role).rank < Role.PUBLISHER.rank:
        del form.fields["counts"]
    if begun and form.is_valid():
        try:
            share, secret = create_share(
                workspace=request.workspace,
                actor=request.user,
                campaign=campaign,
                assets=assets,
                **form.cleaned_data,
            )
        except StudioError as refusal:
            refuse(form, refusal)
        else:
            address = request.build_absolute_uri(reverse("dashboard:shared_pieces", args=[secret]))
            return render(request, "planning/share_made.html", {"share": share, "address": address})
    context: dict[str, Any] = {"form": form, "campaign": campaign, "assets": assets, "tab": "share"}
    if campaign:
        context["links"] = campaign.shares.filter(revoked_at=None).select_related("created_by")
    return render(request, "planning/share_new.html", context, status=422 if begun else 200)


@in_workspace()
def page(request: MemberRequest, share: UUID) -> HttpResponse:
    """Show what was done at a link."""
    rows = Share.objects.select_related("campaign", "created_by", "workspace")
    row = find(rows, request.workspace, share)
    log = row.log.select_related("asset", "comment")
    return render(request, "planning/share.html", {"share": row, "page": page_of(request, log, 50)})


@require_POST
@in_workspace()
def revoke(request: MemberRequest, share: UUID) -> HttpResponse:
    """Make a link useless."""
    row = find(Share.objects.select_related("workspace"), request.workspace, share)
    revoke_address(row, actor=request.user)
    messages.success(request, _("The link is withdrawn."))
    return redirect("dashboard:share_list", request.workspace.slug)
