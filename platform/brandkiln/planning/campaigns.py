"""Writes about campaigns, one transaction each, and how far one has come."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.bulk.models import Bulk
from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.core.slugs import create_with_slug
from brandkiln.jobs.models import Job
from brandkiln.library.models import Asset
from brandkiln.planning.channels import check_channels
from brandkiln.planning.models import Campaign, CampaignBulk, CampaignJob, Piece
from brandkiln.projects.models import Project
from brandkiln.workspaces.models import Membership, Workspace
from brandkiln.workspaces.services import record_audit

FIELDS = frozenset({"name", "brief", "goal", "starts_on", "ends_on", "channels", "people", "state"})
MOST_PIECES = 2_000


@transaction.atomic
def create_campaign(*, project: Project, name: str, actor: User | None, **fields: Any) -> Campaign:
    """Create a campaign; who creates it is one of its people."""
    people = fields.pop("people", None)
    checked = _checked(project.workspace, {"name": name, **fields})

    def create(slug: str) -> Campaign:
        return Campaign.objects.create(
            workspace=project.workspace, project=project, slug=slug, created_by=actor, **checked
        )

    taken = Campaign.objects.filter(workspace=project.workspace)
    campaign = create_with_slug(create, name=checked["name"], taken=taken, fallback="campaign")
    campaign.people.set(
        _members(project.workspace, people if people is not None else [actor] if actor else [])
    )
    record_audit(workspace=campaign.workspace, actor=actor, action="campaign.created", subject=campaign)
    return campaign


@transaction.atomic
def update_campaign(*, campaign: Campaign, actor: User, **fields: Any) -> Campaign:
    """Set the given fields of a campaign; its address and how its files are named stay."""
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"A campaign has no {', '.join(sorted(unknown))}.")
    people = fields.pop("people", None)
    days = {"starts_on": campaign.starts_on, "ends_on": campaign.ends_on}
    checked = _checked(campaign.workspace, days | fields)
    for name, value in checked.items():
        setattr(campaign, name, value)
    campaign.save(update_fields=list(checked))
    if people is not None:
        campaign.people.set(_members(campaign.workspace, people))
    changed = sorted({*fields, *(["people"] if people is not None else [])})
    record_audit(
        workspace=campaign.workspace, actor=actor, action="campaign.updated", subject=campaign,
        data={"fields": changed},
    )  # fmt: skip
    return campaign


@transaction.atomic
def archive_campaign(*, campaign: Campaign, actor: User) -> None:
    """Put a campaign away; its pieces, entries and packs stay."""
    Campaign.objects.filter(pk=campaign.pk, archived_at=None).update(archived_at=timezone.now())
    record_audit(workspace=campaign.workspace, actor=actor, action="campaign.archived", subject=campaign)


@transaction.atomic
def restore_campaign(*, campaign: Campaign, actor: User) -> None:
    """Take an archived campaign back."""
    Campaign.objects.filter(pk=campaign.pk).update(archived_at=None)
    record_audit(workspace=campaign.workspace, actor=actor, action="campaign.restored", subject=campaign)


@transaction.atomic
def add_pieces(*, campaign: Campaign, assets: Iterable[Asset], actor: User | None) -> int:
    """Add assets to a campaign and return how many were new to it.

    Raises:
        NotFound: If one belongs to another workspace.
        Conflict: If it would hold too many.
    """
    wanted = {asset.pk: asset for asset in assets}
    if any(asset.workspace_id != campaign.workspace_id for asset in wanted.values()):
        raise NotFound(_("There is no such asset in this workspace."))
    known = set(campaign.pieces.values_list("asset_id", flat=True))
    new = [asset for key, asset in wanted.items() if key not in known]
    if len(known) + len(new) > MOST_PIECES:
        raise Conflict(
            _("A campaign holds at most %(most)d pieces; this would be %(n)d. Make a second campaign.")
            % {"most": MOST_PIECES, "n": len(known) + len(new)}
        )
    Piece.objects.bulk_create(
        [
            Piece(workspace_id=campaign.workspace_id, campaign=campaign, asset=asset, added_by=actor)
            for asset in new
        ],
        ignore_conflicts=True,
    )
    return len(new)


@transaction.atomic
def remove_pieces(*, campaign: Campaign, assets: Iterable[Asset]) -> int:
    """Take assets out of a campaign; they stay in the library and on the calendar."""
    return campaign.pieces.filter(asset__in=[asset.pk for asset in assets]).delete()[0]


@transaction.atomic
def work_for(*, campaign: Campaign, job: Job, actor: User | None) -> None:
    """Let what a job makes belong to a campaign.

    Raises:
        NotFound: If the job belongs to another workspace.
    """
    if job.workspace_id != campaign.workspace_id:
        raise NotFound(_("There is no such job in this workspace."))
    CampaignJob.objects.get_or_create(
        job=job, defaults={"workspace": campaign.workspace, "campaign": campaign, "added_by": actor}
    )
    add_pieces(campaign=campaign, assets=Asset.objects.filter(job=job), actor=actor)


@transaction.atomic
def bulk_for(*, campaign: Campaign, bulk: Bulk, actor: User | None) -> None:
    """Let what a bulk makes belong to a campaign, and what it has made.

    Raises:
        NotFound: If the bulk belongs to another workspace.
    """
    if bulk.workspace_id != campaign.workspace_id:
        raise NotFound(_("There is no such bulk in this workspace."))
    CampaignBulk.objects.get_or_create(
        bulk=bulk, defaults={"workspace": campaign.workspace, "campaign": campaign, "added_by": actor}
    )
    made = Asset.objects.filter(job__in=bulk.rows.exclude(job=None).values("job"))
    add_pieces(campaign=campaign, assets=made[:MOST_PIECES], actor=actor)


def _checked(workspace: Workspace, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a campaign as they are kept.

    Raises:
        Unprocessable: If one does not fit; `fields` names it.
    """
    checked = dict(fields)
    if "name" in checked:
        checked["name"] = " ".join(str(checked["name"]).split())[:120]
        if not checked["name"]:
            raise Unprocessable(_("A campaign needs a name."), fields={"name": _("Give it a name.")})
    begin: date | None = checked.get("starts_on")
    end: date | None = checked.get("ends_on")
    if begin and end and end < begin:
        message = _("It ends on %(end)s, before it begins on %(begin)s. Set a later day.") % {
            "end": end, "begin": begin,
        }  # fmt: skip
        raise Unprocessable(message, fields={"ends_on": message})
    if "channels" in checked:
        checked["channels"] = check_channels(checked["channels"])
    if "state" in checked and checked["state"] not in Campaign.State.values:
        message = _("A campaign is %(states)s.") % {"states": ", ".join(Campaign.State.values)}
        raise Unprocessable(message, fields={"state": message})
    return checked


def _members(workspace: Workspace, people: Iterable[User]) -> list[User]:
    wanted = list(people)
    keys = {user.pk for user in wanted}
    members = Membership.objects.filter(workspace=workspace, user__in=keys)
    if members.count() != len(keys):
        raise NotFound(_("One of these people is not a member of this workspace."))
    return wanted
