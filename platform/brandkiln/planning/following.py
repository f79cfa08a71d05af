"""What a job makes for a campaign joins it in the transaction that keeps it."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from brandkiln.library.models import Asset
from brandkiln.planning.models import CampaignJob, Piece


@receiver(post_save, sender=Asset)
def join_campaign(instance: Asset, created: bool, **_: Any) -> None:
    """Add a new asset to the campaign that its job works for."""
    if not created or instance.job_id is None:
        return
    for link in CampaignJob.objects.filter(job=instance.job_id, campaign__archived_at=None):
        Piece.objects.get_or_create(
            campaign_id=link.campaign_id,
            asset=instance,
            defaults={"workspace_id": instance.workspace_id, "added_by_id": link.added_by_id},
        )
