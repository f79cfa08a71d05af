"""What bulks forget of a record that was erased: they copied its cells when they took their rows from its data set."""

from typing import Any
from uuid import UUID

from django.db.models.signals import post_save
from django.dispatch import receiver

from brandkiln.bulk.models import Row
from brandkiln.bulk.sources import content_of
from brandkiln.datasets.models import Erasure

TOGETHER = 1_000


@receiver(post_save, sender=Erasure, dispatch_uid="brandkiln.bulk.removal")
def forget_cells(instance: Erasure, **_: Any) -> None:
    """Empty the rows that hold the record, in the transaction that ends the erasure; what was made of them stays."""
    if instance.finished_at is None:
        return
    versions = [UUID(key) for key in instance.reached.get("versions", ())]
    rows = Row.objects.filter(bulk__workspace=instance.workspace_id, bulk__dataset_version__in=versions)
    erased, hashes = [], frozenset(instance.reached.get("hashes", ()))
    for key, cells, kind in rows.values_list(
        "pk", "cells", "bulk__dataset_version__dataset__kind"
    ).iterator():
        if content_of(cells, kind) in hashes:
            erased.append(key)
    for start in range(0, len(erased), TOGETHER):
        Row.objects.filter(pk__in=erased[start : start + TOGETHER]).update(cells={}, message="")
