"""Asking for export packs, and what becomes of them with time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import IO, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from brandkiln.artifacts import store
from brandkiln.artifacts.arrivals import settle
from brandkiln.artifacts.models import Artifact
from brandkiln.artifacts.removal import release
from brandkiln.core.errors import Conflict, NotAllowed, Unprocessable
from brandkiln.core.models import User
from brandkiln.jobs.models import Job
from brandkiln.jobs.services import submit_job
from brandkiln.library.models import Asset
from brandkiln.notifications.services import announce
from brandkiln.planning.channels import check_channels
from brandkiln.planning.models import Campaign, Pack, PackFile
from brandkiln.planning.pack_pictures import Fit
from brandkiln.planning.pack_plans import Plan, plan_pack
from brandkiln.workspaces.models import Membership, Role, Workspace
from brandkiln.workspaces.services import record_audit
from brandkiln.workspaces.switches import require_feature

FITS = ("crop", "pad")
MOST_PIECES = 500
BATCH = 50


class NotReady(Unprocessable):
    """Something stands against a pack."""

    code = "pack_not_ready"


def pieces_of(
    *, workspace: Workspace, campaign: Campaign | None, assets: Sequence[Asset] = ()
) -> list[Asset]:
    """Return the pieces that a pack is made of: the given ones, or all of a campaign."""
    rows: QuerySet[Asset] = Asset.objects.filter(workspace=workspace, trashed_at=None)
    if assets:
        rows = rows.filter(pk__in=[asset.pk for asset in assets])
    else:
        rows = rows.filter(campaign_pieces__campaign=campaign)
    rows = rows.select_related("artifact", "hold", "project", "job")
    return list(rows.order_by("created_at", "position", "pk")[: MOST_PIECES + 1])


def checked_plan(
    *,
    workspace: Workspace,
    campaign: Campaign | None,
    assets: Sequence[Asset],
    channels: Sequence[str],
    fit: str,
) -> tuple[Plan, list[Asset]]:
    """Return what a pack would hold, with what stands against it, and its pieces.

    Raises:
        Unprocessable: If nothing or too much is chosen, or a channel is unknown.
    """
    chosen = check_channels(channels)
    if not chosen:
        message = _("Choose at least one channel.")
        raise Unprocessable(message, fields={"channels": message})
    if fit not in FITS:
        message = _("Pictures are cut (crop) or get a border (pad).")
        raise Unprocessable(message, fields={"fit": message})
    pieces = pieces_of(workspace=workspace, campaign=campaign, assets=assets)
    if not pieces or len(pieces) > MOST_PIECES:
        message = _("A pack holds 1 to %(most)d pieces; choose some.") % {"most": MOST_PIECES}
        raise Unprocessable(message, fields={"assets": message})
    stem = campaign.slug if campaign else slugify(workspace.slug)
    return plan_pack(pieces, chosen, fit=cast(Fit, fit), campaign=campaign, stem=stem), pieces


@transaction.atomic
def request_pack(
    *,
    workspace: Workspace,
    actor: User,
    channels: Sequence[str],
    campaign: Campaign | None = None,
    assets: Sequence[Asset] = (),
    name: str = "",
    fit: str = "crop",
    override_reason: str = "",
    only_ready: bool = False,
) -> Pack:
    """Submit the job that makes a ZIP for each channel.

    Args:
        assets: The pieces; none stands for all of the campaign's.
        override_reason: Why an admin lets pieces out that nobody approved; it is kept.
        only_ready: Whether files against which something stands are left out.

    Raises:
        NotReady: If something stands against it; `fields` names the files.
        NotAllowed: If somebody who is no admin gives a reason to go on.
        Unprocessable: If nothing or too much is chosen.
    """
    plan, pieces = checked_plan(
        workspace=workspace, campaign=campaign, assets=assets, channels=channels, fit=fit
    )
    if not plan.placings:
        message = _("None of these channels takes any of these pieces. Choose other channels.")
        raise NotReady(message, fields={"channels": message})
    reason = " ".join(override_reason.split())[:400]
    if reason and not _is_admin(workspace, actor):
        raise NotAllowed(
            _("Only an admin lets pieces out that nobody approved. Ask one, or have them reviewed.")
        )
    stopping = plan.stopping
    if only_ready and (ready := tuple(placing for placing in plan.placings if not placing.stops)):
        plan, stopping = replace(plan, placings=ready), []
    if stopping:
        if not (reason and plan.only_unapproved):
            raise _not_ready(plan)
        record_audit(
            workspace=workspace, actor=actor, action="pack.unapproved", subject=campaign or workspace,
            data={"reason": reason, "assets": sorted({str(placing.asset.pk) for placing in stopping})},
        )  # fmt: skip
    used: dict[UUID, list[str]] = {}
    for placing in plan.placings:
        used.setdefault(placing.asset.pk, []).append(placing.channel)
    pack = Pack.objects.create(
        workspace=workspace,
        project=campaign.project if campaign else pieces[0].project,
        campaign=campaign,
        name=" ".join(name.split())[:120] or (campaign.name if campaign else _("Export pack")),
        channels=check_channels(channels),
        pieces=[
            {"asset": str(piece.pk), "sha256": piece.artifact.sha256, "channels": used[piece.pk]}
            for piece in pieces
            if piece.pk in used
        ],
        fit=fit,
        override_reason=reason if stopping else "",
        requested_by=actor,
        expires_at=timezone.now() + timedelta(days=settings.PACK_DAYS),
    )
    pack.job = submit_job(
        workspace=workspace, project=pack.project, requested_by=actor, kind=Job.Kind.PACK,
        params={"pack": str(pack.pk)},
    )  # fmt: skip
    pack.save(update_fields=["job"])
    record_audit(
        workspace=workspace, actor=actor, action="pack.requested", subject=pack,
        data={"channels": pack.channels, "pieces": len(pack.pieces)},
    )  # fmt: skip
    return pack


def keep_files(
    pack: Pack, files: dict[str, tuple[Artifact, int]], job: Job, arrivals: Sequence[UUID] = ()
) -> None:
    """Keep the ZIPs of a pack, each with how many files it holds; call it in the transaction that ends its job."""
    Pack.objects.filter(pk=pack.pk).update(job=job)  # where it was tried again, it is another one
    settle(arrivals)
    for channel, (artifact, entries) in files.items():
        PackFile.objects.update_or_create(
            pack=pack, channel=channel,
            defaults={"workspace_id": pack.workspace_id, "artifact": artifact, "entries": entries},
        )  # fmt: skip
    announce(
        workspace=pack.workspace,
        kind="export.ready",
        subject=pack,
        data={"export": str(pack.pk), "files": sum(entries for _artifact, entries in files.values())},
        path=f"/w/{pack.workspace.slug}/packs/{pack.pk}/",
        people=[pack.requested_by],
    )


def open_file(file: PackFile) -> IO[bytes]:
    """Return the ZIP of one channel, open.

    Raises:
        SwitchedOff: If an admin has switched exports off since it was made.
    """
    require_feature(file.workspace, "exports")
    return store.open_artifact(file.artifact)


@transaction.atomic
def delete_pack(*, pack: Pack, actor: User | None) -> None:
    """Delete a pack with its files.

    Raises:
        Conflict: If it is being made.
    """
    if pack.job and not pack.job.is_final:
        raise Conflict(_("It is being made. Cancel its job first."))
    release(pack.files.values_list("artifact_id", flat=True))
    record_audit(workspace=pack.workspace, actor=actor, action="pack.deleted", subject=pack)
    pack.delete()


def drop_old_packs() -> int:
    """Delete the packs whose time is over; return how many."""
    old = Pack.objects.filter(expires_at__lt=timezone.now()).select_related("workspace", "job")
    dropped = 0
    for pack in old[:BATCH]:
        if pack.job is None or pack.job.is_final:
            delete_pack(pack=pack, actor=None)
            dropped += 1
    return dropped


def _is_admin(workspace: Workspace, actor: User) -> bool:
    return Membership.objects.filter(workspace=workspace, user=actor, role=Role.ADMIN).exists()


def _not_ready(plan: Plan) -> NotReady:
    fields = {
        placing.name: " ".join(fault.text for fault in placing.faults if fault.stops)
        for placing in plan.stopping
    }
    first = next(iter(fields.items()))
    message = _("%(n)d of %(all)d files can't be made, such as %(name)s: %(why)s") % {
        "n": len(fields), "all": len(plan.placings), "name": first[0], "why": first[1],
    }  # fmt: skip
    return NotReady(message, fields=fields)
