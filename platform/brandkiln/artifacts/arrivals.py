"""Content that enters the store long before a row refers to it is announced first, so that nothing is left unknown.

Whoever dies in between leaves the announcement. Once it is old, what nothing refers to is released and removed as any
other content is (removal.py); what somebody has put again and refers to stays.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from brandkiln.artifacts.models import Arrival, Artifact
from brandkiln.artifacts.removal import BATCH, note, referenced
from brandkiln.workspaces.models import Workspace

GRACE = timedelta(days=1)
"""No job goes so long between a file in the store and the row that refers to it."""
DIGEST_BYTES = 32


def announce(digests: Iterable[str], *, workspace: Workspace) -> UUID:
    """Say that content of these hashes is about to enter the store, and return the announcement's id.

    Call it before the content is put, and not within a transaction that also writes the rows.
    """
    packed = b"".join(map(bytes.fromhex, dict.fromkeys(digests)))
    return Arrival.objects.create(workspace=workspace, digests=packed).pk


def settle(announcements: Collection[UUID]) -> None:
    """Forget announcements whose content is referred to, or released, in this transaction."""
    Arrival.objects.filter(pk__in=announcements).delete()


def release_overdue(*, busy: Collection[UUID] = ()) -> int:
    """Release what was announced long ago and nothing refers to; return how many contents.

    Args:
        busy: Workspaces to leave alone, because a job there puts content whose rows are still to come.
    """
    released = 0
    overdue = Arrival.objects.filter(created_at__lt=timezone.now() - GRACE).exclude(workspace_id__in=busy)
    for arrival in list(overdue.order_by("created_at").defer("digests")):
        with transaction.atomic():
            if locked := Arrival.objects.select_for_update().filter(pk=arrival.pk).first():
                released += _release(locked)
                locked.delete()
    return released


def _release(arrival: Arrival) -> int:
    packed, released = bytes(arrival.digests), 0
    digests = [packed[at : at + DIGEST_BYTES].hex() for at in range(0, len(packed), DIGEST_BYTES)]
    for first in range(0, len(digests), BATCH):
        some = digests[first : first + BATCH]
        rows = Artifact.objects.filter(workspace_id=arrival.workspace_id, sha256__in=some)
        known = dict(rows.order_by().values_list("pk", "sha256"))
        named = {known[pk] for pk in referenced(list(known))}
        released += note((arrival.workspace_id, digest) for digest in some if digest not in named)
    return released
