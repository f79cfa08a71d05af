"""Writes about the calendar, one transaction each; the last change of every entry can be taken back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, NotFound, Unprocessable
from brandkiln.core.models import User
from brandkiln.library.models import Asset
from brandkiln.planning.campaigns import add_pieces
from brandkiln.planning.channels import CHANNELS, channel_for, check_channels
from brandkiln.planning.models import Campaign, Entry
from brandkiln.planning.zones import zone
from brandkiln.workspaces.models import Membership, Workspace
from brandkiln.workspaces.services import record_audit

FIELDS = frozenset({"campaign", "channel", "at", "time_zone", "asset", "title", "note", "person"})
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
KEPT = ("campaign_id", "channel", "at", "time_zone", "asset_id", "version", "title", "note", "person_id",
        "published_at", "removed_at")  # fmt: skip
"""The columns that undo puts back."""


def entries_of(workspace: Workspace) -> QuerySet[Entry]:
    """Return the entries of a workspace's calendar with what is shown of them."""
    return Entry.objects.filter(workspace=workspace, removed_at=None).select_related(
        "campaign", "asset__artifact", "asset__hold", "asset__project__brand_kit", "person"
    )


@transaction.atomic
def create_entry(
    *,
    workspace: Workspace,
    actor: User | None,
    at: datetime,
    time_zone: str,
    channel: str = "",
    campaign: Campaign | None = None,
    asset: Asset | None = None,
    title: str = "",
    note: str = "",
    person: User | None = None,
) -> Entry:
    """Plan a publication; without an asset it is a slot that waits for one.

    Args:
        channel: Where; "" takes the channel that suits the asset and the campaign best.

    Raises:
        Unprocessable: If something does not fit; `fields` names it.
        NotFound: If it names something of another workspace.
    """
    if not channel:
        chosen = campaign.channels if campaign else []
        channel = channel_for(asset, chosen) if asset else (chosen or list(CHANNELS))[0]
    columns = check_entry(
        workspace,
        {
            "at": at, "time_zone": time_zone, "channel": channel, "campaign": campaign, "asset": asset,
            "title": title, "note": note, "person": person,
        },
    )  # fmt: skip
    entry = Entry.objects.create(
        workspace=workspace, created_by=actor, before={"removed_at": "new"}, **columns
    )
    if campaign and asset:
        add_pieces(campaign=campaign, assets=[asset], actor=actor)
    return entry


@transaction.atomic
def update_entry(*, entry: Entry, actor: User | None, seen: int | None = None, **fields: Any) -> Entry:
    """Set the given fields of an entry; nothing happens where they are the same.

    Args:
        seen: The sequence that the person had before them; None does not ask.

    Raises:
        Conflict: If somebody else changed it meanwhile, or it was taken off the calendar.
        Unprocessable: If something does not fit; `fields` names it.
        NotFound: If it names something of another workspace.
    """
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"An entry has no {', '.join(sorted(unknown))}.")
    row = _locked(entry, seen)
    columns = check_entry(row.workspace, fields)
    if row.published_at and {"at", "channel", "asset"} & set(columns):
        raise Conflict(_("It is marked as published. Take that back before you change when, where or what."))
    if "asset" in columns and columns["asset"] and row.campaign:
        add_pieces(campaign=row.campaign, assets=[columns["asset"]], actor=actor)
    return _change(row, columns)


@transaction.atomic
def mark_published(*, entry: Entry, actor: User | None, published: bool = True) -> Entry:
    """Say that it is published, or take that back.

    Raises:
        Conflict: If it has no piece.
    """
    row = _locked(entry, None)
    if published and row.asset_id is None:
        raise Conflict(_("There is no piece in this slot. Choose one before you mark it as published."))
    if bool(row.published_at) == published:
        return row
    record_audit(
        workspace=row.workspace, actor=actor, action="entry.published" if published else "entry.unpublished",
        subject=row.pk, data={"channel": row.channel, "asset": str(row.asset_id), "version": row.version},
    )  # fmt: skip
    return _change(row, {"published_at": Now() if published else None})


@transaction.atomic
def remove_entry(*, entry: Entry, actor: User | None) -> Entry:
    """Take an entry off the calendar; undo puts it back."""
    return _change(_locked(entry, None), {"removed_at": Now()})


@transaction.atomic
def undo_entry(*, entry: Entry, sequence: int) -> Entry:
    """Take back the last change of an entry; a new one goes off the calendar.

    Args:
        sequence: Of the change that is meant: one that came later is not undone by it.

    Raises:
        Conflict: If somebody changed it since, or there is nothing to take back.
    """
    row = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if row.sequence != sequence or not row.before:
        raise Conflict(
            _("It was changed again since, so that change can't be taken back. Change it by hand.")
        )
    before = dict(row.before)
    if before.get("removed_at") == "new":
        return _change(row, {"removed_at": Now()})
    for name in ("campaign_id", "asset_id", "person_id"):
        before[name] = UUID(before[name]) if before[name] else None
    for name in ("at", "published_at", "removed_at"):
        before[name] = datetime.fromisoformat(before[name]) if before[name] else None
    if before["asset_id"] and not Asset.objects.filter(pk=before["asset_id"]).exists():
        before |= {"asset_id": None, "version": ""}
    return _change(row, before)


def is_current(entry: Entry) -> bool:
    """Return whether the piece is still the version that was planned."""
    return entry.asset is None or entry.asset.artifact.sha256 == entry.version


def _locked(entry: Entry, seen: int | None) -> Entry:
    rows = Entry.objects.select_for_update(of=("self",)).select_related("workspace", "campaign")
    row = rows.get(pk=entry.pk)
    if row.removed_at:
        raise Conflict(_("This entry was taken off the calendar meanwhile. Reload the page."))
    if seen is not None and row.sequence != seen:
        raise Conflict(
            _("Somebody else has changed this entry meanwhile. Reload the page and look at it first.")
        )
    return row


def _change(row: Entry, columns: dict[str, Any]) -> Entry:
    same = {name: value for name, value in columns.items() if getattr(row, name) == value}
    if len(same) == len(columns):
        return row
    before = kept_of(row)
    for name, value in columns.items():
        setattr(row, name, value)
    row.before, row.sequence = before, F("sequence") + 1
    row.told_at = None
    row.save()
    return entries_with_removed().get(pk=row.pk)


def kept_of(row: Entry) -> dict[str, str | None]:
    """Return what undo would put back if the entry were changed now."""
    values = {name: getattr(row, name) for name in KEPT}
    return {name: None if value is None else str(value) for name, value in values.items()}


def entries_with_removed() -> QuerySet[Entry]:
    """Return all entries, also those that were taken off the calendar."""
    return Entry.objects.select_related("campaign", "asset__artifact", "asset__hold", "person", "workspace")


def check_entry(workspace: Workspace, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of an entry that fields stand for.

    Raises:
        Unprocessable: If something does not fit; `fields` names it.
        NotFound: If it names something of another workspace.
    """
    checked = dict(fields)
    if "channel" in checked:
        checked["channel"] = check_channels([checked["channel"]])[0]
    if "time_zone" in checked:
        zone(checked["time_zone"])
    if "at" in checked:
        at: datetime = checked["at"]
        if at.tzinfo is None or not EARLIEST <= at < LATEST:
            message = _("A moment is between 2000 and 2100, with its time zone; %(at)s is not.") % {
                "at": at.isoformat()
            }
            raise Unprocessable(message, fields={"at": message})
        checked["at"] = at.astimezone(UTC) - timedelta(microseconds=at.microsecond)
    for name in ("campaign", "asset"):
        if (row := checked.get(name)) is not None and row.workspace_id != workspace.pk:
            raise NotFound(_("There is no such thing in this workspace."))
    person: User | None = checked.get("person")
    if person and not Membership.objects.filter(workspace=workspace, user=person).exists():
        raise NotFound(_("There is no such person in this workspace."))
    if "asset" in checked:
        asset: Asset | None = checked["asset"]
        checked["version"] = asset.artifact.sha256 if asset else ""
    checked |= {name: " ".join(checked[name].split())[:200] for name in ("title",) if name in checked}
    checked |= {name: checked[name].strip()[:2000] for name in ("note",) if name in checked}
    return checked
