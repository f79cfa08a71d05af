"""Export packs: choosing what goes out, seeing what stands against it, downloading what was made."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandkiln.core.downloads import send_file
from brandkiln.core.errors import StudioError
from brandkiln.dashboard.forms import refuse
from brandkiln.dashboard.lookup import find, page_of
from brandkiln.dashboard.planning_forms import PackForm
from brandkiln.dashboard.views.campaigns import campaign_asked, picked
from brandkiln.planning import packs
from brandkiln.planning.channels import title_of
from brandkiln.planning.models import Pack, PackFile
from brandkiln.planning.pack_plans import Plan
from brandkiln.workspaces.access import MemberRequest, in_workspace


@in_workspace()
def index(request: MemberRequest) -> HttpResponse:
    """List the packs, the newest first."""
    rows = Pack.objects.filter(workspace=request.workspace).select_related("campaign", "job", "requested_by")
    return render(request, "planning/packs.html", {"page": page_of(request, rows.prefetch_related("files"))})


@in_workspace()
def new(request: MemberRequest) -> HttpResponse:
    """Ask for pieces and channels, show what the pack would hold, and have it made."""
    campaign = campaign_asked(request)
    assets = picked(request) if request.method == "POST" else []
    chosen = campaign.channels if campaign else []
    begun = "fit" in request.POST
    form = PackForm(request.POST if begun else None, initial={"channels": chosen})
    plan, refused = None, ""
    if begun and form.is_valid():
        wanted: dict[str, Any] = {**form.cleaned_data, "campaign": campaign, "assets": assets}
        try:
            if {"make", "ready"} & set(request.POST):
                reason = "" if "ready" in request.POST else request.POST.get("reason", "")
                pack = packs.request_pack(
                    workspace=request.workspace, actor=request.user, override_reason=reason,
                    only_ready="ready" in request.POST, **wanted,
                )  # fmt: skip
                return redirect("dashboard:pack_page", request.workspace.slug, pack.pk)
            plan = _plan(request, wanted)
        except StudioError as refusal:
            refused = refusal.message
            if isinstance(refusal, packs.NotReady):
                plan = _plan(request, wanted)
            else:
                refuse(form, refusal)
    context = {
        "form": form,
        "campaign": campaign,
        "assets": assets,
        "plan": plan,
        "refused": refused,
        "by_channel": _by_channel(plan) if plan else [],
        "tab": "packs",
    }
    return render(request, "planning/pack_new.html", context, status=422 if refused else 200)


@in_workspace()
def page(request: MemberRequest, pack: UUID) -> HttpResponse:
    """Show a pack with its files, or how far they are."""
    row = _find(request, pack)
    files = [(title_of(one.channel), one) for one in row.files.select_related("artifact")]
    context = {"pack": row, "files": files, "job": row.job, "campaign": row.campaign}
    return render(request, "planning/pack.html", context)


@in_workspace()
def download(request: MemberRequest, pack: UUID, channel: str) -> HttpResponseBase:
    """Send the ZIP of one channel."""
    rows = PackFile.objects.filter(pack=_find(request, pack)).select_related(
        "artifact", "pack__campaign", "workspace"
    )
    row = find(rows, request.workspace, _key(rows, channel))
    stem = row.pack.campaign.slug if row.pack.campaign else request.workspace.slug
    return send_file(
        request, packs.open_file(row), size=row.artifact.size, media_type="application/zip",
        filename=f"{stem}_{channel}.zip",
    )  # fmt: skip


@require_POST
@in_workspace()
def delete(request: MemberRequest, pack: UUID) -> HttpResponse:
    """Delete a pack with its files."""
    packs.delete_pack(pack=_find(request, pack), actor=request.user)
    messages.success(request, _("The pack is deleted. Its pieces stay in the library."))
    return redirect("dashboard:pack_list", request.workspace.slug)


def _find(request: MemberRequest, key: UUID) -> Pack:
    rows = Pack.objects.select_related("campaign", "job", "requested_by", "workspace")
    return find(rows, request.workspace, key)


def _key(rows: Any, channel: str) -> UUID:
    key: UUID | None = rows.filter(channel=channel).values_list("pk", flat=True).first()
    if key is None:
        raise Http404(_("There is nothing at this address in the workspace."))
    return key


def _plan(request: MemberRequest, wanted: dict[str, Any]) -> Plan:
    return packs.checked_plan(workspace=request.workspace, **wanted)[0]


def _by_channel(plan: Plan) -> list[tuple[str, list[Any]]]:
    names = dict.fromkeys(placing.channel for placing in plan.placings)
    return [(title_of(name), [one for one in plan.placings if one.channel == name]) for name in names]
