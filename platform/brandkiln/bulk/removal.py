"""What bulks forget of a record that was erased: they copied its cells when they took their rows from its data set."""

from typing import Any
from uuid import UUID

from django.db.models.signals import post_save
from django.dispatch import receiver

from brandkiln.bulk.feeding import PREFIX
from brandkiln.bulk.models import Row
from brandkiln.bulk.sources import content_of
from brandkiln.bulk.variables import plain
from brandkiln.datasets.models import Erasure
from brandkiln.jobs.forgetting import forget_quotes
from brandkiln.jobs.models import Job

TOGETHER = 1_000
SHORTEST = 2
"""Characters of a cell that a job for its row is searched for."""


@receiver(post_save, sender=Erasure, dispatch_uid="brandkiln.bulk.removal")
def forget_cells(instance: Erasure, **_: Any) -> None:
    """Empty the rows that hold the record, and the params of their jobs, in the transaction that ends the erasure.

    What was made of them stays.
    """
    if instance.finished_at is None:
        return
    versions = [UUID(key) for key in instance.reached.get("versions", ())]
    rows = Row.objects.filter(bulk__workspace=instance.workspace_id, bulk__dataset_version__in=versions)
    erased, hashes = [], frozenset(instance.reached.get("hashes", ()))
    columns = ("pk", "bulk_id", "cells", "bulk__dataset_version__dataset__kind")
    for key, bulk, cells, kind in rows.values_list(*columns).iterator():
        if content_of(cells, kind) in hashes:
            erased.append(key)
            jobs = Job.objects.filter(
                workspace=instance.workspace_id, idempotency_key__startswith=f"{PREFIX}{bulk.hex}:{key}:"
            )
            said = (plain(cell) for cell in cells.values() if cell is not None)
            forget_quotes(jobs, {text for text in said if len(text) >= SHORTEST})
    for start in range(0, len(erased), TOGETHER):
        Row.objects.filter(pk__in=erased[start : start + TOGETHER]).update(cells={}, message="")
