"""What the sweeper looks after: people whose review is due are told, once."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from brandkiln.core.models import User
from brandkiln.notifications.services import announce, told_together
from brandkiln.review.models import Review, State
from brandkiln.review.rules import reviewers_of
from brandkiln.review.services import path_of, shown_at

BATCH = 100
BEFORE = timedelta(hours=24)


def tell_due() -> int:
    """Tell those who are asked that a review is due within a day or overdue; return for how many reviews."""
    soon = Review.objects.filter(
        state=State.IN_REVIEW, told_due_at=None, due_at__lte=timezone.now() + BEFORE, asset__trashed_at=None
    )
    with told_together(shown_at):
        return sum(_told(key) for key in soon.order_by("due_at").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _told(key: UUID) -> bool:
    # Whoever changes the row first tells of it, however many sweepers look at once.
    if not Review.objects.filter(pk=key, told_due_at=None, state=State.IN_REVIEW).update(told_due_at=Now()):
        return False
    review = Review.objects.select_related("asset__workspace", "workspace").get(pk=key)
    people: Iterable[User] = list(User.objects.filter(assignments__review=review))
    people = people or reviewers_of(review.workspace)
    assert review.due_at is not None
    announce(
        workspace=review.workspace,
        kind="review.due",
        subject=review.asset,
        data={"asset": str(review.asset_id), "due": timezone.localdate(review.due_at).isoformat()},
        path=path_of(review.asset),
        people=people,
    )
    return True
