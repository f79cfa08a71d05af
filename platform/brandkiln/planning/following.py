"""What a job or a bulk makes for a campaign joins it in the transaction that keeps it."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from brandkiln.library.models import Asset
from brandkiln.planning.models import CampaignBulk, CampaignJob, Piece


@receiver(post_save, sender=Asset)
def join_campaign(instance: Asset, created: bool, **_: Any) -> None:
    """Add a new asset to the campaign that its job works for."""
    if not created or instance.job_id is None:
        return
    works_for = CampaignJob.objects.filter(job=instance.job_id)
    bulks = CampaignBulk.objects.filter(bulk__rows__job=instance.job_id)
    found = [rows.order_by().values_list("campaign", "added_by") for rows in (works_for, bulks)]
    for campaign, added_by in found[0].union(found[1]):
        Piece.objects.get_or_create(
            campaign_id=campaign,
            asset=instance,
            defaults={"workspace_id": instance.workspace_id, "added_by_id": added_by},
        )
