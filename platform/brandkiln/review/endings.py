"""An approval ends when its piece is changed: those who gave it are told. Whether it holds is never asked here."""

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from brandkiln.core.models import User
from brandkiln.library.models import Asset
from brandkiln.notifications.services import announce
from brandkiln.review.models import Review, State, Step
from brandkiln.review.services import path_of
from brandkiln.workspaces.services import record_audit


@receiver(post_save, sender=Asset, dispatch_uid="brandkiln.review.endings")
def tell_ended(sender: type[Asset], instance: Asset, update_fields: Collection[str] | None, **_: Any) -> None:
    """Write down that the change of an approved piece has ended its approval, in the change's own transaction."""
    if not update_fields or "artifact" not in update_fields:
        return
    review = Review.objects.filter(asset=instance, state=State.APPROVED).first()
    before = instance.revisions.select_related("artifact", "ended_by").order_by("-number").first()
    if review is None or before is None or before.artifact.sha256 != review.sha256:
        return  # nothing was approved, or an earlier change has ended it already
    if instance.artifact.sha256 == review.sha256:
        return
    data = {"asset": str(instance.pk), "version": review.version, "now": before.number + 2}
    record_audit(
        workspace=instance.workspace,
        actor=before.ended_by,
        action="review.ended",
        subject=instance.pk,
        data=data,
    )
    approved = Step.objects.filter(
        asset=instance, kind=Step.Kind.APPROVED, sha256=review.sha256, undone_at=None
    )
    announce(
        workspace=instance.workspace,
        kind="review.ended",
        subject=instance,
        data=data,
        path=path_of(instance),
        actor=before.ended_by,
        people=User.objects.filter(pk__in=approved.values("by")),
    )
