"""How far campaigns have come: counted in the database, and what is missing in one of them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brandkiln.planning.channels import title_of
from brandkiln.planning.models import Campaign, Entry, Piece
from brandkiln.review.models import State
from brandkiln.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a campaign still needs.

    Attributes:
        what: As programs know it: slots, channel, pieces, unplanned or brief.
        value: The channel that it is about.
    """

    what: str
    text: str
    value: str = ""


def with_progress(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Return the campaigns with `piece_count`, `approved_count`, `slot_count`, `empty_count`, `ready_count` and
    `published_count`."""
    pieces = Piece.objects.filter(campaign=OuterRef("pk"), asset__trashed_at=None)
    slots = Entry.objects.filter(campaign=OuterRef("pk"), removed_at=None)
    approved = {"asset__review__state": State.APPROVED, "asset__review__sha256": F("asset__artifact__sha256")}
    return campaigns.annotate(
        piece_count=_count(pieces),
        approved_count=_count(pieces.filter(**approved)),
        slot_count=_count(slots),
        empty_count=_count(slots.filter(asset=None)),
        ready_count=_count(slots.filter(**approved)),
        published_count=_count(slots.exclude(published_at=None)),
    )


def unplanned(workspace: Workspace, campaign: Campaign | None = None) -> QuerySet[Piece]:
    """Return the pieces of open campaigns that stand on no day yet, the newest first."""
    planned = Entry.objects.filter(campaign=OuterRef("campaign"), asset=OuterRef("asset"), removed_at=None)
    rows = Piece.objects.filter(workspace=workspace, asset__trashed_at=None, campaign__archived_at=None)
    if campaign:
        rows = rows.filter(campaign=campaign)
    rows = rows.filter(~Exists(planned)).select_related("campaign", "asset__artifact", "asset__hold")
    return rows.order_by("-created_at", "-id")


def missing_in(campaign: Campaign) -> list[Missing]:
    """Return what a campaign still needs, the most pressing first.

    Args:
        campaign: As `with_progress` returns it.
    """
    counted: Any = campaign
    found = []
    if not counted.piece_count:
        found.append(Missing("pieces", _("It has no pieces yet. Create some, or add them from the library.")))
    if n := counted.empty_count:
        text = ngettext("%(n)d planned slot has no piece.", "%(n)d planned slots have no piece.", n)
        found.append(Missing("slots", text % {"n": n}))
    if n := counted.piece_count - counted.approved_count:
        text = ngettext("%(n)d piece is not approved.", "%(n)d pieces are not approved.", n)
        found.append(Missing("approval", text % {"n": n}))
    used = set(campaign.entries.filter(removed_at=None).values_list("channel", flat=True))
    for channel in campaign.channels:
        if channel not in used:
            text = _("Nothing is planned for %(channel)s.") % {"channel": title_of(channel)}
            found.append(Missing("channel", text, channel))
    if n := unplanned(campaign.workspace, campaign).count():
        text = ngettext("%(n)d piece stands on no day.", "%(n)d pieces stand on no day.", n)
        found.append(Missing("unplanned", text % {"n": n}))
    if not campaign.brief:
        found.append(Missing("brief", _("It has no brief. Say what it is about.")))
    return found


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("campaign").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
