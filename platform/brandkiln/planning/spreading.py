"""Planning many pieces at once: put on the calendar as they were looked at, and taken off at once."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from brandkiln.core.errors import Conflict, Unprocessable
from brandkiln.core.models import User
from brandkiln.library.models import Asset
from brandkiln.planning.campaigns import add_pieces
from brandkiln.planning.entries import kept_of
from brandkiln.planning.models import Campaign, Entry, Spread
from brandkiln.planning.spread_plans import Plan, Wish, plan_spread
from brandkiln.workspaces.models import Workspace


@transaction.atomic
def spread_pieces(
    *,
    workspace: Workspace,
    actor: User | None,
    assets: Sequence[Asset],
    wish: Wish,
    campaign: Campaign | None = None,
    person: User | None = None,
    seen: str = "",
) -> tuple[Spread, Plan]:
    """Put pieces on the calendar as `plan_spread` says; they join the campaign.

    Args:
        seen: The fingerprint of the plan that the person looked at; "" does not ask.

    Raises:
        Conflict: If it would be planned otherwise than it was seen.
        Unprocessable: If something does not fit, or nothing would be planned.
        NotFound: If it names something of another workspace.
    """
    Workspace.objects.select_for_update(no_key=True).get(
        pk=workspace.pk
    )  # one after the other: hours are taken once
    plan = plan_spread(workspace=workspace, assets=assets, wish=wish, campaign=campaign, person=person)
    if seen and plan.fingerprint != seen:
        raise Conflict(_("Something has changed since you looked. Look at the new plan first."))
    if not plan.entries:
        raise Unprocessable(_("None of these pieces would be planned so."))
    spread = Spread.objects.create(workspace=workspace, campaign=campaign, created_by=actor)
    for entry in plan.entries:
        entry.spread, entry.created_by, entry.before = spread, actor, {"removed_at": "new"}
    Entry.objects.bulk_create(plan.entries)
    if campaign:
        wanted = {entry.asset_id for entry in plan.entries}
        add_pieces(campaign=campaign, assets=[one for one in assets if one.pk in wanted], actor=actor)
    return spread, plan


@transaction.atomic
def undo_spread(*, spread: Spread) -> tuple[int, int]:
    """Take what was planned at once off the calendar; return how many went and how many were changed since and stay.

    Raises:
        Conflict: If that was done already.
    """
    spread = Spread.objects.select_for_update(of=("self",)).get(pk=spread.pk)
    if spread.undone_at:
        raise Conflict(_("That was taken back already."))
    rows = list(spread.entries.select_for_update(of=("self",)).filter(removed_at=None))
    going = [row for row in rows if row.sequence == 0 and row.published_at is None]
    now = timezone.now()
    for row in going:
        row.before = kept_of(row)
        row.removed_at, row.changed_at, row.sequence = now, now, F("sequence") + 1
    Entry.objects.bulk_update(going, ["before", "removed_at", "changed_at", "sequence"])
    spread.undone_at = now
    spread.save(update_fields=["undone_at"])
    return len(going), len(rows) - len(going)
