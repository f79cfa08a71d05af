"""What keeps those who add content apart from those who remove it.

Whoever writes a row of new content holds the workspace's store until the row is committed; a removal of bytes needs it
for itself and is put off while somebody holds it. PostgreSQL has advisory locks for that. SQLite has one writer at a
time, and every transaction here begins as a writer, so there the transaction is the lock.
"""

from uuid import UUID

from django.db import connections, router

from brandkiln.artifacts.models import Artifact

FAMILY = 0x6B696C6E
"""Sets these locks apart from others that a database may know: "kiln"."""


def hold(workspace_id: UUID) -> None:
    """Keep removals out until the transaction ends; several may hold at the same time. Call it in a transaction."""
    connection = connections[router.db_for_write(Artifact)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [FAMILY, _key(workspace_id)])


def claim(workspace_id: UUID) -> bool:
    """Return whether the store is this transaction's alone until it ends. It never waits, so it never deadlocks."""
    connection = connections[router.db_for_write(Artifact)]
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [FAMILY, _key(workspace_id)])
        (is_claimed,) = cursor.fetchone()
    return bool(is_claimed)


def _key(workspace_id: UUID) -> int:
    """Return four bytes of the id as PostgreSQL counts them; two workspaces that share a key only wait more."""
    return int.from_bytes(workspace_id.bytes[:4], "big", signed=True)
