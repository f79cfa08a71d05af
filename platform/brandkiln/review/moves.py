"""The one place where a review's state changes."""

from django.db.models.functions import Now

from brandkiln.core.errors import Conflict
from brandkiln.library.models import Asset
from brandkiln.library.revisions import number_of
from brandkiln.review.models import Review, State, Step
from brandkiln.review.rules import makers_of, rules_for
from brandkiln.review.standing import DECIDED, Standing, stand


class InvalidMove(Conflict):
    """A piece cannot go from where it stands to there."""

    code = "invalid_move"


def version_of(asset: Asset) -> int:
    """Return the number of the asset's version, from 1."""
    return number_of(asset) + 1


def locked(asset: Asset) -> Asset:
    """Return the asset with all that a decision needs, held until the transaction ends."""
    rows = Asset.objects.select_for_update(of=("self",))
    return rows.select_related("artifact", "workspace", "project", "job", "hold").get(pk=asset.pk)


def standing_of(asset: Asset) -> Standing:
    """Return where the steps that were not undone leave the asset."""
    rules = rules_for(asset.workspace, asset.project)
    steps = Step.objects.filter(asset=asset, undone_at=None).order_by("created_at", "id")
    return stand(
        steps,
        sha256=asset.artifact.sha256,
        makers=makers_of(asset),
        four_eyes=rules.four_eyes,
        approvals=rules.approvals,
    )


def settle(asset: Asset) -> tuple[Review, Standing]:
    """Move the asset's review to where its steps leave it.

    Call it with a locked asset, in the transaction that wrote or undid a step.

    Raises:
        InvalidMove: If that is not one of the moves there are.
    """
    found, version = standing_of(asset), version_of(asset)
    review, _created = Review.objects.get_or_create(
        asset=asset, defaults={"workspace": asset.workspace, "sha256": asset.artifact.sha256}
    )
    before = State(review.state)
    if found.state != before and found.state not in Review.MOVES[before]:
        raise InvalidMove(f"A piece cannot go from {before.label} to {found.state.label}.")
    values = {"state": found.state, "sha256": asset.artifact.sha256, "version": version}
    decided = Now() if found.state in DECIDED else None
    Review.objects.filter(pk=review.pk).update(**values, decided_at=decided)
    review.refresh_from_db()
    return review, found
